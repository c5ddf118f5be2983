//! Taking what is to be sent next, as much as may be sent at once.

use crate::binding::{Role, Shown};
use crate::push::Kind;
use crate::storage::conn::{Conn, Row, query};
use crate::storage::{Order, Result};

/// Records of one request (role-binding.md 2.5).
const MOST_RECORDS: i64 = 2000;
/// Bytes of data of one request.
const MOST_BYTES: usize = 512 * 1024;

/// What may be taken: due, not parked, and the preview in the order in which it was asked for, in
/// which what is cleared must not come back.
macro_rules! due {
    () => {
        "parked_at IS NULL AND due_at <= $1 \
         AND (kind = 'clear' OR test_mode = 0 OR NOT EXISTS (SELECT 1 FROM push_outbox AS c \
          WHERE c.role_id = o.role_id AND c.kind = 'clear' AND c.parked_at IS NULL)) \
         AND (kind <> 'clear' OR NOT EXISTS (SELECT 1 FROM push_outbox AS t \
          WHERE t.role_id = o.role_id AND t.kind <> 'clear' AND t.test_mode = 1 \
          AND t.lease IS NOT NULL AND t.due_at > $1))"
    };
}

/// Takes rows for one request, as soon as one may be sent.
#[derive(Debug)]
pub(crate) struct ClaimPush {
    /// A name that nobody else has.
    pub(crate) lease: String,
    /// Roles of one request.
    pub(crate) roles: usize,
    /// Roles of a second.
    pub(crate) rate: i64,
    /// Milliseconds that the rows are out of reach of others.
    pub(crate) hold: i64,
    /// Whether roles are those of the table here.
    pub(crate) table: bool,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Claimed {
    Now(Claim),
    /// Nothing may be sent for so many milliseconds.
    Later(i64),
    Nothing,
}

/// Rows that go in one request.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) kind: Kind,
    pub(crate) form: String,
    pub(crate) test_mode: bool,
    pub(crate) rows: Vec<Leased>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Leased {
    pub(crate) role_id: String,
    pub(crate) item: String,
    pub(crate) payload: String,
    /// As the table has it.
    pub(crate) role: Option<Shown>,
}

impl Order for ClaimPush {
    type Out = Claimed;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Claimed> {
        let now = db.now().await?;
        let state = query("SELECT free_at, paused_until FROM push_state WHERE id = 1");
        let Some(state) = state.row(db).await? else { return Ok(Claimed::Nothing) };
        let free_at = state.get::<i64>("free_at")?.max(state.get("paused_until")?);
        if free_at > now {
            return Ok(Claimed::Later(free_at - now));
        }
        let first = query(concat!(
            "SELECT kind, type, test_mode, COALESCE(part, '') AS part FROM push_outbox AS o WHERE ",
            due!(),
            " ORDER BY priority, due_at, role_id LIMIT 1"
        ));
        let Some(first) = first.bind(now).row(db).await? else { return Ok(Claimed::Nothing) };
        let (kind, form): (String, String) = (first.get("kind")?, first.get("type")?);
        let (test_mode, part): (i64, String) = (first.get("test_mode")?, first.get("part")?);
        let Some(kind) = Kind::named(&kind) else { return Ok(Claimed::Nothing) };
        // Only of a list has one role more than one row.
        let most = match kind {
            Kind::List => MOST_RECORDS,
            _ => i64::try_from(self.roles).unwrap_or(MOST_RECORDS),
        };
        let found = query(concat!(
            "SELECT o.role_id AS role_id, o.item AS item, o.payload AS payload, ",
            "r.user_id AS user_id, r.nickname AS nickname, r.display_role_id AS display_role_id, ",
            "r.level AS level, r.profession AS profession, r.zone AS zone, r.server AS server, ",
            "COALESCE(b.bound, 0) AS bound FROM push_outbox AS o ",
            "LEFT JOIN roles AS r ON r.role_id = o.role_id ",
            "LEFT JOIN bindings AS b ON b.role_id = o.role_id WHERE ",
            due!(),
            " AND o.kind = $2 AND o.type = $3 AND o.test_mode = $4 AND COALESCE(o.part, '') = $5 ",
            "ORDER BY o.priority, o.due_at, o.role_id, o.item LIMIT $6"
        ))
        .bind(now)
        .bind(kind.name())
        .bind(&form)
        .bind(test_mode)
        .bind(&part)
        .bind(most)
        .rows(db)
        .await?;
        let mut claim = Claim { kind, form, test_mode: test_mode != 0, rows: Vec::new() };
        let (mut bytes, mut roles) = (0, Vec::new());
        for row in &found {
            let row_of = leased(row)?;
            let unbound = test_mode == 0 && row.get::<i64>("bound")? == 0;
            if unbound || (kind == Kind::Profile && self.table && row_of.role.is_none()) {
                // It went with its player, or was never bound: nobody is to hear of it.
                delete(db, &claim, &row_of).await?;
                continue;
            }
            bytes += row_of.payload.len();
            let is_new = roles.last() != Some(&row_of.role_id);
            if !claim.rows.is_empty()
                && (bytes > MOST_BYTES || (is_new && roles.len() >= self.roles))
            {
                break;
            }
            if is_new {
                roles.push(row_of.role_id.clone());
            }
            self.take(db, &claim, &row_of, now).await?;
            claim.rows.push(row_of);
        }
        if claim.rows.is_empty() {
            return Ok(Claimed::Later(0));
        }
        let roles = i64::try_from(roles.len()).unwrap_or(i64::MAX / 1000);
        let spaced = (roles * 1000 + self.rate - 1) / self.rate.max(1);
        let limit = query("UPDATE push_state SET free_at = $1 WHERE id = 1");
        limit.bind(now + spaced).run(db).await?;
        Ok(Claimed::Now(claim))
    }
}

impl ClaimPush {
    async fn take(&self, db: &mut Conn<'_>, of: &Claim, row: &Leased, now: i64) -> Result<()> {
        query(
            "UPDATE push_outbox SET lease = $1, due_at = $2, changed = 0 WHERE role_id = $3 \
             AND kind = $4 AND type = $5 AND test_mode = $6 AND item = $7",
        )
        .bind(&self.lease)
        .bind(now + self.hold)
        .bind(&row.role_id)
        .bind(of.kind.name())
        .bind(&of.form)
        .bind(i64::from(of.test_mode))
        .bind(&row.item)
        .run(db)
        .await
        .map(drop)
    }
}

async fn delete(db: &mut Conn<'_>, of: &Claim, row: &Leased) -> Result<()> {
    query(
        "DELETE FROM push_outbox WHERE role_id = $1 AND kind = $2 AND type = $3 \
         AND test_mode = $4 AND item = $5",
    )
    .bind(&row.role_id)
    .bind(of.kind.name())
    .bind(&of.form)
    .bind(i64::from(of.test_mode))
    .bind(&row.item)
    .run(db)
    .await
    .map(drop)
}

fn leased(row: &Row) -> Result<Leased> {
    let role_id: String = row.get("role_id")?;
    let role = match row.get::<Option<String>>("user_id")? {
        Some(account) => Some(Role {
            role_id: role_id.clone(),
            account,
            nickname: row.get("nickname")?,
            display_role_id: row.get("display_role_id")?,
            level: row.get("level")?,
            profession: row.get("profession")?,
            zone: row.get("zone")?,
            server: row.get("server")?,
        }),
        None => None,
    };
    let bound = row.get::<i64>("bound")? != 0;
    Ok(Leased {
        role_id,
        item: row.get("item")?,
        payload: row.get("payload")?,
        role: role.map(|role| Shown { role, bound }),
    })
}
