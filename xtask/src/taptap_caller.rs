//! TapTap as it calls a game's server to bind roles: each request signed with X-Tap-Sign. Written
//! apart from the library's own signature.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::server::{BINDING_SECRET, Server};

const PATIENCE: Duration = Duration::from_secs(30);
/// What the paths begin with that TapTap calls.
const BASE: &str = "/game-record/v1";

/// TapTap before the server of a game.
pub(crate) struct TapTap {
    agent: ureq::Agent,
    url: String,
}

impl TapTap {
    /// Calls `server`.
    pub(crate) fn before(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE));
        Self { agent: config.build().into(), url: server.url.clone() }
    }

    /// Asks an endpoint; `bearer` is the token of the player, where it takes one.
    pub(crate) fn get(&self, endpoint: &str, bearer: Option<&str>) -> Result<Value, String> {
        let target = format!("{BASE}/{endpoint}");
        let mut request = self.agent.get(format!("{}{target}", self.url));
        for (name, value) in signed("GET", &target, "") {
            request = request.header(name, value);
        }
        if let Some(token) = bearer {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(endpoint, request.call())
    }

    /// Tells an endpoint something.
    pub(crate) fn post(&self, endpoint: &str, body: &Value) -> Result<Value, String> {
        let (target, body) = (format!("{BASE}/{endpoint}"), body.to_string());
        let mut request = self.agent.post(format!("{}{target}", self.url));
        for (name, value) in signed("POST", &target, &body) {
            request = request.header(name, value);
        }
        read(endpoint, request.header("Content-Type", "application/json").send(body))
    }
}

/// The headers of a signature: its time, a nonce that no other request has, and itself.
fn signed(method: &str, target: &str, body: &str) -> [(&'static str, String); 3] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let nonce = format!("{:x}-{}", now.as_nanos(), NEXT.fetch_add(1, Ordering::Relaxed));
    let ts = now.as_secs().to_string();
    let sign =
        sign(BINDING_SECRET, method, target, &[("x-tap-nonce", &nonce), ("x-tap-ts", &ts)], body);
    [("X-Tap-Nonce", nonce), ("X-Tap-Ts", ts), ("X-Tap-Sign", sign)]
}

/// `headers` in the order of their lower-case names.
fn sign(secret: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    let text = format!("{method}\n{target}\n{}\n{body}\n", headers.join("\n"));
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn read(
    endpoint: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| format!("{endpoint}: {error}"))?;
    let said = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    if answer.status().as_u16() != 200 {
        return Err(format!("{endpoint} is answered {}: {said}", answer.status()));
    }
    serde_json::from_str(&said).map_err(|error| format!("{endpoint}: {error}: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_published_vector() {
        let text = include_str!("../../tests/vectors/tap_sign.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let vector = &file["vectors"][0];
        let part = |name: &str| vector[name].as_str().unwrap();
        let header = |name: &str| vector["headers"][name].as_str().unwrap();
        let headers = ["x-tap-nonce", "x-tap-ts"].map(|name| (name, header(name)));
        let sign = sign(part("key"), part("method"), part("target"), &headers, part("body"));
        assert_eq!(sign, part("sign"));
    }
}
