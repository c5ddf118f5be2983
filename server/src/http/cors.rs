//! Which web pages of other servers may call the service from a browser.

use std::str::FromStr;
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::uri::Uri;
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::CorsLayer;

/// What the clients of the contract send beside the usual.
const HEADERS: [&str; 11] = [
    "x-lc-id",
    "x-lc-key",
    "x-lc-sign",
    "x-lc-session",
    "x-lc-prod",
    "x-lc-ua",
    "x-avoscloud-application-id",
    "x-avoscloud-application-key",
    "x-avoscloud-request-sign",
    "x-avoscloud-session-token",
    "x-avoscloud-application-production",
];

/// For a browser to remember what is allowed: the most that Chromium does.
const MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// `https://game.example`, exactly as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(HeaderValue);

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form =
            "an origin as a browser writes it, https://game.example for example, is expected";
        let (scheme, rest) = text.split_once("://").ok_or(form)?;
        let host: axum::http::uri::Authority = rest.parse().map_err(|_| form)?;
        let port = host.as_str().strip_prefix(host.host()).ok_or(form)?;
        let usual = matches!((scheme, port), ("http", ":80") | ("https", ":443"));
        let plain = !host.host().is_empty() && !rest.contains(['*', '@']) && !port.ends_with(':');
        if usual || !plain || text.parse::<Uri>().is_err() || text != text.to_ascii_lowercase() {
            return Err(form);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| form)
    }
}

impl Origin {
    pub(super) fn is(&self, given: &HeaderValue) -> bool {
        self.0 == given
    }
}

/// Answers the questions that browsers ask first and tells them what pages may read. There are no
/// cookies, so nothing is said about credentials: what a page may do, its keys decide.
pub(super) fn layer(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.iter().map(|origin| origin.0.clone()).collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([&[CONTENT_TYPE][..], &HEADERS.map(HeaderName::from_static)].concat())
        .expose_headers([LOCATION, RETRY_AFTER])
        .max_age(MAX_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_would_write() {
        for good in ["https://game.example", "http://localhost:3000", "http://[::1]:5173"] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for good in ["https://game.example:8443", "capacitor://localhost"] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for wrong in [
            "",
            "*",
            "null",
            "game.example",
            "https://",
            "https://*",
            "https://*.game.example",
            "https://game.example/",
            "https://game.example/path",
            "https://game.example:443",
            "http://game.example:80",
            "https://game.example:",
            "https://Game.example",
            "https://me@game.example",
            "https://game.example?x",
            "https://a, https://b",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
