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
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let time = time.ok().filter(|time| (0..=9999).contains(&time.year()));
    let time = time.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    // By hand: an answer may hold thousands of times, and a general formatter shows in its cost.
    let mut text = String::with_capacity("2019-09-19T06:06:09.494Z".len());
    for (number, digits, behind) in [
        (time.year().unsigned_abs(), 4, '-'),
        (u8::from(time.month()).into(), 2, '-'),
        (time.day().into(), 2, 'T'),
        (time.hour().into(), 2, ':'),
        (time.minute().into(), 2, ':'),
        (time.second().into(), 2, '.'),
        (time.millisecond().into(), 3, 'Z'),
    ] {
        for place in (0..digits).rev() {
            let digit = number / 10_u32.pow(place) % 10;
            text.push(char::from_digit(digit, 10).unwrap_or('0'));
        }
        text.push(behind);
    }
    text
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
