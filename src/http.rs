//! Host transport: the game's own HTTP carries the bytes.

use std::ffi::c_char;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{HostEvent, Request, Response};

use crate::guard::guard;
use crate::handles::tdsauth_client;
use crate::strings::{TextOut, bytes_in, text_in};
use crate::structs::{Struct, StructOut, assert_layout, struct_in};
use tdsauth_core::client as core;

/// What to do: send the request `id`.
pub const TDSAUTH_HTTP_SEND: i32 = 1;
/// What to do: nobody waits for the answer of `id` any more; it may be cut off.
pub const TDSAUTH_HTTP_CANCEL: i32 = 2;

/// Part of a request: `GET`, `POST`, `PUT`, `DELETE`.
pub const TDSAUTH_HTTP_METHOD: i32 = 1;
/// Part of a request: the absolute URL.
pub const TDSAUTH_HTTP_URL: i32 = 2;
/// Part of a request: lines `Name: value`, each ended by CR LF. Values may be secrets.
pub const TDSAUTH_HTTP_HEADERS: i32 = 3;
/// Part of a request: the body, UTF-8; empty for none.
pub const TDSAUTH_HTTP_BODY: i32 = 4;

/// Bound of an answer's headers, in bytes.
const HEADERS: usize = 256 * 1024;
/// The largest `max_response_bytes`; a longer body is not even copied.
const BODY: usize = 64 * 1024 * 1024;

/// Something for the game's HTTP to do.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_http_request {
    /// `sizeof(tdsauth_http_request)`.
    pub struct_size: u32,
    /// `TDSAUTH_HTTP_SEND` or `TDSAUTH_HTTP_CANCEL`.
    pub kind: i32,
    /// Names the exchange in `tdsauth_http_get` and `tdsauth_http_complete`.
    pub id: u64,
    /// When the library gives up on it, from now.
    pub timeout_ms: u32,
    /// Bytes of each part, as `tdsauth_http_get` gives it.
    pub method_len: u32,
    /// As `method_len`.
    pub url_len: u32,
    /// As `method_len`.
    pub headers_len: u32,
    /// As `method_len`.
    pub body_len: u32,
    /// Zero.
    pub reserved0: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_http_request, 56);

// SAFETY: repr(C), integers alone, no padding (2 × 4 + 8 + 6 × 4 + 2 × 8 bytes), struct_size first.
unsafe impl Struct for tdsauth_http_request {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// What came of an exchange.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_http_response {
    /// `sizeof(tdsauth_http_response)`.
    pub struct_size: u32,
    /// `TDSAUTH_OK` when there is an answer, whatever its HTTP status; else why there is none:
    /// `TDSAUTH_ERR_NETWORK`, `_DNS`, `_CONNECT`, `_TLS`, `_TIMED_OUT`, ...
    pub status: i32,
    /// 100 to 599 when there is an answer.
    pub http_status: i32,
    /// Zero.
    pub reserved0: u32,
    /// Lines `Name: value`, ended by LF or CR LF; may be absent; at most 256 KiB.
    pub headers: *const c_char,
    /// Bytes of `headers`, or `TDSAUTH_NUL`.
    pub headers_len: usize,
    /// The body, decoded; may be absent.
    pub body: *const u8,
    /// Bytes of `body`.
    pub body_len: usize,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_http_response, 64);

// SAFETY: repr(C), integers and pointers alone, no padding on targets of 32 or 64 bits, struct_size
// first.
unsafe impl Struct for tdsauth_http_response {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// Takes the next thing for the game's HTTP to do. For clients with `TDSAUTH_CLIENT_HOST_TRANSPORT`;
/// call it in each frame until it returns NO_EVENT. Follow no redirects, keep no cookies, cache
/// nothing, add no headers beyond what HTTP needs. The client owns the deadlines.
///
/// Ownership: `request` is the caller's. Threads: any; never waits.
/// Errors: NO_EVENT (positive: nothing to do), INVALID_HANDLE, INVALID_ARGUMENT, NOT_SUPPORTED
/// (the client has its own transport).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_http_next(
    client: tdsauth_client,
    request: *mut tdsauth_http_request,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for structs.
        let out = unsafe { StructOut::open(request) }?;
        let Some(event) = core::http_next(client)? else { return Ok(status::NO_EVENT) };
        let mut next = tdsauth_http_request {
            struct_size: 0, // stays the caller's
            kind: TDSAUTH_HTTP_CANCEL,
            id: 0,
            timeout_ms: 0,
            method_len: 0,
            url_len: 0,
            headers_len: 0,
            body_len: 0,
            reserved0: 0,
            reserved: [0; 2],
        };
        match event {
            HostEvent::Cancel { id } => next.id = id,
            HostEvent::Send { id, timeout } => {
                next.kind = TDSAUTH_HTTP_SEND;
                next.id = id;
                next.timeout_ms = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
                core::http_request(client, id, |request| {
                    next.method_len = measure(request, TDSAUTH_HTTP_METHOD);
                    next.url_len = measure(request, TDSAUTH_HTTP_URL);
                    next.headers_len = measure(request, TDSAUTH_HTTP_HEADERS);
                    next.body_len = measure(request, TDSAUTH_HTTP_BODY);
                })?;
            }
        }
        out.write(&next);
        Ok(status::OK)
    })
}

/// Length of a part; all parts are far below 4 GiB.
fn measure(request: &Request, field: i32) -> u32 {
    let len = part(request, field).map(|text| text.expose().len());
    len.ok().and_then(|len| u32::try_from(len).ok()).unwrap_or(u32::MAX)
}

/// A text of its own, which may hold a session token: it is zeroed when dropped.
fn part(request: &Request, field: i32) -> Result<Secret> {
    Ok(Secret::new(match field {
        TDSAUTH_HTTP_METHOD => request.method.to_owned(),
        TDSAUTH_HTTP_URL => request.url.clone(),
        TDSAUTH_HTTP_HEADERS => {
            request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
        }
        // Every body of the protocol is JSON.
        TDSAUTH_HTTP_BODY => String::from_utf8_lossy(&request.body).into_owned(),
        _ => return Err(Error::argument("the field is unknown")),
    }))
}

/// A part of the request `id`: `field` is one of `TDSAUTH_HTTP_METHOD`, `_URL`, `_HEADERS`, `_BODY`.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: NONE (positive: the exchange is over), INVALID_HANDLE, INVALID_ARGUMENT,
/// BUFFER_TOO_SMALL, NOT_SUPPORTED (the client has its own transport).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_http_get(
    client: tdsauth_client,
    id: u64,
    field: i32,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        match core::http_request(client, id, |request| part(request, field))? {
            // The host has to send it.
            Some(text) => out.write(text?.expose()),
            None => Ok(status::NONE),
        }
    })
}

/// Hands in what came of the exchange `id`. A late or unknown one is harmless.
///
/// Ownership: `response` and what it points at stay the caller's. Threads: any.
/// Errors: NONE (positive: nobody waits for it any more), INVALID_HANDLE, INVALID_ARGUMENT,
/// INVALID_UTF8 (`headers`), UNSUPPORTED_FIELD, NOT_SUPPORTED (the client has its own transport).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_http_complete(
    client: tdsauth_client,
    id: u64,
    response: *const tdsauth_http_response,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for structs.
        let response = unsafe { struct_in(response) }?
            .ok_or_else(|| Error::argument("the response is missing"))?;
        // SAFETY: the header's rule for texts in.
        let answer = unsafe { read_response(&response) }?;
        let awaited = core::http_complete(client, id, answer)?;
        Ok(if awaited { status::OK } else { status::NONE })
    })
}

/// The outer error is the caller's mistake, the inner one what the exchange came to.
///
/// # Safety
/// The header's rule for texts in holds for `headers` and `body`.
unsafe fn read_response(given: &tdsauth_http_response) -> Result<Result<Response>> {
    if given.status != status::OK {
        let network = (status::RATE_LIMITED..=status::NETWORK).contains(&given.status);
        return if network || given.status == status::CANCELLED {
            Ok(Err(Error::new(given.status, "the host's transport reports a failure")))
        } else {
            Err(Error::argument("status says neither an answer nor a failure of the network"))
        };
    }
    let status = u16::try_from(given.http_status)
        .ok()
        .filter(|status| (100..=599).contains(status))
        .ok_or_else(|| Error::argument("http_status is out of range"))?;
    // SAFETY: by this function's promise.
    let headers = unsafe { text_in(given.headers, given.headers_len, HEADERS) }?.unwrap_or("");
    if given.body_len > isize::MAX.unsigned_abs() {
        return Err(Error::argument("body_len is out of range"));
    }
    if given.body_len > BODY {
        return Ok(Err(Error::new(status::RESPONSE_TOO_LARGE, "the answer is too large")));
    }
    // SAFETY: by this function's promise.
    let body = unsafe { bytes_in(given.body.cast::<c_char>(), given.body_len, BODY) }?;
    Ok(Ok(Response { status, headers: split(headers), body: body.unwrap_or_default().to_vec() }))
}

/// Lines without a colon say nothing and are passed over, such as a status line.
fn split(headers: &str) -> Vec<(String, String)> {
    headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}
