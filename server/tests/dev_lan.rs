//! `--dev-lan`: everything behind a secret in the path, for any name of the server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fs;

use common::taptap::{self, FORM, PROFILE, act, device_code, encoded, poll, script};
use common::{Server, command};
use serde_json::json;

/// A server whose `url` is that of the ready line, with the secret.
fn start(listen: &str) -> Server {
    let mut command = command();
    command.args(["--dev-lan", "--data", ":memory:", "--listen", listen]);
    let mut server = Server::spawn(command);
    server.url = server.ready["dev_url"].as_str().unwrap().to_owned();
    server
}

fn split(server: &Server) -> (String, String) {
    let (origin, token) = server.url.rsplit_once('/').unwrap();
    (origin.to_owned(), token.to_owned())
}

#[test]
fn the_ready_line_tells_an_address_with_128_random_bits() {
    let (one, two) = (start("127.0.0.1:0"), start("127.0.0.1:0"));
    let names: Vec<_> = one.ready.as_object().unwrap().keys().collect();
    let all = ["app_id", "app_key", "dev_url", "listening", "master_key", "taptap_client_id"];
    assert_eq!(names, all);
    let (origin, token) = split(&one);
    assert_eq!(origin, one.ready["listening"].as_str().unwrap());
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
    assert_ne!(token, split(&two).1);
}

#[test]
fn it_listens_beyond_this_machine_and_names_an_address_of_it() {
    let server = start("0.0.0.0:0");
    assert!(server.ready["listening"].as_str().unwrap().starts_with("http://0.0.0.0:"));
    assert!(!server.url.contains("0.0.0.0"), "{}", server.url);
    assert_eq!(server.send("GET", "/healthz", &[], b"").status, 200);
    let mut with_dev = command();
    with_dev.args(["--dev", "--dev-lan", "--data", ":memory:", "--listen", "0.0.0.0:0"]);
    assert!(Server::spawn(with_dev).ready["dev_url"].is_string());
}

#[test]
fn an_account_login_asks_the_stand_in_behind_the_secret() {
    for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
        let server = start(listen);
        script(&server, &json!({ "interval": 0 }));
        let token = taptap::token(&server, "lin", "public_profile");
        let profile = token.get(&server, PROFILE);
        let map = json!({
            "kid": token.kid, "mac_key": token.mac_key, "openid": profile.field("openid"),
        });
        let made = server.post("/1.1/users", &json!({ "authData": { "taptap": map } }));
        assert_eq!((made.status, made.text("nickname")), (201, &*profile.field("name")));
    }
}

#[test]
fn without_the_secret_there_is_nothing() {
    let mut server = start("127.0.0.1:0");
    let (origin, token) = split(&server);
    server.url = origin;
    let (start, _) = token.split_at(31);
    let wrong = format!("{start}{}", if token.ends_with('0') { '1' } else { '0' });
    for path in [
        "/",
        "/healthz",
        "/1.1/date",
        "/dev/state",
        "/device",
        "/authorize",
        PROFILE,
        &format!("/{wrong}/healthz"),
        &format!("/{start}/healthz"),
        &format!("/{token}0/healthz"),
        &format!("//{token}/healthz"),
        &format!("/?{token}"),
    ] {
        server.send("GET", path, &[], b"").is_error(404, 404, "Not found.");
        server.send("POST", path, &[], b"{}").is_error(404, 404, "Not found.");
    }
    assert_eq!(server.send("GET", &format!("/{token}/healthz"), &[], b"").status, 200);
    assert_eq!(server.fetch("GET", &format!("/{token}"), &[], b"").status, 200);
    server.send("GET", &format!("/{token}/nothing"), &[], b"").is_error(404, 404, "Not found.");
}

#[test]
fn a_whole_login_goes_through_it_by_any_name() {
    let server = start("127.0.0.1:0");
    script(&server, &json!({ "interval": 0 }));
    assert_eq!(server.guest("guest").status, 201, "the account API is behind it as well");
    let login = device_code(&server, "public_profile");
    let shown = login.field("qrcode_url");
    assert!(shown.starts_with(&format!("{}/device?qrcode=1", server.url)), "{shown}");
    assert_eq!(login.field("verification_url"), format!("{}/device", server.url));

    // As the Android emulator reaches its host.
    let port = split(&server).0.rsplit_once(':').unwrap().1.to_owned();
    let emulator = format!("10.0.2.2:{port}");
    let fields = encoded(&[
        ("client_id", taptap::CLIENT_ID),
        ("response_type", "device_code"),
        ("scope", "public_profile"),
    ]);
    let headers = [FORM, ("Host", &*emulator)];
    let other = server.send("POST", taptap::DEVICE, &headers, fields.as_bytes());
    // The page is for another device: by the address that all of them reach.
    assert!(other.field("qrcode_url").starts_with(&format!("{}/device", server.url)));

    act(&server, &login.field("user_code"), "allow", "lin");
    let token = taptap::Token::read(&poll(&server, &login.field("device_code")));
    let profile = token.get(&server, PROFILE);
    assert_eq!(profile.field("avatar"), format!("{}/dev/avatars/lin.png", server.url));
    let url = format!("http://{emulator}/{}{PROFILE}", split(&server).1);
    let header = token.header("GET", &url, taptap::now_s(), "a-nonce");
    let signed = [("Authorization", &*header), ("Host", &*emulator)];
    let seen = server.send("GET", PROFILE, &signed, b"");
    // The avatar is for the game: by the name that it used.
    assert!(seen.field("avatar").starts_with(&format!("http://{emulator}/")));
    // The secret is part of the path, and the path is signed.
    let without =
        token.header("GET", &url.replace(&split(&server).1, ""), taptap::now_s(), "nonce");
    let signed = [("Authorization", &*without), ("Host", &*emulator)];
    server.send("GET", PROFILE, &signed, b"").refuses(401, "access_denied");
}

#[test]
fn the_pages_lead_to_each_other_behind_the_secret() {
    let server = start("127.0.0.1:0");
    let (_, token) = split(&server);
    let code = device_code(&server, "public_profile").field("user_code");
    for path in ["/", "/device", &format!("/device?user_code={code}"), &taptap::authorize_path(&[])]
    {
        let page = server.fetch("GET", path, &[], b"");
        assert_eq!(page.status, 200);
        let text = page.text();
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for link in text.split(attribute).skip(1) {
                assert!(link.starts_with(&format!("/{token}/")), "{attribute}{link}");
            }
        }
    }
    let fields = encoded(&[("user_code", &code), ("action", "allow"), ("player", "lin")]);
    let post = |headers: &[(&str, &str)]| {
        let headers = [&[FORM], headers].concat();
        server.fetch("POST", "/device", &headers, fields.as_bytes())
    };
    for foreign in [
        &[("Origin", "https://example.com")][..],
        &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
    ] {
        assert_eq!(post(foreign).status, 403);
    }
    let orders = [("Origin", "null")];
    assert_eq!(server.fetch("POST", "/dev/script", &orders, b"{}").status, 403);
    // A browser sends no more than this to plain http on another machine.
    let done = post(&[("Origin", "null")]);
    assert_eq!(done.status, 303);
    let next = done.header("location").unwrap();
    assert!(next.starts_with(&format!("/{token}/device?")), "{next}");
}

#[test]
fn the_secret_is_in_no_log_and_no_list() {
    let temporary = tempfile::TempDir::new().unwrap();
    let log = temporary.path().join("log");
    let mut command = command();
    command.args(["--dev-lan", "--listen", "127.0.0.1:0", "--data", ":memory:", "--log", "trace"]);
    command.stderr(fs::File::create(&log).unwrap());
    let mut server = Server::spawn(command);
    server.url = server.ready["dev_url"].as_str().unwrap().to_owned();
    let (_, token) = split(&server);
    device_code(&server, "public_profile");
    let requests = taptap::state(&server)["requests"].to_string();
    assert!(requests.contains("/oauth2/v1/device/code") && !requests.contains(&token));
    server.signal("-TERM");
    assert!(server.wait().success());
    let said = fs::read_to_string(&log).unwrap();
    assert!(said.contains("/oauth2/v1/device/code") && !said.contains(&token), "{said}");
}
