//! TapTap: logging in there, in three ways, and what can be done with that login over the network.

use std::ffi::c_char;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::secret::Secret;

use crate::guard::{guard, guard_reporting};
use crate::handles::{tdsauth_client, tdsauth_request};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::{option_in, required_text_in};
use crate::structs::{Struct, assert_layout, slot, struct_in};
use tdsauth_core::client::{self as core, Language, Submit, TapTapLogin, Way};

/// Way of a TapTap login: as `TDSAUTH_TAPTAP_WAY_QR`.
pub const TDSAUTH_TAPTAP_WAY_DEFAULT: i32 = 0;
/// Way of a TapTap login: the player scans a QR code with the phone, or types in a short code.
pub const TDSAUTH_TAPTAP_WAY_QR: i32 = 1;
/// Way of a TapTap login: the browser of this machine. The library listens on 127.0.0.1 for what
/// the page answers.
pub const TDSAUTH_TAPTAP_WAY_BROWSER: i32 = 2;
/// Way of a TapTap login: a page or an app whose answer comes to the game as a URL, which it hands
/// to `tdsauth_taptap_handle_url`.
pub const TDSAUTH_TAPTAP_WAY_REDIRECT: i32 = 3;

/// Language of the last page of a browser login: Chinese in the region CN, else English.
pub const TDSAUTH_TAPTAP_LANGUAGE_DEFAULT: i32 = 0;
/// Language of the last page of a browser login: English.
pub const TDSAUTH_TAPTAP_LANGUAGE_EN: i32 = 1;
/// Language of the last page of a browser login: simplified Chinese.
pub const TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS: i32 = 2;

/// Flag of a TapTap login: ask the player, even if a token is kept that would serve.
pub const TDSAUTH_TAPTAP_FRESH: u32 = 1;

// How far a text is read, in bytes: no bound of the core is wider.
const SCOPES: usize = 1024;
const URL: usize = 8 * 1024;
const TOKEN: usize = 64 * 1024;

/// Options of `tdsauth_taptap_login`, `tdsauth_login_with_taptap` and
/// `tdsauth_user_associate_taptap`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_taptap_login_options {
    /// `sizeof(tdsauth_taptap_login_options)`.
    pub struct_size: u32,
    /// Time of the whole login, the player's included, at most 600000. Default: 600000. Each
    /// exchange with a server has the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// One of `TDSAUTH_TAPTAP_WAY_*`. Default: the QR code.
    pub way: i32,
    /// One of `TDSAUTH_TAPTAP_LANGUAGE_*`. Default: by the client's region.
    pub language: i32,
    /// Names joined by commas, such as `public_profile,user_friends`; at most 1 KiB. Default:
    /// `public_profile`.
    pub scopes: *const c_char,
    /// Bytes of `scopes`, or `TDSAUTH_NUL`.
    pub scopes_len: usize,
    /// `TDSAUTH_TAPTAP_WAY_REDIRECT`: where TapTap leads the player back to, a URL that the system
    /// hands to the game; at most 8 KiB. Default: `tapoauth://authorize`.
    pub redirect_uri: *const c_char,
    /// Bytes of `redirect_uri`, or `TDSAUTH_NUL`.
    pub redirect_uri_len: usize,
    /// Bits `TDSAUTH_TAPTAP_FRESH`. Default: none of them.
    pub flags: u32,
    /// `TDSAUTH_TAPTAP_WAY_QR`: how many times a new code is fetched by itself when one expires, at
    /// most 100. Default: 0; `tdsauth_taptap_renew_qr` fetches one when the player asks for it.
    pub renewals: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_taptap_login_options, 72);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: each pair of pointer
// and length is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_taptap_login_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// # Safety
/// The header's rule for structs, and for the texts in it.
pub(crate) unsafe fn login_in(
    options: *const tdsauth_taptap_login_options,
    user_data: u64,
) -> Result<(TapTapLogin, Submit)> {
    // SAFETY: by this function's promise.
    let Some(given) = (unsafe { struct_in(options) })? else {
        return Ok((TapTapLogin::default(), Submit { user_data, timeout_ms: 0 }));
    };
    if given.flags & !TDSAUTH_TAPTAP_FRESH != 0 {
        return Err(Error::new(status::UNSUPPORTED_FIELD, "flags holds an unknown bit"));
    }
    // SAFETY: by this function's promise, for each text.
    let text = |text, len, max| unsafe { option_in(text, len, max) };
    let login = TapTapLogin {
        way: match given.way {
            TDSAUTH_TAPTAP_WAY_DEFAULT | TDSAUTH_TAPTAP_WAY_QR => Way::Qr,
            TDSAUTH_TAPTAP_WAY_BROWSER => Way::Browser,
            TDSAUTH_TAPTAP_WAY_REDIRECT => Way::Redirect,
            _ => return Err(Error::argument("way is unknown")),
        },
        scopes: text(given.scopes, given.scopes_len, SCOPES)?.unwrap_or_default(),
        redirect_uri: text(given.redirect_uri, given.redirect_uri_len, URL)?,
        language: match given.language {
            TDSAUTH_TAPTAP_LANGUAGE_DEFAULT => Language::Default,
            TDSAUTH_TAPTAP_LANGUAGE_EN => Language::En,
            TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS => Language::ZhHans,
            _ => return Err(Error::argument("language is unknown")),
        },
        fresh: given.flags & TDSAUTH_TAPTAP_FRESH != 0,
        renewals: given.renewals,
    };
    Ok((login, Submit { user_data, timeout_ms: given.timeout_ms }))
}

/// Logs the player in at TapTap, without the game's account server: silently with the token that is
/// kept, if it still serves, else by asking the player. Progress events say what to show:
/// `TDSAUTH_EVENT_TAPTAP_SHOW_QR` (again for each new code), `TDSAUTH_EVENT_TAPTAP_OPEN_URL`,
/// `TDSAUTH_EVENT_TAPTAP_SCANNED`. Ends in `TDSAUTH_EVENT_TAPTAP_LOGIN`; then token and profile are
/// on disk and can be read. `tdsauth_request_cancel` ends it at any moment.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: the client's options do not say where TapTap is),
/// INVALID_UTF8, UNSUPPORTED_FIELD, BUSY (another TapTap login of this client is under way),
/// QUEUE_FULL, CLOSED, FORKED. In the event: TAPTAP_* (DENIED: the player refused; EXPIRED: nobody
/// confirmed in time), network and server statuses, TIMED_OUT, STORAGE_*, CANCELLED,
/// SESSION_CHANGED (a logout came in between; nothing was stored).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_login(
    client: tdsauth_client,
    options: *const tdsauth_taptap_login_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        let (login, submit) = unsafe { login_in(options, user_data) }?;
        core::taptap_login(client, login, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// `tdsauth_taptap_login`, then the login at the account server as the user of this TapTap player,
/// who is made at the first time, with nickname and avatar from TapTap. The same progress events.
/// Ends in `TDSAUTH_EVENT_LOGIN`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_taptap_login`; in the event also those of `tdsauth_login_anonymously`. When
/// the account server fails, the TapTap login is kept: the next attempt asks the player nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_login_with_taptap(
    client: tdsauth_client,
    options: *const tdsauth_taptap_login_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        let (login, submit) = unsafe { login_in(options, user_data) }?;
        core::login_with_taptap(client, login, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Fetches a new QR code in a running login; the old one is dropped. It comes with another
/// `TDSAUTH_EVENT_TAPTAP_SHOW_QR` of the same request.
///
/// Ownership: nothing to own. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (the request is no login by QR code, or has ended).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_renew_qr(request: tdsauth_request) -> i32 {
    guard(request, &|| core::taptap_renew_qr(request).map(|()| status::OK))
}

/// Takes a URL that the system handed to the game, at most 8 KiB: hand over each one, those that
/// are not TapTap's answer are left to the game. When it is one, `*request` is the login that waits
/// for it (the handle that the game has), or else a new request, with `options` and `user_data`: it
/// resumes the login during which the system ended the game, and ends in the event of that one. A
/// login that waits is kept on disk for ten minutes, for one answer.
///
/// Ownership: a new `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: NONE (positive: not a URL of ours; `*request` is 0), INVALID_HANDLE, INVALID_ARGUMENT,
/// INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the event: as the login, and
/// TAPTAP_NO_PENDING_LOGIN (nobody waits for this answer: it was used, the login has ended, or the
/// URL is forged).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_handle_url(
    client: tdsauth_client,
    url: *const c_char,
    url_len: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(request) }?;
        // SAFETY: the header's rule for texts in.
        let url = Secret::new(unsafe { required_text_in(url, url_len, URL) }?);
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        let Some(id) = core::taptap_handle_url(client, url, submit)? else {
            return Ok(status::NONE);
        };
        out.set(id);
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(client, error, &body) }
}

/// Replaces the TapTap token by a new one, then fetches the profile. Once at each start of the game
/// is enough. Ends in `TDSAUTH_EVENT_TAPTAP_REFRESHED`. Only TapTap's own word that the token is
/// dead (TAPTAP_SESSION_OVER) drops it; every other failure keeps it.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the
/// event: TAPTAP_* (NOT_LOGGED_IN: there is no token), network and server statuses, STORAGE_*,
/// CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_refresh(
    client: tdsauth_client,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        core::taptap_refresh(client, unsafe { submit_in(options, user_data) }?)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Fetches the TapTap profile anew; a token without `public_profile` gives openid and unionid
/// alone. Ends in `TDSAUTH_EVENT_TAPTAP_PROFILE`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_taptap_refresh`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_fetch_profile(
    client: tdsauth_client,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        core::taptap_fetch_profile(client, unsafe { submit_in(options, user_data) }?)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Takes over a token that the official SDK obtained, such as on a phone: its JSON, at most 64 KiB,
/// with `kid`, `mac_key`, `mac_algorithm`, `token_type` and `scope`, in the spelling of the wire or
/// of the SDKs. The profile is fetched with it, then both are kept. Ends in
/// `TDSAUTH_EVENT_TAPTAP_LOGIN` with `value` 1.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no such JSON), INVALID_UTF8, UNSUPPORTED_FIELD,
/// NOT_SUPPORTED (a kind of token that nobody here can sign with), QUEUE_FULL, CLOSED, FORKED. In
/// the event: as `tdsauth_taptap_refresh`; on a failure the token of before is kept.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_import_token(
    client: tdsauth_client,
    token_json: *const c_char,
    token_json_len: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for texts in.
        let json = unsafe { required_text_in(token_json, token_json_len, TOKEN) }?;
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::taptap_import_token(client, Secret::new(json), submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
