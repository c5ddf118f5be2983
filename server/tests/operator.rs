//! What the operator orders from a shell while a server runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::database::{order, refused, sql};
use common::{Answer, Server, data, mode, on_postgres};
use serde_json::{Value, json};

const BANNED: &str = "This account is banned.";
const NO_USER: &str = "Could not find user.";
const NO_SESSION: &str = "The user cannot be altered by a client without the session.";

fn start(folder: &Path) -> Server {
    Server::start(folder, &["--platform", "corp=unverified"])
}

fn corp(id: &str) -> Value {
    json!({ "authData": { "corp": { "uid": id } } })
}

fn path(user: &Answer) -> String {
    format!("/1.1/users/{}", user.text("objectId"))
}

#[test]
fn users_are_listed_and_shown_without_anything_that_opens_an_account() {
    let (_temporary, folder) = data();
    let server = start(&folder);
    let guest = server.guest("the-id-of-a-guest");
    let player = server.post("/1.1/users", &corp("the-id-of-a-player"));
    let (first, second) = (guest.text("objectId"), player.text("objectId"));

    let all = order(&folder, &["users", "list"]);
    let ids: Vec<_> = all.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(ids, [second, first], "the newest first");
    assert!(all.contains("[anonymous]") && all.contains("[corp]"));
    assert!(order(&folder, &["users", "list", "--limit", "1"]).starts_with(second));
    assert_eq!(order(&folder, &["users", "list", "--limit", "1"]).lines().count(), 1);
    let guests = order(&folder, &["users", "list", "--platform", "anonymous"]);
    assert!(guests.starts_with(first) && guests.lines().count() == 1);
    assert_eq!(order(&folder, &["users", "list", "--platform", "nobody"]), "");

    let lines = order(&folder, &["users", "list", "--json", "--platform", "corp"]);
    let json: Value = serde_json::from_str(&lines).unwrap();
    let expected = json!({
        "objectId": second, "username": player.text("username"), "platforms": ["corp"],
        "createdAt": player.text("createdAt"), "updatedAt": player.text("updatedAt"),
        "bannedAt": null, "banReason": null, "damaged": null,
    });
    assert_eq!(json, expected);
    let shown = order(&folder, &["users", "show", second, "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), expected);
    let page = order(&folder, &["users", "show", first]);
    assert!(page.contains(guest.text("username")) && page.contains("anonymous"));
    for text in [all, lines, shown, page] {
        for secret in [guest.text("sessionToken"), player.text("sessionToken"), "the-id-of"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn who_is_banned_is_out_at_once_and_comes_in_by_no_door() {
    let (_temporary, folder) = data();
    let server = start(&folder);
    let user = server.post("/1.1/users", &corp("player"));
    let (id, token) = (user.text("objectId"), user.text("sessionToken"));
    let refreshed = server.refresh(id, token);
    let (old, token) = (token, refreshed.text("sessionToken"));
    let named = json!({ "username": "lin", "password": "the password of lin" });
    assert_eq!(server.ask("PUT", &path(&user), Some(token), &named).status, 200);
    order(&folder, &["users", "ban", id, "--reason", "sold\u{1b}[31m gold"]);

    let out = || {
        server.get("/1.1/users/me", Some(token)).is_error(400, 211, NO_USER);
        let change = json!({ "nickname": "me" });
        let saved = server.ask("PUT", &path(&user), Some(token), &change);
        saved.is_error(400, 206, NO_SESSION);
        server.refresh(id, token).is_error(400, 206, NO_SESSION);
        server.refresh(id, old).is_error(400, 206, NO_SESSION);
        let deleted = server.ask("DELETE", &path(&user), Some(token), &Value::Null);
        deleted.is_error(400, 206, NO_SESSION);
        server.post("/1.1/users", &corp("player")).is_error(403, 403, BANNED);
        let existing = server.post("/1.1/users?failOnNotExist=true", &corp("player"));
        existing.is_error(403, 403, BANNED);
        server.post("/1.1/login", &named).is_error(403, 403, BANNED);
        let wrong = json!({ "username": "lin", "password": "another" });
        let wrong = server.post("/1.1/login", &wrong);
        assert_eq!(wrong.json["code"], 210, "a stranger does not learn of the ban");
        let change = json!({ "old_password": "the password of lin", "new_password": "new" });
        let changed =
            server.ask("PUT", &format!("{}/updatePassword", path(&user)), Some(token), &change);
        changed.is_error(400, 206, NO_SESSION);
    };
    out();
    // The identity stays the banned user's.
    let other = server.guest("other");
    let linked =
        server.ask("PUT", &path(&other), Some(other.text("sessionToken")), &corp("player"));
    assert_eq!((linked.status, &linked.json["code"]), (400, &json!(137)));
    let ids = sql(&folder, "SELECT id FROM users ORDER BY id");
    assert_eq!(ids.lines().collect::<Vec<_>>(), [id, other.text("objectId")], "none was made");

    // Nothing of this depends on the process.
    drop(server);
    let server = start(&folder);
    server.post("/1.1/users", &corp("player")).is_error(403, 403, BANNED);
    let shown = order(&folder, &["users", "show", id]);
    let ban = shown.lines().find(|line| line.starts_with("banned ")).unwrap();
    assert!(ban.contains("sold\u{fffd}[31m gold"), "{ban}");
    assert!(order(&folder, &["users", "list"]).contains(" banned\n"));
    assert_eq!(server.guest("other").status, 200, "nobody else is out");

    order(&folder, &["users", "unban", id]);
    assert_eq!(server.get("/1.1/users/me", Some(token)).text("objectId"), id);
    let known = server.post("/1.1/users", &corp("player"));
    assert_eq!((known.status, known.text("sessionToken")), (200, token));
    assert!(!order(&folder, &["users", "show", id]).contains("banned"));
}

#[test]
fn revoked_sessions_are_dead_at_once_and_a_login_gives_a_new_one() {
    let (_temporary, folder) = data();
    let server = start(&folder);
    let user = server.guest("me");
    let (id, token) = (user.text("objectId"), user.text("sessionToken"));
    order(&folder, &["users", "revoke-sessions", id]);
    server.get("/1.1/users/me", Some(token)).is_error(400, 211, NO_USER);
    server.refresh(id, token).is_error(400, 206, NO_SESSION);
    let known = server.guest("me");
    assert_eq!((known.status, known.text("objectId")), (200, id));
    assert_ne!(known.text("sessionToken"), token);
}

#[test]
fn a_deleted_user_is_gone_and_its_identity_free() {
    let (_temporary, folder) = data();
    let server = start(&folder);
    let user = server.guest("me");
    let (id, token) = (user.text("objectId"), user.text("sessionToken"));
    order(&folder, &["users", "delete", id]);
    server.get("/1.1/users/me", Some(token)).is_error(400, 211, NO_USER);
    let made = server.guest("me");
    assert_eq!(made.status, 201);
    assert_ne!(made.text("objectId"), id);
    for words in ["show", "ban", "unban", "revoke-sessions", "delete"] {
        for nobody in [id, "", "' OR 1=1 --"] {
            let said = refused(&folder, &["users", words, nobody]);
            assert!(said.contains("there is no such user"), "{said}");
        }
    }
    assert_eq!(server.guest("me").status, 200);
}

#[test]
fn an_order_makes_no_database_and_no_key() {
    let (temporary, folder) = data();
    if !on_postgres() {
        assert!(refused(&folder, &["users", "list"]).contains("there is no tdsauth.db"));
        let copy = temporary.path().join("copy");
        refused(&folder, &["backup", copy.to_str().unwrap()]);
        assert!(!folder.exists() && fs::read_dir(temporary.path()).unwrap().count() == 0);
    }
    drop(start(&folder));
    let long = "x".repeat(1001);
    assert!(refused(&folder, &["users", "ban", "x", "--reason", &long]).contains("1000 bytes"));
    fs::remove_file(folder.join("seal_key")).unwrap();
    assert!(refused(&folder, &["users", "list"]).contains("seal_key is missing"));
    assert!(!folder.join("seal_key").exists());
    common::database::of_before(&temporary.path().join("old"), "SELECT 1");
    let said = refused(&temporary.path().join("old"), &["users", "list"]);
    assert!(said.contains("let the server start once"), "{said}");
}

#[test]
fn a_backup_while_writers_write_holds_everything_acknowledged_before_it() {
    let (temporary, folder) = data();
    let server = start(&folder);
    if on_postgres() {
        let said = refused(&folder, &["backup", "x"]);
        assert!(said.contains("pg_dump --format=custom") && !said.contains("postgres://"));
        return;
    }
    let acknowledged: Mutex<Vec<(String, String)>> = Mutex::default();
    let stop = AtomicBool::new(false);
    let count = || acknowledged.lock().unwrap().len();
    let (mut backups, mut wrote) = (Vec::new(), false);
    thread::scope(|scope| {
        for writer in 0..4 {
            let (server, acknowledged, stop) = (&server, &acknowledged, &stop);
            scope.spawn(move || {
                let mut turn = 0;
                while !stop.load(Ordering::Relaxed) {
                    let guest = format!("writer {writer} turn {turn}");
                    let made = server.guest(&guest);
                    let session = (guest, made.text("sessionToken").to_owned());
                    acknowledged.lock().unwrap().push(session);
                    turn += 1;
                }
            });
        }
        for backup in 0..5 {
            let known = count();
            while count() < known + 20 {
                thread::yield_now();
            }
            let file = temporary.path().join(format!("backup {backup}"));
            let before = acknowledged.lock().unwrap().clone();
            order(&folder, &["backup", file.to_str().unwrap()]);
            wrote |= count() > before.len();
            backups.push((file, before));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(wrote, "nobody ever wrote meanwhile");
    for (file, before) in &backups {
        assert_eq!(mode(file), 0o600);
        let restored = file.with_extension("restored");
        fs::create_dir(&restored).unwrap();
        for key in ["app_id", "app_key", "master_key", "seal_key"] {
            fs::copy(folder.join(key), restored.join(key)).unwrap();
        }
        fs::copy(file, restored.join("tdsauth.db")).unwrap();
        let server = start(&restored);
        for (guest, token) in before {
            let known = server.guest(guest);
            assert_eq!((known.status, known.text("sessionToken")), (200, token.as_str()));
        }
    }
    // What is there is not replaced, and nothing half made is left.
    let (first, _) = &backups[0];
    let whole = fs::read(first).unwrap();
    assert!(refused(&folder, &["backup", first.to_str().unwrap()]).contains("exists"));
    assert!(fs::read(first).unwrap() == whole);
    refused(&folder, &["backup", "/nowhere/at/all"]);
    let names = fs::read_dir(temporary.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().ends_with(".new")));
}
