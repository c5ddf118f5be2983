//! Contract row 28: a token by which the support desk learns who a player is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use common::database::order;
use common::{Answer, Server, data, now_ms};
use serde_json::{Value, json};

const PATH: &str = "/storage/1.1/users/tap-support/identity";
const DESK: &str = "/tdsauth/v1/identity";
const FORGED: &str = "The identity token is none of this service.";
const NO_USER: &str = "Could not find user.";

/// What the desk hears of a token.
fn desk(server: &Server, token: &Value) -> Answer {
    server.master("POST", DESK, &json!({ "identityToken": token }))
}

/// A token of whoever has this session.
#[track_caller]
fn token(server: &Server, session: &str) -> Value {
    let answer = server.get(PATH, Some(session));
    assert_eq!((answer.status, answer.names()), (200, vec!["identityToken"]));
    answer.has_common_headers();
    answer.json["identityToken"].clone()
}

#[test]
fn row_28_a_token_names_its_user_to_the_master_key_alone() {
    let server = Server::in_memory();
    let (one, two) = (server.guest("one"), server.guest("two"));
    let before = now_ms();
    for user in [&one, &two] {
        let session = user.text("sessionToken");
        let token = token(&server, session);
        let named = desk(&server, &token);
        assert_eq!((named.status, named.names()), (200, vec!["banned", "expiresAt", "objectId"]));
        named.has_common_headers();
        assert_eq!(named.text("objectId"), user.text("objectId"));
        assert_eq!(named.json["banned"], json!(false));
        // In an hour: later than all of the next 59 minutes, and before the 61st is over.
        let until = named.text("expiresAt");
        assert!(until > &*iso(before + 59 * 60_000) && until < &*iso(now_ms() + 61 * 60_000));
        let text = token.as_str().unwrap();
        for known in [user.text("objectId"), session] {
            assert!(!text.contains(known), "{text}");
        }
        let body = json!({ "identityToken": token });
        server.post(DESK, &body).is_error(403, 403, "The master key is needed.");
        let own = server.ask("POST", DESK, Some(session), &body);
        own.is_error(403, 403, "The master key is needed.");
        server.send("POST", DESK, &[], b"{}").is_error(401, 401, "Unauthorized.");
    }
}

fn iso(ms: i64) -> String {
    let time = time::OffsetDateTime::from_unix_timestamp(ms / 1000).unwrap();
    time.format(&time::format_description::well_known::Rfc3339).unwrap()
}

#[test]
fn row_28_a_token_opens_nothing_and_none_is_had_without_a_session() {
    let server = Server::in_memory();
    let user = server.guest("me");
    let made = token(&server, user.text("sessionToken"));
    let made = made.as_str().unwrap();
    server.get("/1.1/users/me", Some(made)).is_error(400, 211, NO_USER);
    let path = format!("/1.1/users/{}", user.text("objectId"));
    let saved = server.ask("PUT", &path, Some(made), &json!({ "nickname": "x" }));
    assert_eq!((saved.status, &saved.json["code"]), (400, &json!(206)));
    for session in [None, Some(""), Some("dead"), Some(made)] {
        server.get(PATH, session).is_error(400, 211, NO_USER);
    }
    server.send("GET", PATH, &[], b"").is_error(401, 401, "Unauthorized.");
    // Neither is a session of the player an identity token.
    desk(&server, &json!(user.text("sessionToken"))).is_error(400, 400, FORGED);
}

#[test]
fn row_28_what_this_service_did_not_make_names_nobody() {
    let (server, other) = (Server::in_memory(), Server::in_memory());
    let user = server.guest("me");
    let made = token(&server, user.text("sessionToken"));
    desk(&other, &made).is_error(400, 400, FORGED);
    let made = made.as_str().unwrap();
    let (salt, sealed) = made.split_once('.').unwrap();
    let digit = if sealed.starts_with('A') { 'B' } else { 'A' };
    let changed = format!("{salt}.{digit}{}", &sealed[1..]);
    let long = "x".repeat(100_000);
    let texts = [&changed, sealed, salt, "", ".", "\u{1F511}.é", &made[1..], &long];
    for text in texts {
        desk(&server, &json!(text)).is_error(400, 400, FORGED);
    }
    for value in [json!(null), json!(7), json!([made]), json!({ "identityToken": made })] {
        desk(&server, &value).is_error(400, 400, FORGED);
    }
    server.master("POST", DESK, &json!({})).is_error(400, 400, FORGED);
}

#[test]
fn row_28_a_token_outlives_a_restart_and_a_ban_but_not_the_user() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    let user = server.guest("me");
    let (id, session) = (user.text("objectId"), user.text("sessionToken"));
    let made = token(&server, session);
    drop(server);
    let server = Server::start(&folder, &[]);
    assert_eq!(desk(&server, &made).text("objectId"), id);
    order(&folder, &["users", "ban", id]);
    // Who is out gets no new one; the desk may be where the player asks why.
    server.get(PATH, Some(session)).is_error(400, 211, NO_USER);
    let banned = desk(&server, &made);
    assert_eq!((banned.text("objectId"), &banned.json["banned"]), (id, &json!(true)));
    order(&folder, &["users", "unban", id]);
    assert_eq!(desk(&server, &made).json["banned"], json!(false));
    order(&folder, &["users", "delete", id]);
    desk(&server, &made).is_error(400, 211, NO_USER);
    server.get(PATH, Some(session)).is_error(400, 211, NO_USER);
}
