//! What is done with objects of any class but the users', and queries: as the current user, side by
//! side, those of one object in turn.

use std::sync::Arc;

use super::event::{Outcome, kind};
use super::object::{Cut, Object};
use super::owner::{Owner, now_ms};
use super::run::{Asking, Next};
use super::saving::{Saving, Step};
use crate::account::query::Question;
use crate::account::{Asked, Row, object, row};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::transport::Response;

/// As it was copied at submit.
pub(super) enum Task {
    Save(Saving),
    /// Lists of keys and of pointers to follow.
    Fetch {
        object: Arc<Object>,
        keys: Option<String>,
        include: Option<String>,
    },
    Delete(Arc<Object>),
    Ask(Question),
}

/// On its way.
pub(super) struct Doing {
    task: Task,
    /// As whom it is done.
    user: Option<Arc<Row>>,
}

impl Task {
    pub(super) fn kind(&self) -> i32 {
        match self {
            Self::Save(saving) if saving.is_one() => kind::OBJECT_SAVED,
            Self::Save(_) => kind::OBJECTS_SAVED,
            Self::Fetch { .. } => kind::OBJECT_FETCHED,
            Self::Delete(_) => kind::OBJECT_DELETED,
            Self::Ask(question) if question.asked == Asked::Count => kind::QUERY_COUNTED,
            Self::Ask(_) => kind::QUERY_FOUND,
        }
    }

    /// How many times the usual time it may take.
    pub(super) fn times(&self) -> u32 {
        if let Self::Save(saving) = self { saving.requests() } else { 1 }
    }

    pub(super) fn cuts(&self) -> Vec<&Cut> {
        if let Self::Save(saving) = self { saving.cuts() } else { Vec::new() }
    }

    /// The objects that it works on, by their marks.
    pub(super) fn objects(&self) -> Vec<u64> {
        match self {
            Self::Save(saving) => saving.objects().map(|object| object.local()).collect(),
            Self::Fetch { object, .. } | Self::Delete(object) => vec![object.local()],
            Self::Ask(_) => Vec::new(),
        }
    }
}

impl Doing {
    pub(super) fn name(&self) -> &'static str {
        match self.task {
            Task::Save(_) => "save",
            Task::Fetch { .. } => "fetch",
            Task::Delete(_) => "deletion",
            Task::Ask(_) => "query",
        }
    }

    /// Of many saves there are several requests in a row.
    pub(super) fn is_bounded(&self) -> bool {
        matches!(&self.task, Task::Save(saving) if !saving.is_one())
    }

    pub(super) fn cuts(&self) -> Vec<&Cut> {
        self.task.cuts()
    }

    pub(super) fn is_unsure(&self) -> bool {
        matches!(&self.task, Task::Save(saving) if !saving.is_repeatable())
    }

    fn token(&self) -> Option<Secret> {
        self.user.as_deref().and_then(|user| row::session_token(user).ok())
    }

    /// The end by a failure of the whole.
    pub(super) fn failed(mut self, error: Error) -> Outcome {
        if let Task::Save(saving) = &mut self.task {
            saving.fail(error.clone());
        }
        match self.task {
            Task::Save(saving) => saving.outcome(),
            _ => error.into(),
        }
    }
}

impl Owner {
    pub(super) fn begin_task(&mut self, task: Task) -> Result<Next> {
        self.go_on_task(Doing { task, user: self.session.user.clone() })
    }

    fn go_on_task(&mut self, mut doing: Doing) -> Result<Next> {
        // The token may have been refreshed since the exchange before.
        if doing.user.as_deref().is_some_and(|user| self.is_mine(user)) {
            doing.user.clone_from(&self.session.user);
        }
        let token = doing.token();
        let endpoint = &self.client.options.endpoint;
        let now = now_ms();
        let request = match &mut doing.task {
            Task::Save(saving) => match saving.next(endpoint, token.as_ref()) {
                Step::Send(request, repeatable) => {
                    let step = Asking::Object(Box::new(doing));
                    return Ok(match repeatable {
                        true => Next::Ask(step, request),
                        false => Next::AskOnce(step, request),
                    });
                }
                Step::Done => return Ok(Next::Done(doing.finished())),
            },
            Task::Fetch { object, keys, include } => {
                let lists = (keys.as_deref(), include.as_deref());
                let id = id_of(object)?;
                object::fetch(endpoint, (object.class(), &id), token.as_ref(), lists, now)
            }
            Task::Delete(object) => {
                let id = id_of(object)?;
                object::delete(endpoint, (object.class(), &id), token.as_ref(), now)
            }
            Task::Ask(question) => question.request(endpoint, token.as_ref(), now),
        };
        Ok(Next::Ask(Asking::Object(Box::new(doing)), request))
    }

    pub(super) fn conclude_task(&mut self, mut doing: Doing, answer: &Response) -> Next {
        let read = doing.read(answer);
        // Nothing was done by a token that was refused, and the new one is good for it.
        let outdated = doing.user.as_deref().is_some_and(|user| self.is_outdated(user));
        let next = match read {
            Ok(outcome) => {
                let Task::Save(saving) = &mut doing.task else { return Next::Done(outcome) };
                if outdated {
                    saving.reopen();
                }
                self.client.change(outcome);
                self.go_on_task(doing)
            }
            Err(error) if error.status == status::SESSION_OVER && outdated => {
                self.go_on_task(doing)
            }
            Err(error) => {
                if let Some(user) = &doing.user {
                    self.tell_if_over(user, true, &error);
                }
                return Next::Done(doing.failed(error));
            }
        };
        next.unwrap_or_else(|error| Next::Done(error.into()))
    }
}

impl Doing {
    fn read(&mut self, answer: &Response) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        match &mut self.task {
            Task::Save(saving) => outcome.told = saving.answered(answer)?,
            Task::Fetch { object, .. } => {
                let row = object::found(answer, &id_of(object)?)?;
                outcome.told.push((Arc::clone(object), object.learn(&row)));
                outcome.given.push(Arc::clone(object));
            }
            Task::Delete(object) => {
                object::read(answer)?;
                outcome.given.push(Arc::clone(object));
            }
            Task::Ask(question) => {
                let (rows, value) = question.answered(answer)?;
                let found = |row| Arc::new(Object::of(&question.class, Arc::new(row)));
                outcome.given = rows.into_iter().map(found).collect();
                outcome.value = value;
            }
        }
        Ok(outcome)
    }

    fn finished(self) -> Outcome {
        match self.task {
            Task::Save(saving) => saving.outcome(),
            _ => Outcome::default(),
        }
    }
}

fn id_of(object: &Object) -> Result<String> {
    let text = "the object was never saved: it has no id";
    object.id().ok_or_else(|| Error::new(status::INVALID_ARGUMENT, text))
}
