//! Several servers of one game that tell TapTap of roles together.

#[path = "../../common/mod.rs"]
mod common;

use std::thread;

use common::pushing::{bind, options, pushed, statuses, taptap, until, until_told};
use common::signed::{SECRET, SECRETS, master};
use common::{SEAL_KEY, Server, TEST_KEY, command};
use private_postgres::shared;
use serde_json::json;

const ROLES: usize = 200;

fn servers(count: usize, url: &str, taptap: &Server, more: &[&str]) -> Vec<Server> {
    let start = || {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(":memory:");
        command.args(options(taptap)).args(more);
        for (name, value) in [("APP_ID", "app"), ("APP_KEY", "key"), ("MASTER_KEY", "master")] {
            command.env(format!("TDSAUTH_{name}"), value);
        }
        command.env("TDSAUTH_DATABASE_URL", url).env(SEAL_KEY, TEST_KEY).env(SECRETS, SECRET);
        Server::spawn(command)
    };
    thread::scope(|scope| {
        let starting: Vec<_> = (0..count).map(|_| scope.spawn(start)).collect();
        starting.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn give_roles(server: &Server) {
    let player = server.guest("me");
    let role = |i: usize| {
        let account = player.text("objectId");
        json!({ "role_id": format!("{i:03}"), "account": account, "nickname": "x", "level": "1" })
    };
    let roles: Vec<_> = (0..ROLES).map(role).collect();
    let put = master(server, "POST", "/tdsauth/v1/roles", &json!({ "roles": roles }));
    assert_eq!(put.status, 200, "{}", put.json);
}

#[test]
fn four_servers_tell_each_role_once_and_keep_one_limit() {
    let (taptap, url) = (taptap(), shared().database());
    let servers = servers(4, &url, &taptap, &[]);
    give_roles(&servers[0]);
    // Each is bound by all of them at once.
    thread::scope(|scope| {
        for server in &servers {
            scope.spawn(move || (0..ROLES).for_each(|i| bind(server, &format!("{i:03}"), true)));
        }
    });
    let all = || pushed(&taptap)["profiles"].as_array().unwrap().clone();
    until("all are told", || (all().len() == ROLES).then_some(()));
    let left = || shared().sql(&url, "SELECT CAST(count(*) AS TEXT) FROM push_outbox");
    until("nothing waits", || (left().trim() == "0").then_some(()));
    assert!(all().iter().all(|one| one["times"] == 1));
    let statuses = statuses(&taptap, "upload-role-profile");
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

#[test]
fn a_fourth_server_takes_over_what_three_killed_ones_had() {
    let (taptap, url) = (taptap(), shared().database());
    let start = |count: usize| servers(count, &url, &taptap, &["--binding-push-timeout", "4"]);
    let three = start(3);
    give_roles(&three[0]);
    // Whichever of the three takes it is held until it is killed.
    common::taptap::next(&taptap, "push", 1, &json!({ "fault": "drop", "ms": 600_000 }));
    bind(&three[0], "000", true);
    until("TapTap is asked", || {
        let state = common::taptap::state(&taptap);
        (state["script"]["next"][0]["times"] == 0).then_some(())
    });
    let fourth = start(1).remove(0);
    three.into_iter().for_each(Server::kill);
    (1..20).for_each(|i| bind(&fourth, &format!("{i:03}"), true));
    (0..20).for_each(|i| until_told(&taptap, &format!("{i:03}"), 1));
}
