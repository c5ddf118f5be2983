//! The built-in transport: HTTP/1.1 by ureq, TLS by rustls with ring and the bundled roots.
//!
//! One ureq agent per worker thread, because shutting an agent down is the only way to interrupt
//! it: a cancel marks the exchange, shuts the agent down and puts a fresh one in its place.

mod answer;
mod dial;
mod fault;
mod line;
mod provider;
mod resolve;
mod roots;
mod tls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http;
use ureq::{Agent, AsSendBody, Proxy};

use self::dial::Dial;
use self::line::Line;
use self::resolve::Resolve;
use self::tls::TlsSetup;
use super::{Cancel, Deadline, Exchange, Request, Response, Settings, Transport, Url};
use crate::error::{Error, Result, status};

/// A connection is kept this long for the next request.
const MAX_IDLE: Duration = Duration::from_secs(30);

/// An answer's status line and header fields together.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The built-in transport of one client.
pub struct UreqTransport {
    config: Config,
    proxied: bool,
    tls: Arc<TlsSetup>,
    max_response_bytes: u64,
}

impl UreqTransport {
    /// Checks the settings. Cheap: TLS is set up when the first https exchange needs it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for a proxy that is not `http://host:port`, certificates that cannot be
    /// read, or a user agent that is not visible ASCII and spaces.
    pub fn new(settings: &Settings) -> Result<Self> {
        let agent = settings.user_agent.as_str();
        if !agent.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            return Err(Error::argument("the user agent holds a character that HTTP forbids"));
        }
        let proxy = settings.proxy.as_deref().map(proxy).transpose()?;
        let tls = TlsSetup::new(settings.extra_ca_pem.as_deref())?;
        let config = Config::builder()
            .accept("")
            .accept_encoding("identity")
            .http_status_as_error(false)
            .max_idle_age(MAX_IDLE)
            .max_idle_connections(2)
            .max_idle_connections_per_host(2)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_HEADER_BYTES)
            // Also keeps ureq from asking the environment for one.
            .proxy(proxy)
            .user_agent(agent)
            .build();
        let proxied = settings.proxy.is_some();
        let max_response_bytes = settings.max_response_bytes;
        Ok(Self { config, proxied, tls: Arc::new(tls), max_response_bytes })
    }
}

fn proxy(text: &str) -> Result<Proxy> {
    let malformed = || Error::argument("the proxy is not of the form http://host:port");
    let url = Url::parse(text).map_err(|_| malformed())?;
    let bare = !url.https && url.path == "/" && url.query.is_none() && !text.contains('#');
    if !bare {
        return Err(malformed());
    }
    Proxy::new(text).map_err(|_| malformed())
}

impl Transport for UreqTransport {
    fn open(&self) -> Box<dyn Exchange> {
        let line = Arc::new(Line::new(self.proxied));
        let maker = AgentMaker { config: self.config.clone(), tls: Arc::clone(&self.tls), line };
        let state = State { agent: maker.make(), running: 0, ended: 0, cancelled: 0 };
        let shared = Arc::new(Shared { maker, state: Mutex::new(state) });
        let max_response_bytes = self.max_response_bytes;
        Box::new(UreqExchange { shared, next: 1, lost_unanswered: false, max_response_bytes })
    }
}

struct AgentMaker {
    config: Config,
    tls: Arc<TlsSetup>,
    line: Arc<Line>,
}

impl AgentMaker {
    /// About half a microsecond; connects nowhere.
    fn make(&self) -> Agent {
        let dial = Dial::new(Arc::clone(&self.line), Arc::clone(&self.tls));
        Agent::with_parts(self.config.clone(), dial, Resolve::new(Arc::clone(&self.line)))
    }
}

struct Shared {
    maker: AgentMaker,
    state: Mutex<State>,
}

/// Exchanges are numbered from 1; a canceller belongs to one number.
struct State {
    agent: Agent,
    /// The exchange that runs, or 0.
    running: u64,
    /// The last exchange that is over.
    ended: u64,
    /// The newest exchange that was cancelled.
    cancelled: u64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct UreqExchange {
    shared: Arc<Shared>,
    next: u64,
    lost_unanswered: bool,
    max_response_bytes: u64,
}

impl Exchange for UreqExchange {
    fn exchange(&mut self, request: &Request, deadline: Deadline) -> Result<Response> {
        let number = self.next;
        self.next += 1;
        self.lost_unanswered = false;
        let left = deadline.at.saturating_duration_since(Instant::now());
        let limits = Limits { whole: left, connect: deadline.connect.min(left) };
        let agent = {
            let mut state = self.shared.lock();
            if state.cancelled >= number {
                state.ended = number;
                return Err(cancelled());
            }
            state.running = number;
            self.shared.maker.line.begin(limits.connect);
            state.agent.clone()
        };
        let result = self.run(&agent, request, limits);
        {
            let mut state = self.shared.lock();
            state.running = 0;
            state.ended = number;
            // Whatever came of it: a body cut by the shutdown may look complete.
            if state.cancelled >= number {
                return Err(cancelled());
            }
        }
        let lost = result.as_ref().is_err_and(|error| error.status == status::NETWORK);
        self.lost_unanswered = lost && !self.shared.maker.line.is_answered();
        result
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        Box::new(UreqCancel { shared: Arc::clone(&self.shared), number: self.next })
    }

    fn lost_unanswered(&self) -> bool {
        self.lost_unanswered
    }

    fn drop_idle(&mut self) {
        self.shared.lock().agent = self.shared.maker.make();
    }
}

impl UreqExchange {
    fn run(&self, agent: &Agent, request: &Request, limits: Limits) -> Result<Response> {
        let mut head = http::Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            let value = http::HeaderValue::from_str(value);
            let mut value = value.map_err(|_| malformed())?;
            value.set_sensitive(true);
            head = head.header(*name, value);
        }
        // A GET that says "Content-Length: 0" is legal and odd; a POST without it is neither.
        let bodiless = request.body.is_empty() && matches!(request.method, "GET" | "DELETE");
        let sent = if bodiless {
            let head = head.body(()).map_err(|_| malformed())?;
            send(agent, head, limits)
        } else {
            let head = head.body(request.body.as_slice()).map_err(|_| malformed())?;
            send(agent, head, limits)
        };
        let response = sent.map_err(fault::explain)?;
        answer::read(response, self.max_response_bytes, &self.shared.maker.line)
    }
}

/// What is left of the time, when the exchange starts.
#[derive(Clone, Copy)]
struct Limits {
    whole: Duration,
    /// For resolving and connecting together.
    connect: Duration,
}

fn send(
    agent: &Agent,
    request: http::Request<impl AsSendBody>,
    limits: Limits,
) -> std::result::Result<http::Response<ureq::Body>, ureq::Error> {
    let request = agent
        .configure_request(request)
        .timeout_global(Some(limits.whole))
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .build();
    agent.run(request)
}

struct UreqCancel {
    shared: Arc<Shared>,
    number: u64,
}

impl Cancel for UreqCancel {
    fn cancel(&self) {
        let mut state = self.shared.lock();
        if state.ended >= self.number {
            return;
        }
        state.cancelled = state.cancelled.max(self.number);
        if state.running != self.number {
            return;
        }
        let agent = std::mem::replace(&mut state.agent, self.shared.maker.make());
        // Under the lock: the next exchange must not start before this.
        self.shared.maker.line.interrupt();
        drop(state);
        agent.shutdown();
    }
}

fn cancelled() -> Error {
    Error::new(status::CANCELLED, "the request was cancelled")
}

fn malformed() -> Error {
    Error::argument("the request holds what HTTP cannot carry")
}
