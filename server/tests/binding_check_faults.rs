//! `tdsauth-server binding check` against a studio's own server: right, it has nothing to say; of
//! each fault it says what it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;

use common::command;
use common::signed::{BASE, SECRET, SECRETS};
use common::studio::{
    CLIENT, EMPTY_ID, OLD_TOKEN, OPEN_ID, OTHER_SECRET, PHONE, REDIRECT, ROLE, Studio, UID,
    UNION_ID,
};
use serde_json::{Value, json};

/// Everything that a studio can say of a test account.
const ALL: [&str; 20] = [
    "--client-id",
    CLIENT,
    "--phone",
    PHONE,
    "--uid",
    UID,
    "--open-id",
    OPEN_ID,
    "--union-id",
    UNION_ID,
    "--open-id-without-role",
    EMPTY_ID,
    "--redirect-uri",
    REDIRECT,
    "--expired-token",
    OLD_TOKEN,
    "--role-id",
    ROLE,
    "--send",
    "--bind",
];

fn check(url: &str, options: &[&str]) -> Command {
    let mut command = command();
    command.args(["binding", "check", url]).args(options).env(SECRETS, SECRET);
    // However busy the machine is.
    for time in ["--timeout", "--slow-after"] {
        if !options.contains(&time) {
            command.args([time, "60"]);
        }
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn read(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {said}"))
}

fn names(report: &Value) -> BTreeSet<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["check"].as_str().unwrap()).collect()
}

/// A whole run, with two secrets and everything that is known.
fn whole(studio: &Studio, more: &[&str]) -> Output {
    let source = studio.code_source();
    let options = [&ALL[..], &["--code-source", source.to_str().unwrap()], more].concat();
    let mut command = check(&studio.platform.url, &options);
    command.env(SECRETS, format!("{SECRET} {OTHER_SECRET}"));
    command.output().unwrap()
}

/// Nothing of what opens or names an account.
fn keeps_secrets(output: &Output) {
    let said = String::from_utf8([&*output.stdout, &*output.stderr].concat()).unwrap();
    for secret in
        [SECRET, OTHER_SECRET, PHONE, OPEN_ID, OLD_TOKEN, "123456", "deep-link-", "token-for-"]
    {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

/// Faults of which nothing but advice comes.
const MILD: [&str; 12] = [
    "any method",
    "any telephone",
    "client id ignored",
    "empty list",
    "kept by caches",
    "missing is invalid",
    "plus is a blank",
    "replays",
    "slow",
    "status of its own",
    "text/html",
    "token outlives its code",
];

/// Faults, and the names of all that is found.
const FAULTS: &[(&str, &[&str])] = &[
    (
        "no signature",
        &[
            "altered-body",
            "altered-header",
            "altered-query",
            "cut-signature",
            "future-time",
            "malformed-time",
            "missing-header",
            "old-time",
            "other-client-id",
            "repeated-header",
            "replayed-nonce",
            "signature-case",
            "unsigned-header",
            "wrong-secret",
        ],
    ),
    (
        "no signature at one",
        &[
            "altered-header",
            "altered-query",
            "cut-signature",
            "future-time",
            "malformed-time",
            "missing-header",
            "old-time",
            "other-client-id",
            "repeated-header",
            "replayed-nonce",
            "signature-case",
            "unsigned-header",
            "wrong-secret",
        ],
    ),
    ("unsigned passes", &["missing-header"]),
    ("repeated header", &["repeated-header"]),
    ("two headers", &["extra-header", "unsigned-header"]),
    ("authorization signed", &["authorization-unsigned", "get-without-body"]),
    ("a part of the signature", &["cut-signature"]),
    ("letters of any case", &["signature-case"]),
    ("one secret", &["second-secret"]),
    (
        "path alone",
        &["altered-query", "client-id", "get-without-body", "percent-encoding", "query-order"],
    ),
    ("sorted query", &["client-id", "query-order"]),
    ("decoded query", &["percent-encoding"]),
    ("body written anew", &["altered-body", "body-spelling"]),
    ("body without blanks", &["altered-body"]),
    ("body not signed", &["good-signature"]),
    ("object for no body", &["get-without-body"]),
    ("any text as time", &["malformed-time"]),
    ("old signatures", &["old-time"]),
    ("future signatures", &["future-time"]),
    ("nonces of eight", &["nonce-length"]),
    ("replays", &["replayed-nonce"]),
    ("client id refused", &["client-id"]),
    ("client id ignored", &["other-client-id"]),
    ("any method", &["method"]),
    ("not-served", &["not-served"]),
    ("crash", &["json", "malformed-body"]),
    ("own fault for a bad body", &["malformed-body"]),
    ("missing is invalid", &["missing-parameter"]),
    ("missing is a crash", &["missing-parameter"]),
    ("numbers as texts", &["parameter-type"]),
    ("bind as a text", &["bind-type"]),
    ("any telephone", &["invalid-phone"]),
    ("unknown is without role", &["unknown-account"]),
    ("codes of its own", &["unknown-account", "unknown-code"]),
    ("unknown code is a crash", &["unknown-code-or-token"]),
    ("sender is down", &["send-code"]),
    ("no throttle", &["send-code-throttle"]),
    ("any code", &["wrong-verification-code", "verification-code-reused"]),
    ("right code refused", &["verification-code"]),
    ("codes stay", &["verification-code-reused"]),
    ("account is not found", &["roles-of-account"]),
    ("plus is a blank", &["plus-in-open-id"]),
    ("empty list", &["account-without-role", "no-role"]),
    ("fresh code refused", &["code", "code-race"]),
    ("codes for ever", &["code-race", "code-reused", "token-after-reuse"]),
    ("look first, end later", &["code-race"]),
    ("any redirect_uri", &["wrong-redirect-uri"]),
    ("token outlives its code", &["token-after-reuse"]),
    ("token is a number", &["access-token"]),
    ("token refused", &["token"]),
    ("tokens for ever", &["expired-token"]),
    ("no token needed", &["missing-token"]),
    ("any role", &["unknown-role"]),
    ("unbinding needs a role", &["unbind-unknown-role"]),
    ("bind fails", &["bind", "bind-again", "late-notice"]),
    ("bound already", &["bind-again"]),
    ("unbind fails", &["unbind", "unbind-again"]),
    ("unbound already", &["unbind-again"]),
    ("late notices count", &["late-notice"]),
    ("late notices are errors", &["late-notice"]),
    ("data is an object", &["data-type"]),
    ("role is a text", &["role-type"]),
    ("role_id is a number", &["role-id"]),
    ("no nickname", &["nickname"]),
    ("level is a number", &["level"]),
    ("zone is null", &["role-member"]),
    ("role twice", &["role-id-repeated"]),
    ("status of its own", &["status"]),
    ("created", &["status"]),
    ("code is a text", &["code-type"]),
    ("no msg", &["msg-type"]),
    ("text/html", &["content-type"]),
    ("kept by caches", &["cache-control"]),
    ("redirect", &["redirect"]),
    ("huge", &["too-large"]),
    ("silent", &["timeout"]),
    ("closes", &["unreachable"]),
    ("slow", &["slow"]),
];

/// Where a fault shows, with what is needed for it: asking everywhere would take its time.
fn endpoints(fault: &str) -> &'static [&'static str] {
    match fault {
        "any code" | "any telephone" | "codes stay" | "no throttle" | "right code refused"
        | "sender is down" => &["send-code-by-phone", "verify-and-get-roles-by-phone"],
        "closes" | "silent" | "unknown is without role" => {
            &["send-code-by-uid", "verify-and-get-roles-by-uid"]
        }
        "account is not found"
        | "codes of its own"
        | "data is an object"
        | "empty list"
        | "huge"
        | "level is a number"
        | "no nickname"
        | "plus is a blank"
        | "redirect"
        | "role is a text"
        | "role twice"
        | "role_id is a number"
        | "slow"
        | "zone is null" => &["get-roles"],
        "any redirect_uri"
        | "authorization signed"
        | "codes for ever"
        | "fresh code refused"
        | "kept by caches"
        | "look first, end later"
        | "no token needed"
        | "token is a number"
        | "token outlives its code"
        | "token refused"
        | "tokens for ever"
        | "unknown code is a crash" => &["get-token", "get-roles-by-token"],
        "any role"
        | "bind fails"
        | "bound already"
        | "late notices are errors"
        | "late notices count"
        | "unbind fails"
        | "unbound already" => &["bind-notify", "get-roles"],
        _ => &["get-token", "bind-notify"],
    }
}

#[test]
fn of_a_server_that_is_right_nothing_is_found() {
    let output = whole(&Studio::start(""), &["--json"]);
    let report = read(&output);
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["not_checked"], json!([]));
    assert!(output.status.success() && report["passed"].as_u64() > Some(500), "{report}");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "tdsauth-server: --send: the telephone that ends in 00 is sent codes",
            "tdsauth-server: --send: the UID that ends in 01 is sent codes",
            "tdsauth-server: --bind: the role is bound and unbound; it ends unbound",
        ]
    );
    keeps_secrets(&output);
}

#[test]
fn each_fault_is_found_by_its_name() {
    let next = Mutex::new(FAULTS.iter());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((fault, expected)) = next.lock().unwrap().next() else { return };
                    // Two of them are about time.
                    let times = match *fault {
                        "silent" => ["--timeout", "1"],
                        "slow" => ["--slow-after", "1"],
                        _ => ["--timeout", "60"],
                    };
                    let mut options = [&times[..], &["--json"]].concat();
                    options.extend(endpoints(fault).iter().flat_map(|name| ["--only", name]));
                    let output = whole(&Studio::start(fault), &options);
                    let report = read(&output);
                    let expected: BTreeSet<_> = expected.iter().copied().collect();
                    assert_eq!(names(&report), expected, "{fault}: {report:#}");
                    assert_eq!(output.status.success(), MILD.contains(fault), "{fault}");
                    keeps_secrets(&output);
                }
            });
        }
    });
}

#[test]
fn a_person_reads_what_was_sent_what_came_and_what_to_do() {
    let output = whole(&Studio::start("level is a number"), &[]);
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let first: Vec<_> = said.lines().take(5).collect();
    assert_eq!(
        first,
        [
            "error level: verify-and-get-roles-by-phone",
            "  sent      POST, the right code",
            "  expected  level is a text here (a number only where roles are pushed to TapTap), or \
             left out",
            "  came      level: an integer",
            "  to do     answer {\"level\": \"50\"}",
        ]
    );
    assert!(said.lines().last().unwrap().contains("errors: 5, advice: 0,"), "{said}");
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(error.ends_with("tdsauth-server: 5 things are wrong, see the report\n"), "{error}");
    assert_eq!(output.status.code(), Some(1));
    keeps_secrets(&output);
}

/// Bodies and queries that were sent to an endpoint.
fn sent_to(studio: &Studio, endpoint: &str) -> Vec<String> {
    let asked = studio.platform.asked();
    let found = asked.iter().filter(|asked| asked.path().ends_with(endpoint));
    found.map(|asked| asked.body.clone()).collect()
}

#[test]
fn without_being_told_to_it_sends_no_code_and_binds_no_role() {
    let studio = Studio::start("");
    let options = [&ALL[..18], &["--json"]].concat();
    let output = check(&studio.platform.url, &options).output().unwrap();
    let report = read(&output);
    assert_eq!(report["findings"], json!([]));
    assert!(output.status.success() && output.stderr.is_empty());
    for (endpoint, own) in [
        ("send-code-by-phone", PHONE),
        ("send-code-by-uid", UID),
        ("bind-notify", &format!("\"{ROLE}\"")),
        ("bind-notify", "true"),
    ] {
        let sent = sent_to(&studio, endpoint);
        assert!(sent.len() > 20 && !sent.iter().any(|body| body.contains(own)), "{endpoint}");
    }
    let skipped = report["not_checked"].as_array().unwrap();
    let gives = |text: &str| skipped.iter().any(|one| one["give"].as_str().unwrap().contains(text));
    for option in ["--send", "--bind", "--phone-code", "--uid-code", "--deep-link-code"] {
        assert!(gives(option), "{option}: {report:#}");
    }

    // With nothing about players at all.
    let output = check(&studio.platform.url, &["--json"]).output().unwrap();
    let report = read(&output);
    assert_eq!(report["findings"], json!([]));
    let skipped = report["not_checked"].as_array().unwrap();
    let gives = |text: &str| skipped.iter().any(|one| one["give"].as_str().unwrap().contains(text));
    for option in ["--phone", "--uid", "--open-id", "--redirect-uri", "--role-id"] {
        assert!(gives(option), "{option}: {report:#}");
    }
}

#[test]
fn guesses_are_counted_where_the_code_is_not_known() {
    let options = ["--phone", PHONE, "--uid", UID, "--json", "--send"];
    for (fault, options, found) in [
        ("", &options[..], &[][..]),
        ("guesses", &options, &["guesses"]),
        ("any code", &options, &["wrong-verification-code"]),
        ("", &options[..5], &[]),
        ("codes without sending", &options[..5], &["no-verification-code"]),
    ] {
        let studio = Studio::start(fault);
        let output = check(&studio.platform.url, options).output().unwrap();
        assert_eq!(names(&read(&output)), found.iter().copied().collect(), "{fault}");
    }
}

#[test]
fn codes_can_be_typed_in() {
    let studio = Studio::start("");
    let options = [&ALL[..], &["--json", "--ask"]].concat();
    let mut command = check(&studio.platform.url, &options);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let lines = "123456\n 123456 \ndeep-link-1\ndeep-link-2\nweb-link-1\nweb-link-2\n\n";
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let report = read(&output);
    assert_eq!(report["findings"], json!([]));
    // The last line was empty.
    let skipped = report["not_checked"].as_array().unwrap();
    let whats: Vec<_> = skipped.iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["a race for a web link's code"]);
}

#[test]
fn only_the_endpoints_that_are_named_are_asked() {
    let studio = Studio::start("no nickname");
    let options = [&ALL[..], &["--json", "--only", "get-roles", "--only", "get-token"]].concat();
    let output = check(&studio.platform.url, &options).output().unwrap();
    assert_eq!(names(&read(&output)), BTreeSet::from(["nickname"]));
    let asked = studio.platform.asked();
    let paths: BTreeSet<_> = asked.iter().map(|asked| asked.path()).collect();
    assert_eq!(
        paths,
        BTreeSet::from([&*format!("{BASE}/get-roles"), &format!("{BASE}/get-token")])
    );
}

#[test]
fn who_cannot_be_reached_is_asked_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = check(&url, &["--json"]).output().unwrap();
    let report = read(&output);
    assert_eq!(names(&report), BTreeSet::from(["unreachable"]));
    assert_eq!((&report["requests"], output.status.code()), (&json!(1), Some(1)));
    let skipped = report["not_checked"].as_array().unwrap();
    let unreached = skipped.iter().filter(|one| one["give"] == "its host cannot be reached");
    assert_eq!(unreached.count(), 8);
}

#[test]
fn plain_http_is_for_this_machine() {
    let studio = Studio::start("");
    // Not loopback by its name, but this machine all the same.
    let url = studio.platform.url.replace("127.0.0.1", "0.0.0.0");
    let refused = check(&url, &[]).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("plain http") && refused.stdout.is_empty(), "{said}");
    let output = check(&url, &["--allow-plain-http", "--json"]).output().unwrap();
    assert_eq!(names(&read(&output)), BTreeSet::from(["plain-http"]));
}

#[test]
fn wrong_options_are_refused_before_anything_is_sent() {
    let studio = Studio::start("");
    let url = &*studio.platform.url;
    let query = format!("{url}/?x=1");
    let unreadable = studio.code_source();
    common::chmod(&unreadable, 0o644);
    let shared = unreadable.to_str().unwrap();
    for (url, options, why) in [
        ("nowhere", &[][..], "not absolute"),
        (&query, &[], "has a query"),
        (url, &["--endpoint", "get-all=https://x"], "no such endpoint"),
        (url, &["--endpoint", "get-roles"], "--endpoint get-roles"),
        (url, &["--only", "get-all"], "no such endpoint"),
        (url, &["--secrets", shared], "others may read"),
        (url, &["--secrets", "/nowhere/at/all"], "no such file"),
        (url, &["--ca", "/nowhere/at/all"], "--ca"),
        (url, &["--ca", shared], "certificate"),
        (url, &["--bind"], "--role-id"),
        (url, &["--open-id", "x"], "--union-id"),
        (url, &["--timeout", "0"], "--timeout"),
        (url, &["--ask", "--code-source", "x"], "--code-source"),
    ] {
        let output = check(url, options).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{options:?}");
        assert!(said.contains(why) && !said.contains(SECRET), "{options:?}: {said}");
    }
    let mut command = check(url, &[]);
    let output = command.env_remove(SECRETS).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("the Server Secret is needed"));
    assert!(studio.platform.asked().is_empty());
    // A program that gives no code.
    for (program, give) in [("/nowhere/at/all", "No such file"), ("/bin/false", "did not print")] {
        let output = check(url, &["--code-source", program]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("--code-source") && said.contains(give), "{said}");
    }
}

/// Checks that other tests of the two suites show at work.
const SHOWN_ELSEWHERE: [&str; 4] = ["guesses", "no-verification-code", "plain-http", "tls"];

#[test]
fn there_is_a_fault_for_each_check() {
    let mut checks = BTreeSet::new();
    for file in
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/binding_check")).unwrap()
    {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for kind in ["Rule::error(", "Rule::advice("] {
            let rules = text.split(kind).skip(1).filter_map(|rule| rule.split('"').nth(1));
            checks.extend(rules.map(str::to_owned));
        }
    }
    let found = FAULTS.iter().flat_map(|(_, found)| found.iter().copied());
    let shown: BTreeSet<_> = found.chain(SHOWN_ELSEWHERE).map(str::to_owned).collect();
    assert!(checks.len() > 60);
    assert_eq!(checks, shown);
}
