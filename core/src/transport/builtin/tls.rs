//! TLS on a connection: rustls with ring, the bundled roots and the game's own beside them.
//!
//! ureq could do TLS itself, but it trusts either the bundled roots or a list of certificates.

use std::io::{Read, Write};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::{fault, provider, roots};
use crate::error::{Error, Result, status};

/// Whom a client trusts; shared by its workers, which so resume each other's TLS sessions.
pub(super) struct TlsSetup {
    extra: Vec<TrustAnchor<'static>>,
    config: OnceLock<std::result::Result<Arc<ClientConfig>, rustls::Error>>,
}

impl TlsSetup {
    /// Reads the certificates of `pem`; the costly rest waits for the first connection.
    pub(super) fn new(pem: Option<&str>) -> Result<Self> {
        let extra = match pem {
            Some(pem) => anchors(pem.as_bytes())?,
            None => Vec::new(),
        };
        Ok(Self { extra, config: OnceLock::new() })
    }

    fn config(&self) -> std::result::Result<Arc<ClientConfig>, rustls::Error> {
        self.config.get_or_init(|| self.make()).clone()
    }

    fn roots(&self) -> Vec<TrustAnchor<'static>> {
        roots::bundled().chain(self.extra.iter().cloned()).collect()
    }

    fn make(&self) -> std::result::Result<Arc<ClientConfig>, rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::new(provider::provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(RootCertStore { roots: self.roots() })
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// Shakes hands within the time that `details` leaves.
    pub(super) fn wrap(
        &self,
        stream: Box<dyn Transport>,
        details: &ConnectionDetails,
    ) -> std::result::Result<TlsTransport, ureq::Error> {
        let config = self.config().map_err(|error| fault::tls(&error))?;
        let host = details.uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| other(status::TLS, "the host name cannot be checked"))?;
        let mut conn = ClientConnection::new(config, name).map_err(|error| fault::tls(&error))?;
        let mut sock = TransportAdapter::new(stream, Arc::clone(&details.current_time));
        sock.set_timeout(details.timeout);
        while conn.is_handshaking() {
            conn.complete_io(&mut sock).map_err(fault::in_handshake)?;
        }
        let (input, output) =
            (details.config.input_buffer_size(), details.config.output_buffer_size());
        let buffers = LazyBuffers::new(input, output);
        Ok(TlsTransport { buffers, stream: StreamOwned { conn, sock } })
    }
}

fn other(status: i32, message: &'static str) -> ureq::Error {
    ureq::Error::Other(Box::new(Error::new(status, message)))
}

/// The trust anchors of one or more certificates in PEM.
fn anchors(pem: &[u8]) -> Result<Vec<TrustAnchor<'static>>> {
    let unreadable = || Error::argument("the extra certificates are not PEM of X.509 authorities");
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| unreadable())?;
        store.add(certificate).map_err(|_| unreadable())?;
    }
    if store.is_empty() { Err(unreadable()) } else { Ok(store.roots) }
}

/// A connection under TLS, in the shape ureq wants.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(
        &mut self,
        amount: usize,
        timeout: NextTimeout,
    ) -> std::result::Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> std::result::Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl std::fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsTransport")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_authorities_stand_beside_the_bundled_ones() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let bundled = webpki_roots::TLS_SERVER_ROOTS;
        assert_eq!(TlsSetup::new(None).unwrap().roots(), bundled);
        let roots = TlsSetup::new(Some(&pem)).unwrap().roots();
        assert_eq!(roots.len(), bundled.len() + 1);
        assert!(roots.starts_with(bundled));
    }

    #[test]
    fn setting_up_costs_nothing_before_the_first_connection() {
        let setup = TlsSetup::new(None).unwrap();
        assert!(setup.config.get().is_none());
        assert!(setup.config().is_ok());
        assert!(setup.config.get().is_some());
    }
}
