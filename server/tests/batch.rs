//! Contract row 25: several requests in one, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Answer, Server, guest};
use serde_json::{Value, json};

fn server() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

fn batch(server: &Server, requests: &Value) -> Answer {
    server.post("/1.1/batch", &json!({ "requests": requests }))
}

/// The answers of a batch that is answered.
#[track_caller]
fn answers(server: &Server, requests: &Value) -> Vec<Value> {
    let answer = batch(server, requests);
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.has_common_headers();
    answer.json.as_array().unwrap().clone()
}

#[test]
fn each_request_is_answered_in_order_whatever_became_of_the_others() {
    let server = server();
    let made = answers(
        &server,
        &json!([
            { "method": "POST", "path": "/1.1/classes/C", "body": { "n": 1 } },
            { "method": "POST", "path": "/1.1/classes/C", "body": { "n": "two" } },
            { "method": "POST", "path": "/1.1/classes/C", "body": { "n": 3 },
              "params": { "fetchWhenSave": true } },
        ]),
    );
    assert!(made[0]["success"]["objectId"].is_string(), "{made:?}");
    assert_eq!(made[1]["error"]["code"], 111);
    assert_eq!(made[1].as_object().unwrap().len(), 1);
    assert_eq!(made[2]["success"]["n"], 3);
    let [one, three] = [&made[0], &made[2]].map(|made| made["success"]["objectId"].clone());
    let path = |id: &Value| format!("/1.1/classes/C/{}", id.as_str().unwrap());
    let unknown = "5f0000000000000000000000";
    let done = answers(
        &server,
        &json!([
            { "method": "PUT", "path": path(&one), "body": { "n": { "__op": "Increment", "amount": 1 } } },
            { "method": "GET", "path": path(&one), "params": { "keys": "n" } },
            { "method": "PUT", "path": path(&one), "body": { "n": 9 },
              "params": { "where": { "n": 1 } } },
            { "method": "GET", "path": format!("/1.1/classes/C/{unknown}") },
            { "method": "PUT", "path": format!("/1.1/classes/C/{unknown}"), "body": {} },
            { "method": "DELETE", "path": path(&three) },
            { "method": "GET", "path": path(&three) },
        ]),
    );
    let (first, second) = (&done[0]["success"], &done[1]["success"]);
    assert_eq!((&first["objectId"], first.as_object().unwrap().len()), (&one, 2));
    assert_eq!((&second["n"], second.as_object().unwrap().len()), (&json!(2), 4));
    assert_eq!(done[2]["error"]["code"], 305);
    assert_eq!(done[3], json!({ "success": null }));
    let text = format!("Could not find object by id '{unknown}' for class 'C'.");
    assert_eq!(done[4], json!({ "error": { "code": 1, "error": text } }));
    assert_eq!(done[5], json!({ "success": {} }));
    assert_eq!(done[6], json!({ "success": null }), "it was deleted before");
    assert_eq!(answers(&server, &json!([])), [] as [Value; 0]);
}

#[test]
fn a_query_of_a_batch_may_be_longer_than_an_address() {
    let server = server();
    let pointer =
        |i: usize| json!({ "__type": "Pointer", "className": "P", "objectId": format!("{i:024}") });
    let held = json!({ "p": pointer(7) });
    assert_eq!(server.post("/1.1/classes/Holder", &held).status, 201);
    let all: Vec<_> = (0..1000).map(pointer).collect();
    for params in [
        json!({ "where": { "p": { "$in": all } } }),
        json!({ "where": json!({ "p": { "$in": all } }).to_string() }),
    ] {
        let asked = json!([{ "method": "GET", "path": "/1.1/classes/Holder", "params": params }]);
        let answer = answers(&server, &asked);
        assert_eq!(answer[0]["success"]["results"][0]["p"], held["p"], "{}", answer[0]);
    }
}

#[test]
fn the_session_of_the_batch_is_that_of_each_request() {
    let server = server();
    let (me, other) = (server.guest("me"), server.guest("other"));
    let requests = json!({ "requests": [
        { "method": "PUT", "path": format!("/1.1/classes/_User/{}", me.text("objectId")),
          "body": { "nickname": "Mia" } },
        { "method": "PUT", "path": format!("/1.1/users/{}", other.text("objectId")),
          "body": { "nickname": "Eve" } },
        { "method": "GET", "path": "/1.1/users/me" },
        { "method": "GET", "path": "/1.1/users" },
    ]});
    let session = Some(me.text("sessionToken"));
    let answer = server.ask("POST", "/1.1/batch", session, &requests);
    assert_eq!(answer.json[0]["success"]["objectId"], me.json["objectId"]);
    assert_eq!(answer.json[1]["error"]["code"], 206);
    assert_eq!(answer.json[2]["success"]["nickname"], "Mia");
    assert_eq!(answer.json[3]["error"]["code"], 403);
    let master = server.master("POST", "/1.1/batch", &requests);
    assert_eq!(master.json[1]["success"]["objectId"], other.json["objectId"]);
    assert!(master.json[3]["success"]["results"].is_array(), "{}", master.json);
    let answer = server.send("POST", "/1.1/batch", &[], requests.to_string().as_bytes());
    answer.is_error(401, 401, "Unauthorized.");
}

#[test]
fn each_request_counts_for_the_limits_of_its_address() {
    let limits = ["--limit-signups", "2/h", "--limit-logins", "off"];
    let server = Server::start(Path::new(":memory:"), &limits);
    let sign_up =
        |n: i32| json!({ "method": "POST", "path": "/1.1/users", "body": guest(&n.to_string()) });
    let requests: Vec<_> = (0..4).map(sign_up).collect();
    let done = answers(&server, &requests.into());
    let codes: Vec<_> = done.iter().map(|answer| answer["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [None, None, Some(429), Some(429)]);
}

#[test]
fn what_is_no_request_is_refused_and_the_others_are_done() {
    let server = server();
    let post = json!({ "method": "POST", "path": "/1.1/classes/C" });
    for (wrong, code) in [
        (json!(1), 107),
        (json!({}), 107),
        (json!({ "method": "PATCH", "path": "/1.1/classes/C" }), 107),
        (json!({ "method": "POST", "path": "/classes/C" }), 107),
        (json!({ "method": "POST", "path": "https://a.example/1.1/classes/C" }), 107),
        (json!({ "method": "POST", "path": "/1.1/classes/C D" }), 107),
        (json!({ "method": "POST", "path": "/1.1/classes/C", "body": [] }), 107),
        (json!({ "method": "POST", "path": "/1.1/classes/C", "params": "a=b" }), 107),
        (json!({ "method": "POST", "path": "/1.1/nothing" }), 404),
        (json!({ "method": "PUT", "path": "/1.1/date" }), 405),
        (json!({ "method": "POST", "path": "/1.1/batch", "body": { "requests": [] } }), 404),
    ] {
        let done = answers(&server, &json!([post, wrong, post]));
        assert_eq!(done[1]["error"]["code"], code, "{wrong}");
        for good in [&done[0], &done[2]] {
            assert!(good["success"]["objectId"].is_string(), "{wrong}: {done:?}");
        }
    }
    let text = "Malformed batch. At most 1000 requests are expected.";
    for wrong in [json!({}), json!({ "requests": {} }), json!({ "requests": vec![post; 1001] })] {
        server.post("/1.1/batch", &wrong).is_error(400, 107, text);
    }
}

#[test]
fn a_batch_has_4_mib_in_production_and_each_object_its_own_bound() {
    let server = Server::in_memory();
    let post = |bytes: usize| {
        json!({ "method": "POST", "path": "/1.1/classes/C",
        "body": { "text": "x".repeat(bytes) } })
    };
    let many = json!({ "requests": vec![post(100 * 1024); 30] });
    let answer = server.master("POST", "/1.1/batch", &many);
    assert!(answer.json.as_array().unwrap().iter().all(|one| one["success"].is_object()));
    let large = json!({ "requests": [post(129 * 1024), post(1)] });
    let answer = server.master("POST", "/1.1/batch", &large);
    assert_eq!(answer.json[0]["error"]["code"], 116);
    assert!(answer.json[1]["success"].is_object());
    let many = json!({ "requests": vec![post(100 * 1024); 50] });
    server.master("POST", "/1.1/batch", &many).is_error(400, 116, "The object is too large.");
}

#[test]
fn answers_that_are_too_large_together_end_what_is_done() {
    let server = server();
    let big = server.post("/1.1/classes/C", &json!({ "text": "x".repeat(6 << 20) }));
    let path = format!("/1.1/classes/C/{}", big.text("objectId"));
    let get = json!({ "method": "GET", "path": path });
    let delete = json!({ "method": "DELETE", "path": path });
    let done = answers(&server, &json!([get, get, get, get, delete]));
    assert!(done[2]["success"]["text"].is_string());
    assert_eq!((&done[3]["error"]["code"], &done[4]["error"]["code"]), (&json!(413), &json!(413)));
    assert_eq!(server.get(&path, None).json["objectId"], big.json["objectId"]);
}

#[test]
fn batch_save_does_several_things_to_one_object() {
    let server = server();
    let id = server.post("/1.1/classes/C", &json!({ "list": [1, 2] })).text("objectId").to_owned();
    let path = format!("/1.1/classes/C/{id}");
    let put = |list: Value| {
        json!({ "method": "PUT", "path": path,
        "body": { "list": list, "__internalId": id, "__children": [] } })
    };
    let op = |name: &str, n: i32| json!({ "__op": name, "objects": [n] });
    let requests = json!({ "requests": [put(op("Add", 3)), put(op("Remove", 1))] });
    let answer = server.post("/1.1/batch/save", &requests);
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.names(), [&*id]);
    assert_eq!(answer.json[&id]["objectId"], json!(id));
    let now = server.get(&path, None);
    assert_eq!((&now.json["list"], now.names().len()), (&json!([2, 3]), 4));
    assert_eq!(now.json["updatedAt"], answer.json[&id]["updatedAt"]);
    let wrong = json!({ "requests": [put(json!(1)), put(op("Add", 4))] });
    let answer = server.post("/1.1/batch/save", &wrong);
    assert_eq!((answer.status, &answer.json["code"]), (400, &json!(111)));
    assert_eq!(server.get(&path, None).json["list"], json!([2, 3]), "it ends at the first");
}
