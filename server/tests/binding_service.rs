//! Roles that a service of the studio's own tells, in place of the table; it is played on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::platform::{Asked, Platform, Reply};
use common::pushing::{self, outbox, profile, until, until_empty, until_told};
use common::signed::{BASE, Call, SECRET, is_signed, master, query, server_command};
use common::{Answer, Server, chmod, data, refused};
use serde_json::{Value, json};

const KEY: &str = "a-key-of-the-service-with-32-chars";
const VARIABLE: &str = "TDSAUTH_BINDING_ROLES_KEY";

fn command(platform: &Platform, data: &Path, more: &[&str]) -> Command {
    let url = format!("{}/roles", platform.url);
    let options = [&["--binding-roles", &*url][..], more].concat();
    let mut command = server_command(data, &options);
    command.env(VARIABLE, KEY);
    command
}

fn start(platform: &Platform, more: &[&str]) -> Server {
    Server::spawn(command(platform, Path::new(":memory:"), more))
}

fn role(id: &str) -> Value {
    json!({ "role_id": id, "nickname": "Mia", "level": "50", "server": "s7" })
}

fn told(roles: &[Value]) -> Reply {
    Reply::Json(200, json!({ "roles": roles }))
}

fn asked(asked: &Asked) -> Value {
    assert!(is_signed(asked, KEY) && asked.method == "POST" && asked.target == "/roles");
    serde_json::from_str(&asked.body).unwrap()
}

/// A service with one player, who has the account `account`.
fn service() -> Platform {
    Platform::start(|request| {
        let asked = asked(request);
        match asked["ask"].as_str().unwrap() {
            "account" if asked["uid"] == "u1" || asked["phone_num"] == "13800138000" => {
                let account = ACCOUNT.lock().unwrap().clone();
                Reply::Json(200, json!({ "account": account }))
            }
            "account" => Reply::Json(404, json!({})),
            "notify" if asked["role_id"] == "none" => Reply::Json(404, json!({})),
            "notify" => Reply::Json(200, json!({})),
            _ if asked["open_id"] == "nobody" => Reply::Json(404, json!({})),
            _ if asked["open_id"] == "none" => told(&[]),
            _ if asked["role_ids"].is_array() => {
                let ids = asked["role_ids"].as_array().unwrap();
                let known = ids.iter().filter(|id| **id != "lost");
                told(&known.map(|id| role(id.as_str().unwrap())).collect::<Vec<_>>())
            }
            _ => told(&[role("a"), role("b")]),
        }
    })
}

static ACCOUNT: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());

fn get_roles(open_id: &str) -> Call {
    query("get-roles", &[("open_id", open_id), ("union_id", "u+1=")])
}

fn post(endpoint: &str, body: &Value) -> Call {
    Call { target: format!("{BASE}/{endpoint}"), ..Call::notify(body) }
}

fn last(platform: &Platform) -> Value {
    asked(platform.asked().last().unwrap())
}

fn own_roles(server: &Server, player: &Answer) -> Answer {
    server.get("/tdsauth/v1/roles", Some(player.text("sessionToken")))
}

#[test]
fn every_way_of_binding_asks_the_service() {
    let (platform, sender) = (service(), Platform::always(Reply::Json(200, json!({}))));
    let url = format!("{}/send", sender.url);
    let mut command = command(&platform, Path::new(":memory:"), &["--binding-sender", &url]);
    command.env("TDSAUTH_BINDING_SENDER_KEY", KEY).args(["--log", "trace"]);
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("log");
    command.stderr(fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let player = server.guest("me");
    let account = player.text("objectId");
    account.clone_into(&mut ACCOUNT.lock().unwrap());
    let shown = json!([
        { "role_id": "a", "nickname": "Mia", "level": "50" },
        { "role_id": "b", "nickname": "Mia", "level": "50" },
    ]);
    let by_account = json!({ "ask": "roles", "account": account });

    assert_eq!(get_roles("o/1=").send(&server).json["data"], shown);
    let by_open_id = json!({ "ask": "roles", "open_id": "o/1=", "union_id": "u+1=" });
    assert_eq!(last(&platform), by_open_id);
    assert_eq!(get_roles("nobody").code(&server), 1004);
    assert_eq!(get_roles("none").code(&server), 1005);

    let uri = "https://www.taptap.cn/game-record/bind";
    let mut secrets = vec![KEY.to_owned(), SECRET.to_owned(), "13800138000".to_owned()];
    let mint = |uri: &str| {
        let body = json!({ "redirect_uri": uri });
        let path = "/tdsauth/v1/binding/codes";
        let made = server.ask("POST", path, Some(player.text("sessionToken")), &body);
        made.text("code").to_owned()
    };
    let page = "https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind%3Fcode%3D%24%7Bcode%7D";
    let deep = format!("taptap://taptap.com/to?url={page}");
    let by_code = query("get-roles-by-code", &[("code", &mint(&deep))]);
    assert_eq!(by_code.send(&server).json["data"], shown);
    assert_eq!(last(&platform), by_account);
    let token = query("get-token", &[("code", &mint(uri)), ("redirect_uri", uri)]).send(&server);
    let token = format!("Bearer {}", token.json["data"]["access_token"].as_str().unwrap());
    secrets.push(token.strip_prefix("Bearer ").unwrap().to_owned());
    let headers = vec![("Authorization".to_owned(), token)];
    let by_token = Call { headers, ..Call::get("get-roles-by-token") };
    assert_eq!(by_token.send(&server).json["data"], shown);
    assert_eq!(last(&platform), by_account);

    for (name, value, kind) in [("phone_num", "13800138000", "phone"), ("uid", "u1", "uid")] {
        assert_eq!(post(&format!("send-code-by-{kind}"), &json!({ name: value })).code(&server), 0);
        assert_eq!(last(&platform), json!({ "ask": "account", name: value }));
        let sent: Value = serde_json::from_str(&sender.asked().last().unwrap().body).unwrap();
        assert_eq!(sent["account"], account);
        secrets.push(format!("\"{}\"", sent["code"].as_str().unwrap()));
        let guess = json!({ name: value, "code": sent["code"] });
        let verified = post(&format!("verify-and-get-roles-by-{kind}"), &guess).send(&server);
        assert_eq!(verified.json["data"], shown);
        assert_eq!(last(&platform), by_account);
    }
    assert_eq!(post("send-code-by-uid", &json!({ "uid": "u2" })).code(&server), 1004);
    // An account that this server does not have is nobody's.
    "elsewhere".clone_into(&mut ACCOUNT.lock().unwrap());
    assert_eq!(post("send-code-by-uid", &json!({ "uid": "u1" })).code(&server), 1004);

    let own = own_roles(&server, &player);
    assert_eq!(own.json["roles"][0]["server"], "s7", "{}", own.json);
    assert_eq!(own.json["roles"][0]["bound"], false);
    assert_eq!(Call::notify(&json!({ "role_id": "a", "bind": true })).code(&server), 0);
    assert_eq!(own_roles(&server, &player).json["roles"][0]["bound"], true);

    secrets.push(player.text("sessionToken").to_owned());
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = fs::read_to_string(&log).unwrap();
    assert!(log.contains("/game-record/v1/get-roles"), "{log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret}");
    }
}

#[test]
fn a_notice_is_handed_on_first() {
    let fails = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let state = std::sync::Arc::clone(&fails);
    let platform = Platform::start(move |request| {
        let asked = asked(request);
        match asked["role_id"].as_str() {
            _ if state.load(std::sync::atomic::Ordering::Relaxed) => Reply::Json(500, json!({})),
            Some("none") => Reply::Json(404, json!({})),
            Some(_) => Reply::Text(204, ""),
            None => told(&[role("a")]),
        }
    });
    let server = start(&platform, &[]);
    let player = server.guest("me");
    let notify = |role_id: &str, bind: bool| {
        let call = Call::notify(&json!({ "role_id": role_id, "bind": bind }));
        (call.code(&server), call.at)
    };
    let (code, _) = notify("a", true);
    assert_eq!(code, 1030);
    fails.store(false, std::sync::atomic::Ordering::Relaxed);
    let bound = || own_roles(&server, &player).json["roles"][0]["bound"].clone();
    assert_eq!(bound(), false, "what failed is not noted");
    let (code, at) = notify("a", true);
    let handed = last(&platform);
    assert_eq!(code, 0);
    assert_eq!(handed, json!({ "ask": "notify", "role_id": "a", "bind": true, "at": at }));
    assert_eq!(bound(), true);
    assert_eq!((notify("none", true).0, notify("none", false).0), (1005, 0));
    assert_eq!(notify("a", false).0, 0);
    assert_eq!(bound(), false);
}

#[test]
fn what_is_no_answer_is_none() {
    let next = std::sync::Arc::new(std::sync::Mutex::new(Reply::Drop));
    let say = std::sync::Arc::clone(&next);
    let platform = Platform::start(move |_| say.lock().unwrap().clone());
    let server = start(&platform, &["--binding-roles-timeout", "1"]);
    let player = server.guest("me");
    let with = |name: &str, value: Value| {
        let mut role = role("a");
        role[name] = value;
        told(&[role])
    };
    let many: Vec<_> = (0..1001).map(|i| role(&i.to_string())).collect();
    for reply in [
        Reply::Drop,
        Reply::Silence,
        Reply::Huge(300_000),
        Reply::Redirect(format!("{}/roles", platform.url)),
        Reply::Text(200, "no"),
        Reply::Text(200, r#"{"roles":[],"roles":[]}"#),
        Reply::Text(200, r#"[[]]"#),
        Reply::Json(500, json!({ "roles": [role("a")] })),
        Reply::Json(201, json!({ "roles": [role("a")] })),
        Reply::Json(401, json!({ "roles": [] })),
        Reply::Json(200, json!({})),
        Reply::Json(200, json!({ "roles": null })),
        Reply::Json(200, json!({ "roles": [], "more": 1 })),
        with("role_id", json!(7)),
        with("role_id", json!("")),
        with("level", json!(50)),
        with("nickname", json!("x".repeat(257))),
        with("nickname", json!("a\u{0}")),
        with("else", json!("x")),
        told(&[role("a"), role("a")]),
        told(&many),
    ] {
        *next.lock().unwrap() = reply.clone();
        assert_eq!(get_roles("o").code(&server), 1999, "{reply:?}");
    }
    assert_eq!(own_roles(&server, &player).status, 503);
    *next.lock().unwrap() = told(&many[..1000]);
    assert_eq!(get_roles("o").send(&server).json["data"].as_array().unwrap().len(), 1000);
}

#[test]
fn a_push_asks_for_the_roles_as_they_are_then() {
    let (platform, taptap, (_kept, folder)) = (service(), pushing::taptap(), data());
    let mut command = command(&platform, &folder, &[]);
    command.args(pushing::options(&taptap));
    let server = Server::spawn(command);
    pushing::bind(&server, "a", true);
    until_told(&taptap, "a", 1);
    let record = json!({ "role_id": "a", "role_name": "Mia", "level": 50 });
    assert_eq!(profile(&taptap, "a").unwrap()["record"], record);
    until_empty(&folder);
    // The service does not say: nobody knows such a role.
    pushing::bind(&server, "lost", true);
    let parked = until("it is parked", || {
        let outbox = outbox(&folder);
        (outbox["parked"] == 1).then_some(outbox)
    });
    assert_eq!(parked["rows"][0]["reason"], "nobody knows this role");
    let hint = json!({ "role_ids": ["a"] });
    assert_eq!(master(&server, "POST", "/tdsauth/v1/binding/push/role-profile", &hint).status, 202);
    until_told(&taptap, "a", 2);
}

#[test]
fn the_service_needs_a_key_of_its_own() {
    let with = |key: Option<&str>, url: &str| {
        let mut command = server_command(Path::new(":memory:"), &["--binding-roles", url]);
        command.envs(key.map(|key| (VARIABLE, key)));
        refused(command)
    };
    let said = with(None, "https://example.com/roles");
    assert!(said.contains("--binding-roles: needs --binding-roles-key"), "{said}");
    let said = with(Some("short"), "https://example.com/roles");
    assert!(said.contains("at least 32 characters") && !said.contains("short\n"), "{said}");
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, format!("{KEY}\n")).unwrap();
    chmod(&file, 0o600);
    let platform = service();
    let option = ["--binding-roles-key", file.to_str().unwrap()];
    let mut by_file = command(&platform, Path::new(":memory:"), &option);
    by_file.env_remove(VARIABLE);
    let server = Server::spawn(by_file);
    assert_eq!(get_roles("o").code(&server), 0, "signed by it");
    let said = with(Some(KEY), "http://example.com/roles");
    assert!(said.contains("--binding-roles: ") && !said.contains(SECRET), "{said}");
}
