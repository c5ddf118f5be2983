//! What the body of a `POST` or `PUT` asks for.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::USER;
use super::acl::{Acl, Principals};
use super::ops::{Linking, Op};
use super::permissions::Action;
use super::schema::{Class, KeyType, MAX_KEYS, check_key, check_new_key};
use super::value::check_nested_key;
use crate::problem::Problem;

/// Members that official SDKs send along. They mean nothing.
const REPEATED: [&str; 7] =
    ["__children", "__internalId", "__type", "className", "createdAt", "objectId", "updatedAt"];

/// Operations of one request.
const MAX_OPS: usize = 1000;

/// How deep a name with dots leads.
const MAX_STEPS: usize = 16;

/// A key, or, with dots, what lies within its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) key: String,
    steps: Vec<String>,
}

/// Changes of one object. All of it happens at once, or nothing of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// `Some(None)`: that of a new object.
    pub(crate) acl: Option<Option<Acl>>,
    pub(crate) ops: BTreeMap<Path, Op>,
}

impl Path {
    fn read(name: &str) -> Result<Self, Problem> {
        let mut parts = name.split('.');
        let key = parts.next().unwrap_or_default();
        check_key(key)?;
        let steps: Vec<String> = parts.map(str::to_owned).collect();
        if steps.len() > MAX_STEPS {
            return Err(Problem::TOO_DEEP);
        }
        for step in &steps {
            check_nested_key(step)?;
        }
        Ok(Self { key: key.to_owned(), steps })
    }
}

impl Change {
    /// Reads the body.
    pub(crate) fn read(body: Map<String, Value>) -> Result<Self, Problem> {
        let mut change = Self::default();
        for (name, value) in body {
            if name == "ACL" {
                change.acl = Some(read_acl(&value)?);
            } else if !REPEATED.contains(&name.as_str()) {
                change.add(&name, value)?;
            }
        }
        Ok(change)
    }

    /// Takes in what is sent for a key.
    pub(crate) fn add(&mut self, name: &str, value: Value) -> Result<(), Problem> {
        let (path, op) = (Path::read(name)?, Op::read(value)?);
        let relates = op.key_types().iter().any(|of| matches!(of, KeyType::Relation(_)));
        if relates && !path.steps.is_empty() {
            return Err(Problem::BAD_RELATION);
        }
        self.ops.insert(path, op);
        if self.ops.len() > MAX_OPS { Err(Problem::TOO_MANY_OPERATIONS) } else { Ok(()) }
    }

    /// As [`Self::add`], of a user: what is no key of the game's own is one that nobody may add.
    pub(crate) fn add_of_user(&mut self, name: &str, value: Value) -> Result<(), Problem> {
        let own = |path: Path| check_new_key(USER, &path.key).is_ok();
        if !Path::read(name).is_ok_and(own) || self.ops.len() == MAX_OPS {
            return Err(Problem::NEW_FIELD);
        }
        self.add(name, value)
    }

    /// The types that keys have to have.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&str, KeyType)> {
        self.ops.iter().flat_map(|(path, op)| {
            let within = !path.steps.is_empty() && !matches!(op, Op::Delete);
            let needed = if within { vec![KeyType::Object] } else { op.key_types() };
            needed.into_iter().map(|of| (path.key.as_str(), of))
        })
    }

    /// The keys that are the class's first of their names, if the caller may add any.
    pub(crate) fn new_keys(
        &self,
        class: &Class,
        by: &Principals,
    ) -> Result<BTreeMap<String, KeyType>, Problem> {
        let mut new: BTreeMap<String, KeyType> = BTreeMap::new();
        for (key, of) in self.types() {
            if class.knows(key, &of)? {
                continue;
            }
            match new.get(key) {
                Some(other) if *other != of => {
                    return Err(Problem::bad_type(key, other.name(), of.name()));
                }
                _ => _ = new.insert(key.to_owned(), of),
            }
        }
        // What is null has no type yet, and is new all the same.
        let adds = self
            .ops
            .iter()
            .any(|(path, op)| !matches!(op, Op::Delete) && !class.keys.contains_key(&path.key));
        if adds {
            class.allows(Action::AddFields, by)?;
        }
        if class.keys.len() + new.len() > MAX_KEYS {
            return Err(Problem::TOO_MANY_KEYS);
        }
        Ok(new)
    }

    /// The keys it is about.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.ops.keys().map(|path| path.key.as_str())
    }

    /// Does it to the fields of an object; what it changes of relations, by key.
    pub(crate) fn apply(
        &self,
        data: &mut Map<String, Value>,
    ) -> Result<Vec<(String, Linking)>, Problem> {
        let mut linked = Vec::new();
        for (path, op) in &self.ops {
            let mut here = Vec::new();
            at(data, &path.key, &path.steps, op, &mut here)?;
            linked.extend(here.into_iter().map(|linking| (path.key.clone(), linking)));
        }
        Ok(linked)
    }
}

/// Does an operation to what lies at the end of the steps.
fn at(
    map: &mut Map<String, Value>,
    key: &str,
    steps: &[String],
    op: &Op,
    linked: &mut Vec<Linking>,
) -> Result<(), Problem> {
    let Some((next, rest)) = steps.split_first() else {
        match op.apply(map.remove(key), linked)? {
            Some(value) => map.insert(key.to_owned(), value),
            None => None,
        };
        return Ok(());
    };
    if matches!(op, Op::Delete) && !map.get(key).is_some_and(Value::is_object) {
        return Ok(());
    }
    let within = map.entry(key).or_insert(Value::Null);
    if within.is_null() {
        *within = Value::Object(Map::new());
    }
    match within {
        Value::Object(within) if !within.contains_key("__type") => {
            at(within, next, rest, op, linked)
        }
        _ => Err(Problem::BAD_OPERAND),
    }
}

fn read_acl(value: &Value) -> Result<Option<Acl>, Problem> {
    match value {
        Value::Null => Ok(None),
        Value::Object(op) if op.get("__op") == Some(&"Delete".into()) => Ok(None),
        value => Acl::read(value).map(Some),
    }
}
