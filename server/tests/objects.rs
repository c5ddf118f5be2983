//! Contract rows 20 to 23: objects made, got, changed and deleted, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Answer, Server};
use serde_json::{Value, json};

const NO_CLASS: &str = "Class or object doesn't exists.";
const NO_EFFECT: &str = "No effect on updating/deleting a document.";

/// A server on which clients make classes.
fn server() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

#[track_caller]
fn made(server: &Server, class: &str, body: &Value) -> String {
    let answer = server.post(&format!("/1.1/classes/{class}"), body);
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("objectId").to_owned()
}

fn get(server: &Server, class: &str, id: &str) -> Answer {
    server.get(&format!("/1.1/classes/{class}/{id}"), None)
}

fn put(server: &Server, path: &str, body: &Value) -> Answer {
    server.ask("PUT", &format!("/1.1/classes/{path}"), None, body)
}

fn delete(server: &Server, path: &str) -> Answer {
    server.ask("DELETE", &format!("/1.1/classes/{path}"), None, &Value::Null)
}

/// `?where=` and this, percent-encoded.
fn filter(value: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("?"));
    query.append_pair("where", &value.to_string()).finish()
}

#[test]
fn row_20_an_object_is_made_and_its_class_with_it() {
    let server = server();
    let answer = server.post("/1.1/classes/Book", &json!({ "title": "My Fifth Book" }));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.names(), ["createdAt", "objectId"]);
    answer.has_common_headers();
    let id = answer.text("objectId");
    assert!(id.len() == 24 && id.bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    assert_eq!(answer.header("location").unwrap(), format!("/1.1/classes/Book/{id}"));
    let whole = server.post("/1.1/classes/Book?fetchWhenSave=true", &json!({ "title": "x" }));
    assert_eq!(whole.names(), ["createdAt", "objectId", "title", "updatedAt"]);
    assert_eq!(whole.text("createdAt"), whole.text("updatedAt"));
    for query in ["?fetchWhenSave=false", "?"] {
        let path = format!("/1.1/classes/Book{query}");
        assert_eq!(server.post(&path, &json!({})).names(), ["createdAt", "objectId"]);
    }
    let told = json!({ "__type": "Object", "className": "x", "objectId": "mine",
        "createdAt": "2020", "updatedAt": "2020", "title": "y" });
    let id = made(&server, "Book", &told);
    assert_eq!(get(&server, "Book", &id).names(), ["createdAt", "objectId", "title", "updatedAt"]);
}

#[test]
fn row_21_an_object_is_got_by_its_id_and_an_unknown_one_is_empty() {
    let server = server();
    let id = made(&server, "Book", &json!({ "title": "x", "pages": 10 }));
    let answer = get(&server, "Book", &id);
    assert_eq!(answer.status, 200);
    answer.has_common_headers();
    let at = answer.json["createdAt"].clone();
    let expected =
        json!({ "objectId": id, "createdAt": at, "updatedAt": at, "title": "x", "pages": 10 });
    assert_eq!(answer.json, expected);
    for unknown in ["5f0000000000000000000000", "x", "%00", "a%2Cb"] {
        let answer = get(&server, "Book", unknown);
        assert_eq!((answer.status, answer.json), (200, json!({})));
    }
    get(&server, "Nothing", &id).is_error(404, 101, NO_CLASS);
    let keys = get(&server, "Book", &format!("{id}?keys=title"));
    assert_eq!(keys.names(), ["createdAt", "objectId", "title", "updatedAt"]);
    let keys = get(&server, "Book", &format!("{id}?keys=-title&returnACL=true"));
    assert_eq!(keys.names(), ["ACL", "createdAt", "objectId", "pages", "updatedAt"]);
    assert_eq!(keys.json["ACL"], json!({ "*": { "read": true, "write": true } }));
}

#[test]
fn row_22_an_object_is_changed() {
    let server = server();
    let id = made(&server, "Book", &json!({ "title": "x", "pages": 10 }));
    let path = format!("Book/{id}");
    let first = put(&server, &path, &json!({ "title": "y", "sold": true }));
    assert_eq!(first.status, 200, "{}", first.json);
    assert_eq!(first.names(), ["objectId", "updatedAt"]);
    assert_eq!(first.text("objectId"), id);
    let now = get(&server, "Book", &id);
    assert_eq!((&now.json["title"], &now.json["pages"]), (&json!("y"), &json!(10)));
    assert_eq!(now.json["updatedAt"], first.json["updatedAt"]);
    assert!(now.text("updatedAt") > now.text("createdAt"));
    let whole = put(&server, &format!("{path}?fetchWhenSave=true"), &json!({ "pages": 11 }));
    assert_eq!(whole.names(), ["createdAt", "objectId", "pages", "sold", "title", "updatedAt"]);
    let touched = put(&server, &format!("{path}?new=true"), &json!({ "pages": 12 }));
    assert_eq!(touched.names(), ["objectId", "pages", "updatedAt"]);
    assert_eq!(put(&server, &path, &json!({})).status, 200, "nothing to change is changed");
    let unknown = "5f0000000000000000000000";
    put(&server, &format!("Book/{unknown}"), &json!({})).is_error(
        400,
        1,
        &format!("Could not find object by id '{unknown}' for class 'Book'."),
    );
    put(&server, &format!("Nothing/{id}"), &json!({})).is_error(404, 101, NO_CLASS);
    let text = "The objectId is missing or invalid.";
    put(&server, "Book/a%00", &json!({})).is_error(400, 104, text);
}

#[test]
fn row_22_a_condition_decides_about_all_of_it() {
    let server = server();
    let id = made(&server, "Account", &json!({ "balance": 10 }));
    let pay = |most: i64| {
        let enough = filter(&json!({ "balance": { "$gte": most } }));
        let op = json!({ "balance": { "__op": "Decrement", "amount": most } });
        put(&server, &format!("Account/{id}{enough}"), &op)
    };
    assert_eq!(pay(7).status, 200);
    pay(7).is_error(400, 305, NO_EFFECT);
    assert_eq!(get(&server, "Account", &id).json["balance"], 3);
    let poor = filter(&json!({ "balance": 4 }));
    delete(&server, &format!("Account/{id}{poor}")).is_error(400, 305, NO_EFFECT);
    let unknown = format!("Account/5f0000000000000000000000{poor}");
    delete(&server, &unknown).is_error(400, 305, NO_EFFECT);
    let right = filter(&json!({ "balance": 3 }));
    assert_eq!(delete(&server, &format!("Account/{id}{right}")).status, 200);
    assert_eq!(get(&server, "Account", &id).json, json!({}));
}

#[test]
fn row_23_objects_are_deleted_one_or_several() {
    let server = server();
    let ids: Vec<_> = (0..4).map(|n| made(&server, "Book", &json!({ "n": n }))).collect();
    let answer = delete(&server, &format!("Book/{}", ids[0]));
    assert_eq!((answer.status, answer.json), (200, json!({})));
    let body = json!({});
    let several = format!("/1.1/classes/Book/{},{}", ids[1], ids[2]);
    assert_eq!(server.ask("DELETE", &several, None, &body).json, json!({}));
    for id in &ids[..3] {
        assert_eq!(get(&server, "Book", id).json, json!({}));
    }
    assert_eq!(get(&server, "Book", &ids[3]).json["n"], 3, "the others stay");
    assert_eq!(delete(&server, &format!("Book/{}", ids[0])).status, 200, "gone is gone");
    delete(&server, "Nothing/x").is_error(404, 101, NO_CLASS);
    let many = (0..1001).map(|n| n.to_string());
    let many = many.collect::<Vec<_>>().join(",");
    let text = "The objectId is missing or invalid.";
    delete(&server, &format!("Book/{many}")).is_error(400, 104, text);
}

#[test]
fn every_value_comes_back_as_it_was_sent() {
    let server = server();
    let values = json!({
        "text": "na\u{ef}ve \u{1f600} \u{1}", "empty": "", "yes": true, "no": false, "none": null,
        "least": i64::MIN, "most": i64::MAX, "odd": 9_007_199_254_740_993_i64,
        "third": 0.333_333_333_333_333_3, "tiny": 5e-324, "huge": 1.797_693_134_862_315_7e308,
        "minus": -1.5, "past": 1e19, "list": [1, "a", [true, null], { "b": 2.5 }],
        "map": { "a b": { "c": [] }, "\u{e9}": {} },
        "date": { "__type": "Date", "iso": "2011-08-21T18:02:52.249Z" },
        "bytes": { "__type": "Bytes", "base64": "AP8=" },
        "point": { "__type": "GeoPoint", "latitude": 39.9, "longitude": -116.4 },
        "pointer": { "__type": "Pointer", "className": "_User", "objectId": "5f0000000000000000000000" },
        "file": { "__type": "File", "id": "5f0000000000000000000001", "name": "a.png",
            "url": "https://a.example/a.png", "metaData": { "size": 7 } },
        "relation": { "__type": "Relation", "className": "Book" },
        "within": [{ "__type": "Date", "iso": "1969-12-31T23:59:59.999Z" }],
    });
    let id = made(&server, "All", &values);
    let answer = get(&server, "All", &id);
    for (key, value) in values.as_object().unwrap() {
        assert_eq!(&answer.json[key], value, "{key}");
    }
    // Of ways to write one value one is kept.
    let other = json!({
        "most": 2.0, "minus": -0.0, "odd": 1e3,
        "date": { "__type": "Date", "iso": "2011-08-21T20:02:52+02:00" },
        "pointer": { "__type": "Object", "className": "_User", "objectId": "1", "name": "x" },
    });
    let id = made(&server, "All", &other);
    let answer = get(&server, "All", &id);
    for (key, value) in [
        ("most", json!(2)),
        ("minus", json!(0)),
        ("odd", json!(1000)),
        ("date", json!({ "__type": "Date", "iso": "2011-08-21T18:02:52.000Z" })),
        ("pointer", json!({ "__type": "Pointer", "className": "_User", "objectId": "1" })),
    ] {
        assert_eq!(answer.json[key], value, "{key}");
    }
}

#[test]
fn what_is_no_value_is_refused_and_nothing_is_made() {
    let server = server();
    made(&server, "C", &json!({}));
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(server.post("/1.1/classes/C", &json!({ "ok": nested(31) })).status, 201);
    for (body, code) in [
        (json!({ "a": nested(32) }), 107),
        (json!({ "a": "\0" }), 107),
        (json!({ "a": { "b\0": 1 } }), 107),
        (json!({ "a": { "$b": 1 } }), 121),
        (json!({ "a": [{ "b.c": 1 }] }), 121),
        (json!({ "a": { "": 1 } }), 121),
        (json!({ "a": { "b": { "__op": "Delete" } } }), 121),
        (json!({ "1a": 1 }), 105),
        (json!({ "_a": 1 }), 105),
        (json!({ "a b": 1 }), 105),
        (json!({ "acl": 1 }), 105),
        (json!({ "a".repeat(129): 1 }), 105),
        (json!({ "a": { "__type": "Pointer", "className": "C" } }), 106),
        (json!({ "a": { "__type": "Pointer", "className": "C", "objectId": "a,b" } }), 106),
        (json!({ "a": { "__type": "Pointer", "className": "1", "objectId": "a" } }), 106),
        (json!({ "a": { "__type": "Date", "iso": "yesterday" } }), 111),
        (json!({ "a": { "__type": "Date", "iso": "2011-02-30T00:00:00Z" } }), 111),
        (json!({ "a": { "__type": "Bytes", "base64": "?" } }), 111),
        (json!({ "a": { "__type": "GeoPoint", "latitude": 91, "longitude": 0 } }), 111),
        (json!({ "a": { "__type": "GeoPoint", "latitude": 0, "longitude": "0" } }), 111),
        (json!({ "a": { "__type": "File", "name": "x" } }), 111),
        (json!({ "a": { "__type": "Nothing" } }), 111),
        (json!({ "a": { "__op": "Nothing" } }), 107),
        (json!({ "a": { "__op": "Increment", "amount": "1" } }), 107),
        (json!({ "a": { "__op": "Add" } }), 107),
        (json!({ "a": { "__op": "BitOr", "value": 0.5 } }), 107),
        (json!({ "ACL": [] }), 123),
        (json!({ "ACL": { "*": true } }), 123),
        (json!({ "ACL": { "*": { "read": 1 } } }), 123),
        (json!({ "ACL": { "*": { "own": true } } }), 123),
        (json!({ "a": "x".repeat(17 << 20) }), 116),
    ] {
        let answer = server.post("/1.1/classes/C", &body);
        let shown = body.to_string().chars().take(80).collect::<String>();
        assert_eq!(answer.json["code"], code, "{shown}: {}", answer.json);
        assert_eq!(answer.status, 400, "{shown}");
    }
    for name in ["1", "_Own", "a-b", "a%20b", &"a".repeat(129)] {
        let answer = server.post(&format!("/1.1/classes/{name}"), &json!({}));
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(103)), "{name}");
    }
    // Users are made by signing up, however their class is written.
    let answer = server.post("/1.1/classes/%5FUser", &json!({ "username": "x" }));
    assert_eq!(answer.status, 404);
}

#[test]
fn an_object_has_128_kib_in_production_also_after_many_small_changes() {
    let server = Server::in_memory();
    let big = json!({ "list": ["x".repeat(60 * 1024)] });
    let answer = server.master("POST", "/1.1/classes/Big", &big);
    let path = format!("/1.1/classes/Big/{}", answer.text("objectId"));
    let more = json!({ "list": { "__op": "Add", "objects": ["x".repeat(60 * 1024)] } });
    assert_eq!(server.master("PUT", &path, &more).status, 200);
    let text = "The object is too large.";
    server.master("PUT", &path, &more).is_error(400, 116, text);
    let list = server.get(&path, None).json["list"].as_array().unwrap().len();
    assert_eq!(list, 2);
}

#[test]
fn classes_with_a_path_of_their_own_are_the_same_by_both() {
    let server = server();
    for (path, class) in [("files", "_File"), ("installations", "_Installation")] {
        let answer = server.post(&format!("/1.1/{path}"), &json!({ "name": "x" }));
        assert_eq!(answer.status, 201, "{}", answer.json);
        let id = answer.text("objectId");
        let location = format!("/1.1/classes/{class}/{id}");
        assert_eq!(answer.header("location").unwrap(), location);
        let one = format!("/1.1/{path}/{id}");
        assert_eq!(server.get(&one, None).json["name"], "x");
        server.ask("PUT", &one, None, &json!({ "name": "y" }));
        assert_eq!(server.get(&location, None).json["name"], "y");
        server.ask("DELETE", &one, None, &Value::Null);
        assert_eq!(server.get(&location, None).json, json!({}));
    }
}

#[test]
fn every_request_needs_a_key() {
    let server = server();
    let id = made(&server, "C", &json!({}));
    for (method, path) in [
        ("POST", "/1.1/classes/C".to_owned()),
        ("GET", format!("/1.1/classes/C/{id}")),
        ("PUT", format!("/1.1/classes/C/{id}")),
        ("DELETE", format!("/1.1/classes/C/{id}")),
    ] {
        let answer = server.send(method, &path, &[], b"{}");
        answer.is_error(401, 401, "Unauthorized.");
    }
    assert_eq!(get(&server, "C", &id).text("objectId"), id);
}
