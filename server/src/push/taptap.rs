//! The requests to TapTap, signed, and what its answers mean.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::tap_sign;
use tdsauth_core::transport::{Request, Response, Url};

use super::Kind;
use super::options::Pushing;
use crate::clock;
use crate::ids::random_text;
use crate::storage::Verdict;
use crate::verify::{Caller, percent};

/// "8 random characters."
const NONCE_CHARS: usize = 8;
/// Longest reason that is kept, in characters.
const MAX_REASON: usize = 200;
/// Under the base URL.
const PATH: &str = "/game-record/v1/";

/// TapTap's service of roles, for one game.
pub(super) struct TapTap {
    caller: Arc<Caller>,
    base: String,
    client_id: String,
    secret: Secret,
}

impl fmt::Debug for TapTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base of --dev-lan holds a secret.
        f.debug_struct("TapTap").finish_non_exhaustive()
    }
}

impl TapTap {
    pub(super) fn new(settings: &Pushing, base: String, secret: Secret) -> Result<Self, Error> {
        let caller = Caller::new("taptap push", settings.patience, 1)?;
        let client_id = settings.client_id.clone();
        Ok(Self { caller: Arc::new(caller), base, client_id, secret })
    }

    /// Sends one request, which is over by `at`.
    pub(super) async fn post(&self, kind: Kind, body: Value, at: Instant) -> Verdict {
        let failed = |reason: &str| Verdict::Failed { reason: reason.to_owned(), suspect: false };
        let Ok(request) = self.request(kind, &body) else {
            return failed("the request could not be signed");
        };
        match self.caller.exchange(request, at).await {
            Ok(response) => read(&response),
            Err(_) => failed("TapTap does not answer"),
        }
    }

    fn request(&self, kind: Kind, body: &Value) -> Result<Request, Error> {
        let client_id = percent(&self.client_id);
        let url = format!("{}{PATH}{}?client_id={client_id}", self.base, kind.endpoint());
        let body = body.to_string().into_bytes();
        let nonce = random_text(NONCE_CHARS).map_err(|_| Error::argument("no randomness"))?;
        let ts = (clock::now_ms() / 1000).to_string();
        let parts = Url::parse(&url)?;
        let target = format!("{}?{}", parts.path, parts.query.unwrap_or_default());
        let headers: [(&[u8], &[u8]); 2] =
            [(b"X-Tap-Nonce", nonce.as_bytes()), (b"X-Tap-Ts", ts.as_bytes())];
        let signed = tap_sign::Request {
            method: b"POST",
            target: target.as_bytes(),
            headers: &headers,
            body: &body,
        };
        let sign = tap_sign::sign(self.secret.expose().as_bytes(), &signed)?;
        let sign = String::from_utf8_lossy(&sign).into_owned();
        let headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("X-Tap-Nonce", nonce),
            ("X-Tap-Ts", ts),
            ("X-Tap-Sign", sign),
        ];
        Ok(Request { method: "POST", url, headers, body })
    }
}

/// What an answer says, in either envelope (role-binding.md 1.3). Which status the limit has is not
/// known, so its text decides.
fn read(response: &Response) -> Verdict {
    let status = response.status;
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let data = body.get("data").unwrap_or(&Value::Null);
    let code = [data, &body].into_iter().find_map(|place| place.get("code")?.as_i64());
    let success = body.get("success").and_then(Value::as_bool);
    if status == 200 && success.map_or(code == Some(0), |success| success) {
        return Verdict::Done;
    }
    let said = told(&body, data);
    let reason = format!("TapTap answers {status}: {said}");
    if status == 429 || is_too_often(&said, status) {
        return Verdict::TooOften(reason);
    }
    // In an answer that is well the code is what there is of an error.
    let code = match code.and_then(|code| u16::try_from(code).ok()) {
        Some(code @ 400..=599) if status == 200 => code,
        _ => status,
    };
    match code {
        400 | 413 | 422 => Verdict::Refused(reason),
        _ => Verdict::Failed { reason, suspect: status == 200 || code >= 500 },
    }
}

/// By how the text begins: further on it may repeat the name of a role, and a player who is called
/// so would silence all others.
fn is_too_often(said: &str, status: u16) -> bool {
    let start: String = said.chars().take(8).collect();
    let text = said.to_lowercase();
    let english = ["too often", "too frequent", "too many"].iter().any(|sign| text.contains(sign));
    start.contains("频繁") || (english && status != 400)
}

/// What TapTap says of itself, bounded, for the operator.
fn told(body: &Value, data: &Value) -> String {
    // `erorr` is TapTap's own.
    const NAMES: [&str; 5] = ["msg", "error_description", "error", "erorr", "message"];
    let places = [data, body];
    let mut found = places.iter().flat_map(|place| {
        NAMES.iter().filter_map(|name| place.get(name)?.as_str().filter(|text| !text.is_empty()))
    });
    let said = found.next().unwrap_or("nothing that is understood");
    said.chars().take(MAX_REASON).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(status: u16, body: &Value) -> Verdict {
        read(&Response { status, body: body.to_string().into_bytes(), ..Response::default() })
    }

    #[test]
    fn both_envelopes_are_read_and_the_limit_in_any_of_them() {
        let (limit, limited) =
            ("操作过于频繁，请 59 分钟后重试。", |verdict: &Verdict| {
                matches!(verdict, Verdict::TooOften(_))
            });
        let done = json!({ "success": true, "now": 1, "data": {} });
        assert_eq!(said(200, &done), Verdict::Done);
        assert_eq!(said(200, &json!({ "code": 0, "msg": "ok", "data": {} })), Verdict::Done);
        for status in [200, 400, 403, 500] {
            let body = json!({ "success": false, "now": 1, "data": { "msg": limit } });
            assert!(limited(&said(status, &body)), "{status}");
            assert!(limited(&said(status, &json!({ "code": 403, "msg": limit }))), "{status}");
        }
        assert!(limited(&said(429, &json!({}))));
        // A player may be called so.
        for name in [limit, "too many requests"] {
            let text = format!("role_name is invalid: {name}");
            let body = json!({ "success": false, "now": 1, "data": { "msg": text } });
            assert!(matches!(said(400, &body), Verdict::Refused(_)), "{name}");
        }
        let refused = Verdict::Refused("TapTap answers 400: bad level".to_owned());
        for name in ["msg", "error", "erorr", "error_description"] {
            let body = json!({ "success": false, "now": 1, "data": { name: "bad level" } });
            assert_eq!(said(400, &body), refused, "{name}");
        }
        assert_eq!(said(400, &json!({ "code": 400, "msg": "bad level" })), refused);
        let inside = json!({ "success": false, "data": { "code": 400, "msg": "no" } });
        assert!(matches!(said(200, &inside), Verdict::Refused(_)));
    }

    #[test]
    fn what_is_not_clear_is_tried_again() {
        let failed = |status, body: &Value| match said(status, body) {
            Verdict::Failed { suspect, .. } => suspect,
            other => panic!("{other:?}"),
        };
        assert!(!failed(401, &json!({ "success": false, "data": { "msg": "who?" } })));
        assert!(!failed(302, &json!({})) && !failed(404, &json!({})));
        assert!(failed(500, &json!({ "success": true })), "the status speaks");
        assert!(failed(200, &json!({ "success": false, "data": {} })));
        assert!(failed(200, &json!({ "success": "true" })) && failed(200, &json!("x")));
        let long = json!({ "data": { "msg": format!("a\n{}", "x".repeat(5000)) } });
        let Verdict::Failed { reason, .. } = said(503, &long) else { panic!() };
        assert!(reason.len() < 300 && !reason.contains('\n'), "{reason}");
    }
}
