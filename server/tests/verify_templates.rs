//! Players of WeChat, QQ, Weibo, Facebook and Google, and of a template of the studio's own: each
//! platform is played on loopback, asked by the shipped template.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use common::platform::{Asked, Platform, Reply, server, settings};
use common::{Answer, Server, command, data, guest};
use serde_json::{Value, json};

const BAD: &str = "Invalid authData.";
const MISSING: &str = "The id of the linked account is missing.";
const UNAVAILABLE: &str = "The service is not available now.";
const TOKEN: &str = "good&token/é?";
const NAMES: [&str; 5] = ["weixin", "qq", "weibo", "facebook", "google"];

/// What a player of the platform sends.
fn sent(name: &str) -> Value {
    match name {
        "weixin" | "qq" => {
            json!({ "openid": "player-1", "access_token": TOKEN, "expires_in": 7200 })
        }
        "google" => json!({ "uid": "player-1", "id_token": TOKEN }),
        _ => json!({ "uid": "player-1", "access_token": TOKEN }),
    }
}

/// The token of a call and where it goes.
fn token_of(name: &str, asked: &Asked) -> Option<String> {
    let (method, path) = match name {
        "weixin" => ("GET", "/sns/userinfo"),
        "qq" => ("GET", "/oauth2.0/me"),
        "weibo" => ("POST", "/oauth2/get_token_info"),
        "facebook" => ("GET", "/debug_token"),
        _ => ("GET", "/tokeninfo"),
    };
    assert_eq!((asked.method.as_str(), asked.path()), (method, path));
    match name {
        "weibo" => asked.form("access_token"),
        "facebook" => {
            assert_eq!(asked.query("access_token").as_deref(), Some("app-1|app&secret"));
            asked.query("input_token")
        }
        "google" => asked.query("id_token"),
        _ => asked.query("access_token"),
    }
}

/// The answer about a good token of `id`, for `app`.
fn yes(name: &str, id: &str, app: &str) -> Value {
    match name {
        "weixin" => json!({
            "openid": id, "nickname": "小满", "sex": 2, "headimgurl": "https://p.example/0",
            "privilege": [], "unionid": "union-1",
        }),
        "qq" => json!({ "client_id": app, "openid": id, "unionid": "union-1" }),
        "weibo" => json!({ "uid": id, "appkey": app, "scope": null, "expire_in": 100 }),
        "facebook" => json!({ "data": {
            "app_id": app, "type": "USER", "is_valid": true, "user_id": id, "scopes": [],
        } }),
        _ => json!({
            "iss": "https://accounts.google.com", "aud": app, "sub": id, "name": "Alex",
            "picture": "https://p.example/1",
        }),
    }
}

/// The answer about a dead token, as each platform gives it.
fn no(name: &str) -> Reply {
    match name {
        "weixin" => Reply::Json(200, json!({ "errcode": 42001, "errmsg": "expired" })),
        "qq" => Reply::Json(200, json!({ "error": 100_016, "error_description": "failed" })),
        "weibo" => Reply::Json(403, json!({ "error": "expired_token", "error_code": 21327 })),
        "facebook" => Reply::Json(
            200,
            json!({ "data": { "is_valid": false, "error": { "code": 190, "message": "x" } } }),
        ),
        _ => Reply::Json(400, json!({ "error": "invalid_token" })),
    }
}

/// A platform that answers what is in the cell.
fn played(name: &'static str) -> (Platform, Arc<Mutex<Reply>>) {
    let cell = Arc::new(Mutex::new(Reply::Json(200, yes(name, "player-1", "app-1"))));
    let say = Arc::clone(&cell);
    let platform = Platform::start(move |asked| match token_of(name, asked).as_deref() {
        Some(TOKEN) => say.lock().unwrap().clone(),
        _ => no(name),
    });
    (platform, cell)
}

fn beside(name: &str, platform: &Platform, more: &[&str]) -> Server {
    let mut own = json!({
        "base_url": platform.url, "app_id": ["app-1", "app-2"], "app_secret": "app&secret",
    });
    if name != "facebook" {
        own.as_object_mut().unwrap().remove("app_secret");
    }
    if name == "weixin" {
        own.as_object_mut().unwrap().remove("app_id");
    }
    server(&[&format!("{name}={name}")], &json!({ name: own }), more)
}

fn body(name: &str, map: &Value) -> Value {
    json!({ "authData": { name: map } })
}

fn login(server: &Server, name: &str, map: &Value) -> Answer {
    server.post("/1.1/users", &body(name, map))
}

/// That nobody has an account by this identity.
#[track_caller]
fn nobody(server: &Server, cell: &Mutex<Reply>, name: &str) {
    *cell.lock().unwrap() = Reply::Json(200, yes(name, "player-1", "app-1"));
    let answer = server.post("/1.1/users?failOnNotExist=true", &body(name, &sent(name)));
    answer.is_error(400, 211, "Could not find user.");
}

#[test]
fn a_player_logs_in_and_only_the_identity_is_stored() {
    for name in NAMES {
        let (platform, cell) = played(name);
        let server = beside(name, &platform, &[]);
        let made = login(&server, name, &sent(name));
        assert_eq!(made.status, 201, "{name}: {}", made.json);
        let map = &made.json["authData"][name];
        assert!(!map.to_string().contains("token"), "{map}");
        let key = if matches!(name, "weixin" | "qq") { "openid" } else { "uid" };
        assert_eq!(map[key], json!("player-1"), "{name}");
        let shown = match name {
            "weixin" => json!(["小满", "https://p.example/0", "union-1"]),
            "qq" => json!([null, null, "union-1"]),
            "google" => json!(["Alex", "https://p.example/1", null]),
            _ => json!([null, null, null]),
        };
        let told = [&map["nickname"], &map["avatar"], &map["unionid"]];
        assert_eq!(json!(told), shown, "{name}");
        let fields = [&made.json["nickname"], &made.json["avatar"]];
        assert_eq!(json!(fields), json!([shown[0], shown[1]]), "{name}");

        let again = login(&server, name, &sent(name));
        assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
        // A number is an id too, and so is the second app.
        if name == "weibo" {
            let answer = json!({ "uid": 77, "appkey": "app-2" });
            *cell.lock().unwrap() = Reply::Json(200, answer);
            let map = json!({ "uid": "77", "access_token": TOKEN });
            assert_eq!(login(&server, name, &map).status, 201);
        }
    }
}

#[test]
fn a_guest_becomes_a_player_of_any_platform() {
    for name in NAMES {
        let (platform, cell) = played(name);
        let server = beside(name, &platform, &[]);
        let made = server.guest("me");
        let (path, session) =
            (format!("/1.1/users/{}", made.text("objectId")), Some(made.text("sessionToken")));
        *cell.lock().unwrap() = no(name);
        let refused = server.ask("PUT", &path, session, &body(name, &sent(name)));
        refused.is_error(400, 251, BAD);
        assert_eq!(server.get("/1.1/users/me", session).json, made.json);

        *cell.lock().unwrap() = Reply::Json(200, yes(name, "player-1", "app-1"));
        let linked = server.ask("PUT", &path, session, &body(name, &sent(name)));
        assert_eq!(linked.status, 200, "{name}: {}", linked.json);
        let again = login(&server, name, &sent(name));
        assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
        assert_eq!(server.post("/1.1/users", &guest("me")).status, 201, "a new guest");
    }
}

#[test]
fn what_the_platform_does_not_confirm_makes_nobody() {
    for name in NAMES {
        let (platform, cell) = played(name);
        let server = beside(name, &platform, &[]);
        let mut refusals = vec![
            no(name),
            Reply::Json(200, yes(name, "player-2", "app-1")),
            Reply::Json(200, yes(name, "", "app-1")),
            Reply::Json(200, json!({})),
            Reply::Json(403, json!({})),
            Reply::Text(401, "no"),
        ];
        if name != "weixin" {
            refusals.push(Reply::Json(200, yes(name, "player-1", "app-3")));
            refusals.push(Reply::Json(200, yes(name, "player-1", "")));
        }
        if name == "google" {
            let mut other = yes(name, "player-1", "app-1");
            other["iss"] = json!("https://accounts.example.com");
            refusals.push(Reply::Json(200, other));
        }
        if name == "facebook" {
            for (member, value) in [("is_valid", json!(false)), ("type", json!("PAGE"))] {
                let mut other = yes(name, "player-1", "app-1");
                other["data"][member] = value;
                refusals.push(Reply::Json(200, other));
            }
        }
        for refusal in refusals {
            *cell.lock().unwrap() = refusal.clone();
            let answer = login(&server, name, &sent(name));
            assert_eq!(answer.json["code"], json!(251), "{name}: {refusal:?}");
            answer.is_error(400, 251, BAD);
        }
        nobody(&server, &cell, name);
    }
}

#[test]
fn a_platform_that_cannot_be_asked_decides_nothing() {
    let elsewhere = Platform::always(Reply::Json(200, json!({ "openid": "player-1" })));
    for name in NAMES {
        let (platform, cell) = played(name);
        let server = beside(name, &platform, &[]);
        let busy = match name {
            "weixin" => json!({ "errcode": -1, "errmsg": "system busy" }),
            "qq" => json!({ "error": 100_048 }),
            "weibo" => json!({ "error_code": 10022 }),
            "facebook" => json!({ "error": { "code": 190, "message": "app token" } }),
            _ => json!([]),
        };
        for ill in [
            Reply::Json(200, busy),
            Reply::Json(500, json!({})),
            Reply::Json(429, json!({})),
            Reply::Json(503, no_body(name)),
            Reply::Text(200, "<html>"),
            Reply::Text(200, ""),
            Reply::Redirect(format!("{}/sns/userinfo", elsewhere.url)),
            Reply::Huge(300 * 1024),
            Reply::Drop,
        ] {
            *cell.lock().unwrap() = ill.clone();
            let answer = login(&server, name, &sent(name));
            assert_eq!(answer.status, 503, "{name}: {ill:?}: {}", answer.json);
            answer.is_error(503, 503, UNAVAILABLE);
        }
        nobody(&server, &cell, name);
    }
    assert!(elsewhere.asked().is_empty(), "a redirect was followed");
}

/// A refusal's body, which counts for nothing with a status that says that the service is ill.
fn no_body(name: &str) -> Value {
    match no(name) {
        Reply::Json(_, json) if name != "facebook" => json,
        _ => json!({}),
    }
}

#[test]
fn a_silent_platform_is_waited_for_as_long_as_the_option_says() {
    let platform = Platform::always(Reply::Silence);
    let server = beside("qq", &platform, &["--platform-timeout", "1"]);
    login(&server, "qq", &sent("qq")).is_error(504, 124, "The request timed out.");
    assert_eq!(server.guest("somebody else").status, 201);
}

#[test]
fn what_is_no_login_is_refused_without_asking() {
    for name in NAMES {
        let (platform, _) = played(name);
        let server = beside(name, &platform, &[]);
        let id = if matches!(name, "weixin" | "qq") { "openid" } else { "uid" };
        let token = if name == "google" { "id_token" } else { "access_token" };
        let with = |member: &str, value: Value| {
            let mut map = sent(name);
            map[member] = value;
            map
        };
        for map in [json!({}), with(id, json!("")), with(id, json!(null))] {
            login(&server, name, &map).is_error(400, 250, MISSING);
        }
        for map in [
            json!(null),
            json!([]),
            with(id, json!(7)),
            with(id, json!("x".repeat(1025))),
            with(id, json!("a\nb")),
            with(token, json!(null)),
            with(token, json!("")),
            with(token, json!(7)),
            with(token, json!("a\r\nX: b")),
            with(token, json!("x".repeat(8193))),
            with("unionid", json!([])),
        ] {
            login(&server, name, &map).is_error(400, 251, BAD);
        }
        assert!(platform.asked().is_empty(), "{name}");
    }
}

#[test]
fn a_unionid_is_what_the_platform_says() {
    let (platform, _) = played("weixin");
    let server = beside("weixin", &platform, &[]);
    let mut map = sent("weixin");
    map["unionid"] = json!("somebody else's");
    login(&server, "weixin", &map).is_error(400, 251, BAD);
    map["unionid"] = json!("union-1");
    assert_eq!(login(&server, "weixin", &map).status, 201);

    // Weibo knows no unionids: one that was sent is neither stored nor believed.
    let (platform, _) = played("weibo");
    let server = beside("weibo", &platform, &[]);
    let mut map = sent("weibo");
    (map["unionid"], map["main_account"]) = (json!("union-1"), json!(true));
    let made = login(&server, "weibo", &map);
    assert_eq!(made.json["authData"], json!({ "weibo": { "uid": "player-1" } }));
}

#[test]
fn qq_may_answer_with_a_call() {
    let texts = [
        r#"callback( {"client_id":"app-1","openid":"player-1"} );"#,
        "callback({\"client_id\":\"app-1\",\"openid\":\"player-1\"});\n",
        r#"{"client_id":"app-1","openid":"player-1"}"#,
    ];
    for text in texts {
        let platform = Platform::always(Reply::Text(200, text));
        let server = beside("qq", &platform, &[]);
        assert_eq!(login(&server, "qq", &sent("qq")).status, 201, "{text}");
    }
    for text in ["callback(", "callback()", "callback({)}", "x(y({\"openid\":\"player-1\"}))", ")("]
    {
        let platform = Platform::always(Reply::Text(200, text));
        let server = beside("qq", &platform, &[]);
        login(&server, "qq", &sent("qq")).is_error(503, 503, UNAVAILABLE);
    }
}

#[test]
fn a_template_of_the_studios_own_fills_in_what_it_says() {
    let platform = Platform::start(|asked| {
        let told = asked.path().strip_prefix("/players/").unwrap_or_default();
        assert_eq!(asked.header("authorization"), Some("Bearer app-secret"));
        assert_eq!(asked.header("x-session"), Some("s-1"));
        Reply::Json(200, json!({ "who": { "id": told.replace("%2F", "/") } }))
    });
    let template = json!({
        "key": "uid", "method": "GET", "path": "/players/{sent.uid}",
        "headers": { "Authorization": "Bearer {config.app_secret}", "X-Session": "{sent.session}" },
        "answer": { "id": "/who/id" },
    });
    let own = json!({ "base_url": platform.url, "app_secret": "app-secret", "template": template });
    let server = server(&["corp=template"], &json!({ "corp": own }), &[]);
    let map = |uid: &str, session: &str| json!({ "uid": uid, "session": session });
    assert_eq!(login(&server, "corp", &map("a/b", "s-1")).status, 201);
    assert_eq!(platform.asked()[0].target, "/players/a%2Fb");
    // Nothing that is sent leads to another path, or splits a header.
    for uid in ["..", "."] {
        login(&server, "corp", &map(uid, "s-1")).is_error(400, 251, BAD);
    }
    login(&server, "corp", &map("x", "a b")).is_error(400, 251, BAD);
    assert_eq!(platform.asked().len(), 1);
}

#[test]
fn the_recorded_service_kept_what_was_sent_but_asked_all_the_same() {
    let (platform, cell) = played("weixin");
    let server = beside("weixin", &platform, &["--policy", "leancloud"]);
    let made = login(&server, "weixin", &sent("weixin"));
    assert_eq!((made.status, &made.json["authData"]["weixin"]), (201, &sent("weixin")));
    *cell.lock().unwrap() = no("weixin");
    login(&server, "weixin", &sent("weixin")).is_error(400, 251, BAD);
}

#[test]
fn no_secret_reaches_the_log_an_answer_or_the_database() {
    let (platform, cell) = played("facebook");
    let own = json!({ "base_url": platform.url, "app_id": "app-1", "app_secret": "app&secret" });
    let (_settings, path) = settings(&json!({ "facebook": own }));
    let (_temporary, folder) = data();
    let log = folder.with_extension("log");
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "trace"]);
    command.args(["--platform", "facebook=facebook", "--platforms"]).arg(path);
    command.arg("--data").arg(&folder);
    command.stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let server = Server::spawn(command);
    assert_eq!(login(&server, "facebook", &sent("facebook")).status, 201);
    for reply in [
        Reply::Json(400, json!({ "error": { "code": 100, "message": TOKEN } })),
        Reply::Json(400, json!({ "error": { "code": 190, "message": "app&secret" } })),
        Reply::Text(200, "good&token/é?"),
        Reply::Redirect(format!("{}/?good&token/é?", platform.url)),
        Reply::Drop,
    ] {
        *cell.lock().unwrap() = reply;
        let answer = login(&server, "facebook", &sent("facebook"));
        assert!(matches!(answer.status, 400 | 503), "{}", answer.json);
    }
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("the platform could not be asked"), "{log}");
    for text in [TOKEN, "good%26token", "app&secret", "app%26secret"] {
        assert!(!log.contains(text), "the log holds {text}: {log}");
        for file in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }
}
