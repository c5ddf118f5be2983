//! A code for TapTap, from the account server: `POST /tdsauth/v1/binding/codes`.

use serde_json::Value;

use super::endpoint::{self, Endpoint};
use super::row::{self, Row};
use crate::error::Result;
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Asks for a code that the page of `redirect_uri` may use once.
pub fn mint(endpoint: &Endpoint, session: &Secret, redirect_uri: &str, now_ms: u64) -> Request {
    let mut body = Row::new();
    body.insert("redirect_uri".to_owned(), redirect_uri.into());
    let mut request =
        endpoint.request("POST", "", Some(session), Some(&Value::Object(body)), now_ms);
    request.url = format!("{}/tdsauth/v1/binding/codes", endpoint.base);
    request
}

/// The code, and the address with the code in it as the server makes it.
///
/// # Errors
/// Those of [`endpoint::read_own`]; `BAD_RESPONSE` when one of the two is missing.
pub fn minted(response: &Response) -> Result<[Secret; 2]> {
    let answer = endpoint::read_own(response)?;
    let text = |key| answer.get(key).and_then(Value::as_str).map(Secret::new);
    match (text("code"), text("url")) {
        (Some(code), Some(url)) => Ok([code, url]),
        _ => Err(refused(response, "the answer has no code")),
    }
}

/// An answer that is not to be believed.
pub fn refused(response: &Response, why: &'static str) -> crate::error::Error {
    row::bad(why).with_server(i32::from(response.status), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::status;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn the_request_goes_beside_the_rest_contract_with_the_session() {
        let endpoint = Endpoint {
            base: "https://x.example/prefix".to_owned(),
            app_id: "app".to_owned(),
            app_key: Secret::new("key"),
            send_key: false,
            user_agent: "tdsauth/0".to_owned(),
        };
        let request = mint(&endpoint, &Secret::new("t0ken"), "taptap://x?\"", 1);
        assert_eq!(request.method, "POST");
        assert_eq!(request.url, "https://x.example/prefix/tdsauth/v1/binding/codes");
        assert_eq!(request.body, br#"{"redirect_uri":"taptap://x?\""}"#);
        assert!(request.headers.iter().any(|(n, v)| *n == "X-LC-Session" && v == "t0ken"));
    }

    #[test]
    fn an_answer_has_both_or_is_none() {
        let [code, url] = minted(&answer(201, r#"{"code":"c0de","url":"u"}"#)).unwrap();
        assert_eq!((code.expose(), url.expose()), ("c0de", "u"));
        for body in [r#"{"code":"c0de"}"#, r#"{"url":"u"}"#, r#"{"code":1,"url":"u"}"#, "[]"] {
            let error = minted(&answer(201, body)).unwrap_err();
            assert_eq!((error.status, error.http_status), (status::BAD_RESPONSE, 201), "{body}");
            assert!(!error.message.contains("c0de"));
        }
        let none = minted(&answer(404, r#"{"code":101,"error":"Not found."}"#)).unwrap_err();
        assert_eq!((none.status, none.server_code), (status::NOT_FOUND, 101));
        let over = minted(&answer(403, r#"{"code":206,"error":"x"}"#)).unwrap_err();
        assert_eq!(over.status, status::SESSION_OVER);
    }
}
