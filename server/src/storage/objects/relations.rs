//! What is in relations.

use serde_json::Value;

use super::super::Result;
use super::super::conn::{Conn, query};
use crate::objects::ops::Linking;

/// Changes a relation of an object, or, in the class of users, of a user.
pub(in crate::storage) async fn link(
    db: &mut Conn<'_>,
    class: i64,
    id: &str,
    key: &str,
    linking: &Linking,
) -> Result<()> {
    let (links, sql) = match linking {
        Linking::Clear => {
            query("DELETE FROM relations WHERE class = $1 AND object_id = $2 AND key = $3")
                .bind(class)
                .bind(id)
                .bind(key)
                .run(db)
                .await?;
            return Ok(());
        }
        Linking::Add(links) => (
            links,
            db.either(
                "INSERT INTO relations (class, object_id, key, target_class, target_id) \
                 SELECT $1, $2, $3, $4, value FROM json_each($5) WHERE true \
                 ON CONFLICT DO NOTHING",
                "INSERT INTO relations (class, object_id, key, target_class, target_id) \
                 SELECT $1, $2, $3, $4, value FROM jsonb_array_elements_text(CAST($5 AS JSONB)) \
                 ON CONFLICT DO NOTHING",
            ),
        ),
        Linking::Remove(links) => (
            links,
            db.either(
                "DELETE FROM relations WHERE class = $1 AND object_id = $2 AND key = $3 \
                 AND target_class = $4 AND target_id IN (SELECT value FROM json_each($5))",
                "DELETE FROM relations WHERE class = $1 AND object_id = $2 AND key = $3 \
                 AND target_class = $4 AND target_id IN \
                 (SELECT value FROM jsonb_array_elements_text(CAST($5 AS JSONB)))",
            ),
        ),
    };
    let ids = Value::from(links.ids.clone()).to_string();
    query(sql).bind(class).bind(id).bind(key).bind(&links.class).bind(&ids).run(db).await?;
    Ok(())
}

/// Takes what is gone out of all relations, and ends its own.
pub(in crate::storage) async fn forget(
    db: &mut Conn<'_>,
    class: i64,
    name: &str,
    id: &str,
) -> Result<()> {
    query("DELETE FROM relations WHERE class = $1 AND object_id = $2")
        .bind(class)
        .bind(id)
        .run(db)
        .await?;
    query("DELETE FROM relations WHERE target_class = $1 AND target_id = $2")
        .bind(name)
        .bind(id)
        .run(db)
        .await?;
    Ok(())
}
