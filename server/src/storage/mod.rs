//! Everything that is kept. All SQL of the service is in this folder; nothing above it knows
//! which database answers.
//!
//! Reads go to a small pool. Writes go to one task that commits them in batches ([`writer`]): one
//! fsync then serves all who wait, and no two writers ever meet. What a caller was told is on the
//! disk: the answer is given after the commit (WAL, synchronous FULL).

mod link;
mod orders;
#[cfg(test)]
mod tests;
mod users;
mod writer;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::accounts::User;
use crate::private_file;
pub(crate) use link::{LinkOrder, Linked};
pub(crate) use orders::{Authority, NewUser, Refresh, Refreshed, SignInOrder, SignedIn};
use writer::Writer;

static MIGRATIONS: Migrator = sqlx::migrate!("src/storage/migrations");

/// How long a caller waits for the database before it is told that the service is not available.
const PATIENCE: Duration = Duration::from_secs(10);

const READERS: u32 = 4;

/// Why the database did not do what was asked. The text is for the log.
#[derive(Debug, Clone)]
pub(crate) enum StoreError {
    /// It failed; nothing was changed.
    Failed(String),
    /// It did not answer in time; what was asked may still happen.
    Late,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(cause) => f.write_str(cause),
            Self::Late => f.write_str("the database did not answer in time"),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// The database.
#[derive(Debug)]
pub(crate) struct Store {
    readers: SqlitePool,
    writer: Writer,
}

impl Store {
    /// Opens `tdsauth.db` in `folder`, made when missing, or a database in memory.
    pub(crate) async fn open(folder: Option<&Path>) -> Result<Self> {
        let (readers, writing) = match folder {
            Some(folder) => {
                let file = folder.join("tdsauth.db");
                private_file::claim(&file)
                    .map_err(|error| StoreError::Failed(format!("{}: {error}", file.display())))?;
                let options = durable(SqliteConnectOptions::new().filename(file));
                let writing = pool(1).connect_with(options.clone()).await?;
                (pool(READERS).connect_with(options).await?, writing)
            }
            // A database in memory lives in its one connection.
            None => {
                let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
                let only = pool(1).connect_with(options.disable_statement_logging()).await?;
                (only.clone(), only)
            }
        };
        MIGRATIONS.run(&writing).await.map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Self { readers, writer: Writer::start(writing) })
    }

    /// Signs somebody in: the account of the identity, made if the order allows it.
    pub(crate) async fn sign_in(&self, order: SignInOrder) -> Result<SignedIn> {
        self.writer.sign_in(order).await
    }

    /// Gives a user a new session token.
    pub(crate) async fn refresh(&self, order: Refresh) -> Result<Refreshed> {
        self.writer.refresh(order).await
    }

    /// Adds an identity to a user.
    pub(crate) async fn link(&self, order: LinkOrder) -> Result<Linked> {
        self.writer.link(order).await
    }

    /// The user whose session token this is.
    pub(crate) async fn user_by_token(&self, token: &str) -> Result<Option<User>> {
        in_time(async { users::by_token(&mut *self.readers.acquire().await?, token).await }).await
    }

    /// The user of this object id.
    pub(crate) async fn user_by_id(&self, id: &str) -> Result<Option<User>> {
        in_time(async { users::by_id(&mut *self.readers.acquire().await?, id).await }).await
    }

    /// The newest users, at most so many.
    pub(crate) async fn newest_users(&self, most: u32) -> Result<Vec<User>> {
        in_time(async { users::newest(&mut *self.readers.acquire().await?, most).await }).await
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        in_time(async { Ok(sqlx::query("SELECT 1").execute(&self.readers).await.map(drop)?) }).await
    }

    /// Finishes every accepted write and closes the file.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(StoreError::Late))
}

fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // Connections are threads here, and one of them may hold the whole database: keep them.
        .idle_timeout(None)
        .max_lifetime(None)
}
