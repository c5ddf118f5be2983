//! Randomness from the operating system: nonces of signed requests, identifiers that are secrets.
//!
//! A nonce travels in clear text and only has to be fresh, so nonces come out of a small pool that
//! is refilled in blocks: one system call serves many. Whatever is a secret (a guest id is a full
//! credential) is asked from the system directly and never lies in the pool.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::error::{Error, Result, status};
use crate::secret::Secret;

/// Random bits of a nonce: 128.
const NONCE_BYTES: usize = 16;
/// [`NONCE_BYTES`] in base64 without padding.
const NONCE_CHARS: usize = 22;
/// One refill serves this many nonces.
const POOL_NONCES: usize = 64;

/// A fresh nonce, 128 random bits as 22 characters of `A–Z a–z 0–9 - _`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nonce([u8; NONCE_CHARS]);

impl Nonce {
    /// A nonce that no other call in any process gives. Allocates nothing.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` when the system gives no randomness.
    pub fn fresh() -> Result<Self> {
        let mut bytes = [0; NONCE_BYTES];
        // Never waits: when another thread is at the pool, or was at the moment of a fork (the
        // child would wait for ever), the system is asked directly.
        match POOL.try_lock() {
            Ok(mut pool) => pool.take(&mut bytes)?,
            Err(_) => fill(&mut bytes)?,
        }
        let mut chars = [0; NONCE_CHARS];
        URL_SAFE_NO_PAD
            .encode_slice(bytes, &mut chars)
            .map_err(|_| Error::new(status::PANIC, "a nonce does not fit its own size"))?;
        Ok(Self(chars))
    }

    /// The characters, as they go into a header.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, as it goes into a header.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Random bytes that were fetched and not yet given out.
struct Pool {
    bytes: [u8; NONCE_BYTES * POOL_NONCES],
    used: usize,
    /// The process that filled it: a forked child has the same bytes and must not use them.
    owner: u32,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    bytes: [0; NONCE_BYTES * POOL_NONCES],
    used: NONCE_BYTES * POOL_NONCES,
    owner: 0,
});

impl Pool {
    fn take(&mut self, out: &mut [u8; NONCE_BYTES]) -> Result<()> {
        let process = std::process::id();
        if self.owner != process || self.next().is_none() {
            // Spent first, so that a failed refill cannot leave bytes that were given out.
            self.used = self.bytes.len();
            fill(&mut self.bytes)?;
            self.used = 0;
            self.owner = process;
        }
        match self.next() {
            Some(chunk) => *out = *chunk,
            None => fill(out)?,
        }
        self.used += NONCE_BYTES;
        Ok(())
    }

    fn next(&self) -> Option<&[u8; NONCE_BYTES]> {
        self.bytes.get(self.used..)?.first_chunk()
    }
}

/// Fills `bytes` from the operating system's generator.
///
/// # Errors
/// `NOT_SUPPORTED` when the system gives no randomness.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|_| Error::new(status::NOT_SUPPORTED, "the system gives no randomness"))
}

/// 128 bits straight from the operating system as 32 lower-case hexadecimal digits: an identifier
/// that is a credential.
///
/// # Errors
/// `NOT_SUPPORTED` when the system gives no randomness.
pub fn hex_128() -> Result<Secret> {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut bytes = Zeroizing::new([0_u8; 16]);
    fill(bytes.as_mut())?;
    // The capacity is final: a growing text would leave copies behind.
    let mut text = String::with_capacity(32);
    for byte in bytes.iter() {
        for digit in [byte >> 4, byte & 15] {
            text.extend(DIGITS.get(usize::from(digit)));
        }
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_nonce_is_22_characters_that_a_header_can_hold() {
        let nonce = Nonce::fresh().unwrap();
        assert_eq!(nonce.as_str().len(), NONCE_CHARS);
        assert!(nonce.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }

    #[test]
    fn nonces_never_repeat_across_refills_and_threads() {
        let per_thread = 5 * POOL_NONCES;
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(move || -> Vec<Nonce> {
                    (0..per_thread).map(|_| Nonce::fresh().unwrap()).collect()
                })
            })
            .collect();
        let mut seen = HashSet::new();
        for thread in threads {
            seen.extend(thread.join().unwrap());
        }
        assert_eq!(seen.len(), 4 * per_thread);
    }

    #[test]
    fn a_pool_of_another_process_is_not_used() {
        let filled = [7; NONCE_BYTES * POOL_NONCES];
        let mut child = Pool { bytes: filled, used: 0, owner: std::process::id().wrapping_add(1) };
        let mut first = [0; NONCE_BYTES];
        child.take(&mut first).unwrap();
        assert_ne!(first, [7; NONCE_BYTES]);
        assert_eq!(child.owner, std::process::id());
        assert_ne!(child.bytes, filled);
    }

    #[test]
    fn a_pool_gives_each_byte_once() {
        let mut pool = Pool { bytes: [0; _], used: NONCE_BYTES * POOL_NONCES, owner: 0 };
        let mut seen = HashSet::new();
        for _ in 0..3 * POOL_NONCES {
            let mut out = [0; NONCE_BYTES];
            pool.take(&mut out).unwrap();
            assert!(seen.insert(out));
        }
    }

    #[test]
    fn hex_128_is_32_digits_and_new_each_time() {
        let ids: HashSet<String> =
            (0..100).map(|_| hex_128().unwrap().expose().to_owned()).collect();
        assert_eq!(ids.len(), 100);
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(lower_hex)));
    }
}
