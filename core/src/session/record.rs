//! The guest record: one line that carries the guest id and its own check, so that the id can be
//! found in a file whose checksum no longer holds.
//!
//! ```text
//! guest <guest id, percent-encoded> <first 16 hex digits of the id's sha256>\n
//! retired <the same 16 digits of an id that was given up> <check of these>\n
//! ```
//!
//! Lines of the second kind follow the first, in the same files: an id that was given up must not
//! come back out of a file that is older than that.

use super::{envelope, escape};
use crate::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The longest guest id, in bytes.
pub(super) const MAX_GUEST_ID: usize = 1024;

const WORD: &[u8] = b"guest ";
const RETIRED: &[u8] = b"retired ";
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

/// A guest id and the marks of those before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) id: Option<Secret>,
    pub(super) retired: Vec<String>,
}

impl Record {
    /// All of its lines.
    pub(super) fn lines(id: Option<&Secret>, retired: &[String]) -> Zeroizing<String> {
        let mut lines = line(id);
        for mark in retired {
            // One growth at a time: what is left behind of the text is wiped by its own.
            let mut longer = Zeroizing::new(String::with_capacity(lines.len() + 64));
            longer.push_str(&lines);
            for part in ["retired ", mark, " ", &check(mark), "\n"] {
                longer.push_str(part);
            }
            lines = longer;
        }
        lines
    }
}

/// Splits a payload that begins with a record: the record, and what follows it.
pub(super) fn split(payload: &[u8]) -> Option<(Record, &[u8])> {
    let (line, mut rest) = cut_line(payload)?;
    let id = if line == b"guest" { None } else { Some(parse(line)?) };
    let mut retired = Vec::new();
    while rest.starts_with(RETIRED) {
        let (line, after) = cut_line(rest)?;
        retired.push(parse_retired(line)?);
        rest = after;
    }
    Some((Record { id, retired }, rest))
}

fn cut_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Stands for an id that was given up: 64 bits of its hash.
pub(super) fn mark(id: &Secret) -> String {
    check(id.expose())
}

/// The marks in a damaged file, from intact lines alone.
pub(super) fn salvage_retired(damaged: &[u8]) -> impl Iterator<Item = String> {
    damaged.split(|byte| *byte == b'\n').skip(1).filter_map(parse_retired)
}

fn parse_retired(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line.strip_prefix(RETIRED)?).ok()?;
    let (mark, sum) = text.split_once(' ')?;
    (mark.len() == CHECK_DIGITS && check(mark) == sum).then(|| mark.to_owned())
}

/// The guest id of the first intact record in a damaged file, but for those that were given up.
///
/// A record counts only as a whole line. The rest of a state is JSON, where a line feed inside a
/// text is written as an escape, so no text that a server sent can pass for a record.
pub(super) fn salvage(damaged: &[u8], retired: &[String]) -> Option<Secret> {
    let ids = damaged.split(|byte| *byte == b'\n').skip(1).filter_map(parse);
    ids.into_iter().find(|id| !retired.contains(&mark(id)))
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
            assert_eq!(salvage(file.as_bytes(), &[]), None, "{file}");
        }
        assert!(salvage(format!("x\n{text}").as_bytes(), &[]).is_some());
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
            let retired = [mark(&Secret::new("a")), mark(&Secret::new("b"))];
            let mut payload = Record::lines(Some(&id), &retired).as_bytes().to_vec();
            payload.extend_from_slice(&rest);
            if !rest.starts_with(RETIRED) {
                let record = Record { id: Some(id.clone()), retired: retired.to_vec() };
                prop_assert_eq!(split(&payload), Some((record, &rest[..])));
            }
            let damaged = [b"any line\n", &payload[..]].concat();
            prop_assert_eq!(salvage(&damaged, &retired), Some(id.clone()));
            prop_assert_eq!(salvage(&damaged, &[mark(&id)]), None);
            let found: Vec<String> = salvage_retired(&damaged).take(2).collect();
            prop_assert_eq!(found, retired.to_vec());
        }

        #[test]
        fn noise_is_never_an_id(noise in any::<Vec<u8>>()) {
            prop_assert_eq!(salvage(&[b"\nguest ", &noise[..]].concat(), &[]), None);
            prop_assert_eq!(salvage_retired(&[b"\nretired ", &noise[..]].concat()).next(), None);
        }
    }
}
