//! What came out, for a person and for a program. Nothing in it is secret: neither what was sent is
//! repeated nor the texts that were answered.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::rule::{Rule, Severity};
use crate::binding::Endpoint;

/// Something that is not as it should be.
#[derive(Debug)]
struct Finding {
    rule: &'static Rule,
    severity: Severity,
    /// `None`: of the server as a whole.
    endpoint: Option<Endpoint>,
    sent: String,
    came: String,
}

/// Something that could not be looked at.
#[derive(Debug)]
struct Unchecked {
    what: String,
    /// What would be needed.
    give: String,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    unchecked: Vec<Unchecked>,
    passed: usize,
    pub(super) requests: usize,
}

impl Report {
    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    /// Of what is found again at one endpoint the first is told.
    pub(super) fn find(
        &mut self,
        rule: &'static Rule,
        endpoint: Option<Endpoint>,
        sent: &str,
        came: &str,
    ) {
        self.find_as(rule, rule.severity, endpoint, sent, came);
    }

    /// As [`Self::find`], where it matters more or less than usual.
    pub(super) fn find_as(
        &mut self,
        rule: &'static Rule,
        severity: Severity,
        endpoint: Option<Endpoint>,
        sent: &str,
        came: &str,
    ) {
        let known = self
            .findings
            .iter()
            .any(|finding| finding.rule.name == rule.name && finding.endpoint == endpoint);
        if !known {
            let (sent, came) = (sent.to_owned(), came.to_owned());
            self.findings.push(Finding { rule, severity, endpoint, sent, came });
        }
    }

    /// `what` was not checked, for which `give` would be needed.
    pub(super) fn skip(&mut self, what: impl Into<String>, give: impl Into<String>) {
        self.unchecked.push(Unchecked { what: what.into(), give: give.into() });
    }

    pub(super) fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Errors first.
    fn ordered(&self) -> impl Iterator<Item = &Finding> {
        let of = |severity| self.findings.iter().filter(move |f| f.severity == severity);
        of(Severity::Error).chain(of(Severity::Advice))
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for finding in self.ordered() {
            let place = finding.endpoint.map_or("the whole server", Endpoint::name);
            let Finding { rule, severity, sent, came, .. } = finding;
            // Writing to a text does not fail.
            let _ = writeln!(text, "{} {}: {place}", severity.name(), rule.name);
            let _ = writeln!(text, "  sent      {sent}");
            let _ = writeln!(text, "  expected  {}", rule.expected);
            let _ = writeln!(text, "  came      {came}");
            let _ = writeln!(text, "  to do     {}\n", rule.fix);
        }
        for Unchecked { what, give } in &self.unchecked {
            let _ = writeln!(text, "not checked: {what}: {give}");
        }
        let _ = writeln!(
            text,
            "errors: {}, advice: {}, not checked: {}, passed: {}, requests: {}",
            self.errors(),
            self.count(Severity::Advice),
            self.unchecked.len(),
            self.passed,
            self.requests,
        );
        text
    }

    pub(super) fn json(&self) -> String {
        let finding = |finding: &Finding| {
            json!({
                "check": finding.rule.name,
                "severity": finding.severity.name(),
                "endpoint": finding.endpoint.map(Endpoint::name),
                "sent": finding.sent,
                "expected": finding.rule.expected,
                "came": finding.came,
                "fix": finding.rule.fix,
            })
        };
        let findings: Vec<Value> = self.ordered().map(finding).collect();
        let unchecked = |one: &Unchecked| json!({ "what": one.what, "give": one.give });
        let unchecked: Vec<Value> = self.unchecked.iter().map(unchecked).collect();
        let whole = json!({
            "errors": self.errors(),
            "advice": self.count(Severity::Advice),
            "passed": self.passed,
            "requests": self.requests,
            "findings": findings,
            "not_checked": unchecked,
        });
        format!("{whole}\n")
    }
}
