//! An identity token: a JWT that Apple signs with RS256, and no other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::ISSUER;
use super::jwks::Key;
use crate::clock;

/// Seconds that the clocks of Apple and of this machine may differ by.
const SKEW: i64 = 60;

/// A token as it was sent: nobody has checked the signature.
pub(super) struct Read<'a> {
    /// Which of Apple's keys signed it, as it says itself.
    pub(super) kid: String,
    signed: &'a str,
    signature: Vec<u8>,
    payload: Value,
}

/// What the token has to say.
pub(super) struct Wanted<'a> {
    /// One of these is its audience.
    pub(super) client_ids: &'a [String],
    pub(super) subject: &'a str,
    /// Either what the game gave Apple, or that of which it gave Apple the SHA-256 in hex.
    pub(super) nonce: Option<&'a str>,
}

/// Takes `token` apart. The error says what is wrong with it.
pub(super) fn read(token: &str) -> Result<Read<'_>, &'static str> {
    let shape = "the token is no JWT";
    let (signed, signature) = token.rsplit_once('.').ok_or(shape)?;
    let (header, payload) = signed.split_once('.').ok_or(shape)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| shape);
    let object = |part: &str| {
        let value: Option<Value> = serde_json::from_slice(&bytes(part)?).ok();
        value.filter(Value::is_object).ok_or(shape)
    };
    let header = object(header)?;
    // The one thing that an attacker would choose: no signature, or a key that everybody has.
    if header.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err("the token is not signed with RS256");
    }
    if header.get("crit").is_some() {
        return Err("the token wants what is not known here");
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or("the token names no key")?;
    Ok(Read {
        kid: kid.to_owned(),
        signed,
        signature: bytes(signature)?,
        payload: object(payload)?,
    })
}

/// Whose it is, as far as that can be read. Nobody has checked it: good enough for a token that
/// Apple itself has just handed over.
pub(super) fn subject(token: &str) -> Option<Secret> {
    let read = read(token).ok()?;
    read.payload.get("sub")?.as_str().map(Secret::new)
}

impl Read<'_> {
    /// Checks the signature, then what is signed; gives the audience. The error says what is wrong.
    pub(super) fn check(&self, key: &Key, wanted: &Wanted<'_>) -> Result<String, &'static str> {
        if !key.signed(self.signed.as_bytes(), &self.signature) {
            return Err("the token's signature is not good");
        }
        let text = |name: &str| self.payload.get(name).and_then(Value::as_str);
        if text("iss") != Some(ISSUER) {
            return Err("the token is not Apple's");
        }
        let audience = text("aud").filter(|id| wanted.client_ids.iter().any(|own| own == id));
        let audience = audience.ok_or("the token is of another app")?;
        let expires = self.payload.get("exp").and_then(Value::as_i64).unwrap_or(0);
        if expires.saturating_add(SKEW) <= clock::now_ms() / 1000 {
            return Err("the token has expired");
        }
        if text("sub") != Some(wanted.subject) {
            return Err("the token is somebody else's");
        }
        if let Some(nonce) = wanted.nonce
            && !text("nonce").is_some_and(|said| same(said, nonce) || same(said, &hash(nonce)))
        {
            return Err("the token has another nonce");
        }
        Ok(audience.to_owned())
    }
}

fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
