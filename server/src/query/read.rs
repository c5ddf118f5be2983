//! The JSON of a `where`, read into its tree.

use serde_json::{Map, Value};

use super::operand::{bound, operand, point, pointer};
use super::path::is_key;
use super::{Node, Order, Path, Pattern, Side, Subquery, Test, Where};
use crate::problem::Problem;

/// Bytes of a `where`.
const MAX_TEXT: usize = 128 * 1024;
const MAX_DEPTH: usize = 16;
const MAX_CONDITIONS: usize = 100;
/// Values of one list, and of all.
const MAX_LIST: usize = 1000;
const MAX_VALUES: usize = 4000;
const MAX_SUBQUERIES: usize = 8;
const MAX_SUBQUERY_DEPTH: usize = 3;
const MAX_ORDERS: usize = 8;

/// Most rows of a subquery that says a limit: the contract's.
const MAX_SUBQUERY_LIMIT: u32 = 1000;

/// The radius of the earth.
const MILES: f64 = 3958.8;
const KILOMETERS: f64 = 6371.0;

impl Where {
    /// Reads a `where`. It is refused if it is no JSON object, says something that is not known, or
    /// is larger than the bounds allow.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_TEXT {
            return Err(Problem::QUERY_TEXT);
        }
        let sent: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Problem::QUERY_JSON)?;
        let mut reader = Reader::default();
        Ok(Self(reader.all(sent, Place { depth: 0, subqueries: 0, within_or: false })?))
    }

    /// Reads the condition of a write, which holds no subqueries: one task does all writes of a
    /// file, and none may keep the others waiting.
    pub(crate) fn read_for_write(text: &str) -> Result<Self, Problem> {
        let read = Self::read(text)?;
        if read.has_subqueries() { Err(Problem::QUERY_NO_SUBQUERIES) } else { Ok(read) }
    }

    fn has_subqueries(&self) -> bool {
        fn any(nodes: &[Node]) -> bool {
            nodes.iter().any(|node| match node {
                Node::All(parts) | Node::Any(parts) => any(parts),
                Node::Key(_, test) => matches!(test, Test::InQuery(..) | Test::Select(..)),
                Node::Related { .. } => false,
            })
        }
        any(&self.0)
    }
}

impl Order {
    /// Reads `order`: names with commas between, those that begin with `-` the other way round.
    pub(crate) fn read(text: &str) -> Result<Vec<Self>, Problem> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let orders: Vec<_> = names
            .map(|name| {
                let (name, descending) = match name.strip_prefix('-') {
                    Some(name) => (name, true),
                    None => (name.strip_prefix('+').unwrap_or(name), false),
                };
                Ok(Self { path: Path::read(name)?, descending })
            })
            .collect::<Result<_, Problem>>()?;
        if orders.len() > MAX_ORDERS { Err(Problem::QUERY_ORDERS) } else { Ok(orders) }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    conditions: usize,
    values: usize,
    subqueries: usize,
    near: bool,
}

/// Where in the tree something stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    subqueries: usize,
    within_or: bool,
}

impl Place {
    fn below(self) -> Result<Self, Problem> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH { Err(Problem::QUERY_DEPTH) } else { Ok(Self { depth, ..self }) }
    }
}

impl Reader {
    fn all(&mut self, sent: Map<String, Value>, place: Place) -> Result<Vec<Node>, Problem> {
        let mut nodes = Vec::new();
        for (name, value) in sent {
            match (name.as_str(), value) {
                ("$and", Value::Array(parts)) => {
                    nodes.push(Node::All(self.parts(parts, place.below()?)?));
                }
                ("$or", Value::Array(parts)) if !parts.is_empty() => {
                    let place = Place { within_or: true, ..place.below()? };
                    nodes.push(Node::Any(self.parts(parts, place)?));
                }
                ("$relatedTo", Value::Object(sent)) => nodes.push(self.related(sent)?),
                (other, _) if other.starts_with('$') => return Err(Problem::QUERY_OPERATOR),
                (key, value) => self.key(Path::read(key)?, value, place, &mut nodes)?,
            }
        }
        Ok(nodes)
    }

    fn parts(&mut self, parts: Vec<Value>, place: Place) -> Result<Vec<Node>, Problem> {
        let read = |part| match part {
            Value::Object(part) => {
                self.condition()?;
                Ok(Node::All(self.all(part, place)?))
            }
            _ => Err(Problem::QUERY_OPERAND),
        };
        parts.into_iter().map(read).collect()
    }

    fn condition(&mut self) -> Result<(), Problem> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS { Err(Problem::QUERY_CONDITIONS) } else { Ok(()) }
    }

    fn related(&mut self, mut sent: Map<String, Value>) -> Result<Node, Problem> {
        self.condition()?;
        match (sent.remove("object"), sent.remove("key")) {
            (Some(Value::Object(object)), Some(Value::String(key))) => {
                let (class, id) = pointer(&object)?;
                if is_key(&key) {
                    Ok(Node::Related { class, id, key })
                } else {
                    Err(Problem::QUERY_KEY)
                }
            }
            _ => Err(Problem::QUERY_OPERAND),
        }
    }

    fn key(
        &mut self,
        path: Path,
        value: Value,
        place: Place,
        nodes: &mut Vec<Node>,
    ) -> Result<(), Problem> {
        let mut tests = match value {
            Value::Object(tests) if tests.keys().any(|name| name.starts_with('$')) => tests,
            value => {
                self.condition()?;
                nodes.push(Node::Key(path, Test::In(vec![self.value(value)?], true)));
                return Ok(());
            }
        };
        for test in self.of_two(&mut tests, place)? {
            nodes.push(Node::Key(path.clone(), test));
        }
        for (operator, value) in tests {
            self.condition()?;
            nodes.push(Node::Key(path.clone(), self.test(&operator, value, place)?));
        }
        Ok(())
    }

    /// Tests that more than one operator says.
    fn of_two(
        &mut self,
        tests: &mut Map<String, Value>,
        place: Place,
    ) -> Result<Vec<Test>, Problem> {
        let mut found = Vec::new();
        match (tests.remove("$regex"), tests.remove("$options")) {
            (Some(Value::String(text)), None) => {
                found.push(Test::Matches(Pattern::read(&text, "")?))
            }
            (Some(Value::String(text)), Some(Value::String(options))) => {
                found.push(Test::Matches(Pattern::read(&text, &options)?));
            }
            (None, None) => (),
            _ => return Err(Problem::QUERY_OPERAND),
        }
        let near = tests.remove("$nearSphere");
        let mut most = None;
        let lengths = [
            ("$maxDistance", 1.0),
            ("$maxDistanceInRadians", 1.0),
            ("$maxDistanceInMiles", MILES),
            ("$maxDistanceInKilometers", KILOMETERS),
        ];
        for (name, radius) in lengths {
            if let Some(length) = tests.remove(name) {
                let length = length.as_f64().filter(|length| *length >= 0.0);
                let radians = length.ok_or(Problem::QUERY_OPERAND)? / radius;
                most = Some(most.map_or(radians, |before: f64| before.min(radians)));
            }
        }
        match (near, most) {
            (Some(Value::Object(map)), most) => {
                if self.near || place.within_or || place.subqueries > 0 {
                    return Err(Problem::QUERY_NEAR);
                }
                self.near = true;
                found.push(Test::Near(point(&map)?, most));
            }
            (None, None) => (),
            _ => return Err(Problem::QUERY_OPERAND),
        }
        for _ in &found {
            self.condition()?;
        }
        Ok(found)
    }

    fn test(&mut self, operator: &str, value: Value, place: Place) -> Result<Test, Problem> {
        let beside = |side, value| Ok(Test::Beside(side, bound(value)?));
        match (operator, value) {
            ("$eq", value) => Ok(Test::In(vec![self.value(value)?], true)),
            ("$ne", value) => Ok(Test::In(vec![self.value(value)?], false)),
            ("$lt", value) => beside(Side::Less, value),
            ("$lte", value) => beside(Side::LessOrEqual, value),
            ("$gt", value) => beside(Side::Greater, value),
            ("$gte", value) => beside(Side::GreaterOrEqual, value),
            ("$in", Value::Array(list)) => Ok(Test::In(self.list(list)?, true)),
            ("$nin", Value::Array(list)) => Ok(Test::In(self.list(list)?, false)),
            ("$all", Value::Array(list)) => Ok(Test::All(self.list(list)?)),
            ("$exists", Value::Bool(exists)) => Ok(Test::Exists(exists)),
            ("$size", Value::Number(size)) => {
                let size = size.as_u64().and_then(|size| u32::try_from(size).ok());
                size.map(Test::Size).ok_or(Problem::QUERY_OPERAND)
            }
            ("$inQuery", Value::Object(sent)) => {
                Ok(Test::InQuery(Box::new(self.subquery(sent, place)?), true))
            }
            ("$notInQuery", Value::Object(sent)) => {
                Ok(Test::InQuery(Box::new(self.subquery(sent, place)?), false))
            }
            ("$select", Value::Object(sent)) => self.select(sent, place, true),
            ("$dontSelect", Value::Object(sent)) => self.select(sent, place, false),
            ("$within", Value::Object(mut sent)) => match (sent.remove("$box"), sent.is_empty()) {
                (Some(Value::Array(corners)), true) => within(&corners),
                _ => Err(Problem::QUERY_OPERAND),
            },
            (
                "$in" | "$nin" | "$all" | "$exists" | "$size" | "$inQuery" | "$notInQuery"
                | "$select" | "$dontSelect" | "$within",
                _,
            ) => Err(Problem::QUERY_OPERAND),
            _ => Err(Problem::QUERY_OPERATOR),
        }
    }

    fn value(&mut self, value: Value) -> Result<Value, Problem> {
        self.values += 1;
        if self.values > MAX_VALUES { Err(Problem::QUERY_LIST) } else { operand(value) }
    }

    fn list(&mut self, list: Vec<Value>) -> Result<Vec<Value>, Problem> {
        if list.len() > MAX_LIST {
            return Err(Problem::QUERY_LIST);
        }
        list.into_iter().map(|value| self.value(value)).collect()
    }

    /// `{"query":{…},"key":"city"}`
    fn select(
        &mut self,
        mut sent: Map<String, Value>,
        place: Place,
        within: bool,
    ) -> Result<Test, Problem> {
        match (sent.remove("query"), sent.remove("key")) {
            (Some(Value::Object(query)), Some(Value::String(key))) => {
                let query = self.subquery(query, place)?;
                Ok(Test::Select(Box::new(query), Path::read(&key)?, within))
            }
            _ => Err(Problem::QUERY_OPERAND),
        }
    }

    fn subquery(
        &mut self,
        mut sent: Map<String, Value>,
        place: Place,
    ) -> Result<Subquery, Problem> {
        self.subqueries += 1;
        let place = Place { subqueries: place.subqueries + 1, ..place.below()? };
        if self.subqueries > MAX_SUBQUERIES || place.subqueries > MAX_SUBQUERY_DEPTH {
            return Err(Problem::QUERY_SUBQUERIES);
        }
        let Some(Value::String(class)) = sent.remove("className") else {
            return Err(Problem::QUERY_OPERAND);
        };
        let filter = match sent.remove("where") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(filter)) => self.all(filter, place)?,
            Some(_) => return Err(Problem::QUERY_OPERAND),
        };
        let order = match sent.remove("order") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(order)) => Order::read(&order)?,
            Some(_) => return Err(Problem::QUERY_OPERAND),
        };
        let limit = number(sent.remove("limit"))?.map(|limit| limit.min(MAX_SUBQUERY_LIMIT));
        let skip = number(sent.remove("skip"))?.unwrap_or_default();
        Ok(Subquery { class, filter: Where(filter), order, skip, limit })
    }
}

fn number(sent: Option<Value>) -> Result<Option<u32>, Problem> {
    match sent {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Some).ok_or(Problem::QUERY_OPERAND)
        }
    }
}

fn within(corners: &[Value]) -> Result<Test, Problem> {
    match corners {
        [Value::Object(south_west), Value::Object(north_east)] => {
            Ok(Test::Within { south_west: point(south_west)?, north_east: point(north_east)? })
        }
        _ => Err(Problem::QUERY_OPERAND),
    }
}

#[cfg(test)]
mod tests;
