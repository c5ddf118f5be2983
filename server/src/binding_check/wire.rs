//! The way to the endpoints: bounded in time and size, without redirects, and deaf to what did not
//! answer once.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{
    Deadline, Exchange, Request, Response, Settings, Transport as _, UreqTransport,
};

use super::call::Call;
use crate::binding::Endpoint;
use crate::start::StartError;

/// Bound of an answer.
const ANSWER_BYTES: u64 = 256 * 1024;
const USER_AGENT: &str = concat!("tdsauth-server/", env!("CARGO_PKG_VERSION"), " binding check");

/// An answer and how long it took, or why there is none.
pub(super) type Outcome = (Result<Response, Error>, Duration);

/// Where the endpoints are and how they are asked.
pub(super) struct Wire {
    transport: UreqTransport,
    line: Box<dyn Exchange>,
    patience: Duration,
    /// Whole addresses, by the endpoint's name.
    places: BTreeMap<&'static str, String>,
    /// The first signs.
    pub(super) secrets: Vec<Secret>,
}

impl Wire {
    pub(super) fn new(
        places: BTreeMap<&'static str, String>,
        secrets: Vec<Secret>,
        patience: Duration,
        authorities: Option<String>,
    ) -> Result<Self, StartError> {
        let settings = Settings {
            max_response_bytes: ANSWER_BYTES,
            user_agent: USER_AGENT.to_owned(),
            extra_ca_pem: authorities,
            ..Settings::default()
        };
        let transport = UreqTransport::new(&settings);
        let transport = transport.map_err(|error| StartError::new(error.message.clone()))?;
        let line = transport.open();
        Ok(Self { transport, line, patience, places, secrets })
    }

    pub(super) fn place(&self, endpoint: Endpoint) -> &str {
        self.places.get(endpoint.name()).map(String::as_str).unwrap_or_default()
    }

    /// With the signature that TapTap would give it.
    pub(super) fn signed(&self, call: &Call) -> Result<Request, StartError> {
        let secret = self.secrets.first().ok_or_else(|| StartError::new("there is no secret"))?;
        call.signed(self.place(call.endpoint), secret)
    }

    /// One exchange on a connection of its own: a kept one may be gone, and a request that was sent
    /// twice would look like a replay.
    pub(super) fn exchange(&mut self, request: &Request) -> Outcome {
        self.line.drop_idle();
        timed(&mut *self.line, request, self.patience)
    }

    /// All of them at once.
    pub(super) fn race(&self, requests: &[Request]) -> Vec<Outcome> {
        let start = Barrier::new(requests.len());
        thread::scope(|scope| {
            let racer = |request| {
                let (mut line, start, patience) = (self.transport.open(), &start, self.patience);
                scope.spawn(move || {
                    start.wait();
                    timed(&mut *line, request, patience)
                })
            };
            let racers: Vec<_> = requests.iter().map(racer).collect();
            racers.into_iter().filter_map(|racer| racer.join().ok()).collect()
        })
    }
}

fn timed(line: &mut dyn Exchange, request: &Request, patience: Duration) -> Outcome {
    let begun = Instant::now();
    let deadline = Deadline { at: begun + patience, connect: patience };
    let answer = line.exchange(request, deadline);
    (answer, begun.elapsed())
}
