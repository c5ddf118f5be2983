//! Giving a guest's account to a TapTap player (contract row 11), over the wire on both sides: the
//! stand-in of one server is TapTap, for itself or for a second server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::thread;

use common::taptap::{self, BASIC_INFO, beside, login, nine, nine_of};
use common::{Answer, Server, data, guest};
use serde_json::{Value, json};

const BAD: &str = "Invalid authData.";
const MISSING: &str = "The id of the linked account is missing.";
const NO_SESSION: &str = "The user cannot be altered by a client without the session.";
const NEW_FIELD: &str = "Forbidden to add new fields by class '_User' permissions.";
const TAKEN: &str = "A unique field was given a value that is already taken.";
const UNAVAILABLE: &str = "The service is not available now.";
const UNKNOWN: &str = "Invalid authData. The platform is not configured.";

/// What TapTap gives the game of this player.
fn player(taptap: &Server, name: &str) -> Value {
    nine(taptap, &taptap::token(taptap, name, "public_profile"))
}

fn body(map: &Value) -> Value {
    json!({ "authData": { "taptap": map } })
}

fn put(server: &Server, id: &str, session: Option<&str>, body: &Value) -> Answer {
    server.ask("PUT", &format!("/1.1/users/{id}"), session, body)
}

/// The owner of the account that `account` is the answer of links a player.
fn link(server: &Server, account: &Answer, map: &Value) -> Answer {
    put(server, account.text("objectId"), Some(account.text("sessionToken")), &body(map))
}

/// The account as its owner sees it now.
#[track_caller]
fn me(server: &Server, account: &Answer) -> Answer {
    let me = server.get("/1.1/users/me", Some(account.text("sessionToken")));
    assert_eq!(me.status, 200, "{}", me.json);
    assert_eq!(me.text("objectId"), account.text("objectId"));
    me
}

/// Checks that nothing at all has happened to the account.
#[track_caller]
fn unchanged(server: &Server, account: &Answer) {
    assert_eq!(me(server, account).json, account.json);
}

/// What is kept of a player by default.
fn kept(sent: &Value) -> Value {
    json!({
        "openid": sent["openid"], "unionid": sent["unionid"],
        "name": sent["name"], "avatar": sent["avatar"],
    })
}

#[test]
fn row_11_a_guest_becomes_a_player_and_keeps_the_account() {
    let server = taptap::start();
    let made = server.guest("a-guest");
    let sent = player(&server, "lin");
    let linked = link(&server, &made, &sent);
    assert_eq!((linked.status, linked.names()), (200, vec!["objectId", "updatedAt"]));
    linked.has_common_headers();
    assert_eq!(linked.text("objectId"), made.text("objectId"));
    assert!(linked.text("updatedAt") > made.text("updatedAt"));

    // The same session goes on; the key stays out of the database.
    let now = me(&server, &made);
    assert_eq!(now.text("sessionToken"), made.text("sessionToken"));
    assert_eq!(now.text("updatedAt"), linked.text("updatedAt"));
    assert_eq!(now.json["authData"], json!({ "taptap": kept(&sent) }));
    assert_eq!(now.json["createdAt"], made.json["createdAt"]);
    assert_eq!(now.json["username"], made.json["username"]);
    // It had neither, so they are TapTap's, as in a new account.
    assert_eq!((&now.json["nickname"], &now.json["avatar"]), (&sent["name"], &sent["avatar"]));

    // The player opens it now, and the guest's id another one.
    let again = login(&server, &player(&server, "lin"));
    assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
    assert_eq!(again.text("sessionToken"), made.text("sessionToken"));
    let nobody = server.post("/1.1/users?failOnNotExist=true", &guest("a-guest"));
    nobody.is_error(400, 211, "Could not find user.");
    let new = server.guest("a-guest");
    assert_eq!(new.status, 201);
    assert_ne!(new.text("objectId"), made.text("objectId"));
}

#[test]
fn the_other_name_of_users_links_too() {
    let server = taptap::start();
    let made = server.guest("me");
    let path = format!("/1.1/classes/_User/{}", made.text("objectId"));
    let sent = player(&server, "lin");
    let linked = server.ask("PUT", &path, Some(made.text("sessionToken")), &body(&sent));
    assert_eq!(linked.status, 200, "{}", linked.json);
    assert_eq!(me(&server, &made).json["authData"], json!({ "taptap": kept(&sent) }));
}

#[test]
fn what_the_account_is_called_stays() {
    let server = taptap::start();
    let mut fields = guest("named");
    fields["nickname"] = json!("Own name");
    let made = server.post("/1.1/users", &fields);
    let sent = player(&server, "lin");
    assert_eq!(link(&server, &made, &sent).status, 200);
    let now = me(&server, &made);
    assert_eq!(now.text("nickname"), "Own name");
    assert_eq!(now.json["avatar"], sent["avatar"]);
}

#[test]
fn linking_again_is_the_same_link_with_what_taptap_says_now() {
    let server = taptap::start();
    let made = server.guest("me");
    let token = taptap::token(&server, "lin", "basic_info");
    let little = nine_of(&token, token.get(&server, BASIC_INFO).data());
    let first = link(&server, &made, &little);
    assert_eq!(first.status, 200, "{}", first.json);
    let before = me(&server, &made);
    assert_eq!((&before.json["nickname"], &before.json["avatar"]), (&Value::Null, &Value::Null));

    let sent = player(&server, "lin");
    let mut last = first.text("updatedAt").to_owned();
    for _ in 0..2 {
        let again = link(&server, &made, &sent);
        assert_eq!(again.status, 200, "{}", again.json);
        assert!(again.text("updatedAt") > last.as_str());
        last = again.text("updatedAt").to_owned();
        assert_eq!(me(&server, &made).json["authData"], json!({ "taptap": kept(&sent) }));
    }
    assert_eq!(me(&server, &made).json["nickname"], sent["name"]);
}

#[test]
fn a_player_with_an_account_is_not_taken_from_it() {
    let server = taptap::start();
    let sent = player(&server, "lin");
    let owner = login(&server, &sent);
    let made = server.guest("me");
    link(&server, &made, &sent).is_error(400, 137, TAKEN);
    unchanged(&server, &made);
    unchanged(&server, &owner);
    assert_eq!(server.guest("me").text("objectId"), made.text("objectId"));
    assert_eq!(login(&server, &sent).text("objectId"), owner.text("objectId"));
}

#[test]
fn another_player_of_the_platform_takes_the_place_of_the_former() {
    let server = taptap::start();
    let lin = player(&server, "lin");
    let made = login(&server, &lin);
    let mei = player(&server, "mei");
    assert_eq!(link(&server, &made, &mei).status, 200);
    let now = me(&server, &made);
    assert_eq!(now.json["authData"], json!({ "taptap": kept(&mei) }));
    assert_eq!(now.json["nickname"], lin["name"], "the name stays");
    assert_eq!(login(&server, &mei).text("objectId"), made.text("objectId"));
    // The former one is free: for a new account, or for another that is there.
    let guest = server.guest("me");
    assert_eq!(link(&server, &guest, &lin).status, 200);
    assert_eq!(login(&server, &lin).text("objectId"), guest.text("objectId"));
    // And not back, where it is another's now.
    link(&server, &made, &lin).is_error(400, 137, TAKEN);
    assert_eq!(me(&server, &made).json["authData"], json!({ "taptap": kept(&mei) }));
}

#[test]
fn only_the_own_session_links() {
    let server = taptap::start();
    let made = server.guest("me");
    let other = server.guest("other");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    let body = body(&player(&server, "lin"));
    let profiles = |server: &Server| {
        let state = taptap::state(server);
        let requests = state["requests"].as_array().unwrap();
        requests.iter().filter(|seen| seen["path"] == "/account/profile/v1").count()
    };
    let asked = profiles(&server);
    put(&server, id, None, &body).is_error(400, 206, NO_SESSION);
    put(&server, id, Some(other.text("sessionToken")), &body).is_error(400, 206, NO_SESSION);
    put(&server, id, Some("0123456789abcdefghijklmno"), &body).is_error(400, 206, NO_SESSION);
    for nobody in ["5d7f0e1fc8959c0074c0ffee", "%ff"] {
        let answer = put(&server, nobody, Some(other.text("sessionToken")), &body);
        answer.is_error(400, 206, NO_SESSION);
    }
    // A stranger hears nothing about the body either.
    put(&server, id, None, &json!({ "nickname": "x" })).is_error(400, 206, NO_SESSION);
    unchanged(&server, &made);
    unchanged(&server, &other);
    // The session before a refresh is good for a lost refresh, and for nothing else.
    let fresh = server.refresh(id, old);
    put(&server, id, Some(old), &body).is_error(400, 206, NO_SESSION);
    assert_eq!(profiles(&server), asked, "TapTap was asked for a stranger");
    let linked = put(&server, id, Some(fresh.text("sessionToken")), &body);
    assert_eq!(linked.status, 200, "{}", linked.json);
    assert!(profiles(&server) > asked);
}

#[test]
fn the_master_links_without_a_session() {
    let server = taptap::start();
    let made = server.guest("me");
    let body = body(&player(&server, "lin")).to_string();
    let key = format!("{},master", server.master_key);
    let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &key)];
    let send =
        |id: &str| server.send("PUT", &format!("/1.1/users/{id}"), &headers, body.as_bytes());
    send("5d7f0e1fc8959c0074c0ffee").is_error(400, 211, "Could not find user.");
    assert_eq!(send(made.text("objectId")).status, 200);
    assert!(me(&server, &made).json["authData"]["taptap"].is_object());
}

#[test]
fn what_taptap_does_not_confirm_links_nobody() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let made = server.guest("me");
    let lin = player(&taptap, "lin");
    let mei = player(&taptap, "mei");
    for (name, value) in [
        ("openid", &mei["openid"]),
        ("unionid", &mei["unionid"]),
        ("kid", &mei["kid"]),
        ("mac_key", &mei["mac_key"]),
    ] {
        let mut map = lin.clone();
        map[name] = value.clone();
        link(&server, &made, &map).is_error(400, 251, BAD);
    }
    // Nor does anybody learn so that a player has an account.
    assert_eq!(login(&server, &mei).status, 201);
    let mut claimed = lin.clone();
    claimed["openid"] = mei["openid"].clone();
    link(&server, &made, &claimed).is_error(400, 251, BAD);
    taptap::next(&taptap, "profile", 3, &json!({ "error": "server_error", "status": 500 }));
    link(&server, &made, &lin).is_error(503, 503, UNAVAILABLE);
    unchanged(&server, &made);
    assert_eq!(link(&server, &made, &lin).status, 200);
}

#[test]
fn what_is_no_link_is_refused() {
    let server = taptap::start();
    let made = server.guest("me");
    let sent = player(&server, "lin");
    let ask =
        |body: &Value| put(&server, made.text("objectId"), Some(made.text("sessionToken")), body);
    let mut with_level = body(&sent);
    with_level["level"] = json!("x");
    ask(&with_level).is_error(403, 403, NEW_FIELD);
    ask(&json!({ "authData": null })).is_error(400, 250, MISSING);
    ask(&json!({ "authData": { "taptap": {} } })).is_error(400, 250, MISSING);
    for body in [
        json!({ "authData": [] }),
        json!({ "authData": "x" }),
        json!({ "authData": { "taptap": 1 } }),
        json!({ "authData.taptap": "x" }),
        json!({ "authData.taptap": sent, "authData": { "taptap": null } }),
    ] {
        ask(&body).is_error(400, 251, BAD);
    }
    for auth_data in [
        json!({ "anonymous": { "id": "x" } }),
        json!({ "anonymous": {} }),
        json!({ "weixin": { "openid": "x" } }),
        json!({ "weixin": { "openid": "x" }, "taptap": sent }),
        json!({ "_weixin_unionid": { "uid": "x" } }),
    ] {
        ask(&json!({ "authData": auth_data })).is_error(400, 252, UNKNOWN);
    }
    let broken = "Malformed json object. A json dictionary is expected.";
    ask(&json!([])).is_error(400, 107, broken);
    unchanged(&server, &made);
    let plain = Server::in_memory();
    link(&plain, &plain.guest("me"), &sent).is_error(400, 252, UNKNOWN);
}

#[test]
fn the_recorded_service_kept_what_was_sent() {
    let taptap = taptap::start();
    let server = beside(&taptap, &["--policy", "leancloud"]);
    let made = server.guest("me");
    let mut sent = player(&taptap, "lin");
    sent["extra"] = json!({ "a": 1 });
    assert_eq!(link(&server, &made, &sent).status, 200);
    assert_eq!(me(&server, &made).json["authData"], json!({ "taptap": sent }));
}

#[test]
fn a_link_that_was_answered_survives_a_kill() {
    let taptap = taptap::start();
    let (_temporary, folder) = data();
    let options = ["--taptap-client-id", taptap::CLIENT_ID, "--taptap-open-url", &taptap.url];
    let server = Server::start(&folder, &options);
    let made = server.guest("me");
    let sent = player(&taptap, "lin");
    assert_eq!(link(&server, &made, &sent).status, 200);
    server.kill();
    for secret in ["kid", "mac_key"].map(|name| sent[name].as_str().unwrap()) {
        for file in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
    }
    let again = Server::start(Path::new(&folder), &options);
    assert_eq!(me(&again, &made).json["authData"], json!({ "taptap": kept(&sent) }));
    assert_eq!(login(&again, &sent).text("objectId"), made.text("objectId"));
    assert_eq!(again.guest("me").status, 201);
}

#[test]
fn sixty_four_guests_who_link_one_player_at_once_have_one_winner() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let sent = player(&taptap, "lin");
    let guests: Vec<Answer> = (0..64).map(|i| server.guest(&format!("guest {i}"))).collect();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let (server, sent) = (&server, &sent);
        let links: Vec<_> =
            guests.iter().map(|guest| scope.spawn(move || link(server, guest, sent))).collect();
        links.into_iter().map(|link| link.join().unwrap()).collect()
    });
    let mut winners = Vec::new();
    for (i, (guest, answer)) in guests.iter().zip(&answers).enumerate() {
        let id = format!("guest {i}");
        if answer.status == 200 {
            winners.push(guest.text("objectId"));
            assert_eq!(me(&server, guest).json["authData"], json!({ "taptap": kept(&sent) }));
            assert_ne!(server.guest(&id).text("objectId"), guest.text("objectId"));
        } else {
            answer.is_error(400, 137, TAKEN);
            unchanged(&server, guest);
            assert_eq!(server.guest(&id).text("objectId"), guest.text("objectId"));
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(login(&server, &sent).text("objectId"), winners[0]);
}
