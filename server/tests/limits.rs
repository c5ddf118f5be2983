//! How much one address may do: logins, new accounts, connections; and which address it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{Read as _, Write as _};
use std::path::Path;

use common::{Answer, Server, command, guest, read_all, refresh_path};

const TOO_MANY: &str = "Too many requests.";

fn start(more: &[&str]) -> Server {
    Server::start(Path::new(":memory:"), more)
}

/// A server behind a proxy on this machine: the test, which says whom it speaks for.
fn proxied(more: &[&str]) -> Server {
    start(&[&["--trusted-proxy", "127.0.0.1"], more].concat())
}

/// A guest's login, with this in X-Forwarded-For.
fn login(server: &Server, forwarded: &str, id: &str) -> Answer {
    let headers = [&server.client()[..], &[("X-Forwarded-For", forwarded)]].concat();
    server.send("POST", "/1.1/users", &headers, guest(id).to_string().as_bytes())
}

#[track_caller]
fn is_too_many(answer: &Answer) {
    answer.is_error(429, 429, TOO_MANY);
    let wait: u64 = answer.header("retry-after").expect("how long to wait").parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
}

#[test]
fn an_address_makes_so_many_accounts_and_knows_its_old_ones() {
    let server = proxied(&["--limit-signups", "3/h", "--limit-logins", "off"]);
    let mine = "203.0.113.9";
    for id in ["a", "b", "c"] {
        assert_eq!(login(&server, mine, id).status, 201);
        // A login of an account that is there costs nothing.
        assert_eq!(login(&server, mine, id).status, 200);
    }
    is_too_many(&login(&server, mine, "d"));
    for id in ["a", "b", "c"] {
        assert_eq!(login(&server, mine, id).status, 200, "players of before still log in");
    }
    let headers = [&server.client()[..], &[("X-Forwarded-For", mine)]].concat();
    let body = guest("d").to_string();
    let only_known = "/1.1/users?failOnNotExist=true";
    let nobody = server.send("POST", only_known, &headers, body.as_bytes());
    nobody.is_error(400, 211, "Could not find user.");
    let other_name = server.send("POST", "/1.1/classes/_User", &headers, body.as_bytes());
    is_too_many(&other_name);
    assert_eq!(login(&server, "203.0.113.10", "d").status, 201, "nothing was made before");
}

#[test]
fn many_first_logins_at_once_make_no_more_accounts_than_allowed() {
    let server = proxied(&["--limit-signups", "5/h"]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24)
            .map(|n| {
                let server = &server;
                scope.spawn(move || login(server, "203.0.113.9", &format!("guest {n}")).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let count = |status| statuses.iter().filter(|&&one| one == status).count();
    assert_eq!((count(201), count(429)), (5, 19), "{statuses:?}");
}

#[test]
fn every_try_of_a_credential_counts_as_a_login() {
    let server = proxied(&["--limit-logins", "6/h"]);
    let made = login(&server, "198.51.100.1", "me");
    let ask = |forwarded: &str, method: &str, path: &str| {
        let headers = [&server.client()[..], &[("X-Forwarded-For", forwarded)]].concat();
        server.send(method, path, &headers, b"")
    };
    let refresh = refresh_path(made.text("objectId"));
    let tries = [
        ("POST", "/1.1/users"),
        ("POST", "/1.1/classes/_User"),
        ("GET", "/1.1/users/me?session_token=guessed"),
        ("GET", "/1.1/classes/_User/me"),
        ("PUT", refresh.as_str()),
        ("PUT", "/1.1/users/nobody/refreshSessionToken"),
    ];
    for (method, path) in tries {
        assert_eq!(ask("203.0.113.9", method, path).status, 400, "{method} {path}");
    }
    for (method, path) in tries {
        is_too_many(&ask("203.0.113.9", method, path));
    }
    // The rest of the service, and the rest of the world, do not notice.
    assert_eq!(ask("203.0.113.9", "GET", "/1.1/date").status, 200);
    assert_eq!(ask("203.0.113.9", "GET", "/1.1/users/me/x").status, 404);
    assert_eq!(login(&server, "203.0.113.10", "me").status, 200);
}

#[test]
fn neither_strangers_nor_the_master_are_counted() {
    let server = proxied(&["--limit-logins", "1/h"]);
    let forwarded = ("X-Forwarded-For", "203.0.113.9");
    for _ in 0..5 {
        let wrong = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", "wrong"), forwarded];
        server.send("GET", "/1.1/users/me", &wrong, b"").is_error(401, 401, "Unauthorized.");
    }
    assert_eq!(login(&server, "203.0.113.9", "me").status, 201, "nothing was counted");
    is_too_many(&login(&server, "203.0.113.9", "me"));
    let key = format!("{},master", server.master_key);
    for _ in 0..5 {
        let master = [("X-LC-Id", server.app_id.as_str()), ("X-LC-Key", &key), forwarded];
        assert_eq!(server.send("GET", "/1.1/users/me", &master, b"").status, 400);
    }
}

#[test]
fn nobody_changes_its_address_by_a_header() {
    // Through the proxy, which adds the peer that it sees.
    let server = proxied(&["--limit-logins", "2/h"]);
    let statuses: Vec<_> = ["198.51.100.1", "127.0.0.1", "::1", "x, y", &"9,".repeat(9000)]
        .iter()
        .map(|lie| login(&server, &format!("{lie}, 203.0.113.9"), "me").status)
        .collect();
    assert_eq!(statuses, [201, 200, 429, 429, 429]);
    // And past it: whoever is no proxy is not believed at all.
    let server = start(&["--trusted-proxy", "192.0.2.1", "--limit-logins", "2/h"]);
    let statuses =
        ["198.51.100.1", "198.51.100.2", "192.0.2.1"].map(|lie| login(&server, lie, "me").status);
    assert_eq!(statuses, [201, 200, 429]);
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let server = proxied(&["--limit-signups", "2/h"]);
    assert_eq!(login(&server, "2001:db8:0:1::1", "a").status, 201);
    assert_eq!(login(&server, "[2001:db8:0:1:ffff::2]:4711", "b").status, 201);
    is_too_many(&login(&server, "2001:db8:0:1::3", "c"));
    assert_eq!(login(&server, "2001:db8:0:2::1", "c").status, 201);
}

#[test]
fn what_a_proxy_hands_on_breaks_nothing() {
    let server = proxied(&["--limit-logins", "100000/h"]);
    let line = format!("X-Forwarded-For: {}\r\n", "1.1.1.1, ".repeat(20));
    for forwarded in [
        "X-Forwarded-For:\r\n".to_owned(),
        "X-Forwarded-For: ,,,\r\n".to_owned(),
        "X-Forwarded-For: \u{ff}\u{fe}\r\n".to_owned(),
        format!("X-Forwarded-For: {}\r\n", "[".repeat(60_000)),
        format!("X-Forwarded-For: {}\r\n", "127.0.0.1,".repeat(6_000)),
        line.repeat(50),
    ] {
        let (app, key) = (&server.app_id, &server.app_key);
        let head = format!("Host: x\r\nX-LC-Id: {app}\r\nX-LC-Key: {key}\r\nConnection: close\r\n");
        let answer =
            server.raw(format!("GET /1.1/users/me HTTP/1.1\r\n{head}{forwarded}\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("211"), "{answer}");
    }
}

#[test]
fn there_are_limits_unless_they_are_switched_off() {
    let usual = proxied(&[]);
    let accounts = (0..1000).map(|n| login(&usual, "203.0.113.9", &format!("guest {n}")));
    let refused = accounts.enumerate().find(|(_, answer)| answer.status != 201);
    let (made, refusal) = refused.expect("no limit of new accounts");
    is_too_many(&refusal);
    assert!((60..65).contains(&made), "{made} accounts");

    let headers = [&usual.client()[..], &[("X-Forwarded-For", "203.0.113.10")]].concat();
    let tries = (0..100_000).map(|_| usual.send("GET", "/1.1/users/me", &headers, b"").status);
    let tried = tries.take_while(|&status| status == 400).count();
    assert!((120..100_000).contains(&tried), "{tried} logins");

    let off = proxied(&["--limit-signups", "off", "--limit-logins", "off"]);
    for n in 0..200 {
        assert_eq!(login(&off, "203.0.113.9", &format!("guest {n}")).status, 201);
    }
}

#[test]
fn this_machine_and_development_have_limits_only_when_they_are_asked_for() {
    let fill = |server: &Server| {
        (0..150).map(|n| login(server, "203.0.113.9", &format!("guest {n}")).status).collect()
    };
    let never = vec![201; 150];
    assert_eq!(fill(&start(&[])), never, "a caller on this machine");
    assert_eq!(fill(&proxied(&["--dev"])), never, "development");
    for dev in [&[][..], &["--dev"]] {
        let asked: Vec<u16> = fill(&start(&[dev, &["--limit-signups", "2/h"]].concat()));
        assert_eq!(asked[..4], [201, 201, 429, 429]);
        let asked: Vec<u16> = fill(&start(&[dev, &["--limit-logins", "2/h"]].concat()));
        assert_eq!(asked[..4], [201, 201, 429, 429]);
    }
}

#[test]
fn a_forgotten_proxy_is_told_of_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("log");
    let said = |more: &[&str]| {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data", ":memory:"]).args(more);
        command.stderr(std::fs::File::create(&log).unwrap());
        let server = Server::spawn(command);
        assert_eq!(server.guest("direct").status, 201);
        for id in ["a", "b", "c"] {
            assert_eq!(login(&server, "203.0.113.9", id).status, 201);
        }
        drop(server);
        std::fs::read_to_string(&log).unwrap().matches("--trusted-proxy").count()
    };
    assert_eq!(said(&[]), 1);
    assert_eq!(said(&["--trusted-proxy", "127.0.0.1"]), 0);
}

#[test]
fn an_address_holds_so_many_connections() {
    let server = start(&["--connections-per-address", "2"]);
    let ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut held = [server.connect(), server.connect()];
    for stream in &mut held {
        stream.write_all(ask).unwrap();
        stream.read_exact(&mut [0; 15]).unwrap();
    }
    let mut third = server.connect();
    // The server may be faster, and then what is written is refused.
    let _ = third.write_all(ask);
    let mut answer = Vec::new();
    let _ = third.read_to_end(&mut answer);
    assert_eq!(answer, b"", "a third connection was served");
    drop(held);
    // When the server has noticed, there is room again.
    let again = (0..10_000).any(|_| {
        let mut stream = server.connect();
        let _ = stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer.starts_with(b"HTTP/1.0 200 ") || answer.starts_with(b"HTTP/1.1 200 ")
    });
    assert!(again);
    // Nobody asked for it here, and the proxy has everybody's.
    for more in [&[][..], &["--connections-per-address", "2", "--trusted-proxy", "127.0.0.1"]] {
        let server = start(more);
        let held: Vec<_> = (0..150).map(|_| server.connect()).collect();
        let mut last = server.connect();
        last.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        assert!(read_all(&mut last).starts_with("HTTP/1.1 200 "));
        drop(held);
    }
}
