//! The user: who is logged in, and whether the server agrees.

use tdsauth_core::error::status;

use crate::guard::guard_reporting;
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_request};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::structs::slot;
use tdsauth_core::client as core;

/// Who is logged in, as the last delivered event left it; right after `tdsauth_client_create`, what
/// is remembered on disk. Asks nobody. A new handle at each call, an object of class `_User`.
///
/// Ownership: `*user` is the caller's to release. Threads: any; does not wait.
/// Errors: NONE (positive: nobody; `*user` is 0), INVALID_HANDLE, INVALID_ARGUMENT, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_current_user(
    client: tdsauth_client,
    user: *mut tdsauth_object,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(user) }?;
        let Some(current) = core::current_user(client)? else { return Ok(status::NONE) };
        out.set(current);
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(client, error, body) }
}

/// Asks the server whether the session of `user` (0: the current user) is valid. Ends in
/// `TDSAUTH_EVENT_USER_IS_AUTHENTICATED`: yes, no, or a failed status: cannot tell.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: network and server statuses, CANCELLED, NOT_LOGGED_IN (`user` 0 and nobody is).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_is_authenticated(
    client: tdsauth_client,
    user: tdsauth_object,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::user_is_authenticated(client, user, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, body) }
}

/// Replaces the session token of `user` (0: the current user) by a new one; the old one is dead on
/// all devices. Ends in `TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: network and server statuses, STORAGE_*, CANCELLED, NOT_LOGGED_IN, SESSION_OVER,
/// SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_refresh_session_token(
    client: tdsauth_client,
    user: tdsauth_object,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::refresh_session_token(client, user, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, body) }
}
