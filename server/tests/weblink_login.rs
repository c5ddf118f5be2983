//! Who may log in on the page for the web link, and how often.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::path::Path;

use common::signed::{SECRET, SECRETS, give, server_command};
use common::taptap::{login, next, nine, parameter, token};
use common::visitor::{REDIRECT, Visitor, leads_to, notice};
use common::{Answer, Page, Server, refused};
use serde_json::{Value, json};

const PAGE: &str = "/bind";
const PASSWORDS: [&str; 3] =
    ["--binding-page", "http://127.0.0.1:1/bind", "--binding-page-passwords"];

/// A server that also plays TapTap.
fn start(more: &[&str]) -> Server {
    Server::spawn(server_command(Path::new(":memory:"), &[&["--dev"], more].concat()))
}

/// A server for players, on whose page they log in by name and password.
fn with_passwords(more: &[&str]) -> Server {
    Server::spawn(server_command(Path::new(":memory:"), &[&PASSWORDS, more].concat()))
}

fn named(server: &Server) -> Answer {
    let body = json!({
        "username": "lin", "password": "the password of lin", "email": "Lin@example.com",
        "mobilePhoneNumber": "13800138000", "nickname": "Lin",
    });
    let made = server.post("/1.1/users", &body);
    assert_eq!(made.status, 201, "{}", made.json);
    give(server, &made, "role-of-lin");
    made
}

fn try_password(visitor: &Visitor<'_>, name: &str, password: &str) -> Page {
    let page = visitor.open(REDIRECT);
    visitor.fill(&page, "/password", &[("name", name), ("password", password)])
}

fn accounts(server: &Server) -> i64 {
    let counted = server.master("GET", "/1.1/users?where={}&count=1&limit=0", &Value::Null);
    counted.json["count"].as_i64().unwrap()
}

#[test]
fn a_player_without_an_account_is_told_so_and_gets_none() {
    let server = start(&[]);
    let visitor = Visitor::new(&server, "/binding");
    let page = visitor.log_in(&server, &visitor.open(REDIRECT), "lin");
    assert_eq!(notice(&page), (403, "no-account"));
    assert!(page.text().contains("id=\"again\""));
    assert_eq!(accounts(&server), 0);
    login(&server, &nine(&server, &token(&server, "lin", "public_profile")));
    leads_to(&visitor.log_in(&server, &visitor.open(REDIRECT), "lin"));
    assert_eq!(accounts(&server), 1);
}

#[test]
fn what_the_game_knows_of_the_player_stays_as_it_is() {
    let server = start(&[]);
    let player = login(&server, &nine(&server, &token(&server, "lin", "public_profile")));
    let visitor = Visitor::new(&server, "/binding");
    visitor.asked(&server, REDIRECT, "lin");
    let now = server.get("/1.1/users/me", Some(player.text("sessionToken")));
    assert_eq!(now.json, player.json, "the name among them, which was not asked for here");
}

#[test]
fn a_login_that_taptap_does_not_confirm_is_none() {
    let server = start(&[]);
    login(&server, &nine(&server, &token(&server, "lin", "public_profile")));
    let (visitor, other) = (Visitor::new(&server, "/binding"), Visitor::new(&server, "/binding"));
    let begin = || visitor.to_taptap(&visitor.open(REDIRECT));
    let back = visitor.at_taptap(&server, &begin(), "deny", "lin");
    let page = visitor.get(&back);
    assert_eq!(notice(&page), (403, "denied"));
    assert!(page.text().contains("id=\"again\""));
    assert_eq!(notice(&visitor.get(&back)), (410, "gone"), "once");

    let at = begin();
    let state = parameter(&at, "state").unwrap();
    let forged = |code: &str| format!("/binding/taptap?code={code}&state={state}");
    other.open(REDIRECT);
    assert_eq!(notice(&other.get(&forged("x"))), (410, "gone"), "another browser");
    assert_eq!(notice(&visitor.get(&forged("x"))), (403, "not-confirmed"));
    let back = visitor.at_taptap(&server, &at, "allow", "lin");
    assert_eq!(notice(&visitor.get(&back)), (410, "gone"), "one answer to one question");
    for odd in ["", "?code=x", "?state=x", "?code=x&state=x&state=y", "?code=x&state=%00"] {
        assert_eq!(notice(&visitor.get(&format!("/binding/taptap{odd}"))), (410, "gone"), "{odd}");
    }

    // A code of TapTap's for another attempt, brought by who makes the player follow a link.
    let (mine, theirs) = (begin(), other.to_taptap(&other.open(REDIRECT)));
    let back = other.at_taptap(&server, &theirs, "allow", "lin");
    let code = parameter(&back, "code").unwrap();
    let state = parameter(&mine, "state").unwrap();
    let injected = visitor.get(&format!("/binding/taptap?code={code}&state={state}"));
    assert_eq!(notice(&injected), (403, "not-confirmed"));

    for (answer, outcome) in [
        (json!({ "fault": "drop" }), (503, "down")),
        (json!({ "fault": "garbage" }), (503, "down")),
        (json!({ "error": "invalid_grant" }), (403, "not-confirmed")),
        (json!({ "error": "server_error", "status": 500 }), (503, "down")),
    ] {
        next(&server, "authorization_code", 1, &answer);
        let page = visitor.log_in(&server, &visitor.open(REDIRECT), "lin");
        assert_eq!(notice(&page), outcome, "{answer}");
    }
    leads_to(&visitor.log_in(&server, &visitor.open(REDIRECT), "lin"));
}

#[test]
fn names_and_passwords_open_the_page_where_they_are_let() {
    let server = with_passwords(&[]);
    let player = named(&server);
    let visitor = Visitor::new(&server, PAGE);
    for name in ["lin", " lin ", "lin@EXAMPLE.com", "13800138000", "138-0013-8000"] {
        let to = leads_to(&try_password(&visitor, name, "the password of lin"));
        let asks = visitor.get(&to);
        assert!(asks.text().contains(player.text("objectId")), "{name}");
        assert!(leads_to(&visitor.answer(&to, &asks, "agree")).starts_with(REDIRECT));
    }
    for name in ["lin", "nobody", "lin@example.com", "a\u{0}b"] {
        let page = try_password(&visitor, name, "another");
        assert_eq!(notice(&page), (403, "wrong-password"), "{name:?}");
        assert!(page.text().contains("id=\"password\"") && !page.text().contains("another"));
        assert!(page.text().contains(&format!("value=\"{name}\"")), "to be typed once only");
    }
    assert_eq!(notice(&try_password(&visitor, "", "x")), (400, "bad-form"));
    let dev = start(&[]);
    let visitor = Visitor::new(&dev, "/binding");
    named(&dev);
    let tried = try_password(&visitor, "lin", "the password of lin");
    assert_eq!(notice(&tried), (410, "gone"), "not without the option");
}

#[test]
fn a_guest_is_refused() {
    let server = with_passwords(&[]);
    let guest = server.guest("me");
    let path = format!("/1.1/users/{}", guest.text("objectId"));
    let session = Some(guest.text("sessionToken"));
    let set = server.ask("PUT", &path, session, &json!({ "password": "a password" }));
    assert_eq!(set.status, 200, "{}", set.json);
    let visitor = Visitor::new(&server, PAGE);
    let page = try_password(&visitor, guest.text("username"), "a password");
    assert_eq!(notice(&page), (403, "guest"));
    let named = json!({ "username": "lin", "password": "a password" });
    let other = server.guest("other");
    let path = format!("/1.1/users/{}", other.text("objectId"));
    let session = Some(other.text("sessionToken"));
    assert_eq!(server.ask("PUT", &path, session, &named).status, 200);
    leads_to(&try_password(&visitor, "lin", "a password"));
}

#[test]
fn wrong_passwords_lock_the_name_here_as_anywhere() {
    let server = with_passwords(&["--limit-logins", "off"]);
    named(&server);
    let visitor = Visitor::new(&server, PAGE);
    let mut tries = 0;
    while notice(&try_password(&visitor, "lin@example.com", "wrong")) == (403, "wrong-password") {
        tries += 1;
        assert!(tries < 100);
    }
    let right = || try_password(&visitor, "lin@example.com", "the password of lin");
    assert_eq!(notice(&right()), (429, "locked"));
    let body = json!({ "email": "lin@example.com", "password": "the password of lin" });
    assert_eq!(server.post("/1.1/login", &body).json["code"], 219, "in the game, too");
}

#[test]
fn logins_on_the_page_count_as_logins() {
    let server = with_passwords(&["--limit-logins", "3/h"]);
    // The first of three.
    named(&server);
    let visitor = Visitor::new(&server, PAGE);
    for _ in 0..2 {
        assert_eq!(notice(&try_password(&visitor, "lin", "wrong")), (403, "wrong-password"));
    }
    let page = try_password(&visitor, "lin", "the password of lin");
    assert_eq!(notice(&page), (429, "too-often"));
    assert!(page.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    let game = server.post("/1.1/login", &json!({ "username": "lin", "password": "x" }));
    assert_eq!(game.status, 429, "of one address all are counted together");

    let dev = start(&["--limit-logins", "1/h"]);
    let visitor = Visitor::new(&dev, "/binding");
    visitor.to_taptap(&visitor.open(REDIRECT));
    let page = visitor.open(REDIRECT);
    assert_eq!(notice(&visitor.fill(&page, "/taptap", &[])), (429, "too-often"));
}

#[test]
fn a_page_that_could_not_work_is_refused_at_the_start() {
    let page = |url: &str, more: &[&str]| {
        let options = [&["--binding-page", url][..], more].concat();
        refused(server_command(Path::new(":memory:"), &options))
    };
    for url in [
        "/bind",
        "https://game.example",
        "https://game.example/",
        "http://game.example/bind",
        "https://game.example/bind?x",
        "https://game.example/{x}",
        "https://game.example/a//b",
        "https://game.example/a/../b",
        "https://game.example/1.1/bind",
        "https://game.example/tdsauth",
        "https://game.example/game-record",
        "https://game.example/game-record/v1/get-roles/x",
        "https://game.example/authorize",
    ] {
        assert!(page(url, &["--binding-page-passwords"]).contains("--binding-page"), "{url}");
    }
    let good = "https://game.example/bind";
    assert!(page(good, &[]).contains("nobody could log in"));
    let client = ["--taptap-client-id", "own", "--taptap-open-url", "http://127.0.0.1:1"];
    assert!(page(good, &client).contains("nobody could log in"), "TapTap has no page there");
    assert!(page(good, &["--dev-lan"]).contains("--dev-lan"));
    let mut command = server_command(Path::new(":memory:"), &["--binding-page", good]);
    command.env_remove(SECRETS);
    assert!(refused(command).contains("needs --binding-secrets"));
    let mut command = server_command(Path::new(":memory:"), &["--binding-page-passwords"]);
    command.env(SECRETS, SECRET);
    assert!(refused(command).contains("needs --binding-page"));
    let region = ["--taptap-client-id", "own", "--taptap-region", "cn"];
    let options = [&["--binding-page", good][..], &region].concat();
    let server = Server::spawn(server_command(Path::new(":memory:"), &options));
    let visitor = Visitor::new(&server, PAGE);
    let at = visitor.to_taptap(&visitor.open(REDIRECT));
    assert!(at.starts_with("https://accounts.taptap.cn/authorize?"), "{at}");
    let back = parameter(&at, "redirect_uri");
    assert_eq!(back.as_deref(), Some("https://game.example/bind/taptap"));
    assert_eq!(parameter(&at, "flow"), None, "that is of games that listen themselves");
}
