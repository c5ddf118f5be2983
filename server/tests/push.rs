//! What TapTap is told of bound roles: when, what, how often, and what becomes of what it refuses.
//! TapTap is the stand-in of another server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;

use common::database::{order, sql};
use common::pushing::{
    bind, outbox, profile, pushed, pusher, pusher_command, role, statuses, taptap, times, until,
    until_empty, until_told,
};
use common::signed::{SECRET, master, server_command};
use common::taptap::{next, script, state};
use common::{Server, data, refused};
use serde_json::{Value, json};

const PROFILE: &str = "upload-role-profile";
const LIMIT: &str = "操作过于频繁，请 59 分钟后重试。";

/// Nothing is sent until [`go_on`].
fn hold(folder: &Path) {
    sql(folder, "UPDATE push_state SET paused_until = 99999999999999");
}

fn go_on(folder: &Path) {
    sql(folder, "UPDATE push_state SET paused_until = 0");
}

#[test]
fn with_dev_a_first_bind_is_told_to_the_played_taptap() {
    let server = Server::spawn(server_command(Path::new(":memory:"), &["--dev"]));
    let player = server.guest("me");
    let whole = json!({
        "role_id": "a", "account": player.text("objectId"), "nickname": "\u{6635}\u{79f0}",
        "level": "50", "display_role_id": "#a", "profession": "mage", "zone": "east",
        "server": "s7",
    });
    let put = master(&server, "POST", "/tdsauth/v1/roles", &json!({ "roles": [whole] }));
    assert_eq!(put.status, 200);
    bind(&server, "a", true);
    until_told(&server, "a", 1);
    let told = json!({
        "role_id": "a", "role_name": "\u{6635}\u{79f0}", "level": 50, "display_role_id": "#a",
        "profession": "mage", "zone": "east",
    });
    assert_eq!(profile(&server, "a").unwrap()["record"], told);
    let front = server.fetch("GET", "/", &[], b"");
    assert!(front.text().contains("Roles that TapTap was told of"));
    assert!(front.text().contains("\u{6635}\u{79f0}") && front.text().contains("1 times"));
}

#[test]
fn the_played_taptap_of_a_network_is_told_too() {
    let more = ["--dev-lan"];
    let mut server = Server::spawn(server_command(Path::new(":memory:"), &more));
    // TapTap itself could not call it so: what it signs has no secret in front.
    server.url = server.ready["dev_url"].as_str().unwrap().to_owned();
    let player = server.guest("me");
    role(&server, &player, "a", "Mia", "50");
    bind(&server, "a", true);
    until_told(&server, "a", 1);
}

#[test]
fn each_role_is_told_once_until_something_changes() {
    let (taptap, (kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    // Told of after all before it.
    let mut last = 0;
    let mut others_are_done = || {
        last += 1;
        let id = format!("z{last}");
        role(&server, &player, &id, "Last", "1");
        bind(&server, &id, true);
        until_told(&taptap, &id, 1);
        until_empty(&folder);
    };
    role(&server, &player, "a", "Mia", "50");
    role(&server, &player, "unbound", "Mia", "50");
    bind(&server, "a", true);
    until_told(&taptap, "a", 1);
    bind(&server, "a", true);
    role(&server, &player, "a", "Mia", "50");
    others_are_done();
    assert_eq!(times(&taptap, "a"), 1, "nothing is new");
    role(&server, &player, "a", "Mia", "51");
    until_told(&taptap, "a", 2);
    // By the operator's import, in a process of its own.
    let file = kept.path().join("roles.jsonl");
    let account = player.text("objectId");
    let line = json!({ "role_id": "a", "account": account, "nickname": "Mio", "level": "51" });
    fs::write(&file, line.to_string()).unwrap();
    order(&folder, &["roles", "import", file.to_str().unwrap()]);
    until_told(&taptap, "a", 3);
    // Unbound and bound again: a first time once more.
    bind(&server, "a", false);
    role(&server, &player, "a", "Mio", "52");
    role(&server, &player, "unbound", "Mio", "52");
    others_are_done();
    assert_eq!((times(&taptap, "a"), times(&taptap, "unbound")), (3, 0));
    bind(&server, "a", true);
    until_told(&taptap, "a", 4);
    assert_eq!(profile(&taptap, "a").unwrap()["record"]["level"], 52);
    // As a service of its own says that something is new.
    let hint = json!({ "role_ids": ["a", "unbound"] });
    let hinted = master(&server, "POST", "/tdsauth/v1/binding/push/role-profile", &hint);
    assert_eq!((hinted.status, &hinted.json), (202, &json!({ "not_bound": ["unbound"] })));
    until_told(&taptap, "a", 5);
    // A new start is no reason.
    server.signal("-TERM");
    assert!(server.wait().success());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    role(&server, &player, "z", "Last", "1");
    bind(&server, "z", true);
    until_told(&taptap, "z", 1);
    assert_eq!(times(&taptap, "a"), 5);
}

#[test]
fn what_waits_goes_with_the_binding() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    hold(&folder);
    for id in ["a", "b", "c", "d"] {
        role(&server, &player, id, "Mia", "50");
        bind(&server, id, true);
    }
    assert_eq!(outbox(&folder)["waiting"], 4);
    bind(&server, "a", false);
    let gone = master(&server, "DELETE", "/tdsauth/v1/roles/b", &Value::Null);
    assert_eq!((gone.status, &outbox(&folder)["waiting"]), (200, &json!(2)));
    // With its player.
    let other = server.guest("other");
    role(&server, &other, "c", "Mia", "50");
    assert_eq!(
        master(&server, "DELETE", &format!("/1.1/users/{}", other.text("objectId")), &Value::Null)
            .status,
        200
    );
    go_on(&folder);
    until_told(&taptap, "d", 1);
    until_empty(&folder);
    let told = pushed(&taptap);
    assert_eq!(told["profiles"].as_array().unwrap().len(), 1, "{told}");
}

#[test]
fn bound_roles_are_told_daily() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    for id in ["a", "b", "gone"] {
        role(&server, &player, id, "Mia", "50");
        bind(&server, id, true);
        until_told(&taptap, id, 1);
    }
    bind(&server, "gone", false);
    until_empty(&folder);
    // The day is over.
    let tomorrow = || sql(&folder, "UPDATE push_state SET daily_at = 1");
    tomorrow();
    until_told(&taptap, "a", 2);
    until_told(&taptap, "b", 2);
    until_empty(&folder);
    assert_eq!(times(&taptap, "gone"), 1);
    server.signal("-TERM");
    assert!(server.wait().success());
    let server = pusher(&taptap, &folder, &["--binding-push-every", "0"]);
    tomorrow();
    let player = server.guest("me");
    // Between the two it had nothing to do.
    for id in ["y", "z"] {
        role(&server, &player, id, "Mia", "50");
        bind(&server, id, true);
        until_told(&taptap, id, 1);
        until_empty(&folder);
    }
    assert_eq!(times(&taptap, "a"), 2);
}

#[test]
fn many_are_told_as_fast_as_taptap_listens() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    let account = player.text("objectId");
    let roles: Vec<_> = (0..130)
        .map(|i| {
            let id = format!("{i:03}");
            json!({ "role_id": id, "account": account, "nickname": "x", "level": "1" })
        })
        .collect();
    let put = master(&server, "POST", "/tdsauth/v1/roles", &json!({ "roles": roles }));
    assert_eq!(put.status, 200);
    hold(&folder);
    for i in 0..130 {
        bind(&server, &format!("{i:03}"), true);
    }
    go_on(&folder);
    until_empty(&folder);
    let told = pushed(&taptap);
    let told = told["profiles"].as_array().unwrap();
    assert_eq!(told.len(), 130);
    assert!(told.iter().all(|one| one["times"] == 1));
    assert_eq!(statuses(&taptap, PROFILE), [200; 3], "50, 50 and 30");
}

#[test]
fn told_too_often_taptap_is_left_alone_for_an_hour() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    let refusal = json!({ "success": false, "now": 1, "data": { "msg": LIMIT } });
    next(&taptap, "push", 1, &json!({ "json": refusal, "status": 403 }));
    role(&server, &player, "a", "Mia", "50");
    bind(&server, "a", true);
    let paused = until("a pause", || {
        let outbox = outbox(&folder);
        (!outbox["paused_until"].is_null()).then_some(outbox)
    });
    assert_eq!((&paused["waiting"], &paused["parked"]), (&json!(1), &json!(0)));
    assert!(paused["reason"].as_str().unwrap().contains(LIMIT), "{paused}");
    let left = sql(&folder, "SELECT CAST(paused_until AS TEXT) FROM push_state");
    let left = left.parse::<i64>().unwrap() - common::now_ms();
    assert!((50 * 60 * 1000..=60 * 60 * 1000).contains(&left), "{left}");
    // Nor by another server, nor for another reason.
    let other = pusher(&taptap, &folder, &[]);
    role(&server, &player, "b", "Mia", "50");
    bind(&other, "b", true);
    let page = order(&folder, &["binding", "outbox"]);
    assert!(page.starts_with("2 waiting, 0 parked\nnothing is sent until "), "{page}");
    assert_eq!(statuses(&taptap, PROFILE), [403]);
    go_on(&folder);
    until_empty(&folder);
    assert_eq!((times(&taptap, "a"), times(&taptap, "b")), (1, 1));
}

#[test]
fn the_role_that_is_refused_is_found_and_the_others_are_told() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    script(&taptap, &json!({ "refused_roles": ["r05", "r11"] }));
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    hold(&folder);
    for i in 0..16 {
        let id = format!("r{i:02}");
        role(&server, &player, &id, "Mia", "50");
        bind(&server, &id, true);
    }
    go_on(&folder);
    let parked = until("all are told or parked", || {
        let outbox = outbox(&folder);
        (outbox["waiting"] == 0).then_some(outbox)
    });
    assert_eq!(parked["parked"], 2, "{parked}");
    for (row, id) in parked["rows"].as_array().unwrap().iter().zip(["r05", "r11"]) {
        assert_eq!(row["role_id"], *id);
        assert_eq!(row["reason"], "TapTap answers 400: a role is refused, as ordered");
    }
    let page = order(&folder, &["binding", "outbox"]);
    assert!(page.starts_with("0 waiting, 2 parked\n") && page.contains(" profile r05 "), "{page}");
    let told = pushed(&taptap);
    let told = told["profiles"].as_array().unwrap();
    assert!(told.len() == 14 && told.iter().all(|one| one["times"] == 1), "{told:?}");
    // 1 of 16, 2 of 8, 4 of 4, 4 of 2, 4 of 1.
    assert_eq!(statuses(&taptap, PROFILE).len(), 15);
    // What changes is tried again, and the rest when the operator says so.
    script(&taptap, &json!({ "refused_roles": [] }));
    role(&server, &player, "r05", "Mio", "50");
    until_told(&taptap, "r05", 1);
    assert_eq!(times(&taptap, "r11"), 0);
    order(&folder, &["binding", "outbox", "--retry"]);
    until_told(&taptap, "r11", 1);
    until_empty(&folder);
}

#[test]
fn a_level_that_is_no_number_is_not_sent() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    hold(&folder);
    for (id, level) in [("a", "Lv5"), ("b", "1.5"), ("c", ""), ("d", "7")] {
        role(&server, &player, id, "Mia", level);
        bind(&server, id, true);
    }
    go_on(&folder);
    until_told(&taptap, "d", 1);
    let parked = until("three are parked", || {
        let outbox = outbox(&folder);
        (outbox["parked"] == 3 && outbox["waiting"] == 0).then_some(outbox)
    });
    let why = "its level is missing or no whole number, which TapTap needs";
    assert!(parked["rows"].as_array().unwrap().iter().all(|row| row["reason"] == why), "{parked}");
    assert_eq!(statuses(&taptap, PROFILE), [200], "none was sent");
    for id in ["a", "b", "c"] {
        role(&server, &player, id, "Mia", "5");
        until_told(&taptap, id, 1);
    }
}

#[test]
fn statistics_and_lists_are_handed_on() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    role(&server, &player, "a", "Mia", "50");
    bind(&server, "a", true);
    until_told(&taptap, "a", 1);
    let hand = |what: &str, body: &Value| {
        let answer = master(&server, "POST", &format!("/tdsauth/v1/binding/push/{what}"), body);
        assert_eq!(answer.status, 202, "{}", answer.json);
        answer.json["not_bound"].clone()
    };
    let board = |role_id: &str, test_mode: bool, entries: Value| {
        let role = json!({ "role_id": role_id, "role_data": entries });
        json!({ "type": "0my4cf38", "test_mode": test_mode, "data": [role] })
    };
    let kill = |value: Value| json!({ "data_key": "kills", "data_value": value });
    let win = json!({ "data_key": "wins", "data_value": "3" });
    hold(&folder);
    // In pieces, the later of which counts.
    assert_eq!(hand("data-board", &board("a", false, json!([kill(json!(7)), win]))), json!([]));
    assert_eq!(hand("data-board", &board("a", false, json!([kill(json!("8"))]))), json!([]));
    let stranger = hand("data-board", &board("b", false, json!([kill(json!("1"))])));
    assert_eq!(stranger, json!(["b"]));
    // A preview has no binding.
    assert_eq!(hand("data-board", &board("b", true, json!([kill(json!("1"))]))), json!([]));
    let record = |id: i64| {
        json!({
            "id": id, "sn": 1, "sort": [{ "sort_key": "power", "sort_value": 12 }],
            "data": [{ "data_key": "n", "data_value": 5 }, { "data_key": "t", "data_value": "x" }],
        })
    };
    let list = |test_mode: bool| {
        let role = json!({ "role_id": "a", "role_data": [record(1), record(2)] });
        json!({ "type": "heroes", "test_mode": test_mode, "data": [role] })
    };
    assert_eq!(hand("list-data", &list(false)), json!([]));
    assert_eq!(hand("list-data", &list(true)), json!([]));
    go_on(&folder);
    until_empty(&folder);
    let told = pushed(&taptap);
    let board = |test_mode: bool, role_id: &str, values: Value| {
        let form = "0my4cf38";
        json!({ "test_mode": test_mode, "type": form, "role_id": role_id, "values": values })
    };
    let real = board(false, "a", json!({ "kills": "8", "wins": "3" }));
    let preview = board(true, "b", json!({ "kills": "1" }));
    assert_eq!(told["boards"], json!([real, preview]));
    let of = |test_mode: bool, id: i64| {
        let record = record(id);
        json!({ "test_mode": test_mode, "type": "heroes", "role_id": "a", "record": record })
    };
    assert_eq!(told["lists"], json!([of(false, 1), of(false, 2), of(true, 1), of(true, 2)]));
    // Of the preview nothing stays, nor comes back.
    hold(&folder);
    assert_eq!(hand("list-data", &list(true)), json!([]));
    assert_eq!(hand("clear-test-data", &json!({ "role_ids": ["a", "b"] })), json!([]));
    go_on(&folder);
    until_empty(&folder);
    let told = pushed(&taptap);
    assert_eq!(told["boards"], json!([real]));
    assert_eq!(told["lists"], json!([of(false, 1), of(false, 2)]));
}

#[test]
fn what_is_malformed_is_not_taken_from_the_studio() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let path = |what: &str| format!("/tdsauth/v1/binding/push/{what}");
    let entry = json!({ "data_key": "k", "data_value": "v" });
    let of = |data: Value| json!({ "type": "t", "test_mode": true, "data": data });
    let role = |entries: Value| of(json!([{ "role_id": "a", "role_data": entries }]));
    let of_a = json!({ "role_id": "a", "role_data": [entry] });
    let record = |changed: (&str, Value)| {
        let mut record = json!({ "id": 1, "data": [entry] });
        record[changed.0] = changed.1;
        role(json!([record]))
    };
    let sort = json!({ "sort_key": "s", "sort_value": 1 });
    let with = |body: &Value, name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        body
    };
    let good = role(json!([entry]));
    for (what, body) in [
        ("role-profile", json!({})),
        ("role-profile", json!({ "role_ids": [] })),
        ("role-profile", json!({ "role_ids": [7] })),
        ("clear-test-data", json!({ "role_ids": ["a"], "x": 1 })),
        (
            "clear-test-data",
            json!({ "role_ids": (0..501).map(|i| i.to_string()).collect::<Vec<_>>() }),
        ),
        ("data-board", with(&good, "type", json!(""))),
        ("data-board", with(&good, "type", json!(7))),
        ("data-board", with(&good, "test_mode", json!("true"))),
        ("data-board", with(&good, "else", json!(1))),
        ("data-board", of(json!([]))),
        ("data-board", role(json!([]))),
        ("data-board", of(json!([of_a, of_a]))),
        ("data-board", role(json!([{ "data_key": "k", "data_value": true }]))),
        ("data-board", role(json!([{ "data_key": "k", "data_value": null }]))),
        ("data-board", role(json!([{ "data_key": "", "data_value": "v" }]))),
        ("data-board", role(json!([{ "data_key": "k", "data_value": "v", "x": 1 }]))),
        ("data-board", role(json!([{ "data_key": "k", "data_value": "x".repeat(5000) }]))),
        ("list-data", record(("id", json!("1")))),
        ("list-data", record(("id", json!(1.5)))),
        ("list-data", record(("sn", json!("1")))),
        ("list-data", record(("data", json!([])))),
        ("list-data", record(("sort", json!([sort, sort, sort, sort])))),
        ("list-data", record(("sort", json!([{ "sort_key": "s", "sort_value": "1" }])))),
        ("list-data", record(("else", json!(1)))),
        (
            "list-data",
            role(json!(
                (0..2001)
                    .map(|i| json!({ "id": i, "data": [{ "data_key": "k", "data_value": 1 }] }))
                    .collect::<Vec<_>>()
            )),
        ),
    ] {
        let answer = master(&server, "POST", &path(what), &body);
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!(107)), "{what} {body}");
    }
    assert_eq!(server.post(&path("data-board"), &good).status, 403);
    assert_eq!(outbox(&folder)["waiting"], 0);
    let quiet = Server::spawn(server_command(Path::new(":memory:"), &[]));
    assert_eq!(master(&quiet, "POST", &path("data-board"), &good).status, 404, "not pushed");
}

#[test]
fn what_taptap_does_not_answer_is_told_later() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    // Taken, but the answer is lost: nobody knows, so it is told again.
    next(&taptap, "push", 1, &json!({ "fault": "lose" }));
    role(&server, &player, "a", "Mia", "50");
    bind(&server, "a", true);
    until_told(&taptap, "a", 2);
    until_empty(&folder);
    assert_eq!(outbox(&folder)["reason"], Value::Null);
    for fault in ["cut", "garbage", "huge"] {
        next(&taptap, "push", 1, &json!({ "fault": fault }));
        let id = format!("role-{fault}");
        role(&server, &player, &id, "Mia", "50");
        bind(&server, &id, true);
        until_told(&taptap, &id, 1);
    }
    next(&taptap, "push", 1, &json!({ "json": { "success": false, "data": {} }, "status": 500 }));
    role(&server, &player, "b", "Mia", "50");
    bind(&server, "b", true);
    until("a try in vain", || {
        let row = outbox(&folder)["rows"][0].take();
        (row["tries"] == 1).then(|| assert!(row["reason"].as_str().unwrap().contains("500")))
    });
    until_told(&taptap, "b", 1);
    until_empty(&folder);
}

#[test]
fn who_is_killed_before_the_answer_has_its_roles_told_by_the_next() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let timeout = ["--binding-push-timeout", "4"];
    let server = pusher(&taptap, &folder, &timeout);
    let player = server.guest("me");
    role(&server, &player, "a", "Mia", "50");
    next(&taptap, "push", 1, &json!({ "fault": "drop", "ms": 600_000 }));
    bind(&server, "a", true);
    until("TapTap is asked", || (state(&taptap)["script"]["next"][0]["times"] == 0).then_some(()));
    server.kill();
    let server = pusher(&taptap, &folder, &timeout);
    let row = outbox(&folder)["rows"][0].take();
    assert_eq!((&row["role_id"], &row["sending"]), (&json!("a"), &json!(true)), "nobody else yet");
    until_told(&taptap, "a", 1);
    until_empty(&folder);
    let player = server.guest("me");
    role(&server, &player, "b", "Mia", "50");
    bind(&server, "b", true);
    until_told(&taptap, "b", 1);
    assert_eq!(times(&taptap, "a"), 1);
}

#[test]
fn an_orderly_end_waits_for_the_answer() {
    let (taptap, (_kept, folder)) = (taptap(), data());
    let server = pusher(&taptap, &folder, &[]);
    let player = server.guest("me");
    role(&server, &player, "a", "Mia", "50");
    next(&taptap, "push", 1, &json!({ "fault": "delay", "ms": 1000 }));
    bind(&server, "a", true);
    until("TapTap is asked", || (state(&taptap)["script"]["next"][0]["times"] == 0).then_some(()));
    server.signal("-TERM");
    assert!(server.wait().success());
    assert_eq!((times(&taptap, "a"), &outbox(&folder)["waiting"]), (1, &json!(0)));
}

#[test]
fn the_log_holds_no_secret() {
    let (taptap, (kept, folder)) = (taptap(), data());
    let log = kept.path().join("log");
    let mut command = pusher_command(&taptap, &folder, &["--log", "trace"]);
    command.stderr(fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let player = server.guest("me");
    script(&taptap, &json!({ "refused_roles": ["bad"] }));
    for id in ["a", "bad"] {
        role(&server, &player, id, "Mia-is-nobodys-business", "50");
        bind(&server, id, true);
    }
    until_told(&taptap, "a", 1);
    until("it is parked", || (outbox(&folder)["parked"] == 1).then_some(()));
    next(&taptap, "push", 1, &json!({ "fault": "drop" }));
    role(&server, &player, "a", "Mia-is-nobodys-business", "51");
    until_told(&taptap, "a", 2);
    let keys = [server.master_key.clone(), server.app_key.clone()];
    let session = player.text("sessionToken").to_owned();
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = fs::read_to_string(&log).unwrap();
    assert!(log.contains("a role is refused by TapTap and is parked"), "{log}");
    assert!(log.contains("TapTap could not be told of roles"), "{log}");
    for secret in keys.iter().map(String::as_str).chain([SECRET, &*session, "nobodys-business"]) {
        assert!(!log.contains(secret), "{secret}");
    }
    assert!(!log.to_lowercase().contains("x-tap-sign"));
}

#[test]
fn options_that_cannot_be_are_refused() {
    for (options, why) in [
        (&["--binding-push-url", "http://example.com"][..], "--binding-push-url: "),
        (&["--binding-push-url", "https://x/?a=1"], "--binding-push-url: "),
        (&["--binding-push-rate", "101"], "--binding-push-rate"),
        (&["--binding-push-rate", "0"], "--binding-push-rate"),
        (&["--binding-push-timeout", "61"], "--binding-push-timeout"),
    ] {
        let said = refused(server_command(Path::new(":memory:"), options));
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn the_played_taptap_checks_what_it_is_told() {
    use common::signed::{nonce, now, sign};
    let taptap = taptap();
    let target = "/game-record/v1/upload-role-profile?client_id=dev-taptap-client";
    let good = json!({ "data": [{ "role_id": "a", "role_name": "Mia", "level": 1 }] });
    let send = |target: &str, secret: &str, at: i64, nonce: &str, body: &Value| {
        let (body, at) = (body.to_string(), at.to_string());
        let tap = [("X-Tap-Nonce", nonce), ("X-Tap-Ts", &*at)];
        let sign = sign(secret, "POST", target, &tap, body.as_bytes());
        let headers = [tap[0], tap[1], ("X-Tap-Sign", &*sign)];
        let answer = taptap.send("POST", target, &headers, body.as_bytes());
        if answer.status != 200 {
            assert_eq!(answer.json["success"], false);
            assert!(answer.json["data"]["msg"].is_string() && answer.json["now"].is_i64());
            assert_eq!(answer.json["data"].as_object().unwrap().len(), 1);
        }
        answer.status
    };
    let (once, at) = (nonce(), now());
    assert_eq!(send(target, SECRET, at, &once, &good), 200);
    assert_eq!(send(target, SECRET, at, &once, &good), 401, "again");
    assert_eq!(send(target, "another secret", now(), &nonce(), &good), 401);
    assert_eq!(send(target, SECRET, now() - 400, &nonce(), &good), 401);
    assert_eq!(send("/game-record/v1/upload-role-profile", SECRET, now(), &nonce(), &good), 401);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body["data"][0][name] = value;
        body
    };
    let many = |count: usize| -> Vec<Value> { (0..count).map(|i| json!(i.to_string())).collect() };
    for body in [
        with("level", json!("1")),
        with("level", json!(1.5)),
        with("role_name", json!(null)),
        with("nickname", json!("Mia")),
        with("zone", json!(7)),
        json!({ "data": [] }),
        json!({ "data": good["data"], "test_mode": false }),
        json!([]),
    ] {
        assert_eq!(send(target, SECRET, now(), &nonce(), &body), 400, "{body}");
    }
    let clear = "/game-record/v1/clear-test-data?client_id=dev-taptap-client";
    let ids = |count: usize| json!({ "role_ids": many(count) });
    assert_eq!(send(clear, SECRET, now(), &nonce(), &ids(101)), 400);
    assert_eq!(send(clear, SECRET, now(), &nonce(), &json!({ "role_ids": [7] })), 400);
    let list = "/game-record/v1/upload-list-data?client_id=dev-taptap-client";
    let records = |count: usize| {
        let record = |i: usize| json!({ "id": i, "data": [{ "data_key": "k", "data_value": 1 }] });
        let records: Vec<_> = (0..count).map(record).collect();
        json!({ "type": "t", "data": [{ "role_id": "a", "role_data": records }] })
    };
    assert_eq!(send(list, SECRET, now(), &nonce(), &records(2001)), 400);
    assert_eq!(send(list, SECRET, now(), &nonce(), &records(2000)), 200);
    // So many roles within a second, and it listens to nobody for an hour by its own clock.
    let one = |i: usize| json!({ "role_id": i.to_string(), "role_name": "Mia", "level": 1 });
    let too_many = json!({ "data": (0..101).map(one).collect::<Vec<_>>() });
    assert_eq!(send(target, SECRET, now(), &nonce(), &too_many), 403);
    assert_eq!(send(target, SECRET, now(), &nonce(), &good), 403);
    script(&taptap, &json!({ "clock_offset_s": 3599 - 5 }));
    let later = now() + 3594;
    assert_eq!(send(target, SECRET, later, &nonce(), &good), 403);
    script(&taptap, &json!({ "clock_offset_s": 3700 }));
    assert_eq!(send(target, SECRET, now() + 3700, &nonce(), &good), 200);
}
