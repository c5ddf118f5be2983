//! Object ids, session tokens, usernames and keys: everything the service makes up.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

/// Length of a session token and of a generated username, as recorded.
pub(crate) const TOKEN_CHARS: usize = 25;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The largest multiple of 36 that a byte can hold: bytes from here on would favour the first
/// digits, so they are thrown away.
const FAIR: u8 = 252;

/// `chars` characters of `[0-9a-z]` from the operating system's randomness, each equally likely.
/// Fails only when the operating system has no randomness to give.
pub(crate) fn random_text(chars: usize) -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(chars);
    let mut block = [0_u8; 32];
    while text.len() < chars {
        getrandom::fill(&mut block)?;
        let fair = block.iter().filter(|byte| **byte < FAIR);
        let digits = fair.filter_map(|byte| DIGITS.get(usize::from(byte % 36)));
        text.extend(digits.take(chars - text.len()).map(|digit| char::from(*digit)));
    }
    Ok(text)
}

/// A source of object ids: 24 lower-case hex digits, made of the second, 5 random bytes of this
/// process and a counter, so that ids sort by the time they were made.
#[derive(Debug)]
pub(crate) struct ObjectIds {
    process: [u8; 5],
    counter: AtomicU32,
}

impl ObjectIds {
    /// A new source; two of them never give the same id but with a chance of 2^-40 a second.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut process = [0; 5];
        getrandom::fill(&mut process)?;
        Ok(Self { process, counter: AtomicU32::new(0) })
    }

    /// The next id at `now_ms` (Unix milliseconds).
    pub(crate) fn next(&self, now_ms: i64) -> String {
        let seconds = u32::try_from(now_ms / 1000).unwrap_or(u32::MAX);
        let count = self.counter.fetch_add(1, Ordering::Relaxed) & 0x00ff_ffff;
        let mut id = format!("{seconds:08x}");
        for byte in self.process {
            // Writing into a String cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        let _ = write!(id, "{count:06x}");
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_has_the_length_the_alphabet_and_no_favourites() {
        let text = random_text(36_000).unwrap();
        assert_eq!(text.len(), 36_000);
        for digit in DIGITS {
            // 1000 expected, deviation 31: ten deviations off is not chance. With `byte % 36`
            // over all bytes the first four digits would come 1125 times.
            let count = text.bytes().filter(|byte| byte == digit).count();
            assert!((690..1310).contains(&count), "{} came {count} times", char::from(*digit));
        }
        let first_four = text.bytes().filter(|byte| (b'0'..=b'3').contains(byte)).count();
        assert!(first_four < 4350, "the first digits are favoured: {first_four} of 4000");
    }

    #[test]
    fn object_ids_are_24_hex_digits_that_sort_by_time() {
        let ids = ObjectIds::new().unwrap();
        let made: Vec<_> = (0..1000).map(|i| ids.next(1_700_000_000_000 + i * 10)).collect();
        assert!(made.iter().all(|id| id.len() == 24));
        assert!(made.iter().all(|id| id.bytes().all(|b| b"0123456789abcdef".contains(&b))));
        assert!(made.is_sorted_by(|a, b| a < b));
        assert!(made[0].starts_with("6553f100"));
    }
}
