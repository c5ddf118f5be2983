//! Logging in and out: operations that change who is logged in, one after the other.

use std::ffi::c_char;

use tdsauth_core::account::auth_data::sign_up_fields;
use tdsauth_core::account::{AuthData, AuthLogin, Row, Union};
use tdsauth_core::error::{Error, Result};
use tdsauth_core::secret::Secret;

use crate::handles::{tdsauth_client, tdsauth_request};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::{option_in, required_text_in};
use crate::structs::{Struct, assert_layout, struct_in};
use tdsauth_core::client::{self as core, Submit};

/// How far a session token is read, in bytes: the core's bound.
const TOKEN: usize = 1024;
// How far a text is read, in bytes: no bound of the core is wider, where it has one.
const NAME: usize = 1024;
const JSON: usize = 256 * 1024;

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
    unsafe { submitting(client, request, error, &body) }
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
    unsafe { submitting(client, request, error, &body) }
}

/// Options of `tdsauth_login_with_auth_data` and `tdsauth_user_associate_auth_data`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_auth_data_options {
    /// `sizeof(tdsauth_auth_data_options)`.
    pub struct_size: u32,
    /// Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// 1: an unknown player is refused with USER_NOT_FOUND. Default: 0, an account is made. Zero for
    /// `tdsauth_user_associate_auth_data`.
    pub fail_on_not_exist: u32,
    /// 1: of all accounts with this `unionid`, this one is the main one, which logins by other
    /// platforms join. Default: 0. Only with `unionid`.
    pub main_account: u32,
    /// The player in all apps of one developer, as the platform gives it; at most 1 KiB. Default:
    /// none.
    pub unionid: *const c_char,
    /// Bytes of `unionid`, or `TDSAUTH_NUL`.
    pub unionid_len: usize,
    /// The platform that gives `unionid`; at most 64 bytes. Default: `weixin`. Only with `unionid`.
    pub unionid_platform: *const c_char,
    /// Bytes of `unionid_platform`, or `TDSAUTH_NUL`.
    pub unionid_platform_len: usize,
    /// A JSON object with fields of the account, such as its nickname, for the case that it is made
    /// by this login; at most 256 KiB. Default: none. Absent for `tdsauth_user_associate_auth_data`.
    pub fields_json: *const c_char,
    /// Bytes of `fields_json`, or `TDSAUTH_NUL`.
    pub fields_json_len: usize,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_auth_data_options, 80);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: each pair of pointer
// and length is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_auth_data_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// What a platform says of the player, the other wishes of the options, and what every submit has.
///
/// # Safety
/// The header's rules for texts in and for structs.
pub(crate) unsafe fn auth_login_in(
    (platform, platform_len): (*const c_char, usize),
    (json, json_len): (*const c_char, usize),
    options: *const tdsauth_auth_data_options,
    user_data: u64,
) -> Result<(AuthLogin, Submit)> {
    // SAFETY: by this function's promise.
    let platform = unsafe { required_text_in(platform, platform_len, NAME) }?;
    // SAFETY: by this function's promise.
    let json = unsafe { required_text_in(json, json_len, JSON) }?;
    // SAFETY: by this function's promise.
    let Some(given) = (unsafe { struct_in(options) })? else {
        let auth = AuthData::new(platform, json, None)?;
        let login = AuthLogin { auth, fields: Row::default(), fail_on_not_exist: false };
        return Ok((login, Submit { user_data, timeout_ms: 0 }));
    };
    // SAFETY: by this function's promise, for each text.
    let text = |text, len, max| unsafe { option_in(text, len, max) };
    let main_account = yes_or_no("main_account", given.main_account)?;
    let whose = text(given.unionid_platform, given.unionid_platform_len, NAME)?;
    let union = match text(given.unionid, given.unionid_len, NAME)? {
        Some(id) => {
            let platform = whose.unwrap_or_else(|| "weixin".to_owned());
            Some(Union { id, platform, main_account })
        }
        None if main_account || whose.is_some() => {
            let text = "main_account and unionid_platform go with a unionid only";
            return Err(Error::argument(text));
        }
        None => None,
    };
    let login = AuthLogin {
        auth: AuthData::new(platform, json, union.as_ref())?,
        fields: match text(given.fields_json, given.fields_json_len, JSON)? {
            Some(fields) => sign_up_fields(&fields)?,
            None => Row::default(),
        },
        fail_on_not_exist: yes_or_no("fail_on_not_exist", given.fail_on_not_exist)?,
    };
    Ok((login, Submit { user_data, timeout_ms: given.timeout_ms }))
}

/// A truth value of an options struct.
pub(crate) fn yes_or_no(name: &str, value: u32) -> Result<bool> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::argument(format!("{name} is neither 0 nor 1"))),
    }
}

/// Logs in as the player of another platform: the account of that player, which is made at the
/// first time. `platform` is its name (`weixin`, `lc_apple` …: letters, digits and `_`, at most 64
/// bytes), `auth_data_json` the JSON object that it gave the game (`openid`, `access_token` …), at
/// most 256 KiB; the server checks it. Ends in `TDSAUTH_EVENT_LOGIN`, `value` 1 for a new account.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
/// FORKED. In the event: as `tdsauth_login_anonymously`, INVALID_AUTH_DATA, and USER_NOT_FOUND with
/// `fail_on_not_exist`. On a failure the current user stays as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_login_with_auth_data(
    client: tdsauth_client,
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
        core::login_with_auth_data(client, login, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
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
        let revoke = yes_or_no("revoke", revoke)?;
        core::logout(client, revoke, Submit { user_data, timeout_ms })
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
