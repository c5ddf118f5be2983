//! Players whom the studio's own service confirms: it is played on loopback and checks the
//! signature as the README tells it to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use common::platform::{Asked, Platform, Reply, server, settings};
use common::{Answer, Server, command, data, guest, now_ms};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

const BAD: &str = "Invalid authData.";
const UNAVAILABLE: &str = "The service is not available now.";
const KEY: &str = "a-key-of-the-webhook-with-32-chars";

/// Whether the request is the account server's, as the studio's service finds out.
fn is_signed(asked: &Asked) -> bool {
    let timestamp = asked.header("x-tdsauth-timestamp").unwrap();
    let signature = asked.header("x-tdsauth-signature").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.{}", asked.body).as_bytes());
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let age = now_ms() / 1000 - timestamp.parse::<i64>().unwrap();
    signature == format!("v1={hex}") && (-60..=60).contains(&age)
}

fn studio() -> (Platform, Arc<Mutex<Reply>>) {
    let cell = Arc::new(Mutex::new(Reply::Json(200, json!({ "id": "p-1" }))));
    let say = Arc::clone(&cell);
    let platform = Platform::start(move |asked| {
        if is_signed(asked) { say.lock().unwrap().clone() } else { Reply::Json(401, json!({})) }
    });
    (platform, cell)
}

fn own(platform: &Platform) -> Value {
    json!({ "corp": { "url": format!("{}/who", platform.url), "key": KEY } })
}

fn beside(platform: &Platform, more: &[&str]) -> Server {
    server(&["corp=webhook"], &own(platform), more)
}

fn body(map: &Value) -> Value {
    json!({ "authData": { "corp": map } })
}

fn login(server: &Server, map: &Value) -> Answer {
    server.post("/1.1/users", &body(map))
}

#[test]
fn the_webhook_is_asked_with_a_signature_and_says_who_it_is() {
    let (platform, cell) = studio();
    let server = beside(&platform, &[]);
    let answer = json!({ "id": "p-1", "nickname": "Wu", "avatar": "https://a.example/1", "x": 1 });
    *cell.lock().unwrap() = Reply::Json(200, answer);
    let sent = json!({ "uid": "p-1", "ticket": "t-1", "more": { "a": [1] } });
    let made = login(&server, &sent);
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!((made.text("nickname"), made.text("avatar")), ("Wu", "https://a.example/1"));
    let kept = json!({ "uid": "p-1", "nickname": "Wu", "avatar": "https://a.example/1" });
    assert_eq!(made.json["authData"], json!({ "corp": kept }));
    let asked = &platform.asked()[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/who"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let told: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(told, json!({ "platform": "corp", "authData": sent }));

    // By openid where there is no uid, and what the game says of itself goes before.
    *cell.lock().unwrap() = Reply::Json(200, json!({ "id": "p-2", "nickname": "Wu" }));
    let mut by_openid = body(&json!({ "openid": "p-2" }));
    by_openid["nickname"] = json!("Own");
    let made = server.post("/1.1/users", &by_openid);
    assert_eq!((made.status, made.text("nickname")), (201, "Own"));
    assert_eq!(made.json["authData"]["corp"]["openid"], json!("p-2"));
}

#[test]
fn whatever_is_not_a_clear_yes_makes_nobody() {
    let (platform, cell) = studio();
    let server = beside(&platform, &[]);
    let elsewhere = Platform::always(Reply::Json(200, json!({ "id": "p-1" })));
    let sent = json!({ "uid": "p-1" });
    let yes = json!({ "id": "p-1" });
    for refusal in [
        Reply::Json(200, json!({ "id": "p-2" })),
        Reply::Json(200, json!({ "id": "" })),
        Reply::Json(400, yes.clone()),
        Reply::Json(403, json!({ "error": "no" })),
        Reply::Json(404, json!({})),
    ] {
        *cell.lock().unwrap() = refusal;
        login(&server, &sent).is_error(400, 251, BAD);
    }
    for ill in [
        Reply::Json(200, json!({})),
        Reply::Json(200, json!({ "id": 1 })),
        Reply::Json(200, json!([yes])),
        Reply::Json(201, yes.clone()),
        Reply::Json(204, json!(null)),
        Reply::Json(429, yes.clone()),
        Reply::Json(500, yes.clone()),
        Reply::Text(200, "yes"),
        Reply::Redirect(elsewhere.url.clone()),
        Reply::Huge(300 * 1024),
        Reply::Drop,
    ] {
        *cell.lock().unwrap() = ill.clone();
        let answer = login(&server, &sent);
        assert_eq!(answer.status, 503, "{ill:?}: {}", answer.json);
        answer.is_error(503, 503, UNAVAILABLE);
    }
    assert!(elsewhere.asked().is_empty(), "a redirect was followed");
    *cell.lock().unwrap() = Reply::Json(200, yes);
    let nobody = server.post("/1.1/users?failOnNotExist=true", &body(&sent));
    nobody.is_error(400, 211, "Could not find user.");
}

#[test]
fn a_silent_webhook_is_waited_for_as_long_as_the_option_says() {
    let platform = Platform::always(Reply::Silence);
    let server = beside(&platform, &["--platform-timeout", "1"]);
    login(&server, &json!({ "uid": "p-1" })).is_error(504, 124, "The request timed out.");
}

#[test]
fn another_key_is_not_the_account_servers() {
    let (platform, _) = studio();
    let mut own = own(&platform);
    own["corp"]["key"] = json!("another-key-of-at-least-32-characters");
    let server = server(&["corp=webhook"], &own, &[]);
    login(&server, &json!({ "uid": "p-1" })).is_error(400, 251, BAD);
}

#[test]
fn a_unionid_is_what_the_webhook_says() {
    let (platform, cell) = studio();
    let server = beside(&platform, &[]);
    let map = json!({ "uid": "p-1", "unionid": "u-1", "platform": "corp", "main_account": true });
    *cell.lock().unwrap() = Reply::Json(200, json!({ "id": "p-1", "unionid": "u-2" }));
    login(&server, &map).is_error(400, 251, BAD);
    *cell.lock().unwrap() = Reply::Json(200, json!({ "id": "p-1", "unionid": "u-1" }));
    let made = login(&server, &map);
    let stored = json!({ "uid": "p-1", "unionid": "u-1" });
    let entry = json!({ "uid": "u-1" });
    assert_eq!(made.json["authData"], json!({ "corp": stored, "_corp_unionid": entry }));
}

#[test]
fn strangers_make_no_account_ask_the_webhook() {
    let (platform, _) = studio();
    let server = beside(&platform, &[]);
    let made = server.guest("me");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let answer = server.ask("PUT", &path, Some("not-the-session"), &body(&json!({ "uid": "p-1" })));
    assert_eq!((answer.status, &answer.json["code"]), (400, &json!(206)));
    assert!(platform.asked().is_empty());
    let session = Some(made.text("sessionToken"));
    let linked = server.ask("PUT", &path, session, &body(&json!({ "uid": "p-1" })));
    assert_eq!(linked.status, 200, "{}", linked.json);
    assert_eq!(login(&server, &json!({ "uid": "p-1" })).text("objectId"), made.text("objectId"));
    // Another account may not have the same player.
    let other = server.guest("other");
    let path = format!("/1.1/users/{}", other.text("objectId"));
    let session = Some(other.text("sessionToken"));
    let taken = server.ask("PUT", &path, session, &body(&json!({ "uid": "p-1" })));
    assert_eq!(taken.json["code"], json!(137));
    assert_eq!(server.post("/1.1/users", &guest("other")).status, 200, "still a guest");
}

#[test]
fn sixty_four_first_logins_at_once_make_one_account() {
    let (platform, _) = studio();
    let server = beside(&platform, &[]);
    let sent = json!({ "uid": "p-1" });
    let answers: Vec<Answer> = thread::scope(|scope| {
        let logins: Vec<_> = (0..64).map(|_| scope.spawn(|| login(&server, &sent))).collect();
        logins.into_iter().map(|login| login.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 63);
}

#[test]
fn no_secret_reaches_the_log_or_the_database() {
    let (platform, cell) = studio();
    let (_temporary, folder) = data();
    let (_settings, path) = settings(&own(&platform));
    let log = folder.with_extension("log");
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "trace"]);
    command.args(["--platform", "corp=webhook", "--platforms"]).arg(path);
    command.arg("--data").arg(&folder);
    command.stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let server = Server::spawn(command);
    let sent = json!({ "uid": "p-1", "ticket": "t-very-secret" });
    assert_eq!(login(&server, &sent).status, 201);
    for reply in [
        Reply::Json(403, json!({ "error": "t-very-secret" })),
        Reply::Text(200, "t-very-secret"),
        Reply::Json(500, json!({ "error": "t-very-secret" })),
    ] {
        *cell.lock().unwrap() = reply;
        let answer = login(&server, &sent);
        assert!(!answer.json.to_string().contains("secret"), "{}", answer.json);
    }
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("a login is not confirmed"), "{log}");
    let signature = platform.asked()[0].header("x-tdsauth-signature").unwrap().to_owned();
    for text in [KEY, "t-very-secret", &signature] {
        assert!(!log.contains(text), "the log holds {text}");
        for file in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }
}
