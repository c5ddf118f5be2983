//! The rows of the account contract: 1, 2, 4, 8, 9, 16 and 26.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Server, guest, now_ms, refresh_path};
use serde_json::{Value, json};

const FULL: [&str; 8] = [
    "authData",
    "createdAt",
    "emailVerified",
    "mobilePhoneVerified",
    "objectId",
    "sessionToken",
    "updatedAt",
    "username",
];

fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000Z"
}

fn is_token(text: &str) -> bool {
    text.len() == 25 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|b| b"0123456789abcdef".contains(&b))
}

#[test]
fn row_1_a_new_guest_is_created_and_gets_the_whole_user() {
    let server = Server::in_memory();
    let made = server.guest("6f0cbd5e-2f3b-4a0e-8a44-0d5f0b8a6d01");
    assert_eq!(made.status, 201);
    made.has_common_headers();
    assert_eq!(made.names(), FULL);
    assert!(is_object_id(made.text("objectId")));
    assert!(is_token(made.text("sessionToken")) && is_token(made.text("username")));
    assert_ne!(made.text("sessionToken"), made.text("username"));
    assert!(is_time(made.text("createdAt")));
    assert_eq!(made.text("createdAt"), made.text("updatedAt"));
    assert_eq!(made.json["emailVerified"], json!(false));
    assert_eq!(made.json["mobilePhoneVerified"], json!(false));
    let sent = guest("6f0cbd5e-2f3b-4a0e-8a44-0d5f0b8a6d01");
    assert_eq!(made.json["authData"], sent["authData"]);
    let location = format!("/1.1/classes/_User/{}", made.text("objectId"));
    assert_eq!(made.header("location"), Some(location.as_str()));
    // The id says when the account was made.
    let seconds = i64::from_str_radix(&made.text("objectId")[..8], 16).unwrap();
    assert!((seconds - now_ms() / 1000).abs() < 600);
}

#[test]
fn row_2_a_known_guest_gets_the_same_account_and_token_back() {
    let server = Server::in_memory();
    let first = server.guest("guest one");
    let again = server.guest("guest one");
    assert_eq!(again.status, 200);
    again.has_common_headers();
    assert_eq!(again.header("location"), None);
    assert_eq!(again.names(), FULL);
    for name in ["objectId", "sessionToken", "username", "createdAt"] {
        assert_eq!(again.text(name), first.text(name));
    }
    assert!(again.text("updatedAt") > first.text("updatedAt"));
    assert_eq!(again.json["authData"], first.json["authData"]);

    let other = server.guest("guest two");
    assert_eq!(other.status, 201);
    for name in ["objectId", "sessionToken", "username"] {
        assert_ne!(other.text(name), first.text(name));
    }
    assert!(other.text("objectId") > first.text("objectId"), "ids sort by time");
}

#[test]
fn a_guest_id_is_any_text_and_is_compared_byte_by_byte() {
    let server = Server::in_memory();
    let ids = ["a", "A", "a ", " a", "ä", "a\u{308}", "😀", "' OR 1=1 --", "%", "null"];
    for id in ids {
        assert_eq!(server.guest(id).status, 201, "{id:?}");
    }
    for id in ids {
        let again = server.guest(id);
        assert_eq!((again.status, &again.json["authData"]["anonymous"]["id"]), (200, &json!(id)));
    }
}

#[test]
fn the_map_of_the_guest_is_kept_and_refreshed() {
    let server = Server::in_memory();
    let body = |device| json!({ "authData": { "anonymous": { "id": "g", "device": device } } });
    assert_eq!(server.post("/1.1/users", &body("one")).status, 201);
    let again = server.post("/1.1/users", &body("two"));
    assert_eq!(again.status, 200);
    assert_eq!(again.json["authData"]["anonymous"], json!({ "id": "g", "device": "two" }));
}

#[test]
fn nickname_and_avatar_are_set_when_the_account_is_made_and_nothing_else() {
    let server = Server::in_memory();
    let with = |name: &str, value: Value| {
        let mut body = guest("named");
        body[name] = value;
        server.post("/1.1/users", &body)
    };
    let text = "Forbidden to add new fields by class '_User' permissions.";
    with("level", json!(3)).is_error(403, 403, text);
    with("sessionToken", json!("0000000000000000000000000")).is_error(403, 403, text);
    with("objectId", json!("000000000000000000000000")).is_error(403, 403, text);
    assert_eq!(with("nickname", json!({ "__op": "Delete" })).json["code"], json!(111));
    let made = with("nickname", json!("Mia"));
    assert_eq!((made.status, made.text("nickname")), (201, "Mia"));
    // An account that is there is not changed by a login.
    assert_eq!(with("nickname", json!("Eve")).text("nickname"), "Mia");
}

#[test]
fn row_4_fail_on_not_exist_makes_nothing() {
    let server = Server::in_memory();
    let path = "/1.1/users?failOnNotExist=true";
    server.post(path, &guest("nobody")).is_error(400, 211, "Could not find user.");
    server.post(path, &guest("nobody")).is_error(400, 211, "Could not find user.");
    assert_eq!(server.post("/1.1/users?failOnNotExist=false", &guest("nobody")).status, 201);
    assert_eq!(server.post(path, &guest("nobody")).status, 200);
}

#[test]
fn a_session_header_means_nothing_at_login() {
    let server = Server::in_memory();
    let first = server.guest("first");
    for session in [first.text("sessionToken"), "0123456789abcdefghijklmno", "x"] {
        let other = server.ask("POST", "/1.1/users", Some(session), &guest(session));
        assert_eq!(other.status, 201);
        assert_ne!(other.text("objectId"), first.text("objectId"));
    }
}

#[test]
fn row_8_me_is_the_user_of_the_session() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let token = made.text("sessionToken");
    let me = server.get("/1.1/users/me", Some(token));
    assert_eq!(me.status, 200);
    me.has_common_headers();
    assert_eq!(me.header("location"), None);
    assert_eq!(me.json, made.json);
    let query = format!("/1.1/users/me?a=b&session_token={token}");
    assert_eq!(server.get(&query, None).json, made.json);
    let headers = [&server.client()[..], &[("X-AVOSCloud-Session-Token", token)]].concat();
    assert_eq!(server.send("GET", "/1.1/users/me", &headers, b"").json, made.json);
}

/// Guards: with the header first, the official Python SDK's `become` gave whoever was logged in, and
/// a dead token counted as authenticated.
#[test]
fn row_8_the_token_in_the_query_is_the_one_that_is_asked_about() {
    let server = Server::in_memory();
    let (asked, current) = (server.guest("asked"), server.guest("current"));
    let me = |token: &str| {
        let path = format!("/1.1/users/me?session_token={token}");
        server.get(&path, Some(current.text("sessionToken")))
    };
    assert_eq!(me(asked.text("sessionToken")).json, asked.json);
    me("0123456789abcdefghijklmno").is_error(400, 211, "Could not find user.");
    assert_eq!(me("").json, current.json);
}

#[test]
fn row_8_without_a_valid_session_there_is_no_user() {
    let server = Server::in_memory();
    server.guest("me");
    let text = "Could not find user.";
    server.get("/1.1/users/me", None).is_error(400, 211, text);
    server.get("/1.1/users/me?session_token=", None).is_error(400, 211, text);
    let long = "z".repeat(5000);
    for token in ["0123456789abcdefghijklmno", "x", "%", "'", &long] {
        server.get("/1.1/users/me", Some(token)).is_error(400, 211, text);
    }
}

#[test]
fn row_9_auth_data_is_for_the_owner_and_the_master_alone() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let other = server.guest("other");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let public = ["createdAt", "emailVerified", "mobilePhoneVerified", "objectId", "updatedAt"];
    let public = [&public[..], &["username"]].concat();

    let seen = server.get(&path, Some(other.text("sessionToken")));
    assert_eq!(seen.status, 200);
    seen.has_common_headers();
    assert_eq!(seen.names(), public);
    assert_eq!(seen.text("objectId"), made.text("objectId"));
    let own = server.get(&path, Some(made.text("sessionToken")));
    assert_eq!(own.status, 200);
    assert_eq!(own.names(), [&["authData"], &public[..]].concat());
    assert_eq!(own.json["authData"], made.json["authData"]);

    let key = format!("{},master", server.master_key);
    let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &key)];
    assert_eq!(server.send("GET", &path, &headers, b"").json, own.json);
}

#[test]
fn row_9_without_a_session_nobody_is_there_unless_the_policy_is_the_recorded_one() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let old = made.text("sessionToken");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    server.refresh(made.text("objectId"), old);
    for session in [None, Some("unknown"), Some(""), Some(old)] {
        // The same for an id that is somebody's and one that is nobody's.
        for path in [path.as_str(), "/1.1/users/5d7f0e1fc8959c0074c0ffee"] {
            server.get(path, session).is_error(400, 211, "Could not find user.");
        }
    }

    let recorded = Server::start(Path::new(":memory:"), &["--policy", "leancloud"]);
    let made = recorded.guest("me");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    for session in [None, Some("unknown")] {
        let seen = recorded.get(&path, session);
        assert_eq!((seen.status, seen.text("objectId")), (200, made.text("objectId")));
        assert!(seen.json.get("authData").is_none());
    }
    let own = recorded.get(&path, Some(made.text("sessionToken")));
    assert_eq!(own.json["authData"], made.json["authData"]);
}

#[test]
fn row_9_an_unknown_id_is_not_found() {
    let server = Server::in_memory();
    let session = server.guest("me").text("sessionToken").to_owned();
    for id in ["5d7f0e1fc8959c0074c0ffee", "x", "%00", "%ff", "%2F", "a%20b"] {
        let answer = server.get(&format!("/1.1/users/{id}"), Some(&session));
        answer.is_error(400, 211, "Could not find user.");
    }
}

#[test]
fn row_16_a_refresh_gives_a_new_token_and_ends_the_old_one() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    let fresh = server.refresh(id, old);
    assert_eq!(fresh.status, 200);
    fresh.has_common_headers();
    assert_eq!(fresh.names(), ["objectId", "sessionToken", "updatedAt"]);
    assert_eq!(fresh.text("objectId"), id);
    let new = fresh.text("sessionToken");
    assert!(is_token(new));
    assert_ne!(new, old);
    assert!(fresh.text("updatedAt") > made.text("updatedAt"));

    server.get("/1.1/users/me", Some(old)).is_error(400, 211, "Could not find user.");
    assert_eq!(server.get("/1.1/users/me", Some(new)).text("updatedAt"), fresh.text("updatedAt"));
    assert_eq!(server.guest("me").text("sessionToken"), new, "the next login has the new token");
    let path = format!("/1.1/users/{id}");
    server.get(&path, Some(old)).is_error(400, 211, "Could not find user.");
    assert!(server.get(&path, Some(new)).json.get("authData").is_some());
}

#[test]
fn row_16_a_refresh_whose_answer_was_lost_can_be_asked_again() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    let lost = server.refresh(id, old);
    let again = server.refresh(id, old);
    assert_eq!(again.status, 200);
    assert_eq!(again.json, lost.json);
    // The old token does nothing else.
    server.get("/1.1/users/me", Some(old)).is_error(400, 211, "Could not find user.");
    // One refresh further, the first token is of no use even for that.
    let second = server.refresh(id, lost.text("sessionToken"));
    assert_ne!(second.text("sessionToken"), lost.text("sessionToken"));
    let text = "The user cannot be altered by a client without the session.";
    server.refresh(id, old).is_error(400, 206, text);
    assert_eq!(server.refresh(id, lost.text("sessionToken")).json, second.json);
}

#[test]
fn row_16_only_the_own_session_refreshes() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let other = server.guest("other");
    let id = made.text("objectId");
    let text = "The user cannot be altered by a client without the session.";
    server.ask("PUT", &refresh_path(id), None, &Value::Null).is_error(400, 206, text);
    server.refresh(id, other.text("sessionToken")).is_error(400, 206, text);
    server.refresh(id, "0123456789abcdefghijklmno").is_error(400, 206, text);
    server.refresh("5d7f0e1fc8959c0074c0ffee", other.text("sessionToken")).is_error(400, 206, text);
    server.refresh("%ff", other.text("sessionToken")).is_error(400, 206, text);
    // Nothing came of it.
    assert_eq!(server.get("/1.1/users/me", Some(made.text("sessionToken"))).json, made.json);
}

#[test]
fn row_16_the_master_ends_a_session_for_good() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    let key = format!("{},master", server.master_key);
    let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &key)];
    let fresh = server.send("PUT", &refresh_path(id), &headers, b"");
    assert_eq!(fresh.status, 200);
    assert_ne!(fresh.text("sessionToken"), old);
    let text = "The user cannot be altered by a client without the session.";
    server.refresh(id, old).is_error(400, 206, text);
    let nobody = server.send("PUT", &refresh_path("5d7f0e1fc8959c0074c0ffee"), &headers, b"");
    nobody.is_error(400, 211, "Could not find user.");
}

#[test]
fn row_26_the_date_is_the_time_of_the_server() {
    let server = Server::in_memory();
    let date = server.get("/1.1/date", None);
    assert_eq!(date.status, 200);
    date.has_common_headers();
    assert_eq!(date.names(), ["__type", "iso"]);
    assert_eq!(date.text("__type"), "Date");
    assert!(is_time(date.text("iso")));
    let made = server.guest("later");
    assert!(made.text("createdAt") >= date.text("iso"));
}

#[test]
fn users_and_classes_user_are_one_resource() {
    let server = Server::in_memory();
    let made = server.post("/1.1/classes/_User?fetchWhenSave=false", &guest("me"));
    assert_eq!((made.status, made.names()), (201, FULL.to_vec()));
    let (id, token) = (made.text("objectId"), made.text("sessionToken"));
    assert_eq!(server.guest("me").text("objectId"), id);
    let one = server.get(&format!("/1.1/users/{id}"), Some(token)).json;
    assert_eq!(server.get(&format!("/1.1/classes/_User/{id}"), Some(token)).json, one);
    let me = server.get("/1.1/classes/_User/me", Some(token));
    assert_eq!(me.json, server.get("/1.1/users/me", Some(token)).json);
    let path = format!("/1.1/classes/_User/{id}/refreshSessionToken");
    let fresh = server.ask("PUT", &path, Some(token), &Value::Null);
    assert_eq!(server.refresh(id, token).json, fresh.json);
}

#[test]
fn healthz_needs_no_key() {
    let server = Server::in_memory();
    let healthy = server.send("GET", "/healthz", &[], b"");
    assert_eq!((healthy.status, healthy.json), (200, json!({ "status": "ok" })));
}
