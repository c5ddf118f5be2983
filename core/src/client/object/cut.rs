//! The changes of an object that a save carries, until the server has them or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Inner, Object, Told};
use crate::account::{Ops, Row, object, row};
use crate::error::{Error, flag, status};

/// Changes that were cut out.
pub(super) struct Part {
    /// Of which cut.
    pub(super) number: u64,
    pub(super) ops: Ops,
    /// The version that has them, once the server does.
    pub(super) landed: Option<u64>,
    pub(super) fate: Fate,
}

/// What is known of changes that the server is not known to have.
#[derive(Default)]
pub(super) struct Fate {
    /// They are to be made under a condition, and not without it.
    conditional: bool,
    /// They were handed to the transport: the server may have them.
    sent: bool,
    /// Why they were not saved.
    why: Option<Error>,
    /// The game gave them up when this was the next number.
    until: Option<u64>,
    /// They are pending again, for a save before this one came to no good end: it ends with this.
    pub(super) stopped: Option<Error>,
}

impl Fate {
    pub(super) fn new(conditional: bool, stopped: Option<Error>) -> Self {
        Self { conditional, stopped, ..Self::default() }
    }
}

/// The number of the next cut, of whatever object.
pub(in crate::client) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What a save ends with that was not sent, because one before it ended with `why`. Nothing of it
/// is to be had by trying again unasked: that would send what may have been done.
fn unsent(why: &Error) -> Error {
    let text = "not sent, for an earlier save of this object did not succeed";
    let mut error = Error::new(why.status, format!("{text}: {}", why.message));
    error.flags = why.flags & !(flag::RETRYABLE | flag::MAYBE_DONE);
    error
}

/// What a save of an object that has changed is about to send: its first stage.
pub(in crate::client) struct Sending {
    pub(in crate::client) id: Option<String>,
    pub(in crate::client) ops: Ops,
    /// Whether a pointer leads to an object that has no id yet.
    pub(in crate::client) waits: bool,
}

/// The changes that a save carries. Dropped before the save is done, for whatever reason, they are
/// pending again, beneath those that were made since.
pub(crate) struct Cut {
    pub(super) object: Arc<Object>,
    pub(super) number: u64,
}

impl Cut {
    pub(in crate::client) fn object(&self) -> &Arc<Object> {
        &self.object
    }

    /// Whether it changes `key`, or for `None` any.
    pub(in crate::client) fn has(&self, key: Option<&str>) -> bool {
        self.object.write().waiting(self.number).is_some_and(|(_, part)| part.ops.has(key))
    }

    /// What is to be sent next, with the ids that pointers have by now.
    pub(in crate::client) fn sending(&self) -> Sending {
        // Never two locks of objects at once.
        let targets = self.object.read().targets.clone();
        let ids: Vec<_> = targets.iter().map(|target| (target.local, target.id())).collect();
        let id_of = |local| ids.iter().find(|(of, _)| *of == local)?.1.clone();
        let mut inner = self.object.write();
        let id = row::object_id(&inner.newest).ok().map(str::to_owned);
        let mut waits = false;
        let mut ops = Ops::default();
        if let Some((_, part)) = inner.waiting(self.number) {
            part.ops.resolve(&id_of);
            ops = part.ops.clone().take_first();
            waits = !ops.resolve(&|_| None).is_empty();
        }
        Sending { id, ops, waits }
    }

    /// The server has the first stage; whoever calls has written it into the row.
    pub(in crate::client) fn land_first(&self) -> Landed {
        let mut inner = self.object.write();
        self.mark_first(&mut inner);
        Landed { object: Arc::clone(&self.object), number: self.number }
    }

    /// The server has the first stage and answered this: the next version of the object.
    pub(in crate::client) fn land(&self, answer: &Row) -> Told {
        let mut inner = self.object.write();
        let first = inner.waiting(self.number).map(|(_, part)| part.ops.clone().take_first());
        let first = first.unwrap_or_default();
        let told = inner.renew(&mut |row| object::saved(row, &first, answer));
        self.mark_first(&mut inner);
        told
    }

    fn mark_first(&self, inner: &mut Inner) {
        let landed = Some(inner.version);
        let Some((at, part)) = inner.waiting(self.number) else { return };
        let ops = part.ops.take_first();
        // What is left was not sent yet; the condition was that of the first stage.
        part.fate = Fate::default();
        let fate = Fate::default();
        inner.cut.insert(at, Part { number: self.number, ops, landed, fate });
    }

    fn change_fate(&self, change: impl FnOnce(&mut Fate)) {
        if let Some((_, part)) = self.object.write().waiting(self.number) {
            change(&mut part.fate);
        }
    }

    /// The first stage is handed to the transport.
    pub(in crate::client) fn send(&self) {
        self.change_fate(|fate| fate.sent = true);
    }

    /// It ends with this. Only what may have been done, or was given up on its way, is in doubt.
    pub(in crate::client) fn fail(&self, error: &Error) {
        let given_up = matches!(error.status, status::CANCELLED | status::SESSION_CHANGED);
        self.change_fate(|fate| {
            fate.sent &= given_up || error.flags & flag::MAYBE_DONE != 0;
            fate.why = Some(error.clone());
        });
    }

    /// The game gave it up when `until` was the next number: saves that it submitted after that
    /// are sent.
    pub(in crate::client) fn give_up(&self, until: u64) {
        self.change_fate(|fate| fate.until = Some(until));
    }

    /// What it ends with because of a save before it.
    pub(in crate::client) fn stopped(&self) -> Option<Error> {
        self.object.write().waiting(self.number)?.1.fate.stopped.clone()
    }

    /// As long as this lives, saves that are submitted are not sent. `None`: they may be.
    pub(in crate::client) fn doubt(&self) -> Option<Doubt> {
        let mut inner = self.object.write();
        let (_, part) = inner.waiting(self.number)?;
        let why = part.fate.why.as_ref().filter(|_| part.is_in_doubt()).map(unsent)?;
        inner.doubts.push((self.number, why));
        Some(Doubt { object: Arc::clone(&self.object), number: self.number })
    }
}

/// What the server has of the changes of a cut.
pub(crate) struct Landed {
    object: Arc<Object>,
    number: u64,
}

impl Landed {
    /// The row that the game reads has them by now.
    pub(in crate::client) fn forget(self) {
        let mut inner = self.object.write();
        inner.cut.retain(|part| part.number != self.number || part.landed.is_none());
        inner.show();
    }
}

/// The game was not told yet that a save came to no good end.
pub(crate) struct Doubt {
    object: Arc<Object>,
    number: u64,
}

impl Drop for Doubt {
    fn drop(&mut self) {
        self.object.write().doubts.retain(|(number, _)| *number != self.number);
    }
}

impl Part {
    /// Whether another save must not carry the changes unless the game, which knows, submits it.
    fn is_in_doubt(&self) -> bool {
        let conditional = self.fate.conditional && self.ops.has(None);
        self.fate.stopped.is_none() && (self.fate.sent || conditional)
    }

    fn is_behind(&self, number: u64) -> bool {
        self.number > number && self.landed.is_none() && self.fate.stopped.is_none()
    }
}

impl Inner {
    /// Ends the saves behind one that is in doubt. Gives its changes and theirs.
    fn stop_behind(&mut self, of: Part) -> Ops {
        let cancelled = || Error::new(status::CANCELLED, "the request was cancelled");
        let why = unsent(&of.fate.why.unwrap_or_else(cancelled));
        let until = of.fate.until.unwrap_or(u64::MAX);
        let mut all = of.ops;
        for part in self.cut.iter_mut().filter(|part| part.is_behind(of.number)) {
            if part.number < until {
                let mut newer = std::mem::take(&mut part.ops);
                newer.put_beneath(all);
                all = newer;
                part.fate.stopped = Some(why.clone());
            }
        }
        all
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        let mut inner = self.object.write();
        let Some((at, _)) = inner.waiting(self.number) else { return };
        let part = inner.cut.remove(at);
        let until = part.fate.until.unwrap_or(u64::MAX);
        let mut ops = match part.is_in_doubt() {
            true => inner.stop_behind(part),
            false => part.ops,
        };
        let new = row::object_id(&inner.newest).is_err();
        // What a later save is about to carry builds on it, key by key; one that makes the object
        // makes it whole, and one that was submitted after it was given up would have had it all.
        for part in inner.cut.iter_mut().filter(|part| part.is_behind(self.number)) {
            let beneath = match new || part.number > until {
                true => std::mem::take(&mut ops),
                false => ops.take_shared(&part.ops),
            };
            part.ops.put_beneath(beneath);
        }
        inner.pending.put_beneath(ops);
        inner.show();
    }
}
