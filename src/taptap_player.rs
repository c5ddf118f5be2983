//! What is known of the player at TapTap, without the network: token, profile, and signatures.

use std::ffi::c_char;

use tdsauth_core::error::{Error, status};

use crate::guard::{guard, guard_reporting};
use crate::handles::tdsauth_client;
use crate::status::tdsauth_error;
use crate::strings::{TextOut, required_text_in};
use tdsauth_core::client::{self as core, ProfileField, TokenField};

/// Field of `tdsauth_taptap_token_get_str`: names the token. As good as a secret.
pub const TDSAUTH_TAPTAP_TOKEN_KID: i32 = 1;
/// Field of `tdsauth_taptap_token_get_str`: the key that signs. A secret.
pub const TDSAUTH_TAPTAP_TOKEN_MAC_KEY: i32 = 2;
/// Field of `tdsauth_taptap_token_get_str`: `hmac-sha-1` or `hmac-sha-256`.
pub const TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM: i32 = 3;
/// Field of `tdsauth_taptap_token_get_str`: `mac`.
pub const TDSAUTH_TAPTAP_TOKEN_TYPE: i32 = 4;
/// Field of `tdsauth_taptap_token_get_str`: the scopes that were granted, joined by blanks; they may
/// be fewer than were asked for.
pub const TDSAUTH_TAPTAP_TOKEN_SCOPE: i32 = 5;

/// Field of `tdsauth_taptap_profile_get_str`: the player in this game.
pub const TDSAUTH_TAPTAP_PROFILE_OPENID: i32 = 1;
/// Field of `tdsauth_taptap_profile_get_str`: the player in all games of the developer.
pub const TDSAUTH_TAPTAP_PROFILE_UNIONID: i32 = 2;
/// Field of `tdsauth_taptap_profile_get_str`: the player's name; takes the scope `public_profile`.
pub const TDSAUTH_TAPTAP_PROFILE_NAME: i32 = 3;
/// Field of `tdsauth_taptap_profile_get_str`: URL of the player's picture; takes the scope
/// `public_profile`.
pub const TDSAUTH_TAPTAP_PROFILE_AVATAR: i32 = 4;
/// Field of `tdsauth_taptap_profile_get_str`: as TapTap has it; mostly absent.
pub const TDSAUTH_TAPTAP_PROFILE_GENDER: i32 = 5;
/// Field of `tdsauth_taptap_profile_get_str`: takes the scope `email`; mostly absent.
pub const TDSAUTH_TAPTAP_PROFILE_EMAIL: i32 = 6;

// How far a text is read, in bytes: no bound of the core is wider.
const METHOD: usize = 64;
const URL: usize = 8 * 1024;

/// Signs one request of the game's own to TapTap's open API with the player's token: the value of
/// its `Authorization` header, good for one request at this moment. `method` is the HTTP method, at
/// most 64 bytes; `url` is absolute and exactly what is sent, at most 8 KiB: https, or what the
/// client may reach by plain http. The clock is corrected by what TapTap said of it.
///
/// Ownership: the buffer is the caller's. Threads: any; no disk, no network.
/// Errors: NONE (positive: nobody is logged in at TapTap), INVALID_HANDLE, INVALID_ARGUMENT,
/// INVALID_UTF8, INSECURE_URL, BUFFER_TOO_SMALL (the next call gives another header, of the same
/// length while the token is the same), NOT_SUPPORTED (the system gives no randomness).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_mac_header(
    client: tdsauth_client,
    method: *const c_char,
    method_len: usize,
    url: *const c_char,
    url_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        // SAFETY: the header's rule for texts in.
        let method = unsafe { required_text_in(method, method_len, METHOD) }?;
        // SAFETY: the header's rule for texts in.
        let url = unsafe { required_text_in(url, url_len, URL) }?;
        match core::taptap_mac_header(client, method, url)? {
            Some(header) => out.write(header.expose()),
            None => Ok(status::NONE),
        }
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(client, error, &body) }
}

/// A part of the TapTap token, as the last delivered event left it; right after
/// `tdsauth_client_create`, what is remembered on disk. `field` is one of `TDSAUTH_TAPTAP_TOKEN_*`.
/// `tdsauth_taptap_mac_header` needs none of it: this is for game servers that sign for the player.
///
/// Ownership: the buffer is the caller's, and keeping its text secret too. Threads: any; no disk, no
/// network. Errors: NONE (positive: nobody is logged in at TapTap), INVALID_HANDLE,
/// INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_token_get_str(
    client: tdsauth_client,
    field: i32,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        let field = match field {
            TDSAUTH_TAPTAP_TOKEN_KID => TokenField::Kid,
            TDSAUTH_TAPTAP_TOKEN_MAC_KEY => TokenField::MacKey,
            TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM => TokenField::MacAlgorithm,
            TDSAUTH_TAPTAP_TOKEN_TYPE => TokenField::TokenType,
            TDSAUTH_TAPTAP_TOKEN_SCOPE => TokenField::Scope,
            _ => return Err(Error::argument("the field is unknown")),
        };
        match core::taptap_token(client, field)? {
            Some(text) => out.write(text.expose()),
            None => Ok(status::NONE),
        }
    })
}

/// A part of the TapTap profile, as the last delivered event left it; right after
/// `tdsauth_client_create`, what is remembered on disk. `field` is one of
/// `TDSAUTH_TAPTAP_PROFILE_*`.
///
/// Ownership: the buffer is the caller's. Threads: any; no disk, no network.
/// Errors: NONE (positive: the profile has no such part, or nobody is logged in at TapTap),
/// INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_taptap_profile_get_str(
    client: tdsauth_client,
    field: i32,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        let field = match field {
            TDSAUTH_TAPTAP_PROFILE_OPENID => ProfileField::Openid,
            TDSAUTH_TAPTAP_PROFILE_UNIONID => ProfileField::Unionid,
            TDSAUTH_TAPTAP_PROFILE_NAME => ProfileField::Name,
            TDSAUTH_TAPTAP_PROFILE_AVATAR => ProfileField::Avatar,
            TDSAUTH_TAPTAP_PROFILE_GENDER => ProfileField::Gender,
            TDSAUTH_TAPTAP_PROFILE_EMAIL => ProfileField::Email,
            _ => return Err(Error::argument("the field is unknown")),
        };
        match core::taptap_profile(client, field)? {
            Some(text) => out.write(&text),
            None => Ok(status::NONE),
        }
    })
}
