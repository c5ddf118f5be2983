//! Values of conditions, as values of objects are kept.

use serde_json::{Map, Value};

use super::{Bound, Point};
use crate::objects::value::{kept, millis, pointer as class_and_id};
use crate::problem::Problem;

/// A value as it is kept.
pub(super) fn operand(value: Value) -> Result<Value, Problem> {
    if has_nul(&value) { Err(Problem::NUL_IN_JSON) } else { kept(value) }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What something can be greater or smaller than.
pub(super) fn bound(value: Value) -> Result<Bound, Problem> {
    match operand(value)? {
        Value::Number(number) => Ok(Bound::Number(number)),
        Value::String(text) => Ok(Bound::Text(text)),
        other => {
            let (iso, ms) = date(&other).ok_or(Problem::QUERY_RANGE)?;
            Ok(Bound::Date { iso: iso.to_owned(), ms })
        }
    }
}

/// The text and Unix milliseconds of a Date.
pub(super) fn date(value: &Value) -> Option<(&str, i64)> {
    let map = value.as_object()?;
    let iso = map.get("iso")?.as_str()?;
    if map.get("__type")? == "Date" { Some((iso, millis(iso)?)) } else { None }
}

/// Class and id of a Pointer.
pub(super) fn pointer(map: &Map<String, Value>) -> Result<(String, String), Problem> {
    class_and_id(map).map(|(class, id)| (class.to_owned(), id.to_owned()))
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
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_value_is_refused() {
        assert_eq!(operand(json!("a\0")), Err(Problem::NUL_IN_JSON));
        assert_eq!(operand(json!([{ "a\0": 1 }])), Err(Problem::NUL_IN_JSON));
        assert_eq!(bound(json!(true)), Err(Problem::QUERY_RANGE));
        assert_eq!(bound(json!([1])), Err(Problem::QUERY_RANGE));
        let east = json!({ "__type": "Date", "iso": "2026-01-02T05:04:05.6789+02:00" });
        let iso = "2026-01-02T03:04:05.678Z".to_owned();
        assert_eq!(bound(east), Ok(Bound::Date { iso, ms: 1_767_323_045_678 }));
        let north = json!({ "latitude": 91, "longitude": 0 });
        assert_eq!(point(north.as_object().unwrap()), Err(Problem::QUERY_OPERAND));
    }
}
