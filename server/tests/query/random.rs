//! Values, objects and queries at random, the same for the same seed.
#![allow(unreachable_pub, reason = "it is a module of one suite")]

use serde_json::{Map, Value, json};

use super::model::at;

/// Xorshift64*, and objects of which values are taken, so that conditions are met at times.
pub struct Random {
    state: u64,
    pub pool: Vec<Map<String, Value>>,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, pool: Vec::new() }
    }

    pub fn bits(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() >> 33).unwrap() % end
    }

    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub fn of<'v, T: ?Sized>(&mut self, all: &[&'v T]) -> &'v T {
        all[self.below(all.len())]
    }

    pub fn number(&mut self) -> Value {
        const NUMBERS: [&str; 24] = [
            "0",
            "1",
            "1.0",
            "-1",
            "2",
            "0.1",
            "0.30000000000000004",
            "0.3",
            "-0.0",
            "1.5",
            "100",
            "1e2",
            "9007199254740991",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775806",
            "-9223372036854775808",
            "9223372036854775808",
            "9.3e18",
            "1e300",
            "-1e300",
            "5e-324",
            "1.7976931348623157e308",
            "123456.789",
        ];
        match self.below(10) {
            0 => {
                let double = f64::from_bits(self.bits());
                if double.is_finite() { json!(double) } else { json!(7) }
            }
            1 => json!(self.bits() as i64),
            2..=5 => json!(self.below(4)),
            _ => serde_json::from_str(NUMBERS[self.below(NUMBERS.len())]).unwrap(),
        }
    }

    pub fn string(&mut self) -> String {
        const STRINGS: [&str; 30] = [
            "",
            "a",
            "A",
            "ab",
            "aB",
            "abc",
            "abcd",
            "b",
            "z",
            "ä",
            "é",
            "e\u{301}",
            "ß",
            "中文",
            "😀",
            "\u{fffd}",
            "\u{10ffff}",
            "a'b",
            "a\"b",
            "a\\b",
            "%_",
            "\n",
            "ab\nc",
            "\u{1}",
            "\u{7f}",
            "$",
            "null",
            "1",
            " a",
            "\u{ffff}",
        ];
        STRINGS[self.below(STRINGS.len())].to_owned()
    }

    pub fn date(&mut self) -> Value {
        let dates = [
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.001Z",
            "2025-12-31T23:59:59.999Z",
            "0001-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
        ];
        json!({ "__type": "Date", "iso": self.of(&dates) })
    }

    pub fn pointer(&mut self, ids: &[String]) -> Value {
        let id = match self.below(ids.len() + 1) {
            one if one < ids.len() => ids[one].as_str(),
            _ => "nowhere",
        };
        json!({ "__type": "Pointer", "className": "Other", "objectId": id })
    }

    pub fn point(&mut self) -> Value {
        let degrees = |bits: u64, most: i64| {
            (i64::try_from(bits % 1_000_000).unwrap() * 2 * most) as f64 / 1e6 - most as f64
        };
        let (latitude, longitude) = match self.below(6) {
            0 => (json!(0), json!(0)),
            1 => (json!(90), json!(180)),
            2 => (json!(-12.5), json!(-180)),
            _ => (json!(degrees(self.bits(), 90)), json!(degrees(self.bits(), 180))),
        };
        json!({ "__type": "GeoPoint", "latitude": latitude, "longitude": longitude })
    }

    /// Anything.
    pub fn value(&mut self, depth: usize, ids: &[String]) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.chance(2)),
            2 => self.number(),
            3 => json!(self.string()),
            4 => self.date(),
            5 => self.pointer(ids),
            6 => self.array(depth - 1, ids),
            _ => self.object(depth - 1, ids),
        }
    }

    pub fn array(&mut self, depth: usize, ids: &[String]) -> Value {
        (0..self.below(4)).map(|_| self.value(depth, ids)).collect()
    }

    pub fn object(&mut self, depth: usize, ids: &[String]) -> Value {
        let mut object = Map::new();
        for _ in 0..self.below(4) {
            let name = self.of(&["x", "y", "z", "other key", "键"]);
            object.insert(name.to_owned(), self.value(depth, ids));
        }
        object.into()
    }

    /// Members of an object: each key has values of one type, or null, or none.
    pub fn fields(&mut self, ids: &[String]) -> Map<String, Value> {
        let mut fields = Map::new();
        for key in ["s", "n", "b", "d", "a", "o", "p", "g"] {
            if self.chance(5) {
                continue;
            }
            let value = if self.chance(8) { Value::Null } else { self.of_key(key, ids) };
            fields.insert(key.to_owned(), value);
        }
        fields
    }

    /// A value that the key may have.
    pub fn of_key(&mut self, key: &str, ids: &[String]) -> Value {
        match key {
            "s" => json!(self.string()),
            "n" => self.number(),
            "b" => json!(self.chance(2)),
            "d" => self.date(),
            "a" => self.array(2, ids),
            "o" => self.object(2, ids),
            "p" => self.pointer(ids),
            "g" => self.point(),
            _ => self.value(1, ids),
        }
    }

    pub fn key(&mut self) -> &'static str {
        self.of(&[
            "s",
            "s",
            "s",
            "n",
            "n",
            "n",
            "b",
            "d",
            "d",
            "a",
            "a",
            "a",
            "o",
            "p",
            "p",
            "g",
            "o.x",
            "o.x",
            "o.y",
            "o.y",
            "o.x.z",
            "o.other key",
            "o.键",
            "a.x",
            "s.x",
            "missing",
            "d.iso",
            "p.objectId",
        ])
    }

    /// A `where`.
    pub fn filter(&mut self, depth: usize, ids: &[String]) -> Value {
        let mut filter = Map::new();
        for _ in 0..1 + self.below(5) / 4 {
            if depth > 0 && self.chance(3) {
                let parts = (0..1 + self.below(3)).map(|_| self.filter(depth - 1, ids)).collect();
                filter.insert(self.of(&["$or", "$and"]).to_owned(), Value::Array(parts));
            } else {
                let key = self.key();
                filter.insert(key.to_owned(), self.test(key, depth, ids));
            }
        }
        filter.into()
    }

    fn test(&mut self, key: &str, depth: usize, ids: &[String]) -> Value {
        if self.chance(4) {
            let value = self.operand(key, ids);
            // An object that is taken for operators is none.
            return value;
        }
        let mut test = Map::new();
        for _ in 0..1 + self.below(5) / 4 {
            let (operator, value) = self.operator(key, depth, ids);
            if operator == "$regex" {
                test.insert("$options".to_owned(), json!(self.of(&["", "", "i", "s", "im"])));
            }
            test.insert(operator.to_owned(), value);
        }
        test.into()
    }

    fn operator(&mut self, key: &str, depth: usize, ids: &[String]) -> (&'static str, Value) {
        match self.below(15) {
            0 => ("$eq", self.operand(key, ids)),
            1 => ("$ne", self.operand(key, ids)),
            2 => ("$lt", self.bound(key)),
            3 => ("$lte", self.bound(key)),
            4 => ("$gt", self.bound(key)),
            5 => ("$gte", self.bound(key)),
            6 => ("$in", self.operands(key, ids)),
            7 => ("$nin", self.operands(key, ids)),
            8 => ("$all", self.operands(key, ids)),
            9 => ("$exists", json!(self.chance(2))),
            10 => ("$size", json!(self.below(4))),
            11 | 12 => ("$regex", json!(self.pattern())),
            _ if depth == 0 => ("$exists", json!(true)),
            13 => (self.of(&["$inQuery", "$notInQuery"]), self.subquery(depth - 1)),
            _ => {
                let key = self.of(&["s", "n", "objectId", "a", "missing"]);
                let value = json!({ "query": self.subquery(depth - 1), "key": key });
                (self.of(&["$select", "$dontSelect"]), value)
            }
        }
    }

    fn operand(&mut self, key: &str, ids: &[String]) -> Value {
        match self.below(12) {
            0 => Value::Null,
            1 => self.value(2, ids),
            2 => self.of_key(key, ids),
            _ => self.known(key),
        }
    }

    /// A value that an object has, or an element of it.
    fn known(&mut self, key: &str) -> Value {
        if self.pool.is_empty() {
            return self.of_key(key, &[]);
        }
        let one = self.below(self.pool.len());
        let value = at(&self.pool[one], key);
        match value.as_array() {
            Some(list) if !list.is_empty() && !self.chance(4) => {
                list[self.below(list.len())].clone()
            }
            _ => value,
        }
    }

    fn operands(&mut self, key: &str, ids: &[String]) -> Value {
        (0..self.below(5)).map(|_| self.operand(key, ids)).collect()
    }

    fn bound(&mut self, key: &str) -> Value {
        let known = self.known(key);
        if known.is_number() || known.is_string() || known["__type"] == "Date" {
            return known;
        }
        match (key, self.below(4)) {
            ("n", 1..) | (_, 1) => self.number(),
            ("d", 1..) | (_, 2) => self.date(),
            _ => json!(self.string()),
        }
    }

    fn pattern(&mut self) -> &'static str {
        self.of(&[
            "^a",
            "^ab",
            "b",
            ".*b.*",
            "^a.c",
            "c$",
            "^$",
            "^A|z",
            r"^\Qa'\E",
            r"\d",
            "[äé]",
            "^ab(c|d)*$",
            ".",
            "",
            "^\u{10ffff}",
            "B",
        ])
    }

    fn subquery(&mut self, depth: usize) -> Value {
        let mut query = json!({ "className": "Other", "where": self.filter(depth.min(1), &[]) });
        if self.chance(3) {
            query["limit"] = json!(self.below(6));
            query["skip"] = json!(self.below(3));
            query["order"] = json!(self.order());
        }
        query
    }

    pub fn order(&mut self) -> String {
        let keys = ["s", "n", "b", "d", "o.x", "missing", "objectId", "createdAt", "s.x"];
        let mut order = Vec::new();
        for _ in 0..self.below(3) {
            let sign = if self.chance(2) { "-" } else { "" };
            order.push(format!("{sign}{}", self.of(&keys)));
        }
        order.join(",")
    }
}
