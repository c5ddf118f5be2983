//! Login by the browser: PKCE, state, the consent page's address, and the URL it leads back to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::answer::{self, Place};
use super::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::form;
use crate::nonce;
use crate::secret::Secret;
use crate::transport::MAX_URL_BYTES;

/// Where the official SDK lets the page lead when the engine catches the URL.
pub const DEFAULT_REDIRECT: &str = "tapoauth://authorize";
/// The longest code that is believed, in bytes.
const MAX_CODE: usize = 4096;

/// One attempt of a player to log in by the consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Ties the URL that comes back to this attempt: 128 random bits as 32 hex digits.
    pub state: Secret,
    /// PKCE: proves at the exchange who opened the page. 256 random bits as 43 characters.
    pub verifier: Secret,
    /// Where the page leads back to; the exchange repeats it letter by letter.
    pub redirect_uri: String,
    /// What is asked for, joined by commas.
    pub scopes: String,
}

impl Attempt {
    /// A new attempt with a fresh state and verifier.
    ///
    /// # Errors
    /// `NOT_SUPPORTED`: the system gives no randomness.
    pub fn fresh(redirect_uri: &str, scopes: &str) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        nonce::fill(bytes.as_mut())?;
        Ok(Self {
            state: nonce::hex_128()?,
            verifier: Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_ref())),
            redirect_uri: redirect_uri.to_owned(),
            scopes: scopes.to_owned(),
        })
    }

    /// The consent page for this attempt. `loopback`: the game listens on this machine, which the
    /// page is told by `flow=pc_localhost`. The state in it is a secret: show the page, log nothing.
    pub fn authorize_url(&self, endpoint: &Endpoint, loopback: bool) -> Secret {
        let challenge = challenge(&self.verifier);
        let pairs = [
            ("client_id", endpoint.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("state", self.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("scope", &self.scopes),
            ("flow", "pc_localhost"),
        ];
        let sent = if loopback { &pairs[..] } else { pairs.split_last().map_or(&[][..], |p| p.1) };
        let page = &endpoint.authorize;
        let joint = if page.contains('?') { '&' } else { '?' };
        Secret::new(format!("{page}{joint}{}", form::encode(sent)))
    }
}

/// RFC 7636, S256: base64url without padding of the verifier's SHA-256.
pub fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}

/// What the page said, by the URL that it led to.
#[derive(Clone, Debug)]
pub struct Callback {
    /// As it came. Whose it is, [`Callback::is_for`] says.
    pub state: Secret,
    /// A code, or why there is none.
    pub outcome: Outcome,
}

/// See [`Callback`].
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The player agreed: exchange this.
    Code(Secret),
    /// `TAPTAP_DENIED` when the player refused; the page's own complaint otherwise.
    Refused(Error),
}

impl Callback {
    /// Reads the query of a callback (`code=…&state=…` or `error=…&state=…`). `None`: it is none:
    /// no state, neither code nor error, a parameter twice, badly encoded.
    pub fn read(query: &str) -> Option<Self> {
        if query.len() > MAX_URL_BYTES {
            return None;
        }
        let only = |name: &str| form::only(query, name).map(|text| text.filter(|t| !t.is_empty()));
        let state = Secret::new(only("state").ok()??);
        let error = only("error").ok()?;
        // What the TapTap app answers on iOS.
        let cancelled = only("is_cancelled").ok()?.is_some_and(|flag| flag == "1");
        let description = only("error_description").ok()?.or(only("error_msg").ok()?);
        let code = only("code").ok()?.map(Secret::new);
        let outcome = match (error, code) {
            (None, _) if cancelled => refused("access_denied", ""),
            (Some(name), _) => refused(&name, &description.unwrap_or_default()),
            (None, Some(code)) => {
                let code = Some(code).filter(|code| is_code(code.expose()))?;
                Outcome::Code(code)
            }
            (None, None) => return None,
        };
        Some(Self { state, outcome })
    }

    /// Whether it answers the attempt with this state, compared in constant time.
    pub fn is_for(&self, state: &Secret) -> bool {
        let (ours, theirs) = (state.expose().as_bytes(), self.state.expose().as_bytes());
        !ours.is_empty() && bool::from(ours.ct_eq(theirs))
    }
}

fn is_code(code: &str) -> bool {
    code.len() <= MAX_CODE && code.bytes().all(|b| b.is_ascii_graphic())
}

fn refused(name: &str, description: &str) -> Outcome {
    let kind = answer::named(name, 0);
    let meaning = answer::meaning(kind, Place::Consent);
    let words = answer::words(Some(name), description);
    Outcome::Refused(Error::new(meaning, format!("TapTap's page answered {words}")))
}

/// The query of `url` when it leads to this game: to `tapoauth://authorize`, to any place of
/// `tt<client id>://`, or to `redirect_uri`. `None` for any other URL, and for one without a query.
pub fn own_query<'a>(url: &'a str, client_id: &str, redirect_uri: Option<&str>) -> Option<&'a str> {
    if url.len() > MAX_URL_BYTES || !url.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let (rest, _fragment) = url.split_once('#').unwrap_or((url, ""));
    let (place, query) = rest.split_once('?')?;
    let (scheme, path) = form::absolute(place)?;
    let tap = scheme.eq_ignore_ascii_case("tapoauth")
        && path.trim_end_matches('/').eq_ignore_ascii_case("authorize");
    let own = scheme.strip_prefix("tt").or(scheme.strip_prefix("TT"));
    let own = own.is_some_and(|id| !id.is_empty() && id.eq_ignore_ascii_case(client_id));
    let redirect = redirect_uri.is_some_and(|uri| leads_to(place, uri));
    (tap || own || redirect).then_some(query)
}

/// Whether `place` (a URL before its query) is `uri`. Schemes and hosts are the same in any case.
fn leads_to(place: &str, uri: &str) -> bool {
    let uri = uri.split(['?', '#']).next().unwrap_or_default();
    let split = |url: &str| {
        let host = form::absolute(url).map_or(0, |(_, rest)| url.len() - rest.len());
        let end = url.get(host..)?.find('/').map_or(url.len(), |at| host + at);
        let (front, path) = url.split_at_checked(end)?;
        Some((front.to_ascii_lowercase(), path.trim_end_matches('/').to_owned()))
    };
    !uri.is_empty() && split(place) == split(uri)
}
