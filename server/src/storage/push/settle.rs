//! What becomes of rows when TapTap has answered, or has not.

use crate::ids::random_text;
use crate::storage::conn::{Conn, query};
use crate::storage::{Order, Result};

/// Pauses between tries of one row, in milliseconds: the first and the longest.
const FIRST_PAUSE: i64 = 1000;
const LONGEST_PAUSE: i64 = 60 * 60 * 1000;
/// The longest pause of all rows after one request failed.
const LONGEST_OF_ALL: i64 = 60 * 1000;
/// How long nothing is sent after TapTap was asked too often (role-binding.md 2.5).
const HOUR: i64 = 60 * 60 * 1000;
/// Failures of one batch until it is suspected to be the reason.
const SUSPECT: i64 = 2;
/// Characters of what tells a part from others.
const PART_CHARS: usize = 16;

/// Ends a lease. One that ended of itself has no rows any more.
#[derive(Debug)]
pub(crate) struct SettlePush {
    pub(crate) lease: String,
    pub(crate) verdict: Verdict,
}

/// How a request ended. Reasons are for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// Something in it is wrong: which row, is found by halves.
    Refused(String),
    /// There are too many: nobody sends anything for an hour.
    TooOften(String),
    /// Nobody knows; later.
    Failed {
        reason: String,
        /// Whether one of the rows may be the cause.
        suspect: bool,
    },
}

/// Parks leased rows of these roles, which cannot be sent as they are.
#[derive(Debug)]
pub(crate) struct ParkPush {
    pub(crate) lease: String,
    /// Each with its reason.
    pub(crate) roles: Vec<(String, &'static str)>,
}

/// A leased row, so far as it is told from others of its lease.
struct Key {
    role_id: String,
    item: String,
    tries: i64,
    changed: bool,
}

impl Order for SettlePush {
    /// The role that was parked, if one was.
    type Out = Option<String>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Option<String>> {
        let now = db.now().await?;
        if self.verdict == Verdict::Done {
            self.done(db, now).await?;
            return Ok(None);
        }
        // What is to be cleared in the preview must not come there later.
        query(
            "DELETE FROM push_outbox WHERE lease = $1 AND changed = 0 AND test_mode = 1 \
             AND kind <> 'clear' AND role_id IN (SELECT c.role_id FROM push_outbox AS c \
              WHERE c.kind = 'clear' AND c.parked_at IS NULL)",
        )
        .bind(&self.lease)
        .run(db)
        .await?;
        let keys = self.keys(db).await?;
        match &self.verdict {
            Verdict::Done => Ok(None),
            Verdict::Refused(reason) => match keys.as_slice() {
                [only] if only.changed => self.free(db, now, None).await.map(|()| None),
                [only] => {
                    park(db, &self.lease, &only.role_id, reason, now).await?;
                    Ok(Some(only.role_id.clone()))
                }
                _ => {
                    self.halve(db, &keys).await?;
                    self.free(db, now, None).await.map(|()| None)
                }
            },
            Verdict::TooOften(reason) => {
                self.free(db, now, None).await?;
                query("UPDATE push_state SET paused_until = $1, reason = $2 WHERE id = 1")
                    .bind(now + HOUR)
                    .bind(reason)
                    .run(db)
                    .await?;
                Ok(None)
            }
            Verdict::Failed { reason, suspect } => {
                let tries = keys.iter().map(|key| key.tries).max().unwrap_or_default();
                if *suspect && tries + 1 >= SUSPECT && keys.len() > 1 {
                    self.halve(db, &keys).await?;
                }
                let wait = jittered(pause(tries, LONGEST_PAUSE))?;
                self.free(db, now + wait, Some(reason)).await?;
                let failures = query("SELECT failures FROM push_state WHERE id = 1");
                let failures: i64 = failures.value("failures", db).await?.unwrap_or_default();
                query(
                    "UPDATE push_state SET failures = $1, paused_until = $2, reason = $3 \
                     WHERE id = 1",
                )
                .bind(failures + 1)
                .bind(now + jittered(pause(failures, LONGEST_OF_ALL))?)
                .bind(reason)
                .run(db)
                .await?;
                Ok(None)
            }
        }
    }
}

impl SettlePush {
    async fn done(&self, db: &mut Conn<'_>, now: i64) -> Result<()> {
        let sent = query("DELETE FROM push_outbox WHERE lease = $1 AND changed = 0");
        sent.bind(&self.lease).run(db).await?;
        query(
            "UPDATE push_outbox SET lease = NULL, part = NULL, due_at = $1, tries = 0, \
             changed = 0, reason = NULL WHERE lease = $2",
        )
        .bind(now)
        .bind(&self.lease)
        .run(db)
        .await?;
        query(
            "UPDATE push_state SET failures = 0, reason = NULL \
             WHERE id = 1 AND (failures > 0 OR reason IS NOT NULL)",
        )
        .run(db)
        .await
        .map(drop)
    }

    async fn keys(&self, db: &mut Conn<'_>) -> Result<Vec<Key>> {
        let leased = query(
            "SELECT role_id, item, tries, changed FROM push_outbox WHERE lease = $1 \
             ORDER BY role_id, item",
        );
        let rows = leased.bind(&self.lease).rows(db).await?;
        let key = |row: &crate::storage::conn::Row| {
            Ok(Key {
                role_id: row.get("role_id")?,
                item: row.get("item")?,
                tries: row.get("tries")?,
                changed: row.get::<i64>("changed")? != 0,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Gives the rows back, to be tried again at `due_at`; with a reason it was a try in vain.
    async fn free(&self, db: &mut Conn<'_>, due_at: i64, reason: Option<&str>) -> Result<()> {
        query(
            "UPDATE push_outbox SET lease = NULL, changed = 0, due_at = $1, tries = tries + $2, \
             reason = COALESCE($3, reason) WHERE lease = $4",
        )
        .bind(due_at)
        .bind(i64::from(reason.is_some()))
        .bind(reason)
        .bind(&self.lease)
        .run(db)
        .await
        .map(drop)
    }

    /// From now on they are tried in two parts.
    async fn halve(&self, db: &mut Conn<'_>, keys: &[Key]) -> Result<()> {
        let (one, two) = keys.split_at(keys.len() / 2);
        for half in [one, two] {
            let part = random_text(PART_CHARS)?;
            for key in half {
                query(
                    "UPDATE push_outbox SET part = $1 \
                     WHERE lease = $2 AND role_id = $3 AND item = $4",
                )
                .bind(&part)
                .bind(&self.lease)
                .bind(&key.role_id)
                .bind(&key.item)
                .run(db)
                .await?;
            }
        }
        Ok(())
    }
}

impl Order for ParkPush {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let now = db.now().await?;
        for (role_id, reason) in &self.roles {
            // What changed meanwhile may be better.
            query(
                "UPDATE push_outbox SET lease = NULL, changed = 0, due_at = $1 \
                 WHERE lease = $2 AND role_id = $3 AND changed = 1",
            )
            .bind(now)
            .bind(&self.lease)
            .bind(role_id)
            .run(db)
            .await?;
            park(db, &self.lease, role_id, reason, now).await?;
        }
        Ok(())
    }
}

async fn park(db: &mut Conn<'_>, lease: &str, role_id: &str, reason: &str, now: i64) -> Result<()> {
    query(
        "UPDATE push_outbox SET lease = NULL, parked_at = $1, reason = $2, tries = tries + 1 \
         WHERE lease = $3 AND role_id = $4",
    )
    .bind(now)
    .bind(reason)
    .bind(lease)
    .bind(role_id)
    .run(db)
    .await
    .map(drop)
}

/// After so many tries.
fn pause(tries: i64, longest: i64) -> i64 {
    let doubled = u32::try_from(tries).ok().and_then(|tries| FIRST_PAUSE.checked_shl(tries));
    doubled.filter(|pause| *pause > 0).map_or(longest, |pause| pause.min(longest))
}

/// From half of it to one and a half, so that many who failed at once do not come back at once.
fn jittered(pause: i64) -> Result<i64> {
    let random = i64::from(getrandom::u32()? % 1000);
    Ok(pause / 2 + pause * random / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_no_two_are_alike() {
        assert_eq!([0, 1, 5].map(|tries| pause(tries, LONGEST_PAUSE)), [1000, 2000, 32_000]);
        for tries in [12, 50, 54, 64, i64::MAX] {
            assert_eq!(pause(tries, LONGEST_PAUSE), LONGEST_PAUSE, "{tries}");
            assert_eq!(pause(tries, LONGEST_OF_ALL), LONGEST_OF_ALL, "{tries}");
        }
        for _ in 0..1000 {
            assert!((500..1500).contains(&jittered(1000).unwrap()));
        }
    }
}
