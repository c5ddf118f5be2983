//! Indexes of keys, made and removed by the operator.

use super::super::conn::{Conn, query, written};
use super::super::objects::classes::class_by_name;
use super::super::{Order, Result};
use crate::query::{Dialect, Path, Rows, indexed};

/// An index of one key of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) class: String,
    pub(crate) key: String,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexChange {
    Done,
    /// It is there already, or not there to be removed.
    Nothing,
    NoClass,
    /// No object has had a value for this key, so its type is not known.
    NoKey,
    /// Values of this type are not compared with each other.
    NoIndex,
}

/// Makes an index; nobody writes an object meanwhile.
#[derive(Debug)]
pub(crate) struct AddIndex(pub(crate) Index);

/// Removes an index.
#[derive(Debug)]
pub(crate) struct RemoveIndex(pub(crate) Index);

/// Every index that was made.
pub(in crate::storage) async fn all(db: &mut Conn<'_>) -> Result<Vec<Index>> {
    let rows = query(
        "SELECT c.name AS name, i.key AS key FROM class_indexes i JOIN classes c ON c.id = i.class \
         ORDER BY c.name, i.key",
    );
    let rows = rows.rows(db).await?;
    rows.iter().map(|row| Ok(Index { class: row.get("name")?, key: row.get("key")? })).collect()
}

impl Order for AddIndex {
    type Out = IndexChange;

    async fn run(&self, db: &mut Conn<'_>) -> Result<IndexChange> {
        let Some(class) = class_by_name(db, &self.0.class).await? else {
            return Ok(IndexChange::NoClass);
        };
        let Ok(path) = Path::read(&self.0.key) else {
            return Ok(IndexChange::NoKey);
        };
        let rows = Rows { class: &class, name: "", dialect: db.dialect(), all: true };
        if rows.is_users() {
            return Ok(IndexChange::NoIndex);
        }
        match path.key() {
            "objectId" | "createdAt" => return Ok(IndexChange::Nothing),
            "updatedAt" => (),
            key if !class.keys.contains_key(key) => return Ok(IndexChange::NoKey),
            _ => (),
        }
        let Some(expression) = indexed(&rows.column(&path)) else {
            return Ok(IndexChange::NoIndex);
        };
        // As the order says it: a time is never missing.
        let nulls = match rows.dialect {
            Dialect::Postgres if path.key() != "updatedAt" => " NULLS FIRST",
            _ => "",
        };
        let made = query(
            "INSERT INTO class_indexes (class, key) VALUES ($1, $2) \
             ON CONFLICT (class, key) DO NOTHING RETURNING id",
        );
        let id = made.bind(class.id).bind(&self.0.key).value::<i64>("id", db).await?;
        let Some(id) = id else {
            return Ok(IndexChange::Nothing);
        };
        // It may take longer than any caller waits.
        if rows.dialect == Dialect::Postgres {
            query("SET LOCAL statement_timeout = 0").run(db).await?;
        }
        written(format!(
            "CREATE INDEX class_index_{id} ON objects ({expression}{nulls}, object_id) WHERE class = {}",
            class.id
        ))
        .run(db)
        .await?;
        if rows.dialect == Dialect::Postgres
            && path.key() != "updatedAt"
            && tells_values(db).await?
        {
            // PostgreSQL keeps none for an index of a part of a table.
            written(format!(
                "CREATE STATISTICS class_index_{id}_values ON {expression} FROM objects"
            ))
            .run(db)
            .await?;
        }
        // So that the database knows what is in the index, and what it is worth.
        query("ANALYZE objects").run(db).await?;
        Ok(IndexChange::Done)
    }
}

/// Whether it is a PostgreSQL that keeps statistics of expressions.
async fn tells_values(db: &mut Conn<'_>) -> Result<bool> {
    let version = query("SELECT CAST(current_setting('server_version_num') AS BIGINT) AS n");
    Ok(version.value::<i64>("n", db).await?.is_some_and(|version| version >= 140_000))
}

impl Order for RemoveIndex {
    type Out = IndexChange;

    async fn run(&self, db: &mut Conn<'_>) -> Result<IndexChange> {
        let Some(class) = class_by_name(db, &self.0.class).await? else {
            return Ok(IndexChange::NoClass);
        };
        let gone = query("DELETE FROM class_indexes WHERE class = $1 AND key = $2 RETURNING id");
        let id = gone.bind(class.id).bind(&self.0.key).value::<i64>("id", db).await?;
        let Some(id) = id else {
            return Ok(IndexChange::Nothing);
        };
        written(format!("DROP INDEX class_index_{id}")).run(db).await?;
        if db.dialect() == Dialect::Postgres {
            written(format!("DROP STATISTICS IF EXISTS class_index_{id}_values")).run(db).await?;
        }
        Ok(IndexChange::Done)
    }
}
