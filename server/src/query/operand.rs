//! Values of conditions, as values of objects are kept: one spelling for equal ones.

use serde_json::{Map, Number, Value, json};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::{Bound, Point};
use crate::clock::iso;
use crate::problem::Problem;

/// A value as it is kept. Numbers: a whole one that 64 bits hold is an integer. Dates: in
/// milliseconds and UTC. Pointers and points: their own members alone.
pub(super) fn operand(value: Value) -> Result<Value, Problem> {
    Ok(match value {
        Value::Number(number) => Value::Number(canonical(number)),
        Value::String(text) if text.contains('\0') => return Err(Problem::NUL_IN_JSON),
        Value::Array(list) => list.into_iter().map(operand).collect::<Result<_, _>>()?,
        Value::Object(map) => object(map)?,
        plain => plain,
    })
}

fn object(map: Map<String, Value>) -> Result<Value, Problem> {
    match map.get("__type").and_then(Value::as_str) {
        Some("Date") => {
            let (text, _) = date(&map)?;
            Ok(json!({ "__type": "Date", "iso": text }))
        }
        Some("Pointer") => {
            let (class, id) = pointer(&map)?;
            Ok(json!({ "__type": "Pointer", "className": class, "objectId": id }))
        }
        Some("GeoPoint") => {
            let point = point(&map)?;
            let kept = |degrees: f64| Number::from_f64(degrees).map(canonical);
            Ok(json!({
                "__type": "GeoPoint",
                "latitude": kept(point.latitude),
                "longitude": kept(point.longitude),
            }))
        }
        _ => map
            .into_iter()
            .map(|(name, value)| match name.contains('\0') {
                true => Err(Problem::NUL_IN_JSON),
                false => Ok((name, operand(value)?)),
            })
            .collect(),
    }
}

/// The number as it is kept.
fn canonical(number: Number) -> Number {
    // The end of what an i64 holds; a double cannot be one below it.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.is_i64() {
        return number;
    }
    let Some(double) = number.as_f64() else {
        return number;
    };
    if double.fract() == 0.0 && (-END..END).contains(&double) {
        #[allow(clippy::cast_possible_truncation, reason = "it is whole and in range")]
        return Number::from(double as i64);
    }
    Number::from_f64(double).unwrap_or(number)
}

/// What something can be greater or smaller than.
pub(super) fn bound(value: Value) -> Result<Bound, Problem> {
    match operand(value)? {
        Value::Number(number) => Ok(Bound::Number(number)),
        Value::String(text) => Ok(Bound::Text(text)),
        Value::Object(map) if map.get("__type").is_some_and(|kind| kind == "Date") => {
            let (iso, ms) = date(&map)?;
            Ok(Bound::Date { iso, ms })
        }
        _ => Err(Problem::QUERY_RANGE),
    }
}

/// Unix milliseconds of a Date value, and its text.
fn date(map: &Map<String, Value>) -> Result<(String, i64), Problem> {
    let text = map.get("iso").and_then(Value::as_str).ok_or(Problem::QUERY_OPERAND)?;
    let ms = milliseconds(text).ok_or(Problem::QUERY_OPERAND)?;
    Ok((iso(ms), ms))
}

/// The Unix milliseconds of a Date value as it is kept.
pub(crate) fn milliseconds(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let utc = time.checked_to_offset(UtcOffset::UTC)?;
    i64::try_from(utc.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// Class and id of a Pointer.
pub(super) fn pointer(map: &Map<String, Value>) -> Result<(String, String), Problem> {
    let text = |name: &str| match map.get(name) {
        Some(Value::String(text)) if !text.contains('\0') => Ok(text.clone()),
        _ => Err(Problem::QUERY_POINTER),
    };
    Ok((text("className")?, text("objectId")?))
}

/// A GeoPoint.
pub(super) fn point(map: &Map<String, Value>) -> Result<Point, Problem> {
    let degrees = |name: &str, most: f64| {
        let degrees = map.get(name).and_then(Value::as_f64).ok_or(Problem::QUERY_OPERAND)?;
        if degrees.abs() <= most { Ok(degrees) } else { Err(Problem::QUERY_OPERAND) }
    };
    Ok(Point { latitude: degrees("latitude", 90.0)?, longitude: degrees("longitude", 180.0)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_spelling() {
        for (sent, kept) in [
            ("1.0", "1"),
            ("-0.0", "0"),
            ("1e2", "100"),
            ("1.5", "1.5"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808.0"),
            ("-9223372036854775808.0", "-9223372036854775808"),
            (r#"[1.0,{"a":2.0}]"#, r#"[1,{"a":2}]"#),
            (
                r#"{"__type":"Date","iso":"2026-01-02T05:04:05.6789+02:00"}"#,
                r#"{"__type":"Date","iso":"2026-01-02T03:04:05.678Z"}"#,
            ),
            (
                r#"{"objectId":"i","className":"C","__type":"Pointer","name":"x"}"#,
                r#"{"__type":"Pointer","className":"C","objectId":"i"}"#,
            ),
            (
                r#"{"longitude":2.0,"latitude":1.5,"__type":"GeoPoint"}"#,
                r#"{"__type":"GeoPoint","latitude":1.5,"longitude":2}"#,
            ),
        ] {
            let sent: Value = serde_json::from_str(sent).unwrap();
            let kept: Value = serde_json::from_str(kept).unwrap();
            assert_eq!(operand(sent), Ok(kept));
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (sent, problem) in [
            (json!("a\0"), Problem::NUL_IN_JSON),
            (json!([{ "a\0": 1 }]), Problem::NUL_IN_JSON),
            (json!({ "__type": "Date", "iso": "yesterday" }), Problem::QUERY_OPERAND),
            (json!({ "__type": "Pointer", "className": "C" }), Problem::QUERY_POINTER),
            (
                json!({ "__type": "GeoPoint", "latitude": 91, "longitude": 0 }),
                Problem::QUERY_OPERAND,
            ),
        ] {
            assert_eq!(operand(sent), Err(problem));
        }
        assert_eq!(bound(json!(true)), Err(Problem::QUERY_RANGE));
        assert_eq!(bound(json!([1])), Err(Problem::QUERY_RANGE));
    }
}
