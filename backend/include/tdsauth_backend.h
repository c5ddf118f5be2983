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
#ifndef TDSAUTH_BACKEND_H
#define TDSAUTH_BACKEND_H

#include <stddef.h>
#include <stdint.h>

/** On every function. Define TDSAUTH_BACKEND_STATIC before the include when linking the static library on Windows. */
#ifndef TDSAUTH_BACKEND_API
#if defined(_WIN32) && !defined(TDSAUTH_BACKEND_STATIC)
#define TDSAUTH_BACKEND_API __declspec(dllimport)
#elif defined(__GNUC__)
#define TDSAUTH_BACKEND_API __attribute__((visibility("default")))
#else
#define TDSAUTH_BACKEND_API
#endif
#endif

/** As the length of a text that goes in: the text ends at its first NUL byte. */
#define TDSAUTH_BACKEND_NUL SIZE_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* ================================================================================================
 * Statuses and errors
 * ================================================================================================ */

/** Success. */
#define TDSAUTH_BACKEND_OK 0
/** An argument is missing, too long, malformed, or a struct's size is out of range. */
#define TDSAUTH_BACKEND_ERR_INVALID_ARGUMENT (-1)
/** A text is not UTF-8, or holds U+0000. */
#define TDSAUTH_BACKEND_ERR_INVALID_UTF8 (-3)
/** The caller's buffer is too small; `needed` says how many bytes it takes. */
#define TDSAUTH_BACKEND_ERR_BUFFER_TOO_SMALL (-4)
/** A struct carries a non-zero field that this version does not know. */
#define TDSAUTH_BACKEND_ERR_UNSUPPORTED_FIELD (-5)
/** A defect inside the library was caught. */
#define TDSAUTH_BACKEND_ERR_PANIC (-9)
/** This build or platform cannot do that. */
#define TDSAUTH_BACKEND_ERR_NOT_SUPPORTED (-14)
/** The connection failed or was lost. */
#define TDSAUTH_BACKEND_ERR_NETWORK (-100)
/** The host name could not be resolved. */
#define TDSAUTH_BACKEND_ERR_DNS (-101)
/** No connection could be made. */
#define TDSAUTH_BACKEND_ERR_CONNECT (-102)
/** The secure connection could not be made: a certificate is not trusted, or is another's. */
#define TDSAUTH_BACKEND_ERR_TLS (-103)
/** The deadline passed. */
#define TDSAUTH_BACKEND_ERR_TIMED_OUT (-104)
/** The answer is too large. */
#define TDSAUTH_BACKEND_ERR_RESPONSE_TOO_LARGE (-105)
/** The answer is not what the protocol says: not JSON, of the wrong shape, truncated. */
#define TDSAUTH_BACKEND_ERR_BAD_RESPONSE (-106)
/** The server sent the request elsewhere; redirects are never followed. */
#define TDSAUTH_BACKEND_ERR_REDIRECT (-107)
/** Plain http to a host other than loopback. */
#define TDSAUTH_BACKEND_ERR_INSECURE_URL (-108)
/** TapTap is ill: a 5xx status. Try later. */
#define TDSAUTH_BACKEND_ERR_SERVER (-109)
/** TapTap asks to slow down: status 429. */
#define TDSAUTH_BACKEND_ERR_RATE_LIMITED (-110)
/** TapTap forbids it. */
#define TDSAUTH_BACKEND_ERR_FORBIDDEN (-303)
/** TapTap does not know the thing asked for. */
#define TDSAUTH_BACKEND_ERR_NOT_FOUND (-304)
/** A MAC or signature does not match. */
#define TDSAUTH_BACKEND_ERR_MAC_MISMATCH (-310)
/** A signed time stamp is outside the accepted window. */
#define TDSAUTH_BACKEND_ERR_MAC_EXPIRED (-311)
/** TapTap: a field of the request is missing or wrong. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_REQUEST (-402)
/** TapTap: the clock of this machine is too far off, also after it was corrected. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_TIME (-403)
/** TapTap: a signed request was seen before. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_REPLAY_ATTACKS (-404)
/** TapTap: the client id is unknown, or the key does not belong to it. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_CLIENT (-405)
/** TapTap no longer takes the token: the player has to log in there again. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_SESSION_OVER (-406)
/** TapTap: the player did not grant the scope that this takes. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_INSUFFICIENT_SCOPE (-407)
/** TapTap: the client id belongs to the other region. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_WRONG_REGION (-409)
/** TapTap refused for another reason: the message names it. */
#define TDSAUTH_BACKEND_ERR_TAPTAP_REFUSED (-412)

/** What went wrong. 256 bytes, the caller's own. */
typedef struct tdsauth_backend_error {
  /** `sizeof(tdsauth_backend_error)`. */
  uint32_t struct_size;
  /** What the function returned. */
  int32_t status;
  /** Zero. */
  uint32_t reserved0;
  /** Bytes of `message` before its NUL. */
  uint32_t message_len;
  /**
   * One English sentence for developers, UTF-8, NUL-terminated, never a secret; cut on a
   * character border when it is longer.
   */
  char message[240];
} tdsauth_backend_error;
/** A `tdsauth_backend_error` with every field at its default. */
#define TDSAUTH_BACKEND_ERROR_INIT \
  { (uint32_t)sizeof(tdsauth_backend_error), 0, 0, 0, { 0 } }

/**
 * The name of a status as it stands in the header, such as `"TDSAUTH_BACKEND_ERR_MAC_MISMATCH"`; of
 * an unknown number `"TDSAUTH_BACKEND_UNKNOWN"`.
 *
 * Ownership: the text is static, never NULL, never to be freed. Threads: any. Errors: none.
 */
TDSAUTH_BACKEND_API const char *tdsauth_backend_status_name(int32_t status);

/* ================================================================================================
 * The library
 * ================================================================================================ */

/**
 * Version of the library, such as `0.1.0`.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_BACKEND_API int32_t tdsauth_backend_version(char *buf, size_t cap, size_t *needed);

/* ================================================================================================
 * MAC token: acting for a player at the open API
 * ================================================================================================ */

/** `mac_algorithm` of a MAC token: `hmac-sha-1`. */
#define TDSAUTH_BACKEND_MAC_HMAC_SHA1 0
/** `mac_algorithm` of a MAC token: `hmac-sha-256`. */
#define TDSAUTH_BACKEND_MAC_HMAC_SHA256 1

/**
 * What is signed, and with which key. Texts hold printable ASCII without `"` and `\`, at most
 * 8 KiB each.
 */
typedef struct tdsauth_backend_mac_input {
  /** `sizeof(tdsauth_backend_mac_input)`. */
  uint32_t struct_size;
  /** `TDSAUTH_BACKEND_MAC_HMAC_SHA1` or `TDSAUTH_BACKEND_MAC_HMAC_SHA256`. */
  int32_t algorithm;
  /** The token's `kid`. Verifying: the header's id must be this; absent: any. */
  const char *key_id;
  /** Bytes of `key_id`, or `TDSAUTH_BACKEND_NUL`. */
  size_t key_id_len;
  /** The token's `mac_key`, as it is. A secret. */
  const char *key;
  /** Bytes of `key`, or `TDSAUTH_BACKEND_NUL`. */
  size_t key_len;
  /** HTTP method in any case. */
  const char *method;
  /** Bytes of `method`, or `TDSAUTH_BACKEND_NUL`. */
  size_t method_len;
  /** Absolute http or https URL, exactly as it is sent; a fragment does not count. */
  const char *url;
  /** Bytes of `url`, or `TDSAUTH_BACKEND_NUL`. */
  size_t url_len;
  /** Must be new for each request. Absent: 128 bits from the operating system. Verifying: ignored. */
  const char *nonce;
  /** Bytes of `nonce`, or `TDSAUTH_BACKEND_NUL`. */
  size_t nonce_len;
  /**
   * Signed text of the application; TapTap has none. Verifying: the header's ext must be this;
   * absent: any.
   */
  const char *ext;
  /** Bytes of `ext`, or `TDSAUTH_BACKEND_NUL`. */
  size_t ext_len;
  /** Unix seconds; 0: now. */
  int64_t ts;
  /** Verifying: how many seconds the header's ts may lie from `ts`, either way; 0: not checked. */
  uint32_t window_s;
  /** Zero. */
  uint32_t reserved0;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_backend_mac_input;
/** A `tdsauth_backend_mac_input` with every field at its default. */
#define TDSAUTH_BACKEND_MAC_INPUT_INIT \
  { (uint32_t)sizeof(tdsauth_backend_mac_input), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, 0, 0, 0, { 0 } }

/**
 * Makes the value of an `Authorization` header:
 * `MAC id="...",ts="...",nonce="...",mac="..."`, with `,ext="..."` at its end if there is one.
 * Allocates nothing.
 *
 * Ownership: the buffer is the caller's; nothing of `input` is kept. Threads: any; does not wait.
 * Errors: INVALID_ARGUMENT (something is missing, too long, holds a character that is not allowed;
 * the URL is not absolute), INVALID_UTF8, UNSUPPORTED_FIELD, BUFFER_TOO_SMALL, NOT_SUPPORTED (the
 * system gives no randomness).
 */
TDSAUTH_BACKEND_API
int32_t tdsauth_backend_mac_header(const tdsauth_backend_mac_input *input,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed);

/**
 * Verifies such a header in constant time: that it was made with `input`'s key for `input`'s
 * method and URL. Both official spellings are read (with and without blanks after the commas).
 * Whether the nonce was seen before is for the caller to know.
 *
 * Ownership: nothing is kept. Threads: any; does not wait.
 * Errors: MAC_MISMATCH, MAC_EXPIRED (it was made with this key for this request, at another time),
 * INVALID_ARGUMENT (the header or `input` is malformed), INVALID_UTF8, UNSUPPORTED_FIELD.
 */
TDSAUTH_BACKEND_API
int32_t tdsauth_backend_mac_verify(const char *header,
                                   size_t header_len,
                                   const tdsauth_backend_mac_input *input,
                                   tdsauth_backend_error *error);

/* ================================================================================================
 * TapTap: who a player is
 * ================================================================================================ */

/** No region: `open_url` must be given. */
#define TDSAUTH_BACKEND_REGION_DEFAULT 0
/** Mainland China. */
#define TDSAUTH_BACKEND_REGION_CN 1
/** Everywhere else. */
#define TDSAUTH_BACKEND_REGION_GLOBAL 2

/** Whose token, and where to ask. Texts hold at most 8 KiB each. */
typedef struct tdsauth_backend_taptap_input {
  /** `sizeof(tdsauth_backend_taptap_input)`. */
  uint32_t struct_size;
  /** One of `TDSAUTH_BACKEND_REGION_*`: gives the default of `open_url`. */
  int32_t region;
  /** The game's client id at TapTap. */
  const char *client_id;
  /** Bytes of `client_id`, or `TDSAUTH_BACKEND_NUL`. */
  size_t client_id_len;
  /**
   * Base URL of the open API, where it is not that of the region; https, or http to this
   * machine.
   */
  const char *open_url;
  /** Bytes of `open_url`, or `TDSAUTH_BACKEND_NUL`. */
  size_t open_url_len;
  /** The token's `kid`. A secret, as all of the token. */
  const char *kid;
  /** Bytes of `kid`, or `TDSAUTH_BACKEND_NUL`. */
  size_t kid_len;
  /** The token's `mac_key`, as it is. */
  const char *mac_key;
  /** Bytes of `mac_key`, or `TDSAUTH_BACKEND_NUL`. */
  size_t mac_key_len;
  /** The token's `mac_algorithm`; absent: `hmac-sha-1`. */
  const char *mac_algorithm;
  /** Bytes of `mac_algorithm`, or `TDSAUTH_BACKEND_NUL`. */
  size_t mac_algorithm_len;
  /**
   * The scopes that the player granted, joined by blanks or commas. With `public_profile` among
   * them the profile is asked for, else the basic info. Absent: `public_profile`.
   */
  const char *scope;
  /** Bytes of `scope`, or `TDSAUTH_BACKEND_NUL`. */
  size_t scope_len;
  /** Milliseconds after which the call ends at the latest; at most ten minutes. Default: 10000. */
  uint32_t timeout_ms;
  /** Zero. */
  uint32_t reserved0;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_backend_taptap_input;
/** A `tdsauth_backend_taptap_input` with every field at its default. */
#define TDSAUTH_BACKEND_TAPTAP_INPUT_INIT \
  { (uint32_t)sizeof(tdsauth_backend_taptap_input), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, 0, 0, { 0 } }

/**
 * Asks TapTap's open API who the player of a token is: a JSON object with `openid` and, when TapTap
 * tells them, `unionid`, `name`, `avatar`, `gender` and `email`, all of them texts. That the player
 * is whom the game says is for the caller to compare, by openid or unionid.
 *
 * A clock of this machine that is wrong is corrected for; an ill server is asked at most three
 * times; every other refusal ends the call.
 *
 * Ownership: the buffer is the caller's; nothing of `input` is kept. 32768 bytes hold every answer;
 * TapTap is asked again by a call that follows BUFFER_TOO_SMALL.
 * Threads: any; waits for the network, until `timeout_ms` at the latest.
 * Errors: INVALID_ARGUMENT (something is missing, too long or malformed), INVALID_UTF8,
 * UNSUPPORTED_FIELD, NOT_SUPPORTED (`mac_algorithm` is not known, the system gives no randomness),
 * INSECURE_URL, BUFFER_TOO_SMALL, NETWORK, DNS, CONNECT, TLS, TIMED_OUT, RESPONSE_TOO_LARGE,
 * BAD_RESPONSE, REDIRECT, SERVER, RATE_LIMITED, FORBIDDEN, NOT_FOUND, TAPTAP_SESSION_OVER (the
 * token is dead, or its key is wrong), any other TAPTAP_*.
 */
TDSAUTH_BACKEND_API
int32_t tdsauth_backend_taptap_profile(const tdsauth_backend_taptap_input *input,
                                       char *buf,
                                       size_t cap,
                                       size_t *needed,
                                       tdsauth_backend_error *error);

/* ================================================================================================
 * X-Tap-Sign: requests between TapTap's servers and the game's
 * ================================================================================================ */

/** One header of a request. Blanks around the value do not count. */
typedef struct tdsauth_backend_header {
  /** Its name in any case. */
  const char *name;
  /** Bytes of `name`, or `TDSAUTH_BACKEND_NUL`. */
  size_t name_len;
  /** Its value. */
  const char *value;
  /** Bytes of `value`, or `TDSAUTH_BACKEND_NUL`. */
  size_t value_len;
} tdsauth_backend_header;
/** A `tdsauth_backend_header` with every field at its default. */
#define TDSAUTH_BACKEND_HEADER_INIT \
  { NULL, 0, NULL, 0 }

/** A request as it is on the wire, and what it is signed with. */
typedef struct tdsauth_backend_tap_input {
  /** `sizeof(tdsauth_backend_tap_input)`. */
  uint32_t struct_size;
  /** Zero. */
  uint32_t reserved0;
  /** The Server Secret; at most 8 KiB. */
  const char *secret;
  /** Bytes of `secret`, or `TDSAUTH_BACKEND_NUL`. */
  size_t secret_len;
  /**
   * Verifying: a second secret that is accepted, while one is exchanged for another. May be
   * absent. Signing: ignored.
   */
  const char *other_secret;
  /** Bytes of `other_secret`, or `TDSAUTH_BACKEND_NUL`. */
  size_t other_secret_len;
  /** HTTP method in any case. */
  const char *method;
  /** Bytes of `method`, or `TDSAUTH_BACKEND_NUL`. */
  size_t method_len;
  /** Path and query exactly as in the request line; at most 64 KiB. */
  const char *target;
  /** Bytes of `target`, or `TDSAUTH_BACKEND_NUL`. */
  size_t target_len;
  /**
   * All headers, or those whose names begin with `x-tap-`; the others do not count. Verifying:
   * `x-tap-sign` is among them. Signing: it is left out.
   */
  const tdsauth_backend_header *headers;
  /** Number of headers; at most 4096. */
  size_t header_count;
  /** The whole body as it came, before anything parsed it; at most 64 MiB. */
  const uint8_t *body;
  /** Bytes of `body`. */
  size_t body_len;
  /** Verifying: Unix seconds to compare `x-tap-ts` with; 0: now. */
  int64_t ts;
  /** Verifying: how many seconds `x-tap-ts` may lie from `ts`, either way; 0: not checked. */
  uint32_t window_s;
  /** Zero. */
  uint32_t reserved1;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_backend_tap_input;
/** A `tdsauth_backend_tap_input` with every field at its default. */
#define TDSAUTH_BACKEND_TAP_INPUT_INIT \
  { (uint32_t)sizeof(tdsauth_backend_tap_input), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, 0, 0, 0, { 0 } }

/**
 * Makes the value of an `x-tap-sign` header: 44 characters of base64.
 *
 * Ownership: the buffer is the caller's; nothing of `input` is kept. Threads: any; does not wait.
 * Errors: INVALID_ARGUMENT (something is missing, too long or malformed; an `x-tap-*` header is
 * repeated), UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
 */
TDSAUTH_BACKEND_API
int32_t tdsauth_backend_tap_sign(const tdsauth_backend_tap_input *input,
                                 char *buf,
                                 size_t cap,
                                 size_t *needed);

/**
 * Verifies the `x-tap-sign` among the request's headers, in constant time. Whether its
 * `x-tap-nonce` was seen before is for the caller to know.
 *
 * Ownership: nothing is kept. Threads: any; does not wait.
 * Errors: MAC_MISMATCH, MAC_EXPIRED (it is signed with one of the secrets, at another time),
 * INVALID_ARGUMENT (as for signing; there is no `x-tap-sign`), UNSUPPORTED_FIELD.
 */
TDSAUTH_BACKEND_API
int32_t tdsauth_backend_tap_sign_verify(const tdsauth_backend_tap_input *input,
                                        tdsauth_backend_error *error);

#ifdef __cplusplus
}
#endif

#endif /* TDSAUTH_BACKEND_H */
