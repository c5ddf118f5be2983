//! What TapTap is to be told of roles, noted in the transaction in which it came to be
//! (role-binding.md 2.5 and 3.1). A row is leased by whoever sends it, by the clock of the database:
//! a process that is killed meanwhile has it taken over when the lease ends.

mod claim;
mod listed;
mod settle;

use serde_json::Value;

use super::conn::{Conn, query};
use super::{Order, Result, StoreError};
use crate::push::{Datum, Kind};

pub(crate) use claim::{Claim, ClaimPush, Claimed, Leased};
pub(crate) use listed::{Outbox, Pending, RetryPush, listed};
pub(crate) use settle::{ParkPush, SettlePush, Verdict};

/// A player has just bound the role and looks at its page.
pub(super) const FIRST: i64 = 0;
/// The role's data changed.
pub(super) const CHANGED: i64 = 1;
/// Once a day.
const DAILY: i64 = 2;

/// Roles that one step of the daily push looks at.
const DAILY_STEP: i64 = 500;

/// Largest data of one role and one type, in bytes of JSON.
const MAX_PAYLOAD: usize = 64 * 1024;

/// What the studio's back end hands in.
#[derive(Debug)]
pub(crate) struct Hand {
    pub(crate) data: Vec<Datum>,
    pub(crate) test_mode: bool,
}

/// One step of the daily push.
#[derive(Debug)]
pub(crate) struct DailyPush {
    /// Milliseconds.
    pub(crate) every: i64,
}

impl Order for Hand {
    /// The roles that are not bound, whose data is none of TapTap's business.
    type Out = Vec<String>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Vec<String>> {
        let now = db.now().await?;
        let mut unbound: Vec<String> = Vec::new();
        for datum in &self.data {
            let role_id = datum.role_id.as_str();
            if unbound.last().is_some_and(|last| last == role_id) {
                continue;
            }
            if !self.test_mode && !is_bound(db, role_id).await? {
                unbound.push(role_id.to_owned());
                continue;
            }
            if datum.kind == Kind::Clear {
                // What is not there yet is cleared as well. What is being sent is waited for.
                query(
                    "DELETE FROM push_outbox WHERE role_id = $1 AND test_mode = 1 \
                     AND kind <> 'clear' AND lease IS NULL",
                )
                .bind(role_id)
                .run(db)
                .await?;
            }
            put(db, datum, self.test_mode, CHANGED, now).await?;
        }
        Ok(unbound)
    }
}

impl Order for DailyPush {
    /// Whether there is something to be sent now.
    type Out = bool;

    async fn run(&self, db: &mut Conn<'_>) -> Result<bool> {
        let state = query("SELECT daily_at, daily_after FROM push_state WHERE id = 1");
        let Some(state) = state.row(db).await? else { return Ok(false) };
        let (at, after): (i64, Option<String>) =
            (state.get("daily_at")?, state.get("daily_after")?);
        let now = db.now().await?;
        let begins = after.is_none();
        if begins && at > now {
            return Ok(false);
        }
        let next_at = if begins { now + self.every } else { at };
        // The first time ever there is only the time to be noted.
        let found = if at == 0 {
            Vec::new()
        } else {
            query(
                "SELECT role_id FROM bindings WHERE bound = 1 AND role_id > $1 \
                 ORDER BY role_id LIMIT $2",
            )
            .bind(after.as_deref().unwrap_or_default())
            .bind(DAILY_STEP)
            .rows(db)
            .await?
        };
        let mut last = None;
        for row in &found {
            let role_id: String = row.get("role_id")?;
            query(
                "INSERT INTO push_outbox (role_id, kind, type, test_mode, item, payload, priority, \
                 due_at, tries, changed) VALUES ($1, 'profile', '', 0, '', '', $2, $3, 0, 0) \
                 ON CONFLICT (role_id, kind, type, test_mode, item) DO NOTHING",
            )
            .bind(&role_id)
            .bind(DAILY)
            .bind(now)
            .run(db)
            .await?;
            last = Some(role_id);
        }
        let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) < DAILY_STEP;
        query("UPDATE push_state SET daily_at = $1, daily_after = $2 WHERE id = 1")
            .bind(next_at)
            .bind(last.as_deref().filter(|_| !whole))
            .run(db)
            .await?;
        Ok(!found.is_empty())
    }
}

/// Whether there may be something to be done: a look that keeps nobody from writing.
pub(super) async fn is_due(db: &mut Conn<'_>, daily: bool) -> Result<bool> {
    let now = db.now().await?;
    let due = query(
        "SELECT id FROM push_state WHERE ($2 = 1 AND (daily_at <= $1 OR daily_after IS NOT NULL)) \
         OR EXISTS (SELECT 1 FROM push_outbox WHERE parked_at IS NULL AND due_at <= $1)",
    );
    Ok(due.bind(now).bind(i64::from(daily)).row(db).await?.is_some())
}

/// Notes that the profile of a bound role is to be sent.
pub(super) async fn profile(db: &mut Conn<'_>, role_id: &str, priority: i64) -> Result<()> {
    let now = db.now().await?;
    let datum = Datum::profile(role_id.to_owned());
    put(db, &datum, false, priority, now).await
}

/// Forgets what was to be sent of a role that is not bound any more. The preview is none of the
/// binding's.
pub(super) async fn forget(db: &mut Conn<'_>, role_id: &str) -> Result<()> {
    let gone = query("DELETE FROM push_outbox WHERE role_id = $1 AND test_mode = 0");
    gone.bind(role_id).run(db).await.map(drop)
}

pub(super) async fn is_bound(db: &mut Conn<'_>, role_id: &str) -> Result<bool> {
    let bound = query("SELECT role_id FROM bindings WHERE role_id = $1 AND bound = 1");
    Ok(bound.bind(role_id).row(db).await?.is_some())
}

/// Newer data takes the place of what was not sent yet. While that is under way it waits for the
/// end of it, or TapTap might get the two in another order; and a role that was tried in vain is
/// not tried sooner for it, unless it was refused for good.
async fn put(
    db: &mut Conn<'_>,
    datum: &Datum,
    test_mode: bool,
    priority: i64,
    now: i64,
) -> Result<()> {
    let payload = match datum.kind {
        Kind::Board => merged(db, datum, test_mode).await?,
        _ => datum.payload.clone(),
    };
    if payload.len() > MAX_PAYLOAD {
        return Err(StoreError::TooLarge);
    }
    query(
        "INSERT INTO push_outbox (role_id, kind, type, test_mode, item, payload, priority, due_at, \
         tries, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) \
         ON CONFLICT (role_id, kind, type, test_mode, item) DO UPDATE SET \
         payload = excluded.payload, changed = 1, \
         priority = CASE WHEN excluded.priority < push_outbox.priority THEN excluded.priority \
          ELSE push_outbox.priority END, \
         due_at = CASE WHEN push_outbox.parked_at IS NULL AND \
          (push_outbox.lease IS NOT NULL OR push_outbox.tries > 0) THEN push_outbox.due_at \
          ELSE excluded.due_at END, \
         part = CASE WHEN push_outbox.parked_at IS NULL THEN push_outbox.part ELSE NULL END, \
         parked_at = NULL, reason = NULL",
    )
    .bind(&datum.role_id)
    .bind(datum.kind.name())
    .bind(&datum.form)
    .bind(i64::from(test_mode))
    .bind(&datum.item)
    .bind(&payload)
    .bind(priority)
    .bind(now)
    .run(db)
    .await
    .map(drop)
}

/// Statistics may come in pieces: those that wait keep what the new ones do not name.
async fn merged(db: &mut Conn<'_>, datum: &Datum, test_mode: bool) -> Result<String> {
    let waiting: Option<String> = query(
        "SELECT payload FROM push_outbox WHERE role_id = $1 AND kind = 'board' AND type = $2 \
         AND test_mode = $3 AND item = ''",
    )
    .bind(&datum.role_id)
    .bind(&datum.form)
    .bind(i64::from(test_mode))
    .value("payload", db)
    .await?;
    let list = |text: &str| serde_json::from_str::<Vec<Value>>(text).unwrap_or_default();
    let Some(waiting) = waiting else { return Ok(datum.payload.clone()) };
    let (mut all, new) = (list(&waiting), list(&datum.payload));
    all.retain(|old| !new.iter().any(|one| one.get("data_key") == old.get("data_key")));
    all.extend(new);
    Ok(Value::Array(all).to_string())
}
