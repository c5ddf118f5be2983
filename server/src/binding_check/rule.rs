//! What a server is held to.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// Against the contract, or open to a stranger.
    Error,
    /// The contract leaves it open, or lets it pass.
    Advice,
}

impl Severity {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Advice => "advice",
        }
    }
}

/// One thing that is checked.
#[derive(Debug)]
pub(super) struct Rule {
    /// By which a finding is known.
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    /// What TapTap's contract wants, or what stands to reason where it says nothing.
    pub(super) expected: &'static str,
    pub(super) fix: &'static str,
}

impl Rule {
    pub(super) const fn error(
        name: &'static str,
        expected: &'static str,
        fix: &'static str,
    ) -> Self {
        Self { name, severity: Severity::Error, expected, fix }
    }

    pub(super) const fn advice(
        name: &'static str,
        expected: &'static str,
        fix: &'static str,
    ) -> Self {
        Self { name, severity: Severity::Advice, expected, fix }
    }
}
