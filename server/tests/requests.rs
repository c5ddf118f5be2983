//! Requests that are wrong, too large, too slow or too many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{Read as _, Write as _};
use std::path::Path;

use common::{Answer, Server, guest, read_all};
use serde_json::{Value, json};

const BAD_JSON: &str = "Malformed json object. A json dictionary is expected.";
const NUL: &str = "Malformed json object. The character U+0000 is not allowed.";
const MB: usize = 1024 * 1024;

fn post(server: &Server, body: &[u8]) -> Answer {
    server.send("POST", "/1.1/users", &server.client(), body)
}

/// A guest login that nests `depth` deep.
fn nested(depth: usize) -> Vec<u8> {
    let inner = depth - 3;
    let (open, close) = ("[".repeat(inner), "]".repeat(inner));
    format!(r#"{{"authData":{{"anonymous":{{"id":"deep","x":{open}{close}}}}}}}"#).into_bytes()
}

/// A guest login of about `bytes` bytes.
fn heavy(bytes: usize) -> Vec<u8> {
    let text = "x".repeat(bytes);
    json!({ "authData": { "anonymous": { "id": "heavy", "x": text } } }).to_string().into_bytes()
}

/// The headers of a raw `POST /1.1/users`, up to the empty line.
fn head(server: &Server, more: &str) -> String {
    let (host, id, key) = (server.address(), &server.app_id, &server.app_key);
    format!(
        "POST /1.1/users HTTP/1.1\r\nHost: {host}\r\nX-LC-Id: {id}\r\nX-LC-Key: {key}\r\n{more}\r\n"
    )
}

#[test]
fn unknown_addresses_are_404_in_json() {
    let server = Server::in_memory();
    for path in ["/", "/1.1", "/1.1/", "/1.1/users/a/b", "/1.1/nothing", "/1.2/date", "/%00", "//"]
    {
        server.get(path, None).is_error(404, 404, "Not found.");
        server.ask("POST", path, None, &guest("x")).is_error(404, 404, "Not found.");
    }
}

#[test]
fn a_browser_takes_no_answer_for_a_page() {
    let server = Server::in_memory();
    for answer in [server.guest("x"), server.get("/nothing", None), server.get("/healthz", None)] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let policy = answer.header("content-security-policy").unwrap();
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    }
}

#[test]
fn wrong_methods_are_405_in_json_and_name_the_right_ones() {
    let server = Server::in_memory();
    for (method, path, allowed) in [
        ("PATCH", "/1.1/users", "POST,GET,HEAD"),
        ("POST", "/1.1/users/me", "GET,HEAD"),
        ("POST", "/1.1/users/x", "GET,HEAD,PUT,DELETE"),
        ("PUT", "/1.1/users/strictlyQuery", "GET,HEAD"),
        ("POST", "/1.1/date", "GET,HEAD"),
        ("GET", "/1.1/users/x/refreshSessionToken", "PUT"),
    ] {
        let answer = server.ask(method, path, None, &Value::Null);
        answer.is_error(405, 405, "Method not allowed.");
        assert_eq!(answer.header("allow"), Some(allowed));
    }
}

#[test]
fn what_is_not_a_json_object_is_107() {
    let server = Server::in_memory();
    for body in [
        &b""[..],
        b" ",
        b"{",
        b"{}}",
        b"[]",
        b"null",
        b"1",
        br#""text""#,
        br#"{"authData":{"anonymous":{"id":"x"}}"#,
        br#"{'authData':{}}"#,
        b"{\"authData\":{\"anonymous\":{\"id\":\"\xff\"}}}",
        br#"{"authData":{"anonymous":{"id":"\ud800"}}}"#,
        b"{\"authData\":{\"anonymous\":{\"id\":\"a\nb\"}}}",
        br#"{"authData":{"anonymous":{"id":"x","n":1e999}}}"#,
        b"_method=GET&_ApplicationId=x",
    ] {
        let text = String::from_utf8_lossy(body);
        let answer = post(&server, body);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(107)), "{text}");
        answer.is_error(400, 107, BAD_JSON);
    }
}

#[test]
fn json_nests_so_deep_and_no_deeper() {
    let server = Server::in_memory();
    assert_eq!(post(&server, &nested(127)).status, 201);
    post(&server, &nested(128)).is_error(400, 107, BAD_JSON);
    post(&server, &nested(60_000)).is_error(400, 107, BAD_JSON);
    assert_eq!(server.guest("still here").status, 201);
}

#[test]
fn nul_is_refused_wherever_it_is() {
    let server = Server::in_memory();
    for body in [
        r#"{"authData":{"anonymous":{"id":"a\u0000b"}}}"#,
        r#"{"authData":{"anonymous":{"id":"a","x":["\u0000"]}}}"#,
        r#"{"authData":{"anonymous":{"id":"a","x\u0000":1}}}"#,
        r#"{"authData":{"anonymous":{"id":"a"}},"\u0000":1}"#,
        r#"{"authData":{"anonymous":{"id":"a"}},"nickname":"\u0000"}"#,
    ] {
        post(&server, body.as_bytes()).is_error(400, 107, NUL);
    }
    assert_eq!(server.guest("a").status, 201, "none of them made the guest");
}

#[test]
fn what_is_no_sign_in_is_told_why() {
    let server = Server::in_memory();
    let (missing, bad) = ("The id of the linked account is missing.", "Invalid authData.");
    let unknown = "Invalid authData. The platform is not configured.";
    let anonymous = |map: Value| json!({ "authData": { "anonymous": map } });
    for (body, code, text) in [
        (json!({}), 200, "Username is missing."),
        (json!({ "authData": null }), 200, "Username is missing."),
        (json!({ "authData": 1 }), 251, bad),
        (json!({ "authData": [] }), 251, bad),
        (json!({ "authData": {} }), 250, missing),
        (anonymous(json!(null)), 251, bad),
        (anonymous(json!("id")), 251, bad),
        (anonymous(json!({})), 250, missing),
        (anonymous(json!({ "id": null })), 250, missing),
        (anonymous(json!({ "id": "" })), 250, missing),
        (anonymous(json!({ "id": 7 })), 251, bad),
        (anonymous(json!({ "id": ["x"] })), 251, bad),
        (anonymous(json!({ "id": "x".repeat(1025) })), 251, bad),
        (json!({ "authData": { "taptap": { "openid": "x" } } }), 252, unknown),
        (json!({ "authData": { "anonymous": { "id": "x" }, "taptap": {} } }), 252, unknown),
    ] {
        server.post("/1.1/users", &body).is_error(400, code, text);
    }
    assert_eq!(server.guest(&"x".repeat(1024)).status, 201);
    assert_eq!(server.guest("x").status, 201, "none of them made an account");
    // Official SDKs send what their file holds, a line feed at its end among it.
    let odd = server.guest("a\u{7f}b\n");
    assert_eq!((odd.status, server.guest("a\u{7f}b").status), (201, 201), "two guests");
    assert_eq!(server.guest("a\u{7f}b\n").text("objectId"), odd.text("objectId"));
}

#[test]
fn any_content_type_is_taken() {
    let server = Server::in_memory();
    let body = guest("typed").to_string();
    for kind in ["application/json;charset=UTF-8", "text/plain", "application/octet-stream", "?"] {
        let headers = [&server.client()[..], &[("Content-Type", kind)]].concat();
        assert!(server.send("POST", "/1.1/users", &headers, body.as_bytes()).status < 300);
        assert_eq!(server.send("GET", "/1.1/date", &headers, b"").status, 200);
    }
}

#[test]
fn a_user_has_a_largest_size_that_the_policy_decides() {
    let production = Server::in_memory();
    assert_eq!(post(&production, &heavy(100 * 1024)).status, 201);
    post(&production, &heavy(200 * 1024)).is_error(400, 116, "The object is too large.");
    let recorded = Server::start(Path::new(":memory:"), &["--policy", "leancloud"]);
    assert_eq!(post(&recorded, &heavy(2 * MB)).status, 201);
    post(&recorded, &heavy(17 * MB)).is_error(400, 116, "The object is too large.");
}

#[test]
fn bodies_beyond_20_mb_are_413_and_the_answer_can_be_read() {
    let server = Server::in_memory();
    let text = "The request body is too large.";
    post(&server, &vec![b' '; 20 * MB]).is_error(400, 116, "The object is too large.");
    post(&server, &vec![b' '; 20 * MB + 1]).is_error(413, 413, text);
    // In chunks, with no size said before.
    let mut stream = server.connect();
    let start = head(&server, "Transfer-Encoding: chunked\r\nConnection: close\r\n");
    stream.write_all(start.as_bytes()).unwrap();
    for _ in 0..21 {
        stream.write_all(format!("{MB:x}\r\n{}\r\n", " ".repeat(MB)).as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert!(read_all(&mut stream).starts_with("HTTP/1.1 413 "));
}

#[test]
fn who_asks_first_is_refused_before_it_sends() {
    let server = Server::in_memory();
    let more = "Content-Length: 99999999\r\nExpect: 100-continue\r\n";
    let answer = server.raw(head(&server, more).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    let body = guest("asked first").to_string();
    let more = format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len());
    let mut stream = server.connect();
    stream.write_all(head(&server, &format!("{more}Connection: close\r\n")).as_bytes()).unwrap();
    let mut leave = [0; 25];
    stream.read_exact(&mut leave).unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    assert!(read_all(&mut stream).starts_with("HTTP/1.1 201 "));
}

#[test]
fn a_refusal_is_readable_by_who_is_still_sending() {
    let server = Server::in_memory();
    // Far more than the buffers of a connection hold: without hearing the caller out, the
    // connection is reset while it sends.
    let body = vec![b'x'; 8 * MB];
    for _ in 0..5 {
        server.send("POST", "/1.1/users", &[], &body).is_error(401, 401, "Unauthorized.");
        let client = server.client();
        server.send("POST", "/nothing", &client, &body).is_error(404, 404, "Not found.");
        server.send("PUT", "/1.1/date", &client, &body).is_error(405, 405, "Method not allowed.");
    }
}

#[test]
fn what_is_not_http_is_refused_and_the_server_goes_on() {
    let server = Server::in_memory();
    for bytes in [
        "nonsense\r\n\r\n".to_owned(),
        "GET /1.1/date HTTP/9.9\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\r\n\r\n".to_owned(),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(1000)),
        head(&server, "Content-Length: -1\r\n"),
        head(&server, "Content-Length: 1\r\nContent-Length: 2\r\n"),
    ] {
        let mut stream = server.connect();
        // The server may refuse before all is sent; then writing or reading is cut short.
        let _ = stream.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(server.guest("still here").status, 201);
}

#[test]
fn a_caller_that_goes_away_half_way_changes_nothing() {
    let server = Server::in_memory();
    let body = guest("gone").to_string();
    let more = format!("Content-Length: {}\r\n", body.len() + 1);
    let mut stream = server.connect();
    stream.write_all(format!("{}{body}", head(&server, &more)).as_bytes()).unwrap();
    drop(stream);
    assert_eq!(server.guest("still here").status, 201);
    assert_eq!(server.guest("gone").status, 201, "half a request made an account");
}

#[test]
fn slow_headers_end_the_connection() {
    let server = Server::start(Path::new(":memory:"), &["--header-timeout", "1"]);
    let mut silent = server.connect();
    assert_eq!(read_all(&mut silent), "");
    let mut slow = server.connect();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").unwrap();
    let answer = read_all(&mut slow);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    // A kept connection that sends nothing more ends as well.
    let mut kept = server.connect();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(read_all(&mut kept).ends_with(r#"{"status":"ok"}"#));
}

#[test]
fn a_slow_body_is_408() {
    let server = Server::start(Path::new(":memory:"), &["--body-timeout", "1"]);
    let mut slow = server.connect();
    slow.write_all(head(&server, "Content-Length: 100\r\n").as_bytes()).unwrap();
    slow.write_all(b"{").unwrap();
    let answer = read_all(&mut slow);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(
        answer.ends_with(r#"{"code":408,"error":"The request body did not arrive in time."}"#),
        "{answer}"
    );
}

#[test]
fn connections_beyond_the_most_wait_for_a_place() {
    let server = Server::start(Path::new(":memory:"), &["--max-connections", "2"]);
    let body = guest("one").to_string();
    let more = format!("Content-Length: {}\r\nConnection: close\r\n", body.len());
    let mut first = server.connect();
    first.write_all(head(&server, &more).as_bytes()).unwrap();
    // The second place: a connection that is kept and used.
    assert_eq!(server.get("/healthz", None).status, 200);
    let mut waiting = server.connect();
    waiting.write_all(format!("{}{body}", head(&server, &more)).as_bytes()).unwrap();
    // A server without the bound would log the waiting guest in during these.
    for _ in 0..200 {
        assert_eq!(server.get("/healthz", None).status, 200);
    }
    first.write_all(body.as_bytes()).unwrap();
    assert!(read_all(&mut first).starts_with("HTTP/1.1 201 "), "the waiting one was first");
    assert!(read_all(&mut waiting).starts_with("HTTP/1.1 200 "));
}
