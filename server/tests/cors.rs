//! Web clients: which pages of other servers may call the service.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Page, Server, guest};

const GAME: &str = "https://game.example";

fn start(more: &[&str]) -> Server {
    Server::start(Path::new(":memory:"), more)
}

/// What a browser asks before it sends a page's request.
fn preflight(server: &Server, path: &str, origin: &str) -> Page {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type,x-lc-id,x-lc-sign,x-lc-session"),
    ];
    server.fetch("OPTIONS", path, &headers, b"")
}

/// A guest's login by a page of `origin`.
fn login(server: &Server, origin: &str, id: &str) -> Page {
    let headers = [&server.client()[..], &[("Origin", origin)]].concat();
    server.fetch("POST", "/1.1/users", &headers, guest(id).to_string().as_bytes())
}

fn said_of_cors(page: &Page) -> Vec<&str> {
    let names = page.headers.keys().map(|name| name.as_str());
    names.filter(|name| name.starts_with("access-control") || *name == "vary").collect()
}

#[test]
fn without_the_option_nothing_is_said_of_other_pages() {
    let server = start(&[]);
    let asked = preflight(&server, "/1.1/users", GAME);
    assert_eq!((asked.status, said_of_cors(&asked)), (405, vec![]));
    let made = login(&server, GAME, "me");
    assert_eq!((made.status, said_of_cors(&made)), (201, vec![]));
}

#[test]
fn a_listed_page_is_told_what_it_may_send_and_read() {
    let server = start(&["--cors-origin", GAME, "--cors-origin", "http://localhost:3000"]);
    for path in ["/1.1/users", "/1.1/classes/_User", "/1.1/users/x/refreshSessionToken"] {
        for origin in [GAME, "http://localhost:3000"] {
            let asked = preflight(&server, path, origin);
            assert_eq!((asked.status, &asked.body[..]), (200, &b""[..]));
            assert_eq!(asked.header("access-control-allow-origin"), Some(origin));
            assert_eq!(asked.header("access-control-max-age"), Some("7200"));
            assert_eq!(asked.header("access-control-allow-methods"), Some("GET,POST,PUT,DELETE"));
            let headers = asked.header("access-control-allow-headers").unwrap();
            let headers: Vec<_> = headers.split(',').collect();
            let names = ["content-type", "x-lc-id", "x-lc-key", "x-lc-sign", "x-lc-session"];
            for name in [&names[..], &["x-lc-ua", "x-lc-prod"]].concat() {
                assert!(headers.contains(&name), "{name} in {headers:?}");
            }
            assert!(asked.header("vary").unwrap().contains("origin"));
            assert_eq!(asked.header("access-control-allow-credentials"), None);
        }
    }
    let made = login(&server, GAME, "me");
    assert_eq!(made.status, 201);
    assert_eq!(made.header("access-control-allow-origin"), Some(GAME));
    assert_eq!(made.header("access-control-expose-headers"), Some("location,retry-after"));
    assert!(made.header("vary").unwrap().contains("origin"));
}

#[test]
fn a_page_that_is_not_listed_is_not_allowed() {
    let server = start(&["--cors-origin", GAME]);
    for origin in [
        "https://evil.example",
        "https://game.example.evil.example",
        "https://sub.game.example",
        "http://game.example",
        "https://game.example:8443",
        "null",
        "*",
    ] {
        for page in [preflight(&server, "/1.1/users", origin), login(&server, origin, origin)] {
            assert_eq!(page.header("access-control-allow-origin"), None, "{origin}");
            // Or a cache could give one page what was meant for another.
            assert!(page.header("vary").unwrap().contains("origin"));
        }
    }
    // Clients that are no browsers have no origin, and no need of leave.
    assert_eq!(server.guest("native").status, 201);
    let wrong = server.ask("PATCH", "/1.1/users", None, &serde_json::Value::Null);
    wrong.is_error(405, 405, "Method not allowed.");
}

#[test]
fn a_page_can_read_why_it_was_refused() {
    let server = start(&["--cors-origin", GAME, "--limit-logins", "1/h"]);
    assert_eq!(login(&server, GAME, "me").status, 201);
    let refused = login(&server, GAME, "me");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("access-control-allow-origin"), Some(GAME));
    let asked = preflight(&server, "/1.1/users", GAME);
    assert_eq!(asked.status, 200, "a question is no login");
    let stranger = server.fetch("POST", "/1.1/users", &[("Origin", GAME)], b"{}");
    assert_eq!(stranger.header("access-control-allow-origin"), Some(GAME));
    assert_eq!(server.guest("me").status, 429);
}

#[test]
fn a_development_server_lets_a_listed_page_into_the_account_api_alone() {
    let page = "http://localhost:3000";
    let server = start(&["--dev", "--cors-origin", page]);
    assert_eq!(preflight(&server, "/1.1/users", page).status, 200);
    let made = login(&server, page, "me");
    assert_eq!(made.status, 201);
    assert_eq!(made.header("access-control-allow-origin"), Some(page));
    assert_eq!(login(&server, "http://localhost:3001", "me").status, 403);
    let order = server.fetch("POST", "/dev/script", &[("Origin", page)], b"{}");
    assert_eq!((order.status, said_of_cors(&order)), (403, vec![]));
    let state = server.fetch("GET", "/dev/state", &[("Origin", page)], b"");
    assert_eq!((state.status, said_of_cors(&state)), (200, vec![]));
}
