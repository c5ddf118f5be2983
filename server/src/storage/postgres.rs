//! PostgreSQL, which several servers may share: each order is a serializable transaction of its
//! own, done again when it met another one; those that hold locks on what they depend on need not
//! be ([`Order::LOCKS`]). Nothing of the truth is in this process.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Transaction};
use tdsauth_core::secret::Secret;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::conn::{Conn, time_left};
use super::lanes::Lanes;
use super::sealing::{self, State};
use super::writer::Job;
use super::{Opening, Order, READY, Result, StoreError, is_ready};
use crate::seal::{Database, Seal, SealKey};

static MIGRATIONS: Migrator = sqlx::migrate!("src/storage/migrations/postgres");

const CONNECTIONS: u32 = 10;

/// Connections that queries may have at once.
const QUERIES: usize = 6;

/// For a new connection. Shorter than the caller's patience, so that it hears 503 and not 504 when
/// there is no database.
const CONNECTING: Duration = Duration::from_secs(3);

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

/// For each connection: PostgreSQL ends what no caller waits for any more and what a server left
/// open, later than callers lose their patience, and says nothing but errors.
const SETTINGS: &str = "SET statement_timeout = '15s'; \
     SET idle_in_transaction_session_timeout = '15s'; \
     SET client_min_messages = error";

/// The database.
#[derive(Debug)]
pub(crate) struct Postgres {
    connections: Arc<Connections>,
    lanes: Lanes,
    queries: Semaphore,
    pub(super) seal: Arc<Seal>,
}

/// The connections to the database.
#[derive(Debug)]
pub(super) struct Connections {
    pool: PgPool,
    /// One for each connection: who has one finds a connection or has to make one, and never
    /// waits for another caller's. So the pool's own time is for connecting alone.
    permits: Semaphore,
    seal: Arc<Seal>,
}

/// A connection and the right to it.
pub(super) struct Held<'p> {
    pub(super) db: PoolConnection<sqlx::Postgres>,
    _permit: SemaphorePermit<'p>,
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
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECTING)
            .after_connect(|db, _| Box::pin(async move { db.execute(SETTINGS).await.map(drop) }))
            .connect_lazy_with(options);
        let (permits, seal) = (Semaphore::new(CONNECTIONS as usize), Arc::new(seal));
        let connections = Arc::new(Connections { pool, permits, seal: Arc::clone(&seal) });
        Ok(Self { connections, lanes: Lanes::default(), queries: Semaphore::new(QUERIES), seal })
    }

    /// A connection for one caller.
    pub(super) async fn acquire(&self) -> Result<Held<'_>> {
        self.connections.acquire().await
    }

    /// A connection for a query, of which there are never so many that accounts have to wait.
    pub(super) async fn acquire_query(&self) -> Result<(Held<'_>, SemaphorePermit<'_>)> {
        let closed = |_| StoreError::closed();
        let permit = self.queries.acquire().await.map_err(closed)?;
        Ok((self.acquire().await?, permit))
    }

    /// A transaction that reads one state of the database, and of which no statement outlives the
    /// deadline.
    pub(super) async fn snapshot<'h>(
        &self,
        (held, _): &'h mut (Held<'_>, SemaphorePermit<'_>),
        deadline: Instant,
    ) -> Result<Transaction<'h, sqlx::Postgres>> {
        let begin =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", time_left(deadline));
        Ok(held.db.begin_with(AssertSqlSafe(begin)).await?)
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
        self.connections.permits.close();
        self.connections.pool.close().await;
    }
}

impl Connections {
    async fn acquire(&self) -> Result<Held<'_>> {
        let closed = |_| StoreError::closed();
        let permit = self.permits.acquire().await.map_err(closed)?;
        Ok(Held { db: self.pool.acquire().await?, _permit: permit })
    }

    /// Does an order, again and again until it meets no other.
    async fn order<O: Order>(&self, order: &O) -> Result<O::Out> {
        let mut again = Again::default();
        loop {
            match self.attempt(order).await {
                Ok(done) => return Ok(done),
                Err(error) => again.after(error).await?,
            }
        }
    }

    async fn attempt<O: Order>(&self, order: &O) -> Result<O::Out> {
        let mut held = self.acquire().await?;
        let begin = if O::LOCKS { LOCKING } else { SERIALIZABLE };
        let mut open = held.db.begin_with(begin).await?;
        let done = order.run(&mut Conn::postgres(&mut open, &self.seal)).await?;
        committed(open).await.map(|()| done)
    }

    /// Does orders of one row, or, if that failed, each of them alone, so that one bad order spoils
    /// no other.
    pub(super) async fn commit(&self, mut batch: Vec<Box<dyn Job>>) {
        if self.together(&mut batch).await.is_ok() {
            batch.into_iter().for_each(|job| job.answer(Ok(())));
            return;
        }
        for mut job in batch {
            let committed = self.alone(&mut job).await;
            job.answer(committed);
        }
    }

    async fn alone(&self, job: &mut Box<dyn Job>) -> Result<()> {
        let mut again = Again::default();
        loop {
            match self.together(std::slice::from_mut(job)).await {
                Ok(()) => return Ok(()),
                Err(error) => again.after(error).await?,
            }
        }
    }

    async fn together(&self, batch: &mut [Box<dyn Job>]) -> Result<()> {
        let mut held = self.acquire().await?;
        let mut open = held.db.begin_with(LOCKING).await?;
        let mut db = Conn::postgres(&mut open, &self.seal);
        for job in batch {
            job.run(&mut db).await?;
        }
        committed(open).await
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
    let state = sealing::seal(&mut Conn::postgres(&mut open, &seal)).await?;
    if sealed == 0 && state == State::Uncleaned {
        open.execute(REWRITE).await?;
    }
    open.commit().await?;
    if state == State::Uncleaned && opening == Opening::Serve {
        // Where samples of the columns were. Who may not do this is told so and goes on.
        db.execute("VACUUM FULL pg_statistic").await?;
        sealing::cleaned(&mut Conn::postgres(db, &seal)).await?;
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
