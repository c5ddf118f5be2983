//! What a step of the tests came to: passed, failed, skipped, and why.

/// Counts of one step, or of all of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that did what they should.
    pub(crate) passed: usize,
    /// Names of the tests that did not, each with its reason.
    pub(crate) failed: Vec<String>,
    /// Names of the tests that were left out, each with its cause.
    pub(crate) skipped: Vec<String>,
}

impl Counts {
    /// One test passed.
    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    /// One test failed; `why` is one line.
    pub(crate) fn fail(&mut self, name: &str, why: &str) {
        self.failed.push(format!("{name}: {why}"));
    }

    /// One test was left out; `cause` is one line.
    pub(crate) fn skip(&mut self, name: &str, cause: &str) {
        self.skipped.push(format!("{name}: {cause}"));
    }

    /// Tests could not run for want of something. A person may lack the right to install it, or
    /// the network; where a machine decides (`CI`), nothing may be missed.
    pub(crate) fn lack(&mut self, name: &str, cause: &str) {
        if std::env::var_os("CI").is_some() {
            self.fail(name, cause);
        } else {
            self.skip(name, cause);
        }
    }

    /// One test by its result: the usual shape of a check that is a single function.
    pub(crate) fn check(&mut self, name: &str, result: Result<(), String>) {
        match result {
            Ok(()) => {
                println!("ok      {name}");
                self.pass();
            }
            Err(why) => {
                println!("FAILED  {name}: {why}");
                self.fail(name, why.lines().next().unwrap_or_default());
            }
        }
    }

    /// Adds what another step came to.
    pub(crate) fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
    }

    /// The line that ends every run.
    pub(crate) fn line(&self) -> String {
        format!(
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed.len(),
            self.skipped.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_all_three() {
        let mut all = Counts::default();
        all.pass();
        let mut step = Counts::default();
        step.check("right", Ok(()));
        step.check("wrong", Err("because\nmore".into()));
        step.skip("absent", "no such program");
        all.add(step);
        assert_eq!(all.line(), "2 passed, 1 failed, 1 skipped");
        assert_eq!(all.failed, ["wrong: because"]);
        assert_eq!(all.skipped, ["absent: no such program"]);
    }
}
