//! Names and passwords: rows 6, 7, 13 and 17 of the account contract.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::thread;

use common::{Answer, Server, command, guest};
use serde_json::{Value, json};

const MISMATCH: &str = "The username and password mismatch.";
const NO_USER: &str = "Could not find user.";
const LOCKED: &str = "Too many failed logins, please try again in 15 minutes.";
const NO_SESSION: &str = "The user cannot be altered by a client without the session.";
const BAD_USERNAME: &str = "Invalid username, 1 to 256 bytes that are not blank are expected.";
const BAD_PASSWORD: &str = "Invalid password, 1 to 1024 bytes that are not blank are expected.";
const BAD_EMAIL: &str = "The email address was invalid.";
const BAD_PHONE: &str = "The mobile phone number was invalid.";
const BAD_TYPE: &str = "Invalid value type for field, a string is expected.";
const EMAIL_TAKEN: &str = "The email address has already been taken.";
const PHONE_TAKEN: &str = "The mobile phone number has already been taken.";
const NO_MESSAGES: &str = "This server sends no mail and no text messages.";
const USERNAME_TAKEN: &str = "Username has already been taken.";
const HAS_PASSWORD: &str = "The password is changed by updatePassword, with the old one.";

fn start(more: &[&str]) -> Server {
    Server::start(Path::new(":memory:"), more)
}

fn leancloud() -> Server {
    start(&["--policy", "leancloud"])
}

fn sign_up(server: &Server, username: &str, password: &str) -> Answer {
    server.post("/1.1/users", &json!({ "username": username, "password": password }))
}

fn log_in(server: &Server, username: &str, password: &str) -> Answer {
    server.post("/1.1/login", &json!({ "username": username, "password": password }))
}

fn put(server: &Server, user: &Answer, body: &Value) -> Answer {
    let path = format!("/1.1/classes/_User/{}", user.text("objectId"));
    server.ask("PUT", &path, Some(user.text("sessionToken")), body)
}

fn update_password(server: &Server, user: &Answer, old: &str, new: &str) -> Answer {
    let path = format!("/1.1/users/{}/updatePassword", user.text("objectId"));
    let body = json!({ "old_password": old, "new_password": new });
    server.ask("PUT", &path, Some(user.text("sessionToken")), &body)
}

fn me(server: &Server, token: &str) -> Answer {
    server.get("/1.1/users/me", Some(token))
}

#[test]
fn row_6_a_sign_up_makes_an_account_that_is_logged_in() {
    let server = Server::in_memory();
    for (path, name) in [
        ("/1.1/users", "ada"),
        ("/1.1/classes/_User?fetchWhenSave=false", "Ada"),
        ("/1.1/users", " ada"),
        ("/1.1/users", "艾达 😀"),
    ] {
        let body = json!({
            "username": name, "password": "correct horse", "nickname": "Ada",
            "email": format!("{}@Example.com", name.len() * 7 + usize::from(name.as_bytes()[0])),
            "mobilePhoneNumber": format!("+86 138-0013-8{:03}", name.as_bytes()[0]),
            "authData": null,
        });
        let made = server.post(path, &body);
        assert_eq!(made.status, 201, "{}", made.json);
        made.has_common_headers();
        let names = [
            "createdAt",
            "email",
            "emailVerified",
            "mobilePhoneNumber",
            "mobilePhoneVerified",
            "nickname",
            "objectId",
            "sessionToken",
            "updatedAt",
            "username",
        ];
        assert_eq!(made.names(), names);
        assert_eq!((made.text("username"), &made.json["email"]), (name, &body["email"]));
        let phone = format!("+8613800138{:03}", name.as_bytes()[0]);
        assert_eq!(made.text("mobilePhoneNumber"), phone);
        assert_eq!(made.json["emailVerified"], false);
        let location = format!("/1.1/classes/_User/{}", made.text("objectId"));
        assert_eq!(made.header("location"), Some(location.as_str()));
        let mine = me(&server, made.text("sessionToken"));
        assert_eq!(mine.json, made.json);
    }
}

#[test]
fn row_6_what_is_taken_or_cannot_be_is_told_and_makes_nothing() {
    let server = Server::in_memory();
    let first = json!({
        "username": "ada", "password": "x", "email": "Ada@Example.com",
        "mobilePhoneNumber": "13800138000",
    });
    assert_eq!(server.post("/1.1/users", &first).status, 201);
    let (long_name, long_password) = ("n".repeat(257), "p".repeat(1025));
    for (field, value, code, text) in [
        ("username", json!("ada"), 202, USERNAME_TAKEN),
        ("email", json!("aDA@example.COM"), 203, EMAIL_TAKEN),
        ("mobilePhoneNumber", json!("138 0013-8000"), 214, PHONE_TAKEN),
        ("username", json!(null), 200, "Username is missing."),
        ("username", json!(""), 217, BAD_USERNAME),
        ("username", json!(" \t\u{3000}"), 217, BAD_USERNAME),
        ("username", json!(long_name), 217, BAD_USERNAME),
        ("username", json!(7), 111, BAD_TYPE),
        ("password", json!(null), 201, "Password is missing."),
        ("password", json!(""), 218, BAD_PASSWORD),
        ("password", json!("  "), 218, BAD_PASSWORD),
        ("password", json!(long_password), 218, BAD_PASSWORD),
        ("password", json!(["x"]), 111, BAD_TYPE),
        ("email", json!("ada"), 125, BAD_EMAIL),
        ("email", json!("@example.com"), 125, BAD_EMAIL),
        ("email", json!("a@b@c.com"), 125, BAD_EMAIL),
        ("email", json!("a da@example.com"), 125, BAD_EMAIL),
        ("email", json!("ada@.com"), 125, BAD_EMAIL),
        ("email", json!(""), 125, BAD_EMAIL),
        ("email", json!(1), 111, BAD_TYPE),
        ("mobilePhoneNumber", json!("1234"), 127, BAD_PHONE),
        ("mobilePhoneNumber", json!("+"), 127, BAD_PHONE),
        ("mobilePhoneNumber", json!("1380013800a"), 127, BAD_PHONE),
        ("mobilePhoneNumber", json!("1234567890123456"), 127, BAD_PHONE),
        ("mobilePhoneNumber", json!(13_800_138_000_u64), 111, BAD_TYPE),
        ("nickname", json!(1), 111, BAD_TYPE),
    ] {
        let mut body = json!({ "username": "bob", "password": "x" });
        body[field] = value;
        server.post("/1.1/users", &body).is_error(400, code, text);
    }
    let new_field = json!({ "username": "bob", "password": "x", "level": 1 });
    let answer = server.post("/1.1/users", &new_field);
    answer.is_error(403, 403, "Forbidden to add new fields by class '_User' permissions.");
    let longest = sign_up(&server, &"n".repeat(256), &"p".repeat(1024));
    assert_eq!(longest.status, 201);
    assert_eq!(log_in(&server, &"n".repeat(256), &"p".repeat(1024)).status, 200);
    assert_eq!(sign_up(&server, "bob", "x").status, 201, "none of them made bob");
}

#[test]
fn row_6_of_64_sign_ups_of_one_name_at_once_one_has_it() {
    let server = Server::in_memory();
    let codes: Vec<Value> = thread::scope(|scope| {
        let running: Vec<_> = (0..64)
            .map(|n| {
                let server = &server;
                let (body, kind) = match n % 2 {
                    0 => (json!({ "username": "ada", "password": "x" }), "username"),
                    _ => (
                        json!({ "username": n.to_string(), "password": "x", "email": "a@b.c" }),
                        "email",
                    ),
                };
                scope.spawn(move || {
                    let answer = server.post("/1.1/users", &body);
                    json!([kind, answer.status, answer.json["code"]])
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (kind, code) in [("username", 202), ("email", 203)] {
        let count = |like: &Value| codes.iter().filter(|code| *code == like).count();
        assert_eq!(count(&json!([kind, 201, null])), 1, "{kind}");
        assert_eq!(count(&json!([kind, 400, code])), 31, "{kind}");
    }
}

#[test]
fn row_6_who_signs_up_by_a_platform_may_have_a_name_and_a_password_too() {
    let server = Server::in_memory();
    let mut body = guest("g");
    body["username"] = json!("ada");
    body["password"] = json!("x");
    let made = server.post("/1.1/users", &body);
    assert_eq!((made.status, made.text("username")), (201, "ada"));
    assert_eq!(log_in(&server, "ada", "x").text("objectId"), made.text("objectId"));
    // An account that is there keeps what it has.
    body["username"] = json!("eve");
    let again = server.post("/1.1/users", &body);
    assert_eq!((again.status, again.text("username")), (200, "ada"));
    let mut other = guest("other");
    other["username"] = json!("ada");
    server.post("/1.1/users", &other).is_error(400, 202, USERNAME_TAKEN);
    assert_eq!(server.guest("other").status, 201, "no account was made");
}

#[test]
fn row_6_an_address_tries_no_more_names_than_it_may_make_accounts() {
    let server = start(&["--limit-signups", "2/h", "--limit-logins", "off"]);
    assert_eq!(sign_up(&server, "ada", "x").status, 201);
    assert_eq!(sign_up(&server, "ada", "x").json["code"], 202);
    assert_eq!(sign_up(&server, "bob", "x").status, 429);
}

#[test]
fn row_7_a_login_gives_the_same_token_and_changes_nothing() {
    for server in [Server::in_memory(), leancloud()] {
        let body = json!({
            "username": "ada", "password": "pass wörd", "email": "Ada@example.com",
            "mobilePhoneNumber": "+8613800138000",
        });
        let made = server.post("/1.1/users", &body);
        for name in [
            json!({ "username": "ada" }),
            json!({ "email": "ada@EXAMPLE.com" }),
            json!({ "mobilePhoneNumber": "+86 138 0013 8000" }),
            // What else a client knows means nothing; the username goes first.
            json!({ "username": "ada", "email": "no", "objectId": "x", "authData": 1, "x": {} }),
            json!({ "username": null, "email": "Ada@example.com" }),
        ] {
            let mut body = name;
            body["password"] = json!("pass wörd");
            let back = server.post("/1.1/login", &body);
            assert_eq!(back.status, 200, "{body}");
            back.has_common_headers();
            assert_eq!(back.header("location"), None);
            assert_eq!(back.json, made.json);
        }
    }
}

#[test]
fn row_7_a_wrong_password_is_210_and_an_unknown_name_as_the_policy_says() {
    for (server, code, text) in [(Server::in_memory(), 210, MISMATCH), (leancloud(), 211, NO_USER)]
    {
        sign_up(&server, "ada", "right");
        let nameless = server.guest("g");
        for wrong in ["wrong", "Right", "right ", "", &"x".repeat(2000)] {
            log_in(&server, "ada", wrong).is_error(400, 210, MISMATCH);
        }
        // Whoever has no password is not logged in by any.
        log_in(&server, nameless.text("username"), "").is_error(400, 210, MISMATCH);
        for unknown in ["Ada", "nobody", ""] {
            log_in(&server, unknown, "right").is_error(400, code, text);
        }
        for name in ["email", "mobilePhoneNumber"] {
            let body = json!({ name: "ada", "password": "right" });
            server.post("/1.1/login", &body).is_error(400, code, text);
        }
    }
}

#[test]
fn row_7_what_is_no_login_is_told_why() {
    let server = Server::in_memory();
    let phone = json!({ "mobilePhoneNumber": "13800138000", "smsCode": "123456" });
    for (body, code, text) in [
        (json!({}), 200, "Username is missing."),
        (json!({ "password": "x" }), 200, "Username is missing."),
        (json!({ "username": "ada" }), 201, "Password is missing."),
        (json!({ "username": 1, "password": "x" }), 111, BAD_TYPE),
        (json!({ "username": "ada", "password": { "$ne": "" } }), 111, BAD_TYPE),
        (phone, 108, NO_MESSAGES),
    ] {
        server.post("/1.1/login", &body).is_error(400, code, text);
    }
    let body = json!({ "username": "ada", "password": "x" }).to_string();
    let stranger = server.send("POST", "/1.1/login", &[], body.as_bytes());
    stranger.is_error(401, 401, "Unauthorized.");
    // A password would stand in an address.
    let query = server.get("/1.1/login?username=ada&password=x", None);
    query.is_error(405, 405, "Method not allowed.");
}

#[test]
fn row_7_nobodys_name_costs_as_much_as_a_wrong_password_and_neither_is_in_the_log() {
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("log");
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data", ":memory:"]);
    command.args(["--log", "trace"]).stderr(std::fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let hashes = || {
        let text = std::fs::read_to_string(&log).unwrap();
        text.matches("hashing a password").count()
    };
    let made = sign_up(&server, "adasname", "adaspassword");
    assert_eq!(hashes(), 1);
    let guest = server.guest("g");
    for (name, password) in [
        ("adasname", "adaspassword"),
        ("adasname", "wrongpassword"),
        ("nobodysname", "adaspassword"),
        (guest.text("username"), "adaspassword"),
    ] {
        let before = hashes();
        log_in(&server, name, password);
        assert_eq!(hashes() - before, 1, "{name} {password}");
    }
    update_password(&server, &made, "wrongpassword", "newpassword");
    update_password(&server, &made, "adaspassword", "newpassword");
    drop(server);
    let text = std::fs::read_to_string(&log).unwrap();
    for secret in ["adaspassword", "wrongpassword", "newpassword", "$argon2", "adasname"] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn more_than_six_failures_lock_a_name_whether_or_not_it_is_somebodys() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "right");
    sign_up(&server, "bob", "right");
    for _ in 0..6 {
        log_in(&server, "ada", "wrong").is_error(400, 210, MISMATCH);
    }
    assert_eq!(log_in(&server, "ada", "right").status, 200);
    // That was a success, after which it counts from the start.
    for name in ["ada", "nobody"] {
        for _ in 0..7 {
            log_in(&server, name, "wrong").is_error(400, 210, MISMATCH);
        }
        for password in ["right", "wrong"] {
            log_in(&server, name, password).is_error(400, 219, LOCKED);
        }
    }
    assert_eq!(log_in(&server, "bob", "right").status, 200, "others are not locked");
    assert_eq!(me(&server, made.text("sessionToken")).status, 200, "who is in stays in");
}

#[test]
fn of_64_wrong_logins_at_once_seven_are_told_so_and_the_rest_are_locked_out() {
    let server = Server::in_memory();
    sign_up(&server, "ada", "right");
    for name in ["ada", "nobody"] {
        let codes: Vec<u64> = thread::scope(|scope| {
            let ask = || log_in(&server, name, "wrong").json["code"].as_u64().unwrap();
            let running: Vec<_> = (0..64).map(|_| scope.spawn(ask)).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let count = |code| codes.iter().filter(|&&one| one == code).count();
        assert_eq!((count(210), count(219)), (7, 57), "{name}");
    }
}

#[test]
fn of_64_right_logins_at_once_all_are_let_in() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "right");
    thread::scope(|scope| {
        let ask = || assert_eq!(log_in(&server, "ada", "right").json, made.json);
        let running: Vec<_> = (0..64).map(|_| scope.spawn(ask)).collect();
        running.into_iter().for_each(|one| one.join().unwrap());
    });
}

#[test]
fn an_address_tries_only_so_many_passwords_of_all_names() {
    let server = start(&["--limit-logins", "4/h"]);
    let made = sign_up(&server, "ada", "x");
    log_in(&server, "a", "x").is_error(400, 210, MISMATCH);
    update_password(&server, &made, "wrong", "y").is_error(400, 210, MISMATCH);
    put(&server, &made, &json!({ "password": "y" })).is_error(400, 119, HAS_PASSWORD);
    assert_eq!(log_in(&server, "ada", "x").status, 429);
    assert_eq!(update_password(&server, &made, "x", "y").status, 429);
    assert_eq!(put(&server, &made, &json!({ "password": "y" })).status, 429);
    assert_eq!(put(&server, &made, &json!({ "email": "a@b.c" })).status, 200);
}

#[test]
fn row_17_a_new_password_is_a_new_session_and_the_old_one_is_dead_at_once() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "old");
    let changed = update_password(&server, &made, "old", "new");
    assert_eq!(changed.status, 200);
    changed.has_common_headers();
    assert_eq!(changed.names(), ["objectId", "sessionToken", "updatedAt"]);
    assert_eq!(changed.text("objectId"), made.text("objectId"));
    assert!(changed.text("updatedAt") > made.text("updatedAt"));
    let (old, new) = (made.text("sessionToken"), changed.text("sessionToken"));
    assert_ne!(old, new);
    me(&server, old).is_error(400, 211, NO_USER);
    // There is no grace: whoever knew the password may have the token.
    server.refresh(made.text("objectId"), old).is_error(400, 206, NO_SESSION);
    assert_eq!(me(&server, new).status, 200);
    log_in(&server, "ada", "old").is_error(400, 210, MISMATCH);
    assert_eq!(log_in(&server, "ada", "new").text("sessionToken"), new);
}

#[test]
fn row_17_a_token_before_a_refresh_does_not_outlive_the_password() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "old");
    let fresh = server.refresh(made.text("objectId"), made.text("sessionToken"));
    assert_eq!(update_password(&server, &fresh, "old", "new").status, 200);
    let again = server.refresh(made.text("objectId"), made.text("sessionToken"));
    again.is_error(400, 206, NO_SESSION);
}

#[test]
fn row_17_a_session_is_kept_when_the_operator_wants_that() {
    let server = start(&["--keep-sessions-on-password-change"]);
    let made = sign_up(&server, "ada", "old");
    let changed = update_password(&server, &made, "old", "new");
    assert_eq!(changed.names(), ["objectId", "sessionToken", "updatedAt"]);
    assert_eq!(changed.text("sessionToken"), made.text("sessionToken"));
    assert_eq!(log_in(&server, "ada", "new").text("sessionToken"), made.text("sessionToken"));
    log_in(&server, "ada", "old").is_error(400, 210, MISMATCH);
}

#[test]
fn row_17_who_does_not_know_the_old_password_changes_nothing() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "old");
    let other = sign_up(&server, "bob", "old");
    let nobody = server.guest("g");
    let path = format!("/1.1/users/{}/updatePassword", made.text("objectId"));
    let body = json!({ "old_password": "old", "new_password": "new" });
    for session in [None, Some(other.text("sessionToken")), Some("x")] {
        server.ask("PUT", &path, session, &body).is_error(400, 206, NO_SESSION);
    }
    let mine = |body: Value| server.ask("PUT", &path, Some(made.text("sessionToken")), &body);
    mine(json!({})).is_error(400, 201, "Password is missing.");
    mine(json!({ "old_password": "old" })).is_error(400, 201, "Password is missing.");
    let blank = json!({ "old_password": "old", "new_password": " " });
    mine(blank).is_error(400, 218, BAD_PASSWORD);
    for old in ["x", "", " ", &"x".repeat(2000)] {
        update_password(&server, &nobody, old, "y").is_error(400, 210, MISMATCH);
    }
    for _ in 0..7 {
        update_password(&server, &made, "wrong", "new").is_error(400, 210, MISMATCH);
    }
    update_password(&server, &made, "old", "new").is_error(400, 219, LOCKED);
    assert_eq!(me(&server, made.text("sessionToken")).json, made.json);
    assert_eq!(log_in(&server, "ada", "old").status, 200, "logins are counted apart");
    let master = format!("{},master", server.master_key);
    let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &master)];
    let nowhere = "/1.1/users/0123456789abcdef01234567/updatePassword";
    let answer = server.send("PUT", nowhere, &headers, body.to_string().as_bytes());
    answer.is_error(400, 211, NO_USER);
}

#[test]
fn row_17_of_changes_at_once_one_is_done() {
    let server = Server::in_memory();
    let made = sign_up(&server, "ada", "old");
    let answers: Vec<Answer> = thread::scope(|scope| {
        let (server, made) = (&server, &made);
        let change =
            |n| scope.spawn(move || update_password(server, made, "old", &format!("new {n}")));
        let running: Vec<_> = (0..8).map(change).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let done: Vec<_> = (0..8).filter(|n| answers[*n].status == 200).collect();
    assert_eq!(done.len(), 1);
    let back = log_in(&server, "ada", &format!("new {}", done[0]));
    assert_eq!(back.text("sessionToken"), answers[done[0]].text("sessionToken"));
}

#[test]
fn row_13_a_guest_who_gets_a_name_and_a_password_is_a_guest_no_more() {
    let server = Server::in_memory();
    let made = server.guest("g");
    let changed = put(&server, &made, &json!({ "username": "ada", "password": "x" }));
    assert_eq!((changed.status, changed.names()), (200, vec!["objectId", "updatedAt"]));
    let back = log_in(&server, "ada", "x");
    assert_eq!(back.text("objectId"), made.text("objectId"));
    assert_eq!(back.text("sessionToken"), made.text("sessionToken"));
    assert_eq!(back.json["authData"], Value::Null);
    assert_ne!(server.guest("g").text("objectId"), made.text("objectId"));
}

#[test]
fn row_13_a_name_alone_leaves_the_guest_its_only_way_in() {
    let server = Server::in_memory();
    let made = server.guest("g");
    assert_eq!(put(&server, &made, &json!({ "username": "ada" })).status, 200);
    assert_eq!(put(&server, &made, &json!({ "password": "x" })).status, 200);
    assert_eq!(server.guest("g").text("objectId"), made.text("objectId"));
    assert_eq!(log_in(&server, "ada", "x").text("objectId"), made.text("objectId"));
}

#[test]
fn row_13_names_go_with_fields_and_conditions_or_not_at_all() {
    let server = Server::in_memory();
    sign_up(&server, "ada", "x");
    let made = server.guest("g");
    let token = made.text("sessionToken");
    let ask = |query: &str, body: Value| {
        let path = format!("/1.1/users/{}?{query}", made.text("objectId"));
        server.ask("PUT", &path, Some(token), &body)
    };
    let body = |name: &str| json!({ "username": name, "password": "x", "nickname": "B" });
    ask("", body("ada")).is_error(400, 202, USERNAME_TAKEN);
    let missed = ask("where=%7B%22nickname%22%3A%22C%22%7D", body("bob"));
    missed.is_error(400, 305, "No effect on updating/deleting a document.");
    assert_eq!(me(&server, token).json, made.json);
    let mut all = body("bob");
    all["email"] = json!("b@c.d");
    let answer = ask("new=true", all);
    assert_eq!(answer.names(), ["email", "nickname", "objectId", "updatedAt", "username"]);
    assert_eq!([answer.text("username"), answer.text("email")], ["bob", "b@c.d"]);
    assert_eq!(log_in(&server, "bob", "x").text("nickname"), "B");
}

#[test]
fn row_13_what_is_somebody_elses_is_not_given_and_nothing_is_changed() {
    let server = Server::in_memory();
    let all = json!({
        "username": "ada", "password": "x", "email": "a@b.c", "mobilePhoneNumber": "13800138000",
    });
    let ada = server.post("/1.1/users", &all);
    let made = server.guest("g");
    for (field, code, text) in [
        ("username", 202, USERNAME_TAKEN),
        ("email", 203, EMAIL_TAKEN),
        ("mobilePhoneNumber", 214, PHONE_TAKEN),
    ] {
        let mut body = json!({ "username": "bob", "password": "x" });
        body[field] = all[field].clone();
        put(&server, &made, &body).is_error(400, code, text);
    }
    assert_eq!(me(&server, made.text("sessionToken")).json, made.json);
    // One's own is no conflict, and can be given up.
    assert_eq!(put(&server, &ada, &json!({ "username": "ada", "email": "A@b.c" })).status, 200);
    assert_eq!(me(&server, ada.text("sessionToken")).text("email"), "A@b.c");
    let delete = json!({ "email": { "__op": "Delete" }, "mobilePhoneNumber": null });
    assert_eq!(put(&server, &ada, &delete).status, 200);
    let now = me(&server, ada.text("sessionToken"));
    assert_eq!([&now.json["email"], &now.json["mobilePhoneNumber"]], [&Value::Null; 2]);
    let body = json!({ "email": "a@b.c", "mobilePhoneNumber": "13800138000" });
    assert_eq!(put(&server, &made, &body).status, 200);
}

#[test]
fn a_password_that_is_there_is_replaced_by_who_knows_it_or_as_the_policy_says() {
    for (server, by_session) in [(Server::in_memory(), false), (leancloud(), true)] {
        let made = sign_up(&server, "ada", "old");
        let answer = put(&server, &made, &json!({ "password": "new" }));
        match by_session {
            true => assert_eq!(answer.status, 200),
            false => answer.is_error(400, 119, HAS_PASSWORD),
        }
        assert_eq!(log_in(&server, "ada", "new").status == 200, by_session);
        let master = format!("{},master", server.master_key);
        let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &master)];
        let path = format!("/1.1/users/{}", made.text("objectId"));
        let answer = server.send("PUT", &path, &headers, br#"{"password":"newest"}"#);
        assert_eq!(answer.status, 200);
        assert_eq!(log_in(&server, "ada", "newest").status, 200);
    }
}

#[test]
fn addresses_are_shown_to_the_owner_and_the_master_alone() {
    for server in [Server::in_memory(), leancloud()] {
        let body = json!({
            "username": "ada", "password": "x", "email": "a@b.c", "mobilePhoneNumber": "13800138000",
        });
        let made = server.post("/1.1/users", &body);
        let other = server.guest("g");
        let path = format!("/1.1/users/{}", made.text("objectId"));
        let shown = |answer: Answer| {
            answer.json["email"] == "a@b.c" && answer.json["mobilePhoneNumber"] == "13800138000"
        };
        let hidden = |answer: Answer| {
            answer.json["username"] == "ada"
                && answer.json.get("email").is_none()
                && answer.json.get("mobilePhoneNumber").is_none()
        };
        assert!(shown(server.get(&path, Some(made.text("sessionToken")))));
        assert!(hidden(server.get(&path, Some(other.text("sessionToken")))));
        let master = format!("{},master", server.master_key);
        let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &master)];
        assert!(shown(server.send("GET", &path, &headers, b"")));
    }
}

#[test]
fn what_would_need_mail_or_messages_is_refused_and_says_so() {
    let server = Server::in_memory();
    for (method, path) in [
        ("POST", "requestPasswordReset"),
        ("POST", "requestEmailVerify"),
        ("POST", "requestLoginSmsCode"),
        ("POST", "requestMobilePhoneVerify"),
        ("POST", "requestPasswordResetBySmsCode"),
        ("POST", "requestChangePhoneNumber"),
        ("POST", "changePhoneNumber"),
        ("POST", "requestSmsCode"),
        ("POST", "usersByMobilePhone"),
        ("POST", "verifyMobilePhone/123456"),
        ("POST", "verifySmsCode/123456"),
        ("PUT", "resetPasswordBySmsCode/123456"),
    ] {
        let path = format!("/1.1/{path}");
        let answer = server.ask(method, &path, None, &json!({ "email": "a@b.c" }));
        answer.is_error(400, 108, NO_MESSAGES);
        server.send(method, &path, &[], b"{}").is_error(401, 401, "Unauthorized.");
    }
}

#[test]
fn a_password_survives_a_restart() {
    let (_temporary, folder) = common::data();
    let server = Server::start(&folder, &[]);
    let made = sign_up(&server, "ada", "x");
    log_in(&server, "bob", "x");
    server.kill();
    let server = Server::start(&folder, &[]);
    assert_eq!(log_in(&server, "ada", "x").json, made.json);
    for _ in 0..6 {
        log_in(&server, "bob", "x").is_error(400, 210, MISMATCH);
    }
    log_in(&server, "bob", "x").is_error(400, 219, LOCKED);
}
