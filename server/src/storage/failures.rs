//! Wrong passwords, by the name they were tried for, and the lock that follows (account-rest.md
//! 1.5, code 219). A name is locked whether or not somebody has it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::conn::{Conn, query};
use super::{Order, Result};
use crate::credentials::Name;

/// More failures than so many within the window lock a name.
const MOST: usize = 6;
/// Also the time of the lock. Milliseconds.
const WINDOW: i64 = 15 * 60 * 1000;

/// For whom passwords are tried: a hash of the name.
pub(super) struct Tried(String);

impl Tried {
    /// By a login.
    pub(super) fn name(name: &Name) -> Self {
        match name {
            Name::Username(name) => Self::of("username", name),
            Name::Email(key) => Self::of("email", key),
            Name::Phone(key) => Self::of("phone", key),
        }
    }

    /// By who has the session of this user.
    pub(super) fn owner(id: &str) -> Self {
        Self::of("id", id)
    }

    fn of(kind: &str, name: &str) -> Self {
        let hash = Sha256::new().chain_update(kind).chain_update(":").chain_update(name).finalize();
        let mut hex = String::with_capacity(64);
        for byte in hash {
            // Writing into a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// Whether every password is refused now (Unix milliseconds), the right one too.
    pub(super) async fn is_locked(&self, db: &mut Conn<'_>, now: i64) -> Result<bool> {
        let until: Option<i64> = query("SELECT locked_until FROM login_failures WHERE name = $1")
            .bind(&self.0)
            .value("locked_until", db)
            .await?;
        // Not for ever, if the clock is set back. An order that is done late, or of another server,
        // may be a little older than the lock, and is locked out like any other.
        Ok(until.is_some_and(|until| until > now && until.saturating_sub(now) <= 2 * WINDOW))
    }

    /// One more failure, of a name that is not locked.
    pub(super) async fn count(&self, db: &mut Conn<'_>, now: i64) -> Result<()> {
        let kept: Option<String> = query("SELECT times FROM login_failures WHERE name = $1")
            .bind(&self.0)
            .value("times", db)
            .await?;
        let kept = kept.and_then(|times| serde_json::from_str::<Vec<i64>>(&times).ok());
        let mut times = kept.unwrap_or_default();
        times.retain(|at| now.abs_diff(*at) < WINDOW.unsigned_abs());
        times.push(now);
        let mut locked_until = 0;
        if times.len() > MOST {
            times.clear();
            locked_until = now.saturating_add(WINDOW);
        }
        let times = serde_json::Value::from(times).to_string();
        query(
            "INSERT INTO login_failures (name, times, locked_until, last) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name) DO UPDATE SET times = excluded.times, \
             locked_until = excluded.locked_until, last = excluded.last",
        )
        .bind(&self.0)
        .bind(&times)
        .bind(locked_until)
        .bind(now)
        .run(db)
        .await
        .map(drop)
    }

    /// The right password was given.
    pub(super) async fn clear(&self, db: &mut Conn<'_>) -> Result<()> {
        query("DELETE FROM login_failures WHERE name = $1").bind(&self.0).run(db).await.map(drop)
    }
}

/// Forgets what means nothing any more. An order of its own: it reads many rows, and would
/// otherwise meet every login.
#[derive(Debug)]
pub(crate) struct ForgetFailures {
    /// Unix milliseconds.
    pub(crate) now: i64,
}

impl Order for ForgetFailures {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        query("DELETE FROM login_failures WHERE last < $1")
            .bind(self.now.saturating_sub(WINDOW))
            .run(db)
            .await
            .map(drop)
    }
}
