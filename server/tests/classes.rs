//! Classes: types of keys, permissions, and what the studio says about them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::path::Path;

use common::database::{order, refused};
use common::{Answer, Server, data};
use serde_json::{Value, json};

fn leancloud() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

fn forbidden(what: &str, class: &str) -> String {
    format!("Forbidden to {what} by class '{class}' permissions.")
}

/// Asks as somebody with this session, or none.
fn post(server: &Server, class: &str, who: Option<&Answer>, body: &Value) -> Answer {
    let session = who.map(|who| who.text("sessionToken"));
    server.ask("POST", &format!("/1.1/classes/{class}"), session, body)
}

#[test]
fn the_first_value_fixes_the_type_of_its_key() {
    let server = leancloud();
    let pointer = |class: &str| json!({ "__type": "Pointer", "className": class, "objectId": "1" });
    let relation = |op: &str, class: &str| json!({ "__op": op, "objects": [pointer(class)] });
    let values = [
        ("String", json!("x")),
        ("Number", json!(1)),
        ("Boolean", json!(true)),
        ("Array", json!([1])),
        ("Object", json!({ "a": 1 })),
        ("Date", json!({ "__type": "Date", "iso": "2020-01-01T00:00:00.000Z" })),
        ("Bytes", json!({ "__type": "Bytes", "base64": "AA==" })),
        ("GeoPoint", json!({ "__type": "GeoPoint", "latitude": 1, "longitude": 2 })),
        ("File", json!({ "__type": "File", "id": "1" })),
        ("Pointer", pointer("A")),
        ("Relation", relation("AddRelation", "A")),
    ];
    let body: Value = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let made = server.post("/1.1/classes/C", &body);
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    for (key, _) in &values {
        for (other, value) in &values {
            let body = json!({ *key: value });
            let answer = server.ask("PUT", &path, None, &body);
            if key == other {
                assert_eq!(answer.status, 200, "{}", answer.json);
                continue;
            }
            let text = format!(
                "Invalid value type for field '{key}', expect type is {key} but it is {other}."
            );
            answer.is_error(400, 111, &text);
            server.post("/1.1/classes/C", &body).is_error(400, 111, &text);
        }
        let null = server.ask("PUT", &path, None, &json!({ *key: null }));
        assert_eq!(null.status, 200, "any key may be null: {}", null.json);
    }
    // Also after the value is gone, and for the class that pointers and relations are to.
    server.ask("PUT", &path, None, &json!({ "Number": { "__op": "Delete" } }));
    for body in [
        json!({ "Number": "x" }),
        json!({ "Pointer": pointer("B") }),
        json!({ "Relation": relation("RemoveRelation", "B") }),
        json!({ "String": { "__op": "Increment", "amount": 1 } }),
        json!({ "Number": { "__op": "AddUnique", "objects": [1] } }),
        json!({ "Array": { "__op": "BitOr", "value": 1 } }),
        json!({ "Number.within": 1 }),
    ] {
        let answer = server.ask("PUT", &path, None, &body);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(111)), "{body}");
    }
}

#[test]
fn a_write_that_fails_fixes_nothing() {
    let server = leancloud();
    let made = server.post("/1.1/classes/C", &json!({ "n": 1 }));
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    for (at, body) in [
        ("/1.1/classes/C", json!({ "new": 1, "n": "x" })),
        ("/1.1/classes/D", json!({ "new": { "__type": "Nothing" } })),
        ("/1.1/classes/D", json!({ "a.b": { "__op": "Add", "objects": 1 } })),
    ] {
        assert_eq!(server.post(at, &body).status, 400);
    }
    for body in [json!({ "new": 1, "n": "x" }), json!({ "new": 1, "n.a": 1 })] {
        assert_eq!(server.ask("PUT", &path, None, &body).status, 400);
    }
    let late =
        server.ask("PUT", &format!("{path}?where=%7B%22n%22%3A2%7D"), None, &json!({ "new": 1 }));
    assert_eq!(late.json["code"], 305);
    assert_eq!(server.post("/1.1/classes/C", &json!({ "new": "text" })).status, 201);
    assert_eq!(server.get("/1.1/classes/D/1", None).status, 404);
}

#[test]
fn in_production_clients_make_no_classes_and_no_keys() {
    let server = Server::in_memory();
    let user = server.guest("me");
    for who in [None, Some(&user)] {
        post(&server, "Score", who, &json!({})).is_error(
            403,
            119,
            "Clients may not create classes.",
        );
    }
    assert_eq!(server.master("POST", "/1.1/classes/Score", &json!({ "points": 1 })).status, 201);
    let made = post(&server, "Score", Some(&user), &json!({ "points": 2 }));
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/1.1/classes/Score/{}", made.text("objectId"));
    let session = Some(user.text("sessionToken"));
    let text = forbidden("add new fields", "Score");
    for body in [
        json!({ "level": 1 }),
        json!({ "level": null }),
        json!({ "points": 1, "level": { "__op": "Increment", "amount": 1 } }),
        json!({ "level.a": 1 }),
    ] {
        post(&server, "Score", Some(&user), &body).is_error(403, 403, &text);
        server.ask("PUT", &path, session, &body).is_error(403, 403, &text);
    }
    let gone = json!({ "level": { "__op": "Delete" } });
    assert_eq!(server.ask("PUT", &path, session, &gone).status, 200, "nothing is added");
    assert_eq!(server.master("PUT", &path, &json!({ "level": 1 })).status, 200);
    assert_eq!(server.ask("PUT", &path, session, &json!({ "level": 2 })).status, 200);
}

#[test]
fn every_permission_holds_for_everybody_logged_in_and_named() {
    let server = leancloud();
    let (me, other) = (server.guest("me"), server.guest("other"));
    let role = json!({ "name": "staff", "ACL": {}, "users": { "__op": "AddRelation", "objects": [
        { "__type": "Pointer", "className": "_User", "objectId": other.text("objectId") }] } });
    assert_eq!(server.master("POST", "/1.1/roles", &role).status, 201);
    let made = server.post("/1.1/classes/C", &json!({ "n": 1 }));
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let attempt = |action: &str, who: Option<&Answer>| {
        let session = who.map(|who| who.text("sessionToken"));
        match action {
            "create" => server.ask("POST", "/1.1/classes/C", session, &json!({ "n": 1 })),
            "get" => server.ask("GET", &path, session, &Value::Null),
            "update" => server.ask("PUT", &path, session, &json!({ "n": 2 })),
            "delete" => server.ask("DELETE", "/1.1/classes/C/none", session, &Value::Null),
            _ => {
                let new = format!("new{}", common::now_ms());
                server.ask("POST", "/1.1/classes/C", session, &json!({ new: 1 }))
            }
        }
    };
    let named = json!({ "users": [me.json["objectId"]], "roles": ["nobody"] });
    for (who, lets) in [
        (json!({ "*": true }), [true, true, true]),
        (json!({ "onlySignInUsers": true }), [false, true, true]),
        (named, [false, true, false]),
        (json!({ "roles": ["staff"] }), [false, false, true]),
        (json!({}), [false, false, false]),
    ] {
        for action in ["create", "get", "update", "delete", "add_fields"] {
            let set = json!({ "permissions": { action: who } });
            let set = server.master("PUT", "/tdsauth/v1/classes/C", &set);
            assert_eq!(set.json["permissions"][action], who, "{}", set.json);
            for (one, lets) in [None, Some(&me), Some(&other)].into_iter().zip(lets) {
                let answer = attempt(action, one);
                let words = if action == "add_fields" { "add new fields" } else { action };
                match lets {
                    true => assert!(answer.status < 300, "{action} {who}: {}", answer.json),
                    false => answer.is_error(403, 403, &forbidden(words, "C")),
                }
            }
            server.master(
                "PUT",
                "/tdsauth/v1/classes/C",
                &json!({ "permissions": { action: null } }),
            );
        }
    }
    // A session that is none is as nobody's, and the operator may do everything.
    let set = json!({ "permissions": { "get": { "onlySignInUsers": true } } });
    server.master("PUT", "/tdsauth/v1/classes/C", &set);
    server.get(&path, Some("dead")).is_error(403, 403, &forbidden("get", "C"));
    assert_eq!(server.master("GET", &path, &Value::Null).status, 200);
}

#[test]
fn the_studio_makes_and_shows_classes_over_the_wire() {
    let server = Server::in_memory();
    let path = "/tdsauth/v1/classes/Score";
    let body = json!({
        "keys": { "points": "Number", "owner": "Pointer:_User", "fans": "Relation:_User" },
        "permissions": { "create": { "onlySignInUsers": true }, "add_fields": {} },
    });
    let whole =
        json!({ "name": "Score", "keys": body["keys"], "permissions": body["permissions"] });
    let put = server.master("PUT", path, &body);
    assert_eq!((put.status, put.json), (200, whole.clone()));
    assert_eq!(server.master("GET", path, &Value::Null).json, whole);
    let again = json!({ "permissions": { "create": null } });
    let again = server.master("PUT", path, &again);
    assert_eq!(again.json["permissions"], json!({ "add_fields": {} }));
    let all = server.master("GET", "/tdsauth/v1/classes", &Value::Null);
    let names = all.json["classes"].as_array().unwrap().iter().map(|class| &class["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["Score", "_Role", "_User"]);
    for (body, code) in [
        (json!({ "keys": { "points": "String" } }), 111),
        (json!({ "keys": { "x": "Text" } }), 107),
        (json!({ "keys": { "x": "Pointer" } }), 107),
        (json!({ "keys": { "x": "Pointer:1" } }), 107),
        (json!({ "keys": { "1": "String" } }), 105),
        (json!({ "permissions": { "read": {} } }), 107),
        (json!({ "permissions": { "get": { "everybody": true } } }), 107),
        (json!({ "permissions": { "get": { "users": [""] } } }), 107),
        (json!({ "names": 1 }), 107),
    ] {
        let answer = server.master("PUT", path, &body);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(code)), "{body}");
    }
    let put = server.master("PUT", "/tdsauth/v1/classes/_Own", &json!({}));
    assert_eq!(put.json["code"], 103);
    assert_eq!(server.master("GET", "/tdsauth/v1/classes/None", &Value::Null).status, 404);
    for (method, path) in [("GET", path), ("PUT", path), ("GET", "/tdsauth/v1/classes")] {
        let answer = server.ask(method, path, None, &json!({}));
        answer.is_error(403, 403, "The master key is needed.");
    }
}

#[test]
fn the_operator_makes_and_shows_classes_from_a_shell_while_a_server_runs() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    let user = server.guest("me");
    assert_eq!(order(&folder, &["class", "create", "Score"]), "");
    order(&folder, &["class", "add-key", "Score", "points", "Number"]);
    order(&folder, &["class", "add-key", "Score", "owner", "Pointer:_User"]);
    let create = |who| post(&server, "Score", who, &json!({ "points": 1 }));
    assert_eq!(create(None).status, 201);
    let me = format!("user:{}", user.text("objectId"));
    for (who, nobody, mine) in [
        (&["logged-in"][..], false, true),
        (&["nobody"], false, false),
        (&[&*me, "role:staff"], false, true),
        (&["role:staff"], false, false),
        (&["everybody"], true, true),
        (&["default"], true, true),
    ] {
        order(&folder, &[&["class", "allow", "Score", "create"], who].concat());
        assert_eq!(create(None).status == 201, nobody, "{who:?}");
        assert_eq!(create(Some(&user)).status == 201, mine, "{who:?}");
    }
    order(&folder, &["class", "allow", "Score", "add_fields", "logged-in"]);
    let shown = order(&folder, &["class", "show", "Score"]);
    let expected = json!({
        "name": "Score", "keys": { "points": "Number", "owner": "Pointer:_User" },
        "permissions": { "add_fields": { "onlySignInUsers": true } },
    });
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), expected);
    let all = order(&folder, &["class", "list"]);
    assert_eq!((all.lines().count(), all.lines().next()), (3, shown.lines().next()));
    for words in [
        &["class", "show", "None"][..],
        &["class", "add-key", "None", "a", "String"],
        &["class", "allow", "None", "get", "nobody"],
        &["class", "add-key", "Score", "points", "String"],
        &["class", "add-key", "Score", "a", "Text"],
        &["class", "add-key", "Score", "objectId", "String"],
        &["class", "add-key", "_User", "username", "String"],
        &["class", "create", "_Own"],
        &["class", "allow", "Score", "get", "me"],
        &["class", "allow", "Score", "get", "nobody", "logged-in"],
    ] {
        refused(&folder, words);
    }
}

#[test]
fn there_are_so_many_classes_and_keys_and_no_more() {
    let server = leancloud();
    let keys: Value =
        (0..300).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let made = server.post("/1.1/classes/C", &keys);
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let text = "The class has too many keys.";
    server.post("/1.1/classes/C", &json!({ "one": 1 })).is_error(400, 140, text);
    server.ask("PUT", &path, None, &json!({ "one": 1, "k0": 9 })).is_error(400, 140, text);
    assert_eq!(server.get(&path, None).json["k0"], 0);
    // Users, roles and this one are there.
    let requests: Vec<_> = (0..497)
        .map(|n| json!({ "method": "POST", "path": format!("/1.1/classes/D{n}") }))
        .collect();
    let answer = server.post("/1.1/batch", &json!({ "requests": requests }));
    assert!(answer.json.as_array().unwrap().iter().all(|one| one["success"].is_object()));
    server.post("/1.1/classes/E", &json!({})).is_error(400, 140, "There are too many classes.");
    assert_eq!(server.post("/1.1/classes/D1", &json!({})).status, 201);
}
