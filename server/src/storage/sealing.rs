//! A database and its seal key: the mark by which it knows the key, and the sealing of what an
//! older version left in plain.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, query};
use super::{Result, StoreError, identities, sessions};
use crate::accounts::Identity;
use crate::seal::Purpose;

/// How many databases are sealed here: one or none. A statement for both kinds.
pub(super) const SEALED: &str = "SELECT count(*) FROM sealing";

/// Rows read at once.
const PAGE: i64 = 1000;

const MARK: &str = "tdsauth";

/// What is left to do after a start has found or made everything sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Done,
    /// Plain text may be in places that the database does not use any more.
    Uncleaned,
}

/// Looks whether the key is that of this database, or makes it so and seals everything, within a
/// transaction that no other start shares.
pub(super) async fn seal(db: &mut Conn<'_>) -> Result<State> {
    let seal = db.seal();
    if let Some(row) = query("SELECT mark, cleaned FROM sealing").row(db).await? {
        let mark = seal.open(Purpose::Check, &[], &row.get::<String>("mark")?);
        if mark != Ok(Secret::new(MARK)) {
            let text = format!("the database is sealed under another key than {}", seal.source());
            return Err(StoreError::Failed(text));
        }
        let cleaned = row.get::<i64>("cleaned")? != 0;
        return Ok(if cleaned { State::Done } else { State::Uncleaned });
    }
    let found = seal_users(db).await? + seal_identities(db).await?;
    let mark = seal.seal(Purpose::Check, &[], MARK)?;
    query("INSERT INTO sealing (id, mark, cleaned) VALUES (1, $1, $2)")
        .bind(&mark)
        .bind(i64::from(found == 0))
        .run(db)
        .await?;
    if found == 0 {
        return Ok(State::Done);
    }
    tracing::info!(rows = found, "what was kept in plain is sealed now");
    Ok(State::Uncleaned)
}

/// Notes that what was in plain is overwritten.
pub(super) async fn cleaned(db: &mut Conn<'_>) -> Result<()> {
    query("UPDATE sealing SET cleaned = 1").run(db).await.map(drop)
}

async fn seal_users(db: &mut Conn<'_>) -> Result<u64> {
    let (mut found, mut last) = (0, String::new());
    loop {
        let page = query(
            "SELECT id, token_lookup, retired_lookup FROM users WHERE id > $1 ORDER BY id LIMIT $2",
        );
        let rows = page.bind(&last).bind(PAGE).rows(db).await?;
        for row in &rows {
            last = row.get("id")?;
            let token = Secret::new(row.get::<String>("token_lookup")?);
            let retired = row.get::<Option<String>>("retired_lookup")?.map(Secret::new);
            sessions::seal(db, &last, &token, retired.as_ref()).await?;
            found += 1;
        }
        if rows.is_empty() {
            return Ok(found);
        }
    }
}

async fn seal_identities(db: &mut Conn<'_>) -> Result<u64> {
    let (mut found, mut user, mut platform) = (0, String::new(), String::new());
    loop {
        // Not in the order of the values, which change.
        let page = query(
            "SELECT user_id, platform, value, data FROM identities \
             WHERE (user_id, platform) > ($1, $2) ORDER BY user_id, platform LIMIT $3",
        );
        let rows = page.bind(&user).bind(&platform).bind(PAGE).rows(db).await?;
        for row in &rows {
            (user, platform) = (row.get("user_id")?, row.get("platform")?);
            let identity = Identity {
                platform: platform.clone(),
                value: Secret::new(row.get::<String>("value")?),
                data: Secret::new(row.get::<String>("data")?),
            };
            identities::seal(db, &user, &identity).await?;
            found += 1;
        }
        if rows.is_empty() {
            return Ok(found);
        }
    }
}
