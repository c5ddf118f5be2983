//! The numbers of the ABI, which are those of the client library, and the error struct.

use std::ffi::{CStr, c_char};

use tdsauth_core::error::{Result, status};

use crate::structs::{Struct, StructOut, assert_layout};

/// Success.
pub const TDSAUTH_BACKEND_OK: i32 = 0;
/// An argument is missing, too long, malformed, or a struct's size is out of range.
pub const TDSAUTH_BACKEND_ERR_INVALID_ARGUMENT: i32 = -1;
/// A text is not UTF-8, or holds U+0000.
pub const TDSAUTH_BACKEND_ERR_INVALID_UTF8: i32 = -3;
/// The caller's buffer is too small; `needed` says how many bytes it takes.
pub const TDSAUTH_BACKEND_ERR_BUFFER_TOO_SMALL: i32 = -4;
/// A struct carries a non-zero field that this version does not know.
pub const TDSAUTH_BACKEND_ERR_UNSUPPORTED_FIELD: i32 = -5;
/// A defect inside the library was caught.
pub const TDSAUTH_BACKEND_ERR_PANIC: i32 = -9;
/// This build or platform cannot do that.
pub const TDSAUTH_BACKEND_ERR_NOT_SUPPORTED: i32 = -14;
/// The connection failed or was lost.
pub const TDSAUTH_BACKEND_ERR_NETWORK: i32 = -100;
/// The host name could not be resolved.
pub const TDSAUTH_BACKEND_ERR_DNS: i32 = -101;
/// No connection could be made.
pub const TDSAUTH_BACKEND_ERR_CONNECT: i32 = -102;
/// The secure connection could not be made: a certificate is not trusted, or is another's.
pub const TDSAUTH_BACKEND_ERR_TLS: i32 = -103;
/// The deadline passed.
pub const TDSAUTH_BACKEND_ERR_TIMED_OUT: i32 = -104;
/// The answer is too large.
pub const TDSAUTH_BACKEND_ERR_RESPONSE_TOO_LARGE: i32 = -105;
/// The answer is not what the protocol says: not JSON, of the wrong shape, truncated.
pub const TDSAUTH_BACKEND_ERR_BAD_RESPONSE: i32 = -106;
/// The server sent the request elsewhere; redirects are never followed.
pub const TDSAUTH_BACKEND_ERR_REDIRECT: i32 = -107;
/// Plain http to a host other than loopback.
pub const TDSAUTH_BACKEND_ERR_INSECURE_URL: i32 = -108;
/// TapTap is ill: a 5xx status. Try later.
pub const TDSAUTH_BACKEND_ERR_SERVER: i32 = -109;
/// TapTap asks to slow down: status 429.
pub const TDSAUTH_BACKEND_ERR_RATE_LIMITED: i32 = -110;
/// TapTap forbids it.
pub const TDSAUTH_BACKEND_ERR_FORBIDDEN: i32 = -303;
/// TapTap does not know the thing asked for.
pub const TDSAUTH_BACKEND_ERR_NOT_FOUND: i32 = -304;
/// A MAC or signature does not match.
pub const TDSAUTH_BACKEND_ERR_MAC_MISMATCH: i32 = -310;
/// A signed time stamp is outside the accepted window.
pub const TDSAUTH_BACKEND_ERR_MAC_EXPIRED: i32 = -311;
/// TapTap: a field of the request is missing or wrong.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_REQUEST: i32 = -402;
/// TapTap: the clock of this machine is too far off, also after it was corrected.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_TIME: i32 = -403;
/// TapTap: a signed request was seen before.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_REPLAY_ATTACKS: i32 = -404;
/// TapTap: the client id is unknown, or the key does not belong to it.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_CLIENT: i32 = -405;
/// TapTap no longer takes the token: the player has to log in there again.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_SESSION_OVER: i32 = -406;
/// TapTap: the player did not grant the scope that this takes.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_INSUFFICIENT_SCOPE: i32 = -407;
/// TapTap: the client id belongs to the other region.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_WRONG_REGION: i32 = -409;
/// TapTap refused for another reason: the message names it.
pub const TDSAUTH_BACKEND_ERR_TAPTAP_REFUSED: i32 = -412;

/// What went wrong. 256 bytes, the caller's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_backend_error {
    /// `sizeof(tdsauth_backend_error)`.
    pub struct_size: u32,
    /// What the function returned.
    pub status: i32,
    /// Zero.
    pub reserved0: u32,
    /// Bytes of `message` before its NUL.
    pub message_len: u32,
    /// One English sentence for developers, UTF-8, NUL-terminated, never a secret; cut on a
    /// character border when it is longer.
    pub message: [c_char; 240],
}
assert_layout!(tdsauth_backend_error, 256);

// SAFETY: repr(C), integers alone, no padding (16 + 240 bytes), struct_size first.
unsafe impl Struct for tdsauth_backend_error {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// The caller's error struct, if it gave one.
pub(crate) struct ErrorSlot(Option<StructOut<tdsauth_backend_error>>);

impl ErrorSlot {
    /// Checks and zeroes it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: its size is out of range.
    ///
    /// # Safety
    /// `error` is NULL or writable for the size it claims, until the export returns.
    pub(crate) unsafe fn open(error: *mut tdsauth_backend_error) -> Result<Self> {
        if error.is_null() {
            return Ok(Self(None));
        }
        // SAFETY: the same promise as this function's.
        unsafe { StructOut::open(error) }.map(|out| Self(Some(out)))
    }

    /// What the function returns, and why.
    pub(crate) fn report(&self, status: i32, text: &str) {
        let Some(out) = &self.0 else { return };
        let mut message = [0; 240];
        let text = text.get(..text.floor_char_boundary(message.len() - 1)).unwrap_or_default();
        for (target, byte) in message.iter_mut().zip(text.bytes()) {
            *target = byte.cast_signed() as c_char;
        }
        // At most 239.
        let message_len = u32::try_from(text.len()).unwrap_or_default();
        let struct_size = 0; // stays the caller's
        let reserved0 = 0;
        out.write(&tdsauth_backend_error { struct_size, status, reserved0, message_len, message });
    }
}

/// The name of a status as it stands in the header, such as `"TDSAUTH_BACKEND_ERR_MAC_MISMATCH"`; of
/// an unknown number `"TDSAUTH_BACKEND_UNKNOWN"`.
///
/// Ownership: the text is static, never NULL, never to be freed. Threads: any. Errors: none.
#[unsafe(no_mangle)]
pub extern "C" fn tdsauth_backend_status_name(status: i32) -> *const c_char {
    name(status).as_ptr()
}

const UNKNOWN: &CStr = c"TDSAUTH_BACKEND_UNKNOWN";

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
    TDSAUTH_BACKEND_OK = status::OK,
    TDSAUTH_BACKEND_ERR_INVALID_ARGUMENT = status::INVALID_ARGUMENT,
    TDSAUTH_BACKEND_ERR_INVALID_UTF8 = status::INVALID_UTF8,
    TDSAUTH_BACKEND_ERR_BUFFER_TOO_SMALL = status::BUFFER_TOO_SMALL,
    TDSAUTH_BACKEND_ERR_UNSUPPORTED_FIELD = status::UNSUPPORTED_FIELD,
    TDSAUTH_BACKEND_ERR_PANIC = status::PANIC,
    TDSAUTH_BACKEND_ERR_NOT_SUPPORTED = status::NOT_SUPPORTED,
    TDSAUTH_BACKEND_ERR_NETWORK = status::NETWORK,
    TDSAUTH_BACKEND_ERR_DNS = status::DNS,
    TDSAUTH_BACKEND_ERR_CONNECT = status::CONNECT,
    TDSAUTH_BACKEND_ERR_TLS = status::TLS,
    TDSAUTH_BACKEND_ERR_TIMED_OUT = status::TIMED_OUT,
    TDSAUTH_BACKEND_ERR_RESPONSE_TOO_LARGE = status::RESPONSE_TOO_LARGE,
    TDSAUTH_BACKEND_ERR_BAD_RESPONSE = status::BAD_RESPONSE,
    TDSAUTH_BACKEND_ERR_REDIRECT = status::REDIRECT,
    TDSAUTH_BACKEND_ERR_INSECURE_URL = status::INSECURE_URL,
    TDSAUTH_BACKEND_ERR_SERVER = status::SERVER,
    TDSAUTH_BACKEND_ERR_RATE_LIMITED = status::RATE_LIMITED,
    TDSAUTH_BACKEND_ERR_FORBIDDEN = status::FORBIDDEN,
    TDSAUTH_BACKEND_ERR_NOT_FOUND = status::NOT_FOUND,
    TDSAUTH_BACKEND_ERR_MAC_MISMATCH = status::MAC_MISMATCH,
    TDSAUTH_BACKEND_ERR_MAC_EXPIRED = status::MAC_EXPIRED,
    TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_REQUEST = status::TAPTAP_INVALID_REQUEST,
    TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_TIME = status::TAPTAP_INVALID_TIME,
    TDSAUTH_BACKEND_ERR_TAPTAP_REPLAY_ATTACKS = status::TAPTAP_REPLAY_ATTACKS,
    TDSAUTH_BACKEND_ERR_TAPTAP_INVALID_CLIENT = status::TAPTAP_INVALID_CLIENT,
    TDSAUTH_BACKEND_ERR_TAPTAP_SESSION_OVER = status::TAPTAP_SESSION_OVER,
    TDSAUTH_BACKEND_ERR_TAPTAP_INSUFFICIENT_SCOPE = status::TAPTAP_INSUFFICIENT_SCOPE,
    TDSAUTH_BACKEND_ERR_TAPTAP_WRONG_REGION = status::TAPTAP_WRONG_REGION,
    TDSAUTH_BACKEND_ERR_TAPTAP_REFUSED = status::TAPTAP_REFUSED,
}
