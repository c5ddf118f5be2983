//! The fuzz targets of `fuzz/`, on stable Rust: libFuzzer with what rustc can note of coverage by
//! itself. `cargo fuzz run` finds them too, where it is installed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::counts::Counts;
use crate::process;
use crate::workspace::Workspace;

/// Each target has `seeds/<name>` and `<name>.dict`.
const TARGETS: [&str; 1] = ["binding"];

/// What `cargo fuzz` gives rustc, but for the sanitizers, which are not stable: no target has unsafe
/// code of ours.
const FLAGS: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// The same inputs in each run.
const BRIEFLY: &str = "-runs=100000";
/// Seconds, from another seed each time.
const LONG: &str = "-max_total_time=600";

const BUILD: Duration = Duration::from_secs(30 * 60);
const RUN: Duration = Duration::from_secs(20 * 60);

/// Builds all targets and runs each.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let folder = workspace.root.join("fuzz");
    let programs = build(workspace, &folder)?;
    let mut counts = Counts::default();
    for target in TARGETS {
        let name = format!("no input breaks a promise of `{target}`");
        counts.check(&name, one(workspace, &folder, &programs, target));
    }
    Ok(counts)
}

/// Gives the folder of the programs.
fn build(workspace: &Workspace, folder: &Path) -> Result<PathBuf, String> {
    let host = host()?;
    let target = workspace.target.join("fuzz");
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(folder)
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        // Named, so that build scripts do without the flags.
        .args(["build", "--release", "--locked", "--quiet", "--bins", "--target", &host])
        .arg("--target-dir")
        .arg(&target);
    process::run(&mut cargo, BUILD)?;
    Ok(target.join(host).join("release"))
}

fn one(workspace: &Workspace, folder: &Path, programs: &Path, target: &str) -> Result<(), String> {
    let scratch = workspace.scratch()?;
    // What breaks a promise is kept, to be made a seed.
    let found = workspace.target.join("fuzz").join("artifacts");
    std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let mut program = process::program(programs.join(target));
    program
        .current_dir(folder)
        .args(if workspace.long { [LONG, "-seed=0"] } else { [BRIEFLY, "-seed=1"] })
        .args(["-max_len=2048", "-timeout=10", "-rss_limit_mb=512", "-verbosity=0"])
        .arg(format!("-dict={target}.dict"))
        .arg(format!("-artifact_prefix={}/{target}-", found.display()))
        .arg(scratch.path())
        .arg(Path::new("seeds").join(target));
    process::run(&mut program, RUN)
}

/// The target triple that programs of this machine have.
fn host() -> Result<String, String> {
    let mut rustc = process::program("rustc");
    let said = process::output(rustc.arg("-vV"), Duration::from_secs(60))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc names no host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_run_and_has_seeds_and_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let mut there: Vec<String> = std::fs::read_dir(folder.join("fuzz_targets"))
            .unwrap()
            .flatten()
            .map(|file| file.path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        there.sort();
        assert_eq!(there, TARGETS);
        for target in TARGETS {
            assert!(folder.join(format!("{target}.dict")).is_file(), "{target}");
            let seeds = std::fs::read_dir(folder.join("seeds").join(target)).unwrap();
            assert!(seeds.count() > 4, "{target}");
        }
    }
}
