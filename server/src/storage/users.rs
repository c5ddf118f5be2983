//! The rows of users and of who they are, read and written.

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use super::conn::{Conn, Row, query};
use super::orders::NewUser;
use super::{Result, StoreError, damaged, sessions};
use crate::accounts::{Identity, User};
use crate::seal::{Purpose, Seal};

/// The columns of [`User`], in no particular order.
macro_rules! select_user {
    ($where:literal) => {
        concat!(
            "SELECT id, created_at, updated_at, username, email_verified, mobile_phone_verified, ",
            "token_lookup, token_sealed, fields FROM users WHERE ",
            $where
        )
    };
}

/// The user whose session token this is.
pub(super) async fn by_token(db: &mut Conn<'_>, token: &str) -> Result<Option<User>> {
    let lookup = sessions::lookup(db.seal(), token);
    match query(select_user!("token_lookup = $1")).bind(&lookup).row(db).await? {
        Some(row) => whole(&row, db).await.map(Some),
        None => Ok(None),
    }
}

/// The user of this object id.
pub(super) async fn by_id(db: &mut Conn<'_>, id: &str) -> Result<Option<User>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    match query(select_user!("id = $1")).bind(id).row(db).await? {
        Some(row) => whole(&row, db).await.map(Some),
        None => Ok(None),
    }
}

/// The newest users, at most so many.
pub(super) async fn newest(db: &mut Conn<'_>, most: u32) -> Result<Vec<User>> {
    // Ids sort by the time they were made.
    let newest = query(select_user!("true ORDER BY id DESC LIMIT $1")).bind(i64::from(most));
    let mut users = Vec::new();
    for row in newest.rows(db).await? {
        users.push(whole(&row, db).await?);
    }
    Ok(users)
}

/// Makes a user, whose times are both `now` (Unix milliseconds).
pub(super) async fn insert(db: &mut Conn<'_>, new: &NewUser, now: i64) -> Result<()> {
    let (lookup, sealed) = sessions::kept(db.seal(), &new.id, &new.session_token)?;
    query(
        "INSERT INTO users \
         (id, created_at, updated_at, username, token_lookup, token_sealed, fields) \
         VALUES ($1, $2, $2, $3, $4, $5, $6)",
    )
    .bind(&new.id)
    .bind(now)
    .bind(&new.username)
    .bind(&lookup)
    .bind(&sealed)
    .bind(&new.fields)
    .run(db)
    .await
    .map(drop)
}

/// Gives a user an identity that is nobody's.
pub(super) async fn add_identity(db: &mut Conn<'_>, id: &str, identity: &Identity) -> Result<()> {
    let (value, data) = kept_identity(db.seal(), id, identity)?;
    query("INSERT INTO identities (platform, value, user_id, data) VALUES ($1, $2, $3, $4)")
        .bind(&identity.platform)
        .bind(&value)
        .bind(id)
        .bind(&data)
        .run(db)
        .await
        .map(drop)
}

/// Whose identity this is, if it is anybody's.
pub(super) async fn owner(db: &mut Conn<'_>, identity: &Identity) -> Result<Option<String>> {
    let found = query("SELECT user_id, data FROM identities WHERE platform = $1 AND value = $2")
        .bind(&identity.platform)
        .bind(&identity_lookup(db.seal(), identity))
        .row(db)
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let id: String = row.get("user_id")?;
    // It opens for this user alone: a row that was pointed at another user opens no account.
    identity_data(db.seal(), &id, &identity.platform, &row)?;
    Ok(Some(id))
}

/// Writes what an identity of this user holds, which may be in plain yet, as it is kept.
pub(super) async fn seal_identity(db: &mut Conn<'_>, id: &str, identity: &Identity) -> Result<()> {
    let (value, data) = kept_identity(db.seal(), id, identity)?;
    query("UPDATE identities SET value = $1, data = $2 WHERE user_id = $3 AND platform = $4")
        .bind(&value)
        .bind(&data)
        .bind(id)
        .bind(&identity.platform)
        .run(db)
        .await
        .map(drop)
}

/// The columns `value` and `data` of an identity of the user `id`.
fn kept_identity(seal: &Seal, id: &str, identity: &Identity) -> Result<(String, String)> {
    let data = identity.data.expose();
    let data = seal.seal(Purpose::Identity, &[id, &identity.platform], data)?;
    Ok((identity_lookup(seal, identity), data))
}

/// A guest's id is all it takes to be the guest, and so is any id of a platform that nobody
/// confirms: so none of them is kept as it is.
fn identity_lookup(seal: &Seal, identity: &Identity) -> String {
    seal.lookup(Purpose::Identity, &[&identity.platform, identity.value.expose()])
}

fn identity_data(seal: &Seal, id: &str, platform: &str, row: &Row) -> Result<Secret> {
    seal.open(Purpose::Identity, &[id, platform], &row.get::<String>("data")?)
        .map_err(damaged(&format!("authData.{platform}"), id))
}

/// Replaces a user's fields without a column of their own.
pub(super) async fn set_fields(
    db: &mut Conn<'_>,
    id: &str,
    fields: Map<String, Value>,
) -> Result<()> {
    let fields = Value::Object(fields).to_string();
    query("UPDATE users SET fields = $1 WHERE id = $2").bind(&fields).bind(id).run(db).await?;
    Ok(())
}

/// Gives the user a later `updatedAt` than it had, even within one millisecond or after the clock
/// was set back.
pub(super) async fn touch(db: &mut Conn<'_>, id: &str, now: i64) -> Result<i64> {
    let touched = query(
        "UPDATE users SET updated_at = CASE WHEN $1 > updated_at THEN $1 ELSE updated_at + 1 END \
         WHERE id = $2 RETURNING updated_at",
    );
    let missing = || StoreError::Failed("a user is missing".into());
    touched.bind(now).bind(id).value("updated_at", db).await?.ok_or_else(missing)
}

/// PostgreSQL refuses even to look for U+0000, which no text that is kept has.
pub(super) fn is_nowhere(text: &str) -> bool {
    text.contains('\0')
}

async fn whole(row: &Row, db: &mut Conn<'_>) -> Result<User> {
    let id: String = row.get("id")?;
    let mut auth_data = Map::new();
    let identities = query("SELECT platform, data FROM identities WHERE user_id = $1").bind(&id);
    for row in identities.rows(db).await? {
        let platform: String = row.get("platform")?;
        let data = identity_data(db.seal(), &id, &platform, &row)?;
        auth_data.insert(platform, object(data.expose())?.into());
    }
    Ok(User {
        session_token: sessions::of_row(db.seal(), &id, row)?,
        id,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        username: row.get("username")?,
        email_verified: row.get("email_verified")?,
        mobile_phone_verified: row.get("mobile_phone_verified")?,
        fields: object(&row.get::<String>("fields")?)?,
        auth_data,
    })
}

fn object(text: &str) -> Result<Map<String, Value>> {
    // The cause could quote what is stored, so it is not passed on.
    serde_json::from_str(text).map_err(|_| StoreError::Failed("a stored JSON is damaged".into()))
}
