//! Who may call: app id and key, signatures, the master key, the names of old clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, Server, command, now_ms, sign};
use serde_json::Value;

const MINUTE: i64 = 60_000;

fn date(server: &Server, headers: &[(&str, &str)]) -> Answer {
    server.send("GET", "/1.1/date", headers, b"")
}

/// Status of a request by this app with these further headers.
fn status(server: &Server, headers: &[(&str, &str)]) -> u16 {
    date(server, &[&[("X-LC-Id", server.app_id.as_str())], headers].concat()).status
}

/// Whether the request is taken for the master's: only the master sees a stranger's authData.
fn is_master(server: &Server, headers: &[(&str, &str)]) -> bool {
    let made = server.guest("somebody");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let stranger = server.guest("stranger");
    let session = ("X-LC-Session", stranger.text("sessionToken"));
    let headers = [&[("X-LC-Id", server.app_id.as_str()), session], headers].concat();
    let seen = server.send("GET", &path, &headers, b"");
    assert_eq!(seen.status, 200);
    seen.json.get("authData").is_some()
}

#[test]
fn every_way_to_show_the_app_key() {
    let server = Server::in_memory();
    let key = server.app_key.as_str();
    let signed = sign(key, now_ms());
    let upper = signed.to_uppercase();
    for header in [("X-LC-Key", key), ("X-LC-Sign", &signed), ("x-lc-sign", &upper)] {
        assert_eq!(status(&server, &[header]), 200, "{}", header.0);
        assert!(!is_master(&server, &[header]));
    }
    // A client's signature is good at any time: players' clocks are wrong.
    for ms in [0, 1, 1_453_014_943_466, now_ms() + 1000 * MINUTE] {
        assert_eq!(status(&server, &[("X-LC-Sign", &sign(key, ms))]), 200, "{ms}");
    }
}

#[test]
fn every_way_to_show_the_master_key() {
    let server = Server::in_memory();
    let key = format!("{},master", server.master_key);
    assert!(is_master(&server, &[("X-LC-Key", &key)]));
    assert!(is_master(&server, &[("X-AVOSCloud-Application-Key", &key)]));
    let signed = format!("{},master", sign(&server.master_key, now_ms()));
    assert!(is_master(&server, &[("X-LC-Sign", &signed)]));
    assert!(is_master(&server, &[("X-AVOSCloud-Request-Sign", &signed)]));
}

#[test]
fn a_master_signature_ends_after_ten_minutes() {
    let server = Server::in_memory();
    let at = |ms| {
        let signed = format!("{},master", sign(&server.master_key, ms));
        status(&server, &[("X-LC-Sign", &signed)])
    };
    // Half a minute to spare on either side of the border.
    assert_eq!(at(now_ms() - 10 * MINUTE + 30_000), 200);
    assert_eq!(at(now_ms() + 10 * MINUTE - 30_000), 200);
    assert_eq!(at(now_ms() - 10 * MINUTE - 30_000), 401);
    assert_eq!(at(now_ms() + 10 * MINUTE + 30_000), 401);
    assert_eq!(at(0), 401);
}

#[test]
fn old_header_names_are_the_same_headers() {
    let server = Server::in_memory();
    let id = ("X-AVOSCloud-Application-Id", server.app_id.as_str());
    let signed = sign(&server.app_key, 1);
    assert_eq!(date(&server, &[id, ("X-AVOSCloud-Application-Key", &server.app_key)]).status, 200);
    assert_eq!(date(&server, &[id, ("X-AVOSCloud-Request-Sign", &signed)]).status, 200);
    assert_eq!(date(&server, &[id, ("X-LC-Key", &server.app_key)]).status, 200);
    assert_eq!(date(&server, &[id, ("X-LC-Key", "wrong")]).status, 401);
    // The new name decides when both are there.
    let wrong = ("X-LC-Id", "wrong");
    assert_eq!(date(&server, &[wrong, id, ("X-LC-Key", &server.app_key)]).status, 401);
}

#[test]
fn everybody_else_is_unauthorized() {
    let server = Server::in_memory();
    let (id, key) = (server.app_id.as_str(), server.app_key.as_str());
    let master = server.master_key.as_str();
    let refused = |headers: &[(&str, &str)]| {
        date(&server, headers).is_error(401, 401, "Unauthorized.");
    };
    refused(&[]);
    refused(&[("X-LC-Id", id)]);
    refused(&[("X-LC-Key", key)]);
    refused(&[("X-LC-Id", "wrong"), ("X-LC-Key", key)]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", "")]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", &key[1..])]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", &format!("{key}x"))]);
    // The master key is one only where it is said to be.
    refused(&[("X-LC-Id", id), ("X-LC-Key", master)]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", &format!("{key},master"))]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", &format!("{master},Master"))]);
    refused(&[("X-LC-Id", id), ("X-LC-Key", ",master")]);
    let now = now_ms();
    let (good, swapped) = (sign(key, now), sign(master, now));
    let hash = &good[..32];
    for bad in [
        "".to_owned(),
        ",".to_owned(),
        hash.to_owned(),
        format!("{hash},"),
        format!("{hash},{}", now + 1),
        format!("{hash},+{now}"),
        format!("{hash}, {now}"),
        format!("{},{now}", &hash[1..]),
        format!("{}é,{now}", &hash[..30]),
        format!("x{},{now}", &hash[1..]),
        format!("{good},"),
        format!("{good},other"),
        format!("{good},master"),
        format!("{good},master,master"),
        format!("{swapped},master,"),
        swapped,
        sign("", now),
    ] {
        refused(&[("X-LC-Id", id), ("X-LC-Sign", &bad)]);
    }
}

#[test]
fn a_master_key_goes_before_a_signature_and_a_signature_before_a_key() {
    let server = Server::in_memory();
    let key = ("X-LC-Key", server.app_key.as_str());
    let signed = sign(&server.app_key, 1);
    let sign = ("X-LC-Sign", signed.as_str());
    let master = format!("{},master", server.master_key);
    assert!(is_master(&server, &[("X-LC-Key", &master), ("X-LC-Sign", "wrong")]));
    assert!(is_master(&server, &[sign, ("X-LC-Key", &master)]));
    assert_eq!(status(&server, &[("X-LC-Key", "wrong,master"), sign]), 401);
    assert_eq!(status(&server, &[("X-LC-Key", "wrong"), sign]), 200);
    assert_eq!(status(&server, &[key, ("X-LC-Sign", "wrong")]), 401);
}

#[test]
fn every_row_wants_a_key() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let (id, token) = (made.text("objectId"), made.text("sessionToken"));
    let body = common::guest("other").to_string();
    for (method, path, body) in [
        ("POST", "/1.1/users".to_owned(), body.as_bytes()),
        ("POST", "/1.1/users".to_owned(), b"not JSON"),
        ("POST", "/1.1/classes/_User".to_owned(), body.as_bytes()),
        ("GET", "/1.1/users/me".to_owned(), b""),
        ("GET", format!("/1.1/users/{id}"), b""),
        ("PUT", format!("/1.1/users/{id}"), body.as_bytes()),
        ("PUT", common::refresh_path(id), b"{}"),
        ("GET", "/1.1/date".to_owned(), b""),
    ] {
        let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Session", token)];
        server.send(method, &path, &headers, body).is_error(401, 401, "Unauthorized.");
    }
    assert_eq!(server.guest("other").status, 201, "nothing was made without a key");
    assert_eq!(server.get("/1.1/users/me", Some(token)).status, 200);
}

#[test]
fn the_published_signature_vectors_open_the_door() {
    let text = include_str!("../../tests/vectors/lc_sign.json");
    let file: Value = serde_json::from_str(text).unwrap();
    for vector in file["vectors"].as_array().unwrap() {
        let (key, header) = (vector["key"].as_str().unwrap(), vector["header"].as_str().unwrap());
        let master = vector["master"].as_bool().unwrap();
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--data", ":memory:", "--print-keys"]);
        command.env("TDSAUTH_APP_ID", "demo-app");
        command.env("TDSAUTH_APP_KEY", if master { "another" } else { key });
        command.env("TDSAUTH_MASTER_KEY", if master { key } else { "another" });
        let server = Server::spawn(command);
        assert_eq!(server.app_id, "demo-app");
        // The master's vector is years old, and a master's signature ends after ten minutes; that
        // its hash is right is shown by the unit test of the same file.
        let expected = if master { 401 } else { 200 };
        assert_eq!(status(&server, &[("X-LC-Sign", header)]), expected);
    }
}
