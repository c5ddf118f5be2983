//! TLS before a plain server: shakes hands with a certificate of its own making and carries the
//! bytes to and fro.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)] // a test's helper
#![allow(dead_code)] // each suite that includes this file uses its own part of it

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};

/// What the front's certificate says.
pub(crate) struct Certificate {
    /// Names and addresses it is for.
    pub(crate) names: Vec<String>,
    /// The years between which it is valid, both on 1 January.
    pub(crate) years: (i32, i32),
    /// The versions of TLS that are spoken.
    pub(crate) versions: &'static [&'static SupportedProtocolVersion],
}

impl Default for Certificate {
    fn default() -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        Self { names, years: (2020, 2090), versions: rustls::ALL_VERSIONS }
    }
}

/// The front; ends with its threads when it is dropped.
pub(crate) struct TlsFront {
    address: SocketAddr,
    authority_pem: String,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    handshakes: AtomicU64,
    /// Drop connections without TLS's own farewell, as a cut line would.
    abrupt: AtomicBool,
}

impl TlsFront {
    /// Stands before `target`.
    pub(crate) fn start(target: SocketAddr, certificate: &Certificate) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let (config, authority_pem) = configure(certificate);
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let acceptor = spawn(move || accept(&listener, target, &config, &theirs));
        Self { address, authority_pem, shared, acceptor: Some(acceptor) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://localhost:port`.
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// The certificate of the authority that signed the front's own.
    pub(crate) fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// How many handshakes came to their end.
    pub(crate) fn handshakes(&self) -> u64 {
        self.shared.handshakes.load(Ordering::SeqCst)
    }

    /// From now on connections end without TLS's close_notify.
    pub(crate) fn be_abrupt(&self) {
        self.shared.abrupt.store(true, Ordering::SeqCst);
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.join().expect("the front's own thread");
        }
    }
}

fn configure(certificate: &Certificate) -> (Arc<ServerConfig>, String) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_cert = authority.self_signed(&authority_key).expect("an authority");
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(certificate.names.clone()).expect("names");
    params.not_before = rcgen::date_time_ymd(certificate.years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(certificate.years.1, 1, 1);
    let cert = params.signed_by(&key, &issuer).expect("a certificate");

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Vec<CertificateDer<'static>> = vec![cert.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in DER");
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(certificate.versions)
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a server's configuration");
    (Arc::new(config), authority_cert.pem())
}

fn accept(
    listener: &TcpListener,
    target: SocketAddr,
    config: &Arc<ServerConfig>,
    shared: &Arc<Shared>,
) {
    let mut serving = Vec::new();
    for stream in listener.incoming() {
        let Ok(stream) = stream else { break };
        if shared.stop.load(Ordering::SeqCst) {
            break;
        }
        let (config, shared) = (Arc::clone(config), Arc::clone(shared));
        serving.push(spawn(move || {
            // An error here is one of the sides going away, which is its right.
            let _ = carry(&stream, target, config, &shared);
            let _ = stream.shutdown(Shutdown::Both);
        }));
    }
    for thread in serving {
        thread.join().expect("a connection's thread");
    }
}

/// Looks at both sides in turn; a test's traffic is small, and its threads are few.
fn carry(
    mut client: &TcpStream,
    target: SocketAddr,
    config: Arc<ServerConfig>,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut tls = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut server = TcpStream::connect(target)?;
    client.set_nonblocking(true)?;
    server.set_nonblocking(true)?;
    let mut buffer = [0; 16 * 1024];
    let (mut counted, mut over) = (false, false);
    while !shared.stop.load(Ordering::SeqCst) {
        while tls.wants_write() {
            match tls.write_tls(&mut client) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if over && !tls.wants_write() {
            return Ok(());
        }
        if !counted && !tls.is_handshaking() {
            counted = true;
            shared.handshakes.fetch_add(1, Ordering::SeqCst);
        }
        match tls.read_tls(&mut client) {
            Ok(0) => return Ok(()),
            Ok(_) => {
                if let Err(error) = tls.process_new_packets() {
                    let _ = tls.write_tls(&mut client); // the alert that says why
                    return Err(std::io::Error::other(error));
                }
                let mut plain = Vec::new();
                let _ = tls.reader().read_to_end(&mut plain);
                server.set_nonblocking(false)?;
                server.write_all(&plain)?;
                server.set_nonblocking(true)?;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        match if over { Err(ErrorKind::WouldBlock.into()) } else { server.read(&mut buffer) } {
            Ok(0) => {
                over = true;
                if !shared.abrupt.load(Ordering::SeqCst) {
                    tls.send_close_notify();
                }
            }
            Ok(amount) => tls.writer().write_all(&buffer[..amount])?,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                sleep(Duration::from_millis(1));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
