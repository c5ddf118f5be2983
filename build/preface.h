/* tdsauth: player accounts for games. One C library for every engine.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made by cbindgen out of src/; change the sources, then run `cargo xtask header`.
 *
 * A game in five lines:
 *
 *   tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;  // fill in server_url, app_id, ...
 *   tdsauth_client_create(&options, &client, &error);
 *   tdsauth_login_anonymously(client, NULL, 0, &request, &error);  // returns at once
 *   while (tdsauth_poll(client, &event) == TDSAUTH_OK) { ... }     // in each frame
 *   tdsauth_client_destroy(client);
 *
 * CONVENTIONS, true for every function below
 *
 * Submit and poll. A function that takes `tdsauth_request *request` starts an operation and returns
 *   in microseconds. What comes of it is an event, taken with tdsauth_poll (never waits) or
 *   tdsauth_wait (waits). Nothing in this library ever calls the game: there are no callbacks.
 *   What the game can read (a request's fields, an object, the current user) changes only inside
 *   its own calls: when poll or wait delivers an event. So a value read twice between two polls is
 *   the same value.
 *
 * Order of arguments. The handle; what goes in; options (NULL: all defaults); user_data (comes back
 *   in the events of the request, untouched); what comes out; tdsauth_error * (may be NULL).
 *
 * Status. 0 (TDSAUTH_OK) is success, positive means that nothing happened (nothing to deliver, time
 *   over, no such thing), negative is a failure. On every failure outputs are zero or an empty text.
 *
 * Errors. A tdsauth_error is the caller's own; it is written at each call that takes one, success
 *   included: its status is what the function returned. There is no thread-local last error. A
 *   submit fails at once only for its arguments, the handle, the state of the client and a full
 *   queue (16384 live requests); everything else comes as the status of the final event. Every
 *   function may also return TDSAUTH_ERR_PANIC (a defect of the library, caught: the client it
 *   happened in refuses all work from then on, except its destruction).
 *
 * Handles are numbers, 0 is none. A handle that is stale, released twice, of another kind or of
 *   another client is TDSAUTH_ERR_INVALID_HANDLE, never undefined behaviour.
 *
 * Ownership. Inputs are copied before a function returns. The library never hands out memory to
 *   free: texts and structs are written into the caller's memory. What must be released is said at
 *   the function that gives it: clients are destroyed; requests, objects and queries released.
 *
 * Threads. Every function may be called from any thread at any time. Only tdsauth_wait and
 *   tdsauth_client_shutdown wait for the network. After fork(), the child must not use clients of
 *   its parent: TDSAUTH_ERR_FORKED.
 *
 * Structs begin with struct_size: set it to sizeof, or start from TDSAUTH_<STRUCT>_INIT. A smaller
 *   (older) struct is filled up with zeros, and zero is the default of every field; in a larger
 *   (newer) one the unknown tail must be zero, else TDSAUTH_ERR_UNSUPPORTED_FIELD, as for reserved
 *   fields. A size below that of version 1 or above 4096 is TDSAUTH_ERR_INVALID_ARGUMENT and
 *   nothing is written. Of an output, at most struct_size bytes are written.
 *
 * Texts in: pointer and length in bytes, UTF-8 without U+0000; TDSAUTH_NUL as length means that the
 *   text ends at a NUL byte; NULL with length 0 means absent. Bad text is TDSAUTH_ERR_INVALID_UTF8,
 *   a length beyond the bound named at the parameter TDSAUTH_ERR_INVALID_ARGUMENT.
 *
 * Texts out: `buf`, its size `cap`, and `needed` (may be NULL), which gets the length without the
 *   closing NUL. It fits when cap > needed; otherwise TDSAUTH_ERR_BUFFER_TOO_SMALL, with `needed`
 *   set. With cap > 0 the buffer always ends up NUL-terminated, on failure empty. To ask for the
 *   length alone: buf NULL, cap 0.
 *
 * Promise. Within one major version of the ABI no function goes away, no field moves, no number
 *   changes; structs grow at their end only. Unloading the library is not supported: once loaded it
 *   stays until the process ends. No panic hook and no signal handler is installed.
 */
