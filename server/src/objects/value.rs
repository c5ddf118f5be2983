//! Values as clients send them, brought into the one form in which they are kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::schema::{KeyType, is_class};
use crate::clock::iso;
use crate::problem::Problem;

/// How deep the value of a key nests.
const MAX_DEPTH: usize = 32;

/// Longest object id, in bytes.
const MAX_ID: usize = 64;

/// 2^63, from which on a number is no 64-bit integer.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// The value as it is kept: whole numbers as integers, dates with three decimals and `Z`, pointers
/// without what else came along.
pub(crate) fn kept(value: Value) -> Result<Value, Problem> {
    nested(value, MAX_DEPTH)
}

fn nested(value: Value, depth: usize) -> Result<Value, Problem> {
    let depth = depth.checked_sub(1).ok_or(Problem::TOO_DEEP)?;
    Ok(match value {
        Value::Number(number) => Value::Number(canonical(&number)),
        Value::Array(items) => {
            items.into_iter().map(|item| nested(item, depth)).collect::<Result<_, _>>()?
        }
        Value::Object(map) if map.contains_key("__type") => typed(map)?,
        Value::Object(map) => {
            let mut kept = Map::new();
            for (key, value) in map {
                check_nested_key(&key)?;
                kept.insert(key, nested(value, depth)?);
            }
            Value::Object(kept)
        }
        value => value,
    })
}

/// Keys within an object are any, but for those that operators and paths would be taken for.
pub(super) fn check_nested_key(key: &str) -> Result<(), Problem> {
    if key.is_empty() || key.starts_with("__") || key.contains(['$', '.']) {
        return Err(Problem::BAD_NESTED_KEY);
    }
    Ok(())
}

fn typed(map: Map<String, Value>) -> Result<Value, Problem> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    match text("__type") {
        Some("Date") => text("iso").and_then(date).ok_or(Problem::BAD_DATE),
        // An object that came along whole is as a pointer to it.
        Some("Pointer" | "Object") => {
            let (class, id) = pointer(&map)?;
            Ok(json!({ "__type": "Pointer", "className": class, "objectId": id }))
        }
        Some("GeoPoint") => geo_point(&map).ok_or(Problem::BAD_GEO_POINT),
        Some("Bytes") => {
            let bytes = text("base64").and_then(|text| STANDARD.decode(text).ok());
            let bytes = bytes.ok_or(Problem::BAD_BYTES)?;
            Ok(json!({ "__type": "Bytes", "base64": STANDARD.encode(bytes) }))
        }
        Some("Relation") => {
            let class = text("className").filter(|class| is_class(class));
            let class = class.ok_or(Problem::BAD_RELATION)?;
            Ok(relation(class))
        }
        Some("File") if text("id").is_some_and(is_id) => file(map),
        _ => Err(Problem::BAD_VALUE),
    }
}

/// A file as it is kept: its plain members, and one level of its metadata.
fn file(map: Map<String, Value>) -> Result<Value, Problem> {
    let plain = |value: &Value| !value.is_object() && !value.is_array();
    let fits = map.values().all(|value| match value {
        Value::Object(meta) => meta.values().all(plain),
        value => plain(value),
    });
    if !fits || map.keys().any(|key| key.contains(['$', '.'])) {
        return Err(Problem::BAD_VALUE);
    }
    Ok(map
        .into_iter()
        .map(|(key, value)| Ok((key, plain_number(value))))
        .collect::<Result<Map<_, _>, Problem>>()?
        .into())
}

fn plain_number(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(canonical(&number)),
        Value::Object(meta) => {
            Value::Object(meta.into_iter().map(|(key, value)| (key, plain_number(value))).collect())
        }
        value => value,
    }
}

/// The marker of a relation to objects of this class.
pub(crate) fn relation(class: &str) -> Value {
    json!({ "__type": "Relation", "className": class })
}

/// The class and id that a pointer is to.
pub(crate) fn pointer(map: &Map<String, Value>) -> Result<(&str, &str), Problem> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    match (text("className"), text("objectId")) {
        (Some(class), Some(id)) if is_class(class) && is_id(id) => Ok((class, id)),
        _ => Err(Problem::BAD_POINTER),
    }
}

/// Whether it can be the id of an object.
pub(crate) fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(fits)
}

fn date(text: &str) -> Option<Value> {
    let ms = millis(text)?;
    Some(json!({ "__type": "Date", "iso": iso(ms) }))
}

/// The time of an ISO 8601 text, in Unix milliseconds.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?.to_offset(time::UtcOffset::UTC);
    (0..=9999)
        .contains(&time.year())
        .then(|| time.unix_timestamp_nanos().div_euclid(1_000_000))
        .and_then(|ms| i64::try_from(ms).ok())
}

fn geo_point(map: &Map<String, Value>) -> Option<Value> {
    let within = |name: &str, most: f64| match map.get(name) {
        Some(Value::Number(number)) if number.as_f64()?.abs() <= most => Some(canonical(number)),
        _ => None,
    };
    let (latitude, longitude) = (within("latitude", 90.0)?, within("longitude", 180.0)?);
    Some(json!({ "__type": "GeoPoint", "latitude": latitude, "longitude": longitude }))
}

/// The number as it is kept: of those that are equal there is one. Whole numbers within 64 bits
/// are integers, all others doubles.
pub(crate) fn canonical(number: &Number) -> Number {
    if number.as_i64().is_some() {
        return number.clone();
    }
    number.as_f64().and_then(double).unwrap_or_else(|| number.clone())
}

/// Puts back doubles that a database writes as digits alone, which would be integers beyond 64 bits.
pub(crate) fn put_back(value: &mut Value) {
    match value {
        Value::Number(number) if number.as_i64().is_none() => *number = canonical(number),
        Value::Array(items) => items.iter_mut().for_each(put_back),
        Value::Object(map) => map.values_mut().for_each(put_back),
        _ => (),
    }
}

/// A double as it is kept; `None`: it is not finite.
pub(super) fn double(value: f64) -> Option<Number> {
    if value.fract() == 0.0 && (-BEYOND..BEYOND).contains(&value) {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}

/// The type that a value, as it is kept, gives its key; `None`: it is null.
pub(crate) fn type_of(value: &Value) -> Option<KeyType> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => KeyType::Boolean,
        Value::Number(_) => KeyType::Number,
        Value::String(_) => KeyType::String,
        Value::Array(_) => KeyType::Array,
        Value::Object(map) => {
            let text = |name: &str| map.get(name).and_then(Value::as_str);
            let class = || text("className").unwrap_or_default().to_owned();
            match text("__type") {
                Some("Date") => KeyType::Date,
                Some("Pointer") => KeyType::Pointer(class()),
                Some("Relation") => KeyType::Relation(class()),
                Some("GeoPoint") => KeyType::GeoPoint,
                Some("Bytes") => KeyType::Bytes,
                Some("File") => KeyType::File,
                _ => KeyType::Object,
            }
        }
    })
}
