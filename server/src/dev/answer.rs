//! Answers in TapTap's envelope, `{"data":{…},"success":…,"now":<Unix seconds>}`.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{Moment, StandIn};
use crate::pages::BadForm;

const HEADERS: [(HeaderName, &str); 2] =
    [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];

/// Why something was refused. Nothing in it repeats what the caller sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The name that clients branch on; empty where there is only a text.
    pub(super) error: Cow<'static, str>,
    /// For a person to read.
    pub(super) description: Cow<'static, str>,
}

/// One name of the error table with the status it has there.
macro_rules! named {
    ($($name:ident $status:ident;)*) => {
        $(pub(super) const fn $name(description: &'static str) -> Self {
            Self {
                status: StatusCode::$status,
                error: Cow::Borrowed(stringify!($name)),
                description: Cow::Borrowed(description),
            }
        })*
    };
}

impl Refusal {
    named! {
        invalid_request BAD_REQUEST;
        invalid_time BAD_REQUEST;
        replay_attacks BAD_REQUEST;
        invalid_client UNAUTHORIZED;
        access_denied UNAUTHORIZED;
        invalid_grant BAD_REQUEST;
        invalid_grant_code BAD_REQUEST;
        unsupported_grant_type BAD_REQUEST;
        unsupported_response_type BAD_REQUEST;
        unsupported_secret_type BAD_REQUEST;
        authorization_pending BAD_REQUEST;
        authorization_waiting BAD_REQUEST;
        slow_down BAD_REQUEST;
        forbidden FORBIDDEN;
        not_found NOT_FOUND;
        too_many_login_attempts TOO_MANY_REQUESTS;
        server_error INTERNAL_SERVER_ERROR;
    }
}

impl From<BadForm> for Refusal {
    fn from(BadForm(why): BadForm) -> Self {
        Self::invalid_request(why)
    }
}

/// What was asked, or why not.
pub(super) type Outcome = Result<Value, Refusal>;

/// The answer to a client.
pub(super) fn envelope(outcome: &Outcome, now: Moment) -> Response {
    match outcome {
        Ok(data) => json_of(StatusCode::OK, data, true, now),
        Err(refusal) => {
            let Refusal { status, error, description } = refusal;
            if error.is_empty() {
                return json_of(*status, &json!({ "msg": description }), false, now);
            }
            // The form in which the service was seen to write it.
            let text = format!(
                "oauth2.tapapis.com.{}: InvalidArgument: {description}",
                error.to_ascii_uppercase()
            );
            let data = json!({ "code": -1, "msg": description, "error": error, "error_description": text });
            let mut response = json_of(*status, &data, false, now);
            response.extensions_mut().insert(ErrorName(error.clone().into_owned()));
            response
        }
    }
}

/// The `error` of an answer, for the list of the last requests.
#[derive(Debug, Clone)]
pub(super) struct ErrorName(pub(super) String);

fn json_of(status: StatusCode, data: &Value, success: bool, now: Moment) -> Response {
    plain_json(status, &json!({ "data": data, "success": success, "now": now.unix_s }))
}

/// A JSON answer without the envelope.
pub(super) fn plain_json(status: StatusCode, body: &Value) -> Response {
    (status, HEADERS, body.to_string()).into_response()
}

/// An address of TapTap's that the stand-in does not play.
pub(super) async fn not_found(State(dev): State<Arc<StandIn>>) -> Response {
    let now = dev.state().now();
    envelope(&Err(Refusal::not_found("no such address")), now)
}

/// An address that takes another method.
pub(super) async fn wrong_method(State(dev): State<Arc<StandIn>>) -> Response {
    let now = dev.state().now();
    let mut refusal = Refusal::invalid_request("this address takes another method");
    refusal.status = StatusCode::METHOD_NOT_ALLOWED;
    envelope(&Err(refusal), now)
}
