//! A test that starts itself again as another process: the same test, told by the environment that
//! it is the child and what to do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = "TDSAUTH_SESSION_CHILD_ROOT";

/// Set in a child: the storage folder to work on.
pub(crate) fn root() -> Option<PathBuf> {
    std::env::var_os(ROOT).map(PathBuf::from)
}

/// The command that runs the test `name` (with its module) as a child on the folder `root`.
///
/// A child speaks on standard error, which the test harness leaves alone.
pub(crate) fn command(name: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    with_arguments(&mut command, name, root);
    command
}

/// As [`command`], but through `wrapper`, which ends in running its last arguments as a program.
#[cfg(unix)]
pub(crate) fn wrapped(wrapper: &[&str], program: &Path, name: &str, root: &Path) -> Command {
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(program);
    with_arguments(&mut command, name, root);
    command
}

fn with_arguments(command: &mut Command, name: &str, root: &Path) {
    command
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
}

/// Runs a child to its end, which must be a good one.
#[cfg(unix)]
pub(crate) fn run(mut command: Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the child ended with {}:\n{said}", output.status);
    assert!(said.contains("child done"), "the child did nothing:\n{said}");
}

/// What a child says at its end, so that a child that ran no test is noticed.
pub(crate) fn done() {
    eprintln!("child done");
}
