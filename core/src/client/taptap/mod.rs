//! TapTap: logging in by QR code, browser and redirect; the token and the profile that come of it;
//! calls that are signed with them. What goes over the wire is [`crate::taptap`]'s.

mod flow;
pub(super) mod keep;
mod listener;
mod login;
mod setup;
mod signed;

use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) use flow::{Flow, Word};
pub(super) use setup::Setup;

use super::instance::Client;
use super::object::Object;
use super::operation::Operation;
use super::owner::{Message, now_ms};
use super::state::Step;
use super::{Submit, find, owner_of};
use crate::error::{Error, Result};
use crate::form;
use crate::nonce::Nonce;
use crate::secret::Secret;
use crate::taptap::{Callback, Token, browser, endpoint};
use crate::transport::{MAX_URL_BYTES, url_allowed};

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

/// Most QR codes that a login fetches by itself.
const RENEWALS_MAX: u32 = 100;

/// What follows a TapTap login at the account server.
pub(super) enum Then {
    Nothing,
    /// The login as this player.
    Account,
    /// This player is linked to that user; `None`: to the current one.
    Associate(Option<Arc<Object>>),
}

/// An operation, checked and copied at submit.
pub(super) enum Asked {
    Login {
        login: TapTapLogin,
        then: Then,
    },
    /// An URL for a login that is stored.
    Resume(Callback),
    Refresh,
    Profile,
    Import(Token),
}

/// Logs the player in at TapTap: by a token that is kept, if it serves, else by asking. Progress
/// events say what to show; ends in `TAPTAP_LOGIN`. `timeout_ms`: default and at most ten minutes.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` without a client id or, for a client without
/// a region, without the URLs; `BUSY` while another login of this client is under way.
pub fn taptap_login(client: u64, login: TapTapLogin, submit: Submit) -> Result<u64> {
    submit_login(client, login, Then::Nothing, submit)
}

/// [`taptap_login`], then the account login with what it gave: the user of this TapTap player, made
/// if there is none. Ends in `LOGIN`.
///
/// # Errors
/// As [`taptap_login`].
pub fn login_with_taptap(client: u64, login: TapTapLogin, submit: Submit) -> Result<u64> {
    submit_login(client, login, Then::Account, submit)
}

pub(super) fn submit_login(
    client: u64,
    login: TapTapLogin,
    then: Then,
    submit: Submit,
) -> Result<u64> {
    let client = ready(client)?;
    let login = login.check()?;
    client.submit(Operation::TapTap(Asked::Login { login, then }), submit)
}

/// Drops the QR code of a running login and fetches a new one in the same request.
///
/// # Errors
/// `INVALID_HANDLE`; `INVALID_ARGUMENT` if the request shows no QR code.
pub fn taptap_renew_qr(request: u64) -> Result<()> {
    let client = owner_of(request)?;
    client.check_fork()?;
    let mut state = client.lock();
    match state.requests.get(&request) {
        Some(shown) if shown.texts.as_ref().is_some_and(|texts| texts.qr.is_some()) => {}
        _ => return Err(Error::argument("this request shows no QR code")),
    }
    client.send(&mut state, Message::Word { id: request, word: Word::Renew })
}

/// Takes an URL that the engine caught. `None`: it is not for us. Otherwise the request it belongs
/// to: the login that waits for it, or a new one that resumes the login which the game began before
/// the system ended it. That one ends as the login would have, in `TAPTAP_LOGIN` or `LOGIN`; with
/// `TAPTAP_NO_PENDING_LOGIN` if nobody waits for this URL.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` as [`taptap_login`].
pub fn taptap_handle_url(client: u64, url: Secret, submit: Submit) -> Result<Option<u64>> {
    let client = ready(client)?;
    client.check_fork()?;
    let mut state = client.lock();
    let client_id = client.options.taptap.client_id().unwrap_or_default();
    // Read here and not shown to anybody.
    let query = browser::own_query(url.expose(), client_id, state.redirect_uri.as_deref());
    let Some(callback) = query.and_then(Callback::read) else { return Ok(None) };
    let waiting = state.login.and_then(|id| Some((id, state.requests.get_mut(&id)?)));
    if let Some((id, request)) = waiting
        && request.step == Step::Running
        && request.awaits.as_ref().is_some_and(|state| callback.is_for(state))
    {
        request.awaits = None;
        client.send(&mut state, Message::Word { id, word: Word::Callback(callback) })?;
        return Ok(Some(id));
    }
    drop(state);
    client.submit(Operation::TapTap(Asked::Resume(callback)), submit).map(Some)
}

/// Replaces the token, then fetches the profile. Ends in `TAPTAP_REFRESHED`.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn taptap_refresh(client: u64, submit: Submit) -> Result<u64> {
    ready(client)?.submit(Operation::TapTap(Asked::Refresh), submit)
}

/// Fetches the profile. Ends in `TAPTAP_PROFILE`.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn taptap_fetch_profile(client: u64, submit: Submit) -> Result<u64> {
    ready(client)?.submit(Operation::TapTap(Asked::Profile), submit)
}

/// Takes over a token that another SDK obtained, as JSON, once TapTap has given its profile. Ends
/// in `TAPTAP_LOGIN`, value 1.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for a text that is no token;
/// `NOT_SUPPORTED` for a token that signs in an unknown way.
pub fn taptap_import_token(client: u64, token_json: Secret, submit: Submit) -> Result<u64> {
    let client = ready(client)?;
    let token = Token::import(token_json.expose())?;
    client.submit(Operation::TapTap(Asked::Import(token)), submit)
}

/// The value of an `Authorization` header that signs one request of the game's own. `None`: nobody
/// is logged in at TapTap. No disk, no network; the clock is corrected by what TapTap's answers
/// said of it.
///
/// # Errors
/// `INVALID_HANDLE`; `INVALID_ARGUMENT` for a method or an URL that is none; `INSECURE_URL` for
/// plain http beyond this machine.
pub fn taptap_mac_header(client: u64, method: &str, url: &str) -> Result<Option<Secret>> {
    let client = find(client)?;
    url_allowed(url, client.options.allow_plain_http)?;
    let Some(account) = client.lock().taptap.clone() else { return Ok(None) };
    let ts = (now_ms() / 1000).saturating_add_signed(client.clock_offset.load(Ordering::Relaxed));
    let nonce = Nonce::fresh()?;
    account.token.mac_header(method, url, ts, nonce.as_str()).map(Some)
}

/// A part of the token. `None`: nobody is logged in at TapTap. No disk, no network.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn taptap_token(client: u64, field: TokenField) -> Result<Option<Secret>> {
    let Some(account) = find(client)?.lock().taptap.clone() else { return Ok(None) };
    let token = &account.token;
    Ok(Some(match field {
        TokenField::Kid => token.kid.clone(),
        TokenField::MacKey => token.mac_key.clone(),
        TokenField::MacAlgorithm => Secret::new(token.mac_algorithm.name()),
        TokenField::TokenType => Secret::new(Token::TYPE),
        TokenField::Scope => Secret::new(token.scope.as_str()),
    }))
}

/// A part of the profile. `None`: it has no such part, or nobody is logged in at TapTap. No disk,
/// no network.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn taptap_profile(client: u64, field: ProfileField) -> Result<Option<String>> {
    let Some(account) = find(client)?.lock().taptap.clone() else { return Ok(None) };
    let Some(profile) = &account.profile else { return Ok(None) };
    Ok(match field {
        ProfileField::Openid => Some(profile.openid.clone()),
        ProfileField::Unionid => profile.unionid.clone(),
        ProfileField::Name => profile.name.clone(),
        ProfileField::Avatar => profile.avatar.clone(),
        ProfileField::Gender => profile.gender.clone(),
        ProfileField::Email => profile.email.clone(),
    })
}

impl TapTapLogin {
    /// The same, completed.
    fn check(mut self) -> Result<Self> {
        self.scopes = endpoint::scopes(&self.scopes)?;
        if self.renewals > RENEWALS_MAX {
            return Err(Error::argument("renewals are more than 100"));
        }
        match (&self.redirect_uri, self.way) {
            (Some(uri), Way::Redirect) => {
                let plain = uri.len() <= MAX_URL_BYTES / 8
                    && uri.bytes().all(|b| b.is_ascii_graphic())
                    && form::absolute(uri).is_some_and(|(scheme, _)| !scheme.is_empty())
                    && !uri.contains(['?', '#']);
                if !plain {
                    let text = "redirect_uri is no absolute URL without a query, up to 1024 bytes";
                    return Err(Error::argument(text));
                }
            }
            (None, Way::Redirect) => {
                self.redirect_uri = Some(browser::DEFAULT_REDIRECT.to_owned());
            }
            (None, _) => {}
            (Some(_), _) => {
                return Err(Error::argument("redirect_uri goes with a login by redirect only"));
            }
        }
        Ok(self)
    }
}

/// A client whose options say where TapTap is.
fn ready(client: u64) -> Result<Arc<Client>> {
    let client = find(client)?;
    client.options.taptap.endpoint()?;
    Ok(client)
}
