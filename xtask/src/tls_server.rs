//! A second server for the suites, which speaks TLS by the certificate of an authority of its own.

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::server::{self, Server};
use crate::workspace::Workspace;

/// The server, on fresh data.
pub(crate) struct TlsServer {
    server: Server,
    // Held only for its end: it takes data, keys and certificates away.
    folder: tempfile::TempDir,
}

impl TlsServer {
    /// Builds and starts it.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self, String> {
        let program = server::build(workspace)?;
        let folder = workspace.scratch()?;
        let path = |name: &str| folder.path().join(name);
        let made = certificates().map_err(|error| format!("no certificate: {error}"))?;
        write(&path("ca.pem"), &made.authority)?;
        write(&path("cert.pem"), &made.certificate)?;
        write(&path("key.pem"), &made.key)?;
        let (certificate, key) = (path("cert.pem"), path("key.pem"));
        let options = [
            "--tls-cert",
            certificate.to_str().ok_or("the temporary folder is not named in UTF-8")?,
            "--tls-key",
            key.to_str().ok_or("the temporary folder is not named in UTF-8")?,
        ];
        let server = Server::deployed(&program, folder.path(), &options)?;
        Ok(Self { server, folder })
    }

    /// What the suite's stories about TLS read from their environment. `see` gives the name by
    /// which the suite opens a file of this machine.
    pub(crate) fn tell(&self, command: &mut Command, see: &dyn Fn(&Path) -> PathBuf) {
        // By a name: it is looked up, and stands in the certificate.
        let url = self.server.url.replace("127.0.0.1", "localhost");
        command
            .env("TDSAUTH_TEST_TLS_URL", url)
            .env("TDSAUTH_TEST_TLS_APP_ID", &self.server.app_id)
            .env("TDSAUTH_TEST_TLS_APP_KEY", &self.server.app_key)
            .env("TDSAUTH_TEST_TLS_CA", see(&self.folder.path().join("ca.pem")));
    }

    /// Ends it, in good order.
    pub(crate) fn stop(self) -> Result<(), String> {
        self.server.stop()
    }
}

/// Each in PEM.
struct Certificates {
    authority: String,
    certificate: String,
    key: String,
}

fn certificates() -> Result<Certificates, rcgen::Error> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let server = CertificateParams::new(vec!["localhost".to_owned()])?;
    Ok(Certificates {
        authority: authority_certificate.pem(),
        certificate: server.signed_by(&key, &issuer)?.pem(),
        key: key.serialize_pem(),
    })
}

/// A new file for its owner alone: the server takes no other key.
fn write(path: &Path, text: &str) -> Result<(), String> {
    use std::io::Write;
    let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| format!("{}: {error}", path.display()))
}
