//! Nonces that were seen, so that no signed request is taken twice.

use std::collections::{HashSet, VecDeque};

use sha2::{Digest as _, Sha256};

/// Most that are remembered; beyond it the oldest is forgotten.
const MOST: usize = 16 * 1024;

/// Kept as hashes: each takes the same room whatever was sent, and a nonce leads back to no kid.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    seen: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Nonces {
    /// Whether this nonce is new for this kid and this second; from now on it is not.
    pub(super) fn is_new(&mut self, kid: &str, ts: u64, nonce: &str) -> bool {
        // A kid and a nonce hold no line feed.
        let text = format!("{kid}\n{ts}\n{nonce}");
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if !self.seen.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_new_once_for_each_kid_and_second() {
        let mut nonces = Nonces::default();
        assert!(nonces.is_new("kid", 1, "nonce"));
        assert!(!nonces.is_new("kid", 1, "nonce"));
        assert!(nonces.is_new("kid", 2, "nonce"));
        assert!(nonces.is_new("other", 1, "nonce"));
    }

    #[test]
    fn the_oldest_make_room() {
        let mut nonces = Nonces::default();
        for at in 0..MOST as u64 + 10 {
            assert!(nonces.is_new("kid", at, "nonce"));
        }
        assert_eq!((nonces.seen.len(), nonces.order.len()), (MOST, MOST));
        assert!(!nonces.is_new("kid", 10, "nonce"));
    }
}
