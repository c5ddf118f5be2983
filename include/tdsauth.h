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
#ifndef TDSAUTH_H
#define TDSAUTH_H

#include <stddef.h>
#include <stdint.h>

/** On every function. Define TDSAUTH_STATIC before the include when linking the static library on Windows. */
#ifndef TDSAUTH_API
#if defined(_WIN32) && !defined(TDSAUTH_STATIC)
#define TDSAUTH_API __declspec(dllimport)
#elif defined(__GNUC__)
#define TDSAUTH_API __attribute__((visibility("default")))
#else
#define TDSAUTH_API
#endif
#endif

/** As the length of a text that goes in: the text ends at its first NUL byte. */
#define TDSAUTH_NUL SIZE_MAX

#ifdef __cplusplus
extern "C" {
#endif

/* ================================================================================================
 * Handles
 * ================================================================================================ */

/**
 * One player's account on one device: a storage folder, its owner thread, its connections. Give it
 * back with `tdsauth_client_destroy` or `tdsauth_client_shutdown`. 0 is none.
 */
typedef uint64_t tdsauth_client;

/** An operation that was submitted, until it is released. 0 is none. */
typedef uint64_t tdsauth_request;

/**
 * An object that the account server stores, such as the user. Give it back with
 * `tdsauth_object_release`. 0 is none.
 */
typedef uint64_t tdsauth_object;

/**
 * A question to the account server: which objects of a class. Give it back with
 * `tdsauth_query_release`. 0 is none.
 */
typedef uint64_t tdsauth_query;

/* ================================================================================================
 * Statuses and errors
 * ================================================================================================ */

/** Success. */
#define TDSAUTH_OK 0
/** `poll`, `log_next`, `http_next`: there is nothing to deliver. */
#define TDSAUTH_NO_EVENT 1
/** `wait`: the time given ran out; the request goes on. */
#define TDSAUTH_TIMEOUT 2
/** The thing asked for is absent: nobody is logged in, the object has no such key. */
#define TDSAUTH_NONE 3
/** An argument is missing, too long, malformed, or a struct's size is out of range. */
#define TDSAUTH_ERR_INVALID_ARGUMENT (-1)
/** A handle is stale, released, of another kind, or belongs to another client. */
#define TDSAUTH_ERR_INVALID_HANDLE (-2)
/** A text is not UTF-8, or holds U+0000. */
#define TDSAUTH_ERR_INVALID_UTF8 (-3)
/** The caller's buffer is too small; `needed` says how many bytes it takes. */
#define TDSAUTH_ERR_BUFFER_TOO_SMALL (-4)
/** A struct carries a non-zero field that this version does not know. */
#define TDSAUTH_ERR_UNSUPPORTED_FIELD (-5)
/** Too many requests live at once. */
#define TDSAUTH_ERR_QUEUE_FULL (-6)
/** Another thread waits for the same request already. */
#define TDSAUTH_ERR_BUSY (-7)
/** The client is shutting down or was destroyed. */
#define TDSAUTH_ERR_CLOSED (-8)
/** A defect inside the library was caught; the client it happened in refuses all further work. */
#define TDSAUTH_ERR_PANIC (-9)
/** The process was forked after the client was created; the child must create its own. */
#define TDSAUTH_ERR_FORKED (-10)
/** The request was cancelled. */
#define TDSAUTH_ERR_CANCELLED (-11)
/** The session changed (logout, another login) while the request ran; nothing was stored. */
#define TDSAUTH_ERR_SESSION_CHANGED (-12)
/** The value is of another type than the one asked for. */
#define TDSAUTH_ERR_WRONG_TYPE (-13)
/** This build or platform cannot do that. */
#define TDSAUTH_ERR_NOT_SUPPORTED (-14)
/** A limit of the library is reached (handles, memory). */
#define TDSAUTH_ERR_LIMIT (-15)
/** The connection failed or was lost. */
#define TDSAUTH_ERR_NETWORK (-100)
/** The host name could not be resolved. */
#define TDSAUTH_ERR_DNS (-101)
/** No connection could be made. */
#define TDSAUTH_ERR_CONNECT (-102)
/** The secure connection could not be made: a certificate is not trusted, or is another's. */
#define TDSAUTH_ERR_TLS (-103)
/** The request's deadline passed. */
#define TDSAUTH_ERR_TIMED_OUT (-104)
/** The answer is larger than `max_response_bytes`. */
#define TDSAUTH_ERR_RESPONSE_TOO_LARGE (-105)
/** The answer is not what the protocol says: not JSON, of the wrong shape, truncated. */
#define TDSAUTH_ERR_BAD_RESPONSE (-106)
/** The server sent the request elsewhere; redirects are never followed. */
#define TDSAUTH_ERR_REDIRECT (-107)
/** Plain http to a host other than loopback, without the option that allows it. */
#define TDSAUTH_ERR_INSECURE_URL (-108)
/** The server is ill: a 5xx status. */
#define TDSAUTH_ERR_SERVER (-109)
/** The server asks to slow down: status 429. */
#define TDSAUTH_ERR_RATE_LIMITED (-110)
/** The storage folder cannot be read or written. */
#define TDSAUTH_ERR_STORAGE (-200)
/** The stored file is of a newer version of the library; it is left untouched. */
#define TDSAUTH_ERR_STORAGE_NEWER (-201)
/** The stored file is damaged; it was set aside under another name. */
#define TDSAUTH_ERR_STORAGE_DAMAGED (-202)
/** The folder belongs to another user, or others may write to it. */
#define TDSAUTH_ERR_STORAGE_PERMISSION (-203)
/** Another process holds the folder's lock for too long. */
#define TDSAUTH_ERR_STORAGE_BUSY (-204)
/** The disk is full. */
#define TDSAUTH_ERR_STORAGE_FULL (-205)
/** The app id, app key or signature was refused. */
#define TDSAUTH_ERR_UNAUTHORIZED (-300)
/** The session token is no longer valid: the player has to log in again. */
#define TDSAUTH_ERR_SESSION_OVER (-301)
/** Nobody is logged in. */
#define TDSAUTH_ERR_NOT_LOGGED_IN (-302)
/** The server forbids it. */
#define TDSAUTH_ERR_FORBIDDEN (-303)
/** The server does not know the thing asked for. */
#define TDSAUTH_ERR_NOT_FOUND (-304)
/** The server refused for a reason of its own: see `server_code`. */
#define TDSAUTH_ERR_REJECTED (-305)

/**
 * The account of that platform belongs to another user (server codes 137, 208); which platform:
 * `TDSAUTH_REQUEST_PLATFORM`.
 */
#define TDSAUTH_ERR_ALREADY_ASSOCIATED (-306)
/** There is no such user (server code 211, where it means that). */
#define TDSAUTH_ERR_USER_NOT_FOUND (-307)

/**
 * The server does not believe what the platform is said to say of the player (server codes 250,
 * 251, 252).
 */
#define TDSAUTH_ERR_INVALID_AUTH_DATA (-308)
/** The object on the server does not meet the condition of a save (server code 305). */
#define TDSAUTH_ERR_CONDITION_FAILED (-309)
/** A MAC or signature does not match. */
#define TDSAUTH_ERR_MAC_MISMATCH (-310)
/** A signed time stamp is outside the accepted window. */
#define TDSAUTH_ERR_MAC_EXPIRED (-311)
/** TapTap: the player refused. */
#define TDSAUTH_ERR_TAPTAP_DENIED (-400)
/** TapTap: the code expired or was used up; the player has to start again. */
#define TDSAUTH_ERR_TAPTAP_EXPIRED (-401)
/** TapTap: a field of the request is missing or wrong. */
#define TDSAUTH_ERR_TAPTAP_INVALID_REQUEST (-402)
/** TapTap: the clock of this machine is too far off, also after it was corrected. */
#define TDSAUTH_ERR_TAPTAP_INVALID_TIME (-403)
/** TapTap: a signed request was seen before. */
#define TDSAUTH_ERR_TAPTAP_REPLAY_ATTACKS (-404)
/** TapTap: the client id is unknown, or the key does not belong to it. */
#define TDSAUTH_ERR_TAPTAP_INVALID_CLIENT (-405)
/** TapTap no longer takes the player's token: the player has to log in there again. */
#define TDSAUTH_ERR_TAPTAP_SESSION_OVER (-406)
/** TapTap: the player did not grant the scope that this takes. */
#define TDSAUTH_ERR_TAPTAP_INSUFFICIENT_SCOPE (-407)
/** TapTap: the code of a login was refused when it was exchanged for a token. */
#define TDSAUTH_ERR_TAPTAP_INVALID_GRANT (-408)
/** TapTap: the client id belongs to the other region. */
#define TDSAUTH_ERR_TAPTAP_WRONG_REGION (-409)
/** No TapTap token is kept: the player has not logged in there. */
#define TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN (-410)
/** The URL answers a TapTap login that nobody waits for any more. */
#define TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN (-411)
/** TapTap refused for another reason: the message names it. */
#define TDSAUTH_ERR_TAPTAP_REFUSED (-412)
/** Bit of `flags`: the same call may succeed later without anybody doing anything. */
#define TDSAUTH_FLAG_RETRYABLE 1
/** Bit of `flags`: the session is over; the player has to log in again. */
#define TDSAUTH_FLAG_SESSION_OVER 2
/** Bit of `flags`: only the player can help: log in, give consent, set the clock. */
#define TDSAUTH_FLAG_NEEDS_PLAYER 4

/**
 * Bit of `flags`: the answer to a write was lost that must not be sent twice (a new object, an
 * increment, an addition to a list, a save with a condition), or it was given up on its way: the
 * server may have done it or not. Fetch or query to find out. The library sends it once only: it
 * goes out again only with a save that the game submits after it was told.
 */
#define TDSAUTH_FLAG_MAYBE_DONE 8

/** What went wrong. 256 bytes, the caller's own. */
typedef struct tdsauth_error {
  /** `sizeof(tdsauth_error)`. */
  uint32_t struct_size;
  /** What the function returned: a `TDSAUTH_ERR_*`, or on success 0 or a positive status. */
  int32_t status;
  /** The HTTP status of the answer, 0 when there was none. */
  int32_t http_status;
  /** The account server's own number, 0 when there was none. */
  int32_t server_code;
  /** Bits `TDSAUTH_FLAG_*`. */
  uint32_t flags;
  /** Bytes of `message` before its NUL. */
  uint32_t message_len;
  /**
   * One English sentence for developers, UTF-8, NUL-terminated, never a secret; cut on a
   * character border when it is longer.
   */
  char message[232];
} tdsauth_error;
/** A `tdsauth_error` with every field at its default. */
#define TDSAUTH_ERROR_INIT \
  { (uint32_t)sizeof(tdsauth_error), 0, 0, 0, 0, 0, { 0 } }

/**
 * The name of a status as it stands in the header, such as `"TDSAUTH_ERR_NETWORK"`; of an unknown
 * number `"TDSAUTH_UNKNOWN"`.
 *
 * Ownership: the text is static, never NULL, never to be freed. Threads: any. Errors: none.
 */
TDSAUTH_API const char *tdsauth_status_name(int32_t status);

/* ================================================================================================
 * The library
 * ================================================================================================ */

/** Major version of the ABI this header describes. Another major is another ABI. */
#define TDSAUTH_ABI_MAJOR 0
/** Minor version of the ABI this header describes. A higher minor only adds. */
#define TDSAUTH_ABI_MINOR 4

/**
 * Version of the ABI that the loaded library has: `major << 16 | minor`. Demand the same major as
 * `TDSAUTH_ABI_MAJOR` and at least its minor.
 *
 * Ownership: nothing to own. Threads: any. Errors: none.
 */
TDSAUTH_API uint32_t tdsauth_abi_version(void);

/**
 * Version of the library, such as `0.1.0`.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API int32_t tdsauth_version(char *buf, size_t cap, size_t *needed);

/* ================================================================================================
 * Client: one player's account on one device
 * ================================================================================================ */

/** Region: the server is told by `server_url`, which must be given; TapTap by its three URLs. */
#define TDSAUTH_REGION_DEFAULT 0

/**
 * Region: mainland China; `server_url` must be given (apps there have a domain of their own).
 * TapTap's hosts end in `.cn`.
 */
#define TDSAUTH_REGION_CN 1

/**
 * Region: international; without `server_url` the server follows from the app id. TapTap's hosts
 * end in `.com`.
 */
#define TDSAUTH_REGION_GLOBAL 2
/** App state: the game is in front. */
#define TDSAUTH_APP_FOREGROUND 1
/** App state: the game is in the background and may be suspended or killed without a word. */
#define TDSAUTH_APP_BACKGROUND 2
/** Log level: as `TDSAUTH_LOG_WARN`. */
#define TDSAUTH_LOG_DEFAULT 0
/** Log level: nothing is logged. */
#define TDSAUTH_LOG_OFF 1
/** Log level: what failed for good. */
#define TDSAUTH_LOG_ERROR 2
/** Log level: what went wrong and was mended. */
#define TDSAUTH_LOG_WARN 3
/** Log level: the steps of a login. */
#define TDSAUTH_LOG_INFO 4
/** Log level: each exchange with the server (never its secrets). */
#define TDSAUTH_LOG_DEBUG 5
/** Client flag: send the app key itself (`X-LC-Key`) instead of signing with it (`X-LC-Sign`). */
#define TDSAUTH_CLIENT_SEND_APP_KEY 1
/** Client flag: allow `http://` to hosts other than loopback. Tokens then travel in the clear. */
#define TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP 2
/** Client flag: a request is released by itself when the event after its final one is delivered. */
#define TDSAUTH_CLIENT_AUTO_RELEASE 4
/** Client flag: the game carries the bytes (`tdsauth_http_next`); no socket is opened. */
#define TDSAUTH_CLIENT_HOST_TRANSPORT 8

/** What a client is made of. Zero is the default of each field; an empty text counts as absent. */
typedef struct tdsauth_client_options {
  /** `sizeof(tdsauth_client_options)`. */
  uint32_t struct_size;
  /** One of `TDSAUTH_REGION_*`. */
  int32_t region;
  /**
   * Base URL of the account server, such as `https://account.example.com`; at most 8 KiB.
   * Default: what `region` gives.
   */
  const char *server_url;
  /** Bytes of `server_url`, or `TDSAUTH_NUL`. */
  size_t server_url_len;
  /** The app id; must be given; printable ASCII, at most 128 bytes. */
  const char *app_id;
  /** Bytes of `app_id`, or `TDSAUTH_NUL`. */
  size_t app_id_len;
  /**
   * The app key; must be given; printable ASCII, at most 256 bytes. It signs requests, see
   * `TDSAUTH_CLIENT_SEND_APP_KEY`.
   */
  const char *app_key;
  /** Bytes of `app_key`, or `TDSAUTH_NUL`. */
  size_t app_key_len;
  /**
   * A folder of the game's own, made when missing; must be given; at most 32 KiB. Each app id
   * and profile gets a folder of its own in it.
   */
  const char *storage_path;
  /** Bytes of `storage_path`, or `TDSAUTH_NUL`. */
  size_t storage_path_len;
  /** Tells two players on one machine apart; at most 64 bytes. Default: `default`. */
  const char *profile;
  /** Bytes of `profile`, or `TDSAUTH_NUL`. */
  size_t profile_len;
  /** `http://host:port` of a proxy; at most 8 KiB. Default: none; the environment is not read. */
  const char *proxy;
  /** Bytes of `proxy`, or `TDSAUTH_NUL`. */
  size_t proxy_len;
  /**
   * Appended to the `User-Agent` header after a space; printable ASCII, at most 128 bytes.
   * Default: nothing.
   */
  const char *user_agent_suffix;
  /** Bytes of `user_agent_suffix`, or `TDSAUTH_NUL`. */
  size_t user_agent_suffix_len;
  /**
   * PEM certificates of authorities trusted beside the bundled ones; at most 1 MiB.
   * Default: none.
   */
  const char *extra_ca_pem;
  /** Bytes of `extra_ca_pem`, or `TDSAUTH_NUL`. */
  size_t extra_ca_pem_len;
  /**
   * The app's client id at TapTap: letters, digits, `_` and `-`, at most 128 bytes. Default:
   * none, and the `tdsauth_taptap_*` operations are refused.
   */
  const char *taptap_client_id;
  /** Bytes of `taptap_client_id`, or `TDSAUTH_NUL`. */
  size_t taptap_client_id_len;
  /** Base URL of TapTap's device codes and tokens; at most 8 KiB. Default: what `region` gives. */
  const char *taptap_accounts_url;
  /** Bytes of `taptap_accounts_url`, or `TDSAUTH_NUL`. */
  size_t taptap_accounts_url_len;
  /** Base URL of TapTap's open API; at most 8 KiB. Default: what `region` gives. */
  const char *taptap_open_url;
  /** Bytes of `taptap_open_url`, or `TDSAUTH_NUL`. */
  size_t taptap_open_url_len;
  /** TapTap's page on which a player allows a login; at most 8 KiB. Default: what `region` gives. */
  const char *taptap_authorize_url;
  /** Bytes of `taptap_authorize_url`, or `TDSAUTH_NUL`. */
  size_t taptap_authorize_url_len;
  /** Bits `TDSAUTH_CLIENT_*`. Default: none of them. */
  uint32_t flags;
  /** One of `TDSAUTH_LOG_*`. Default: `TDSAUTH_LOG_WARN`. */
  int32_t log_level;
  /** Time to resolve and connect, for each exchange, at most 600000. Default: 10000. */
  uint32_t connect_timeout_ms;
  /**
   * Time of a whole operation from its start to its final event, at most 600000.
   * Default: 20000.
   */
  uint32_t request_timeout_ms;
  /** Threads that talk to the server at once, at most 16. Default: 4. */
  uint32_t max_connections;
  /** Zero. */
  uint32_t reserved0;
  /** Largest body of an answer, decoded, at most 67108864. Default: 1048576. */
  uint64_t max_response_bytes;
  /**
   * The folder in which the official C# SDK kept `.userdata` and `.anonymousdata` (in Unity
   * `Application.persistentDataPath`); at most 32 KiB. While the client's own folder is empty,
   * who was logged in there and its guest are taken over; the files stay. Default: none.
   */
  const char *import_path;
  /** Bytes of `import_path`, or `TDSAUTH_NUL`. */
  size_t import_path_len;
  /** Zero. */
  uint64_t reserved[4];
} tdsauth_client_options;
/** A `tdsauth_client_options` with every field at its default. */
#define TDSAUTH_CLIENT_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_client_options), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0, { 0 } }

/** Counts, for leak tests and for the curious. */
typedef struct tdsauth_stats {
  /** `sizeof(tdsauth_stats)`. */
  uint32_t struct_size;
  /** Clients alive. */
  uint32_t clients;
  /** Requests not yet released. */
  uint32_t live_requests;
  /** Object handles not yet released. */
  uint32_t live_objects;
  /** Events not yet delivered. */
  uint32_t queued_events;
  /** Threads of the library. */
  uint32_t threads;
  /** HTTP exchanges running now. */
  uint32_t http_running;
  /** Zero. */
  uint32_t reserved0;
  /** HTTP requests sent so far. */
  uint64_t http_sent;
  /** Log lines dropped because nobody took them. */
  uint64_t log_dropped;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_stats;
/** A `tdsauth_stats` with every field at its default. */
#define TDSAUTH_STATS_INIT \
  { (uint32_t)sizeof(tdsauth_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }

/**
 * Makes a client. Makes its folder and reads what is remembered there (at most 64 KiB); sends
 * nothing, so a remembered user is there at once (`tdsauth_current_user`).
 *
 * Ownership: `*client` is the caller's to destroy. Threads: any; does not wait for the network.
 * Errors: INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, INSECURE_URL, NOT_SUPPORTED (no
 * built-in transport in this build, and no `TDSAUTH_CLIENT_HOST_TRANSPORT`), LIMIT, STORAGE,
 * STORAGE_NEWER, STORAGE_PERMISSION, STORAGE_FULL, TLS (`extra_ca_pem`).
 */
TDSAUTH_API
int32_t tdsauth_client_create(const tdsauth_client_options *options,
                              tdsauth_client *client,
                              tdsauth_error *error);

/**
 * Ends a client at once: what runs is abandoned, its requests and events go with it, every waiter
 * wakes with CLOSED. Objects that were taken stay. Never waits; threads end by themselves.
 *
 * Ownership: gives `client` back. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_client_destroy(tdsauth_client client);

/**
 * Ends a client in order: takes no new work, finishes what runs for at most `timeout_ms`, then
 * destroys it. `*abandoned` (may be NULL) is the number of requests that did not come to an end.
 *
 * Ownership: gives `client` back. Threads: any; waits. Errors: INVALID_HANDLE.
 */
TDSAUTH_API
int32_t tdsauth_client_shutdown(tdsauth_client client,
                                uint32_t timeout_ms,
                                uint32_t *abandoned);

/**
 * Tells the client where the game stands, one of `TDSAUTH_APP_*`. Back in the foreground, idle
 * connections are dropped (they are dead after a sleep) and the folder is read again, which may
 * lead to `TDSAUTH_EVENT_USER_CHANGED`. A new client is in the foreground.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT, FORKED, LIMIT.
 */
TDSAUTH_API int32_t tdsauth_client_set_app_state(tdsauth_client client, int32_t state);

/**
 * Counts of one client; with `client` 0, of the whole library.
 *
 * Ownership: `stats` is the caller's. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT.
 */
TDSAUTH_API int32_t tdsauth_client_stats(tdsauth_client client, tdsauth_stats *stats);

/* ================================================================================================
 * Requests and events
 * ================================================================================================ */

/**
 * Event: a login ended. `value`: 1 when a new account was made, 0 when it existed. `objects`: 1,
 * the user.
 */
#define TDSAUTH_EVENT_LOGIN 1

/**
 * Event: a logout ended. `value`: 1 when a session was ended, 0 when nobody was logged in. With
 * `revoke`, a failed status says that the server did not revoke the token; the player is logged
 * out on this device all the same.
 */
#define TDSAUTH_EVENT_LOGOUT 2
/** Event: the session was checked. `value`: 1 valid, 0 not valid; a failed status: cannot tell. */
#define TDSAUTH_EVENT_USER_IS_AUTHENTICATED 3
/** Event: the session token was replaced. `objects`: 1, the user. */
#define TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED 4

/**
 * Event: a TapTap login ended; token and profile can be read. `value`: 1 when the player took part
 * in it, 0 when the token that is kept served.
 */
#define TDSAUTH_EVENT_TAPTAP_LOGIN 5
/** Event: the TapTap token was replaced, and the profile fetched anew. */
#define TDSAUTH_EVENT_TAPTAP_REFRESHED 6
/** Event: the TapTap profile was fetched anew. */
#define TDSAUTH_EVENT_TAPTAP_PROFILE 7
/** Event: a platform was linked to the user. `objects`: 1, the user. */
#define TDSAUTH_EVENT_USER_ASSOCIATED 8

/**
 * Event: a platform was unlinked from the user. `value`: 1 when it was the last one, so that the
 * account can only be reached by its session: warn the player; else 0. `objects`: 1, the user.
 */
#define TDSAUTH_EVENT_USER_DISASSOCIATED 9
/** Event: the account was deleted; nobody is logged in, here and at TapTap. */
#define TDSAUTH_EVENT_USER_DELETED 10
/** Event: an object was saved. `objects`: 1, the object. */
#define TDSAUTH_EVENT_OBJECT_SAVED 11
/** Event: an object was fetched. `objects`: 1, the object. */
#define TDSAUTH_EVENT_OBJECT_FETCHED 12
/** Event: an object was deleted. `objects`: 1, the object, which keeps what it showed. */
#define TDSAUTH_EVENT_OBJECT_DELETED 13

/**
 * Event: objects were saved. `value`: how many of those given. `status`: the first failure; which
 * objects failed: `TDSAUTH_REQUEST_FAILURES`. `flags` have `TDSAUTH_FLAG_MAYBE_DONE` if any
 * failure has.
 */
#define TDSAUTH_EVENT_OBJECTS_SAVED 14
/** Event: a query was answered. `objects`: how many were found, in the order of the query. */
#define TDSAUTH_EVENT_QUERY_FOUND 15
/** Event: a query was counted. `value`: how many objects meet it. */
#define TDSAUTH_EVENT_QUERY_COUNTED 16
/** Event: there is a code for TapTap: have the system open the address of `TDSAUTH_REQUEST_URL`. */
#define TDSAUTH_EVENT_BINDING_CONFIRMED 17

/**
 * Progress of a TapTap login: show the player the code of `TDSAUTH_REQUEST_QR_TEXT`
 * (`tdsauth_qr_encode`). `value`: seconds it is good for. A later one replaces it.
 */
#define TDSAUTH_EVENT_TAPTAP_SHOW_QR 32

/**
 * Progress of a TapTap login: open the page of `TDSAUTH_REQUEST_URL`. `value`: seconds the login
 * waits for the player.
 */
#define TDSAUTH_EVENT_TAPTAP_OPEN_URL 33

/**
 * Progress of a TapTap login: the code was scanned, and the player has yet to confirm on the phone.
 * Once for each code; the texts of the code stay readable.
 */
#define TDSAUTH_EVENT_TAPTAP_SCANNED 34

/**
 * Event without a request: the server no longer knows the session of the current user. Who that is
 * stays readable until the next login or logout. `status`: `TDSAUTH_ERR_SESSION_OVER`.
 */
#define TDSAUTH_EVENT_SESSION_OVER 64

/**
 * Event without a request: another client or process changed who is logged in. `value`: 1 somebody
 * is, 0 nobody.
 */
#define TDSAUTH_EVENT_USER_CHANGED 65

/**
 * Event without a request: a damaged file was set aside under another name. `value`: 1 everything
 * was recovered from its copy, 2 the guest's identity alone, 0 nothing.
 */
#define TDSAUTH_EVENT_STORAGE_DAMAGED 66

/**
 * Event without a request: TapTap no longer takes the player's token, which was dropped. The
 * session with the account server, if there is one, goes on. `status`:
 * `TDSAUTH_ERR_TAPTAP_SESSION_OVER`.
 */
#define TDSAUTH_EVENT_TAPTAP_SESSION_OVER 67
/** Bit of an event's `flags`: a step on the way; more events of this request follow. */
#define TDSAUTH_FLAG_MORE 256
/** Bit of an event's `flags`: this final event was delivered before. */
#define TDSAUTH_FLAG_REPEATED 512
/** As `timeout_ms` of `tdsauth_wait`: wait as long as it takes. */
#define TDSAUTH_FOREVER UINT32_MAX

/**
 * Field of `tdsauth_request_get_str`: what went wrong, in one English sentence for developers;
 * empty while nothing did.
 */
#define TDSAUTH_REQUEST_MESSAGE 1
/** Field of `tdsauth_request_get_str`: what the QR code holds, exactly as it is drawn. */
#define TDSAUTH_REQUEST_QR_TEXT 2
/** Field of `tdsauth_request_get_str`: the short code that the player may type in instead. */
#define TDSAUTH_REQUEST_USER_CODE 3
/** Field of `tdsauth_request_get_str`: the page to type that code in. */
#define TDSAUTH_REQUEST_VERIFICATION_URL 4
/** Field of `tdsauth_request_get_str`: what to open: a page in a browser, or TapTap's app. */
#define TDSAUTH_REQUEST_URL 5

/**
 * Field of `tdsauth_request_get_str`: the name of the platform that the final event is about, also
 * after a failure.
 */
#define TDSAUTH_REQUEST_PLATFORM 6

/**
 * Field of `tdsauth_request_get_str`: which of many objects were not saved, a JSON array of
 * `{"index":1,"status":-305,"code":142,"flags":0,"error":"…"}`; none if all were.
 */
#define TDSAUTH_REQUEST_FAILURES 7

/** Something that happened. 72 bytes, the caller's own. */
typedef struct tdsauth_event {
  /** `sizeof(tdsauth_event)`. */
  uint32_t struct_size;
  /** One of `TDSAUTH_EVENT_*`; 0 when there is no event. */
  int32_t kind;
  /** The request it belongs to; 0 when it was not asked for. */
  tdsauth_request request;
  /** What was given when the request was submitted. */
  uint64_t user_data;
  /** Its meaning stands at the kind. */
  int64_t value;
  /** How many objects the request holds: `tdsauth_request_take_object`. */
  uint32_t objects;
  /** Zero. */
  uint32_t reserved0;
  /** `TDSAUTH_OK` or why the operation failed. */
  int32_t status;
  /** The HTTP status of the answer, 0 when there was none. */
  int32_t http_status;
  /** The account server's own number, 0 when there was none. */
  int32_t server_code;
  /** Bits `TDSAUTH_FLAG_*`. */
  uint32_t flags;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_event;
/** A `tdsauth_event` with every field at its default. */
#define TDSAUTH_EVENT_INIT \
  { (uint32_t)sizeof(tdsauth_event), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }

/** Options that every operation has. */
typedef struct tdsauth_request_options {
  /** `sizeof(tdsauth_request_options)`. */
  uint32_t struct_size;
  /** Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`. */
  uint32_t timeout_ms;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_request_options;
/** A `tdsauth_request_options` with every field at its default. */
#define TDSAUTH_REQUEST_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_request_options), 0, { 0 } }

/**
 * Takes the client's next event, in the order in which they happened. Call it in each frame until
 * it returns NO_EVENT.
 *
 * Ownership: `event` is the caller's. Threads: any; never waits.
 * Errors: NO_EVENT (positive: nothing to deliver), INVALID_HANDLE, INVALID_ARGUMENT.
 */
TDSAUTH_API int32_t tdsauth_poll(tdsauth_client client, tdsauth_event *event);

/**
 * Waits for the next event of `request`, or with `request` 0 for the client's next event, at most
 * `timeout_ms` (0: does not wait; `TDSAUTH_FOREVER`: no limit).
 *
 * While a thread waits for a request, that request's events go to this thread only. The final
 * event stays in its request until that is released: a later wait returns it at once, with
 * `TDSAUTH_FLAG_REPEATED`.
 *
 * Ownership: `event` is the caller's. Threads: any; waits. Destroying the client wakes it.
 * Errors: TIMEOUT (positive: the request goes on), INVALID_HANDLE, INVALID_ARGUMENT, BUSY (another
 * thread waits for this request), CLOSED (the client was destroyed meanwhile), FORKED.
 */
TDSAUTH_API
int32_t tdsauth_wait(tdsauth_client client,
                     tdsauth_request request,
                     uint32_t timeout_ms,
                     tdsauth_event *event);

/**
 * Ends a request early: its final event, CANCELLED, comes at once; a late answer is dropped. Of a
 * save that is on its way and must not be done twice it carries `TDSAUTH_FLAG_MAYBE_DONE`. After
 * its final event this does nothing.
 *
 * Ownership: the request stays the caller's to release. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_request_cancel(tdsauth_request request);

/**
 * A text of the request's last delivered event: `field` is one of `TDSAUTH_REQUEST_*`. Who reads
 * those of a login or a binding can finish it in the player's place: log none of them.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: NONE (positive: the event has no such text), INVALID_HANDLE, INVALID_ARGUMENT,
 * BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_request_get_str(tdsauth_request request,
                                int32_t field,
                                char *buf,
                                size_t cap,
                                size_t *needed);

/**
 * Takes object number `index` (from 0) out of a request whose event has been delivered. It can be
 * taken once, and outlives request and client.
 *
 * Ownership: `*object` is the caller's to release. Threads: any.
 * Errors: NONE (positive: no such object, or taken already), INVALID_HANDLE, INVALID_ARGUMENT,
 * LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_request_take_object(tdsauth_request request,
                                    uint32_t index,
                                    tdsauth_object *object);

/**
 * Releases a request and what was not taken from it. Before its final event this cancels it, and
 * no event of it is delivered any more.
 *
 * Ownership: gives `request` back. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_request_release(tdsauth_request request);

/* ================================================================================================
 * Logging in and out
 * ================================================================================================ */

/** Options of `tdsauth_login_with_auth_data` and `tdsauth_user_associate_auth_data`. */
typedef struct tdsauth_auth_data_options {
  /** `sizeof(tdsauth_auth_data_options)`. */
  uint32_t struct_size;
  /** Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`. */
  uint32_t timeout_ms;
  /**
   * 1: an unknown player is refused with USER_NOT_FOUND. Default: 0, an account is made. Zero for
   * `tdsauth_user_associate_auth_data`.
   */
  uint32_t fail_on_not_exist;
  /**
   * 1: of all accounts with this `unionid`, this one is the main one, which logins by other
   * platforms join. Default: 0. Only with `unionid`.
   */
  uint32_t main_account;
  /**
   * The player in all apps of one developer, as the platform gives it; at most 1 KiB. Default:
   * none.
   */
  const char *unionid;
  /** Bytes of `unionid`, or `TDSAUTH_NUL`. */
  size_t unionid_len;
  /** The platform that gives `unionid`; at most 64 bytes. Default: `weixin`. Only with `unionid`. */
  const char *unionid_platform;
  /** Bytes of `unionid_platform`, or `TDSAUTH_NUL`. */
  size_t unionid_platform_len;
  /**
   * A JSON object with fields of the account, such as its nickname, for the case that it is made
   * by this login; at most 256 KiB. Default: none. Absent for `tdsauth_user_associate_auth_data`.
   */
  const char *fields_json;
  /** Bytes of `fields_json`, or `TDSAUTH_NUL`. */
  size_t fields_json_len;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_auth_data_options;
/** A `tdsauth_auth_data_options` with every field at its default. */
#define TDSAUTH_AUTH_DATA_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_auth_data_options), 0, 0, 0, NULL, 0, NULL, 0, NULL, 0, { 0 } }

/** Options of `tdsauth_logout`. */
typedef struct tdsauth_logout_options {
  /** `sizeof(tdsauth_logout_options)`. */
  uint32_t struct_size;
  /** Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`. */
  uint32_t timeout_ms;
  /** 1: the server shall forget the session token too, on all devices. Default: 0, this device. */
  uint32_t revoke;
  /** Zero. */
  uint32_t reserved0;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_logout_options;
/** A `tdsauth_logout_options` with every field at its default. */
#define TDSAUTH_LOGOUT_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_logout_options), 0, 0, 0, { 0 } }

/**
 * Logs in as the guest of this folder: the same account each time, also after a logout and after a
 * crash at any moment. Ends in `TDSAUTH_EVENT_LOGIN`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED (a logout came in
 * between; nothing was stored).
 */
TDSAUTH_API
int32_t tdsauth_login_anonymously(tdsauth_client client,
                                  const tdsauth_request_options *options,
                                  uint64_t user_data,
                                  tdsauth_request *request,
                                  tdsauth_error *error);

/**
 * Logs in with a session token that the game got elsewhere ("become"): printable ASCII, at most
 * 1 KiB. Ends in `TDSAUTH_EVENT_LOGIN`; a token the server does not know fails with SESSION_OVER and
 * leaves the current user as it was.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
 * FORKED. In the event: as `tdsauth_login_anonymously`, and SESSION_OVER.
 */
TDSAUTH_API
int32_t tdsauth_login_with_session_token(tdsauth_client client,
                                         const char *session_token,
                                         size_t session_token_len,
                                         const tdsauth_request_options *options,
                                         uint64_t user_data,
                                         tdsauth_request *request,
                                         tdsauth_error *error);

/**
 * Logs in as the player of another platform: the account of that player, which is made at the
 * first time. `platform` is its name (`weixin`, `lc_apple` …: letters, digits and `_`, at most 64
 * bytes), `auth_data_json` the JSON object that it gave the game (`openid`, `access_token` …), at
 * most 256 KiB; the server checks it. Ends in `TDSAUTH_EVENT_LOGIN`, `value` 1 for a new account.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
 * FORKED. In the event: as `tdsauth_login_anonymously`, INVALID_AUTH_DATA, and USER_NOT_FOUND with
 * `fail_on_not_exist`. On a failure the current user stays as it was.
 */
TDSAUTH_API
int32_t tdsauth_login_with_auth_data(tdsauth_client client,
                                     const char *platform,
                                     size_t platform_len,
                                     const char *auth_data_json,
                                     size_t auth_data_json_len,
                                     const tdsauth_auth_data_options *options,
                                     uint64_t user_data,
                                     tdsauth_request *request,
                                     tdsauth_error *error);

/**
 * Logs out: what is remembered of the session is gone from this device when the event comes; the
 * guest's identity is kept. A login that is under way ends as SESSION_CHANGED and stores nothing.
 * Ends in `TDSAUTH_EVENT_LOGOUT`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: STORAGE_* (still logged in), and with `revoke` network and server statuses (logged out
 * on this device).
 */
TDSAUTH_API
int32_t tdsauth_logout(tdsauth_client client,
                       const tdsauth_logout_options *options,
                       uint64_t user_data,
                       tdsauth_request *request,
                       tdsauth_error *error);

/* ================================================================================================
 * TapTap: logging in there
 * ================================================================================================ */

/** Way of a TapTap login: as `TDSAUTH_TAPTAP_WAY_QR`. */
#define TDSAUTH_TAPTAP_WAY_DEFAULT 0
/** Way of a TapTap login: the player scans a QR code with the phone, or types in a short code. */
#define TDSAUTH_TAPTAP_WAY_QR 1

/**
 * Way of a TapTap login: the browser of this machine. The library listens on 127.0.0.1 for what
 * the page answers.
 */
#define TDSAUTH_TAPTAP_WAY_BROWSER 2

/**
 * Way of a TapTap login: a page or an app whose answer comes to the game as a URL, which it hands
 * to `tdsauth_taptap_handle_url`.
 */
#define TDSAUTH_TAPTAP_WAY_REDIRECT 3
/** Language of the last page of a browser login: Chinese in the region CN, else English. */
#define TDSAUTH_TAPTAP_LANGUAGE_DEFAULT 0
/** Language of the last page of a browser login: English. */
#define TDSAUTH_TAPTAP_LANGUAGE_EN 1
/** Language of the last page of a browser login: simplified Chinese. */
#define TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS 2
/** Flag of a TapTap login: ask the player, even if a token is kept that would serve. */
#define TDSAUTH_TAPTAP_FRESH 1

/**
 * Options of `tdsauth_taptap_login`, `tdsauth_login_with_taptap` and
 * `tdsauth_user_associate_taptap`.
 */
typedef struct tdsauth_taptap_login_options {
  /** `sizeof(tdsauth_taptap_login_options)`. */
  uint32_t struct_size;
  /**
   * Time of the whole login, the player's included, at most 600000. Default: 600000. Each
   * exchange with a server has the client's `request_timeout_ms`.
   */
  uint32_t timeout_ms;
  /** One of `TDSAUTH_TAPTAP_WAY_*`. Default: the QR code. */
  int32_t way;
  /** One of `TDSAUTH_TAPTAP_LANGUAGE_*`. Default: by the client's region. */
  int32_t language;
  /**
   * Names joined by commas, such as `public_profile,user_friends`; at most 1 KiB. Default:
   * `public_profile`.
   */
  const char *scopes;
  /** Bytes of `scopes`, or `TDSAUTH_NUL`. */
  size_t scopes_len;
  /**
   * `TDSAUTH_TAPTAP_WAY_REDIRECT`: where TapTap leads the player back to, a URL that the system
   * hands to the game; at most 8 KiB. Default: `tapoauth://authorize`.
   */
  const char *redirect_uri;
  /** Bytes of `redirect_uri`, or `TDSAUTH_NUL`. */
  size_t redirect_uri_len;
  /** Bits `TDSAUTH_TAPTAP_FRESH`. Default: none of them. */
  uint32_t flags;
  /**
   * `TDSAUTH_TAPTAP_WAY_QR`: how many times a new code is fetched by itself when one expires, at
   * most 100. Default: 0; `tdsauth_taptap_renew_qr` fetches one when the player asks for it.
   */
  uint32_t renewals;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_taptap_login_options;
/** A `tdsauth_taptap_login_options` with every field at its default. */
#define TDSAUTH_TAPTAP_LOGIN_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_taptap_login_options), 0, 0, 0, NULL, 0, NULL, 0, 0, 0, { 0 } }

/**
 * Logs the player in at TapTap, without the game's account server: silently with the token that is
 * kept, if it still serves, else by asking the player. Progress events say what to show:
 * `TDSAUTH_EVENT_TAPTAP_SHOW_QR` (again for each new code), `TDSAUTH_EVENT_TAPTAP_OPEN_URL`,
 * `TDSAUTH_EVENT_TAPTAP_SCANNED`. Ends in `TDSAUTH_EVENT_TAPTAP_LOGIN`; then token and profile are
 * on disk and can be read. `tdsauth_request_cancel` ends it at any moment.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: the client's options do not say where TapTap is),
 * INVALID_UTF8, UNSUPPORTED_FIELD, BUSY (another TapTap login of this client is under way),
 * QUEUE_FULL, CLOSED, FORKED. In the event: TAPTAP_* (DENIED: the player refused; EXPIRED: nobody
 * confirmed in time), network and server statuses, TIMED_OUT, STORAGE_*, CANCELLED,
 * SESSION_CHANGED (a logout came in between; nothing was stored).
 */
TDSAUTH_API
int32_t tdsauth_taptap_login(tdsauth_client client,
                             const tdsauth_taptap_login_options *options,
                             uint64_t user_data,
                             tdsauth_request *request,
                             tdsauth_error *error);

/**
 * `tdsauth_taptap_login`, then the login at the account server as the user of this TapTap player,
 * who is made at the first time, with nickname and avatar from TapTap. The same progress events.
 * Ends in `TDSAUTH_EVENT_LOGIN`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_taptap_login`; in the event also those of `tdsauth_login_anonymously`. When
 * the account server fails, the TapTap login is kept: the next attempt asks the player nothing.
 */
TDSAUTH_API
int32_t tdsauth_login_with_taptap(tdsauth_client client,
                                  const tdsauth_taptap_login_options *options,
                                  uint64_t user_data,
                                  tdsauth_request *request,
                                  tdsauth_error *error);

/**
 * Fetches a new QR code in a running login; the old one is dropped. It comes with another
 * `TDSAUTH_EVENT_TAPTAP_SHOW_QR` of the same request.
 *
 * Ownership: nothing to own. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (the request is no login by QR code, or has ended).
 */
TDSAUTH_API int32_t tdsauth_taptap_renew_qr(tdsauth_request request);

/**
 * Takes a URL that the system handed to the game, at most 8 KiB: hand over each one, those that
 * are not TapTap's answer are left to the game. When it is one, `*request` is the login that waits
 * for it (the handle that the game has), or else a new request, with `options` and `user_data`: it
 * resumes the login during which the system ended the game, and ends in the event of that one. A
 * login that waits is kept on disk for ten minutes, for one answer.
 *
 * Ownership: a new `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: NONE (positive: not a URL of ours; `*request` is 0), INVALID_HANDLE, INVALID_ARGUMENT,
 * INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the event: as the login, and
 * TAPTAP_NO_PENDING_LOGIN (nobody waits for this answer: it was used, the login has ended, or the
 * URL is forged).
 */
TDSAUTH_API
int32_t tdsauth_taptap_handle_url(tdsauth_client client,
                                  const char *url,
                                  size_t url_len,
                                  const tdsauth_request_options *options,
                                  uint64_t user_data,
                                  tdsauth_request *request,
                                  tdsauth_error *error);

/**
 * Replaces the TapTap token by a new one, then fetches the profile. Once at each start of the game
 * is enough. Ends in `TDSAUTH_EVENT_TAPTAP_REFRESHED`. Only TapTap's own word that the token is
 * dead (TAPTAP_SESSION_OVER) drops it; every other failure keeps it.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: TAPTAP_* (NOT_LOGGED_IN: there is no token), network and server statuses, STORAGE_*,
 * CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_taptap_refresh(tdsauth_client client,
                               const tdsauth_request_options *options,
                               uint64_t user_data,
                               tdsauth_request *request,
                               tdsauth_error *error);

/**
 * Fetches the TapTap profile anew; a token without `public_profile` gives openid and unionid
 * alone. Ends in `TDSAUTH_EVENT_TAPTAP_PROFILE`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_taptap_refresh`.
 */
TDSAUTH_API
int32_t tdsauth_taptap_fetch_profile(tdsauth_client client,
                                     const tdsauth_request_options *options,
                                     uint64_t user_data,
                                     tdsauth_request *request,
                                     tdsauth_error *error);

/**
 * Takes over a token that the official SDK obtained, such as on a phone: its JSON, at most 64 KiB,
 * with `kid`, `mac_key`, `mac_algorithm`, `token_type` and `scope`, in the spelling of the wire or
 * of the SDKs. The profile is fetched with it, then both are kept. Ends in
 * `TDSAUTH_EVENT_TAPTAP_LOGIN` with `value` 1.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no such JSON), INVALID_UTF8, UNSUPPORTED_FIELD,
 * NOT_SUPPORTED (a kind of token that nobody here can sign with), QUEUE_FULL, CLOSED, FORKED. In
 * the event: as `tdsauth_taptap_refresh`; on a failure the token of before is kept.
 */
TDSAUTH_API
int32_t tdsauth_taptap_import_token(tdsauth_client client,
                                    const char *token_json,
                                    size_t token_json_len,
                                    const tdsauth_request_options *options,
                                    uint64_t user_data,
                                    tdsauth_request *request,
                                    tdsauth_error *error);

/* ================================================================================================
 * The user
 * ================================================================================================ */

/**
 * Who is logged in, as the last delivered event left it; right after `tdsauth_client_create`, what
 * is remembered on disk. Asks nobody. A new handle at each call, an object of class `_User`.
 *
 * Ownership: `*user` is the caller's to release. Threads: any; does not wait.
 * Errors: NONE (positive: nobody; `*user` is 0), INVALID_HANDLE, INVALID_ARGUMENT, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_current_user(tdsauth_client client,
                             tdsauth_object *user,
                             tdsauth_error *error);

/**
 * Asks the server whether the session of `user` (0: the current user) is valid. Ends in
 * `TDSAUTH_EVENT_USER_IS_AUTHENTICATED`: yes, no, or a failed status: cannot tell.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: network and server statuses, CANCELLED, NOT_LOGGED_IN (`user` 0 and nobody is).
 */
TDSAUTH_API
int32_t tdsauth_user_is_authenticated(tdsauth_client client,
                                      tdsauth_object user,
                                      const tdsauth_request_options *options,
                                      uint64_t user_data,
                                      tdsauth_request *request,
                                      tdsauth_error *error);

/**
 * Replaces the session token of `user` (0: the current user) by a new one; the old one is dead on
 * all devices. Ends in `TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: network and server statuses, STORAGE_*, CANCELLED, NOT_LOGGED_IN, SESSION_OVER,
 * SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_user_refresh_session_token(tdsauth_client client,
                                           tdsauth_object user,
                                           const tdsauth_request_options *options,
                                           uint64_t user_data,
                                           tdsauth_request *request,
                                           tdsauth_error *error);

/**
 * Links the player of another platform to `user` (0: the current user), who can log in by either
 * from then on; `platform`, `auth_data_json` and `options` as at `tdsauth_login_with_auth_data`,
 * without `fail_on_not_exist` and `fields_json`. A guest is one no longer after that, and the next
 * `tdsauth_login_anonymously` makes a new guest. An answer that is lost costs no account: what
 * happened is asked at the next occasion, also after a crash. Ends in
 * `TDSAUTH_EVENT_USER_ASSOCIATED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
 * FORKED. In the event: ALREADY_ASSOCIATED (it is another user's), INVALID_AUTH_DATA,
 * NOT_LOGGED_IN (`server_code` 206: there is no session, and nothing was sent), SESSION_OVER,
 * network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_user_associate_auth_data(tdsauth_client client,
                                         tdsauth_object user,
                                         const char *platform,
                                         size_t platform_len,
                                         const char *auth_data_json,
                                         size_t auth_data_json_len,
                                         const tdsauth_auth_data_options *options,
                                         uint64_t user_data,
                                         tdsauth_request *request,
                                         tdsauth_error *error);

/**
 * `tdsauth_taptap_login`, then links that TapTap player to `user` (0: the current user). The same
 * progress events. Ends in `TDSAUTH_EVENT_USER_ASSOCIATED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_taptap_login`; in the event also those of
 * `tdsauth_user_associate_auth_data`. When the account server fails, the TapTap login is kept: the
 * next attempt asks the player nothing.
 */
TDSAUTH_API
int32_t tdsauth_user_associate_taptap(tdsauth_client client,
                                      tdsauth_object user,
                                      const tdsauth_taptap_login_options *options,
                                      uint64_t user_data,
                                      tdsauth_request *request,
                                      tdsauth_error *error);

/**
 * Unlinks a platform from `user` (0: the current user). The last one may go too: the event says
 * so. Ends in `TDSAUTH_EVENT_USER_DISASSOCIATED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_user_associate_auth_data`, but for ALREADY_ASSOCIATED and INVALID_AUTH_DATA.
 */
TDSAUTH_API
int32_t tdsauth_user_disassociate_auth_data(tdsauth_client client,
                                            tdsauth_object user,
                                            const char *platform,
                                            size_t platform_len,
                                            const tdsauth_request_options *options,
                                            uint64_t user_data,
                                            tdsauth_request *request,
                                            tdsauth_error *error);

/**
 * Deletes the account of `user` (0: the current user) on the server, for good: ask the player
 * first. Then this device forgets it: who is logged in, the TapTap login, and the identity of the
 * guest if that is the account. Ends in `TDSAUTH_EVENT_USER_DELETED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
 * event: NOT_LOGGED_IN (`server_code` 206: there is no session, and nothing was sent),
 * SESSION_OVER, network and server statuses (when the answer was lost, the account may be deleted:
 * the next operation finds out), STORAGE_*, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_user_delete(tdsauth_client client,
                            tdsauth_object user,
                            const tdsauth_request_options *options,
                            uint64_t user_data,
                            tdsauth_request *request,
                            tdsauth_error *error);

/* ================================================================================================
 * TapTap: the player's token and profile
 * ================================================================================================ */

/** Field of `tdsauth_taptap_token_get_str`: names the token. As good as a secret. */
#define TDSAUTH_TAPTAP_TOKEN_KID 1
/** Field of `tdsauth_taptap_token_get_str`: the key that signs. A secret. */
#define TDSAUTH_TAPTAP_TOKEN_MAC_KEY 2
/** Field of `tdsauth_taptap_token_get_str`: `hmac-sha-1` or `hmac-sha-256`. */
#define TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM 3
/** Field of `tdsauth_taptap_token_get_str`: `mac`. */
#define TDSAUTH_TAPTAP_TOKEN_TYPE 4

/**
 * Field of `tdsauth_taptap_token_get_str`: the scopes that were granted, joined by blanks; they may
 * be fewer than were asked for.
 */
#define TDSAUTH_TAPTAP_TOKEN_SCOPE 5
/** Field of `tdsauth_taptap_profile_get_str`: the player in this game. */
#define TDSAUTH_TAPTAP_PROFILE_OPENID 1
/** Field of `tdsauth_taptap_profile_get_str`: the player in all games of the developer. */
#define TDSAUTH_TAPTAP_PROFILE_UNIONID 2
/** Field of `tdsauth_taptap_profile_get_str`: the player's name; takes the scope `public_profile`. */
#define TDSAUTH_TAPTAP_PROFILE_NAME 3

/**
 * Field of `tdsauth_taptap_profile_get_str`: URL of the player's picture; takes the scope
 * `public_profile`.
 */
#define TDSAUTH_TAPTAP_PROFILE_AVATAR 4
/** Field of `tdsauth_taptap_profile_get_str`: as TapTap has it; mostly absent. */
#define TDSAUTH_TAPTAP_PROFILE_GENDER 5
/** Field of `tdsauth_taptap_profile_get_str`: takes the scope `email`; mostly absent. */
#define TDSAUTH_TAPTAP_PROFILE_EMAIL 6

/**
 * Signs one request of the game's own to TapTap's open API with the player's token: the value of
 * its `Authorization` header, good for one request at this moment. `method` is the HTTP method, at
 * most 64 bytes; `url` is absolute and exactly what is sent, at most 8 KiB: https, or what the
 * client may reach by plain http. The clock is corrected by what TapTap said of it.
 *
 * Ownership: the buffer is the caller's. Threads: any; no disk, no network.
 * Errors: NONE (positive: nobody is logged in at TapTap), INVALID_HANDLE, INVALID_ARGUMENT,
 * INVALID_UTF8, INSECURE_URL, BUFFER_TOO_SMALL (the next call gives another header, of the same
 * length while the token is the same), NOT_SUPPORTED (the system gives no randomness).
 */
TDSAUTH_API
int32_t tdsauth_taptap_mac_header(tdsauth_client client,
                                  const char *method,
                                  size_t method_len,
                                  const char *url,
                                  size_t url_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  tdsauth_error *error);

/**
 * A part of the TapTap token, as the last delivered event left it; right after
 * `tdsauth_client_create`, what is remembered on disk. `field` is one of `TDSAUTH_TAPTAP_TOKEN_*`.
 * `tdsauth_taptap_mac_header` needs none of it: this is for game servers that sign for the player.
 *
 * Ownership: the buffer is the caller's, and keeping its text secret too. Threads: any; no disk, no
 * network. Errors: NONE (positive: nobody is logged in at TapTap), INVALID_HANDLE,
 * INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_taptap_token_get_str(tdsauth_client client,
                                     int32_t field,
                                     char *buf,
                                     size_t cap,
                                     size_t *needed);

/**
 * A part of the TapTap profile, as the last delivered event left it; right after
 * `tdsauth_client_create`, what is remembered on disk. `field` is one of
 * `TDSAUTH_TAPTAP_PROFILE_*`.
 *
 * Ownership: the buffer is the caller's. Threads: any; no disk, no network.
 * Errors: NONE (positive: the profile has no such part, or nobody is logged in at TapTap),
 * INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_taptap_profile_get_str(tdsauth_client client,
                                       int32_t field,
                                       char *buf,
                                       size_t cap,
                                       size_t *needed);

/* ================================================================================================
 * QR codes
 * ================================================================================================ */

/**
 * Makes the QR code of `text` (error correction M, the smallest size that holds it; at most 2331
 * bytes): `*side` squares a side, one byte per square in `modules`, row by row from the top left
 * corner, 1 dark, 0 light. Draw it dark on light with a margin of four squares, which is not in
 * `modules`. It takes `side * side` bytes, which `needed` (may be NULL) says; to ask for that
 * alone: `modules` NULL, `cap` 0. 31329 bytes hold every code.
 *
 * Ownership: the buffer is the caller's. Threads: any; does not wait.
 * Errors: BUFFER_TOO_SMALL (`needed` and `side` are set, `modules` is untouched), INVALID_ARGUMENT
 * (no text, or too long), INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_qr_encode(const char *text,
                          size_t text_len,
                          uint8_t *modules,
                          size_t cap,
                          size_t *needed,
                          uint32_t *side,
                          tdsauth_error *error);

/* ================================================================================================
 * Binding a role to TapTap
 * ================================================================================================ */

/** Way of a binding: TapTap's app opened the game, and is opened again with the code. */
#define TDSAUTH_BINDING_DEEP_LINK 1
/** Way of a binding: a page of TapTap's opened the game, and the browser goes back to it. */
#define TDSAUTH_BINDING_WEB_LINK 2

/** Where a code may be brought to, for all functions of this section. */
typedef struct tdsauth_binding_options {
  /** `sizeof(tdsauth_binding_options)`. */
  uint32_t struct_size;
  /**
   * `tdsauth_binding_confirm`: time of the whole operation, at most 600000. Default: the client's
   * `request_timeout_ms`.
   */
  uint32_t timeout_ms;
  /**
   * Hosts of pages that a code may be brought to, joined by commas; at most 8 KiB. Default:
   * `www.taptap.cn`. The account server has a list of its own (`--binding-redirect-host`).
   */
  const char *hosts;
  /** Bytes of `hosts`, or `TDSAUTH_NUL`. */
  size_t hosts_len;
  /**
   * What the path of such a page begins with, a slash at both ends; at most 8 KiB. Default:
   * `/game-record/`.
   */
  const char *path;
  /** Bytes of `path`, or `TDSAUTH_NUL`. */
  size_t path_len;
  /** 1: a web link with a fragment (`#`) is refused. Default: 0, the code stands before it. */
  uint32_t refuse_fragment;
  /**
   * 1: the value of a `code` that a web link has already is replaced. Default: 0, such a link is
   * refused. For `tdsauth_binding_redirect` alone; else zero.
   */
  uint32_t replace_code;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_binding_options;
/** A `tdsauth_binding_options` with every field at its default. */
#define TDSAUTH_BINDING_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_binding_options), 0, NULL, 0, NULL, 0, 0, 0, { 0 } }

/** What a link asks for: tell the player, and ask. 288 bytes, the caller's own. */
typedef struct tdsauth_binding_info {
  /** `sizeof(tdsauth_binding_info)`. */
  uint32_t struct_size;
  /** `TDSAUTH_BINDING_DEEP_LINK` or `TDSAUTH_BINDING_WEB_LINK`. */
  int32_t way;
  /** 1: the current user is a guest, whose account is lost with this device; else 0. */
  uint32_t guest;
  /** Bytes of `host` before its NUL. */
  uint32_t host_len;
  /** The host of the page that the code would be brought to, NUL-terminated. */
  char host[256];
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_binding_info;
/** A `tdsauth_binding_info` with every field at its default. */
#define TDSAUTH_BINDING_INFO_INIT \
  { (uint32_t)sizeof(tdsauth_binding_info), 0, 0, 0, { 0 }, { 0 } }

/**
 * The `redirect_uri` in the link that opened the game, decoded once. Anybody can make such a link:
 * what leads anywhere but to the pages of `options` is refused. `link` is at most 8 KiB.
 *
 * Ownership: the buffer is the caller's. Threads: any; does not wait.
 * Errors: INVALID_ARGUMENT (it has no `redirect_uri`, or none of TapTap's), INVALID_UTF8,
 * UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_binding_redirect_uri(const char *link,
                                     size_t link_len,
                                     const tdsauth_binding_options *options,
                                     char *buf,
                                     size_t cap,
                                     size_t *needed,
                                     tdsauth_error *error);

/**
 * Puts a code into a `redirect_uri`: in place of each `${code}`, or as the parameter `code` of a
 * page; every other byte stays. For a game that has its codes from elsewhere. `redirect_uri` is as
 * `tdsauth_binding_redirect_uri` gives it, and is checked in the same way; `code` is at most 256
 * bytes, as it is, and a secret.
 *
 * Ownership: the buffer is the caller's. Threads: any; does not wait.
 * Errors: INVALID_ARGUMENT (it leads elsewhere, has no place for a code, or has one already),
 * INVALID_UTF8, UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_binding_redirect(const char *redirect_uri,
                                 size_t redirect_uri_len,
                                 const char *code,
                                 size_t code_len,
                                 const tdsauth_binding_options *options,
                                 char *buf,
                                 size_t cap,
                                 size_t *needed,
                                 tdsauth_error *error);

/**
 * Looks at the link that opened the game: whether it asks for a binding, and what to ask the
 * player. Any page and any app can open the game with such a link, so go on only when the player
 * has agreed. Makes nothing and asks nobody. `link` is at most 8 KiB, as the system gave it.
 *
 * Ownership: `info` is the caller's. Threads: any; no disk, no network.
 * Errors: NOT_LOGGED_IN (log the player in, and call it again), INVALID_ARGUMENT (it is no link of
 * TapTap's: ignore it), INVALID_HANDLE, INVALID_UTF8, UNSUPPORTED_FIELD.
 */
TDSAUTH_API
int32_t tdsauth_binding_begin(tdsauth_client client,
                              const char *link,
                              size_t link_len,
                              const tdsauth_binding_options *options,
                              tdsauth_binding_info *info,
                              tdsauth_error *error);

/**
 * The player agreed to what `tdsauth_binding_begin` told of this `link`: has the account server
 * make a code that is good once, for who is the current user at this call. Ends in
 * `TDSAUTH_EVENT_BINDING_CONFIRMED`; then have the system open the address of
 * `TDSAUTH_REQUEST_URL`, the `redirect_uri` with the code in it and no other byte changed. Whoever
 * has that address can bind the player's roles: log it nowhere. After an answer that was lost, call
 * it again; what was made before ends by itself.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_binding_begin`; QUEUE_FULL, CLOSED, FORKED. In the event: SESSION_OVER,
 * SESSION_CHANGED (the player logged out), NOT_FOUND (the server binds no roles),
 * REJECTED (`server_code` 107: the server's own list has not that page), BAD_RESPONSE (the server
 * answered with another address), network and server statuses, CANCELLED.
 */
TDSAUTH_API
int32_t tdsauth_binding_confirm(tdsauth_client client,
                                const char *link,
                                size_t link_len,
                                const tdsauth_binding_options *options,
                                uint64_t user_data,
                                tdsauth_request *request,
                                tdsauth_error *error);

/* ================================================================================================
 * Objects: what the account server stores
 * ================================================================================================ */

/** Type of a value: JSON null. */
#define TDSAUTH_TYPE_NULL 1
/** Type of a value: a text. */
#define TDSAUTH_TYPE_STRING 2
/** Type of a value: a whole number that fits an int64_t. */
#define TDSAUTH_TYPE_I64 3
/** Type of a value: any other number. */
#define TDSAUTH_TYPE_F64 4
/** Type of a value: true or false. */
#define TDSAUTH_TYPE_BOOL 5
/** Type of a value: a moment (`{"__type":"Date"}`, `createdAt`, `updatedAt`). */
#define TDSAUTH_TYPE_DATE 6
/** Type of a value: a JSON array. */
#define TDSAUTH_TYPE_ARRAY 7
/** Type of a value: a JSON object, Pointer and the like included. */
#define TDSAUTH_TYPE_OBJECT 8

/**
 * The text under `key`, a field name of at most 1 KiB.
 *
 * Ownership: the buffer is the caller's. Threads: any. Errors: NONE (positive: no such field),
 * WRONG_TYPE, INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_object_get_str(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               char *buf,
                               size_t cap,
                               size_t *needed);

/**
 * The whole number under `key`.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE (not
 * a number, or not whole, or too large), INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_get_i64(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               int64_t *value);

/**
 * The number under `key`.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
 * INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_get_f64(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               double *value);

/**
 * The truth value under `key`: 1 or 0.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
 * INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_get_bool(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                int32_t *value);

/**
 * The moment under `key`, in milliseconds since 1970-01-01T00:00:00Z.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
 * INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_get_date(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                int64_t *unix_ms);

/**
 * The value under `key` as JSON; with an absent key (NULL, 0) the whole object, without its session
 * token.
 *
 * Ownership: the buffer is the caller's. Threads: any. Errors: NONE (positive: no such field),
 * INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_object_get_json(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                char *buf,
                                size_t cap,
                                size_t *needed);

/**
 * The whole object as JSON, with `className`: what `tdsauth_object_parse` reads. Its session token
 * stays out.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_object_to_json(tdsauth_object object,
                               char *buf,
                               size_t cap,
                               size_t *needed);

/**
 * The object that the pointer under `key` leads to, with the fields that came with it, if it was
 * included. A new object at each call, but for one that is not saved yet: that is the one which
 * `tdsauth_object_set_object` was given.
 *
 * Ownership: `*target` is the caller's to release. Threads: any.
 * Errors: NONE (positive: no such field; `*target` is 0), WRONG_TYPE, INVALID_HANDLE,
 * INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_object_get_object(tdsauth_object object,
                                  const char *key,
                                  size_t key_len,
                                  tdsauth_object *target);

/**
 * The type of the value under `key`, one of `TDSAUTH_TYPE_*`.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), INVALID_HANDLE,
 * INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_value_type(tdsauth_object object,
                                  const char *key,
                                  size_t key_len,
                                  int32_t *type_);

/**
 * The names of the object's fields: a JSON array of texts, sorted.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_object_keys(tdsauth_object object,
                            char *buf,
                            size_t cap,
                            size_t *needed);

/**
 * A copy that never changes.
 *
 * Ownership: `*snapshot` is the caller's to release. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, LIMIT.
 */
TDSAUTH_API int32_t tdsauth_object_snapshot(tdsauth_object object, tdsauth_object *snapshot);

/**
 * Releases an object.
 *
 * Ownership: gives `object` back. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_object_release(tdsauth_object object);

/* ================================================================================================
 * Objects: changing, saving and fetching them
 * ================================================================================================ */

/** Options of `tdsauth_object_save`. */
typedef struct tdsauth_save_options {
  /** `sizeof(tdsauth_save_options)`. */
  uint32_t struct_size;
  /** Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`. */
  uint32_t timeout_ms;
  /** 1: the server shall answer with what it made of the fields. Default: 0. */
  uint32_t fetch_when_save;
  /** Zero. */
  uint32_t reserved0;
  /**
   * A JSON object, the condition of a query: the object on the server must meet it, or else
   * nothing is saved and the event says CONDITION_FAILED; at most 8 KiB. Default: none.
   */
  const char *where_json;
  /** Bytes of `where_json`, or `TDSAUTH_NUL`. */
  size_t where_json_len;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_save_options;
/** A `tdsauth_save_options` with every field at its default. */
#define TDSAUTH_SAVE_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_save_options), 0, 0, 0, NULL, 0, { 0 } }

/** Options of `tdsauth_object_fetch`. */
typedef struct tdsauth_fetch_options {
  /** `sizeof(tdsauth_fetch_options)`. */
  uint32_t struct_size;
  /** Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`. */
  uint32_t timeout_ms;
  /**
   * Names of fields joined by commas: only these; with `-` in front: all but these; at most
   * 8 KiB. Default: all.
   */
  const char *keys;
  /** Bytes of `keys`, or `TDSAUTH_NUL`. */
  size_t keys_len;
  /**
   * Names of pointers joined by commas: the objects that they point at come with the answer; at
   * most 8 KiB. Default: none.
   */
  const char *include;
  /** Bytes of `include`, or `TDSAUTH_NUL`. */
  size_t include_len;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_fetch_options;
/** A `tdsauth_fetch_options` with every field at its default. */
#define TDSAUTH_FETCH_OPTIONS_INIT \
  { (uint32_t)sizeof(tdsauth_fetch_options), 0, NULL, 0, NULL, 0, { 0 } }

/**
 * An object that is known to be there by class and id alone, such as another player: fetch it to
 * read its fields, or save changes without having read it. One of class `_User` carries no session,
 * so it cannot be saved.
 *
 * Ownership: `*object` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class, or no id), INVALID_UTF8,
 * LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_object_create_without_data(tdsauth_client client,
                                           const char *class_name,
                                           size_t class_name_len,
                                           const char *object_id,
                                           size_t object_id_len,
                                           tdsauth_object *object,
                                           tdsauth_error *error);

/**
 * Makes the field `key` hold a text of at most 256 KiB. It is read so at once; the server gets it
 * with the next `tdsauth_object_save`. A key is up to 128 letters, digits and `_`, a letter first.
 * What the server alone writes is refused: `objectId`, `createdAt`, `updatedAt`, `sessionToken`,
 * `authData`, `className`, `emailVerified`, `mobilePhoneVerified`.
 *
 * Ownership: nothing to own. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: such a key, or a snapshot), INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_set_str(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               const char *value,
                               size_t value_len);

/**
 * Makes the field `key` hold a whole number, by the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
 */
TDSAUTH_API
int32_t tdsauth_object_set_i64(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               int64_t value);

/**
 * Makes the field `key` hold a number, by the rules of `tdsauth_object_set_str`; infinities and NaN
 * are none.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
 */
TDSAUTH_API
int32_t tdsauth_object_set_f64(tdsauth_object object,
                               const char *key,
                               size_t key_len,
                               double value);

/**
 * Makes the field `key` hold a truth value, 1 or 0, by the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any.
 * Errors: as `tdsauth_object_set_str`; INVALID_ARGUMENT for another number.
 */
TDSAUTH_API
int32_t tdsauth_object_set_bool(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                int32_t value);

/**
 * Makes the field `key` hold a moment in milliseconds since 1970-01-01T00:00:00Z, in the years 1 to
 * 9999, by the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
 */
TDSAUTH_API
int32_t tdsauth_object_set_date(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                int64_t unix_ms);

/**
 * Makes the field `key` hold any value, given as JSON of at most 256 KiB, by the rules of
 * `tdsauth_object_set_str`. An object with a member `__op` is refused.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
 */
TDSAUTH_API
int32_t tdsauth_object_set_json(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                const char *json,
                                size_t json_len);

/**
 * Removes the field `key`, by the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
 */
TDSAUTH_API int32_t tdsauth_object_unset(tdsauth_object object, const char *key, size_t key_len);

/**
 * Whether the field `key`, or with an absent key (NULL, 0) any, was changed and the server is not
 * known to have it: 1 or 0. A change stays dirty until a save that carries it has succeeded.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_is_dirty(tdsauth_object object,
                                const char *key,
                                size_t key_len,
                                int32_t *dirty);

/**
 * Sends the changes of an object that were made so far, and nothing else of it: a user's with its
 * own session, any other's as the current user, if there is one (the server decides what nobody
 * may do). What is not on the server yet is made there. Objects without an id that the object
 * points to are saved first, by the same call. Those changes that are made from now on are for the
 * next save; when this one fails, its changes are dirty again, beneath the newer ones. Saves,
 * fetches and deletes of one object go one at a time, in the order of their submission; those of
 * different objects go side by side. Without changes nothing is sent for what is on the server.
 * Changes of one field that no single operation can express (`add`, then `remove`) go as several
 * saves one after the other; the condition is that of the first. A write that must not be done
 * twice is sent once: when its answer is lost, the event carries `TDSAUTH_FLAG_MAYBE_DONE`. Ends in
 * `TDSAUTH_EVENT_OBJECT_SAVED`; then the row of the current user is on disk.
 *
 * When a save ends with `TDSAUTH_FLAG_MAYBE_DONE`, or had a condition and was not done, or was
 * given up on its way (cancelled, released, a logout), then the saves of the same object behind it
 * are not sent: all that were submitted before its event was delivered, or before the game gave it
 * up. Each ends with the status of the earlier one (of one that was released: CANCELLED), without
 * a server's code, `TDSAUTH_FLAG_MAYBE_DONE` and `TDSAUTH_FLAG_RETRYABLE`. The changes of all of
 * them are dirty again, in the order in which they were made, and go with the next save that is
 * submitted. After any other failure the saves that wait go on, and carry the changes as well that
 * theirs build on.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot, or unsaved objects that point at each
 * other in a circle), INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the event:
 * NOT_LOGGED_IN (`server_code` 206: a user that was not obtained by a login, and nothing was sent),
 * SESSION_OVER, FORBIDDEN (such as a field that the class does not have), CONDITION_FAILED,
 * NOT_FOUND, network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_object_save(tdsauth_client client,
                            tdsauth_object object,
                            const tdsauth_save_options *options,
                            uint64_t user_data,
                            tdsauth_request *request,
                            tdsauth_error *error);

/**
 * Asks the server for an object's fields, as the object's own session or, if it has none, as the
 * current user. What the answer does not name stays, the session token and changes that were not
 * saved among it. Of an object that was never saved: INVALID_ARGUMENT in the event. Ends in `TDSAUTH_EVENT_OBJECT_FETCHED`; then the row of the current user is on
 * disk.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot), INVALID_UTF8, UNSUPPORTED_FIELD,
 * QUEUE_FULL, CLOSED, FORKED. In the event: NOT_FOUND (of a user: USER_NOT_FOUND), SESSION_OVER,
 * FORBIDDEN, network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_object_fetch(tdsauth_client client,
                             tdsauth_object object,
                             const tdsauth_fetch_options *options,
                             uint64_t user_data,
                             tdsauth_request *request,
                             tdsauth_error *error);

/* ================================================================================================
 * Objects: counting, lists, relations, pointers, access rights
 * ================================================================================================ */

/** Right of an ACL: to read the object. */
#define TDSAUTH_ACL_READ 1
/** Right of an ACL: to change and delete the object. */
#define TDSAUTH_ACL_WRITE 2

/**
 * Adds `amount` (which may be negative) to the number in the field `key`; a field that is not there
 * counts as 0. The server adds to the number it has by then, so that nobody's addition is lost. By
 * the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`; WRONG_TYPE: a
 * pending change of the field is no number; INVALID_ARGUMENT: the sum with it does not fit 64 bits.
 */
TDSAUTH_API
int32_t tdsauth_object_increment_i64(tdsauth_object object,
                                     const char *key,
                                     size_t key_len,
                                     int64_t amount);

/**
 * As `tdsauth_object_increment_i64`, by any number; infinities and NaN are none.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_increment_i64`.
 */
TDSAUTH_API
int32_t tdsauth_object_increment_f64(tdsauth_object object,
                                     const char *key,
                                     size_t key_len,
                                     double amount);

/**
 * Adds values to the end of the list in the field `key`; a field that is not there counts as an
 * empty list. `json`: a JSON array of the values, at most 256 KiB. The server adds to the list it
 * has by then. By the rules of `tdsauth_object_set_str`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`; INVALID_ARGUMENT:
 * no array; WRONG_TYPE: a pending change of the field is no list; LIMIT: more than 32 saves would
 * be needed, save first.
 */
TDSAUTH_API
int32_t tdsauth_object_add(tdsauth_object object,
                           const char *key,
                           size_t key_len,
                           const char *json,
                           size_t json_len);

/**
 * As `tdsauth_object_add`, leaving out values that are in the list already.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_add`.
 */
TDSAUTH_API
int32_t tdsauth_object_add_unique(tdsauth_object object,
                                  const char *key,
                                  size_t key_len,
                                  const char *json,
                                  size_t json_len);

/**
 * Takes each of the values out of the list in the field `key`, wherever it stands in it; otherwise
 * as `tdsauth_object_add`.
 *
 * Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_add`.
 */
TDSAUTH_API
int32_t tdsauth_object_remove(tdsauth_object object,
                              const char *key,
                              size_t key_len,
                              const char *json,
                              size_t json_len);

/**
 * Makes the field `key` point to `target`, which may be unsaved yet: the next save saves it first.
 * By the rules of `tdsauth_object_set_str`.
 *
 * Ownership: `target` stays the caller's, and may be released. Threads: any.
 * Errors: as `tdsauth_object_set_str`; INVALID_HANDLE: `target` is none, or of another client;
 * INVALID_ARGUMENT: it is a snapshot of an object that was not saved.
 */
TDSAUTH_API
int32_t tdsauth_object_set_object(tdsauth_object object,
                                  const char *key,
                                  size_t key_len,
                                  tdsauth_object target);

/**
 * Adds `target` to the relation in the field `key`; it may be unsaved yet, as at
 * `tdsauth_object_set_object`. `tdsauth_query_where_related_to` finds what is in a relation.
 *
 * Ownership: `target` stays the caller's, and may be released. Threads: any.
 * Errors: as `tdsauth_object_set_object`; WRONG_TYPE: a pending change of the field is no relation.
 */
TDSAUTH_API
int32_t tdsauth_object_add_relation(tdsauth_object object,
                                    const char *key,
                                    size_t key_len,
                                    tdsauth_object target);

/**
 * Takes `target` out of the relation in the field `key`.
 *
 * Ownership: `target` stays the caller's, and may be released. Threads: any.
 * Errors: as `tdsauth_object_add_relation`.
 */
TDSAUTH_API
int32_t tdsauth_object_remove_relation(tdsauth_object object,
                                       const char *key,
                                       size_t key_len,
                                       tdsauth_object target);

/**
 * Says what `who` may do with the object: `rights` are bits `TDSAUTH_ACL_*`, 0 for none. `who` is
 * `*` (everybody), the id of a user or `role:` and the name of a role. The other entries of the ACL
 * that is shown stay; without one it begins empty, so that only those named may do anything: of an
 * object that exists, get the ACL first (`tdsauth_query_include_acl`). The whole ACL is the field
 * `ACL`, also for `tdsauth_object_get_json`, `tdsauth_object_set_json` and `tdsauth_object_unset`.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: other
 * bits, or nobody that can be named so), INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_set_acl(tdsauth_object object,
                               const char *who,
                               size_t who_len,
                               int32_t rights);

/**
 * What the ACL that is shown says of `who`, as at `tdsauth_object_set_acl`: bits `TDSAUTH_ACL_*`.
 *
 * Ownership: nothing to own. Threads: any. Errors: NONE (positive: no ACL is known), WRONG_TYPE (the
 * field `ACL` is none), INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
 */
TDSAUTH_API
int32_t tdsauth_object_get_acl(tdsauth_object object,
                               const char *who,
                               size_t who_len,
                               int32_t *rights);

/* ================================================================================================
 * Objects: making them, deleting them, saving many
 * ================================================================================================ */

/**
 * A new object of class `class_name` (up to 128 letters, digits and `_`, a letter first, or `_Role`
 * and the like). It has no id, and the server does not know it, before `tdsauth_object_save` has
 * ended. Users are made by a login alone.
 *
 * Ownership: `*object` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class, or `_User`), INVALID_UTF8,
 * LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_object_create(tdsauth_client client,
                              const char *class_name,
                              size_t class_name_len,
                              tdsauth_object *object,
                              tdsauth_error *error);

/**
 * An object out of the JSON that the server gives (its fields and `className`), as if it had been
 * fetched just now; at most 1 MiB.
 *
 * Ownership: `*object` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no such JSON), INVALID_UTF8, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_object_parse(tdsauth_client client,
                             const char *json,
                             size_t json_len,
                             tdsauth_object *object,
                             tdsauth_error *error);

/**
 * Deletes an object on the server, as the current user, if there is one; in turn with its saves and
 * fetches. What it shows stays readable. A user is deleted by `tdsauth_user_delete`. Ends in
 * `TDSAUTH_EVENT_OBJECT_DELETED`.
 *
 * Ownership: `*request` and the object stay the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot, or a user), UNSUPPORTED_FIELD,
 * QUEUE_FULL, CLOSED, FORKED. In the event: INVALID_ARGUMENT (it was never saved), FORBIDDEN,
 * NOT_FOUND, SESSION_OVER, network and server statuses, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_object_delete(tdsauth_client client,
                              tdsauth_object object,
                              const tdsauth_request_options *options,
                              uint64_t user_data,
                              tdsauth_request *request,
                              tdsauth_error *error);

/**
 * Saves up to 10000 objects by as few requests as it takes, of at most 50 objects each: what other
 * objects point to comes first, saved objects and unsaved ones that are not among `objects` alike.
 * The requests go one after the other, and each object is saved or not by itself: a failure of one
 * stops only those that point to it. An object that is given twice is saved once; users are saved
 * by `tdsauth_object_save`. Otherwise as `tdsauth_object_save`. Ends in
 * `TDSAUTH_EVENT_OBJECTS_SAVED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: none or too many objects, a snapshot, a user, or
 * unsaved objects that point at each other in a circle), UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
 * FORKED. In the event: those of `tdsauth_object_save`.
 */
TDSAUTH_API
int32_t tdsauth_object_save_all(tdsauth_client client,
                                const tdsauth_object *objects,
                                size_t count,
                                const tdsauth_request_options *options,
                                uint64_t user_data,
                                tdsauth_request *request,
                                tdsauth_error *error);

/* ================================================================================================
 * Queries
 * ================================================================================================ */

/**
 * A question for objects of class `class_name`: all of them, until conditions are added. Without an
 * order the server gives them as it likes; without a limit at most 100.
 *
 * Ownership: `*query` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class), INVALID_UTF8, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_query_create(tdsauth_client client,
                             const char *class_name,
                             size_t class_name_len,
                             tdsauth_query *query,
                             tdsauth_error *error);

/**
 * Releases a query. Requests that were made of it go on.
 *
 * Ownership: gives `query` back. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_query_release(tdsauth_query query);

/**
 * Adds a condition: the field `key` stands in the relation `op` to the value `json` (at most
 * 256 KiB). `op`: absent or `$eq` for "is" (of a list: "holds"), or `$ne $lt $lte $gt $gte $in $nin
 * $all $exists $size $regex $options $select $dontSelect $nearSphere $maxDistance
 * $maxDistanceInMiles $maxDistanceInKilometers $maxDistanceInRadians $within`, with the values of
 * the server's protocol. All conditions must be met, also several on one key. `$options` and
 * `$maxDistance…` belong to the last `$regex` and `$nearSphere` of the key.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no key,
 * another `op`, no JSON), INVALID_UTF8, LIMIT (too long a query).
 */
TDSAUTH_API
int32_t tdsauth_query_where(tdsauth_query query,
                            const char *key,
                            size_t key_len,
                            const char *op,
                            size_t op_len,
                            const char *json,
                            size_t json_len);

/**
 * Adds a condition: the pointer in the field `key` leads to an object that `other` finds (`op`
 * `$inQuery`) or does not find (`$notInQuery`). `other` is copied as it is now.
 *
 * Ownership: `other` stays the caller's. Threads: any. Errors: as `tdsauth_query_where`.
 */
TDSAUTH_API
int32_t tdsauth_query_where_query(tdsauth_query query,
                                  const char *key,
                                  size_t key_len,
                                  const char *op,
                                  size_t op_len,
                                  tdsauth_query other);

/**
 * Adds a condition: the object stands in the relation `key` of `parent`, which is on the server.
 *
 * Ownership: `parent` stays the caller's. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: `parent` was never saved), INVALID_UTF8, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_query_where_related_to(tdsauth_query query,
                                       tdsauth_object parent,
                                       const char *key,
                                       size_t key_len);

/**
 * Adds a condition: the object meets the conditions of every one of the `count` queries at `parts`,
 * which are of the same class and copied as they are now; their orders and limits do not count.
 *
 * Ownership: `parts` stay the caller's. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: none, more than 10000, another class), LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_query_and(tdsauth_query query,
                          const tdsauth_query *parts,
                          size_t count);

/**
 * As `tdsauth_query_and`: the object meets the conditions of at least one of them.
 *
 * Ownership: `parts` stay the caller's. Threads: any. Errors: as `tdsauth_query_and`.
 */
TDSAUTH_API int32_t tdsauth_query_or(tdsauth_query query, const tdsauth_query *parts, size_t count);

/**
 * Orders what is found by the field `key`, where the orders before it leave a tie; `descending` 1:
 * the largest first.
 *
 * Ownership: nothing to own. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
 */
TDSAUTH_API
int32_t tdsauth_query_order(tdsauth_query query,
                            const char *key,
                            size_t key_len,
                            int32_t descending);

/**
 * Forgets the orders that were given.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_query_clear_order(tdsauth_query query);

/**
 * At most that many objects; the server gives 1000 at most.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_query_limit(tdsauth_query query, uint32_t limit);

/**
 * Leaves out the first `skip` objects.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
 */
TDSAUTH_API int32_t tdsauth_query_skip(tdsauth_query query, uint32_t skip);

/**
 * What the pointer in the field `key` leads to comes along: `tdsauth_object_get_object`. With dots
 * for pointers of what comes along.
 *
 * Ownership: nothing to own. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
 */
TDSAUTH_API int32_t tdsauth_query_include(tdsauth_query query, const char *key, size_t key_len);

/**
 * Only the fields that were selected come; with `-` in front of `key`: all but these.
 *
 * Ownership: nothing to own. Threads: any.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
 */
TDSAUTH_API int32_t tdsauth_query_select(tdsauth_query query, const char *key, size_t key_len);

/**
 * 1: objects come with their ACL, if the server allows it. Default: 0.
 *
 * Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT.
 */
TDSAUTH_API int32_t tdsauth_query_include_acl(tdsauth_query query, int32_t yes);

/**
 * Asks for the objects that meet the query as it is now, as the current user, if there is one. Ends
 * in `TDSAUTH_EVENT_QUERY_FOUND`; take the objects by `tdsauth_request_take_object`. What is found
 * fits `max_response_bytes` of the client's options.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED, LIMIT (the
 * query is longer than 1 MiB). In the event: FORBIDDEN, NOT_FOUND (no such class), REJECTED,
 * SESSION_OVER, network and server statuses, CANCELLED, SESSION_CHANGED.
 */
TDSAUTH_API
int32_t tdsauth_query_find(tdsauth_client client,
                           tdsauth_query query,
                           const tdsauth_request_options *options,
                           uint64_t user_data,
                           tdsauth_request *request,
                           tdsauth_error *error);

/**
 * As `tdsauth_query_find`, for the first object alone: `objects` of the event is 1, or 0 when there
 * is none.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_query_find`.
 */
TDSAUTH_API
int32_t tdsauth_query_first(tdsauth_client client,
                            tdsauth_query query,
                            const tdsauth_request_options *options,
                            uint64_t user_data,
                            tdsauth_request *request,
                            tdsauth_error *error);

/**
 * As `tdsauth_query_find`, for the object of this id; conditions, order, skip and limit do not
 * count.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_query_find`; INVALID_UTF8, INVALID_ARGUMENT (also: no id). In the event:
 * NOT_FOUND.
 */
TDSAUTH_API
int32_t tdsauth_query_get(tdsauth_client client,
                          tdsauth_query query,
                          const char *object_id,
                          size_t object_id_len,
                          const tdsauth_request_options *options,
                          uint64_t user_data,
                          tdsauth_request *request,
                          tdsauth_error *error);

/**
 * Asks how many objects meet the query, whatever its limit. Ends in `TDSAUTH_EVENT_QUERY_COUNTED`.
 *
 * Ownership: `*request` is the caller's to release. Threads: any; does not wait.
 * Errors: as `tdsauth_query_find`.
 */
TDSAUTH_API
int32_t tdsauth_query_count(tdsauth_client client,
                            tdsauth_query query,
                            const tdsauth_request_options *options,
                            uint64_t user_data,
                            tdsauth_request *request,
                            tdsauth_error *error);

/* ================================================================================================
 * MAC token: signing requests
 * ================================================================================================ */

/** `mac_algorithm` of a MAC token: `hmac-sha-1`. */
#define TDSAUTH_MAC_HMAC_SHA1 0
/** `mac_algorithm` of a MAC token: `hmac-sha-256`. */
#define TDSAUTH_MAC_HMAC_SHA256 1

/**
 * What is signed, and with which key. Texts hold printable ASCII without `"` and `\`, at most
 * 8 KiB each.
 */
typedef struct tdsauth_mac_input {
  /** `sizeof(tdsauth_mac_input)`. */
  uint32_t struct_size;
  /** `TDSAUTH_MAC_HMAC_SHA1` or `TDSAUTH_MAC_HMAC_SHA256`. */
  int32_t algorithm;
  /** The token's `kid`. Verifying: the header's id must be this; absent: any. */
  const char *key_id;
  /** Bytes of `key_id`, or `TDSAUTH_NUL`. */
  size_t key_id_len;
  /** The token's `mac_key`, as it is. A secret. */
  const char *key;
  /** Bytes of `key`, or `TDSAUTH_NUL`. */
  size_t key_len;
  /** HTTP method in any case. */
  const char *method;
  /** Bytes of `method`, or `TDSAUTH_NUL`. */
  size_t method_len;
  /** Absolute http or https URL, exactly as it is sent; a fragment does not count. */
  const char *url;
  /** Bytes of `url`, or `TDSAUTH_NUL`. */
  size_t url_len;
  /** Must be new for each request. Absent: 128 bits from the operating system. Verifying: ignored. */
  const char *nonce;
  /** Bytes of `nonce`, or `TDSAUTH_NUL`. */
  size_t nonce_len;
  /**
   * Signed text of the application; TapTap has none. Verifying: the header's ext must be this;
   * absent: any.
   */
  const char *ext;
  /** Bytes of `ext`, or `TDSAUTH_NUL`. */
  size_t ext_len;
  /** Unix seconds; 0: now. */
  int64_t ts;
  /** Verifying: how many seconds the header's ts may lie from `ts`, either way; 0: not checked. */
  uint32_t window_s;
  /** Zero. */
  uint32_t reserved0;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_mac_input;
/** A `tdsauth_mac_input` with every field at its default. */
#define TDSAUTH_MAC_INPUT_INIT \
  { (uint32_t)sizeof(tdsauth_mac_input), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, 0, 0, 0, { 0 } }

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
TDSAUTH_API
int32_t tdsauth_mac_header(const tdsauth_mac_input *input,
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
TDSAUTH_API
int32_t tdsauth_mac_verify(const char *header,
                           size_t header_len,
                           const tdsauth_mac_input *input,
                           tdsauth_error *error);

/* ================================================================================================
 * Host transport: the game's own HTTP carries the bytes
 * ================================================================================================ */

/** What to do: send the request `id`. */
#define TDSAUTH_HTTP_SEND 1
/** What to do: nobody waits for the answer of `id` any more; it may be cut off. */
#define TDSAUTH_HTTP_CANCEL 2
/** Part of a request: `GET`, `POST`, `PUT`, `DELETE`. */
#define TDSAUTH_HTTP_METHOD 1
/** Part of a request: the absolute URL. */
#define TDSAUTH_HTTP_URL 2
/** Part of a request: lines `Name: value`, each ended by CR LF. Values may be secrets. */
#define TDSAUTH_HTTP_HEADERS 3
/** Part of a request: the body, UTF-8; empty for none. */
#define TDSAUTH_HTTP_BODY 4

/** Something for the game's HTTP to do. */
typedef struct tdsauth_http_request {
  /** `sizeof(tdsauth_http_request)`. */
  uint32_t struct_size;
  /** `TDSAUTH_HTTP_SEND` or `TDSAUTH_HTTP_CANCEL`. */
  int32_t kind;
  /** Names the exchange in `tdsauth_http_get` and `tdsauth_http_complete`. */
  uint64_t id;
  /** When the library gives up on it, from now. */
  uint32_t timeout_ms;
  /** Bytes of each part, as `tdsauth_http_get` gives it. */
  uint32_t method_len;
  /** As `method_len`. */
  uint32_t url_len;
  /** As `method_len`. */
  uint32_t headers_len;
  /** As `method_len`. */
  uint32_t body_len;
  /** Zero. */
  uint32_t reserved0;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_http_request;
/** A `tdsauth_http_request` with every field at its default. */
#define TDSAUTH_HTTP_REQUEST_INIT \
  { (uint32_t)sizeof(tdsauth_http_request), 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }

/** What came of an exchange. */
typedef struct tdsauth_http_response {
  /** `sizeof(tdsauth_http_response)`. */
  uint32_t struct_size;
  /**
   * `TDSAUTH_OK` when there is an answer, whatever its HTTP status; else why there is none:
   * `TDSAUTH_ERR_NETWORK`, `_DNS`, `_CONNECT`, `_TLS`, `_TIMED_OUT`, ...
   */
  int32_t status;
  /** 100 to 599 when there is an answer. */
  int32_t http_status;
  /** Zero. */
  uint32_t reserved0;
  /** Lines `Name: value`, ended by LF or CR LF; may be absent; at most 256 KiB. */
  const char *headers;
  /** Bytes of `headers`, or `TDSAUTH_NUL`. */
  size_t headers_len;
  /** The body, decoded; may be absent. */
  const uint8_t *body;
  /** Bytes of `body`. */
  size_t body_len;
  /** Zero. */
  uint64_t reserved[2];
} tdsauth_http_response;
/** A `tdsauth_http_response` with every field at its default. */
#define TDSAUTH_HTTP_RESPONSE_INIT \
  { (uint32_t)sizeof(tdsauth_http_response), 0, 0, 0, NULL, 0, NULL, 0, { 0 } }

/**
 * Takes the next thing for the game's HTTP to do. For clients with `TDSAUTH_CLIENT_HOST_TRANSPORT`;
 * call it in each frame until it returns NO_EVENT. Follow no redirects, keep no cookies, cache
 * nothing, add no headers beyond what HTTP needs. The client owns the deadlines.
 *
 * Ownership: `request` is the caller's. Threads: any; never waits.
 * Errors: NO_EVENT (positive: nothing to do), INVALID_HANDLE, INVALID_ARGUMENT, NOT_SUPPORTED
 * (the client has its own transport).
 */
TDSAUTH_API int32_t tdsauth_http_next(tdsauth_client client, tdsauth_http_request *request);

/**
 * A part of the request `id`: `field` is one of `TDSAUTH_HTTP_METHOD`, `_URL`, `_HEADERS`, `_BODY`.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: NONE (positive: the exchange is over), INVALID_HANDLE, INVALID_ARGUMENT,
 * BUFFER_TOO_SMALL, NOT_SUPPORTED (the client has its own transport).
 */
TDSAUTH_API
int32_t tdsauth_http_get(tdsauth_client client,
                         uint64_t id,
                         int32_t field,
                         char *buf,
                         size_t cap,
                         size_t *needed);

/**
 * Hands in what came of the exchange `id`. A late or unknown one is harmless.
 *
 * Ownership: `response` and what it points at stay the caller's. Threads: any.
 * Errors: NONE (positive: nobody waits for it any more), INVALID_HANDLE, INVALID_ARGUMENT,
 * INVALID_UTF8 (`headers`), UNSUPPORTED_FIELD, NOT_SUPPORTED (the client has its own transport).
 */
TDSAUTH_API
int32_t tdsauth_http_complete(tdsauth_client client,
                              uint64_t id,
                              const tdsauth_http_response *response);

/* ================================================================================================
 * Log
 * ================================================================================================ */

/**
 * Takes the client's oldest log line: its level, one of `TDSAUTH_LOG_*`, and its text, UTF-8,
 * without secrets. Of lines that nobody takes, the last 256 are kept (`log_dropped` of
 * `tdsauth_stats` counts the others). A line that does not fit the buffer stays the oldest.
 *
 * Ownership: the buffer is the caller's. Threads: any.
 * Errors: NO_EVENT (positive: no line), INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
 */
TDSAUTH_API
int32_t tdsauth_log_next(tdsauth_client client,
                         int32_t *level,
                         char *buf,
                         size_t cap,
                         size_t *needed);

#ifdef __cplusplus
}
#endif

#endif /* TDSAUTH_H */
