//! X-Tap-Sign: how TapTap and a game's server prove their requests to each other.
//!
//! Implements the signature of TapTap's common API page, both directions. Signed are four parts,
//! each ended by LF: method in upper case, request target exactly as sent, the `x-tap-*` headers
//! other than `x-tap-sign` (lower-cased names, sorted, `name:value`, joined by LF), body. The
//! signature is HMAC-SHA-256 under the bytes of the Server Secret, in base64 with padding.
//!
//! Everything is bytes, not text: what came over the wire is signed as it came. Pure functions; the
//! Server Secret belongs on servers, so the game client's library exports nothing of this.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result, status};

/// Characters of a signature: 32 bytes in base64.
pub const SIGN_LEN: usize = 44;
/// A request with more `x-tap-*` headers than this is refused. TapTap sends three.
pub const MAX_HEADERS: usize = 32;
/// The longest Server Secret, in bytes.
pub const MAX_SECRET: usize = 8192;

const PREFIX: &[u8] = b"x-tap-";
const SIGN: &[u8] = b"x-tap-sign";
const TS: &[u8] = b"x-tap-ts";

/// One header as it was received: any case, blanks around the value do not count.
pub type Header<'a> = (&'a [u8], &'a [u8]);

/// A request as it is on the wire.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// In any case; signed in upper case.
    pub method: &'a [u8],
    /// Path and query as in the request line, percent-encoding untouched.
    pub target: &'a [u8],
    /// All headers, or those that begin with `x-tap-`; others do not count.
    pub headers: &'a [Header<'a>],
    /// The whole body, undecoded.
    pub body: &'a [u8],
}

/// The value of `x-tap-sign` for `request`; one that `request` carries already is left out.
///
/// # Errors
/// `INVALID_ARGUMENT` when the secret is empty or longer than [`MAX_SECRET`], the method is no
/// token, the target does not begin with `/` or `?` or holds a blank, a `#` or a control character,
/// an `x-tap-*` header is repeated, malformed, or one of more than [`MAX_HEADERS`].
pub fn sign(secret: &[u8], request: &Request<'_>) -> Result<[u8; SIGN_LEN]> {
    let mut sign = [0; SIGN_LEN];
    let digest = keyed(secret)?;
    let digest = request.canonical()?.put(digest, request).finalize().into_bytes();
    STANDARD
        .encode_slice(digest, &mut sign)
        .map_err(|_| Error::new(status::PANIC, "a signature outgrew its size"))?;
    Ok(sign)
}

/// The time stamps that are accepted.
#[derive(Clone, Copy)]
pub struct Window {
    /// The present time, Unix seconds.
    pub now: u64,
    /// How many seconds `x-tap-ts` may lie before or after it.
    pub seconds: u32,
}

/// Verifies the `x-tap-sign` among the headers of `request`, in constant time, under each of
/// `secrets`: two while a secret is exchanged for another. Whether `x-tap-nonce` was seen before is
/// for the caller to know.
///
/// # Errors
/// `INVALID_ARGUMENT` as for [`sign`], when there is no secret, no `x-tap-sign`, or `window` is
/// given and `x-tap-ts` is no number; `MAC_MISMATCH` when no secret gives this signature;
/// `MAC_EXPIRED` when one does, at a time outside `window`.
pub fn verify(secrets: &[&[u8]], request: &Request<'_>, window: Option<Window>) -> Result<()> {
    let canonical = request.canonical()?;
    let given = canonical.sign.ok_or_else(|| bad("carries no x-tap-sign"))?;
    if secrets.is_empty() {
        return Err(Error::argument("there is no secret to verify with"));
    }
    let mut matches = subtle::Choice::from(0);
    for secret in secrets {
        matches |= sign(secret, request)?.ct_eq(given);
    }
    if !bool::from(matches) {
        return Err(Error::new(status::MAC_MISMATCH, "the signature does not match the request"));
    }
    match window {
        None => Ok(()),
        Some(window) => canonical.check_time(window),
    }
}

/// The headers that count, in the form in which they are signed.
struct Canonical<'a> {
    /// Lower-cased name and trimmed value, sorted by name.
    headers: Vec<(Vec<u8>, &'a [u8])>,
    /// The value of `x-tap-sign`.
    sign: Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    fn canonical(&self) -> Result<Canonical<'a>> {
        if !is_token(self.method) {
            return Err(bad("has a malformed method"));
        }
        let target_byte = |&byte: &u8| byte > b' ' && byte != 0x7f && byte != b'#';
        let starts_well = self.target.is_empty() || matches!(self.target, [b'/' | b'?', ..]);
        if !starts_well || !self.target.iter().all(target_byte) {
            return Err(bad("has a malformed target"));
        }
        let mut headers = Vec::new();
        for (name, value) in self.headers {
            if !name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX)) {
                continue;
            }
            let value = trim(value);
            if !is_token(name) || !value.iter().all(|&byte| is_value_byte(byte)) {
                return Err(bad("has a malformed x-tap header"));
            }
            if headers.len() == MAX_HEADERS {
                return Err(bad("has too many x-tap headers"));
            }
            headers.push((name.to_ascii_lowercase(), value));
        }
        headers.sort_unstable();
        if headers.windows(2).any(|pair| matches!(pair, [(one, _), (two, _)] if one == two)) {
            return Err(bad("has an x-tap header twice"));
        }
        let sign_at = headers.iter().position(|(name, _)| name == SIGN);
        let sign = sign_at.map(|at| headers.remove(at).1);
        Ok(Canonical { headers, sign })
    }
}

impl Canonical<'_> {
    fn put(&self, mut digest: Hmac<Sha256>, request: &Request<'_>) -> Hmac<Sha256> {
        digest.update(&request.method.to_ascii_uppercase());
        digest.update(if request.target.starts_with(b"/") { b"\n" } else { b"\n/" });
        digest.update(request.target);
        for (name, value) in &self.headers {
            digest.update(b"\n");
            digest.update(name);
            digest.update(b":");
            digest.update(value);
        }
        // An empty header block is an empty line.
        digest.update(if self.headers.is_empty() { b"\n\n" } else { b"\n" });
        digest.update(request.body);
        digest.update(b"\n");
        digest
    }

    fn check_time(&self, window: Window) -> Result<()> {
        let value = self.headers.iter().find_map(|(name, value)| (name == TS).then_some(*value));
        let ts = value
            .filter(|value| value.iter().all(u8::is_ascii_digit))
            .and_then(|value| std::str::from_utf8(value).ok()?.parse::<u64>().ok())
            .ok_or_else(|| bad("carries no x-tap-ts that is a number"))?;
        if ts.abs_diff(window.now) > window.seconds.into() {
            return Err(Error::new(status::MAC_EXPIRED, "x-tap-ts is outside the time window"));
        }
        Ok(())
    }
}

fn keyed(secret: &[u8]) -> Result<Hmac<Sha256>> {
    if secret.is_empty() || secret.len() > MAX_SECRET {
        return Err(Error::argument("the secret is missing or too long"));
    }
    Hmac::new_from_slice(secret).map_err(|_| Error::argument("the secret is of a wrong length"))
}

/// RFC 9110 section 5.6.2.
fn is_token(name: &[u8]) -> bool {
    let token = |&b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.iter().all(token)
}

/// RFC 9110 section 5.5: visible characters, blanks, bytes beyond ASCII.
fn is_value_byte(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

/// RFC 9110 section 5.5: blanks around a value do not belong to it. Line ends do not count as such.
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cold]
fn bad(what: &str) -> Error {
    Error::argument(format!("the request {what}"))
}
