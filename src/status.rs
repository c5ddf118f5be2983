//! The numbers of the ABI, and the error struct.
//!
//! Written out, because cbindgen cannot evaluate the constants of another crate; the assertions at
//! the end of this file hold them equal to `tdsauth_core::error::status`.

use std::ffi::{CStr, c_char};

use tdsauth_core::error::{Error, Failure, Result, flag, status};

use crate::structs::{Struct, StructOut, assert_layout};

/// Success.
pub const TDSAUTH_OK: i32 = 0;
/// `poll`, `log_next`, `http_next`: there is nothing to deliver.
pub const TDSAUTH_NO_EVENT: i32 = 1;
/// `wait`: the time given ran out; the request goes on.
pub const TDSAUTH_TIMEOUT: i32 = 2;
/// The thing asked for is absent: nobody is logged in, the object has no such key.
pub const TDSAUTH_NONE: i32 = 3;
/// An argument is missing, too long, malformed, or a struct's size is out of range.
pub const TDSAUTH_ERR_INVALID_ARGUMENT: i32 = -1;
/// A handle is stale, released, of another kind, or belongs to another client.
pub const TDSAUTH_ERR_INVALID_HANDLE: i32 = -2;
/// A text is not UTF-8, or holds U+0000.
pub const TDSAUTH_ERR_INVALID_UTF8: i32 = -3;
/// The caller's buffer is too small; `needed` says how many bytes it takes.
pub const TDSAUTH_ERR_BUFFER_TOO_SMALL: i32 = -4;
/// A struct carries a non-zero field that this version does not know.
pub const TDSAUTH_ERR_UNSUPPORTED_FIELD: i32 = -5;
/// Too many requests live at once.
pub const TDSAUTH_ERR_QUEUE_FULL: i32 = -6;
/// Another thread waits for the same request already.
pub const TDSAUTH_ERR_BUSY: i32 = -7;
/// The client is shutting down or was destroyed.
pub const TDSAUTH_ERR_CLOSED: i32 = -8;
/// A defect inside the library was caught; the client it happened in refuses all further work.
pub const TDSAUTH_ERR_PANIC: i32 = -9;
/// The process was forked after the client was created; the child must create its own.
pub const TDSAUTH_ERR_FORKED: i32 = -10;
/// The request was cancelled.
pub const TDSAUTH_ERR_CANCELLED: i32 = -11;
/// The session changed (logout, another login) while the request ran; nothing was stored.
pub const TDSAUTH_ERR_SESSION_CHANGED: i32 = -12;
/// The value is of another type than the one asked for.
pub const TDSAUTH_ERR_WRONG_TYPE: i32 = -13;
/// This build or platform cannot do that.
pub const TDSAUTH_ERR_NOT_SUPPORTED: i32 = -14;
/// A limit of the library is reached (handles, memory).
pub const TDSAUTH_ERR_LIMIT: i32 = -15;
/// The connection failed or was lost.
pub const TDSAUTH_ERR_NETWORK: i32 = -100;
/// The host name could not be resolved.
pub const TDSAUTH_ERR_DNS: i32 = -101;
/// No connection could be made.
pub const TDSAUTH_ERR_CONNECT: i32 = -102;
/// The secure connection could not be made: a certificate is not trusted, or is another's.
pub const TDSAUTH_ERR_TLS: i32 = -103;
/// The request's deadline passed.
pub const TDSAUTH_ERR_TIMED_OUT: i32 = -104;
/// The answer is larger than `max_response_bytes`.
pub const TDSAUTH_ERR_RESPONSE_TOO_LARGE: i32 = -105;
/// The answer is not what the protocol says: not JSON, of the wrong shape, truncated.
pub const TDSAUTH_ERR_BAD_RESPONSE: i32 = -106;
/// The server sent the request elsewhere; redirects are never followed.
pub const TDSAUTH_ERR_REDIRECT: i32 = -107;
/// Plain http to a host other than loopback, without the option that allows it.
pub const TDSAUTH_ERR_INSECURE_URL: i32 = -108;
/// The server is ill: a 5xx status.
pub const TDSAUTH_ERR_SERVER: i32 = -109;
/// The server asks to slow down: status 429.
pub const TDSAUTH_ERR_RATE_LIMITED: i32 = -110;
/// The storage folder cannot be read or written.
pub const TDSAUTH_ERR_STORAGE: i32 = -200;
/// The stored file is of a newer version of the library; it is left untouched.
pub const TDSAUTH_ERR_STORAGE_NEWER: i32 = -201;
/// The stored file is damaged; it was set aside under another name.
pub const TDSAUTH_ERR_STORAGE_DAMAGED: i32 = -202;
/// The folder belongs to another user, or others may write to it.
pub const TDSAUTH_ERR_STORAGE_PERMISSION: i32 = -203;
/// Another process holds the folder's lock for too long.
pub const TDSAUTH_ERR_STORAGE_BUSY: i32 = -204;
/// The disk is full.
pub const TDSAUTH_ERR_STORAGE_FULL: i32 = -205;
/// The app id, app key or signature was refused.
pub const TDSAUTH_ERR_UNAUTHORIZED: i32 = -300;
/// The session token is no longer valid: the player has to log in again.
pub const TDSAUTH_ERR_SESSION_OVER: i32 = -301;
/// Nobody is logged in.
pub const TDSAUTH_ERR_NOT_LOGGED_IN: i32 = -302;
/// The server forbids it.
pub const TDSAUTH_ERR_FORBIDDEN: i32 = -303;
/// The server does not know the thing asked for.
pub const TDSAUTH_ERR_NOT_FOUND: i32 = -304;
/// The server refused for a reason of its own: see `server_code`.
pub const TDSAUTH_ERR_REJECTED: i32 = -305;
/// The account of that platform belongs to another user (server codes 137, 208); which platform:
/// `TDSAUTH_REQUEST_PLATFORM`.
pub const TDSAUTH_ERR_ALREADY_ASSOCIATED: i32 = -306;
/// There is no such user (server code 211, where it means that).
pub const TDSAUTH_ERR_USER_NOT_FOUND: i32 = -307;
/// The server does not believe what the platform is said to say of the player (server codes 250,
/// 251, 252).
pub const TDSAUTH_ERR_INVALID_AUTH_DATA: i32 = -308;
/// The object on the server does not meet the condition of a save (server code 305).
pub const TDSAUTH_ERR_CONDITION_FAILED: i32 = -309;
/// A MAC or signature does not match.
pub const TDSAUTH_ERR_MAC_MISMATCH: i32 = -310;
/// A signed time stamp is outside the accepted window.
pub const TDSAUTH_ERR_MAC_EXPIRED: i32 = -311;
/// TapTap: the player refused.
pub const TDSAUTH_ERR_TAPTAP_DENIED: i32 = -400;
/// TapTap: the code expired or was used up; the player has to start again.
pub const TDSAUTH_ERR_TAPTAP_EXPIRED: i32 = -401;
/// TapTap: a field of the request is missing or wrong.
pub const TDSAUTH_ERR_TAPTAP_INVALID_REQUEST: i32 = -402;
/// TapTap: the clock of this machine is too far off, also after it was corrected.
pub const TDSAUTH_ERR_TAPTAP_INVALID_TIME: i32 = -403;
/// TapTap: a signed request was seen before.
pub const TDSAUTH_ERR_TAPTAP_REPLAY_ATTACKS: i32 = -404;
/// TapTap: the client id is unknown, or the key does not belong to it.
pub const TDSAUTH_ERR_TAPTAP_INVALID_CLIENT: i32 = -405;
/// TapTap no longer takes the player's token: the player has to log in there again.
pub const TDSAUTH_ERR_TAPTAP_SESSION_OVER: i32 = -406;
/// TapTap: the player did not grant the scope that this takes.
pub const TDSAUTH_ERR_TAPTAP_INSUFFICIENT_SCOPE: i32 = -407;
/// TapTap: the code of a login was refused when it was exchanged for a token.
pub const TDSAUTH_ERR_TAPTAP_INVALID_GRANT: i32 = -408;
/// TapTap: the client id belongs to the other region.
pub const TDSAUTH_ERR_TAPTAP_WRONG_REGION: i32 = -409;
/// No TapTap token is kept: the player has not logged in there.
pub const TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN: i32 = -410;
/// The URL answers a TapTap login that nobody waits for any more.
pub const TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN: i32 = -411;
/// TapTap refused for another reason: the message names it.
pub const TDSAUTH_ERR_TAPTAP_REFUSED: i32 = -412;

/// Bit of `flags`: the same call may succeed later without anybody doing anything.
pub const TDSAUTH_FLAG_RETRYABLE: u32 = 1;
/// Bit of `flags`: the session is over; the player has to log in again.
pub const TDSAUTH_FLAG_SESSION_OVER: u32 = 2;
/// Bit of `flags`: only the player can help: log in, give consent, set the clock.
pub const TDSAUTH_FLAG_NEEDS_PLAYER: u32 = 4;
/// Bit of `flags`: the answer to a write was lost that must not be sent twice (a new object, an
/// increment, an addition to a list, a save with a condition), or it was given up on its way: the
/// server may have done it or not. Fetch or query to find out. The library sends it once only: it
/// goes out again only with a save that the game submits after it was told.
pub const TDSAUTH_FLAG_MAYBE_DONE: u32 = 8;

/// What went wrong. 256 bytes, the caller's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_error {
    /// `sizeof(tdsauth_error)`.
    pub struct_size: u32,
    /// What the function returned: a `TDSAUTH_ERR_*`, or on success 0 or a positive status.
    pub status: i32,
    /// The HTTP status of the answer, 0 when there was none.
    pub http_status: i32,
    /// The account server's own number, 0 when there was none.
    pub server_code: i32,
    /// Bits `TDSAUTH_FLAG_*`.
    pub flags: u32,
    /// Bytes of `message` before its NUL.
    pub message_len: u32,
    /// One English sentence for developers, UTF-8, NUL-terminated, never a secret; cut on a
    /// character border when it is longer.
    pub message: [c_char; 232],
}
assert_layout!(tdsauth_error, 256);

// SAFETY: repr(C), integers alone, no padding (24 + 232 bytes), struct_size first.
unsafe impl Struct for tdsauth_error {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// The caller's error struct, if it gave one.
pub(crate) struct ErrorSlot(Option<StructOut<tdsauth_error>>);

impl ErrorSlot {
    /// Checks and zeroes it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: its size is out of range.
    ///
    /// # Safety
    /// `error` is NULL or writable for the size it claims, until the export returns.
    pub(crate) unsafe fn open(error: *mut tdsauth_error) -> Result<Self> {
        if error.is_null() {
            return Ok(Self(None));
        }
        // SAFETY: the same promise as this function's.
        unsafe { StructOut::open(error) }.map(|out| Self(Some(out)))
    }

    /// Success, or "nothing happened".
    pub(crate) fn clear(&self, status: i32) {
        self.write(status, 0, 0, 0, "");
    }

    /// A failure.
    pub(crate) fn report(&self, error: &Error) {
        let Failure { status, http_status, server_code, flags, message } = &**error;
        self.write(*status, *http_status, *server_code, *flags, message);
    }

    fn write(&self, status: i32, http_status: i32, server_code: i32, flags: u32, text: &str) {
        let Some(out) = &self.0 else { return };
        let mut message = [0; 232];
        let text = text.get(..text.floor_char_boundary(message.len() - 1)).unwrap_or_default();
        for (target, byte) in message.iter_mut().zip(text.bytes()) {
            *target = byte.cast_signed() as c_char;
        }
        // At most 231.
        let message_len = u32::try_from(text.len()).unwrap_or_default();
        let struct_size = 0; // stays the caller's
        out.write(&tdsauth_error {
            struct_size,
            status,
            http_status,
            server_code,
            flags,
            message_len,
            message,
        });
    }
}

/// The name of a status as it stands in the header, such as `"TDSAUTH_ERR_NETWORK"`; of an unknown
/// number `"TDSAUTH_UNKNOWN"`.
///
/// Ownership: the text is static, never NULL, never to be freed. Threads: any. Errors: none.
#[unsafe(no_mangle)]
pub extern "C" fn tdsauth_status_name(status: i32) -> *const c_char {
    name(status).as_ptr()
}

const UNKNOWN: &CStr = c"TDSAUTH_UNKNOWN";

const fn terminated(bytes: &'static [u8]) -> &'static CStr {
    match CStr::from_bytes_with_nul(bytes) {
        Ok(text) => text,
        Err(_) => UNKNOWN,
    }
}

/// Holds a number of this file equal to the core's, and gives it its name.
macro_rules! table {
    ($($name:ident = $core:expr,)*) => {
        $(const _: () = assert!($name == $core);)*

        const fn name(status: i32) -> &'static CStr {
            match status {
                $($name => terminated(concat!(stringify!($name), "\0").as_bytes()),)*
                _ => UNKNOWN,
            }
        }
    };
}

table! {
    TDSAUTH_OK = status::OK,
    TDSAUTH_NO_EVENT = status::NO_EVENT,
    TDSAUTH_TIMEOUT = status::TIMEOUT,
    TDSAUTH_NONE = status::NONE,
    TDSAUTH_ERR_INVALID_ARGUMENT = status::INVALID_ARGUMENT,
    TDSAUTH_ERR_INVALID_HANDLE = status::INVALID_HANDLE,
    TDSAUTH_ERR_INVALID_UTF8 = status::INVALID_UTF8,
    TDSAUTH_ERR_BUFFER_TOO_SMALL = status::BUFFER_TOO_SMALL,
    TDSAUTH_ERR_UNSUPPORTED_FIELD = status::UNSUPPORTED_FIELD,
    TDSAUTH_ERR_QUEUE_FULL = status::QUEUE_FULL,
    TDSAUTH_ERR_BUSY = status::BUSY,
    TDSAUTH_ERR_CLOSED = status::CLOSED,
    TDSAUTH_ERR_PANIC = status::PANIC,
    TDSAUTH_ERR_FORKED = status::FORKED,
    TDSAUTH_ERR_CANCELLED = status::CANCELLED,
    TDSAUTH_ERR_SESSION_CHANGED = status::SESSION_CHANGED,
    TDSAUTH_ERR_WRONG_TYPE = status::WRONG_TYPE,
    TDSAUTH_ERR_NOT_SUPPORTED = status::NOT_SUPPORTED,
    TDSAUTH_ERR_LIMIT = status::LIMIT,
    TDSAUTH_ERR_NETWORK = status::NETWORK,
    TDSAUTH_ERR_DNS = status::DNS,
    TDSAUTH_ERR_CONNECT = status::CONNECT,
    TDSAUTH_ERR_TLS = status::TLS,
    TDSAUTH_ERR_TIMED_OUT = status::TIMED_OUT,
    TDSAUTH_ERR_RESPONSE_TOO_LARGE = status::RESPONSE_TOO_LARGE,
    TDSAUTH_ERR_BAD_RESPONSE = status::BAD_RESPONSE,
    TDSAUTH_ERR_REDIRECT = status::REDIRECT,
    TDSAUTH_ERR_INSECURE_URL = status::INSECURE_URL,
    TDSAUTH_ERR_SERVER = status::SERVER,
    TDSAUTH_ERR_RATE_LIMITED = status::RATE_LIMITED,
    TDSAUTH_ERR_STORAGE = status::STORAGE,
    TDSAUTH_ERR_STORAGE_NEWER = status::STORAGE_NEWER,
    TDSAUTH_ERR_STORAGE_DAMAGED = status::STORAGE_DAMAGED,
    TDSAUTH_ERR_STORAGE_PERMISSION = status::STORAGE_PERMISSION,
    TDSAUTH_ERR_STORAGE_BUSY = status::STORAGE_BUSY,
    TDSAUTH_ERR_STORAGE_FULL = status::STORAGE_FULL,
    TDSAUTH_ERR_UNAUTHORIZED = status::UNAUTHORIZED,
    TDSAUTH_ERR_SESSION_OVER = status::SESSION_OVER,
    TDSAUTH_ERR_NOT_LOGGED_IN = status::NOT_LOGGED_IN,
    TDSAUTH_ERR_FORBIDDEN = status::FORBIDDEN,
    TDSAUTH_ERR_NOT_FOUND = status::NOT_FOUND,
    TDSAUTH_ERR_REJECTED = status::REJECTED,
    TDSAUTH_ERR_ALREADY_ASSOCIATED = status::ALREADY_ASSOCIATED,
    TDSAUTH_ERR_USER_NOT_FOUND = status::USER_NOT_FOUND,
    TDSAUTH_ERR_INVALID_AUTH_DATA = status::INVALID_AUTH_DATA,
    TDSAUTH_ERR_CONDITION_FAILED = status::CONDITION_FAILED,
    TDSAUTH_ERR_MAC_MISMATCH = status::MAC_MISMATCH,
    TDSAUTH_ERR_MAC_EXPIRED = status::MAC_EXPIRED,
    TDSAUTH_ERR_TAPTAP_DENIED = status::TAPTAP_DENIED,
    TDSAUTH_ERR_TAPTAP_EXPIRED = status::TAPTAP_EXPIRED,
    TDSAUTH_ERR_TAPTAP_INVALID_REQUEST = status::TAPTAP_INVALID_REQUEST,
    TDSAUTH_ERR_TAPTAP_INVALID_TIME = status::TAPTAP_INVALID_TIME,
    TDSAUTH_ERR_TAPTAP_REPLAY_ATTACKS = status::TAPTAP_REPLAY_ATTACKS,
    TDSAUTH_ERR_TAPTAP_INVALID_CLIENT = status::TAPTAP_INVALID_CLIENT,
    TDSAUTH_ERR_TAPTAP_SESSION_OVER = status::TAPTAP_SESSION_OVER,
    TDSAUTH_ERR_TAPTAP_INSUFFICIENT_SCOPE = status::TAPTAP_INSUFFICIENT_SCOPE,
    TDSAUTH_ERR_TAPTAP_INVALID_GRANT = status::TAPTAP_INVALID_GRANT,
    TDSAUTH_ERR_TAPTAP_WRONG_REGION = status::TAPTAP_WRONG_REGION,
    TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN = status::TAPTAP_NOT_LOGGED_IN,
    TDSAUTH_ERR_TAPTAP_NO_PENDING_LOGIN = status::TAPTAP_NO_PENDING_LOGIN,
    TDSAUTH_ERR_TAPTAP_REFUSED = status::TAPTAP_REFUSED,
}

const _: () = assert!(TDSAUTH_FLAG_RETRYABLE == flag::RETRYABLE);
const _: () = assert!(TDSAUTH_FLAG_SESSION_OVER == flag::SESSION_OVER);
const _: () = assert!(TDSAUTH_FLAG_NEEDS_PLAYER == flag::NEEDS_PLAYER);
const _: () = assert!(TDSAUTH_FLAG_MAYBE_DONE == flag::MAYBE_DONE);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_on_a_character_border() {
        for (lead, kept) in [("", 231), ("a", 229), ("ab", 230), ("abc", 231)] {
            // SAFETY: integers alone.
            let mut error: tdsauth_error = unsafe { std::mem::zeroed() };
            error.struct_size = 256;
            // SAFETY: `error` is writable for the size it claims.
            let slot = unsafe { ErrorSlot::open(&raw mut error) }.unwrap();
            let text = format!("{lead}{}", "塔".repeat(200));
            slot.report(&Error::new(status::NETWORK, text.clone()));
            let bytes: Vec<u8> = error.message.iter().map(|byte| byte.cast_unsigned()).collect();
            let message = CStr::from_bytes_until_nul(&bytes).unwrap().to_str().unwrap();
            assert_eq!((message.len(), error.message_len as usize), (kept, kept));
            assert!(text.starts_with(message));
        }
    }
}
