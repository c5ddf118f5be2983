//! Time as the service keeps it (Unix milliseconds) and as it writes it.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// Milliseconds since 1970 in UTC; 0 on a clock set before that.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `ms` as the contract writes times. Milliseconds outside of the years 0 to 9999, which no clock
/// here gives, are written as 1970.
pub(crate) fn iso(ms: i64) -> String {
    let mut text = String::with_capacity("2019-09-19T06:06:09.494Z".len());
    push_iso(&mut text, ms);
    text
}

/// Writes such a time behind `text`.
pub(crate) fn push_iso(text: &mut String, ms: i64) {
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000));
    let time = time.ok().filter(|time| (0..=9999).contains(&time.year()));
    let ms = if time.is_some() { ms.rem_euclid(1000) } else { 0 };
    let time = time.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    // By hand: an answer may hold thousands of times, and a general formatter shows in its cost.
    for (number, unit, behind) in [
        (time.year().unsigned_abs(), 1000_u32, '-'),
        (u8::from(time.month()).into(), 10, '-'),
        (time.day().into(), 10, 'T'),
        (time.hour().into(), 10, ':'),
        (time.minute().into(), 10, ':'),
        (time.second().into(), 10, '.'),
        (u32::try_from(ms).unwrap_or_default(), 100, 'Z'),
    ] {
        let mut unit = unit;
        while unit > 0 {
            text.push(char::from_digit(number / unit % 10, 10).unwrap_or('0'));
            unit /= 10;
        }
        text.push(behind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_decimals_and_z() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(1_568_873_169_494), "2019-09-19T06:06:09.494Z");
        assert_eq!(iso(1_568_873_169_005), "2019-09-19T06:06:09.005Z");
        assert_eq!(iso(i64::MAX), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(-62_167_219_200_001), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(-62_167_219_200_000), "0000-01-01T00:00:00.000Z");
        assert_eq!(iso(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
    }
}
