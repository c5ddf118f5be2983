//! Requests that TapTap signed, checked in the order of role-binding.md 3.2: size, headers, time,
//! signature, nonce. Nothing of a request is read before that.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;
use tdsauth_core::secret::Secret;
use tdsauth_core::tap_sign;
use tokio::time::timeout;

use super::fault::Fault;
use crate::binding::Settings;
use crate::clock;
use crate::http::App;
use crate::storage::SpendNonce;

/// Largest path and query, in bytes.
const MAX_TARGET: usize = 8 * 1024;
/// Largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// Longest nonce, in bytes. TapTap's have 6 to 60.
const MAX_NONCE: usize = 64;

/// A request of TapTap's.
pub(super) struct Signed {
    query: String,
    headers: HeaderMap,
    body: Bytes,
    /// When it was signed, Unix seconds.
    pub(super) at: i64,
}

/// The request, if TapTap signed it and it did not come before. To the caller all that can be wrong
/// with a signature is one; the log says which.
pub(super) async fn read(
    app: &App,
    settings: &Settings,
    request: Request,
) -> Result<Signed, Fault> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    if target.len() > MAX_TARGET {
        return Err(Fault::INVALID);
    }
    let body = timeout(app.body_time, Limited::new(body, MAX_BODY).collect()).await;
    let body = body.ok().and_then(Result::ok).ok_or(Fault::INVALID)?.to_bytes();

    let nonce = only(&parts.headers, "x-tap-nonce").filter(|nonce| is_nonce(nonce));
    let nonce = nonce.ok_or_else(|| refused("x-tap-nonce is missing or malformed"))?;
    let at = only(&parts.headers, "x-tap-ts").and_then(seconds);
    let at = at.ok_or_else(|| refused("x-tap-ts is missing or malformed"))?;
    let off = at.abs_diff(clock::now_ms() / 1000);
    if settings.window.is_some_and(|window| off > u64::from(window)) {
        return Err(refused("x-tap-ts is outside of the time window"));
    }
    let headers: Vec<_> = parts.headers.iter().map(|(n, v)| (n.as_ref(), v.as_bytes())).collect();
    let method = parts.method.as_str().as_bytes();
    let target = target.as_bytes();
    let whole = tap_sign::Request { method, target, headers: &headers, body: &body };
    let secrets: Vec<_> = settings.secrets.iter().map(|s| s.expose().as_bytes()).collect();
    // Its texts hold nothing of the request.
    tap_sign::verify(&secrets, &whole, None).map_err(|error| refused(&error.message))?;
    // After the signature, so that strangers fill nothing.
    if !settings.replays {
        let clear = getrandom::u32()?.is_multiple_of(64);
        let order = SpendNonce { nonce: nonce.to_owned(), life: settings.nonce_life(), clear };
        if !app.store.order(order).await? {
            return Err(refused("x-tap-nonce was seen before"));
        }
    }
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let signed = Signed { query, headers: parts.headers, body, at };
    match (signed.optional("client_id")?, &settings.client_id) {
        (Some(given), Some(own)) if given != *own => Err(refused("client_id is another game's")),
        _ => Ok(signed),
    }
}

impl Signed {
    /// The JSON object of the body. A name that is there twice is refused by the reader of `T`,
    /// which would take an array as well.
    pub(super) fn object<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let is_object = self.body.trim_ascii_start().starts_with(b"{");
        let read = is_object.then(|| serde_json::from_slice(&self.body).ok());
        read.flatten().ok_or(Fault::INVALID)
    }

    /// A parameter of the query that has to be there, once.
    pub(super) fn text(&self, name: &str) -> Result<String, Fault> {
        self.optional(name)?.filter(|text| !text.is_empty()).ok_or(Fault::MISSING)
    }

    /// Of two of one name two readers would take different ones.
    fn optional(&self, name: &str) -> Result<Option<String>, Fault> {
        let mut pairs =
            form_urlencoded::parse(self.query.as_bytes()).filter(|(key, _)| key == name);
        let found = pairs.next().map(|(_, value)| value.into_owned());
        if pairs.next().is_some() { Err(Fault::INVALID) } else { Ok(found) }
    }

    /// The token that the request bears.
    pub(super) fn bearer(&self) -> Option<Secret> {
        let (scheme, token) = only(&self.headers, AUTHORIZATION.as_str())?.split_once(' ')?;
        let token = token.trim_start();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::new(token))
    }
}

/// The only header of this name.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}

fn is_nonce(text: &str) -> bool {
    (1..=MAX_NONCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn seconds(text: &str) -> Option<i64> {
    // The reader would let a sign pass.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// For whoever looks for it: a stranger could fill the log.
fn refused(why: &str) -> Fault {
    tracing::debug!(why, "a request for a binding is refused");
    Fault::SIGNATURE
}
