//! What was sent and may have happened without our learning of it: noted in the storage folder
//! before it is sent, so that a lost answer or a crash costs no account and makes no second guest.
//!
//! Two notes, each of one sentence:
//!
//! - `unsettled_guest`: this guest id may no longer log in to that user. As long as it stands, a
//!   guest login makes no account; when the server knows no such guest, the id is given up.
//! - `unsettled_delete`: that user may be deleted.
//!
//! Both are settled by asking for the user as long as the session is there.

use serde_json::Value;

use super::event::SessionView;
use super::remembered::{Session, is_user, log_out};
use crate::account::row::Put;
use crate::account::{Row, user};
use crate::error::Result;
use crate::secret::Secret;
use crate::session::{Loaded, Remembered, Write};

const GUEST: &str = "unsettled_guest";
const DELETE: &str = "unsettled_delete";

/// A request may still be on its way to the server for as long, in milliseconds.
const ON_ITS_WAY_MS: u64 = 600_000;

/// Whether the notes were made for this operation, or stood before it.
#[derive(Clone, Copy, Default)]
pub(super) struct Made {
    pub(super) guest: bool,
    pub(super) delete: bool,
}

/// Whom the notes are about, by object id.
pub(super) fn user_of(remembered: &Remembered) -> Option<String> {
    let of = |name| remembered.other.get(name)?.get("user")?.as_str().map(str::to_owned);
    of(GUEST).or_else(|| of(DELETE))
}

fn is_about(remembered: &Remembered, name: &str, id: &str) -> bool {
    let user = remembered.other.get(name).and_then(|note| note.get("user"));
    user.and_then(Value::as_str) == Some(id)
}

/// Whether the guest id that is stored may be dead.
fn doubts_guest(remembered: &Remembered) -> bool {
    let mark = remembered.other.get(GUEST).and_then(|note| note.get("guest"));
    let mark = mark.and_then(Value::as_str);
    mark.is_some() && mark == remembered.guest_mark().as_deref()
}

fn is_old(remembered: &Remembered, name: &str, now_ms: u64) -> bool {
    let at = remembered.other.get(name).and_then(|note| note.get("at")).and_then(Value::as_u64);
    at.and_then(|at| now_ms.checked_sub(at)).is_none_or(|age| age > ON_ITS_WAY_MS)
}

fn put(remembered: &mut Remembered, name: &str, id: &str, now_ms: u64) {
    let mut note = Row::new();
    note.put("user", id.into());
    note.put("at", now_ms.into());
    if name == GUEST
        && let Some(mark) = remembered.guest_mark()
    {
        note.put("guest", mark.into());
    }
    remembered.other.insert(name.to_owned(), note.into());
}

/// Whether this is the account of the guest id that is stored.
fn is_guest(remembered: &Remembered, row: &Row) -> bool {
    match (user::guest_id(row), &remembered.guest_id) {
        (Some(Some(id)), Some(stored)) => *stored == Secret::new(id),
        // The server keeps the id to itself, and there is one guest in a folder.
        (Some(None), Some(_)) => true,
        _ => false,
    }
}

fn retire(remembered: &mut Remembered) {
    remembered.retire_guest();
    remembered.other.remove(GUEST);
}

impl Session {
    /// Notes down, durably, what is about to be sent for the user of `row`: that the guest may be
    /// one no longer, if it is the guest of this folder, and that the user may be deleted.
    pub(super) fn note_down(
        &mut self,
        row: &Row,
        id: &str,
        delete: bool,
        now_ms: u64,
    ) -> Result<Made> {
        let mut made = Made::default();
        let loaded = self.amend(&mut |remembered| {
            if is_guest(remembered, row) {
                made.guest = !doubts_guest(remembered);
                put(remembered, GUEST, id, now_ms);
            }
            if delete {
                made.delete = !is_about(remembered, DELETE, id);
                put(remembered, DELETE, id, now_ms);
            }
            made.guest || made.delete
        })?;
        self.others(loaded);
        self.asked = false;
        Ok(made)
    }

    /// The server refused what the notes were made for.
    pub(super) fn take_back(&mut self, made: Made) -> Result<()> {
        if !made.guest && !made.delete {
            return Ok(());
        }
        let loaded = self.amend(&mut |remembered| {
            for (name, made) in [(GUEST, made.guest), (DELETE, made.delete)] {
                if made {
                    remembered.other.remove(name);
                }
            }
            true
        })?;
        self.others(loaded);
        Ok(())
    }

    /// Makes a change of the user `id` durable, and in the same save what follows from it: a guest
    /// that is one no longer gives its id up. `before` is the row that the request was made for, by
    /// a handle that may be another user's than the current one. `None`: that is so.
    pub(super) fn change_settling(
        &mut self,
        before: &Row,
        id: &str,
        change: &mut dyn FnMut(&mut Row),
    ) -> Result<Option<SessionView>> {
        let mut after = before.clone();
        change(&mut after);
        let mut changed = false;
        let loaded = self.amend(&mut |remembered| {
            let guest = is_guest(remembered, before);
            if guest && user::guest_id(&after).is_none() {
                retire(remembered);
            } else if guest {
                remembered.other.remove(GUEST);
            }
            let user = remembered.user.as_mut().filter(|user| is_user(user, id));
            changed = user.map(&mut *change).is_some();
            changed || guest
        })?;
        Ok(self.seen(changed, loaded))
    }

    /// The user is deleted: logs it out and gives its guest id up. `None`: somebody else is logged
    /// in.
    pub(super) fn forget_user(&mut self, row: &Row, id: &str) -> Result<Option<SessionView>> {
        let mut mine = false;
        let loaded = self.amend(&mut |remembered| {
            if is_guest(remembered, row) {
                retire(remembered);
            }
            remembered.other.remove(DELETE);
            mine = remembered.user.as_ref().is_some_and(|user| is_user(user, id));
            if mine {
                log_out(remembered);
            }
            true
        })?;
        Ok(self.seen(mine, loaded))
    }

    /// The current user, if there is a note about it that nobody has asked the server about.
    pub(super) fn unsettled(&self) -> Option<&Row> {
        let user = self.user.as_deref()?;
        let noted = self.noted.as_deref().filter(|_| !self.asked)?;
        is_user(user, noted).then_some(user)
    }

    /// What the server says of the noted user: its row. The guest gives its id up if it is one no
    /// longer. What did not happen may still be on its way: then the note stays.
    pub(super) fn settle_by(&mut self, row: &Row, id: &str, now_ms: u64) -> Result<SessionView> {
        let loaded = self.amend(&mut |remembered| {
            if is_about(remembered, GUEST, id) && user::guest_id(row).is_none() {
                if doubts_guest(remembered) {
                    remembered.retire_guest();
                }
                remembered.other.remove(GUEST);
            }
            for name in [GUEST, DELETE] {
                if is_about(remembered, name, id) && is_old(remembered, name, now_ms) {
                    remembered.other.remove(name);
                }
            }
            if let Some(user) = remembered.user.as_mut().filter(|user| is_user(user, id)) {
                crate::account::object::merge(user, row);
            }
            true
        })?;
        self.asked = true;
        Ok(self.own(loaded))
    }

    /// The server knows the session of the noted user no longer. If that user was to be deleted, it
    /// is logged out; whether the guest lives, the next guest login finds out. `None`: nothing was
    /// to be deleted.
    pub(super) fn settle_by_end(&mut self, id: &str) -> Result<Option<SessionView>> {
        let mut deleted = false;
        let loaded = self.amend(&mut |remembered| {
            let mine = remembered.user.as_ref().is_some_and(|user| is_user(user, id));
            deleted = mine && is_about(remembered, DELETE, id);
            if deleted {
                remembered.other.remove(DELETE);
                log_out(remembered);
            }
            deleted
        })?;
        self.asked = true;
        Ok(self.seen(deleted, loaded))
    }

    /// [`crate::session::Store::update`], compiled once for all notes; `change` says whether to
    /// save.
    fn amend(&mut self, change: &mut dyn FnMut(&mut Remembered) -> bool) -> Result<Loaded> {
        let update = |remembered: &mut Remembered| {
            Ok(((), if change(remembered) { Write::Save } else { Write::Keep }))
        };
        Ok(self.store.update(update)?.1)
    }

    /// What was done to the current user, or only seen by the way.
    fn seen(&mut self, mine: bool, loaded: Loaded) -> Option<SessionView> {
        if mine {
            return Some(self.own(loaded));
        }
        self.others(loaded);
        None
    }

    /// The guest id, and whether it may be dead: then no account may be made with it.
    pub(super) fn guest(&mut self) -> Result<(Secret, bool)> {
        let (id, loaded) = self.store.guest_id()?;
        let doubted = doubts_guest(&loaded.remembered);
        self.note(&loaded);
        Ok((id, doubted))
    }

    /// The server knows no guest of this id: it is given up.
    pub(super) fn drop_guest(&mut self, id: &Secret) -> Result<()> {
        let loaded = self.amend(&mut |remembered| {
            let dead = remembered.guest_id.as_ref() == Some(id) && doubts_guest(remembered);
            if dead {
                retire(remembered);
            }
            dead
        })?;
        self.others(loaded);
        Ok(())
    }
}
