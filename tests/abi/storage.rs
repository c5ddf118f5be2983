//! What is remembered, as the game hears of it: damage, a newer version, a folder that is no good.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::api;
use crate::common::client::Setup;
use crate::common::{folder, host};

/// The folder of the app's only profile below `root`.
fn profile(root: &Path) -> PathBuf {
    let only = |folder: &Path| {
        let mut entries = fs::read_dir(folder).expect("a folder").flatten();
        let entry = entries.next().expect("one folder").path();
        assert!(entries.next().is_none());
        entry
    };
    only(&only(root))
}

fn logged_in(setup: &Setup) {
    let client = setup.open();
    host::log_in(&client, "a", "the-token");
}

fn guest_id(setup: &Setup) -> String {
    let client = setup.open();
    client.login_anonymously();
    let body: serde_json::Value = serde_json::from_str(&host::request(&client).body).expect("JSON");
    body["authData"]["anonymous"]["id"].as_str().expect("an id").to_owned()
}

fn damage(file: &Path) {
    let mut bytes = fs::read(file).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).expect("written");
}

#[test]
fn a_damaged_file_is_set_aside_and_reported_and_its_copy_takes_over() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    logged_in(&setup);
    damage(&profile(folder.path()).join("state"));
    let client = setup.open();
    assert_eq!(client.current_user().expect("from the copy").id(), "a");
    let event = client.next_event();
    assert_eq!((event.kind, event.request), (api::EVENT_STORAGE_DAMAGED, 0));
    assert_eq!(event.value, 1, "everything was recovered");
    let names: Vec<String> = fs::read_dir(profile(folder.path()))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("state.damaged-")), "{names:?}");
    // It is mended: nobody hears of it twice.
    drop(client);
    let client = setup.open();
    let logout = client.logout(false);
    assert_eq!(client.next_event().request, logout, "no other event comes before it");
}

#[test]
fn the_guest_survives_when_both_copies_are_damaged() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    logged_in(&setup);
    let id = guest_id(&setup);
    for name in ["state", "state.bak"] {
        damage(&profile(folder.path()).join(name));
    }
    let client = setup.open();
    assert!(client.current_user().is_none(), "nobody can tell who was logged in");
    let event = client.next_event();
    assert_eq!((event.kind, event.value), (api::EVENT_STORAGE_DAMAGED, 2), "the guest's identity");
    drop(client);
    assert_eq!(guest_id(&setup), id, "the same account at the next login");
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_never_touched() {
    // Version 2, "of tomorrow", under the checksum that every version keeps.
    const NEWER: &str = concat!(
        "tdsauth-state 2 ",
        "525d3957265c6254f84fa5bc9b96a4213891b8aeb4c2cebb9773af27de7f813a",
        " 11\nof tomorrow"
    );
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    logged_in(&setup);
    let running = setup.open();
    let state = profile(folder.path()).join("state");
    fs::write(&state, NEWER).expect("written");
    let error = setup.try_open().map(|_| ()).expect_err("refused");
    assert_eq!(error.status, api::STORAGE_NEWER);
    // Nor does a client that was there before write over it.
    assert_eq!(running.finish(running.logout(false)).status, api::STORAGE_NEWER);
    assert_eq!(fs::read_to_string(&state).expect("the file"), NEWER);
}

#[test]
fn a_folder_that_is_no_good_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let refusal = |path: &Path| {
        let path = path.to_str().expect("UTF-8").to_owned();
        let setup = Setup { storage_path: path, ..Setup::hosted(Path::new("/")) };
        setup.try_open().map(|_| ()).expect_err("refused").status
    };
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    assert_eq!(refusal(&file), api::STORAGE, "a file where a folder should be");

    logged_in(&Setup::hosted(folder.path()));
    let leaf = folder.path().join("test-app").join("default");
    fs::set_permissions(&leaf, fs::Permissions::from_mode(0o777)).expect("changed");
    assert_eq!(refusal(folder.path()), api::STORAGE_PERMISSION, "others may write to it");
}
