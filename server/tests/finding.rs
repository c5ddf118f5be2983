//! Contract rows 8, 9 and 19: who sees whom, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Answer, Server};
use serde_json::{Value, json};

const NO_FIND: &str = "Forbidden to find by class '_User' permissions.";

fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(format!("{path}?"));
    query.extend_pairs(pairs).finish()
}

/// Asks with the master key.
fn master(server: &Server, path: &str) -> Answer {
    server.master("GET", path, &Value::Null)
}

fn named(server: &Server, id: &str, nickname: &str) -> Answer {
    let body = json!({ "authData": { "anonymous": { "id": id } }, "nickname": nickname });
    server.post("/1.1/users", &body)
}

fn ids(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.json);
    let results = answer.json["results"].as_array().unwrap();
    results.iter().map(|row| row["objectId"].as_str().unwrap()).collect()
}

#[test]
fn row_8_the_token_in_the_query_goes_before_that_in_the_header() {
    let server = Server::in_memory();
    let (one, two) = (server.guest("one"), server.guest("two"));
    let [header, asked] = [&one, &two].map(|account| account.text("sessionToken"));
    let me = |token: &str, session| {
        server.get(&query("/1.1/users/me", &[("session_token", token)]), session)
    };
    assert_eq!(me(asked, Some(header)).json, two.json);
    assert_eq!(me(asked, None).json, two.json);
    me("dead", Some(header)).is_error(400, 211, "Could not find user.");
    me("\0", Some(header)).is_error(400, 211, "Could not find user.");
    assert_eq!(me("", Some(header)).json, one.json, "an empty one is none");
}

#[test]
fn row_9_keys_choose_what_is_shown() {
    let server = Server::in_memory();
    let made = named(&server, "me", "Mia");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let get = |keys| {
        server.get(
            &query(&path, &[("keys", keys), ("include", "x")]),
            Some(made.text("sessionToken")),
        )
    };
    let always = ["createdAt", "objectId", "updatedAt"];
    assert_eq!(get("nickname").names(), ["createdAt", "nickname", "objectId", "updatedAt"]);
    assert_eq!(get("none, ,sessionToken").names(), always);
    assert_eq!(get("authData.anonymous").json["authData"], made.json["authData"]);
    let without = get("-nickname,-objectId");
    assert!(without.json["nickname"].is_null() && without.json["username"].is_string());
    assert_eq!(without.json["objectId"], made.json["objectId"]);
    assert!(get("").json["nickname"].is_string());
}

#[test]
fn row_19_nobody_looks_through_the_users() {
    let server = Server::start(Path::new(":memory:"), &["--policy", "leancloud"]);
    let made = server.guest("me");
    for path in ["/1.1/users", "/1.1/classes/_User", "/1.1/users?where={", "/1.1/users?limit=x"] {
        let path = path.replace('{', "%7B");
        for session in [None, Some(made.text("sessionToken"))] {
            server.get(&path, session).is_error(403, 403, NO_FIND);
        }
    }
}

#[test]
fn row_19_the_master_finds() {
    let server = Server::in_memory();
    let made: Vec<_> = (0..5)
        .map(|i| named(&server, &format!("g{i}"), if i % 2 == 0 { "even" } else { "odd" }))
        .collect();
    let all: Vec<_> = made.iter().map(|account| account.text("objectId")).collect();
    let find = |pairs: &[(&str, &str)]| master(&server, &query("/1.1/classes/_User", pairs));
    assert_eq!(ids(&find(&[])), all);
    let newest: Vec<_> = all.iter().rev().copied().collect();
    assert_eq!(ids(&find(&[("order", "-createdAt")])), newest);
    assert_eq!(ids(&find(&[("limit", "2"), ("skip", "1")])), all[1..3]);
    assert_eq!(ids(&find(&[("limit", "2"), ("order", "-createdAt")])), newest[..2]);
    let even = [("where", r#"{"nickname":"even"}"#)];
    assert_eq!(ids(&find(&even)), [all[0], all[2], all[4]]);
    let counted = find(&[even[0], ("count", "1"), ("limit", "1")]);
    assert_eq!((ids(&counted), &counted.json["count"]), (vec![all[0]], &json!(3)));
    let counted = find(&[("count", "1"), ("limit", "0")]);
    assert_eq!(counted.json, json!({ "results": [], "count": 5 }));
    assert_eq!(find(&[("limit", "0")]).json, json!({ "results": [] }));
    let by_guest = find(&[("where", r#"{"authData.anonymous.id":"g3"}"#)]);
    assert_eq!(ids(&by_guest), [all[3]]);
    assert_eq!(by_guest.json["results"][0]["sessionToken"], Value::Null);
    for name in ["objectId", "username"] {
        let exact = |nickname: &str| {
            let wanted = json!({ name: made[3].json[name], "nickname": nickname }).to_string();
            find(&[("where", &wanted), ("count", "1")])
        };
        assert_eq!((ids(&exact("odd")), &exact("odd").json["count"]), (vec![all[3]], &json!(1)));
        assert_eq!(exact("even").json, json!({ "results": [], "count": 0 }));
    }
    let odd = [("where", r#"{"nickname":{"$regex":"^od."}}"#), ("order", "nickname,-username")];
    assert_eq!(ids(&find(&odd)).len(), 2);
    let named = find(&[("order", "-nickname,createdAt")]);
    assert_eq!(ids(&named), [all[1], all[3], all[0], all[2], all[4]]);
    let shown = find(&[("keys", "nickname"), ("limit", "1")]);
    assert_eq!(shown.json["results"][0].as_object().unwrap().len(), 4);
    let token = json!({ "sessionToken": made[0].json["sessionToken"] }).to_string();
    assert!(ids(&find(&[("where", &token)])).is_empty(), "tokens are not looked for");
    for (name, value) in [
        ("where", "x"),
        ("where", r#"{"authData.anonymous.id":{"$regex":"e"}}"#),
        ("limit", "-1"),
        ("skip", "x"),
        ("count", "99999999999999999999999"),
    ] {
        let answer = find(&[(name, value)]);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(107)), "{name}={value}");
    }
}

#[test]
fn row_19_the_master_finds_beyond_what_is_read_at_once() {
    let server = Server::in_memory();
    for i in 0..1010 {
        assert_eq!(server.guest(&format!("g{i}")).status, 201);
    }
    let find = |pairs: &[(&str, &str)]| master(&server, &query("/1.1/users", pairs));
    assert_eq!(ids(&find(&[])).len(), 100);
    assert_eq!(ids(&find(&[("limit", "5000")])).len(), 1000);
    let last = find(&[("limit", "5000"), ("skip", "1000"), ("count", "1")]);
    assert_eq!((ids(&last).len(), &last.json["count"]), (10, &json!(1010)));
}

#[test]
fn row_19_strictly_query_shows_one_user_to_who_knows_its_name() {
    let server = Server::in_memory();
    let (made, other) = (named(&server, "me", "Mia"), server.guest("other"));
    let ask = |filter: &Value, session: Option<&str>| {
        server.get(&query("/1.1/users/strictlyQuery", &[("where", &filter.to_string())]), session)
    };
    let session = Some(other.text("sessionToken"));
    let shown = json!({ "results": [{
        "objectId": made.json["objectId"], "nickname": "Mia",
        "createdAt": made.json["createdAt"], "updatedAt": made.json["updatedAt"],
    }] });
    for filter in [
        json!({ "username": made.json["username"] }),
        json!({ "objectId": made.json["objectId"] }),
        json!({ "$and": [{ "username": made.json["username"] }, { "nickname": "Mia" }] }),
    ] {
        assert_eq!(ask(&filter, session).json, shown, "{filter}");
        // As with one user by id, strangers find nobody.
        assert_eq!(ask(&filter, None).json, json!({ "results": [] }));
        assert_eq!(ask(&filter, Some("dead")).json, json!({ "results": [] }));
    }
    // What is not shown cannot be asked for.
    for (name, value) in [("authData.anonymous.id", json!("me")), ("emailVerified", json!(false))] {
        let filter = json!({ "objectId": made.json["objectId"], name: value });
        assert_eq!(ask(&filter, session).json, json!({ "results": [] }), "{name}");
    }
    assert_eq!(ask(&json!({ "username": "nobody" }), session).json, json!({ "results": [] }));
    assert_eq!(ask(&json!({ "username": "\0" }), session).json, json!({ "results": [] }));
    let inexact = [
        json!({}),
        json!({ "nickname": "Mia" }),
        json!({ "username": { "$ne": "x" } }),
        json!({ "$or": [{ "username": "x" }] }),
        json!({ "username": 7 }),
    ];
    for filter in inexact {
        assert_eq!(ask(&filter, session).json["code"], json!(107), "{filter}");
    }
    let bare = server.get("/1.1/users/strictlyQuery", session);
    assert_eq!(bare.json["code"], json!(107));
    let recorded = Server::start(Path::new(":memory:"), &["--policy", "leancloud"]);
    let made = recorded.guest("me");
    let filter = json!({ "username": made.json["username"] }).to_string();
    let found =
        recorded.get(&query("/1.1/classes/_User/strictlyQuery", &[("where", &filter)]), None);
    assert_eq!(ids(&found), [made.text("objectId")]);
}
