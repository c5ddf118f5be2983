//! An object as the game reads it. What it shows changes only when an event is delivered.

mod cut;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Number, Value};

use super::date::{date_text, iso, unix_ms};
use crate::account::row::Put;
use crate::account::{ListChange, Ops, Row, acl, object, ops, row};
use crate::error::{Error, Result, status};
pub(crate) use cut::{Cut, Doubt, Landed};
use cut::{Fate, Part};
pub(in crate::client) use cut::{Sending, next_number};

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
    /// Cuts that came to no good end, of which the game was not told yet, and what saves that are
    /// submitted until then end with.
    doubts: Vec<(u64, Error)>,
    /// Those without an id that changes point to.
    targets: Vec<Arc<Object>>,
}

impl Drop for Inner {
    /// Target by target: a chain of them may be longer than the stack.
    fn drop(&mut self) {
        let mut left = std::mem::take(&mut self.targets);
        while let Some(target) = left.pop() {
            // Whoever else holds it drops it.
            let Some(mut last) = Arc::into_inner(target) else { continue };
            let inner = last.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
            left.append(&mut inner.targets);
        }
    }
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

    fn aim(&mut self, target: Option<&Arc<Object>>) {
        let new =
            |target: &&Arc<Object>| !self.targets.iter().any(|held| Arc::ptr_eq(held, target));
        self.targets.extend(target.filter(new).cloned());
    }

    /// Gives the targets that no change points to any more. Those that point at each other would
    /// hold each other for ever.
    fn take_idle(&mut self) -> Vec<Arc<Object>> {
        let mut marks = self.pending.resolve(&|_| None);
        marks.extend(self.cut.iter_mut().flat_map(|part| part.ops.resolve(&|_| None)));
        let targets = std::mem::take(&mut self.targets).into_iter();
        let (aimed, idle) = targets.partition(|target| marks.contains(&target.local));
        self.targets = aimed;
        idle
    }

    fn waiting(&mut self, number: u64) -> Option<(usize, &mut Part)> {
        let of = |part: &Part| part.number == number && part.landed.is_none();
        let at = self.cut.iter().position(of)?;
        Some((at, self.cut.get_mut(at)?))
    }
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
            doubts: Vec::new(),
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

    /// Refuses what can never be pointed to: a copy without an id is not the object that it is of,
    /// and a save would make another one of it.
    pub(super) fn check_target(&self) -> Result<()> {
        let text = "the target is a snapshot of an object that was not saved: it gets no id";
        match self.frozen && self.id().is_none() {
            true => Err(Error::argument(text)),
            false => Ok(()),
        }
    }

    /// Makes a field hold `value`: at once for whoever reads it, on the server by the next save.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a key that can be written, or a snapshot.
    pub fn set(&self, key: &str, value: Value) -> Result<()> {
        self.put(key, None, &mut |pending| pending.set(key, value.clone()))
    }

    /// Removes a field, as [`Self::set`] does.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn unset(&self, key: &str) -> Result<()> {
        self.put(key, None, &mut |pending| pending.unset(key))
    }

    /// A change that takes the place of all before it of `key`.
    fn put(
        &self,
        key: &str,
        target: Option<&Arc<Self>>,
        change: &mut dyn FnMut(&mut Ops) -> Result<()>,
    ) -> Result<()> {
        // Dropped when the lock is free again: a whole chain may hang on it.
        let mut idle = Vec::new();
        self.change(&mut |inner| {
            let aimed = inner.pending.is_aimed(key);
            change(&mut inner.pending)?;
            inner.aim(target);
            if aimed {
                idle = inner.take_idle();
            }
            Ok(())
        })
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
            let unsent = inner.cut.iter().all(|part| part.fate.stopped.is_some());
            let new = unsent && row::object_id(&inner.newest).is_err();
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
        let pointer = target.pointer();
        let marked = target.if_marked(&pointer);
        self.put(key, marked, &mut |pending| pending.set(key, pointer.clone()))
    }

    /// Puts `target` into a relation, or takes it out.
    ///
    /// # Errors
    /// As [`Self::set`]; `WRONG_TYPE` after a pending change that is no relation.
    pub(super) fn relate(&self, key: &str, target: &Arc<Self>, add: bool) -> Result<()> {
        let pointer = target.pointer();
        let marked = target.if_marked(&pointer);
        let op = ops::relation(add, pointer);
        self.change(&mut |inner| {
            inner.pending.change(key, op.clone())?;
            inner.aim(marked);
            Ok(())
        })
    }

    /// Itself, if a pointer to it has its mark: that is to be resolved, also if there is an id by
    /// now.
    fn if_marked(self: &Arc<Self>, pointer: &Value) -> Option<&Arc<Self>> {
        ops::local(pointer).is_some().then_some(self)
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

    /// Takes the changes out for a save, which has a condition or not; those made from now on are
    /// for the next one.
    pub(super) fn cut(self: &Arc<Self>, conditional: bool) -> Cut {
        let mut inner = self.write();
        let number = next_number();
        let stopped = inner.doubts.first().map(|(_, error)| error.clone());
        let ops = match stopped {
            Some(_) => Ops::default(),
            None => std::mem::take(&mut inner.pending),
        };
        let fate = Fate::new(conditional, stopped);
        inner.cut.push(Part { number, ops, landed: None, fate });
        Cut { object: Arc::clone(self), number }
    }

    /// The objects without an id that changes point to.
    pub(super) fn unsaved_targets(&self) -> Vec<Arc<Self>> {
        if self.read().targets.is_empty() {
            return Vec::new();
        }
        let mut inner = self.write();
        let idle = inner.take_idle();
        // What is read must not lead to a target that is forgotten.
        inner.show();
        let mut all = inner.targets.clone();
        // Never two locks of objects at once.
        drop(inner);
        drop(idle);
        all.retain(|target| target.id().is_none());
        all
    }

    /// Where the pointer under `key` leads: an object without an id, or what is known of one.
    ///
    /// # Errors
    /// `WRONG_TYPE`: it is no pointer.
    pub(super) fn target(&self, key: &str) -> Result<Option<Arc<Self>>> {
        let inner = self.read();
        let Some(value) = inner.shown.get(key).cloned() else { return Ok(None) };
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

#[cfg(test)]
mod tests;
