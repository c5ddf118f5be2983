//! What the operator asks and orders about users from a shell.

use super::conn::{Conn, Row, query};
use super::{Order, Result, StoreError, users};

/// A user in a list, without anything secret.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: String,
    /// Unix milliseconds.
    pub(crate) created_at: i64,
    /// Unix milliseconds.
    pub(crate) updated_at: i64,
    pub(crate) username: String,
    /// By name.
    pub(crate) platforms: Vec<String>,
    pub(crate) ban: Option<Ban>,
    /// What of its row does not open, which closes the account until it is put back.
    pub(crate) damaged: Option<String>,
}

/// Why somebody is kept out.
#[derive(Debug, Clone)]
pub(crate) struct Ban {
    /// Unix milliseconds.
    pub(crate) at: i64,
    pub(crate) reason: Option<String>,
}

/// Keeps a user out, or, without a ban, lets it in again.
#[derive(Debug)]
pub(crate) struct SetBan {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) ban: Option<Ban>,
}

impl Order for SetBan {
    /// Whether there is such a user.
    type Out = bool;

    async fn run(&self, db: &mut Conn<'_>) -> Result<bool> {
        if users::is_nowhere(&self.id) {
            return Ok(false);
        }
        let (at, reason) = match &self.ban {
            Some(ban) => (ban.at, ban.reason.as_deref()),
            None => (0, None),
        };
        let set =
            query("UPDATE users SET banned_at = NULLIF($1, 0), ban_reason = $2 WHERE id = $3");
        Ok(set.bind(at).bind(reason).bind(&self.id).run(db).await? > 0)
    }
}

/// The newest users, at most so many; only those on `platform`, if one is given.
pub(super) async fn list(
    db: &mut Conn<'_>,
    platform: Option<&str>,
    most: u32,
) -> Result<Vec<Listed>> {
    let most = i64::from(most);
    let found = match platform {
        None => query(users::select_user!("true ORDER BY id DESC LIMIT $1")).bind(most),
        Some(platform) => query(users::select_user!(
            "EXISTS (SELECT 1 FROM identities WHERE user_id = users.id AND platform = $1) \
             ORDER BY id DESC LIMIT $2"
        ))
        .bind(platform)
        .bind(most),
    };
    let mut listed = Vec::new();
    for row in found.rows(db).await? {
        listed.push(one(&row, db).await?);
    }
    Ok(listed)
}

/// The user of this object id.
pub(super) async fn show(db: &mut Conn<'_>, id: &str) -> Result<Option<Listed>> {
    if users::is_nowhere(id) {
        return Ok(None);
    }
    match query(users::select_user!("id = $1")).bind(id).row(db).await? {
        Some(row) => one(&row, db).await.map(Some),
        None => Ok(None),
    }
}

async fn one(row: &Row, db: &mut Conn<'_>) -> Result<Listed> {
    let id: String = row.get("id")?;
    let platforms = query("SELECT platform FROM identities WHERE user_id = $1 ORDER BY platform");
    let platforms = platforms.bind(&id).rows(db).await?;
    let ban = match row.get::<Option<i64>>("banned_at")? {
        Some(at) => Some(Ban { at, reason: row.get("ban_reason")? }),
        None => None,
    };
    let damaged = match users::whole(row, db).await {
        Ok(_) => None,
        Err(StoreError::Damaged { what, .. }) => Some(what),
        Err(error) => return Err(error),
    };
    Ok(Listed {
        id,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        username: row.get("username")?,
        platforms: platforms.iter().map(|row| row.get("platform")).collect::<Result<_>>()?,
        ban,
        damaged,
    })
}
