//! The one task that writes. It takes all orders that wait, does them in one transaction and
//! answers after the commit: one fsync for many callers.

use sqlx::sqlite::SqlitePool;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::link::{LinkOrder, Linked};
use super::orders::{Refresh, Refreshed, SignInOrder, SignedIn};
use super::{Result, StoreError, in_time};

/// Most orders of one transaction.
const BATCH: usize = 256;

/// Orders that may wait; further callers wait for a place.
const QUEUE: usize = 1024;

/// The way to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
enum Job {
    SignIn(SignInOrder, Reply<SignedIn>),
    Refresh(Refresh, Reply<Refreshed>),
    Link(LinkOrder, Reply<Linked>),
    Close,
}

/// What a job came to, held back until the commit.
enum Done {
    SignIn(SignedIn),
    Refresh(Refreshed),
    Link(Linked),
    Close,
}

type Reply<T> = oneshot::Sender<Result<T>>;

impl Writer {
    /// Starts the task on a pool of one connection.
    pub(super) fn start(pool: SqlitePool) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        Self { queue, task: Mutex::new(Some(tokio::spawn(write(pool, jobs)))) }
    }

    pub(super) async fn sign_in(&self, order: SignInOrder) -> Result<SignedIn> {
        self.order(|reply| Job::SignIn(order, reply)).await
    }

    pub(super) async fn refresh(&self, order: Refresh) -> Result<Refreshed> {
        self.order(|reply| Job::Refresh(order, reply)).await
    }

    pub(super) async fn link(&self, order: LinkOrder) -> Result<Linked> {
        self.order(|reply| Job::Link(order, reply)).await
    }

    /// Waits until everything ordered so far is done. Later orders are refused.
    pub(super) async fn close(&self) {
        // An error means that the task has ended already.
        let _ = self.queue.send(Job::Close).await;
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }

    async fn order<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let closed = || StoreError::Failed("the database is closed".into());
        in_time(async {
            self.queue.send(job(reply)).await.map_err(|_| closed())?;
            answer.await.map_err(|_| closed())?
        })
        .await
    }
}

async fn write(pool: SqlitePool, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        if batch.iter().any(|job| matches!(job, Job::Close)) {
            jobs.close();
        }
        commit(&pool, std::mem::take(&mut batch)).await;
    }
    pool.close().await;
}

/// Does a batch, or, if it failed, each job of it alone, so that one bad job spoils no other.
async fn commit(pool: &SqlitePool, batch: Vec<Job>) {
    match transaction(pool, &batch).await {
        Ok(done) => {
            for (job, done) in batch.into_iter().zip(done) {
                job.answer(Ok(done));
            }
        }
        Err(_) if batch.len() > 1 => {
            for job in batch {
                let job = [job];
                let done = transaction(pool, &job).await;
                let [job] = job;
                job.answer(done.and_then(|done| done.into_iter().next().ok_or_else(lost)));
            }
        }
        Err(error) => {
            for job in batch {
                job.answer(Err(error.clone()));
            }
        }
    }
}

async fn transaction(pool: &SqlitePool, batch: &[Job]) -> Result<Vec<Done>> {
    // IMMEDIATE: takes the write lock now, not in the middle, where waiting is not possible.
    let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
    let mut done = Vec::with_capacity(batch.len());
    for job in batch {
        done.push(match job {
            Job::SignIn(order, _) => Done::SignIn(order.run(&mut open).await?),
            Job::Refresh(order, _) => Done::Refresh(order.run(&mut open).await?),
            Job::Link(order, _) => Done::Link(order.run(&mut open).await?),
            Job::Close => Done::Close,
        });
    }
    open.commit().await?;
    Ok(done)
}

fn lost() -> StoreError {
    StoreError::Failed("an order was lost".into())
}

impl Job {
    /// Tells the caller, who may be gone: what was done stays done.
    fn answer(self, done: Result<Done>) {
        match (self, done) {
            (Self::SignIn(_, reply), Ok(Done::SignIn(done))) => drop(reply.send(Ok(done))),
            (Self::Refresh(_, reply), Ok(Done::Refresh(done))) => drop(reply.send(Ok(done))),
            (Self::Link(_, reply), Ok(Done::Link(done))) => drop(reply.send(Ok(done))),
            (Self::SignIn(_, reply), Err(error)) => drop(reply.send(Err(error))),
            (Self::Refresh(_, reply), Err(error)) => drop(reply.send(Err(error))),
            (Self::Link(_, reply), Err(error)) => drop(reply.send(Err(error))),
            // Nobody waits for Close; and no job is ever done as another one.
            _ => (),
        }
    }
}
