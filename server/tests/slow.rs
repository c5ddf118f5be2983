//! Callers that take their time: each kind of slowness has its deadline. Headers and bodies are in
//! `requests.rs`, handshakes in `tls.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::io::{Read, Write};
use std::path::Path;

use common::tls::{Files, Identity, ask, connect};
use common::{Server, guest, read_all};
use serde_json::{Value, json};

/// More than the system keeps of an answer that nobody reads.
const HEAVY: usize = 15 * 1024 * 1024;

const OPTIONS: [&str; 8] = [
    "--policy",
    "leancloud",
    "--response-timeout",
    "1",
    "--header-timeout",
    "600",
    "--max-connections",
    "1",
];

fn request(server: &Server, line: &str, more: &str, body: &str) -> String {
    let (app, key, length) = (&server.app_id, &server.app_key, body.len());
    format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nX-LC-Id: {app}\r\nX-LC-Key: {key}\r\n\
         Content-Length: {length}\r\n{more}\r\n{body}"
    )
}

/// The login of a user that is heavy.
fn heavy_login(server: &Server) -> String {
    let text = "x".repeat(HEAVY);
    let body = json!({ "authData": { "anonymous": { "id": "heavy", "x": text } } });
    request(server, "POST /1.1/users", "Connection: close\r\n", &body.to_string())
}

/// A request for the heavy user.
fn heavy_ask(server: &Server, answer: &str) -> String {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let user: Value = serde_json::from_str(body).unwrap();
    let session = format!("X-LC-Session: {}\r\n", user["sessionToken"].as_str().unwrap());
    request(server, "GET /1.1/users/me", &session, "")
}

/// Reads until the server ends it, and says how much came.
fn drain(stream: &mut impl Read) -> usize {
    let mut came = Vec::new();
    let _ = stream.read_to_end(&mut came);
    came.len()
}

#[test]
fn an_answer_that_nobody_reads_ends_its_connection() {
    let server = Server::start(Path::new(":memory:"), &OPTIONS);
    let answer = server.raw(heavy_login(&server).as_bytes());
    let mut deaf = server.connect();
    deaf.write_all(heavy_ask(&server, &answer).as_bytes()).unwrap();
    // It holds the only place: others are served when it has lost that.
    let next = server.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(next.starts_with("HTTP/1.1 200 "), "{next}");
    assert!(drain(&mut deaf) < HEAVY);
}

#[test]
fn an_answer_that_nobody_reads_ends_a_connection_under_tls() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let server = Server::spawn(files.command(&OPTIONS));
    let open = || connect(&server, &[&identity], rustls::ALL_VERSIONS).unwrap();
    let (head, body) = ask(&mut open(), &heavy_login(&server));
    let mut deaf = open();
    deaf.write_all(heavy_ask(&server, &format!("{head}{body}")).as_bytes()).unwrap();
    let next = ask(&mut open(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(next.0.starts_with("HTTP/1.1 200 "), "{next:?}");
    assert!(drain(&mut deaf) < HEAVY);
}

#[test]
fn a_request_as_a_whole_has_its_time() {
    let more = ["--request-timeout", "1", "--body-timeout", "600"];
    let server = Server::start(Path::new(":memory:"), &more);
    let body = guest("me").to_string();
    let whole = request(&server, "POST /1.1/users", "", &body);
    let mut slow = server.connect();
    slow.write_all(&whole.as_bytes()[..whole.len() - 1]).unwrap();
    let answer = read_all(&mut slow);
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.ends_with(r#"{"code":124,"error":"The request timed out."}"#), "{answer}");
    assert_eq!(server.guest("me").status, 201, "nothing came of half a request");
}
