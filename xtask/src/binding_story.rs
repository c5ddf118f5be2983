//! The stories of two roles that their players show on TapTap: one by a deep link, agreed to in the
//! game, one by a web link, agreed to on a page. Then TapTap is told what the roles are like.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::game::{Game, Said};
use crate::person::Person;
use crate::server::Server;
use crate::standin::StandIn;
use crate::story::line;
use crate::taptap_caller::TapTap;

/// How TapTap's app wants to be opened: with a code in place of `PLACE`, which an address can only
/// hold escaped.
const APP: &str = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind\
                   %3Fapp_id%3D123456%26is_third_redirect%3D1%26code%3D%24%7Bcode%7D\
                   &fullscreen=1&hide_navbar=1";
const PLACE: &str = "%24%7Bcode%7D";
/// The same by somebody who would like to have the code.
const THIEF: &str = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn.evil.example\
                     %2Fgame-record%2Fbind%3Fcode%3D%24%7Bcode%7D";
/// TapTap's page, which takes the code as a parameter.
const PAGE: &str =
    "https://www.taptap.cn/game-record/bind?app_id=123456&is_third_redirect=1&from=setting";
/// Who binds on the page, by the name on TapTap's.
const PLAYER: &str = "林小满";

/// How long the server may take to tell TapTap of a role that was bound.
const PATIENCE: Duration = Duration::from_secs(60);

/// A role in the game, and who is to be told of it.
struct Role<'a> {
    server: &'a Server,
    taptap: TapTap,
    stand_in: StandIn,
    id: String,
    name: String,
}

/// Plays both stories with `game` against `server`. `folder` is where the library remembers, `of`
/// names the roles, `account` is that of the player who logs in with TapTap.
pub(crate) fn tell(
    server: &Server,
    game: &Command,
    folder: &Path,
    of: &str,
    account: &str,
) -> Result<(), String> {
    let opened_by = |redirect_uri: &str| {
        let link = format!("storygame://bind?redirect_uri={}", escaped(redirect_uri));
        Game::new(game, |command| {
            server.tell(command);
            command.env("TDSAUTH_TEST_DIR", folder).env("TDSAUTH_TEST_LINK", link);
        })
    };
    let said = opened_by(APP).play("again")?;
    said.expect("new", "yes")?;
    let role = Role::given(server, &format!("{of}, deep link"), said.value("user")?)?;
    let said = opened_by(THIEF).play("bind")?;
    said.expect("binding", "ignored")?;
    said.expect("because", "TDSAUTH_ERR_INVALID_ARGUMENT")?;
    opens_nothing(&said)?;
    line("a link of somebody's", "opens the game, which asks the player nothing");
    let said = opened_by(APP).play("bind")?;
    said.expect("binding", "declined")?;
    opens_nothing(&said)?;
    line("TapTap's deep link", "the player does not agree: nothing is made or opened");
    role.bound_by_code(&agreed(&opened_by(APP))?)?;

    let role = Role::given(server, &format!("{of}, web link"), account)?;
    role.bound_by_token(&agreed_on_page(server, &role.name)?)
}

impl<'a> Role<'a> {
    fn given(server: &'a Server, name: &str, account: &str) -> Result<Self, String> {
        let (taptap, stand_in) = (TapTap::before(server), StandIn::of(server));
        let (id, name) = (name.replace(", ", "-"), format!("塔拉 {name}"));
        let role = json!({
            "role_id": id, "account": account, "nickname": name, "level": "50", "server": "s7"
        });
        // As the game's back end does.
        server.order("/tdsauth/v1/roles", &json!({ "roles": [role] }))?;
        line("a role in the game", &format!("{name}, of the account {account}"));
        Ok(Self { server, taptap, stand_in, id, name })
    }

    fn bound_by_code(&self, code: &str) -> Result<(), String> {
        let asked = format!("get-roles-by-code?code={code}");
        self.is_told(&self.taptap.get(&asked, None)?)?;
        line("the player agrees", "TapTap's app is opened, and is told the role for the code");
        has_code(&self.taptap.get(&asked, None)?, 1003)?;
        line("the same code again", "is good for nothing (1003)");
        self.bound()
    }

    fn bound_by_token(&self, code: &str) -> Result<(), String> {
        let asked = |uri: &str| format!("get-token?code={code}&redirect_uri={}", escaped(uri));
        let answer = self.taptap.get(&asked(PAGE), None)?;
        has_code(&answer, 0)?;
        let token = answer.pointer("/data/access_token").and_then(Value::as_str);
        let token = token.ok_or_else(|| format!("no token in {answer}"))?;
        self.is_told(&self.taptap.get("get-roles-by-token", Some(token))?)?;
        line("TapTap's server", "gets a token for the code, and is told the role for the token");
        has_code(&self.taptap.get(&asked(PAGE), None)?, 1003)?;
        has_code(&self.taptap.get("get-roles-by-token", Some(token))?, 1003)?;
        line("the same code again", "is good for nothing, and its token no more (1003)");
        self.bound()
    }

    /// TapTap binds it, and gets to know what it is like.
    fn bound(&self) -> Result<(), String> {
        if self.stand_in.pushed(&self.id)?.is_some() {
            return Err("TapTap is told of a role that nobody has bound".into());
        }
        let notice = json!({ "role_id": self.id, "bind": true });
        has_code(&self.taptap.post("bind-notify", &notice)?, 0)?;
        has_code(&self.taptap.post("bind-notify", &notice)?, 0)?;
        line("TapTap binds the role", "and says so twice: the game's server notes it");
        let begun = Instant::now();
        let record = loop {
            if let Some(pushed) = self.stand_in.pushed(&self.id)? {
                break pushed;
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{} tells TapTap nothing of the role", self.server.url));
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        // A level is a number here, where it was a text among the roles, and the name another field.
        let expected = json!({ "role_id": self.id, "role_name": self.name, "level": 50 });
        if record != expected {
            return Err(format!("TapTap is told {record}"));
        }
        line("the role's data", "is pushed to TapTap: name, and level 50");
        Ok(())
    }

    /// Holds the answer about a player's roles to this one among them.
    fn is_told(&self, answer: &Value) -> Result<(), String> {
        has_code(answer, 0)?;
        let expected = json!({ "role_id": self.id, "nickname": self.name, "level": "50" });
        let told = answer.get("data").and_then(Value::as_array);
        if told.is_some_and(|told| told.contains(&expected)) {
            Ok(())
        } else {
            Err(format!("{answer}"))
        }
    }
}

/// Plays up to the player's consent and beyond. Gives the code in the address that the game opens.
fn agreed(game: &Game) -> Result<String, String> {
    let mut running = game.begin("bind")?;
    running.until("host")?;
    let said = running.said();
    said.expect("asks", "TapTap's app")?;
    said.expect("host", "www.taptap.cn")?;
    running.tell("yes")?;
    running.until("because")?;
    let said = running.said();
    said.expect("binding", "agreed")?;
    let opened = said.value("open")?;
    // What TapTap's app finds: its page as it was, and a code.
    let code = value_of(&value_of(opened, "url")?, "code")?;
    if code.len() < 27 || opened.replace(&code, PLACE) != APP {
        return Err(format!("the game opens {opened}"));
    }
    Ok(code)
}

/// The player opens the page as TapTap does, logs in with TapTap, reads which role it is about and
/// agrees. Gives the code in the address that the browser is sent to.
fn agreed_on_page(server: &Server, role: &str) -> Result<String, String> {
    let person = Person::new();
    let at = |redirect_uri: &str| {
        let redirect_uri = escaped(redirect_uri);
        person.open(&format!("{}/binding?redirect_uri={redirect_uri}", server.url))
    };
    let page = at("https://www.taptap.cn.evil.example/game-record/bind")?;
    if page.status < 400 || page.leads_to.is_some() {
        return Err(format!("the page takes a thief's address: {}", page.text()));
    }
    line("somebody's address", "gets the page to say no more than that it is none of TapTap's");
    let page = person.press(&at(PAGE)?, "Log in with TapTap")?;
    let page = person.decide(&page, PLAYER, "Allow")?;
    if !page.text().contains(role) {
        return Err(format!("the page does not name the role: {}", page.text()));
    }
    line("TapTap's web link", &format!("a page, on which {PLAYER} logs in and sees the role"));
    let page = person.press(&page, "Agree and return to TapTap")?;
    let to = page.leads_to.ok_or_else(|| format!("it leads nowhere: {:?}", page.status))?;
    let code = value_of(&to, "code")?;
    if page.status != 303 || code.len() < 27 || to != format!("{PAGE}&code={code}") {
        return Err(format!("the page leads to {to}"));
    }
    line("the player agrees", "and is sent back to TapTap with a code");
    Ok(code)
}

fn opens_nothing(said: &Said) -> Result<(), String> {
    if said.value("open").is_ok() { Err(format!("something is opened: {said:?}")) } else { Ok(()) }
}

/// Holds an answer to its code.
fn has_code(answer: &Value, code: i64) -> Result<(), String> {
    let found = answer.get("code").and_then(Value::as_i64);
    if found == Some(code) { Ok(()) } else { Err(format!("not {code}, but {answer}")) }
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The only value of `name` in the query of an address.
fn value_of(address: &str, name: &str) -> Result<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Ok(value.into_owned()),
        _ => Err(format!("not one {name} in {address}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::process;
    use crate::story::tests::idle_server;

    const CODE: &str = "abcdefghijklmnopqrstuvwxyz012345";

    /// A game that says what it should, but for what a test has put in front.
    fn game(lie: &str) -> Command {
        let open = APP.replace(PLACE, CODE);
        let text = format!(
            "{lie}\ncase $1-$TDSAUTH_TEST_LINK in\n\
             again-*) echo new=yes; echo user=${{user:-in-game}};;\n\
             bind-*evil*) echo binding=${{thief:-ignored}}; echo because=TDSAUTH_ERR_INVALID_ARGUMENT;;\n\
             bind-*) echo \"asks=TapTap's app\"; echo host=${{host:-www.taptap.cn}}; read answer\n\
             if [ \"$answer\" = yes ]; then echo \"open={open}$more\"; echo binding=agreed\n\
             else if [ $eager ]; then echo open=x; fi; echo binding=declined; fi\n\
             echo because=TDSAUTH_OK;;\nesac\n"
        );
        let mut game = process::program("sh");
        game.args(["-c", &text, "game"]);
        game
    }

    /// What the server of the story knows, and in what it lies.
    #[derive(Default)]
    struct Known {
        lie: &'static str,
        role: Value,
        /// The code.
        used: bool,
        /// For the roles, by the token.
        asked: bool,
        bound: bool,
    }

    impl Known {
        fn roles(&self, good: bool) -> String {
            let of = |name: &str| self.role[name].clone();
            let data =
                [json!({ "role_id": of("role_id"), "nickname": of("nickname"), "level": "50" })];
            if good { json!({ "code": 0, "data": data }) } else { json!({ "code": 1003 }) }
                .to_string()
        }

        fn answer(&mut self, line: &str, body: &str) -> (u16, String) {
            let the_lie = self.lie;
            let lies = |lie: &str| the_lie == lie;
            let form = |to: &str, press: &str, text: &str| {
                (200, format!("<main>{text}<form action={to}>{press}</form></main>"))
            };
            let said = |text: &str| (200, text.to_owned());
            if line.contains("/tdsauth/v1/roles") {
                let body: Value = serde_json::from_str(body).unwrap();
                let role = body["roles"][0].clone();
                *self = Self { lie: self.lie, role, bound: lies("soon"), ..Self::default() };
                said("{}")
            } else if line.contains("get-roles-by-code") {
                let good = !self.used || lies("twice");
                self.used = true;
                said(&self.roles(good))
            } else if line.contains("get-token") {
                let good = !self.used;
                self.used = true;
                let data = json!({ "access_token": "token" });
                said(&json!({ "code": if good { 0 } else { 1003 }, "data": data }).to_string())
            } else if line.contains("get-roles-by-token") {
                // Asked for once more, it is after the code came again.
                let good = !self.asked || lies("lives");
                self.asked = true;
                said(&self.roles(good))
            } else if line.contains("bind-notify") {
                self.bound = true;
                said(r#"{"code":0}"#)
            } else if line.contains("/dev/state") {
                let level = if lies("text") { json!("50") } else { json!(50) };
                let record = json!({
                    "role_id": self.role["role_id"], "role_name": self.role["nickname"],
                    "level": level,
                });
                let all = if self.bound { vec![json!({ "record": record })] } else { Vec::new() };
                said(&json!({ "pushed": { "profiles": all } }).to_string())
            } else if line.contains("evil") && !lies("thief") {
                (400, "<main>no</main>".to_owned())
            } else if line.starts_with("GET /binding") {
                form("/login", "<button>Log in with TapTap</button>", "")
            } else if line.starts_with("POST /login") {
                let who = format!("<label><input type=radio name=p>{PLAYER}</label>");
                form("/allow", &format!("{who}<button>Allow</button>"), "")
            } else if line.starts_with("POST /allow") {
                let role = if lies("other") { "" } else { self.role["nickname"].as_str().unwrap() };
                form("/agree", "<button>Agree and return to TapTap</button>", role)
            } else {
                let page = if lies("page") { "https://www.taptap.cn/other?a=1" } else { PAGE };
                (303, format!("{page}&code={CODE}"))
            }
        }
    }

    fn serve(mut stream: &TcpStream, known: &mut Known) {
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length: ").and_then(|length| length.parse().ok())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let line = head.lines().next().unwrap_or_default();
        let (status, text) = known.answer(line, &String::from_utf8(body).unwrap());
        let to = if status == 303 { format!("Location: {text}\r\n") } else { String::new() };
        let (head, length) =
            (format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{to}"), text.len());
        // Whoever asked may have gone: that is for the story to notice.
        let _ = write!(stream, "{head}Content-Length: {length}\r\n\r\n{text}");
    }

    fn told_with(game_lie: &str, lie: &'static str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let program = idle_server(folder.path(), &url);
        let server = Server::start(&program, folder.path(), "127.0.0.1:0").unwrap();
        std::thread::spawn(move || {
            let mut known = Known { lie, ..Known::default() };
            for stream in listener.incoming().flatten() {
                serve(&stream, &mut known);
            }
        });
        tell(&server, &game(game_lie), folder.path(), "sh", "of-taptap")
    }

    #[test]
    fn a_true_story_is_told_to_its_end() {
        assert_eq!(told_with("", ""), Ok(()));
    }

    #[test]
    fn a_story_with_one_lie_of_the_game_fails() {
        for (lie, found) in [
            ("thief=agreed", "binding is agreed"),
            ("eager=yes", "something is opened"),
            ("host=evil.example", "host is evil.example"),
            ("more='&x=1'", "the game opens taptap://"),
            ("exit 1", "chapter again"),
        ] {
            let why = told_with(lie, "").unwrap_err();
            assert!(why.contains(found), "{lie}: {why}");
        }
    }

    #[test]
    fn a_story_with_one_lie_of_the_server_fails() {
        for (lie, found) in [
            ("twice", "not 1003"),
            ("lives", "not 1003"),
            ("soon", "that nobody has bound"),
            ("text", r#"told {"level":"50""#),
            ("thief", "takes a thief's address"),
            ("other", "does not name the role"),
            ("page", "the page leads to https://www.taptap.cn/other"),
        ] {
            let why = told_with("", lie).unwrap_err();
            assert!(why.contains(found), "{lie}: {why}");
        }
    }
}
