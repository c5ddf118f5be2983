//! The rows of users and of who they are, read and written.

use serde_json::{Map, Value};

use super::conn::{Conn, Row, query};
use super::orders::NewUser;
use super::{Result, StoreError, damaged, identities, objects, passwords, sessions};
use crate::accounts::{Identity, User, View};
use crate::objects::USER;
use crate::seal::Damaged;

/// The columns of [`User`] and of its ban, in no particular order.
macro_rules! select_user {
    ($where:literal) => {
        concat!(
            "SELECT id, created_at, updated_at, username, email, mobile_phone_number, ",
            "email_verified, mobile_phone_verified, token_lookup, token_sealed, banned_at, ",
            "ban_reason, fields FROM users WHERE ",
            $where
        )
    };
}

pub(super) use select_user;

/// The user whose session token this is. A banned user has no session.
pub(super) async fn by_token(db: &mut Conn<'_>, token: &str) -> Result<Option<User>> {
    let lookup = sessions::lookup(db.seal(), token);
    match query(select_user!("token_lookup = $1 AND banned_at IS NULL"))
        .bind(&lookup)
        .row(db)
        .await?
    {
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

/// The user of this username.
pub(super) async fn by_name(db: &mut Conn<'_>, name: &str) -> Result<Option<User>> {
    if is_nowhere(name) {
        return Ok(None);
    }
    match query(select_user!("username = $1")).bind(name).row(db).await? {
        Some(row) => whole(&row, db).await.map(Some),
        None => Ok(None),
    }
}

/// A user that has to be there, and no larger than `max_bytes` of JSON.
pub(super) async fn existing(db: &mut Conn<'_>, id: &str, max_bytes: usize) -> Result<User> {
    let missing = || StoreError::Failed("an identity belongs to no user".into());
    let user = by_id(db, id).await?.ok_or_else(missing)?;
    if size(&user) > max_bytes { Err(StoreError::TooLarge) } else { Ok(user) }
}

/// Bytes of a user's JSON.
pub(super) fn size(user: &User) -> usize {
    user.to_json(View::Owner).to_string().len()
}

/// Whether there is such a user, damaged or not.
pub(super) async fn is_there(db: &mut Conn<'_>, id: &str) -> Result<bool> {
    if is_nowhere(id) {
        return Ok(false);
    }
    Ok(query("SELECT id FROM users WHERE id = $1").bind(id).row(db).await?.is_some())
}

/// Whether the operator keeps this user out.
pub(super) async fn is_banned(db: &mut Conn<'_>, id: &str) -> Result<bool> {
    let banned = query("SELECT id FROM users WHERE id = $1 AND banned_at IS NOT NULL").bind(id);
    Ok(banned.row(db).await?.is_some())
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
    .await?;
    if !new.own.keys.is_empty() {
        let missing = || StoreError::Failed("the class of users is missing".into());
        let class = objects::classes::class_by_name(db, USER).await?.ok_or_else(missing)?;
        objects::classes::declare(db, &class, &new.own.keys).await?;
    }
    for (key, linking) in &new.own.linked {
        objects::link(db, objects::classes::USERS, &new.id, key, linking).await?;
    }
    passwords::set(db, &new.id, &new.credentials).await
}

/// Makes a user, of whom nothing else is known, with one identity, in one statement of PostgreSQL's;
/// `false`: somebody has the identity.
pub(super) async fn insert_alone(
    db: &mut Conn<'_>,
    new: &NewUser,
    identity: &Identity,
    now: i64,
) -> Result<bool> {
    let (lookup, sealed) = sessions::kept(db.seal(), &new.id, &new.session_token)?;
    let (value, data) = identities::kept(db.seal(), &new.id, identity)?;
    let made = query(
        "WITH made AS (INSERT INTO users \
         (id, created_at, updated_at, username, token_lookup, token_sealed, fields) \
         SELECT $1, $2, $2, $3, $4, $5, $6 \
         WHERE NOT EXISTS (SELECT FROM identities WHERE platform = $7 AND value = $8)) \
         INSERT INTO identities (platform, value, user_id, data) \
         SELECT $7, $8, $1, $9 \
         WHERE NOT EXISTS (SELECT FROM identities WHERE platform = $7 AND value = $8)",
    );
    let made = made.bind(&new.id).bind(now).bind(&new.username).bind(&lookup).bind(&sealed);
    let made = made.bind(&new.fields).bind(&identity.platform).bind(&value).bind(&data);
    Ok(made.run(db).await? > 0)
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

pub(super) async fn whole(row: &Row, db: &mut Conn<'_>) -> Result<User> {
    let id: String = row.get("id")?;
    let mut auth_data = Map::new();
    let identities = query("SELECT platform, data FROM identities WHERE user_id = $1").bind(&id);
    for row in identities.rows(db).await? {
        let platform: String = row.get("platform")?;
        let data = identities::data(db.seal(), &id, &platform, &row)?;
        let map = object(data.expose(), &id, "authData")?;
        auth_data.insert(platform, map.into());
    }
    Ok(User {
        session_token: sessions::of_row(db.seal(), &id, row)?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        username: row.get("username")?,
        email: row.get("email")?,
        mobile_phone_number: row.get("mobile_phone_number")?,
        email_verified: row.get("email_verified")?,
        mobile_phone_verified: row.get("mobile_phone_verified")?,
        banned: row.get::<Option<i64>>("banned_at")?.is_some(),
        fields: object(&row.get::<String>("fields")?, &id, "a field")?,
        auth_data,
        id,
    })
}

/// A JSON object in a row of the user `id`.
fn object(text: &str, id: &str, what: &str) -> Result<Map<String, Value>> {
    // The cause could quote what is stored, so it is not passed on.
    serde_json::from_str(text).map_err(|_| damaged(what, id)(Damaged))
}
