//! One more identity for a user that is there.

use serde_json::{Map, Value};
use sqlx::sqlite::SqliteConnection;

use super::orders::{Authority, touch};
use super::{Result, users};
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

impl LinkOrder {
    /// Gives the identity to the user, in place of the one it had on that platform and of the
    /// guest it was. Nobody else writes meanwhile, so an identity that is free here stays free;
    /// the primary key of `identities` holds it as well.
    pub(super) async fn run(&self, db: &mut SqliteConnection) -> Result<Linked> {
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
        let owner: Option<String> =
            sqlx::query_scalar("SELECT user_id FROM identities WHERE platform = ? AND value = ?")
                .bind(&self.identity.platform)
                .bind(self.identity.value.expose())
                .fetch_optional(&mut *db)
                .await?;
        if owner.is_some_and(|owner| owner != self.id) {
            return Ok(Linked::Taken);
        }
        self.replace(db).await?;
        let mut fields = user.fields;
        for (name, value) in &self.fields {
            fields.entry(name).or_insert_with(|| value.clone());
        }
        sqlx::query("UPDATE users SET fields = ? WHERE id = ?")
            .bind(Value::Object(fields).to_string())
            .bind(&self.id)
            .execute(&mut *db)
            .await?;
        Ok(Linked::Done { updated_at: touch(db, &self.id, self.now).await? })
    }

    async fn replace(&self, db: &mut SqliteConnection) -> Result<()> {
        sqlx::query("DELETE FROM identities WHERE user_id = ? AND platform IN (?, ?)")
            .bind(&self.id)
            .bind(ANONYMOUS)
            .bind(&self.identity.platform)
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT INTO identities (platform, value, user_id, data) VALUES (?, ?, ?, ?)")
            .bind(&self.identity.platform)
            .bind(self.identity.value.expose())
            .bind(&self.id)
            .bind(self.identity.data.expose())
            .execute(db)
            .await?;
        Ok(())
    }
}
