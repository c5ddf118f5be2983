//! Who users are: identities given and taken, each one user's.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, Row, query};
use super::{Result, damaged, grants, outbox};
use crate::accounts::{ANONYMOUS, Identity, Proven};
use crate::seal::{Purpose, Seal};

/// Whose an identity is.
pub(super) async fn owner(db: &mut Conn<'_>, identity: &Identity) -> Result<Option<String>> {
    let Some(row) = row_of(db, &identity.platform, &identity.value).await? else {
        return Ok(None);
    };
    let id: String = row.get("user_id")?;
    // It opens for this user alone: a row that was pointed at another user opens no account.
    data(db.seal(), &id, &identity.platform, &row)?;
    Ok(Some(id))
}

/// The columns `user_id` and `data` of an identity.
async fn row_of(db: &mut Conn<'_>, platform: &str, value: &Secret) -> Result<Option<Row>> {
    let value = lookup(db.seal(), platform, value);
    query("SELECT user_id, data FROM identities WHERE platform = $1 AND value = $2")
        .bind(platform)
        .bind(&value)
        .row(db)
        .await
}

/// Gives whoever has this identity, if anybody, this grant in place of the one before; whether
/// there is somebody.
pub(super) async fn regrant(
    db: &mut Conn<'_>,
    platform: &str,
    value: &Secret,
    grant: &Secret,
) -> Result<bool> {
    let Some(row) = row_of(db, platform, value).await? else {
        return Ok(false);
    };
    let id: String = row.get("user_id")?;
    let kept = grants::kept(db.seal(), &id, platform, grant)?;
    query("UPDATE identities SET revocable = $1 WHERE user_id = $2 AND platform = $3")
        .bind(&kept)
        .bind(&id)
        .bind(platform)
        .run(db)
        .await?;
    Ok(true)
}

/// What is kept of an identity of the user `id`, whose row has the column `data`.
pub(super) fn data(seal: &Seal, id: &str, platform: &str, row: &Row) -> Result<Secret> {
    seal.open(Purpose::Identity, &[id, platform], &row.get::<String>("data")?)
        .map_err(damaged(&format!("authData.{platform}"), id))
}

/// Writes what an identity of this user holds in plain as it is kept.
pub(super) async fn seal(db: &mut Conn<'_>, id: &str, identity: &Identity) -> Result<()> {
    let (value, data) = kept(db.seal(), id, identity)?;
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
pub(super) fn kept(seal: &Seal, id: &str, identity: &Identity) -> Result<(String, String)> {
    let data = identity.data.expose();
    let data = seal.seal(Purpose::Identity, &[id, &identity.platform], data)?;
    Ok((lookup(seal, &identity.platform, &identity.value), data))
}

/// A guest's id is all it takes to be the guest, and so is any id of a platform that nobody
/// confirms: so none of them is kept as it is.
fn lookup(seal: &Seal, platform: &str, value: &Secret) -> String {
    seal.lookup(Purpose::Identity, &[platform, value.expose()])
}

/// Whether the user cannot have this, because the identity is another's, or another is the one
/// whom its unionid joins.
pub(super) async fn is_taken(db: &mut Conn<'_>, id: &str, proven: &Proven) -> Result<bool> {
    let other = |owner: Option<String>| owner.is_some_and(|owner| owner != id);
    if other(owner(db, &proven.identity).await?) {
        return Ok(true);
    }
    match &proven.union {
        Some(union) if union.main_account => Ok(other(owner(db, &union.identity()).await?)),
        _ => Ok(false),
    }
}

/// Whom the identity's unionid joins, if there is somebody.
pub(super) async fn joined(db: &mut Conn<'_>, proven: &Proven) -> Result<Option<String>> {
    match &proven.union {
        Some(union) => owner(db, &union.identity()).await,
        None => Ok(None),
    }
}

/// Gives the user an identity that is nobody's, in place of the one it had on that platform and of
/// the guest it was, or refreshes what is kept of one that it has. A unionid that joins accounts
/// becomes an identity of its own, unless it is somebody's.
pub(super) async fn place(db: &mut Conn<'_>, id: &str, proven: &Proven, now: i64) -> Result<()> {
    let identity = &proven.identity;
    let grant = proven.grant.as_ref();
    let grant = grant.map(|grant| grants::kept(db.seal(), id, &identity.platform, grant));
    let grant = grant.transpose()?;
    if owner(db, identity).await?.is_some() {
        refresh(db, id, identity, grant.as_deref()).await?;
    } else {
        remove(db, id, &identity.platform, now).await?;
        if identity.platform != ANONYMOUS {
            remove(db, id, ANONYMOUS, now).await?;
        }
        add(db, id, identity, grant.as_deref(), None).await?;
    }
    let Some(union) = proven.union.as_ref().filter(|union| union.main_account) else {
        return Ok(());
    };
    let entry = union.identity();
    if owner(db, &entry).await?.is_none() {
        remove(db, id, &entry.platform, now).await?;
        add(db, id, &entry, None, Some(&identity.platform)).await?;
    }
    Ok(())
}

/// Takes a platform from the user, with the entries that came with it. Its grant is to be ended.
pub(super) async fn remove(db: &mut Conn<'_>, id: &str, platform: &str, now: i64) -> Result<()> {
    outbox::owe(db, id, Some(platform), now).await?;
    query("DELETE FROM identities WHERE user_id = $1 AND (platform = $2 OR brought_by = $2)")
        .bind(id)
        .bind(platform)
        .run(db)
        .await
        .map(drop)
}

/// Keeps what is known now of an identity of the user.
async fn refresh(
    db: &mut Conn<'_>,
    id: &str,
    identity: &Identity,
    grant: Option<&str>,
) -> Result<()> {
    let (_, data) = kept(db.seal(), id, identity)?;
    query(
        "UPDATE identities SET data = $1, revocable = COALESCE($2, revocable) \
         WHERE user_id = $3 AND platform = $4",
    )
    .bind(&data)
    .bind(grant)
    .bind(id)
    .bind(&identity.platform)
    .run(db)
    .await
    .map(drop)
}

async fn add(
    db: &mut Conn<'_>,
    id: &str,
    identity: &Identity,
    grant: Option<&str>,
    brought_by: Option<&str>,
) -> Result<()> {
    let (value, data) = kept(db.seal(), id, identity)?;
    query(
        "INSERT INTO identities (platform, value, user_id, data, revocable, brought_by) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&identity.platform)
    .bind(&value)
    .bind(id)
    .bind(&data)
    .bind(grant)
    .bind(brought_by)
    .run(db)
    .await
    .map(drop)
}
