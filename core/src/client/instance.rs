//! One client: intake of requests, delivery of events, and its end.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::event::{Event, Outcome, RequestText, Texts, flag};
use super::log::Log;
use super::object::{Object, next_number};
use super::operation::Operation;
use super::options::{Checked, TIMEOUT_MAX_MS};
use super::owner::{Message, Owner, cancelled};
use super::pool::Pool;
use super::saving::maybe_done;
use super::state::{Phase, Request, State, Step, closed, poisoned};
use super::taptap::Asked;
use super::{REQUESTS, RequestRef, Submit};
use crate::error::{Error, Result, status};
use crate::session::{Remembered, Store};
use crate::transport::HostQueue;

pub(super) struct Client {
    pub(super) options: Checked,
    pub(super) pool: Arc<Pool>,
    pub(super) host: Option<HostQueue>,
    pub(super) log: Log,
    pub(super) owner_threads: AtomicU32,
    pub(super) http_sent: AtomicU64,
    /// Seconds that TapTap's clock is ahead of this machine's.
    pub(super) clock_offset: AtomicI64,
    /// The generation of the folder that `state` was made from.
    pub(super) opened_at: u64,
    /// The process that made it: a forked child has no threads and must not use it.
    process: u32,
    state: Mutex<State>,
    woken: Condvar,
    /// Length of the queue, readable without the lock: an empty poll takes none.
    ready: AtomicUsize,
    poisoned: AtomicBool,
}

impl Client {
    pub(super) fn new(
        options: Checked,
        pool: Arc<Pool>,
        host: Option<HostQueue>,
        store: Store,
        remembered: Remembered,
    ) -> Self {
        let opened_at = remembered.generation;
        let state = State::new(store, remembered, options.taptap.client_id());
        Self {
            log: Log::new(options.log_level),
            options,
            pool,
            host,
            owner_threads: AtomicU32::new(0),
            http_sent: AtomicU64::new(0),
            clock_offset: AtomicI64::new(0),
            opened_at,
            process: std::process::id(),
            state: Mutex::new(state),
            woken: Condvar::new(),
            ready: AtomicUsize::new(0),
            poisoned: AtomicBool::new(false),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes what was queued under the lock visible to pollers and wakes the waiters.
    fn publish(&self, state: &State) {
        self.ready.store(state.queued(), Ordering::Release);
        self.woken.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().phase == Phase::Closed
    }

    pub(super) fn check_fork(&self) -> Result<()> {
        if std::process::id() == self.process {
            return Ok(());
        }
        Err(Error::new(status::FORKED, "the process was forked: make a client of its own"))
    }

    /// Takes a request in; the owner thread starts with the first one.
    pub(super) fn submit(self: &Arc<Self>, operation: Operation, submit: Submit) -> Result<u64> {
        self.check_fork()?;
        if submit.timeout_ms > TIMEOUT_MAX_MS {
            return Err(Error::argument("timeout_ms is above ten minutes"));
        }
        let timeout = match submit.timeout_ms {
            0 => operation.timeout(self.options.request_timeout),
            ms => Duration::from_millis(u64::from(ms)),
        };
        let mut state = self.lock();
        state.accepting()?;
        let login = match &operation {
            Operation::TapTap(Asked::Login { login, .. }) => Some(login.redirect_uri.clone()),
            _ => None,
        };
        if login.is_some() && state.asks_player() {
            let text = "another TapTap login of this client asks the player already";
            return Err(Error::new(status::BUSY, text));
        }
        let reference = Arc::new(RequestRef { client: Arc::downgrade(self) });
        let full = || Error::new(status::LIMIT, "no handle is left");
        let id = REQUESTS.insert(reference).ok_or_else(full)?;
        if matches!(operation, Operation::Logout { .. }) {
            // From here on, whatever was under way can no longer log anybody in.
            state.epoch += 1;
        }
        let epoch = operation.is_outdated_by_logout().then_some(state.epoch);
        let request = Request {
            kind: operation.kind(),
            user_data: submit.user_data,
            step: Step::Running,
            cancelled: false,
            platform: operation.platform().map(str::to_owned),
            awaits: None,
            unsure: false,
            epoch,
            last: None,
            message: Cow::default(),
            objects: Vec::new(),
            texts: None,
        };
        state.requests.insert(id, request);
        state.live += 1;
        // Sent under the lock, so that the owner sees requests in the order of their submission.
        let sent = self.send(&mut state, Message::Submit { id, operation, timeout });
        if let Err(error) = sent {
            state.release(id);
            return Err(error);
        }
        if let Some(redirect_uri) = login {
            state.login = Some(id);
            state.redirect_uri = redirect_uri.or(state.redirect_uri.take());
        }
        Ok(id)
    }

    /// Gives the owner thread something to do, and starts it if it does not run yet.
    pub(super) fn send(self: &Arc<Self>, state: &mut State, message: Message) -> Result<()> {
        if state.owner.is_none() {
            let store = state.store.take().ok_or_else(closed)?;
            match Owner::start(Arc::clone(self), store) {
                Ok(sender) => state.owner = Some(sender),
                Err(store) => {
                    state.store = store.map(|store| *store);
                    return Err(Error::new(status::LIMIT, "no thread could be started"));
                }
            }
        }
        let owner = state.owner.as_ref().ok_or_else(closed)?;
        owner.send(message).map_err(|_| poisoned())
    }

    pub(super) fn finish(&self, id: u64, outcome: Outcome) {
        let mut state = self.lock();
        if state.phase != Phase::Closed && state.finish(id, outcome) {
            self.publish(&state);
        }
    }

    /// Tells how a request is getting on.
    pub(super) fn progress(&self, id: u64, kind: i32, value: i64, texts: Option<Box<Texts>>) {
        let mut state = self.lock();
        if state.phase != Phase::Closed {
            state.progress(id, kind, value, texts);
            self.publish(&state);
        }
    }

    /// Changes what the game reads, without an event.
    pub(super) fn change(&self, outcome: Outcome) {
        let mut state = self.lock();
        if state.phase != Phase::Closed {
            state.change(outcome);
            self.publish(&state);
        }
    }

    pub(super) fn announce(&self, kind: i32, outcome: Outcome) {
        let mut state = self.lock();
        if state.phase != Phase::Closed {
            state.announce(kind, outcome);
            self.publish(&state);
        }
    }

    pub(super) fn poll(&self) -> Result<Option<Event>> {
        if self.poisoned.load(Ordering::Acquire) {
            return Err(poisoned());
        }
        if self.ready.load(Ordering::Acquire) == 0 {
            return Ok(None);
        }
        let mut state = self.lock();
        Ok(self.take_any(&mut state))
    }

    fn take_any(&self, state: &mut State) -> Option<Event> {
        let event = state.deliver(self.options.auto_release, |state, event| {
            !state.waited.contains(&event.request)
        });
        self.ready.store(state.queued(), Ordering::Release);
        event
    }

    /// Waits for the next event that no other thread waits for by name.
    pub(super) fn wait_any(&self, timeout: Option<Duration>) -> Result<Option<Event>> {
        self.wait_until(timeout, |client, state| Ok(client.take_any(state)))
    }

    /// Waits for the next event of one request.
    pub(super) fn wait_for(&self, id: u64, timeout: Option<Duration>) -> Result<Option<Event>> {
        let mut state = self.lock();
        let Some(request) = state.requests.get(&id) else { return Err(released()) };
        if let (Step::Delivered, Some(mut event)) = (request.step, request.last) {
            event.flags |= flag::REPEATED;
            return Ok(Some(event));
        }
        if state.waited.contains(&id) {
            return Err(Error::new(status::BUSY, "another thread waits for this request"));
        }
        state.waited.push(id);
        drop(state);
        let result = self.wait_until(timeout, |client, state| {
            if !state.requests.contains_key(&id) {
                return Err(released());
            }
            let auto = client.options.auto_release;
            let event = state.deliver(auto, |_, event| event.request == id);
            client.ready.store(state.queued(), Ordering::Release);
            Ok(event)
        });
        let mut state = self.lock();
        state.waited.retain(|waited| *waited != id);
        if state.queued() > 0 {
            // An event may have come between the time-out and here: others may take it now.
            self.woken.notify_all();
        }
        result
    }

    fn wait_until(
        &self,
        timeout: Option<Duration>,
        mut take: impl FnMut(&Self, &mut State) -> Result<Option<Event>>,
    ) -> Result<Option<Event>> {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            match state.phase {
                Phase::Poisoned => return Err(poisoned()),
                Phase::Closed => return Err(closed()),
                Phase::Open | Phase::Closing => {}
            }
            if let Some(event) = take(self, &mut state)? {
                return Ok(Some(event));
            }
            state = match until {
                None => self.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ok(None);
                    }
                    let woken = self.woken.wait_timeout(state, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Brings the final event at once. A request that is being stored is cancelled after that, and
    /// if there is nothing left to do its real outcome follows.
    pub(super) fn cancel(self: &Arc<Self>, id: u64) -> Result<()> {
        let mut state = self.lock();
        let Some(request) = state.requests.get_mut(&id) else { return Err(released()) };
        request.cancelled = true;
        if request.step != Step::Running {
            return Ok(());
        }
        let error = if request.unsure { maybe_done(cancelled()) } else { cancelled() };
        state.finish(id, error.into());
        self.publish(&state);
        self.tell_owner(&mut state, id)
    }

    pub(super) fn release(self: &Arc<Self>, id: u64) -> Result<()> {
        let mut state = self.lock();
        let Some(request) = state.release(id) else { return Err(released()) };
        self.publish(&state);
        match request.step {
            Step::Running => self.tell_owner(&mut state, id),
            _ => Ok(()),
        }
    }

    fn tell_owner(&self, state: &mut State, id: u64) -> Result<()> {
        let Some(owner) = &state.owner else { return Ok(()) };
        state.given_up.insert(id, next_number());
        owner.send(Message::Cancelled { id }).map_err(|_| poisoned())
    }

    pub(super) fn take_object(&self, id: u64, index: u32) -> Result<Option<Arc<Object>>> {
        let mut state = self.lock();
        let Some(request) = state.requests.get_mut(&id) else { return Err(released()) };
        Ok(request.objects.get_mut(index as usize).and_then(Option::take))
    }

    pub(super) fn text(&self, id: u64, field: RequestText) -> Result<Option<String>> {
        let state = self.lock();
        let request = state.requests.get(&id).ok_or_else(released)?;
        if field == RequestText::Message {
            return Ok(Some(request.message.to_string()));
        }
        if field == RequestText::Platform {
            let ended = request.last.is_some_and(|event| event.flags & flag::MORE == 0);
            return Ok(request.platform.clone().filter(|_| ended));
        }
        let secret = request.texts.as_ref().and_then(|texts| match field {
            RequestText::Message | RequestText::Platform => None,
            RequestText::QrText => texts.qr.as_ref(),
            RequestText::UserCode => texts.user_code.as_ref(),
            RequestText::VerificationUrl => texts.verification_url.as_ref(),
            RequestText::Url => texts.url.as_ref(),
            RequestText::Failures => texts.failures.as_ref(),
        });
        // The game shows it to the player, or has the system open it.
        Ok(secret.map(|secret| secret.expose().to_owned()))
    }

    /// Stops intake and waits until nothing is under way. Returns what was left over.
    pub(super) fn drain(&self, timeout: Duration) -> u32 {
        let until = Instant::now().checked_add(timeout);
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Closing;
        }
        while state.live > 0 && matches!(state.phase, Phase::Closing) {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            match left {
                Some(left) if left.is_zero() => break,
                Some(left) => {
                    let woken = self.woken.wait_timeout(state, left);
                    state = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => state = self.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
        u32::try_from(state.live).unwrap_or(u32::MAX)
    }

    /// The end: nothing is delivered any more, waiters wake, threads are let go.
    pub(super) fn close(&self) {
        if self.check_fork().is_err() {
            // In a forked child there is no thread to let go, and a lock may be held for ever.
            return;
        }
        let mut state = self.lock();
        state.phase = Phase::Closed;
        if let Some(owner) = &state.owner {
            // It looks at the phase after each message. If it is gone, so much the better.
            let _ = owner.send(Message::Close);
        }
        state.clear();
        self.publish(&state);
        drop(state);
        self.let_threads_go();
    }

    fn let_threads_go(&self) {
        self.pool.close();
        if let Some(host) = &self.host {
            host.close();
        }
    }

    pub(super) fn poison(&self) {
        self.poisoned.store(true, Ordering::Release);
        let mut state = self.lock();
        if state.phase != Phase::Closed {
            state.phase = Phase::Poisoned;
        }
        self.woken.notify_all();
        drop(state);
        self.let_threads_go();
    }
}

fn released() -> Error {
    Error::new(status::INVALID_HANDLE, "the request was released")
}
