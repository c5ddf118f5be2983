//! What the transport suites share.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)] // a test's helper
#![allow(dead_code)] // each suite uses its own part of it

use std::sync::mpsc::channel;
use std::thread::spawn;
use std::time::{Duration, Instant};

use tdsauth_core::error::{Error, Result};
use tdsauth_core::transport::{Deadline, Request, Response, Settings, Transport, UreqTransport};

/// `max_response_bytes` of [`settings`].
pub(crate) const BOUND: u64 = 100_000;

/// Long enough for a loaded machine; only a test that fails waits so long.
const WATCHDOG: Duration = Duration::from_secs(60);

pub(crate) fn settings() -> Settings {
    Settings { max_response_bytes: BOUND, user_agent: "tdsauth/test".into(), ..Settings::default() }
}

pub(crate) fn transport(settings: &Settings) -> UreqTransport {
    UreqTransport::new(settings).expect("good settings")
}

/// A deadline that no test should meet.
pub(crate) fn line() -> Deadline {
    Deadline { at: Instant::now() + WATCHDOG, connect: WATCHDOG }
}

/// A deadline that a stalled exchange meets without boring anybody.
pub(crate) fn soon() -> Deadline {
    Deadline { at: Instant::now() + Duration::from_secs(2), connect: WATCHDOG }
}

pub(crate) fn request(method: &'static str, url: &str, body: &[u8]) -> Request {
    let headers = vec![("X-LC-Id", "app".to_owned()), ("X-LC-Session", "secret-token".to_owned())];
    Request { method, url: url.to_owned(), headers, body: body.to_vec() }
}

/// One exchange, and whether it was lost unanswered; fails when it does not end by itself.
pub(crate) fn exchange(
    transport: &dyn Transport,
    request: Request,
    deadline: Deadline,
) -> std::result::Result<Response, (Error, bool)> {
    let mut exchange = transport.open();
    watched(move || {
        let result: Result<Response> = exchange.exchange(&request, deadline);
        result.map_err(|error| (error, exchange.lost_unanswered()))
    })
}

/// Runs `work` on a thread and fails, instead of hanging, when it does not come back.
pub(crate) fn watched<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = channel();
    let worker = spawn(move || done.send(work()));
    let result = result.recv_timeout(WATCHDOG + WATCHDOG).expect("the work comes back");
    let _ = worker.join();
    result
}

pub(crate) fn get(url: &str) -> std::result::Result<Response, (Error, bool)> {
    get_within(url, line())
}

pub(crate) fn get_within(
    url: &str,
    deadline: Deadline,
) -> std::result::Result<Response, (Error, bool)> {
    exchange(&transport(&settings()), request("GET", url, b""), deadline)
}

pub(crate) fn post(
    method: &'static str,
    url: &str,
) -> std::result::Result<Response, (Error, bool)> {
    let body: &[u8] = if method == "GET" { b"" } else { b"{\"a\":1}" };
    exchange(&transport(&settings()), request(method, url, body), line())
}
