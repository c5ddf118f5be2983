//! The file of the seal key: made once, and never for a database that has another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::apple::{StudioKey, upload};
use common::{SEAL_KEY, Server, TEST_KEY, chmod, command, data, refused};

fn start(folder: &Path, more: &[&str]) -> Command {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "off", "--data"]);
    command.arg(folder).args(more);
    command
}

/// The one line of a server that refuses.
fn line(command: Command) -> String {
    let said = refused(command);
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    chmod(path, 0o600);
}

#[test]
fn without_its_key_or_with_another_one_a_database_is_left_alone() {
    let (_temporary, folder) = data();
    let made = Server::start(&folder, &[]).guest("me");
    let key = folder.join("seal_key");
    let own = fs::read_to_string(&key).unwrap();
    assert_eq!(own.trim().len(), 64);

    fs::remove_file(&key).unwrap();
    assert!(line(start(&folder, &[])).contains("seal_key is missing"));
    // Nor does uploading a key of Apple's make one.
    let uploaded = upload(&folder, &StudioKey::new().pem);
    assert!(!uploaded.status.success());
    assert!(String::from_utf8(uploaded.stderr).unwrap().contains("seal_key is missing"));
    assert!(!key.exists() && !folder.join("apple_key.p8").exists());
    for wrong in ["", "no key at all", &own.trim()[..63], &format!("{}00", own.trim())] {
        write(&key, wrong);
        let said = line(start(&folder, &[]));
        assert!(said.contains("64 hexadecimal digits") && said.contains("seal_key"), "{said}");
    }
    write(&key, TEST_KEY);
    let said = line(start(&folder, &[]));
    assert!(said.contains("sealed under another key") && !said.contains(TEST_KEY), "{said}");
    assert_eq!(fs::read_to_string(&key).unwrap(), TEST_KEY, "it was left as it was");

    write(&key, &own);
    let server = Server::start(&folder, &[]);
    assert_eq!(server.guest("me").text("sessionToken"), made.text("sessionToken"));
}

#[test]
fn a_key_may_lie_elsewhere_or_in_the_environment_and_the_option_decides() {
    let (temporary, folder) = data();
    let file = temporary.path().join("key");
    let option = ["--seal-key", file.to_str().unwrap()];
    assert!(line(start(&folder, &option)).contains("there is no such file"));
    write(&file, TEST_KEY);
    chmod(&file, 0o640);
    assert!(line(start(&folder, &option)).contains("others"));
    chmod(&file, 0o600);

    let mut first = start(&folder, &option);
    first.env(SEAL_KEY, "5a".repeat(32));
    let made = Server::spawn(first).guest("me");
    assert_eq!(made.status, 201);
    assert!(!folder.join("seal_key").exists());
    let mut second = start(&folder, &[]);
    second.env(SEAL_KEY, TEST_KEY);
    let known = Server::spawn(second).guest("me");
    assert_eq!(known.text("sessionToken"), made.text("sessionToken"));
    assert!(line(start(&folder, &[])).contains("seal_key is missing"));
    let mut wrong = start(&folder, &[]);
    wrong.env(SEAL_KEY, "5a".repeat(32));
    assert!(line(wrong).contains("sealed under another key than TDSAUTH_SEAL_KEY"));
}
