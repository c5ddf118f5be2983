//! The owner's knowledge of the session: what the folder held when it was last read or written.

use std::sync::Arc;

use serde_json::Value;

use super::event::SessionView;
use super::owner::session_changed;
use crate::account::Row;
use crate::error::Result;
use crate::secret::Secret;
use crate::session::{Loaded, Recovered, Remembered, Store, Write};

/// Counts logouts of the folder, over all clients and processes: a login that began under another
/// number must not be stored.
const EPOCH: &str = "epoch";

pub(super) struct Session {
    store: Store,
    generation: u64,
    pub(super) user: Option<Arc<Row>>,
    /// Raised with each change of who is logged in, so that delivery keeps their order.
    seq: u64,
    damage: Option<Recovered>,
}

impl Session {
    pub(super) fn new(store: Store, generation: u64, user: Option<Arc<Row>>) -> Self {
        Self { store, generation, user, seq: 0, damage: None }
    }

    /// Reads the folder again. `Some` when somebody else changed who is logged in.
    pub(super) fn catch_up(&mut self) -> Result<Option<SessionView>> {
        let loaded = self.store.read()?;
        if loaded.damage.is_some() {
            // Reading only looks. Under the lock the damaged file is set aside.
            let ((), loaded) = self.store.update(|_| Ok(((), Write::Keep)))?;
            return Ok(self.foreign(loaded));
        }
        Ok(self.foreign(loaded))
    }

    /// The folder's number of logouts.
    pub(super) fn epoch(&mut self) -> Result<u64> {
        let loaded = self.store.read()?;
        Ok(epoch(&loaded.remembered))
    }

    /// The stored guest id, or a new one that is durable by now.
    pub(super) fn guest_id(&mut self) -> Result<Secret> {
        let (id, loaded) = self.store.guest_id()?;
        self.note(&loaded);
        Ok(id)
    }

    /// Makes a login durable, unless somebody logged out since `begun`.
    pub(super) fn log_in(&mut self, row: Row, begun: u64) -> Result<SessionView> {
        let ((), loaded) = self.store.update(|remembered| {
            if epoch(remembered) != begun {
                return Err(session_changed());
            }
            remembered.user = Some(row);
            Ok(((), Write::Save))
        })?;
        Ok(self.own(loaded))
    }

    /// Makes a changed row of the current user durable, unless somebody else is logged in by now.
    /// `None` then.
    pub(super) fn change(&mut self, row: &Row) -> Result<Option<SessionView>> {
        let (changed, loaded) = self.store.update(|remembered| {
            let current = remembered.user.as_ref().and_then(|user| user.get("objectId"));
            if current.is_none() || current != row.get("objectId") {
                return Ok((false, Write::Keep));
            }
            remembered.user = Some(row.clone());
            Ok((true, Write::Save))
        })?;
        if changed {
            return Ok(Some(self.own(loaded)));
        }
        self.note(&loaded);
        Ok(None)
    }

    /// Forgets who is logged in. Gives the user that was, and the change.
    pub(super) fn log_out(&mut self) -> Result<(Option<Row>, SessionView)> {
        let (user, loaded) = self.store.update(|remembered| {
            let next = epoch(remembered).wrapping_add(1);
            remembered.other.insert(EPOCH.to_owned(), Value::from(next));
            Ok((remembered.user.take(), Write::Save))
        })?;
        Ok((user, self.own(loaded)))
    }

    /// What was damaged and set aside since the last call.
    pub(super) fn take_damage(&mut self) -> Option<Recovered> {
        self.damage.take()
    }

    fn note(&mut self, loaded: &Loaded) {
        if loaded.damage.is_some() {
            self.damage = loaded.damage;
        }
    }

    fn foreign(&mut self, loaded: Loaded) -> Option<SessionView> {
        self.note(&loaded);
        if loaded.remembered.generation == self.generation {
            return None;
        }
        let before = self.user.take();
        let identity = |row: &Row| (row.get("objectId").cloned(), row.get("sessionToken").cloned());
        let view = self.own(loaded);
        let changed = before.as_deref().map(identity) != self.user.as_deref().map(identity);
        changed.then_some(view)
    }

    fn own(&mut self, loaded: Loaded) -> SessionView {
        self.note(&loaded);
        self.generation = loaded.remembered.generation;
        self.user = loaded.remembered.user.map(Arc::new);
        self.seq += 1;
        SessionView { seq: self.seq, user: self.user.clone() }
    }
}

fn epoch(remembered: &Remembered) -> u64 {
    remembered.other.get(EPOCH).and_then(Value::as_u64).unwrap_or(0)
}
