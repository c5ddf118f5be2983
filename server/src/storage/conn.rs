//! One connection to either database, and SQL that both understand.
//!
//! Statements are written once, with `$1` placeholders. What a statement takes and gives is text,
//! a 64-bit number or a truth value, and null.

use std::borrow::Cow;
use std::time::Instant;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::query::Query as Bound;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Database, Decode, Encode, Executor as _, Postgres, Row as _, Sqlite, Type,
};

use super::known::Known;
use super::{Result, StoreError};
use crate::clock;
use crate::objects::schema::Class;
use crate::query::Dialect;
use crate::seal::Seal;

/// Steps of SQLite's machine between two looks at the clock.
pub(super) const STEPS: i32 = 1000;

/// Classes that one transaction remembers.
const MOST_CLASSES: usize = 16;

/// A connection, borrowed for one order or one reading, and the key of what is sealed behind it.
pub(crate) struct Conn<'c> {
    db: Db<'c>,
    seal: &'c Seal,
    /// Classes as this transaction knows them. Many orders of one are about the same.
    classes: Vec<Class>,
    /// What this process remembers of classes. Only to who reads what was committed.
    known: Option<&'c Known>,
}

enum Db<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection, &'c mut Use),
}

/// Whether a connection is in the middle of something: of a statement whose end nobody waited for,
/// of one that failed, of a transaction.
#[derive(Debug, Default)]
pub(super) struct Use(u32);

impl Use {
    pub(super) fn begin(&mut self) {
        self.0 = self.0.saturating_add(1);
    }

    /// What began last is over, and went well.
    pub(super) fn end(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }

    pub(super) fn is_settled(&self) -> bool {
        self.0 == 0
    }
}

impl<'c> Conn<'c> {
    pub(super) fn sqlite(db: &'c mut SqliteConnection, seal: &'c Seal) -> Self {
        Self { db: Db::Sqlite(db), seal, classes: Vec::new(), known: None }
    }

    pub(super) fn postgres(db: &'c mut PgConnection, state: &'c mut Use, seal: &'c Seal) -> Self {
        Self { db: Db::Postgres(db, state), seal, classes: Vec::new(), known: None }
    }

    /// The connection of who reads what was committed.
    pub(super) fn knowing(self, known: &'c Known) -> Self {
        Self { known: Some(known), ..self }
    }

    /// What this process remembers of classes, if that may be used here.
    pub(super) fn known(&self) -> Option<&'c Known> {
        self.known
    }

    /// On SQLite, where who changes something keeps all others waiting: statements end at this time,
    /// or may take as long as they want again.
    pub(super) async fn end_at(&mut self, deadline: Option<Instant>) -> Result<()> {
        if let Db::Sqlite(db) = &mut self.db {
            let mut handle = db.lock_handle().await?;
            match deadline {
                Some(deadline) => {
                    handle.set_progress_handler(STEPS, move || Instant::now() < deadline);
                }
                None => handle.remove_progress_handler(),
            }
        }
        Ok(())
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
            Db::Postgres(..) => postgres,
        }
    }

    /// Which SQL it understands.
    pub(super) fn dialect(&self) -> Dialect {
        match self.db {
            Db::Sqlite(_) => Dialect::Sqlite,
            Db::Postgres(..) => Dialect::Postgres,
        }
    }

    /// The class of this name, if this transaction knows it.
    pub(super) fn class(&self, name: &str) -> Option<Class> {
        self.classes.iter().find(|class| class.name == name).cloned()
    }

    /// Remembers a class until the transaction ends.
    pub(super) fn know_class(&mut self, class: &Class) {
        if self.classes.len() < MOST_CLASSES {
            self.classes.push(class.clone());
        }
    }

    /// A class is changed.
    pub(super) fn forget_classes(&mut self) {
        self.classes.clear();
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
    sql: Cow<'static, str>,
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
    Query { sql: Cow::Borrowed(sql), args: Vec::new() }
}

/// A statement that was put together, out of nothing that a caller sent but names that were looked
/// at; its values are bound like any.
pub(super) fn written<'q>(sql: String) -> Query<'q> {
    Query { sql: Cow::Owned(sql), args: Vec::new() }
}

/// Rows that are looked at, whatever that takes, before others get their turn.
const BREATH: u32 = 16;

/// Rows that are fetched at once.
const FETCHED: usize = 256;

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
            Db::Postgres(db, state) => {
                state.begin();
                let done = self.bound::<Postgres>().execute(&mut **db).await?;
                state.end();
                done.rows_affected()
            }
        })
    }

    /// All rows.
    pub(super) async fn rows(self, db: &mut Conn<'_>) -> Result<Vec<Row>> {
        Ok(match &mut db.db {
            Db::Sqlite(db) => {
                let rows = self.bound::<Sqlite>().fetch_all(&mut **db).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Db::Postgres(db, state) => {
                state.begin();
                let rows = self.bound::<Postgres>().fetch_all(&mut **db).await?;
                state.end();
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
            Db::Postgres(db, state) => {
                state.begin();
                let row = self.bound::<Postgres>().fetch_optional(&mut **db).await?;
                state.end();
                row.map(Row::Postgres)
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

    /// Gives `take` one row after the other, until it wants no more. However many there are, few are
    /// in memory. With a deadline: `take` may end it long before the last row, and PostgreSQL is
    /// asked for a part at a time, in a transaction.
    pub(super) async fn each(
        self,
        db: &mut Conn<'_>,
        deadline: Option<Instant>,
        mut take: impl FnMut(Row) -> Result<bool> + Send,
    ) -> Result<()> {
        match (&mut db.db, deadline) {
            (Db::Sqlite(db), _) => {
                let mut rows = self.bound::<Sqlite>().fetch(&mut **db);
                let mut taken = 0_u32;
                while let Some(row) = rows.try_next().await? {
                    if !take(Row::Sqlite(row))? {
                        break;
                    }
                    taken = taken.wrapping_add(1);
                    if taken.is_multiple_of(BREATH) {
                        tokio::task::yield_now().await;
                    }
                }
            }
            (Db::Postgres(db, state), None) => {
                state.begin();
                let mut rows = self.bound::<Postgres>().fetch(&mut **db);
                while let Some(row) = rows.try_next().await? {
                    if !take(Row::Postgres(row))? {
                        return Ok(());
                    }
                }
                drop(rows);
                state.end();
            }
            (Db::Postgres(db, state), Some(deadline)) => {
                state.begin();
                let declared = format!("DECLARE found NO SCROLL CURSOR FOR {}", self.sql);
                let declared = Query { sql: Cow::Owned(declared), args: self.args };
                declared.bound::<Postgres>().execute(&mut **db).await?;
                let mut more = true;
                while more {
                    db.execute(AssertSqlSafe(time_left(deadline))).await?;
                    let fetch = AssertSqlSafe(format!("FETCH {FETCHED} FROM found"));
                    // What it gives is another thing each time.
                    let rows = sqlx::query(fetch).persistent(false).fetch_all(&mut **db).await?;
                    more = rows.len() == FETCHED;
                    for (row, number) in rows.into_iter().zip(1_u32..) {
                        if !take(Row::Postgres(row))? {
                            more = false;
                            break;
                        }
                        if number.is_multiple_of(BREATH) {
                            tokio::task::yield_now().await;
                        }
                    }
                }
                db.execute("CLOSE found").await?;
                state.end();
            }
        }
        Ok(())
    }

    fn bound<DB: Database>(self) -> Bound<'q, DB, DB::Arguments>
    where
        Option<&'q str>: Encode<'q, DB> + Type<DB>,
        i64: Encode<'q, DB> + Type<DB>,
    {
        let statement = match self.sql {
            Cow::Borrowed(sql) => sqlx::query(sql),
            Cow::Owned(sql) => sqlx::query(AssertSqlSafe(sql)),
        };
        self.args.into_iter().fold(statement, |statement, arg| match arg {
            Arg::Text(text) => statement.bind(text),
            Arg::Number(number) => statement.bind(number),
        })
    }
}

/// The statement by which PostgreSQL ends what takes longer, within a transaction.
pub(super) fn time_left(deadline: Instant) -> String {
    let left = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
    format!("SET LOCAL statement_timeout = {left}")
}

impl Row {
    /// The value of a column.
    pub(super) fn get<T: Column>(&self, column: &str) -> Result<T> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The text of a column, where it lies.
    pub(super) fn text(&self, column: &str) -> Result<&str> {
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
