//! Contract row 24: objects found by every operator, in order, part by part, over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::query::{find, made, to, values, with};
use common::{Answer, Server};
use serde_json::{Value, json};

/// Cities, each with a name that its conditions are told by.
fn cities(server: &Server) -> Vec<String> {
    let point = |latitude: f64, longitude: f64| json!({ "__type": "GeoPoint", "latitude": latitude, "longitude": longitude });
    let date = |iso: &str| json!({ "__type": "Date", "iso": iso });
    let country = ["France", "China", "Fiji"].map(|name| {
        made(server, "Country", &json!({ "name": name, "capital": name.to_lowercase() }))
    });
    [
        json!({ "name": "Paris", "people": 2_100_000, "tags": ["light", "old"], "at": point(48.86, 2.35),
            "since": date("0250-01-01T00:00:00.000Z"), "country": to("Country", &country[0]), "sea": false,
            "mayor": { "name": "A", "terms": { "count": 2 } } }),
        json!({ "name": "Shanghai", "people": 24_870_895, "tags": ["sea", "big", 7], "at": point(31.23, 121.47),
            "since": date("1291-01-01T00:00:00.000Z"), "country": to("Country", &country[1]), "sea": true,
            "mayor": { "name": "B", "terms": { "count": 1 } } }),
        json!({ "name": "Suva", "people": 93_970.5, "tags": [], "at": point(-18.14, 178.44),
            "since": date("1882-01-01T00:00:00.000Z"), "country": to("Country", &country[2]), "sea": true }),
        json!({ "name": "nowhere", "people": null, "tags": ["light", { "a": [1] }] }),
    ]
    .iter()
    .map(|city| made(server, "City", city))
    .collect()
}

#[track_caller]
fn names(server: &Server, filter: &Value) -> Vec<String> {
    let answer = find(server, "City", &[("where", &filter.to_string())]);
    values(&answer, "name").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_operator_finds_what_it_says() {
    let server = Server::in_memory();
    let ids = cities(&server);
    let point = |latitude: f64, longitude: f64| json!({ "__type": "GeoPoint", "latitude": latitude, "longitude": longitude });
    let query = |filter: Value| json!({ "className": "Country", "where": filter });
    let (paris, shanghai, suva, nowhere) = ("Paris", "Shanghai", "Suva", "nowhere");
    let all = [paris, shanghai, suva, nowhere];
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "name": "Paris" }), &[paris]),
        (json!({ "objectId": ids[2] }), &[suva]),
        (json!({ "people": 93_970.5 }), &[suva]),
        (json!({ "people": 2_100_000.0 }), &[paris]),
        (json!({ "people": "2100000" }), &[]),
        (json!({ "sea": true }), &[shanghai, suva]),
        (json!({ "sea": { "$ne": true } }), &[paris, nowhere]),
        (json!({ "sea": null }), &[nowhere]),
        (json!({ "people": { "$eq": null } }), &[nowhere]),
        (json!({ "tags": "light" }), &[paris, nowhere]),
        (json!({ "tags": 7 }), &[shanghai]),
        (json!({ "tags": { "a": [1] } }), &[nowhere]),
        (json!({ "tags": { "a": 1 } }), &[]),
        (json!({ "tags": ["light", "old"] }), &[paris]),
        (json!({ "tags": { "$ne": "light" } }), &[shanghai, suva]),
        (json!({ "mayor": { "name": "A", "terms": { "count": 2 } } }), &[paris]),
        (json!({ "mayor.terms.count": 2 }), &[paris]),
        (json!({ "mayor.terms.count": { "$gte": 1 } }), &[paris, shanghai]),
        (json!({ "mayor.name": { "$ne": "A" } }), &[shanghai, suva, nowhere]),
        (json!({ "people": { "$lt": 2_100_000 } }), &[suva]),
        (json!({ "people": { "$lte": 2_100_000 } }), &[paris, suva]),
        (json!({ "people": { "$gt": 93_970.5, "$lt": 24_870_895 } }), &[paris]),
        (json!({ "name": { "$gte": "Shanghai" } }), &[shanghai, suva, nowhere]),
        (json!({ "name": { "$gt": 1 } }), &[]),
        (
            json!({ "since": { "$lt": { "__type": "Date", "iso": "1291-01-01T00:00:00Z" } } }),
            &[paris],
        ),
        (json!({ "since": { "__type": "Date", "iso": "1291-01-01T08:00:00+08:00" } }), &[shanghai]),
        (
            json!({ "createdAt": { "$gt": { "__type": "Date", "iso": "2026-01-01T00:00:00Z" } } }),
            &all,
        ),
        (
            json!({ "updatedAt": { "$lt": { "__type": "Date", "iso": "2026-01-01T00:00:00Z" } } }),
            &[],
        ),
        (json!({ "name": { "$in": ["Suva", "Paris", 7, null] } }), &[paris, suva]),
        (json!({ "people": { "$in": [2_100_000, null] } }), &[paris, nowhere]),
        (json!({ "name": { "$nin": ["Suva", "Paris"] } }), &[shanghai, nowhere]),
        (json!({ "tags": { "$in": ["old", "big"] } }), &[paris, shanghai]),
        (json!({ "tags": { "$all": ["light", "old"] } }), &[paris]),
        (json!({ "tags": { "$all": [] } }), &[]),
        (json!({ "sea": { "$exists": true } }), &[paris, shanghai, suva]),
        (json!({ "people": { "$exists": false } }), &[nowhere]),
        (json!({ "never": { "$exists": false } }), &all),
        (json!({ "tags": { "$size": 0 } }), &[suva]),
        (json!({ "tags": { "$size": 2 } }), &[paris, nowhere]),
        (json!({ "name": { "$regex": "^S" } }), &[shanghai, suva]),
        (json!({ "name": { "$regex": r"^\QS\E" } }), &[shanghai, suva]),
        (json!({ "name": { "$regex": "HA", "$options": "i" } }), &[shanghai]),
        (json!({ "name": { "$regex": ".*a$" } }), &[suva]),
        (json!({ "name": { "$regex": "^S.*i" } }), &[shanghai]),
        (json!({ "country": to("Country", "x") }), &[]),
        (json!({ "country": { "$inQuery": query(json!({ "name": "Fiji" })) } }), &[suva]),
        (
            json!({ "country": { "$inQuery": query(json!({ "name": { "$regex": "i.[ai]$" } })) } }),
            &[shanghai, suva],
        ),
        (
            json!({ "country": { "$notInQuery": query(json!({ "name": "Fiji" })) } }),
            &[paris, shanghai, nowhere],
        ),
        (
            json!({ "mayor.name": { "$select": { "query": query(json!({})), "key": "capital" } } }),
            &[],
        ),
        (
            json!({ "name": { "$dontSelect": { "query": query(json!({})), "key": "capital" } } }),
            &all,
        ),
        (
            json!({ "$or": [{ "name": "Suva" }, { "sea": false, "people": { "$gt": 5 } }] }),
            &[paris, suva],
        ),
        (json!({ "$or": [{ "name": { "$regex": "u.a" } }, { "tags": "old" }] }), &[paris, suva]),
        (json!({ "$and": [{ "sea": true }, { "people": { "$gt": 100_000 } }] }), &[shanghai]),
        (
            json!({ "at": { "$within": { "$box": [point(0.0, 0.0), point(50.0, 50.0)] } } }),
            &[paris],
        ),
        // Over longitude 180.
        (
            json!({ "at": { "$within": { "$box": [point(-30.0, 170.0), point(0.0, -170.0)] } } }),
            &[suva],
        ),
        (json!({ "at": { "$nearSphere": point(48.0, 2.0) } }), &[paris, shanghai, suva]),
        (
            json!({ "at": { "$nearSphere": point(-18.0, -179.0), "$maxDistanceInKilometers": 500 } }),
            &[suva],
        ),
        (
            json!({ "at": { "$nearSphere": point(48.0, 2.0), "$maxDistanceInMiles": 100 } }),
            &[paris],
        ),
        (
            json!({ "at": { "$nearSphere": point(48.0, 2.0), "$maxDistanceInRadians": 0.02 } }),
            &[paris],
        ),
        (
            json!({ "at": { "$nearSphere": point(0.0, 0.0), "$maxDistance": 3.2 } }),
            &[paris, shanghai, suva],
        ),
    ] {
        assert_eq!(names(&server, &filter), expected, "{filter}");
    }
    // More than one that is looked at row by row.
    let in_fiji = query(json!({ "name": { "$regex": "F.*i$" } }));
    let of_fiji = query(json!({ "capital": { "$regex": "f.*i$" } }));
    let filter = json!({ "name": { "$regex": ".+a$" }, "$and": [
        { "country": { "$inQuery": in_fiji } },
        { "country": { "$inQuery": of_fiji } },
        { "name": { "$dontSelect": { "query": in_fiji, "key": "name" } } },
    ] });
    assert_eq!(names(&server, &filter), [suva]);
    let capitals = json!({ "className": "City", "where": {} });
    let filter = json!({ "name": { "$select": { "query": capitals, "key": "country" } } });
    let none = find(&server, "Country", &[("where", &filter.to_string())]);
    assert!(values(&none, "name").is_empty());
}

#[test]
fn relations_are_followed_both_ways() {
    let server = Server::in_memory();
    let songs = ["one", "two", "three"].map(|name| made(&server, "Song", &json!({ "name": name })));
    let add = |ids: &[&String]| {
        let objects: Vec<_> = ids.iter().map(|id| to("Song", id)).collect();
        json!({ "songs": { "__op": "AddRelation", "objects": objects } })
    };
    let list = made(&server, "List", &add(&[&songs[0], &songs[2]]));
    let other = made(&server, "List", &add(&[&songs[1]]));
    let related = json!({ "$relatedTo": { "object": to("List", &list), "key": "songs" } });
    let ask = |class: &str, filter: &Value| {
        find(&server, class, &[("where", &filter.to_string()), ("count", "1")])
    };
    let found = ask("Song", &related);
    assert_eq!(values(&found, "name"), ["one", "three"]);
    assert_eq!(found.json["count"], 2);
    let both = json!({ "$relatedTo": { "object": to("List", &list), "key": "songs" }, "name": { "$regex": "t.r" } });
    assert_eq!(values(&ask("Song", &both), "name"), ["three"]);
    for (filter, expected) in [
        (json!({ "songs": to("Song", &songs[1]) }), vec![&other]),
        (json!({ "songs": { "$ne": to("Song", &songs[1]) } }), vec![&list]),
        (
            json!({ "songs": { "$in": [to("Song", &songs[0]), to("Song", &songs[1])] } }),
            vec![&list, &other],
        ),
        (
            json!({ "songs": { "$inQuery": { "className": "Song", "where": { "name": "two" } } } }),
            vec![&other],
        ),
        (json!({ "songs": { "$exists": true } }), vec![&list, &other]),
    ] {
        assert_eq!(values(&ask("List", &filter), "objectId"), expected, "{filter}");
    }
}

#[test]
fn results_are_ordered_cut_counted_and_shown_as_asked() {
    let server = Server::in_memory();
    for (name, level, nick) in
        [("b", 2, Some("x")), ("a", 2, None), ("d", 1, Some("y")), ("c", 3, None)]
    {
        let mut body = json!({ "name": name, "level": level, "deep": { "level": level } });
        if let Some(nick) = nick {
            body["nick"] = json!(nick);
        }
        made(&server, "Player", &body);
    }
    let ask = |pairs: &[(&str, &str)]| find(&server, "Player", pairs);
    for (order, expected) in [
        ("", ["b", "a", "d", "c"]),
        ("objectId", ["b", "a", "d", "c"]),
        ("-objectId", ["c", "d", "a", "b"]),
        ("createdAt", ["b", "a", "d", "c"]),
        ("-createdAt", ["c", "d", "a", "b"]),
        ("-updatedAt", ["c", "d", "a", "b"]),
        ("name", ["a", "b", "c", "d"]),
        ("level", ["d", "b", "a", "c"]),
        ("-level", ["c", "a", "b", "d"]),
        ("level,name", ["d", "a", "b", "c"]),
        (" -level , -name ", ["c", "b", "a", "d"]),
        ("nick", ["a", "c", "b", "d"]),
        ("-nick", ["d", "b", "c", "a"]),
        ("deep.level,-name", ["d", "b", "a", "c"]),
        ("never,-name", ["d", "c", "b", "a"]),
    ] {
        assert_eq!(values(&ask(&[("order", order)]), "name"), expected, "{order}");
    }
    let part = ask(&[("order", "name"), ("limit", "2"), ("skip", "1"), ("count", "1")]);
    assert_eq!(
        (values(&part, "name"), &part.json["count"]),
        (vec![&json!("b"), &json!("c")], &json!(4))
    );
    let none = ask(&[("limit", "0"), ("count", "1"), ("where", r#"{"level":2}"#)]);
    assert_eq!(none.json, json!({ "results": [], "count": 2 }));
    assert_eq!(ask(&[("limit", "0")]).json, json!({ "results": [] }));
    let some = ask(&[
        ("where", r#"{"name":{"$regex":"[abc]"}}"#),
        ("order", "-name"),
        ("limit", "1"),
        ("skip", "1"),
        ("count", "1"),
    ]);
    assert_eq!((values(&some, "name"), &some.json["count"]), (vec![&json!("b")], &json!(3)));
    let shown = |keys: &str| {
        let answer = ask(&[("keys", keys), ("limit", "1"), ("returnACL", "true")]);
        let row = answer.json["results"][0].as_object().unwrap().clone();
        row.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(shown("name"), ["ACL", "createdAt", "name", "objectId", "updatedAt"]);
    assert_eq!(shown("-name,-deep,-nick"), ["ACL", "createdAt", "level", "objectId", "updatedAt"]);
    let plain = ask(&[("limit", "1")]);
    assert!(plain.json["results"][0].get("ACL").is_none());
    plain.has_common_headers();
    find(&server, "Never", &[]).is_error(404, 101, "Class or object doesn't exists.");
}

#[test]
fn a_hundred_come_unless_another_limit_is_given_and_never_more_than_a_thousand() {
    let server = Server::in_memory();
    let body = |i: i32| json!({ "method": "POST", "path": "/1.1/classes/Many", "body": { "i": i, "s": format!("{i}") } });
    for start in [0, 600] {
        let requests: Vec<_> = (start..start + 600).map(body).collect();
        let answer = server.master("POST", "/1.1/batch", &json!({ "requests": requests }));
        assert_eq!(answer.status, 200);
    }
    let count = |pairs: &[(&str, &str)]| values(&find(&server, "Many", pairs), "i").len();
    assert_eq!(count(&[]), 100);
    assert_eq!(count(&[("limit", "1200")]), 1000);
    assert_eq!(count(&[("limit", "1000"), ("skip", "1100")]), 100);
    // Looked at row by row, in several parts.
    let odd = find(
        &server,
        "Many",
        &[
            ("where", r#"{"s":{"$regex":"^.*[13579]$"}}"#),
            ("order", "-i"),
            ("count", "1"),
            ("limit", "3"),
        ],
    );
    assert_eq!(
        (values(&odd, "i"), &odd.json["count"]),
        (vec![&json!(1199), &json!(1197), &json!(1195)], &json!(600))
    );
    // Every one of them, part by part.
    let scan = |pairs: &[(&str, &str)]| {
        server.master("GET", &with("/1.1/scan/classes/Many", pairs), &Value::Null)
    };
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer =
            scan(&[("limit", "500"), ("cursor", &cursor), ("where", r#"{"i":{"$gte":100}}"#)]);
        seen.extend(values(&answer, "i").into_iter().map(|i| i.as_i64().unwrap()));
        match answer.json.get("cursor") {
            Some(next) => cursor = next.as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (100..1200).collect::<Vec<_>>());
    let client = server.get("/1.1/scan/classes/Many", None);
    assert_eq!((client.status, &client.json["code"]), (403, &json!(403)));
}

#[test]
fn a_query_may_be_as_long_as_a_batch_carries_it() {
    let server = Server::in_memory();
    let id = made(&server, "City", &json!({ "name": "Paris" }));
    let mut names: Vec<_> =
        (0..900).map(|i| format!("a city with a long name, number {i}")).collect();
    names.push("Paris".into());
    let params = json!({ "where": { "name": { "$in": names } }, "limit": 5, "count": 1 });
    let request = json!({ "method": "GET", "path": "/1.1/classes/City", "params": params });
    let answer = server.post("/1.1/batch", &json!({ "requests": [request] }));
    let success: &Value = &answer.json[0]["success"];
    assert_eq!(success["results"][0]["objectId"], id, "{}", answer.json);
    assert_eq!(success["count"], 1);
}

#[test]
fn pointers_are_replaced_by_what_they_are_to() {
    let server = Server::in_memory();
    let world = made(&server, "World", &json!({ "name": "earth" }));
    let country =
        made(&server, "Country", &json!({ "name": "France", "world": to("World", &world) }));
    let gone = to("Country", "5f0000000000000000000000");
    let city = json!({ "name": "Paris", "country": to("Country", &country), "friends": [to("World", &world), gone, 1], "lost": gone, "deep": { "world": to("World", &world) } });
    let city = made(&server, "City", &city);
    let include =
        |keys: &str| find(&server, "City", &[("include", keys)]).json["results"][0].clone();
    let plain = include("");
    assert_eq!(plain["country"], to("Country", &country));
    let one = include("country");
    assert_eq!(
        (&one["country"]["name"], &one["country"]["__type"]),
        (&json!("France"), &json!("Pointer"))
    );
    assert_eq!(one["country"]["className"], "Country");
    assert!(one["country"]["createdAt"].is_string());
    assert_eq!(one["country"]["world"], to("World", &world));
    let two = include("country.world, friends,lost ,deep.world,never.x");
    assert_eq!(two["country"]["world"]["name"], "earth");
    assert_eq!(two["friends"][0]["name"], "earth");
    assert_eq!((&two["friends"][1], &two["friends"][2]), (&gone, &json!(1)));
    assert_eq!(two["lost"], gone);
    assert_eq!(two["deep"]["world"]["name"], "earth");
    let got = server.master(
        "GET",
        &with(&format!("/1.1/classes/City/{city}"), &[("include", "country")]),
        &Value::Null,
    );
    assert_eq!(got.json["country"]["name"], "France");
    let kept = find(&server, "City", &[("include", "country"), ("keys", "country")]);
    assert_eq!(kept.json["results"][0]["country"]["name"], "France");
}

#[test]
fn a_write_is_done_if_the_object_is_as_its_where_says() {
    let server = Server::in_memory();
    let id = made(&server, "Account", &json!({ "coins": 5, "name": "lin" }));
    let put = |filter: &Value| -> Answer {
        let path = with(&format!("/1.1/classes/Account/{id}"), &[("where", &filter.to_string())]);
        server.master("PUT", &path, &json!({ "coins": { "__op": "Increment", "amount": 1 } }))
    };
    for (filter, holds) in [
        (json!({ "coins": { "$gte": 5 } }), true),
        (json!({ "coins": 5 }), false),
        (json!({ "name": { "$regex": "^l.n$" }, "coins": 6 }), true),
        (json!({ "name": { "$regex": "^m.n$" } }), false),
        (json!({ "objectId": id, "coins": { "$lt": 100 } }), true),
    ] {
        let answer = put(&filter);
        assert_eq!(answer.status == 200, holds, "{filter}: {}", answer.json);
        if !holds {
            answer.is_error(400, 305, "No effect on updating/deleting a document.");
        }
    }
    let subquery =
        json!({ "name": { "$select": { "query": { "className": "Account" }, "key": "name" } } });
    assert_eq!(put(&subquery).json["code"], 102);
    let delete = |filter: &Value| {
        let path = with(&format!("/1.1/classes/Account/{id}"), &[("where", &filter.to_string())]);
        server.master("DELETE", &path, &Value::Null).status
    };
    assert_eq!(delete(&json!({ "coins": 5 })), 400);
    assert_eq!(delete(&json!({ "coins": 8 })), 200);
}
