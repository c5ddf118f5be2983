//! A code for TapTap, from the account server: `POST /tdsauth/v1/binding/codes`.

use serde_json::Value;

use super::endpoint::Endpoint;
use super::row::{self, Row};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::transport::Request;

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
/// `BAD_RESPONSE` when one of the two is missing.
pub fn minted(answer: &Row) -> Result<[&str; 2]> {
    let text = |key| answer.get(key).and_then(Value::as_str);
    text("code").zip(text("url")).map(|(code, url)| [code, url]).ok_or_else(refused)
}

/// An answer that is not to be believed.
pub fn refused() -> Error {
    row::bad("the answer is not the address with a code")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::status;

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
        let row = |json: &str| serde_json::from_str::<Row>(json).unwrap();
        assert_eq!(minted(&row(r#"{"code":"c0de","url":"u"}"#)), Ok(["c0de", "u"]));
        for json in [r#"{"code":"c0de"}"#, r#"{"url":"u"}"#, r#"{"code":1,"url":"u"}"#, "{}"] {
            let error = minted(&row(json)).unwrap_err();
            assert_eq!(error.status, status::BAD_RESPONSE, "{json}");
            assert!(!error.message.contains("c0de"));
        }
    }
}
