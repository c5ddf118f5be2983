//! The changes of an object that a save carries, until the server has them or not.

use std::sync::Arc;

use super::{Inner, Object, Part, Told};
use crate::account::{Ops, Row, object, row};

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
        self.object.write().waiting(self.number).is_some_and(|(_, ops)| ops.has(key))
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
        if let Some((_, all)) = inner.waiting(self.number) {
            all.resolve(&id_of);
            ops = all.clone().take_first();
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
        let first = inner.waiting(self.number).map(|(_, ops)| ops.clone().take_first());
        let first = first.unwrap_or_default();
        let told = inner.renew(&mut |row| object::saved(row, &first, answer));
        self.mark_first(&mut inner);
        told
    }

    fn mark_first(&self, inner: &mut Inner) {
        let landed = Some(inner.version);
        let Some((at, ops)) = inner.waiting(self.number) else { return };
        let ops = ops.take_first();
        inner.cut.insert(at, Part { number: self.number, ops, landed });
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

impl Drop for Cut {
    fn drop(&mut self) {
        let mut inner = self.object.write();
        let Some((at, _)) = inner.waiting(self.number) else { return };
        let mut ops = inner.cut.remove(at).ops;
        let new = row::object_id(&inner.newest).is_err();
        // What a later save is about to carry builds on it, key by key; one that makes the object
        // makes it whole.
        for part in inner.cut.iter_mut().filter(|part| part.landed.is_none()) {
            if part.number > self.number {
                let shared =
                    if new { std::mem::take(&mut ops) } else { ops.take_shared(&part.ops) };
                part.ops.put_beneath(shared);
            }
        }
        inner.pending.put_beneath(ops);
        inner.show();
    }
}
