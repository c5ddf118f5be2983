//! The user: who is logged in, and whether the server agrees.

use std::ffi::c_char;

use tdsauth_core::error::{Error, status};

use crate::guard::guard_reporting;
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_request};
use crate::login::{auth_login_in, tdsauth_auth_data_options};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::required_text_in;
use crate::structs::slot;
use crate::taptap::{login_in, tdsauth_taptap_login_options};
use tdsauth_core::client as core;

/// How far the name of a platform is read, in bytes: wider than the core's bound.
const PLATFORM: usize = 1024;

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
    unsafe { guard_reporting(client, error, &body) }
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
    unsafe { submitting(client, request, error, &body) }
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
    unsafe { submitting(client, request, error, &body) }
}

/// Links the player of another platform to `user` (0: the current user), who can log in by either
/// from then on; `platform`, `auth_data_json` and `options` as at `tdsauth_login_with_auth_data`,
/// without `fail_on_not_exist` and `fields_json`. A guest is one no longer after that, and the next
/// `tdsauth_login_anonymously` makes a new guest. An answer that is lost costs no account: what
/// happened is asked at the next occasion, also after a crash. Ends in
/// `TDSAUTH_EVENT_USER_ASSOCIATED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
/// FORKED. In the event: ALREADY_ASSOCIATED (it is another user's), INVALID_AUTH_DATA,
/// NOT_LOGGED_IN (`server_code` 206: there is no session, and nothing was sent), SESSION_OVER,
/// network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_associate_auth_data(
    client: tdsauth_client,
    user: tdsauth_object,
    platform: *const c_char,
    platform_len: usize,
    auth_data_json: *const c_char,
    auth_data_json_len: usize,
    options: *const tdsauth_auth_data_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        let (platform, json) = ((platform, platform_len), (auth_data_json, auth_data_json_len));
        // SAFETY: the header's rules for texts in and for structs.
        let (login, submit) = unsafe { auth_login_in(platform, json, options, user_data) }?;
        if login.fail_on_not_exist || !login.fields.is_empty() {
            let text = "fail_on_not_exist and fields_json go with a login only";
            return Err(Error::argument(text));
        }
        core::associate(client, user, login.auth, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// `tdsauth_taptap_login`, then links that TapTap player to `user` (0: the current user). The same
/// progress events. Ends in `TDSAUTH_EVENT_USER_ASSOCIATED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_taptap_login`; in the event also those of
/// `tdsauth_user_associate_auth_data`. When the account server fails, the TapTap login is kept: the
/// next attempt asks the player nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_associate_taptap(
    client: tdsauth_client,
    user: tdsauth_object,
    options: *const tdsauth_taptap_login_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        let (login, submit) = unsafe { login_in(options, user_data) }?;
        core::associate_taptap(client, user, login, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Unlinks a platform from `user` (0: the current user). The last one may go too: the event says
/// so. Ends in `TDSAUTH_EVENT_USER_DISASSOCIATED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_user_associate_auth_data`, but for ALREADY_ASSOCIATED and INVALID_AUTH_DATA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_disassociate_auth_data(
    client: tdsauth_client,
    user: tdsauth_object,
    platform: *const c_char,
    platform_len: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for texts in.
        let platform = unsafe { required_text_in(platform, platform_len, PLATFORM) }?;
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::disassociate(client, user, platform, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Deletes the account of `user` (0: the current user) on the server, for good: ask the player
/// first. Then this device forgets it: who is logged in, the TapTap login, and the identity of the
/// guest if that is the account. Ends in `TDSAUTH_EVENT_USER_DELETED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: NOT_LOGGED_IN (`server_code` 206: there is no session, and nothing was sent),
/// SESSION_OVER, network and server statuses (when the answer was lost, the account may be deleted:
/// the next operation finds out), STORAGE_*, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_user_delete(
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
        core::delete(client, user, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
