//! What a query may not be, and how long it may take.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use common::query::{find, made, values, with};
use common::{Server, data, on_postgres};
use serde_json::{Map, Value, json};

const TIMED_OUT: &str = "The request timed out.";

#[test]
fn what_is_not_understood_is_refused_with_a_code() {
    let server = Server::in_memory();
    made(&server, "C", &json!({ "a": 1, "o": {}, "list": [], "at": null }));
    let long: Map<_, _> = (0..101).map(|i| (format!("k{i}"), json!(1))).collect();
    let deep = (0..20).fold(json!({}), |inner, _| json!({ "$and": [inner] }));
    for (name, value, code) in [
        ("where", "x".to_owned(), 107),
        ("where", "[]".to_owned(), 107),
        ("where", json!({ "a": { "$where": "1" } }).to_string(), 102),
        ("where", json!({ "$nor": [] }).to_string(), 102),
        ("where", json!({ "a": { "$lt": [] } }).to_string(), 102),
        ("where", json!({ "a": { "$in": 1 } }).to_string(), 102),
        ("where", json!({ "a": { "$in": vec![1; 1001] } }).to_string(), 102),
        ("where", json!({ "a": { "$regex": "(" } }).to_string(), 102),
        ("where", json!({ "a": { "$regex": r"\pL{1000}" } }).to_string(), 102),
        ("where", json!({ "a": { "$regex": "x".repeat(1001) } }).to_string(), 102),
        ("where", json!({ "a": { "$regex": "x", "$options": "g" } }).to_string(), 102),
        ("where", json!({ "a b": 1 }).to_string(), 105),
        ("where", json!({ "a": 1, "o.\"": 1 }).to_string(), 105),
        ("where", json!({ "o.a'b": 1, "a.b\\": 1 }).to_string(), 105),
        ("where", json!({ "a": "\0" }).to_string(), 107),
        ("where", json!({ "a": { "__type": "Pointer", "className": "C" } }).to_string(), 106),
        ("where", json!({ "a": { "$inQuery": { "className": "Never" } } }).to_string(), 101),
        ("where", Value::Object(long).to_string(), 102),
        ("where", deep.to_string(), 102),
        ("order", "a;b".to_owned(), 105),
        ("order", "list".to_owned(), 102),
        ("order", "o".to_owned(), 102),
        ("order", ["a"; 9].join(","), 102),
        ("include", "a.b.c.d.e".to_owned(), 102),
        ("include", "a'".to_owned(), 105),
        ("limit", "-1".to_owned(), 107),
        ("skip", "x".to_owned(), 107),
    ] {
        let answer = find(&server, "C", &[(name, &value)]);
        let status = if code == 101 { 404 } else { 400 };
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (status, &json!(code)),
            "{name}={value}: {}",
            answer.json
        );
        let told = answer.text("error");
        assert!(told.len() > 10 && !told.contains("pL"), "{told}");
    }
    // Names of members are anything else, and are looked for as they are.
    for name in ["a'b", "x;--", "声", "a b", "a%", "1"] {
        let id = made(&server, "C", &json!({ "o": { name: { "x": 7 } } }));
        let filter = json!({ format!("o.{name}.x"): 7 }).to_string();
        let found = find(&server, "C", &[("where", &filter)]);
        assert_eq!(found.json["results"][0]["objectId"], id, "{name}: {}", found.json);
        assert_eq!(found.json["results"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn an_answer_has_a_largest_size() {
    let server = Server::in_memory();
    let big = "x".repeat(100_000);
    for i in 0..18 {
        let one = json!({ "method": "POST", "path": "/1.1/classes/Big", "body": { "i": i, "text": big } });
        let answer = server.master("POST", "/1.1/batch", &json!({ "requests": vec![one; 10] }));
        assert_eq!(answer.status, 200);
    }
    let answer = find(&server, "Big", &[("limit", "1000")]);
    assert_eq!((answer.status, &answer.json["code"]), (400, &json!(102)), "{}", answer.json);
    let part = find(&server, "Big", &[("limit", "150"), ("order", "-i")]);
    assert_eq!(part.json["results"].as_array().map(Vec::len), Some(150));
}

/// Conditions that take far longer than a second on very many objects.
fn long() -> String {
    let all: Vec<_> = (0..45).map(|i| json!({ "o.x": { "$ne": format!("{i}") } })).collect();
    json!({ "$and": all }).to_string()
}

#[test]
fn a_query_and_its_statement_end_at_the_deadline() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &["--query-timeout", "1"]);
    made(&server, "C", &json!({ "o": { "x": "y" } }));
    let hold = if on_postgres() {
        Some(hold(&folder))
    } else {
        fill(&folder);
        None
    };
    // As many as there are connections for queries, or more.
    thread::scope(|scope| {
        let ask = || find(&server, "C", &[("where", &long()), ("count", "1")]);
        let asked: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        for answer in asked {
            answer.join().unwrap().is_error(504, 124, TIMED_OUT);
        }
    });
    if let Some((mut session, mut orders)) = hold {
        // What waited for the lock is gone, though the lock is not.
        let active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FROM objects o %' AND pid <> pg_backend_pid()";
        while common::database::sql(&folder, active) != "0" {
            thread::yield_now();
        }
        orders.write_all(b"COMMIT;\n").unwrap();
        drop(orders);
        session.wait().unwrap();
    }
    // All connections are free again.
    for _ in 0..8 {
        let answer = find(&server, "C", &[("limit", "1")]);
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
}

#[test]
fn a_condition_keeps_no_other_change_waiting() {
    let server = Server::in_memory();
    let wanted: Vec<_> = (1000..1900).collect();
    let tags: Vec<_> = std::iter::repeat_n(0, 55_000).chain(wanted.iter().copied()).collect();
    let bag = made(&server, "Bag", &json!({ "tags": tags }));
    let other = made(&server, "Bag", &json!({}));
    let path = format!("/1.1/classes/Bag/{bag}");
    let costly = json!({ "tags": { "$all": wanted } }).to_string();
    let costly = with(&path, &[("where", &costly)]);
    let answers = [
        server.master("PUT", &costly, &json!({ "n": 1 })),
        server.master("DELETE", &costly, &Value::Null),
    ];
    if !on_postgres() {
        // There only one changes something at a time.
        answers.iter().for_each(|answer| answer.is_error(504, 124, TIMED_OUT));
        assert!(server.master("GET", &path, &Value::Null).json["n"].is_null());
    }
    let path = format!("/1.1/classes/Bag/{other}");
    assert_eq!(server.master("PUT", &path, &json!({ "n": 1 })).status, 200);
}

#[test]
fn lists_of_the_largest_size_are_looked_for() {
    let server = Server::in_memory();
    let all: Vec<_> = (0..1000).collect();
    made(&server, "Arr", &json!({ "tags": all, "text": "a\u{1}" }));
    let filter = json!({ "tags": { "$all": all } }).to_string();
    assert_eq!(values(&find(&server, "Arr", &[("where", &filter)]), "text").len(), 1);
    // No text has a U+0000, and who looks for one finds nothing.
    for pattern in ["\\x00", "^\\x00", "^a\\x{0}", "a\\x00b", "\0", "^a\0"] {
        let filter = json!({ "text": { "$regex": pattern } }).to_string();
        let found = find(&server, "Arr", &[("where", &filter)]);
        assert_eq!((found.status, &found.json["results"]), (200, &json!([])), "{pattern:?}");
    }
}

/// On PostgreSQL: a session that keeps everybody from the objects, and what it is given orders by.
fn hold(folder: &std::path::Path) -> (std::process::Child, std::process::ChildStdin) {
    let url = common::database::url(folder);
    let mut command: Command = private_postgres::shared().psql(&url);
    let mut session = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut orders = session.stdin.take().unwrap();
    orders.write_all(b"BEGIN; LOCK TABLE objects; SELECT 'locked';\n").unwrap();
    orders.flush().unwrap();
    let mut said = [0; 6];
    session.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    (session, orders)
}

/// On SQLite, where nobody waits for a lock: so many objects that it takes minutes to look at them
/// all.
fn fill(folder: &std::path::Path) {
    common::database::sql(
        folder,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) \
         INSERT INTO objects SELECT class, object_id || i, created_at, updated_at, acl, \
         public_read, data FROM objects, n",
    );
}
