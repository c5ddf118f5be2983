//! Saving objects of any class but the users': in as few requests as it takes, targets before what
//! points to them, stage after stage.

use std::sync::Arc;

use super::event::{Outcome, Texts};
use super::object::{Cut, Object, Sending, Told};
use super::objects::in_order;
use super::owner::now_ms;
use crate::account::object::{self, Batched};
use crate::account::row::Put;
use serde_json::Value;

use crate::account::{Endpoint, Row, row};
use crate::error::{Error, Result, flag, status};
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Most objects in one request, and most bytes of them, unless one alone is larger.
const GROUP: usize = 50;
const GROUP_BYTES: usize = 512 * 1024;

/// What one object alone is saved with.
pub(super) struct One {
    pub(super) fetch: bool,
    pub(super) condition: Option<String>,
}

/// Objects to be saved, targets first.
pub(super) struct Saving {
    items: Vec<Item>,
    /// The items that the game gave, in its order.
    wanted: Vec<usize>,
    /// `Some`: the last item is what the game wants, and all others come before it.
    one: Option<One>,
    /// The items of the request that is under way.
    sent: Vec<usize>,
}

struct Item {
    cut: Cut,
    begun: bool,
    /// Whether what was sent last does the same if it is done twice.
    repeatable: bool,
    end: Option<Result<()>>,
}

impl Item {
    fn fail(&mut self, error: Error) {
        self.cut.fail(&error);
        self.end = Some(Err(error));
    }

    /// What was sent ends with this.
    fn fail_sent(&mut self, error: Error) {
        self.fail(if self.repeatable { error } else { maybe_done(error) });
    }
}

/// What comes next.
pub(super) enum Step {
    Send(Request, bool),
    Done,
}

impl Saving {
    /// Cuts the changes out of `roots` and of those without an id that they point to.
    pub(super) fn new(roots: &[Arc<Object>], one: Option<One>) -> Result<Self> {
        let (all, places) = in_order(roots)?;
        if all.iter().any(|object| object.is_user()) {
            return Err(Error::argument("users are saved one by one"));
        }
        let place = |root: &Arc<Object>| places.get(&root.mark()).and_then(Value::as_u64);
        let wanted = roots.iter().filter_map(place).map(|at| at as usize).collect();
        let last = all.len().saturating_sub(1);
        let has_condition = one.as_ref().is_some_and(|one| one.condition.is_some());
        let item = |(at, object): (usize, &Arc<Object>)| {
            let cut = object.cut(has_condition && at == last);
            Item { cut, begun: false, repeatable: true, end: None }
        };
        let items = all.iter().enumerate().map(item).collect();
        Ok(Self { items, wanted, one, sent: Vec::new() })
    }

    pub(super) fn is_one(&self) -> bool {
        self.one.is_some()
    }

    pub(super) fn cuts(&self) -> Vec<&Cut> {
        self.items.iter().map(|item| &item.cut).collect()
    }

    /// Whether the request that is under way does the same if it is done twice.
    pub(super) fn is_repeatable(&self) -> bool {
        let mut sent = self.sent.iter().filter_map(|at| self.items.get(*at));
        sent.all(|item| item.repeatable)
    }

    /// What was refused because of the session is sent once more, by a newer one.
    pub(super) fn reopen(&mut self) {
        let over = |error: &Error| error.status == status::SESSION_OVER;
        let refused = |item: &&mut Item| matches!(&item.end, Some(Err(error)) if over(error));
        self.items.iter_mut().filter(refused).for_each(|item| item.end = None);
    }

    /// How many requests it may take, roughly.
    pub(super) fn requests(&self) -> u32 {
        u32::try_from(self.items.len() / GROUP).unwrap_or(u32::MAX).saturating_add(1)
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.items.iter().map(|item| item.cut.object())
    }

    /// The next request.
    pub(super) fn next(&mut self, endpoint: &Endpoint, session: Option<&Secret>) -> Step {
        let mut group: Vec<(usize, Sending)> = Vec::new();
        let mut bytes = 0;
        let last = self.items.len().saturating_sub(1);
        for (at, item) in self.items.iter_mut().enumerate() {
            if item.end.is_some() {
                continue;
            }
            if let Some(error) = item.cut.stopped() {
                item.fail(error);
                continue;
            }
            let sending = item.cut.sending();
            if sending.waits {
                continue;
            }
            if !sending.ops.has(None) && (item.begun || sending.id.is_some()) {
                item.end = Some(Ok(()));
                continue;
            }
            let one = self.one.as_ref().filter(|_| at == last);
            if sending.id.is_none() && one.is_some_and(|one| one.condition.is_some()) {
                let text = "a condition is for an object that is on the server";
                item.fail(Error::argument(text));
                continue;
            }
            bytes += row::json(&sending.ops.body()).len();
            if !group.is_empty() && bytes > GROUP_BYTES {
                break;
            }
            group.push((at, sending));
            if group.len() == GROUP {
                break;
            }
        }
        self.sent = group.iter().map(|(at, _)| *at).collect();
        for (at, sending) in &group {
            let Some(item) = self.items.get_mut(*at) else { continue };
            // A condition may no longer hold after the first time.
            let one = self.one.as_ref().filter(|_| *at == last && !item.begun);
            let free = one.is_none_or(|one| one.condition.is_none());
            item.repeatable = free && sending.id.is_some() && sending.ops.is_repeatable();
            item.cut.send();
        }
        let now = now_ms();
        let request = match group.as_slice() {
            [] => {
                self.give_up();
                return Step::Done;
            }
            [(at, sending)] => {
                let first = self.items.get(*at).is_some_and(|item| !item.begun);
                let one = self.one.as_ref().filter(|_| *at == last);
                let condition = one.and_then(|one| one.condition.as_deref()).filter(|_| first);
                let asked = (condition, one.is_some_and(|one| one.fetch));
                let place = (self.class(*at), sending.id.as_deref());
                object::save(endpoint, place, session, &sending.ops, asked, now)
            }
            many => {
                let one = |(at, sending): &(usize, Sending)| {
                    object::batched_save((self.class(*at), sending.id.as_deref()), &sending.ops)
                };
                object::batch(endpoint, many.iter().map(one).collect(), session, now)
            }
        };
        Step::Send(request, self.is_repeatable())
    }

    fn class(&self, at: usize) -> &str {
        self.items.get(at).map_or("", |item| item.cut.object().class())
    }

    /// Takes an answer in. Gives what the game is to be told of objects.
    pub(super) fn answered(&mut self, response: &Response) -> Result<Vec<(Arc<Object>, Told)>> {
        let sent = std::mem::take(&mut self.sent);
        let answers = match sent.len() {
            1 => object::read(response).map(|row| vec![Batched::Done(row)]),
            many => object::batch_read(response, many),
        };
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => {
                self.sent = sent;
                return Err(error);
            }
        };
        let mut told = Vec::new();
        for (at, answer) in sent.into_iter().zip(answers) {
            let Some(item) = self.items.get_mut(at) else { continue };
            let object = item.cut.object();
            let read = match answer {
                Batched::Done(row) => object::saved_answer(row, object.id().as_deref()),
                Batched::Failed(error) => Err(error),
            };
            match read {
                Ok(row) => {
                    item.begun = true;
                    told.push((Arc::clone(object), item.cut.land(&row)));
                }
                Err(error) => item.fail_sent(error),
            }
        }
        Ok(told)
    }

    /// What is left over waits for something that was not saved.
    fn give_up(&mut self) {
        let first = self.items.iter().find_map(|item| item.end.clone()?.err());
        let text = "a pointer leads to an object that is not saved";
        // Whether that may have been done says nothing of what was not sent.
        let why = first.map_or_else(|| Error::argument(text), without_doubt);
        self.end_all(&why);
    }

    fn end_all(&mut self, why: &Error) {
        for item in self.items.iter_mut().filter(|item| item.end.is_none()) {
            item.fail(why.clone());
        }
    }

    /// The end of it all by a failure of the whole.
    pub(super) fn fail(&mut self, error: Error) {
        for at in std::mem::take(&mut self.sent) {
            if let Some(item) = self.items.get_mut(at) {
                item.fail_sent(error.clone());
            }
        }
        self.end_all(&error);
    }

    pub(super) fn outcome(self) -> Outcome {
        let failed = |item: &Item| item.end.clone().unwrap_or(Ok(())).err();
        let mut errors = self.items.iter().filter_map(failed);
        let error = errors.next().map(|first| errors.fold(first, in_doubt_as));
        let doubts = self.items.iter().filter_map(|item| item.cut.doubt()).collect();
        if self.one.is_some() {
            let last = self.items.last().map(|item| Arc::clone(item.cut.object()));
            let given = if error.is_none() { last.into_iter().collect() } else { Vec::new() };
            return Outcome { error, given, doubts, ..Outcome::default() };
        }
        let mut failures: Vec<Value> = Vec::new();
        for (index, at) in self.wanted.iter().enumerate() {
            let Some(error) = self.items.get(*at).and_then(failed) else { continue };
            let mut failure = Row::new();
            failure.put("index", index.into());
            failure.put("status", error.status.into());
            failure.put("code", error.server_code.into());
            failure.put("flags", error.flags.into());
            failure.put("error", error.message.as_ref().into());
            failures.push(failure.into());
        }
        let saved = self.wanted.len() - failures.len();
        let text = (!failures.is_empty()).then(|| Secret::new(row::json(&failures.into())));
        let texts = text.map(|text| Box::new(Texts { failures: Some(text), ..Texts::default() }));
        let value = i64::try_from(saved).unwrap_or(i64::MAX);
        Outcome { value, error, texts, doubts, ..Outcome::default() }
    }
}

/// The error of a write that must not be sent twice, if its answer was lost.
pub(super) fn maybe_done(mut error: Error) -> Error {
    let lost = matches!(
        error.status,
        status::NETWORK
            | status::TIMED_OUT
            | status::RESPONSE_TOO_LARGE
            | status::BAD_RESPONSE
            | status::SERVER
            | status::CANCELLED
            | status::SESSION_CHANGED
    );
    if lost {
        error = in_doubt(error);
        error.message = format!("{}; the server may have done it", error.message).into();
    }
    error
}

pub(super) fn in_doubt(mut error: Error) -> Error {
    error.flags = error.flags & !flag::RETRYABLE | flag::MAYBE_DONE;
    error
}

fn without_doubt(mut error: Error) -> Error {
    error.flags &= !flag::MAYBE_DONE;
    error
}

/// The first failure of many: what any of them leaves open, the whole does.
fn in_doubt_as(first: Error, other: Error) -> Error {
    if other.flags & flag::MAYBE_DONE == 0 { first } else { in_doubt(first) }
}
