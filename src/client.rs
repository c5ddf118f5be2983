//! Client: one player's account on one device.

use std::ffi::c_char;
use std::time::Duration;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::secret::Secret;

use crate::guard::{guard, guard_reporting};
use crate::handles::tdsauth_client;
use crate::library::pin_module;
use crate::status::tdsauth_error;
use crate::strings::option_in;
use crate::structs::{Struct, StructOut, assert_layout, slot, slot_or_none, struct_in};
use tdsauth_core::client::{self as core, Options, Region};

/// Region: the server is told by `server_url`, which must be given; TapTap by its three URLs.
pub const TDSAUTH_REGION_DEFAULT: i32 = 0;
/// Region: mainland China; `server_url` must be given (apps there have a domain of their own).
/// TapTap's hosts end in `.cn`.
pub const TDSAUTH_REGION_CN: i32 = 1;
/// Region: international; without `server_url` the server follows from the app id. TapTap's hosts
/// end in `.com`.
pub const TDSAUTH_REGION_GLOBAL: i32 = 2;

/// App state: the game is in front.
pub const TDSAUTH_APP_FOREGROUND: i32 = 1;
/// App state: the game is in the background and may be suspended or killed without a word.
pub const TDSAUTH_APP_BACKGROUND: i32 = 2;

/// Log level: as `TDSAUTH_LOG_WARN`.
pub const TDSAUTH_LOG_DEFAULT: i32 = 0;
/// Log level: nothing is logged.
pub const TDSAUTH_LOG_OFF: i32 = 1;
/// Log level: what failed for good.
pub const TDSAUTH_LOG_ERROR: i32 = 2;
/// Log level: what went wrong and was mended.
pub const TDSAUTH_LOG_WARN: i32 = 3;
/// Log level: the steps of a login.
pub const TDSAUTH_LOG_INFO: i32 = 4;
/// Log level: each exchange with the server (never its secrets).
pub const TDSAUTH_LOG_DEBUG: i32 = 5;

/// Client flag: send the app key itself (`X-LC-Key`) instead of signing with it (`X-LC-Sign`).
pub const TDSAUTH_CLIENT_SEND_APP_KEY: u32 = 1;
/// Client flag: allow `http://` to hosts other than loopback. Tokens then travel in the clear.
pub const TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP: u32 = 2;
/// Client flag: a request is released by itself when the event after its final one is delivered.
pub const TDSAUTH_CLIENT_AUTO_RELEASE: u32 = 4;
/// Client flag: the game carries the bytes (`tdsauth_http_next`); no socket is opened.
pub const TDSAUTH_CLIENT_HOST_TRANSPORT: u32 = 8;

const KNOWN_FLAGS: u32 = TDSAUTH_CLIENT_SEND_APP_KEY
    | TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP
    | TDSAUTH_CLIENT_AUTO_RELEASE
    | TDSAUTH_CLIENT_HOST_TRANSPORT;

// How far a text is read, in bytes: no bound of the core is wider.
const NAME: usize = 1024;
const URL: usize = 8 * 1024;
const PATH: usize = 32 * 1024;
const PEM: usize = 1024 * 1024;

/// What a client is made of. Zero is the default of each field; an empty text counts as absent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_client_options {
    /// `sizeof(tdsauth_client_options)`.
    pub struct_size: u32,
    /// One of `TDSAUTH_REGION_*`.
    pub region: i32,
    /// Base URL of the account server, such as `https://account.example.com`; at most 8 KiB.
    /// Default: what `region` gives.
    pub server_url: *const c_char,
    /// Bytes of `server_url`, or `TDSAUTH_NUL`.
    pub server_url_len: usize,
    /// The app id; must be given; printable ASCII, at most 128 bytes.
    pub app_id: *const c_char,
    /// Bytes of `app_id`, or `TDSAUTH_NUL`.
    pub app_id_len: usize,
    /// The app key; must be given; printable ASCII, at most 256 bytes. It signs requests, see
    /// `TDSAUTH_CLIENT_SEND_APP_KEY`.
    pub app_key: *const c_char,
    /// Bytes of `app_key`, or `TDSAUTH_NUL`.
    pub app_key_len: usize,
    /// A folder of the game's own, made when missing; must be given; at most 32 KiB. Each app id
    /// and profile gets a folder of its own in it.
    pub storage_path: *const c_char,
    /// Bytes of `storage_path`, or `TDSAUTH_NUL`.
    pub storage_path_len: usize,
    /// Tells two players on one machine apart; at most 64 bytes. Default: `default`.
    pub profile: *const c_char,
    /// Bytes of `profile`, or `TDSAUTH_NUL`.
    pub profile_len: usize,
    /// `http://host:port` of a proxy; at most 8 KiB. Default: none; the environment is not read.
    pub proxy: *const c_char,
    /// Bytes of `proxy`, or `TDSAUTH_NUL`.
    pub proxy_len: usize,
    /// Appended to the `User-Agent` header after a space; printable ASCII, at most 128 bytes.
    /// Default: nothing.
    pub user_agent_suffix: *const c_char,
    /// Bytes of `user_agent_suffix`, or `TDSAUTH_NUL`.
    pub user_agent_suffix_len: usize,
    /// PEM certificates of authorities trusted beside the bundled ones; at most 1 MiB.
    /// Default: none.
    pub extra_ca_pem: *const c_char,
    /// Bytes of `extra_ca_pem`, or `TDSAUTH_NUL`.
    pub extra_ca_pem_len: usize,
    /// The app's client id at TapTap: letters, digits, `_` and `-`, at most 128 bytes. Default:
    /// none, and the `tdsauth_taptap_*` operations are refused.
    pub taptap_client_id: *const c_char,
    /// Bytes of `taptap_client_id`, or `TDSAUTH_NUL`.
    pub taptap_client_id_len: usize,
    /// Base URL of TapTap's device codes and tokens; at most 8 KiB. Default: what `region` gives.
    pub taptap_accounts_url: *const c_char,
    /// Bytes of `taptap_accounts_url`, or `TDSAUTH_NUL`.
    pub taptap_accounts_url_len: usize,
    /// Base URL of TapTap's open API; at most 8 KiB. Default: what `region` gives.
    pub taptap_open_url: *const c_char,
    /// Bytes of `taptap_open_url`, or `TDSAUTH_NUL`.
    pub taptap_open_url_len: usize,
    /// TapTap's page on which a player allows a login; at most 8 KiB. Default: what `region` gives.
    pub taptap_authorize_url: *const c_char,
    /// Bytes of `taptap_authorize_url`, or `TDSAUTH_NUL`.
    pub taptap_authorize_url_len: usize,
    /// Bits `TDSAUTH_CLIENT_*`. Default: none of them.
    pub flags: u32,
    /// One of `TDSAUTH_LOG_*`. Default: `TDSAUTH_LOG_WARN`.
    pub log_level: i32,
    /// Time to resolve and connect, for each exchange, at most 600000. Default: 10000.
    pub connect_timeout_ms: u32,
    /// Time of a whole operation from its start to its final event, at most 600000.
    /// Default: 20000.
    pub request_timeout_ms: u32,
    /// Threads that talk to the server at once, at most 16. Default: 4.
    pub max_connections: u32,
    /// Zero.
    pub reserved0: u32,
    /// Largest body of an answer, decoded, at most 67108864. Default: 1048576.
    pub max_response_bytes: u64,
    /// The folder in which the official C# SDK kept `.userdata` and `.anonymousdata` (in Unity
    /// `Application.persistentDataPath`); at most 32 KiB. While the client's own folder is empty,
    /// who was logged in there and its guest are taken over; the files stay. Default: none.
    pub import_path: *const c_char,
    /// Bytes of `import_path`, or `TDSAUTH_NUL`.
    pub import_path_len: usize,
    /// Zero.
    pub reserved: [u64; 4],
}
assert_layout!(tdsauth_client_options, 280);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: each pair of a text
// is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_client_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 4]
    }
}

/// Counts, for leak tests and for the curious.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_stats {
    /// `sizeof(tdsauth_stats)`.
    pub struct_size: u32,
    /// Clients alive.
    pub clients: u32,
    /// Requests not yet released.
    pub live_requests: u32,
    /// Object handles not yet released.
    pub live_objects: u32,
    /// Events not yet delivered.
    pub queued_events: u32,
    /// Threads of the library.
    pub threads: u32,
    /// HTTP exchanges running now.
    pub http_running: u32,
    /// Zero.
    pub reserved0: u32,
    /// HTTP requests sent so far.
    pub http_sent: u64,
    /// Log lines dropped because nobody took them.
    pub log_dropped: u64,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_stats, 64);

// SAFETY: repr(C), integers alone, no padding (8 × 4 + 4 × 8 bytes), struct_size first.
unsafe impl Struct for tdsauth_stats {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// Makes a client. Makes its folder and reads what is remembered there (at most 64 KiB); sends
/// nothing, so a remembered user is there at once (`tdsauth_current_user`).
///
/// Ownership: `*client` is the caller's to destroy. Threads: any; does not wait for the network.
/// Errors: INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, INSECURE_URL, NOT_SUPPORTED (no
/// built-in transport in this build, and no `TDSAUTH_CLIENT_HOST_TRANSPORT`), LIMIT, STORAGE,
/// STORAGE_NEWER, STORAGE_PERMISSION, STORAGE_FULL, TLS (`extra_ca_pem`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_client_create(
    options: *const tdsauth_client_options,
    client: *mut tdsauth_client,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(client) }?;
        // SAFETY: the header's rule for structs.
        let options = unsafe { struct_in(options) }?
            .ok_or_else(|| Error::argument("the options are missing"))?;
        // SAFETY: the header's rule for texts in.
        let options = unsafe { read_options(&options) }?;
        pin_module();
        out.set(core::create(options)?);
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(0, error, &body) }
}

/// # Safety
/// The header's rule for texts in holds for each pair of pointer and length.
unsafe fn read_options(given: &tdsauth_client_options) -> Result<Options> {
    if given.flags & !KNOWN_FLAGS != 0 {
        return Err(Error::new(status::UNSUPPORTED_FIELD, "flags holds an unknown bit"));
    }
    // SAFETY: by this function's promise, for each text.
    let text = |text, len, max| unsafe { option_in(text, len, max) };
    let flag = |bit| given.flags & bit != 0;
    Ok(Options {
        region: match given.region {
            TDSAUTH_REGION_DEFAULT => Region::Default,
            TDSAUTH_REGION_CN => Region::Cn,
            TDSAUTH_REGION_GLOBAL => Region::Global,
            _ => return Err(Error::argument("region is unknown")),
        },
        server_url: text(given.server_url, given.server_url_len, URL)?,
        app_id: text(given.app_id, given.app_id_len, NAME)?.unwrap_or_default(),
        app_key: Secret::new(text(given.app_key, given.app_key_len, NAME)?.unwrap_or_default()),
        storage_path: text(given.storage_path, given.storage_path_len, PATH)?
            .unwrap_or_default()
            .into(),
        profile: text(given.profile, given.profile_len, NAME)?.unwrap_or_default(),
        proxy: text(given.proxy, given.proxy_len, URL)?,
        user_agent_suffix: text(given.user_agent_suffix, given.user_agent_suffix_len, NAME)?,
        extra_ca_pem: text(given.extra_ca_pem, given.extra_ca_pem_len, PEM)?,
        taptap_client_id: text(given.taptap_client_id, given.taptap_client_id_len, NAME)?,
        taptap_accounts_url: text(given.taptap_accounts_url, given.taptap_accounts_url_len, URL)?,
        taptap_open_url: text(given.taptap_open_url, given.taptap_open_url_len, URL)?,
        taptap_authorize_url: text(
            given.taptap_authorize_url,
            given.taptap_authorize_url_len,
            URL,
        )?,
        send_app_key: flag(TDSAUTH_CLIENT_SEND_APP_KEY),
        allow_plain_http: flag(TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP),
        auto_release: flag(TDSAUTH_CLIENT_AUTO_RELEASE),
        host_transport: flag(TDSAUTH_CLIENT_HOST_TRANSPORT),
        log_level: given.log_level,
        connect_timeout_ms: given.connect_timeout_ms,
        request_timeout_ms: given.request_timeout_ms,
        max_connections: given.max_connections,
        max_response_bytes: given.max_response_bytes,
        import_path: text(given.import_path, given.import_path_len, PATH)?.map(Into::into),
    })
}

/// Ends a client at once: what runs is abandoned, its requests and events go with it, every waiter
/// wakes with CLOSED. Objects that were taken stay. Never waits; threads end by themselves.
///
/// Ownership: gives `client` back. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_client_destroy(client: tdsauth_client) -> i32 {
    guard(client, &|| core::destroy(client).map(|()| status::OK))
}

/// Ends a client in order: takes no new work, finishes what runs for at most `timeout_ms`, then
/// destroys it. `*abandoned` (may be NULL) is the number of requests that did not come to an end.
///
/// Ownership: gives `client` back. Threads: any; waits. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_client_shutdown(
    client: tdsauth_client,
    timeout_ms: u32,
    abandoned: *mut u32,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot_or_none(abandoned) };
        let left = core::shutdown(client, Duration::from_millis(timeout_ms.into()))?;
        if let Some(out) = out {
            out.set(left);
        }
        Ok(status::OK)
    })
}

/// Tells the client where the game stands, one of `TDSAUTH_APP_*`. Back in the foreground, idle
/// connections are dropped (they are dead after a sleep) and the folder is read again, which may
/// lead to `TDSAUTH_EVENT_USER_CHANGED`. A new client is in the foreground.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT, FORKED, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_client_set_app_state(client: tdsauth_client, state: i32) -> i32 {
    guard(client, &|| {
        let foreground = match state {
            TDSAUTH_APP_FOREGROUND => true,
            TDSAUTH_APP_BACKGROUND => false,
            _ => return Err(Error::argument("the app state is unknown")),
        };
        core::set_app_state(client, foreground).map(|()| status::OK)
    })
}

/// Counts of one client; with `client` 0, of the whole library.
///
/// Ownership: `stats` is the caller's. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_client_stats(
    client: tdsauth_client,
    stats: *mut tdsauth_stats,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for structs.
        let out = unsafe { StructOut::open(stats) }?;
        let now = core::stats(client)?;
        out.write(&tdsauth_stats {
            struct_size: 0, // stays the caller's
            clients: now.clients,
            live_requests: now.live_requests,
            live_objects: now.live_objects,
            queued_events: now.queued_events,
            threads: now.threads,
            http_running: now.http_running,
            reserved0: 0,
            http_sent: now.http_sent,
            log_dropped: now.log_dropped,
            reserved: [0; 2],
        });
        Ok(status::OK)
    })
}
