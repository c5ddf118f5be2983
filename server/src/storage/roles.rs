//! The roles of players, and which of them TapTap shows.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, Row, query};
use super::{Order, Result, identities, push, users};
use crate::accounts::{Identity, TAPTAP};
use crate::binding::{Role, Shown};

/// Roles of one player that are told at once.
const MOST: i64 = 1000;

/// Makes roles, or brings those of before up to date; a role may have another player than before.
#[derive(Debug)]
pub(crate) struct PutRoles {
    pub(crate) roles: Vec<Role>,
}

/// Ends a role, and its binding with it.
#[derive(Debug)]
pub(crate) struct DeleteRole {
    pub(crate) role_id: String,
}

/// What TapTap says of a role: that it is bound, or is not any more.
#[derive(Debug)]
pub(crate) struct Notify {
    pub(crate) role_id: String,
    pub(crate) bound: bool,
    /// When it said so, Unix seconds.
    pub(crate) said_at: i64,
    /// Whether roles are those of the table; otherwise somebody else knows this one.
    pub(crate) table: bool,
}

impl Order for PutRoles {
    /// The place of the first role whose player there is not; nothing was changed then.
    type Out = std::result::Result<(), usize>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Self::Out> {
        for (at, role) in self.roles.iter().enumerate() {
            let player = query("SELECT id FROM users WHERE id = $1").bind(&role.account);
            if player.row(db).await?.is_none() {
                return Ok(Err(at));
            }
        }
        for role in &self.roles {
            put(db, role).await?;
        }
        Ok(Ok(()))
    }
}

async fn put(db: &mut Conn<'_>, role: &Role) -> Result<()> {
    // What TapTap shows is told it anew, if any of that is new.
    let same = query(
        "SELECT role_id FROM roles WHERE role_id = $1 AND nickname = $2 \
         AND COALESCE(display_role_id, '') = $3 AND COALESCE(level, '') = $4 \
         AND COALESCE(profession, '') = $5 AND COALESCE(zone, '') = $6",
    );
    let same = same
        .bind(&role.role_id)
        .bind(&role.nickname)
        .bind(role.display_role_id.as_deref().unwrap_or_default())
        .bind(role.level.as_deref().unwrap_or_default())
        .bind(role.profession.as_deref().unwrap_or_default())
        .bind(role.zone.as_deref().unwrap_or_default());
    if same.row(db).await?.is_none() && push::is_bound(db, &role.role_id).await? {
        push::profile(db, &role.role_id, push::CHANGED).await?;
    }
    query(
        "INSERT INTO roles \
         (role_id, user_id, nickname, display_role_id, level, profession, zone, server) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (role_id) DO UPDATE SET user_id = excluded.user_id, \
         nickname = excluded.nickname, display_role_id = excluded.display_role_id, \
         level = excluded.level, profession = excluded.profession, zone = excluded.zone, \
         server = excluded.server",
    )
    .bind(&role.role_id)
    .bind(&role.account)
    .bind(&role.nickname)
    .bind(role.display_role_id.as_deref())
    .bind(role.level.as_deref())
    .bind(role.profession.as_deref())
    .bind(role.zone.as_deref())
    .bind(role.server.as_deref())
    .run(db)
    .await
    .map(drop)
}

impl Order for DeleteRole {
    /// Whether there was such a role.
    type Out = bool;

    async fn run(&self, db: &mut Conn<'_>) -> Result<bool> {
        if users::is_nowhere(&self.role_id) {
            return Ok(false);
        }
        query("DELETE FROM bindings WHERE role_id = $1").bind(&self.role_id).run(db).await?;
        push::forget(db, &self.role_id).await?;
        let deleted = query("DELETE FROM roles WHERE role_id = $1").bind(&self.role_id);
        Ok(deleted.run(db).await? > 0)
    }
}

impl Order for Notify {
    /// Whether there is such a role.
    type Out = bool;

    /// The last notice counts, by its own time: they may come in another order.
    async fn run(&self, db: &mut Conn<'_>) -> Result<bool> {
        let role = query("SELECT role_id FROM roles WHERE role_id = $1").bind(&self.role_id);
        if self.table && role.row(db).await?.is_none() {
            return Ok(false);
        }
        let was_bound = push::is_bound(db, &self.role_id).await?;
        let noted = query(
            "INSERT INTO bindings (role_id, bound, said_at) VALUES ($1, $2, $3) \
             ON CONFLICT (role_id) DO UPDATE \
             SET bound = excluded.bound, said_at = excluded.said_at \
             WHERE excluded.said_at >= bindings.said_at",
        )
        .bind(&self.role_id)
        .bind(i64::from(self.bound))
        .bind(self.said_at)
        .run(db)
        .await?;
        match (noted > 0, self.bound) {
            (true, true) if !was_bound => push::profile(db, &self.role_id, push::FIRST).await?,
            (true, false) => push::forget(db, &self.role_id).await?,
            _ => (),
        }
        Ok(true)
    }
}

/// The roles of a player, who may have none; `None` when there is no such player or it is kept
/// out.
pub(super) async fn of_user(db: &mut Conn<'_>, user: &str) -> Result<Option<Vec<Shown>>> {
    let player = query("SELECT id FROM users WHERE id = $1 AND banned_at IS NULL").bind(user);
    if player.row(db).await?.is_none() {
        return Ok(None);
    }
    let roles = query(
        "SELECT role_id, user_id, nickname, display_role_id, level, profession, zone, server, \
         COALESCE((SELECT bound FROM bindings WHERE bindings.role_id = roles.role_id), 0) AS bound \
         FROM roles WHERE user_id = $1 ORDER BY role_id LIMIT $2",
    );
    let rows = roles.bind(user).bind(MOST).rows(db).await?;
    rows.iter().map(shown).collect::<Result<_>>().map(Some)
}

/// Which of these roles TapTap shows.
pub(super) async fn bound_of(db: &mut Conn<'_>, ids: &[String]) -> Result<Vec<String>> {
    let mut bound = Vec::new();
    for id in ids {
        if push::is_bound(db, id).await? {
            bound.push(id.clone());
        }
    }
    Ok(bound)
}

/// Whether who logged in through TapTap as this is kept out.
pub(super) async fn is_kept_out(db: &mut Conn<'_>, open_id: &str) -> Result<bool> {
    match identities::owner(db, &on_taptap(open_id)).await? {
        Some(user) => users::is_banned(db, &user).await,
        None => Ok(false),
    }
}

/// As [`of_user`], for who logged in through TapTap as this.
pub(super) async fn of_taptap(db: &mut Conn<'_>, open_id: &str) -> Result<Option<Vec<Shown>>> {
    match identities::owner(db, &on_taptap(open_id)).await? {
        Some(user) => of_user(db, &user).await,
        None => Ok(None),
    }
}

fn on_taptap(open_id: &str) -> Identity {
    Identity { platform: TAPTAP.to_owned(), value: Secret::new(open_id), data: Secret::new("") }
}

fn shown(row: &Row) -> Result<Shown> {
    let role = Role {
        role_id: row.get("role_id")?,
        account: row.get("user_id")?,
        nickname: row.get("nickname")?,
        display_role_id: row.get("display_role_id")?,
        level: row.get("level")?,
        profession: row.get("profession")?,
        zone: row.get("zone")?,
        server: row.get("server")?,
    };
    Ok(Shown { role, bound: row.get::<i64>("bound")? != 0 })
}
