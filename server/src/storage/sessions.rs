//! Session tokens: the only place that knows how they are kept.

use tdsauth_core::secret::Secret;

use super::Result;
use super::conn::{Conn, Row, query};
use super::users::is_nowhere;

/// What is known of a user's session.
pub(super) struct Session {
    /// The token that is valid.
    pub(super) token: Secret,
    /// The one before, if it may still be exchanged for the valid one.
    pub(super) retired: Option<Secret>,
    /// When the one before ended, in Unix milliseconds.
    pub(super) retired_at: Option<i64>,
    /// The user's, in Unix milliseconds.
    pub(super) updated_at: i64,
}

/// The value of `users.session_token` for a token, to store it or to find it.
pub(super) fn kept(token: &str) -> &str {
    token
}

/// The token in the column `session_token` of a row of `users`.
pub(super) fn of_row(row: &Row) -> Result<Secret> {
    Ok(Secret::new(row.get::<String>("session_token")?))
}

/// The session of a user.
pub(super) async fn of_user(db: &mut Conn<'_>, id: &str) -> Result<Option<Session>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let row = query(
        "SELECT session_token, updated_at, retired_token, retired_at FROM users WHERE id = $1",
    )
    .bind(id)
    .row(db)
    .await?;
    row.map(|row| {
        Ok(Session {
            token: of_row(&row)?,
            retired: row.get::<Option<String>>("retired_token")?.map(Secret::new),
            retired_at: row.get("retired_at")?,
            updated_at: row.get("updated_at")?,
        })
    })
    .transpose()
}

/// Gives a user a new token. `retired`, the one before, may be exchanged for it.
pub(super) async fn replace(
    db: &mut Conn<'_>,
    id: &str,
    token: &Secret,
    retired: Option<&Secret>,
    now: i64,
) -> Result<()> {
    query("UPDATE users SET session_token = $1, retired_token = $2, retired_at = $3 WHERE id = $4")
        .bind(kept(token.expose()))
        .bind(retired.map(|retired| kept(retired.expose())))
        .bind(now)
        .bind(id)
        .run(db)
        .await
        .map(drop)
}
