//! Contract rows 10, 14 and 15: a user's own fields, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::thread;

use common::{Answer, Server, guest};
use serde_json::{Map, Value, json};

const NEW_FIELD: &str = "Forbidden to add new fields by class '_User' permissions.";
const NO_EFFECT: &str = "No effect on updating/deleting a document.";
const NO_SESSION: &str = "The user cannot be altered by a client without the session.";
const NO_STRING: &str = "Invalid value type for field, a string is expected.";

/// The owner saves; `query` begins with `?` or is empty.
fn save(server: &Server, account: &Answer, query: &str, body: &Value) -> Answer {
    let path = format!("/1.1/users/{}{query}", account.text("objectId"));
    server.ask("PUT", &path, Some(account.text("sessionToken")), body)
}

/// The account as its owner sees it now.
#[track_caller]
fn me(server: &Server, account: &Answer) -> Answer {
    let me = server.get("/1.1/users/me", Some(account.text("sessionToken")));
    assert_eq!(me.status, 200, "{}", me.json);
    me
}

/// `?where=` and this, percent-encoded.
fn filter(value: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("?"));
    query.append_pair("where", &value.to_string()).finish()
}

#[test]
fn row_10_nickname_and_avatar_are_saved_and_removed_and_the_rest_stays() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let body = json!({ "nickname": "Mia", "avatar": "https://a.example/1.png" });
    let saved = save(&server, &made, "", &body);
    assert_eq!((saved.status, saved.names()), (200, vec!["objectId", "updatedAt"]));
    saved.has_common_headers();
    assert!(saved.text("updatedAt") > made.text("updatedAt"));
    let now = me(&server, &made);
    assert_eq!((now.text("nickname"), now.text("avatar")), ("Mia", "https://a.example/1.png"));
    assert_eq!(now.text("updatedAt"), saved.text("updatedAt"));
    assert_eq!(now.json["authData"], made.json["authData"]);
    assert_eq!(now.text("sessionToken"), made.text("sessionToken"));

    save(&server, &made, "", &json!({ "nickname": { "__op": "Delete" } }));
    let now = me(&server, &made);
    assert_eq!(
        (&now.json["nickname"], now.text("avatar")),
        (&Value::Null, body["avatar"].as_str().unwrap())
    );
    save(&server, &made, "", &json!({ "avatar": null, "nickname": "" }));
    let now = me(&server, &made);
    assert_eq!((&now.json["avatar"], now.text("nickname")), (&Value::Null, ""));
    // The other name of users, and the empty query that official clients send.
    let path = format!("/1.1/classes/_User/{}?", made.text("objectId"));
    let again =
        server.ask("PUT", &path, Some(made.text("sessionToken")), &json!({ "nickname": "x" }));
    assert_eq!(again.status, 200, "{}", again.json);
    assert_eq!(save(&server, &made, "", &json!({})).status, 200, "nothing to save is saved");
    assert_eq!(me(&server, &made).text("nickname"), "x");
}

#[test]
fn row_10_what_was_touched_comes_back_if_it_is_asked_for() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let body = json!({ "nickname": "Mia", "avatar": "a" });
    save(&server, &made, "", &body);
    for query in ["?new=true", "?fetchWhenSave=true"] {
        let saved = save(&server, &made, query, &json!({ "nickname": "Eve" }));
        assert_eq!(saved.names(), ["nickname", "objectId", "updatedAt"]);
        assert_eq!(saved.text("nickname"), "Eve");
        let both = save(&server, &made, query, &json!({ "nickname": "Eve", "avatar": null }));
        assert_eq!(
            both.names(),
            ["nickname", "objectId", "updatedAt"],
            "what is removed is not there"
        );
    }
    for query in ["?", "?new=false", "?fetchWhenSave=false", "?fetchWhenSave=1"] {
        assert_eq!(
            save(&server, &made, query, &body).names(),
            ["objectId", "updatedAt"],
            "{query}"
        );
    }
}

#[test]
fn row_10_a_condition_decides_about_all_of_it() {
    let server = Server::in_memory();
    let made = server.guest("me");
    save(&server, &made, "", &json!({ "nickname": "one" }));
    let before = me(&server, &made);
    let two = json!({ "nickname": "two", "avatar": "x" });
    for miss in [
        json!({ "nickname": "two" }),
        json!({ "nickname": { "$ne": "one" } }),
        json!({ "avatar": { "$exists": true } }),
        json!({ "nickname": "one", "username": "x" }),
        json!({ "updatedAt": { "$lt": { "__type": "Date", "iso": before.json["updatedAt"] } } }),
        json!({ "sessionToken": before.json["sessionToken"] }),
        json!({ "authData.anonymous.id": "you" }),
    ] {
        save(&server, &made, &filter(&miss), &two).is_error(400, 305, NO_EFFECT);
        assert_eq!(me(&server, &made).json, before.json, "{miss}");
    }
    for bad in ["", "x", "[]", r#"{"nickname":{"$regex":"^(a+)+$"}}"#, r#"{"$where":"1"}"#] {
        let mut query = form_urlencoded::Serializer::new(String::from("?"));
        let query = query.append_pair("where", bad).finish();
        let answer = save(&server, &made, &query, &two);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(107)), "{bad}");
    }
    assert_eq!(me(&server, &made).json, before.json);
    let hit = filter(&json!({ "nickname": "one", "authData.anonymous.id": "me" }));
    assert_eq!(save(&server, &made, &hit, &two).status, 200);
    assert_eq!(me(&server, &made).text("nickname"), "two");
}

#[test]
fn row_14_nobody_saves_or_deletes_but_the_owner_and_the_master() {
    let server = Server::in_memory();
    let (made, other) = (server.guest("me"), server.guest("other"));
    let fresh = server.refresh(made.text("objectId"), made.text("sessionToken"));
    let before = me(&server, &fresh);
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let stale = made.text("sessionToken");
    for session in [None, Some(other.text("sessionToken")), Some(stale), Some("x")] {
        for method in ["PUT", "DELETE"] {
            for path in [path.as_str(), "/1.1/users/5d7f0e1fc8959c0074c0ffee", "/1.1/users/%ff"] {
                let answer = server.ask(method, path, session, &json!({ "nickname": "x" }));
                answer.is_error(400, 206, NO_SESSION);
            }
        }
    }
    assert_eq!(me(&server, &fresh).json, before.json);
    let key = format!("{},master", server.master_key);
    let headers = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &key)];
    let master = |method: &str, path: &str| {
        server.send(method, path, &headers, br#"{"nickname":"by the operator"}"#)
    };
    assert_eq!(master("PUT", &path).status, 200);
    assert_eq!(me(&server, &fresh).text("nickname"), "by the operator");
    for method in ["PUT", "DELETE"] {
        let nobody = master(method, "/1.1/users/5d7f0e1fc8959c0074c0ffee");
        nobody.is_error(400, 211, "Could not find user.");
    }
    assert_eq!(master("DELETE", &path).json, json!({}));
    assert_eq!(server.get("/1.1/users/me", Some(fresh.text("sessionToken"))).status, 400);
}

#[test]
fn row_15_other_fields_are_refused_and_nothing_is_saved() {
    for policy in ["production", "leancloud"] {
        let server = Server::start(std::path::Path::new(":memory:"), &["--policy", policy]);
        let made = server.guest("me");
        for name in ["level", "a.b", "", "__op", "$set", "nickname.x", "authdata", "名字"] {
            let body = json!({ name: "x", "nickname": "x" });
            save(&server, &made, "", &body).is_error(403, 403, NEW_FIELD);
        }
        for name in ["emailVerified", "mobilePhoneVerified", "shortId"] {
            let answer = save(&server, &made, "", &json!({ name: true, "nickname": "x" }));
            answer.is_error(400, 117, "The field is read-only.");
        }
        assert_eq!(me(&server, &made).json, made.json);
    }
}

#[test]
fn row_10_what_official_clients_repeat_changes_nothing() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let body = json!({
        "objectId": "5d7f0e1fc8959c0074c0ffee", "createdAt": "2000-01-01T00:00:00.000Z",
        "updatedAt": "2000-01-01T00:00:00.000Z", "sessionToken": "0000000000000000000000000",
        "ACL": { "*": { "read": true } }, "__type": "Pointer", "className": "_User",
        "authData": made.json["authData"], "nickname": "Mia",
    });
    assert_eq!(save(&server, &made, "", &body).status, 200);
    let now = me(&server, &made);
    assert_eq!(now.text("nickname"), "Mia");
    for name in ["objectId", "createdAt", "sessionToken", "authData", "username"] {
        assert_eq!(now.json[name], made.json[name], "{name}");
    }
}

#[test]
fn hostile_bodies_are_refused_whole() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let wrong = [
        json!(1),
        json!(1.5),
        json!(true),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({ "x": 1 }),
        json!({ "__op": "Increment", "amount": 1 }),
        json!({ "__op": "Delete", "x": 1 }),
        json!({ "__op": ["Delete"] }),
        json!({ "__type": "Date", "iso": "x" }),
    ];
    for value in &wrong {
        for name in ["nickname", "avatar"] {
            let body = json!({ name: value });
            save(&server, &made, "", &body).is_error(400, 111, NO_STRING);
        }
        let answer = save(&server, &made, "", &json!({ "authData": value }));
        let nothing = *value == json!({});
        assert_eq!(answer.status, if nothing { 200 } else { 400 }, "{value} {}", answer.json);
        let answer = save(&server, &made, "", &json!({ "authData": { "taptap": value } }));
        assert_eq!(answer.status, 400, "{value} {}", answer.json);
    }
    let many: Map<_, _> = (0..10_000).map(|i| (format!("k{i}"), json!("x"))).collect();
    save(&server, &made, "", &many.clone().into()).is_error(403, 403, NEW_FIELD);
    let answer = save(&server, &made, "", &json!({ "authData": many }));
    answer.is_error(400, 251, "Invalid authData.");
    let gone: Map<_, _> = (0..10_000).map(|i| (format!("k{i}"), Value::Null)).collect();
    save(&server, &made, "", &json!({ "authData": gone })).is_error(400, 251, "Invalid authData.");
    let huge = json!({ "nickname": "x".repeat(130 * 1024) });
    save(&server, &made, "", &huge).is_error(400, 116, "The object is too large.");
    let session = made.text("sessionToken");
    let deep = format!(r#"{{"nickname":{}1{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let [id, key] = server.client();
    let path = format!("/1.1/users/{}", made.text("objectId"));
    for body in [deep.as_bytes(), b"", b"null", b"[]", b"{", b"\xff\xfe"] {
        let headers = [id, key, ("X-LC-Session", session)];
        let answer = server.send("PUT", &path, &headers, body);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(107)));
    }
    let long = "x".repeat(3000);
    for odd in ["%00", "%ff", "..%2f", "%27%20OR%201=1", long.as_str(), "me%00"] {
        let answer = server.ask("PUT", &format!("/1.1/users/{odd}"), Some(session), &json!({}));
        answer.is_error(400, 206, NO_SESSION);
        let got = server.get(&format!("/1.1/users/{odd}"), Some(session));
        got.is_error(400, 211, "Could not find user.");
    }
    let now = me(&server, &made);
    for name in ["nickname", "avatar"] {
        assert_eq!(now.json[name], Value::Null);
    }
    assert_eq!(now.json["authData"], made.json["authData"]);
}

#[test]
fn a_user_does_not_grow_beyond_its_bound_by_many_saves() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let part = "x".repeat(100 * 1024);
    assert_eq!(save(&server, &made, "", &json!({ "nickname": part })).status, 200);
    let before = me(&server, &made);
    let more = save(&server, &made, "", &json!({ "avatar": part }));
    more.is_error(400, 116, "The object is too large.");
    let mut login = guest("me");
    login["authData"]["anonymous"]["more"] = json!(part);
    server.post("/1.1/users", &login).is_error(400, 116, "The object is too large.");
    assert_eq!(me(&server, &made).json, before.json);
    assert_eq!(save(&server, &made, "", &json!({ "avatar": part, "nickname": null })).status, 200);
}

#[test]
fn row_10_of_sixty_four_conditional_saves_one_wins() {
    let server = Server::in_memory();
    let made = server.guest("me");
    save(&server, &made, "", &json!({ "nickname": "free" }));
    let query = filter(&json!({ "nickname": "free" }));
    let answers: Vec<(String, Answer)> = thread::scope(|scope| {
        let (server, made, query) = (&server, &made, &query);
        let saves: Vec<_> = (0..64)
            .map(|i| {
                scope.spawn(move || {
                    let name = format!("writer {i}");
                    let saved = save(server, made, query, &json!({ "nickname": name }));
                    (name, saved)
                })
            })
            .collect();
        saves.into_iter().map(|save| save.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(_, answer)| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert_eq!(me(&server, &made).text("nickname"), won[0].0);
    for (_, answer) in lost {
        answer.is_error(400, 305, NO_EFFECT);
    }
}

#[test]
fn what_has_no_body_may_send_one_that_says_nothing() {
    let server = Server::in_memory();
    let made = server.guest("me");
    let (id, mut session) = (made.text("objectId"), made.text("sessionToken").to_owned());
    let [app, key] = server.client();
    let send = |method: &str, path: &str, session: &str, body: &[u8]| {
        let headers = [
            app,
            key,
            ("X-LC-Session", session),
            ("Content-Type", "application/json;charset=utf-8"),
        ];
        server.send(method, path, &headers, body)
    };
    for body in [&b"null"[..], b"{}", b""] {
        let own = format!("/1.1/classes/_User/{id}?");
        assert_eq!(send("GET", &own, &session, body).status, 200);
        assert_eq!(send("GET", "/1.1/users/me", &session, body).status, 200);
        let fresh = send("PUT", &common::refresh_path(id), &session, body);
        assert_eq!(fresh.status, 200, "{}", fresh.json);
        session = fresh.text("sessionToken").to_owned();
    }
    let path = format!("/1.1/classes/_User/{id}");
    assert_eq!(send("DELETE", &path, &session, b"null").json, json!({}));
}
