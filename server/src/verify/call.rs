//! Asking somebody over HTTP about a login, or telling somebody: bounded in time, size and number.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tdsauth_core::error::{Error, status};
use tdsauth_core::transport::{
    Deadline, Request, Response, Settings, Transport as _, UreqTransport,
};
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use crate::problem::Problem;

/// Bound of an answer.
const ANSWER_BYTES: u64 = 256 * 1024;
pub(super) const USER_AGENT: &str = concat!("tdsauth-server/", env!("CARGO_PKG_VERSION"));
/// The `Content-Type` of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The way to one platform.
pub(crate) struct Caller {
    /// For the log.
    name: String,
    transport: UreqTransport,
    patience: Duration,
    places: Arc<Semaphore>,
}

impl Caller {
    /// To the platform `name`. `patience` is for one login, waiting included; no more than `calls`
    /// logins are asked about at once, each takes a thread. Further ones wait.
    pub(crate) fn new(name: &str, patience: Duration, calls: usize) -> Result<Self, Error> {
        let transport = UreqTransport::new(&Settings {
            max_response_bytes: ANSWER_BYTES,
            user_agent: USER_AGENT.to_owned(),
            ..Settings::default()
        })?;
        let places = Arc::new(Semaphore::new(calls));
        Ok(Self { name: name.to_owned(), transport, patience, places })
    }

    /// When a login that begins now has to be decided.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.patience
    }

    /// Does what blocks on a thread of its own, once there is a place.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        at: Instant,
        work: impl FnOnce(&UreqTransport, Deadline) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = timeout_at(at.into(), Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            tracing::warn!(platform = self.name, "too many calls wait for the platform");
            return Err(Problem::TIMED_OUT);
        };
        let caller = Arc::clone(self);
        let asked = tokio::task::spawn_blocking(move || {
            let deadline = Deadline { at, connect: caller.patience };
            let result = work(&caller.transport, deadline);
            // Not before: a caller that is gone leaves the thread behind.
            drop(place);
            result
        });
        asked.await.map_err(|_| Problem::UNAVAILABLE)
    }

    /// One exchange. No redirect is followed: it would carry a token somewhere else.
    pub(crate) async fn exchange(
        self: &Arc<Self>,
        request: Request,
        at: Instant,
    ) -> Result<Response, Problem> {
        let ask = move |transport: &UreqTransport, deadline: Deadline| {
            transport.open().exchange(&request, deadline)
        };
        self.run(at, ask).await?.map_err(|error| {
            tracing::warn!(platform = self.name, %error, "the platform could not be asked");
            if error.status == status::TIMED_OUT {
                Problem::TIMED_OUT
            } else {
                Problem::UNAVAILABLE
            }
        })
    }

    /// The platform said no.
    pub(super) fn refused(&self, why: &'static str) -> Problem {
        tracing::info!(platform = self.name, why, "a login is not confirmed");
        Problem::BAD_AUTH_DATA
    }

    /// The platform did not say anything that decides.
    pub(super) fn unclear(&self, status: u16, why: &'static str) -> Problem {
        tracing::warn!(platform = self.name, status, why, "the platform could not be asked");
        Problem::UNAVAILABLE
    }
}

/// The JSON object of an answer.
pub(super) fn object(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

/// Whether a status says no to what was sent, and not that there is no time for it.
pub(super) fn says_no(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 425 | 429)
}

/// `text` within an URL, whatever is in it.
pub(crate) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
