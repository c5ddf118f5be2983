//! MAC token: the signed `Authorization` header of TapTap's open API.

use std::ffi::c_char;

use tdsauth_core::error::Error;

use crate::guard::{guard, guard_reporting};
use crate::mac_call::{MacCall, Text};
use crate::status::tdsauth_error;
use crate::strings::TextOut;
use crate::structs::{Struct, assert_layout, struct_ref};

/// `mac_algorithm` of a MAC token: `hmac-sha-1`.
pub const TDSAUTH_MAC_HMAC_SHA1: i32 = 0;
/// `mac_algorithm` of a MAC token: `hmac-sha-256`.
pub const TDSAUTH_MAC_HMAC_SHA256: i32 = 1;

/// What is signed, and with which key. Texts hold printable ASCII without `"` and `\`, at most
/// 8 KiB each.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_mac_input {
    /// `sizeof(tdsauth_mac_input)`.
    pub struct_size: u32,
    /// `TDSAUTH_MAC_HMAC_SHA1` or `TDSAUTH_MAC_HMAC_SHA256`.
    pub algorithm: i32,
    /// The token's `kid`. Verifying: the header's id must be this; absent: any.
    pub key_id: *const c_char,
    /// Bytes of `key_id`, or `TDSAUTH_NUL`.
    pub key_id_len: usize,
    /// The token's `mac_key`, as it is. A secret.
    pub key: *const c_char,
    /// Bytes of `key`, or `TDSAUTH_NUL`.
    pub key_len: usize,
    /// HTTP method in any case.
    pub method: *const c_char,
    /// Bytes of `method`, or `TDSAUTH_NUL`.
    pub method_len: usize,
    /// Absolute http or https URL, exactly as it is sent; a fragment does not count.
    pub url: *const c_char,
    /// Bytes of `url`, or `TDSAUTH_NUL`.
    pub url_len: usize,
    /// Must be new for each request. Absent: 128 bits from the operating system. Verifying: ignored.
    pub nonce: *const c_char,
    /// Bytes of `nonce`, or `TDSAUTH_NUL`.
    pub nonce_len: usize,
    /// Signed text of the application; TapTap has none. Verifying: the header's ext must be this;
    /// absent: any.
    pub ext: *const c_char,
    /// Bytes of `ext`, or `TDSAUTH_NUL`.
    pub ext_len: usize,
    /// Unix seconds; 0: now.
    pub ts: i64,
    /// Verifying: how many seconds the header's ts may lie from `ts`, either way; 0: not checked.
    pub window_s: u32,
    /// Zero.
    pub reserved0: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_mac_input, 136);

// SAFETY: repr(C), integers and pointers alone, no padding on targets of 32 or 64 bits, struct_size
// first.
unsafe impl Struct for tdsauth_mac_input {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// # Safety
/// The header's rule for structs.
#[inline(always)]
unsafe fn call_in(input: *const tdsauth_mac_input) -> Result<MacCall, Error> {
    let mut spare = None;
    // SAFETY: the same promise as this function's.
    let input = unsafe { struct_ref(input, &mut spare) }?;
    let input = input.ok_or_else(|| Error::argument("input is NULL"))?;
    Ok(MacCall {
        algorithm: input.algorithm,
        key_id: Text(input.key_id, input.key_id_len),
        key: Text(input.key, input.key_len),
        method: Text(input.method, input.method_len),
        url: Text(input.url, input.url_len),
        nonce: Text(input.nonce, input.nonce_len),
        ext: Text(input.ext, input.ext_len),
        ts: input.ts,
        window_s: input.window_s,
    })
}

/// Makes the value of an `Authorization` header:
/// `MAC id="...",ts="...",nonce="...",mac="..."`, with `,ext="..."` at its end if there is one.
/// Allocates nothing.
///
/// Ownership: the buffer is the caller's; nothing of `input` is kept. Threads: any; does not wait.
/// Errors: INVALID_ARGUMENT (something is missing, too long, holds a character that is not allowed;
/// the URL is not absolute), INVALID_UTF8, UNSUPPORTED_FIELD, BUFFER_TOO_SMALL, NOT_SUPPORTED (the
/// system gives no randomness).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_mac_header(
    input: *const tdsauth_mac_input,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(0, &|| {
        // SAFETY: the header's rules for texts out, structs and texts in.
        unsafe {
            let mut out = TextOut::open(buf, cap, needed)?;
            call_in(input)?.header(&mut out)
        }
    })
}

/// Verifies such a header in constant time: that it was made with `input`'s key for `input`'s
/// method and URL. Both official spellings are read (with and without blanks after the commas).
/// Whether the nonce was seen before is for the caller to know.
///
/// Ownership: nothing is kept. Threads: any; does not wait.
/// Errors: MAC_MISMATCH, MAC_EXPIRED (it was made with this key for this request, at another time),
/// INVALID_ARGUMENT (the header or `input` is malformed), INVALID_UTF8, UNSUPPORTED_FIELD.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_mac_verify(
    header: *const c_char,
    header_len: usize,
    input: *const tdsauth_mac_input,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        unsafe { call_in(input)?.verify(Text(header, header_len)) }
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(0, error, &body) }
}
