//! What a query means, written to be read: objects in memory, looked at one after the other.
#![allow(unreachable_pub, reason = "it is a module of one suite")]

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value, json};

/// An object: its fields, and `objectId` and `createdAt` among them.
pub type Object = Map<String, Value>;

/// Every object of both classes, in the order of their ids.
pub struct World {
    pub things: Vec<Object>,
    pub others: Vec<Object>,
}

impl World {
    fn class(&self, name: &str) -> &[Object] {
        if name == "Other" { &self.others } else { &self.things }
    }

    /// The objects that a query finds, in order, without limit.
    pub fn find<'w>(&'w self, class: &str, filter: &Value, order: &str) -> Vec<&'w Object> {
        let mut found: Vec<_> =
            self.class(class).iter().filter(|object| self.meets(object, filter)).collect();
        found.sort_by(|one, other| by(order, one, other));
        found
    }

    pub fn meets(&self, object: &Object, filter: &Value) -> bool {
        filter.as_object().unwrap().iter().all(|(name, value)| match name.as_str() {
            "$and" => value.as_array().unwrap().iter().all(|part| self.meets(object, part)),
            "$or" => value.as_array().unwrap().iter().any(|part| self.meets(object, part)),
            key => self.passes(&at(object, key), value),
        })
    }

    fn passes(&self, value: &Value, tests: &Value) -> bool {
        match tests.as_object() {
            Some(map) if map.keys().any(|name| name.starts_with('$')) => {
                map.iter().all(|(operator, operand)| self.test(value, operator, operand, map))
            }
            _ => is(value, tests),
        }
    }

    fn test(&self, value: &Value, operator: &str, operand: &Value, all: &Object) -> bool {
        let list = || operand.as_array().unwrap().iter();
        let beside = |wanted: &[Ordering]| {
            compare(value, operand).is_some_and(|order| wanted.contains(&order))
        };
        match operator {
            "$eq" => is(value, operand),
            "$ne" => !is(value, operand),
            "$lt" => beside(&[Ordering::Less]),
            "$lte" => beside(&[Ordering::Less, Ordering::Equal]),
            "$gt" => beside(&[Ordering::Greater]),
            "$gte" => beside(&[Ordering::Greater, Ordering::Equal]),
            "$in" => list().any(|one| is(value, one)),
            "$nin" => !list().any(|one| is(value, one)),
            "$all" => list().count() > 0 && list().all(|one| is(value, one)),
            "$exists" => value.is_null() != operand.as_bool().unwrap(),
            "$size" => value.as_array().is_some_and(|list| json!(list.len()) == *operand),
            "$options" => true,
            "$regex" => {
                let options = all["$options"].as_str().unwrap();
                matches(value, operand.as_str().unwrap(), options)
            }
            "$inQuery" => self.is_among(value, &self.pointers(operand)),
            "$notInQuery" => !self.is_among(value, &self.pointers(operand)),
            "$select" => self.is_among(value, &self.selected(operand)),
            "$dontSelect" => !self.is_among(value, &self.selected(operand)),
            _ => panic!("{operator}"),
        }
    }

    fn is_among(&self, value: &Value, all: &[Value]) -> bool {
        all.iter().any(|one| is(value, one))
    }

    fn subquery(&self, query: &Value) -> Vec<&Object> {
        let order = query["order"].as_str().unwrap_or_default();
        let found = self.find(query["className"].as_str().unwrap(), &query["where"], order);
        let number =
            |name: &str| query[name].as_u64().map(|number| usize::try_from(number).unwrap());
        let skipped = found.into_iter().skip(number("skip").unwrap_or(0));
        skipped.take(number("limit").unwrap_or(usize::MAX)).collect()
    }

    fn pointers(&self, query: &Value) -> Vec<Value> {
        let class = &query["className"];
        let pointer = |object: &Object| json!({ "__type": "Pointer", "className": class, "objectId": object["objectId"] });
        self.subquery(query).into_iter().map(pointer).collect()
    }

    fn selected(&self, select: &Value) -> Vec<Value> {
        let key = select["key"].as_str().unwrap();
        let values = self.subquery(&select["query"]).into_iter().map(|object| at(object, key));
        values.filter(|value| !value.is_null()).collect()
    }
}

/// The value of a key; missing is as null.
pub fn at(object: &Object, key: &str) -> Value {
    let mut names = key.split('.');
    let mut value = object.get(names.next().unwrap());
    for name in names {
        value = value.and_then(Value::as_object).and_then(|inner| inner.get(name));
    }
    value.cloned().unwrap_or(Value::Null)
}

/// Equality, of the value or of an element of the array.
fn is(value: &Value, wanted: &Value) -> bool {
    same(value, wanted)
        || value.as_array().is_some_and(|list| list.iter().any(|element| same(element, wanted)))
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => compare(one, other) == Some(Ordering::Equal),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|own| same(value, own)))
        }
        (one, other) => one == other,
    }
}

/// Between two numbers, two strings or two dates.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => Some(numbers(one, other)),
        (Value::String(one), Value::String(other)) => Some(one.as_bytes().cmp(other.as_bytes())),
        _ if one["__type"] == "Date" && other["__type"] == "Date" => {
            Some(one["iso"].as_str().cmp(&other["iso"].as_str()))
        }
        _ => None,
    }
}

/// By their mathematical values.
fn numbers(one: &serde_json::Number, other: &serde_json::Number) -> Ordering {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        // One of them is no 64-bit integer: then it is far from each, or within what doubles tell.
        (Some(one), None) => against(one, other.as_f64().unwrap()),
        (None, Some(other)) => against(other, one.as_f64().unwrap()).reverse(),
        (None, None) => one.as_f64().unwrap().total_cmp(&other.as_f64().unwrap()),
    }
}

fn against(integer: i64, double: f64) -> Ordering {
    if double >= 9_223_372_036_854_775_808.0 {
        return Ordering::Less;
    }
    if double < -9_223_372_036_854_775_808.0 {
        return Ordering::Greater;
    }
    // A fraction is smaller than 2^53, where integers are doubles.
    (integer as f64).partial_cmp(&double).unwrap()
}

fn integer(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let double = number.as_f64()?;
        let whole = double.fract() == 0.0
            && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&double);
        whole.then_some(double as i64)
    })
}

fn matches(value: &Value, pattern: &str, options: &str) -> bool {
    thread_local! {
        static KNOWN: RefCell<HashMap<(String, String), Regex>> = RefCell::default();
    }
    let made = || {
        let pattern = pattern.replace(r"\Q", "").replace(r"\E", "");
        RegexBuilder::new(&pattern)
            .case_insensitive(options.contains('i'))
            .multi_line(options.contains('m'))
            .dot_matches_new_line(options.contains('s'))
            .build()
            .unwrap()
    };
    let key = (pattern.to_owned(), options.to_owned());
    KNOWN.with_borrow_mut(|known| {
        let regex = known.entry(key).or_insert_with(made);
        value.as_str().is_some_and(|text| regex.is_match(text))
    })
}

/// Missing first; by the types of values, then by values, then by ids.
fn by(order: &str, one: &Object, other: &Object) -> Ordering {
    let mut down = false;
    for key in order.split(',').filter(|key| !key.is_empty()) {
        down = key.starts_with('-');
        let key = key.trim_start_matches('-');
        let (one, other) = (at(one, key), at(other, key));
        let order = rank(&one)
            .cmp(&rank(&other))
            .then_with(|| compare(&one, &other).unwrap_or(Ordering::Equal));
        if order != Ordering::Equal {
            return if down { order.reverse() } else { order };
        }
    }
    let order = one["objectId"].as_str().cmp(&other["objectId"].as_str());
    if down { order.reverse() } else { order }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Bool(false) => 3,
        Value::Bool(true) => 4,
        Value::Object(map) if map.get("__type").is_some_and(|kind| kind == "Date") => 5,
        Value::Object(_) | Value::Array(_) => 6,
    }
}
