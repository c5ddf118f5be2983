//! Builds what the tests load and run, with the profile and the target folder of the test itself.
//!
//! Plain `cargo test` makes no shared library of a package that has integration tests only, and a
//! stale one may lie there from before.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Tells a process that a test starts where the library lies that the test has built.
pub const LIBRARY: &str = "TDSAUTH_TEST_LIBRARY";

/// The shared library, as users get it.
pub fn library() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Some(built) = std::env::var_os(LIBRARY) {
            return PathBuf::from(built);
        }
        let mut features = vec!["--no-default-features"];
        if cfg!(feature = "tls") {
            features.extend(["--features", "tls"]);
        }
        let files = build(&["-p", "tdsauth", "--lib"], &features);
        let extension = std::env::consts::DLL_EXTENSION;
        find(files, |file| file.extension().is_some_and(|it| it == extension))
    })
}

/// The account server.
pub fn server() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let files = build(&["-p", "tdsauth-server", "--bin", "tdsauth-server"], &[]);
        let name = format!("tdsauth-server{}", std::env::consts::EXE_SUFFIX);
        find(files, |file| file.file_name().is_some_and(|it| *it == *name))
    })
}

fn find(files: Vec<PathBuf>, wanted: impl Fn(&Path) -> bool) -> PathBuf {
    let found = files.iter().rfind(|file| wanted(file));
    found.unwrap_or_else(|| panic!("cargo made {files:?}")).clone()
}

fn build(what: &[&str], features: &[&str]) -> Vec<PathBuf> {
    // <target>/<profile>/deps/<test>
    let exe = std::env::current_exe().expect("own path");
    let mut above = exe.ancestors().skip(2);
    let profile = above.next().expect("profile folder");
    let target = above.next().expect("target folder");
    let profile = match profile.file_name().and_then(|name| name.to_str()).expect("its name") {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new(env!("CARGO"));
    for (key, _) in std::env::vars_os() {
        // What the cargo above has set for this test would make build scripts run again, and
        // everything that is built with what they give.
        let own = ["OUT_DIR", "CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
        if key.to_str().is_some_and(|key| own.iter().any(|own| key.starts_with(own))) {
            cargo.env_remove(key);
        }
    }
    let output = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--locked", "--message-format=json-render-diagnostics"])
        .args(["--profile", profile, "--target-dir"])
        .arg(target)
        .args(what)
        .args(features)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo build {what:?} failed");
    let text = String::from_utf8(output.stdout).expect("cargo speaks UTF-8");
    text.lines().flat_map(files_of).collect()
}

/// The files that one message of cargo names.
fn files_of(line: &str) -> Vec<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    let named = message["filenames"].as_array().into_iter().flatten();
    let named = named.chain(std::iter::once(&message["executable"]));
    named.filter_map(|name| name.as_str()).map(PathBuf::from).collect()
}
