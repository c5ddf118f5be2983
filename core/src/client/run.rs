//! What each operation does when its turn comes, and what it makes of the answer.

use std::sync::Arc;
use std::time::Instant;

use super::event::{Outcome, kind};
use super::log::level;
use super::object::{Cut, Object};
use super::operation::Operation;
use super::owner::{Owner, cancelled, now_ms};
use super::remembered::News;
use super::taptap::{Flow, Word};
use super::task::Doing;
use super::write::Writing;
use crate::account::{Row, object, row, user};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::session::Recovered;
use crate::transport::{Request, Response};

/// What it is that is under way, and how far it is.
pub(super) enum Asking {
    /// A login; it is stored only if nobody logged out of the folder since `epoch`.
    Login {
        epoch: u64,
        /// No account shall be made.
        only_known: bool,
        /// By this guest id.
        guest: Option<Secret>,
    },
    /// What became of something whose answer was lost; then the operation.
    Settle(Box<Operation>),
    /// The local logout has happened; its outcome waits for the revocation. `last`: this is the
    /// second of its two refreshes.
    Revoke { outcome: Outcome, user: Row, last: bool },
    /// Is this user's session valid?
    IsAuthenticated { row: Arc<Row> },
    /// A new token for this row; the object the game holds shows it.
    Refresh { row: Row, object: Option<Arc<Object>> },
    /// Something done by a user's own session.
    Write(Box<Writing>),
    /// Something done with objects of other classes.
    Object(Box<Doing>),
    /// Whatever has to do with TapTap.
    TapTap(Box<Flow>),
}

/// What an operation does next.
pub(super) enum Next {
    /// Sends this; once more if it is lost unanswered.
    Ask(Asking, Request),
    /// Sends this, never twice.
    AskOnce(Asking, Request),
    /// Nothing before that moment.
    Pause(Asking, Instant),
    /// Nothing before it is told.
    Listen(Asking),
    /// Nothing before its turn among those that change the session.
    Turn(Asking),
    Done(Outcome),
}

/// What an operation goes on with.
pub(super) enum Woken {
    Answer(Result<Response>),
    Time,
    Word(Word),
    Turn,
}

impl Asking {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Login { .. } => "login",
            Self::Settle(_) => "question about what was lost",
            Self::Revoke { .. } => "revocation",
            Self::IsAuthenticated { .. } => "session check",
            Self::Refresh { .. } => "refresh",
            Self::Write(writing) => writing.name(),
            Self::Object(doing) => doing.name(),
            Self::TapTap(flow) => flow.name(),
        }
    }

    /// Whether each of its exchanges has a time of its own beside that of the whole.
    pub(super) fn is_bounded(&self) -> bool {
        match self {
            Self::TapTap(_) => true,
            Self::Object(doing) => doing.is_bounded(),
            Self::Write(writing) => writing.is_bounded(),
            _ => false,
        }
    }

    /// The changes that it saves.
    pub(super) fn cuts(&self) -> Vec<&Cut> {
        match self {
            Self::Settle(operation) => operation.cuts(),
            Self::Object(doing) => doing.cuts(),
            Self::Write(writing) => writing.cut().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether what it asks for may be done although nobody hears of it, and must not be done
    /// twice.
    pub(super) fn is_unsure(&self) -> bool {
        match self {
            Self::Object(doing) => doing.is_unsure(),
            Self::Write(writing) => writing.is_unsure(),
            _ => false,
        }
    }

    /// Whether this is what it waits for now.
    pub(super) fn hears(&self, word: &Word) -> bool {
        matches!(self, Self::TapTap(flow) if flow.hears(word))
    }
}

impl Owner {
    /// Reads the folder again and tells the game what others changed in it.
    pub(super) fn catch_up(&mut self) {
        if let Err(error) = self.session.catch_up() {
            // The operation that follows meets the same disk and reports it.
            self.client.log.write(level::ERROR, || error.to_string());
        }
        self.report();
    }

    /// Tells what was met in the folder by the way.
    pub(super) fn report(&mut self) {
        match self.session.take_news() {
            Some(News::User(view)) => {
                let value = i64::from(view.user.is_some());
                self.client.announce(kind::USER_CHANGED, Outcome { value, ..view.into() });
            }
            Some(News::TapTap(view)) => self.client.change(view.into()),
            None => {}
        }
        let Some(recovered) = self.session.take_damage() else { return };
        let value = match recovered {
            Recovered::Everything => 1,
            Recovered::GuestOnly => 2,
            Recovered::Nothing => 0,
        };
        let text = "a damaged file was set aside in the storage folder";
        self.client.log.write(level::WARN, || format!("{text}; recovered: {recovered:?}"));
        let error = Some(Error::new(status::STORAGE_DAMAGED, text));
        self.client.announce(kind::STORAGE_DAMAGED, Outcome { value, error, ..Outcome::default() });
    }

    /// `None`: the request is over already.
    pub(super) fn begin_operation(
        &mut self,
        id: u64,
        operation: Operation,
        deadline: Instant,
    ) -> Result<Option<Next>> {
        let client = Arc::clone(&self.client);
        let endpoint = &client.options.endpoint;
        Ok(Some(match operation {
            Operation::LoginAnonymously => self.begin_guest_login()?,
            Operation::LoginWithSessionToken(token) => {
                let epoch = self.session.epoch()?;
                let request = user::me(endpoint, &token, now_ms());
                Next::Ask(Asking::Login { epoch, only_known: false, guest: None }, request)
            }
            Operation::LoginWithAuthData(login) => {
                let epoch = self.session.epoch()?;
                let request = user::login_with_auth_data(endpoint, &login, now_ms());
                let only_known = login.fail_on_not_exist;
                Next::Ask(Asking::Login { epoch, only_known, guest: None }, request)
            }
            Operation::Logout { revoke } => return self.begin_logout(id, revoke),
            Operation::IsAuthenticated(object) => {
                self.begin_session_check(self.row_of(object.as_ref())?)?
            }
            Operation::RefreshSessionToken(object) => {
                let row = self.row_of(object.as_ref())?;
                let (object_id, token) = credentials(&row)?;
                let request = user::refresh(endpoint, &object_id, &token, now_ms());
                let row = Row::clone(&row);
                Next::Ask(Asking::Refresh { row, object }, request)
            }
            Operation::Write(write) => self.begin_write(*write)?,
            Operation::Object(task) => self.begin_task(*task)?,
            Operation::TapTap(asked) => return self.begin_taptap(id, asked, deadline),
        }))
    }

    fn begin_session_check(&self, row: Arc<Row>) -> Result<Next> {
        let (_, token) = credentials(&row)?;
        let request = user::me(&self.client.options.endpoint, &token, now_ms());
        Ok(Next::Ask(Asking::IsAuthenticated { row }, request))
    }

    fn begin_guest_login(&mut self) -> Result<Next> {
        let epoch = self.session.epoch()?;
        let guest = self.session.guest();
        self.report();
        let (guest, doubted) = guest?;
        let endpoint = &self.client.options.endpoint;
        let request = user::login_anonymously(endpoint, &guest, doubted, now_ms());
        let step = Asking::Login { epoch, only_known: doubted, guest: Some(guest) };
        Ok(Next::Ask(step, request))
    }

    /// The question to be asked before `operation`, when something was lost.
    pub(super) fn question(&self) -> Option<Request> {
        let (_, token) = credentials(self.session.unsettled()?).ok()?;
        Some(user::me(&self.client.options.endpoint, &token, now_ms()))
    }

    fn settled(&mut self, answer: &Response) -> Result<()> {
        let Some(id) = self.session.noted.clone() else { return Ok(()) };
        match user::logged_in(answer) {
            Ok((row, _)) if row.get("objectId").and_then(|v| v.as_str()) == Some(&*id) => {
                let view = self.session.settle_by(&row, &id, now_ms())?;
                self.client.change(view.into());
            }
            Err(error) if error.status == status::SESSION_OVER => {
                if let Some(view) = self.session.settle_by_end(&id)? {
                    self.client.announce(kind::USER_CHANGED, view.into());
                }
            }
            // Nobody can tell yet.
            _ => {}
        }
        Ok(())
    }

    /// Logging out is local and happens first: offline, too, nobody stays logged in.
    fn begin_logout(&mut self, id: u64, revoke: bool) -> Result<Option<Next>> {
        if !self.settle(id)? {
            return Ok(None);
        }
        let logged_out = self.session.log_out();
        self.report();
        let (user, anybody, view) = logged_out?;
        let outcome =
            Outcome { value: i64::from(anybody), session: Some(view), ..Outcome::default() };
        match user {
            Some(user) if revoke => {
                let next = self.revoke(outcome, user, false);
                if self.unsettle(id) {
                    return Ok(Some(next));
                }
                if let Next::Ask(step, _) = next {
                    self.abandon(step);
                }
                Ok(None)
            }
            _ => Ok(Some(Next::Done(outcome))),
        }
    }

    /// A refresh whose answer is thrown away leaves a token that nobody knows. Two of them: the
    /// server may honour the token before the last one for a while, so that a lost answer loses
    /// nobody, and that must not be the one that is revoked.
    fn revoke(&self, outcome: Outcome, user: Row, last: bool) -> Next {
        match credentials(&user) {
            Ok((id, token)) => {
                let endpoint = &self.client.options.endpoint;
                let request = user::refresh(endpoint, &id, &token, now_ms());
                Next::Ask(Asking::Revoke { outcome, user, last }, request)
            }
            Err(error) => Next::Done(Outcome { error: Some(error), ..outcome }),
        }
    }

    /// The game no longer wants the outcome. A logout has happened all the same, and the game,
    /// which will get no event for it, has to learn that.
    pub(super) fn abandon(&mut self, step: Asking) {
        match step {
            Asking::Revoke { outcome, .. } => {
                self.client.announce(kind::USER_CHANGED, Outcome { value: 0, ..outcome });
            }
            Asking::TapTap(flow) => {
                let outcome = self.taptap_failed(*flow, cancelled());
                if let Some(view) = outcome.session {
                    self.client.change(view.into());
                }
            }
            _ => {}
        }
    }

    /// It ends before it is done.
    pub(super) fn failed(&mut self, step: Asking, error: Error) -> Outcome {
        match step {
            Asking::Revoke { outcome, .. } => Outcome { error: Some(error), ..outcome },
            Asking::TapTap(flow) => self.taptap_failed(*flow, error),
            Asking::Object(doing) => doing.failed(error),
            Asking::Write(writing) => writing.failed(error),
            Asking::Settle(operation) => {
                operation.cuts().iter().for_each(|cut| cut.fail(&error));
                error.into()
            }
            _ => error.into(),
        }
    }

    /// The row of an object, else of the current user. What is known of the current user is newer
    /// than what the game was shown, if the object is that user's by a login.
    pub(super) fn row_of(&self, object: Option<&Arc<Object>>) -> Result<Arc<Row>> {
        let Some(object) = object else {
            return self.session.user.clone().ok_or_else(not_logged_in);
        };
        let row = object.row();
        match &self.session.user {
            Some(user) if row.contains_key("sessionToken") && self.is_mine(&row) => {
                Ok(Arc::clone(user))
            }
            _ => Ok(row),
        }
    }

    /// What it means for the operation: its end, or one more step. `None`: the request is over
    /// already.
    pub(super) fn conclude(
        &mut self,
        id: u64,
        step: Asking,
        woken: Woken,
        deadline: Instant,
    ) -> Option<Next> {
        let (step, result) = match (step, woken) {
            (Asking::TapTap(flow), woken) => return self.taptap(id, flow, woken),
            (Asking::Settle(operation), Woken::Answer(answer)) => {
                // Whatever it was: the operation meets the same server, and the same disk.
                let settled = answer.and_then(|answer| self.settled(&answer));
                if let Err(error) = settled {
                    self.client.log.write(level::WARN, || error.to_string());
                }
                self.report();
                let begun = self.begin_operation(id, *operation, deadline);
                return begun.unwrap_or_else(|error| Some(Next::Done(error.into())));
            }
            (step, Woken::Answer(result)) => (step, result),
            // None of the others waits for anything else.
            (step, _) => (step, Err(Error::new(status::PANIC, "woken for no reason"))),
        };
        match result {
            Ok(answer) => self.conclude_answer(id, step, &answer),
            Err(error) => Some(Next::Done(self.failed(step, error))),
        }
    }

    fn conclude_answer(&mut self, id: u64, step: Asking, answer: &Response) -> Option<Next> {
        let concluded = match step {
            Asking::Login { epoch, only_known, guest } => {
                let read = if only_known { user::known } else { user::logged_in };
                match (read(answer), guest) {
                    (Err(error), Some(guest)) if error.status == status::USER_NOT_FOUND => {
                        // What was lost had happened: this guest is one no longer.
                        let dropped = self.session.drop_guest(&guest);
                        let next = dropped.and_then(|()| self.begin_guest_login());
                        return Some(next.unwrap_or_else(|error| Next::Done(error.into())));
                    }
                    (read, guest) => read.and_then(|(row, created)| {
                        self.conclude_login(id, (epoch, guest), row, created)
                    }),
                }
            }
            Asking::Settle(_) => return None, // concluded by itself
            Asking::Revoke { outcome, user, last } => {
                return Some(self.conclude_revoke(outcome, user, last, answer));
            }
            Asking::IsAuthenticated { row } => {
                let next = self.conclude_session_check(&row, answer);
                return Some(next.unwrap_or_else(|error| Next::Done(error.into())));
            }
            Asking::Refresh { row, object } => self.conclude_refresh(id, row, object, answer),
            Asking::Write(writing) => {
                let written = self.conclude_write(id, *writing, answer);
                self.report();
                return written.unwrap_or_else(|error| Some(Next::Done(error.into())));
            }
            Asking::Object(doing) => return Some(self.conclude_task(*doing, answer)),
            Asking::TapTap(_) => return None, // concluded by itself
        };
        self.report();
        concluded.unwrap_or_else(|error| Some(error.into())).map(Next::Done)
    }

    fn conclude_session_check(&self, row: &Row, answer: &Response) -> Result<Next> {
        let yes = user::authenticated(answer, row::object_id(row)?)?;
        match &self.session.user {
            // No word about the session: the token was refreshed meanwhile.
            Some(user) if !yes && self.is_outdated(row) => {
                self.begin_session_check(Arc::clone(user))
            }
            _ => Ok(Next::Done(Outcome { value: i64::from(yes), ..Outcome::default() })),
        }
    }

    fn conclude_revoke(
        &self,
        outcome: Outcome,
        mut user: Row,
        last: bool,
        answer: &Response,
    ) -> Next {
        match user::refreshed(answer, &mut user) {
            Ok(()) if last => Next::Done(outcome),
            Ok(()) => self.revoke(outcome, user, true),
            // A session that the server no longer knows is as good as revoked.
            Err(error) if error.status == status::SESSION_OVER => Next::Done(outcome),
            Err(error) => Next::Done(Outcome { error: Some(error), ..outcome }),
        }
    }

    fn conclude_login(
        &mut self,
        id: u64,
        (epoch, guest): (u64, Option<Secret>),
        row: Row,
        created: bool,
    ) -> Result<Option<Outcome>> {
        if !self.settle(id)? {
            return Ok(None);
        }
        let view = self.session.log_in(row, epoch, guest.as_ref())?;
        Ok(Some(Outcome {
            value: i64::from(created),
            user: view.user.clone(),
            session: Some(view),
            ..Outcome::default()
        }))
    }

    fn conclude_refresh(
        &mut self,
        id: u64,
        mut row: Row,
        object: Option<Arc<Object>>,
        answer: &Response,
    ) -> Result<Option<Outcome>> {
        let mine = self.is_mine(&row);
        if let Err(error) = user::refreshed(answer, &mut row) {
            self.tell_if_over(&row, true, &error);
            return Err(error);
        }
        if !self.settle(id)? {
            return Ok(None);
        }
        let id = row::object_id(&row)?;
        let session = self.session.change(id, &mut |stored| object::merge(stored, &row))?;
        if mine && session.is_none() {
            return Err(super::owner::session_changed());
        }
        let row = session.as_ref().and_then(|view| view.user.clone()).unwrap_or(Arc::new(row));
        let object = object.map(|object| (object, Arc::clone(&row)));
        Ok(Some(Outcome { user: Some(row), session, object, ..Outcome::default() }))
    }
}

pub(super) fn credentials(user: &Row) -> Result<(String, Secret)> {
    let id = row::object_id(user).map_err(|_| no_session())?;
    let token = row::session_token(user).map_err(|_| no_session())?;
    Ok((id.to_owned(), token))
}

pub(super) fn no_session() -> Error {
    let text = "this user was not obtained by a login: it has no session";
    // As the server would say it.
    Error::new(status::NOT_LOGGED_IN, text).with_server(0, 206)
}

pub(super) fn not_logged_in() -> Error {
    Error::new(status::NOT_LOGGED_IN, "nobody is logged in").with_server(0, 206)
}
