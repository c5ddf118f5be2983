//! Who users are: identities given and taken, each one user's.

use super::conn::{Conn, query};
use super::{Result, grants, outbox};
use crate::accounts::{ANONYMOUS, Identity, Proven};

/// Whose an identity is.
pub(super) async fn owner(db: &mut Conn<'_>, identity: &Identity) -> Result<Option<String>> {
    query("SELECT user_id FROM identities WHERE platform = $1 AND value = $2")
        .bind(&identity.platform)
        .bind(identity.value.expose())
        .value("user_id", db)
        .await
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
    let grant = proven.grant.as_ref().map(grants::kept).transpose()?;
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
    query(
        "UPDATE identities SET data = $1, revocable = COALESCE($2, revocable) \
         WHERE user_id = $3 AND platform = $4",
    )
    .bind(identity.data.expose())
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
    query(
        "INSERT INTO identities (platform, value, user_id, data, revocable, brought_by) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&identity.platform)
    .bind(identity.value.expose())
    .bind(id)
    .bind(identity.data.expose())
    .bind(grant)
    .bind(brought_by)
    .run(db)
    .await
    .map(drop)
}
