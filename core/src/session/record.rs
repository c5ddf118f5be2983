//! The guest record: one line that carries the guest id and its own check, so that the id can be
//! found in a file whose checksum no longer holds.
//!
//! ```text
//! guest <guest id, percent-encoded> <first 16 hex digits of the id's sha256>\n
//! ```

use super::{envelope, escape};
use crate::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The longest guest id, in bytes.
pub(super) const MAX_GUEST_ID: usize = 1024;

const WORD: &[u8] = b"guest ";
const CHECK_DIGITS: usize = 16;

/// Whether `id` can be a guest id: any text of 1 to 1024 bytes without U+0000. Ours are 32 hex
/// digits; ids of other makers are taken over as they are.
pub(super) fn is_guest_id(id: &str) -> bool {
    (1..=MAX_GUEST_ID).contains(&id.len()) && !id.contains('\0')
}

/// The record of `id`, or of "none yet" (the bare word `guest`).
pub(super) fn line(id: Option<&Secret>) -> Zeroizing<String> {
    Zeroizing::new(match id {
        Some(id) => format!("guest {} {}\n", escape::escape(id.expose()), check(id.expose())),
        None => "guest\n".to_owned(),
    })
}

/// Splits a payload that begins with a record: the id, and what follows the record.
pub(super) fn split(payload: &[u8]) -> Option<(Option<Secret>, &[u8])> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = payload.split_at_checked(end)?;
    let rest = rest.get(1..)?;
    if line == b"guest" {
        return Some((None, rest));
    }
    Some((Some(parse(line)?), rest))
}

/// The guest id of the first intact record in a damaged file.
///
/// A record counts only as a whole line. The rest of a state is JSON, where a line feed inside a
/// text is written as an escape, so no text that a server sent can pass for a record.
pub(super) fn salvage(damaged: &[u8]) -> Option<Secret> {
    damaged.split(|byte| *byte == b'\n').skip(1).find_map(parse)
}

fn parse(line: &[u8]) -> Option<Secret> {
    let text = std::str::from_utf8(line.strip_prefix(WORD)?).ok()?;
    let (encoded, sum) = text.split_once(' ')?;
    // Longer than any id's encoding: do not decode what only damage can have made.
    if encoded.len() > 3 * MAX_GUEST_ID {
        return None;
    }
    let id = Secret::new(escape::unescape(encoded)?);
    (is_guest_id(id.expose()) && check(id.expose()) == sum).then_some(id)
}

fn check(id: &str) -> String {
    let mut digits = envelope::hex(&Sha256::digest(id.as_bytes()));
    digits.truncate(CHECK_DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_record_is_the_documented_one() {
        // printf 'a b' | sha256sum | cut -c 1-16
        assert_eq!(*line(Some(&Secret::new("a b"))), "guest a%20b c8687a08aa5d6ed2\n");
        assert_eq!(*line(None), "guest\n");
    }

    #[test]
    fn a_record_inside_a_text_is_no_record() {
        let record = line(Some(&Secret::new("somebody-else")));
        let text = record.trim_end();
        for file in [
            format!("x\n{{\"nickname\":\"{text}\"}}"),
            format!("x\n{{\"nickname\":\"\\n{text}\\n\"}}"),
            format!("x\n {text}\n"),
            text.to_owned(),
        ] {
            assert_eq!(salvage(file.as_bytes()), None, "{file}");
        }
        assert!(salvage(format!("x\n{text}").as_bytes()).is_some());
    }

    #[test]
    fn ids_out_of_bounds_are_refused() {
        assert!(is_guest_id("é 1\r\n"));
        assert!(is_guest_id(&"x".repeat(MAX_GUEST_ID)));
        for wrong in ["", "a\0", &"x".repeat(MAX_GUEST_ID + 1)] {
            assert!(!is_guest_id(wrong), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(id in "[^\\x00]{1,200}", rest in any::<Vec<u8>>()) {
            let id = Secret::new(id);
            let mut payload = line(Some(&id)).as_bytes().to_vec();
            payload.extend_from_slice(&rest);
            prop_assert_eq!(split(&payload), Some((Some(id.clone()), &rest[..])));
            prop_assert_eq!(salvage(&[b"any line\n", &payload[..]].concat()), Some(id));
        }

        #[test]
        fn noise_is_never_an_id(noise in any::<Vec<u8>>()) {
            prop_assert_eq!(salvage(&[b"\nguest ", &noise[..]].concat()), None);
        }
    }
}
