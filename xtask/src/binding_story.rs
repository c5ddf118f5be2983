//! The story of a role that its player shows on TapTap. TapTap opens the game by a link, the player
//! agrees there, and the game's server tells TapTap of the role.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::game::{Game, Said};
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

/// Plays the story with `game` against `server`; `player` is the folder in which the library
/// remembers, `role` names the player's role.
pub(crate) fn tell(
    server: &Server,
    game: &Command,
    player: &Path,
    role: &str,
) -> Result<(), String> {
    let opened_by = |redirect_uri: &str| {
        let link = format!("storygame://bind?redirect_uri={}", escaped(redirect_uri));
        Game::new(game, |command| {
            server.tell(command);
            command.env("TDSAUTH_TEST_DIR", player).env("TDSAUTH_TEST_LINK", link);
        })
    };
    let said = opened_by(APP).play("again")?;
    said.expect("new", "yes")?;
    let id = said.value("user")?.to_owned();
    let name = format!("塔拉 Tara, {role}");
    StandIn::of(server).give_role(&json!({
        "role_id": role, "account": id, "nickname": name, "level": "50", "server": "s7"
    }))?;
    line("a role in the game", &format!("{name}, of the account {id}"));

    let said = opened_by(THIEF).play("bind")?;
    said.expect("binding", "ignored")?;
    said.expect("because", "TDSAUTH_ERR_INVALID_ARGUMENT")?;
    opens_nothing(&said)?;
    line("a link of somebody's", "opens the game, which asks the player nothing");
    let said = opened_by(APP).play("bind")?;
    said.expect("binding", "declined")?;
    opens_nothing(&said)?;
    line("TapTap's deep link", "the player does not agree: nothing is made or opened");

    let code = agreed(&opened_by(APP))?;
    let taptap = TapTap::before(server);
    let asked = format!("get-roles-by-code?code={code}");
    told_of(&taptap.get(&asked, None)?, role, &name)?;
    line("the player agrees", "TapTap's app is opened, and is told the role for the code");
    refused(&taptap.get(&asked, None)?, 1003)?;
    line("the same code again", "is good for nothing (1003)");
    let bound = json!({ "role_id": role, "bind": true });
    for what in ["TapTap binds the role", "and says so twice"] {
        refused(&taptap.post("bind-notify", &bound)?, 0)?;
        line(what, "the game's server notes it");
    }
    Ok(())
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
    code_in(said.value("open")?)
}

/// What TapTap's app finds in the address that opens it: the page as it was, and a code.
fn code_in(opened: &str) -> Result<String, String> {
    let page = value_of(opened, "url")?;
    let code = value_of(&page, "code")?;
    if code.len() < 27 || opened.replace(&code, PLACE) != APP {
        return Err(format!("the game opens {opened}"));
    }
    Ok(code)
}

fn opens_nothing(said: &Said) -> Result<(), String> {
    if said.value("open").is_ok() { Err(format!("something is opened: {said:?}")) } else { Ok(()) }
}

/// Holds the answer about a player's roles to the one that there is.
fn told_of(answer: &Value, role: &str, name: &str) -> Result<(), String> {
    refused(answer, 0)?;
    let expected = json!([{ "role_id": role, "nickname": name, "level": "50" }]);
    if answer.get("data") == Some(&expected) { Ok(()) } else { Err(format!("{answer}")) }
}

/// Holds an answer to its code.
fn refused(answer: &Value, code: i64) -> Result<(), String> {
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
