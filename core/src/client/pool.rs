//! The HTTP threads of one client: started on demand, ended after 30 s without work.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result, status};
use crate::transport::{Cancel, Deadline, Exchange, Request, Response, Transport};

/// Threads of the whole library that are alive: owners and HTTP threads.
pub(crate) static THREADS: AtomicU32 = AtomicU32::new(0);

/// Counts a thread for as long as it lives.
pub(crate) struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    pub(crate) fn new(own: &'a AtomicU32) -> Self {
        THREADS.fetch_add(1, Ordering::Relaxed);
        own.fetch_add(1, Ordering::Relaxed);
        Self(own)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        THREADS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A thread without work ends after this long.
const IDLE: Duration = Duration::from_secs(30);

/// A connection that lay idle for longer is not used for what must not be sent twice.
const DOUBTFUL: Duration = Duration::from_secs(1);

/// One exchange to run. `done` is called once, on the HTTP thread, unless it is cancelled in time.
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) request: Request,
    pub(crate) deadline: Deadline,
    /// It must not be lost: a connection that lay idle may be dead.
    pub(crate) fresh: bool,
    pub(crate) done: Box<dyn FnOnce(Answer) + Send>,
}

/// How an exchange ended.
pub(crate) struct Answer {
    pub(crate) result: Result<Response>,
    /// The connection was lost before any byte of an answer: sending once more is safe and useful.
    pub(crate) lost_unanswered: bool,
}

pub(crate) struct Pool {
    transport: Arc<dyn Transport>,
    max: usize,
    state: Mutex<State>,
    work: Condvar,
    pub(crate) threads: AtomicU32,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// At most one for each thread.
    running: Vec<(u64, Box<dyn Cancel>)>,
    /// Threads alive, and how many of them wait for work.
    threads: usize,
    idle: usize,
    closed: bool,
    /// Raised when idle connections are to be dropped.
    epoch: u64,
}

impl Pool {
    pub(crate) fn new(transport: Arc<dyn Transport>, max: usize) -> Arc<Self> {
        Arc::new(Self {
            transport,
            max,
            state: Mutex::default(),
            work: Condvar::new(),
            threads: AtomicU32::new(0),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a job, and starts a thread if none is free for it.
    pub(crate) fn submit(self: &Arc<Self>, job: Job) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        state.queue.push_back(job);
        if state.queue.len() > state.idle && state.threads < self.max {
            state.threads += 1;
            let pool = Arc::clone(self);
            let named = std::thread::Builder::new().name("tdsauth-http".to_owned());
            if named.spawn(move || pool.run()).is_err() {
                state.threads -= 1;
                if state.threads == 0 {
                    let job = state.queue.pop_back();
                    drop(state);
                    if let Some(job) = job {
                        let result = Err(Error::new(status::LIMIT, "no thread could be started"));
                        (job.done)(Answer { result, lost_unanswered: false });
                    }
                    return;
                }
            }
        }
        self.work.notify_one();
    }

    /// Ends a job wherever it stands. Never waits for a socket.
    pub(crate) fn cancel(&self, id: u64) {
        let mut state = self.lock();
        state.queue.retain(|job| job.id != id);
        for (_, cancel) in state.running.iter().filter(|(running, _)| *running == id) {
            cancel.cancel();
        }
    }

    /// Ends everything and lets the threads go.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.queue.clear();
        for (_, cancel) in &state.running {
            cancel.cancel();
        }
        self.work.notify_all();
    }

    /// Connections that lie idle are dead after the machine slept: drop them before the next use.
    pub(crate) fn drop_idle(&self) {
        self.lock().epoch += 1;
    }

    pub(crate) fn running(&self) -> usize {
        self.lock().running.len()
    }

    fn run(&self) {
        let _counted = Counted::new(&self.threads);
        let mut exchange = self.transport.open();
        let mut epoch = self.lock().epoch;
        let mut used = Instant::now();
        while let Some((job, current)) = self.next(exchange.as_ref()) {
            let Job { id, request, deadline, fresh, done } = job;
            if current != epoch || fresh && used.elapsed() > DOUBTFUL {
                exchange.drop_idle();
                epoch = current;
            }
            // A panic below must reach the owner as a result, or the request would hang.
            let run = AssertUnwindSafe(|| exchange.exchange(&request, deadline));
            let result = catch_unwind(run)
                .unwrap_or_else(|_| Err(Error::new(status::PANIC, "a defect in the transport")));
            used = Instant::now();
            self.lock().running.retain(|(running, _)| *running != id);
            let lost_unanswered = result.is_err() && exchange.lost_unanswered();
            done(Answer { result, lost_unanswered });
        }
    }

    /// The next job, or `None` when the thread is to end; it is then no longer counted.
    fn next(&self, exchange: &dyn Exchange) -> Option<(Job, u64)> {
        let until = Instant::now() + IDLE;
        let mut state = self.lock();
        loop {
            if state.closed {
                state.threads -= 1;
                return None;
            }
            if let Some(job) = state.queue.pop_front() {
                state.running.push((job.id, exchange.canceller()));
                return Some((job, state.epoch));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.threads -= 1;
                return None;
            }
            state.idle += 1;
            let woken = self.work.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
            state.idle -= 1;
        }
    }
}
