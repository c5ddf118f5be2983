//! One run of a test program that speaks TAP, against the server that all suites share.

use std::process::Command;
use std::time::Duration;

use crate::classes;
use crate::counts::Counts;
use crate::process;
use crate::server::{self, Server};
use crate::tap;
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
    let shared = Suites::start(workspace, options)?;
    let mut counts = suites(&shared)?;
    counts.check("the server ends in good order", shared.stop());
    Ok(counts)
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

/// What the suites share: the repository and one server on fresh data.
pub(crate) struct Suites<'a> {
    /// The repository.
    pub(crate) workspace: &'a Workspace,
    server: Server,
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
        Ok(Self { workspace, server, _data: data })
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
        let folder = self.workspace.scratch()?;
        self.server.tell(command);
        command.env("TDSAUTH_TEST_DIR", folder.path());
        let mut reader = tap::Reader::default();
        let status = process::stream(command, limit, |line| {
            println!("{line}");
            reader.line(line);
        })?;
        Ok(reader.finish(name, status.success()))
    }

    /// Ends the server, which must end in good order.
    fn stop(self) -> Result<(), String> {
        self.server.stop()
    }
}
