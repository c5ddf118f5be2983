//! The control of the stand-in: ordered answers and faults, players, what the state tells, and who
//! may give orders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Instant;

use common::Server;
use common::taptap::{
    self, BASIC_INFO, DEVICE, FORM, PROFILE, TOKEN, Token, act, authorize, device_code, encoded,
    exchange, next, order, parameter, poll, refresh, script, state,
};
use serde_json::{Value, json};

/// A request for a device code, as bytes; the connection ends after it.
fn raw(server: &Server) -> String {
    let body = encoded(&[
        ("client_id", taptap::CLIENT_ID),
        ("response_type", "device_code"),
        ("scope", "public_profile"),
    ]);
    let (host, length) = (server.address(), body.len());
    let head = format!(
        "POST {DEVICE} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
        FORM.1
    );
    let mut stream = server.connect();
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may say so or just end.
    let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn refused(server: &Server, path: &str, body: &str) -> (u16, String) {
    let answer = server.send("POST", path, &[], body.as_bytes());
    (answer.status, answer.text("error").to_owned())
}

#[test]
fn each_kind_of_call_is_answered_as_ordered_so_many_times() {
    let server = taptap::start();
    let error = json!({ "error": "server_error", "status": 500 });
    let code = || device_code(&server, "public_profile").field("device_code");
    let token = taptap::token(&server, "lin", "public_profile");

    next(&server, "device", 2, &error);
    for _ in 0..2 {
        device_code(&server, "public_profile").refuses(500, "server_error");
    }
    let waiting = code();
    next(&server, "device_token", 1, &error);
    refresh(&server, "another").refuses(400, "invalid_grant");
    poll(&server, &waiting).refuses(500, "server_error");
    poll(&server, &waiting).refuses(400, "authorization_pending");
    next(&server, "token", 3, &error);
    poll(&server, &waiting).refuses(500, "server_error");
    refresh(&server, &token.kid).refuses(500, "server_error");
    exchange(&server, "x", &[]).refuses(500, "server_error");
    exchange(&server, "x", &[]).refuses(400, "invalid_grant");
    next(&server, "profile", 1, &error);
    assert_eq!(token.get(&server, BASIC_INFO).status, 200);
    token.get(&server, PROFILE).refuses(500, "server_error");
    assert_eq!(token.get(&server, PROFILE).status, 200);
    next(&server, "basic_info", 1, &error);
    token.get(&server, BASIC_INFO).refuses(500, "server_error");
    next(&server, "refresh_token", 1, &error);
    refresh(&server, &token.kid).refuses(500, "server_error");
    assert_eq!(refresh(&server, &token.kid).status, 200, "the failure ended nothing");
}

#[test]
fn an_ordered_answer_is_given_word_for_word() {
    let server = taptap::start();
    let region = json!({
        "error": "invalid_request",
        "status": 400,
        "description": "client store [cn] do not match: InvalidArgument",
    });
    next(&server, "device", 1, &region);
    let mixed_up = device_code(&server, "public_profile");
    mixed_up.refuses(400, "invalid_request");
    let said = &mixed_up.json["data"]["error_description"];
    assert_eq!(said, "client store [cn] do not match: InvalidArgument");

    let dotted = json!({ "error": "oauth2.tapapis.com.AUTHORIZATION_WAITING" });
    next(&server, "token", 1, &dotted);
    poll(&server, "any").refuses(400, "oauth2.tapapis.com.AUTHORIZATION_WAITING");

    next(&server, "profile", 1, &json!({ "json": { "openid": "flat" }, "status": 201 }));
    let flat = server.send("GET", PROFILE, &[], b"");
    assert_eq!((flat.status, flat.json), (201, json!({ "openid": "flat" })));

    script(&server, &json!({ "mac_algorithm": "hmac-md5" }));
    let login = device_code(&server, "public_profile");
    act(&server, &login.field("user_code"), "allow", "lin");
    let odd = poll(&server, &login.field("device_code"));
    assert_eq!(odd.field("mac_algorithm"), "hmac-md5");
    Token::read(&odd).get(&server, PROFILE).refuses(401, "access_denied");
}

#[test]
fn the_connection_ends_without_an_answer_or_in_the_middle_of_one() {
    let server = taptap::start();
    next(&server, "device", 1, &json!({ "fault": "drop" }));
    assert_eq!(raw(&server), "");
    assert_eq!(state(&server)["device"], json!([]), "it had no effect");
    next(&server, "device", 1, &json!({ "fault": "lose" }));
    assert_eq!(raw(&server), "");
    assert_eq!(state(&server)["device"].as_array().unwrap().len(), 1, "it had its effect");
    next(&server, "device", 1, &json!({ "fault": "cut" }));
    let half = raw(&server);
    assert!(half.starts_with("HTTP/1.1 200 "), "{half:?}");
    assert!(half.contains("device_code") && !half.ends_with("0\r\n\r\n"), "{half:?}");
    assert!(raw(&server).starts_with("HTTP/1.1 200 "), "the server goes on");
}

#[test]
fn an_answer_is_garbage_or_huge_or_of_wrong_types() {
    let server = taptap::start();
    let body = encoded(&[("client_id", "x")]);
    let sent = || server.fetch("POST", TOKEN, &[FORM], body.as_bytes());
    next(&server, "token", 1, &json!({ "fault": "garbage" }));
    let garbage = sent();
    assert_eq!(garbage.status, 200);
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err());
    next(&server, "token", 1, &json!({ "fault": "huge" }));
    assert!(sent().body.len() > 8 << 20);
    next(&server, "token", 1, &json!({ "fault": "huge", "bytes": 100_000 }));
    assert!((100_000..101_000).contains(&sent().body.len()));
    next(&server, "token", 1, &json!({ "fault": "wrong_type" }));
    let wrong: Value = serde_json::from_slice(&sent().body).unwrap();
    for name in ["device_code", "qrcode_url", "expires_in", "interval", "kid", "mac_key", "openid"]
    {
        let value = &wrong["data"][name];
        let right = match name {
            "expires_in" | "interval" => value.is_number(),
            _ => value.is_string(),
        };
        assert!(!right && !value.is_null(), "{name}");
    }
    next(&server, "token", 1, &json!({ "fault": "none" }));
    assert_eq!(sent().status, 400, "answered as it should be");
}

#[test]
fn an_answer_is_late() {
    let server = taptap::start();
    for answer in [json!({ "fault": "delay", "ms": 300 }), json!({ "error": "x", "ms": 300 })] {
        next(&server, "device", 1, &answer);
        let start = Instant::now();
        device_code(&server, "public_profile");
        assert!(start.elapsed().as_millis() >= 300);
    }
}

#[test]
fn the_decision_of_a_browser_login_is_ordered() {
    let server = taptap::start();
    let decide = || {
        server.fetch("GET", &taptap::authorize_path(&[]), &[], b"");
        let id = state(&server)["authorize"][0]["id"].as_str().unwrap().to_owned();
        let body = encoded(&[("action", "allow"), ("player", "lin")]);
        server.fetch("POST", &format!("/authorize/{id}"), &[FORM], body.as_bytes())
    };
    next(&server, "authorize", 1, &json!({ "error": "server_error" }));
    let refused = decide();
    let location = refused.header("location").unwrap();
    assert_eq!(parameter(location, "error").unwrap(), "server_error");
    next(&server, "authorize", 1, &json!({ "fault": "wrong_state" }));
    let wrong = decide();
    let location = wrong.header("location").unwrap();
    assert_ne!(parameter(location, "state").unwrap(), "a-state");
    assert!(parameter(location, "code").is_some());
    next(&server, "authorize", 1, &json!({ "fault": "garbage" }));
    assert_eq!((decide().status, decide().status), (200, 303));
}

#[test]
fn an_order_that_is_wrong_is_refused_with_its_reason() {
    let server = taptap::start();
    for (body, word) in [
        ("", "EOF"),
        ("[]", "invalid"),
        (r#"{"intervall":1}"#, "intervall"),
        (r#"{"interval":-1}"#, "-1"),
        (r#"{"interval":3601}"#, "interval"),
        (r#"{"next":[{"call":"nothing","answer":{"error":"x"}}]}"#, "nothing"),
        (r#"{"next":[{"call":"device","answer":{}}]}"#, "one of"),
        (r#"{"next":[{"call":"device","answer":{"fault":"fire"}}]}"#, "fire"),
    ] {
        let (status, why) = refused(&server, "/dev/script", body);
        assert!(status == 400 && why.contains(word), "{body}: {why}");
    }
    let (status, _) = refused(&server, "/dev/device/ABCDE", r#"{"action":"allow"}"#);
    assert_eq!(status, 404);
    let (status, _) = refused(&server, "/dev/authorize/x", r#"{"action":"allow"}"#);
    assert_eq!(status, 404);
    let code = device_code(&server, "public_profile").field("user_code");
    let path = format!("/dev/device/{code}");
    assert_eq!(refused(&server, &path, r#"{"action":"dance"}"#).0, 400);
    assert_eq!(refused(&server, &path, r#"{"action":"allow","player":"nobody"}"#).0, 400);
    act(&server, &code, "allow", "lin");
    let (status, why) = refused(&server, &path, r#"{"action":"deny"}"#);
    assert!(status == 409 && why.contains("allowed"), "{why}");
}

#[test]
fn a_player_is_added_and_logs_in() {
    let server = taptap::start();
    let player = json!({ "id": "new", "name": "<b>新</b>", "openid": "own+/==", "avatar": "https://example.com/a.png" });
    order(&server, "/dev/players", &player);
    let profile = taptap::token(&server, "new", "public_profile").get(&server, PROFILE);
    assert_eq!(profile.field("name"), "<b>新</b>");
    assert_eq!(profile.field("openid"), "own+/==");
    assert_eq!(profile.field("avatar"), "https://example.com/a.png");
    for (body, word) in [
        (r#"{"id":"new"}"#, "name"),
        (r#"{"id":"A","name":"x"}"#, "id"),
        (r#"{"id":"a","name":"x","more":1}"#, "more"),
    ] {
        let (status, why) = refused(&server, "/dev/players", body);
        assert!(status == 400 && why.contains(word), "{body}: {why}");
    }
}

#[test]
fn the_state_tells_everything_but_secrets() {
    let server = taptap::start();
    let login = device_code(&server, "public_profile");
    act(&server, &login.field("user_code"), "allow", "lin");
    let token = poll(&server, &login.field("device_code"));
    let location = authorize(&server, &[("state", "the-state")], "allow", "mei");
    let code = parameter(&location, "code").unwrap();
    exchange(&server, &code, &[]);
    let kept = Token::read(&token);
    kept.get(&server, PROFILE);
    refresh(&server, "some-kid").refuses(400, "invalid_grant");
    let guest = server.guest("the-guest");
    server.get(&format!("/1.1/users/me?session_token={}", guest.text("sessionToken")), None);

    let told = state(&server);
    assert_eq!(told["client_id"], json!("dev-taptap-client"));
    assert_eq!(told["app_name"], json!("Your game"));
    let ids: Vec<_> = told["players"].as_array().unwrap().iter().map(|p| &p["id"]).collect();
    assert_eq!(ids, [&json!("lin"), &json!("mei"), &json!("alex")]);
    assert_eq!(told["device"][0]["user_code"], json!(login.field("user_code")));
    assert_eq!(told["device"][0]["status"], json!("used"));
    assert_eq!(told["authorize"][0]["status"], json!("allowed"));
    assert_eq!(told["authorize"][0]["redirect_uri"], json!(taptap::REDIRECT));
    let players: Vec<_> = told["tokens"].as_array().unwrap().iter().map(|t| &t["player"]).collect();
    assert_eq!(players, [&json!("mei"), &json!("lin")]);
    let requests = told["requests"].as_array().unwrap();
    let refreshed = requests.iter().find(|r| r["fields"]["grant_type"] == "refresh_token").unwrap();
    assert_eq!(
        (&refreshed["method"], &refreshed["path"], &refreshed["status"], &refreshed["error"]),
        (&json!("POST"), &json!(TOKEN), &json!(400), &json!("invalid_grant"))
    );
    assert_eq!(refreshed["fields"]["token"], json!("…"));
    assert!(requests.iter().any(|r| r["path"] == "/1.1/users/me"));

    let text = told.to_string();
    for secret in [
        &kept.kid,
        &kept.mac_key,
        &login.field("device_code"),
        &code,
        "the-state",
        taptap::VERIFIER,
        "some-kid",
        "the-guest",
        guest.text("sessionToken"),
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn the_last_requests_are_bounded() {
    let server = taptap::start();
    for _ in 0..150 {
        server.get("/1.1/date", None);
    }
    assert_eq!(state(&server)["requests"].as_array().unwrap().len(), 100);
}

#[test]
fn the_log_holds_no_secret_at_any_level() {
    let temporary = tempfile::TempDir::new().unwrap();
    let log = temporary.path().join("log");
    let mut command = common::command();
    command.args(["--dev", "--listen", "127.0.0.1:0", "--data", ":memory:", "--log", "trace"]);
    command.stderr(std::fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let login = device_code(&server, "public_profile");
    act(&server, &login.field("user_code"), "allow", "lin");
    let token = Token::read(&poll(&server, &login.field("device_code")));
    token.get_at(&server, PROFILE, taptap::now_s(), "the-nonce");
    let location = authorize(&server, &[("state", "the-state")], "allow", "mei");
    let code = parameter(&location, "code").unwrap();
    exchange(&server, &code, &[]);
    let id = state(&server)["authorize"][0]["id"].as_str().unwrap().to_owned();
    server.signal("-TERM");
    assert!(server.wait().success());
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("/oauth2/v1/token"));
    let user_code = login.field("user_code");
    let device_code = login.field("device_code");
    let Token { kid, mac_key } = token;
    for secret in [&*kid, &mac_key, &device_code, &user_code, &code, &id, "the-state", "the-nonce"]
    {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn pages_of_other_servers_give_no_orders() {
    let server = taptap::start();
    let post =
        |path: &str, headers: &[(&str, &str)]| server.fetch("POST", path, headers, b"{}").status;
    let own = server.url.clone();
    let paths = ["/dev/script", "/dev/players", "/oauth2/v1/token", "/authorize/x", "/1.1/users"];
    for path in paths {
        for foreign in
            ["https://example.com", "http://127.0.0.1:1", "http://localhost", "file://", "null", ""]
        {
            assert_eq!(post(path, &[("Origin", foreign)]), 403, "{path} {foreign}");
        }
        assert_ne!(post(path, &[("Origin", &own)]), 403, "{path}");
        assert_ne!(post(path, &[]), 403, "{path}");
    }
    // A page without a referrer has no origin to tell; the browser vouches for it.
    let null = |site| [("Origin", "null"), ("Sec-Fetch-Site", site)];
    assert_eq!(post("/authorize/x", &null("same-origin")), 400);
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(post("/authorize/x", &null(site)), 403, "{site}");
    }
    assert_eq!(post("/dev/script", &null("same-origin")), 403, "no page orders anything");
    let foreign = [("Host", "example.com")];
    for path in ["/dev/state", "/authorize", "/device", "/"] {
        assert_eq!(server.fetch("GET", path, &foreign, b"").status, 403, "{path}");
    }
}

#[test]
fn without_dev_none_of_this_exists() {
    let server = Server::in_memory();
    for path in [
        DEVICE,
        TOKEN,
        taptap::REVOKE,
        PROFILE,
        BASIC_INFO,
        "/authorize",
        "/authorize/x",
        "/device",
        "/dev/state",
        "/dev/script",
        "/dev/players",
        "/dev/device/x",
        "/dev/authorize/x",
        "/dev/avatars/lin.png",
        "/dev/style.css",
        "/",
    ] {
        for method in ["GET", "POST"] {
            server.send(method, path, &[], b"").is_error(404, 404, "Not found.");
        }
    }
}

#[test]
fn the_client_id_and_the_games_name_are_given_at_the_start() {
    let server = taptap::start_with(&["--taptap-client-id", "my-client", "--app-name", "我的游戏"]);
    assert_eq!(server.ready["taptap_client_id"], json!("my-client"));
    assert_eq!(state(&server)["app_name"], json!("我的游戏"));
    device_code(&server, "public_profile").refuses(401, "invalid_client");
    let fields =
        [("client_id", "my-client"), ("response_type", "device_code"), ("scope", "basic_info")];
    assert_eq!(taptap::post(&server, DEVICE, &fields).status, 200);
}
