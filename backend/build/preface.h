/* tdsauth_backend: signing, verifying and asking TapTap who a player is, for game servers in any
 * language that can call C.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made by cbindgen out of backend/src/; change the sources, then run `cargo xtask header`.
 *
 * Two schemes of TapTap: the MAC token, with which a server acts for a player at the open API, and
 * X-Tap-Sign, with which TapTap's servers and the game's prove their requests to each other.
 *
 * CONVENTIONS, true for every function below
 *
 * Pure functions: no state, no network, no file. What a verifier must know over time (which nonce
 *   was seen within the time window) is the server's to remember. One exception:
 *   tdsauth_backend_taptap_profile asks TapTap over the network.
 *
 * Status. 0 (TDSAUTH_BACKEND_OK) is success, negative is a failure; the numbers are those of the
 *   client library. On every failure outputs are an empty text. Every function may also return
 *   TDSAUTH_BACKEND_ERR_PANIC (a defect of the library, caught).
 *
 * Errors. A tdsauth_backend_error is the caller's own and may be NULL; it is written at each call
 *   that takes one, success included. Its text never holds a secret.
 *
 * Ownership. Nothing of an input is kept; the library never hands out memory to free.
 *
 * Threads. Every function may be called from any thread at any time and, but for
 *   tdsauth_backend_taptap_profile, does not wait.
 *
 * Structs begin with struct_size: set it to sizeof, or start from TDSAUTH_BACKEND_<STRUCT>_INIT. A
 *   smaller (older) struct is filled up with zeros, and zero is the default of every field; in a
 *   larger (newer) one the unknown tail must be zero, else TDSAUTH_BACKEND_ERR_UNSUPPORTED_FIELD, as
 *   for reserved fields. A size below that of version 1 or above 4096 is
 *   TDSAUTH_BACKEND_ERR_INVALID_ARGUMENT and nothing is written. A tdsauth_backend_header is an
 *   element of an array and has no struct_size.
 *
 * Texts in: pointer and length in bytes, UTF-8 without U+0000; TDSAUTH_BACKEND_NUL as length means
 *   that the text ends at a NUL byte; NULL with length 0 means absent. What stands in a
 *   tdsauth_backend_tap_input is bytes, not text: it is signed as it came over the wire.
 *
 * Texts out: `buf`, its size `cap`, and `needed` (may be NULL), which gets the length without the
 *   closing NUL. It fits when cap > needed; otherwise TDSAUTH_BACKEND_ERR_BUFFER_TOO_SMALL, with
 *   `needed` set. With cap > 0 the buffer always ends up NUL-terminated, on failure empty.
 */
