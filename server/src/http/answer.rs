//! Answers with the headers of the contract.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::problem::Problem;

const HEADERS: [(HeaderName, &str); 3] = [
    (CONTENT_TYPE, "application/json;charset=utf-8"),
    (CACHE_CONTROL, "no-cache,no-store"),
    (PRAGMA, "no-cache"),
];

/// `body` with the headers every answer of the service has.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    (status, HEADERS, body.to_string()).into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        json(self.status, &json!({ "code": self.code, "error": self.text }))
    }
}
