//! Classes: their names, and the types of their keys, which the first values fix.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::permissions::Permissions;
use crate::problem::Problem;

/// Classes of one app, and keys of one class.
pub(crate) const MAX_CLASSES: i64 = 500;
pub(crate) const MAX_KEYS: usize = 300;

/// Longest name of a class or key, in bytes.
const MAX_NAME: usize = 128;

/// Names with a `_` that the contract knows.
const BUILT_IN: [&str; 9] = [
    "_Conversation",
    "_File",
    "_Followee",
    "_Follower",
    "_FriendshipRequest",
    "_Installation",
    "_Notification",
    "_Role",
    "_Status",
];

/// Keys that say something else than a value.
const RESERVED: [&str; 6] = ["ACL", "acl", "className", "createdAt", "objectId", "updatedAt"];

/// Keys of users that are no fields of the game's.
const USER_KEYS: [&str; 12] = [
    "authData",
    "avatar",
    "email",
    "emailVerified",
    "mobilePhoneNumber",
    "mobilePhoneVerified",
    "nickname",
    "password",
    "sessionToken",
    "shortId",
    "smsCode",
    "username",
];

/// What the values of a key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyType {
    String,
    Number,
    Boolean,
    Date,
    Array,
    Object,
    GeoPoint,
    Bytes,
    File,
    /// To an object of this class.
    Pointer(String),
    /// To objects of this class.
    Relation(String),
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target() {
            Some(class) => write!(f, "{}:{class}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

impl KeyType {
    /// Reads what the operator writes: `Number`, `Pointer:_User`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some((name, class)) if is_class(class) => Self::named(name, Some(class)),
            Some(_) => None,
            None => Self::named(text, None),
        }
    }

    /// The type of this name, with the class it is to, if it is to one.
    pub(crate) fn named(name: &str, target: Option<&str>) -> Option<Self> {
        Some(match (name, target) {
            ("String", None) => Self::String,
            ("Number", None) => Self::Number,
            ("Boolean", None) => Self::Boolean,
            ("Date", None) => Self::Date,
            ("Array", None) => Self::Array,
            ("Object", None) => Self::Object,
            ("GeoPoint", None) => Self::GeoPoint,
            ("Bytes", None) => Self::Bytes,
            ("File", None) => Self::File,
            ("Pointer", Some(class)) => Self::Pointer(class.to_owned()),
            ("Relation", Some(class)) => Self::Relation(class.to_owned()),
            _ => return None,
        })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::Date => "Date",
            Self::Array => "Array",
            Self::Object => "Object",
            Self::GeoPoint => "GeoPoint",
            Self::Bytes => "Bytes",
            Self::File => "File",
            Self::Pointer(_) => "Pointer",
            Self::Relation(_) => "Relation",
        }
    }

    /// The class that values are to.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Self::Pointer(class) | Self::Relation(class) => Some(class),
            _ => None,
        }
    }
}

/// One class as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) keys: BTreeMap<String, KeyType>,
    pub(crate) permissions: Permissions,
    /// Another one after each change.
    pub(crate) version: i64,
}

impl Class {
    /// The class as the operator is shown it.
    pub(crate) fn to_json(&self) -> Value {
        let keys = self.keys.iter().map(|(key, of)| (key.clone(), of.to_string().into()));
        json!({
            "name": self.name,
            "keys": keys.collect::<serde_json::Map<_, Value>>(),
            "permissions": self.permissions,
        })
    }

    /// Whether the key is of this type; `false`: it has none yet.
    pub(crate) fn knows(&self, key: &str, wanted: &KeyType) -> Result<bool, Problem> {
        match self.keys.get(key) {
            None => Ok(false),
            Some(known) if known == wanted => Ok(true),
            Some(known) => Err(Problem::bad_type(key, known.name(), wanted.name())),
        }
    }
}

/// Refuses what is no name of a class that can be made.
pub(crate) fn check_class(name: &str) -> Result<(), Problem> {
    if is_name(name) || BUILT_IN.contains(&name) { Ok(()) } else { Err(Problem::BAD_CLASS_NAME) }
}

/// Refuses what is no name of a key.
pub(crate) fn check_key(name: &str) -> Result<(), Problem> {
    if is_name(name) && !RESERVED.contains(&name) { Ok(()) } else { Err(Problem::BAD_KEY_NAME) }
}

/// Refuses what is no name of a key that the class can be given.
pub(crate) fn check_new_key(class: &str, name: &str) -> Result<(), Problem> {
    if class == super::USER && USER_KEYS.contains(&name) {
        return Err(Problem::BAD_KEY_NAME);
    }
    check_key(name)
}

/// Whether somebody may have given this name to a class, the users' among them.
pub(crate) fn is_class(name: &str) -> bool {
    name == super::USER || check_class(name).is_ok()
}

fn is_name(name: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.len() <= MAX_NAME
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.bytes().all(rest)
}
