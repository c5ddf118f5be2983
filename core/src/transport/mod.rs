//! Carrying one HTTP exchange. Everything above speaks [`Request`] and [`Response`]; who moves the
//! bytes is decided here: the built-in ureq transport, or the host (`tdsauth_http_next`).

mod url;

use std::time::{Duration, Instant};

pub use url::{MAX_URL_BYTES, Url, url_allowed};

use crate::error::Result;

/// One request, complete: no transport adds a header of its own beyond what HTTP itself needs.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Names and values. Values may be secrets: never log them.
    pub headers: Vec<(&'static str, String)>,
    /// Empty for none.
    pub body: Vec<u8>,
}

/// One answer, whatever its status: a transport never turns a status into an error.
#[derive(Clone, Default)]
pub struct Response {
    /// 100 … 599.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// At most `max_response_bytes`.
    pub body: Vec<u8>,
}

/// How long an exchange may take and how it can be ended.
#[derive(Clone, Copy)]
pub struct Deadline {
    /// Everything (resolving, connecting, TLS, sending, reading) is over by then.
    pub at: Instant,
    /// Resolving and connecting may take this long of it.
    pub connect: Duration,
}

/// Settings of a transport, checked by the client's options.
#[derive(Clone, Default)]
pub struct Settings {
    /// `http://host:port` of a proxy; nothing is taken from the environment.
    pub proxy: Option<String>,
    /// PEM certificates trusted beside the bundled roots.
    pub extra_ca_pem: Option<String>,
    /// Bound of an answer's body after decoding.
    pub max_response_bytes: u64,
    /// The whole `User-Agent` header.
    pub user_agent: String,
}

/// A worker's own connection to the network. One thread uses it at a time.
pub trait Exchange: Send {
    /// Sends and reads, within the deadline, following no redirect.
    ///
    /// # Errors
    /// `NETWORK`, `DNS`, `CONNECT`, `TLS`, `TIMED_OUT`, `RESPONSE_TOO_LARGE`, `BAD_RESPONSE`,
    /// `CANCELLED`.
    fn exchange(&mut self, request: &Request, deadline: Deadline) -> Result<Response>;

    /// A handle with which another thread ends the exchange that runs now.
    fn canceller(&self) -> Box<dyn Cancel>;

    /// Drops idle connections: they are dead after the machine slept.
    fn drop_idle(&mut self);
}

/// Ends an exchange from another thread.
pub trait Cancel: Send + Sync {
    /// Makes the running [`Exchange::exchange`] return `CANCELLED` soon; returns at once.
    fn cancel(&self);
}

/// Makes the [`Exchange`]s of a client's worker threads.
pub trait Transport: Send + Sync {
    /// One more worker's connection. Cheap: called when a worker thread starts.
    fn open(&self) -> Box<dyn Exchange>;
}
