//! Changes of a user that is there, and its end.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::conn::{Conn, query};
use super::orders::Authority;
use super::passwords::{self, Refusal};
use super::{Order, Result, StoreError, identities, objects, outbox, sessions, users};
use crate::accounts::{ANONYMOUS, Filter, Proven, User, View};
use crate::credentials::Credentials;
use crate::objects::USER;
use crate::objects::acl::Principals;
use crate::objects::change::Change;
use crate::policy::Policy;
use crate::problem::Problem;

/// What one request changes of one user.
#[derive(Debug)]
pub(crate) struct Save {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) authority: Authority,
    /// What the user has to be before, or nothing is changed.
    pub(crate) condition: Filter,
    /// Platforms to unlink. The user may have no such.
    pub(crate) unlink: BTreeSet<String>,
    /// Identities for the user, confirmed, and of no guest.
    pub(crate) proven: Vec<Proven>,
    /// What platforms told: for the user as far as it has none of these names.
    pub(crate) told: Map<String, Value>,
    /// Fields to set, and, where there is `Null`, to remove.
    pub(crate) fields: Map<String, Value>,
    /// What is done with fields of the game's own.
    pub(crate) own: Change,
    pub(crate) policy: Policy,
    /// Names, addresses and a password for the user.
    pub(crate) credentials: Credentials,
    /// Whether a password that is there may be replaced without its being known.
    pub(crate) replace_password: bool,
    /// Largest user, in bytes of its JSON.
    pub(crate) max_bytes: usize,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a save ended.
#[derive(Debug)]
pub(crate) enum Saved {
    /// The user as it is now.
    Done(User),
    /// An identity is another user's.
    Taken,
    /// The user's class or fields do not let it be.
    Unfit(Problem),
    /// The user cannot have these names, or this password.
    Withheld(Refusal),
    /// The user is not as the condition says.
    NoEffect,
    /// The session is not, or no longer, this user's.
    Refused,
    /// There is no such user.
    Nobody,
}

/// The end of one user.
#[derive(Debug)]
pub(crate) struct Delete {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) authority: Authority,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a deletion ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    Done,
    /// The session is not, or no longer, this user's.
    Refused,
    /// There is no such user.
    Nobody,
}

impl Order for Save {
    type Out = Saved;

    /// Unlinks, then links, then sets fields; every check comes before the first of them. Of two
    /// links of one identity one meets the other: the primary key of `identities` holds it.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Saved> {
        let mut user = match users::by_id(db, &self.id).await? {
            Some(user) if self.authority.covers(user.session_token.expose(), user.banned) => user,
            None if self.authority.is_master() => return Ok(Saved::Nobody),
            // Who has no right to the user does not learn whether there is one.
            _ => return Ok(Saved::Refused),
        };
        if !self.condition.is_empty() && !self.condition.matches(&user.to_json(View::Owner)) {
            return Ok(Saved::NoEffect);
        }
        for proven in &self.proven {
            if identities::is_taken(db, &self.id, proven).await? {
                return Ok(Saved::Taken);
            }
        }
        let (credentials, replaces) = (&self.credentials, self.replace_password);
        if let Some(refusal) = passwords::refusal(db, &self.id, credentials, replaces).await? {
            return Ok(Saved::Withheld(refusal));
        }
        if !self.own.ops.is_empty()
            && let Err(problem) = self.change_own(db, &mut user.fields).await?
        {
            return Ok(Saved::Unfit(problem));
        }
        for platform in &self.unlink {
            identities::remove(db, &self.id, platform, self.now).await?;
        }
        for proven in &self.proven {
            identities::place(db, &self.id, proven, self.now).await?;
        }
        passwords::set(db, &self.id, credentials).await?;
        if credentials.end_guest() {
            identities::remove(db, &self.id, ANONYMOUS, self.now).await?;
        }
        if !self.told.is_empty() || !self.fields.is_empty() || !self.own.ops.is_empty() {
            self.apply(&mut user.fields);
            users::set_fields(db, &self.id, user.fields).await?;
        }
        users::touch(db, &self.id, self.now).await?;
        users::existing(db, &self.id, self.max_bytes).await.map(Saved::Done)
    }
}

impl Save {
    /// Changes the fields of the game's own: which there are, and of which types, their class says.
    async fn change_own(
        &self,
        db: &mut Conn<'_>,
        fields: &mut Map<String, Value>,
    ) -> Result<std::result::Result<(), Problem>> {
        let missing = || StoreError::Failed("the class of users is missing".into());
        let class = objects::classes::class_by_name(db, USER).await?.ok_or_else(missing)?;
        let by = Principals {
            master: self.authority.is_master(),
            user: Some(self.id.clone()),
            roles: objects::roles_of(db, &self.id).await?,
            policy: self.policy,
        };
        let changed = self
            .own
            .new_keys(&class, &by)
            .and_then(|keys| self.own.apply(fields).map(|linked| (keys, linked)));
        let (keys, linked) = match changed {
            Ok(changed) => changed,
            Err(problem) => return Ok(Err(problem)),
        };
        objects::classes::declare(db, &class, &keys).await?;
        for (key, linking) in &linked {
            objects::link(db, class.id, &self.id, key, linking).await?;
        }
        Ok(Ok(()))
    }

    fn apply(&self, fields: &mut Map<String, Value>) {
        for (name, value) in &self.told {
            fields.entry(name).or_insert_with(|| value.clone());
        }
        for (name, value) in &self.fields {
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
}

impl Order for Delete {
    type Out = Deleted;

    /// Identities go with the user, and are free again.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Deleted> {
        // Not the whole user is read: what is damaged can be deleted too.
        if self.authority.is_master() {
            if !users::is_there(db, &self.id).await? {
                return Ok(Deleted::Nobody);
            }
        } else {
            match sessions::of_user(db, &self.id).await? {
                Some(own) if self.authority.covers(own.token.expose(), own.banned) => (),
                _ => return Ok(Deleted::Refused),
            }
        }
        outbox::owe(db, &self.id, None, self.now).await?;
        // Out of roles too. An ACL that names the user names nobody then.
        objects::forget(db, objects::classes::USERS, USER, &self.id).await?;
        query("DELETE FROM users WHERE id = $1").bind(&self.id).run(db).await?;
        Ok(Deleted::Done)
    }
}
