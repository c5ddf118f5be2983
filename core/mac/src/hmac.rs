//! HMAC on bare compression functions.
//!
//! The general-purpose `hmac` crate hashes piece by piece behind a buffer of one block. A MAC
//! header is so short that this costs as much as the hashing itself; here the pieces are gathered
//! and compressed together, and the two key pads can be kept. The crate is the oracle of the tests.

use zeroize::optimization_barrier;

/// Block size of SHA-1 and SHA-256.
const BLOCK: usize = 64;
/// Blocks that are gathered before they are compressed in one go.
const GATHER: usize = 2;

/// The hash under an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

/// A chaining state. SHA-1 uses the first five words.
type State = [u32; 8];

impl Hash {
    /// Bytes of a digest.
    fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn start(self) -> State {
        match self {
            Self::Sha1 => {
                [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0, 0, 0, 0]
            }
            Self::Sha256 => [
                0x6a09_e667,
                0xbb67_ae85,
                0x3c6e_f372,
                0xa54f_f53a,
                0x510e_527f,
                0x9b05_688c,
                0x1f83_d9ab,
                0x5be0_cd19,
            ],
        }
    }

    /// A copy of what this hash uses of a state. A copy of the rest too would have the processor wait
    /// until all of it is in memory.
    #[inline(always)]
    fn copy(self, state: &State) -> State {
        match (self, state) {
            (Self::Sha1, &[a, b, c, d, e, ..]) => [a, b, c, d, e, 0, 0, 0],
            (Self::Sha256, _) => *state,
        }
    }

    #[inline]
    fn compress(self, state: &mut State, blocks: &[[u8; BLOCK]]) {
        match self {
            Self::Sha1 => {
                if let Some(five) = state.first_chunk_mut() {
                    sha1::block_api::compress(five, blocks);
                }
            }
            Self::Sha256 => sha2::block_api::compress256(state, blocks),
        }
    }
}

/// A key's two pads, compressed: all that is left of the key, zeroed when dropped.
#[derive(Clone)]
pub(super) struct Pads {
    hash: Hash,
    inner: State,
    outer: State,
}

impl Pads {
    #[inline(always)]
    pub(super) fn new(hash: Hash, key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        match block.get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            // RFC 2104: a key longer than a block is hashed first.
            None => {
                let mut message = Message::new(hash, hash.start(), 0);
                message.push(key);
                message.finish();
                put_digest(&message.state, hash, &mut block);
                wipe(&mut message.state);
                wipe(&mut message.buffer);
            }
        }
        // Both before the first is compressed: a processor then compresses them side by side.
        let mut inner = flipped(&block, 0x36);
        let mut outer = flipped(&block, 0x5c);
        let mut pads = Self { hash, inner: hash.start(), outer: hash.start() };
        hash.compress(&mut pads.inner, std::slice::from_ref(&inner));
        hash.compress(&mut pads.outer, std::slice::from_ref(&outer));
        for secret in [&mut block, &mut inner, &mut outer] {
            wipe(secret);
        }
        pads
    }

    /// A message to be signed with this key.
    #[inline(always)]
    pub(super) fn message(&self) -> Message {
        Message::new(self.hash, self.hash.copy(&self.inner), BLOCK as u64)
    }

    /// The HMAC of `message`, which came from [`Pads::message`] and was finished.
    #[inline(always)]
    pub(super) fn sign(&self, message: &Message) -> Digest {
        let mut block = [0; BLOCK];
        put_digest(&message.state, self.hash, &mut block);
        if let Some(mark) = block.get_mut(self.hash.size()) {
            *mark = 0x80;
        }
        if let Some(length) = block.last_chunk_mut() {
            *length = ((BLOCK + self.hash.size()) as u64 * 8).to_be_bytes();
        }
        let mut state = self.hash.copy(&self.outer);
        self.hash.compress(&mut state, std::slice::from_ref(&block));
        let mut digest = Digest { bytes: [0; BLOCK], len: self.hash.size() };
        put_digest(&state, self.hash, &mut digest.bytes);
        digest
    }
}

impl Drop for Pads {
    fn drop(&mut self) {
        wipe(&mut self.inner);
        wipe(&mut self.outer);
    }
}

/// Hashes a message given in pieces, gathering short ones.
pub(super) struct Message {
    hash: Hash,
    state: State,
    /// Room for [`GATHER`] blocks of message and one more that padding may need.
    buffer: [u8; BLOCK * (GATHER + 1)],
    filled: usize,
    /// Bytes that are compressed already.
    done: u64,
}

impl Message {
    #[inline(always)]
    fn new(hash: Hash, state: State, done: u64) -> Self {
        Self { hash, state, buffer: [0; _], filled: 0, done }
    }

    /// Appends `piece` to the message. Inlined, so that a fixed piece becomes a single store.
    #[inline(always)]
    pub(super) fn push(&mut self, piece: &[u8]) {
        let end = self.filled + piece.len();
        match self.buffer.get_mut(self.filled..end) {
            Some(place) if end <= BLOCK * GATHER => {
                place.copy_from_slice(piece);
                self.filled = end;
            }
            _ => self.push_long(piece),
        }
    }

    /// Appends a piece that does not fit behind what is gathered.
    #[cold]
    fn push_long(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !rest.is_empty() {
            if self.filled == BLOCK * GATHER {
                self.flush(BLOCK * GATHER);
            }
            let room = self.buffer.get_mut(self.filled..BLOCK * GATHER).unwrap_or_default();
            let (now, later) = rest.split_at(rest.len().min(room.len()));
            if let Some(place) = room.get_mut(..now.len()) {
                place.copy_from_slice(now);
            }
            self.filled += now.len();
            rest = later;
        }
    }

    /// Compresses the first `bytes` of the buffer, whole blocks, and starts it anew.
    fn flush(&mut self, bytes: usize) {
        let (blocks, _) = self.buffer.get(..bytes).unwrap_or_default().as_chunks();
        self.hash.compress(&mut self.state, blocks);
        self.done += bytes as u64;
        self.filled = 0;
    }

    /// Pads the message, which is over with this, and hashes the rest of it.
    pub(super) fn finish(&mut self) {
        let bits = (self.done + self.filled as u64) * 8;
        let end = (self.filled + 1 + 8).next_multiple_of(BLOCK);
        if let Some([mark, zeros @ ..]) = self.buffer.get_mut(self.filled..end) {
            *mark = 0x80;
            zeros.fill(0);
            if let Some(length) = zeros.last_chunk_mut() {
                *length = bits.to_be_bytes();
            }
        }
        self.flush(end);
    }
}

/// A finished HMAC.
pub(super) struct Digest {
    bytes: [u8; BLOCK],
    len: usize,
}

impl Digest {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// What `Zeroize` does, with whole registers: word by word it takes as long as a header's texts.
#[inline(always)]
fn wipe<T: Copy + Default, const N: usize>(secret: &mut [T; N]) {
    secret.fill(T::default());
    optimization_barrier(secret);
}

/// `block` with the bits of `mask` flipped in each byte, eight bytes at once: the profile that ships
/// makes no vectors.
fn flipped(block: &[u8; BLOCK], mask: u8) -> [u8; BLOCK] {
    let mut flipped = *block;
    for word in flipped.as_chunks_mut().0 {
        *word = (u64::from_ne_bytes(*word) ^ u64::from_ne_bytes([mask; 8])).to_ne_bytes();
    }
    flipped
}

/// The words of `state` as bytes at the start of `block`.
fn put_digest(state: &State, hash: Hash, block: &mut [u8; BLOCK]) {
    let words = hash.size() / 4;
    for (bytes, word) in block.chunks_exact_mut(4).zip(state.iter()).take(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    fn ours(hash: Hash, key: &[u8], pieces: &[Vec<u8>]) -> Vec<u8> {
        let pads = Pads::new(hash, key);
        let mut message = pads.message();
        pieces.iter().for_each(|piece| message.push(piece));
        message.finish();
        pads.sign(&message).as_bytes().to_vec()
    }

    fn oracle(hash: Hash, key: &[u8], text: &[u8]) -> Vec<u8> {
        match hash {
            Hash::Sha1 => {
                let mac = Hmac::<sha1::Sha1>::new_from_slice(key).unwrap();
                mac.chain_update(text).finalize().into_bytes().to_vec()
            }
            Hash::Sha256 => {
                let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
                mac.chain_update(text).finalize().into_bytes().to_vec()
            }
        }
    }

    /// Padding has its edges at each multiple of a block, gathering at each second.
    #[test]
    fn every_length_agrees_with_the_hmac_crate() {
        let text: Vec<u8> = (0..1000_u32).map(|i| (i * 7) as u8).collect();
        for hash in [Hash::Sha1, Hash::Sha256] {
            for len in 0..=text.len() {
                let piece = text[..len].to_vec();
                assert_eq!(ours(hash, b"Jefe", &[piece]), oracle(hash, b"Jefe", &text[..len]));
            }
            for len in 0..200 {
                let key = &text[..len];
                assert_eq!(ours(hash, key, &[b"abc".to_vec()]), oracle(hash, key, b"abc"));
            }
        }
    }

    proptest! {
        #[test]
        fn any_cutting_agrees_with_the_hmac_crate(
            key in prop::collection::vec(any::<u8>(), 0..150),
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8),
        ) {
            for hash in [Hash::Sha1, Hash::Sha256] {
                prop_assert_eq!(ours(hash, &key, &pieces), oracle(hash, &key, &pieces.concat()));
            }
        }
    }
}
