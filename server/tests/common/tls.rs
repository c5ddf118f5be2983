//! A server that speaks TLS by itself, its files, and a client that trusts nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};
use tempfile::TempDir;

use super::{HANG, Server, chmod, command};

/// A certificate for `localhost` that vouches for itself.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Identity {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, key: key.serialize_pem() }
    }

    pub fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap()
    }
}

/// Certificate and key as the options name them.
pub struct Files {
    pub folder: TempDir,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Files {
    pub fn of(identity: &Identity) -> Self {
        let folder = TempDir::new().unwrap();
        let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
        let files = Self { folder, certificate, key };
        files.put(identity);
        files
    }

    /// Replaces both files, as a renewal would.
    pub fn put(&self, identity: &Identity) {
        write(&self.certificate, &identity.certificate);
        write(&self.key, &identity.key);
    }

    /// A command for a server that uses them.
    pub fn command(&self, more: &[&str]) -> std::process::Command {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data", ":memory:"]).args(more);
        command.arg("--tls-cert").arg(&self.certificate).arg("--tls-key").arg(&self.key);
        command
    }
}

/// Writes a file that nobody else may read.
pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    chmod(path, 0o600);
}

pub type Line = StreamOwned<ClientConnection, TcpStream>;

/// A connection to `server`, after the handshake, that takes only these certificates.
pub fn connect(
    server: &Server,
    trusted: &[&Identity],
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<Line> {
    let mut roots = RootCertStore::empty();
    for identity in trusted {
        roots.add(identity.der()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = TcpStream::connect(address(server)).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut line = Line::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream);
    while line.conn.is_handshaking() {
        line.conn.complete_io(&mut line.sock)?;
    }
    Ok(line)
}

/// `127.0.0.1:41234`
pub fn address(server: &Server) -> &str {
    server.url.strip_prefix("https://").unwrap()
}

/// One request on a connection that stays, and the head and body of its answer.
pub fn ask(line: &mut Line, request: &str) -> (String, String) {
    line.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        line.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    line.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}
