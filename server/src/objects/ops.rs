//! Atomic operations on one key.

use serde_json::{Map, Number, Value};

use super::schema::KeyType;
use super::value::{canonical, double, kept, pointer, relation, type_of};
use crate::problem::Problem;

/// Objects that one operation puts into a relation, or takes out of it, at most.
const MAX_LINKS: usize = 1000;

/// Operations of one `Batch`, as the JavaScript SDK sends what it adds to and removes from a
/// relation.
const MAX_BATCH: usize = 16;

/// What is done with the value of a key.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Set(Value),
    Delete,
    /// By this much; a `Decrement` is one by less than nothing.
    Increment(Number),
    Add(Vec<Value>),
    AddUnique(Vec<Value>),
    Remove(Vec<Value>),
    Bits(Bits, i64),
    /// Objects of a class come into the relation.
    AddRelation(Links),
    RemoveRelation(Links),
    /// One after the other.
    Batch(Vec<Op>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bits {
    And,
    Or,
    Xor,
}

/// Objects of one class.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) class: String,
    pub(crate) ids: Vec<String>,
}

/// What an operation changes of a relation, whose contents are no part of the object.
#[derive(Debug, Clone)]
pub(crate) enum Linking {
    Add(Links),
    Remove(Links),
    Clear,
}

impl Op {
    /// Reads what is sent for a key.
    pub(crate) fn read(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Object(map) if map.contains_key("__op") => Self::named(map),
            value => kept(value).map(Self::Set),
        }
    }

    fn named(mut map: Map<String, Value>) -> Result<Self, Problem> {
        let name = map.get("__op").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(match name.as_str() {
            "Delete" => Self::Delete,
            "Increment" => Self::Increment(amount(&map)?),
            "Decrement" => Self::Increment(negated(&amount(&map)?)?),
            "Add" => Self::Add(items(&mut map)?),
            "AddUnique" => Self::AddUnique(items(&mut map)?),
            "Remove" => Self::Remove(items(&mut map)?),
            "BitAnd" => Self::Bits(Bits::And, mask(&map)?),
            "BitOr" => Self::Bits(Bits::Or, mask(&map)?),
            "BitXor" => Self::Bits(Bits::Xor, mask(&map)?),
            "AddRelation" => Self::AddRelation(links(&mut map)?),
            "RemoveRelation" => Self::RemoveRelation(links(&mut map)?),
            "Batch" => match map.remove("ops") {
                Some(Value::Array(ops)) if (1..=MAX_BATCH).contains(&ops.len()) => {
                    Self::Batch(ops.into_iter().map(Self::one_of_batch).collect::<Result<_, _>>()?)
                }
                _ => return Err(Problem::BAD_OPERATION),
            },
            _ => return Err(Problem::BAD_OPERATION),
        })
    }

    fn one_of_batch(value: Value) -> Result<Self, Problem> {
        match Self::read(value)? {
            Self::Batch(_) => Err(Problem::BAD_OPERATION),
            op => Ok(op),
        }
    }

    /// The types that the key has to have, each of them; none: any.
    pub(crate) fn key_types(&self) -> Vec<KeyType> {
        let one = match self {
            Self::Set(value) => type_of(value),
            Self::Delete => None,
            Self::Increment(_) | Self::Bits(..) => Some(KeyType::Number),
            Self::Add(_) | Self::AddUnique(_) | Self::Remove(_) => Some(KeyType::Array),
            Self::AddRelation(links) | Self::RemoveRelation(links) => {
                Some(KeyType::Relation(links.class.clone()))
            }
            Self::Batch(ops) => return ops.iter().flat_map(Self::key_types).collect(),
        };
        one.into_iter().collect()
    }

    /// Does it to the value that is there, if one is; what it changes of a relation is added to
    /// `linked`.
    pub(crate) fn apply(
        &self,
        value: Option<Value>,
        linked: &mut Vec<Linking>,
    ) -> Result<Option<Value>, Problem> {
        Ok(Some(match self {
            Self::Set(new) => {
                if is_relation(value.as_ref()) && !is_relation(Some(new)) {
                    linked.push(Linking::Clear);
                }
                new.clone()
            }
            Self::Delete => {
                if is_relation(value.as_ref()) {
                    linked.push(Linking::Clear);
                }
                return Ok(None);
            }
            Self::Increment(amount) => Value::Number(sum(&number(value)?, amount)?),
            Self::Bits(bits, mask) => {
                let old = number(value)?.as_i64().ok_or(Problem::NO_INTEGER)?;
                Value::from(match bits {
                    Bits::And => old & mask,
                    Bits::Or => old | mask,
                    Bits::Xor => old ^ mask,
                })
            }
            Self::Add(more) => {
                let mut list = list(value)?;
                list.extend(more.iter().cloned());
                Value::Array(list)
            }
            Self::AddUnique(more) => {
                let mut list = list(value)?;
                for item in more {
                    if !list.contains(item) {
                        list.push(item.clone());
                    }
                }
                Value::Array(list)
            }
            Self::Remove(gone) => {
                let mut list = list(value)?;
                list.retain(|item| !gone.contains(item));
                Value::Array(list)
            }
            Self::AddRelation(links) => {
                linked.push(Linking::Add(links.clone()));
                relation(&links.class)
            }
            Self::RemoveRelation(links) => {
                linked.push(Linking::Remove(links.clone()));
                relation(&links.class)
            }
            Self::Batch(ops) => {
                let mut value = value;
                for op in ops {
                    value = op.apply(value, linked)?;
                }
                return Ok(value);
            }
        }))
    }
}

fn is_relation(value: Option<&Value>) -> bool {
    matches!(value.and_then(type_of), Some(KeyType::Relation(_)))
}

fn amount(map: &Map<String, Value>) -> Result<Number, Problem> {
    match map.get("amount") {
        Some(Value::Number(number)) => Ok(canonical(number)),
        _ => Err(Problem::BAD_OPERATION),
    }
}

fn mask(map: &Map<String, Value>) -> Result<i64, Problem> {
    map.get("value").and_then(Value::as_i64).ok_or(Problem::BAD_OPERATION)
}

fn items(map: &mut Map<String, Value>) -> Result<Vec<Value>, Problem> {
    match map.remove("objects") {
        Some(Value::Array(items)) => items.into_iter().map(kept).collect(),
        _ => Err(Problem::BAD_OPERATION),
    }
}

fn links(map: &mut Map<String, Value>) -> Result<Links, Problem> {
    let Some(Value::Array(pointers)) = map.remove("objects") else {
        return Err(Problem::BAD_RELATION);
    };
    if pointers.is_empty() || pointers.len() > MAX_LINKS {
        return Err(Problem::BAD_RELATION);
    }
    let mut links: Option<Links> = None;
    for sent in &pointers {
        let (class, id) = pointer(sent.as_object().ok_or(Problem::BAD_POINTER)?)?;
        let links = links.get_or_insert_with(|| Links { class: class.to_owned(), ids: Vec::new() });
        if links.class != class {
            return Err(Problem::BAD_RELATION);
        }
        links.ids.push(id.to_owned());
    }
    links.ok_or(Problem::BAD_RELATION)
}

/// A number to count from; there is none yet: zero.
fn number(value: Option<Value>) -> Result<Number, Problem> {
    match value {
        None | Some(Value::Null) => Ok(Number::from(0)),
        Some(Value::Number(number)) => Ok(number),
        Some(_) => Err(Problem::BAD_OPERAND),
    }
}

fn list(value: Option<Value>) -> Result<Vec<Value>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(Problem::BAD_OPERAND),
    }
}

fn negated(number: &Number) -> Result<Number, Problem> {
    if let Some(negated) = number.as_i64().and_then(i64::checked_neg) {
        return Ok(Number::from(negated));
    }
    number.as_f64().and_then(|value| double(-value)).ok_or(Problem::BAD_OPERATION)
}

/// Exact as long as both are integers and the sum is one of 64 bits.
fn sum(one: &Number, other: &Number) -> Result<Number, Problem> {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64())
        && let Some(sum) = one.checked_add(other)
    {
        return Ok(Number::from(sum));
    }
    let sum = one.as_f64().zip(other.as_f64()).and_then(|(one, other)| double(one + other));
    sum.ok_or(Problem::NOT_FINITE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn done(op: Value, to: Option<Value>) -> Result<Option<Value>, Problem> {
        Op::read(op)?.apply(to, &mut Vec::new())
    }

    #[test]
    fn sums_are_exact_within_64_bits_and_doubles_beyond() {
        let add = |to: Value, amount: Value| {
            done(json!({ "__op": "Increment", "amount": amount }), Some(to)).map(Option::unwrap)
        };
        assert_eq!(
            add(json!(9_007_199_254_740_993_i64), json!(1)),
            Ok(json!(9_007_199_254_740_994_i64))
        );
        assert_eq!(add(json!(i64::MAX), json!(1)), Ok(json!(9_223_372_036_854_775_808.0)));
        assert_eq!(add(json!(0.5), json!(0.5)), Ok(json!(1)));
        assert_eq!(add(json!(1e308), json!(1e308)), Err(Problem::NOT_FINITE));
        let least = json!({ "__op": "Decrement", "amount": i64::MIN });
        assert_eq!(done(least, None).unwrap(), Some(json!(9_223_372_036_854_775_808.0)));
    }
}
