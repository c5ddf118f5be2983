//! Session tokens: the only place that knows how they are kept. A token is found by its lookup and
//! given again out of its seal.

use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::conn::{Conn, Row, query};
use super::users::is_nowhere;
use super::{Result, damaged};
use crate::seal::{Damaged, Purpose, Seal};

/// What is known of a user's session.
pub(super) struct Session {
    /// The token that is valid.
    pub(super) token: Secret,
    /// The one before, if it may still be exchanged for the valid one.
    pub(super) retired: Option<Retired>,
    /// When the one before ended, in Unix milliseconds.
    pub(super) retired_at: Option<i64>,
    /// The user's, in Unix milliseconds.
    pub(super) updated_at: i64,
    /// Whether the operator keeps the user out.
    pub(super) banned: bool,
}

/// A token that was replaced: it can be recognized, and is not kept.
pub(super) struct Retired(String);

impl Retired {
    pub(super) fn is_of(&self, seal: &Seal, token: &Secret) -> bool {
        lookup(seal, token.expose()).as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// What a token is found by.
pub(super) fn lookup(seal: &Seal, token: &str) -> String {
    seal.lookup(Purpose::Session, &[token])
}

/// The columns `token_lookup` and `token_sealed` for a token of the user `id`.
pub(super) fn kept(seal: &Seal, id: &str, token: &Secret) -> Result<(String, String)> {
    let sealed = seal.seal(Purpose::Session, &[id], token.expose())?;
    Ok((lookup(seal, token.expose()), sealed))
}

/// The token of the user `id`, whose row this is. Both columns have to be of the same token, or
/// somebody else's would open this account.
pub(super) fn of_row(seal: &Seal, id: &str, row: &Row) -> Result<Secret> {
    let failed = || damaged("sessionToken", id);
    let token =
        seal.open(Purpose::Session, &[id], &row.get::<String>("token_sealed")?).map_err(failed())?;
    if row.get::<String>("token_lookup")? != lookup(seal, token.expose()) {
        return Err(failed()(Damaged));
    }
    Ok(token)
}

/// The session of a user.
pub(super) async fn of_user(db: &mut Conn<'_>, id: &str) -> Result<Option<Session>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let row = query(
        "SELECT token_lookup, token_sealed, updated_at, retired_lookup, retired_at, banned_at \
         FROM users WHERE id = $1",
    )
    .bind(id)
    .row(db)
    .await?;
    row.map(|row| {
        Ok(Session {
            token: of_row(db.seal(), id, &row)?,
            retired: row.get::<Option<String>>("retired_lookup")?.map(Retired),
            retired_at: row.get("retired_at")?,
            updated_at: row.get("updated_at")?,
            banned: row.get::<Option<i64>>("banned_at")?.is_some(),
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
    seal(db, id, token, retired).await?;
    query("UPDATE users SET retired_at = $1 WHERE id = $2").bind(now).bind(id).run(db).await?;
    Ok(())
}

/// Writes the tokens of a user, which may be there in plain yet, as they are kept.
pub(super) async fn seal(
    db: &mut Conn<'_>,
    id: &str,
    token: &Secret,
    retired: Option<&Secret>,
) -> Result<()> {
    let (found_by, sealed) = kept(db.seal(), id, token)?;
    let retired = retired.map(|retired| lookup(db.seal(), retired.expose()));
    query(
        "UPDATE users SET token_lookup = $1, token_sealed = $2, retired_lookup = $3 WHERE id = $4",
    )
    .bind(&found_by)
    .bind(&sealed)
    .bind(retired.as_deref())
    .bind(id)
    .run(db)
    .await
    .map(drop)
}
