//! SQLite: one file, one writing task, a few readers.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::writer::Writer;
use super::{PATIENCE, Result, StoreError};
use crate::private_file;

static MIGRATIONS: Migrator = sqlx::migrate!("src/storage/migrations/sqlite");

const READERS: u32 = 4;

/// The file, or the memory.
#[derive(Debug)]
pub(crate) struct Sqlite {
    pub(super) readers: SqlitePool,
    pub(super) writer: Writer,
}

impl Sqlite {
    /// Opens `tdsauth.db` in `folder`, made when missing, or a database in memory.
    pub(super) async fn open(folder: Option<&Path>) -> Result<Self> {
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

    /// Finishes every accepted write and closes the file.
    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
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
