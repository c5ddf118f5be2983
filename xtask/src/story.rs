//! The story of one player, chapter by chapter: what happens, what is checked, what is printed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::game::Game;
use crate::server::Server;

/// Where the story plays: a server that comes and goes, on data that stays.
pub(crate) struct Stage {
    /// The server's program.
    pub(crate) program: PathBuf,
    /// The server's data folder.
    pub(crate) data: PathBuf,
    /// The server, while it runs.
    pub(crate) server: Option<Server>,
}

impl Stage {
    /// Ends the server in good order: from here on the game is alone.
    pub(crate) fn cut_network(&mut self) -> Result<(), String> {
        self.server.take().map_or(Ok(()), Server::stop)
    }
}

/// Plays the whole story with `game`, a program that takes a chapter's name; `player` is the
/// folder in which the library remembers.
pub(crate) fn tell(stage: &mut Stage, game: &Command, player: &Path) -> Result<(), String> {
    let server = stage.server.as_ref().ok_or("the server is not there")?;
    let address = server.address().to_owned();
    let game = Game::new(game, |command| {
        server.tell(command);
        command.env("TDSAUTH_TEST_DIR", player);
    });

    let mut running = game.begin("login")?;
    running.until("playing")?;
    running.said().expect("new", "yes")?;
    let id = running.said().value("user")?.to_owned();
    if id.len() != 24 {
        return Err(format!("`{id}` is no object id"));
    }
    // At once, and both: what was answered must have been written down on either side.
    running.kill();
    stage.server.take().ok_or("the server is not there")?.kill();
    line("guest login", &format!("a new account, {id}"));
    line("who am I", &id);
    line("kill -9, at once", "the game and the server are gone");

    let said = game.play("resume")?;
    said.expect("user", &id)?;
    said.expect("valid", "cannot tell")?;
    line("start again, network cut", &format!("still logged in as {id}"));
    line("is the session valid", &format!("cannot tell now ({})", said.value("because")?));

    stage.server = Some(Server::start(&stage.program, &stage.data, &address)?);
    let said = game.play("resume")?;
    said.expect("user", &id)?;
    said.expect("valid", "yes")?;
    line("network back", "the session is valid");

    let said = game.play("sign")?;
    said.expect("accepted", "TDSAUTH_OK")?;
    said.expect("accepted_for_another_request", "TDSAUTH_ERR_MAC_MISMATCH")?;
    line("a MAC header", said.value("mac")?);
    line("mac_verify", "accepts it, and refuses it for another request");

    game.play("logout")?.expect("user", "nobody")?;
    line("logout", "nobody is logged in");

    let said = game.play("again")?;
    said.expect("new", "no")?;
    said.expect("user", &id)?;
    line("guest again", &format!("the same account, {id}"));

    let said = game.play("short")?;
    for (key, expected) in [("id", id.as_str()), ("valid", "yes"), ("user", "nobody")] {
        said.expect(key, expected)?;
    }
    line("the lines of the README", "run as they stand there");
    Ok(())
}

/// One line of what is told.
pub(crate) fn line(what: &str, came_of_it: &str) {
    println!("  {what:<26}{came_of_it}");
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::process;

    /// A server's program, for a folder of its own, that is ready at once, says that it listens at
    /// `url`, and serves nothing.
    pub(crate) fn idle_server(folder: &Path, url: &str) -> PathBuf {
        let program = folder.join("server");
        let ready = format!(
            "{{\"listening\":\"{url}\",\"app_id\":\"i\",\"app_key\":\"k\",\
             \"master_key\":\"m\",\"taptap_client_id\":\"t\"}}"
        );
        let text = format!("#!/bin/sh\necho '{ready}'\nexec sleep 600\n");
        // Written by another process: a file that this one has open for writing while another test
        // starts a program is busy for as long as that one takes.
        let mut shell = process::program("sh");
        shell.args(["-c", "printf %s \"$1\" >\"$2\" && chmod 700 \"$2\"", "sh", &text]);
        process::output(shell.arg(&program), std::time::Duration::from_secs(30)).unwrap();
        program
    }

    /// A game that says what it should, but for what a test has put in front.
    const GAME: &str = "id=0123456789abcdef01234567\n\
        case $1 in\n\
        login) echo new=yes; echo user=$id; echo playing=yes; exec sleep 600;;\n\
        resume) echo user=${resumed:-$id}\n\
          if [ -e $TDSAUTH_TEST_DIR/again ]; then echo valid=${valid:-yes}; \
          else echo valid='cannot tell'; echo because=X; touch $TDSAUTH_TEST_DIR/again; fi;;\n\
        sign) echo mac=M; echo accepted=TDSAUTH_OK\n\
          echo accepted_for_another_request=${forged:-TDSAUTH_ERR_MAC_MISMATCH};;\n\
        logout) echo user=${stays:-nobody};;\n\
        again) echo new=${second:-no}; echo user=$id;;\n\
        short) echo id=$id; echo valid=yes; echo user=nobody;;\n\
        esac\n";

    fn told_with(lie: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let program = idle_server(folder.path(), "http://127.0.0.1:1");
        let server = Server::start(&program, folder.path(), "127.0.0.1:0").unwrap();
        let data = folder.path().to_owned();
        let mut stage = Stage { program, data, server: Some(server) };
        let mut game = process::program("sh");
        game.args(["-c", &format!("{lie}\n{GAME}"), "game"]);
        tell(&mut stage, &game, folder.path())
    }

    #[test]
    fn a_true_story_is_told_to_its_end() {
        assert_eq!(told_with(""), Ok(()));
    }

    #[test]
    fn a_story_with_one_lie_fails() {
        for (lie, found) in [
            ("resumed=nobody", "user is nobody"),
            ("valid=no", "valid is no"),
            ("forged=TDSAUTH_OK", "accepted_for_another_request is TDSAUTH_OK"),
            ("stays=0123456789abcdef01234567", "user is 0123"),
            ("second=yes", "new is yes"),
            ("exit 1", "did not get as far"),
        ] {
            let why = told_with(lie).unwrap_err();
            assert!(why.contains(found), "{lie}: {why}");
        }
    }
}
