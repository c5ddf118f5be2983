//! The game whose login the pages are about: a program in C that uses the library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::browser::chromium::Language;
use crate::process;
use crate::sdk;
use crate::server::Server;
use crate::talker::Talker;
use crate::workspace::Workspace;

const COMPILE: Duration = Duration::from_secs(300);

/// The compiled game.
pub(super) struct Game {
    program: PathBuf,
    library: PathBuf,
}

/// How the player takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By the QR code.
    Qr,
    /// In the browser.
    Browser,
}

/// One login of the game, on its way.
pub(super) struct Login {
    talker: Talker,
    // Held only for its end: what the library remembers goes with it.
    _folder: tempfile::TempDir,
}

impl Game {
    /// Compiles it into `scratch`.
    pub(super) fn build(workspace: &Workspace, scratch: &Path) -> Result<Self, String> {
        let built = workspace.build("tdsauth", &["--lib"])?;
        let library = built.file("libtdsauth.so")?;
        let sdk = sdk::stage(&workspace.root, &scratch.join("sdk"), Some(library), None)
            .map_err(|error| format!("the SDK could not be laid out: {error}"))?;
        let program = scratch.join("game");
        let mut gcc = process::program("gcc");
        gcc.current_dir(&workspace.root)
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "tests/browser/game.c", "-o"])
            .arg(&program)
            .arg(format!("-I{}", sdk.include.display()))
            .arg(format!("-L{}", sdk.lib.display()))
            .arg("-ltdsauth");
        process::output(&mut gcc, COMPILE)?;
        Ok(Self { program, library: sdk.lib })
    }

    /// Begins a login at `server`, of a player who was never here.
    pub(super) fn log_in(
        &self,
        workspace: &Workspace,
        server: &Server,
        way: Way,
        language: Language,
    ) -> Result<Login, String> {
        let folder = workspace.scratch()?;
        let mut command: Command = process::program(&self.program);
        command
            .arg(if way == Way::Qr { "qr" } else { "browser" })
            .arg(language.tag())
            .env("LD_LIBRARY_PATH", &self.library)
            .env("TDSAUTH_TEST_DIR", folder.path());
        server.tell(&mut command);
        Ok(Login { talker: Talker::start(&mut command)?, _folder: folder })
    }
}

impl Login {
    /// Waits until the game says `key=…`; nothing else may come before it but that the code was
    /// scanned, which a player who is quicker than the game's next question leaves out.
    pub(super) fn says(&mut self, key: &str) -> Result<String, String> {
        let mut hear = || self.talker.line().map_err(|why| format!("the game, {key}: {why}"));
        let mut line = hear()?;
        if key != "scanned" && line == "scanned=yes" {
            line = hear()?;
        }
        let value = line.split_once('=').filter(|(said, _)| *said == key);
        value
            .map(|(_, value)| value.to_owned())
            .ok_or_else(|| format!("the game said `{line}` instead of {key}"))
    }

    /// Waits for the end, which must be this status.
    pub(super) fn ends(mut self, status: &str) -> Result<(), String> {
        let found = self.says("end")?;
        if found != status {
            return Err(format!("the login ended with {found}, not {status}"));
        }
        self.talker.end()
    }

    /// Waits for the end, which must be a login as this player.
    pub(super) fn ends_as(mut self, player: &str) -> Result<(), String> {
        let name = self.says("name")?;
        if name != player {
            return Err(format!("{name} is logged in, not {player}"));
        }
        self.ends("TDSAUTH_OK")
    }
}
