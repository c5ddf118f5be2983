//! Everything that happens to the stand-in.

use super::authorize::Authorizations;
use super::device::Logins;
use super::nonces::Nonces;
use super::players::Players;
use super::pushed::Pushed;
use super::requests::Requests;
use super::script::Script;
use super::token::Tokens;

/// All of it, behind one lock.
#[derive(Debug)]
pub(super) struct State {
    pub(super) players: Players,
    pub(super) logins: Logins,
    pub(super) authorizations: Authorizations,
    pub(super) tokens: Tokens,
    pub(super) nonces: Nonces,
    pub(super) pushed: Pushed,
    pub(super) script: Script,
    pub(super) requests: Requests,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            players: Players::first(),
            logins: Logins::default(),
            authorizations: Authorizations::default(),
            tokens: Tokens::default(),
            nonces: Nonces::default(),
            pushed: Pushed::default(),
            script: Script::default(),
            requests: Requests::default(),
        }
    }
}
