//! What the game can see of a client: its requests, the queue of events, who is logged in.
//!
//! Everything here lies under one lock that is never held over I/O. The threads prepare changes;
//! [`State::deliver`] swaps them in, so that what the game reads changes only inside its own calls.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::event::{Event, Outcome, SessionView, Texts, flag};
use super::note;
use super::object::Object;
use super::owner::Message;
use super::taptap::keep::{self, Account};
use super::{REQUESTS, small};
use crate::account::Row;
use crate::error::{Error, Result, status};
use crate::inbox::Sender;
use crate::secret::Secret;
use crate::session::{Remembered, Store};

/// Requests that a client holds at once, finished ones that were not released among them.
const REQUESTS_MAX: usize = 16_384;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    /// Shutting down: no new requests.
    Closing,
    Closed,
    Poisoned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The owner works on it; a cancel ends it at once.
    Running,
    /// Its answer is being made durable: too late to cancel.
    Settling,
    /// Its final event is queued.
    Queued,
    /// Its final event was delivered.
    Delivered,
}

pub(super) struct Request {
    pub(super) kind: i32,
    pub(super) user_data: u64,
    pub(super) step: Step,
    /// Cancelled while it settled: what follows that is not wanted.
    pub(super) cancelled: bool,
    /// The platform that it is about.
    pub(super) platform: Option<String>,
    /// The state of the redirect that it waits for.
    pub(super) awaits: Option<Secret>,
    /// What is on its way may be done by the server, and must not be done twice.
    pub(super) unsure: bool,
    /// The epoch it was submitted under; `None` if a logout does not outdate it.
    pub(super) epoch: Option<u64>,
    /// Fields below are those of the last delivered event.
    pub(super) last: Option<Event>,
    pub(super) message: Cow<'static, str>,
    pub(super) objects: Vec<Option<Arc<Object>>>,
    pub(super) texts: Option<Box<Texts>>,
}

/// An event on its way, with the changes that its delivery makes.
struct Queued {
    /// `None`: the request was released; only the changes are left.
    event: Option<Event>,
    outcome: Outcome,
}

pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) epoch: u64,
    pub(super) requests: HashMap<u64, Request>,
    /// Requests without a final event yet.
    pub(super) live: usize,
    queue: VecDeque<Queued>,
    /// Requests that a thread waits for: their events go to that thread only.
    pub(super) waited: Vec<u64>,
    user: Option<Arc<Object>>,
    pub(super) taptap: Option<Arc<Account>>,
    user_seq: u64,
    /// Requests that the game gave up and the owner is yet to drop: the number that the next cut had.
    pub(super) given_up: HashMap<u64, u64>,
    /// The one login that asks the player.
    pub(super) login: Option<u64>,
    /// Where the last login by redirect leads, of this client or stored by one before it.
    pub(super) redirect_uri: Option<String>,
    /// With `auto_release`: freed when the next event is delivered.
    to_release: Option<u64>,
    pub(super) owner: Option<Sender<Message>>,
    /// Whom a note that was found is about.
    pub(super) noted: Option<String>,
    /// Handed to the owner thread when that starts.
    pub(super) store: Option<Store>,
}

impl State {
    pub(super) fn new(store: Store, remembered: Remembered, client_id: Option<&str>) -> Self {
        Self {
            phase: Phase::Open,
            epoch: 0,
            requests: HashMap::new(),
            live: 0,
            queue: VecDeque::new(),
            waited: Vec::new(),
            taptap: Account::read(&remembered, client_id),
            redirect_uri: keep::redirect_uri(&remembered),
            noted: note::user_of(&remembered),
            user: remembered.user.map(|row| Arc::new(Object::new(Arc::new(row)))),
            user_seq: 0,
            given_up: HashMap::new(),
            login: None,
            to_release: None,
            owner: None,
            store: Some(store),
        }
    }

    pub(super) fn accepting(&self) -> Result<()> {
        match self.phase {
            Phase::Open if self.requests.len() < REQUESTS_MAX => Ok(()),
            Phase::Open => Err(Error::new(status::QUEUE_FULL, "16384 requests are alive")),
            Phase::Poisoned => Err(poisoned()),
            Phase::Closing | Phase::Closed => Err(closed()),
        }
    }

    pub(super) fn user(&self) -> Option<Arc<Object>> {
        self.user.clone()
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Whether the request still waits for its outcome under the epoch it was submitted in.
    pub(super) fn check(&self, id: u64) -> Standing {
        match self.requests.get(&id) {
            Some(request) if request.step == Step::Running => match request.epoch {
                Some(epoch) if epoch != self.epoch => Standing::Outdated,
                _ => Standing::Live,
            },
            _ => Standing::Gone,
        }
    }

    /// Ends a request: its final event goes into the queue. `false` if it has ended before.
    pub(super) fn finish(&mut self, id: u64, mut outcome: Outcome) -> bool {
        let Some(request) = self.requests.get_mut(&id) else {
            outcome.doubts.clear();
            // Released while it settled: what it changed must be seen all the same.
            self.change(outcome);
            return true;
        };
        if matches!(request.step, Step::Queued | Step::Delivered) {
            return false;
        }
        request.step = Step::Queued;
        let mut event = Event {
            kind: request.kind,
            request: id,
            user_data: request.user_data,
            value: outcome.value,
            objects: small(usize::from(outcome.user.is_some()) + outcome.given.len()),
            ..Event::default()
        };
        if let Some(error) = &outcome.error {
            event = event.failed(error);
        }
        self.live -= 1;
        self.queue.push_back(Queued { event: Some(event), outcome });
        true
    }

    /// Tells how a request is getting on, as long as it does.
    pub(super) fn progress(&mut self, id: u64, kind: i32, value: i64, texts: Option<Box<Texts>>) {
        let Some(request) = self.requests.get(&id) else { return };
        if request.step == Step::Running {
            let user_data = request.user_data;
            let flags = flag::MORE;
            let event = Event { kind, request: id, user_data, value, flags, ..Event::default() };
            let outcome = Outcome { texts, ..Outcome::default() };
            self.queue.push_back(Queued { event: Some(event), outcome });
        }
    }

    /// Changes what the game reads without an event: with the next delivery.
    pub(super) fn change(&mut self, outcome: Outcome) {
        self.queue.push_back(Queued { event: None, outcome });
    }

    /// Whether a login lives that asks the player.
    pub(super) fn asks_player(&self) -> bool {
        let request = self.login.and_then(|id| self.requests.get(&id));
        request.is_some_and(|request| matches!(request.step, Step::Running | Step::Settling))
    }

    /// Tells the game something it did not ask for. Those of one kind coalesce: the newest stays.
    pub(super) fn announce(&mut self, kind: i32, outcome: Outcome) {
        let mut event = Event { kind, value: outcome.value, ..Event::default() };
        if let Some(error) = &outcome.error {
            event = event.failed(error);
        }
        let same = |queued: &&mut Queued| {
            queued.event.is_some_and(|event| event.request == 0 && event.kind == kind)
        };
        match self.queue.iter_mut().find(same) {
            // An older change of the session is covered by the newer one.
            Some(queued) => *queued = Queued { event: Some(event), outcome },
            None => self.queue.push_back(Queued { event: Some(event), outcome }),
        }
    }

    /// Delivers the first event that `wanted` takes, and every silent change before it.
    pub(super) fn deliver(
        &mut self,
        auto_release: bool,
        wanted: impl Fn(&Self, &Event) -> bool,
    ) -> Option<Event> {
        let mut index = 0;
        loop {
            let queued = self.queue.get(index)?;
            match queued.event {
                None => {
                    if let Some(queued) = self.queue.remove(index) {
                        self.apply(queued.outcome);
                    }
                }
                Some(event) if wanted(self, &event) => {
                    let queued = self.queue.remove(index)?;
                    return Some(self.hand_out(event, queued.outcome, auto_release));
                }
                Some(_) => index += 1,
            }
        }
    }

    fn hand_out(&mut self, event: Event, mut outcome: Outcome, auto_release: bool) -> Event {
        if let Some(id) = self.to_release.take() {
            self.release(id);
        }
        let message = outcome.error.as_ref().map(|e| e.message.clone()).unwrap_or_default();
        let texts = outcome.texts.take();
        let given = std::mem::take(&mut outcome.given);
        let object = self.apply(outcome);
        if let Some(request) = self.requests.get_mut(&event.request) {
            request.last = Some(event);
            request.message = message;
            request.objects = object.into_iter().chain(given).map(Some).collect();
            if texts.is_some() || event.flags & flag::MORE == 0 {
                request.texts = texts;
            }
            if event.flags & flag::MORE == 0 {
                request.step = Step::Delivered;
                if auto_release {
                    self.to_release = Some(event.request);
                }
            }
        }
        event
    }

    /// Swaps a prepared change in, and gives the object of the user that it carries.
    fn apply(&mut self, outcome: Outcome) -> Option<Arc<Object>> {
        let named = outcome.object.map(|(object, row)| {
            object.replace(row);
            object
        });
        let landed = outcome.landed;
        drop(outcome.doubts);
        if let Some(SessionView { seq, user, taptap }) = outcome.session
            && seq > self.user_seq
        {
            self.user_seq = seq;
            self.taptap = taptap;
            self.user = user.map(|row| self.current(row));
        }
        if let Some(landed) = landed {
            landed.forget();
        }
        outcome.told.into_iter().for_each(|(object, told)| object.tell(told));
        let row = outcome.user?;
        Some(match (named, &self.user) {
            // What was done by a handle gives that object back, with the rights that it has.
            (Some(object), _) => object,
            (None, Some(user)) if same_user(&user.row(), &row) => Arc::clone(user),
            _ => Arc::new(Object::new(row)),
        })
    }

    /// One instance per user: who stays logged in keeps the object that the game holds.
    fn current(&self, row: Arc<Row>) -> Arc<Object> {
        match &self.user {
            Some(user) if same_user(&user.row(), &row) => {
                user.replace(row);
                Arc::clone(user)
            }
            _ => Arc::new(Object::new(row)),
        }
    }

    /// Frees a request. What it changed and was not delivered is still swapped in later, silently.
    pub(super) fn release(&mut self, id: u64) -> Option<Request> {
        REQUESTS.remove(id);
        let request = self.requests.remove(&id)?;
        if matches!(request.step, Step::Running | Step::Settling) {
            self.live -= 1;
        }
        if request.step != Step::Delivered {
            for queued in &mut self.queue {
                if queued.event.is_some_and(|event| event.request == id) {
                    queued.event = None;
                    queued.outcome.doubts.clear();
                }
            }
        }
        if self.to_release == Some(id) {
            self.to_release = None;
        }
        Some(request)
    }

    /// Frees everything; nothing is delivered any more.
    pub(super) fn clear(&mut self) {
        for id in self.requests.keys() {
            REQUESTS.remove(*id);
        }
        self.requests.clear();
        self.queue.clear();
        self.live = 0;
        self.owner = None;
        self.store = None;
    }
}

/// How a request stands when its answer arrives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Live,
    /// A logout was submitted since.
    Outdated,
    /// Cancelled or released.
    Gone,
}

fn same_user(a: &Row, b: &Row) -> bool {
    a.get("objectId").is_some() && a.get("objectId") == b.get("objectId")
}

pub(super) fn closed() -> Error {
    Error::new(status::CLOSED, "the client is shutting down")
}

pub(super) fn poisoned() -> Error {
    Error::new(status::PANIC, "a defect was caught in this client earlier: destroy it")
}
