//! An object as the game reads it. What it shows changes only when an event is delivered.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;

use super::date::{date_text, iso, unix_ms};
use crate::account::{Ops, Row, object, row};
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
    inner: RwLock<Inner>,
    /// A copy that never changes.
    frozen: bool,
}

struct Inner {
    /// As the server has it.
    row: Arc<Row>,
    /// As the game reads it: with the changes that follow.
    shown: Arc<Row>,
    /// Cut out by a save that has not ended, the oldest first.
    cut: Vec<(u64, Ops)>,
    /// Carried by no save yet.
    pending: Ops,
    cuts: u64,
}

impl Inner {
    fn show(&mut self) {
        let all = self.cut.iter().map(|(_, ops)| ops).chain([&self.pending]);
        let mut changes = all.filter(|ops| ops.has(None)).peekable();
        if changes.peek().is_none() {
            self.shown = Arc::clone(&self.row);
            return;
        }
        let mut shown = Row::clone(&self.row);
        changes.for_each(|ops| ops.apply(&mut shown));
        self.shown = Arc::new(shown);
    }
}

impl Object {
    pub(crate) fn new(row: Arc<Row>) -> Self {
        Self::with(row, false)
    }

    fn with(row: Arc<Row>, frozen: bool) -> Self {
        let (cut, pending) = (Vec::new(), Ops::default());
        let inner = Inner { shown: Arc::clone(&row), row, cut, pending, cuts: 0 };
        Self { inner: RwLock::new(inner), frozen }
    }

    /// A copy of what the game reads now.
    pub(super) fn snapshot(&self) -> Self {
        Self::with(self.shown(), true)
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// As the server has it.
    pub(crate) fn row(&self) -> Arc<Row> {
        Arc::clone(&self.read().row)
    }

    fn shown(&self) -> Arc<Row> {
        Arc::clone(&self.read().shown)
    }

    pub(crate) fn replace(&self, row: Arc<Row>) {
        let mut inner = self.write();
        inner.row = row;
        inner.show();
    }

    /// Refuses what a copy cannot do.
    pub(super) fn check_living(&self) -> Result<()> {
        match self.frozen {
            true => Err(Error::argument("a snapshot never changes")),
            false => Ok(()),
        }
    }

    /// Makes a field hold `value`: at once for whoever reads it, on the server by the next save.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a key that can be written, or a snapshot.
    pub fn set(&self, key: &str, value: Value) -> Result<()> {
        self.change(|pending| pending.set(key, value))
    }

    /// Removes a field, as [`Self::set`] does.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn unset(&self, key: &str) -> Result<()> {
        self.change(|pending| pending.unset(key))
    }

    /// A number.
    ///
    /// # Errors
    /// As [`Self::set`], also for what is no number.
    pub fn set_f64(&self, key: &str, number: f64) -> Result<()> {
        let number = serde_json::Number::from_f64(number);
        self.set(key, Value::Number(number.ok_or_else(|| Error::argument("not a number"))?))
    }

    /// A point in time, in Unix milliseconds.
    ///
    /// # Errors
    /// As [`Self::set`], also for a moment outside the years 1 to 9999.
    pub fn set_date(&self, key: &str, unix_ms: i64) -> Result<()> {
        let mut date = Row::new();
        date.insert("__type".to_owned(), "Date".into());
        date.insert("iso".to_owned(), iso(unix_ms)?.into());
        self.set(key, date.into())
    }

    /// Any value, as JSON.
    ///
    /// # Errors
    /// As [`Self::set`], also for what is not JSON.
    pub fn set_json(&self, key: &str, json: &str) -> Result<()> {
        self.set(key, object::value(json)?)
    }

    fn change(&self, change: impl FnOnce(&mut Ops) -> Result<()>) -> Result<()> {
        self.check_living()?;
        let mut inner = self.write();
        change(&mut inner.pending)?;
        inner.show();
        Ok(())
    }

    /// Whether `key` was changed, or for `None` any, and the server is not known to have it.
    pub fn is_dirty(&self, key: Option<&str>) -> bool {
        let inner = self.read();
        inner.pending.has(key) || inner.cut.iter().any(|(_, ops)| ops.has(key))
    }

    /// Takes the changes out for a save; those made from now on are for the next one.
    pub(super) fn cut(self: &Arc<Self>) -> Cut {
        let mut inner = self.write();
        inner.cuts += 1;
        let (number, ops) = (inner.cuts, std::mem::take(&mut inner.pending));
        inner.cut.push((number, ops.clone()));
        Cut { object: Arc::clone(self), number, ops }
    }

    /// The value of a key, the session token among them.
    pub fn value(&self, key: &str) -> Option<Value> {
        self.shown().get(key).cloned()
    }

    /// The whole object as JSON, without its session token: this is what lands in logs.
    pub fn json(&self) -> String {
        let mut row = Row::clone(&self.shown());
        row.remove("sessionToken");
        row::json(&Value::Object(row))
    }

    /// Names of all keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        // The map is an ordered one.
        self.shown().keys().cloned().collect()
    }

    /// One of [`value_type`], or `None` for an absent key.
    pub fn value_type(&self, key: &str) -> Option<i32> {
        let row = self.shown();
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
        let row = self.shown();
        let Some(value) = row.get(key) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::new(status::WRONG_TYPE, "the value is of another type")),
        }
    }
}

/// The changes that a save carries. Dropped before the save is done, for whatever reason, they are
/// pending again, beneath those that were made since.
pub(crate) struct Cut {
    object: Arc<Object>,
    number: u64,
    ops: Ops,
}

impl Cut {
    pub(super) fn object(&self) -> &Arc<Object> {
        &self.object
    }

    pub(super) fn ops(&self) -> &Ops {
        &self.ops
    }

    fn take(&self, inner: &mut Inner) -> Option<Ops> {
        let at = inner.cut.iter().position(|(number, _)| *number == self.number)?;
        Some(inner.cut.remove(at).1)
    }

    /// The server has them: the object's row says so from now on.
    pub(super) fn land(self) {
        let mut inner = self.object.write();
        self.take(&mut inner);
        inner.show();
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        let mut inner = self.object.write();
        if let Some(mut ops) = self.take(&mut inner) {
            // What a later save is about to replace must not come after it.
            inner.cut.iter().for_each(|(number, newer)| {
                if *number > self.number {
                    ops.drop_hidden_by(newer);
                }
            });
            inner.pending.put_beneath(ops);
            inner.show();
        }
    }
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
    #[test]
    fn a_save_that_fails_puts_its_changes_back_beneath_the_newer_ones() {
        let object = Arc::new(object());
        object.set("a", 1.into()).unwrap();
        object.set("b", 1.into()).unwrap();
        object.set("c", 1.into()).unwrap();
        let first = object.cut();
        object.set("b", 2.into()).unwrap();
        let second = object.cut();
        object.set("c", 3.into()).unwrap();
        let shown = || ["a", "b", "c"].map(|key| object.get_i64(key).unwrap());
        assert_eq!(shown(), [Some(1), Some(2), Some(3)]);
        drop(first);
        assert_eq!(shown(), [Some(1), Some(2), Some(3)], "what the game reads stays");
        let third = object.cut();
        // b is the second save's matter.
        assert_eq!(third.ops().body(), json!({"a": 1, "c": 3}));
        drop(second);
        assert!(object.is_dirty(Some("b")));
        object.replace(Arc::new(Row::new()));
        third.land();
        assert_eq!(shown(), [None, Some(2), None], "only b is left to be saved");
        assert!(!object.is_dirty(Some("a")) && object.is_dirty(None));
    }

    #[test]
    fn a_change_is_read_at_once_and_a_snapshot_keeps_what_it_saw() {
        let object = Arc::new(object());
        object.set_json("list", "[1,2]").unwrap();
        object.set_f64("x", 2.5).unwrap();
        object.unset("flag").unwrap();
        let snapshot = object.snapshot();
        object.set_date("born", -1).unwrap();
        assert_eq!(
            object.value("born"),
            Some(json!({
                "__type": "Date", "iso": "1969-12-31T23:59:59.999Z",
            }))
        );
        object.set_date("born", 1_526_895_206_406).unwrap();
        assert_eq!(object.get_date("born"), Ok(Some(1_526_895_206_406)));
        object.set("x", 1.into()).unwrap();
        assert_eq!((snapshot.get_f64("x"), snapshot.value("flag")), (Ok(Some(2.5)), None));
        assert_eq!(snapshot.value("list"), Some(json!([1, 2])));
        let refused = [
            snapshot.set("x", 1.into()),
            object.set_f64("x", f64::NAN),
            object.set_f64("x", f64::INFINITY),
            object.set_date("x", i64::MAX),
            object.set_date("x", i64::MIN),
            object.set_date("x", -62_135_596_800_001),
            object.set("objectId", 1.into()),
        ];
        for result in refused {
            assert_eq!(result.unwrap_err().status, status::INVALID_ARGUMENT);
        }
        assert_eq!(object.get_i64("x"), Ok(Some(1)));
    }
}
