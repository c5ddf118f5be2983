//! The owner thread of a client: the order of operations, the session, the disk.
//!
//! One thread, one inbox. HTTP threads only carry bytes; what an answer means, whether it still
//! counts, and what becomes durable is decided here, one message after the other.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::event::Outcome;
use super::instance::Client;
use super::log::level;
use super::operation::Operation;
use super::pool::{Answer, Counted, Job};
use super::remembered::Session;
use super::run::{Begun, Running};
use super::state::{Standing, Step};
use crate::echo;
use crate::error::{Error, status};
use crate::session::Store;
use crate::transport::Deadline;

/// What the owner is told.
pub(super) enum Message {
    Submit {
        id: u64,
        operation: Operation,
        timeout: Duration,
    },
    /// The request was cancelled or released: end its work.
    Cancelled {
        id: u64,
    },
    Answered {
        id: u64,
        answer: Answer,
    },
    /// Look at the disk: at the start, and when the game comes back to the foreground.
    CatchUp,
    /// The client was destroyed.
    Close,
}

pub(super) struct Owner {
    pub(super) client: Arc<Client>,
    pub(super) session: Session,
    inbox: Receiver<Message>,
    own: Sender<Message>,
    /// Operations that change the session and wait for their turn.
    queue: VecDeque<Waiting>,
    /// The one of them that runs.
    turn: Option<u64>,
    running: HashMap<u64, Running>,
}

struct Waiting {
    id: u64,
    operation: Operation,
    timeout: Duration,
}

impl Owner {
    /// Starts the thread. The store comes back when none can be started.
    pub(super) fn start(client: Arc<Client>, store: Store) -> Result<Sender<Message>, Box<Store>> {
        let (own, inbox) = channel();
        let sender = own.clone();
        // The store travels through a channel of its own: a spawn that fails drops its closure.
        let (hand, take) = channel();
        let spawned =
            std::thread::Builder::new().name("tdsauth-owner".to_owned()).spawn(move || {
                let Ok(store) = take.recv() else { return };
                let keep = Arc::clone(&client);
                let _counted = Counted::new(&keep.owner_threads);
                let run = AssertUnwindSafe(move || Self::new(client, store, own, inbox).run());
                if catch_unwind(run).is_err() {
                    keep.poison();
                }
            });
        match spawned {
            Ok(_) => match hand.send(store) {
                Ok(()) => Ok(sender),
                Err(back) => Err(Box::new(back.0)),
            },
            Err(_) => Err(Box::new(store)),
        }
    }

    fn new(
        client: Arc<Client>,
        store: Store,
        own: Sender<Message>,
        inbox: Receiver<Message>,
    ) -> Self {
        let user = client.lock().user().map(|object| object.row());
        let generation = client.opened_at;
        Self {
            client,
            session: Session::new(store, generation, user),
            inbox,
            own,
            queue: VecDeque::new(),
            turn: None,
            running: HashMap::new(),
        }
    }

    fn run(&mut self) {
        loop {
            let message = match self.next_deadline() {
                None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => self.inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            if self.client.is_closed() {
                return;
            }
            match message {
                Ok(message) => self.handle(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.end_overdue();
            self.start_next();
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Submit { id, operation, timeout } => {
                let waiting = Waiting { id, operation, timeout };
                match &waiting.operation {
                    Operation::Logout { .. } => {
                        // Whatever was submitted before is of an older epoch: it ends here, and
                        // the logout need not wait for any server.
                        self.end_outdated();
                        self.queue.push_back(waiting);
                    }
                    operation if operation.changes_session() => self.queue.push_back(waiting),
                    _ => self.begin(waiting),
                }
            }
            Message::Cancelled { id } => {
                self.queue.retain(|waiting| waiting.id != id);
                if let Some(running) = self.drop_running(id) {
                    self.abandon(running.step);
                }
            }
            Message::Answered { id, answer } => self.answered(id, answer),
            Message::CatchUp => self.catch_up(),
            // Seen by the loop, which looks at the client's phase before it handles anything.
            Message::Close => {}
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.running.values().map(|running| running.deadline).min()
    }

    fn end_overdue(&mut self) {
        let now = Instant::now();
        let overdue: Vec<u64> =
            self.running.iter().filter(|(_, r)| r.deadline <= now).map(|(id, _)| *id).collect();
        for id in overdue {
            let error = Error::new(status::TIMED_OUT, "the request's deadline passed");
            let outcome = match self.drop_running(id) {
                Some(running) => running.step.failed(error),
                None => error.into(),
            };
            self.end(id, outcome);
        }
    }

    /// Ends what was submitted before the newest logout.
    fn end_outdated(&mut self) {
        let all = self.queue.iter().map(|waiting| waiting.id).chain(self.turn);
        let outdated: Vec<u64> =
            all.filter(|id| self.client.lock().check(*id) == Standing::Outdated).collect();
        for id in outdated {
            self.queue.retain(|waiting| waiting.id != id);
            self.end(id, session_changed().into());
        }
    }

    fn start_next(&mut self) {
        while self.turn.is_none() {
            let Some(waiting) = self.queue.pop_front() else { return };
            // The lock is given back first: to end a request takes it again.
            let standing = self.client.lock().check(waiting.id);
            match standing {
                Standing::Live => {}
                Standing::Outdated => {
                    self.client.finish(waiting.id, session_changed().into());
                    continue;
                }
                Standing::Gone => continue,
            }
            self.turn = Some(waiting.id);
            self.begin(waiting);
        }
    }

    fn begin(&mut self, Waiting { id, operation, timeout }: Waiting) {
        self.catch_up();
        let deadline = Instant::now() + timeout;
        let begun = self.begin_operation(id, operation);
        self.go_on(id, deadline, begun.unwrap_or_else(|error| Begun::Done(error.into())));
    }

    fn go_on(&mut self, id: u64, deadline: Instant, begun: Begun) {
        match begun {
            Begun::Asked(step, request) => {
                let running = Running { step, request, deadline, sent: 0 };
                self.running.insert(id, running);
                self.send(id);
            }
            Begun::Done(outcome) => self.end(id, outcome),
        }
    }

    fn send(&mut self, id: u64) {
        let Some(running) = self.running.get_mut(&id) else { return };
        running.sent += 1;
        let own = self.own.clone();
        let deadline =
            Deadline { at: running.deadline, connect: self.client.options.connect_timeout };
        self.client.http_sent.fetch_add(1, Ordering::Relaxed);
        self.client.log.write(level::DEBUG, || format!("{} sent", running.step.name()));
        self.client.pool.submit(Job {
            id,
            request: running.request.clone(),
            deadline,
            done: Box::new(move |answer| {
                // The owner may be gone: then nobody waits for this answer.
                let _ = own.send(Message::Answered { id, answer });
            }),
        });
    }

    /// A request has one exchange at a time, so its handle names that as well; one that was ended
    /// meanwhile is not found.
    fn answered(&mut self, id: u64, answer: Answer) {
        let Some(running) = self.running.get(&id) else { return };
        let again = answer.lost_unanswered && running.sent < 2;
        if again && running.deadline > Instant::now() {
            // A kept connection that the server had closed meanwhile. Each of these requests is
            // idempotent, and nothing was received.
            self.send(id);
            return;
        }
        let Some(running) = self.running.remove(&id) else { return };
        let deadline = running.deadline;
        let concluded = match answer.result {
            Ok(mut response) => {
                echo::blank(&running.request, &mut response);
                self.conclude(id, running.step, &response)
            }
            Err(error) if error.status == status::PANIC => {
                self.client.poison();
                return;
            }
            Err(error) => Some(Begun::Done(running.step.failed(error))),
        };
        match concluded {
            Some(begun) => self.go_on(id, deadline, begun),
            None => self.pass_turn(id),
        }
    }

    /// Marks that an answer is about to become durable. `false` when it no longer counts; the
    /// request has then been ended.
    pub(super) fn settle(&self, id: u64) -> Result<bool, Error> {
        let mut state = self.client.lock();
        match state.check(id) {
            Standing::Live => {
                if let Some(request) = state.requests.get_mut(&id) {
                    request.step = Step::Settling;
                }
                Ok(true)
            }
            Standing::Outdated => Err(session_changed()),
            Standing::Gone => Ok(false),
        }
    }

    /// Lets a request be cancelled again after a part of it was made durable.
    pub(super) fn unsettle(&self, id: u64) {
        if let Some(request) = self.client.lock().requests.get_mut(&id)
            && request.step == Step::Settling
        {
            request.step = Step::Running;
        }
    }

    /// The end of a request, whatever it was doing.
    pub(super) fn end(&mut self, id: u64, outcome: Outcome) {
        if let Some(error) = &outcome.error {
            self.client.log.write(level::WARN, || error.to_string());
        }
        self.drop_running(id);
        self.client.finish(id, outcome);
    }

    fn drop_running(&mut self, id: u64) -> Option<Running> {
        self.pass_turn(id);
        let running = self.running.remove(&id)?;
        self.client.pool.cancel(id);
        Some(running)
    }

    fn pass_turn(&mut self, id: u64) {
        if self.turn == Some(id) {
            self.turn = None;
        }
    }
}

/// The wall clock in Unix milliseconds, as requests are signed with.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn session_changed() -> Error {
    Error::new(status::SESSION_CHANGED, "a logout or another login came first")
}
