//! The story of a player of TapTap's, chapter by chapter. The server plays TapTap as well; the
//! player stands before its page like any other person.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::drawn;
use crate::game::{Game, Running, SECRET, Said};
use crate::line::Line;
use crate::person::{Page, Person};
use crate::server::Server;
use crate::story::line;

/// Who logs in, and who does with the lines of the README; by the names on the page.
const PLAYER: &str = "林小满";
const ANOTHER: &str = "梅 Mei";
/// What the button says.
const ALLOW: &str = "Allow";

/// One telling: the game, the person before it, and all that was said.
struct Telling<'a> {
    game: Game,
    person: Person,
    line: Line,
    folder: &'a Path,
    heard: Vec<Said>,
    /// The names of the tokens, which are as good as secrets.
    tokens: Vec<String>,
}

/// Plays the story with `game` against `server`; `player` is the folder in which the library
/// remembers. `known` is the account that the same player got in another telling, and what this one
/// gives.
pub(crate) fn tell(
    server: &Server,
    game: &Command,
    player: &Path,
    known: Option<&str>,
) -> Result<String, String> {
    let line = Line::to(server.address())?;
    let game = Game::new(game, |command| {
        server.tell(command);
        command.env("TDSAUTH_TEST_URL", line.url()).env("TDSAUTH_TEST_DIR", player);
    });
    let (person, heard, tokens) = (Person::new(), Vec::new(), Vec::new());
    let mut telling = Telling { game, person, line, folder: player, heard, tokens };
    let id = telling.first_login(known)?;
    telling.restart(&id)?;
    telling.token()?;
    telling.logout()?;
    telling.short(&id)?;
    telling.nothing_told()?;
    Ok(id)
}

impl Telling<'_> {
    fn play(&mut self, chapter: &str) -> Result<Said, String> {
        let said = self.game.play(chapter)?;
        self.heard.push(said.clone());
        Ok(said)
    }

    /// The player scans the code that the game shows, which leads to a page.
    fn scan(&self, running: &mut Running) -> Result<Page, String> {
        let address = running.until("qr")?;
        let drawn = &running.said().shown;
        show(drawn);
        let scanned = drawn::text(drawn)?;
        if scanned != address {
            return Err(format!("the drawn code says {scanned}, not {address}"));
        }
        let page = self.person.open(&address)?;
        line("the page of the code", &beginning(&page.text()));
        if page.status == 200 { Ok(page) } else { Err(format!("it answers {}", page.status)) }
    }

    fn allow(&self, page: &Page, player: &str) -> Result<(), String> {
        let page = self.person.decide(page, player, ALLOW)?;
        line("the player allows it", &format!("as {player}: {}", page.text()));
        if page.status == 200 { Ok(()) } else { Err(format!("the page answers {}", page.status)) }
    }

    /// What was said up to `last`; at once the game is killed.
    fn end(&mut self, mut running: Running, last: &str) -> Result<Said, String> {
        running.until(last)?;
        let said = running.said().clone();
        running.kill();
        self.heard.push(said.clone());
        Ok(said)
    }

    fn first_login(&mut self, known: Option<&str>) -> Result<String, String> {
        let mut running = self.game.begin("taptap")?;
        let page = self.scan(&mut running)?;
        let code = running.until("user_code")?;
        if !page.text().contains(&code) {
            return Err(format!("the page does not show the code {code}"));
        }
        running.until("scanned")?;
        line("the game", "knows that the code was scanned");
        self.allow(&page, PLAYER)?;
        let said = self.end(running, "playing")?;
        is_lin(&said)?;
        let id = said.value("user")?.to_owned();
        if let Some(known) = known {
            said.expect("new", "no")?;
            said.expect("user", known)?;
            line("TapTap login", &format!("the account that {PLAYER} has, {id}"));
            return Ok(id);
        }
        said.expect("new", "yes")?;
        if id.len() != 24 {
            return Err(format!("`{id}` is no object id"));
        }
        line("TapTap login", &format!("a new account, {id}, with the nickname {PLAYER}"));
        Ok(id)
    }

    fn restart(&mut self, id: &str) -> Result<(), String> {
        self.line.cut();
        let said = self.play("resume")?;
        said.expect("user", id)?;
        is_lin(&said)?;
        said.expect("valid", "cannot tell")?;
        line("start again, network cut", &format!("still {PLAYER}, {id}"));
        self.line.mend()?;
        let said = self.play("resume")?;
        said.expect("user", id)?;
        said.expect("valid", "yes")?;
        line("network back", "the session is valid");
        let mut running = self.game.begin("taptap")?;
        if running.until_one_of(&["qr", "playing"])? == "qr" {
            return Err("the player was asked again".into());
        }
        let said = self.end(running, "playing")?;
        said.expect("new", "no")?;
        said.expect("user", id)?;
        line("TapTap login again", "the same account, and nobody was asked");
        Ok(())
    }

    /// Signed calls, before the token is replaced and after.
    fn token(&mut self) -> Result<(), String> {
        let signed = self.signed()?;
        let (status, answer) = self.person.call(&signed.0, &signed.1)?;
        let name = answer.pointer("/data/name").and_then(Value::as_str);
        if (status, name) != (200, Some(PLAYER)) {
            return Err(format!("the signed call was answered {status}, with the name {name:?}"));
        }
        line("a call signed by MAC", &format!("TapTap gives the profile of {PLAYER}"));
        self.refused(&signed, 400, "replay_attacks")?;
        line("the same header again", "TapTap refuses it (replay_attacks)");

        let old = self.signed()?;
        let said = self.play("refresh")?;
        said.expect("refreshed", "yes")?;
        is_lin(&said)?;
        self.refused(&old, 401, "access_denied")?;
        let (status, _) = self.signed().and_then(|new| self.person.call(&new.0, &new.1))?;
        if status != 200 {
            return Err(format!("a call signed with the new token was answered {status}"));
        }
        line("refresh", "TapTap takes the new token, and the old one no more");
        Ok(())
    }

    /// An address and the header for one call to it.
    fn signed(&mut self) -> Result<(String, String), String> {
        let said = self.play("signed")?;
        let header = said.value(SECRET)?;
        let id = header.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
        let id = id.filter(|id| id.len() > 8).ok_or("the header names no token")?;
        self.tokens.push(id.to_owned());
        Ok((said.value("url")?.to_owned(), header.to_owned()))
    }

    fn refused(&self, signed: &(String, String), status: u16, error: &str) -> Result<(), String> {
        let (found, answer) = self.person.call(&signed.0, &signed.1)?;
        let named = answer.pointer("/data/error").and_then(Value::as_str);
        if (found, named) == (status, Some(error)) {
            return Ok(());
        }
        Err(format!("a signed call was answered {found}, {named:?}, not {status}, {error}"))
    }

    fn logout(&mut self) -> Result<(), String> {
        let said = self.play("logout")?;
        said.expect("user", "nobody")?;
        said.expect("taptap", "nobody")?;
        for file in files(self.folder)? {
            let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&bytes);
            if self.tokens.iter().any(|token| text.contains(token)) {
                return Err(format!("{} still holds a token", file.display()));
            }
        }
        line("logout", "nobody is logged in, here and at TapTap");
        Ok(())
    }

    fn short(&mut self, id: &str) -> Result<(), String> {
        let mut running = self.game.begin("taptap-short")?;
        let page = self.scan(&mut running)?;
        self.allow(&page, ANOTHER)?;
        let said = self.end(running, "taptap")?;
        said.expect("name", ANOTHER)?;
        said.expect("taptap", ANOTHER)?;
        if said.value("user")? == id {
            return Err("two players have one account".into());
        }
        line("the lines of the README", &format!("run as they stand there, for {ANOTHER}"));
        Ok(())
    }

    /// Looks whether a token was told to anybody but TapTap.
    fn nothing_told(&self) -> Result<(), String> {
        let told = |token: &String| self.heard.iter().any(|said| said.tells(token));
        if self.tokens.iter().any(told) { Err("the game printed a token".into()) } else { Ok(()) }
    }
}

/// The player's name on the account and at TapTap is the one of the page.
fn is_lin(said: &Said) -> Result<(), String> {
    said.expect("nickname", PLAYER)?;
    said.expect("taptap", PLAYER)
}

/// Shows the code as the player sees it, in the colours it needs where there are any.
fn show(code: &[String]) {
    let (begin, end) =
        if std::io::stdout().is_terminal() { ("\x1b[97;40m", "\x1b[0m") } else { ("", "") };
    for row in code {
        println!("  {begin}{row}{end}");
    }
}

/// As much of a page as fits a line.
fn beginning(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() { cut + " …" } else { cut }
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::process;
    use crate::story::tests::idle_server;

    /// A game that says what it should, but for what a test has put in front. It remembers in its
    /// folder as the real one does; `allowed` is there when a player has allowed the login.
    const GAME: &str = "cd $TDSAUTH_TEST_DIR; url=$TDSAUTH_TEST_URL; n=${nickname:-林小满}\n\
        id=0123456789abcdef01234567\n\
        ask() { cat ${draws:-drawn}; echo user_code=${code:-K7}; echo qr=$(cat page)\n\
          echo scanned=yes\n\
          while [ ! -e allowed ]; do sleep 0.01; done; rm allowed; }\n\
        who() { echo user=$id; echo nickname=$n; echo taptap=${at_taptap:-$n}; }\n\
        case $1 in\n\
        taptap) if [ -e in ] && [ -z $asks ]; then echo new=no; who; echo playing=yes; exit; fi\n\
          ask; echo new=yes; touch in; who; echo playing=yes; exec sleep 600;;\n\
        resume) who; if [ -e second ]; then echo valid=yes; else touch second; \
          echo valid=${valid:-cannot tell}; fi;;\n\
        signed) echo x >> calls; kid=token-of-the-player-$(cat refreshed 2>/dev/null)\n\
          if [ $tells ]; then echo $kid; fi; echo url=$url/profile\n\
          echo \"authorization=MAC id=\\\"$kid\\\",nonce=\\\"$(wc -l < calls)\\\"\";;\n\
        refresh) echo ${token:-2} > refreshed; echo refreshed=yes; who;;\n\
        logout) rm in; echo ${keeps:-nothing} > file; echo user=nobody; \
          echo taptap=${stays:-nobody};;\n\
        taptap-short) ask; echo name='梅 Mei'; echo user=${second:-76543210}; \
          echo taptap='梅 Mei';;\n\
        esac\n";

    /// Plays TapTap for the game of `folder`: a page, and signed calls.
    fn serve(mut stream: &TcpStream, folder: &Path, used: &mut Vec<String>) {
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let length = header("content-length: ").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let (status, text) = if head.starts_with("POST") {
            std::fs::write(folder.join("allowed"), "").unwrap();
            (200, "<main>Thank you.</main>".to_owned())
        } else if head.starts_with("GET /device") {
            let label = |name: &str| format!("<label><input type=radio name=p>{name}</label>");
            let players = [PLAYER, ANOTHER].map(label).concat();
            (200, format!("<main>K7<form action=/>{players}<button>Allow</button></form></main>"))
        } else {
            let authorization = header("authorization: ").unwrap_or_default().to_owned();
            let new = folder.join("refreshed").exists() == authorization.contains("player-2");
            let (status, data) = if used.contains(&authorization) {
                (400, r#"{"error":"replay_attacks"}"#.to_owned())
            } else if new {
                (200, format!(r#"{{"name":"{PLAYER}"}}"#))
            } else {
                (401, r#"{"error":"access_denied"}"#.to_owned())
            };
            used.push(authorization);
            (status, format!(r#"{{"data":{data}}}"#))
        };
        let length = text.len();
        let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{text}").unwrap();
    }

    fn told_with(lie: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let player = folder.path().join("player");
        std::fs::create_dir(&player).unwrap();
        let page = format!("{url}/device");
        let write = |file: &str, text: &str| std::fs::write(player.join(file), text).unwrap();
        write("page", &page);
        write("drawn", &(drawn::tests::code(&page).join("\n") + "\n"));
        write("another", &(drawn::tests::code("http://127.0.0.1/device").join("\n") + "\n"));
        let program = idle_server(folder.path(), &url);
        let server = Server::start(&program, folder.path(), "127.0.0.1:0").unwrap();
        let mut game = process::program("sh");
        game.args(["-c", &format!("{lie}\n{GAME}"), "game"]);
        std::thread::spawn({
            let player = player.clone();
            move || {
                let mut used = Vec::new();
                for stream in listener.incoming().flatten() {
                    serve(&stream, &player, &mut used);
                }
            }
        });
        tell(&server, &game, &player, None)
    }

    #[test]
    fn a_true_story_is_told_to_its_end() {
        assert_eq!(told_with("").as_deref(), Ok("0123456789abcdef01234567"));
    }

    #[test]
    fn a_story_with_one_lie_fails() {
        for (lie, found) in [
            ("draws=another", "the drawn code says http://127.0.0.1/device"),
            ("code=K8", "does not show the code K8"),
            ("nickname=Lin", "nickname is Lin"),
            ("at_taptap=Lin", "taptap is Lin"),
            ("valid=yes", "valid is yes"),
            ("asks=yes", "was asked again"),
            ("tells=yes", "printed a token"),
            ("token=1", "was answered 401"),
            ("stays=x", "taptap is x"),
            ("keeps=token-of-the-player-2", "still holds a token"),
            ("second=0123456789abcdef01234567", "two players have one account"),
            ("exit 1", "did not get as far"),
        ] {
            let why = told_with(lie).unwrap_err();
            assert!(why.contains(found), "{lie}: {why}");
        }
    }
}
