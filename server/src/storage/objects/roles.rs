//! Which roles somebody has.

use super::super::conn::{Conn, query};
use super::super::{Result, sessions};

/// Roles of one user that count.
const MOST: i64 = 1000;

/// The user whose session token this is, with the names of its roles. A banned user has no session.
pub(in crate::storage) async fn principal(
    db: &mut Conn<'_>,
    token: &str,
) -> Result<Option<(String, Vec<String>)>> {
    let lookup = sessions::lookup(db.seal(), token);
    let user = query("SELECT id FROM users WHERE token_lookup = $1 AND banned_at IS NULL");
    let Some(user) = user.bind(&lookup).value::<String>("id", db).await? else {
        return Ok(None);
    };
    let roles = of_user(db, &user).await?;
    Ok(Some((user, roles)))
}

/// The names of a user's roles. Who is in a role has those too that the role is in.
pub(in crate::storage) async fn of_user(db: &mut Conn<'_>, user: &str) -> Result<Vec<String>> {
    let rows = query(
        "WITH RECURSIVE mine (id) AS ( \
           SELECT object_id FROM relations WHERE target_class = '_User' AND target_id = $1 \
             AND class = 2 AND key = 'users' \
           UNION \
           SELECT r.object_id FROM relations r JOIN mine ON r.target_id = mine.id \
             WHERE r.target_class = '_Role' AND r.class = 2 AND r.key = 'roles') \
         SELECT o.data ->> 'name' AS name FROM mine \
           JOIN objects o ON o.class = 2 AND o.object_id = mine.id LIMIT $2",
    );
    let rows = rows.bind(user).bind(MOST).rows(db).await?;
    rows.iter().map(|row| row.get("name")).collect()
}
