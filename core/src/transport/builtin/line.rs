//! What a worker's connection tells about the exchange that runs on it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use crate::inbox::Sender;

/// A finished or abandoned name lookup; `None` when it was interrupted.
pub(super) type Found = Option<std::io::Result<Vec<SocketAddr>>>;

/// Shared by an exchange, its connections and its cancellers.
#[derive(Debug)]
pub(super) struct Line {
    /// Connections go through a proxy.
    pub(super) proxied: bool,
    answered: AtomicBool,
    broken: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connect_by: Option<Instant>,
    lookup: Option<Sender<Found>>,
    interrupted: bool,
}

impl Line {
    pub(super) fn new(proxied: bool) -> Self {
        let state = Mutex::default();
        Self { proxied, answered: AtomicBool::new(false), broken: AtomicBool::new(false), state }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new exchange starts; resolving and connecting together may take `connect`.
    pub(super) fn begin(&self, connect: Duration) {
        self.connected();
        let connect_by = Instant::now().checked_add(connect);
        *self.lock() = State { connect_by, lookup: None, interrupted: false };
    }

    /// A connection stands: what was heard while making it (a proxy's word) is no answer.
    pub(super) fn connected(&self) {
        self.answered.store(false, Ordering::Relaxed);
        self.broken.store(false, Ordering::Relaxed);
    }

    /// What is left of the time for resolving and connecting.
    pub(super) fn connect_left(&self) -> Option<Duration> {
        self.lock().connect_by.map(|by| by.saturating_duration_since(Instant::now()))
    }

    /// Whether a byte of an answer arrived.
    pub(super) fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Whether reading ended by an error. ureq takes that for the end of a body without a length.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// A lookup waits for `done`; false when the exchange is cancelled already.
    pub(super) fn wait_for(&self, done: Sender<Found>) -> bool {
        let mut state = self.lock();
        state.lookup = Some(done);
        !state.interrupted
    }

    /// Wakes a lookup that waits. It takes what came first.
    pub(super) fn interrupt(&self) {
        let mut state = self.lock();
        state.interrupted = true;
        if let Some(lookup) = state.lookup.take() {
            let _ = lookup.send(None);
        }
    }
}

/// A connection to the server that reports what it hears.
#[derive(Debug)]
pub(super) struct Watched {
    inner: Box<dyn Transport>,
    line: std::sync::Arc<Line>,
}

impl Watched {
    pub(super) fn new(inner: Box<dyn Transport>, line: std::sync::Arc<Line>) -> Self {
        Self { inner, line }
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(
        &mut self,
        amount: usize,
        timeout: NextTimeout,
    ) -> std::result::Result<(), ureq::Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> std::result::Result<bool, ureq::Error> {
        let heard = self.inner.await_input(timeout);
        match heard {
            Ok(true) => self.line.answered.store(true, Ordering::Relaxed),
            Ok(false) => {}
            Err(_) => self.line.broken.store(true, Ordering::Relaxed),
        }
        heard
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::inbox;

    #[test]
    fn an_interrupt_wakes_the_lookup_that_waits_and_no_later_one() {
        let line = Line::new(false);
        line.begin(Duration::from_secs(60));
        let (done, found) = inbox();
        assert!(line.wait_for(done));
        line.interrupt();
        assert!(found.receive(None).unwrap().is_none());

        let (done, _found) = inbox();
        assert!(!line.wait_for(done.clone()), "the exchange is cancelled");
        line.begin(Duration::from_secs(60));
        assert!(line.wait_for(done), "the next exchange is not");
    }

    #[test]
    fn a_lookup_that_was_first_stays_found() {
        let line = Line::new(false);
        line.begin(Duration::from_secs(60));
        let (done, found) = inbox();
        assert!(line.wait_for(done.clone()));
        done.send(Some(Ok(Vec::new()))).unwrap();
        line.interrupt();
        assert!(found.receive(None).unwrap().is_some());
    }
}
