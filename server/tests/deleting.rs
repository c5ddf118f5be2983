//! Contract row 18: the end of an account, and of Apple's grant with it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use common::apple::{
    self, APP, KEY_ID, REFRESH, Signer, StudioKey, TEAM, USER, claims, granted, login, says,
    settings, upload, with_codes,
};
use common::platform::{Asked, Platform, Reply, server_on};
use common::{Answer, HANG, Server, data};
use serde_json::{Value, json};

fn delete(server: &Server, account: &Answer) -> Answer {
    let path = format!("/1.1/classes/_User/{}", account.text("objectId"));
    server.ask("DELETE", &path, Some(account.text("sessionToken")), &json!({}))
}

#[test]
fn row_18_a_deleted_account_is_gone_and_its_identities_are_free() {
    let server = Server::start(Path::new(":memory:"), &["--policy", "leancloud"]);
    let both = json!({ "authData": {
        "corp": { "uid": "c" },
        "weixin": { "openid": "w", "unionid": "u", "main_account": true },
    } });
    let made = server.post("/1.1/users", &both);
    let other = server.guest("other");
    let gone = delete(&server, &made);
    assert_eq!((gone.status, &gone.json), (200, &json!({})));
    gone.has_common_headers();
    let session = made.text("sessionToken");
    server.get("/1.1/users/me", Some(session)).is_error(400, 211, "Could not find user.");
    let id = made.text("objectId");
    let path = format!("/1.1/users/{id}");
    server.get(&path, Some(session)).is_error(400, 211, "Could not find user.");
    let text = "The user cannot be altered by a client without the session.";
    server.refresh(id, session).is_error(400, 206, text);
    delete(&server, &made).is_error(400, 206, text);
    server.ask("PUT", &path, Some(session), &json!({ "nickname": "x" })).is_error(400, 206, text);
    // Everything of it can be somebody else's, who did not inherit the session.
    let new = server.post("/1.1/users", &both);
    assert_eq!((new.status, new.json["authData"].as_object().unwrap().len()), (201, 3));
    assert_ne!(new.text("objectId"), id);
    assert_ne!(new.text("sessionToken"), session);
    assert_eq!(server.get("/1.1/users/me", Some(other.text("sessionToken"))).status, 200);
}

#[test]
fn row_18_of_many_deletions_one_is_done_and_no_login_meets_half_an_account() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let answers: Vec<(Answer, Answer)> = thread::scope(|scope| {
        let (server, made) = (&server, &made);
        let all: Vec<_> = (0..32)
            .map(|_| scope.spawn(move || (delete(server, made), server.guest("me"))))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let done = answers.iter().filter(|(deleted, _)| deleted.status == 200).count();
    assert_eq!(done, 1);
    let created = answers.iter().filter(|(_, login)| login.status == 201).count();
    assert_eq!(created, 1);
    assert!(answers.iter().all(|(_, login)| matches!(login.status, 200 | 201)));
    assert_ne!(server.guest("me").text("objectId"), made.text("objectId"));
}

#[test]
fn a_deletion_that_was_answered_survives_a_kill() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    let made = server.guest("me");
    assert_eq!(delete(&server, &made).status, 200);
    server.kill();
    let again = Server::start(&folder, &[]);
    assert_eq!(again.get("/1.1/users/me", Some(made.text("sessionToken"))).status, 400);
    assert_eq!(again.guest("me").status, 201);
}

/// A player of Apple whose code was exchanged.
fn player(server: &Server, script: &std::sync::Mutex<apple::Script>) -> Answer {
    says(script, granted(&Signer::first().token(&claims())));
    let made = login(server, &json!({ "uid": USER, "code": "c-1" }));
    assert_eq!(made.status, 201, "{}", made.json);
    made
}

/// What was asked to be revoked, once there are so many.
fn revoked(apple: &Platform, count: usize) -> Vec<Asked> {
    let end = Instant::now() + HANG;
    loop {
        let asked: Vec<_> =
            apple.asked().into_iter().filter(|asked| asked.path() == "/auth/revoke").collect();
        if asked.len() >= count {
            return asked;
        }
        assert!(Instant::now() < end, "asked {} times", asked.len());
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_the_grant(asked: &Asked) {
    assert_eq!(asked.form("token").as_deref(), Some(REFRESH));
    assert_eq!(asked.form("client_id").as_deref(), Some(APP));
}

#[test]
fn row_18_apple_hears_of_it_though_it_does_not_answer_at_first() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    let server = with_codes(&apple, &folder, &[]);
    let made = player(&server, &script);
    let failed = Reply::Json(500, json!({}));
    script.lock().unwrap().revoke = vec![failed, Reply::Drop, Reply::Text(200, "")];
    // The account is gone at once, whatever Apple says.
    assert_eq!(delete(&server, &made).json, json!({}));
    assert_eq!(revoked(&apple, 3).iter().map(is_the_grant).count(), 3);
    // A second account's end shows that the first one's is settled: no grant is ended twice.
    delete(&server, &player(&server, &script));
    assert_eq!(revoked(&apple, 4).len(), 4);
}

#[test]
fn row_18_no_crash_forgets_a_grant() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    let server = with_codes(&apple, &folder, &[]);
    let made = player(&server, &script);
    script.lock().unwrap().revoke = vec![Reply::Drop];
    assert_eq!(delete(&server, &made).status, 200);
    server.kill();
    let before = apple.count("/auth/revoke");
    script.lock().unwrap().revoke = vec![Reply::Text(200, "")];
    let _again = with_codes(&apple, &folder, &[]);
    revoked(&apple, before + 1).iter().for_each(is_the_grant);
}

#[test]
fn row_12_unlinking_apple_ends_its_grant_and_a_later_login_keeps_it() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    let server = with_codes(&apple, &folder, &[]);
    let made = player(&server, &script);
    // By a token alone: the grant of before stays.
    let token = Signer::first().token(&claims());
    assert_eq!(login(&server, &apple::map(&token)).status, 200);
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let body = json!({ "authData": { "lc_apple": Value::Null } });
    let gone = server.ask("PUT", &path, Some(made.text("sessionToken")), &body);
    assert_eq!(gone.status, 200, "{}", gone.json);
    revoked(&apple, 1).iter().for_each(is_the_grant);
    assert_eq!(login(&server, &apple::map(&token)).status, 201);
}

/// An Apple, a server that exchanges codes and cannot ask another platform, and what it is asked
/// with: a code that Apple takes.
fn exchanging() -> (Platform, tempfile::TempDir, Server, Value) {
    let (apple, script) = apple::start();
    let (temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    let mut own = settings(&apple, &json!({ "team_id": TEAM, "key_id": KEY_ID }));
    own["zeta"] = json!({ "base_url": "http://127.0.0.1:1" });
    let server = server_on(&folder, &["lc_apple=apple", "zeta=weixin"], &own, &[]);
    says(&script, granted(&Signer::first().token(&claims())));
    (apple, temporary, server, json!({ "uid": USER, "code": "c-1" }))
}

#[test]
fn a_code_of_a_request_that_keeps_nothing_is_revoked() {
    let (apple, _temporary, server, map) = exchanging();
    let guest = server.guest("me");
    let (path, own) =
        (format!("/1.1/users/{}", guest.text("objectId")), guest.text("sessionToken"));
    let named = json!({ "username": "lin", "password": "the password of lin" });
    assert_eq!(server.post("/1.1/users", &named).status, 201);
    let no_effect = format!("{path}?where=%7B%22nickname%22:%22x%22%7D");
    let with = |more: Value| {
        let mut body = json!({ "authData": { "lc_apple": map } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let somebody_elses = json!({ "authData": { "lc_apple": { "uid": "other", "code": "c-1" } } });
    let both = json!({ "lc_apple": map, "zeta": { "openid": "z", "access_token": "t" } });
    let kept_nothing: [(&str, &str, Value, u16); 5] = [
        ("POST", "/1.1/users?failOnNotExist=true", with(json!({})), 211),
        ("POST", "/1.1/users", with(named.clone()), 202),
        ("PUT", &no_effect, with(json!({})), 305),
        ("POST", "/1.1/users", somebody_elses, 251),
        ("POST", "/1.1/users", json!({ "authData": both }), 503),
    ];
    let mut exchanged = 0;
    for (method, path, body, code) in kept_nothing {
        let session = (method == "PUT").then_some(own);
        let answer = server.ask(method, path, session, &body);
        assert_eq!(answer.json["code"], json!(code), "{}", answer.json);
        exchanged += 1;
        assert_eq!(apple.count("/auth/token"), exchanged, "code {code}");
        revoked(&apple, exchanged).iter().for_each(is_the_grant);
    }
    // A login that keeps it revokes nothing; the end of its account does.
    let made = login(&server, &map);
    assert_eq!(made.status, 201, "{}", made.json);
    delete(&server, &made);
    assert_eq!(revoked(&apple, exchanged + 1).len(), exchanged + 1);
}

#[test]
fn a_code_of_a_player_who_has_an_account_stays_with_it_whatever_came_of_the_request() {
    let (apple, temporary, server, map) = exchanging();
    // By a token alone: the account has no grant yet.
    let token = Signer::first().token(&claims());
    let made = login(&server, &apple::map(&token));
    assert_eq!(made.status, 201, "{}", made.json);
    let guest = server.guest("me");
    let path = format!("/1.1/users/{}", guest.text("objectId"));
    let link = json!({ "authData": { "lc_apple": map } });
    let taken = server.ask("PUT", &path, Some(guest.text("sessionToken")), &link);
    assert_eq!((taken.status, &taken.json["code"]), (400, &json!(137)));
    // To end the grant would have ended the player's whole consent to the game.
    server.signal("-TERM");
    assert!(server.wait().success());
    assert_eq!(apple.count("/auth/revoke"), 0);
    let server = with_codes(&apple, &temporary.path().join("data"), &[]);
    assert_eq!(delete(&server, &made).status, 200);
    revoked(&apple, 1).iter().for_each(is_the_grant);
}
