//! An object as the game reads it. What it shows changes only when an event is delivered.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::account::{Row, row};
use crate::error::{Error, Result, status};

/// Types of a value, as the C ABI numbers them.
pub mod value_type {
    /// JSON null.
    pub const NULL: i32 = 1;
    /// A text.
    pub const STRING: i32 = 2;
    /// A whole number that fits 64 bits.
    pub const I64: i32 = 3;
    /// Any other number.
    pub const F64: i32 = 4;
    /// True or false.
    pub const BOOL: i32 = 5;
    /// A point in time.
    pub const DATE: i32 = 6;
    /// An array, read as JSON.
    pub const ARRAY: i32 = 7;
    /// Any other object (Pointer, GeoPoint, File …), read as JSON.
    pub const OBJECT: i32 = 8;
}

/// One object. A user is an object of class `_User`.
pub struct Object {
    row: RwLock<Arc<Row>>,
}

impl Object {
    pub(crate) fn new(row: Arc<Row>) -> Self {
        Self { row: RwLock::new(row) }
    }

    pub(crate) fn row(&self) -> Arc<Row> {
        self.row.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn replace(&self, row: Arc<Row>) {
        *self.row.write().unwrap_or_else(PoisonError::into_inner) = row;
    }

    /// The value of a key, the session token among them.
    pub fn value(&self, key: &str) -> Option<Value> {
        self.row().get(key).cloned()
    }

    /// The whole object as JSON, without its session token: this is what lands in logs.
    pub fn json(&self) -> String {
        let mut row = Row::clone(&self.row());
        row.remove("sessionToken");
        row::json(&Value::Object(row))
    }

    /// Names of all keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        // The map is an ordered one.
        self.row().keys().cloned().collect()
    }

    /// One of [`value_type`], or `None` for an absent key.
    pub fn value_type(&self, key: &str) -> Option<i32> {
        let row = self.row();
        Some(match row.get(key)? {
            Value::Null => value_type::NULL,
            Value::Bool(_) => value_type::BOOL,
            Value::Number(n) if n.is_i64() => value_type::I64,
            Value::Number(_) => value_type::F64,
            value if date_text(key, value).is_some() => value_type::DATE,
            Value::String(_) => value_type::STRING,
            Value::Array(_) => value_type::ARRAY,
            Value::Object(_) => value_type::OBJECT,
        })
    }

    /// A text. Times of creation and update read as text too.
    ///
    /// # Errors
    /// `WRONG_TYPE`.
    pub fn get_str(&self, key: &str) -> Result<Option<String>> {
        self.get(key, |value| value.as_str().map(str::to_owned))
    }

    /// A whole number.
    ///
    /// # Errors
    /// `WRONG_TYPE`, also for a number that is not whole or does not fit.
    pub fn get_i64(&self, key: &str) -> Result<Option<i64>> {
        self.get(key, Value::as_i64)
    }

    /// A number, the nearest double of it.
    ///
    /// # Errors
    /// `WRONG_TYPE`.
    pub fn get_f64(&self, key: &str) -> Result<Option<f64>> {
        self.get(key, Value::as_f64)
    }

    /// True or false.
    ///
    /// # Errors
    /// `WRONG_TYPE`.
    pub fn get_bool(&self, key: &str) -> Result<Option<bool>> {
        self.get(key, Value::as_bool)
    }

    /// A point in time, in Unix milliseconds.
    ///
    /// # Errors
    /// `WRONG_TYPE`, also for a date that is none.
    pub fn get_date(&self, key: &str) -> Result<Option<i64>> {
        self.get(key, |value| unix_ms(date_text(key, value)?))
    }

    fn get<T>(&self, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<Option<T>> {
        let row = self.row();
        let Some(value) = row.get(key) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::new(status::WRONG_TYPE, "the value is of another type")),
        }
    }
}

/// The ISO 8601 text of a date: bare in the two built-in times, wrapped elsewhere
/// (`account-rest.md` section 1.4).
fn date_text<'a>(key: &str, value: &'a Value) -> Option<&'a str> {
    match value {
        Value::String(text) if key == "createdAt" || key == "updatedAt" => Some(text),
        Value::Object(map) if map.get("__type").and_then(Value::as_str) == Some("Date") => {
            map.get("iso").and_then(Value::as_str)
        }
        _ => None,
    }
}

fn unix_ms(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object() -> Object {
        let Value::Object(row) = json!({
            "objectId": "a", "createdAt": "2018-05-21T09:33:26.406Z", "nickname": "塔拉",
            "sessionToken": "secret", "level": 7, "big": i64::MAX, "huge": u64::MAX, "x": 1.5,
            "flag": true, "none": null, "list": [1], "map": {"__type": "Pointer"},
            "born": {"__type": "Date", "iso": "1969-12-31T23:59:59.999Z"},
            "odd": {"__type": "Date", "iso": "yesterday"},
        }) else {
            panic!()
        };
        Object::new(Arc::new(row))
    }

    #[test]
    fn each_getter_gives_its_own_type_and_no_other() {
        let object = object();
        assert_eq!(object.get_str("nickname"), Ok(Some("塔拉".to_owned())));
        assert_eq!(object.get_i64("level"), Ok(Some(7)));
        assert_eq!(object.get_i64("big"), Ok(Some(i64::MAX)));
        assert_eq!(object.get_f64("x"), Ok(Some(1.5)));
        assert_eq!(object.get_f64("level"), Ok(Some(7.0)));
        assert_eq!(object.get_bool("flag"), Ok(Some(true)));
        assert_eq!(object.get_date("createdAt"), Ok(Some(1_526_895_206_406)));
        assert_eq!(object.get_date("born"), Ok(Some(-1)));
        assert_eq!(object.get_i64("absent"), Ok(None));
        let wrong = |result: Result<()>| assert_eq!(result.unwrap_err().status, status::WRONG_TYPE);
        wrong(object.get_i64("x").map(|_| ()));
        wrong(object.get_i64("huge").map(|_| ()));
        wrong(object.get_str("level").map(|_| ()));
        wrong(object.get_bool("level").map(|_| ()));
        wrong(object.get_date("odd").map(|_| ()));
        wrong(object.get_date("nickname").map(|_| ()));
    }

    #[test]
    fn types_are_told_and_the_token_stays_out_of_the_json() {
        let object = object();
        for (key, expected) in [
            ("none", value_type::NULL),
            ("nickname", value_type::STRING),
            ("level", value_type::I64),
            ("huge", value_type::F64),
            ("flag", value_type::BOOL),
            ("createdAt", value_type::DATE),
            ("born", value_type::DATE),
            ("list", value_type::ARRAY),
            ("map", value_type::OBJECT),
        ] {
            assert_eq!(object.value_type(key), Some(expected), "{key}");
        }
        assert_eq!(object.value_type("absent"), None);
        assert!(!object.json().contains("secret"));
        assert_eq!(object.get_str("sessionToken"), Ok(Some("secret".to_owned())));
        assert!(object.keys().contains(&"sessionToken".to_owned()));
    }
}
