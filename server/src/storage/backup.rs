//! A copy of SQLite's file while it is in use.

use std::fs::File;
use std::io;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::{Result, StoreError, sqlite};
use crate::private_file;

/// Writes the database of `folder`, as it is at one moment, into the new file `to` (0600), whole or
/// not at all. Servers go on meanwhile.
pub(crate) async fn backup(folder: &Path, to: &Path) -> Result<()> {
    let failed = |error: io::Error| StoreError::Failed(format!("{}: {error}", to.display()));
    if to.exists() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let database = folder.join(sqlite::FILE);
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(false);
    let mut db = options.disable_statement_logging().connect().await?;
    let mut draft = to.as_os_str().to_owned();
    draft.push(".new");
    let draft = Path::new(&draft);
    // One may be left from a backup that was cut off.
    let _ = std::fs::remove_file(draft);
    // SQLite fills an empty file and leaves its permissions.
    private_file::claim(draft).map_err(failed)?;
    let done = fill(&mut db, draft).await.and_then(|()| {
        File::open(draft)
            .and_then(|file| file.sync_all())
            .and_then(|()| private_file::publish(draft, to))
            .map_err(failed)
    });
    if done.is_err() {
        let _ = std::fs::remove_file(draft);
    }
    db.close().await?;
    done
}

async fn fill(db: &mut sqlx::SqliteConnection, draft: &Path) -> Result<()> {
    let name = draft.to_str();
    let name = name.ok_or_else(|| StoreError::Failed("the file's name is no UTF-8".into()))?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(db).await?;
    Ok(())
}
