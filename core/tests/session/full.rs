//! A full disk, played by a limit on the size of files: the save fails, the old state stays whole.
#![cfg(unix)]

use crate::child;
use crate::folder::{APP, FILES, Folder, PROFILE, log_in};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use std::path::Path;
use tdsauth_core::error::{Result, status};
use tdsauth_core::session::{Store, Write};

/// No file of this process may grow beyond `bytes`.
fn limit(bytes: Option<u64>) {
    let hard = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(hard), maximum: hard }).unwrap();
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = root.join(APP).join(PROFILE);
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn save_large(store: &Store) -> Result<()> {
    store.update(|remembered| {
        let user = remembered.user.get_or_insert_default();
        user.insert("filler".to_owned(), json!("x".repeat(2000)));
        Ok(((), Write::Save))
    })?;
    Ok(())
}

/// The file-size limit sends a signal first; `trap` makes the write fail instead, as a full disk.
const WRAPPER: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

fn run_child(name: &str, folder: &Folder) {
    let program = std::env::current_exe().unwrap();
    child::run(child::wrapped(&WRAPPER, &program, name, folder.root()));
}

#[test]
fn a_save_that_finds_no_room_changes_nothing() {
    if let Some(root) = child::root() {
        let (store, _) = Store::open(&root, APP, PROFILE, None).unwrap();
        let before = files(&root);
        for bytes in (0..2200).step_by(22) {
            limit(Some(bytes));
            let error = save_large(&store).err();
            limit(None);
            assert_eq!(error.map(|e| e.status), Some(status::STORAGE_FULL), "{bytes}");
            assert_eq!(files(&root), before, "{bytes}");
        }
        save_large(&store).unwrap();
        return child::done();
    }
    let (folder, id) = Folder::logged_in();
    run_child("full::a_save_that_finds_no_room_changes_nothing", &folder);
    let (_, loaded) = folder.open().unwrap();
    assert_eq!((loaded.damage, loaded.remembered.generation), (None, 3));
    assert_eq!(loaded.remembered.guest_id, Some(id));
}

#[test]
fn a_guest_id_that_finds_no_room_is_not_handed_out() {
    if let Some(root) = child::root() {
        let (store, _) = Store::open(&root, APP, PROFILE, None).unwrap();
        // The smallest of the files is longer.
        for bytes in 0..130 {
            limit(Some(bytes));
            let result = store.guest_id();
            limit(None);
            assert_eq!(result.err().unwrap().status, status::STORAGE_FULL, "{bytes}");
            let names: Vec<_> = files(&root).into_iter().map(|(name, _)| name).collect();
            assert!(matches!(&names[..], [lock] if lock.ends_with("/lock")), "{names:?}");
        }
        return child::done();
    }
    let folder = Folder::new();
    run_child("full::a_guest_id_that_finds_no_room_is_not_handed_out", &folder);
    assert_eq!(folder.open().unwrap().1.remembered.guest_id, None);
}

#[test]
fn a_repair_that_finds_no_room_leaves_the_damaged_file_where_it_is() {
    if let Some(root) = child::root() {
        let (store, loaded) = Store::open(&root, APP, PROFILE, None).unwrap();
        assert!(loaded.damage.is_some() && loaded.remembered.user.is_some());
        let before = files(&root);
        limit(Some(100));
        let error = store.guest_id().err();
        limit(None);
        assert_eq!(error.map(|e| e.status), Some(status::STORAGE_FULL));
        assert_eq!(files(&root), before);
        return child::done();
    }
    let (folder, id) = Folder::logged_in();
    folder.put("state", b"damaged");
    run_child("full::a_repair_that_finds_no_room_leaves_the_damaged_file_where_it_is", &folder);
    let store = folder.store();
    assert_eq!(store.guest_id().unwrap().0, id);
    log_in(&store, "second");
    assert_eq!(folder.bytes(FILES[0]), folder.bytes(FILES[1]));
}
