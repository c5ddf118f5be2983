//! What can happen to the one file that SQLite keeps everything in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::process::Command;

use common::{Server, command, data, refused};

#[test]
fn a_full_disk_is_503_and_costs_nobody_a_session() {
    let (_temporary, folder) = data();
    drop(Server::start(&folder, &[]));
    // The limit stands for a full disk; the signal that comes with it would end the process.
    let mut limited = Command::new("sh");
    limited.arg("-c").arg("trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"");
    limited.arg(env!("CARGO_BIN_EXE_tdsauth-server"));
    limited.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "off", "--data"]);
    let server = {
        limited.arg(&folder);
        Server::spawn(limited)
    };
    let mut sessions = Vec::new();
    let full = loop {
        let guest = format!("guest {}", sessions.len());
        let made = server.guest(&guest);
        if made.status != 201 {
            break made;
        }
        sessions.push((guest, made.text("sessionToken").to_owned()));
        assert!(sessions.len() < 5000, "the disk never got full");
    };
    full.is_error(503, 503, "The service is not available now.");
    for (_, token) in &sessions {
        assert_eq!(server.get("/1.1/users/me", Some(token)).status, 200);
    }
    server.signal("-TERM");
    server.wait();

    let server = Server::start(&folder, &[]);
    for (guest, token) in &sessions {
        let known = server.guest(guest);
        assert_eq!((known.status, known.text("sessionToken")), (200, token.as_str()));
    }
    let refused = format!("guest {}", sessions.len());
    assert_eq!(server.guest(&refused).status, 201, "what was refused was not done");
}

#[test]
fn a_database_that_is_none_is_refused_and_left_as_it_is() {
    let (_temporary, folder) = data();
    drop(Server::start(&folder, &[]));
    for name in ["tdsauth.db-wal", "tdsauth.db-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let database = folder.join("tdsauth.db");
    fs::write(&database, "this is no database, and is left as it is").unwrap();
    let mut start = command();
    start.args(["--listen", "127.0.0.1:0", "--data"]).arg(&folder);
    let said = refused(start);
    assert!(said.contains("not a database"), "{said}");
    let left = fs::read_to_string(&database).unwrap();
    assert_eq!(left, "this is no database, and is left as it is");
}
