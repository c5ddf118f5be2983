//! TapTap: logging in by QR code, browser and redirect; the token and the profile that come of it;
//! calls that are signed with them. What goes over the wire is [`crate::taptap`]'s.

mod setup;

pub(super) use setup::Setup;

use std::sync::Arc;

use super::instance::Client;
use super::{Submit, find, owner_of};
use crate::error::{Error, Result, status};
use crate::secret::Secret;

/// How the player takes part in a login, as the C ABI numbers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// A QR code that the player scans with the TapTap app, or a short code to type in.
    #[default]
    Qr = 1,
    /// The system's browser on the same machine; the answer comes back to a listener on 127.0.0.1.
    Browser = 2,
    /// A page or an app whose answer the engine catches as an URL and hands to
    /// [`taptap_handle_url`].
    Redirect = 3,
}

/// The language of the page that the player sees at the end of a browser login, as the C ABI
/// numbers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese in the region `Cn`, else English.
    #[default]
    Default = 0,
    /// English.
    En = 1,
    /// Simplified Chinese.
    ZhHans = 2,
}

/// What a TapTap login is made with. The default asks for `public_profile` by QR code.
#[derive(Clone, Debug, Default)]
pub struct TapTapLogin {
    /// How the player takes part.
    pub way: Way,
    /// Names joined by commas, such as `public_profile,user_friends`. Empty: `public_profile`.
    pub scopes: String,
    /// [`Way::Redirect`] only: where TapTap sends the player back to. Default
    /// `tapoauth://authorize`.
    pub redirect_uri: Option<String>,
    /// [`Way::Browser`] only.
    pub language: Language,
    /// Asks the player even if a token is kept that would serve.
    pub fresh: bool,
    /// [`Way::Qr`] only: how many codes are fetched by itself after the first one expired. At most
    /// 100.
    pub renewals: u32,
}

/// Parts of the TapTap token, as the C ABI numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenField {
    /// Names the token; not a secret by itself, and of no use without the key.
    Kid = 1,
    /// Signs requests: a secret.
    MacKey = 2,
    /// `hmac-sha-1`.
    MacAlgorithm = 3,
    /// `mac`.
    TokenType = 4,
    /// Granted scopes, joined by blanks. They may be fewer than were asked for.
    Scope = 5,
}

/// Parts of the TapTap profile, as the C ABI numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileField {
    /// The player in this game.
    Openid = 1,
    /// The player in all games of the developer.
    Unionid = 2,
    /// The player's name; absent without `public_profile`.
    Name = 3,
    /// URL of the player's picture; absent without `public_profile`.
    Avatar = 4,
    /// `male`, `female`; often absent.
    Gender = 5,
    /// Absent without the scope `email`.
    Email = 6,
}

/// Logs the player in at TapTap: by a token that is kept, if it serves, else by asking. Progress
/// events say what to show; ends in `TAPTAP_LOGIN`. `timeout_ms`: default and at most ten minutes.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` without a client id or, for a client without
/// a region, without the URLs; `BUSY` while another login of this client asks the player.
pub fn taptap_login(client: u64, login: TapTapLogin, submit: Submit) -> Result<u64> {
    let _ = (ready(client)?, login, submit);
    Err(later())
}

/// [`taptap_login`], then the account login with what it gave: the user of this TapTap player, made
/// if there is none. Ends in `LOGIN`.
///
/// # Errors
/// As [`taptap_login`].
pub fn login_with_taptap(client: u64, login: TapTapLogin, submit: Submit) -> Result<u64> {
    let _ = (ready(client)?, login, submit);
    Err(later())
}

/// Drops the QR code of a running login and fetches a new one in the same request.
///
/// # Errors
/// `INVALID_HANDLE`; `INVALID_ARGUMENT` if the request shows no QR code.
pub fn taptap_renew_qr(request: u64) -> Result<()> {
    owner_of(request)?;
    Err(later())
}

/// Takes an URL that the engine caught. `None`: it is not for us. Otherwise the request it belongs
/// to: the login that waits for it, or a new one that resumes the login which the game began before
/// the system ended it.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn taptap_handle_url(client: u64, url: Secret, submit: Submit) -> Result<Option<u64>> {
    let _ = (ready(client)?, url, submit);
    Err(later())
}

/// Replaces the token, then fetches the profile. Ends in `TAPTAP_REFRESHED`.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn taptap_refresh(client: u64, submit: Submit) -> Result<u64> {
    let _ = (ready(client)?, submit);
    Err(later())
}

/// Fetches the profile. Ends in `TAPTAP_PROFILE`.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn taptap_fetch_profile(client: u64, submit: Submit) -> Result<u64> {
    let _ = (ready(client)?, submit);
    Err(later())
}

/// Takes over a token that another SDK obtained, as JSON, once TapTap has given its profile. Ends
/// in `TAPTAP_LOGIN`, value 1.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for a text that is no token.
pub fn taptap_import_token(client: u64, token_json: Secret, submit: Submit) -> Result<u64> {
    let _ = (ready(client)?, token_json, submit);
    Err(later())
}

/// The value of an `Authorization` header that signs one request of the game's own. `None`: nobody
/// is logged in at TapTap. No disk, no network; the clock is corrected by what TapTap's answers
/// said of it.
///
/// # Errors
/// `INVALID_HANDLE`; `INVALID_ARGUMENT` for a method or an URL that is none; `INSECURE_URL` for
/// plain http beyond this machine.
pub fn taptap_mac_header(client: u64, method: &str, url: &str) -> Result<Option<Secret>> {
    let _ = (find(client)?, method, url);
    Err(later())
}

/// A part of the token. `None`: nobody is logged in at TapTap. No disk, no network.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn taptap_token(client: u64, field: TokenField) -> Result<Option<Secret>> {
    let _ = (find(client)?, field);
    Err(later())
}

/// A part of the profile. `None`: it has no such part, or nobody is logged in at TapTap. No disk,
/// no network.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn taptap_profile(client: u64, field: ProfileField) -> Result<Option<String>> {
    let _ = (find(client)?, field);
    Err(later())
}

/// A client whose options say where TapTap is.
fn ready(client: u64) -> Result<Arc<Client>> {
    let client = find(client)?;
    client.options.taptap.complete()?;
    Ok(client)
}

fn later() -> Error {
    Error::new(status::NOT_SUPPORTED, "this version does not speak to TapTap")
}
