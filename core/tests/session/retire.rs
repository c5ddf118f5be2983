//! A guest id that was given up on purpose stays away, whatever file still holds it.

use crate::folder::{FILES, Folder, log_in, user};
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Recovered, Store, Write};

/// Gives the guest id up, and logs `name` in by the same save.
fn retire(store: &Store, name: &str) {
    let retired = store.update(|remembered| {
        remembered.retire_guest();
        remembered.user = Some(user(name));
        Ok(((), Write::Save))
    });
    assert_eq!(retired.unwrap().1.remembered.guest_id, None);
}

/// The files before and after an id was given up, and that id.
fn sample() -> ([Vec<u8>; 3], [Vec<u8>; 3], Secret) {
    let (folder, id) = Folder::logged_in();
    let before = FILES.map(|name| folder.bytes(name));
    retire(&folder.store(), "second");
    (before, FILES.map(|name| folder.bytes(name)), id)
}

/// No file names the id, and the next one is another.
fn assert_gone(folder: &Folder, id: &Secret, told: &str) {
    let (store, loaded) = folder.open().unwrap();
    assert_ne!(loaded.remembered.guest_id.as_ref(), Some(id), "{told}");
    let (new, _) = store.guest_id().unwrap();
    assert_ne!(new, *id, "{told}");
    assert_eq!(store.guest_id().unwrap().0, new, "{told}: the new one stays");
    for name in FILES {
        let text = String::from_utf8(folder.bytes(name)).unwrap();
        assert!(!text.contains(id.expose()), "{told}: {name}");
    }
}

#[test]
fn the_next_guest_is_another_one_and_no_file_names_the_old_one() {
    let (folder, id) = Folder::logged_in();
    retire(&folder.store(), "second");
    for name in FILES {
        assert!(!String::from_utf8(folder.bytes(name)).unwrap().contains(id.expose()), "{name}");
    }
    let user_now = folder.open().unwrap().1.remembered.user;
    assert_eq!(user_now, Some(user("second")), "in the same save");
    assert_gone(&folder, &id, "at once");
}

#[test]
fn a_save_that_is_killed_between_any_two_files_keeps_the_id_or_gives_it_up() {
    let (before, after, id) = sample();
    // In the order in which a save renames them, and in any other.
    for replaced in 0..8_u32 {
        let folder = Folder::new();
        drop(folder.store());
        let is_new = |n: usize| replaced & (1 << n) != 0;
        for (n, name) in FILES.iter().enumerate() {
            folder.put(name, if is_new(n) { &after[n] } else { &before[n] });
        }
        if replaced == 0 {
            assert_eq!(folder.store().guest_id().unwrap().0, id);
        } else {
            assert_gone(&folder, &id, &format!("files {replaced:03b} are new"));
        }
    }
}

#[test]
fn no_damage_and_no_leftover_brings_it_back() {
    let (before, after, id) = sample();
    // All files of before lie around, set aside or half written; of the new ones one is left, and
    // that may be damaged in its first line, before the record.
    for (n, name) in FILES.iter().enumerate() {
        for damaged in [false, true] {
            let folder = Folder::new();
            drop(folder.store());
            for (name, bytes) in FILES.iter().zip(&before) {
                folder.put(&format!("{name}.damaged-1700000000000"), bytes);
                folder.put(&format!("{name}.tmp"), bytes);
            }
            let mut bytes = after[n].clone();
            if damaged {
                let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
                bytes[end - 1] ^= 1;
            }
            folder.put(name, &bytes);
            assert_gone(&folder, &id, &format!("{name} alone, damaged: {damaged}"));
        }
    }
}

#[test]
fn an_older_mirror_does_not_bring_it_back() {
    let (before, _, id) = sample();
    for name in ["state", "state.bak"] {
        let (folder, _) = Folder::logged_in();
        let store = folder.store();
        for (name, bytes) in FILES.iter().zip(&before) {
            folder.put(name, bytes);
        }
        retire(&store, "second");
        let old = &before[FILES.iter().position(|file| *file == name).unwrap()];
        folder.put(name, old);
        assert_gone(&folder, &id, name);
    }
}

#[test]
fn another_store_of_the_folder_learns_of_it_and_cannot_undo_it() {
    let (folder, id) = Folder::logged_in();
    let (here, there) = (folder.store(), folder.store());
    assert_eq!(there.guest_id().unwrap().0, id);
    retire(&here, "second");
    let undo = there.update(|remembered| {
        remembered.guest_id = Some(id.clone());
        remembered.retired.clear();
        Ok(((), Write::Save))
    });
    assert_eq!(undo.unwrap().1.remembered.guest_id, None);
    let (new, _) = there.guest_id().unwrap();
    assert_ne!(new, id);
    assert_eq!(here.guest_id().unwrap().0, new);
}

#[test]
fn a_new_guest_is_as_safe_as_the_first_one_was() {
    let (folder, first) = Folder::logged_in();
    retire(&folder.store(), "second");
    let (second, _) = folder.store().guest_id().unwrap();
    log_in(&folder.store(), "third");
    for keep in FILES {
        let copy = Folder::new();
        drop(copy.store());
        copy.put(keep, &folder.bytes(keep));
        let (found, _) = copy.store().guest_id().unwrap();
        assert_eq!(found, second, "{keep}");
        assert_ne!(found, first);
    }
    folder.put("state", b"damaged");
    folder.put("state.bak", b"damaged");
    let (store, loaded) = folder.open().unwrap();
    assert_eq!(loaded.damage, Some(Recovered::GuestOnly));
    assert_eq!(store.guest_id().unwrap().0, second);
}

#[test]
fn many_guests_are_given_up_and_the_files_stay_small() {
    let (folder, first) = Folder::logged_in();
    let store = folder.store();
    let mut seen = vec![first];
    for _ in 0..80 {
        retire(&store, "x");
        let (id, _) = store.guest_id().unwrap();
        assert!(!seen.contains(&id));
        seen.push(id);
    }
    let lines = String::from_utf8(folder.bytes("state")).unwrap();
    assert_eq!(lines.matches("\nretired ").count(), 64);
}
