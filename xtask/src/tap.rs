//! The Test Anything Protocol, as the suites that are no Rust speak it.
//!
//! `ok N - name`, `not ok N - name`, `ok N - name # SKIP cause`, `# a remark`, and the plan `1..N`
//! as the last line, so that a program that ended too early cannot pass.

use crate::counts::Counts;

/// Reads the lines of one program as they come.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    counts: Counts,
    seen: usize,
    plan: Option<usize>,
}

impl Reader {
    /// Takes one line; lines that are no TAP are remarks.
    pub(crate) fn line(&mut self, line: &str) {
        if let Some(plan) = line.strip_prefix("1..") {
            self.plan = plan.trim().parse().ok();
        } else if let Some(rest) = line.strip_prefix("not ok ") {
            self.seen += 1;
            self.counts.fail(name(rest), "not ok");
        } else if let Some(rest) = line.strip_prefix("ok ") {
            self.seen += 1;
            match rest.split_once("# SKIP") {
                Some((test, cause)) if !cause.trim().is_empty() => {
                    self.counts.skip(name(test), cause.trim());
                }
                Some((test, _)) => self.counts.fail(name(test), "skipped without a cause"),
                None => self.counts.pass(),
            }
        }
    }

    /// The counts, once the program has ended; `ended_well` is whether its exit code was 0.
    pub(crate) fn finish(mut self, suite: &str, ended_well: bool) -> Counts {
        if self.plan != Some(self.seen) {
            let plan = self.plan.map_or("no plan".into(), |plan| format!("a plan of {plan}"));
            self.counts.fail(suite, &format!("{} tests ran, with {plan}", self.seen));
        } else if self.seen == 0 {
            self.counts.fail(suite, "no test ran");
        }
        if !ended_well && self.counts.failed.is_empty() {
            self.counts.fail(suite, "the program failed though no test of it did");
        }
        self.counts
    }
}

/// The name in `N - name`.
fn name(rest: &str) -> &str {
    rest.split_once(" - ").map_or(rest, |(_, name)| name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ended_well: bool) -> Counts {
        let mut reader = Reader::default();
        text.lines().for_each(|line| reader.line(line));
        reader.finish("suite", ended_well)
    }

    #[test]
    fn passes_failures_and_skips_are_told_apart() {
        let counts = read(
            "ok 1 - a\n# remark\nnot ok 2 - b - c\nok 3 - d # SKIP no disk\nnoise\n1..3\n",
            false,
        );
        assert_eq!(counts.passed, 1);
        assert_eq!(counts.failed, ["b - c: not ok"]);
        assert_eq!(counts.skipped, ["d: no disk"]);
    }

    #[test]
    fn what_ended_early_or_ran_nothing_fails() {
        assert_eq!(read("ok 1 - a\n", true).failed, ["suite: 1 tests ran, with no plan"]);
        assert_eq!(read("ok 1 - a\n1..2", true).failed, ["suite: 1 tests ran, with a plan of 2"]);
        assert_eq!(read("1..0\n", true).failed, ["suite: no test ran"]);
        assert_eq!(read("ok 1 - a\n1..1", false).failed.len(), 1);
        assert_eq!(read("ok 1 - a # SKIP\n1..1", true).failed, ["a: skipped without a cause"]);
        assert_eq!(read("ok 1 - a\n1..1", true), Counts { passed: 1, ..Counts::default() });
    }
}
