//! Apple's public keys: fetched when needed, kept, and fetched anew when Apple changes them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;
use tdsauth_core::transport::Request;
use tokio::time::timeout_at;

use crate::problem::Problem;
use crate::verify::call::{self, Caller};

/// Keys of one set, and bytes of one modulus (8192 bits).
const MAX_KEYS: usize = 64;
const MAX_MODULUS: usize = 1024;

/// How often keys are fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Older ones are fetched anew.
    pub(super) fresh: Duration,
    /// While Apple cannot be asked, older ones are used up to here.
    pub(super) lifetime: Duration,
    /// From one fetch to the next, however many tokens name keys that are not known.
    pub(super) pause: Duration,
}

/// A key that signs with RS256.
#[derive(Clone)]
pub(super) struct Key(Arc<RsaPublicKeyComponents<Vec<u8>>>);

impl Key {
    /// Whether `signature` is this key's over `message`. One of less than 2048 bits signs nothing.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}

/// The keys at one address.
pub(super) struct Jwks {
    caller: Arc<Caller>,
    url: String,
    pace: Pace,
    kept: Mutex<Kept>,
    /// Held while one login fetches and the others wait for it.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: HashMap<String, Key>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
}

/// What is known of a key without a fetch.
enum Known {
    Fresh(Key),
    /// To be used if there is nothing newer.
    Old(Key),
    /// Not in a set that is new enough to say so.
    Missing,
    Unknown,
}

impl Jwks {
    pub(super) fn new(caller: Arc<Caller>, url: String, pace: Pace) -> Self {
        let (kept, fetching) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { caller, url, pace, kept, fetching }
    }

    /// The key `kid`, at the latest at `at`. `BAD_AUTH_DATA`: there is none. `UNAVAILABLE`,
    /// `TIMED_OUT`: nobody knows.
    pub(super) async fn key(&self, kid: &str, at: Instant) -> Result<Key, Problem> {
        if let Known::Fresh(key) = self.known(kid) {
            return Ok(key);
        }
        let Ok(_turn) = timeout_at(at.into(), self.fetching.lock()).await else {
            return Err(Problem::TIMED_OUT);
        };
        // Somebody may have fetched meanwhile.
        let old = match self.known(kid) {
            Known::Fresh(key) => return Ok(key),
            Known::Missing => return Err(self.caller.refused("the token names an unknown key")),
            Known::Old(key) => Some(key),
            Known::Unknown => None,
        };
        if !self.may_fetch() {
            return old.ok_or(Problem::UNAVAILABLE);
        }
        match self.fetch(at).await {
            Ok(keys) => {
                let key = keys.get(kid).cloned();
                let mut kept = self.kept();
                (kept.keys, kept.fetched) = (keys, Some(Instant::now()));
                drop(kept);
                key.ok_or_else(|| self.caller.refused("the token names an unknown key"))
            }
            Err(problem) => old.ok_or(problem),
        }
    }

    fn known(&self, kid: &str) -> Known {
        let kept = self.kept();
        let age = kept.fetched.map(|at| at.elapsed());
        match (kept.keys.get(kid), age) {
            (Some(key), Some(age)) if age < self.pace.fresh => Known::Fresh(key.clone()),
            (Some(key), Some(age)) if age < self.pace.lifetime => Known::Old(key.clone()),
            (None, Some(age)) if age < self.pace.pause => Known::Missing,
            _ => Known::Unknown,
        }
    }

    /// Whether it is time for a fetch, which begins now.
    fn may_fetch(&self) -> bool {
        let mut kept = self.kept();
        let may = kept.tried.is_none_or(|at| at.elapsed() >= self.pace.pause);
        if may {
            kept.tried = Some(Instant::now());
        }
        may
    }

    async fn fetch(&self, at: Instant) -> Result<HashMap<String, Key>, Problem> {
        let headers = vec![("Accept", "application/json".to_owned())];
        let request = Request { method: "GET", url: self.url.clone(), headers, body: Vec::new() };
        let response = self.caller.exchange(request, at).await?;
        let unclear = |why| self.caller.unclear(response.status, why);
        let set = call::object(&response.body).filter(|_| response.status == 200);
        let set = set.ok_or_else(|| unclear("the keys are no JSON"))?;
        let listed = set.get("keys").and_then(Value::as_array);
        let listed = listed.ok_or_else(|| unclear("there are no keys"))?;
        let keys: HashMap<_, _> = listed.iter().take(MAX_KEYS).filter_map(key).collect();
        if keys.is_empty() { Err(unclear("there is no key that can be used")) } else { Ok(keys) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One key of a set, by its id; keys of other kinds and for other uses are none (RFC 7517, 7518).
fn key(row: &Value) -> Option<(String, Key)> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let fits = text("kty") == Some("RSA")
        && text("use").is_none_or(|usage| usage == "sig")
        && text("alg").is_none_or(|alg| alg == "RS256");
    let number = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text(name)?).ok()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.get(zeros..).filter(|bytes| bytes.len() <= MAX_MODULUS).map(<[u8]>::to_vec)
    };
    let (n, e) = (number("n")?, number("e")?);
    let kid = text("kid").filter(|kid| kid.len() <= 256)?;
    fits.then(|| (kid.to_owned(), Key(Arc::new(RsaPublicKeyComponents { n, e }))))
}
