//! `where`: which users are meant (account-rest.md 3.4, as far as users' own fields need it).

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::problem::Problem;

/// Conditions of one filter.
const MAX_CONDITIONS: usize = 64;
/// Longest list of `$in` and `$nin`.
const MAX_LIST: usize = 1000;

/// Conditions, all of which a user has to meet.
#[derive(Debug, Default)]
pub(crate) struct Filter(Vec<Condition>);

#[derive(Debug)]
enum Condition {
    /// What a field has to be. Names with dots lead into objects.
    Field(String, Test),
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

#[derive(Debug)]
enum Test {
    Is(Value),
    IsNot(Value),
    /// In the list (`true`), or not.
    In(Vec<Value>, bool),
    Exists(bool),
    /// On this side of the value, and, if `true`, the value itself.
    Beside(Ordering, bool, Value),
}

impl Filter {
    /// Reads the JSON of a `where`. `BAD_QUERY`: no JSON object, an operator that is not known
    /// here, or too much of them.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let sent: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Problem::BAD_QUERY)?;
        let mut left = MAX_CONDITIONS;
        Self::of(sent, &mut left)
    }

    /// Whether it lets everybody through.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text that `name` has to be, if the filter says so.
    pub(crate) fn exact(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|condition| match condition {
            Condition::Field(field, Test::Is(Value::String(text))) if field == name => {
                Some(text.as_str())
            }
            Condition::All(parts) => parts.iter().find_map(|part| part.exact(name)),
            _ => None,
        })
    }

    /// Whether the user, as its owner sees it, meets all of it.
    pub(crate) fn matches(&self, user: &Value) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::Field(name, test) => test.passes(find(user, name)),
            Condition::All(parts) => parts.iter().all(|part| part.matches(user)),
            Condition::Any(parts) => parts.iter().any(|part| part.matches(user)),
        })
    }

    fn of(sent: Map<String, Value>, left: &mut usize) -> Result<Self, Problem> {
        let mut all = Vec::new();
        for (name, value) in sent {
            match (name.as_str(), value) {
                ("$and", Value::Array(parts)) => all.push(Condition::All(many(parts, left)?)),
                ("$or", Value::Array(parts)) => all.push(Condition::Any(many(parts, left)?)),
                (other, _) if other.starts_with('$') => return Err(Problem::BAD_QUERY),
                (_, Value::Object(tests)) if tests.keys().any(|key| key.starts_with('$')) => {
                    for (operator, operand) in tests {
                        take(left)?;
                        all.push(Condition::Field(name.clone(), Test::of(&operator, operand)?));
                    }
                }
                (_, value) => {
                    take(left)?;
                    all.push(Condition::Field(name, Test::Is(plain(value))));
                }
            }
        }
        Ok(Self(all))
    }
}

impl Test {
    fn of(operator: &str, operand: Value) -> Result<Self, Problem> {
        let operand = plain(operand);
        Ok(match (operator, operand) {
            ("$eq", value) => Self::Is(value),
            ("$ne", value) => Self::IsNot(value),
            ("$exists", Value::Bool(exists)) => Self::Exists(exists),
            ("$in" | "$nin", Value::Array(list)) if list.len() <= MAX_LIST => {
                Self::In(list.into_iter().map(plain).collect(), operator == "$in")
            }
            ("$lt", value) => Self::Beside(Ordering::Less, false, value),
            ("$lte", value) => Self::Beside(Ordering::Less, true, value),
            ("$gt", value) => Self::Beside(Ordering::Greater, false, value),
            ("$gte", value) => Self::Beside(Ordering::Greater, true, value),
            _ => return Err(Problem::BAD_QUERY),
        })
    }

    /// A field that is missing is as null.
    fn passes(&self, field: Option<&Value>) -> bool {
        let value = field.unwrap_or(&Value::Null);
        match self {
            Self::Is(wanted) => value == wanted,
            Self::IsNot(wanted) => value != wanted,
            Self::In(list, within) => list.contains(value) == *within,
            Self::Exists(wanted) => field.is_some() == *wanted,
            Self::Beside(side, equal, than) => compare(value, than)
                .is_some_and(|order| order == *side || *equal && order == Ordering::Equal),
        }
    }
}

fn many(parts: Vec<Value>, left: &mut usize) -> Result<Vec<Filter>, Problem> {
    let read = |part| match part {
        Value::Object(part) => {
            take(left)?;
            Filter::of(part, left)
        }
        _ => Err(Problem::BAD_QUERY),
    };
    parts.into_iter().map(read).collect()
}

fn take(left: &mut usize) -> Result<(), Problem> {
    *left = left.checked_sub(1).ok_or(Problem::BAD_QUERY)?;
    Ok(())
}

/// A date as users' times are written.
fn plain(value: Value) -> Value {
    match (value.get("__type").and_then(Value::as_str), value.get("iso")) {
        (Some("Date"), Some(iso)) => iso.clone(),
        _ => value,
    }
}

fn find<'v>(user: &'v Value, name: &str) -> Option<&'v Value> {
    name.split('.').try_fold(user, |value, part| value.as_object()?.get(part))
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_operator_decides() {
        let user = json!({
            "nickname": "lin", "updatedAt": "2026-01-02T00:00:00.000Z", "emailVerified": false,
            "authData": { "qq": { "openid": "o" } },
        });
        let date = json!({ "__type": "Date", "iso": "2026-01-01T00:00:00.000Z" });
        for (sent, meets) in [
            (json!({}), true),
            (json!({ "nickname": "lin" }), true),
            (json!({ "nickname": "mei" }), false),
            (json!({ "nickname": "lin", "avatar": "x" }), false),
            (json!({ "avatar": null }), true),
            (json!({ "nickname": { "$eq": "lin" } }), true),
            (json!({ "nickname": { "$ne": "lin" } }), false),
            (json!({ "avatar": { "$ne": "x" } }), true),
            (json!({ "nickname": { "$in": ["mei", "lin"] } }), true),
            (json!({ "nickname": { "$nin": ["mei", "lin"] } }), false),
            (json!({ "nickname": { "$exists": true } }), true),
            (json!({ "avatar": { "$exists": true } }), false),
            (json!({ "nickname": { "$gt": "kim", "$lt": "mei" } }), true),
            (json!({ "nickname": { "$gte": "lin", "$lte": "lin" } }), true),
            (json!({ "nickname": { "$gt": "lin" } }), false),
            (json!({ "nickname": { "$lt": 7 } }), false),
            (json!({ "updatedAt": { "$gt": date } }), true),
            (json!({ "emailVerified": false }), true),
            (json!({ "authData.qq.openid": "o" }), true),
            (json!({ "authData.qq.openid": "p" }), false),
            (json!({ "$or": [{ "nickname": "mei" }, { "nickname": "lin" }] }), true),
            (json!({ "$and": [{ "nickname": "mei" }, { "nickname": "lin" }] }), false),
        ] {
            assert_eq!(Filter::read(&sent.to_string()).unwrap().matches(&user), meets, "{sent}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let deep = format!("{}{{}}{}", r#"{"$and":["#.repeat(200), "]}".repeat(200));
        let many: Map<_, _> = (0..=MAX_CONDITIONS).map(|i| (format!("f{i}"), json!(1))).collect();
        let list = json!({ "a": { "$in": vec![0; MAX_LIST + 1] } }).to_string();
        for text in ["", "x", "[]", "null", "7", r#""a""#, "{", &deep, &list]
            .into_iter()
            .chain([&*Value::Object(many).to_string()])
            .chain([r#"{"$where":"1"}"#, r#"{"a":{"$regex":".*"}}"#, r#"{"$and":{}}"#])
            .chain([r#"{"$or":[1]}"#, r#"{"a":{"$exists":1}}"#, r#"{"a":{"$in":1}}"#])
        {
            assert_eq!(Filter::read(text).err(), Some(Problem::BAD_QUERY), "{text:.60}");
        }
    }

    #[test]
    fn an_exact_text_is_found_where_all_have_to_meet_it() {
        let exact = |sent: Value| {
            Filter::read(&sent.to_string()).unwrap().exact("username").map(str::to_owned)
        };
        assert_eq!(exact(json!({ "username": "u", "a": 1 })).as_deref(), Some("u"));
        assert_eq!(exact(json!({ "$and": [{ "username": "u" }] })).as_deref(), Some("u"));
        assert_eq!(exact(json!({ "$or": [{ "username": "u" }] })), None);
        assert_eq!(exact(json!({ "username": { "$ne": "u" } })), None);
        assert_eq!(exact(json!({ "username": 7 })), None);
    }
}
