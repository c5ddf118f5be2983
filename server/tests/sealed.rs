//! What a copy of the database is worth without the seal key: no account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use common::apple::{StudioKey, upload};
use common::database::{bytes, holds, of_before, order, sql, url};
use common::{Answer, Server, chmod, command, data, on_postgres};
use serde_json::{Value, json};

const UNAVAILABLE: &str = "The service is not available now.";

/// A player of a platform whose word is taken.
fn player(server: &Server, id: &str) -> Answer {
    server.post("/1.1/users", &json!({ "authData": { "corp": { "uid": id } } }))
}

#[track_caller]
fn hold_none(bytes: &[u8], secrets: &[&str]) {
    for secret in secrets {
        assert!(!secret.is_empty() && !holds(bytes, secret), "{secret} is there");
    }
}

#[test]
fn no_token_no_guest_id_and_no_private_key_is_in_what_is_kept() {
    let (_temporary, folder) = data();
    let key = StudioKey::new();
    assert!(upload(&folder, &key.pem).status.success());
    let server = Server::start(&folder, &["--platform", "corp=unverified"]);
    let guest = server.guest("the-id-of-a-guest");
    let (id, old) = (guest.text("objectId"), guest.text("sessionToken"));
    let fresh = server.refresh(id, old);
    let other = player(&server, "the-id-of-a-player");
    let linked = server.guest("the-id-of-another-guest");
    let body = json!({ "authData": { "corp": { "uid": "the-id-of-another-player" } } });
    let path = format!("/1.1/users/{}", linked.text("objectId"));
    assert_eq!(server.ask("PUT", &path, Some(linked.text("sessionToken")), &body).status, 200);

    let (inner, master_key) = (key.inner(), server.master_key.clone());
    let secrets = [
        "the-id-of",
        old,
        fresh.text("sessionToken"),
        other.text("sessionToken"),
        linked.text("sessionToken"),
        &inner[..40],
        &master_key,
    ];
    // What is no secret is found, so what is not found is not there.
    let running = bytes(&folder);
    assert!(holds(&running, guest.text("username")));
    hold_none(&running, &secrets);
    server.signal("-TERM");
    server.wait();
    hold_none(&bytes(&folder), &secrets);
    let sealed = fs::read(folder.join("apple_key.p8")).unwrap();
    hold_none(&sealed, &secrets);
    hold_none(&sealed, &["PRIVATE KEY"]);
}

/// Statements for users 0 to `count` of a database of before the seals. Each has a token, a token
/// that was just replaced, and an identity; the odd ones are no guests.
fn users_of_before(count: usize) -> String {
    let now = common::now_ms();
    let rows = |row: &dyn Fn(usize) -> String| (0..count).map(row).collect::<Vec<_>>().join(",");
    let users = rows(&|i| {
        format!("('{i:024x}', 1, 2, 'user{i}', 'plain-token-{i}', 'plain-former-{i}', {now})")
    });
    let identities = rows(&|i| {
        let (platform, name) = if i % 2 == 0 { ("anonymous", "id") } else { ("corp", "uid") };
        let value = format!("plain-identity-{i}");
        format!("('{platform}', '{value}', '{i:024x}', '{{\"{name}\":\"{value}\"}}')")
    });
    format!(
        "INSERT INTO users (id, created_at, updated_at, username, session_token, retired_token, \
         retired_at) VALUES {users}; \
         INSERT INTO identities (platform, value, user_id, data) VALUES {identities};"
    )
}

/// User `i` of [`users_of_before`] is who it was.
fn is_as_before(server: &Server, i: usize) {
    let identity = format!("plain-identity-{i}");
    let known =
        if i.is_multiple_of(2) { server.guest(&identity) } else { player(server, &identity) };
    let token = format!("plain-token-{i}");
    assert_eq!((known.status, known.text("sessionToken")), (200, &*token));
    assert_eq!(known.text("objectId"), format!("{i:024x}"));
    let me = server.get("/1.1/users/me", Some(&token));
    assert_eq!((me.status, me.text("username")), (200, &*format!("user{i}")));
    // A lost answer to a refresh loses nobody over the change either.
    let again = server.refresh(known.text("objectId"), &format!("plain-former-{i}"));
    assert_eq!((again.status, again.text("sessionToken")), (200, &*token));
}

#[test]
fn what_an_older_version_kept_in_plain_is_sealed_and_overwritten_at_the_start() {
    let (_temporary, folder) = data();
    of_before(&folder, &users_of_before(2500));
    let key = StudioKey::new();
    fs::write(folder.join("apple_key.p8"), &key.pem).unwrap();
    chmod(&folder.join("apple_key.p8"), 0o600);
    if on_postgres() {
        // Keeps samples of columns.
        private_postgres::shared().sql(&url(&folder), "ANALYZE");
    }
    assert!(holds(&bytes(&folder), "plain-token-7"));
    let start = || Server::start(&folder, &["--platform", "corp=unverified"]);
    // Two at once: one seals, the other finds it done.
    let servers = thread::scope(|scope| {
        [scope.spawn(start), scope.spawn(start)].map(|one| one.join().unwrap())
    });
    for server in &servers {
        for i in [0, 1, 998, 999, 1000, 1001, 2498, 2499] {
            is_as_before(server, i);
        }
    }
    drop(servers);
    drop(start());
    hold_none(&bytes(&folder), &["plain-token", "plain-former", "plain-identity"]);
    hold_none(&fs::read(folder.join("apple_key.p8")).unwrap(), &[&key.inner()[..40]]);
    is_as_before(&start(), 5);
}

#[test]
fn a_sealing_that_is_killed_is_done_by_the_next_start() {
    let (_temporary, folder) = data();
    of_before(&folder, &users_of_before(5_000));
    let options = ["--listen", "127.0.0.1:0", "--platform", "corp=unverified", "--data"];
    let mut patience = Duration::from_millis(20);
    // Each start is given a little longer than the one before, until one has got through.
    loop {
        let mut command = command();
        command.args(options).arg(&folder).stdout(Stdio::piped()).stderr(Stdio::null());
        common::database::on_database_of(&mut command, &folder);
        let mut child = command.spawn().unwrap();
        thread::sleep(patience);
        child.kill().unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
        child.wait().unwrap();
        if said.contains("listening") {
            break;
        }
        patience = patience * 3 / 2;
    }
    let server = Server::start(&folder, &["--platform", "corp=unverified"]);
    for i in [0, 1, 777, 2_500, 4_999] {
        is_as_before(&server, i);
    }
    hold_none(&bytes(&folder), &["plain-token", "plain-former", "plain-identity"]);
}

/// A server with two guests whose rows are then changed, and its log.
struct Changed {
    _temporary: tempfile::TempDir,
    folder: std::path::PathBuf,
    server: Server,
    guests: [Answer; 3],
}

const GUESTS: [&str; 3] = ["guest-number-0", "guest-number-1", "guest-number-2"];

impl Changed {
    fn start() -> Self {
        let (_temporary, folder) = data();
        drop(Server::start(&folder, &[]));
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "debug", "--data"]);
        command.arg(&folder).stderr(File::create(folder.join("log")).unwrap());
        let server = Server::spawn(command);
        let guests = GUESTS.map(|guest| server.guest(guest));
        Self { _temporary, folder, server, guests }
    }

    fn id(&self, guest: usize) -> &str {
        self.guests[guest].text("objectId")
    }

    /// A column of the row of a guest.
    fn read(&self, table: &str, column: &str, guest: usize) -> String {
        sql(&self.folder, &format!("SELECT {column} FROM {table} WHERE {}", self.row(table, guest)))
    }

    fn write(&self, table: &str, column: &str, guest: usize, text: &str) {
        let row = self.row(table, guest);
        sql(&self.folder, &format!("UPDATE {table} SET {column} = '{text}' WHERE {row}"));
    }

    fn row(&self, table: &str, guest: usize) -> String {
        let id = if table == "users" { "id" } else { "user_id" };
        format!("{id} = '{}'", self.id(guest))
    }

    /// The guest is told to come later, by every way in.
    #[track_caller]
    fn is_closed(&self, guest: usize) {
        self.server.guest(GUESTS[guest]).is_error(503, 503, UNAVAILABLE);
        let token = self.guests[guest].text("sessionToken");
        self.server.get("/1.1/users/me", Some(token)).is_error(503, 503, UNAVAILABLE);
    }

    #[track_caller]
    fn is_open(&self, guest: usize) {
        let known = self.server.guest(GUESTS[guest]);
        assert_eq!((known.status, known.text("objectId")), (200, self.id(guest)));
        let token = self.guests[guest].text("sessionToken");
        assert_eq!(known.text("sessionToken"), token);
        assert_eq!(self.server.get("/1.1/users/me", Some(token)).text("objectId"), self.id(guest));
    }

    fn log_names_users_and_no_secrets(&self) {
        let log = fs::read_to_string(self.folder.join("log")).unwrap();
        assert!(log.contains(self.id(0)) && log.contains("damaged"), "{log}");
        let tokens = self.guests.iter().map(|guest| guest.text("sessionToken"));
        for secret in tokens.chain(["guest-number"]) {
            assert!(!log.contains(secret), "{log}");
        }
    }
}

#[test]
fn a_damaged_seal_closes_one_account_and_no_other() {
    let changed = Changed::start();
    for (table, column) in [("users", "token_sealed"), ("identities", "data")] {
        let whole = changed.read(table, column, 0);
        let digit = |at: usize| if &whole[at..=at] == "A" { "B" } else { "A" };
        let flipped = |at: usize| format!("{}{}{}", &whole[..at], digit(at), &whole[at + 1..]);
        let middle = whole.len() / 2;
        for damaged in [flipped(0), flipped(middle), whole[..middle].to_owned(), String::new()] {
            changed.write(table, column, 0, &damaged);
            changed.is_closed(0);
            changed.is_open(1);
            changed.is_open(2);
        }
        // Nothing was lost by trying.
        changed.write(table, column, 0, &whole);
        changed.is_open(0);
    }
    changed.log_names_users_and_no_secrets();
}

#[test]
fn the_operator_sees_a_damaged_user_mends_its_session_or_deletes_it() {
    let changed = Changed::start();
    let (server, folder) = (&changed.server, &*changed.folder);
    let (session, identity) = (changed.id(0), changed.id(1));
    changed.write("users", "token_sealed", 0, "damaged");
    changed.write("identities", "data", 1, "damaged");
    changed.is_closed(0);
    changed.is_closed(1);

    let list = order(folder, &["users", "list"]);
    let line = |id: &str| list.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line(session).ends_with(" [anonymous] damaged"), "{list}");
    assert!(line(identity).ends_with(" [anonymous] damaged"), "{list}");
    assert!(line(changed.id(2)).ends_with(" [anonymous]"), "{list}");
    assert!(order(folder, &["users", "show", session]).contains("\ndamaged    sessionToken\n"));
    let shown = order(folder, &["users", "show", identity, "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["damaged"], "authData.anonymous");

    // Who looks through the users meets the others, and hears of whom it cannot be told.
    let find = |query: &str| server.master("GET", &format!("/1.1/users{query}"), &Value::Null);
    let found = find("?count=1");
    assert_eq!((found.status, &found.json["count"]), (200, &json!(1)));
    assert_eq!(found.json["results"][0]["objectId"], changed.id(2));
    assert_eq!(found.json["damaged"], json!([session, identity]));
    let named = format!("?where=%7B%22objectId%22:%22{identity}%22%7D");
    assert_eq!(find(&named).json, json!({ "results": [], "damaged": [identity] }));

    // A new session is one that opens.
    order(folder, &["users", "revoke-sessions", session]);
    let known = server.guest(GUESTS[0]);
    assert_eq!((known.status, known.text("objectId")), (200, session));
    for (guest, by_shell) in [(1, true), (2, false)] {
        changed.write("identities", "data", guest, "damaged");
        let id = changed.id(guest);
        if by_shell {
            order(folder, &["users", "delete", id]);
        } else {
            let gone = server.master("DELETE", &format!("/1.1/users/{id}"), &Value::Null);
            assert_eq!((gone.status, gone.json), (200, json!({})));
        }
        let made = server.guest(GUESTS[guest]);
        assert_eq!(made.status, 201, "its identity is free");
    }
    assert!(!order(folder, &["users", "list"]).contains("damaged"));
    assert!(find("").json.get("damaged").is_none());
    changed.log_names_users_and_no_secrets();
}

#[test]
fn the_owner_of_a_damaged_identity_can_delete_the_account() {
    let changed = Changed::start();
    changed.write("identities", "data", 0, "damaged");
    let path = format!("/1.1/users/{}", changed.id(0));
    let own = changed.guests[0].text("sessionToken");
    let foreign = changed.guests[1].text("sessionToken");
    let delete = |session| changed.server.ask("DELETE", &path, Some(session), &Value::Null);
    assert_eq!(delete(foreign).json["code"], 206);
    changed.is_closed(0);
    assert_eq!(delete(own).json, json!({}));
    assert_eq!(changed.server.guest(GUESTS[0]).status, 201);
}

#[test]
fn what_is_moved_to_another_row_opens_no_account() {
    let changed = Changed::start();
    for (table, column) in [
        ("users", "token_sealed"),
        ("users", "token_lookup"),
        ("identities", "data"),
        ("identities", "user_id"),
    ] {
        let [first, second] = [0, 1].map(|guest| changed.read(table, column, guest));
        swap(&changed, table, column, [&first, &second]);
        changed.server.guest(GUESTS[0]).is_error(503, 503, UNAVAILABLE);
        changed.server.guest(GUESTS[1]).is_error(503, 503, UNAVAILABLE);
        changed.is_open(2);
        swap(&changed, table, column, [&second, &first]);
        changed.is_open(0);
        changed.is_open(1);
    }
    changed.log_names_users_and_no_secrets();
}

/// Exchanges a column of the first two guests, which may be unique.
fn swap(changed: &Changed, table: &str, column: &str, [first, second]: [&str; 2]) {
    let (folder, other) = (&changed.folder, "between");
    let set = |from: &str, to: &str| {
        let set = format!("UPDATE {table} SET {column} = '{to}' WHERE {column} = '{from}'");
        sql(folder, &set);
    };
    if column == "user_id" {
        // Of a user that is there.
        sql(
            folder,
            &format!("UPDATE identities SET platform = '{other}' WHERE user_id = '{first}'"),
        );
        set(second, first);
        let moved = format!(
            "UPDATE identities SET user_id = '{second}', platform = 'anonymous' \
             WHERE platform = '{other}'"
        );
        sql(folder, &moved);
        return;
    }
    set(first, other);
    set(second, first);
    set(other, second);
}
