//! A server that tells TapTap of roles, and the TapTap that it tells: the stand-in of another.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::database::order;
use super::signed::{Call, master, now, server_command};
use super::taptap::{self, CLIENT_ID};
use super::{Answer, HANG, Server};

/// A TapTap that a server can tell of roles.
pub fn taptap() -> Server {
    Server::spawn(server_command(Path::new(":memory:"), &["--dev", "--binding-no-push"]))
}

/// The options of a server that tells `taptap`.
pub fn options(taptap: &Server) -> Vec<String> {
    let options = [
        "--taptap-client-id",
        CLIENT_ID,
        "--taptap-open-url",
        &taptap.url,
        "--binding-push-url",
        &taptap.url,
    ];
    options.map(str::to_owned).to_vec()
}

pub fn pusher_command(taptap: &Server, data: &Path, more: &[&str]) -> Command {
    let mut command = server_command(data, more);
    command.args(options(taptap));
    command
}

pub fn pusher(taptap: &Server, data: &Path, more: &[&str]) -> Server {
    Server::spawn(pusher_command(taptap, data, more))
}

/// Waits for something that happens soon of itself.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + HANG;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}: never");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What TapTap was told.
pub fn pushed(taptap: &Server) -> Value {
    taptap::state(taptap)["pushed"].take()
}

/// How often TapTap was told the profile of a role.
pub fn times(taptap: &Server, role_id: &str) -> u64 {
    profile(taptap, role_id).map_or(0, |profile| profile["times"].as_u64().unwrap())
}

pub fn profile(taptap: &Server, role_id: &str) -> Option<Value> {
    let pushed = pushed(taptap);
    let profiles = pushed["profiles"].as_array().unwrap();
    profiles.iter().find(|profile| profile["record"]["role_id"] == role_id).cloned()
}

#[track_caller]
pub fn until_told(taptap: &Server, role_id: &str, times: u64) {
    until(role_id, || (self::times(taptap, role_id) == times).then_some(()));
}

/// The answers to requests of this path, newest first.
pub fn statuses(taptap: &Server, endpoint: &str) -> Vec<u64> {
    let path = format!("/game-record/v1/{endpoint}");
    let state = taptap::state(taptap);
    let requests = state["requests"].as_array().unwrap().iter();
    let own = requests.filter(|request| request["path"] == *path);
    own.map(|request| request["status"].as_u64().unwrap()).collect()
}

/// Gives a player a role with a level, or changes it.
#[track_caller]
pub fn role(server: &Server, player: &Answer, role_id: &str, nickname: &str, level: &str) {
    let account = player.text("objectId");
    let role =
        json!({ "role_id": role_id, "account": account, "nickname": nickname, "level": level });
    let put = master(server, "POST", "/tdsauth/v1/roles", &json!({ "roles": [role] }));
    assert_eq!(put.status, 200, "{}", put.json);
}

/// TapTap says that a role is bound, or is not any more.
#[track_caller]
pub fn bind(server: &Server, role_id: &str, bind: bool) {
    let call = Call { at: now(), ..Call::notify(&json!({ "role_id": role_id, "bind": bind })) };
    assert_eq!(call.code(server), 0, "{role_id}");
}

/// What the operator is shown.
#[track_caller]
pub fn outbox(folder: &Path) -> Value {
    serde_json::from_str(&order(folder, &["binding", "outbox", "--json"])).unwrap()
}

#[track_caller]
pub fn until_empty(folder: &Path) {
    until("the outbox is empty", || {
        let outbox = outbox(folder);
        (outbox["waiting"] == 0 && outbox["parked"] == 0).then_some(())
    });
}
