//! Logins in a browser: a request to authorize, the player's decision, and the code that a game
//! exchanges for a token.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::answer::Refusal;
use super::device::{Allowed, Missed, Status};
use super::scopes::Scopes;
use crate::ids::random_text;
use crate::pages::Form;

/// Most requests, and most codes, that are remembered.
const MOST: usize = 1024;

/// Longest `state` and `redirect_uri`, in bytes.
const MAX_TEXT: usize = 2048;

/// What a game asked for by opening the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) redirect: Redirect,
    state: Secret,
    challenge: String,
    pub(super) scopes: Scopes,
}

impl Asked {
    /// Reads the query of the page. `client_id` is the one that is known.
    pub(super) fn read(query: &Form, client_id: &str) -> Result<Self, Refusal> {
        let kind = query.need("response_type", "response_type is missing")?;
        if query.need("client_id", "client_id is missing")? != client_id {
            return Err(Refusal::invalid_client("the client id is not known here"));
        }
        if kind != "code" {
            return Err(Refusal::unsupported_response_type("response_type has to be code"));
        }
        let redirect = query.need("redirect_uri", "redirect_uri is missing")?;
        let redirect = Redirect::read(redirect, client_id)?;
        let state = query.need("state", "state is missing")?;
        if state.len() > MAX_TEXT {
            return Err(Refusal::invalid_request("state is too long"));
        }
        let challenge = query.need("code_challenge", "code_challenge is missing")?;
        if query.get("code_challenge_method") != Some("S256") {
            return Err(Refusal::invalid_request("code_challenge_method has to be S256"));
        }
        let hash = URL_SAFE_NO_PAD.decode(challenge);
        if hash.is_ok_and(|hash| hash.len() == 32) {
            let scopes = Scopes::read(query.need("scope", "scope is missing")?)?;
            let (state, challenge) = (Secret::new(state), challenge.to_owned());
            return Ok(Self { redirect, state, challenge, scopes });
        }
        Err(Refusal::invalid_request("code_challenge is no SHA-256 in base64url without padding"))
    }
}

/// Where the answer goes: a game on this device, never a web site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect(String);

impl Redirect {
    fn read(text: &str, client_id: &str) -> Result<Self, Refusal> {
        let refused = Err(Refusal::invalid_request(
            "redirect_uri has to be http on a loopback address, tapoauth:// or tt<client id>://",
        ));
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&byte);
        let Some((scheme, rest)) = text.split_once("://") else {
            return refused;
        };
        if text.len() > MAX_TEXT || !text.bytes().all(plain) {
            return refused;
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let own_scheme = scheme == "tapoauth" || scheme.strip_prefix("tt") == Some(client_id);
        if own_scheme || (scheme == "http" && is_loopback(authority)) {
            return Ok(Self(text.to_owned()));
        }
        refused
    }

    /// For lists: without its query.
    pub(super) fn shown(&self) -> &str {
        self.0.split('?').next().unwrap_or_default()
    }

    /// What a policy has to name so that a form may end up there: `http://127.0.0.1:1234` or
    /// `tapoauth:`.
    pub(super) fn source(&self) -> String {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        // A policy has no way to write an IPv6 address.
        if scheme == "http" && !authority.starts_with('[') {
            return format!("http://{authority}");
        }
        format!("{scheme}:")
    }

    fn with(&self, name: &str, value: &str, state: &str) -> String {
        let mut url = self.0.clone();
        url.push(if url.contains('?') { '&' } else { '?' });
        for (name, value) in [(name, value), ("&state", state)] {
            let _ = write!(url, "{name}=");
            url.extend(form_urlencoded::byte_serialize(value.as_bytes()));
        }
        url
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, port)| {
        // `[::1]` alone ends in what looks like a port.
        if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { authority }
    });
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

/// A request that somebody may decide on.
#[derive(Debug)]
pub(super) struct Pending {
    /// Names it, and is known only to whoever has the page.
    pub(super) id: String,
    pub(super) asked: Asked,
    status: Status,
    pub(super) expires: Instant,
}

impl Pending {
    /// How far it is at `now`: pending, allowed, denied or expired.
    pub(super) fn status(&self, now: Instant) -> Status {
        match self.status {
            Status::Pending if now >= self.expires => Status::Expired,
            _ => self.status.clone(),
        }
    }
}

/// A code that waits for its exchange.
#[derive(Debug)]
struct Code {
    code: Secret,
    redirect: Redirect,
    challenge: String,
    allowed: Allowed,
    expires: Instant,
}

/// What a player decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// As this player, who has to exist.
    Allow(String),
    /// With this `error` for the game.
    Refuse(String),
    /// Allowed, but the game gets another `state` than its own: a fault to be tested.
    AllowWithWrongState(String),
}

/// All requests and codes, oldest first.
#[derive(Debug, Default)]
pub(super) struct Authorizations {
    pending: VecDeque<Pending>,
    codes: VecDeque<Code>,
}

impl Authorizations {
    /// A request to authorize; gives its id. The same request once more, which is a page that was
    /// loaded again, is the one that there is: `None` if it has expired.
    pub(super) fn begin(
        &mut self,
        asked: Asked,
        lifetime: Duration,
        now: Instant,
    ) -> Result<Option<String>, Refusal> {
        match self.pending.iter().rev().find(|pending| pending.asked == asked) {
            Some(known) if known.status(now) == Status::Pending => {
                return Ok(Some(known.id.clone()));
            }
            Some(known) if known.status(now) == Status::Expired => return Ok(None),
            _ => (),
        }
        let id = random_text(32).map_err(|_| Refusal::server_error("no randomness"))?;
        if self.pending.len() >= MOST {
            self.pending.pop_front();
        }
        let expires = now + lifetime;
        self.pending.push_back(Pending { id: id.clone(), asked, status: Status::Pending, expires });
        Ok(Some(id))
    }

    /// All of them, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Pending> {
        self.pending.iter().rev()
    }

    /// Takes a decision, once. Gives the address to which the browser goes next.
    pub(super) fn decide(
        &mut self,
        id: &str,
        decision: Decision,
        lifetime: Duration,
        now: Instant,
    ) -> Result<Result<String, Missed>, Refusal> {
        let Some(pending) = self.pending.iter_mut().rev().find(|pending| pending.is(id)) else {
            return Ok(Err(Missed::Unknown));
        };
        match pending.status(now) {
            Status::Pending => (),
            over => return Ok(Err(Missed::Over(over))),
        }
        let Asked { redirect, state, challenge, scopes } = pending.asked.clone();
        let wrong_state = matches!(decision, Decision::AllowWithWrongState(_));
        let player = match decision {
            Decision::Allow(player) | Decision::AllowWithWrongState(player) => player,
            Decision::Refuse(error) => {
                pending.status = Status::Denied;
                return Ok(Ok(redirect.with("error", &error, state.expose())));
            }
        };
        let code = random_text(40).map_err(|_| Refusal::server_error("no randomness"))?;
        pending.status = Status::Allowed(player.clone());
        let state = if wrong_state { Secret::new("another-state") } else { state };
        let url = redirect.with("code", &code, state.expose());
        if self.codes.len() >= MOST {
            self.codes.pop_front();
        }
        let (code, allowed) = (Secret::new(code), Allowed { player, scopes });
        self.codes.push_back(Code { code, redirect, challenge, allowed, expires: now + lifetime });
        Ok(Ok(url))
    }

    /// Ends a request that nobody has decided on.
    pub(super) fn expire(&mut self, id: &str, now: Instant) -> Result<(), Missed> {
        let pending = self.pending.iter_mut().rev().find(|pending| pending.is(id));
        let pending = pending.ok_or(Missed::Unknown)?;
        match pending.status(now) {
            Status::Pending => pending.status = Status::Expired,
            over => return Err(Missed::Over(over)),
        }
        Ok(())
    }

    /// Exchanges a code. It is spent by this, whether the rest is right or not.
    pub(super) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Instant,
    ) -> Result<Allowed, Refusal> {
        let same = |kept: &Code| kept.code.expose().as_bytes().ct_eq(code.as_bytes()).into();
        let found = self.codes.iter().position(same).and_then(|at| self.codes.remove(at));
        let kept = found.ok_or(Refusal::invalid_grant("the code is not known or used up"))?;
        if now >= kept.expires {
            return Err(Refusal::invalid_grant("the code has expired"));
        }
        if kept.redirect.0 != redirect_uri {
            return Err(Refusal::invalid_grant("redirect_uri is not the one of the request"));
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        if !bool::from(challenge.as_bytes().ct_eq(kept.challenge.as_bytes())) {
            return Err(Refusal::invalid_grant("code_verifier does not fit code_challenge"));
        }
        Ok(kept.allowed)
    }
}

impl Pending {
    /// Whether this is its id, or its `state`, which whoever made the request knows.
    fn is(&self, id: &str) -> bool {
        let same = |text: &str| text.as_bytes().ct_eq(id.as_bytes());
        (same(&self.id) | same(self.asked.state.expose())).into()
    }
}
