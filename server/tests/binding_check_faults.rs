//! `tdsauth-server binding check` against a studio's own server: right, it has nothing to say; of
//! each fault it says what it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::thread;

use common::command;
use common::signed::{SECRET, SECRETS};
use common::studio::{
    CLIENT, EMPTY_ID, OLD_TOKEN, OPEN_ID, OTHER_SECRET, PHONE, REDIRECT, ROLE, Studio, UID,
    UNION_ID,
};
use serde_json::Value;

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
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn json(output: &Output) -> Value {
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
    let options = [&ALL[..], &["--json", "--code-source", source.to_str().unwrap()], more].concat();
    let mut command = check(&studio.url, &options);
    command.env(SECRETS, format!("{SECRET} {OTHER_SECRET}"));
    command.output().unwrap()
}

/// The names of what is found, and whether any is an error.
const FAULTS: &[(&str, &[&str])] = &[("one secret", &["second-secret"])];

#[test]
fn of_a_server_that_is_right_nothing_is_found() {
    let output = whole(&Studio::start(""), &[]);
    let report = json(&output);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["not_checked"], serde_json::json!([]));
    assert!(output.status.success() && report["passed"].as_u64() > Some(500), "{report}");
}

#[test]
fn each_fault_is_found_by_its_name() {
    let next = std::sync::Mutex::new(FAULTS.iter());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((fault, expected)) = next.lock().unwrap().next() else { return };
                    let output = whole(&Studio::start(fault), &["--timeout", "5"]);
                    let report = json(&output);
                    let expected: BTreeSet<_> = expected.iter().copied().collect();
                    assert_eq!(names(&report), expected, "{fault}: {report:#}");
                    let errors = report["errors"].as_u64().unwrap();
                    assert_eq!(output.status.success(), errors == 0, "{fault}");
                }
            });
        }
    });
}
