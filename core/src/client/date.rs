//! Dates as the account server writes them (`account-rest.md` section 1.4).

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::{Error, Result};

/// The ISO 8601 text of a date: bare in the two built-in times, wrapped elsewhere
/// (`account-rest.md` section 1.4).
pub(super) fn date_text<'a>(key: &str, value: &'a Value) -> Option<&'a str> {
    match value {
        Value::String(text) if key == "createdAt" || key == "updatedAt" => Some(text),
        Value::Object(map) if map.get("__type").and_then(Value::as_str) == Some("Date") => {
            map.get("iso").and_then(Value::as_str)
        }
        _ => None,
    }
}

pub(super) fn unix_ms(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// A moment as the server writes it: in UTC, with milliseconds.
pub(super) fn iso(ms: i64) -> Result<String> {
    let out_of_range = |_| Error::argument("the moment is not in the years 1 to 9999");
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).map_err(out_of_range)?;
    if !(1..=9999).contains(&time.year()) {
        return Err(Error::argument("the moment is not in the years 1 to 9999"));
    }
    let (date, clock) = (time.date(), time.time());
    let mut text = String::with_capacity(24);
    let mut put = |number: u32, digits: u32, after: char| {
        for place in (0..digits).rev() {
            text.push(char::from_digit(number / 10_u32.pow(place) % 10, 10).unwrap_or('0'));
        }
        text.push(after);
    };
    put(date.year().unsigned_abs(), 4, '-');
    put(u8::from(date.month()).into(), 2, '-');
    put(date.day().into(), 2, 'T');
    put(clock.hour().into(), 2, ':');
    put(clock.minute().into(), 2, ':');
    put(clock.second().into(), 2, '.');
    put(u32::try_from(ms.rem_euclid(1000)).unwrap_or_default(), 3, 'Z');
    Ok(text)
}
