//! Grants that are to be ended at their platform, noted in the same transaction that takes them
//! from an account, so that no crash forgets one.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, query};
use super::{Order, Result, grants, identities};
use crate::ids::{TOKEN_CHARS, random_text};

/// Pauses between tries, in milliseconds: the first and the longest.
const FIRST_PAUSE: i64 = 1000;
const LONGEST_PAUSE: i64 = 60 * 60 * 1000;

/// Tries until a grant is given up: more than a month.
const MOST_TRIES: i64 = 1000;

/// Asks for a grant that is to be ended now, and puts it off, in case this try fails. Of several
/// servers one gets it.
#[derive(Debug)]
pub(crate) struct NextRevocation {
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// What there is to be done.
#[derive(Debug)]
pub(crate) enum Revocation {
    /// To be ended now.
    Due(Owed),
    /// Nothing before then (Unix milliseconds).
    Later(i64),
    Nothing,
}

/// A grant to be ended.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) id: String,
    pub(crate) platform: String,
    pub(crate) grant: Secret,
    /// Whether it was tried for the last time if this try fails.
    pub(crate) last: bool,
}

/// A grant that came of a request which kept nothing.
#[derive(Debug)]
pub(crate) struct Leave {
    pub(crate) platform: String,
    /// Whose it is on the platform, if that is known.
    pub(crate) identity: Option<Secret>,
    pub(crate) grant: Secret,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// There is nothing more to be done about a grant.
#[derive(Debug)]
pub(crate) struct Settle {
    /// That of [`Owed`].
    pub(crate) id: String,
}

/// Notes that the grants of a user, or of one platform of it, are to be ended.
pub(super) async fn owe(
    db: &mut Conn<'_>,
    user: &str,
    platform: Option<&str>,
    now: i64,
) -> Result<()> {
    let granted = query(
        "SELECT platform, revocable FROM identities \
         WHERE user_id = $1 AND revocable IS NOT NULL AND platform = COALESCE($2, platform)",
    );
    for row in granted.bind(user).bind(platform).rows(db).await? {
        let (platform, kept): (String, String) = (row.get("platform")?, row.get("revocable")?);
        note(db, user, &platform, &kept, now).await?;
    }
    Ok(())
}

/// `kept`: the column `revocable` of the record `user` (a user, or a text of its own).
async fn note(db: &mut Conn<'_>, user: &str, platform: &str, kept: &str, now: i64) -> Result<()> {
    let id = random_text(TOKEN_CHARS)?;
    query(
        "INSERT INTO revocations (id, user_id, platform, revocable, due_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id)
    .bind(user)
    .bind(platform)
    .bind(kept)
    .bind(now)
    .run(db)
    .await
    .map(drop)
}

impl Order for Leave {
    type Out = ();

    /// Ending it would end all that the platform has granted to this player, so an account that
    /// the player has already keeps it, as it would of a login.
    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        if let Some(identity) = &self.identity
            && identities::regrant(db, &self.platform, identity, &self.grant).await?
        {
            return Ok(());
        }
        let nobody = random_text(TOKEN_CHARS)?;
        let kept = grants::kept(db.seal(), &nobody, &self.platform, &self.grant)?;
        note(db, &nobody, &self.platform, &kept, self.now).await
    }
}

impl Order for NextRevocation {
    type Out = Revocation;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Revocation> {
        let first = query(
            "SELECT id, user_id, platform, revocable, due_at, tries FROM revocations \
             ORDER BY due_at, id LIMIT 1",
        );
        let Some(row) = first.row(db).await? else {
            return Ok(Revocation::Nothing);
        };
        let due_at: i64 = row.get("due_at")?;
        if due_at > self.now {
            return Ok(Revocation::Later(due_at));
        }
        let (id, tries): (String, i64) = (row.get("id")?, row.get("tries")?);
        query("UPDATE revocations SET due_at = $1, tries = tries + 1 WHERE id = $2")
            .bind(self.now + pause(tries))
            .bind(&id)
            .run(db)
            .await?;
        let (user, platform): (String, String) = (row.get("user_id")?, row.get("platform")?);
        let kept: String = row.get("revocable")?;
        let grant = match grants::read(db.seal(), &user, &platform, &kept) {
            Ok(grant) => grant,
            Err(error) => {
                // It waits like one whose platform does not answer, and keeps no other waiting.
                tracing::error!(%error, "a grant cannot be revoked");
                return Ok(Revocation::Later(self.now));
            }
        };
        Ok(Revocation::Due(Owed { id, platform, grant, last: tries + 1 >= MOST_TRIES }))
    }
}

impl Order for Settle {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        query("DELETE FROM revocations WHERE id = $1").bind(&self.id).run(db).await.map(drop)
    }
}

/// After so many tries.
fn pause(tries: i64) -> i64 {
    let doubled = u32::try_from(tries).ok().and_then(|tries| FIRST_PAUSE.checked_shl(tries));
    doubled.filter(|pause| *pause > 0).map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        assert_eq!([0, 1, 5].map(pause), [1000, 2000, 32_000]);
        for tries in [12, 50, 53, 54, 55, 63, 64, 1000, i64::MAX] {
            assert_eq!(pause(tries), LONGEST_PAUSE, "{tries}");
        }
    }
}
