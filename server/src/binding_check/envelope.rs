//! What every answer has to be, whatever it says.

use std::time::Duration;

use serde_json::Value;
use tdsauth_core::error::{Error, status};
use tdsauth_core::transport::Response;

use super::report::Report;
use super::roles;
use super::rule::{Rule, Severity};
use crate::binding::Endpoint;

/// The codes of the contract.
const CODES: [i64; 13] =
    [0, 1000, 1001, 1002, 1003, 1004, 1005, 1010, 1011, 1020, 1021, 1030, 1999];

const TLS: Rule = Rule::error(
    "tls",
    "https with a certificate that everybody trusts, for the very name in the address",
    "serve the whole chain of a certificate of a public authority",
);
const UNREACHABLE: Rule = Rule::error(
    "unreachable",
    "an HTTP answer",
    "see that the address is right and the server reachable from the internet",
);
const TIMEOUT: Rule = Rule::error(
    "timeout",
    "an answer in time: the player waits for it in TapTap (--timeout says how long)",
    "answer first and work afterwards; bound your own calls",
);
const TOO_LARGE: Rule = Rule::error(
    "too-large",
    "an answer of reasonable size, 256 KiB at most",
    "answer the roles of the one player, with the members of the contract",
);
const REDIRECT: Rule = Rule::error(
    "redirect",
    "the answer itself: a redirect would need another signature",
    "name the final address to TapTap, or serve the one that you named",
);
const STATUS: Rule = Rule::error(
    "status",
    "status 200; what went wrong says the code in the body",
    "answer 200 in all cases that you handle",
);
const JSON: Rule = Rule::error(
    "json",
    "a JSON object with code and msg, also when something is wrong",
    "catch errors and answer {\"code\": 1999, \"msg\": …}; look for what the framework or a proxy \
     answers in your place",
);
const CONTENT_TYPE: Rule =
    Rule::advice("content-type", "Content-Type: application/json", "set the header of the answer");
const CODE_TYPE: Rule =
    Rule::error("code-type", "code is an integer", "answer {\"code\": 0}, not \"0\" or true");
const MSG_TYPE: Rule =
    Rule::error("msg-type", "msg is a text, also in a success", "answer {\"msg\": \"ok\"}");
const UNKNOWN_CODE: Rule = Rule::error(
    "unknown-code",
    "one of 0, 1000 to 1005, 1010, 1011, 1020, 1021, 1030 and 1999",
    "map your own codes to those of the contract",
);
const TOKEN: Rule = Rule::error(
    "access-token",
    "a success of get-token has an object as data with a text access_token in it",
    "answer {\"code\": 0, \"msg\": \"ok\", \"data\": {\"access_token\": \"…\"}}",
);
const CACHED: Rule = Rule::advice(
    "cache-control",
    "Cache-Control: no-store where a token is answered (RFC 6749 section 5.1): get-token is a GET",
    "set the header of the answer",
);
const SLOW: Rule = Rule::advice(
    "slow",
    "an answer within a few seconds: how long TapTap waits is not published",
    "look for what takes the time",
);

/// An answer, as far as checks look at it.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) status: u16,
    /// `None`: it is not of the contract's form.
    pub(super) code: Option<i64>,
    pub(super) json: Value,
}

impl Came {
    pub(super) fn of(response: &Response) -> Self {
        let json: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let code = json.get("code");
        // A code of the wrong type is found once, not at every check.
        let text = code.and_then(Value::as_str).and_then(|text| text.parse().ok());
        let code = code.and_then(Value::as_i64).or(text);
        Self { status: response.status, code, json }
    }

    /// For the report: what it is, without its texts.
    pub(super) fn said(&self) -> String {
        match self.code {
            Some(code) => format!("status {}, code {code}", self.status),
            None => format!("status {}, no code", self.status),
        }
    }

    /// Whether this is an answer to something that is not there.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self.status, 404 | 405 | 501) && !self.code.is_some_and(|c| CODES.contains(&c))
    }
}

/// Why there is no answer.
pub(super) fn failed(report: &mut Report, endpoint: Endpoint, sent: &str, error: &Error) {
    let rule = match error.status {
        status::TLS => &TLS,
        status::TIMED_OUT => &TIMEOUT,
        status::RESPONSE_TOO_LARGE => &TOO_LARGE,
        _ => &UNREACHABLE,
    };
    report.find(rule, Some(endpoint), sent, &error.message);
}

/// Whether it leads elsewhere.
pub(super) fn redirects(
    report: &mut Report,
    endpoint: Endpoint,
    sent: &str,
    response: &Response,
) -> bool {
    let redirects = (300..400).contains(&response.status);
    if redirects {
        report.find(&REDIRECT, Some(endpoint), sent, &format!("status {}", response.status));
    }
    redirects
}

/// Looks at an answer.
pub(super) fn judge(
    report: &mut Report,
    endpoint: Endpoint,
    sent: &str,
    response: &Response,
    (took, slow): (Duration, Duration),
) -> Came {
    let came = Came::of(response);
    let mut holds = |rule: &'static Rule, good: bool, said: &str| {
        if good {
            report.pass();
        } else {
            report.find(rule, Some(endpoint), sent, said);
        }
    };
    let said = came.said();
    holds(&SLOW, took <= slow, &format!("it took {} ms", took.as_millis()));
    if !came.json.is_object() {
        holds(&JSON, false, &format!("status {}, no JSON object", came.status));
        return came;
    }
    let header = |name: &str| {
        let found = response.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default()
    };
    let is_json =
        header("content-type").split(';').next().map(str::trim) == Some("application/json");
    holds(&CONTENT_TYPE, is_json, "another Content-Type, or none");
    let code = came.json.get("code");
    holds(&CODE_TYPE, code.is_some_and(Value::is_i64), kind(code));
    let msg = came.json.get("msg");
    holds(&MSG_TYPE, msg.is_some_and(Value::is_string), kind(msg));
    if let Some(code) = came.code {
        holds(&UNKNOWN_CODE, CODES.contains(&code), &said);
    }
    if came.status == 200 {
        report.pass();
    } else {
        // The contract names no status of a refusal.
        let success = came.code == Some(0);
        let severity = if success { Severity::Error } else { Severity::Advice };
        report.find_as(&STATUS, severity, Some(endpoint), sent, &said);
    }
    if came.code == Some(0) {
        success(report, endpoint, sent, &came, &header("cache-control"));
    }
    came
}

fn success(report: &mut Report, endpoint: Endpoint, sent: &str, came: &Came, cache: &str) {
    match endpoint {
        Endpoint::SendCode(_) | Endpoint::BindNotify => {}
        Endpoint::GetToken => {
            let token = came.json.get("data").and_then(|data| data.get("access_token"));
            if token.and_then(Value::as_str).is_none_or(str::is_empty) {
                report.find(&TOKEN, Some(endpoint), sent, "no text data.access_token");
            }
            if !cache.contains("no-store") {
                report.find(&CACHED, Some(endpoint), sent, "no Cache-Control: no-store");
            }
        }
        _ => roles::judge(report, endpoint, sent, came.json.get("data")),
    }
}

/// What a value is, without itself.
pub(super) fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(number)) if number.is_i64() => "an integer",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(text)) if text.is_empty() => "an empty text",
        Some(Value::String(_)) => "a text",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}
