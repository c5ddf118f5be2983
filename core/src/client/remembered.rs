//! The owner's knowledge of the session: what the folder held when it was last read or written.

use std::sync::Arc;

use serde_json::Value;

use super::event::SessionView;
use super::instance::Client;
use super::owner::session_changed;
use super::taptap::keep::{self, Account};
use crate::account::Row;
use crate::error::Result;
use crate::secret::Secret;
use crate::session::{Loaded, Recovered, Remembered, Store, Write};

/// Counts logouts of the folder, over all clients and processes: a login that began under another
/// number must not be stored.
const EPOCH: &str = "epoch";

pub(super) struct Session {
    pub(super) store: Store,
    generation: u64,
    pub(super) user: Option<Arc<Row>>,
    /// Who is logged in at TapTap, by this client id.
    pub(super) taptap: Option<Arc<Account>>,
    pub(super) client_id: Option<String>,
    /// Raised with each change of who is logged in, so that delivery keeps their order.
    seq: u64,
    damage: Option<Recovered>,
    news: Option<News>,
}

impl Session {
    /// What the client found when it was made.
    pub(super) fn new(store: Store, client: &Client) -> Self {
        let state = client.lock();
        Self {
            store,
            generation: client.opened_at,
            user: state.user().map(|object| object.row()),
            taptap: state.taptap.clone(),
            client_id: client.options.taptap.client_id().map(str::to_owned),
            seq: 0,
            damage: None,
            news: None,
        }
    }

    /// Reads the folder again; [`Self::take_news`] tells what others changed.
    pub(super) fn catch_up(&mut self) -> Result<()> {
        let mut loaded = self.store.read()?;
        if loaded.damage.is_some() {
            // Reading only looks. Under the lock the damaged file is set aside.
            loaded = self.store.update(|_| Ok(((), Write::Keep)))?.1;
        }
        if loaded.remembered.generation == self.generation {
            self.note(&loaded);
            return Ok(());
        }
        let before = self.taptap.clone();
        let view = self.others(loaded);
        if self.news.is_none() && before != self.taptap {
            self.news = Some(News::TapTap(view));
        }
        Ok(())
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

    /// Makes a change of the user `id` durable, unless somebody else is logged in by now. `None`
    /// then.
    pub(super) fn change(
        &mut self,
        id: &str,
        change: &mut dyn FnMut(&mut Row),
    ) -> Result<Option<SessionView>> {
        let (changed, loaded) = self.store.update(|remembered| {
            let user = remembered.user.as_mut().filter(|user| is_user(user, id));
            let Some(user) = user else { return Ok((false, Write::Keep)) };
            change(user);
            Ok((true, Write::Save))
        })?;
        if changed {
            return Ok(Some(self.own(loaded)));
        }
        self.note(&loaded);
        Ok(None)
    }

    /// Forgets who is logged in, with TapTap as well. Gives the user that was, whether there was
    /// anybody, and the change.
    pub(super) fn log_out(&mut self) -> Result<(Option<Row>, bool, SessionView)> {
        let ((user, taptap), loaded) =
            self.store.update(|remembered| Ok((log_out(remembered), Write::Save)))?;
        let anybody = user.is_some() || taptap;
        Ok((user, anybody, self.own(loaded)))
    }

    /// Logs the user `id` out, who is no more. `None`: somebody else is logged in.
    pub(super) fn forget_user(&mut self, id: &str) -> Result<Option<SessionView>> {
        let (mine, loaded) = self.store.update(|remembered| {
            if !remembered.user.as_ref().is_some_and(|user| is_user(user, id)) {
                return Ok((false, Write::Keep));
            }
            log_out(remembered);
            Ok((true, Write::Save))
        })?;
        if mine {
            return Ok(Some(self.own(loaded)));
        }
        self.note(&loaded);
        Ok(None)
    }

    /// What others changed since the last call.
    pub(super) fn take_news(&mut self) -> Option<News> {
        self.news.take()
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

    /// What the folder holds after a look or a change that left the user alone: if there is another
    /// one now, others did that.
    pub(super) fn others(&mut self, loaded: Loaded) -> SessionView {
        let identity = |row: &Row| (row.get("objectId").cloned(), row.get("sessionToken").cloned());
        let before = self.user.as_deref().map(identity);
        let view = self.own(loaded);
        if before != self.user.as_deref().map(identity) {
            self.news = Some(News::User(view.clone()));
        }
        view
    }

    fn own(&mut self, loaded: Loaded) -> SessionView {
        self.note(&loaded);
        self.generation = loaded.remembered.generation;
        self.taptap = Account::read(&loaded.remembered, self.client_id.as_deref());
        self.user = loaded.remembered.user.map(Arc::new);
        self.seq += 1;
        SessionView { seq: self.seq, user: self.user.clone(), taptap: self.taptap.clone() }
    }
}

/// Gives the user that was, and whether there was a TapTap login.
fn log_out(remembered: &mut Remembered) -> (Option<Row>, bool) {
    let next = epoch(remembered).wrapping_add(1);
    remembered.other.insert(EPOCH.to_owned(), Value::from(next));
    let taptap = keep::forget(remembered);
    (remembered.user.take(), taptap)
}

fn is_user(row: &Row, id: &str) -> bool {
    row.get("objectId").and_then(Value::as_str) == Some(id)
}

/// What others changed in the folder.
pub(super) enum News {
    /// Who is logged in.
    User(SessionView),
    /// Only what is kept of TapTap.
    TapTap(SessionView),
}

pub(super) fn epoch(remembered: &Remembered) -> u64 {
    remembered.other.get(EPOCH).and_then(Value::as_u64).unwrap_or(0)
}
