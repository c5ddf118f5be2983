//! Folders and files that the store does not touch: of others, open to others, links, no folders,
//! and those that it may not read or write.
#![cfg(unix)]

use crate::child;
use crate::folder::{APP, FILES, Folder, PROFILE, log_in, user};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use tdsauth_core::error::status::{STORAGE, STORAGE_PERMISSION};
use tdsauth_core::session::{Recovered, Store};

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn refusal(folder: &Folder) -> i32 {
    folder.open().err().unwrap().status
}

#[test]
fn files_and_folders_are_private() {
    let (folder, _) = Folder::logged_in();
    for path in [folder.root().join(APP), folder.leaf()] {
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o700, "{path:?}");
    }
    for name in folder.names() {
        let mode = fs::metadata(folder.file(&name)).unwrap().mode();
        assert_eq!(mode & 0o7777, 0o600, "{name}");
    }
    let root = folder.root().join("made/on/the/way");
    Store::open(&root, APP, PROFILE, None).unwrap();
    assert_eq!(fs::metadata(root).unwrap().mode() & 0o7777, 0o700);
}

#[test]
fn a_file_made_readable_by_others_is_private_again_after_a_save() {
    let (folder, _) = Folder::logged_in();
    for name in FILES {
        chmod(&folder.file(name), 0o644);
    }
    log_in(&folder.store(), "second");
    for name in ["state", "state.bak"] {
        assert_eq!(fs::metadata(folder.file(name)).unwrap().mode() & 0o7777, 0o600, "{name}");
    }
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    for mode in [0o720, 0o702, 0o777, 0o770, 0o1777] {
        for below in [APP.to_owned(), format!("{APP}/{PROFILE}")] {
            let (folder, _) = Folder::logged_in();
            let store = folder.store();
            let path = folder.root().join(below);
            chmod(&path, mode);
            assert_eq!(refusal(&folder), STORAGE_PERMISSION, "{mode:o} {path:?}");
            assert_eq!(store.read().err().unwrap().status, STORAGE_PERMISSION);
            assert_eq!(store.guest_id().err().unwrap().status, STORAGE_PERMISSION);
            chmod(&path, 0o755);
            assert!(folder.open().is_ok(), "reading and passing is the owner's own choice");
        }
    }
}

/// Whether this process may give files away and become somebody else.
fn is_root(what: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        eprintln!("skipped: only root can {what}");
    }
    root
}

#[test]
fn a_folder_of_another_owner_is_refused() {
    if !is_root("give a folder to another user") {
        return;
    }
    for below in [APP.to_owned(), format!("{APP}/{PROFILE}")] {
        let (folder, _) = Folder::logged_in();
        let path = folder.root().join(below);
        chown(&path, Some(65534), None).unwrap();
        assert_eq!(refusal(&folder), STORAGE_PERMISSION, "{path:?}");
    }
}

#[test]
fn a_linked_folder_is_refused_and_nothing_is_made_behind_it() {
    for below in [APP.to_owned(), format!("{APP}/{PROFILE}")] {
        let (folder, elsewhere) = (Folder::new(), tempfile::tempdir().unwrap());
        let path = folder.root().join(&below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for target in [elsewhere.path().to_owned(), elsewhere.path().join("not there")] {
            symlink(&target, &path).unwrap();
            assert_eq!(refusal(&folder), STORAGE_PERMISSION, "{below} -> {target:?}");
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
            fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn the_game_may_link_its_own_storage_path() {
    let (folder, id) = Folder::logged_in();
    let place = tempfile::tempdir().unwrap();
    let link = place.path().join("link");
    symlink(folder.root(), &link).unwrap();
    let (store, _) = Store::open(&link, APP, PROFILE, None).unwrap();
    assert_eq!(store.guest_id().unwrap().0, id);
}

#[test]
fn a_linked_file_is_refused_and_what_it_points_to_stays() {
    for name in ["state", "state.bak", "guest", "lock"] {
        let (folder, _) = Folder::logged_in();
        let store = folder.store();
        let target = folder.root().join("target");
        fs::rename(folder.file(name), &target).unwrap();
        let before = fs::read(&target).unwrap();
        symlink(&target, folder.file(name)).unwrap();
        let error = store.guest_id().err().unwrap();
        assert_eq!(error.status, STORAGE_PERMISSION, "{name}: {error}");
        assert_eq!(fs::read(&target).unwrap(), before, "{name}");
        assert!(folder.file(name).is_symlink(), "{name}");
        if name != "lock" {
            assert_eq!(refusal(&folder), STORAGE_PERMISSION, "{name}");
        }
    }
}

#[test]
fn a_link_planted_where_a_save_writes_is_removed_and_not_followed() {
    for name in FILES {
        let folder = Folder::new();
        let store = folder.store();
        let target = folder.root().join("target");
        fs::write(&target, "precious").unwrap();
        symlink(&target, folder.file(&format!("{name}.tmp"))).unwrap();
        // The folder has no id yet, so this one searches the leftovers as well.
        let (id, _) = store.guest_id().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"precious", "{name}");
        assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"], "{name}");
        assert_eq!(folder.store().guest_id().unwrap().0, id);
    }
}

#[test]
fn an_id_behind_a_link_is_not_taken() {
    let (other, id) = Folder::logged_in();
    let folder = Folder::new();
    let store = folder.store();
    symlink(other.file("guest"), folder.file("guest.tmp")).unwrap();
    symlink(other.file("guest"), folder.file("guest.damaged-1")).unwrap();
    assert_ne!(store.guest_id().unwrap().0, id);
}

#[test]
fn pipes_and_folders_in_place_of_files_are_set_aside_and_never_waited_for() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    for name in ["state", "state.bak", "guest", "state.tmp", "guest.tmp"] {
        for kind in ["pipe", "folder"] {
            let (folder, id) = Folder::logged_in();
            let store = folder.store();
            let path = folder.file(name);
            let _ = fs::remove_file(&path);
            if kind == "pipe" {
                mknodat(CWD, &path, FileType::Fifo, Mode::from(0o600), 0).unwrap();
            } else {
                fs::create_dir(&path).unwrap();
                fs::write(path.join("inside"), "kept").unwrap();
            }
            let damage = (!name.ends_with(".tmp")).then_some(Recovered::Everything);
            assert_eq!(folder.open().unwrap().1.damage, damage, "{kind} at {name}");
            let (found, loaded) = store.guest_id().unwrap();
            assert_eq!((found, loaded.damage), (id, damage), "{kind} at {name}");
            assert_eq!(loaded.remembered.user, Some(user("first")));
            let aside = folder.names().into_iter().find(|name| name.contains(".damaged-"));
            match aside {
                Some(aside) if kind == "folder" => {
                    assert_eq!(fs::read(folder.file(&aside).join("inside")).unwrap(), b"kept");
                }
                aside => assert_eq!(aside.is_some(), damage.is_some(), "{kind} at {name}"),
            }
        }
    }
}

#[test]
fn a_file_where_a_folder_should_be_is_an_error_and_stays() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("one/two");
    let levels =
        [place.path().join("one"), root.clone(), root.join(APP), root.join(APP).join(PROFILE)];
    for path in levels {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "a file").unwrap();
        let error = Store::open(&root, APP, PROFILE, None).err().unwrap();
        assert_eq!(error.status, STORAGE, "{path:?}: {error}");
        assert_eq!(fs::read(&path).unwrap(), b"a file");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_folder_that_vanishes_under_a_store_is_an_error() {
    let (folder, _) = Folder::logged_in();
    let store = folder.store();
    fs::remove_dir_all(folder.leaf()).unwrap();
    assert_eq!(store.read().err().unwrap().status, STORAGE);
    assert_eq!(store.guest_id().err().unwrap().status, STORAGE);
    assert!(!folder.leaf().exists());
}

/// Gives `folder` and all in it to nobody, and runs the test `name` as nobody on it.
fn run_as_nobody(name: &str, folder: &Folder) {
    let mut paths: Vec<PathBuf> = folder.names().iter().map(|name| folder.file(name)).collect();
    paths.extend([folder.leaf(), folder.root().join(APP), folder.root().to_owned()]);
    for path in paths {
        chown(&path, Some(65534), Some(65534)).unwrap();
    }
    // The program may stand where nobody may not go.
    let place = tempfile::tempdir().unwrap();
    let program = place.path().join("child");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    chmod(place.path(), 0o755);
    chmod(&program, 0o755);
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    child::run(child::wrapped(&nobody, &program, name, folder.root()));
}

fn can_be_nobody() -> bool {
    let there = std::process::Command::new("setpriv").arg("--version").output().is_ok();
    assert!(there, "this test needs setpriv (Debian's package util-linux)");
    is_root("run a test as another user")
}

#[test]
fn a_read_only_folder_can_be_read_and_not_saved_to() {
    if let Some(root) = child::root() {
        let (store, loaded) = Store::open(&root, APP, PROFILE, None).unwrap();
        assert_eq!(loaded.remembered.user, Some(user("first")));
        assert_eq!(store.guest_id().err().unwrap().status, STORAGE);
        // A folder for another player cannot be made.
        assert_eq!(Store::open(&root, APP, "second", None).err().unwrap().status, STORAGE);
        assert_eq!(Store::open(&root, "other", PROFILE, None).err().unwrap().status, STORAGE);
        assert_eq!(Store::open(&root.join("x"), APP, PROFILE, None).err().unwrap().status, STORAGE);
        return child::done();
    }
    if !can_be_nobody() {
        return;
    }
    // With the lock file there, so that making a temporary file is what fails, and without.
    for lock in [true, false] {
        let (folder, _) = Folder::logged_in();
        if !lock {
            folder.remove("lock");
        }
        for path in [folder.leaf(), folder.root().join(APP), folder.root().to_owned()] {
            chmod(&path, 0o500);
        }
        // A save is needed: the guest file is gone.
        folder.remove("guest");
        let before = folder.bytes("state");
        run_as_nobody("refused::a_read_only_folder_can_be_read_and_not_saved_to", &folder);
        assert_eq!(folder.bytes("state"), before);
    }
}

#[test]
fn a_file_that_may_not_be_read_is_an_error_and_no_damage() {
    if let Some(root) = child::root() {
        let error = Store::open(&root, APP, PROFILE, None).err().unwrap();
        assert_eq!(error.status, STORAGE, "{error}");
        return child::done();
    }
    if !can_be_nobody() {
        return;
    }
    for name in ["state", "state.bak", "guest", "state.damaged-1"] {
        let (folder, _) = Folder::logged_in();
        if name.contains("damaged") {
            fs::rename(folder.file("state"), folder.file(name)).unwrap();
            folder.remove("state.bak");
            folder.remove("guest");
        }
        chmod(&folder.file(name), 0o000);
        let before = (folder.names(), folder.bytes(name));
        run_as_nobody("refused::a_file_that_may_not_be_read_is_an_error_and_no_damage", &folder);
        assert_eq!((folder.names(), folder.bytes(name)), before, "{name}");
    }
}
