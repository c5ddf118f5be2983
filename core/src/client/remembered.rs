//! The owner's knowledge of the session: what the folder held when it was last read or written.

use std::sync::Arc;

use serde_json::Value;

use super::event::SessionView;
use super::instance::Client;
use super::note;
use super::owner::session_changed;
use super::taptap::keep::{self, Account};
use crate::account::Row;
use crate::account::row::Put;
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
    /// Whom a note in the folder is about.
    pub(super) noted: Option<String>,
    /// Whether the server was asked about it.
    pub(super) asked: bool,
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
            noted: state.noted.clone(),
            asked: false,
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

    /// Makes a login durable, unless somebody logged out since `begun`, or gave the guest id up that
    /// it was made with.
    pub(super) fn log_in(
        &mut self,
        row: Row,
        begun: u64,
        guest: Option<&Secret>,
    ) -> Result<SessionView> {
        let ((), loaded) = self.store.update(|remembered| {
            let dropped = guest.is_some() && remembered.guest_id.as_ref() != guest;
            if epoch(remembered) != begun || dropped {
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

    /// What others changed since the last call.
    pub(super) fn take_news(&mut self) -> Option<News> {
        self.news.take()
    }

    /// What was damaged and set aside since the last call.
    pub(super) fn take_damage(&mut self) -> Option<Recovered> {
        self.damage.take()
    }

    pub(super) fn note(&mut self, loaded: &Loaded) {
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

    pub(super) fn own(&mut self, loaded: Loaded) -> SessionView {
        self.note(&loaded);
        self.generation = loaded.remembered.generation;
        self.noted = note::user_of(&loaded.remembered);
        self.taptap = Account::read(&loaded.remembered, self.client_id.as_deref());
        self.user = loaded.remembered.user.map(Arc::new);
        self.seq += 1;
        SessionView { seq: self.seq, user: self.user.clone(), taptap: self.taptap.clone() }
    }
}

/// Gives the user that was, and whether there was a TapTap login.
pub(super) fn log_out(remembered: &mut Remembered) -> (Option<Row>, bool) {
    let next = epoch(remembered).wrapping_add(1);
    remembered.other.put(EPOCH, Value::from(next));
    let taptap = keep::forget(remembered);
    (remembered.user.take(), taptap)
}

pub(super) fn is_user(row: &Row, id: &str) -> bool {
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
