//! Logging in and out: operations that change who is logged in, one after the other.

use std::ffi::c_char;

use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;

use crate::handles::{tdsauth_client, tdsauth_request};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::required_text_in;
use crate::structs::{Struct, assert_layout, struct_in};
use tdsauth_core::client::{self as core, Submit};

/// How far a session token is read, in bytes: the core's bound.
const TOKEN: usize = 1024;

/// Options of `tdsauth_logout`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_logout_options {
    /// `sizeof(tdsauth_logout_options)`.
    pub struct_size: u32,
    /// Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// 1: the server shall forget the session token too, on all devices. Default: 0, this device.
    pub revoke: u32,
    /// Zero.
    pub reserved0: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_logout_options, 32);

// SAFETY: repr(C), integers alone, no padding (4 × 4 + 2 × 8 bytes), struct_size first.
unsafe impl Struct for tdsauth_logout_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// Logs in as the guest of this folder: the same account each time, also after a logout and after a
/// crash at any moment. Ends in `TDSAUTH_EVENT_LOGIN`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED (a logout came in
/// between; nothing was stored).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_login_anonymously(
    client: tdsauth_client,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        core::login_anonymously(client, unsafe { submit_in(options, user_data) }?)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, body) }
}

/// Logs in with a session token that the game got elsewhere ("become"): printable ASCII, at most
/// 1 KiB. Ends in `TDSAUTH_EVENT_LOGIN`; a token the server does not know fails with SESSION_OVER and
/// leaves the current user as it was.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
/// FORKED. In the event: as `tdsauth_login_anonymously`, and SESSION_OVER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_login_with_session_token(
    client: tdsauth_client,
    session_token: *const c_char,
    session_token_len: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for texts in.
        let token = unsafe { required_text_in(session_token, session_token_len, TOKEN) }?;
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::login_with_session_token(client, Secret::new(token), submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, body) }
}

/// Logs out: what is remembered of the session is gone from this device when the event comes; the
/// guest's identity is kept. A login that is under way ends as SESSION_CHANGED and stores nothing.
/// Ends in `TDSAUTH_EVENT_LOGOUT`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: STORAGE_* (still logged in), and with `revoke` network and server statuses (logged out
/// on this device).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_logout(
    client: tdsauth_client,
    options: *const tdsauth_logout_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        let options = unsafe { struct_in(options) }?;
        let (timeout_ms, revoke) = options.map_or((0, 0), |o| (o.timeout_ms, o.revoke));
        let revoke = match revoke {
            0 => false,
            1 => true,
            _ => return Err(Error::argument("revoke is neither 0 nor 1")),
        };
        core::logout(client, revoke, Submit { user_data, timeout_ms })
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, body) }
}
