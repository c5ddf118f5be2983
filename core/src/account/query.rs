//! Queries: which objects of a class (`account-rest.md` section 3.4).

use serde_json::Value;

use super::endpoint::{self, Endpoint};
use super::object::{self, Batched};
use super::row::Put;
use super::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::form;
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// A path that is longer goes as the body of a batch: servers and what stands before them cut URLs.
const PATH_MAX: usize = 2000;

/// Longest query, in bytes of JSON.
const QUERY_MAX: usize = 1024 * 1024;

/// Most conditions, orders, includes and selected fields, each.
const PARTS_MAX: usize = 10_000;

/// Longest name with dots, in bytes.
const NAME_MAX: usize = 512;

/// Relations between a field and a value.
const OPERATORS: [&str; 19] = [
    "$eq",
    "$ne",
    "$lt",
    "$lte",
    "$gt",
    "$gte",
    "$in",
    "$nin",
    "$all",
    "$exists",
    "$size",
    "$regex",
    "$options",
    "$select",
    "$dontSelect",
    "$nearSphere",
    "$within",
    "$inQuery",
    "$notInQuery",
];

/// Which objects, in which order, how much of them. Parameters of a request, as they were given.
#[derive(Clone)]
pub struct Query {
    class: String,
    /// All of them must be met.
    clauses: Vec<Row>,
    order: Vec<String>,
    include: Vec<String>,
    select: Vec<String>,
    /// Most objects.
    pub limit: Option<u32>,
    /// How many are left out in front.
    pub skip: u32,
    /// Whether objects come with their ACL.
    pub include_acl: bool,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of them.
    Find,
    /// The first.
    First,
    /// The one of this id.
    Get(String),
    /// How many.
    Count,
}

/// A question that is ready to be sent.
pub struct Question {
    /// The class that answers are of.
    pub class: String,
    /// What is asked.
    pub asked: Asked,
    path: String,
    params: Vec<(&'static str, String)>,
}

impl Query {
    /// All objects of a class.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: no name of a class.
    pub fn new(class: &str) -> Result<Self> {
        object::check_class(class)?;
        Ok(Self {
            class: class.to_owned(),
            clauses: Vec::new(),
            order: Vec::new(),
            include: Vec::new(),
            select: Vec::new(),
            limit: None,
            skip: 0,
            include_acl: false,
        })
    }

    /// Adds a condition; an empty `op` is "is".
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a name, an operator, or JSON. `LIMIT`.
    pub fn condition(&mut self, key: &str, op: &str, json: &str) -> Result<()> {
        let value = object::value(json)?;
        self.relate(key, op, value)
    }

    fn relate(&mut self, key: &str, op: &str, value: Value) -> Result<()> {
        check_name(key)?;
        let op = if op == "$eq" { "" } else { op };
        let is_distance = ["", "InMiles", "InKilometers", "InRadians"]
            .iter()
            .any(|unit| op.strip_prefix("$maxDistance") == Some(*unit));
        if !op.is_empty() && !is_distance && !OPERATORS.contains(&op) {
            return Err(Error::argument("this is no operator of a query"));
        }
        if op.is_empty() {
            if is_operators(&value) {
                return Err(Error::argument("a value holds $, which the server would carry out"));
            }
            return self.add(key, value);
        }
        // What says more of a condition belongs to the newest such one.
        let of = match op {
            "$options" => "$regex",
            _ if is_distance => "$nearSphere",
            _ => "",
        };
        let place = if self.newest(key, of).is_some() { of } else { "" };
        let fits = |held: &&mut Row| !of.is_empty() || !held.contains_key(op);
        if let Some(held) = self.newest(key, place).filter(fits) {
            held.insert(op.to_owned(), value);
            return Ok(());
        }
        let mut operators = Row::new();
        operators.insert(op.to_owned(), value);
        self.add(key, operators.into())
    }

    /// The operators of `key` in the last clause that has some, `of` among them unless it is empty.
    /// None is ever put before it, so that they stand in the order in which they came.
    fn newest(&mut self, key: &str, of: &str) -> Option<&mut Row> {
        let all = self.clauses.iter_mut().rev().filter_map(|clause| clause.get_mut(key));
        let mut all = all.filter(|held| is_operators(held)).filter_map(Value::as_object_mut);
        all.find(|held| of.is_empty() || held.contains_key(of))
    }

    /// Adds a clause of its own, or in one that has no such key.
    fn add(&mut self, key: &str, value: Value) -> Result<()> {
        room(self.clauses.len())?;
        match self.clauses.iter_mut().find(|clause| !clause.contains_key(key)) {
            Some(clause) => clause.insert(key.to_owned(), value),
            None => {
                self.clauses.push(Row::new());
                self.clauses.last_mut().and_then(|clause| clause.insert(key.to_owned(), value))
            }
        };
        Ok(())
    }

    /// The pointer under `key` leads to what `other` finds, or does not find.
    ///
    /// # Errors
    /// As [`Self::condition`].
    pub fn condition_query(&mut self, key: &str, op: &str, other: &Self) -> Result<()> {
        if op != "$inQuery" && op != "$notInQuery" {
            return Err(Error::argument("the operator is not $inQuery or $notInQuery"));
        }
        let mut inner = Row::new();
        inner.put("className", other.class.as_str().into());
        inner.put("where", other.conditions());
        if let Some(limit) = other.limit {
            inner.put("limit", limit.into());
        }
        if other.skip > 0 {
            inner.put("skip", other.skip.into());
        }
        if !other.order.is_empty() {
            inner.put("order", other.order.join(",").into());
        }
        self.relate(key, op, inner.into())
    }

    /// The object stands in the relation `key` of `parent`, a pointer.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a name. `LIMIT`.
    pub fn related_to(&mut self, parent: Value, key: &str) -> Result<()> {
        check_name(key)?;
        let mut related = Row::new();
        related.put("object", parent);
        related.put("key", key.into());
        self.add("$relatedTo", related.into())
    }

    /// All of `parts`, or for `$or` at least one, must be met.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: another class. `LIMIT`.
    pub fn join(&mut self, op: &str, parts: &[Self]) -> Result<()> {
        if parts.iter().any(|part| part.class != self.class) {
            return Err(Error::argument("a part is a query of another class"));
        }
        let all: Vec<Value> = parts.iter().map(Self::conditions).collect();
        self.add(op, all.into())
    }

    /// Orders by a field, after the orders of before.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a name. `LIMIT`.
    pub fn order(&mut self, key: &str, descending: bool) -> Result<()> {
        let sign = if descending { "-" } else { "" };
        name(&mut self.order, key, &format!("{sign}{key}"))
    }

    /// Forgets the orders.
    pub fn clear_order(&mut self) {
        self.order.clear();
    }

    /// Lets what a pointer leads to come along.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a name. `LIMIT`.
    pub fn include(&mut self, key: &str) -> Result<()> {
        name(&mut self.include, key, key)
    }

    /// Lets only selected fields come, or with `-` all others.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not a name. `LIMIT`.
    pub fn select(&mut self, key: &str) -> Result<()> {
        name(&mut self.select, key.strip_prefix('-').unwrap_or(key), key)
    }

    fn conditions(&self) -> Value {
        match self.clauses.as_slice() {
            [] => Row::new().into(),
            [one] => one.clone().into(),
            many => {
                let mut all = Row::new();
                let clauses = many.iter().cloned().map(Value::Object).collect::<Vec<_>>();
                all.put("$and", clauses.into());
                all.into()
            }
        }
    }

    /// The question, as it is now.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: no id. `LIMIT`: it is too long.
    pub fn question(&self, asked: Asked) -> Result<Question> {
        let mut params = Vec::new();
        let mut path = object::class_path(&self.class);
        if let Asked::Get(id) = &asked {
            object::check_id(id)?;
            path.push('/');
            path.push_str(id);
        } else {
            if !self.clauses.is_empty() {
                params.push(("where", row::json(&self.conditions())));
            }
            let limit = match asked {
                Asked::First => Some(1),
                Asked::Count => Some(0),
                _ => self.limit,
            };
            if asked == Asked::Count {
                params.push(("count", "1".to_owned()));
            } else {
                if self.skip > 0 {
                    params.push(("skip", self.skip.to_string()));
                }
                if !self.order.is_empty() {
                    params.push(("order", self.order.join(",")));
                }
            }
            if let Some(limit) = limit {
                params.push(("limit", limit.to_string()));
            }
        }
        if asked != Asked::Count {
            for (name, list) in [("keys", &self.select), ("include", &self.include)] {
                if !list.is_empty() {
                    params.push((name, list.join(",")));
                }
            }
            if self.include_acl {
                params.push(("returnACL", "true".to_owned()));
            }
        }
        if params.iter().map(|(_, value)| value.len()).sum::<usize>() > QUERY_MAX {
            return Err(Error::new(status::LIMIT, "the query is longer than 1 MiB"));
        }
        Ok(Question { class: self.class.clone(), asked, path, params })
    }
}

impl Question {
    /// `GET /classes/C?…`, or the same in a batch if that is too long for a URL.
    pub fn request(&self, endpoint: &Endpoint, session: Option<&Secret>, now_ms: u64) -> Request {
        let mut path = self.path.clone();
        let mut mark = '?';
        for (name, value) in &self.params {
            path.push(mark);
            path.push_str(name);
            path.push('=');
            path.push_str(&form::escaped(value));
            mark = '&';
        }
        if path.len() <= PATH_MAX {
            return endpoint.request("GET", &path, session, None, now_ms);
        }
        let mut params = Row::new();
        for (name, value) in &self.params {
            params.insert((*name).to_owned(), value.as_str().into());
        }
        let one = object::batched("GET", &self.path, "params", params.into());
        object::batch(endpoint, vec![one], session, now_ms)
    }

    /// The rows of the answer, and for a count the number.
    ///
    /// # Errors
    /// Those of [`endpoint::read`]; `NOT_FOUND`: no object of that id; `BAD_RESPONSE`.
    pub fn answered(&self, response: &Response) -> Result<(Vec<Row>, i64)> {
        let mut answer = match endpoint::read_value(response)? {
            Value::Object(answer) => answer,
            Value::Array(answers) => match object::batch_answers(answers, 1)?.pop() {
                Some(Batched::Done(answer)) => answer,
                Some(Batched::Failed(error)) => return Err(error),
                None => return Err(row::bad("the batch has no answer")),
            },
            _ => return Err(row::bad("the answer is not an object")),
        };
        let rows = match self.asked {
            Asked::Count => {
                let count = answer.get("count").and_then(Value::as_i64);
                let missing = || row::bad("the answer has no count");
                return Ok((Vec::new(), count.ok_or_else(missing)?));
            }
            Asked::Get(_) if answer.is_empty() => return Err(object::not_found()),
            Asked::Get(_) => vec![Value::Object(answer)],
            _ => match answer.remove("results") {
                Some(Value::Array(rows)) => rows,
                _ => return Err(row::bad("the answer has no results")),
            },
        };
        let read = |row| match row {
            Value::Object(row) => row::object_id(&row).map(|_| ()).map(|()| object::plain(row)),
            _ => Err(row::bad("a result is not an object")),
        };
        Ok((rows.into_iter().map(read).collect::<Result<_>>()?, 0))
    }
}

fn name(list: &mut Vec<String>, key: &str, text: &str) -> Result<()> {
    check_name(key)?;
    room(list.len())?;
    list.push(text.to_owned());
    Ok(())
}

fn room(len: usize) -> Result<()> {
    if len < PARTS_MAX {
        return Ok(());
    }
    Err(Error::new(status::LIMIT, "the query has 10000 parts"))
}

/// Names of fields, with dots between them.
fn check_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    if !name.is_empty() && name.len() <= NAME_MAX && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::argument("a key is not letters, digits, _ and dots"))
}

fn is_operators(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.keys().any(|key| key.starts_with('$')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query() -> Query {
        Query::new("Score").unwrap()
    }

    #[test]
    fn conditions_on_one_key_are_all_met() {
        let mut query = query();
        query.condition("level", "$gt", "1").unwrap();
        query.condition("level", "$lt", "9").unwrap();
        query.condition("name", "", r#""a""#).unwrap();
        assert_eq!(query.conditions(), json!({"level": {"$gt": 1, "$lt": 9}, "name": "a"}));
        query.condition("level", "$gt", "2").unwrap();
        query.condition("level", "$eq", "5").unwrap();
        assert_eq!(
            query.conditions(),
            json!({"$and": [
                {"level": {"$gt": 1, "$lt": 9}, "name": "a"}, {"level": {"$gt": 2}}, {"level": 5},
            ]})
        );
    }

    #[test]
    fn options_belong_to_the_last_expression_of_their_key() {
        let mut query = query();
        query.condition("name", "$regex", r#""a""#).unwrap();
        query.condition("name", "$regex", r#""b""#).unwrap();
        query.condition("name", "$options", r#""i""#).unwrap();
        query.condition("at", "$nearSphere", "{}").unwrap();
        query.condition("at", "$maxDistanceInMiles", "2").unwrap();
        assert_eq!(
            query.conditions(),
            json!({"$and": [
                {"name": {"$regex": "a"}, "at": {"$nearSphere": {}, "$maxDistanceInMiles": 2}},
                {"name": {"$regex": "b", "$options": "i"}},
            ]})
        );
    }

    #[test]
    fn options_find_their_expression_among_other_conditions() {
        let told = |conditions: &[(&str, &str)]| {
            let mut query = query();
            for (op, json) in conditions {
                query.condition("name", op, json).unwrap();
            }
            query.conditions()
        };
        let (x, y) = (("$ne", r#""x""#), ("$ne", r#""y""#));
        let (a, b, i) = (("$regex", r#""a""#), ("$regex", r#""b""#), ("$options", r#""i""#));
        assert_eq!(
            told(&[x, y, a, b, i]),
            json!({"$and": [
                {"name": {"$ne": "x"}}, {"name": {"$ne": "y", "$regex": "a"}},
                {"name": {"$regex": "b", "$options": "i"}},
            ]})
        );
        let first = json!({"$and": [
            {"name": {"$regex": "a", "$ne": "x", "$options": "i"}}, {"name": {"$ne": "y"}},
        ]});
        assert_eq!(told(&[a, x, y, i]), first);
        let alone = json!({"name": {"$options": "i", "$regex": "a"}});
        assert_eq!((told(&[i, a]), told(&[a, i])), (alone.clone(), alone));
        assert_eq!(
            told(&[x, ("$nearSphere", "1"), y, ("$maxDistanceInMiles", "2")]),
            json!({"$and": [
                {"name": {"$ne": "x", "$nearSphere": 1, "$maxDistanceInMiles": 2}},
                {"name": {"$ne": "y"}},
            ]})
        );
    }

    #[test]
    fn queries_within_queries() {
        let mut inner = Query::new("Team").unwrap();
        inner.condition("open", "", "true").unwrap();
        inner.limit = Some(5);
        let mut outer = query();
        outer.condition_query("team", "$inQuery", &inner).unwrap();
        let (mut one, mut two) = (query(), query());
        one.condition("a", "", "1").unwrap();
        two.condition("b", "", "2").unwrap();
        outer.join("$or", &[one.clone(), two]).unwrap();
        outer.join("$or", std::slice::from_ref(&one)).unwrap();
        outer.related_to(json!({"p": 1}), "likes").unwrap();
        assert_eq!(
            outer.conditions(),
            json!({"$and": [
                {
                    "team": {"$inQuery": {
                        "className": "Team", "where": {"open": true}, "limit": 5,
                    }},
                    "$or": [{"a": 1}, {"b": 2}],
                    "$relatedTo": {"object": {"p": 1}, "key": "likes"},
                },
                {"$or": [{"a": 1}]},
            ]})
        );
        assert!(outer.join("$and", &[inner.clone()]).is_err());
        assert!(outer.condition_query("team", "$gt", &inner).is_err());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let mut query = query();
        for (key, op, json) in [
            ("", "", "1"),
            ("a b", "", "1"),
            ("$or", "", "[]"),
            ("a", "$where", "1"),
            ("a", "gt", "1"),
            ("a", "$maxDistanceInFeet", "1"),
            ("a", "", r#"{"$gt":1}"#),
            ("a", "$gt", "{"),
        ] {
            let error = query.condition(key, op, json).unwrap_err();
            assert_eq!(error.status, status::INVALID_ARGUMENT, "{key} {op} {json}");
        }
        assert_eq!(query.conditions(), json!({}));
        assert!(Query::new("a.b").is_err() && query.question(Asked::Get("a/b".into())).is_err());
    }
}
