//! The host transport: the game's own HTTP stack carries the bytes.
//!
//! A worker's exchange becomes a job in a queue. The host takes it ([`HostQueue::next`]), sends it
//! however it likes and hands in the answer ([`HostQueue::complete`]). The library keeps the
//! deadline: a job that is cancelled or late is over at once, whatever the host does with it.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Cancel, Deadline, Exchange, Request, Response, Transport};
use crate::error::{Error, Result, status};

/// What the host is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostEvent {
    /// Send the request of this id ([`HostQueue::with_request`]) and complete it.
    Send {
        /// Never 0, never used twice by one queue.
        id: u64,
        /// How long the library will wait for the answer.
        timeout: Duration,
    },
    /// The library no longer waits for the answer to this id, which was sent before.
    Cancel {
        /// The id of an earlier [`HostEvent::Send`].
        id: u64,
    },
}

/// The queue between a client's workers and the host. Clones share it; every method may be called
/// from any thread, and none of them waits.
#[derive(Clone)]
pub struct HostQueue {
    shared: Arc<Shared>,
}

struct Shared {
    max_response_bytes: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    last_id: u64,
    events: VecDeque<Pending>,
    jobs: HashMap<u64, Job>,
}

enum Pending {
    Send(u64),
    Cancel(u64),
}

struct Job {
    request: Arc<Request>,
    deadline: Instant,
    /// The host has seen it, so it has to hear when it is over.
    taken: bool,
    ending: Option<Result<Response>>,
}

impl HostQueue {
    /// An empty queue. An answer with a larger body than `max_response_bytes` becomes
    /// `RESPONSE_TOO_LARGE`.
    pub fn new(max_response_bytes: u64) -> Self {
        let state = Mutex::new(State::default());
        Self { shared: Arc::new(Shared { max_response_bytes, state, changed: Condvar::new() }) }
    }

    /// The next thing for the host to do; `None` when there is nothing now.
    pub fn next(&self) -> Option<HostEvent> {
        let mut state = self.shared.lock();
        while let Some(pending) = state.events.pop_front() {
            match pending {
                Pending::Cancel(id) => return Some(HostEvent::Cancel { id }),
                Pending::Send(id) => {
                    if let Some(job) = state.jobs.get_mut(&id) {
                        job.taken = true;
                        let timeout = job.deadline.saturating_duration_since(Instant::now());
                        return Some(HostEvent::Send { id, timeout });
                    }
                }
            }
        }
        None
    }

    /// Calls `read` with the request of `id`; `None` when the id is unknown, not yet handed out by
    /// [`HostQueue::next`], completed, cancelled or late.
    pub fn with_request<T>(&self, id: u64, read: impl FnOnce(&Request) -> T) -> Option<T> {
        let request = {
            let state = self.shared.lock();
            let job = state.jobs.get(&id).filter(|job| job.taken && job.ending.is_none())?;
            Arc::clone(&job.request)
        };
        Some(read(&request))
    }

    /// Hands in the answer to `id`, or the reason why there is none. False when the library no
    /// longer waits for it (late, cancelled, completed before) or never asked: harmless.
    ///
    /// Of a failure only the network statuses and `CANCELLED` are kept, anything else becomes
    /// `NETWORK`: the host cannot end a player's session.
    pub fn complete(&self, id: u64, answer: Result<Response>) -> bool {
        let answer = self.shared.checked(answer);
        let mut state = self.shared.lock();
        let Some(job) = state.jobs.get_mut(&id).filter(|job| job.taken && job.ending.is_none())
        else {
            return false;
        };
        job.ending = Some(answer);
        drop(state);
        self.shared.changed.notify_all();
        true
    }

    /// Ends every exchange that runs or comes later with `CLOSED`.
    pub fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Transport for HostQueue {
    fn open(&self) -> Box<dyn Exchange> {
        let next = Arc::new(Ticket::default());
        Box::new(HostExchange { shared: Arc::clone(&self.shared), next })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the host to what the built-in transport promises.
    fn checked(&self, answer: Result<Response>) -> Result<Response> {
        let mut response = match answer {
            Ok(response) => response,
            Err(error) => {
                let known = (status::BAD_RESPONSE..=status::NETWORK).contains(&error.status)
                    || error.status == status::CANCELLED;
                let code = if known { error.status } else { status::NETWORK };
                return Err(error.with_status(code));
            }
        };
        if !(100..=599).contains(&response.status) {
            return Err(Error::new(status::BAD_RESPONSE, "the host gave no HTTP status"));
        }
        if u64::try_from(response.body.len()).unwrap_or(u64::MAX) > self.max_response_bytes {
            let code = i32::from(response.status);
            return Err(super::too_large(self.max_response_bytes).with_server(code, 0));
        }
        for (name, _) in &mut response.headers {
            name.make_ascii_lowercase();
        }
        Ok(response)
    }

    /// Takes the job out, telling a host that works on it.
    fn abandon(state: &mut State, id: u64) {
        if let Some(job) = state.jobs.remove(&id) {
            if job.taken && job.ending.is_none() {
                state.events.push_back(Pending::Cancel(id));
            } else {
                state.events.retain(|event| !matches!(event, Pending::Send(sent) if *sent == id));
            }
        }
    }
}

/// Whether one exchange was cancelled. Guarded by the queue's lock, so that a waiter misses nothing.
#[derive(Default)]
struct Ticket(AtomicBool);

impl Ticket {
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

struct HostExchange {
    shared: Arc<Shared>,
    next: Arc<Ticket>,
}

impl HostExchange {
    fn wait(&self, id: u64, ticket: &Ticket, deadline: Instant) -> Result<Response> {
        let mut state = self.shared.lock();
        loop {
            let done = state.jobs.get(&id).is_some_and(|job| job.ending.is_some());
            let left = deadline.saturating_duration_since(Instant::now());
            let over = if ticket.is_cancelled() {
                cancelled()
            } else if done {
                let ending = state.jobs.remove(&id).and_then(|job| job.ending);
                return ending.unwrap_or_else(|| Err(closed()));
            } else if state.closed {
                closed()
            } else if left.is_zero() {
                Error::new(status::TIMED_OUT, "the host gave no answer in time")
            } else {
                let waited = self.shared.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            };
            Shared::abandon(&mut state, id);
            return Err(over);
        }
    }
}

impl Exchange for HostExchange {
    fn exchange(&mut self, request: &Request, deadline: Deadline) -> Result<Response> {
        let ticket = std::mem::take(&mut self.next);
        let id = {
            let mut state = self.shared.lock();
            if ticket.is_cancelled() {
                return Err(cancelled());
            }
            if state.closed {
                return Err(closed());
            }
            state.last_id += 1;
            let id = state.last_id;
            let request = Arc::new(request.clone());
            let job = Job { request, deadline: deadline.at, taken: false, ending: None };
            state.jobs.insert(id, job);
            state.events.push_back(Pending::Send(id));
            id
        };
        self.wait(id, &ticket, deadline.at)
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        let ticket = Arc::clone(&self.next);
        Box::new(HostCancel { shared: Arc::clone(&self.shared), ticket })
    }

    /// Never: what became of the request is known to the host alone.
    fn lost_unanswered(&self) -> bool {
        false
    }

    fn drop_idle(&mut self) {}
}

struct HostCancel {
    shared: Arc<Shared>,
    ticket: Arc<Ticket>,
}

impl Cancel for HostCancel {
    fn cancel(&self) {
        // Under the lock: a waiter that has just looked at the ticket must be waiting by now.
        let state = self.shared.lock();
        self.ticket.0.store(true, Ordering::Release);
        drop(state);
        self.shared.changed.notify_all();
    }
}

fn cancelled() -> Error {
    Error::new(status::CANCELLED, "the request was cancelled")
}

fn closed() -> Error {
    Error::new(status::CLOSED, "the host transport is closed")
}
