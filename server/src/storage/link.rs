//! One more identity for a user that is there.

use serde_json::{Map, Value};

use super::conn::{Conn, query};
use super::orders::Authority;
use super::{Order, Result, users};
use crate::accounts::{ANONYMOUS, Identity};

/// An identity for one user.
#[derive(Debug)]
pub(crate) struct LinkOrder {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) authority: Authority,
    /// Confirmed, and of no guest.
    pub(crate) identity: Identity,
    /// For the user, as far as it has none of these names.
    pub(crate) fields: Map<String, Value>,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a link ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Linked {
    /// The user's `updatedAt`.
    Done { updated_at: i64 },
    /// The identity is another user's.
    Taken,
    /// The session is not, or no longer, this user's.
    Refused,
    /// There is no such user.
    Nobody,
}

impl Order for LinkOrder {
    type Out = Linked;

    /// Gives the identity to the user, in place of the one it had on that platform and of the
    /// guest it was. Of two links of one identity one meets the other: the primary key of
    /// `identities` holds it.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Linked> {
        let Some(user) = users::by_id(db, &self.id).await? else {
            // Who has no right to the user does not learn whether there is one.
            return Ok(match self.authority {
                Authority::Master => Linked::Nobody,
                Authority::Session(_) => Linked::Refused,
            });
        };
        if !self.authority.covers(user.session_token.expose()) {
            return Ok(Linked::Refused);
        }
        let owner = users::owner(db, &self.identity).await?;
        if owner.is_some_and(|owner| owner != self.id) {
            return Ok(Linked::Taken);
        }
        query("DELETE FROM identities WHERE user_id = $1 AND platform IN ($2, $3)")
            .bind(&self.id)
            .bind(ANONYMOUS)
            .bind(&self.identity.platform)
            .run(db)
            .await?;
        users::add_identity(db, &self.id, &self.identity).await?;
        let mut fields = user.fields;
        for (name, value) in &self.fields {
            fields.entry(name).or_insert_with(|| value.clone());
        }
        users::set_fields(db, &self.id, fields).await?;
        Ok(Linked::Done { updated_at: users::touch(db, &self.id, self.now).await? })
    }
}
