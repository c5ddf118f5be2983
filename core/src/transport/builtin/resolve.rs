//! Looking a host name up, with a limit and a way to give up.
//!
//! The system's lookup can neither be limited nor interrupted, so it runs on a thread of its own,
//! which lives on until the system answers; ureq's resolver does the same but cannot be woken.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::line::Line;
use crate::inbox::inbox;
use crate::transport::Url;

/// The most addresses that are tried.
const MAX_ADDRESSES: usize = 16;

#[derive(Debug)]
pub(super) struct Resolve {
    line: Arc<Line>,
}

impl Resolve {
    pub(super) fn new(line: Arc<Line>) -> Self {
        Self { line }
    }

    fn look_up(&self, host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Failed> {
        if let Ok(address) = format!("{host}:{port}").parse() {
            return Ok(vec![address]);
        }
        let (done, found) = inbox();
        if !self.line.wait_for(done.clone()) {
            return Err(Failed::NotFound);
        }
        let host = host.to_owned();
        let look = move || {
            let addresses = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
            let _ = done.send(Some(addresses));
        };
        let thread = std::thread::Builder::new().name("tdsauth-dns".into()).spawn(look);
        thread.map_err(|_| Failed::NotFound)?;
        match found.receive(Instant::now().checked_add(limit)) {
            Some(Some(Ok(addresses))) => Ok(addresses),
            Some(Some(Err(_)) | None) => Err(Failed::NotFound),
            None => Err(Failed::TooLate),
        }
    }
}

enum Failed {
    NotFound,
    TooLate,
}

impl Resolver for Resolve {
    fn resolve(
        &self,
        uri: &Uri,
        _config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let text = uri.to_string();
        let url = Url::parse(&text).map_err(|error| ureq::Error::Other(error.into()))?;
        let limit =
            self.line.connect_left().map_or(*timeout.after, |left| left.min(*timeout.after));
        let addresses = match self.look_up(url.host, url.port, limit) {
            Ok(addresses) if addresses.is_empty() => return Err(ureq::Error::HostNotFound),
            Ok(addresses) => addresses,
            Err(Failed::NotFound) => return Err(ureq::Error::HostNotFound),
            Err(Failed::TooLate) => return Err(ureq::Error::Timeout(Timeout::Resolve)),
        };
        let mut resolved = self.empty();
        addresses.into_iter().take(MAX_ADDRESSES).for_each(|address| resolved.push(address));
        Ok(resolved)
    }
}
