//! X-Tap-Sign: the signature of requests between TapTap's servers and the game's.

use std::ffi::c_char;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::tap_sign::{self, Header, MAX_SECRET, Request, Window};

use crate::guard::{guard, guard_reporting};
use crate::mac_call::unix_seconds;
use crate::status::tdsauth_backend_error;
use crate::strings::{TextOut, bytes_in};
use crate::structs::{Struct, assert_layout, struct_in};

/// Bound of a method, a target, a header's name and its value, in bytes.
const PART: usize = 64 * 1024;
/// Bound of the number of headers, those that do not count included.
const HEADERS: usize = 4096;
/// Bound of a body, in bytes.
const BODY: usize = 64 * 1024 * 1024;

/// One header of a request. Blanks around the value do not count.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_backend_header {
    /// Its name in any case.
    pub name: *const c_char,
    /// Bytes of `name`, or `TDSAUTH_BACKEND_NUL`.
    pub name_len: usize,
    /// Its value.
    pub value: *const c_char,
    /// Bytes of `value`, or `TDSAUTH_BACKEND_NUL`.
    pub value_len: usize,
}

/// A request as it is on the wire, and what it is signed with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_backend_tap_input {
    /// `sizeof(tdsauth_backend_tap_input)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved0: u32,
    /// The Server Secret; at most 8 KiB.
    pub secret: *const c_char,
    /// Bytes of `secret`, or `TDSAUTH_BACKEND_NUL`.
    pub secret_len: usize,
    /// Verifying: a second secret that is accepted, while one is exchanged for another. May be
    /// absent. Signing: ignored.
    pub other_secret: *const c_char,
    /// Bytes of `other_secret`, or `TDSAUTH_BACKEND_NUL`.
    pub other_secret_len: usize,
    /// HTTP method in any case.
    pub method: *const c_char,
    /// Bytes of `method`, or `TDSAUTH_BACKEND_NUL`.
    pub method_len: usize,
    /// Path and query exactly as in the request line; at most 64 KiB.
    pub target: *const c_char,
    /// Bytes of `target`, or `TDSAUTH_BACKEND_NUL`.
    pub target_len: usize,
    /// All headers, or those whose names begin with `x-tap-`; the others do not count. Verifying:
    /// `x-tap-sign` is among them. Signing: it is left out.
    pub headers: *const tdsauth_backend_header,
    /// Number of headers; at most 4096.
    pub header_count: usize,
    /// The whole body as it came, before anything parsed it; at most 64 MiB.
    pub body: *const u8,
    /// Bytes of `body`.
    pub body_len: usize,
    /// Verifying: Unix seconds to compare `x-tap-ts` with; 0: now.
    pub ts: i64,
    /// Verifying: how many seconds `x-tap-ts` may lie from `ts`, either way; 0: not checked.
    pub window_s: u32,
    /// Zero.
    pub reserved1: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_backend_tap_input, 136);

// SAFETY: repr(C), integers and pointers alone, no padding on targets of 32 or 64 bits, struct_size
// first.
unsafe impl Struct for tdsauth_backend_tap_input {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved1 == 0 && self.reserved == [0; 2]
    }
}

/// The parts of a `tdsauth_backend_tap_input`, checked; they live until the export returns.
struct Call<'a> {
    secret: &'a [u8],
    other_secret: Option<&'a [u8]>,
    method: &'a [u8],
    target: &'a [u8],
    headers: Vec<Header<'a>>,
    body: &'a [u8],
    ts: i64,
    window_s: u32,
}

impl Call<'_> {
    fn request(&self) -> Request<'_> {
        let Self { method, target, body, .. } = *self;
        Request { method, target, headers: &self.headers, body }
    }
}

/// # Safety
/// The header's rules for structs and texts in.
unsafe fn call_in<'a>(input: *const tdsauth_backend_tap_input) -> Result<Call<'a>> {
    // SAFETY: the same promise as this function's.
    unsafe {
        let input = struct_in(input)?.ok_or_else(|| Error::argument("input is NULL"))?;
        let other_secret = bytes_in(input.other_secret, input.other_secret_len, MAX_SECRET)?;
        Ok(Call {
            secret: required(input.secret, input.secret_len, MAX_SECRET)?,
            other_secret: other_secret.filter(|secret| !secret.is_empty()),
            method: required(input.method, input.method_len, PART)?,
            target: required(input.target, input.target_len, PART)?,
            headers: headers_in(input.headers, input.header_count)?,
            body: body_in(input.body, input.body_len)?,
            ts: input.ts,
            window_s: input.window_s,
        })
    }
}

/// # Safety
/// The header's rule for texts in.
unsafe fn required<'a>(data: *const c_char, len: usize, max: usize) -> Result<&'a [u8]> {
    // SAFETY: the same promise as this function's.
    let bytes = unsafe { bytes_in(data, len, max) }?;
    bytes.ok_or_else(|| Error::argument("secret, method or target, or a header's name, is missing"))
}

/// A body is no text: its length is its length, and what would stand for a NUL is too long.
///
/// # Safety
/// `body` is NULL or readable for `len` bytes.
unsafe fn body_in<'a>(body: *const u8, len: usize) -> Result<&'a [u8]> {
    if len > BODY {
        return Err(Error::argument("the body is too long"));
    }
    // SAFETY: the same promise as this function's.
    Ok(unsafe { bytes_in(body.cast(), len, BODY) }?.unwrap_or_default())
}

/// # Safety
/// `headers` is NULL or readable for `count` elements, each by the header's rule for texts in.
unsafe fn headers_in<'a>(
    headers: *const tdsauth_backend_header,
    count: usize,
) -> Result<Vec<Header<'a>>> {
    if count > HEADERS || (headers.is_null() && count > 0) {
        return Err(Error::argument("headers is NULL, or there are too many"));
    }
    let mut read = Vec::with_capacity(count);
    for at in 0..count {
        // SAFETY: not NULL, so element `at` is readable by this function's promise; it may be
        // misaligned.
        let header = unsafe { headers.add(at).read_unaligned() };
        // SAFETY: the same promise as this function's.
        read.push(unsafe {
            (
                required(header.name, header.name_len, PART)?,
                bytes_in(header.value, header.value_len, PART)?.unwrap_or_default(),
            )
        });
    }
    Ok(read)
}

/// Makes the value of an `x-tap-sign` header: 44 characters of base64.
///
/// Ownership: the buffer is the caller's; nothing of `input` is kept. Threads: any; does not wait.
/// Errors: INVALID_ARGUMENT (something is missing, too long or malformed; an `x-tap-*` header is
/// repeated), UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_backend_tap_sign(
    input: *const tdsauth_backend_tap_input,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(|| {
        // SAFETY: the header's rules for texts out, structs and texts in.
        let (out, call) = unsafe { (TextOut::open(buf, cap, needed)?, call_in(input)?) };
        let sign = tap_sign::sign(call.secret, &call.request())?;
        out.write(std::str::from_utf8(&sign).unwrap_or_default())
    })
}

/// Verifies the `x-tap-sign` among the request's headers, in constant time. Whether its
/// `x-tap-nonce` was seen before is for the caller to know.
///
/// Ownership: nothing is kept. Threads: any; does not wait.
/// Errors: MAC_MISMATCH, MAC_EXPIRED (it is signed with one of the secrets, at another time),
/// INVALID_ARGUMENT (as for signing; there is no `x-tap-sign`), UNSUPPORTED_FIELD.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_backend_tap_sign_verify(
    input: *const tdsauth_backend_tap_input,
    error: *mut tdsauth_backend_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        let call = unsafe { call_in(input) }?;
        let now = unix_seconds(call.ts)?;
        let window = (call.window_s != 0).then_some(Window { now, seconds: call.window_s });
        let both = [call.secret, call.other_secret.unwrap_or_default()];
        let secrets = if call.other_secret.is_some() { &both[..] } else { &both[..1] };
        tap_sign::verify(secrets, &call.request(), window)?;
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(error, body) }
}
