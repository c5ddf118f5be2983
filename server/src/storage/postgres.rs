//! PostgreSQL, which several servers may share: each order is a serializable transaction of its
//! own, done again when it met another one; those that hold locks on what they depend on need not
//! be ([`Order::LOCKS`]), and what takes one statement is one. Nothing of the truth is in this
//! process.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Transaction};
use tdsauth_core::secret::Secret;
use tokio::sync::Semaphore;

use super::conn::{Conn, Use, time_left};
use super::connections::{Connections, Held};
use super::lanes::Lanes;
use super::query::Reading;
use super::sealing::{self, State};
use super::writer::Job;
use super::{Opening, Order, READY, Result, StoreError, is_ready};
use crate::seal::{Database, Seal, SealKey};

static MIGRATIONS: Migrator = sqlx::migrate!("src/storage/migrations/postgres");

/// Connections that queries may have at once.
const QUERIES: usize = 6;

/// For all of a start, in which another server may be making the tables.
const STARTING: Duration = Duration::from_secs(60);

/// For the sealing of a database of before there were seals, by this server or another.
const SEALING: Duration = Duration::from_secs(60 * 60);

/// How transactions begin: those that must not meet another, and those that hold what they depend
/// on.
const SERIALIZABLE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const LOCKING: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// How often an order is done again that found something unique taken. Once would do: then it sees
/// whose it is.
const DUPLICATES: u32 = 3;

/// Longest pause before an order is done again, in milliseconds.
const LONGEST_PAUSE: u32 = 64;

/// Makes new files of the tables with what is in them now, and of no row a former version, which
/// `VACUUM FULL` keeps for whoever may see it; the files of before are removed at the commit.
const REWRITE: &str = "ALTER TABLE users \
         ALTER COLUMN token_lookup TYPE TEXT COLLATE \"C\" USING token_lookup || '', \
         ALTER COLUMN retired_lookup TYPE TEXT COLLATE \"C\" USING retired_lookup || ''; \
     ALTER TABLE identities \
         ALTER COLUMN value TYPE TEXT COLLATE \"C\" USING value || '', \
         ALTER COLUMN data TYPE TEXT USING data || ''";

/// What the URL may say behind its `?`. The driver would log the value of any other.
const PARAMETERS: [&str; 7] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "application_name", "options"];

/// The database.
#[derive(Debug)]
pub(crate) struct Postgres {
    connections: Arc<Connections>,
    lanes: Lanes,
    queries: Semaphore,
    pub(super) seal: Arc<Seal>,
}

impl Postgres {
    /// Connects once, and makes or brings up to date the tables. Of servers that start at once one
    /// does so and the others wait.
    pub(super) async fn connect(url: &Secret, key: &SealKey, opening: Opening) -> Result<Self> {
        let options = options(url)?;
        let migrated = async {
            let mut db = PgConnection::connect_with(&options).await?;
            match opening {
                Opening::Serve => {
                    let failed = |error: MigrateError| StoreError::failed(&error);
                    MIGRATIONS.run(&mut db).await.map_err(failed)?;
                }
                Opening::Operate => {
                    let found = sqlx::query_scalar(READY).fetch_one(&mut db).await;
                    is_ready(found, MIGRATIONS.iter().count())?;
                }
            }
            Ok::<_, StoreError>(db)
        };
        let mut db =
            tokio::time::timeout(STARTING, migrated).await.map_err(|_| StoreError::Late)??;
        let sealed = seal(&mut db, key, opening);
        let seal = tokio::time::timeout(SEALING, sealed).await.map_err(|_| StoreError::Late)??;
        db.close().await?;
        let seal = Arc::new(seal);
        let connections = Connections::new(options, Arc::clone(&seal));
        Ok(Self { connections, lanes: Lanes::default(), queries: Semaphore::new(QUERIES), seal })
    }

    /// A connection for one caller.
    pub(super) async fn acquire(&self) -> Result<Held> {
        self.connections.acquire().await
    }

    /// Reads something: in one statement, if that is all it takes, or in a transaction that sees one
    /// state of the database. No statement takes longer than `time`, and none of a transaction
    /// outlives the deadline. There are never so many that accounts have to wait.
    pub(super) async fn read<R: Reading>(
        &self,
        reading: &R,
        time: Duration,
        deadline: Instant,
    ) -> Result<R::Out> {
        let _permit = self.queries.acquire().await.map_err(|_| StoreError::closed())?;
        let mut held = self.connections.acquire_for(time).await?;
        if let Some(read) = reading.at_once(&mut held.conn()?).await? {
            return Ok(read);
        }
        let begin =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", time_left(deadline));
        let mut open = held.open()?.begin_with(AssertSqlSafe(begin)).await?;
        let mut state = Use::default();
        let db = Conn::postgres(&mut open, &mut state, &self.seal);
        let read = reading.run(&mut db.knowing(self.connections.known()), deadline).await?;
        open.rollback().await?;
        held.settled();
        Ok(read)
    }

    /// Does an order.
    pub(super) async fn order<O: Order>(&self, order: O) -> Result<O::Out> {
        match order.row() {
            Some(row) => self.lanes.order(row, order, &self.connections).await,
            None => self.connections.order(&order).await,
        }
    }

    /// Waits for what is being done; later callers are refused.
    pub(super) async fn close(&self) {
        self.connections.close().await;
    }
}

impl Connections {
    /// Does an order, again and again until it meets no other.
    async fn order<O: Order>(self: &Arc<Self>, order: &O) -> Result<O::Out> {
        let mut lost = false;
        if O::AT_ONCE {
            match self.at_once(order).await {
                Ok(Some(done)) => return Ok(done),
                // It may have been done: the transaction finds what is there now.
                Err(StoreError::Lost(_)) => lost = true,
                Ok(None) | Err(StoreError::Conflict(_) | StoreError::Duplicate(_)) => (),
                Err(error) => return Err(error),
            }
        }
        let mut again = Again::default();
        loop {
            match self.attempt(order).await {
                Ok(done) => return Ok(done),
                Err(StoreError::Duplicate(_)) if lost => return Err(StoreError::Late),
                Err(error) => again.after(error).await?,
            }
        }
    }

    async fn at_once<O: Order>(self: &Arc<Self>, order: &O) -> Result<Option<O::Out>> {
        let mut held = self.acquire().await?;
        order.at_once(&mut held.conn()?).await
    }

    async fn attempt<O: Order>(self: &Arc<Self>, order: &O) -> Result<O::Out> {
        let mut held = self.acquire().await?;
        let begin = if O::LOCKS { LOCKING } else { SERIALIZABLE };
        let mut open = held.open()?.begin_with(begin).await?;
        let mut state = Use::default();
        let done = order.run(&mut Conn::postgres(&mut open, &mut state, self.seal())).await?;
        committed(open).await?;
        held.settled();
        Ok(done)
    }

    /// Does orders of one row, or, if that failed, each of them alone, so that one bad order spoils
    /// no other.
    pub(super) async fn commit(self: &Arc<Self>, mut batch: Vec<Box<dyn Job>>) {
        if self.together(&mut batch).await.is_ok() {
            batch.into_iter().for_each(|job| job.answer(Ok(())));
            return;
        }
        for mut job in batch {
            let committed = self.alone(&mut job).await;
            job.answer(committed);
        }
    }

    async fn alone(self: &Arc<Self>, job: &mut Box<dyn Job>) -> Result<()> {
        let mut again = Again::default();
        loop {
            match self.together(std::slice::from_mut(job)).await {
                Ok(()) => return Ok(()),
                Err(error) => again.after(error).await?,
            }
        }
    }

    async fn together(self: &Arc<Self>, batch: &mut [Box<dyn Job>]) -> Result<()> {
        let mut held = self.acquire().await?;
        let mut open = held.open()?.begin_with(LOCKING).await?;
        let mut state = Use::default();
        let mut db = Conn::postgres(&mut open, &mut state, self.seal());
        for job in batch {
            job.run(&mut db).await?;
        }
        committed(open).await?;
        held.settled();
        Ok(())
    }
}

/// Tries of one order.
struct Again {
    duplicates: u32,
    /// Longest pause before the next one, in milliseconds.
    longest: u32,
}

impl Default for Again {
    fn default() -> Self {
        Self { duplicates: 0, longest: 2 }
    }
}

impl Again {
    /// Waits until it is of use to try again after this; an error: it is of none.
    async fn after(&mut self, error: StoreError) -> Result<()> {
        match error {
            StoreError::Conflict(_) => (),
            StoreError::Duplicate(_) if self.duplicates < DUPLICATES => self.duplicates += 1,
            error => return Err(error),
        }
        // At random, so that those who met do not meet again.
        let random = getrandom::u32().unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(u64::from(1 + random % self.longest))).await;
        self.longest = (self.longest * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

async fn committed(open: Transaction<'_, sqlx::Postgres>) -> Result<()> {
    open.commit().await.map_err(|error| match error {
        refused @ sqlx::Error::Database(_) => StoreError::from(refused),
        // It was cut off: nobody knows whether the commit arrived.
        _ => StoreError::Late,
    })
}

/// The key of this database, under which everything in it is when this returns. Of servers that
/// start at once one seals and the others wait.
async fn seal(db: &mut PgConnection, key: &SealKey, opening: Opening) -> Result<Seal> {
    let sealed: i64 = sqlx::query_scalar(sealing::SEALED).fetch_one(&mut *db).await?;
    let database = if sealed == 0 { Database::Lasting } else { Database::Sealed };
    let seal = key.find_or_make(database).map_err(StoreError::Failed)?;
    let mut open = db.begin().await?;
    if sealed == 0 {
        open.execute("LOCK TABLE sealing, users, identities IN ACCESS EXCLUSIVE MODE").await?;
    }
    let mut used = Use::default();
    let state = sealing::seal(&mut Conn::postgres(&mut open, &mut used, &seal)).await?;
    if sealed == 0 && state == State::Uncleaned {
        open.execute(REWRITE).await?;
    }
    open.commit().await?;
    if state == State::Uncleaned && opening == Opening::Serve {
        // Where samples of the columns were. Who may not do this is told so and goes on.
        db.execute("VACUUM FULL pg_statistic").await?;
        sealing::cleaned(&mut Conn::postgres(db, &mut used, &seal)).await?;
    }
    Ok(seal)
}

/// What the URL says, or why not: its text is in no error, for a password may be in it.
fn options(url: &Secret) -> Result<PgConnectOptions> {
    let wrong = |what: &str| StoreError::Failed(format!("--database-url: {what}"));
    let text = url.expose();
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(wrong("postgres://USER@HOST:PORT/DATABASE is expected"));
    }
    let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
    let mut names = parameters.split('&').filter_map(|pair| pair.split('=').next());
    if names.any(|name| !name.is_empty() && !PARAMETERS.contains(&name)) {
        return Err(wrong(&format!("only these parameters are known: {}", PARAMETERS.join(", "))));
    }
    PgConnectOptions::from_str(text)
        .map(|options| options.disable_statement_logging())
        .map_err(|_| wrong("is no URL of a PostgreSQL database"))
}
