//! The owner thread of a client: the order of operations, the session, the disk.
//!
//! One thread, one inbox. HTTP threads only carry bytes; what an answer means, whether it still
//! counts, and what becomes durable is decided here, one message after the other.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::event::Outcome;
use super::instance::Client;
use super::log::level;
use super::object::Cut;
use super::operation::Operation;
use super::pool::{Answer, Counted};
use super::remembered::Session;
use super::run::{Asking, Next, Woken};
use super::running::Running;
use super::state::{Standing, Step};
use super::taptap::Word;
use crate::error::{Error, status};
use crate::inbox::{Receiver, Sender, inbox};
use crate::session::Store;

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
    /// `number`: which exchange of the request it is that ended.
    Answered {
        id: u64,
        number: u64,
        answer: Answer,
    },
    /// Something from outside that a request waits for.
    Word {
        id: u64,
        word: Word,
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
    pub(super) own: Sender<Message>,
    /// Operations that change the session and wait for their turn.
    pub(super) queue: VecDeque<Waiting>,
    /// The one of them that runs.
    pub(super) turn: Option<u64>,
    /// The last one that was submitted.
    last: Option<u64>,
    /// Operations on objects that wait, and those that run, with the objects that they work on.
    pub(super) objects: VecDeque<Waiting>,
    pub(super) busy: Vec<(u64, Vec<u64>)>,
    pub(super) running: HashMap<u64, Running>,
    /// Exchanges so far.
    pub(super) exchanges: u64,
    /// Whether the TapTap token was refreshed without being asked to: once is enough.
    pub(super) refreshed: bool,
}

pub(super) struct Waiting {
    pub(super) id: u64,
    /// `None`: it is under way, and came to the part that needs a turn.
    pub(super) new: Option<(Operation, Duration)>,
    /// What was submitted before it and may change who is logged in.
    pub(super) after: Option<u64>,
}

impl Waiting {
    fn cuts(&self) -> Vec<&Cut> {
        self.new.as_ref().map(|(operation, _)| operation.cuts()).unwrap_or_default()
    }
}

impl Owner {
    /// Starts the thread. The store comes back when none can be started.
    pub(super) fn start(
        client: Arc<Client>,
        store: Store,
    ) -> Result<Sender<Message>, Option<Box<Store>>> {
        let (own, inbox) = inbox();
        let sender = own.clone();
        // Both hold it until one takes it out: a spawn that fails drops its closure.
        let hand = Arc::new(Mutex::new(Some(store)));
        let take = Arc::clone(&hand);
        let spawned =
            std::thread::Builder::new().name("tdsauth-owner".to_owned()).spawn(move || {
                let Some(store) = taken(&take) else { return };
                let keep = Arc::clone(&client);
                let _counted = Counted::new(&keep.owner_threads);
                let run = AssertUnwindSafe(move || Self::new(client, store, own, inbox).run());
                if catch_unwind(run).is_err() {
                    keep.poison();
                }
            });
        match spawned {
            Ok(_) => Ok(sender),
            Err(_) => Err(taken(&hand).map(Box::new)),
        }
    }

    fn new(
        client: Arc<Client>,
        store: Store,
        own: Sender<Message>,
        inbox: Receiver<Message>,
    ) -> Self {
        let session = Session::new(store, &client);
        Self {
            client,
            session,
            inbox,
            own,
            queue: VecDeque::new(),
            turn: None,
            last: None,
            objects: VecDeque::new(),
            busy: Vec::new(),
            running: HashMap::new(),
            exchanges: 0,
            refreshed: false,
        }
    }

    fn run(&mut self) {
        loop {
            let message = self.inbox.receive(self.next_deadline());
            if self.client.is_closed() {
                return;
            }
            if let Some(message) = message {
                self.handle(message);
            }
            self.wake_due();
            self.start_next();
            self.start_objects();
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Submit { id, operation, timeout } => {
                let logout = matches!(operation, Operation::Logout { .. });
                if logout {
                    // Whatever was submitted before is of an older epoch: it ends here, and the
                    // logout need not wait for any server.
                    self.end_outdated();
                }
                let after = self.last;
                if operation.takes_turns() {
                    self.last = Some(id);
                    self.queue.push_back(Waiting { id, new: Some((operation, timeout)), after });
                } else if matches!(operation, Operation::Object(_)) {
                    self.objects.push_back(Waiting { id, new: Some((operation, timeout)), after });
                } else {
                    self.begin(id, operation, timeout);
                }
            }
            Message::Cancelled { id } => {
                for waiting in self.queue.iter().chain(&self.objects).filter(|w| w.id == id) {
                    self.give_up(id, &waiting.cuts());
                }
                self.queue.retain(|waiting| waiting.id != id);
                self.objects.retain(|waiting| waiting.id != id);
                if let Some(running) = self.drop_running(id) {
                    self.give_up(id, &running.step.cuts());
                    self.abandon(running.step);
                }
                self.client.lock().given_up.remove(&id);
            }
            Message::Answered { id, number, answer } => self.answered(id, number, answer),
            Message::Word { id, word } => {
                if self.running.get(&id).is_some_and(|running| running.step.hears(&word)) {
                    self.wake(id, Woken::Word(word));
                }
            }
            Message::CatchUp => self.catch_up(),
            // Seen by the loop, which looks at the client's phase before it handles anything.
            Message::Close => {}
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.running.values().map(Running::due).min()
    }

    /// Ends what was submitted before the newest logout.
    fn end_outdated(&mut self) {
        let objects = std::mem::take(&mut self.objects);
        for waiting in objects {
            if self.client.lock().check(waiting.id) == Standing::Outdated {
                waiting.cuts().iter().for_each(|cut| cut.fail(&session_changed()));
                self.client.finish(waiting.id, session_changed().into());
            } else {
                self.objects.push_back(waiting);
            }
        }
        let all = self.queue.iter().map(|waiting| waiting.id).chain(self.running.keys().copied());
        let outdated: Vec<u64> =
            all.filter(|id| self.client.lock().check(*id) == Standing::Outdated).collect();
        for id in outdated {
            for waiting in self.queue.iter().filter(|waiting| waiting.id == id) {
                waiting.cuts().iter().for_each(|cut| cut.fail(&session_changed()));
            }
            self.queue.retain(|waiting| waiting.id != id);
            self.end_early(id, session_changed());
        }
    }

    fn start_next(&mut self) {
        while self.turn.is_none() {
            let Some(Waiting { id, new, .. }) = self.queue.pop_front() else { return };
            // The lock is given back first: to end a request takes it again.
            let standing = self.client.lock().check(id);
            match standing {
                Standing::Live => {}
                Standing::Outdated => {
                    self.end_early(id, session_changed());
                    continue;
                }
                Standing::Gone => {
                    if let Some((operation, _)) = &new {
                        self.give_up(id, &operation.cuts());
                    }
                    continue;
                }
            }
            self.turn = Some(id);
            match new {
                Some((operation, timeout)) => self.begin(id, operation, timeout),
                None => {
                    self.catch_up();
                    self.wake(id, Woken::Turn);
                }
            }
        }
    }

    /// Notes in what a request saves when the game gave it up, if it did: no later than now it is
    /// dropped.
    pub(super) fn give_up(&self, id: u64, cuts: &[&Cut]) {
        if let Some(until) = self.client.lock().given_up.get(&id) {
            cuts.iter().for_each(|cut| cut.give_up(*until));
        }
    }

    pub(super) fn has_turn(&self, id: u64) -> bool {
        self.turn == Some(id)
    }

    pub(super) fn begin(&mut self, id: u64, operation: Operation, timeout: Duration) {
        self.catch_up();
        let deadline = Instant::now() + timeout;
        let ask = operation.takes_turns() && !matches!(operation, Operation::Logout { .. });
        if ask && let Some(request) = self.question() {
            return self.go_on(
                id,
                deadline,
                Next::Ask(Asking::Settle(Box::new(operation)), request),
            );
        }
        let begun = self.begin_operation(id, operation, deadline);
        if let Some(next) = begun.unwrap_or_else(|error| Some(Next::Done(error.into()))) {
            self.go_on(id, deadline, next);
        } else {
            self.pass_turn(id);
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

    /// Lets a request be cancelled again after a part of it was made durable. `false`: it was
    /// cancelled or released meanwhile, and has been ended.
    pub(super) fn unsettle(&self, id: u64) -> bool {
        let mut state = self.client.lock();
        let Some(request) = state.requests.get_mut(&id) else { return false };
        if request.cancelled {
            drop(state);
            self.client.finish(id, cancelled().into());
            return false;
        }
        request.step = Step::Running;
        true
    }

    /// The end of a request, whatever it was doing.
    pub(super) fn end(&mut self, id: u64, outcome: Outcome) {
        if let Some(error) = &outcome.error {
            self.client.log.write(level::WARN, || error.to_string());
        }
        self.drop_running(id);
        self.client.finish(id, outcome);
    }

    /// The end of a request before it is done.
    pub(super) fn end_early(&mut self, id: u64, error: Error) {
        let outcome = match self.drop_running(id) {
            Some(running) => self.failed(running.step, error),
            None => error.into(),
        };
        self.end(id, outcome);
    }

    pub(super) fn pass_turn(&mut self, id: u64) {
        if self.turn == Some(id) {
            self.turn = None;
        }
        self.busy.retain(|(busy, _)| *busy != id);
    }
}

fn taken(store: &Mutex<Option<Store>>) -> Option<Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The wall clock in Unix milliseconds, as requests are signed with.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn cancelled() -> Error {
    Error::new(status::CANCELLED, "the request was cancelled")
}

pub(super) fn session_changed() -> Error {
    Error::new(status::SESSION_CHANGED, "a logout or another login came first")
}
