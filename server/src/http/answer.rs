//! Answers with the headers of the contract.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, PRAGMA, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::problem::Problem;

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8")),
    (CACHE_CONTROL, HeaderValue::from_static("no-cache,no-store")),
    (PRAGMA, HeaderValue::from_static("no-cache")),
    // A browser that opens an answer shows it as text and nothing else.
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// `body` with the headers every answer of the service has.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    written(status, body.to_string())
}

/// As [`json`], with the JSON of the body.
pub(super) fn written(status: StatusCode, body: String) -> Response {
    (status, HEADERS, body).into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = json(self.status, &self.to_json());
        if let Some(wait) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        answer
    }
}
