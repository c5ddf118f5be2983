//! Where a header is written to, and the base64 of its MAC.

use std::mem::MaybeUninit;

use crate::hmac::Digest;

/// A byte to write: a caller of another language may hand in memory that holds none yet.
pub(crate) trait Byte: Sized {
    fn set(&mut self, byte: u8);
    fn copy(room: &mut [Self], bytes: &[u8]);
}

impl Byte for u8 {
    #[inline(always)]
    fn set(&mut self, byte: u8) {
        *self = byte;
    }

    #[inline(always)]
    fn copy(room: &mut [Self], bytes: &[u8]) {
        room.copy_from_slice(bytes);
    }
}

impl Byte for MaybeUninit<u8> {
    #[inline(always)]
    fn set(&mut self, byte: u8) {
        self.write(byte);
    }

    #[inline(always)]
    fn copy(room: &mut [Self], bytes: &[u8]) {
        room.write_copy_of_slice(bytes);
    }
}

/// What is left of the room for a header.
pub(crate) struct End<'a, B>(pub(crate) &'a mut [B]);

impl<'a, B: Byte> End<'a, B> {
    /// Inlined, so that the fixed pieces become single stores.
    #[inline(always)]
    pub(crate) fn put(&mut self, piece: &[u8]) {
        let place = self.take(piece.len());
        if place.len() == piece.len() {
            B::copy(place, piece);
        }
    }

    /// The next `len` bytes.
    #[inline(always)]
    pub(crate) fn take(&mut self, len: usize) -> &'a mut [B] {
        let (place, rest) =
            std::mem::take(&mut self.0).split_at_mut_checked(len).unwrap_or_default();
        self.0 = rest;
        place
    }
}

/// RFC 4648 section 4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(bits: u64) -> u8 {
    ALPHABET.get((bits & 63) as usize).copied().unwrap_or_default()
}

/// A MAC in base64, in a room of just its size: as short as it is, a general encoder takes longer
/// to begin than to encode it. Six bytes at once, straight to where the MAC belongs: whoever copied
/// single bytes as a whole would wait until they are in memory.
#[inline(always)]
pub(crate) fn encode<B: Byte>(digest: &Digest, room: &mut [B]) {
    let (eights, rest) = room.as_chunks_mut::<8>();
    let mut sixes = digest.as_bytes().chunks_exact(6);
    for (eight, six) in eights.iter_mut().zip(&mut sixes) {
        if let [a, b, c, d, e, f] = *six {
            let bits = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
            for (at, char) in eight.iter_mut().enumerate() {
                char.set(digit(bits >> (42 - 6 * at)));
            }
        }
    }
    // Both sizes of a digest leave two bytes.
    if let ([a, b], [first, second, third, fill]) = (sixes.remainder(), rest) {
        let bits = u64::from_be_bytes([0, 0, 0, 0, 0, *a, *b, 0]);
        first.set(digit(bits >> 18));
        second.set(digit(bits >> 12));
        third.set(digit(bits >> 6));
        fill.set(b'=');
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use proptest::prelude::*;

    use super::*;
    use crate::hmac::{Hash, Pads};

    proptest! {
        #[test]
        fn base64_agrees_with_the_base64_crate(key in "[a-z]{1,9}", text in "[a-z]{0,9}") {
            for hash in [Hash::Sha1, Hash::Sha256] {
                let pads = Pads::new(hash, key.as_bytes());
                let mut message = pads.message();
                message.push(text.as_bytes());
                message.finish();
                let digest = pads.sign(&message);
                let wanted = base64::engine::general_purpose::STANDARD.encode(digest.as_bytes());
                let mut mac = vec![0; wanted.len()];
                encode(&digest, &mut mac);
                prop_assert_eq!(mac, wanted.as_bytes());
            }
        }
    }
}
