//! The first line of every file: kind, version, checksum, length.
//!
//! ```text
//! tdsauth-<kind> <version> <sha256 hex of "<version>\n" + payload> <payload length>\n<payload>
//! ```
//!
//! The version is under the checksum, so that damage never looks like a newer library: a file is
//! either proven to be of some version, or damaged. Every later version keeps this line and the
//! bound of [`MAX_FILE`].

use sha2::{Digest, Sha256};
use std::fmt::Write;
use zeroize::Zeroizing;

/// The version of the payload that this library writes, and the only one it reads.
pub(super) const VERSION: u32 = 1;

/// A file is never longer than this, in bytes; a longer one is damaged.
pub(super) const MAX_FILE: usize = 64 * 1024;

/// Room for the longest first line, in bytes.
pub(super) const MAX_HEADER: usize = 128;

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened<'a> {
    /// Of our version, with this payload.
    Payload(&'a [u8]),
    /// Intact, of this version, which is not ours.
    Newer(u32),
    /// Anything else.
    Damaged,
}

/// The bytes of a file of `kind` with this payload.
pub(super) fn seal(kind: &str, payload: &[u8]) -> Zeroizing<Vec<u8>> {
    seal_as(VERSION, kind, payload)
}

/// As [`seal`], of any version.
fn seal_as(version: u32, kind: &str, payload: &[u8]) -> Zeroizing<Vec<u8>> {
    let header = header(kind, version, payload);
    let mut bytes = Zeroizing::new(Vec::with_capacity(header.len() + 1 + payload.len()));
    bytes.extend_from_slice(header.as_bytes());
    bytes.push(b'\n');
    bytes.extend_from_slice(payload);
    bytes
}

/// Reads the bytes of a file that should be of `kind`.
pub(super) fn open<'a>(kind: &str, bytes: &'a [u8]) -> Opened<'a> {
    match split(kind, bytes) {
        Some((VERSION, payload)) => Opened::Payload(payload),
        // Versions count from 1; 0 was never written.
        Some((version, _)) if version > VERSION => Opened::Newer(version),
        _ => Opened::Damaged,
    }
}

fn split<'a>(kind: &str, bytes: &'a [u8]) -> Option<(u32, &'a [u8])> {
    if bytes.len() > MAX_FILE {
        return None;
    }
    let end = bytes.iter().take(MAX_HEADER).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    let line = std::str::from_utf8(line).ok()?;
    let payload = rest.get(1..)?;
    let version = line.split(' ').nth(1)?.parse().ok()?;
    // Writing the line anew and comparing leaves one spelling of everything in it.
    (header(kind, version, payload) == line).then_some((version, payload))
}

fn header(kind: &str, version: u32, payload: &[u8]) -> String {
    let sum = Sha256::new().chain_update(format!("{version}\n")).chain_update(payload).finalize();
    format!("tdsauth-{kind} {version} {} {}", hex(&sum), payload.len())
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_the_documented_one() {
        // printf '1\nhello' | sha256sum
        let line = "tdsauth-guest 1 \
            feeba3bd57fb9d7ac18530327aa67b87ba54bae719bf7d8ae05fb9f4fa8b04af 5\nhello";
        let bytes = seal("guest", b"hello");
        assert_eq!(std::str::from_utf8(&bytes).unwrap(), line);
        assert_eq!(open("guest", &bytes), Opened::Payload(b"hello"));
        assert_eq!(open("state", &bytes), Opened::Damaged);
    }

    #[test]
    fn newer_is_told_from_damaged() {
        let bytes = seal_as(2, "state", b"{}");
        assert_eq!(open("state", &bytes), Opened::Newer(2));
        // The version alone, without its checksum, is not believed.
        let forged = String::from_utf8(seal("state", b"{}").to_vec()).unwrap();
        let forged = forged.replacen(" 1 ", " 2 ", 1);
        assert_eq!(open("state", forged.as_bytes()), Opened::Damaged);
        assert_eq!(open("state", &seal_as(0, "state", b"{}")), Opened::Damaged);
    }

    #[test]
    fn every_truncation_and_every_flipped_bit_is_damage() {
        let bytes = seal("state", b"some payload\nof two lines");
        for length in 0..bytes.len() {
            assert_eq!(open("state", &bytes[..length]), Opened::Damaged, "cut at {length}");
        }
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open("state", &flipped), Opened::Damaged, "bit {bit}");
        }
        let mut longer = bytes.to_vec();
        longer.push(b'\n');
        assert_eq!(open("state", &longer), Opened::Damaged);
    }

    #[test]
    fn other_spellings_of_the_line_are_damage() {
        let good = String::from_utf8(seal("state", b"x").to_vec()).unwrap();
        let upper = good.replacen("tdsauth-state 1 ", "", 1).to_uppercase();
        for wrong in [
            good.replacen(" 1 ", " 01 ", 1),
            good.replacen(" 1 ", " +1 ", 1),
            good.replacen(" 1\n", " 01\n", 1),
            good.replacen(" 1\n", " 1 \n", 1),
            format!("tdsauth-state 1 {upper}"),
            format!(" {good}"),
        ] {
            assert_eq!(open("state", wrong.as_bytes()), Opened::Damaged, "{wrong:?}");
        }
    }

    #[test]
    fn a_file_beyond_the_bound_is_damage() {
        let fits = seal("state", &vec![b'x'; MAX_FILE - MAX_HEADER]);
        assert!(matches!(open("state", &fits), Opened::Payload(_)));
        assert_eq!(open("state", &seal("state", &vec![b'x'; MAX_FILE])), Opened::Damaged);
    }
}
