//! TLS by certificate files: what is spoken, what is refused, and how the files are replaced.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use common::tls::{self, Files, Identity, address, ask, connect};
use common::{HANG, Server, chmod, guest, refused};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A guest's login, as a copy of the game sends it.
fn login(server: &Server, id: &str) -> String {
    let body = guest(id).to_string();
    let (app, key, length) = (&server.app_id, &server.app_key, body.len());
    format!(
        "POST /1.1/users HTTP/1.1\r\nHost: localhost\r\nX-LC-Id: {app}\r\nX-LC-Key: {key}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn both_versions_are_spoken_and_http_1_on_top() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let server = Server::spawn(files.command(&[]));
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    for version in rustls::ALL_VERSIONS {
        let mut line = connect(&server, &[&identity], &[version]).unwrap();
        assert_eq!(line.conn.protocol_version(), Some(version.version));
        assert_eq!(line.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        // One connection serves several requests.
        assert!(ask(&mut line, HEALTH).0.starts_with("HTTP/1.1 200 "));
        let (head, body) = ask(&mut line, &login(&server, &format!("{version:?}")));
        assert!(head.starts_with("HTTP/1.1 201 ") && body.contains("sessionToken"), "{head}");
    }
}

#[test]
fn who_does_not_know_the_certificate_does_not_connect() {
    let files = Files::of(&Identity::new());
    let server = Server::spawn(files.command(&[]));
    let error = connect(&server, &[&Identity::new()], rustls::ALL_VERSIONS).unwrap_err();
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
}

#[test]
fn what_is_not_tls_gets_nothing_and_the_server_goes_on() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let server = Server::spawn(files.command(&[]));
    for bytes in [HEALTH.as_bytes(), b"", b"\x16\x03\x01\xff\xff", &[0; 70_000]] {
        let mut stream = TcpStream::connect(address(&server)).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
    }
    let mut line = connect(&server, &[&identity], rustls::ALL_VERSIONS).unwrap();
    assert!(ask(&mut line, HEALTH).0.starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_silent_handshake_ends() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    // Every other deadline is far longer than the test waits.
    let server = Server::spawn(files.command(&[
        "--handshake-timeout",
        "1",
        "--header-timeout",
        "600",
        "--max-connections",
        "1",
    ]));
    let mut silent = TcpStream::connect(address(&server)).unwrap();
    silent.set_read_timeout(Some(HANG)).unwrap();
    assert_eq!(silent.read_to_end(&mut Vec::new()).unwrap(), 0);
    // It also held the only place, which is free now.
    let mut line = connect(&server, &[&identity], rustls::ALL_VERSIONS).unwrap();
    assert!(ask(&mut line, HEALTH).0.starts_with("HTTP/1.1 200 "));
}

#[test]
fn files_that_are_no_certificate_and_key_are_refused_by_name() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let start = || refused(files.command(&[]));
    let (certificate, key) = (&files.certificate, &files.key);

    for (file, text, words) in [
        (certificate, "", "holds no certificate"),
        (certificate, "-----BEGIN CERTIFICATE-----\n!\n", "holds no certificate"),
        (certificate, &*identity.key, "holds no certificate"),
        (key, "", "holds no private key"),
        (key, &*identity.certificate, "holds no private key"),
        (key, &*Identity::new().key, "is not the key of"),
    ] {
        tls::write(file, text);
        let said = start();
        assert!(said.contains(file.to_str().unwrap()) && said.contains(words), "{said}");
        files.put(&identity);
    }
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    tls::write(certificate, broken);
    assert!(start().contains(certificate.to_str().unwrap()));

    for file in [certificate, key] {
        std::fs::remove_file(file).unwrap();
        let said = start();
        assert!(said.contains(file.to_str().unwrap()), "{said}");
        files.put(&identity);
    }
}

#[test]
fn a_key_that_others_may_read_is_refused_and_a_certificate_is_for_all() {
    let files = Files::of(&Identity::new());
    chmod(&files.certificate, 0o644);
    for open in [0o640, 0o604, 0o660] {
        chmod(&files.key, open);
        let said = refused(files.command(&[]));
        assert!(said.contains("key.pem") && said.contains("others"), "{said}");
    }
    chmod(&files.key, 0o400);
    drop(Server::spawn(files.command(&[])));
}

#[test]
fn a_development_server_takes_no_certificate() {
    let files = Files::of(&Identity::new());
    for dev in ["--dev", "--dev-lan"] {
        assert!(refused(files.command(&[dev])).contains("--tls-cert"));
    }
}

#[test]
fn a_silent_handshake_does_not_keep_the_server_from_ending() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let log = files.folder.path().join("log");
    let mut command = files.command(&["--handshake-timeout", "600"]);
    command.stderr(std::fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let silent = TcpStream::connect(address(&server)).unwrap();
    // Connections are taken in order: when this one is served, the silent one was taken.
    let mut line = connect(&server, &[&identity], rustls::ALL_VERSIONS).unwrap();
    ask(&mut line, HEALTH);
    server.signal("-TERM");
    assert!(server.wait().success());
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(!said.contains("did not finish in time"), "{said}");
    drop(silent);
}

/// A server whose log is read.
fn logged(files: &Files) -> (Server, impl FnMut(&str)) {
    let mut command = files.command(&["--log", "info"]);
    let (log, theirs) = std::io::pipe().unwrap();
    command.stderr(Stdio::from(theirs));
    let server = Server::spawn(command);
    let mut lines = BufReader::new(log).lines();
    let wait_for = move |words: &str| {
        let found = lines.by_ref().map(Result::unwrap).find(|line| line.contains(words));
        assert!(found.is_some(), "the log ended without {words}");
    };
    (server, wait_for)
}

#[test]
fn a_hangup_reads_the_files_again_and_drops_nobody() {
    let [first, second] = [Identity::new(), Identity::new()];
    let files = Files::of(&first);
    let (server, mut wait_for) = logged(&files);
    let connect = |identity| connect(&server, &[identity], rustls::ALL_VERSIONS);
    let mut early = connect(&first).unwrap();
    ask(&mut early, HEALTH);

    files.put(&second);
    server.signal("-HUP");
    wait_for("read again");
    let mut late = connect(&second).unwrap();
    assert_eq!(late.conn.peer_certificates().unwrap(), [second.der()]);
    assert!(connect(&first).is_err(), "the former certificate is still shown");
    for line in [&mut early, &mut late] {
        assert!(ask(line, HEALTH).0.starts_with("HTTP/1.1 200 "));
    }

    // What is wrong changes nothing: a key of another certificate, no file, one for all to read.
    tls::write(&files.key, &first.key);
    server.signal("-HUP");
    wait_for("is not the key of");
    std::fs::remove_file(&files.certificate).unwrap();
    server.signal("-HUP");
    wait_for("cert.pem");
    files.put(&first);
    chmod(&files.key, 0o644);
    server.signal("-HUP");
    wait_for("others may read");
    let mut still = connect(&second).unwrap();
    for line in [&mut early, &mut late, &mut still] {
        assert!(ask(line, HEALTH).0.starts_with("HTTP/1.1 200 "));
    }

    chmod(&files.key, 0o600);
    server.signal("-HUP");
    wait_for("read again");
    connect(&first).unwrap();
}

#[test]
fn the_log_holds_nothing_of_the_key() {
    let identity = Identity::new();
    let files = Files::of(&identity);
    let mut command = files.command(&["--log", "trace"]);
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut said: Vec<String> = Vec::new();
    while !said.last().is_some_and(|line| line.contains("listening")) {
        said.push(log.next().unwrap());
    }
    // The damaged key names its file and no more.
    let lines: Vec<_> = identity.key.lines().collect();
    tls::write(&files.key, &lines[..lines.len() - 1].join("\n"));
    let hangup = ["-HUP", &child.id().to_string()];
    assert!(std::process::Command::new("kill").args(hangup).status().unwrap().success());
    while !said.last().is_some_and(|line| line.contains("former certificate stays")) {
        said.push(log.next().unwrap());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let said = said.join("\n");
    for line in lines.iter().filter(|line| !line.starts_with("---")) {
        assert!(!said.contains(line), "{said}");
    }
}
