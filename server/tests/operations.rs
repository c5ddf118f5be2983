//! Atomic operations on keys of objects, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::query::{find, made};
use common::{Answer, Server};
use serde_json::{Value, json};

fn leancloud() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

/// What an object with this value, or none, has after the operation.
#[track_caller]
fn after(server: &Server, before: &Value, op: &Value) -> Value {
    let body = if before.is_null() { json!({}) } else { json!({ "k": before }) };
    let made = server.post("/1.1/classes/C", &body);
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let put = server.ask("PUT", &path, None, &json!({ "k": op }));
    assert_eq!(put.status, 200, "{op}: {}", put.json);
    let now = server.get(&path, None).json["k"].clone();
    if before.is_null() {
        // A new object gets the same.
        let made = server.post("/1.1/classes/C?fetchWhenSave=true", &json!({ "k": op }));
        assert_eq!(made.json["k"], now, "{op}");
    }
    now
}

fn amount(name: &str, amount: &Value) -> Value {
    json!({ "__op": name, "amount": amount })
}

fn bits(name: &str, value: i64) -> Value {
    json!({ "__op": name, "value": value })
}

fn list(name: &str, objects: &Value) -> Value {
    json!({ "__op": name, "objects": objects })
}

#[test]
fn numbers_are_counted_and_their_bits_set() {
    let server = leancloud();
    for (before, op, expected) in [
        (json!(null), amount("Increment", &json!(5)), json!(5)),
        (json!(1), amount("Increment", &json!(5)), json!(6)),
        (json!(1), amount("Increment", &json!(-5)), json!(-4)),
        (json!(1), amount("Increment", &json!(0.5)), json!(1.5)),
        (json!(1.5), amount("Increment", &json!(0.5)), json!(2)),
        (json!(i64::MAX - 1), amount("Increment", &json!(1)), json!(i64::MAX)),
        (json!(i64::MAX), amount("Increment", &json!(1)), json!(9_223_372_036_854_775_808.0)),
        (json!(null), amount("Decrement", &json!(5)), json!(-5)),
        (json!(1), amount("Decrement", &json!(0.25)), json!(0.75)),
        (json!(12), bits("BitAnd", 10), json!(8)),
        (json!(12), bits("BitOr", 10), json!(14)),
        (json!(12), bits("BitXor", 10), json!(6)),
        (json!(null), bits("BitAnd", 10), json!(0)),
        (json!(null), bits("BitOr", 10), json!(10)),
        (json!(-1), bits("BitXor", i64::MIN), json!(i64::MAX)),
    ] {
        assert_eq!(after(&server, &before, &op), expected, "{before} {op}");
    }
    let made = server.post("/1.1/classes/C", &json!({ "k": 1.5 }));
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let text = "The value that is there is no 64-bit integer.";
    server.ask("PUT", &path, None, &json!({ "k": bits("BitOr", 1) })).is_error(400, 111, text);
    server.ask("PUT", &path, None, &json!({ "k": 1e308 }));
    let more = json!({ "k": amount("Increment", &json!(1.7e308)) });
    server.ask("PUT", &path, None, &more).is_error(400, 111, "The sum is no finite number.");
}

#[test]
fn lists_grow_and_shrink() {
    let server = leancloud();
    let date = json!({ "__type": "Date", "iso": "2020-01-01T00:00:00.000Z" });
    let same = json!({ "__type": "Date", "iso": "2020-01-01T01:00:00+01:00" });
    for (before, op, expected) in [
        (json!(null), list("Add", &json!([1, 1])), json!([1, 1])),
        (json!([1]), list("Add", &json!([1, 2])), json!([1, 1, 2])),
        (json!([1, 1]), list("AddUnique", &json!([1.0, 2, 2])), json!([1, 1, 2])),
        (json!(null), list("AddUnique", &json!([2, 2])), json!([2])),
        (json!([date]), list("AddUnique", &json!([same])), json!([date])),
        (
            json!([{ "a": 1, "b": 2 }]),
            list("AddUnique", &json!([{ "b": 2, "a": 1.0 }])),
            json!([{ "a": 1, "b": 2 }]),
        ),
        (json!([1, 2, 1, "1"]), list("Remove", &json!([1, 3])), json!([2, "1"])),
        (json!(null), list("Remove", &json!([1])), json!([])),
        (json!([1]), list("Add", &json!([])), json!([1])),
        (json!([1]), json!({ "__op": "Delete" }), json!(null)),
    ] {
        assert_eq!(after(&server, &before, &op), expected, "{before} {op}");
    }
}

#[test]
fn what_lies_within_an_object_is_changed_by_a_path() {
    let server = leancloud();
    let made = server.post("/1.1/classes/C", &json!({ "map": { "a": 1, "b": { "c": [1] } } }));
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let put = |body: &Value| server.ask("PUT", &path, None, body);
    let body = json!({
        "map.a": amount("Increment", &json!(2)), "map.b.c": list("Add", &json!([2])),
        "map.d.e": "new", "map.none.x": { "__op": "Delete" },
    });
    assert_eq!(put(&body).status, 200);
    let expected = json!({ "a": 3, "b": { "c": [1, 2] }, "d": { "e": "new" } });
    assert_eq!(server.get(&path, None).json["map"], expected);
    put(&json!({ "map.d.e": { "__op": "Delete" }, "map.b": { "__op": "Delete" } }));
    assert_eq!(server.get(&path, None).json["map"], json!({ "a": 3, "d": {} }));
    let text = "The operation does not fit the value that is there.";
    put(&json!({ "map.a.b": 1 })).is_error(400, 111, text);
    for (key, code) in [("map.", 121), ("map..a", 121), (".a", 105), ("map.$a", 121)] {
        assert_eq!(put(&json!({ key: 1 })).json["code"], code, "{key}");
    }
    assert_eq!(put(&json!({ format!("map{}", ".a".repeat(17)): 1 })).json["code"], 107);
}

fn pointers(class: &str, ids: std::ops::Range<i32>) -> Value {
    ids.map(|id| json!({ "__type": "Pointer", "className": class, "objectId": id.to_string() }))
        .collect::<Vec<_>>()
        .into()
}

#[test]
fn relations_are_filled_and_emptied_and_have_bounds() {
    let server = leancloud();
    let marker = json!({ "__type": "Relation", "className": "D" });
    let body = json!({ "likes": list("AddRelation", &pointers("D", 0..1000)) });
    let made = server.post("/1.1/classes/C?fetchWhenSave=true", &body);
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!(made.json["likes"], marker);
    let path = format!("/1.1/classes/C/{}", made.text("objectId"));
    let made_id = made.text("objectId");
    let put = |op: &Value| server.ask("PUT", &path, None, &json!({ "likes": op }));
    for op in ["AddRelation", "RemoveRelation"] {
        assert_eq!(put(&list(op, &pointers("D", 0..7))).status, 200);
        let text = "Invalid relation. 1 to 1000 pointers to objects of one class are expected.";
        put(&list(op, &json!([]))).is_error(400, 128, text);
        put(&list(op, &pointers("D", 0..1001))).is_error(400, 128, text);
        put(&list(op, &json!({}))).is_error(400, 128, text);
        let mixed = json!([pointers("D", 0..1)[0], pointers("E", 0..1)[0]]);
        put(&list(op, &mixed)).is_error(400, 128, text);
        let text = "Malformed pointer. A className and an objectId are expected.";
        put(&list(op, &json!([1]))).is_error(400, 106, text);
    }
    // The JavaScript SDK sends both in one.
    let both = json!({ "__op": "Batch", "ops": [
        list("AddRelation", &pointers("D", 0..2)), list("RemoveRelation", &pointers("D", 2..4)) ] });
    assert_eq!(put(&both).status, 200);
    assert_eq!(server.get(&path, None).json["likes"], marker);
    assert_eq!(put(&json!({ "__op": "Delete" })).status, 200);
    assert!(server.get(&path, None).json["likes"].is_null());
    // What takes the place of a relation empties it.
    let of = common::query::made(&server, "D", &json!({}));
    let one = json!([{ "__type": "Pointer", "className": "D", "objectId": of }]);
    let related = json!({ "$relatedTo": { "key": "likes",
        "object": { "__type": "Pointer", "className": "C", "objectId": made_id } } });
    let related = || find(&server, "D", &[("where", &related.to_string())]).json["results"].clone();
    put(&list("AddRelation", &one));
    assert_eq!(related().as_array().map(Vec::len), Some(1));
    assert_eq!(put(&Value::Null).status, 200);
    assert_eq!(related(), json!([]));
    for ops in [json!([]), json!([both.clone()]), json!(vec![both["ops"][0].clone(); 17])] {
        assert_eq!(put(&json!({ "__op": "Batch", "ops": ops })).json["code"], 107);
    }
}

#[test]
fn every_operation_of_a_batch_is_of_the_type_of_the_key() {
    let server = leancloud();
    let first = json!({ "n": 1, "map": {}, "likes": list("AddRelation", &pointers("D", 0..1)) });
    let id = made(&server, "C", &first);
    let of_all = |ops: Value| json!({ "__op": "Batch", "ops": ops });
    for change in [
        json!({ "n": of_all(json!([1, "text"])) }),
        json!({ "n": of_all(json!([amount("Increment", &json!(1)), [1]])) }),
        json!({ "new": of_all(json!([1, "text"])) }),
        json!({ "likes": of_all(json!([list("AddRelation", &pointers("D", 0..1)), "text"])) }),
        json!({ "likes": of_all(json!([list("AddRelation", &pointers("D", 0..1)),
            list("AddRelation", &pointers("E", 0..1))])) }),
    ] {
        let answer = server.ask("PUT", &format!("/1.1/classes/C/{id}"), None, &change);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(111)), "{change}");
    }
    let within = json!({ "map.k": of_all(json!([1, list("AddRelation", &pointers("D", 0..1))])) });
    let answer = server.ask("PUT", &format!("/1.1/classes/C/{id}"), None, &within);
    assert_eq!((answer.status, &answer.json["code"]), (400, &json!(128)));
}

fn user_path(user: &Answer) -> String {
    format!("/1.1/users/{}", user.text("objectId"))
}

#[test]
fn users_have_fields_of_the_game_with_the_same_operations() {
    let server = Server::in_memory();
    let me = server.guest("me");
    let (path, session) = (user_path(&me), Some(me.text("sessionToken")));
    let put = |body: &Value| server.ask("PUT", &path, session, body);
    let text = "Forbidden to add new fields by class '_User' permissions.";
    for body in [json!({ "level": 1 }), json!({ "a.b": 1 }), json!({ "level": null })] {
        put(&body).is_error(403, 403, text);
    }
    let keys = json!({ "keys": { "level": "Number", "tags": "Array", "friends": "Relation:_User",
        "map": "Object" } });
    assert_eq!(server.master("PUT", "/tdsauth/v1/classes/_User", &keys).status, 200);
    let body = json!({
        "level": amount("Increment", &json!(3)), "tags": list("AddUnique", &json!(["a", "a"])),
        "friends": list("AddRelation", &pointers("_User", 0..2)), "map.x": 1, "nickname": "Mia",
    });
    let saved = server.ask("PUT", &format!("{path}?fetchWhenSave=true"), session, &body);
    assert_eq!(saved.status, 200, "{}", saved.json);
    let whole = server.get("/1.1/users/me", session);
    for seen in [&saved.json, &whole.json] {
        assert_eq!(seen["level"], 3);
        assert_eq!(seen["tags"], json!(["a"]));
        assert_eq!(seen["friends"], json!({ "__type": "Relation", "className": "_User" }));
        assert_eq!(seen["map"], json!({ "x": 1 }));
        assert_eq!(seen["nickname"], "Mia");
    }
    put(&json!({ "level": amount("Decrement", &json!(1)), "tags": { "__op": "Delete" } }));
    let whole = server.get("/1.1/users/me", session);
    assert_eq!((&whole.json["level"], &whole.json["tags"]), (&json!(2), &json!(null)));
    let answer = put(&json!({ "level": "x" }));
    assert_eq!((answer.status, &answer.json["code"]), (400, &json!(111)));
    put(&json!({ "level": 9, "other": 1 })).is_error(403, 403, text);
    assert_eq!(server.get("/1.1/users/me", session).json["level"], 2);
    // The operator's first value makes a key too.
    assert_eq!(server.master("PUT", &path, &json!({ "coins": 1 })).status, 200);
    assert_eq!(put(&json!({ "coins": amount("Increment", &json!(1)) })).status, 200);
    assert_eq!(server.get("/1.1/users/me", session).json["coins"], 2);
    // So does a new account, if the keys are there.
    let name = json!({ "username": "mia", "password": "secret", "coins": 7,
        "friends": list("AddRelation", &pointers("_User", 0..2)) });
    let made = server.post("/1.1/users", &name);
    assert_eq!((made.status, &made.json["coins"]), (201, &json!(7)), "{}", made.json);
    assert_eq!(made.json["friends"]["__type"], "Relation");
    let guest =
        |key: &str, value: i32| json!({ "authData": { "anonymous": { "id": "x" } }, key: value });
    server.post("/1.1/users", &guest("other", 1)).is_error(403, 403, text);
    server.post("/1.1/users", &guest("username.x", 1)).is_error(403, 403, text);
    assert_eq!(server.post("/1.1/users", &guest("coins", 3)).json["coins"], 3);
    for key in ["shortId", "emailVerified"] {
        server.master("PUT", &path, &json!({ key: true })).is_error(
            400,
            117,
            "The field is read-only.",
        );
    }
}
