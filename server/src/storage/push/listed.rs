//! The outbox as the operator sees it.

use crate::storage::conn::{Conn, Row, query};
use crate::storage::{Order, Result};

/// What there is.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(crate) waiting: i64,
    pub(crate) parked: i64,
    /// Nothing is sent before then, if that is to come.
    pub(crate) paused_until: Option<i64>,
    /// What TapTap said last, if that was not well.
    pub(crate) reason: Option<String>,
    /// Parked ones first, then those that are due first.
    pub(crate) rows: Vec<Pending>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) role_id: String,
    pub(crate) kind: String,
    pub(crate) form: String,
    pub(crate) item: String,
    pub(crate) test_mode: bool,
    pub(crate) due_at: i64,
    pub(crate) tries: i64,
    pub(crate) sending: bool,
    pub(crate) parked_at: Option<i64>,
    pub(crate) reason: Option<String>,
}

/// Tries again what is parked.
#[derive(Debug)]
pub(crate) struct RetryPush;

impl Order for RetryPush {
    type Out = ();

    /// Each stays apart from others, as it was when it was refused.
    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let now = db.now().await?;
        query(
            "UPDATE push_outbox SET parked_at = NULL, reason = NULL, tries = 0, due_at = $1 \
             WHERE parked_at IS NOT NULL",
        )
        .bind(now)
        .run(db)
        .await
        .map(drop)
    }
}

/// The outbox, with at most so many rows.
pub(crate) async fn listed(db: &mut Conn<'_>, most: i64) -> Result<Outbox> {
    let now = db.now().await?;
    let counts = query("SELECT count(*) AS n, count(parked_at) AS parked FROM push_outbox");
    let (mut all, mut parked) = (0, 0);
    if let Some(row) = counts.row(db).await? {
        (all, parked) = (row.get("n")?, row.get("parked")?);
    }
    let state = query("SELECT paused_until, reason FROM push_state WHERE id = 1").row(db).await?;
    let (paused_until, reason) = match &state {
        Some(row) => (row.get::<i64>("paused_until")?, row.get("reason")?),
        None => (0, None),
    };
    let rows = query(
        "SELECT role_id, kind, type, item, test_mode, due_at, tries, lease, parked_at, reason \
         FROM push_outbox ORDER BY CASE WHEN parked_at IS NULL THEN 1 ELSE 0 END, priority, \
         due_at, role_id, kind, type, item LIMIT $1",
    );
    let rows = rows.bind(most).rows(db).await?;
    Ok(Outbox {
        waiting: all - parked,
        parked,
        paused_until: (paused_until > now).then_some(paused_until),
        reason,
        rows: rows.iter().map(|row| pending(row, now)).collect::<Result<_>>()?,
    })
}

fn pending(row: &Row, now: i64) -> Result<Pending> {
    let due_at: i64 = row.get("due_at")?;
    let leased = row.get::<Option<String>>("lease")?.is_some();
    Ok(Pending {
        role_id: row.get("role_id")?,
        kind: row.get("kind")?,
        form: row.get("type")?,
        item: row.get("item")?,
        test_mode: row.get::<i64>("test_mode")? != 0,
        due_at,
        tries: row.get("tries")?,
        sending: leased && due_at > now,
        parked_at: row.get("parked_at")?,
        reason: row.get("reason")?,
    })
}
