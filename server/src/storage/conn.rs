//! One connection to either database, and SQL that both understand.
//!
//! Statements are written once, with `$1` placeholders. What a statement takes and gives is text,
//! a 64-bit number or a truth value, and null.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::query::Query as Bound;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Database, Decode, Encode, Postgres, Row as _, Sqlite, Type};

use super::{Result, StoreError};
use crate::clock;
use crate::seal::Seal;

/// A connection, borrowed for one order or one reading, and the key of what is sealed behind it.
pub(crate) struct Conn<'c> {
    db: Db<'c>,
    seal: &'c Seal,
}

enum Db<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl<'c> Conn<'c> {
    pub(super) fn sqlite(db: &'c mut SqliteConnection, seal: &'c Seal) -> Self {
        Self { db: Db::Sqlite(db), seal }
    }

    pub(super) fn postgres(db: &'c mut PgConnection, seal: &'c Seal) -> Self {
        Self { db: Db::Postgres(db), seal }
    }

    /// The time by the clock of the database, in Unix milliseconds: servers that share one agree.
    pub(super) async fn now(&mut self) -> Result<i64> {
        if matches!(self.db, Db::Sqlite(_)) {
            return Ok(clock::now_ms());
        }
        let now =
            query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now");
        let silent = || StoreError::Failed("the database does not tell the time".into());
        now.value("now", self).await?.ok_or_else(silent)
    }

    /// The one of two statements that this database understands.
    pub(super) fn either(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.db {
            Db::Sqlite(_) => sqlite,
            Db::Postgres(_) => postgres,
        }
    }

    /// What tokens and identities are sealed with.
    pub(super) fn seal(&self) -> &'c Seal {
        self.seal
    }
}

/// A value for a placeholder.
#[derive(Clone, Copy)]
pub(super) enum Arg<'q> {
    Text(Option<&'q str>),
    Number(i64),
}

/// A statement with its values.
pub(super) struct Query<'q> {
    sql: &'static str,
    args: Vec<Arg<'q>>,
}

/// One row of what was found.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What can be read out of a column: `String`, `i64`, `bool`, and an `Option` of these.
pub(super) trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Column for T where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

/// A statement, whose `$1` is the first value bound to it.
pub(super) fn query<'q>(sql: &'static str) -> Query<'q> {
    Query { sql, args: Vec::new() }
}

impl<'q> Query<'q> {
    /// The value of the next placeholder.
    pub(super) fn bind(mut self, value: impl Into<Arg<'q>>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Runs it; how many rows it changed.
    pub(super) async fn run(self, db: &mut Conn<'_>) -> Result<u64> {
        Ok(match &mut db.db {
            Db::Sqlite(db) => self.bound::<Sqlite>().execute(&mut **db).await?.rows_affected(),
            Db::Postgres(db) => self.bound::<Postgres>().execute(&mut **db).await?.rows_affected(),
        })
    }

    /// All rows.
    pub(super) async fn rows(self, db: &mut Conn<'_>) -> Result<Vec<Row>> {
        Ok(match &mut db.db {
            Db::Sqlite(db) => {
                let rows = self.bound::<Sqlite>().fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Db::Postgres(db) => {
                let rows = self.bound::<Postgres>().fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The row, if there is one.
    pub(super) async fn row(self, db: &mut Conn<'_>) -> Result<Option<Row>> {
        Ok(match &mut db.db {
            Db::Sqlite(db) => {
                self.bound::<Sqlite>().fetch_optional(&mut **db).await?.map(Row::Sqlite)
            }
            Db::Postgres(db) => {
                self.bound::<Postgres>().fetch_optional(&mut **db).await?.map(Row::Postgres)
            }
        })
    }

    /// The one column `name` of the row, if there is one.
    pub(super) async fn value<T: Column>(
        self,
        name: &'static str,
        db: &mut Conn<'_>,
    ) -> Result<Option<T>> {
        self.row(db).await?.map(|row| row.get(name)).transpose()
    }

    fn bound<DB: Database>(self) -> Bound<'q, DB, DB::Arguments>
    where
        Option<&'q str>: Encode<'q, DB> + Type<DB>,
        i64: Encode<'q, DB> + Type<DB>,
    {
        let statement = sqlx::query(self.sql);
        self.args.into_iter().fold(statement, |statement, arg| match arg {
            Arg::Text(text) => statement.bind(text),
            Arg::Number(number) => statement.bind(number),
        })
    }
}

impl Row {
    /// The value of a column.
    pub(super) fn get<T: Column>(&self, column: &str) -> Result<T> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

impl<'q> From<&'q str> for Arg<'q> {
    fn from(text: &'q str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'q> From<&'q String> for Arg<'q> {
    fn from(text: &'q String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'q> From<Option<&'q str>> for Arg<'q> {
    fn from(text: Option<&'q str>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
