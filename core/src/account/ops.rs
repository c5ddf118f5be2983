//! Changes of an object that the server is yet to learn of (`account-rest.md` section 3.2), key by
//! key, as they go over the wire.

use serde_json::Value;

use super::row::Row;
use crate::error::{Error, Result};

/// Longest name of a field, in bytes.
const KEY_MAX: usize = 128;

/// What only the server writes.
const READ_ONLY: [&str; 8] = [
    "objectId",
    "createdAt",
    "updatedAt",
    "sessionToken",
    "authData",
    "className",
    "emailVerified",
    "mobilePhoneVerified",
];

/// Pending changes: to each key the newest.
#[derive(Clone, Default)]
pub struct Ops(Row);

impl Ops {
    /// The field shall hold this.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the key cannot be written, or the value would be read as an operation.
    pub fn set(&mut self, key: &str, value: Value) -> Result<()> {
        check_key(key)?;
        if value.get("__op").is_some() {
            return Err(Error::argument("a value holds __op, which the server would carry out"));
        }
        self.0.insert(key.to_owned(), value);
        Ok(())
    }

    /// The field shall be gone.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the key cannot be written.
    pub fn unset(&mut self, key: &str) -> Result<()> {
        check_key(key)?;
        self.0.insert(key.to_owned(), delete());
        Ok(())
    }

    /// Whether there is a change of `key`, or for `None` any.
    pub fn has(&self, key: Option<&str>) -> bool {
        key.map_or(!self.0.is_empty(), |key| self.0.contains_key(key))
    }

    /// Takes older changes in beneath its own. Setting and unsetting hide what was before; an
    /// operation that builds on the value before would have to be joined with it here.
    pub fn put_beneath(&mut self, older: Self) {
        for (key, op) in older.0 {
            self.0.entry(key).or_insert(op);
        }
    }

    /// Leaves out what `newer` changes as well.
    pub fn drop_hidden_by(&mut self, newer: &Self) {
        self.0.retain(|key, _| !newer.0.contains_key(key));
    }

    /// Makes the changes.
    pub fn apply(&self, row: &mut Row) {
        for (key, op) in &self.0 {
            if op.get("__op").is_some() {
                row.remove(key);
            } else {
                row.insert(key.clone(), op.clone());
            }
        }
    }

    /// The body of a save.
    pub fn body(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// The operation that removes a field.
pub(super) fn delete() -> Value {
    let mut op = Row::new();
    op.insert("__op".to_owned(), "Delete".into());
    op.into()
}

fn check_key(key: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if key.len() > KEY_MAX
        || !key.bytes().all(plain)
        || !key.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
    {
        return Err(Error::argument(
            "a key is not up to 128 letters, digits and _, a letter first",
        ));
    }
    if READ_ONLY.contains(&key) {
        return Err(Error::argument("the server alone writes this field"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ops(pairs: &[(&str, Option<i32>)]) -> Ops {
        let mut ops = Ops::default();
        for (key, value) in pairs {
            match value {
                Some(value) => ops.set(key, (*value).into()).unwrap(),
                None => ops.unset(key).unwrap(),
            }
        }
        ops
    }

    #[test]
    fn newer_changes_hide_older_ones() {
        let mut newer = ops(&[("a", Some(2)), ("b", None)]);
        newer.put_beneath(ops(&[("a", Some(1)), ("b", Some(1)), ("c", Some(1))]));
        assert_eq!(newer.body(), json!({"a": 2, "b": {"__op": "Delete"}, "c": 1}));
        let Value::Object(mut row) = json!({"b": 0, "d": 0}) else { panic!() };
        newer.apply(&mut row);
        assert_eq!(Value::Object(row), json!({"a": 2, "c": 1, "d": 0}));
        let mut older = ops(&[("a", Some(1)), ("z", Some(1))]);
        older.drop_hidden_by(&newer);
        assert_eq!(older.body(), json!({"z": 1}));
    }

    #[test]
    fn what_the_server_writes_is_refused() {
        let long = "a".repeat(129);
        for key in READ_ONLY.into_iter().chain(["", "_x", "1x", "a.b", "a$", "名", &long]) {
            assert!(Ops::default().unset(key).is_err(), "{key}");
            assert!(Ops::default().set(key, 1.into()).is_err(), "{key}");
        }
        let smuggled = json!({"__op": "Increment", "amount": 1});
        assert!(Ops::default().set("level", smuggled).is_err());
    }
}
