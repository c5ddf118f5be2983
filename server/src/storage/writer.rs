//! The one task that writes to SQLite. It takes all orders that wait, does them in one transaction
//! and answers after the commit: one fsync for many callers.

use std::pin::Pin;
use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::conn::Conn;
use super::{Order, Result, StoreError};
use crate::seal::Seal;

/// Most orders of one transaction.
pub(super) const BATCH: usize = 256;

/// Orders that may wait; further callers wait for a place.
const QUEUE: usize = 1024;

/// The way to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// A job, or the end.
type Message = Option<Box<dyn Job>>;

pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// An order of any kind with its caller.
pub(super) trait Job: Send {
    /// Does it, maybe not for the first time, and keeps the outcome back until the commit.
    fn run<'a>(&'a mut self, db: &'a mut Conn<'_>) -> Running<'a>;

    /// Tells the caller, who may be gone: what was done stays done.
    fn answer(self: Box<Self>, committed: Result<()>);
}

pub(super) struct Ordered<O: Order> {
    order: O,
    done: Option<O::Out>,
    reply: oneshot::Sender<Result<O::Out>>,
}

impl<O: Order> Ordered<O> {
    /// An order, and where its outcome arrives.
    pub(super) fn new(order: O) -> (Self, oneshot::Receiver<Result<O::Out>>) {
        let (reply, answer) = oneshot::channel();
        (Self { order, done: None, reply }, answer)
    }
}

impl<O: Order> Job for Ordered<O> {
    fn run<'a>(&'a mut self, db: &'a mut Conn<'_>) -> Running<'a> {
        Box::pin(async {
            self.done = Some(self.order.run(db).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let Self { done, reply, .. } = *self;
        let lost = || StoreError::Failed("an order was lost".into());
        let _ = reply.send(committed.and_then(|()| done.ok_or_else(lost)));
    }
}

impl Writer {
    /// Starts the task on a pool of one connection.
    pub(super) fn start(pool: SqlitePool, seal: Arc<Seal>) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        Self { queue, task: Mutex::new(Some(tokio::spawn(write(pool, seal, jobs)))) }
    }

    /// Has an order done.
    pub(super) async fn order<O: Order>(&self, order: O) -> Result<O::Out> {
        let (job, answer) = Ordered::new(order);
        self.queue.send(Some(Box::new(job))).await.map_err(|_| StoreError::closed())?;
        answer.await.map_err(|_| StoreError::closed())?
    }

    /// Waits until everything ordered so far is done. Later orders are refused.
    pub(super) async fn close(&self) {
        // An error means that the task has ended already.
        let _ = self.queue.send(None).await;
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

async fn write(pool: SqlitePool, seal: Arc<Seal>, mut jobs: mpsc::Receiver<Message>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        if batch.iter().any(Option::is_none) {
            jobs.close();
        }
        commit(&pool, &seal, batch.drain(..).flatten().collect()).await;
    }
    pool.close().await;
}

/// Does a batch, or, if it failed, each job of it alone, so that one bad job spoils no other.
async fn commit(pool: &SqlitePool, seal: &Seal, mut batch: Vec<Box<dyn Job>>) {
    let committed = transaction(pool, seal, &mut batch).await;
    if committed.is_ok() || batch.len() == 1 {
        for job in batch {
            job.answer(committed.clone());
        }
        return;
    }
    for mut job in batch {
        let committed = transaction(pool, seal, std::slice::from_mut(&mut job)).await;
        job.answer(committed);
    }
}

async fn transaction(pool: &SqlitePool, seal: &Seal, batch: &mut [Box<dyn Job>]) -> Result<()> {
    // IMMEDIATE: takes the write lock now, not in the middle, where waiting is not possible.
    let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
    let mut db = Conn::sqlite(&mut open, seal);
    for job in batch {
        job.run(&mut db).await?;
    }
    Ok(open.commit().await?)
}
