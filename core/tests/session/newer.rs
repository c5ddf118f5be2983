//! A folder that a newer version of the library has written is refused and left as it is.

use crate::folder::{FILES, Folder, sealed};
use tdsauth_core::error::status::STORAGE_NEWER;
use tdsauth_core::session::Write;

fn contents(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    folder.names().into_iter().map(|name| (name.clone(), folder.bytes(&name))).collect()
}

fn check_untouched(folder: &Folder, store: &tdsauth_core::session::Store, case: &str) {
    let before = contents(folder);
    let save = store.update(|remembered| {
        remembered.user = None;
        Ok(((), Write::Save))
    });
    assert_eq!(save.err().unwrap().status, STORAGE_NEWER, "{case}");
    assert_eq!(store.guest_id().err().unwrap().status, STORAGE_NEWER, "{case}");
    assert_eq!(store.read().err().unwrap().status, STORAGE_NEWER, "{case}");
    assert_eq!(folder.open().err().unwrap().status, STORAGE_NEWER, "{case}");
    assert_eq!(contents(folder), before, "{case}");
}

#[test]
fn any_file_of_a_newer_version_stops_everything_and_no_byte_changes() {
    for name in FILES {
        let kind = name.trim_end_matches(".bak");
        for version in [2, 3, u32::MAX] {
            let (folder, _) = Folder::logged_in();
            let store = folder.store();
            folder.put(name, &sealed(kind, version, b"\x00 a shape of its own"));
            // Not even what would otherwise be set aside or cleared away.
            folder.put("guest.tmp", b"left over");
            if name != "guest" {
                folder.put("guest", b"damaged");
            }
            check_untouched(&folder, &store, &format!("{name} of version {version}"));
        }
    }
}

#[test]
fn a_newer_file_alone_in_the_folder_makes_no_new_guest() {
    for name in FILES {
        let (folder, _) = Folder::logged_in();
        let store = folder.store();
        for file in FILES {
            folder.remove(file);
        }
        let kind = name.trim_end_matches(".bak");
        folder.put(name, &sealed(kind, 2, b""));
        check_untouched(&folder, &store, name);
    }
}

#[test]
fn a_newer_version_without_its_checksum_is_damage() {
    let (folder, id) = Folder::logged_in();
    let text = String::from_utf8(folder.bytes("state")).unwrap();
    folder.put("state", text.replacen("tdsauth-state 1 ", "tdsauth-state 2 ", 1).as_bytes());
    let (store, loaded) = folder.open().unwrap();
    assert!(loaded.damage.is_some());
    assert_eq!(store.guest_id().unwrap().0, id);
}
