//! Verification codes for telephones and UIDs: the studio's sender is played on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::path::Path;
use std::process::Command;
use std::thread;

use common::platform::{Platform, Reply};
use common::signed::{BASE, Call, give, is_signed, nonce, server_command};
use common::{Answer, Server, data, refused};
use serde_json::{Value, json};

const KEY: &str = "a-key-of-the-sender-with-32-chars";
const PHONE: &str = "13800138000";

fn sender_command(platform: &Platform, more: &[&str]) -> Command {
    let url = format!("{}/send", platform.url);
    let options = [&["--binding-sender", &*url][..], more].concat();
    let mut command = server_command(Path::new(":memory:"), &options);
    command.env("TDSAUTH_BINDING_SENDER_KEY", KEY);
    command
}

fn start(platform: &Platform, more: &[&str]) -> Server {
    Server::spawn(sender_command(platform, more))
}

fn good() -> Platform {
    Platform::always(Reply::Json(200, json!({})))
}

fn post(endpoint: &str, body: &Value) -> Call {
    Call { target: format!("{BASE}/{endpoint}"), ..Call::notify(body) }
}

fn by_phone(phone: &str) -> Call {
    post("send-code-by-phone", &json!({ "phone_num": phone }))
}

fn by_uid(uid: &str) -> Call {
    post("send-code-by-uid", &json!({ "uid": uid }))
}

fn verify(phone: &str, code: &str) -> Call {
    post("verify-and-get-roles-by-phone", &json!({ "phone_num": phone, "code": code }))
}

/// An account with a telephone and a role.
fn player(server: &Server, phone: &str) -> Answer {
    let body = json!({ "username": phone, "password": "pw", "mobilePhoneNumber": phone });
    let made = server.post("/1.1/users", &body);
    assert_eq!(made.status, 201, "{}", made.json);
    give(server, &made, &format!("role-of-{phone}"));
    made
}

fn sent(platform: &Platform) -> Vec<Value> {
    platform.asked().iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect()
}

fn last_code(platform: &Platform) -> String {
    sent(platform).last().unwrap()["code"].as_str().unwrap().to_owned()
}

/// Another code of six digits.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[test]
fn a_code_by_telephone_shows_the_roles_once() {
    let platform = good();
    let server = start(&platform, &[]);
    let player = player(&server, PHONE);
    let answer = by_phone(PHONE).send(&server);
    assert_eq!(answer.json, json!({ "code": 0, "msg": "ok" }));
    let asked = &platform.asked()[0];
    assert!(is_signed(asked, KEY) && asked.method == "POST" && asked.target == "/send");
    let code = last_code(&platform);
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    let told = json!({ "phone_num": PHONE, "account": player.json["objectId"], "code": code });
    assert_eq!(sent(&platform), [told]);
    let shown = verify(PHONE, &code).send(&server);
    assert_eq!(shown.json["data"][0]["role_id"], format!("role-of-{PHONE}"), "{}", shown.json);
    assert_eq!(verify(PHONE, &code).code(&server), 1021, "once");
}

#[test]
fn one_telephone_has_several_ways_to_be_written() {
    let platform = good();
    let server = start(&platform, &["--binding-send-spacing", "0"]);
    player(&server, PHONE);
    player(&server, "+8613900139000");
    for (asks, guesses) in [
        ("13800138000", "+86 138-0013-8000"),
        ("+8613800138000", "13800138000"),
        ("13900139000", "+8613900139000"),
    ] {
        assert_eq!(by_phone(asks).code(&server), 0, "{asks}");
        assert_eq!(verify(guesses, &last_code(&platform)).code(&server), 0, "{guesses}");
    }
    assert_eq!(by_phone("13700137000").code(&server), 1004);
    assert_eq!(verify("13700137000", "123456").code(&server), 1004);
    for phone in ["1", "x", "+", "138001380001380013800", "1380013800\u{0}"] {
        assert_eq!(by_phone(phone).code(&server), 1011, "{phone}");
        assert_eq!(verify(phone, "123456").code(&server), 1011, "{phone}");
    }
    for (body, code) in [
        (json!({}), 1000),
        (json!({ "phone_num": "" }), 1000),
        (json!({ "phone_num": 13_800_138_000_u64 }), 1001),
        (json!({ "uid": PHONE }), 1000),
        (json!([]), 1001),
    ] {
        assert_eq!(post("send-code-by-phone", &body).code(&server), code, "{body}");
    }
    let twice = format!("{{\"phone_num\":\"1\",\"phone_num\":\"{PHONE}\"}}");
    let call = Call { body: twice.into_bytes(), ..by_phone(PHONE) };
    assert_eq!(call.code(&server), 1001);
    assert_eq!(verify(PHONE, "").code(&server), 1000);
}

#[test]
fn a_code_by_uid_is_for_the_account_or_the_account_of_the_role() {
    let platform = good();
    let server = start(&platform, &["--binding-send-spacing", "0"]);
    let player = server.guest("me");
    give(&server, &player, "uid-7");
    for uid in [player.text("objectId"), "uid-7"] {
        assert_eq!(by_uid(uid).code(&server), 0);
        let code = last_code(&platform);
        let told = json!({ "uid": uid, "account": player.json["objectId"], "code": code });
        assert_eq!(sent(&platform).last(), Some(&told));
        let guess =
            |code: &str| post("verify-and-get-roles-by-uid", &json!({ "uid": uid, "code": code }));
        assert_eq!(guess(&wrong(&code)).code(&server), 1020);
        assert_eq!(guess(&code).code(&server), 0);
    }
    assert_eq!(by_uid("nobody").code(&server), 1004);
    assert_eq!(by_uid("a\u{0}").code(&server), 1001);
    assert_eq!(by_uid(&"x".repeat(257)).code(&server), 1001);
    // A UID that is a telephone's number is another contact.
    self::player(&server, PHONE);
    assert_eq!(by_phone(PHONE).code(&server), 0);
    let body = json!({ "uid": PHONE, "code": last_code(&platform) });
    assert_eq!(post("verify-and-get-roles-by-uid", &body).code(&server), 1004);
}

#[test]
fn a_code_stands_five_guesses_however_they_come() {
    let platform = good();
    let server = start(&platform, &["--binding-send-spacing", "0"]);
    player(&server, PHONE);
    assert_eq!(by_phone(PHONE).code(&server), 0);
    let code = last_code(&platform);
    for _ in 0..4 {
        assert_eq!(verify(PHONE, &wrong(&code)).code(&server), 1020);
    }
    assert_eq!(verify(PHONE, &code).code(&server), 0, "the fifth");
    assert_eq!(by_phone(PHONE).code(&server), 0);
    let bad = wrong(&last_code(&platform));
    let call = verify(PHONE, &bad);
    let mut codes: Vec<_> = thread::scope(|scope| {
        let guess = |_| {
            let call = Call { nonce: nonce(), ..call.clone() };
            let server = &server;
            scope.spawn(move || call.code(server))
        };
        let guesses: Vec<_> = (0..64).map(guess).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    codes.sort_unstable();
    assert_eq!(codes, [vec![1020; 5], vec![1021; 59]].concat());
    assert_eq!(verify(PHONE, &last_code(&platform)).code(&server), 1021, "not even the right one");
    // A new code is a new start, and the end of the one before.
    assert_eq!(by_phone(PHONE).code(&server), 0);
    let first = last_code(&platform);
    assert_eq!(by_phone(PHONE).code(&server), 0);
    let second = last_code(&platform);
    if first != second {
        assert_eq!(verify(PHONE, &first).code(&server), 1020);
    }
    assert_eq!(verify(PHONE, &second).code(&server), 0);
}

#[test]
fn codes_are_not_sent_too_often() {
    let platform = good();
    let server = start(&platform, &["--binding-sends-per-day-of-all", "3"]);
    for phone in [PHONE, "13900139000", "13600136000", "13500135000"] {
        player(&server, phone);
    }
    assert_eq!(by_phone(PHONE).code(&server), 0);
    assert_eq!(by_phone(PHONE).code(&server), 1010, "within a minute");
    assert_eq!(by_phone(&format!("+86{PHONE}")).code(&server), 1010, "the same telephone");
    assert_eq!(by_phone("13900139000").code(&server), 0, "another's");
    assert_eq!(by_phone("13600136000").code(&server), 0);
    assert_eq!(by_phone("13500135000").code(&server), 1010, "all have had theirs");
    assert_eq!(platform.asked().len(), 3);

    let few = start(&platform, &["--binding-send-spacing", "0", "--binding-sends-per-day", "2"]);
    player(&few, PHONE);
    let codes = [(); 3].map(|()| by_phone(PHONE).code(&few));
    assert_eq!(codes, [0, 0, 1010]);

    let many = start(&platform, &[]);
    player(&many, PHONE);
    let before = platform.asked().len();
    let codes: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..16).map(|_| scope.spawn(|| by_phone(PHONE).code(&many))).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(platform.asked().len(), before + 1);
}

#[test]
fn a_place_in_time_comes_back_only_when_certainly_nothing_was_sent() {
    for (reply, again) in [
        (Reply::Json(400, json!({})), 1999),
        (Reply::Json(500, json!({})), 1010),
        (Reply::Drop, 1010),
        (Reply::Redirect("http://127.0.0.1:1/".to_owned()), 1010),
        (Reply::Silence, 1010),
    ] {
        let platform = Platform::always(reply.clone());
        let server = start(&platform, &["--binding-sender-timeout", "1"]);
        player(&server, PHONE);
        assert_eq!(by_phone(PHONE).code(&server), 1999, "{reply:?}");
        assert_eq!(by_phone(PHONE).code(&server), again, "{reply:?}");
        if again == 1999 {
            assert_eq!(verify(PHONE, &last_code(&platform)).code(&server), 1021, "withdrawn");
        }
    }
}

#[test]
fn without_a_sender_there_are_no_codes_but_on_the_developers_page() {
    let server = Server::spawn(server_command(Path::new(":memory:"), &[]));
    let call = by_phone(PHONE);
    assert_eq!(server.send("POST", &call.target, &[], b"{}").status, 404);

    let dev = Server::spawn(server_command(Path::new(":memory:"), &["--dev"]));
    player(&dev, PHONE);
    assert_eq!(by_phone(PHONE).code(&dev), 0);
    let page = dev.fetch("GET", "/?lang=en", &[], b"");
    let text = page.text();
    let (_, list) = text.split_once("id=\"codes\"").unwrap();
    let (list, _) = list.split_once("</ul>").unwrap();
    assert!(list.contains(PHONE), "{list}");
    let code = list.split_once("<code>").unwrap().1.split_once("</code>").unwrap().0;
    assert_eq!(verify(PHONE, code).code(&dev), 0);

    // With a sender the page has none.
    let platform = good();
    let dev = Server::spawn(sender_command(&platform, &["--dev"]));
    player(&dev, PHONE);
    assert_eq!(by_phone(PHONE).code(&dev), 0);
    let code = last_code(&platform);
    assert!(!dev.fetch("GET", "/?lang=en", &[], b"").text().contains(&code));
}

#[test]
fn the_senders_key_is_kept_and_checked() {
    let platform = good();
    for key in ["", "too-short"] {
        let mut command = sender_command(&platform, &[]);
        command.env("TDSAUTH_BINDING_SENDER_KEY", key);
        assert!(refused(command).contains("at least 32"));
    }
    let mut command = sender_command(&platform, &[]);
    command.env_remove("TDSAUTH_BINDING_SENDER_KEY");
    assert!(refused(command).contains("needs --binding-sender-key"));
    for url in ["http://studio.example/send", "x", "https://studio.example/?x"] {
        let mut command = server_command(Path::new(":memory:"), &["--binding-sender", url]);
        command.env("TDSAUTH_BINDING_SENDER_KEY", KEY);
        assert!(refused(command).contains("--binding-sender"), "{url}");
    }
    let (kept, _) = data();
    let file = kept.path().join("key");
    std::fs::write(&file, KEY).unwrap();
    common::chmod(&file, 0o600);
    let mut command = sender_command(&platform, &["--binding-sender-key", file.to_str().unwrap()]);
    command.env("TDSAUTH_BINDING_SENDER_KEY", "another-key-of-at-least-32-characters");
    let server = Server::spawn(command);
    player(&server, PHONE);
    assert_eq!(by_phone(PHONE).code(&server), 0);
    assert!(is_signed(&platform.asked()[0], KEY), "the file goes first");
}
