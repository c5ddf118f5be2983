//! One run of a test program that speaks TAP, against the server that all suites share.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::classes;
use crate::counts::Counts;
use crate::process;
use crate::server::{self, Server};
use crate::tap;
use crate::tls_server::TlsServer;
use crate::workspace::Workspace;

/// Gives `suites` a server on fresh data, which must end in good order after them.
pub(crate) fn with_server(
    workspace: &Workspace,
    suites: impl FnOnce(&Suites) -> Result<Counts, String>,
) -> Result<Counts, String> {
    with_options(workspace, &[], suites)
}

/// The same, with `options` for the server.
pub(crate) fn with_options(
    workspace: &Workspace,
    options: &[&str],
    suites: impl FnOnce(&Suites) -> Result<Counts, String>,
) -> Result<Counts, String> {
    Suites::start(workspace, options)?.counted(suites)
}

/// The same, and a second server that speaks TLS.
pub(crate) fn with_tls(
    workspace: &Workspace,
    suites: impl FnOnce(&Suites) -> Result<Counts, String>,
) -> Result<Counts, String> {
    let mut shared = Suites::start(workspace, &[])?;
    shared.tls = Some(TlsServer::start(workspace)?);
    shared.counted(suites)
}

/// What `command` prints, with a server and a folder of its own as a suite has them.
pub(crate) fn output_with_server(
    workspace: &Workspace,
    command: &mut Command,
    limit: Duration,
) -> Result<String, String> {
    let shared = Suites::start(workspace, &[])?;
    let folder = workspace.scratch()?;
    shared.server.tell(command);
    let text = process::output(command.env("TDSAUTH_TEST_DIR", folder.path()), limit)?;
    shared.stop()?;
    Ok(text)
}

/// What the suites share: the repository, one server on fresh data, for some one that speaks TLS.
pub(crate) struct Suites<'a> {
    /// The repository.
    pub(crate) workspace: &'a Workspace,
    server: Server,
    tls: Option<TlsServer>,
    // Held only for its end: it takes the server's data away.
    _data: tempfile::TempDir,
}

impl<'a> Suites<'a> {
    /// Builds the server and starts it with `options`.
    fn start(workspace: &'a Workspace, options: &[&str]) -> Result<Self, String> {
        let program = server::build(workspace)?;
        let data = workspace.scratch()?;
        let server = Server::start_with(&program, data.path(), "127.0.0.1:0", options)?;
        classes::open(&server)?;
        Ok(Self { workspace, server, tls: None, _data: data })
    }

    /// What `suites` come to, and the end of the servers.
    fn counted(
        self,
        suites: impl FnOnce(&Self) -> Result<Counts, String>,
    ) -> Result<Counts, String> {
        let mut counts = suites(&self)?;
        counts.check("the server ends in good order", self.stop());
        Ok(counts)
    }

    /// The server, for what is no suite.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// Runs `command`, which must speak TAP, with `TDSAUTH_TEST_*` set and a new empty folder in
    /// `TDSAUTH_TEST_DIR`; passes its output through and counts. `name` is for a program that
    /// fails as a whole.
    pub(crate) fn run(
        &self,
        name: &str,
        command: &mut Command,
        limit: Duration,
    ) -> Result<Counts, String> {
        self.run_abroad(name, command, limit, &Path::to_owned)
    }

    /// The same for a program that has its own names for the files of this machine: `see` gives
    /// them.
    pub(crate) fn run_abroad(
        &self,
        name: &str,
        command: &mut Command,
        limit: Duration,
        see: &dyn Fn(&Path) -> PathBuf,
    ) -> Result<Counts, String> {
        let folder = self.workspace.scratch()?;
        self.server.tell(command);
        if let Some(tls) = &self.tls {
            tls.tell(command, see);
        }
        command.env("TDSAUTH_TEST_DIR", see(folder.path()));
        let mut reader = tap::Reader::default();
        let status = process::stream(command, limit, |line| {
            println!("{line}");
            reader.line(line);
        })?;
        Ok(reader.finish(name, status.success()))
    }

    /// Ends the servers, which must end in good order.
    fn stop(self) -> Result<(), String> {
        self.server.stop()?;
        self.tls.map_or(Ok(()), TlsServer::stop)
    }
}
