//! The stand-in's device login: contract A, B and E, and how fast a client may poll.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::taptap::{
    self, CLIENT_ID, DEVICE, FORM, PROFILE, TOKEN, Token, act, device_code, poll, post, refresh,
    script,
};
use serde_json::json;

#[test]
fn a_device_code_has_all_that_a_client_shows_and_polls_with() {
    let server = taptap::start_with(&[]);
    let login = device_code(&server, "public_profile,compliance");
    let code = login.field("user_code");
    assert_eq!((login.field("device_code").len(), code.len()), (40, 5));
    assert_eq!(login.field("verification_url"), format!("{}/device", server.url));
    let shown = format!("{}/device?qrcode=1&user_code={code}", server.url);
    assert_eq!(login.field("qrcode_url"), shown);
    assert_eq!(login.data()["expires_in"], json!(300));
    assert_eq!(login.data()["interval"], json!(2));
    let another = device_code(&server, "public_profile");
    assert_ne!(another.field("device_code"), login.field("device_code"));
    assert_ne!(another.field("user_code"), code);
}

#[test]
fn what_is_wrong_with_a_request_for_a_device_code_is_said() {
    let server = taptap::start_with(&[]);
    let right =
        [("client_id", CLIENT_ID), ("response_type", "device_code"), ("scope", "public_profile")];
    for missing in 0..right.len() {
        let mut fields = right.to_vec();
        fields.remove(missing);
        post(&server, DEVICE, &fields).refuses(400, "invalid_request");
    }
    for (at, value, status, error) in [
        (0, "another", 401, "invalid_client"),
        (1, "code", 400, "unsupported_response_type"),
        (2, "unheard_of", 400, "invalid_request"),
        // Joined by a blank this is one scope, which nobody knows.
        (2, "public_profile compliance", 400, "invalid_request"),
    ] {
        let mut fields = right.to_vec();
        fields[at].1 = value;
        post(&server, DEVICE, &fields).refuses(status, error);
    }
    let twice = [&right[..], &right[..1]].concat();
    post(&server, DEVICE, &twice).refuses(400, "invalid_request");
    let json = ("Content-Type", "application/json");
    let body = json!({ "client_id": CLIENT_ID, "response_type": "device_code", "scope": "a" });
    let sent = server.send("POST", DEVICE, &[json], body.to_string().as_bytes());
    sent.refuses(400, "invalid_request");
    let huge = "scope=".to_owned() + &"x".repeat(40_000);
    server.send("POST", DEVICE, &[FORM], huge.as_bytes()).refuses(400, "invalid_request");
    server.send("GET", DEVICE, &[], b"").refuses(405, "invalid_request");
    server.send("GET", "/oauth2/v1/nothing", &[], b"").refuses(404, "not_found");
    server.send("GET", "/account/nothing", &[], b"").refuses(404, "not_found");
}

#[test]
fn a_login_goes_from_pending_over_scanned_to_a_token_and_succeeds_once() {
    let server = taptap::start();
    let login = device_code(&server, "public_profile,compliance,unheard_of");
    let (device, user) = (login.field("device_code"), login.field("user_code"));
    poll(&server, &device).refuses(400, "authorization_pending");
    act(&server, &user, "scan", "lin");
    poll(&server, &device).refuses(400, "authorization_waiting");
    act(&server, &user.to_lowercase(), "allow", "lin");
    let token = poll(&server, &device);
    let kid = token.field("kid");
    assert!(kid.starts_with("1/") && kid.len() > 100);
    assert_eq!(token.field("access_token"), kid);
    assert_eq!(token.field("token_type"), "mac");
    assert_eq!(token.field("mac_algorithm"), "hmac-sha-1");
    assert!((32..=40).contains(&token.field("mac_key").len()));
    assert_eq!(token.field("scope"), "public_profile compliance", "granted, joined by a blank");
    poll(&server, &device).refuses(400, "invalid_grant");
    poll(&server, &device).refuses(400, "invalid_grant");
    assert_eq!(Token::read(&token).get(&server, PROFILE).field("name"), "林小满");
}

#[test]
fn a_player_refuses_and_a_code_expires() {
    let server = taptap::start();
    let denied = device_code(&server, "public_profile");
    act(&server, &denied.field("user_code"), "deny", "lin");
    poll(&server, &denied.field("device_code")).refuses(401, "access_denied");
    poll(&server, &denied.field("device_code")).refuses(401, "access_denied");

    let forced = device_code(&server, "public_profile");
    act(&server, &forced.field("user_code"), "expire", "lin");
    poll(&server, &forced.field("device_code")).refuses(400, "invalid_grant_code");

    script(&server, &json!({ "expires_in": 0 }));
    let short = device_code(&server, "public_profile");
    assert_eq!(short.data()["expires_in"], json!(0));
    poll(&server, &short.field("device_code")).refuses(400, "invalid_grant_code");

    poll(&server, "never-issued").refuses(400, "invalid_grant");
}

#[test]
fn who_polls_too_fast_is_slowed_down_and_at_last_fails() {
    let server = taptap::start();
    script(&server, &json!({ "interval": 3600 }));
    let login = device_code(&server, "public_profile");
    let code = login.field("device_code");
    poll(&server, &code).refuses(400, "authorization_pending");
    poll(&server, &code).refuses(400, "slow_down");
    poll(&server, &code).refuses(400, "slow_down");
    // Even when the player has allowed it meanwhile.
    act(&server, &login.field("user_code"), "allow", "lin");
    let failed = poll(&server, &code);
    failed.refuses(400, "invalid_request");
    assert!(failed.json["data"]["msg"].as_str().unwrap().contains("too often"));
    poll(&server, &code).refuses(400, "invalid_request");
    let seen = &taptap::state(&server)["device"][0];
    assert_eq!(seen["interval"], json!(3600 + 3 * 5), "five seconds more each time");
    assert_eq!(seen["status"], json!("failed: polled too fast"));
    // Another login of the same game has its own pace.
    let other = device_code(&server, "public_profile").field("device_code");
    poll(&server, &other).refuses(400, "authorization_pending");
}

#[test]
fn a_slow_down_that_the_script_orders_has_to_be_heeded_too() {
    let server = taptap::start();
    let code = device_code(&server, "public_profile").field("device_code");
    poll(&server, &code).refuses(400, "authorization_pending");
    poll(&server, &code).refuses(400, "authorization_pending");
    taptap::next(&server, "device_token", 1, &json!({ "error": "slow_down" }));
    poll(&server, &code).refuses(400, "slow_down");
    // Five seconds are not over.
    poll(&server, &code).refuses(400, "slow_down");
    assert_eq!(taptap::state(&server)["device"][0]["interval"], json!(10));
}

#[test]
fn what_is_wrong_with_a_request_for_a_token_is_said() {
    let server = taptap::start();
    let code = device_code(&server, "public_profile").field("device_code");
    let right = [
        ("grant_type", "device_token"),
        ("client_id", CLIENT_ID),
        ("code", &*code),
        ("secret_type", "hmac-sha-1"),
    ];
    for missing in 0..3 {
        let mut fields = right.to_vec();
        fields.remove(missing);
        post(&server, TOKEN, &fields).refuses(400, "invalid_request");
    }
    // Some clients live without it.
    post(&server, TOKEN, &right[..3]).refuses(400, "authorization_pending");
    for (at, value, status, error) in [
        (0, "urn:ietf:params:oauth:grant-type:device_code", 400, "unsupported_grant_type"),
        (0, "password", 400, "unsupported_grant_type"),
        (1, "another", 401, "invalid_client"),
        (2, "another", 400, "invalid_grant"),
        (3, "hmac-sha-256", 400, "unsupported_secret_type"),
    ] {
        let mut fields = right.to_vec();
        fields[at].1 = value;
        post(&server, TOKEN, &fields).refuses(status, error);
    }
    let fields: serde_json::Map<_, _> =
        right.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let body = json!(fields).to_string();
    let json = ("Content-Type", "application/json");
    server.send("POST", TOKEN, &[json], body.as_bytes()).refuses(400, "invalid_request");
}

#[test]
fn a_refresh_gives_a_new_token_for_the_old_one() {
    let server = taptap::start();
    let old = taptap::token(&server, "mei", "public_profile,email");
    let answer = refresh(&server, &old.kid);
    let new = Token::read(&answer);
    assert!(new.kid != old.kid && new.mac_key != old.mac_key);
    assert_eq!(answer.field("scope"), "public_profile email");
    assert_eq!(new.get(&server, PROFILE).field("email"), "mei@example.com");
    old.get(&server, PROFILE).refuses(401, "access_denied");
    refresh(&server, &old.kid).refuses(400, "invalid_grant");

    script(&server, &json!({ "old_token": "good" }));
    let newer = Token::read(&refresh(&server, &new.kid));
    assert_eq!(new.get(&server, PROFILE).field("name"), "梅 Mei");
    assert_eq!(newer.get(&server, PROFILE).field("name"), "梅 Mei");

    let fields = [("grant_type", "refresh_token"), ("client_id", CLIENT_ID)];
    post(&server, TOKEN, &fields).refuses(400, "invalid_request");
    let wrong = [&fields[..], &[("token", &*newer.kid), ("token_type_hint", "mac_key")]].concat();
    post(&server, TOKEN, &wrong).refuses(400, "invalid_request");
    let known = [("grant_type", "refresh_token"), ("client_id", "other"), ("token", &*newer.kid)];
    post(&server, TOKEN, &known).refuses(401, "invalid_client");
    assert_eq!(newer.get(&server, PROFILE).field("name"), "梅 Mei", "nothing was ended by these");
}

#[test]
fn too_many_logins_at_once_are_told_to_come_later() {
    let server = taptap::start();
    for _ in 0..1024 {
        assert_eq!(device_code(&server, "public_profile").status, 200);
    }
    device_code(&server, "public_profile").refuses(429, "too_many_login_attempts");
    let waiting = taptap::state(&server);
    let code = waiting["device"][0]["user_code"].as_str().unwrap().to_owned();
    act(&server, &code, "deny", "lin");
    assert_eq!(device_code(&server, "public_profile").status, 200, "one has ended");
}
