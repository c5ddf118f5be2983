//! Who finds what: ACLs and permissions of classes hold wherever a query reaches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::query::{find, find_as, made, to, values, with};
use common::{Answer, Server};
use serde_json::{Value, json};

/// Two players, of whom the first is in the role `staff`, and notes that each may read.
struct Notes {
    server: Server,
    players: [Answer; 2],
}

impl Notes {
    fn new(more: &[&str]) -> Self {
        let server = Server::start(Path::new(":memory:"), more);
        let players = ["one", "two"].map(|id| server.guest(id));
        let [one, two] = players.each_ref().map(|player| player.text("objectId").to_owned());
        let everybody = json!({ "*": { "read": true } });
        let role = json!({ "name": "staff", "ACL": everybody,
            "users": { "__op": "AddRelation", "objects": [to("_User", &one)] } });
        let role = server.master("POST", "/1.1/roles", &role);
        assert_eq!(role.status, 201, "{}", role.json);
        for (name, acl) in [
            ("public", everybody),
            ("of one", json!({ one.as_str(): { "read": true } })),
            ("of two", json!({ two.as_str(): { "read": true, "write": true } })),
            ("of staff", json!({ "role:staff": { "read": true } })),
            ("written by all", json!({ "*": { "write": true } })),
            ("of nobody", json!({})),
        ] {
            made(
                &server,
                "Note",
                &json!({ "name": name, "secret": format!("s {name}"), "ACL": acl }),
            );
        }
        Self { server, players }
    }

    fn session(&self, player: usize) -> Option<&str> {
        self.players.get(player).map(|player| player.text("sessionToken"))
    }

    #[track_caller]
    fn names(&self, player: usize, class: &str, filter: &Value) -> Vec<String> {
        let pairs = [("where", &*filter.to_string()), ("count", "1")];
        let answer = find_as(&self.server, self.session(player), class, &pairs);
        let names = values(&answer, "name");
        assert_eq!(answer.json["count"], names.len());
        names.into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn an_acl_filters_what_is_found_and_counted() {
    let notes = Notes::new(&[]);
    let ask = |player, filter: &Value| notes.names(player, "Note", filter);
    for (player, own) in
        [(0, &["public", "of one", "of staff"][..]), (1, &["public", "of two"]), (2, &["public"])]
    {
        assert_eq!(ask(player, &json!({})), own);
        let or = json!({ "$or": [{ "name": { "$regex": "." } }, { "name": { "$exists": true } }] });
        assert_eq!(ask(player, &or), own);
        assert_eq!(ask(player, &json!({ "secret": { "$regex": "s.*(o|u)" } })), own);
        assert_eq!(ask(player, &json!({ "secret": { "$ne": "x" } })), own);
        let session = notes.session(player);
        let none = find_as(&notes.server, session, "Note", &[("limit", "0"), ("count", "1")]);
        assert_eq!(none.json["count"], own.len());
    }
    assert_eq!(values(&find(&notes.server, "Note", &[]), "name").len(), 6);
    let roles = notes.server.get("/1.1/roles", notes.session(1));
    assert_eq!(values(&roles, "name"), ["staff"]);
    let dead = find_as(&notes.server, Some("dead"), "Note", &[]);
    assert_eq!(values(&dead, "name"), ["public"]);
    // Who else may read it is told to who asks for it.
    let shown = find_as(&notes.server, None, "Note", &[("returnACL", "true")]);
    assert_eq!(shown.json["results"][0]["ACL"], json!({ "*": { "read": true } }));
}

#[test]
fn what_may_not_be_read_is_not_found_out_by_a_query_around_it() {
    let notes = Notes::new(&[]);
    let server = &notes.server;
    let all = find(server, "Note", &[]);
    let ids: Vec<_> = values(&all, "objectId").into_iter().map(|id| id.as_str().unwrap()).collect();
    for (name, id) in values(&all, "name").into_iter().zip(&ids) {
        let body = json!({ "name": name, "note": to("Note", id), "secret": format!("s {}", name.as_str().unwrap()),
            "notes": { "__op": "AddRelation", "objects": [to("Note", id)] },
            "ACL": { "*": { "read": true } } });
        made(server, "Shelf", &body);
    }
    let mine = ["public", "of one", "of staff"];
    let query = json!({ "className": "Note", "where": {} });
    let looked_at = json!({ "className": "Note", "where": { "secret": { "$regex": "s.+" } } });
    for filter in [
        json!({ "note": { "$inQuery": query } }),
        json!({ "note": { "$inQuery": looked_at } }),
        json!({ "notes": { "$inQuery": query } }),
        json!({ "secret": { "$select": { "query": query, "key": "secret" } } }),
        json!({ "secret": { "$select": { "query": looked_at, "key": "secret" } } }),
    ] {
        assert_eq!(notes.names(0, "Shelf", &filter), mine, "{filter}");
        assert_eq!(notes.names(2, "Shelf", &filter), ["public"], "{filter}");
    }
    let not = json!({ "note": { "$notInQuery": query } });
    assert_eq!(notes.names(0, "Shelf", &not), ["of two", "written by all", "of nobody"]);

    // Included is what may be got.
    let found = find_as(server, notes.session(1), "Shelf", &[("include", "note")]);
    for row in found.json["results"].as_array().unwrap() {
        let readable = ["public", "of two"].contains(&row["name"].as_str().unwrap());
        assert_eq!(row["note"].get("secret").is_some(), readable, "{row}");
        assert_eq!(row["note"]["__type"], "Pointer");
    }
    // A relation is as closed as the object that has it, and its end as that.
    let closed = json!({ "name": "closed", "ACL": {},
        "notes": { "__op": "AddRelation", "objects": ids.iter().map(|id| to("Note", id)).collect::<Vec<_>>() } });
    let closed = made(server, "Shelf", &closed);
    let related = |id: &str| json!({ "$relatedTo": { "object": to("Shelf", id), "key": "notes" } });
    assert!(notes.names(0, "Note", &related(&closed)).is_empty());
    assert_eq!(
        values(&find(server, "Note", &[("where", &related(&closed).to_string())]), "name").len(),
        6
    );
    let shelf = find(server, "Shelf", &[("where", r#"{"name":"of two"}"#)]);
    let shelf = values(&shelf, "objectId")[0].as_str().unwrap().to_owned();
    assert!(notes.names(0, "Note", &related(&shelf)).is_empty());
    assert_eq!(notes.names(1, "Note", &related(&shelf)), ["of two"]);
}

#[test]
fn the_permissions_of_a_class_hold_for_queries_within_queries_too() {
    let notes = Notes::new(&[]);
    let server = &notes.server;
    let public = find(server, "Note", &[("where", r#"{"name":"public"}"#)]);
    let id = values(&public, "objectId")[0].as_str().unwrap();
    let shelf = json!({ "note": to("Note", id), "name": "shelf", "ACL": { "*": { "read": true } },
        "notes": { "__op": "AddRelation", "objects": [to("Note", id)] } });
    let shelf = made(server, "Shelf", &shelf);
    let permit = |class: &str, action: &str, who: &Value| {
        let body = json!({ "permissions": { action: who } });
        let answer = server.master("PUT", &format!("/tdsauth/v1/classes/{class}"), &body);
        assert_eq!(answer.status, 200, "{}", answer.json);
    };
    let staff = json!({ "roles": ["staff"] });
    permit("Note", "find", &staff);
    let no_find = "Forbidden to find by class 'Note' permissions.";
    let query = json!({ "className": "Note" });
    let regex = json!({ "className": "Note", "where": { "name": { "$regex": "p.b" } } });
    for (class, filter) in [
        ("Note", json!({})),
        ("Shelf", json!({ "note": { "$inQuery": query } })),
        ("Shelf", json!({ "note": { "$inQuery": regex } })),
        ("Shelf", json!({ "name": { "$dontSelect": { "query": query, "key": "name" } } })),
        ("Shelf", json!({ "$or": [{ "never": { "$inQuery": query } }] })),
    ] {
        let ask = |player| {
            find_as(server, notes.session(player), class, &[("where", &filter.to_string())])
        };
        ask(1).is_error(403, 403, no_find);
        ask(2).is_error(403, 403, no_find);
        assert_eq!(ask(0).status, 200, "{filter}");
    }
    permit("Note", "get", &staff);
    let included = |player| {
        let found = find_as(server, notes.session(player), "Shelf", &[("include", "note")]);
        found.json["results"][0]["note"].get("name").is_some()
    };
    assert!(included(0) && !included(1) && !included(2));
    // Nor does the condition of a write tell what may not be got.
    let open = json!({ "name": "open", "ACL": { "*": { "read": true, "write": true } } });
    let open = made(server, "Note", &open);
    let path = with(&format!("/1.1/classes/Note/{open}"), &[("where", r#"{"name":"open"}"#)]);
    let change = json!({ "name": "open" });
    let no_get = "Forbidden to get by class 'Note' permissions.";
    server.ask("PUT", &path, notes.session(1), &change).is_error(403, 403, no_get);
    assert_eq!(server.ask("PUT", &path, notes.session(0), &change).status, 200);
    server.ask("DELETE", &path, None, &Value::Null).is_error(403, 403, no_get);
    // Nor what a write is answered.
    let path = format!("/1.1/classes/Note/{open}");
    for wish in ["fetchWhenSave", "new"] {
        let path = with(&path, &[(wish, "true")]);
        let shown = |player| server.ask("PUT", &path, notes.session(player), &change);
        assert_eq!((shown(1).status, &shown(1).json["name"]), (200, &Value::Null), "{wish}");
        assert_eq!(shown(0).json["name"], "open", "{wish}");
    }
    permit("Note", "find", &json!({ "*": true }));
    permit("Shelf", "get", &staff);
    let related_to = json!({ "$relatedTo": { "object": to("Shelf", &shelf), "key": "notes" } });
    let related_to = related_to.to_string();
    let related =
        |player| find_as(server, notes.session(player), "Note", &[("where", &related_to)]);
    related(1).is_error(403, 403, "Forbidden to get by class 'Shelf' permissions.");
    assert_eq!(values(&related(0), "name"), ["public"]);
    let path = with(&format!("/1.1/classes/Note/{id}"), &[("where", &related_to)]);
    let refused = server.ask("PUT", &path, notes.session(1), &json!({}));
    assert_eq!(refused.status, 403, "{}", refused.json);
}

#[test]
fn a_user_is_shown_with_what_its_pointers_are_to_and_its_relations_with_it() {
    let notes = Notes::new(&[]);
    let server = &notes.server;
    let public = find(server, "Note", &[("where", r#"{"name":"public"}"#)]);
    let note = to("Note", values(&public, "objectId")[0].as_str().unwrap());
    let id = notes.players[0].text("objectId");
    let path = format!("/1.1/users/{id}");
    let fields = json!({ "best": note,
        "favs": { "__op": "AddRelation", "objects": [note] } });
    assert_eq!(server.master("PUT", &path, &fields).status, 200);
    for path in [&*path, &format!("/1.1/classes/_User/{id}"), "/1.1/users/me"] {
        let user = server.get(&with(path, &[("include", "best")]), notes.session(0));
        assert_eq!(user.json["best"]["name"], "public", "{path}");
        assert!(server.get(path, notes.session(0)).json["best"]["name"].is_null(), "{path}");
    }
    // Who is shown no user is not shown what is related to one either.
    let favs = json!({ "$relatedTo": { "object": to("_User", id), "key": "favs" } });
    assert_eq!(notes.names(1, "Note", &favs), ["public"]);
    assert!(notes.names(2, "Note", &favs).is_empty());
}

#[test]
fn users_are_found_by_nothing_that_is_hidden() {
    let notes = Notes::new(&[]);
    let server = &notes.server;
    let [one, two] = notes.players.each_ref().map(|player| player.text("objectId").to_owned());
    let mail = json!({ "username": "lin", "password": "secret", "email": "lin@example.com", "nickname": "Lin" });
    let lin = server.post("/1.1/users", &mail);
    assert_eq!(lin.status, 201, "{}", lin.json);
    let session = notes.session(0);
    let no_find = "Forbidden to find by class '_User' permissions.";
    let users = json!({ "className": "_User", "where": { "email": { "$regex": "^lin@" } } });
    let shelf = json!({ "name": "shelf", "owner": to("_User", lin.text("objectId")), "own": to("_User", &one),
        "other": to("_User", &two), "ACL": { "*": { "read": true } } });
    made(server, "Shelf", &shelf);
    let filter = json!({ "owner": { "$inQuery": users } }).to_string();
    find_as(server, session, "Shelf", &[("where", &filter)]).is_error(403, 403, no_find);
    assert_eq!(values(&find(server, "Shelf", &[("where", &filter)]), "name"), ["shelf"]);
    find_as(server, session, "_User", &[]).is_error(403, 403, no_find);

    // Who is included is shown as one by id.
    let included = |session| {
        let found = find_as(server, session, "Shelf", &[("include", "owner,own,other")]);
        found.json["results"][0].clone()
    };
    let row = included(session);
    assert_eq!(
        (&row["owner"]["nickname"], &row["owner"]["className"]),
        (&json!("Lin"), &json!("_User"))
    );
    assert!(row["owner"].get("email").is_none() && row["other"].get("authData").is_none());
    assert!(row["own"].get("authData").is_some() && row["own"].get("sessionToken").is_none());
    assert_eq!(included(None)["owner"], to("_User", lin.text("objectId")), "strangers see nobody");

    // Fields of the game's own are as those of any object.
    let own =
        json!({ "level": 7, "friends": { "__op": "AddRelation", "objects": [to("_User", &two)] } });
    let own = server.master("PUT", &format!("/1.1/users/{one}"), &own);
    assert_eq!(own.status, 200, "{}", own.json);
    for filter in [
        json!({ "level": { "$gt": 6 } }),
        json!({ "level": { "$in": [7.0] } }),
        json!({ "friends": to("_User", &two) }),
    ] {
        let found = find(server, "_User", &[("where", &filter.to_string()), ("order", "-level")]);
        assert_eq!(values(&found, "objectId"), [&json!(one)], "{filter}");
    }
    let friends = json!({ "$relatedTo": { "object": to("_User", &one), "key": "friends" } });
    let found = find(server, "_User", &[("where", &friends.to_string())]);
    assert_eq!(values(&found, "objectId"), [&json!(two)]);

    // Even if the operator lets players look through the users.
    let opened = json!({ "permissions": { "find": { "onlySignInUsers": true } } });
    assert_eq!(server.master("PUT", "/tdsauth/v1/classes/_User", &opened).status, 200);
    find_as(server, None, "_User", &[]).is_error(403, 403, no_find);
    let found = |filter: &Value| {
        let answer = find_as(server, session, "_User", &[("where", &filter.to_string())]);
        values(&answer, "objectId").len()
    };
    assert_eq!(found(&json!({ "nickname": "Lin" })), 1);
    assert_eq!(found(&json!({ "nickname": { "$regex": "L.n" } })), 1);
    assert_eq!(found(&json!({})), 3);
    for hidden in [
        json!({ "email": "lin@example.com" }),
        json!({ "email": { "$regex": "^lin" } }),
        json!({ "email": { "$gt": "a" } }),
        json!({ "email": { "$exists": true } }),
        json!({ "mobilePhoneNumber": { "$exists": true } }),
        json!({ "authData.anonymous.id": "one" }),
        json!({ "authData": { "$exists": true } }),
        json!({ "sessionToken": session }),
        json!({ "password": { "$exists": true } }),
        json!({ "token_lookup": { "$exists": true } }),
        json!({ "$or": [{ "email": { "$regex": "l.n" } }, { "sessionToken": { "$exists": true } }] }),
    ] {
        assert_eq!(found(&hidden), 0, "{hidden}");
    }
    let order = |by: &str| {
        let answer = find_as(server, session, "_User", &[("order", by)]);
        values(&answer, "objectId").into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(order("email"), order(""), "an order would tell it");
    assert_eq!(order("sessionToken"), order(""));
    let select =
        json!({ "name": { "$select": { "query": { "className": "_User" }, "key": "email" } } });
    made(server, "Shelf", &json!({ "name": "lin@example.com", "ACL": { "*": { "read": true } } }));
    let pairs = [("where", &*select.to_string())];
    assert!(values(&find_as(server, session, "Shelf", &pairs), "name").is_empty());
    assert_eq!(values(&find(server, "Shelf", &pairs), "name"), ["lin@example.com"]);
    let shown =
        find_as(server, session, "_User", &[("where", r#"{"nickname":"Lin"}"#), ("keys", "email")]);
    assert!(shown.json["results"][0].get("email").is_none());
    let path = with("/1.1/users", &[("where", &json!({ "objectId": one }).to_string())]);
    assert!(server.get(&path, session).json["results"][0].get("authData").is_some(), "one's own");
}
