//! Changes of one object by many at once: none is lost, and none is done twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use common::Server;
use serde_json::{Value, json};

const CLIENTS: usize = 64;

fn leancloud(data: &Path) -> Server {
    Server::start(data, &["--policy", "leancloud"])
}

#[track_caller]
fn made(server: &Server, body: &Value) -> String {
    let made = server.post("/1.1/classes/C", body);
    assert_eq!(made.status, 201, "{}", made.json);
    format!("/1.1/classes/C/{}", made.text("objectId"))
}

/// Has so many clients do something at once; what each of them says.
fn at_once<T: Send>(clients: usize, each: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(clients);
    let work = |client| {
        start.wait();
        each(client)
    };
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> =
            (0..clients).map(|client| scope.spawn(move || work(client))).collect();
        running.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

/// Reads one answer to its end; its first line.
fn status(connection: &mut BufReader<TcpStream>) -> String {
    let (mut first, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        assert!(connection.read_line(&mut line).unwrap() > 0, "it was cut off");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if first.is_empty() {
            line.clone_into(&mut first);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    connection.read_exact(&mut vec![0; length]).unwrap();
    first
}

#[test]
fn sixty_four_clients_that_each_add_a_thousand_times_lose_nothing() {
    const EACH: usize = 1000;
    let server = leancloud(Path::new(":memory:"));
    let path = made(&server, &json!({ "n": 0 }));
    let one = json!({ "n": { "__op": "Increment", "amount": 1 } });
    let body = one.to_string();
    let request = format!(
        "PUT {path} HTTP/1.1\r\nHost: {}\r\nX-LC-Id: {}\r\nX-LC-Key: {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        server.address(),
        server.app_id,
        server.app_key,
        body.len(),
    );
    at_once(CLIENTS, |_| {
        let mut connection = BufReader::new(server.connect());
        for _ in 0..EACH {
            connection.get_mut().write_all(request.as_bytes()).unwrap();
            assert_eq!(status(&mut connection), "HTTP/1.1 200 OK");
        }
    });
    assert_eq!(server.get(&path, None).json["n"], CLIENTS * EACH);
}

#[test]
fn each_member_comes_into_a_list_once() {
    let server = leancloud(Path::new(":memory:"));
    let path = made(&server, &json!({ "list": [] }));
    at_once(CLIENTS, |client| {
        for n in 0..8 {
            let op = json!({ "__op": "AddUnique", "objects": [n, format!("{}", client % 8)] });
            let put = server.ask("PUT", &path, None, &json!({ "list": op }));
            assert_eq!(put.status, 200, "{}", put.json);
        }
    });
    let list = server.get(&path, None).json["list"].as_array().unwrap().clone();
    let different: BTreeSet<_> = list.iter().map(Value::to_string).collect();
    assert_eq!((list.len(), different.len()), (16, 16), "{list:?}");
}

#[test]
fn a_condition_lets_one_of_many_through() {
    let server = leancloud(Path::new(":memory:"));
    let path = made(&server, &json!({ "left": 5 }));
    let mut some = form_urlencoded::Serializer::new(format!("{path}?"));
    some.append_pair("where", &json!({ "left": { "$gt": 0 } }).to_string());
    let some = some.finish();
    let take = json!({ "left": { "__op": "Decrement", "amount": 1 } });
    let taken = at_once(CLIENTS, |_| {
        let answer = server.ask("PUT", &some, None, &take);
        assert!(answer.status == 200 || answer.json["code"] == 305, "{}", answer.json);
        answer.status == 200
    });
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 5);
    assert_eq!(server.get(&path, None).json["left"], 0);
}

#[test]
fn a_bad_change_spoils_none_that_waits_with_it() {
    let server = leancloud(Path::new(":memory:"));
    let path = made(&server, &json!({ "n": 0, "list": [] }));
    at_once(CLIENTS, |client| {
        for _ in 0..10 {
            let (body, status) = match client % 4 {
                // The first of these keys fixes its type, and those of the other are refused.
                0 => (json!({ "late": "text" }), None),
                1 => (json!({ "late": 1 }), None),
                2 => (json!({ "n": "x" }), Some(400)),
                _ => (json!({ "n": { "__op": "Increment", "amount": 1 } }), Some(200)),
            };
            let answer = server.ask("PUT", &path, None, &body);
            match status {
                Some(status) => assert_eq!(answer.status, status, "{}", answer.json),
                None => assert!(answer.status == 200 || answer.json["code"] == 111),
            }
        }
    });
    assert_eq!(server.get(&path, None).json["n"], CLIENTS / 4 * 10);
}

#[test]
fn of_two_types_that_come_at_once_one_is_that_of_the_key() {
    let server = leancloud(Path::new(":memory:"));
    for round in 0..20 {
        let (class, key) = (format!("/1.1/classes/C{}", round / 4), format!("k{round}"));
        let answers = at_once(8, |client| {
            let value = if client % 2 == 0 { json!(1) } else { json!("text") };
            let answer = server.post(&class, &json!({ &key: value }));
            assert!(answer.status == 201 || answer.json["code"] == 111, "{}", answer.json);
            (client % 2, answer.status == 201)
        });
        let kinds: BTreeSet<_> =
            answers.iter().filter(|(_, made)| *made).map(|(kind, _)| *kind).collect();
        assert_eq!(kinds.len(), 1, "{answers:?}");
        let lost = answers.iter().filter(|(kind, made)| kinds.contains(kind) && !made).count();
        assert_eq!(lost, 0, "all of the type that came first are made: {answers:?}");
    }
}

#[test]
fn of_roles_of_one_name_one_is_made() {
    let server = leancloud(Path::new(":memory:"));
    for round in 0..5 {
        let body = json!({ "name": format!("staff{round}"), "ACL": {} });
        let made = at_once(8, |_| {
            let answer = server.post("/1.1/roles", &body);
            assert!(answer.status == 201 || answer.json["code"] == 137, "{}", answer.json);
            answer.status == 201
        });
        assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    }
}

#[test]
fn an_object_that_is_deleted_while_it_is_changed_does_not_come_back() {
    let server = leancloud(Path::new(":memory:"));
    for _ in 0..5 {
        let path = made(&server, &json!({ "n": 0 }));
        at_once(8, |client| {
            for _ in 0..10 {
                let (method, body) = match client {
                    0 => ("DELETE", Value::Null),
                    _ => ("PUT", json!({ "n": { "__op": "Increment", "amount": 1 } })),
                };
                let answer = server.ask(method, &path, None, &body);
                assert!(answer.status == 200 || answer.json["code"] == 1, "{}", answer.json);
            }
        });
        assert_eq!(server.get(&path, None).json, json!({}));
    }
}

/// On SQLite this is one file with one server.
#[cfg(unix)]
#[test]
fn servers_that_share_a_database_count_together() {
    if !common::on_postgres() {
        return;
    }
    let (_temporary, folder) = common::data();
    let servers = [leancloud(&folder), leancloud(&folder)];
    let path = made(&servers[0], &json!({ "n": 0 }));
    let one = json!({ "n": { "__op": "Increment", "amount": 1 } });
    at_once(16, |client| {
        for _ in 0..50 {
            let put = servers[client % 2].ask("PUT", &path, None, &one);
            assert_eq!(put.status, 200, "{}", put.json);
        }
    });
    assert_eq!(servers[1].get(&path, None).json["n"], 16 * 50);
}
