//! Looking at eight bytes at once: half of the time that a header takes would otherwise go into
//! looking at characters one by one.
//!
//! The tests of this file work on words of eight bytes. Each sets the top bit of a byte that it
//! looks for, and may set others only above one that it found; that is enough to know whether there
//! is any. Those that say so hold for ASCII alone, or are exact: they set nothing else. Words and not
//! vectors, because the library is optimised for size as a whole and then no loop becomes one.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES * 0x80;

/// Whether `test` finds any of `bytes`.
#[inline(always)]
pub(crate) fn any(bytes: &[u8], test: impl Fn(u64) -> u64) -> bool {
    let word = |chunk: &[u8; 8]| test(u64::from_le_bytes(*chunk));
    let Some(last) = bytes.last_chunk() else {
        let found = bytes.iter().fold(0, |found, &byte| found | test(ONES * u64::from(byte)));
        return found & TOPS != 0;
    };
    let mut found = word(last);
    // Four words a turn: the turns themselves would take a third of the time.
    let (fours, rest) = bytes.as_chunks::<32>();
    for four in fours {
        if let [a, b, c, d] = four.as_chunks().0 {
            found |= word(a) | word(b) | word(c) | word(d);
        }
    }
    for one in rest.as_chunks().0 {
        found |= word(one);
    }
    found & TOPS != 0
}

/// How many of `bytes`, which are ASCII, `test` finds before the first that it does not.
#[inline(always)]
pub(crate) fn run(bytes: &[u8], test: impl Fn(u64) -> u64) -> usize {
    let (words, rest) = bytes.as_chunks();
    let mut count = 0;
    for word in words {
        let others = !test(u64::from_le_bytes(*word)) & TOPS;
        if others != 0 {
            return count + (others.trailing_zeros() / 8) as usize;
        }
        count += 8;
    }
    count + rest.iter().take_while(|&&byte| test(ONES * u64::from(byte)) & TOPS != 0).count()
}

/// Letters, digits, `-`, `.`, `_`, `~`: RFC 3986 section 2.3, `unreserved`. Exact among ASCII.
pub(crate) fn unreserved(word: u64) -> u64 {
    let letter = between(word | (ONES * 0x20), b'a', b'z');
    let digit = between(word, b'0', b'9');
    let mark = exactly(word, b'-') | exactly(word, b'.');
    letter | digit | mark | exactly(word, b'_') | exactly(word, b'~')
}

/// draft-01 section 2, `plain-string`: what is not printable ASCII, or is `"` or `\`.
pub(crate) fn not_plain(word: u64) -> u64 {
    not_printable(word, 0x20) | is(word, b'"') | is(word, b'\\')
}

/// As [`not_plain`], and a blank or a `#`.
pub(crate) fn odd_in_url(word: u64) -> u64 {
    not_printable(word, 0x21) | is(word, b'"') | is(word, b'\\') | is(word, b'#')
}

/// Below `first`, or above 0x7e: taking `first` away leaves the top bit of what is below it and of
/// 0xa0 and above, adding one sets that of 0x7f to 0xfe.
fn not_printable(word: u64, first: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(first)) | word.wrapping_add(ONES)
}

/// `byte`, among ASCII.
fn is(word: u64, byte: u8) -> u64 {
    (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES)
}

/// `byte`, and no other, among ASCII.
fn exactly(word: u64, byte: u8) -> u64 {
    !(word ^ (ONES * u64::from(byte))).wrapping_add(ONES * 0x7f)
}

/// Lower-case letters, among ASCII.
pub(crate) fn lower(word: u64) -> u64 {
    between(word, b'a', b'z')
}

/// Upper-case letters, among ASCII.
pub(crate) fn upper(word: u64) -> u64 {
    between(word, b'A', b'Z')
}

fn between(word: u64, first: u8, last: u8) -> u64 {
    let not_below = word.wrapping_add(ONES * u64::from(0x80 - first));
    let above = word.wrapping_add(ONES * u64::from(0x7f - last));
    not_below & !above
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each byte at each place of texts of each length around whole words.
    fn agrees(
        test: fn(u64) -> u64,
        wanted: fn(u8) -> bool,
        bytes: impl Iterator<Item = u8> + Clone,
    ) {
        for len in (1..=26).chain([39, 64, 77]) {
            for at in 0..len {
                for byte in bytes.clone() {
                    let mut text = vec![b'.'; len];
                    text[at] = byte;
                    assert_eq!(any(&text, test), wanted(byte), "{byte:#x} at {at} of {len}");
                }
            }
        }
    }

    #[test]
    fn each_test_finds_what_it_looks_for_and_nothing_else() {
        let not = |byte: u8| !matches!(byte, 0x20..=0x7e) || matches!(byte, b'"' | b'\\');
        agrees(not_plain, not, 0..=255);
        let not = |byte: u8| !matches!(byte, 0x21..=0x7e) || matches!(byte, b'"' | b'\\' | b'#');
        agrees(odd_in_url, not, 0..=255);
        agrees(lower, |byte| byte.is_ascii_lowercase(), 0..=127);
        agrees(upper, |byte| byte.is_ascii_uppercase(), 0..=127);
        assert!(!any(b"", not_plain));
    }

    #[test]
    fn a_run_ends_at_the_first_byte_of_another_kind() {
        let kind =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        for len in 0..=26 {
            assert_eq!(run(&vec![b'a'; len], unreserved), len);
            for at in 0..len {
                for byte in 0..=127 {
                    let mut text = vec![b'Z'; len];
                    (text[at], text[len - 1]) = (byte, b'/');
                    let wanted = text.iter().take_while(|&&byte| kind(byte)).count();
                    assert_eq!(run(&text, unreserved), wanted, "{byte:#x} at {at} of {len}");
                }
            }
        }
    }

    #[test]
    fn neighbours_hide_nothing() {
        for first in 0..=255_u8 {
            for second in 0..=255_u8 {
                let text = [b'a', first, second, b'a', second, first, b'a', b'a', b'a'];
                let alone = text.iter().any(|byte| any(&[*byte], not_plain));
                assert_eq!(any(&text, not_plain), alone, "{first:#x} {second:#x}");
            }
        }
    }
}
