//! The guest id is found wherever any file still carries it, before a new one is made.

use crate::folder::{FILES, Folder, sealed, user};
use tdsauth_core::secret::Secret;

/// Folders whose files all stem from one guest, and one file name per way to keep the id.
fn only(name: &str, bytes: &[u8]) -> Folder {
    let folder = Folder::new();
    drop(folder.store());
    folder.put(name, bytes);
    folder
}

fn sample() -> ([Vec<u8>; 3], Secret) {
    let (folder, id) = Folder::logged_in();
    (FILES.map(|name| folder.bytes(name)), id)
}

#[test]
fn any_one_file_that_is_left_gives_the_same_guest() {
    let (files, id) = sample();
    for (name, bytes) in FILES.iter().zip(&files) {
        for suffix in ["", ".tmp", ".damaged-1700000000000"] {
            let folder = only(&format!("{name}{suffix}"), bytes);
            assert_eq!(folder.open().unwrap().1.remembered.guest_id.as_ref(), Some(&id));
            assert_eq!(folder.store().guest_id().unwrap().0, id, "{name}{suffix}");
            for file in FILES {
                let text = String::from_utf8(folder.bytes(file)).unwrap();
                let rewritten = text.contains(id.expose());
                assert!(rewritten, "{file} after {name}{suffix}");
            }
        }
    }
}

#[test]
fn a_leftover_that_alone_holds_the_id_is_kept_as_a_file() {
    let (files, _) = sample();
    let folder = only("guest.tmp", &files[2]);
    folder.store().guest_id().unwrap();
    assert_eq!(folder.set_aside(), [files[2].clone()]);
    assert!(!folder.names().contains(&"guest.tmp".to_owned()));
}

#[test]
fn a_leftover_that_holds_nothing_new_is_cleared_away() {
    let (folder, id) = Folder::logged_in();
    for name in FILES {
        folder.put(&format!("{name}.tmp"), b"half a fi");
    }
    assert_eq!(folder.store().guest_id().unwrap().0, id);
    assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"]);
}

#[test]
fn a_leftover_of_an_unfinished_login_logs_nobody_in() {
    let (folder, _) = Folder::logged_in();
    let other = Folder::logged_in().0;
    folder.put("state.tmp", &other.bytes("state"));
    let (store, loaded) = folder.open().unwrap();
    assert_eq!(loaded.remembered.user, Some(user("first")));
    let fresh = only("state.tmp", &other.bytes("state"));
    assert_eq!(fresh.open().unwrap().1.remembered.user, None);
    drop(store);
}

#[test]
fn the_better_source_wins() {
    // From the best to the last resort, each with an id of its own.
    let sources = [
        ("state", "state", "a"),
        ("state.bak", "state", "b"),
        ("guest", "guest", "c"),
        ("guest.damaged-2000", "guest", "d"),
        ("state.damaged-1000", "state", "e"),
        ("guest.tmp", "guest", "f"),
    ];
    let folder = Folder::new();
    let (store, _) = folder.open().unwrap();
    let record = |id: &str| {
        let lines = store_of(id);
        lines.split_inclusive('\n').nth(1).unwrap().to_owned()
    };
    for (name, kind, id) in sources {
        let json = if kind == "state" { "{\"generation\":1}\n" } else { "" };
        let payload = format!("{}{json}", record(id));
        folder.put(name, &sealed(kind, 1, payload.as_bytes()));
    }
    for (name, _, id) in sources {
        let seen = store.read().unwrap().remembered.guest_id;
        assert_eq!(seen, Some(Secret::new(id)), "{name}");
        folder.remove(name);
    }
    assert_eq!(store.read().unwrap().remembered.guest_id, None);
}

/// The text of a guest file of this id, as the store writes it.
fn store_of(id: &str) -> String {
    let folder = Folder::new();
    let change = |remembered: &mut tdsauth_core::session::Remembered| {
        remembered.guest_id = Some(Secret::new(id));
        Ok(((), tdsauth_core::session::Write::Save))
    };
    folder.store().update(change).unwrap();
    String::from_utf8(folder.bytes("guest")).unwrap()
}
