//! What whom a class lets do.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::acl::Principals;
use super::schema::Class;
use super::{ROLE, USER};
use crate::policy::Policy;
use crate::problem::Problem;

/// Users and roles that one permission names at most.
const MAX_NAMES: usize = 1000;

/// Longest of their names, in bytes.
const MAX_NAME: usize = 256;

/// What can be done with the objects of a class.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Action {
    Find,
    Get,
    Create,
    Update,
    Delete,
    AddFields,
}

impl Action {
    /// As the error of the contract names it.
    fn words(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::AddFields => "add new fields",
        }
    }
}

/// Who may do something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Who {
    #[serde(rename = "*", skip_serializing_if = "is_false")]
    pub(crate) everybody: bool,
    /// Whoever has a session.
    #[serde(rename = "onlySignInUsers", skip_serializing_if = "is_false")]
    pub(crate) signed_in: bool,
    /// Object ids.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) users: BTreeSet<String>,
    /// Names.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) roles: BTreeSet<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it by reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Who {
    /// Whether it is more than can be kept.
    pub(crate) fn is_too_much(&self) -> bool {
        let fits = |name: &String| !name.is_empty() && name.len() <= MAX_NAME;
        self.users.len() + self.roles.len() > MAX_NAMES
            || !self.users.iter().chain(&self.roles).all(fits)
    }

    fn holds(&self, by: &Principals) -> bool {
        let Some(user) = &by.user else {
            return self.everybody;
        };
        self.everybody
            || self.signed_in
            || self.users.contains(user)
            || by.roles.iter().any(|role| self.roles.contains(role))
    }
}

/// Who may do what; what is not named, the policy decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Permissions(pub(crate) BTreeMap<Action, Who>);

impl Class {
    /// Refuses whoever may not do this with the class's objects.
    pub(crate) fn allows(&self, action: Action, by: &Principals) -> Result<(), Problem> {
        let allowed = by.master
            || match self.permissions.0.get(&action) {
                Some(who) => who.holds(by),
                None => usual(&self.name, action, by.policy),
            };
        if allowed { Ok(()) } else { Err(Problem::forbidden(action.words(), &self.name)) }
    }
}

/// Whether everybody may do what no permission speaks of; else nobody.
fn usual(class: &str, action: Action, policy: Policy) -> bool {
    match (class, action) {
        (USER, Action::Find | Action::AddFields) => false,
        // A role that is named before it is made would be whose who makes it.
        (ROLE, Action::Create) | (_, Action::AddFields) => policy == Policy::Leancloud,
        _ => true,
    }
}
