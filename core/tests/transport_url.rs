//! The URL reader agrees with the HTTP library's about every URL that it accepts: two readers that
//! take one text for two hosts are how a rule about hosts is walked around.
#![cfg(feature = "tls")]

use proptest::prelude::*;
use tdsauth_core::transport::{Url, url_allowed};
use ureq::http::Uri;

/// Texts near the border: made of the parts of URLs, in any order.
fn url_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("http://".to_owned()),
        Just("https://".to_owned()),
        Just("HTTP://".to_owned()),
        Just("localhost".to_owned()),
        Just("127.0.0.1".to_owned()),
        Just("[::1]".to_owned()),
        Just("evil.example".to_owned()),
        "[@:/?#\\[\\].%\\\\]",
        ":[0-9]{0,6}",
        "[a-zA-Z0-9._~-]{1,8}",
        "[ -~]{1,3}",
        "\\PC",
    ];
    let rest = proptest::collection::vec(part, 0..5).prop_map(|parts| parts.concat());
    let start = prop_oneof![
        4 => "(http|https|HTTPS)://[a-z0-9.]{1,12}(:[1-9][0-9]{0,3})?[/?#]?",
        1 => "(http|https|HTTPS)://",
        1 => Just(String::new()),
    ];
    (start, rest).prop_map(|(start, rest)| start + &rest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn both_readers_see_the_same(text in url_like()) {
        let Ok(url) = Url::parse(&text) else { return Ok(()) };
        let uri: Uri = text.parse().map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(uri.host(), Some(url.host));
        prop_assert_eq!(uri.scheme_str() == Some("https"), url.https);
        let port = uri.port_u16().unwrap_or(if url.https { 443 } else { 80 });
        prop_assert_eq!(port, url.port);
        prop_assert_eq!(uri.path(), url.path);
        prop_assert_eq!(uri.query(), url.query);
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in any::<String>()) {
        let _ = Url::parse(&text);
        let _ = url_allowed(&text, false);
    }
}
