//! What was acknowledged stays: over kill -9, over the end of the process, and once only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::io::{ErrorKind, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use common::{Server, data, guest, read_all};

/// An acknowledged session: guest, object id and token.
type Session = (String, String, String);

#[test]
fn acknowledged_writes_survive_kill_9() {
    let (_temporary, folder) = data();
    let mut sessions: Vec<Session> = Vec::new();
    for round in 0..12_u32 {
        let server = Server::start(&folder, &[]);
        for (guest, id, token) in &sessions {
            let me = server.get("/1.1/users/me", Some(token));
            assert_eq!(me.status, 200, "round {round}: the session of {guest} is gone");
            assert_eq!(me.text("objectId"), id);
        }
        let again = sessions.first().map(|(guest, ..)| server.guest(guest));
        for (again, (_, id, token)) in again.iter().zip(&sessions) {
            assert_eq!((again.text("objectId"), again.text("sessionToken")), (&**id, &**token));
        }
        sessions = write_until_killed(server, round, sessions);
    }
    assert!(sessions.len() > 100);
}

/// Makes guests and refreshes sessions from several threads and kills the server in the middle.
/// Gives every session that was acknowledged, and none that was not.
fn write_until_killed(server: Server, round: u32, sessions: Vec<Session>) -> Vec<Session> {
    let before = sessions.len();
    let acknowledged = Mutex::new(sessions);
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for writer in 0..6 {
            let (server, acknowledged, count) = (&server, &acknowledged, &count);
            scope.spawn(move || {
                for turn in 0.. {
                    let guest = format!("round {round} writer {writer} turn {turn}");
                    let Some(session) = session(server, &guest, turn % 5 == 0) else {
                        return;
                    };
                    acknowledged.lock().unwrap().push(session);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while count.load(Ordering::Relaxed) < 10 + round {
            thread::yield_now();
        }
        server.signal("-KILL");
    });
    assert!(!server.wait().success());
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > before);
    acknowledged
}

/// Logs in and, if asked, refreshes; `None` once the server is gone. A login whose refresh was
/// not acknowledged is left out: nobody was told which of the two tokens is the valid one.
fn session(server: &Server, guest_id: &str, refresh: bool) -> Option<Session> {
    let client = server.client();
    let body = guest(guest_id).to_string();
    let made = server.try_send("POST", "/1.1/users", &client, body.as_bytes()).ok()?;
    assert_eq!(made.status, 201);
    let (id, mut token) = (made.text("objectId").to_owned(), made.text("sessionToken").to_owned());
    if refresh {
        let headers = [&client[..], &[("X-LC-Session", token.as_str())]].concat();
        let fresh = server.try_send("PUT", &common::refresh_path(&id), &headers, b"").ok()?;
        assert_eq!(fresh.status, 200);
        token = fresh.text("sessionToken").to_owned();
    }
    Some((guest_id.to_owned(), id, token))
}

#[test]
fn sixty_four_first_logins_of_one_guest_at_once_make_one_account() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    for guest in ["one", "two", "three"] {
        let answers: Vec<_> = thread::scope(|scope| {
            let logins: Vec<_> = (0..64).map(|_| scope.spawn(|| server.guest(guest))).collect();
            logins.into_iter().map(|login| login.join().unwrap()).collect()
        });
        let created: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(created.len(), 1);
        for answer in &answers {
            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
            for name in ["objectId", "sessionToken", "username", "createdAt"] {
                assert_eq!(answer.text(name), created[0].text(name));
            }
        }
    }
}

#[test]
fn refreshes_at_once_leave_one_valid_token_that_everybody_gets() {
    let (_temporary, folder) = data();
    let server = Server::start(&folder, &[]);
    let made = server.guest("me");
    let (id, old) = (made.text("objectId"), made.text("sessionToken"));
    let tokens: Vec<String> = thread::scope(|scope| {
        let refreshes: Vec<_> = (0..16).map(|_| scope.spawn(|| server.refresh(id, old))).collect();
        let answers = refreshes.into_iter().map(|refresh| refresh.join().unwrap());
        answers.map(|answer| answer.text("sessionToken").to_owned()).collect()
    });
    assert!(tokens.iter().all(|token| token == &tokens[0]));
    assert_eq!(server.get("/1.1/users/me", Some(&tokens[0])).status, 200);
}

#[test]
fn sigterm_and_sigint_finish_the_request_that_runs_and_exit_0() {
    for signal in ["-TERM", "-INT"] {
        let (_temporary, folder) = data();
        let server = Server::start(&folder, &[]);
        let idle = server.connect();
        let body = guest("in flight").to_string();
        let (first, rest) = body.split_at(10);
        let mut running = server.connect();
        let head = format!(
            "POST /1.1/users HTTP/1.1\r\nHost: x\r\nX-LC-Id: {}\r\nX-LC-Key: {}\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            server.app_id,
            server.app_key,
            body.len()
        );
        running.write_all(head.as_bytes()).unwrap();
        // The leave to go on shows that the request runs.
        let mut leave = [0; 25];
        std::io::Read::read_exact(&mut running, &mut leave).unwrap();
        running.write_all(first.as_bytes()).unwrap();

        server.signal(signal);
        let error = until_nobody_listens(server.address());
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        running.write_all(rest.as_bytes()).unwrap();
        let answer = read_all(&mut running);
        assert!(answer.starts_with("HTTP/1.1 201 "), "{signal}: {answer}");
        let status = server.wait();
        assert_eq!(status.code(), Some(0), "{signal}");
        drop(idle);

        // What it made is there, and the log of SQLite was folded into the one file.
        assert!(!folder.join("tdsauth.db-wal").exists());
        assert_eq!(Server::start(&folder, &[]).guest("in flight").status, 200);
    }
}

/// Connects until that fails.
fn until_nobody_listens(address: &str) -> std::io::Error {
    loop {
        match TcpStream::connect(address) {
            Ok(_) => thread::yield_now(),
            // It was in the queue of a listener that has just gone.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => thread::yield_now(),
            Err(error) => return error,
        }
    }
}
