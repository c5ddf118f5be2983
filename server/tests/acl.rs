//! Who may read and write one object: ACLs, roles, and what a new object has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::{Answer, Server};
use serde_json::{Value, json};

fn leancloud() -> Server {
    Server::start(Path::new(":memory:"), &["--policy", "leancloud"])
}

fn token(who: Option<&Answer>) -> Option<&str> {
    who.map(|who| who.text("sessionToken"))
}

fn id(user: &Answer) -> &str {
    user.text("objectId")
}

#[track_caller]
fn made(server: &Server, who: Option<&Answer>, body: &Value) -> String {
    let answer = server.ask("POST", "/1.1/classes/C", token(who), body);
    assert_eq!(answer.status, 201, "{}", answer.json);
    format!("/1.1/classes/C/{}", answer.text("objectId"))
}

/// Whether somebody may read it, write it.
#[track_caller]
fn may(server: &Server, who: Option<&Answer>, path: &str) -> [bool; 2] {
    let read = server.get(path, token(who));
    if read.status != 200 {
        read.is_error(403, 403, "Forbidden to get the object by its ACL.");
    }
    let write = server.ask("PUT", path, token(who), &json!({}));
    if write.status != 200 {
        write.is_error(403, 403, "Forbidden to update the object by its ACL.");
        let delete = server.ask("DELETE", path, token(who), &Value::Null);
        delete.is_error(403, 403, "Forbidden to delete the object by its ACL.");
    }
    [read.status == 200, write.status == 200]
}

fn acl(server: &Server, path: &str) -> Value {
    server.master("GET", &format!("{path}?returnACL=true"), &Value::Null).json["ACL"].clone()
}

fn pointer(class: &str, id: &str) -> Value {
    json!({ "__type": "Pointer", "className": class, "objectId": id })
}

fn relation(op: &str, class: &str, ids: &[&str]) -> Value {
    let objects: Vec<_> = ids.iter().map(|id| pointer(class, id)).collect();
    json!({ "__op": op, "objects": objects })
}

#[track_caller]
fn role(server: &Server, name: &str, more: &Value) -> String {
    let mut body = json!({ "name": name, "ACL": { "*": { "read": true } } });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = server.master("POST", "/1.1/roles", &body);
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("objectId").to_owned()
}

#[test]
fn an_acl_lets_everybody_users_and_roles_read_and_write() {
    let server = leancloud();
    let (me, other) = (server.guest("me"), server.guest("other"));
    role(&server, "staff", &json!({ "users": relation("AddRelation", "_User", &[id(&other)]) }));
    let (both, read, write) =
        (json!({ "read": true, "write": true }), json!({ "read": true }), json!({ "write": true }));
    for (acl, nobody, mine, others) in [
        (json!({ "*": both }), [true, true], [true, true], [true, true]),
        (json!({ "*": read }), [true, false], [true, false], [true, false]),
        (
            json!({ "*": { "read": true, "write": false } }),
            [true, false],
            [true, false],
            [true, false],
        ),
        (json!({ "*": write }), [false, true], [false, true], [false, true]),
        (json!({ id(&me): both }), [false; 2], [true, true], [false; 2]),
        (
            json!({ id(&me): { "read": false, "write": true } }),
            [false; 2],
            [false, true],
            [false; 2],
        ),
        (json!({ "role:staff": both }), [false; 2], [false; 2], [true, true]),
        (json!({ "role:staff": write, "*": read }), [true, false], [true, false], [true, true]),
        (json!({ "staff": both, "role:none": both }), [false; 2], [false; 2], [false; 2]),
        (json!({}), [false; 2], [false; 2], [false; 2]),
    ] {
        let path = made(&server, None, &json!({ "ACL": acl }));
        assert_eq!(may(&server, None, &path), nobody, "{acl}");
        assert_eq!(may(&server, Some(&me), &path), mine, "{acl}");
        assert_eq!(may(&server, Some(&other), &path), others, "{acl}");
        assert_eq!(server.get(&path, Some("dead")).status == 200, nobody[0], "a dead session");
        assert_eq!(server.master("GET", &path, &Value::Null).status, 200);
        assert_eq!(server.master("DELETE", &path, &Value::Null).status, 200);
    }
}

#[test]
fn a_new_object_is_its_owners_in_production_and_everybodys_as_recorded() {
    let server = Server::in_memory();
    server.master("PUT", "/tdsauth/v1/classes/C", &json!({}));
    let (me, other) = (server.guest("me"), server.guest("other"));
    let mine = made(&server, Some(&me), &json!({}));
    assert_eq!(
        acl(&server, &mine),
        json!({ "*": { "read": true }, id(&me): { "read": true, "write": true } })
    );
    assert_eq!(may(&server, Some(&me), &mine), [true, true]);
    assert_eq!(may(&server, Some(&other), &mine), [true, false]);
    let nobodys = made(&server, None, &json!({}));
    assert_eq!(may(&server, None, &nobodys), [true, false]);
    let given = made(&server, Some(&me), &json!({ "ACL": { "*": { "write": true } } }));
    assert_eq!(may(&server, Some(&me), &given), [false, true], "one that is given goes before");
    let masters = server.master("POST", "/1.1/classes/C", &json!({}));
    let masters = format!("/1.1/classes/C/{}", masters.text("objectId"));
    assert_eq!(may(&server, Some(&me), &masters), [true, false]);

    let server = leancloud();
    let me = server.guest("me");
    let mine = made(&server, Some(&me), &json!({}));
    assert_eq!(acl(&server, &mine), json!({ "*": { "read": true, "write": true } }));
    assert_eq!(may(&server, None, &mine), [true, true]);
}

#[test]
fn an_acl_is_changed_by_who_may_write_and_shown_to_who_asks() {
    let server = leancloud();
    let me = server.guest("me");
    let path = made(&server, None, &json!({ "n": 1 }));
    assert!(server.get(&path, None).json["ACL"].is_null());
    let own =
        json!({ "ACL": { id(&me): { "read": true, "write": true }, "*": { "read": false } } });
    assert_eq!(server.ask("PUT", &path, None, &own).status, 200);
    assert_eq!(acl(&server, &path), json!({ id(&me): { "read": true, "write": true } }));
    server.ask("PUT", &path, None, &json!({ "ACL": { "*": { "write": true } } })).is_error(
        403,
        403,
        "Forbidden to update the object by its ACL.",
    );
    let keep = server.ask("PUT", &path, token(Some(&me)), &json!({ "n": 2 }));
    assert_eq!(keep.status, 200);
    assert_eq!(acl(&server, &path), json!({ id(&me): { "read": true, "write": true } }));
    // Who may write but not read is not told what is there.
    let blind = made(&server, None, &json!({ "n": 1, "ACL": { "*": { "write": true } } }));
    for query in ["?fetchWhenSave=true&returnACL=true", "?new=true"] {
        let put = server.ask("PUT", &format!("{blind}{query}"), None, &json!({ "m": 1 }));
        assert_eq!(put.names(), ["objectId", "updatedAt"]);
    }
    for method in ["PUT", "DELETE"] {
        let guess = format!("{blind}?where=%7B%22n%22%3A1%7D");
        let answer = server.ask(method, &guess, None, &json!({}));
        answer.is_error(403, 403, "Forbidden to get the object by its ACL.");
    }
    let body = json!({ "secret": 1, "ACL": {} });
    let whole = server.post("/1.1/classes/C?fetchWhenSave=true", &body);
    assert_eq!(whole.names(), ["createdAt", "objectId"]);
}

#[test]
fn of_several_objects_one_that_may_not_be_deleted_keeps_all() {
    let server = leancloud();
    let one = made(&server, None, &json!({}));
    let two = made(&server, None, &json!({ "ACL": { "*": { "read": true } } }));
    let both = format!("{one},{}", two.rsplit('/').next().unwrap());
    let answer = server.ask("DELETE", &both, None, &Value::Null);
    answer.is_error(403, 403, "Forbidden to delete the object by its ACL.");
    for path in [&one, &two] {
        assert!(server.get(path, None).json["objectId"].is_string());
    }
}

#[test]
fn a_role_is_named_once_and_for_good_and_has_an_acl() {
    let server = leancloud();
    let post = |body: &Value| server.post("/1.1/roles", body);
    let name = "Invalid role name. Letters, digits and _ are expected, and it cannot be changed.";
    post(&json!({ "name": "staff" })).is_error(400, 1, "Role ACL is required.");
    post(&json!({ "ACL": {} })).is_error(400, 139, name);
    for wrong in ["", "a b", "role:a", "\u{e9}", &"a".repeat(129)] {
        post(&json!({ "name": wrong, "ACL": {} })).is_error(400, 139, name);
    }
    let made = post(&json!({ "name": "staff", "ACL": { "*": { "read": true, "write": true } } }));
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/1.1/classes/_Role/{}", made.text("objectId"));
    assert_eq!(made.header("location").unwrap(), path);
    let taken = "A unique field was given a value that is already taken.";
    post(&json!({ "name": "staff", "ACL": {} })).is_error(400, 137, taken);
    for body in [json!({ "name": "other" }), json!({ "name": { "__op": "Delete" } })] {
        server.ask("PUT", &path, None, &body).is_error(400, 139, name);
    }
    assert_eq!(server.ask("PUT", &path, None, &json!({ "name": "staff" })).status, 200);
    assert_eq!(server.get(&path, None).json["name"], "staff");
    assert_eq!(server.ask("DELETE", &path, None, &Value::Null).status, 200);
    assert_eq!(post(&json!({ "name": "staff", "ACL": {} })).status, 201, "the name is free again");
    let wrong = json!({ "name": "b", "ACL": {}, "users": relation("AddRelation", "C", &["1"]) });
    assert_eq!(post(&wrong).json["code"], 111);
}

#[test]
fn in_production_the_studio_alone_makes_roles() {
    let server = Server::in_memory();
    let me = server.guest("me");
    let body = json!({ "name": "admin", "ACL": { "*": { "read": true, "write": true } } });
    let text = "Forbidden to create by class '_Role' permissions.";
    server.ask("POST", "/1.1/roles", token(Some(&me)), &body).is_error(403, 403, text);
    let made = server.master("POST", "/1.1/roles", &json!({ "name": "admin", "ACL": {} }));
    let path = format!("/1.1/roles/{}", made.text("objectId"));
    let join = json!({ "users": relation("AddRelation", "_User", &[id(&me)]) });
    let text = "Forbidden to update the object by its ACL.";
    server.ask("PUT", &path, token(Some(&me)), &join).is_error(403, 403, text);
}

#[test]
fn who_is_in_a_role_has_those_too_that_the_role_is_in() {
    let server = leancloud();
    let users: Vec<_> = (0..3).map(|n| server.guest(&n.to_string())).collect();
    let in_it = |n: usize| relation("AddRelation", "_User", &[id(&users[n])]);
    let admins = role(&server, "admins", &json!({ "users": in_it(0) }));
    let staff = role(
        &server,
        "staff",
        &json!({ "users": in_it(1), "roles": relation("AddRelation", "_Role", &[&admins]) }),
    );
    role(&server, "readers", &json!({ "roles": relation("AddRelation", "_Role", &[&staff]) }));
    // In a circle nobody gets lost.
    let circle = json!({ "roles": relation("AddRelation", "_Role", &[&admins]) });
    assert_eq!(server.master("PUT", &format!("/1.1/roles/{admins}"), &circle).status, 200);
    let lets = |name: &str| {
        let acl = json!({ "ACL": { format!("role:{name}"): { "read": true } } });
        let path = made(&server, None, &acl);
        [0, 1, 2].map(|n| server.get(&path, token(Some(&users[n]))).status == 200)
    };
    assert_eq!(lets("admins"), [true, false, false]);
    assert_eq!(lets("staff"), [true, true, false]);
    assert_eq!(lets("readers"), [true, true, false]);
    let leave = json!({ "roles": relation("RemoveRelation", "_Role", &[&admins]) });
    assert_eq!(server.master("PUT", &format!("/1.1/roles/{staff}"), &leave).status, 200);
    assert_eq!(lets("staff"), [false, true, false]);
    assert_eq!(lets("readers"), [false, true, false]);
    let all = json!({ "users": { "__op": "Delete" } });
    assert_eq!(server.master("PUT", &format!("/1.1/roles/{staff}"), &all).status, 200);
    assert_eq!(lets("readers"), [false; 3]);
    server.master("DELETE", &format!("/1.1/roles/{admins}"), &Value::Null);
    assert_eq!(lets("admins"), [false; 3], "a role that is gone is nobody's");
}

#[test]
fn a_user_that_is_gone_or_banned_is_in_no_role() {
    let server = leancloud();
    let me = server.guest("me");
    let in_it = relation("AddRelation", "_User", &[id(&me)]);
    role(&server, "staff", &json!({ "users": in_it }));
    let path = made(&server, None, &json!({ "ACL": { "role:staff": { "read": true } } }));
    assert_eq!(server.get(&path, token(Some(&me))).status, 200);
    let own = format!("/1.1/users/{}", id(&me));
    assert_eq!(server.ask("DELETE", &own, token(Some(&me)), &Value::Null).status, 200);
    assert_eq!(server.get(&path, token(Some(&me))).status, 403);
}
