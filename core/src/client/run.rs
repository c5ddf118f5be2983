//! What each operation does when its turn comes, and what it makes of the answer.

use std::sync::Arc;
use std::time::Instant;

use super::event::{Outcome, kind};
use super::log::level;
use super::object::Object;
use super::operation::Operation;
use super::owner::{Owner, now_ms};
use crate::account::{Row, row, user};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::session::Recovered;
use crate::transport::{Request, Response};

/// An operation that waits for an answer.
pub(super) struct Running {
    pub(super) step: Asking,
    pub(super) request: Request,
    pub(super) deadline: Instant,
    pub(super) sent: u32,
}

/// What the answer is for.
pub(super) enum Asking {
    /// A login; it is stored only if nobody logged out of the folder since `epoch`.
    Login { epoch: u64 },
    /// The local logout has happened; its outcome waits for the revocation. `last`: this is the
    /// second of its two refreshes.
    Revoke { outcome: Outcome, user: Row, last: bool },
    /// Is this user's session valid?
    IsAuthenticated { id: String },
    /// A new token for this row; the object the game holds shows it.
    Refresh { row: Row, object: Option<Arc<Object>> },
}

/// How an operation begins.
pub(super) enum Begun {
    Asked(Asking, Request),
    Done(Outcome),
}

impl Asking {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Login { .. } => "login",
            Self::Revoke { .. } => "revocation",
            Self::IsAuthenticated { .. } => "session check",
            Self::Refresh { .. } => "refresh",
        }
    }

    /// No answer came.
    pub(super) fn failed(self, error: Error) -> Outcome {
        match self {
            Self::Revoke { outcome, .. } => Outcome { error: Some(error), ..outcome },
            _ => error.into(),
        }
    }
}

impl Owner {
    /// Reads the folder again and tells the game what others changed in it.
    pub(super) fn catch_up(&mut self) {
        match self.session.catch_up() {
            Ok(Some(view)) => {
                let value = i64::from(view.user.is_some());
                let outcome = Outcome { value, session: Some(view), ..Outcome::default() };
                self.client.announce(kind::USER_CHANGED, outcome);
            }
            Ok(None) => {}
            // The operation that follows meets the same disk and reports it.
            Err(error) => self.client.log.write(level::ERROR, || error.to_string()),
        }
        self.report_damage();
    }

    fn report_damage(&mut self) {
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

    pub(super) fn begin_operation(&mut self, id: u64, operation: Operation) -> Result<Begun> {
        let client = Arc::clone(&self.client);
        let endpoint = &client.options.endpoint;
        match operation {
            Operation::LoginAnonymously => {
                let epoch = self.session.epoch()?;
                let guest = self.session.guest_id();
                self.report_damage();
                let request = user::login_anonymously(endpoint, &guest?, now_ms());
                Ok(Begun::Asked(Asking::Login { epoch }, request))
            }
            Operation::LoginWithSessionToken(token) => {
                let epoch = self.session.epoch()?;
                let request = user::me(endpoint, &token, now_ms());
                Ok(Begun::Asked(Asking::Login { epoch }, request))
            }
            Operation::Logout { revoke } => self.begin_logout(id, revoke),
            Operation::IsAuthenticated(object) => {
                let row = self.row_of(object.as_ref())?;
                let (object_id, token) = credentials(&row)?;
                let request = user::me(endpoint, &token, now_ms());
                Ok(Begun::Asked(Asking::IsAuthenticated { id: object_id }, request))
            }
            Operation::RefreshSessionToken(object) => {
                let row = self.row_of(object.as_ref())?;
                let (object_id, token) = credentials(&row)?;
                let request = user::refresh(endpoint, &object_id, &token, now_ms());
                let row = Row::clone(&row);
                Ok(Begun::Asked(Asking::Refresh { row, object }, request))
            }
        }
    }

    /// Logging out is local and happens first: offline, too, nobody stays logged in.
    fn begin_logout(&mut self, id: u64, revoke: bool) -> Result<Begun> {
        if !self.settle(id)? {
            return Ok(Begun::Done(Outcome::default()));
        }
        let logged_out = self.session.log_out();
        self.report_damage();
        let (user, view) = logged_out?;
        let value = i64::from(user.is_some());
        let outcome = Outcome { value, session: Some(view), ..Outcome::default() };
        match user {
            Some(user) if revoke => {
                self.unsettle(id);
                Ok(self.revoke(outcome, user, false))
            }
            _ => Ok(Begun::Done(outcome)),
        }
    }

    /// A refresh whose answer is thrown away leaves a token that nobody knows. Two of them: the
    /// server may honour the token before the last one for a while, so that a lost answer loses
    /// nobody, and that must not be the one that is revoked.
    fn revoke(&self, outcome: Outcome, user: Row, last: bool) -> Begun {
        match credentials(&user) {
            Ok((id, token)) => {
                let endpoint = &self.client.options.endpoint;
                let request = user::refresh(endpoint, &id, &token, now_ms());
                Begun::Asked(Asking::Revoke { outcome, user, last }, request)
            }
            Err(error) => Begun::Done(Outcome { error: Some(error), ..outcome }),
        }
    }

    /// The game no longer wants the outcome. A logout has happened all the same, and the game,
    /// which will get no event for it, has to learn that.
    pub(super) fn abandon(&self, step: Asking) {
        if let Asking::Revoke { outcome, .. } = step {
            self.client.announce(kind::USER_CHANGED, Outcome { value: 0, ..outcome });
        }
    }

    fn row_of(&self, object: Option<&Arc<Object>>) -> Result<Arc<Row>> {
        match object {
            Some(object) => Ok(object.row()),
            None => self.session.user.clone().ok_or_else(not_logged_in),
        }
    }

    /// What the answer means for the operation: its end, or one more question. `None`: the request
    /// is over already.
    pub(super) fn conclude(&mut self, id: u64, step: Asking, answer: &Response) -> Option<Begun> {
        let concluded = match step {
            Asking::Login { epoch } => self.conclude_login(id, epoch, answer),
            Asking::Revoke { outcome, user, last } => {
                return Some(self.conclude_revoke(outcome, user, last, answer));
            }
            Asking::IsAuthenticated { id } => user::authenticated(answer, &id)
                .map(|yes| Some(Outcome { value: i64::from(yes), ..Outcome::default() })),
            Asking::Refresh { row, object } => self.conclude_refresh(id, row, object, answer),
        };
        self.report_damage();
        concluded.unwrap_or_else(|error| Some(error.into())).map(Begun::Done)
    }

    fn conclude_revoke(
        &self,
        outcome: Outcome,
        mut user: Row,
        last: bool,
        answer: &Response,
    ) -> Begun {
        match user::refreshed(answer, &mut user) {
            Ok(()) if last => Begun::Done(outcome),
            Ok(()) => self.revoke(outcome, user, true),
            // A session that the server no longer knows is as good as revoked.
            Err(error) if error.status == status::SESSION_OVER => Begun::Done(outcome),
            Err(error) => Begun::Done(Outcome { error: Some(error), ..outcome }),
        }
    }

    fn conclude_login(
        &mut self,
        id: u64,
        epoch: u64,
        answer: &Response,
    ) -> Result<Option<Outcome>> {
        let (row, created) = user::logged_in(answer)?;
        if !self.settle(id)? {
            return Ok(None);
        }
        let view = self.session.log_in(row, epoch)?;
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
        let mine =
            self.session.user.as_ref().and_then(|user| user.get("objectId")) == row.get("objectId");
        if let Err(error) = user::refreshed(answer, &mut row) {
            if error.status == status::SESSION_OVER && mine {
                let over = Outcome { error: Some(error.clone()), ..Outcome::default() };
                self.client.announce(kind::SESSION_OVER, over);
            }
            return Err(error);
        }
        if !self.settle(id)? {
            return Ok(None);
        }
        let session = self.session.change(&row)?;
        if mine && session.is_none() {
            return Err(super::owner::session_changed());
        }
        let row = session.as_ref().and_then(|view| view.user.clone()).unwrap_or(Arc::new(row));
        let object = object.map(|object| (object, Arc::clone(&row)));
        Ok(Some(Outcome { user: Some(row), session, object, ..Outcome::default() }))
    }
}

fn credentials(user: &Row) -> Result<(String, Secret)> {
    let id = row::object_id(user).map_err(|_| no_session())?;
    let token = row::session_token(user).map_err(|_| no_session())?;
    Ok((id.to_owned(), token))
}

fn no_session() -> Error {
    Error::new(status::NOT_LOGGED_IN, "this user was not obtained by a login: it has no session")
}

fn not_logged_in() -> Error {
    Error::new(status::NOT_LOGGED_IN, "nobody is logged in")
}
