//! SQLite: one file, one writing task, a few readers.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Executor as _, Row as _};

use super::conn::{Conn, STEPS};
use super::known::Known;
use super::sealing::{self, State};
use super::writer::Writer;
use super::{Opening, PATIENCE, READY, Result, StoreError, is_ready};
use crate::private_file;
use crate::seal::{Database, Seal, SealKey};

static MIGRATIONS: Migrator = sqlx::migrate!("src/storage/migrations/sqlite");

/// The database in the data folder.
pub(super) const FILE: &str = "tdsauth.db";

const READERS: u32 = 4;

const QUERIERS: u32 = 4;

/// The file, or the memory.
#[derive(Debug)]
pub(crate) struct Sqlite {
    pub(super) readers: SqlitePool,
    /// For queries, which may take long and keep no account waiting.
    queriers: SqlitePool,
    pub(super) writer: Writer,
    pub(super) seal: Arc<Seal>,
    pub(super) known: Known,
}

impl Sqlite {
    /// Opens `tdsauth.db` in `folder`, made when missing, or a database in memory.
    pub(super) async fn open(
        folder: Option<&Path>,
        key: &SealKey,
        opening: Opening,
    ) -> Result<Self> {
        let (readers, queriers, writing) = match folder {
            Some(folder) => {
                let file = folder.join(FILE);
                private_file::claim(&file)
                    .map_err(|error| StoreError::Failed(format!("{}: {error}", file.display())))?;
                let options = durable(SqliteConnectOptions::new().filename(file));
                // What is deleted or replaced is overwritten.
                let options = options.pragma("secure_delete", "ON");
                let writing = pool(1).connect_with(options.clone()).await?;
                let queriers = pool(QUERIERS).connect_with(options.clone()).await?;
                (pool(READERS).connect_with(options).await?, queriers, writing)
            }
            // A database in memory lives in its one connection.
            None => {
                let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
                let only = pool(1).after_release(|db, _| {
                    Box::pin(async {
                        db.lock_handle().await?.remove_progress_handler();
                        Ok(true)
                    })
                });
                let only = only.connect_with(options.disable_statement_logging()).await?;
                (only.clone(), only.clone(), only)
            }
        };
        match opening {
            Opening::Serve => {
                let failed = |error: MigrateError| StoreError::failed(&error);
                MIGRATIONS.run(&writing).await.map_err(failed)?;
            }
            Opening::Operate => {
                let found = sqlx::query_scalar(READY).fetch_one(&writing).await;
                is_ready(found, MIGRATIONS.iter().count())?;
            }
        }
        let seal = Arc::new(seal(&writing, key, folder.is_some(), opening).await?);
        let writer = Writer::start(writing, Arc::clone(&seal));
        Ok(Self { readers, queriers, writer, seal, known: Known::default() })
    }

    /// A connection for a query, whose statements end at the deadline, whoever still waits.
    pub(super) async fn querier(&self, deadline: Instant) -> Result<PoolConnection<sqlx::Sqlite>> {
        let mut db = self.queriers.acquire().await?;
        db.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < deadline);
        Ok(db)
    }

    /// Finishes every accepted write and closes the file.
    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
        self.queriers.close().await;
    }
}

/// The key of this database, under which everything in it is when this returns.
async fn seal(
    writing: &SqlitePool,
    key: &SealKey,
    lasting: bool,
    opening: Opening,
) -> Result<Seal> {
    let sealed: i64 = sqlx::query_scalar(sealing::SEALED).fetch_one(writing).await?;
    let database = match (sealed, lasting) {
        (0, false) => Database::Memory,
        (0, true) => Database::Lasting,
        _ => Database::Sealed,
    };
    let seal = key.find_or_make(database).map_err(StoreError::Failed)?;
    let mut open = writing.begin_with("BEGIN IMMEDIATE").await?;
    let state = sealing::seal(&mut Conn::sqlite(&mut open, &seal)).await?;
    open.commit().await?;
    if state == State::Uncleaned && opening == Opening::Serve {
        // The file is written anew from what it holds now, and the log emptied.
        let mut db = writing.acquire().await?;
        db.execute("VACUUM").await?;
        let busy: i64 = db.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)").await?.try_get(0)?;
        if busy == 0 {
            sealing::cleaned(&mut Conn::sqlite(&mut db, &seal)).await?;
        } else {
            tracing::warn!("another process reads the database: the next start overwrites it");
        }
    }
    Ok(seal)
}

pub(super) fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

pub(super) fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // Connections are threads here, and one of them may hold the whole database: keep them.
        .idle_timeout(None)
        .max_lifetime(None)
}
