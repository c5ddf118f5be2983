//! An object as the game reads it. What it shows changes only when an event is delivered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Number, Value};

use super::date::{date_text, iso, unix_ms};
use crate::account::row::Put;
use crate::account::{ListChange, Ops, Row, acl, object, ops, row};
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
    class: Box<str>,
    /// Tells it from all others, as long as it has no id.
    local: u64,
    inner: RwLock<Inner>,
    /// A copy that never changes.
    frozen: bool,
}

struct Inner {
    /// As the server has it, as far as the game was told.
    row: Arc<Row>,
    told: u64,
    /// As the server has it. Each save and fetch makes the next version.
    newest: Arc<Row>,
    version: u64,
    /// As the game reads it: `row` with the changes that follow.
    shown: Arc<Row>,
    /// Cut out by saves, the oldest first.
    cut: Vec<Part>,
    /// Carried by no save yet.
    pending: Ops,
    cuts: u64,
    /// Those without an id that changes point to.
    targets: Vec<Arc<Object>>,
}

struct Part {
    /// Of which cut.
    number: u64,
    ops: Ops,
    /// The version that has them, once the server does.
    landed: Option<u64>,
}

impl Inner {
    fn show(&mut self) {
        let all = self.cut.iter().map(|part| &part.ops).chain([&self.pending]);
        let mut changes = all.filter(|ops| ops.has(None)).peekable();
        if changes.peek().is_none() {
            self.shown = Arc::clone(&self.row);
            return;
        }
        let mut shown = Row::clone(&self.row);
        changes.for_each(|ops| ops.apply(&mut shown));
        self.shown = Arc::new(shown);
    }

    fn renew(&mut self, change: &mut dyn FnMut(&mut Row)) -> Told {
        change(Arc::make_mut(&mut self.newest));
        self.version += 1;
        (self.version, Arc::clone(&self.newest))
    }

    fn waiting(&mut self, number: u64) -> Option<(usize, &mut Ops)> {
        let of = |part: &Part| part.number == number && part.landed.is_none();
        let at = self.cut.iter().position(of)?;
        Some((at, &mut self.cut.get_mut(at)?.ops))
    }
}

/// What a save of an object that has changed is about to send: its first stage.
pub(super) struct Sending {
    pub(super) id: Option<String>,
    pub(super) ops: Ops,
    /// Whether a pointer leads to an object that has no id yet.
    pub(super) waits: bool,
}

impl Object {
    /// A user.
    pub(crate) fn new(row: Arc<Row>) -> Self {
        Self::of(object::USERS, row)
    }

    /// An object as the server has it.
    pub(crate) fn of(class: &str, row: Arc<Row>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let newest = Arc::clone(&row);
        let inner = Inner {
            shown: Arc::clone(&row),
            row,
            told: 0,
            newest,
            version: 0,
            cut: Vec::new(),
            pending: Ops::default(),
            cuts: 0,
            targets: Vec::new(),
        };
        let local = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { class: class.into(), local, inner: RwLock::new(inner), frozen: false }
    }

    /// A copy of what the game reads now.
    pub(super) fn snapshot(&self) -> Self {
        Self { frozen: true, ..Self::of(&self.class, self.shown()) }
    }

    #[inline(never)]
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline(never)]
    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn class(&self) -> &str {
        &self.class
    }

    pub(super) fn local(&self) -> u64 {
        self.local
    }

    /// [`Self::local`] as a key.
    pub(super) fn mark(&self) -> String {
        self.local.to_string()
    }

    pub(super) fn is_user(&self) -> bool {
        &*self.class == object::USERS
    }

    /// As the server has it, as far as the game was told.
    pub(crate) fn row(&self) -> Arc<Row> {
        Arc::clone(&self.read().row)
    }

    /// Its id, also if the game was not told of it yet.
    pub(super) fn id(&self) -> Option<String> {
        row::object_id(&self.read().newest).ok().map(str::to_owned)
    }

    /// A pointer to it.
    pub(super) fn pointer(&self) -> Value {
        ops::pointer(&self.class, self.id().as_deref(), self.local)
    }

    fn shown(&self) -> Arc<Row> {
        Arc::clone(&self.read().shown)
    }

    pub(crate) fn replace(&self, row: Arc<Row>) {
        let mut inner = self.write();
        inner.version += 1;
        inner.told = inner.version;
        inner.newest = Arc::clone(&row);
        inner.row = row;
        inner.show();
    }

    /// What an answer says is so from now on; the game is told by [`Self::tell`].
    pub(super) fn learn(&self, answer: &Row) -> Told {
        self.renew(&mut |row| object::merge(row, answer))
    }

    /// Makes the next version.
    pub(super) fn renew(&self, change: &mut dyn FnMut(&mut Row)) -> Told {
        self.write().renew(change)
    }

    /// Shows a version, unless a newer one is shown.
    pub(super) fn tell(&self, (version, row): Told) {
        let mut inner = self.write();
        if version > inner.told {
            inner.told = version;
            inner.row = row;
            inner.cut.retain(|part| part.landed.is_none_or(|landed| landed > version));
            inner.show();
        }
    }

    /// Refuses what copies cannot do.
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
        self.change(&mut |inner| inner.pending.set(key, value.clone()))
    }

    /// Removes a field, as [`Self::set`] does.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn unset(&self, key: &str) -> Result<()> {
        self.change(&mut |inner| inner.pending.unset(key))
    }

    /// A number.
    ///
    /// # Errors
    /// As [`Self::set`], also for what is no number.
    pub fn set_f64(&self, key: &str, number: f64) -> Result<()> {
        self.set(key, Value::Number(finite(number)?))
    }

    /// A point in time, in Unix milliseconds.
    ///
    /// # Errors
    /// As [`Self::set`], also for a moment outside the years 1 to 9999.
    pub fn set_date(&self, key: &str, unix_ms: i64) -> Result<()> {
        let mut date = Row::new();
        date.put("__type", "Date".into());
        date.put("iso", iso(unix_ms)?.into());
        self.set(key, date.into())
    }

    /// Any value, as JSON.
    ///
    /// # Errors
    /// As [`Self::set`], also for what is not JSON.
    pub fn set_json(&self, key: &str, json: &str) -> Result<()> {
        self.set(key, object::value(json)?)
    }

    /// Adds to a number.
    ///
    /// # Errors
    /// As [`Self::set`]; `WRONG_TYPE` after a pending change that is no number.
    pub fn increment(&self, key: &str, amount: Number) -> Result<()> {
        self.build_on(key, ops::increment(amount))
    }

    /// As [`Self::increment`].
    ///
    /// # Errors
    /// As [`Self::increment`], also for what is no number.
    pub fn increment_f64(&self, key: &str, amount: f64) -> Result<()> {
        self.increment(key, finite(amount)?)
    }

    /// Changes a list by the values of a JSON array.
    ///
    /// # Errors
    /// As [`Self::set`]; `WRONG_TYPE` after a pending change that is no list; `LIMIT`.
    pub fn change_list(&self, key: &str, how: ListChange, json: &str) -> Result<()> {
        self.build_on(key, ops::list(how, object::value(json)?)?)
    }

    /// An operation that builds on the value of before, which is none if the object is new.
    fn build_on(&self, key: &str, op: Value) -> Result<()> {
        self.change(&mut |inner| {
            let new = inner.cut.is_empty() && row::object_id(&inner.newest).is_err();
            if new && !inner.pending.has(Some(key)) {
                inner.pending.unset(key)?;
            }
            inner.pending.change(key, op.clone())
        })
    }

    /// Points to `target`, which is saved first if it has no id.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub(super) fn point(&self, key: &str, target: &Arc<Self>) -> Result<()> {
        self.set(key, target.pointer())?;
        self.aim(target);
        Ok(())
    }

    /// Puts `target` into a relation, or takes it out.
    ///
    /// # Errors
    /// As [`Self::set`]; `WRONG_TYPE` after a pending change that is no relation.
    pub(super) fn relate(&self, key: &str, target: &Arc<Self>, add: bool) -> Result<()> {
        let op = ops::relation(add, target.pointer());
        self.change(&mut |inner| inner.pending.change(key, op.clone()))?;
        self.aim(target);
        Ok(())
    }

    fn aim(&self, target: &Arc<Self>) {
        if target.id().is_none() {
            self.write().targets.push(Arc::clone(target));
        }
    }

    /// Says what somebody may do.
    ///
    /// # Errors
    /// As [`acl::with`], and as [`Self::set`].
    pub fn set_acl(&self, who: &str, rights: i32) -> Result<()> {
        self.change(&mut |inner| {
            let acl = acl::with(inner.shown.get(acl::KEY), who, rights)?;
            inner.pending.set(acl::KEY, acl)
        })
    }

    /// What somebody may do; `None` without an ACL.
    ///
    /// # Errors
    /// As [`acl::rights`].
    pub fn get_acl(&self, who: &str) -> Result<Option<i32>> {
        acl::rights(self.shown().get(acl::KEY), who)
    }

    fn change(&self, change: &mut dyn FnMut(&mut Inner) -> Result<()>) -> Result<()> {
        self.check_living()?;
        let mut inner = self.write();
        change(&mut inner)?;
        inner.show();
        Ok(())
    }

    /// Whether `key` was changed, or for `None` any, and the server is not known to have it.
    pub fn is_dirty(&self, key: Option<&str>) -> bool {
        let inner = self.read();
        inner.pending.has(key) || inner.cut.iter().any(|part| part.ops.has(key))
    }

    /// Takes the changes out for a save; those made from now on are for the next one.
    pub(super) fn cut(self: &Arc<Self>) -> Cut {
        let mut inner = self.write();
        inner.cuts += 1;
        let (number, ops) = (inner.cuts, std::mem::take(&mut inner.pending));
        inner.cut.push(Part { number, ops, landed: None });
        Cut { object: Arc::clone(self), number }
    }

    /// The objects without an id that changes point to.
    pub(super) fn unsaved_targets(&self) -> Vec<Arc<Self>> {
        if self.read().targets.is_empty() {
            return Vec::new();
        }
        let mut inner = self.write();
        let Inner { cut, pending, targets, .. } = &mut *inner;
        let mut marks = pending.resolve(&|_| None);
        marks.extend(cut.iter_mut().flat_map(|part| part.ops.resolve(&|_| None)));
        targets.retain(|target| marks.contains(&target.local));
        let mut all = targets.clone();
        // Never two locks of objects at once.
        drop(inner);
        all.retain(|target| target.id().is_none());
        all
    }

    /// Where the pointer under `key` leads: an object without an id, or what is known of one.
    ///
    /// # Errors
    /// `WRONG_TYPE`: it is no pointer.
    pub(super) fn target(&self, key: &str) -> Result<Option<Arc<Self>>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let inner = self.read();
        let held = inner.targets.iter().find(|target| Some(target.local) == ops::local(&value));
        if let Some(target) = held {
            return Ok(Some(Arc::clone(target)));
        }
        match object::parse(value) {
            Ok((class, row)) => Ok(Some(Arc::new(Self::of(&class, Arc::new(row))))),
            Err(_) => Err(wrong_type()),
        }
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

    /// As [`Self::json`], with the name of its class.
    pub fn to_json(&self) -> String {
        let mut row = Row::clone(&self.shown());
        row.remove("sessionToken");
        row.put("className", (*self.class).into());
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
            None => Err(wrong_type()),
        }
    }
}

fn wrong_type() -> Error {
    Error::new(status::WRONG_TYPE, "the value is of another type")
}

fn finite(number: f64) -> Result<Number> {
    Number::from_f64(number).ok_or_else(|| Error::argument("not a number"))
}

/// A version of an object, for the game to be told.
pub(crate) type Told = (u64, Arc<Row>);

/// The changes that a save carries. Dropped before the save is done, for whatever reason, they are
/// pending again, beneath those that were made since.
pub(crate) struct Cut {
    object: Arc<Object>,
    number: u64,
}

impl Cut {
    pub(super) fn object(&self) -> &Arc<Object> {
        &self.object
    }

    /// Whether it changes `key`, or for `None` any.
    pub(super) fn has(&self, key: Option<&str>) -> bool {
        self.object.write().waiting(self.number).is_some_and(|(_, ops)| ops.has(key))
    }

    /// What is to be sent next, with the ids that pointers have by now.
    pub(super) fn sending(&self) -> Sending {
        // Never two locks of objects at once.
        let targets = self.object.read().targets.clone();
        let ids: Vec<_> = targets.iter().map(|target| (target.local, target.id())).collect();
        let id_of = |local| ids.iter().find(|(of, _)| *of == local)?.1.clone();
        let mut inner = self.object.write();
        let id = row::object_id(&inner.newest).ok().map(str::to_owned);
        let mut waits = false;
        let mut ops = Ops::default();
        if let Some((_, all)) = inner.waiting(self.number) {
            all.resolve(&id_of);
            ops = all.clone().take_first();
            waits = !ops.resolve(&|_| None).is_empty();
        }
        Sending { id, ops, waits }
    }

    /// The server has the first stage; whoever calls has written it into the row.
    pub(super) fn land_first(&self) -> Landed {
        let mut inner = self.object.write();
        self.mark_first(&mut inner);
        Landed { object: Arc::clone(&self.object), number: self.number }
    }

    /// The server has the first stage and answered this: the next version of the object.
    pub(super) fn land(&self, answer: &Row) -> Told {
        let mut inner = self.object.write();
        let first = inner.waiting(self.number).map(|(_, ops)| ops.clone().take_first());
        let first = first.unwrap_or_default();
        let told = inner.renew(&mut |row| object::saved(row, &first, answer));
        self.mark_first(&mut inner);
        told
    }

    fn mark_first(&self, inner: &mut Inner) {
        let landed = Some(inner.version);
        let Some((at, ops)) = inner.waiting(self.number) else { return };
        let ops = ops.take_first();
        inner.cut.insert(at, Part { number: self.number, ops, landed });
    }
}

/// What the server has of the changes of a cut.
pub(crate) struct Landed {
    object: Arc<Object>,
    number: u64,
}

impl Landed {
    /// The row that the game reads has them by now.
    pub(super) fn forget(self) {
        let mut inner = self.object.write();
        inner.cut.retain(|part| part.number != self.number || part.landed.is_none());
        inner.show();
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        let mut inner = self.object.write();
        let Some((at, _)) = inner.waiting(self.number) else { return };
        let mut ops = inner.cut.remove(at).ops;
        let new = row::object_id(&inner.newest).is_err();
        // What a later save is about to carry builds on it, key by key; one that makes the object
        // makes it whole.
        for part in inner.cut.iter_mut().filter(|part| part.landed.is_none()) {
            if part.number > self.number {
                let shared =
                    if new { std::mem::take(&mut ops) } else { ops.take_shared(&part.ops) };
                part.ops.put_beneath(shared);
            }
        }
        inner.pending.put_beneath(ops);
        inner.show();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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
        assert_eq!(third.sending().ops.body(), json!({"a": 1, "c": 3}));
        drop(second);
        assert!(object.is_dirty(Some("b")));
        object.replace(Arc::new(Row::new()));
        third.land_first().forget();
        assert_eq!(shown(), [None, Some(2), None], "only b is left to be saved");
        assert!(!object.is_dirty(Some("a")) && object.is_dirty(None));
    }

    /// A server of its own: what it does with the body of one save.
    fn serve(row: &mut Row, body: &Value) {
        for (key, op) in body.as_object().unwrap() {
            let now = row.remove(key);
            let list = |now: Option<Value>| match now {
                Some(Value::Array(list)) => list,
                None => Vec::new(),
                Some(other) => panic!("a list operation on {other}"),
            };
            let objects = || op["objects"].as_array().unwrap().clone();
            let after = match op.get("__op").and_then(Value::as_str) {
                None => Some(op.clone()),
                Some("Delete") => None,
                Some("Increment") => Some(match (now.unwrap_or(json!(0)), &op["amount"]) {
                    (now, amount) if now.is_i64() && amount.is_i64() => {
                        (now.as_i64().unwrap() + amount.as_i64().unwrap()).into()
                    }
                    (now, amount) => (now.as_f64().unwrap() + amount.as_f64().unwrap()).into(),
                }),
                Some("Add") => Some(list(now).into_iter().chain(objects()).collect()),
                Some("AddUnique" | "AddRelation") => {
                    let mut all = list(now);
                    for object in objects() {
                        if !all.contains(&object) {
                            all.push(object);
                        }
                    }
                    if key == "r" {
                        all.sort_by_key(Value::to_string);
                    }
                    Some(all.into())
                }
                Some("Remove" | "RemoveRelation") => now.map(|now| {
                    let gone = objects();
                    list(Some(now)).into_iter().filter(|v| !gone.contains(v)).collect()
                }),
                Some(other) => panic!("{other}"),
            };
            if let Some(after) = after.filter(|after| key != "r" || *after != json!([])) {
                row.insert(key.clone(), after);
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Happening {
        Change(&'static str, Value),
        Save,
        /// The oldest save ends: it fails, or succeeds.
        End(bool),
    }

    fn happening() -> impl Strategy<Value = Happening> {
        let list = || proptest::collection::vec(0..4_i64, 1..3);
        let listed = |name: &'static str| {
            list().prop_map(move |of| Happening::Change("l", json!({"__op": name, "objects": of})))
        };
        let related = |name: &'static str| {
            (0..4_u8).prop_map(move |id| {
                let pointer = ops::pointer("C", Some(&id.to_string()), 0);
                Happening::Change("r", json!({"__op": name, "objects": [pointer]}))
            })
        };
        let change = |key, value| Happening::Change(key, value);
        prop_oneof![
            3 => Just(Happening::Save),
            3 => any::<bool>().prop_map(Happening::End),
            1 => (-9..9_i64).prop_map(move |n| change("n", n.into())),
            3 => (-9..9_i64).prop_map(move |n| change("n", ops::increment(n.into()))),
            1 => (-9..9_i8).prop_map(move |n| {
                change("n", json!({"__op": "Increment", "amount": f64::from(n) / 4.0}))
            }),
            1 => list().prop_map(move |of| change("l", json!(of))),
            2 => listed("Add"),
            2 => listed("AddUnique"),
            2 => listed("Remove"),
            2 => related("AddRelation"),
            2 => related("RemoveRelation"),
            1 => prop_oneof![Just("n"), Just("l")].prop_map(move |key| change(key, ops::delete())),
        ]
    }

    proptest! {
        /// Whatever saves fail in between, the server ends up as if each change had been made there
        /// by itself; and the game reads that all along.
        #[test]
        fn what_is_saved_is_what_was_done(
            exists in any::<bool>(),
            story in proptest::collection::vec(happening(), 0..40),
        ) {
            let mut server = Row::new();
            if exists {
                server = Row::from_iter([
                    ("objectId".to_owned(), json!("a")), ("n".to_owned(), json!(1)),
                    ("l".to_owned(), json!([1, 2])),
                ]);
            }
            let mut model = server.clone();
            let object = Arc::new(Object::of("C", Arc::new(server.clone())));
            let mut saves = std::collections::VecDeque::new();
            let end = |cut: Cut, fails: bool, server: &mut Row| {
                loop {
                    let sending = cut.sending();
                    if fails || !sending.ops.has(None) && sending.id.is_some() {
                        return;
                    }
                    match &sending.id {
                        Some(_) => serve(server, &sending.ops.body()),
                        None => serve(server, &sending.ops.new_body()),
                    }
                    server.insert("objectId".to_owned(), json!("a"));
                    // The oldest save alone is under way; the game is told at once.
                    object.tell(cut.land(&Row::from_iter([("objectId".to_owned(), json!("a"))])));
                }
            };
            for happening in story.into_iter().chain([Happening::Save]) {
                match happening {
                    Happening::Change(key, op) => {
                        let done = if op.get("__op").is_none() {
                            object.set(key, op.clone())
                        } else if key == "r" || op == ops::delete() {
                            object.change(&mut |inner| inner.pending.change(key, op.clone()))
                        } else {
                            object.build_on(key, op.clone())
                        };
                        if done.is_ok() {
                            serve(&mut model, &json!({key: op}));
                        }
                    }
                    Happening::Save => saves.push_back(object.cut()),
                    Happening::End(fails) => {
                        if let Some(cut) = saves.pop_front() {
                            end(cut, fails, &mut server);
                        }
                    }
                }
                for key in ["n", "l"] {
                    prop_assert_eq!(object.value(key), model.get(key).cloned());
                }
            }
            while let Some(cut) = saves.pop_front() {
                end(cut, false, &mut server);
            }
            end(object.cut(), false, &mut server);
            prop_assert!(!object.is_dirty(None));
            model.insert("objectId".to_owned(), json!("a"));
            prop_assert_eq!(server, model);
        }
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
