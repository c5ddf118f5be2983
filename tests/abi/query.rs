//! Queries through the C ABI: what is asked, and what is made of the answers.

use serde_json::{Value, json};

use crate::common::api::{self, api};
use crate::common::client::{Client, Setup, accepted, take_object};
use crate::common::host::{self, Seen};
use crate::common::memory_folder as folder;
use crate::common::object::Query;

fn hosted(folder: &std::path::Path) -> Client {
    Setup::hosted(folder).open()
}

/// The parameters of a request, decoded, in their order.
fn asked(seen: &Seen) -> Vec<(String, String)> {
    let query = seen.url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| char::from(byte.unwrap()).to_digit(16).unwrap() as u8;
        bytes.push(if byte == b'%' { hex(rest.next()) * 16 + hex(rest.next()) } else { byte });
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn param(seen: &Seen, name: &str) -> Option<String> {
    asked(seen).into_iter().find(|(given, _)| given == name).map(|(_, value)| value)
}

fn status(status: i32) {
    assert_eq!(status, api::OK);
}

#[test]
fn a_query_asks_for_what_it_was_told_and_gives_objects() {
    let folder = folder();
    let client = hosted(folder.path());
    let query = client.query("Score");
    query.and("points", "$gte", "5").and("points", "$lt", "9").and("player", "", r#""塔""#);
    query.order("points", true).order("at", false);
    status(api().tdsauth_query_limit(query.0, 10));
    status(api().tdsauth_query_skip(query.0, 20));
    let key = |text: &'static str| (text.as_ptr().cast(), text.len());
    status(api().tdsauth_query_include(query.0, key("player.team").0, 11));
    status(api().tdsauth_query_select(query.0, key("points").0, 6));
    status(api().tdsauth_query_select(query.0, key("-secret").0, 7));
    status(api().tdsauth_query_include_acl(query.0, 1));
    let find = client.find(&query);
    // What is changed or released from now on is of no account.
    query.order("later", false);
    drop(query);
    let seen = host::request(&client);
    assert_eq!((&*seen.method, &*seen.body), ("GET", ""));
    assert!(seen.url.starts_with("https://account.example/1.1/classes/Score?"), "{}", seen.url);
    let pairs = asked(&seen);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(
        pairs,
        [
            ("where", r#"{"player":"塔","points":{"$gte":5,"$lt":9}}"#),
            ("skip", "20"),
            ("order", "-points,at"),
            ("limit", "10"),
            ("keys", "points,-secret"),
            ("include", "player.team"),
            ("returnACL", "true"),
        ]
    );
    let answer = json!({"results": [
        {"objectId": "a", "points": 8, "className": "Score", "ACL": {"*": {"read": true}}},
        {"objectId": "b", "points": 7},
    ]});
    host::answer(&client, seen.id, 200, &answer.to_string());
    let event = client.succeed(find);
    assert_eq!((event.kind, event.objects, event.user_data), (api::EVENT_QUERY_FOUND, 2, 7));
    let (a, b) = (take_object(find, 0).expect("one"), take_object(find, 1).expect("two"));
    assert!(take_object(find, 2).is_none() && take_object(find, 0).is_none());
    assert_eq!((a.i64("points"), a.acl("*"), b.id()), (Ok(8), Ok(api::ACL_READ), "b".to_owned()));
    assert_eq!(a.whole()["className"], "Score");
    b.increment("points", 1);
    client.submit_save(&b);
    assert!(host::request(&client).url.ends_with("/classes/Score/b"));
}

#[test]
fn first_get_and_count() {
    let folder = folder();
    let client = hosted(folder.path());
    let query = client.query("_User");
    query.and("level", "", "1").order("level", false);
    status(api().tdsauth_query_limit(query.0, 9));
    status(api().tdsauth_query_skip(query.0, 3));
    for (answer, objects) in [(r#"{"results":[{"objectId":"u"}]}"#, 1), (r#"{"results":[]}"#, 0)] {
        let first = client.first(&query);
        let seen = host::request(&client);
        assert!(seen.url.contains("/1.1/users?"), "{}", seen.url);
        assert_eq!(param(&seen, "limit").as_deref(), Some("1"));
        host::answer(&client, seen.id, 200, answer);
        let event = client.succeed(first);
        assert_eq!((event.kind, event.objects), (api::EVENT_QUERY_FOUND, objects));
    }
    let count = client.count(&query);
    let seen = host::request(&client);
    let pairs: Vec<String> = asked(&seen).into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(pairs, [r#"where={"level":1}"#, "count=1", "limit=0"]);
    host::answer(&client, seen.id, 200, r#"{"results":[],"count":12345678901}"#);
    let event = client.succeed(count);
    assert_eq!((event.kind, event.value), (api::EVENT_QUERY_COUNTED, 12_345_678_901));
    let get = accepted(client.get(&query, "u9"));
    let seen = host::request(&client);
    assert!(seen.url.ends_with("/1.1/users/u9"), "{}", seen.url);
    host::answer(&client, seen.id, 200, r#"{"objectId":"u9","nickname":"n"}"#);
    assert_eq!(client.succeed(get).objects, 1);
    assert_eq!(take_object(get, 0).expect("the user").str("nickname"), Ok("n".to_owned()));
    let get = accepted(client.get(&query, "u9"));
    let seen = host::request(&client);
    host::answer(&client, seen.id, 200, "{}");
    assert_eq!(client.finish(get).status, api::NOT_FOUND);
    for id in ["", "a/b", "a?b"] {
        assert_eq!(client.get(&query, id).unwrap_err().status, api::INVALID_ARGUMENT, "{id}");
    }
}

#[test]
fn parts_and_inner_queries_are_copied_as_they_are() {
    let folder = folder();
    let client = hosted(folder.path());
    let (one, two, team) = (client.query("Score"), client.query("Score"), client.query("Team"));
    one.and("a", "", "1");
    two.and("b", "$in", "[1,2]");
    team.and("open", "", "true").order("name", true);
    let query = client.query("Score");
    let parts = [one.0, two.0];
    status(api().tdsauth_query_or(query.0, parts.as_ptr(), 2));
    status(api().tdsauth_query_and(query.0, parts.as_ptr(), 1));
    let (key, op) = ("team", "$notInQuery");
    let inner = |other: &Query, op: &str| {
        let (op, len) = (op.as_ptr().cast(), op.len());
        api().tdsauth_query_where_query(query.0, key.as_ptr().cast(), 4, op, len, other.0)
    };
    status(inner(&team, op));
    let parent = client.without_data("Post", "p1").expect("an object");
    let related = |parent: u64| {
        api().tdsauth_query_where_related_to(query.0, parent, "likes".as_ptr().cast(), 5)
    };
    status(related(parent.0));
    one.and("a", "$gt", "0");
    let (find, seen) = (client.find(&query), host::request(&client));
    let sent: Value = serde_json::from_str(&param(&seen, "where").unwrap()).expect("JSON");
    assert_eq!(
        sent,
        json!({
            "$or": [{"a": 1}, {"b": {"$in": [1, 2]}}],
            "$and": [{"a": 1}],
            "team": {"$notInQuery": {
                "className": "Team", "where": {"open": true}, "order": "-name",
            }},
            "$relatedTo": {
                "object": {"__type": "Pointer", "className": "Post", "objectId": "p1"},
                "key": "likes",
            },
        })
    );
    host::answer(&client, seen.id, 200, r#"{"results":[]}"#);
    client.succeed(find);
    assert_eq!(inner(&team, "$in"), api::INVALID_ARGUMENT);
    assert_eq!(related(client.create("Post").0), api::INVALID_ARGUMENT, "it has no id");
    let foreign = [team.0];
    assert_eq!(api().tdsauth_query_or(query.0, foreign.as_ptr(), 1), api::INVALID_ARGUMENT);
    assert_eq!(api().tdsauth_query_or(query.0, foreign.as_ptr(), 0), api::INVALID_ARGUMENT);
    for (key, op, json) in [("a", "$where", "1"), ("$or", "", "[]"), ("a", "", r#"{"$gt":1}"#)] {
        assert_eq!(query.try_where(key, op, json), api::INVALID_ARGUMENT, "{key} {op}");
    }
    assert!(client.try_query("a b").is_err());
}

#[test]
fn a_query_that_is_too_long_for_a_url_goes_as_a_batch() {
    let folder = folder();
    let client = hosted(folder.path());
    let query = client.query("Score");
    let ids = serde_json::to_string(&(1_000_000..1_000_400).collect::<Vec<_>>()).unwrap();
    query.and("n", "$in", &ids);
    status(api().tdsauth_query_limit(query.0, 5));
    let find = client.find(&query);
    let seen = host::request(&client);
    assert!(seen.method == "POST" && seen.url.ends_with("/1.1/batch"), "{}", seen.url);
    let sent: Value = serde_json::from_str(&seen.body).expect("JSON");
    let conditions = format!(r#"{{"n":{{"$in":{ids}}}}}"#);
    assert_eq!(
        sent,
        json!({"requests": [{
            "method": "GET", "path": "/1.1/classes/Score",
            "params": {"where": conditions, "limit": "5"},
        }]})
    );
    host::answer(&client, seen.id, 200, r#"[{"success":{"results":[{"objectId":"a"}]}}]"#);
    assert_eq!(client.succeed(find).objects, 1);
    let find = client.find(&query);
    let seen = host::request(&client);
    let refusal = r#"[{"error":{"code":403,"error":"Forbidden to find by class"}}]"#;
    host::answer(&client, seen.id, 200, refusal);
    assert_eq!(client.finish(find).status, api::FORBIDDEN);
    let text = format!("\"{}\"", "a".repeat(250_000));
    for _ in 0..5 {
        query.and("t", "$ne", &text);
    }
    let refused = crate::common::client::submit(|api, out, error| {
        api.tdsauth_query_find(client.0, query.0, std::ptr::null(), 0, out, error)
    });
    assert_eq!(refused.unwrap_err().status, api::LIMIT);
}

#[test]
fn what_is_no_answer_is_an_error_and_a_dead_query_is_found_out() {
    let folder = folder();
    let client = hosted(folder.path());
    let query = client.query("Score");
    for (http, answer, expected) in [
        (200, "{}", api::BAD_RESPONSE),
        (200, r#"{"results":[1]}"#, api::BAD_RESPONSE),
        (200, r#"{"results":[{"a":1}]}"#, api::BAD_RESPONSE),
        (200, r#"{"results":[{"objectId":"a","b":"\u0000"}]}"#, api::BAD_RESPONSE),
        (200, r#"[]"#, api::BAD_RESPONSE),
        (200, r#"7"#, api::BAD_RESPONSE),
        (404, r#"{"code":101,"error":"Class or object doesn't exists."}"#, api::NOT_FOUND),
        (400, r#"{"code":107,"error":"bad where"}"#, api::REJECTED),
        (504, r#"{"code":124,"error":"timed out"}"#, api::SERVER),
    ] {
        let find = client.find(&query);
        let seen = host::request(&client);
        host::answer(&client, seen.id, http, answer);
        let event = client.finish(find);
        assert_eq!((event.status, event.objects), (expected, 0), "{answer}");
    }
    let handle = query.0;
    assert_eq!(api().tdsauth_query_release(handle), api::OK);
    assert_eq!(api().tdsauth_query_release(handle), api::INVALID_HANDLE);
    assert_eq!(api().tdsauth_query_limit(handle, 1), api::INVALID_HANDLE);
    let folder = crate::common::memory_folder();
    let other = hosted(folder.path());
    let foreign = other.query("Score");
    let refused = crate::common::client::submit(|api, out, error| {
        api.tdsauth_query_find(client.0, foreign.0, std::ptr::null(), 0, out, error)
    });
    assert_eq!(refused.unwrap_err().status, api::INVALID_HANDLE);
}
