//! One TapTap app: base URLs, client id, and the requests A, B, D, E and F of the contract.

use super::browser::Attempt;
use super::device::DeviceCode;
use super::token::Token;
use crate::error::{Error, Result};
use crate::form;
use crate::secret::Secret;
use crate::transport::Request;

/// What is asked for when a game names no scope.
pub const PUBLIC_PROFILE: &str = "public_profile";
/// The longest list of scopes, in bytes.
const MAX_SCOPES: usize = 256;
/// The longest client id, in bytes.
const MAX_CLIENT_ID: usize = 128;

/// Which TapTap an app was registered with (`taptap-login.md` section 1). A client id of one is
/// not known to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Mainland China.
    Cn,
    /// Everywhere else.
    Global,
}

impl Region {
    /// Base URL of device codes and tokens.
    pub fn accounts(self) -> &'static str {
        match self {
            Self::Cn => "https://accounts.tapapis.cn",
            Self::Global => "https://accounts.tapapis.com",
        }
    }

    /// Base URL of the open API: profiles.
    pub fn open(self) -> &'static str {
        match self {
            Self::Cn => "https://open.tapapis.cn",
            Self::Global => "https://open.tapapis.com",
        }
    }

    /// The page that asks the player for consent.
    pub fn authorize(self) -> &'static str {
        match self {
            Self::Cn => "https://accounts.taptap.cn/authorize",
            Self::Global => "https://www.taptapauth.com/authorize",
        }
    }
}

/// Where requests go. The URLs are without a slash at their end.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The app's id at TapTap: public.
    pub client_id: String,
    /// Base URL of device codes and tokens.
    pub accounts: String,
    /// Base URL of the open API.
    pub open: String,
    /// The whole URL of the consent page.
    pub authorize: String,
    /// The whole `User-Agent`.
    pub user_agent: String,
}

impl Endpoint {
    /// An app at TapTap's own addresses.
    pub fn of(region: Region, client_id: &str, user_agent: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            accounts: region.accounts().to_owned(),
            open: region.open().to_owned(),
            authorize: region.authorize().to_owned(),
            user_agent: user_agent.to_owned(),
        }
    }

    /// An app for signed calls alone, at the open API at `open`.
    pub fn open_api(client_id: &str, open: String, user_agent: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            accounts: String::new(),
            open,
            authorize: String::new(),
            user_agent: user_agent.to_owned(),
        }
    }

    /// A: a device code for a login by QR.
    pub fn device_code(&self, scopes: &str) -> Request {
        self.post(
            "/oauth2/v1/device/code",
            &[("client_id", &self.client_id), ("response_type", "device_code"), ("scope", scopes)],
        )
    }

    /// B: has the player confirmed?
    pub fn poll(&self, code: &DeviceCode) -> Request {
        self.token(&[
            ("grant_type", "device_token"),
            ("client_id", &self.client_id),
            ("secret_type", "hmac-sha-1"),
            // Sent to the one who gave it.
            ("code", code.code.expose()),
        ])
    }

    /// D: a token for the code that the consent page gave.
    pub fn exchange(&self, attempt: &Attempt, code: &Secret) -> Request {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("secret_type", "hmac-sha-1"),
            ("code", code.expose()),
            ("redirect_uri", &attempt.redirect_uri),
            // Proves that who asks is who opened the page.
            ("code_verifier", attempt.verifier.expose()),
        ])
    }

    /// E: a new token for the one that is held. Not signed.
    pub fn refresh(&self, token: &Token) -> Request {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("token", token.kid.expose()),
            ("token_type_hint", "access_token"),
        ])
    }

    /// F: who is the player? The granted scopes decide between profile and basic info.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the token cannot be signed with.
    pub fn profile(&self, token: &Token, ts: u64, nonce: &str) -> Result<Request> {
        let path = match token.grants(PUBLIC_PROFILE) {
            true => "/account/profile/v1?",
            false => "/account/basic-info/v1?",
        };
        let query = form::encode(&[("client_id", &self.client_id)]);
        let url = format!("{}{path}{query}", self.open);
        let header = token.mac_header("GET", &url, ts, nonce)?;
        let mut headers = self.headers();
        headers.push(("Authorization", header.expose().to_owned()));
        Ok(Request { method: "GET", url, headers, body: Vec::new() })
    }

    fn token(&self, fields: &[(&str, &str)]) -> Request {
        self.post("/oauth2/v1/token", fields)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        let mut headers = self.headers();
        headers.push(("Content-Type", form::CONTENT_TYPE.to_owned()));
        Request {
            method: "POST",
            url: format!("{}{path}", self.accounts),
            headers,
            body: form::encode(fields).into_bytes(),
        }
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Accept", "application/json".to_owned()),
            ("Accept-Encoding", "identity".to_owned()),
            ("User-Agent", self.user_agent.clone()),
        ]
    }
}

/// Scopes as they go over the wire: names joined by commas. Blanks around a name do not count;
/// nothing at all means [`PUBLIC_PROFILE`].
///
/// # Errors
/// `INVALID_ARGUMENT`: an empty name, a character that no scope has, more than 256 bytes.
pub fn scopes(text: &str) -> Result<String> {
    if text.trim().is_empty() {
        return Ok(PUBLIC_PROFILE.to_owned());
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    if names.iter().any(|name| name.is_empty() || !name.bytes().all(plain)) {
        return Err(Error::argument("scopes are not names joined by commas"));
    }
    let joined = names.join(",");
    if joined.len() > MAX_SCOPES {
        return Err(Error::argument("scopes are longer than 256 bytes"));
    }
    Ok(joined)
}

/// Checks a client id.
///
/// # Errors
/// `INVALID_ARGUMENT`: missing, longer than 128 bytes, not of letters, digits, `_` and `-`.
pub fn check_client_id(id: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if id.is_empty() {
        return Err(Error::argument("the TapTap client id is missing"));
    }
    if id.len() > MAX_CLIENT_ID || !id.bytes().all(plain) {
        return Err(Error::argument("the TapTap client id is malformed"));
    }
    Ok(())
}
