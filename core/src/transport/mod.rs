//! Carrying one HTTP exchange. Everything above speaks [`Request`] and [`Response`]; who moves the
//! bytes is decided here: the built-in ureq transport, or the host (`tdsauth_http_next`).

#[cfg(feature = "tls")]
mod builtin;
mod host;
mod loopback;
mod url;

use std::time::{Duration, Instant};

#[cfg(feature = "tls")]
pub use builtin::UreqTransport;
pub use host::{HostEvent, HostQueue};
pub use loopback::{Loopback, Site};
pub use url::{MAX_URL_BYTES, Url, base_url, url_allowed};

use crate::error::{Error, Result, status};

/// One request, complete: no transport adds a header of its own beyond what HTTP itself needs
/// (`Host`, `Content-Length`, `Accept-Encoding: identity`) and [`Settings::user_agent`] when the
/// request names none.
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

/// What it is and where it goes: the rest may be secret.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.url.split('?').next().unwrap_or_default();
        write!(f, "Request {{ {} {place}, body: {} bytes }}", self.method, self.body.len())
    }
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

/// What it is and how large: the rest may be secret.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response {{ status: {}, body: {} bytes }}", self.status, self.body.len())
    }
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
    /// Sends and reads, within the deadline, following no redirect. Each call is one exchange.
    ///
    /// # Errors
    /// `NETWORK` (the connection was lost), `DNS`, `CONNECT`, `TLS`, `TIMED_OUT`,
    /// `RESPONSE_TOO_LARGE`, `BAD_RESPONSE` (not HTTP), `CANCELLED`, `CLOSED` (the host transport
    /// was closed), `INVALID_ARGUMENT` (the request itself is malformed).
    fn exchange(&mut self, request: &Request, deadline: Deadline) -> Result<Response>;

    /// A handle with which another thread ends the NEXT call of [`Exchange::exchange`], and only
    /// that one: take a new handle for each exchange, and publish it before the exchange starts.
    ///
    /// A cancel that comes before the start makes the exchange return `CANCELLED` without sending;
    /// one that comes after its end does nothing, so it can never hit a later exchange.
    fn canceller(&self) -> Box<dyn Cancel>;

    /// Whether the last exchange failed with `NETWORK` before any byte of an answer arrived: a kept
    /// connection that the server had closed meanwhile, for instance. Only then is it of use (and,
    /// for an idempotent request, safe) to send the same request once more at once.
    fn lost_unanswered(&self) -> bool;

    /// Drops idle connections: they are dead after the machine slept.
    fn drop_idle(&mut self);
}

/// Ends one exchange from another thread.
pub trait Cancel: Send + Sync {
    /// Makes the [`Exchange::exchange`] that this handle belongs to return `CANCELLED` soon.
    /// Returns at once, may be called often and at any time.
    ///
    /// Soon means at once, except while the built-in transport waits for a TCP connection: that
    /// wait cannot be interrupted and ends by itself within [`Deadline::connect`].
    fn cancel(&self);
}

/// Makes the [`Exchange`]s of a client's worker threads.
pub trait Transport: Send + Sync {
    /// One more worker's connection. Cheap: called when a worker thread starts.
    fn open(&self) -> Box<dyn Exchange>;
}

/// An answer's body is over the bound of [`Settings::max_response_bytes`].
fn too_large(bound: u64) -> Error {
    Error::new(status::RESPONSE_TOO_LARGE, format!("the answer is larger than {bound} bytes"))
}
