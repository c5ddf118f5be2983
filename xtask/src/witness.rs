//! LeanCloud's official SDKs, clients that nobody here wrote, against the server: it has to answer
//! what they really send. Their versions are those that `tests/witness` names, each package by its
//! hash.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::suite::{self, Suites};
use crate::workspace::Workspace;
use crate::{fetched, process};

const FETCH: Duration = Duration::from_secs(600);
const SUITE: Duration = Duration::from_secs(300);

/// What the SDKs were written for.
const AS_RECORDED: [&str; 2] = ["--policy", "leancloud"];

/// One SDK: how it is fetched into a folder, and how its stories are told from there.
struct Witness {
    name: &'static str,
    fetch: fn(stories: &Path, kept: &Path) -> Result<(), String>,
    tell: fn(stories: &Path, kept: &Path) -> Command,
    /// The folder of its stories below `tests/witness`, and of its packages below the target's.
    folder: &'static str,
}

const WITNESSES: [Witness; 2] = [
    Witness { name: "the official JS SDK", fetch: fetch_js, tell: tell_js, folder: "js" },
    Witness {
        name: "the official Python SDK",
        fetch: fetch_python,
        tell: tell_python,
        folder: "python",
    },
];

/// The step.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let mut ready = Vec::new();
    for witness in &WITNESSES {
        let stories = workspace.root.join("tests/witness").join(witness.folder);
        let kept = workspace.target.join("witness").join(witness.folder);
        match (witness.fetch)(&stories, &kept) {
            Ok(()) => ready.push((witness.name, (witness.tell)(&stories, &kept))),
            Err(why) => {
                println!("{why}");
                counts.lack(witness.name, why.lines().next().unwrap_or_default());
            }
        }
    }
    let database = private_postgres::shared().database();
    let [policy, recorded] = AS_RECORDED;
    let on_postgres = [policy, recorded, "--database-url", &database];
    for (store, options) in [("SQLite", &AS_RECORDED[..]), ("PostgreSQL", &on_postgres)] {
        let told = |suites: &Suites| told(suites, store, &mut ready);
        counts.add(suite::with_options(workspace, options, told)?);
    }
    Ok(counts)
}

fn told(suites: &Suites, store: &str, ready: &mut [(&str, Command)]) -> Result<Counts, String> {
    let mut counts = Counts::default();
    for (name, command) in ready {
        command
            // A proxy of this machine's has no part in what is said to a server on it.
            .env("no_proxy", "127.0.0.1")
            // In the name of each story.
            .env("TDSAUTH_TEST_STORE", store);
        counts.add(suites.run(&format!("{name} on {store}"), command, SUITE)?);
    }
    Ok(counts)
}

fn fetch_js(stories: &Path, kept: &Path) -> Result<(), String> {
    let [package, lock] = ["package.json", "package-lock.json"].map(|name| stories.join(name));
    fetched::by_locks(kept, &[&package, &lock], |making| {
        println!("Fetching the official JS SDK from npm, once …");
        let mut npm = process::program("npm");
        npm.current_dir(making).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        npm.arg("--no-update-notifier");
        obtain(&mut npm)
    })
}

fn tell_js(stories: &Path, kept: &Path) -> Command {
    let mut node = process::program("node");
    node.arg(stories.join("main.js")).env("NODE_PATH", kept.join("node_modules"));
    node
}

const PACKAGES: &str = "packages";

fn fetch_python(stories: &Path, kept: &Path) -> Result<(), String> {
    let [tools, wanted] =
        ["build-requirements.txt", "requirements.txt"].map(|name| stories.join(name));
    fetched::by_locks(kept, &[&tools, &wanted], |making| {
        println!("Fetching the official Python SDK from PyPI, once …");
        let build = making.join("build");
        obtain(pip(&tools, &build).args(["--only-binary", ":all:"]))?;
        // One package is source. What builds it is pinned as well: pip's own choice would not be.
        let mut pip = pip(&wanted, &making.join(PACKAGES));
        pip.args(["--use-pep517", "--no-build-isolation"]).env("PYTHONPATH", build);
        obtain(&mut pip)
    })
}

/// Installs what `requirements` lists, and nothing else, into the folder `target`.
fn pip(requirements: &Path, target: &Path) -> Command {
    let mut pip = process::program("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["--root-user-action=ignore", "--no-deps", "--require-hashes", "--no-compile"])
        .arg("--requirement")
        .arg(requirements)
        .arg("--target")
        .arg(target);
    pip
}

fn tell_python(stories: &Path, kept: &Path) -> Command {
    let mut python = process::program("python3");
    // No byte code beside the stories.
    python.arg("-B").arg(stories.join("main.py")).env("PYTHONPATH", kept.join(PACKAGES));
    python
}

fn obtain(command: &mut Command) -> Result<(), String> {
    process::output(command, FETCH)
        .map(|_| ())
        .map_err(|why| format!("it could not be fetched: {why}"))
}
