//! Tokens that were issued, each a `kid` with its `mac_key`.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::answer::Refusal;
use super::device::Allowed;
use crate::ids::random_text;

/// Most that are good at once; the oldest ends when another one is issued.
const MOST: usize = 4096;

/// How long a token is good, as the newest documents say.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kid: Secret,
    pub(super) mac_key: Secret,
    /// `mac_algorithm`.
    pub(super) algorithm: String,
    /// The player's id.
    pub(super) player: String,
    /// Granted scopes, joined by a blank.
    pub(super) scope: String,
    pub(super) expires: Instant,
}

impl Token {
    /// Enough of the kid to tell two tokens apart, and no more.
    pub(super) fn masked_kid(&self) -> String {
        format!("{}…", self.kid.expose().get(..6).unwrap_or_default())
    }

    /// The answer to the client: the one place where the key leaves the server.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "kid": self.kid.expose(),
            "access_token": self.kid.expose(),
            "token_type": "mac",
            "mac_key": self.mac_key.expose(),
            "mac_algorithm": self.algorithm,
            "scope": self.scope,
        })
    }
}

/// All tokens that are good, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tokens(VecDeque<Token>);

impl Tokens {
    /// A token for what a player allowed.
    pub(super) fn issue(
        &mut self,
        allowed: Allowed,
        algorithm: &str,
        now: Instant,
    ) -> Result<Token, Refusal> {
        let Allowed { player, scopes } = allowed;
        self.make(player, scopes.granted(), algorithm, now)
    }

    /// A new token in place of an old one, which ends if `dead`.
    pub(super) fn refresh(
        &mut self,
        kid: &str,
        dead: bool,
        algorithm: &str,
        now: Instant,
    ) -> Result<Token, Refusal> {
        let gone = || Refusal::invalid_grant("the token is invalid, expired, or revoked");
        let Token { player, scope, .. } = self.find(kid, now).ok_or_else(gone)?.clone();
        if dead {
            self.end(kid);
        }
        self.make(player, scope, algorithm, now)
    }

    fn make(
        &mut self,
        player: String,
        scope: String,
        algorithm: &str,
        now: Instant,
    ) -> Result<Token, Refusal> {
        self.0.retain(|token| now < token.expires);
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        let no_randomness = || Refusal::server_error("no randomness");
        let mut random = [0; 75];
        getrandom::fill(&mut random).map_err(|_| no_randomness())?;
        let token = Token {
            kid: Secret::new(format!("1/{}", URL_SAFE_NO_PAD.encode(random))),
            mac_key: Secret::new(random_text(40).map_err(|_| no_randomness())?),
            algorithm: algorithm.to_owned(),
            player,
            scope,
            expires: now + LIFETIME,
        };
        self.0.push_back(token.clone());
        Ok(token)
    }

    /// The token of a kid, as long as it is good.
    pub(super) fn find(&self, kid: &str, now: Instant) -> Option<&Token> {
        self.0.iter().find(|token| is(token, kid) && now < token.expires)
    }

    /// Ends a token, if it is there.
    pub(super) fn end(&mut self, kid: &str) {
        self.0.retain(|token| !is(token, kid));
    }

    /// All of them, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Token> {
        self.0.iter().rev()
    }
}

fn is(token: &Token, kid: &str) -> bool {
    token.kid.expose().as_bytes().ct_eq(kid.as_bytes()).into()
}
