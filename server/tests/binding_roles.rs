//! The roles of players: imported, given by the studio's back end, told to TapTap and to players.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread;

use common::database::on_database_of;
use common::signed::{Call, SECRET, SECRETS, give, master, query, server_command, start};
use common::taptap::{self, login, nine};
use common::{Answer, Server, command, data};
use serde_json::{Value, json};

const ROLES: &str = "/tdsauth/v1/roles";

fn own(server: &Server, player: &Answer) -> Value {
    let answer = server.get(ROLES, Some(player.text("sessionToken")));
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["roles"].clone()
}

fn notify(server: &Server, role_id: &str, bind: bool, at: i64) -> i64 {
    let call = Call::notify(&json!({ "role_id": role_id, "bind": bind }));
    Call { at: call.at + at, ..call }.code(server)
}

fn bound(server: &Server, player: &Answer) -> bool {
    own(server, player)[0]["bound"].as_bool().unwrap()
}

#[test]
fn a_player_of_taptap_has_its_roles_told() {
    let mut command = server_command(Path::new(":memory:"), &["--dev"]);
    command.env(SECRETS, SECRET);
    let server = Server::spawn(command);
    taptap::script(&server, &json!({ "interval": 0 }));
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let player = login(&server, &sent);
    let (open_id, union_id) = (sent["openid"].as_str().unwrap(), sent["unionid"].as_str().unwrap());
    let ask = || query("get-roles", &[("open_id", open_id), ("union_id", union_id)]);
    assert_eq!(ask().code(&server), 1005, "no role");
    let account = player.text("objectId");
    let all = json!({
        "role_id": "2", "account": account, "nickname": "\u{6635}\u{79f0}", "level": "50",
        "display_role_id": "#2", "profession": "mage", "zone": "east", "server": "s7",
    });
    let few = json!({ "role_id": "1", "account": account, "nickname": "Mia" });
    let put = master(&server, "POST", ROLES, &json!({ "roles": [all, few] }));
    assert_eq!((put.status, &put.json), (200, &json!({})));
    let told = ask().send(&server);
    let whole = json!({
        "role_id": "2", "nickname": "\u{6635}\u{79f0}", "level": "50", "display_role_id": "#2",
        "profession": "mage", "zone": "east",
    });
    let data = json!([{ "role_id": "1", "nickname": "Mia" }, whole]);
    assert_eq!(told.json, json!({ "code": 0, "msg": "ok", "data": data }));
    // A plus sign that stands for itself is none in a form.
    let raw = format!("get-roles?open_id={}&union_id=u", open_id.replace('=', "%3D"));
    assert_eq!(Call::get(&raw).code(&server), 0);
    for (target, code) in [
        (format!("get-roles?open_id={open_id}"), 1000),
        ("get-roles?union_id=x".to_owned(), 1000),
        ("get-roles?open_id=a&open_id=b&union_id=x".to_owned(), 1001),
        ("get-roles?open_id=nobody&union_id=x".to_owned(), 1004),
    ] {
        assert_eq!(Call::get(&target).code(&server), code, "{target}");
    }
    assert_eq!(own(&server, &player)[1]["server"], "s7");
}

#[test]
fn players_see_their_own_roles() {
    let server = Server::in_memory();
    let (one, two) = (server.guest("one"), server.guest("two"));
    give(&server, &one, "a");
    let shown = json!([{ "role_id": "a", "nickname": "Mia", "bound": false }]);
    assert_eq!((own(&server, &one), own(&server, &two)), (shown.clone(), json!([])));
    // A role goes to another player.
    give(&server, &two, "a");
    assert_eq!((own(&server, &one), own(&server, &two)), (json!([]), shown));
    assert_eq!(server.get(ROLES, None).status, 400);
    assert_eq!(server.get(ROLES, Some("dead")).json["code"], json!(206));
    assert_eq!(server.send("GET", ROLES, &[], b"").status, 401);
    let gone = |id: &str| master(&server, "DELETE", &format!("{ROLES}/{id}"), &Value::Null).status;
    assert_eq!((gone("a"), gone("a"), gone("%00"), gone("%ff")), (200, 404, 404, 404));
    assert_eq!(own(&server, &two), json!([]));
}

#[test]
fn only_the_studio_gives_roles_and_all_or_none() {
    let server = Server::in_memory();
    let player = server.guest("me");
    let account = player.text("objectId");
    let good = json!({ "role_id": "good", "account": account, "nickname": "x" });
    let roles = json!({ "roles": [good] });
    assert_eq!(server.post(ROLES, &roles).status, 403);
    let session = Some(player.text("sessionToken"));
    assert_eq!(server.ask("DELETE", "/tdsauth/v1/roles/good", session, &Value::Null).status, 403);
    let with = |name: &str, value: Value| {
        let mut role = json!({ "role_id": "bad", "account": account, "nickname": "x" });
        role[name] = value;
        json!({ "roles": [good, role] })
    };
    for (body, code) in [
        (with("account", json!("nobody")), 211),
        (with("account", json!("")), 107),
        (with("role_id", json!("")), 107),
        (with("role_id", json!(7)), 107),
        (with("role_id", json!("a\nb")), 107),
        (with("nickname", json!(" ")), 107),
        (with("nickname", json!("x".repeat(257))), 107),
        (with("level", json!(50)), 107),
        (with("else", json!("x")), 107),
        (json!({ "roles": vec![&good; 501] }), 107),
        (json!({ "roles": [7] }), 107),
        (json!({ "roles": good }), 107),
        (json!({ "roles": [], "x": 1 }), 107),
        (json!({}), 107),
    ] {
        assert_eq!(master(&server, "POST", ROLES, &body).json["code"], json!(code), "{body}");
    }
    assert_eq!(own(&server, &player), json!([]));
    assert_eq!(master(&server, "POST", ROLES, &roles).status, 200);
}

#[test]
fn the_last_notice_counts_whatever_the_order() {
    let server = start(&[]);
    let player = server.guest("me");
    give(&server, &player, "a");
    assert!(!bound(&server, &player));
    // Unbinding what is not bound, binding what is: no errors.
    for bind in [false, true, true, false, false, true] {
        assert_eq!(notify(&server, "a", bind, 0), 0);
        assert_eq!(bound(&server, &player), bind);
    }
    assert_eq!(notify(&server, "a", false, 10), 0);
    assert_eq!(notify(&server, "a", true, 5), 0, "older than the last");
    assert!(!bound(&server, &player));
    assert_eq!(notify(&server, "none", false, 0), 0, "gone already");
    assert_eq!(notify(&server, "none", true, 0), 1005);
    for (body, code) in [
        (r#"{"role_id":"a"}"#, 1000),
        (r#"{"bind":true}"#, 1000),
        (r#"{"role_id":"","bind":true}"#, 1000),
        (r#"{"role_id":null,"bind":true}"#, 1000),
        (r#"{"role_id":"a","bind":"true"}"#, 1001),
        (r#"{"role_id":"a","bind":1}"#, 1001),
        (r#"{"role_id":7,"bind":true}"#, 1001),
        (r#"{"role_id":"a","bind":true,"bind":false}"#, 1001),
        (r#"{"role_id":"a\u0000","bind":true}"#, 1001),
        (r#"["a",true]"#, 1001),
        ("", 1001),
    ] {
        let call = Call { body: body.as_bytes().to_vec(), ..Call::notify(&json!({})) };
        assert_eq!(call.code(&server), code, "{body}");
    }
    // A role that is made again is not bound.
    assert_eq!(notify(&server, "a", true, 20), 0);
    assert_eq!(master(&server, "DELETE", &format!("{ROLES}/a"), &Value::Null).status, 200);
    give(&server, &player, "a");
    assert!(!bound(&server, &player));
}

#[test]
fn of_notices_at_once_the_newest_counts() {
    let server = start(&[]);
    let player = server.guest("me");
    give(&server, &player, "a");
    thread::scope(|scope| {
        for at in 0..32 {
            let server = &server;
            scope.spawn(move || assert_eq!(notify(server, "a", at % 2 == 1, at), 0));
        }
    });
    assert!(bound(&server, &player), "the one of 31 seconds");
}

#[test]
fn nobody_is_told_of_who_is_kept_out_or_gone() {
    let (_kept, folder) = data();
    let server = Server::spawn(server_command(&folder, &[]));
    let player = server.guest("me");
    give(&server, &player, "a");
    let uri = "https://www.taptap.cn/game-record/bind";
    let mint = || {
        let body = json!({ "redirect_uri": uri });
        server.ask("POST", "/tdsauth/v1/binding/codes", Some(player.text("sessionToken")), &body)
    };
    let code = mint();
    let token = query("get-token", &[("code", code.text("code")), ("redirect_uri", uri)]);
    let token = token.send(&server);
    let token = format!("Bearer {}", token.json["data"]["access_token"].as_str().unwrap());
    let ask = || {
        let headers = vec![("Authorization".to_owned(), token.clone())];
        Call { headers, ..Call::get("get-roles-by-token") }.code(&server)
    };
    assert_eq!(ask(), 0);
    let id = player.text("objectId");
    assert!(order(&folder, &["users", "ban", id]).status.success());
    assert_eq!((ask(), mint().json["code"].clone()), (1004, json!(206)));
    assert!(order(&folder, &["users", "unban", id]).status.success());
    assert_eq!(ask(), 0);
    assert!(order(&folder, &["users", "delete", id]).status.success());
    assert_eq!(ask(), 1003, "it went with the player");
    assert_eq!(notify(&server, "a", true, 0), 1005);
}

fn order(folder: &Path, words: &[&str]) -> Output {
    let mut command = command();
    on_database_of(&mut command, folder);
    command.args(words).arg("--data").arg(folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

#[test]
fn roles_are_imported_while_the_server_runs() {
    let (kept, folder) = data();
    let server = Server::spawn(server_command(&folder, &[]));
    let player = server.guest("me");
    let account = player.text("objectId");
    let file = kept.path().join("roles.jsonl");
    let import = |text: &str| {
        fs::write(&file, text).unwrap();
        let output = order(&folder, &["roles", "import", file.to_str().unwrap()]);
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), said.is_empty(), "{said}");
        said
    };
    let line = |id: usize, nickname: &str| {
        let role =
            json!({ "role_id": format!("{id:04}"), "account": account, "nickname": nickname });
        format!("{role}\n")
    };
    // More than one transaction's, with and without an empty line and a last line's end.
    let many: String = (0..700).map(|id| line(id, "Mia")).collect();
    assert_eq!(import(&format!("\n{}", many.trim_end())), "");
    assert_eq!(own(&server, &player).as_array().unwrap().len(), 700);
    assert_eq!(import(&line(3, "Mio")), "");
    let roles = own(&server, &player);
    assert_eq!((&roles[3]["nickname"], roles.as_array().unwrap().len()), (&json!("Mio"), 700));
    // A mistake anywhere and nothing is written.
    for (bad, why) in [
        ("{", "line 2: "),
        ("{\"role_id\":\"x\"}", "missing field"),
        (&line(8, ""), "must not be empty"),
        (&line(8, "x").replace(account, "nobody"), "line 2: there is no such account"),
        (&"x".repeat(20_000), "line 2: is too long"),
        ("\u{0}", "line 2: "),
    ] {
        let said = import(&format!("{}{bad}\n", line(7, "changed")));
        assert!(said.contains(why) && said.lines().count() == 1, "{said}");
        assert_eq!(own(&server, &player)[7]["nickname"], "Mia", "{said}");
    }
    fs::remove_file(&file).unwrap();
    let missing = order(&folder, &["roles", "import", file.to_str().unwrap()]);
    assert!(!missing.status.success() && missing.stdout.is_empty());
}
