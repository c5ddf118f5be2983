//! The story of one player, chapter by chapter: what happens, what is checked, what is printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::process;
use crate::server::Server;

/// How long one chapter may take. It takes a second; Mono starts slowly on a busy machine.
const CHAPTER: Duration = Duration::from_secs(120);

/// Where the story plays: a server that comes and goes, on data that stays.
pub(crate) struct Stage {
    /// The server's program.
    pub(crate) program: PathBuf,
    /// The server's data folder.
    pub(crate) data: PathBuf,
    /// The server, while it runs.
    pub(crate) server: Option<Server>,
}

/// What a chapter printed: `key=value` lines.
type Said = BTreeMap<String, String>;

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
    let mut set = again(game);
    server.tell(&mut set);
    set.env("TDSAUTH_TEST_DIR", player);
    let play = |chapter: &str| chapter_of(&set, chapter);

    let (mut running, said) = first_login(&set)?;
    expect(&said, "new", "yes")?;
    let id = value(&said, "user")?.to_owned();
    if id.len() != 24 {
        return Err(format!("`{id}` is no object id"));
    }
    // At once, and both: what was answered must have been written down on either side.
    process::end_tree(&mut running);
    stage.server.take().ok_or("the server is not there")?.kill();
    line("guest login", &format!("a new account, {id}"));
    line("who am I", &id);
    line("kill -9, at once", "the game and the server are gone");

    let said = play("resume")?;
    expect(&said, "user", &id)?;
    expect(&said, "valid", "cannot tell")?;
    line("start again, network cut", &format!("still logged in as {id}"));
    line("is the session valid", &format!("cannot tell now ({})", value(&said, "because")?));

    stage.server = Some(Server::start(&stage.program, &stage.data, &address)?);
    let said = play("resume")?;
    expect(&said, "user", &id)?;
    expect(&said, "valid", "yes")?;
    line("network back", "the session is valid");

    let said = play("sign")?;
    expect(&said, "accepted", "TDSAUTH_OK")?;
    expect(&said, "accepted_for_another_request", "TDSAUTH_ERR_MAC_MISMATCH")?;
    line("a MAC header", value(&said, "mac")?);
    line("mac_verify", "accepts it, and refuses it for another request");

    expect(&play("logout")?, "user", "nobody")?;
    line("logout", "nobody is logged in");

    let said = play("again")?;
    expect(&said, "new", "no")?;
    expect(&said, "user", &id)?;
    line("guest again", &format!("the same account, {id}"));

    let said = play("short")?;
    for (key, expected) in [("id", id.as_str()), ("valid", "yes"), ("user", "nobody")] {
        expect(&said, key, expected)?;
    }
    line("the lines of the README", "run as they stand there");
    Ok(())
}

fn line(what: &str, came_of_it: &str) {
    println!("  {what:<26}{came_of_it}");
}

/// A new command like `game`: a `Command` cannot be run twice with other arguments.
fn again(game: &Command) -> Command {
    let mut copy = Command::new(game.get_program());
    copy.args(game.get_args()).stdin(Stdio::null());
    for (key, value) in game.get_envs() {
        match value {
            Some(value) => copy.env(key, value),
            None => copy.env_remove(key),
        };
    }
    copy
}

fn chapter_of(game: &Command, chapter: &str) -> Result<Said, String> {
    let mut command = again(game);
    let text = process::output(command.arg(chapter), CHAPTER)
        .map_err(|why| format!("chapter {chapter}: {why}"))?;
    Ok(text.lines().filter_map(pair).collect())
}

/// Starts the first chapter and comes back as soon as the game plays on; it still runs then.
fn first_login(game: &Command) -> Result<(Child, Said), String> {
    let mut command = again(game);
    let mut child = command
        .arg("login")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = Said::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            said.extend(pair(&line));
            if said.contains_key("playing") {
                break;
            }
        }
        // The receiver may have given up.
        let _ = send.send(said);
    });
    match receive.recv_timeout(CHAPTER) {
        Ok(said) if said.contains_key("playing") => Ok((child, said)),
        _ => {
            process::end_tree(&mut child);
            Err("chapter login: the game did not get as far as playing".into())
        }
    }
}

fn pair(line: &str) -> Option<(String, String)> {
    line.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))
}

fn value<'a>(said: &'a Said, key: &str) -> Result<&'a str, String> {
    said.get(key).map(String::as_str).ok_or_else(|| format!("the game said no {key}: {said:?}"))
}

fn expect(said: &Said, key: &str, expected: &str) -> Result<(), String> {
    let found = value(said, key)?;
    if found == expected { Ok(()) } else { Err(format!("{key} is {found}, not {expected}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that is ready at once and serves nothing.
    const SERVER: &str = "#!/bin/sh\n\
        echo '{\"listening\":\"http://127.0.0.1:1\",\"app_id\":\"i\",\"app_key\":\"k\",\
        \"master_key\":\"m\",\"taptap_client_id\":\"t\"}'\nexec sleep 600\n";

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
        let program = folder.path().join("server");
        std::fs::write(&program, SERVER).unwrap();
        let mut runnable = std::fs::metadata(&program).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut runnable, 0o700);
        std::fs::set_permissions(&program, runnable).unwrap();
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
