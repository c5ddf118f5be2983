//! A player of the official C# SDK updates the game: the same account, in the first frame.

#![cfg(feature = "tls")]

use std::fs;
use std::path::Path;

use crate::common::client::{Client, Setup, take_object};
use crate::common::{folder, server};
use crate::options::log_lines;

const GUEST: &str = include_str!("../fixtures/csharp-sdk/guest.userdata");
const GUEST_ID: &str = include_str!("../fixtures/csharp-sdk/guest.anonymousdata");

/// A folder as the official SDK leaves it: who is logged in, and the guest id.
fn official(user: Option<&str>, guest: Option<&str>) -> tempfile::TempDir {
    let official = folder();
    for (name, text) in [(".userdata", user), (".anonymousdata", guest)] {
        if let Some(text) = text {
            fs::write(official.path().join(name), text).expect("written");
        }
    }
    official
}

fn setup(own: &Path, official: &Path) -> Setup {
    let import_path = official.to_str().expect("UTF-8").to_owned();
    Setup { import_path, ..Setup::new(server::shared(), own) }
}

/// The fixture, of an account that the server has.
fn row_of(id: &str, token: &str) -> String {
    GUEST.replace("5f0a1b2c3d4e5f6a7b8c9d0e", id).replace("anmlwi96s381m6ca7o7266pzf", token)
}

/// Logs in as the guest of this id; gives the account, and whether it is new.
fn guest(client: &Client) -> (String, bool) {
    let request = client.login_anonymously();
    let made = client.succeed(request).value == 1;
    (take_object(request, 0).expect("the user").id(), made)
}

/// The account of the official SDK's time, made without our library.
fn made_on_the_server(guest_id: &str) -> String {
    use std::io::{Read, Write};
    let server = server::shared();
    let host = server.url.strip_prefix("http://").expect("plain http");
    let body = serde_json::json!({"authData": {"anonymous": {"id": guest_id}}}).to_string();
    let head = format!(
        "POST /1.1/users HTTP/1.1\r\nHost: {host}\r\nX-LC-Id: {}\r\nX-LC-Key: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        server.app_id,
        server.app_key,
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(host).expect("the server");
    stream.write_all((head + &body).as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let row: serde_json::Value = serde_json::from_str(body).expect("JSON");
    row["objectId"].as_str().expect("an id").to_owned()
}

#[test]
fn the_session_that_was_taken_over_is_good_and_costs_no_request_at_first() {
    let before = folder();
    let user = Setup::new(server::shared(), before.path()).open().guest();
    let row = row_of(&user.id(), &user.token());
    let (own, official) = (folder(), official(Some(&row), Some(GUEST_ID)));
    let setup = setup(own.path(), official.path());
    let client = setup.open();
    let taken = client.current_user().expect("in the first frame");
    assert_eq!((taken.id(), taken.token()), (user.id(), user.token()));
    assert_eq!(taken.str("createdAt").as_deref(), Ok("2021-03-04T05:06:07.890Z"));
    assert!(taken.str("className").is_err() && taken.str("__type").is_err());
    let stats = client.stats();
    assert_eq!((stats.http_sent, stats.threads), (0, 0), "nothing was asked, nothing was stored");
    assert_eq!(client.succeed(client.is_authenticated(0)).value, 1, "/users/me knows the session");
    client.succeed(client.refresh_session_token(0));
    let token = client.current_user().expect("the user").token();
    assert_ne!(token, user.token());
    drop(client);
    // The old file has a dead token now, and is not looked at again.
    assert_eq!(setup.open().current_user().expect("our own").token(), token);
    assert_eq!(fs::read_to_string(official.path().join(".userdata")).expect("it stays"), row);
}

#[test]
fn a_guest_of_any_id_finds_the_same_account() {
    let long = "x".repeat(400);
    for id in [
        GUEST_ID,
        "1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED",
        &long,
        "游客一号",
        "\u{feff}byte order mark",
        " \"\\/<&%41> ",
    ] {
        let account = made_on_the_server(id);
        let (own, theirs) = (folder(), official(None, Some(id)));
        let client = setup(own.path(), theirs.path()).open();
        assert_eq!(guest(&client), (account.clone(), false), "{id:?}");
        drop(client);
        // From our own folder, the import gone.
        fs::remove_file(theirs.path().join(".anonymousdata")).expect("removed");
        let client = Setup::new(server::shared(), own.path()).open();
        assert_eq!(guest(&client), (account, false), "{id:?}");
    }
}

#[test]
fn a_logout_is_the_end_of_what_was_taken_over() {
    let row = row_of("5f0a1b2c3d4e5f6a7b8c9d0e", "anmlwi96s381m6ca7o7266pzf");
    let (own, official) = (folder(), official(Some(&row), Some(GUEST_ID)));
    let setup = setup(own.path(), official.path());
    let client = setup.open();
    assert_eq!(client.succeed(client.logout(false)).value, 1, "there was somebody");
    assert!(client.current_user().is_none());
    drop(client);
    assert!(setup.open().current_user().is_none(), "nobody comes back");
    assert!(official.path().join(".userdata").exists(), "but the file stays");
}

#[test]
fn a_damaged_file_is_a_line_in_the_log_and_the_guest_is_there() {
    let (own, official) = (folder(), official(Some(&GUEST[..300]), Some("a guest of old times")));
    let client = setup(own.path(), official.path()).open();
    assert!(client.current_user().is_none());
    let lines = log_lines(&client);
    let [(3, line)] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.contains(".userdata") && !line.contains("anmlwi96s381m6ca7o7266pzf"), "{line}");
    let made = guest(&client);
    let elsewhere = folder();
    let alone = self::official(None, Some("a guest of old times"));
    let same = guest(&setup(elsewhere.path(), alone.path()).open());
    assert_eq!((same.0, same.1), (made.0, false));
}
