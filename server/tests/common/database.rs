//! The database of a data folder, looked at and changed past the server, on SQLite or PostgreSQL.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;

use super::{chmod, command, on_postgres};

/// The URL of PostgreSQL's database of a data folder.
pub fn url(folder: &Path) -> String {
    private_postgres::database_of(folder)
}

/// Gives a command that is no server's the database of its folder.
pub fn on_database_of(command: &mut Command, folder: &Path) {
    if on_postgres() {
        command.env("TDSAUTH_DATABASE_URL", url(folder));
    }
}

/// `tdsauth-server WORDS --data FOLDER`
fn try_order(folder: &Path, words: &[&str]) -> Output {
    let mut command = command();
    on_database_of(&mut command, folder);
    command.args(words).arg("--data").arg(folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

/// What an order says that is carried out.
#[track_caller]
pub fn order(folder: &Path, words: &[&str]) -> String {
    let output = try_order(folder, words);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && complaint.is_empty(), "{words:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// The one line of an order that is refused.
#[track_caller]
pub fn refused(folder: &Path, words: &[&str]) -> String {
    let output = try_order(folder, words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{words:?}");
    assert!(said.starts_with("tdsauth-server: ") && said.lines().count() == 1, "{said}");
    said
}

/// Runs one statement that both databases understand; its one column, a text, one line a row.
pub fn sql(folder: &Path, statement: &str) -> String {
    if on_postgres() {
        return private_postgres::shared().sql(&url(folder), statement);
    }
    run(async {
        let mut db = sqlite(folder).await;
        let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut db).await.unwrap();
        db.close().await.unwrap();
        let texts = rows.iter().map(|row| row.get::<String, _>(0));
        texts.collect::<Vec<_>>().join("\n")
    })
}

/// Every byte that the database keeps, in its files and in a dump.
pub fn bytes(folder: &Path) -> Vec<u8> {
    if on_postgres() {
        let (postgres, url) = (private_postgres::shared(), url(folder));
        return [postgres.files(&url), postgres.dump(&url)].concat();
    }
    let names = ["tdsauth.db", "tdsauth.db-wal", "tdsauth.db-shm"];
    names.iter().flat_map(|name| fs::read(folder.join(name)).unwrap_or_default()).collect()
}

/// Whether these bytes hold this text.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Makes a data folder with a database as the version before the seals left it: `statements` fill
/// the tables of the first migration.
pub fn of_before(folder: &Path, statements: &str) {
    fs::create_dir(folder).unwrap();
    chmod(folder, 0o700);
    let migrations = TempDir::new().unwrap();
    let kind = if on_postgres() { "postgres" } else { "sqlite" };
    let first = format!("{kind}/0001_users.sql");
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage/migrations").join(first);
    fs::copy(first, migrations.path().join("0001_users.sql")).unwrap();
    run(async {
        let migrator = Migrator::new(migrations.path()).await.unwrap();
        if on_postgres() {
            let mut db = sqlx::PgConnection::connect(&url(folder)).await.unwrap();
            migrator.run(&mut db).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        } else {
            let mut db = sqlite(folder).await;
            migrator.run(&mut db).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut db).await.unwrap();
            db.close().await.unwrap();
            chmod(&folder.join("tdsauth.db"), 0o600);
        }
    });
}

async fn sqlite(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("tdsauth.db"));
    let options =
        options.create_if_missing(true).journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    options.connect().await.unwrap()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}
