//! A player comes, logs in, leaves and returns.

use crate::folder::{APP, FILES, Folder, log_in, log_out, user};
use serde_json::{Value, json};
use tdsauth_core::error::{Error, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Remembered, Store, Write};

#[test]
fn a_new_player_has_nothing_and_opening_writes_no_file() {
    let folder = Folder::new();
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(loaded.remembered, Remembered::default());
    assert_eq!(loaded.damage, None);
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_login_is_there_after_a_restart() {
    let (folder, id) = Folder::logged_in();
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(loaded.remembered.user, Some(user("first")));
    assert_eq!(loaded.remembered.guest_id, Some(id));
    assert_eq!(loaded.remembered.generation, 2);
    assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"]);
}

#[test]
fn the_guest_id_is_32_hex_digits_and_stays_for_ever() {
    let folder = Folder::new();
    let store = folder.store();
    let (id, _) = store.guest_id().unwrap();
    assert_eq!(id.expose().len(), 32);
    assert!(id.expose().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    log_in(&store, "first");
    log_out(&store);
    let cleared = store.update(|remembered| {
        remembered.guest_id = None;
        Ok(((), Write::Save))
    });
    assert_eq!(cleared.unwrap().1.remembered.guest_id.as_ref(), Some(&id));
    assert!(String::from_utf8(folder.bytes("state")).unwrap().contains(id.expose()));
    assert_eq!(store.guest_id().unwrap().0, id);
    assert_eq!(folder.store().guest_id().unwrap().0, id);
    assert_ne!(Folder::new().store().guest_id().unwrap().0, id);
}

#[test]
fn the_guest_id_is_on_the_disk_before_it_is_handed_out() {
    let folder = Folder::new();
    let (id, _) = folder.store().guest_id().unwrap();
    for name in FILES {
        let text = String::from_utf8(folder.bytes(name)).unwrap();
        assert!(text.contains(&format!("\nguest {} ", id.expose())), "{name}");
    }
}

#[test]
fn a_logout_leaves_no_session_token_in_any_file() {
    let (folder, id) = Folder::logged_in();
    log_out(&folder.store());
    for name in folder.names() {
        let text = String::from_utf8(folder.bytes(&name)).unwrap();
        assert!(!text.contains("token-first"), "{name}");
    }
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(loaded.remembered.user, None);
    assert_eq!(loaded.remembered.guest_id, Some(id));
}

#[test]
fn a_change_that_fails_or_keeps_writes_nothing() {
    let (folder, _) = Folder::logged_in();
    let before = FILES.map(|name| folder.bytes(name));
    let store = folder.store();
    let wanted = Error::new(status::SESSION_CHANGED, "changed");
    let failed = store.update(|remembered| -> Result<((), Write), Error> {
        remembered.user = None;
        Err(wanted.clone())
    });
    assert_eq!(failed.err(), Some(wanted));
    let (seen, loaded) = store
        .update(|remembered| {
            remembered.user = None;
            Ok((remembered.generation, Write::Keep))
        })
        .unwrap();
    assert_eq!(seen, 2);
    assert_eq!(loaded.remembered.user, Some(user("first")));
    assert_eq!(FILES.map(|name| folder.bytes(name)), before);
}

#[test]
fn two_stores_on_one_folder_see_each_other() {
    let (folder, _) = Folder::logged_in();
    let (one, other) = (folder.store(), folder.store());
    assert_eq!(log_in(&one, "second").remembered.generation, 3);
    let seen = other.read().unwrap().remembered;
    assert_eq!((seen.generation, seen.user), (3, Some(user("second"))));
    assert_eq!(log_out(&other).remembered.generation, 4);
    assert_eq!(one.read().unwrap().remembered.user, None);
}

#[test]
fn app_ids_and_profiles_do_not_meet_and_stay_below_the_root() {
    let folder = Folder::new();
    let mut ids = Vec::new();
    for (app, profile) in
        [("a", "x"), ("a", "y"), ("b", "x"), ("a/x", "x"), ("..", ".."), ("é", "%2E"), (".", "nul")]
    {
        let (store, _) = Store::open(folder.root(), app, profile, None).unwrap();
        let id = store.guest_id().unwrap().0;
        assert!(!ids.contains(&id), "{app} {profile}");
        ids.push(id);
    }
    let parent = folder.root().parent().unwrap();
    assert!(!parent.join("state").exists() && !folder.root().join("state").exists());
}

#[test]
fn names_that_can_be_no_folder_are_refused() {
    let folder = Folder::new();
    let long = "x".repeat(1024);
    for (app, profile) in [("", "x"), ("x", ""), (APP, long.as_str()), (long.as_str(), "x")] {
        let error = Store::open(folder.root(), app, profile, None).err().unwrap();
        assert_eq!(error.status, status::INVALID_ARGUMENT);
    }
    let error = Store::open("".as_ref(), APP, "x", None).err().unwrap();
    assert_eq!(error.status, status::INVALID_ARGUMENT);
}

#[test]
fn unknown_members_are_kept_and_numbers_stay_exact() {
    let (folder, _) = Folder::logged_in();
    let store = folder.store();
    let exact = json!({"f": 0.1 + 0.2, "g": 2.225_073_858_507_201_4e-308, "i": u64::MAX,
                       "n": i64::MIN, "t": "\u{0}\u{1F600}\n"});
    let saved = store
        .update(|remembered| {
            remembered.other.insert("later".to_owned(), exact.clone());
            // These two names are taken.
            remembered.other.insert("user".to_owned(), Value::Null);
            remembered.other.insert("generation".to_owned(), json!(1));
            Ok(((), Write::Save))
        })
        .unwrap()
        .1;
    assert_eq!(log_in(&folder.store(), "second").remembered.other, saved.remembered.other);
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(loaded.remembered.other.get("later"), Some(&exact));
    assert_eq!(loaded.remembered.user, Some(user("second")));
    assert_eq!(loaded.remembered.generation, 4);
}

#[test]
fn a_user_too_large_loses_its_largest_fields_and_keeps_its_session() {
    let (folder, id) = Folder::logged_in();
    let store = folder.store();
    let mut large = user("large");
    large.insert("avatar".to_owned(), json!("x".repeat(100_000)));
    large.insert("small".to_owned(), json!("y".repeat(100)));
    let mut deep = json!(1);
    for _ in 0..126 {
        deep = json!([deep]);
    }
    large.insert("deep".to_owned(), deep);
    let saved = store
        .update(|remembered| {
            remembered.user = Some(large.clone());
            Ok(((), Write::Save))
        })
        .unwrap()
        .1;
    large.remove("avatar");
    large.remove("deep");
    assert_eq!(saved.remembered.user, Some(large.clone()));
    assert!(folder.bytes("state").len() <= 60 * 1024);
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(loaded.damage, None);
    assert_eq!(loaded.remembered.user, Some(large));
    assert_eq!(loaded.remembered.guest_id, Some(id));
}

#[test]
fn a_session_too_large_is_refused_and_the_old_state_stays() {
    let (folder, _) = Folder::logged_in();
    let before = FILES.map(|name| folder.bytes(name));
    let error = folder
        .store()
        .update(|remembered| {
            let token = json!("t".repeat(70_000));
            remembered.user.get_or_insert_default().insert("sessionToken".to_owned(), token);
            Ok(((), Write::Save))
        })
        .err()
        .unwrap();
    assert_eq!(error.status, status::STORAGE);
    assert_eq!(FILES.map(|name| folder.bytes(name)), before);
}

#[test]
fn a_guest_id_of_another_maker_is_taken_over() {
    let folder = Folder::new();
    let store = folder.store();
    let foreign = Secret::new("é foreign/Id=\"1\"\r\n");
    let set = |id: &str| {
        store.update(|remembered| {
            remembered.guest_id = Some(Secret::new(id));
            Ok(((), Write::Save))
        })
    };
    for wrong in ["", "n\0ul", &"x".repeat(1025)] {
        assert_eq!(set(wrong).err().unwrap().status, status::INVALID_ARGUMENT);
    }
    set(foreign.expose()).unwrap();
    assert_eq!(folder.store().guest_id().unwrap().0, foreign);
}

#[test]
fn nothing_that_is_remembered_shows_in_debug_text() {
    let (folder, id) = Folder::logged_in();
    let text = format!("{:?}", folder.open().unwrap().1);
    assert!(!text.contains("token-first") && !text.contains(id.expose()), "{text}");
}
