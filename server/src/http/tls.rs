//! TLS of the service: rustls with ring, certificate and key from files that may be replaced.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tdsauth_core::secret::Secret;
use tokio_rustls::TlsAcceptor;

use crate::private_file;

/// A chain of certificates is a few KiB.
const MOST_BYTES: u64 = 1024 * 1024;

/// Certificate and key as they were last read.
#[derive(Debug)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: Mutex<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads both files. The text of an error names the file and says what is wrong with it.
    pub(crate) fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, String> {
        let config = Mutex::new(read(&certificate, &key)?);
        Ok(Self { certificate, key, config })
    }

    /// Reads both files again. What is wrong changes nothing; what is good is for connections from
    /// now on.
    pub(crate) fn reload(&self) -> Result<(), String> {
        let fresh = read(&self.certificate, &self.key)?;
        *self.config() = fresh;
        Ok(())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.config()).into()
    }

    fn config(&self) -> MutexGuard<'_, Arc<ServerConfig>> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, String> {
    let wrong = |file: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let chain = chain(certificate).map_err(|error| wrong(certificate, &error))?;
    let private = private(key).map_err(|error| wrong(key, &error))?;
    let built = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .map(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = match built {
        Ok(Ok(config)) => config,
        Ok(Err(rustls::Error::InconsistentKeys(_))) => {
            return Err(wrong(key, &format!("is not the key of {}", certificate.display())));
        }
        Ok(Err(error)) | Err(error) => {
            return Err(format!("{} and {}: {error}", certificate.display(), key.display()));
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn chain(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let mut pem = Vec::new();
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut pem)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "holds no certificate in PEM")),
    }
}

fn private(path: &Path) -> io::Result<PrivateKeyDer<'static>> {
    let pem = private_file::read(path)?.ok_or(io::Error::from(io::ErrorKind::NotFound))?;
    // What the reader says of it might repeat a part of the key.
    let none = "holds no private key in PEM, or one under a password";
    PrivateKeyDer::from_pem_slice(Secret::new(pem).expose().as_bytes())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, none))
}
