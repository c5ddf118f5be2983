//! Changes of an object that the server is yet to learn of (`account-rest.md` section 3.2), key by
//! key, as they go over the wire.
//!
//! Two changes of one key are joined into one operation where there is one that does the same. Where
//! there is none (`Add`, then `Remove`, of a list that only the server knows), the later one stands
//! in a further stage: stages are saved one after the other, so that nothing is lost.

use serde_json::{Number, Value};

use super::row::Put;
use super::row::Row;
use crate::error::{Error, Result, status};

/// Longest name of a field, in bytes.
const KEY_MAX: usize = 128;

/// Most saves that the changes of one object may take.
const STAGES_MAX: usize = 32;

/// The mark of a pointer to an object that has no id yet.
pub(super) const LOCAL: &str = "__local";

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

/// What is done to a list that only the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListChange {
    /// To its end.
    Add,
    /// To its end, unless it is there.
    AddUnique,
    /// Each that is equal.
    Remove,
}

/// Pending changes: stages, each with at most one operation a key, none of them empty.
#[derive(Clone, Default)]
pub struct Ops(Vec<Row>);

impl Ops {
    /// The field shall hold this.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the key cannot be written, or the value would be read as an operation.
    pub fn set(&mut self, key: &str, value: Value) -> Result<()> {
        if value.get("__op").is_some() {
            return Err(Error::argument("a value holds __op, which the server would carry out"));
        }
        self.change(key, value)
    }

    /// The field shall be gone.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the key cannot be written.
    pub fn unset(&mut self, key: &str) -> Result<()> {
        self.change(key, delete())
    }

    /// The operation shall be carried out. Changes of before are taken into account.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the key cannot be written, or a sum does not fit. `WRONG_TYPE`: it cannot
    /// follow on what is pending. `LIMIT`: too many stages.
    pub fn change(&mut self, key: &str, op: Value) -> Result<()> {
        check_key(key)?;
        self.put(key, op, true)
    }

    /// Whether there is a change of `key`, or for `None` any.
    pub fn has(&self, key: Option<&str>) -> bool {
        key.map_or(!self.0.is_empty(), |key| self.0.iter().any(|stage| stage.contains_key(key)))
    }

    /// Whether a change of `key` points to an object that has no id yet.
    pub fn is_aimed(&self, key: &str) -> bool {
        let marked = |value: &Value| local(value).is_some();
        let mut ops = self.0.iter().filter_map(|stage| stage.get(key));
        ops.any(|op| marked(op) || items(op).iter().any(marked))
    }

    /// Takes older changes in beneath its own.
    pub fn put_beneath(&mut self, older: Self) {
        let newer = std::mem::replace(self, older);
        for (key, op) in newer.0.into_iter().flatten() {
            // What cannot be joined is a further stage: it is not refused.
            let _ = self.put(&key, op, false);
        }
    }

    /// Takes out the changes of keys that `other` changes as well.
    pub fn take_shared(&mut self, other: &Self) -> Self {
        let mut shared = Vec::new();
        for stage in &mut self.0 {
            let mut with = Row::new();
            stage.retain(|key, op| {
                let stays = !other.has(Some(key));
                if !stays {
                    with.put(key, std::mem::take(op));
                }
                stays
            });
            shared.push(with);
        }
        self.tidy();
        let mut shared = Self(shared);
        shared.tidy();
        shared
    }

    /// Takes the first stage out.
    pub fn take_first(&mut self) -> Self {
        if self.0.is_empty() {
            return Self::default();
        }
        Self(vec![self.0.remove(0)])
    }

    /// Makes the changes.
    pub fn apply(&self, row: &mut Row) {
        for (key, op) in self.0.iter().flatten() {
            match carried_out(row.get(key), op) {
                Ok(Some(value)) => row.insert(key.clone(), value),
                Ok(None) => row.remove(key),
                // The server will refuse it.
                Err(_) => continue,
            };
        }
    }

    /// The body of the first save.
    pub fn body(&self) -> Value {
        Value::Object(self.0.first().cloned().unwrap_or_default())
    }

    /// The body that makes the object: what is removed was never there.
    pub fn new_body(&self) -> Value {
        let mut first = self.0.first().cloned().unwrap_or_default();
        first.retain(|_, op| name(op) != "Delete");
        first.into()
    }

    /// Whether the first save does the same if it is done twice.
    pub fn is_repeatable(&self) -> bool {
        let mut first = self.0.first().into_iter().flat_map(Row::values);
        first.all(|op| !matches!(name(op), "Increment" | "Add"))
    }

    /// Gives each marked pointer the id that `id_of` knows of its mark. Gives the marks that are
    /// left, in all stages.
    pub fn resolve(&mut self, id_of: &dyn Fn(u64) -> Option<String>) -> Vec<u64> {
        let mut left = Vec::new();
        for op in self.0.iter_mut().flat_map(Row::values_mut) {
            resolve(op, id_of, &mut left);
            if let Some(objects) = op.get_mut("objects").and_then(Value::as_array_mut) {
                objects.iter_mut().for_each(|object| resolve(object, id_of, &mut left));
            }
        }
        left
    }

    fn tidy(&mut self) {
        self.0.retain(|stage| !stage.is_empty());
    }

    fn put(&mut self, key: &str, op: Value, strict: bool) -> Result<()> {
        let kind = name(&op);
        if kind.is_empty() || kind == "Delete" {
            // Whatever was before no longer matters.
            self.0.iter_mut().for_each(|stage| drop(stage.remove(key)));
            self.tidy();
        } else if is_relation(kind) {
            self.forget_relation(key, &op);
        }
        let held =
            |stage: &Row| stage.get(key).is_some_and(|op| !is_relation(kind) || name(op) == kind);
        let last = self.0.iter().rposition(|stage| stage.contains_key(key));
        let same = self.0.iter().rposition(held);
        if let Some(before) = same.or(last).and_then(|at| self.0.get_mut(at)?.get_mut(key)) {
            match joined(before, &op) {
                Ok(Some(both)) => {
                    *before = both;
                    return Ok(());
                }
                Err(error) if strict => return Err(error),
                _ => {}
            }
        }
        let at = last.map_or(0, |last| last + 1);
        if at == self.0.len() {
            if strict && at >= STAGES_MAX {
                let text =
                    "more than 32 saves would be needed for changes of one field: save first";
                return Err(Error::new(status::LIMIT, text));
            }
            self.0.push(Row::new());
        }
        if let Some(stage) = self.0.get_mut(at) {
            stage.insert(key.to_owned(), op);
        }
        Ok(())
    }

    /// Takes the pointers of `op` out of all changes of the relation: the newest word counts.
    fn forget_relation(&mut self, key: &str, op: &Value) {
        for stage in &mut self.0 {
            let Some(held) = stage.get_mut(key).filter(|held| is_relation(name(held))) else {
                continue;
            };
            let Some(Value::Array(objects)) = held.get_mut("objects") else { continue };
            objects.retain(|object| !holds(items(op), object));
            if objects.is_empty() {
                stage.remove(key);
            }
        }
        self.tidy();
    }
}

/// The operation that removes a field.
pub(crate) fn delete() -> Value {
    let mut op = Row::new();
    op.put("__op", "Delete".into());
    op.into()
}

fn operation(name: &str, member: &str, value: Value) -> Value {
    let mut op = Row::new();
    op.put("__op", name.into());
    op.insert(member.to_owned(), value);
    op.into()
}

/// The operation that adds to a number.
pub fn increment(amount: Number) -> Value {
    operation("Increment", "amount", Value::Number(amount))
}

/// The operation that changes a list.
///
/// # Errors
/// `INVALID_ARGUMENT`: the values are no array.
pub fn list(how: ListChange, values: Value) -> Result<Value> {
    if !values.is_array() {
        return Err(Error::argument("the values are not a JSON array"));
    }
    let name = match how {
        ListChange::Add => "Add",
        ListChange::AddUnique => "AddUnique",
        ListChange::Remove => "Remove",
    };
    Ok(operation(name, "objects", values))
}

/// The operation that puts a pointer into a relation, or takes it out.
pub fn relation(add: bool, pointer: Value) -> Value {
    let name = if add { "AddRelation" } else { "RemoveRelation" };
    operation(name, "objects", Value::Array(vec![pointer]))
}

/// A pointer to the object of this id, or else of this mark.
pub fn pointer(class: &str, id: Option<&str>, local: u64) -> Value {
    let mut pointer = Row::new();
    pointer.put("__type", "Pointer".into());
    pointer.put("className", class.into());
    match id {
        Some(id) => pointer.insert("objectId".to_owned(), id.into()),
        None => pointer.insert(LOCAL.to_owned(), local.into()),
    };
    pointer.into()
}

/// The mark of a pointer.
pub fn local(pointer: &Value) -> Option<u64> {
    pointer.get(LOCAL)?.as_u64()
}

fn resolve(value: &mut Value, id_of: &dyn Fn(u64) -> Option<String>, left: &mut Vec<u64>) {
    let Some(local) = local(value) else { return };
    match (id_of(local), value) {
        (Some(id), Value::Object(pointer)) => {
            pointer.remove(LOCAL);
            pointer.put("objectId", id.into());
        }
        _ => left.push(local),
    }
}

/// The name of an operation, empty for a value to be set.
fn name(op: &Value) -> &str {
    op.get("__op").and_then(Value::as_str).unwrap_or_default()
}

fn is_relation(name: &str) -> bool {
    name.ends_with("Relation")
}

fn items(op: &Value) -> &[Value] {
    op.get("objects").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Whether the server would find `value` in the list: 1 and 1.0 are one number.
fn holds(list: &[Value], value: &Value) -> bool {
    let same = |held: &Value| held == value || held.is_number() && held.as_f64() == value.as_f64();
    list.iter().any(same)
}

fn extend(list: &mut Vec<Value>, more: &[Value], unique: bool) {
    for value in more {
        if !unique || !holds(list, value) {
            list.push(value.clone());
        }
    }
}

/// What a field holds after an operation; `None`: it is gone.
fn carried_out(now: Option<&Value>, op: &Value) -> Result<Option<Value>> {
    let kind = name(op);
    Ok(Some(match (kind, now) {
        ("", _) => op.clone(),
        ("Delete", _) | ("Remove" | "RemoveRelation", None) => return Ok(None),
        ("Increment", now) => {
            let amount = op.get("amount").unwrap_or(&Value::Null);
            now.map_or_else(|| Ok(amount.clone()), |now| sum(now, amount))?
        }
        ("AddRelation", None) => {
            let class = items(op).first().and_then(|pointer| pointer.get("className"));
            let mut relation = Row::new();
            relation.put("__type", "Relation".into());
            relation.put("className", class.cloned().unwrap_or_default());
            relation.into()
        }
        (kind, Some(now)) if is_relation(kind) => now.clone(),
        (_, None) => {
            let mut list = Vec::new();
            extend(&mut list, items(op), kind == "AddUnique");
            list.into()
        }
        (_, Some(Value::Array(now))) => {
            let mut list = now.clone();
            match kind {
                "Remove" => list.retain(|value| !holds(items(op), value)),
                _ => extend(&mut list, items(op), kind == "AddUnique"),
            }
            list.into()
        }
        _ => return Err(wrong_type()),
    }))
}

/// The one operation that does what `before` and then `after` do, if there is one.
fn joined(before: &Value, after: &Value) -> Result<Option<Value>> {
    let (first, second) = (name(before), name(after));
    Ok(Some(match (first, second) {
        ("Delete", "AddRelation") => return Ok(None),
        ("", "AddRelation" | "RemoveRelation") => return Err(wrong_type()),
        ("" | "Delete", _) => {
            let now = (first != "Delete").then_some(before);
            carried_out(now, after)?.unwrap_or_else(delete)
        }
        ("Increment", "Increment") => {
            let amount = |op: &Value| op.get("amount").cloned().unwrap_or_default();
            operation("Increment", "amount", sum(&amount(before), &amount(after))?)
        }
        ("Add" | "AddUnique" | "Remove" | "AddRelation" | "RemoveRelation", _)
            if first == second =>
        {
            let mut objects = items(before).to_vec();
            extend(&mut objects, items(after), first != "Add");
            operation(first, "objects", objects.into())
        }
        ("Add" | "AddUnique" | "Remove", "Add" | "AddUnique" | "Remove")
        | ("AddRelation", "RemoveRelation")
        | ("RemoveRelation", "AddRelation") => return Ok(None),
        _ => return Err(wrong_type()),
    }))
}

/// Whole numbers stay whole; with any other, the nearest double.
fn sum(a: &Value, b: &Value) -> Result<Value> {
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
        let text = "the sum does not fit 64 bits";
        return a.checked_add(b).map(Value::from).ok_or_else(|| Error::argument(text));
    }
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return Err(wrong_type()) };
    let sum = Number::from_f64(a + b).ok_or_else(|| Error::argument("the sum is infinite"))?;
    Ok(Value::Number(sum))
}

fn wrong_type() -> Error {
    let text = "the change cannot follow on the one of this field that is not saved yet";
    Error::new(status::WRONG_TYPE, text)
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
mod tests;
