//! Answers that are wrong on purpose.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Frame;
use serde_json::json;

/// A body that ends before it is whole, which ends the connection.
struct Broken {
    first: Option<Bytes>,
    /// Whether what came first had its time to leave.
    sent: bool,
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if !self.sent {
            // An error at once would take back what waits to be written.
            self.sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("ordered by the script"))))
    }
}

/// The connection ends without a single byte.
pub(super) fn dropped() -> Response {
    Body::new(Broken { first: None, sent: true }).into_response()
}

/// The connection ends after a part of the answer.
pub(super) fn cut() -> Response {
    let first = Bytes::from_static(br#"{"data":{"device_code":"#);
    let body = Body::new(Broken { first: Some(first), sent: false });
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Bytes that are no JSON and no text.
pub(super) fn garbage() -> Response {
    let bytes = Bytes::from_static(b"{\"data\":\xff\xfe<html>\0");
    ([(CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// JSON that is right as far as anybody reads.
pub(super) fn huge(bytes: usize) -> Response {
    let mut body = br#"{"success":true,"now":0,"data":{"padding":""#.to_vec();
    body.resize(bytes, b'x');
    body.extend_from_slice(br#""}}"#);
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Every field of every answer, each of another type than it has.
pub(super) fn wrong_types() -> Response {
    let data = json!({
        "device_code": 1, "user_code": [], "verification_url": {}, "qrcode_url": 2,
        "expires_in": "soon", "interval": [2],
        "kid": 1, "access_token": {}, "token_type": 3, "mac_key": [], "mac_algorithm": null,
        "scope": ["public_profile"],
        "openid": 7, "unionid": {}, "name": ["a"], "avatar": 1, "gender": {}, "email": [],
    });
    let body = json!({ "data": data, "success": true, "now": "now" }).to_string();
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
