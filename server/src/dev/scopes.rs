//! Scopes: what a game asks for and what it gets.

use super::answer::Refusal;

/// Every scope that can be granted.
pub(super) const KNOWN: [&str; 6] =
    ["public_profile", "basic_info", "user_friends", "email", "compliance", "compliance_basic"];

/// Longest list, in bytes.
const MAX_TEXT: usize = 512;

/// What one login asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scopes {
    asked: Vec<String>,
}

impl Scopes {
    /// Reads `a,b`. At least one of them has to be known.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if text.len() > MAX_TEXT {
            return Err(Refusal::invalid_request("the scope is too long"));
        }
        let mut asked: Vec<String> = Vec::new();
        for name in text.split(',') {
            if !name.is_empty() && !asked.iter().any(|known| known == name) {
                asked.push(name.to_owned());
            }
        }
        let scopes = Self { asked };
        if scopes.granted().is_empty() {
            let text = "requested scope matches none of the allowed scopes (joined by a comma)";
            return Err(Refusal::invalid_request(text));
        }
        Ok(scopes)
    }

    /// As they were asked; they may hold anything.
    pub(super) fn asked(&self) -> &[String] {
        &self.asked
    }

    /// The known ones, joined by a blank as a token states them.
    pub(super) fn granted(&self) -> String {
        let known: Vec<&str> =
            self.asked.iter().map(String::as_str).filter(|name| KNOWN.contains(name)).collect();
        known.join(" ")
    }
}

/// Whether a token's `scope` holds one of `names`.
pub(super) fn holds(scope: &str, names: &[&str]) -> bool {
    scope.split(' ').any(|held| names.contains(&held))
}
