//! Changes that build on what the server has, pointers, relations and access rights.

use serde_json::{Value, json};

use crate::common::api::{self, api};
use crate::common::client::{Client, Setup};
use crate::common::host::{self, Seen};
use crate::common::memory_folder as folder;

fn hosted(folder: &std::path::Path) -> Client {
    Setup::hosted(folder).open()
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).expect("JSON")
}

#[test]
fn each_change_is_read_at_once_and_sent_as_what_it_is() {
    let folder = folder();
    let client = hosted(folder.path());
    let row = json!({"className": "Score", "objectId": "s1", "points": 5, "tags": ["a"]});
    let score = client.try_parse(&row.to_string()).expect("an object");
    let statuses = [
        score.increment("points", 2),
        score.increment("points", -1),
        score.increment_f64("ratio", 0.5),
        score.add("tags", r#"["b","b"]"#),
        score.add_unique("seen", "[1,1]"),
        score.remove("left", r#"["x"]"#),
        score.set_acl("*", api::ACL_READ),
        score.set_acl("u1", api::ACL_READ | api::ACL_WRITE),
    ];
    assert_eq!(statuses, [api::OK; 8]);
    assert_eq!(
        (score.i64("points"), score.json(Some("tags"))),
        (Ok(6), Ok(json!(["a", "b", "b"])))
    );
    assert_eq!((score.acl("*"), score.acl("u1"), score.acl("u2")), (Ok(1), Ok(3), Ok(0)));
    let save = client.submit_save(&score);
    let seen = host::request(&client);
    assert_eq!((&*seen.method, seen.header("X-LC-Session")), ("PUT", None), "nobody is logged in");
    assert!(seen.url.ends_with("/1.1/classes/Score/s1"), "{}", seen.url);
    assert_eq!(
        body(&seen),
        json!({
            "points": {"__op": "Increment", "amount": 1},
            "ratio": {"__op": "Increment", "amount": 0.5},
            "tags": {"__op": "Add", "objects": ["b", "b"]},
            "seen": {"__op": "AddUnique", "objects": [1, 1]},
            "left": {"__op": "Remove", "objects": ["x"]},
            "ACL": {"*": {"read": true}, "u1": {"read": true, "write": true}},
        })
    );
    host::answer(&client, seen.id, 200, r#"{"objectId":"s1","updatedAt":"t"}"#);
    let event = client.succeed(save);
    assert_eq!((event.kind, event.objects), (api::EVENT_SAVED, 1));
    assert_eq!((score.i64("points"), score.is_dirty(None)), (Ok(6), false));
    assert_eq!(
        score.whole(),
        json!({
            "className": "Score", "objectId": "s1", "updatedAt": "t", "points": 6, "ratio": 0.5,
            "tags": ["a", "b", "b"], "seen": [1],
            "ACL": {"*": {"read": true}, "u1": {"read": true, "write": true}},
        })
    );
}

#[test]
fn a_value_and_what_follows_on_it_are_one_value() {
    let folder = folder();
    let client = hosted(folder.path());
    let score = client.without_data("Score", "s1").expect("an object");
    score.set_json("points", "10");
    assert_eq!(score.increment("points", 5), api::OK);
    score.set_json("tags", r#"["a"]"#);
    assert_eq!((score.add("tags", r#"["b"]"#), score.remove("tags", r#"["a"]"#)), (0, 0));
    score.unset("gone");
    assert_eq!(score.increment("gone", 3), api::OK);
    client.submit_save(&score);
    let sent = body(&host::request(&client));
    assert_eq!(sent, json!({"points": 15, "tags": ["b"], "gone": 3}));
    for (status, expected) in [
        (score.increment("tags", 1), api::OK),
        (score.add("tags", "[1]"), api::WRONG_TYPE),
        (score.add("points", "1"), api::INVALID_ARGUMENT),
        (score.increment("most", i64::MAX), api::OK),
        (score.increment("most", 1), api::INVALID_ARGUMENT),
        (score.increment_f64("most", f64::INFINITY), api::INVALID_ARGUMENT),
        (score.increment("objectId", 1), api::INVALID_ARGUMENT),
        (score.set_acl("*", 4), api::INVALID_ARGUMENT),
        (score.set_acl("nobody at all", 1), api::INVALID_ARGUMENT),
    ] {
        assert_eq!(status, expected);
    }
    assert_eq!((score.acl("*"), score.i64("most")), (Err(api::NONE), Ok(i64::MAX)));
}

#[test]
fn what_no_single_operation_can_say_goes_as_saves_in_order() {
    let folder = folder();
    let client = hosted(folder.path());
    let list = client.without_data("List", "l1").expect("an object");
    assert_eq!((list.add("items", "[1,2]"), list.remove("items", "[1]")), (0, 0));
    assert_eq!((list.add("items", "[3]"), list.increment("n", 1)), (0, 0));
    let save = client.submit_save(&list);
    let add = |of: Value| json!({"__op": "Add", "objects": of});
    let n = json!({"__op": "Increment", "amount": 1});
    let bodies = [
        json!({"items": add(json!([1, 2])), "n": n}),
        json!({"items": {"__op": "Remove", "objects": [1]}}),
        json!({"items": add(json!([3]))}),
    ];
    for (at, expected) in bodies.into_iter().enumerate() {
        let seen = host::request(&client);
        assert_eq!(body(&seen), expected);
        if at == 2 {
            host::answer(&client, seen.id, 400, r#"{"code":141,"error":"no"}"#);
        } else {
            host::answer(&client, seen.id, 200, "{}");
        }
    }
    assert_eq!(client.finish(save).status, api::REJECTED);
    assert_eq!(list.json(Some("items")), Ok(json!([2, 3])), "what the game reads stays");
    client.submit_save(&list);
    let left = body(&host::request(&client));
    assert_eq!(left, json!({"items": add(json!([3]))}), "what the server has is not sent again");
}

#[test]
fn a_relation_and_a_pointer_lead_to_objects() {
    let folder = folder();
    let client = hosted(folder.path());
    let (user_login, user) = host::log_in(&client, "u1", "t");
    let score = client.without_data("Score", "s1").expect("an object");
    let other = client.without_data("Score", "s2").expect("an object");
    assert_eq!((score.point("owner", &user), score.relate("rivals", &other)), (0, 0));
    let pointer =
        |class: &str, id: &str| json!({"__type": "Pointer", "className": class, "objectId": id});
    assert_eq!(score.json(Some("owner")), Ok(pointer("_User", "u1")));
    assert_eq!(score.json(Some("rivals")), Ok(json!({"__type": "Relation", "className": "Score"})));
    let save = client.submit_save(&score);
    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), Some("t"), "as the current user");
    assert_eq!(
        body(&seen),
        json!({
            "owner": pointer("_User", "u1"),
            "rivals": {"__op": "AddRelation", "objects": [pointer("Score", "s2")]},
        })
    );
    host::answer(&client, seen.id, 200, "{}");
    client.succeed(save);
    assert_eq!(score.unrelate("rivals", &other), api::OK);
    client.submit_save(&score);
    let sent = body(&host::request(&client));
    let objects = json!([pointer("Score", "s2")]);
    assert_eq!(sent, json!({"rivals": {"__op": "RemoveRelation", "objects": objects}}));
    let included = json!({
        "className": "Post", "objectId": "p1", "text": "x", "n": 1,
        "author": {"__type": "Object", "className": "_User", "objectId": "u9", "nickname": "塔"},
    });
    let post = client.try_parse(&included.to_string()).expect("an object");
    let author = post.target("author").expect("the author");
    assert_eq!((author.id(), author.str("nickname")), ("u9".to_owned(), Ok("塔".to_owned())));
    assert_eq!(author.whole()["className"], "_User");
    assert_eq!(post.target("text").err(), Some(api::WRONG_TYPE));
    assert_eq!(post.target("absent").err(), Some(api::NONE));
    let made = post.whole();
    assert_eq!(made, included);
    api().tdsauth_request_release(user_login);
    for bad in ["{}", "[]", r#"{"className":"a b"}"#, r#"{"className":"C","objectId":1}"#, "{"] {
        let refused = client.try_parse(bad).err().map(|error| error.status);
        assert_eq!(refused, Some(api::INVALID_ARGUMENT), "{bad}");
    }
}

#[test]
fn an_object_of_another_client_is_no_target() {
    let folders = [folder(), folder()];
    let [client, foreign] = [0, 1].map(|n: usize| hosted(folders[n].path()));
    let (score, other) = (client.create("Score"), foreign.create("Score"));
    assert_eq!(score.point("rival", &other), api::INVALID_HANDLE);
    assert_eq!(score.relate("rivals", &other), api::INVALID_HANDLE);
    assert_eq!(client.try_save(other.0, None).unwrap_err().status, api::INVALID_HANDLE);
    let both = [score.0, other.0];
    assert_eq!(client.try_save_all(&both).unwrap_err().status, api::INVALID_HANDLE);
}
