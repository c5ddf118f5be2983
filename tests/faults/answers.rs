//! Answers that are none: refused, wrong, too large, cut, elsewhere.

use crate::common::api;
use crate::common::client::Setup;
use crate::fault_server::{Fault, FaultServer, answer, head, redirect};
use crate::player::{Ending, Player, answered, unanswered};

const HTML: &str = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>";

/// The player before the first login, and the one after it, meet the same ill server.
fn everybody_suffers(fault: &Fault, expected: Ending) {
    let server = FaultServer::start(fault.clone());
    for make in [Player::newcomer, Player::logged_in] {
        let mut player = make();
        let setup = Setup { max_response_bytes: 100_000, ..player.setup(&server.url()) };
        player.suffers(&setup, expected);
    }
}

fn json(body: &str) -> Fault {
    Fault::Raw(answer("200 OK", "application/json", body))
}

#[test]
fn statuses_with_a_page_of_html() {
    for (status, http_status, meaning) in [
        ("401 Unauthorized", 401, api::UNAUTHORIZED),
        ("403 Forbidden", 403, api::FORBIDDEN),
        ("404 Not Found", 404, api::NOT_FOUND),
        ("429 Too Many Requests", 429, api::RATE_LIMITED),
        ("500 Internal Server Error", 500, api::SERVER),
        ("502 Bad Gateway", 502, api::SERVER),
        // A portal that wants somebody to click first.
        ("200 OK", 200, api::BAD_RESPONSE),
    ] {
        let fault = Fault::Raw(answer(status, "text/html", HTML));
        everybody_suffers(&fault, answered(meaning, http_status));
    }
}

#[test]
fn an_empty_body() {
    everybody_suffers(&json(""), answered(api::BAD_RESPONSE, 200));
}

#[test]
fn json_of_another_shape() {
    let deep = "[".repeat(50_000);
    for body in [
        "[]",
        "null",
        "\"user\"",
        "{",
        "{}{}",
        &deep,
        r#"{"objectId":"5b029266fb4ffe005d6c7c2e","sessionToken":"a\u0000b"}"#,
    ] {
        everybody_suffers(&json(body), answered(api::BAD_RESPONSE, 200));
    }
}

#[test]
fn a_user_without_a_token() {
    let body = r#"{"objectId":"5b029266fb4ffe005d6c7c2e","username":"x"}"#;
    logins_suffer(&json(body));
}

#[test]
fn a_numeric_id() {
    let body = r#"{"objectId":12,"sessionToken":"0123456789abcdefghijklmno"}"#;
    logins_suffer(&json(body));
}

/// As [`everybody_suffers`], for answers that are good enough for some other operation.
fn logins_suffer(fault: &Fault) {
    let server = FaultServer::start(fault.clone());
    for make in [Player::newcomer, Player::logged_in] {
        let mut player = make();
        let setup = player.setup(&server.url());
        player.fails_to_log_in(&setup, answered(api::BAD_RESPONSE, 200));
    }
}

#[test]
fn two_hundred_megabytes() {
    const HUGE: u64 = 200 << 20;
    let close = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    for first in [head(HUGE), close] {
        everybody_suffers(&Fault::Flood(first, HUGE), answered(api::RESPONSE_TOO_LARGE, 200));
    }
}

#[test]
fn a_gzip_bomb() {
    let mut first =
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n".to_vec();
    first.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    everybody_suffers(&Fault::Flood(first, 200 << 20), answered(api::BAD_RESPONSE, 201));
}

#[test]
fn a_wrong_content_length() {
    let user = r#"{"objectId":"5b029266fb4ffe005d6c7c2e","sessionToken":"0123456789abcdef"}"#;
    let length = user.len() as u64;
    let longer = [head(length + 1), user.as_bytes().to_vec()].concat();
    everybody_suffers(&Fault::RawThenClose(longer), unanswered(api::NETWORK));
    let shorter = [head(length - 1), user.as_bytes().to_vec()].concat();
    everybody_suffers(&Fault::Raw(shorter), answered(api::BAD_RESPONSE, 200));
}

#[test]
fn what_is_not_http() {
    let fault = Fault::RawThenClose(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec());
    everybody_suffers(&fault, unanswered(api::BAD_RESPONSE));
}

#[test]
fn a_redirect_loop() {
    for (status, http_status) in [("301 Moved Permanently", 301), ("307 Temporary", 307)] {
        let fault = Fault::Raw(redirect(status, "/1.1/users"));
        everybody_suffers(&fault, answered(api::REDIRECT, http_status));
    }
}

#[test]
fn a_redirect_to_somebody_else() {
    let other = FaultServer::start(json("{}"));
    let fault = Fault::Raw(redirect("302 Found", &other.url()));
    everybody_suffers(&fault, answered(api::REDIRECT, 302));
    assert_eq!(other.connections(), 0, "nobody else hears of the player");
}

#[test]
fn a_redirect_is_one_request() {
    let server = FaultServer::start(Fault::Raw(redirect("308 Permanent", "/1.1/users")));
    let mut player = Player::logged_in();
    let setup = player.setup(&server.url());
    player.suffers(&setup, answered(api::REDIRECT, 308));
    assert_eq!(server.requests().len(), 3, "one for each operation");
}
