//! Who calls, and who may read and write one object.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::policy::Policy;
use crate::problem::Problem;

/// What stands for everybody.
const PUBLIC: &str = "*";

/// What stands in front of the name of a role.
const ROLE: &str = "role:";

/// Longest name of a user or role in an ACL, in bytes.
const MAX_NAME: usize = 256;

/// Who calls, and by whose rules.
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    /// Whether it is the operator, who may do everything.
    pub(crate) master: bool,
    /// The object id of the user whose session it is.
    pub(crate) user: Option<String>,
    /// The names of the roles that the user has, also through other roles.
    pub(crate) roles: Vec<String>,
    pub(crate) policy: Policy,
}

impl Principals {
    /// Somebody without a session.
    pub(crate) fn nobody(policy: Policy) -> Self {
        Self { master: false, user: None, roles: Vec::new(), policy }
    }

    /// The operator.
    pub(crate) fn operator(policy: Policy) -> Self {
        Self { master: true, ..Self::nobody(policy) }
    }

    /// Whether it is shown no user, not by its id either.
    pub(crate) fn sees_no_users(&self) -> bool {
        self.policy.get_needs_session() && !self.master && self.user.is_none()
    }
}

/// What somebody may do with an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Access {
    read: bool,
    write: bool,
}

/// Who may do what with an object: everybody, users by their object ids, roles by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Acl(BTreeMap<String, Access>);

impl Acl {
    /// Reads what a client sends, in which `false` is as absent.
    pub(crate) fn read(sent: &Value) -> Result<Self, Problem> {
        let sent = sent.as_object().ok_or(Problem::BAD_ACL)?;
        let mut acl = Self::default();
        for (name, rights) in sent {
            let mut access = Access::default();
            for (right, given) in rights.as_object().ok_or(Problem::BAD_ACL)? {
                let given = given.as_bool().ok_or(Problem::BAD_ACL)?;
                match right.as_str() {
                    "read" => access.read = given,
                    "write" => access.write = given,
                    _ => return Err(Problem::BAD_ACL),
                }
            }
            if name.is_empty() || name == ROLE || name.len() > MAX_NAME {
                return Err(Problem::BAD_ACL);
            }
            if access != Access::default() {
                acl.0.insert(name.clone(), access);
            }
        }
        Ok(acl)
    }

    /// That of an object for which none was given. In production everybody reads it and who made
    /// it writes it; as recorded there is none.
    pub(crate) fn of_new(by: &Principals) -> Option<Self> {
        if by.policy == Policy::Leancloud {
            return None;
        }
        let mut acl = Self::default();
        acl.0.insert(PUBLIC.to_owned(), Access { read: true, write: false });
        if let Some(user) = &by.user {
            acl.0.insert(user.clone(), Access { read: true, write: true });
        }
        Some(acl)
    }

    /// As it is kept and sent: what is allowed.
    pub(crate) fn to_json(&self) -> Value {
        let rights = |access: &Access| {
            let mut rights = Map::new();
            if access.read {
                rights.insert("read".into(), true.into());
            }
            if access.write {
                rights.insert("write".into(), true.into());
            }
            Value::Object(rights)
        };
        Value::Object(self.0.iter().map(|(name, access)| (name.clone(), rights(access))).collect())
    }

    /// An ACL, or none, as clients are shown it.
    pub(crate) fn shown(acl: Option<&Self>) -> Value {
        acl.map_or_else(|| json!({ PUBLIC: { "read": true, "write": true } }), Self::to_json)
    }

    /// Whether everybody may read.
    pub(crate) fn is_public(&self) -> bool {
        self.0.get(PUBLIC).is_some_and(|access| access.read)
    }

    /// Whether the caller may read an object with this ACL, or with none.
    pub(crate) fn is_readable(acl: Option<&Self>, by: &Principals) -> bool {
        by.master || acl.is_none_or(|acl| acl.lets(by, |access| access.read))
    }

    pub(super) fn lets_write(&self, by: &Principals) -> bool {
        self.lets(by, |access| access.write)
    }

    fn lets(&self, by: &Principals, right: fn(&Access) -> bool) -> bool {
        let has = |name: &str| self.0.get(name).is_some_and(right);
        has(PUBLIC)
            || by.user.as_deref().is_some_and(has)
            || by.roles.iter().any(|role| has(&format!("{ROLE}{role}")))
    }
}
