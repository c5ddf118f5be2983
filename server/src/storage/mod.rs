//! Everything that is kept. All SQL of the service is in this folder; nothing above it knows
//! which database answers.
//!
//! A change is an [`Order`]: a type that does its work on a [`Conn`] within a transaction. SQLite
//! gives orders to one task that commits them in batches ([`writer`]): one fsync then serves all
//! who wait, and no two writers ever meet. PostgreSQL does each by itself ([`postgres`]), for
//! there may be other servers: in a serializable transaction, unless locks or one statement do. What a
//! caller was told is on the disk: the answer is given after the commit.

mod backup;
mod binding;
mod conn;
mod connections;
mod failures;
mod find;
mod grants;
mod identities;
mod known;
mod lanes;
mod objects;
mod operator;
mod orders;
mod outbox;
mod passwords;
mod postgres;
mod push;
mod query;
mod roles;
mod save;
mod sealing;
mod sessions;
mod sqlite;
#[cfg(test)]
mod tests;
mod users;
mod verification;
mod weblink;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use tdsauth_core::secret::Secret;

use crate::accounts::{Identity, User};
use crate::binding::Shown;
use crate::credentials::Name;
use crate::objects::Object;
use crate::objects::acl::{Acl, Principals};
use crate::objects::schema::Class;
use crate::problem::Problem;
use crate::seal::{Damaged, Seal, SealKey};
pub(crate) use backup::backup;
pub(crate) use binding::{ExchangeCode, Exchanged, MintCode, SpendNonce, TakeCode};
use conn::{Conn, Row, query};
use connections::Held;
pub(crate) use failures::ForgetFailures;
pub(crate) use find::{Matches, Search};
pub(crate) use objects::{DeleteObjects, PutClass, SaveObject, Target as ObjectTarget};
pub(crate) use operator::{Ban, Listed, SetBan};
pub(crate) use orders::{Authority, NewUser, OwnFields, Refresh, Refreshed, SignInOrder, SignedIn};
pub(crate) use outbox::{Leave, NextRevocation, Owed, Revocation, Settle};
pub(crate) use passwords::{
    ChangePassword, Hashes, Known, LogInOrder, LoggedIn, PasswordChanged, Refusal, Right, SignUp,
};
use postgres::Postgres;
pub(crate) use push::{
    Claim, ClaimPush, Claimed, DailyPush, Hand, Leased, Outbox, ParkPush, Pending, RetryPush,
    SettlePush, Verdict,
};
pub(crate) use query::{AddIndex, Explain, Find, Found, Include, Index, IndexChange, RemoveIndex};
pub(crate) use roles::{DeleteRole, Notify, PutRoles};
pub(crate) use save::{Delete, Deleted, Save, Saved};
use sqlite::Sqlite;
pub(crate) use verification::{BeginCode, Begun, CheckCode, Checked, WithdrawCode};
pub(crate) use weblink::{BeginVisit, EndVisit, Key, Stage, Visit};

/// How long a caller waits for the database before it is told that the service is not available.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the database did not do what was asked. The text is for the log.
#[derive(Debug, Clone)]
pub(crate) enum StoreError {
    /// It failed; nothing was changed.
    Failed(String),
    /// It was cut off. Nothing was changed, if that was within a transaction.
    Lost(String),
    /// It met another change; nothing was changed, and it may be done again.
    Conflict(String),
    /// Something unique is there already; nothing was changed.
    Duplicate(String),
    /// A user's row does not say what it said; nothing was changed. Others are not concerned.
    Damaged {
        /// The user's object id.
        user: String,
        /// What does not open.
        what: String,
    },
    /// The user would be too large; nothing was changed.
    TooLarge,
    /// It may not be, as only another change that came before has made clear; nothing was changed.
    Refused(Problem),
    /// It did not answer in time; what was asked may still happen.
    Late,
}

impl StoreError {
    /// One line for the log.
    fn failed(cause: &impl ToString) -> Self {
        Self::Failed(cause.to_string().replace('\n', " "))
    }

    fn closed() -> Self {
        Self::Failed("the database is closed".into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(cause)
            | Self::Lost(cause)
            | Self::Conflict(cause)
            | Self::Duplicate(cause) => f.write_str(cause),
            Self::Damaged { user, what } => write!(f, "{what} of user {user} is damaged"),
            Self::TooLarge => f.write_str("a user would be too large"),
            Self::Refused(problem) => f.write_str(&problem.text),
            Self::Late => f.write_str("the database did not answer in time"),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(refused) = error.as_database_error() {
            // query_canceled of PostgreSQL, SQLITE_INTERRUPT: the deadline.
            if matches!(refused.code().as_deref(), Some("57014" | "9")) {
                return Self::Late;
            }
            // serialization_failure and deadlock_detected of PostgreSQL.
            if matches!(refused.code().as_deref(), Some("40001" | "40P01")) {
                return Self::Conflict(error.to_string());
            }
            if refused.is_unique_violation() {
                return Self::Duplicate(error.to_string());
            }
            return Self::failed(&error);
        }
        Self::Lost(error.to_string().replace('\n', " "))
    }
}

impl From<getrandom::Error> for StoreError {
    fn from(error: getrandom::Error) -> Self {
        Self::Failed(format!("no randomness: {error}"))
    }
}

/// What of which user does not open; the user by its id, which is no secret.
fn damaged(what: &str, id: &str) -> impl FnOnce(Damaged) -> StoreError {
    move |_| StoreError::Damaged { user: id.to_owned(), what: what.to_owned() }
}

type Result<T> = std::result::Result<T, StoreError>;

/// A change: all of it happens or nothing.
pub(crate) trait Order: Send + Sync + 'static {
    /// What the caller hears after the commit.
    type Out: Send + 'static;

    /// The one row, of objects, that the order reads before it changes it, and on whose state alone
    /// it depends. Of such orders PostgreSQL does those that wait for one row together, in a
    /// transaction that holds the row: each sees what the one before it wrote, and none is in vain.
    fn row(&self) -> Option<(String, String)> {
        None
    }

    /// Whether the order holds, by locks and unique keys, whatever it depends on. All others are
    /// serializable transactions.
    const LOCKS: bool = false;

    /// Whether [`Self::at_once`] is worth a try.
    const AT_ONCE: bool = false;

    /// Does the work on PostgreSQL in one statement, without a transaction, where that is all it
    /// takes; `None`: nothing was done.
    fn at_once(
        &self,
        _db: &mut Conn<'_>,
    ) -> impl Future<Output = Result<Option<Self::Out>>> + Send {
        async { Ok(None) }
    }

    /// Does the work within a transaction that is open already. It may be called again after it
    /// failed or its transaction did, and then finds nothing of what it did.
    fn run(&self, db: &mut Conn<'_>) -> impl Future<Output = Result<Self::Out>> + Send;
}

/// The database.
#[derive(Debug)]
pub(crate) enum Store {
    /// A file of this machine, or the memory of this process.
    Sqlite(Sqlite),
    /// A service, maybe of several servers.
    Postgres(Postgres),
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// Its tables are made or brought up to date, and all is sealed.
    Serve,
    /// It is taken as a server of this version left it.
    Operate,
}

/// Migrations that were done, if everything is sealed. A statement for both kinds.
const READY: &str = "SELECT count(*) FROM _sqlx_migrations JOIN sealing ON sealing.id = 1";

/// What [`READY`] found, against the migrations of this program.
fn is_ready(found: std::result::Result<i64, sqlx::Error>, migrations: usize) -> Result<()> {
    match found {
        Err(error) if error.as_database_error().is_none() => Err(error.into()),
        Ok(done) if usize::try_from(done) == Ok(migrations) => Ok(()),
        _ => Err(StoreError::Failed(
            "the database is not of this version: let the server start once".into(),
        )),
    }
}

/// A connection to read by.
enum Reader<'s> {
    Sqlite(PoolConnection<sqlx::Sqlite>, &'s Sqlite),
    Postgres(Held),
}

impl Reader<'_> {
    fn conn(&mut self) -> Result<Conn<'_>> {
        match self {
            Self::Sqlite(db, home) => Ok(Conn::sqlite(db, &home.seal).knowing(&home.known)),
            Self::Postgres(held) => held.conn(),
        }
    }
}

impl Store {
    /// Opens `tdsauth.db` in `folder`, made when missing, or a database in memory.
    pub(crate) async fn open(folder: Option<&Path>, key: &SealKey) -> Result<Self> {
        Sqlite::open(folder, key, Opening::Serve).await.map(Self::Sqlite)
    }

    /// Connects to the PostgreSQL database of this URL, and makes its tables when missing.
    pub(crate) async fn connect(url: &Secret, key: &SealKey) -> Result<Self> {
        Postgres::connect(url, key, Opening::Serve).await.map(Self::Postgres)
    }

    /// The database that is there, of the folder or of the URL, for the operator's orders: nothing
    /// is made and no table changed, for a server may run.
    pub(crate) async fn existing(
        folder: &Path,
        url: Option<&Secret>,
        key: &SealKey,
    ) -> Result<Self> {
        match url {
            Some(url) => Postgres::connect(url, key, Opening::Operate).await.map(Self::Postgres),
            None if folder.join(sqlite::FILE).exists() => {
                Sqlite::open(Some(folder), key, Opening::Operate).await.map(Self::Sqlite)
            }
            None => Err(StoreError::Failed(format!("there is no {}", sqlite::FILE))),
        }
    }

    /// The key under which this database is sealed.
    pub(crate) fn seal(&self) -> Arc<Seal> {
        Arc::clone(match self {
            Self::Sqlite(sqlite) => &sqlite.seal,
            Self::Postgres(postgres) => &postgres.seal,
        })
    }

    /// Does an order; it is on the disk when this returns.
    pub(crate) async fn order<O: Order>(&self, order: O) -> Result<O::Out> {
        in_time(self.order_at_length(order)).await
    }

    /// As [`Self::order`], however long it takes.
    pub(crate) async fn order_at_length<O: Order>(&self, order: O) -> Result<O::Out> {
        match self {
            Self::Sqlite(sqlite) => sqlite.writer.order(order).await,
            Self::Postgres(postgres) => postgres.order(order).await,
        }
    }

    /// Every index that the operator had made.
    pub(crate) async fn indexes(&self) -> Result<Vec<Index>> {
        in_time(async { query::indexes::all(&mut self.reader().await?.conn()?).await }).await
    }

    /// The user whose session token this is.
    pub(crate) async fn user_by_token(&self, token: &str) -> Result<Option<User>> {
        in_time(async { users::by_token(&mut self.reader().await?.conn()?, token).await }).await
    }

    /// The user of this object id.
    pub(crate) async fn user_by_id(&self, id: &str) -> Result<Option<User>> {
        in_time(async { users::by_id(&mut self.reader().await?.conn()?, id).await }).await
    }

    /// Who logs in by this name, if anybody; `None` while it is locked at `now` (Unix
    /// milliseconds).
    pub(crate) async fn before_login(
        &self,
        name: &Name,
        now: i64,
    ) -> Result<Option<Option<Known>>> {
        in_time(async {
            passwords::before_login(&mut self.reader().await?.conn()?, name, now).await
        })
        .await
    }

    /// What the password of a user was hashed to, if it has one; `None` while its changes are
    /// locked at `now` (Unix milliseconds).
    pub(crate) async fn before_change(&self, id: &str, now: i64) -> Result<Option<Option<Secret>>> {
        in_time(async {
            passwords::before_change(&mut self.reader().await?.conn()?, id, now).await
        })
        .await
    }

    /// The newest users, at most so many.
    pub(crate) async fn newest_users(&self, most: u32) -> Result<Vec<User>> {
        in_time(async { users::newest(&mut self.reader().await?.conn()?, most).await }).await
    }

    /// The user of this username.
    pub(crate) async fn user_by_name(&self, name: &str) -> Result<Option<User>> {
        in_time(async { users::by_name(&mut self.reader().await?.conn()?, name).await }).await
    }

    /// The users that a search is about.
    pub(crate) async fn find(&self, search: &Search) -> Result<Matches> {
        in_time(async { find::run(&mut self.reader().await?.conn()?, search).await }).await
    }

    /// The newest users, at most so many; only those on `platform`, if one is given.
    pub(crate) async fn list(&self, platform: Option<&str>, most: u32) -> Result<Vec<Listed>> {
        in_time(async { operator::list(&mut self.reader().await?.conn()?, platform, most).await })
            .await
    }

    /// What the operator is shown of a user.
    pub(crate) async fn show(&self, id: &str) -> Result<Option<Listed>> {
        in_time(async { operator::show(&mut self.reader().await?.conn()?, id).await }).await
    }

    /// The roles of a player; `None` when there is no such player, or it is kept out.
    pub(crate) async fn roles_of(&self, user: &str) -> Result<Option<Vec<Shown>>> {
        in_time(async { roles::of_user(&mut self.reader().await?.conn()?, user).await }).await
    }

    /// As [`Self::roles_of`], for who logged in through TapTap as this.
    pub(crate) async fn roles_of_taptap(&self, open_id: &str) -> Result<Option<Vec<Shown>>> {
        in_time(async { roles::of_taptap(&mut self.reader().await?.conn()?, open_id).await }).await
    }

    /// The player whose token of a binding this is, while it lasts.
    pub(crate) async fn owner_of_binding_token(&self, token: &Secret) -> Result<Option<String>> {
        in_time(async { binding::owner_of_token(&mut self.reader().await?.conn()?, token).await })
            .await
    }

    /// Which of these roles TapTap shows.
    pub(crate) async fn bound_of(&self, ids: &[String]) -> Result<Vec<String>> {
        in_time(async { roles::bound_of(&mut self.reader().await?.conn()?, ids).await }).await
    }

    /// Whether who is this on TapTap is kept out.
    pub(crate) async fn is_kept_out_on_taptap(&self, open_id: &str) -> Result<bool> {
        in_time(async { roles::is_kept_out(&mut self.reader().await?.conn()?, open_id).await })
            .await
    }

    /// Whether TapTap may have to be told of something now.
    pub(crate) async fn push_is_due(&self, daily: bool) -> Result<bool> {
        in_time(async { push::is_due(&mut self.reader().await?.conn()?, daily).await }).await
    }

    /// What TapTap is to be told of, at most so many rows.
    pub(crate) async fn outbox(&self, most: u32) -> Result<Outbox> {
        in_time(async { push::listed(&mut self.reader().await?.conn()?, most.into()).await }).await
    }

    /// Who has this identity, if anybody. Nothing is made and nothing changed.
    pub(crate) async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>> {
        in_time(async {
            let mut reader = self.reader().await?;
            let mut db = reader.conn()?;
            match identities::owner(&mut db, identity).await? {
                Some(id) => users::by_id(&mut db, &id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// The user whose session token this is, with the names of its roles.
    pub(crate) async fn principal(&self, token: &str) -> Result<Option<(String, Vec<String>)>> {
        in_time(async { objects::principal(&mut self.reader().await?.conn()?, token).await }).await
    }

    /// The class of this name.
    pub(crate) async fn class(&self, name: &str) -> Result<Option<Class>> {
        in_time(async {
            objects::classes::class_by_name(&mut self.reader().await?.conn()?, name).await
        })
        .await
    }

    /// A visit of the page on which players agree in a browser, while it lasts.
    pub(crate) async fn visit(&self, key: &Key) -> Result<Option<Visit>> {
        in_time(async { weblink::find(&mut self.reader().await?.conn()?, key).await }).await
    }

    /// All classes, by name.
    pub(crate) async fn classes(&self) -> Result<Vec<Class>> {
        in_time(async { objects::classes::all(&mut self.reader().await?.conn()?).await }).await
    }

    /// One object, if there is one, for who may get it.
    pub(crate) async fn object(
        &self,
        class: &str,
        id: &str,
        by: &Principals,
    ) -> Result<std::result::Result<Option<Object>, Problem>> {
        self.get(class, id, by, objects::with_acl).await
    }

    /// The same as it is answered, without its ACL.
    pub(crate) async fn written_object(
        &self,
        class: &str,
        id: &str,
        by: &Principals,
    ) -> Result<std::result::Result<Option<String>, Problem>> {
        self.get(class, id, by, |row, _| objects::written(row)).await
    }

    async fn get<T>(
        &self,
        class: &str,
        id: &str,
        by: &Principals,
        show: fn(&Row, Option<Acl>) -> Result<T>,
    ) -> Result<std::result::Result<Option<T>, Problem>> {
        in_time(async {
            objects::get(&mut self.reader().await?.conn()?, class, id, by, show).await
        })
        .await
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        in_time(async { query("SELECT 1").run(&mut self.reader().await?.conn()?).await.map(drop) })
            .await
    }

    /// Finishes every accepted write and closes the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    async fn reader(&self) -> Result<Reader<'_>> {
        Ok(match self {
            Self::Sqlite(sqlite) => Reader::Sqlite(sqlite.readers.acquire().await?, sqlite),
            Self::Postgres(postgres) => Reader::Postgres(postgres.acquire().await?),
        })
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(StoreError::Late))
}
