//! TapTap login without a network: the contract of `taptap-login.md` section 10.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
mod browser;
mod device;
mod signed;
mod token;

use serde_json::Value;
use tdsauth_core::taptap::{Endpoint, Region, Token};
use tdsauth_core::transport::{Request, Response};

/// Names of everything that is secret in these tests: none may come up in a message.
pub(crate) const SECRETS: [&str; 4] =
    ["s3cret-device", "1/s3cret-kid", "s3cret-key", "s3cret-code"];

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::of(Region::Cn, "demo-client", "tdsauth/0")
}

pub(crate) fn answer(status: u16, body: &Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

pub(crate) fn token_data() -> Value {
    serde_json::json!({
        "kid": "1/s3cret-kid", "access_token": "1/s3cret-kid", "token_type": "mac",
        "mac_key": "s3cret-key", "mac_algorithm": "hmac-sha-1", "scope": "public_profile",
    })
}

pub(crate) fn wrapped(data: &Value) -> Value {
    serde_json::json!({"data": data, "success": true, "now": 1_700_000_000})
}

pub(crate) fn refusal(name: &str) -> Value {
    serde_json::json!({
        "data": {"code": -1, "msg": "m", "error": name, "error_description": "d"},
        "success": false, "now": 1_700_000_000,
    })
}

pub(crate) fn token() -> Token {
    Token::import(&token_data().to_string()).unwrap()
}

/// The fields of a form body.
pub(crate) fn form(request: &Request) -> Vec<(String, String)> {
    let body = std::str::from_utf8(&request.body).unwrap();
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), unescaped(value))).collect()
}

pub(crate) fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}
