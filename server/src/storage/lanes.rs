//! Orders that wait for one row of PostgreSQL. The first is done at once; those that come meanwhile
//! are done together, in one transaction. So a row that everybody changes, a counter say, costs one
//! commit for many callers, takes one connection of this server and not all of them, and no change
//! of it is done in vain. Servers wait for each other by the row's lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::connections::Connections;
use super::writer::{BATCH, Job, Ordered};
use super::{Order, Result, StoreError};

/// Orders that may wait for one row.
const QUEUE: usize = 1024;

/// A class and an object of it.
pub(super) type Row = (String, String);

type Waiting = HashMap<Row, Vec<Box<dyn Job>>>;

/// The rows that somebody changes now, each with the orders that wait for it.
#[derive(Clone, Default)]
pub(super) struct Lanes(Arc<Mutex<Waiting>>);

impl std::fmt::Debug for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lanes")
    }
}

impl Lanes {
    /// Has an order done that is about this row.
    pub(super) async fn order<O: Order>(
        &self,
        row: Row,
        order: O,
        db: &Arc<Connections>,
    ) -> Result<O::Out> {
        let (job, answer) = Ordered::new(order);
        self.add(row, Box::new(job), db)?;
        wait(answer).await
    }

    fn add(&self, row: Row, job: Box<dyn Job>, db: &Arc<Connections>) -> Result<()> {
        let mut waiting = self.waiting();
        if let Some(queue) = waiting.get_mut(&row) {
            if queue.len() >= QUEUE {
                return Err(StoreError::Failed("too many changes of one object wait".into()));
            }
            queue.push(job);
            return Ok(());
        }
        waiting.insert(row.clone(), Vec::new());
        let lane = Lane { lanes: self.clone(), row };
        // Not the caller's own: it may go away while others wait.
        tokio::spawn(lane.run(job, Arc::clone(db)));
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The orders of one row, while there are any.
struct Lane {
    lanes: Lanes,
    row: Row,
}

impl Lane {
    async fn run(self, first: Box<dyn Job>, db: Arc<Connections>) {
        let mut batch = vec![first];
        while !batch.is_empty() {
            db.commit(batch).await;
            batch = self.next();
        }
    }

    /// Those that came meanwhile; if there are none, the lane is closed.
    fn next(&self) -> Vec<Box<dyn Job>> {
        let mut waiting = self.lanes.waiting();
        match waiting.get_mut(&self.row) {
            Some(queue) if !queue.is_empty() => {
                let rest = queue.split_off(queue.len().min(BATCH));
                std::mem::replace(queue, rest)
            }
            _ => {
                waiting.remove(&self.row);
                Vec::new()
            }
        }
    }
}

async fn wait<T>(answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    answer.await.map_err(|_| StoreError::closed())?
}
