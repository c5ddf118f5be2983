//! The token and the profile: renewing the one, fetching the other with it, and what follows when
//! TapTap takes it no longer.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::flow::{Flow, Go, Goal, Stage};
use super::keep::Account;
use crate::client::event::{Outcome, kind};
use crate::client::owner::{Owner, now_ms};
use crate::error::{Error, Result, status};
use crate::nonce::Nonce;
use crate::secret::Secret;
use crate::taptap::answer::Place;
use crate::taptap::signed::Next;
use crate::taptap::{Profile, SignedCall, Token};
use crate::transport::{Request, Response};

impl Owner {
    /// The token that is kept.
    pub(super) fn kept(&self) -> Result<Token> {
        match &self.session.taptap {
            Some(account) => Ok(account.token.clone()),
            None => Err(Error::new(status::TAPTAP_NOT_LOGGED_IN, "nobody is logged in at TapTap")),
        }
    }

    /// Sends what must not be sent twice. A connection that lay idle may be dead: it takes a new
    /// one.
    pub(super) fn ask_once(&self, request: Request) -> Go {
        self.client.pool.drop_idle();
        Go::AskOnce(request)
    }

    pub(super) fn refresh(&mut self, flow: &mut Flow, token: Token) -> Result<Go> {
        self.refreshed = true;
        let request = self.endpoint()?.refresh(&token);
        flow.stage = Stage::Refresh(token);
        Ok(self.ask_once(request))
    }

    pub(super) fn refreshed(
        &mut self,
        id: u64,
        flow: &mut Flow,
        old: &Token,
        answer: Result<Response>,
    ) -> Result<Go> {
        let read = answer.and_then(|answer| Token::read(&answer, Place::Refresh, &old.scope));
        let new = match read {
            Ok(new) => new,
            Err(error) if error.status == status::TAPTAP_SESSION_OVER => {
                return self.token_over(id, flow, &old.kid, error);
            }
            Err(error) if flow.goal == Goal::Refresh => return Err(error),
            // Offline, or TapTap is ill: the token that is kept serves.
            Err(_) => return self.use_kept(id, flow),
        };
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        flow.view = Some(self.session.keep_refreshed(&old.kid, &new, flow.epoch)?);
        if !self.unsettle(id) {
            return Ok(Go::Gone);
        }
        // Not necessarily the new one: another login may have come between.
        let kept = self.kept()?;
        if flow.goal == Goal::Refresh || flow.is_served_by(&kept) {
            return self.fetch(flow, kept);
        }
        self.ask_player(id, flow)
    }

    /// Fetches the profile with this token.
    pub(super) fn fetch(&mut self, flow: &mut Flow, token: Token) -> Result<Go> {
        let offset = self.client.clock_offset.load(Ordering::Relaxed);
        self.sign(flow, SignedCall::new(token, offset))
    }

    pub(super) fn sign(&mut self, flow: &mut Flow, mut call: SignedCall) -> Result<Go> {
        let nonce = Nonce::fresh()?;
        let request = call.request(self.endpoint()?, now_ms() / 1000, nonce.as_str())?;
        flow.stage = Stage::Profile(call);
        // How often it is sent is for the call to say.
        Ok(Go::AskOnce(request))
    }

    pub(super) fn profiled(
        &mut self,
        id: u64,
        flow: &mut Flow,
        mut call: SignedCall,
        answer: &Result<Response>,
    ) -> Result<Go> {
        let next = call.answered(answer, now_ms() / 1000);
        self.client.clock_offset.store(call.offset(), Ordering::Relaxed);
        match next {
            Next::Again(pause) => {
                flow.stage = Stage::Profile(call);
                Ok(Go::Pause(Instant::now() + pause))
            }
            Next::Done(Ok(profile)) => self.known(id, flow, call.token(), profile),
            Next::Done(Err(error)) => self.unknown(id, flow, call.token(), error),
        }
    }

    fn known(&mut self, id: u64, flow: &mut Flow, token: &Token, profile: Profile) -> Result<Go> {
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        let view = match flow.goal {
            Goal::Import => {
                let account = Account { token: token.clone(), profile: Some(profile.clone()) };
                self.session.keep_account(&account, flow.epoch)?
            }
            _ => self.session.keep_profile(&token.kid, &profile, flow.epoch)?,
        };
        flow.view = Some(view);
        if flow.goes_on() && !self.unsettle(id) {
            return Ok(Go::Gone);
        }
        Ok(self.arrived(flow, Account { token: token.clone(), profile: Some(profile) }))
    }

    /// The profile could not be fetched.
    fn unknown(&mut self, id: u64, flow: &mut Flow, token: &Token, error: Error) -> Result<Go> {
        if error.status == status::TAPTAP_SESSION_OVER && flow.goal != Goal::Import {
            return self.token_over(id, flow, &token.kid, error);
        }
        if !flow.can_ask() {
            return Err(error);
        }
        // A login without the player: an older profile will do.
        match self.session.taptap.clone() {
            Some(kept) if kept.profile.is_some() => Ok(self.arrived(flow, Account::clone(&kept))),
            _ if matches!(error.status, status::FORBIDDEN | status::TAPTAP_INSUFFICIENT_SCOPE) => {
                self.ask_player(id, flow)
            }
            _ => Err(error),
        }
    }

    /// TapTap takes the token no longer: only this, of all that can go wrong, ends the login.
    fn token_over(&mut self, id: u64, flow: &mut Flow, kid: &Secret, error: Error) -> Result<Go> {
        match self.session.drop_token(kid)? {
            Some(view) => {
                let outcome = Outcome { error: Some(error.clone()), ..view.into() };
                self.client.announce(kind::TAPTAP_SESSION_OVER, outcome);
            }
            // Another client replaced it meanwhile: that one is as good as any.
            None => {
                if let Some(kept) = self.session.taptap.clone() {
                    return self.fetch(flow, kept.token.clone());
                }
            }
        }
        if flow.can_ask() { self.ask_player(id, flow) } else { Err(error) }
    }
}
