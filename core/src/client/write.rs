//! What is done with one user by its own session: linking and unlinking a platform, saving,
//! fetching, deleting, a code for TapTap. One request, one answer, and what becomes of the row.

use std::sync::Arc;

use super::binding::Bind;
use super::event::{Outcome, kind};
use super::note::Made;
use super::object::{Cut, Object};
use super::owner::{Owner, now_ms, session_changed};
use super::run::{Asking, Next, credentials};
use super::saving::{in_doubt, maybe_done};
use crate::account::auth_data::ANONYMOUS;
use crate::account::{AuthData, Ops, Row, binding, endpoint, object, user};
use crate::error::{Error, Result, status};
use crate::transport::{Request, Response};

/// What is to be done.
pub(super) enum What {
    Associate(AuthData),
    /// The platform.
    Disassociate(String),
    Save {
        cut: Cut,
        condition: Option<String>,
        fetch: bool,
    },
    /// Lists of keys and of pointers to follow.
    Fetch {
        keys: Option<String>,
        include: Option<String>,
    },
    Delete,
    Bind(Bind),
}

/// As it was copied at submit.
pub(super) struct Write {
    /// Whose; `None`: of the current user.
    pub(super) user: Option<Arc<Object>>,
    pub(super) what: What,
    /// Its exchange has a time of its own beside that of the whole.
    pub(super) bounded: bool,
}

/// On its way.
pub(super) struct Writing {
    write: Write,
    /// The row that the request was made for.
    row: Arc<Row>,
    id: String,
    /// It carries that user's session.
    own: bool,
    /// The notes that were made for it.
    made: Made,
    /// When its answer is lost, it may have been done, and must not be done twice.
    unsure: bool,
}

/// What is to be done about a write.
enum Ready {
    Ask(Box<Asked>),
    Done(Outcome),
}

/// As in [`Writing`].
struct Asked {
    request: Request,
    /// Whether it may be sent once more.
    again: bool,
    row: Arc<Row>,
    id: String,
    own: bool,
    made: Made,
}

impl Write {
    pub(super) fn kind(&self) -> i32 {
        match self.what {
            What::Associate(_) => kind::USER_ASSOCIATED,
            What::Disassociate(_) => kind::USER_DISASSOCIATED,
            What::Save { .. } => kind::OBJECT_SAVED,
            What::Fetch { .. } => kind::OBJECT_FETCHED,
            What::Delete => kind::USER_DELETED,
            What::Bind(_) => kind::BINDING_CONFIRMED,
        }
    }

    /// Whether a guest may be one no longer after it.
    fn is_noted(&self) -> bool {
        match &self.what {
            What::Associate(_) | What::Delete => true,
            What::Disassociate(platform) => platform == ANONYMOUS,
            // The server takes whoever has a password for no guest.
            What::Save { cut, .. } => cut.has(Some("password")),
            What::Fetch { .. } | What::Bind(_) => false,
        }
    }

    /// The changes that it saves.
    pub(super) fn cut(&self) -> Option<&Cut> {
        if let What::Save { cut, .. } = &self.what { Some(cut) } else { None }
    }

    /// Tells what it saves how it ends, and the game with the event.
    fn failed(&self, error: Error) -> Outcome {
        let Some(cut) = self.cut() else { return error.into() };
        cut.fail(&error);
        Outcome { doubts: cut.doubt().into_iter().collect(), ..error.into() }
    }

    /// The server has done it, and this client cannot keep that.
    fn not_kept(&self, unsure: bool, error: Error) -> Outcome {
        self.failed(if unsure { in_doubt(error) } else { error })
    }

    /// The platform that it is about.
    pub(super) fn platform(&self) -> Option<&str> {
        match &self.what {
            What::Associate(auth) => Some(auth.platform()),
            What::Disassociate(platform) => Some(platform),
            _ => None,
        }
    }
}

impl Writing {
    pub(super) fn is_bounded(&self) -> bool {
        self.write.bounded
    }

    /// The end by a failure.
    pub(super) fn failed(&self, error: Error) -> Outcome {
        self.write.failed(self.told(error))
    }

    pub(super) fn cut(&self) -> Option<&Cut> {
        self.write.cut()
    }

    pub(super) fn is_unsure(&self) -> bool {
        self.unsure
    }

    fn told(&self, error: Error) -> Error {
        if self.unsure { maybe_done(error) } else { error }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.write.what {
            What::Associate(_) => "association",
            What::Disassociate(_) => "disassociation",
            What::Save { .. } => "save",
            What::Fetch { .. } => "fetch",
            What::Delete => "deletion",
            What::Bind(_) => "binding",
        }
    }
}

impl Owner {
    pub(super) fn begin_write(&mut self, write: Write) -> Result<Next> {
        let ready = match self.make_ready(&write) {
            Ok(Ready::Ask(ready)) => ready,
            Ok(Ready::Done(outcome)) => return Ok(Next::Done(outcome)),
            Err(error) if write.cut().is_some() => return Ok(Next::Done(write.failed(error))),
            Err(error) => return Err(error),
        };
        let Asked { request, again, row, id, own, made } = *ready;
        let unsure = !again && write.cut().is_some();
        if let Some(cut) = write.cut() {
            cut.send();
        }
        let step = Asking::Write(Box::new(Writing { write, row, id, own, made, unsure }));
        if again {
            return Ok(Next::Ask(step, request));
        }
        // A connection that lay idle may be dead: it takes a new one.
        self.client.pool.drop_idle();
        Ok(Next::AskOnce(step, request))
    }

    fn make_ready(&mut self, write: &Write) -> Result<Ready> {
        if let Some(error) = write.cut().and_then(Cut::stopped) {
            return Err(error);
        }
        let row = self.row_of(write.user.as_ref())?;
        let session = credentials(&row);
        let (id, own) = match (&session, &write.what) {
            (Ok((id, _)), _) => (id.clone(), true),
            // To look is no change: it is done as the player who is logged in, if anybody is.
            (Err(_), What::Fetch { .. }) => (object_id(&row)?, false),
            (Err(error), _) => return Err(error.clone()),
        };
        let token = match session {
            Ok((_, token)) => Some(token),
            Err(_) => {
                let user = self.session.user.as_deref();
                user.and_then(|user| crate::account::row::session_token(user).ok())
            }
        };
        let mut made = Made::default();
        if write.is_noted() {
            made =
                self.session.note_down(&row, &id, matches!(write.what, What::Delete), now_ms())?;
        }
        let endpoint = &self.client.options.endpoint;
        let now = now_ms();
        let (request, again): (Request, bool) = match (&write.what, &token) {
            (What::Associate(auth), Some(token)) => {
                (user::associate(endpoint, &id, token, auth, now), true)
            }
            (What::Disassociate(platform), Some(token)) => {
                (user::disassociate(endpoint, &id, token, platform, now), true)
            }
            (What::Save { cut, condition, fetch }, Some(token)) => {
                let sending = cut.sending();
                if !sending.ops.has(None) {
                    return Ok(Ready::Done(nothing_to_save(cut.object())));
                }
                if sending.waits {
                    return Err(Error::argument("a pointer leads to an object that is not saved"));
                }
                let asked = (condition.as_deref(), *fetch);
                let place = (object::USERS, Some(&*id));
                let request = object::save(endpoint, place, Some(token), &sending.ops, asked, now);
                // A condition may no longer hold after the first time.
                (request, condition.is_none() && sending.ops.is_repeatable())
            }
            (What::Fetch { keys, include }, token) => {
                let lists = (keys.as_deref(), include.as_deref());
                (object::fetch(endpoint, (object::USERS, &id), token.as_ref(), lists, now), true)
            }
            (What::Delete, Some(token)) => {
                (object::delete(endpoint, (object::USERS, &id), Some(token), now), false)
            }
            // A code whose answer was lost ends by itself.
            (What::Bind(bind), Some(token)) => {
                (binding::mint(endpoint, token, bind.redirect_uri(), now), true)
            }
            (_, None) => return Err(super::run::no_session()),
        };
        // What is noted is sent once: a refusal then says that it did not happen.
        let again = again && !made.guest;
        Ok(Ready::Ask(Box::new(Asked { request, again, row, id, own, made })))
    }

    /// `None`: the request is over already.
    pub(super) fn conclude_write(
        &mut self,
        id: u64,
        writing: Writing,
        answer: &Response,
    ) -> Result<Option<Next>> {
        let http = i32::from(answer.status);
        let answer = match read(&writing, answer) {
            Ok(answer) => answer,
            Err(error) => {
                self.tell_if_over(&writing.row, writing.own, &error);
                // A gateway's word is none: the request may have come through.
                if (400..500).contains(&error.http_status) && error.server_code != 0 {
                    self.session.take_back(writing.made)?;
                }
                return Ok(Some(Next::Done(writing.failed(error))));
            }
        };
        let bound = match &writing.write.what {
            What::Bind(bind) => {
                Some(bind.bound(&answer).map_err(|error| error.with_server(http, 0))?)
            }
            _ => None,
        };
        match self.settle(id) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Ok(Some(Next::Done(writing.failed(error)))),
        }
        if let Some(bound) = bound {
            return Ok(Some(Next::Done(bound)));
        }
        let Writing { write, row, id: object_id, own, unsure, .. } = writing;
        let noted = writing_is_settled(&write.what, &answer);
        if matches!(write.what, What::Delete) {
            let deleted = self.deleted(write.user, &row, &object_id)?;
            return Ok(Some(Next::Done(deleted)));
        }
        let ops = match &write.what {
            What::Save { cut, .. } => cut.sending().ops,
            _ => Ops::default(),
        };
        let mut last = false;
        let change = &mut |row: &mut Row| match &write.what {
            What::Associate(auth) => user::associated(row, auth, &answer),
            What::Disassociate(platform) => last = user::disassociated(row, platform, &answer),
            What::Save { .. } => object::saved(row, &ops, &answer),
            What::Fetch { .. } | What::Delete | What::Bind(_) => object::merge(row, &answer),
        };
        let mut outcome = Outcome::default();
        if own && self.is_mine(&row) {
            let view = match noted {
                true => self.session.change_settling(&row, &object_id, change),
                false => self.session.change(&object_id, change),
            };
            let view = match view.and_then(|view| view.ok_or_else(session_changed)) {
                Ok(view) => view,
                Err(error) => return Ok(Some(Next::Done(write.not_kept(unsure, error)))),
            };
            let row = view.user.clone().unwrap_or(row);
            outcome.object = write.user.clone().map(|object| (object, Arc::clone(&row)));
            outcome.user = Some(row);
            outcome.session = Some(view);
        } else {
            if noted && let Err(error) = self.session.change_settling(&row, &object_id, change) {
                return Ok(Some(Next::Done(write.not_kept(unsure, error))));
            }
            let user = write.user.clone().unwrap_or_else(|| Arc::new(Object::new(row)));
            outcome.told.push((Arc::clone(&user), user.renew(change)));
            outcome.given.push(user);
        }
        outcome.value = i64::from(last);
        let Write { user, what, bounded } = write;
        if let What::Save { cut, fetch, .. } = what {
            outcome.landed = Some(cut.land_first());
            if cut.has(None) {
                // What no single save could say.
                let goes_on = self.unsettle(id);
                self.client.change(outcome);
                let what = What::Save { cut, condition: None, fetch };
                let more = goes_on.then_some(Write { user, what, bounded });
                return more.map(|write| self.begin_write(write)).transpose();
            }
        }
        Ok(Some(Next::Done(outcome)))
    }

    fn deleted(&mut self, user: Option<Arc<Object>>, row: &Arc<Row>, id: &str) -> Result<Outcome> {
        let session = self.session.forget_user(row, id)?;
        let object = user.map(|object| {
            let mut row = Row::clone(row);
            row.remove("sessionToken");
            (object, Arc::new(row))
        });
        Ok(Outcome { session, object, ..Outcome::default() })
    }

    /// Tells the game that the session of the current user is over, if that is what it means.
    pub(super) fn tell_if_over(&self, row: &Row, own: bool, error: &Error) {
        if error.status == status::SESSION_OVER && own && self.is_current(row) {
            let over = Outcome { error: Some(error.clone()), ..Outcome::default() };
            self.client.announce(kind::SESSION_OVER, over);
        }
    }

    /// Whether that is the current user with the token of now, which may be newer than one that was
    /// refused.
    pub(super) fn is_current(&self, row: &Row) -> bool {
        let same = |user: &Arc<Row>| user.get("sessionToken") == row.get("sessionToken");
        self.is_mine(row) && self.session.user.as_ref().is_some_and(same)
    }

    /// Whether that is the current user, whose token was refreshed since.
    pub(super) fn is_outdated(&self, row: &Row) -> bool {
        self.is_mine(row) && !self.is_current(row)
    }

    /// Whether that is the current user.
    pub(super) fn is_mine(&self, row: &Row) -> bool {
        self.session.user.as_ref().is_some_and(|user| user.get("objectId") == row.get("objectId"))
    }
}

fn read(writing: &Writing, answer: &Response) -> Result<Row> {
    match writing.write.what {
        What::Associate(_) => user::answered(answer, &writing.id),
        What::Fetch { .. } => object::fetched(answer, &writing.id, writing.own),
        What::Bind(_) => endpoint::read_own(answer),
        _ => object::answered(answer, &writing.id, writing.own),
    }
}

/// Whether the answer tells what became of the guest. A save does only if it names what is left.
fn writing_is_settled(what: &What, answer: &Row) -> bool {
    match what {
        What::Associate(_) => true,
        What::Disassociate(platform) => platform == ANONYMOUS,
        What::Save { cut, .. } => cut.has(Some("password")) && answer.contains_key("authData"),
        What::Fetch { .. } | What::Delete | What::Bind(_) => false,
    }
}

fn nothing_to_save(object: &Arc<Object>) -> Outcome {
    Outcome { user: Some(object.row()), ..Outcome::default() }
}

fn object_id(row: &Row) -> Result<String> {
    crate::account::row::object_id(row).map(str::to_owned)
}
