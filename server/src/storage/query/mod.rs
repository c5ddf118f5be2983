//! Queries: objects looked for by their values. Nothing is loaded but what is answered; what SQL
//! cannot say is looked at row by row. No query outlives its deadline, on the database's side too.

mod explain;
mod find;
mod include;
pub(super) mod indexes;
mod matches;
mod resolve;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::conn::{Conn, Query, written};
use super::objects::classes::class_by_name;
use super::{Result, Store, StoreError};
use crate::objects::acl::Principals;
use crate::objects::schema::Class;
use crate::problem::Problem;
use crate::query::{Arg, Sql, Where, World};
pub(crate) use explain::Explain;
pub(crate) use find::{Find, Found};
pub(crate) use include::Include;
pub(crate) use indexes::{AddIndex, Index, IndexChange, RemoveIndex};
pub(super) use matches::{deadline, matches};

/// Something that is read, however long it may take, until its deadline.
pub(crate) trait Reading: Sync {
    type Out: Send;

    /// Reads, within a transaction that sees one state of the database.
    fn run(
        &self,
        db: &mut Conn<'_>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Self::Out>> + Send;

    /// Reads on PostgreSQL in one statement, without a transaction, where that is all it takes.
    fn at_once(
        &self,
        _db: &mut Conn<'_>,
    ) -> impl Future<Output = Result<Option<Self::Out>>> + Send {
        async { Ok(None) }
    }
}

impl Store {
    /// Reads something within `time`, in which the statement has ended as well.
    pub(crate) async fn read<R: Reading>(&self, reading: &R, time: Duration) -> Result<R::Out> {
        let deadline = Instant::now() + time;
        let read = async {
            match self {
                Self::Sqlite(sqlite) => {
                    let mut held = sqlite.querier(deadline).await?;
                    let mut open = sqlx::Connection::begin(&mut *held).await?;
                    reading.run(&mut Conn::sqlite(&mut open, &sqlite.seal), deadline).await
                }
                Self::Postgres(postgres) => postgres.read(reading, time, deadline).await,
            }
        };
        tokio::time::timeout(time, read).await.unwrap_or(Err(StoreError::Late))
    }
}

/// The classes of these names, by them; those that are not there are left out.
async fn classes(db: &mut Conn<'_>, names: BTreeSet<String>) -> Result<BTreeMap<String, Class>> {
    let mut classes = BTreeMap::new();
    for name in names {
        if let Some(class) = class_by_name(db, &name).await? {
            classes.insert(name, class);
        }
    }
    Ok(classes)
}

/// The classes that a query of `class` speaks of.
async fn classes_of(
    db: &mut Conn<'_>,
    class: &str,
    filter: &Where,
) -> Result<BTreeMap<String, Class>> {
    let mut names = filter.classes();
    names.insert(class.to_owned());
    classes(db, names).await
}

fn world<'w>(db: &Conn<'_>, classes: &'w BTreeMap<String, Class>, by: &'w Principals) -> World<'w> {
    World { classes, by, dialect: db.dialect() }
}

/// The statement with the values bound to it.
fn bound(statement: String, sql: &Sql) -> Query<'_> {
    sql.args.iter().fold(written(statement), |query, arg| match arg {
        Arg::Text(text) => query.bind(text),
        Arg::Number(number) => query.bind(*number),
    })
}

/// What a caller may not or cannot ask.
fn refused(problem: Problem) -> StoreError {
    StoreError::Refused(problem)
}
