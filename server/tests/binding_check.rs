//! `tdsauth-server binding check` against a server of ours, all ways, with a player for each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::platform::{Platform, Reply};
use common::signed::{BASE, SECRET, SECRETS, give, query, server_command};
use common::taptap::{self, CLIENT_ID, login, nine};
use common::tls::{Files, Identity};
use common::{Answer, Server, chmod, command};
use serde_json::{Value, json};
use tempfile::TempDir;

const PHONE: &str = "13800138000";
const DEEP: &str = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind\
                    %3Fapp_id%3D1%26code%3D%24%7Bcode%7D&fullscreen=1";
const WEB: &str = "https://www.taptap.cn/game-record/bind?app_id=1&from=a%2Bb";

fn check(url: &str, options: &[&str]) -> Command {
    let mut command = command();
    command.args(["binding", "check", url, "--json"]).args(options).env(SECRETS, SECRET);
    // However busy the machine is.
    for time in ["--timeout", "--slow-after"] {
        if !options.contains(&time) {
            command.args([time, "60"]);
        }
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The report, and whether the order had success.
fn run(mut command: Command) -> (Value, bool) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout);
    (report.unwrap_or_else(|_| panic!("no report: {said}")), output.status.success())
}

fn mint(server: &Server, player: &Answer, redirect_uri: &str) -> String {
    let session = Some(player.text("sessionToken"));
    let body = json!({ "redirect_uri": redirect_uri });
    let made = server.ask("POST", "/tdsauth/v1/binding/codes", session, &body);
    made.text("code").to_owned()
}

#[test]
fn our_own_server_has_nothing_wrong() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_owned();
    // What is sent lies where the program finds it.
    let sender = Platform::start(move |asked| {
        let sent: Value = serde_json::from_str(&asked.body).unwrap();
        let kind = if sent["uid"].is_null() { "phone" } else { "uid" };
        std::fs::write(path.join(kind), sent["code"].as_str().unwrap()).unwrap();
        Reply::Json(200, json!({}))
    });
    let url = format!("{}/send", sender.url);
    let mut command = server_command(Path::new(":memory:"), &["--dev", "--binding-sender", &url]);
    command.env("TDSAUTH_BINDING_SENDER_KEY", "a-key-of-the-sender-with-32-chars");
    let server = Server::spawn(command);
    taptap::script(&server, &json!({ "interval": 0 }));

    // There is a plus sign in this one's openid.
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let player = login(&server, &sent);
    give(&server, &player, "role-1");
    let other = nine(&server, &taptap::token(&server, "alex", "public_profile"));
    login(&server, &other);
    let account = json!({ "username": "x", "password": "pw", "mobilePhoneNumber": PHONE });
    let account = server.post("/1.1/users", &account);
    give(&server, &account, "role-2");

    // A token that ended, because its code came a second time.
    let code = mint(&server, &account, WEB);
    let exchange = || query("get-token", &[("code", &code), ("redirect_uri", WEB)]).send(&server);
    let ended = exchange().json["data"]["access_token"].as_str().unwrap().to_owned();
    assert_eq!(exchange().json["code"], 1003);

    let mut codes = vec![];
    for (option, address, count) in [("--deep-link-code", DEEP, 2), ("--web-link-code", WEB, 3)] {
        codes.extend((0..count).flat_map(|_| [option.to_owned(), mint(&server, &player, address)]));
    }
    let program = folder.path().join("codes");
    std::fs::write(&program, "#!/bin/sh\ncat \"$(dirname \"$0\")/$1\"\n").unwrap();
    chmod(&program, 0o700);
    let text = |name: &str| sent[name].as_str().unwrap();
    let mut options = vec![
        ("--client-id", CLIENT_ID),
        ("--phone", PHONE),
        ("--uid", "role-1"),
        ("--open-id", text("openid")),
        ("--union-id", text("unionid")),
        ("--open-id-without-role", other["openid"].as_str().unwrap()),
        ("--redirect-uri", WEB),
        ("--expired-token", &ended),
        ("--role-id", "role-2"),
        ("--code-source", program.to_str().unwrap()),
    ];
    options.extend(codes.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())));
    let mut options: Vec<_> = options.into_iter().flat_map(|(name, value)| [name, value]).collect();
    options.extend(["--send", "--bind"]);
    let (report, success) = run(check(&server.url, &options));
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert!(success);
    // The contract's roles do not say what is bound.
    let skipped = report["not_checked"].as_array().unwrap();
    let whats: Vec<_> = skipped.iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["whether a late notice changes nothing"]);
    // One code each: no second one was sent within a minute.
    assert_eq!(sender.asked().len(), 2);
}

#[test]
fn what_a_server_is_set_up_not_to_do_is_said() {
    let server = Server::spawn(server_command(
        Path::new(":memory:"),
        &["--binding-allow-replays", "--binding-window", "0"],
    ));
    let (report, success) = run(check(&server.url, &[]));
    let names: std::collections::BTreeSet<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["check"].as_str().unwrap())
        .collect();
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["future-time", "old-time", "replayed-nonce"]
    );
    assert!(!success);
    // Without a sender there are no codes: no error as long as nobody counts on them.
    let skipped = report["not_checked"].as_array().unwrap();
    let is_skipped = |name: &str| skipped.iter().any(|one| one["what"] == name);
    assert!(is_skipped("send-code-by-phone") && is_skipped("verify-and-get-roles-by-uid"));
    let (report, _) = run(check(&server.url, &["--phone", PHONE]));
    let findings = report["findings"].as_array().unwrap();
    let absent: Vec<_> = findings.iter().filter(|one| one["check"] == "not-served").collect();
    assert_eq!(absent.len(), 2, "{report:#}");
}

#[test]
fn each_endpoint_may_have_an_address_of_its_own() {
    let paths = ["--binding-base", "/tap", "--binding-path", "bind-notify=/told/all"];
    let server = Server::spawn(server_command(Path::new(":memory:"), &paths));
    let endpoint = format!("bind-notify={}/told/all", server.url);
    let base = format!("{}/tap/", server.url);
    let (report, success) = run(check(&base, &["--endpoint", &endpoint]));
    assert!(success && report["findings"] == json!([]), "{report:#}");
    assert!(report["passed"].as_u64() > Some(100));
    let (report, success) = run(check(&format!("{}{BASE}", server.url), &[]));
    assert!(!success && report["findings"][0]["check"] == "not-served", "{report:#}");
}

#[test]
fn a_certificate_has_to_be_one_that_is_trusted() {
    let files = Files::of(&Identity::new());
    let mut command = files.command(&[]);
    command.env(SECRETS, SECRET);
    let server = Server::spawn(command);
    let port = server.url.rsplit(':').next().unwrap();
    let url = format!("https://localhost:{port}");
    let (report, success) = run(check(&url, &[]));
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report:#}");
    assert!(!success && report["findings"][0]["check"] == "tls", "{report:#}");
    let (report, success) = run(check(&url, &["--ca", files.certificate.to_str().unwrap()]));
    assert!(success && report["findings"] == json!([]), "{report:#}");
}
