//! The stand-in's login in a browser: contract C and D.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::taptap::{
    self, FORM, PROFILE, REDIRECT, Token, authorize, authorize_path, challenge, encoded, exchange,
    parameter,
};
use common::{Page, Server};
use serde_json::json;

fn open(server: &Server, changed: &[(&str, &str)]) -> Page {
    server.fetch("GET", &authorize_path(changed), &[], b"")
}

/// The address to which the page's form goes.
fn form_action(page: &Page) -> String {
    let text = page.text();
    let from = text.find(r#"action="/authorize/"#).unwrap() + 8;
    text[from..].split('"').next().unwrap().to_owned()
}

fn decide(server: &Server, path: &str, fields: &[(&str, &str)]) -> Page {
    server.fetch("POST", path, &[FORM], encoded(fields).as_bytes())
}

#[test]
fn the_page_sends_the_browser_back_with_a_code_that_is_good_once() {
    let server = taptap::start();
    let path = form_action(&open(&server, &[]));
    let done = decide(&server, &path, &[("action", "allow"), ("player", "alex")]);
    assert_eq!(done.status, 303);
    let location = done.header("location").unwrap();
    assert!(location.starts_with(&format!("{REDIRECT}?code=")), "{location}");
    assert_eq!(parameter(location, "state").unwrap(), "a-state");
    assert_eq!(done.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(done.header("cache-control"), Some("no-store"));
    let code = parameter(location, "code").unwrap();
    let token = Token::read(&exchange(&server, &code, &[]));
    assert_eq!(token.get(&server, PROFILE).field("name"), "Alex Carter");
    exchange(&server, &code, &[]).refuses(400, "invalid_grant");
    // What was decided stays decided.
    assert_eq!(decide(&server, &path, &[("action", "deny")]).status, 410);
}

#[test]
fn a_refusal_goes_back_with_the_state_and_no_code() {
    let server = taptap::start();
    let path = form_action(&open(&server, &[("state", "a&b=c ü")]));
    let done = decide(&server, &path, &[("action", "deny")]);
    assert_eq!(done.status, 303);
    let location = done.header("location").unwrap();
    assert_eq!(parameter(location, "error").unwrap(), "access_denied");
    assert_eq!(parameter(location, "state").unwrap(), "a&b=c ü");
    assert_eq!(parameter(location, "code"), None);
}

#[test]
fn a_test_decides_without_a_page() {
    let server = taptap::start();
    let location = authorize(&server, &[], "allow", "mei");
    let token = Token::read(&exchange(&server, &parameter(&location, "code").unwrap(), &[]));
    assert_eq!(token.get(&server, PROFILE).field("name"), "梅 Mei");
    let location = authorize(&server, &[], "deny", "mei");
    assert_eq!(parameter(&location, "error").unwrap(), "access_denied");
    // By the state as well, which a test has from the URL that the library gave it.
    open(&server, &[("state", "of-the-library")]);
    let deed = json!({ "action": "allow" });
    let done = taptap::order(&server, "/dev/authorize/of-the-library", &deed);
    assert!(done["location"].as_str().unwrap().contains("state=of-the-library"));

    open(&server, &[("state", "late")]);
    taptap::order(&server, "/dev/authorize/late", &json!({ "action": "expire" }));
    let late = json!({ "action": "allow" }).to_string();
    assert_eq!(server.send("POST", "/dev/authorize/late", &[], late.as_bytes()).status, 409);
}

#[test]
fn every_redirect_on_this_device_is_taken_and_no_other() {
    let server = taptap::start();
    for own in [
        "http://127.0.0.1:1/",
        "http://127.0.0.1:4321/authorize?own=1",
        "http://localhost:9/x",
        "http://[::1]:8080/authorize",
        "tapoauth://authorize",
        "ttdev-taptap-client://login",
    ] {
        let location = authorize(&server, &[("redirect_uri", own)], "allow", "lin");
        let more = if own.contains('?') { "&code=" } else { "?code=" };
        assert!(location.starts_with(&format!("{own}{more}")), "{location}");
        let code = parameter(&location, "code").unwrap();
        let token = exchange(&server, &code, &[("redirect_uri", own)]);
        assert_eq!(token.status, 200, "{own}");
    }
    for foreign in [
        "https://example.com/authorize",
        "http://example.com/authorize",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://user@127.0.0.1/",
        "https://127.0.0.1/",
        "http://127.0.0.1:80#fragment",
        "http://127.0.0.1:80/a\r\nSet-Cookie: a=b",
        "http://10.0.0.1/",
        "javascript://127.0.0.1/%0aalert(1)",
        "data:text/html,x",
        "ttanother://login",
        "tapoauth",
        "/authorize",
        &format!("tapoauth://{}", "x".repeat(3000)),
    ] {
        let page = open(&server, &[("redirect_uri", foreign)]);
        assert_eq!(page.status, 400, "{foreign}");
        assert!(page.text().contains("invalid_request"));
    }
}

#[test]
fn what_is_wrong_with_a_request_to_authorize_is_said_on_the_page() {
    let server = taptap::start();
    let padded = format!("{}=", challenge("x"));
    for (name, value, status, error) in [
        ("client_id", "", 400, "invalid_request"),
        ("client_id", "another", 401, "invalid_client"),
        ("response_type", "", 400, "invalid_request"),
        ("response_type", "token", 400, "unsupported_response_type"),
        ("redirect_uri", "", 400, "invalid_request"),
        ("state", "", 400, "invalid_request"),
        ("state", &"x".repeat(3000), 400, "invalid_request"),
        ("code_challenge", "", 400, "invalid_request"),
        ("code_challenge", "too-short", 400, "invalid_request"),
        ("code_challenge", &padded, 400, "invalid_request"),
        ("code_challenge_method", "", 400, "invalid_request"),
        ("code_challenge_method", "plain", 400, "invalid_request"),
        ("scope", "", 400, "invalid_request"),
        ("scope", "unheard_of", 400, "invalid_request"),
    ] {
        let page = open(&server, &[(name, value)]);
        assert_eq!(page.status, status, "{name}={value}");
        assert!(page.text().contains(error), "{name}={value}");
        assert_eq!(page.header("location"), None);
    }
    let twice = format!("{}&state=another", authorize_path(&[]));
    assert_eq!(server.fetch("GET", &twice, &[], b"").status, 400);
    assert_eq!(open(&server, &[("flow", "")]).status, 200, "flow is optional");
    let none = taptap::state(&server)["authorize"].as_array().unwrap().len();
    assert_eq!(none, 1, "nobody can decide on a wrong one");
}

#[test]
fn a_code_is_exchanged_with_the_right_verifier_and_redirect_only() {
    let server = taptap::start();
    let code = || parameter(&authorize(&server, &[], "allow", "lin"), "code").unwrap();
    for (name, wrong) in [
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        // As if the method were "plain".
        ("code_verifier", &challenge(taptap::VERIFIER)),
        ("redirect_uri", "http://127.0.0.1:4322/authorize"),
        ("redirect_uri", "http://127.0.0.1:4321/authorize/"),
        ("code", "another"),
    ] {
        exchange(&server, &code(), &[(name, wrong)]).refuses(400, "invalid_grant");
    }
    for missing in ["code", "redirect_uri", "code_verifier", "client_id", "grant_type"] {
        exchange(&server, &code(), &[(missing, "")]).refuses(400, "invalid_request");
    }
    let another = [("client_id", "another")];
    exchange(&server, &code(), &another).refuses(401, "invalid_client");
    let sha_256 = [("secret_type", "hmac-sha-256")];
    exchange(&server, &code(), &sha_256).refuses(400, "unsupported_secret_type");
    assert_eq!(exchange(&server, &code(), &[("secret_type", "")]).status, 200);
    // A try with a wrong verifier spends the code.
    let spent = code();
    exchange(&server, &spent, &[("code_verifier", "wrong")]).refuses(400, "invalid_grant");
    exchange(&server, &spent, &[]).refuses(400, "invalid_grant");
}

#[test]
fn a_page_that_is_loaded_again_is_the_same_login_until_it_expires() {
    let server = taptap::start();
    let path = form_action(&open(&server, &[]));
    assert_eq!(form_action(&open(&server, &[])), path);
    assert_eq!(form_action(&open(&server, &[("lang", "en")])), path);
    assert_ne!(form_action(&open(&server, &[("state", "another")])), path);
    taptap::order(&server, "/dev/authorize/a-state", &json!({ "action": "expire" }));
    assert_eq!(open(&server, &[]).status, 410);
    let late = decide(&server, &path, &[("action", "allow"), ("player", "lin")]);
    assert_eq!((late.status, late.header("location")), (410, None));
    taptap::script(&server, &json!({ "expires_in": 0 }));
    let path = form_action(&open(&server, &[("state", "third")]));
    let late = decide(&server, &path, &[("action", "allow"), ("player", "lin")]);
    assert_eq!((late.status, late.header("location")), (410, None));
}

#[test]
fn a_decision_that_makes_no_sense_is_refused() {
    let server = taptap::start();
    let path = form_action(&open(&server, &[]));
    for fields in [
        &[("action", "allow"), ("player", "nobody")][..],
        &[("action", "maybe"), ("player", "lin")],
        &[("player", "lin")],
    ] {
        assert_eq!(decide(&server, &path, fields).status, 400);
    }
    let unknown = decide(&server, "/authorize/unknown", &[("action", "deny")]);
    assert_eq!(unknown.status, 404);
    let right = [("action", "allow"), ("player", "lin")];
    assert_eq!(decide(&server, &path, &right).status, 303, "none of these decided anything");
}
