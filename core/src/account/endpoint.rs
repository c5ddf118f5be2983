//! One app on one account server: base URL, credentials, and the shape of every answer.

use md5::{Digest, Md5};
use serde_json::Value;

use super::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Where requests go and how they are signed (`account-rest.md` sections 1.1 and 1.2).
#[derive(Clone)]
pub struct Endpoint {
    /// `https://host[:port][/prefix]`, without a slash at its end.
    pub base: String,
    /// Sent as `X-LC-Id`.
    pub app_id: String,
    /// Signs each request, or is sent itself if `send_key`.
    pub app_key: Secret,
    /// `X-LC-Key: key` in place of `X-LC-Sign: md5hex(ts + key),ts`.
    pub send_key: bool,
    /// The whole `User-Agent`.
    pub user_agent: String,
}

impl Endpoint {
    /// One request below `/1.1`. `now_ms` is the Unix time in milliseconds that is signed.
    pub fn request(
        &self,
        method: &'static str,
        path: &str,
        session: Option<&Secret>,
        body: Option<&Value>,
        now_ms: u64,
    ) -> Request {
        let mut headers = vec![
            ("X-LC-Id", self.app_id.clone()),
            ("Accept", "application/json".to_owned()),
            ("Accept-Encoding", "identity".to_owned()),
            ("User-Agent", self.user_agent.clone()),
        ];
        if self.send_key {
            headers.push(("X-LC-Key", self.app_key.expose().to_owned()));
        } else {
            headers.push(("X-LC-Sign", sign(&self.app_key, now_ms)));
        }
        if let Some(token) = session {
            headers.push(("X-LC-Session", token.expose().to_owned()));
        }
        let body = body.map(|value| row::json(value).into_bytes()).unwrap_or_default();
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        Request { method, url: format!("{}/1.1{path}", self.base), headers, body }
    }
}

/// `X-LC-Sign`: lower-case hex of md5(ts + key), a comma, ts in Unix milliseconds.
pub fn sign(key: &Secret, now_ms: u64) -> String {
    let ts = now_ms.to_string();
    let digest = Md5::new().chain_update(ts.as_bytes()).chain_update(key.expose()).finalize();
    let mut header = String::with_capacity(34 + ts.len());
    for byte in digest {
        header.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        header.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    header.push(',');
    header.push_str(&ts);
    header
}

/// The row of a successful answer, or what the failure means (`account-rest.md` section 1.5:
/// the server's own code decides first, then the HTTP status).
///
/// # Errors
/// `REDIRECT`, `UNAUTHORIZED`, `SESSION_OVER`, `FORBIDDEN`, `NOT_FOUND`, `RATE_LIMITED`, `SERVER`,
/// `INVALID_AUTH_DATA`, `CONDITION_FAILED`, `REJECTED`, `BAD_RESPONSE`.
pub fn read(response: &Response) -> Result<Row> {
    match read_value(response)? {
        Value::Object(row) => Ok(row),
        _ => {
            let http = i32::from(response.status);
            Err(row::bad("the answer is not an object").with_server(http, 0))
        }
    }
}

/// As [`read`], for an answer that may be a list.
///
/// # Errors
/// As [`read`].
pub fn read_value(response: &Response) -> Result<Value> {
    let http = i32::from(response.status);
    match response.status {
        200..=299 => {
            let value = serde_json::from_slice(&response.body);
            let bad = |_| row::bad("the answer is not JSON").with_server(http, 0);
            let value = value.map_err(bad)?;
            row::refuse_nul_in(&value).map_err(|error| error.with_server(http, 0))?;
            Ok(value)
        }
        300..=399 => {
            let text = "the server answered with a redirect, which is never followed";
            Err(Error::new(status::REDIRECT, text).with_server(http, 0))
        }
        400..=599 => Err(failure(response)),
        _ => Err(row::bad("the answer's HTTP status is out of range").with_server(http, 0)),
    }
}

/// As [`read`], for a call on the user whose session it carries: there, a 403 of the server's own
/// means that the session is over, unless it names what the class forbids (section 1.5).
///
/// # Errors
/// As [`read`].
pub fn read_own(response: &Response) -> Result<Row> {
    read(response).map_err(|error| {
        let envelope = envelope(response);
        let text = envelope.get("error").and_then(Value::as_str).unwrap_or("Forbidden to");
        if error.status == status::FORBIDDEN && !text.starts_with("Forbidden to") {
            return error.with_status(status::SESSION_OVER);
        }
        error
    })
}

fn envelope(response: &Response) -> Row {
    match serde_json::from_slice(&response.body) {
        Ok(Value::Object(row)) => row,
        _ => Row::new(),
    }
}

fn failure(response: &Response) -> Error {
    let http = i32::from(response.status);
    let envelope = envelope(response);
    let code = envelope.get("code").and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
    let code = code.unwrap_or(0);
    let meaning = match (code, response.status) {
        (206 | 211, 400..=403) => status::SESSION_OVER,
        (250..=252, 400..=403) => status::INVALID_AUTH_DATA,
        (305, 400..=403) => status::CONDITION_FAILED,
        (_, 401) => status::UNAUTHORIZED,
        (_, 403) => status::FORBIDDEN,
        (_, 404) => status::NOT_FOUND,
        (_, 429..=431) => status::RATE_LIMITED,
        (_, 500..=599) => status::SERVER,
        _ => status::REJECTED,
    };
    let text = match envelope.get("error").and_then(Value::as_str) {
        Some(text) => format!("the server answered {http}: {}", printable(text)),
        None => format!("the server answered {http}"),
    };
    Error::new(meaning, text).with_server(http, code)
}

/// A server's own words, cut and without control characters, fit for a message.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn the_signature_is_that_of_the_vectors() {
        let text = include_str!("../../../tests/vectors/lc_sign.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let mut seen = 0;
        for vector in file["vectors"].as_array().unwrap() {
            let key = Secret::new(vector["key"].as_str().unwrap());
            let ts = vector["ts"].as_str().unwrap().parse().unwrap();
            let mut header = sign(&key, ts);
            if vector["master"].as_bool().unwrap() {
                header.push_str(",master");
            }
            assert_eq!(header, vector["header"].as_str().unwrap());
            seen += 1;
        }
        assert!(seen >= 2);
    }

    #[test]
    fn the_code_decides_before_the_status() {
        let cases = [
            (400, r#"{"code":211,"error":"Could not find user."}"#, status::SESSION_OVER, 211),
            (401, r#"{"code":401,"error":"Unauthorized."}"#, status::UNAUTHORIZED, 401),
            (403, r#"{"code":206,"error":"x"}"#, status::SESSION_OVER, 206),
            (403, "", status::FORBIDDEN, 0),
            (404, "<html>", status::NOT_FOUND, 0),
            (429, "[]", status::RATE_LIMITED, 0),
            (502, "<html>bad gateway</html>", status::SERVER, 0),
            (400, r#"{"code":137,"error":"taken"}"#, status::REJECTED, 137),
            (400, r#"{"code":305,"error":"No effect"}"#, status::CONDITION_FAILED, 305),
            (400, r#"{"code":250,"error":"x"}"#, status::INVALID_AUTH_DATA, 250),
            (400, r#"{"code":251,"error":"x"}"#, status::INVALID_AUTH_DATA, 251),
            (401, r#"{"code":252,"error":"x"}"#, status::INVALID_AUTH_DATA, 252),
            (302, "", status::REDIRECT, 0),
            (200, "[]", status::BAD_RESPONSE, 0),
            (200, "", status::BAD_RESPONSE, 0),
            (200, r#"{"nickname":"a\u0000b"}"#, status::BAD_RESPONSE, 0),
            (101, "", status::BAD_RESPONSE, 0),
        ];
        for (http, body, meaning, code) in cases {
            let error = read(&answer(http, body)).unwrap_err();
            assert_eq!((error.status, error.server_code), (meaning, code), "{http} {body}");
            assert_eq!(error.http_status, i32::from(http), "{body}");
        }
    }

    #[test]
    fn a_403_on_the_own_user_ends_the_session_unless_it_is_a_rule_of_the_class() {
        let cases = [
            (r#"{"code":403,"error":"Forbidden."}"#, status::SESSION_OVER),
            (r#"{"code":1,"error":"The user cannot be altered."}"#, status::SESSION_OVER),
            (
                r#"{"code":403,"error":"Forbidden to add new fields by class '_User' permissions."}"#,
                status::FORBIDDEN,
            ),
            ("<html>a wall of the network</html>", status::FORBIDDEN),
        ];
        for (body, meaning) in cases {
            assert_eq!(read_own(&answer(403, body)).unwrap_err().status, meaning, "{body}");
            assert_eq!(read(&answer(403, body)).unwrap_err().status, status::FORBIDDEN, "{body}");
        }
        let refused = answer(401, r#"{"code":401,"error":"Unauthorized."}"#);
        assert_eq!(read_own(&refused).unwrap_err().status, status::UNAUTHORIZED);
    }

    #[test]
    fn a_request_carries_the_credentials_and_no_more() {
        let mut endpoint = Endpoint {
            base: "https://x.example".to_owned(),
            app_id: "app".to_owned(),
            app_key: Secret::new("demo-app-key"),
            send_key: false,
            user_agent: "tdsauth/0".to_owned(),
        };
        let token = Secret::new("t0ken");
        let get = endpoint.request("GET", "/users/me", Some(&token), None, 1_700_000_000_123);
        assert_eq!(get.url, "https://x.example/1.1/users/me");
        let header = |name: &str| {
            get.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(header("X-LC-Sign"), Some("669f6f71032bbf714402690b0af20549,1700000000123"));
        assert_eq!(header("X-LC-Session"), Some("t0ken"));
        assert_eq!(header("X-LC-Key"), None);
        assert_eq!(header("Content-Type"), None);
        endpoint.send_key = true;
        let post = endpoint.request("POST", "/users", None, Some(&Value::Null), 1);
        assert!(post.headers.iter().any(|(n, v)| *n == "X-LC-Key" && v == "demo-app-key"));
        assert!(!post.headers.iter().any(|(n, _)| *n == "X-LC-Sign" || *n == "X-LC-Session"));
    }
}
