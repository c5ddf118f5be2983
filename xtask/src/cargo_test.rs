//! `cargo test`, with its own lines read into counts.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use crate::counts::Counts;
use crate::process;
use crate::workspace::Workspace;

/// Runs `cargo test` with `arguments`, passes its output through, and counts.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<Counts, String> {
    // A client that is destroyed ends by itself, maybe after its test: what it writes then goes
    // with this folder. Tests that play another user must be able to pass through it.
    let temporary = workspace.scratch()?;
    let passable = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(temporary.path(), passable).map_err(|error| error.to_string())?;
    let mut command = workspace.cargo();
    command.arg("test").args(["--locked", "--no-fail-fast"]).args(arguments);
    command.env("TMPDIR", temporary.path());
    counted(&mut command, Duration::from_secs(30 * 60))
}

/// The same of `command`: cargo, or a test program that it made.
pub(crate) fn counted(command: &mut Command, limit: Duration) -> Result<Counts, String> {
    let mut reader = Reader::default();
    let status = process::stream(command, limit, |line| {
        println!("{line}");
        reader.line(line);
    })?;
    Ok(reader.finish(status.success()))
}

/// Reads the lines of `cargo test` as they come.
#[derive(Debug, Default)]
struct Reader {
    counts: Counts,
    failed: usize,
    skipped: usize,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.result(result);
        } else if let Some((name, outcome)) =
            line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
        {
            match outcome.split_once(", ").unwrap_or((outcome, "no cause given")) {
                ("FAILED", _) => self.counts.fail(name, "FAILED"),
                ("ignored", cause) => self.counts.skip(name, cause),
                _ => {}
            }
        }
    }

    /// `ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
    fn result(&mut self, result: &str) {
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match what {
                "passed" => self.counts.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// The sums of cargo decide; the lines of single tests, which a test's own output may have
    /// broken up, only give names to them.
    fn finish(mut self, ended_well: bool) -> Counts {
        while self.counts.failed.len() < self.failed {
            self.counts.fail("a Rust test", "FAILED, see above");
        }
        while self.counts.skipped.len() < self.skipped {
            self.counts.skip("a Rust test", "ignored, see above");
        }
        if !ended_well && self.counts.failed.is_empty() {
            self.counts.fail("cargo test", "it failed outside the tests, see above");
        }
        if ended_well && self.counts.passed == 0 {
            self.counts.fail("cargo test", "no test ran");
        }
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ended_well: bool) -> Counts {
        let mut reader = Reader::default();
        text.lines().for_each(|line| reader.line(line));
        reader.finish(ended_well)
    }

    const TWO_PROGRAMS: &str = "running 3 tests\n\
        test a::b ... ok\ntest c ... FAILED\ntest d ... ignored, needs a GPU\n\
        test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; \
        finished in 0.10s\n\
        running 1 test\ntest e ... ok\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; \
        finished in 0.00s\n";

    #[test]
    fn the_results_of_all_programs_are_summed() {
        let counts = read(TWO_PROGRAMS, false);
        assert_eq!(counts.passed, 2);
        assert_eq!(counts.failed, ["c: FAILED"]);
        assert_eq!(counts.skipped, ["d: needs a GPU"]);
    }

    #[test]
    fn a_build_that_fails_and_a_run_without_tests_count_as_failures() {
        assert_eq!(read("", false).failed.len(), 1);
        assert_eq!(read("", true).failed, ["cargo test: no test ran"]);
        let broken = "test x ... noise\nFAILED\ntest result: FAILED. 0 passed; 1 failed; 0 ignored";
        assert_eq!(read(broken, false).failed.len(), 1);
    }
}
