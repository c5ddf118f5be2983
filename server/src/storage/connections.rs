//! Connections to PostgreSQL, kept and lent.
//!
//! A pool of our own, because the driver's asks a connection whether it is well before and after
//! each use: two more trips for a statement that takes one. Here only who was broken off in the
//! middle of something is asked, and who was not used for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::conn::{Conn, Use};
use super::known::Known;
use super::{Result, StoreError};
use crate::seal::Seal;

const CONNECTIONS: usize = 10;

/// For a new connection. Shorter than the caller's patience, so that it hears 503 and not 504 when
/// there is no database.
const CONNECTING: Duration = Duration::from_secs(3);

/// For a connection to say that it is well, and to end in good order.
const ASKING: Duration = Duration::from_secs(1);

/// A connection that was not used for so long is asked first: a database that was started anew, or
/// something between, may have ended it.
const RESTED: Duration = Duration::from_secs(1);

/// A connection that was not used for so long is ended.
const IDLE: Duration = Duration::from_secs(10 * 60);

/// PostgreSQL ends what no caller waits for any more, later than callers lose their patience.
const STATEMENT: Duration = Duration::from_secs(15);

/// For each connection: what a server left open is ended as well, and nothing said but errors.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '15s'; \
     SET client_min_messages = error";

/// The connections to one database.
#[derive(Debug)]
pub(super) struct Connections {
    options: PgConnectOptions,
    /// Those that nobody has; the last was used last.
    idle: Mutex<Vec<Idle>>,
    /// One for each connection that somebody has.
    permits: Arc<Semaphore>,
    seal: Arc<Seal>,
    known: Known,
}

#[derive(Debug)]
struct Idle {
    db: PgConnection,
    limit: Duration,
    since: Instant,
    /// Whether it is asked before it is used again.
    doubted: bool,
}

/// A connection and the right to it.
pub(super) struct Held {
    /// `None` only while it is given back.
    idle: Option<Idle>,
    state: Use,
    home: Arc<Connections>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Connections {
    pub(super) fn new(options: PgConnectOptions, seal: Arc<Seal>) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let (idle, known) = Default::default();
        Arc::new(Self { options, idle, permits, seal, known })
    }

    /// The key of what is sealed in the database.
    pub(super) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// What this process remembers of classes.
    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    /// A connection for one caller.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Held> {
        self.acquire_for(STATEMENT).await
    }

    /// A connection of which no statement takes longer than `limit`.
    pub(super) async fn acquire_for(self: &Arc<Self>, limit: Duration) -> Result<Held> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::closed())?;
        let mut held = Held {
            idle: None,
            state: Use::default(),
            home: Arc::clone(self),
            permit: Some(permit),
        };
        while let Some(idle) = self.take(limit) {
            let doubted = idle.doubted || idle.since.elapsed() > RESTED;
            held.idle = Some(idle);
            if !doubted || held.is_well().await {
                break;
            }
            held.idle = None;
        }
        if held.idle.is_none() {
            held.idle = Some(timeout(CONNECTING, self.connect()).await.map_err(|_| {
                StoreError::Failed("the database does not take a connection in time".into())
            })??);
        }
        held.limit(limit).await?;
        Ok(held)
    }

    async fn connect(&self) -> Result<Idle> {
        let mut db = PgConnection::connect_with(&self.options).await?;
        db.execute(SETTINGS).await?;
        Ok(Idle { db, limit: Duration::ZERO, since: Instant::now(), doubted: false })
    }

    /// One that nobody has: that was used last, if it can be one with this limit.
    fn take(&self, limit: Duration) -> Option<Idle> {
        let mut idle = self.idle();
        match idle.iter().rposition(|one| one.limit == limit) {
            Some(place) => Some(idle.remove(place)),
            None => idle.pop(),
        }
    }

    /// Keeps one for the next caller; those that nobody needs any more are given back.
    fn keep(&self, mut one: Idle) -> Option<Idle> {
        let mut idle = self.idle();
        // Under the lock, behind which `close` looks for the last time.
        if self.permits.is_closed() {
            return Some(one);
        }
        one.since = Instant::now();
        idle.push(one);
        match idle.first() {
            Some(first) if first.since.elapsed() > IDLE => Some(idle.remove(0)),
            _ => None,
        }
    }

    /// One did not end well: maybe no other is what it was.
    fn doubt(&self) {
        self.idle().iter_mut().for_each(|one| one.doubted = true);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what is being done; later callers are refused.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(u32::try_from(CONNECTIONS).unwrap_or(u32::MAX)).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for one in idle {
            one.end().await;
        }
    }
}

impl Idle {
    /// Ends it in good order, if that is soon done.
    async fn end(self) {
        let _ = timeout(ASKING, self.db.close()).await;
    }
}

impl Held {
    /// The connection, for what takes one statement after the other.
    pub(super) fn conn(&mut self) -> Result<Conn<'_>> {
        let Self { idle, state, home, .. } = self;
        let idle = idle.as_mut().ok_or_else(StoreError::closed)?;
        Ok(Conn::postgres(&mut idle.db, state, &home.seal).knowing(&home.known))
    }

    /// The connection, for a transaction: until [`Self::settled`] says that it was ended, it counts
    /// as open.
    pub(super) fn open(&mut self) -> Result<&mut PgConnection> {
        self.state.begin();
        self.idle.as_mut().map(|idle| &mut idle.db).ok_or_else(StoreError::closed)
    }

    /// The transaction was committed.
    pub(super) fn settled(&mut self) {
        self.state.end();
    }

    async fn is_well(&mut self) -> bool {
        let Some(idle) = &mut self.idle else { return false };
        // Also if nobody waits for its word: then the next one asks again.
        idle.doubted = true;
        let well = matches!(timeout(ASKING, idle.db.ping()).await, Ok(Ok(())));
        idle.doubted = !well;
        well
    }

    async fn limit(&mut self, limit: Duration) -> Result<()> {
        match &mut self.idle {
            Some(idle) if idle.limit != limit => {
                let set = format!("SET statement_timeout = {}", limit.as_millis().max(1));
                self.state.begin();
                idle.db.execute(AssertSqlSafe(set)).await?;
                self.state.end();
                idle.limit = limit;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Ends what was left open; a connection of which that cannot be said is not used again.
    async fn clear(&mut self) {
        if self.is_well().await {
            self.give_back().await;
        } else {
            self.idle = None;
        }
    }

    async fn give_back(&mut self) {
        if let Some(idle) = self.idle.take()
            && let Some(old) = self.home.keep(idle)
        {
            old.end().await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(idle) = self.idle.take() else { return };
        if self.state.is_settled() {
            let Some(old) = self.home.keep(idle) else { return };
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(old.end());
            }
            return;
        }
        self.home.doubt();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (home, permit) = (Arc::clone(&self.home), self.permit.take());
        // The driver sends the end of a transaction that was dropped with whatever comes next.
        let mut held = Self { idle: Some(idle), state: Use::default(), home, permit };
        runtime.spawn(async move { held.clear().await });
    }
}
