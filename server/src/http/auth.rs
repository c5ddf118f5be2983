//! Who calls: the app, by its key or a signature with it, or its operator, by the master key.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use md5::{Digest as _, Md5};
use subtle::{Choice, ConstantTimeEq as _};
use tdsauth_core::secret::Secret;

use super::App;
use crate::clock;
use crate::keys::Keys;
use crate::problem::Problem;

// Each header with its name in old clients.
const ID: [&str; 2] = ["x-lc-id", "x-avoscloud-application-id"];
const KEY: [&str; 2] = ["x-lc-key", "x-avoscloud-application-key"];
const SIGN: [&str; 2] = ["x-lc-sign", "x-avoscloud-request-sign"];
const SESSION: [&str; 2] = ["x-lc-session", "x-avoscloud-session-token"];

/// What follows a key or a signature of the master key.
const MASTER: &str = "master";

/// How far the time of a master signature may be off, in milliseconds. A client's signature is
/// good at any time, because players' clocks are wrong and its key is in every copy of the game.
const MASTER_WINDOW_MS: u64 = 10 * 60 * 1000;

/// Who calls. As an argument of a handler it refuses everybody else with 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// A copy of the game.
    Client,
    /// The operator: may do everything.
    Master,
}

impl Caller {
    /// Refuses whoever is not the operator.
    pub(super) fn needs_master(self) -> Result<(), Problem> {
        if self == Self::Master { Ok(()) } else { Err(Problem::MASTER_ONLY) }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        caller_of(&parts.headers, app).ok_or(Problem::UNAUTHORIZED)
    }
}

/// Who makes a request with these headers, if it is anybody.
pub(super) fn caller_of(headers: &HeaderMap, app: &App) -> Option<Caller> {
    caller(headers, &app.keys, clock::now_ms())
}

/// Several credentials at once: a master key decides, else a signature, else a key.
fn caller(headers: &HeaderMap, keys: &Keys, now_ms: i64) -> Option<Caller> {
    let known_app: bool = find(headers, ID)?.as_bytes().ct_eq(keys.app_id.as_bytes()).into();
    if !known_app {
        return None;
    }
    let key = find(headers, KEY);
    if let Some((key, MASTER)) = key.and_then(|key| key.rsplit_once(',')) {
        return bool::from(same(key, &keys.master_key)).then_some(Caller::Master);
    }
    if let Some(sign) = find(headers, SIGN) {
        return signed(sign, keys, now_ms);
    }
    bool::from(same(key?, &keys.app_key)).then_some(Caller::Client)
}

/// `<md5 hex of time and key>,<time in ms>[,master]`
fn signed(sign: &str, keys: &Keys, now_ms: i64) -> Option<Caller> {
    let mut parts = sign.split(',');
    let (hash, time, mark, end) = (parts.next()?, parts.next()?, parts.next(), parts.next());
    if time.is_empty() || !time.bytes().all(|byte| byte.is_ascii_digit()) || end.is_some() {
        return None;
    }
    let (key, caller) = match mark {
        None => (&keys.app_key, Caller::Client),
        Some(MASTER) => (&keys.master_key, Caller::Master),
        Some(_) => return None,
    };
    if caller == Caller::Master && time.parse::<i64>().ok()?.abs_diff(now_ms) > MASTER_WINDOW_MS {
        return None;
    }
    let expected = Md5::new().chain_update(time).chain_update(key.expose()).finalize();
    let given = unhex(hash)?;
    bool::from(expected.as_slice().ct_eq(&given)).then_some(caller)
}

fn unhex(hash: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hash
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| d.try_into().ok()))
        .collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// The session token of the request, if there is one. An unknown one is found out by who uses it.
pub(super) struct Session(pub(super) Option<Secret>);

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(session(&parts.headers)))
    }
}

/// That of a request with these headers.
pub(super) fn session(headers: &HeaderMap) -> Option<Secret> {
    find(headers, SESSION).map(Secret::new)
}

/// Whether two secrets are the same, in a time that does not tell how far they agree.
pub(super) fn same(given: &str, secret: &Secret) -> Choice {
    given.as_bytes().ct_eq(secret.expose().as_bytes())
}

/// The first of the names that is there and not empty.
fn find<'h>(headers: &'h HeaderMap, names: [&str; 2]) -> Option<&'h str> {
    let values = names.into_iter().filter_map(|name| headers.get(name)?.to_str().ok());
    values.into_iter().find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn keys(app_key: &str, master_key: &str) -> Keys {
        let (app_key, master_key) = (Secret::new(app_key), Secret::new(master_key));
        Keys { app_id: "demo-app".into(), app_key, master_key }
    }

    #[test]
    fn the_published_vectors_agree() {
        let text = include_str!("../../../tests/vectors/lc_sign.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            let time: i64 = text("ts").parse().unwrap();
            let (own, header) = (text("key"), text("header"));
            let (keys, caller) = match vector["master"].as_bool().unwrap() {
                true => (keys("another", own), Caller::Master),
                false => (keys(own, "another"), Caller::Client),
            };
            assert_eq!(signed(header, &keys, time), Some(caller));
            let wrong = format!("0{}", &header[1..]);
            assert_eq!(signed(&wrong, &keys, time), None);
        }
    }

    #[test]
    fn a_master_signature_is_good_for_ten_minutes_each_way() {
        const TIME: i64 = 1_700_000_000_123;
        let keys = keys("another", "demo-master-key");
        let header = "91261278bf44d216fcd3e91bbea21d47,1700000000123,master";
        for (off, good) in [(0, true), (600_000, true), (600_001, false), (i64::MAX - TIME, false)]
        {
            assert_eq!(signed(header, &keys, TIME + off).is_some(), good, "{off} ms late");
            assert_eq!(signed(header, &keys, TIME - off).is_some(), good, "{off} ms early");
        }
    }
}
