//! Making a connection: to the proxy or the server, then TLS on it.

use std::sync::Arc;

use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, TcpConnector, Transport,
};

use super::fault;
use super::line::{Line, Watched};
use super::tls::TlsSetup;

/// ureq's connectors, with TLS of our own at the end and errors that say where it failed.
pub(super) struct Dial {
    line: Arc<Line>,
    tls: Arc<TlsSetup>,
    proxy: ConnectProxyConnector,
    tcp: TcpConnector,
}

impl Dial {
    pub(super) fn new(line: Arc<Line>, tls: Arc<TlsSetup>) -> Self {
        let (proxy, tcp) = (ConnectProxyConnector::default(), TcpConnector::default());
        Self { line, tls, proxy, tcp }
    }

    /// ureq gives connecting a budget of its own beside that for resolving; ours is one for both.
    fn within<'a>(&self, details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
        let mut timeout = details.timeout;
        if let Some(left) = self.line.connect_left() {
            timeout.after = timeout.after.min(Duration::Exact(left));
        }
        ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        }
    }
}

impl Connector<()> for Dial {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let details = self.within(details);
        // Comes back here by `run_connector` for the way to the proxy itself.
        let tunnel = Connector::<()>::connect(&self.proxy, &details, None);
        let tunnel = tunnel.map_err(fault::while_connecting)?;
        let stream = self.tcp.connect(&details, tunnel).map_err(fault::while_connecting)?;
        let Some(stream) = stream else { return Err(ureq::Error::ConnectionFailed) };
        let mut stream: Box<dyn Transport> = Box::new(stream);
        if details.needs_tls() {
            // What is left now, after the TCP connection.
            stream = Box::new(self.tls.wrap(stream, &self.within(&details))?);
        }
        let way_to_proxy = self.line.proxied && details.config.proxy().is_none();
        if !way_to_proxy {
            self.line.connected();
            stream = Box::new(Watched::new(stream, Arc::clone(&self.line)));
        }
        Ok(Some(stream))
    }
}

impl std::fmt::Debug for Dial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dial")
    }
}
