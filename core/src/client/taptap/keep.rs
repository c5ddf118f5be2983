//! What is kept of TapTap in the storage folder: the token and the profile of the player, and a
//! login by redirect whose answer may find another run of the game.
//!
//! A token belongs to the client id that it was granted to: under another one nobody is logged in.

use std::sync::Arc;

use serde_json::Value;

use crate::account::Row;
use crate::account::row::Put;
use crate::client::event::SessionView;
use crate::client::owner::session_changed;
use crate::client::remembered::{Session, epoch};
use crate::error::Result;
use crate::secret::Secret;
use crate::session::{Remembered, Write};
use crate::taptap::{Callback, Pending, Profile, Token};

const ACCOUNT: &str = "taptap";
const PENDING: &str = "taptap_pending";

/// Who is logged in at TapTap.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) token: Token,
    /// `None`: not fetched yet.
    pub(crate) profile: Option<Profile>,
}

impl Account {
    pub(crate) fn read(remembered: &Remembered, client_id: Option<&str>) -> Option<Arc<Self>> {
        let row = remembered.other.get(ACCOUNT)?.as_object()?;
        if row.get("client_id")?.as_str()? != client_id? {
            return None;
        }
        let token = Token::from_row(row.get("token")?.as_object()?, "").ok()?;
        let profile = row.get("profile").and_then(Value::as_object);
        let profile = profile.and_then(|row| Profile::from_row(row).ok());
        Some(Arc::new(Self { token, profile }))
    }

    fn write(&self, remembered: &mut Remembered, client_id: &str) {
        let mut row = Row::new();
        row.put("client_id", client_id.into());
        row.put("token", self.token.to_row().into());
        if let Some(profile) = &self.profile {
            row.put("profile", profile.to_row().into());
        }
        remembered.other.put(ACCOUNT, row.into());
    }

    fn is_by(&self, kid: &Secret) -> bool {
        self.token.kid == *kid
    }
}

/// Where the stored login by redirect leads.
pub(crate) fn redirect_uri(remembered: &Remembered) -> Option<String> {
    pending(remembered).map(|pending| pending.attempt.redirect_uri)
}

fn pending(remembered: &Remembered) -> Option<Pending> {
    Pending::from_row(remembered.other.get(PENDING)?.as_object()?)
}

/// Whether anybody was logged in at TapTap. Whoever logs out does so with each client id.
pub(crate) fn forget(remembered: &mut Remembered) -> bool {
    remembered.other.remove(PENDING);
    remembered.other.remove(ACCOUNT).is_some()
}

impl Session {
    /// Makes an account durable, whoever was logged in at TapTap, unless somebody logged out of the
    /// folder since `begun`.
    pub(crate) fn keep_account(&mut self, account: &Account, begun: u64) -> Result<SessionView> {
        self.change_account(begun, &|_| Some(account.clone()))
    }

    /// Makes a refreshed token durable in place of `old`; another login that came between stays.
    pub(crate) fn keep_refreshed(
        &mut self,
        old: &Secret,
        new: &Token,
        begun: u64,
    ) -> Result<SessionView> {
        self.change_account(begun, &|account| match account {
            Some(account) if !account.is_by(old) => None,
            account => {
                let profile = account.and_then(|account| account.profile.clone());
                Some(Account { token: new.clone(), profile })
            }
        })
    }

    /// Makes a profile durable that was fetched with the token `kid`.
    pub(crate) fn keep_profile(
        &mut self,
        kid: &Secret,
        profile: &Profile,
        begun: u64,
    ) -> Result<SessionView> {
        self.change_account(begun, &|account| {
            let account = account.filter(|account| account.is_by(kid))?;
            Some(Account { token: account.token.clone(), profile: Some(profile.clone()) })
        })
    }

    fn change_account(
        &mut self,
        begun: u64,
        change: &dyn Fn(Option<&Account>) -> Option<Account>,
    ) -> Result<SessionView> {
        let client_id = self.client_id.clone();
        let ((), loaded) = self.store.update(|remembered| {
            if epoch(remembered) != begun {
                return Err(session_changed());
            }
            let client_id = client_id.as_deref().unwrap_or_default();
            let before = Account::read(remembered, Some(client_id));
            match change(before.as_deref()) {
                Some(after) if before.as_deref() != Some(&after) => {
                    after.write(remembered, client_id);
                    Ok(((), Write::Save))
                }
                _ => Ok(((), Write::Keep)),
            }
        })?;
        Ok(self.others(loaded))
    }

    /// Forgets the token `kid`, which TapTap no longer takes. `None`: it is not the one that is
    /// kept.
    pub(crate) fn drop_token(&mut self, kid: &Secret) -> Result<Option<SessionView>> {
        let client_id = self.client_id.clone();
        let (dropped, loaded) = self.store.update(|remembered| {
            let account = Account::read(remembered, client_id.as_deref());
            if !account.is_some_and(|account| account.is_by(kid)) {
                return Ok((false, Write::Keep));
            }
            remembered.other.remove(ACCOUNT);
            Ok((true, Write::Save))
        })?;
        let view = self.others(loaded);
        Ok(dropped.then_some(view))
    }

    /// Makes a login by redirect durable, in place of any other.
    pub(crate) fn keep_pending(&mut self, pending: &Pending, begun: u64) -> Result<()> {
        let ((), loaded) = self.store.update(|remembered| {
            if epoch(remembered) != begun {
                return Err(session_changed());
            }
            remembered.other.put(PENDING, pending.to_row().into());
            Ok(((), Write::Save))
        })?;
        self.others(loaded);
        Ok(())
    }

    /// Takes the login that `callback` answers: nobody gets it a second time. `None`: nobody waits
    /// for this answer.
    pub(crate) fn take_pending(&mut self, callback: &Callback) -> Result<Option<Pending>> {
        self.remove_pending(&|pending| callback.is_for(&pending.attempt.state))
    }

    /// Forgets the login of this state.
    pub(crate) fn drop_pending(&mut self, state: &Secret) -> Result<()> {
        self.remove_pending(&|pending| pending.attempt.state == *state).map(|_| ())
    }

    fn remove_pending(&mut self, which: &dyn Fn(&Pending) -> bool) -> Result<Option<Pending>> {
        let (taken, loaded) = self.store.update(|remembered| {
            let Some(pending) = pending(remembered).filter(which) else {
                return Ok((None, Write::Keep));
            };
            remembered.other.remove(PENDING);
            Ok((Some(pending), Write::Save))
        })?;
        self.others(loaded);
        Ok(taken)
    }
}
