//! What objects are (account-rest.md section 3): values, operations, classes, and who may do what.
//! Nothing here knows HTTP or SQL.

pub(crate) mod acl;
pub(crate) mod change;
pub(crate) mod ops;
pub(crate) mod permissions;
pub(crate) mod schema;
pub(crate) mod value;

use serde_json::{Map, Value};

use crate::clock::iso;
use acl::{Acl, Principals};

/// The class of users, whose rows lie elsewhere and have rules of their own.
pub(crate) const USER: &str = "_User";

/// The class of roles.
pub(crate) const ROLE: &str = "_Role";

/// One object of any class but that of users.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) id: String,
    /// Unix milliseconds.
    pub(crate) created_at: i64,
    /// Unix milliseconds; each change gives a later one.
    pub(crate) updated_at: i64,
    /// `None`: everybody may read and write it.
    pub(crate) acl: Option<Acl>,
    /// Its fields, as they are kept.
    pub(crate) data: Map<String, Value>,
}

impl Object {
    /// The object as an answer of the contract, with its ACL or without.
    pub(crate) fn into_json(self, with_acl: bool) -> Value {
        let mut row = self.data;
        row.insert("objectId".into(), self.id.into());
        row.insert("createdAt".into(), iso(self.created_at).into());
        row.insert("updatedAt".into(), iso(self.updated_at).into());
        if with_acl {
            row.insert("ACL".into(), Acl::shown(self.acl.as_ref()));
        }
        Value::Object(row)
    }

    /// Whether the caller may read it.
    pub(crate) fn is_readable(&self, by: &Principals) -> bool {
        Acl::is_readable(self.acl.as_ref(), by)
    }

    /// Whether the caller may change and delete it.
    pub(crate) fn is_writable(&self, by: &Principals) -> bool {
        by.master || self.acl.as_ref().is_none_or(|acl| acl.lets_write(by))
    }

    /// Its fields and its ACL as they are kept.
    pub(crate) fn texts(&self) -> (String, Option<String>) {
        // A map of values always can be written.
        let data = serde_json::to_string(&self.data).unwrap_or_default();
        (data, self.acl.as_ref().map(|acl| acl.to_json().to_string()))
    }
}
