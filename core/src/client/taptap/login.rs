//! Logging in: with the token that is kept, or by asking the player.

use std::sync::Arc;
use std::time::Instant;

use super::flow::{Flow, Go, Goal, Link, PLATFORM, Stage};
use super::keep::Account;
use super::listener::Listener;
use super::{Language, Way};
use crate::account::{AuthData, AuthLogin, Row, user};
use crate::client::event::{Outcome, Texts, kind};
use crate::client::object::Object;
use crate::client::owner::{Owner, now_ms, session_changed};
use crate::client::run::credentials;
use crate::client::write::{What, Write};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::taptap::answer::Place;
use crate::taptap::device::{Polled, Step};
use crate::taptap::{
    Attempt, Callback, DeviceCode, DeviceFlow, Pending, Token, auth_data, browser,
};
use crate::transport::{Loopback, Response, Site};

impl Owner {
    pub(super) fn log_in_at_taptap(&mut self, id: u64, flow: &mut Flow) -> Result<Go> {
        let fresh = flow.login.as_ref().is_some_and(|login| login.fresh);
        let kept = self.session.taptap.as_ref();
        if !fresh && kept.is_some_and(|kept| flow.is_served_by(&kept.token)) {
            flow.stage = Stage::Kept;
            return Ok(Go::Turn);
        }
        self.ask_player(id, flow)
    }

    /// It is this login's turn to use the token that is kept, if there still is one.
    pub(super) fn use_kept(&mut self, id: u64, flow: &mut Flow) -> Result<Go> {
        let Some(kept) = self.session.taptap.clone() else { return self.ask_player(id, flow) };
        if !flow.is_served_by(&kept.token) {
            return self.ask_player(id, flow);
        }
        if !self.refreshed {
            return self.refresh(flow, kept.token.clone());
        }
        self.serve(flow, &kept)
    }

    /// Ends the login with what is kept; fetches the profile if it is not.
    pub(super) fn serve(&mut self, flow: &mut Flow, kept: &Account) -> Result<Go> {
        match &kept.profile {
            Some(_) => Ok(self.arrived(flow, kept.clone())),
            None => self.fetch(flow, kept.token.clone()),
        }
    }

    /// Shows the player a way in. Others need not wait for that.
    pub(super) fn ask_player(&mut self, id: u64, flow: &mut Flow) -> Result<Go> {
        let Some(login) = &flow.login else { return Err(session_changed()) };
        let (way, language) = (login.way, login.language);
        self.pass_turn(id);
        flow.asked = true;
        match way {
            Way::Qr => self.ask_code(flow),
            Way::Browser => self.open_browser(id, flow, language),
            Way::Redirect => self.open_page(id, flow),
        }
    }

    pub(super) fn ask_code(&mut self, flow: &mut Flow) -> Result<Go> {
        flow.stage = Stage::Code;
        Ok(Go::Ask(self.endpoint()?.device_code(flow.scopes())))
    }

    pub(super) fn show_code(&mut self, id: u64, flow: &mut Flow, answer: &Response) -> Result<Go> {
        let code = DeviceCode::read(answer)?;
        let shown = |text: &str| (!text.is_empty()).then(|| Secret::new(text));
        let texts = Texts {
            failures: None,
            qr: shown(&code.qrcode_url),
            user_code: shown(&code.user_code),
            verification_url: shown(&code.verification_url),
            url: None,
        };
        let device = DeviceFlow::new(code, flow.scopes(), Instant::now());
        let until = device.expires().min(flow.deadline);
        self.client.progress(id, kind::TAPTAP_SHOW_QR, seconds_to(until), Some(Box::new(texts)));
        self.poll(id, flow, Box::new(device))
    }

    pub(super) fn poll(
        &mut self,
        id: u64,
        flow: &mut Flow,
        mut device: Box<DeviceFlow>,
    ) -> Result<Go> {
        let go = match device.step(self.endpoint()?, Instant::now()) {
            Step::Poll(request) => Go::AskOnce(request),
            Step::Wait(at) => Go::Pause(at),
            // The answer wakes it.
            Step::Polling => Go::Listen,
            Step::Over(error) => return self.code_over(id, flow, error),
        };
        flow.stage = Stage::Device(device);
        Ok(go)
    }

    pub(super) fn polled(
        &mut self,
        id: u64,
        flow: &mut Flow,
        mut device: Box<DeviceFlow>,
        answer: &Result<Response>,
    ) -> Result<Go> {
        match device.answered(answer, Instant::now()) {
            Polled::Nothing => {}
            Polled::Scanned => self.client.progress(id, kind::TAPTAP_SCANNED, 0, None),
            Polled::Token(token) => return self.granted(id, flow, token),
            Polled::Over(error) => return self.code_over(id, flow, error),
        }
        self.poll(id, flow, device)
    }

    fn code_over(&mut self, _: u64, flow: &mut Flow, error: Error) -> Result<Go> {
        if error.status != status::TAPTAP_EXPIRED || flow.renewals == 0 {
            return Err(error);
        }
        flow.renewals -= 1;
        self.ask_code(flow)
    }

    fn open_browser(&mut self, id: u64, flow: &mut Flow, language: Language) -> Result<Go> {
        let endpoint = self.endpoint()?;
        let loopback = Loopback::bind()?;
        let redirect_uri = format!("http://127.0.0.1:{}/authorize", loopback.port());
        let attempt = Attempt::fresh(&redirect_uri, flow.scopes())?;
        let site = Site {
            chinese: match language {
                Language::Default => self.client.options.taptap.chinese,
                Language::En => false,
                Language::ZhHans => true,
            },
            wake_url: format!("open-taptap-{}://authorize", endpoint.client_id),
        };
        let state = attempt.state.clone();
        let listener = Listener::start(&self.client, &self.own, id, loopback, site, state)?;
        self.open_url(id, flow, attempt.authorize_url(endpoint, true));
        flow.stage = Stage::Browser(attempt, listener);
        Ok(Go::Listen)
    }

    fn open_page(&mut self, id: u64, flow: &mut Flow) -> Result<Go> {
        let endpoint = self.endpoint()?;
        let redirect_uri = flow.login.as_ref().and_then(|login| login.redirect_uri.as_deref());
        let redirect_uri = redirect_uri.unwrap_or(browser::DEFAULT_REDIRECT);
        let attempt = Attempt::fresh(redirect_uri, flow.scopes())?;
        let pending = Pending {
            attempt: attempt.clone(),
            client_id: endpoint.client_id.clone(),
            with_account: flow.goal == Goal::Account,
            associate: flow.link.as_ref().map(|link| link.id.clone()),
            made_at: now_ms() / 1000,
        };
        let url = attempt.authorize_url(endpoint, false);
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        let state = attempt.state.clone();
        flow.stage = Stage::Redirect(attempt);
        self.session.keep_pending(&pending, flow.epoch)?;
        if !self.unsettle(id) {
            return Ok(Go::Gone);
        }
        if let Some(request) = self.client.lock().requests.get_mut(&id) {
            request.awaits = Some(state);
        }
        self.open_url(id, flow, url);
        Ok(Go::Listen)
    }

    fn open_url(&self, id: u64, flow: &Flow, url: Secret) {
        let texts = Texts { failures: None, url: Some(url), ..Texts::default() };
        let seconds = seconds_to(flow.deadline);
        self.client.progress(id, kind::TAPTAP_OPEN_URL, seconds, Some(Box::new(texts)));
    }

    /// The engine caught the URL that this login waits for.
    pub(super) fn redirected(
        &mut self,
        flow: &mut Flow,
        attempt: Attempt,
        callback: Callback,
    ) -> Result<Go> {
        if self.session.take_pending(&callback)?.is_none() {
            return Err(nobody_waits());
        }
        self.called_back(flow, attempt, callback)
    }

    /// The engine caught an URL that no living login waits for: one that is stored may.
    pub(super) fn resume(&mut self, id: u64, flow: &mut Flow, callback: &Callback) -> Result<Go> {
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        let pending = self.session.take_pending(callback)?.ok_or_else(nobody_waits)?;
        let (goal, kind, platform) = match (&pending.associate, pending.with_account) {
            (Some(user), _) => {
                flow.link = Some(Link { user: None, id: user.clone() });
                (Goal::Associate, kind::USER_ASSOCIATED, Some(PLATFORM.to_owned()))
            }
            (None, true) => (Goal::Account, kind::LOGIN, None),
            (None, false) => (Goal::Login, kind::TAPTAP_LOGIN, None),
        };
        flow.goal = goal;
        if let Some(request) = self.client.lock().requests.get_mut(&id) {
            (request.kind, request.platform) = (kind, platform);
        }
        if !self.unsettle(id) {
            return Ok(Go::Gone);
        }
        flow.asked = true;
        if !pending.is_good(&self.endpoint()?.client_id, now_ms() / 1000) {
            let text = "the login was begun too long ago, or for another client id";
            return Err(Error::new(status::TAPTAP_EXPIRED, text));
        }
        self.called_back(flow, pending.attempt, callback.clone())
    }

    pub(super) fn called_back(
        &mut self,
        flow: &mut Flow,
        attempt: Attempt,
        callback: Callback,
    ) -> Result<Go> {
        let code = match callback.outcome {
            browser::Outcome::Code(code) => code,
            browser::Outcome::Refused(error) => return Err(error),
        };
        let request = self.endpoint()?.exchange(&attempt, &code);
        flow.stage = Stage::Exchange(attempt);
        Ok(self.ask_once(request))
    }

    pub(super) fn exchanged(
        &mut self,
        id: u64,
        flow: &mut Flow,
        attempt: &Attempt,
        answer: &Response,
    ) -> Result<Go> {
        let token = Token::read(answer, Place::Exchange, &attempt.scopes)?;
        self.granted(id, flow, token)
    }

    /// A new token: on the disk before anything else is done with it.
    fn granted(&mut self, id: u64, flow: &mut Flow, token: Token) -> Result<Go> {
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        let account = Account { token, profile: None };
        flow.view = Some(self.session.keep_account(&account, flow.epoch)?);
        if !self.unsettle(id) {
            return Ok(Go::Gone);
        }
        self.fetch(flow, account.token)
    }

    /// Token and profile are there, and on the disk.
    pub(super) fn arrived(&mut self, flow: &mut Flow, account: Account) -> Go {
        if flow.goes_on() {
            flow.stage = Stage::Account(Box::new(account));
            return Go::Turn;
        }
        let player = flow.asked || flow.goal == Goal::Import;
        let outcome = Outcome { value: i64::from(player), ..Outcome::default() };
        Go::Done(Outcome { session: flow.view.take(), ..outcome })
    }

    pub(super) fn log_in_with(&mut self, flow: &mut Flow, account: Box<Account>) -> Result<Go> {
        let Some(profile) = &account.profile else { return Err(session_changed()) };
        let auth = AuthData::known(PLATFORM, auth_data(&account.token, profile));
        let endpoint = &self.client.options.endpoint;
        let login = AuthLogin { auth, fields: Row::new(), fail_on_not_exist: false };
        let request = user::login_with_auth_data(endpoint, &login, now_ms());
        flow.stage = Stage::Account(account);
        Ok(Go::Ask(request))
    }

    /// Whom a login that begins now is to be linked to in the end.
    pub(super) fn link_to(&self, user: Option<Arc<Object>>) -> Result<Link> {
        let (id, _) = credentials(&*self.row_of(user.as_ref())?)?;
        Ok(Link { user, id })
    }

    pub(super) fn associate_with(
        &mut self,
        flow: &mut Flow,
        link: Link,
        account: &Account,
    ) -> Result<Go> {
        let Some(profile) = &account.profile else { return Err(session_changed()) };
        // The player may have taken long.
        if self.session.epoch()? != flow.epoch || self.link_to(link.user.clone())?.id != link.id {
            return Err(session_changed());
        }
        let auth = AuthData::known(PLATFORM, auth_data(&account.token, profile));
        let write = Write { user: link.user, what: What::Associate(auth), bounded: true };
        let next = self.begin_write(write)?;
        if let Some(view) = flow.view.take() {
            self.client.change(view.into());
        }
        Ok(Go::Other(Box::new(next)))
    }

    pub(super) fn account_answered(
        &mut self,
        id: u64,
        flow: &mut Flow,
        answer: &Response,
    ) -> Result<Go> {
        let (row, created) = user::logged_in(answer)?;
        if !self.settle(id)? {
            return Ok(Go::Gone);
        }
        let view = self.session.log_in(row, flow.epoch, None)?;
        Ok(Go::Done(Outcome {
            value: i64::from(created),
            user: view.user.clone(),
            session: Some(view),
            ..Outcome::default()
        }))
    }
}

/// Whole seconds from now.
fn seconds_to(until: Instant) -> i64 {
    let left = until.saturating_duration_since(Instant::now());
    i64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(i64::MAX)
}

fn nobody_waits() -> Error {
    let text = "no login waits for this URL: it was answered, ended, or is another's";
    Error::new(status::TAPTAP_NO_PENDING_LOGIN, text)
}
