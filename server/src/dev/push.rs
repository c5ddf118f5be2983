//! The service of roles of the stand-in: it takes what a game's server tells TapTap, with every
//! check of the contract (role-binding.md 2.5), and keeps it for whoever looks.

use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use tdsauth_core::tap_sign;
use tokio::time::timeout;

use super::answer::{Outcome, Refusal};
use super::exchange::{Sent, host};
use super::pushed::Pushed;
use super::script::Call;
use super::state::State;
use super::{Moment, StandIn};
use crate::pages::Form;
use crate::push::Kind;

/// Largest body, in bytes.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How many seconds `x-tap-ts` may be off, either way. What TapTap allows is not known.
const WINDOW_S: u32 = 300;

pub(super) async fn profile(dev: Extract<Arc<StandIn>>, request: Request) -> Response {
    upload(dev, request, Kind::Profile).await
}

pub(super) async fn board(dev: Extract<Arc<StandIn>>, request: Request) -> Response {
    upload(dev, request, Kind::Board).await
}

pub(super) async fn list(dev: Extract<Arc<StandIn>>, request: Request) -> Response {
    upload(dev, request, Kind::List).await
}

pub(super) async fn clear(dev: Extract<Arc<StandIn>>, request: Request) -> Response {
    upload(dev, request, Kind::Clear).await
}

async fn upload(Extract(dev): Extract<Arc<StandIn>>, request: Request, kind: Kind) -> Response {
    let (parts, body) = request.into_parts();
    let body = timeout(dev.body_time, axum::body::to_bytes(body, MAX_BODY)).await;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let sent = Sent {
        method: parts.method,
        host: host(&parts.headers).to_owned(),
        target,
        query: Form::of_query(parts.uri.query()).map_err(Refusal::from),
        headers: parts.headers,
        form: Ok(Form::default()),
    };
    let call = match kind {
        Kind::Profile => Call::UploadRoleProfile,
        Kind::Board => Call::UploadDataBoard,
        Kind::List => Call::UploadListData,
        Kind::Clear => Call::ClearTestData,
    };
    dev.answer(call, &sent, |state, now| {
        let Ok(Ok(body)) = &body else {
            return Err(bad("the body is too large, cut off or late"));
        };
        signed(&dev, state, &sent, body, now)?;
        let read: Value =
            serde_json::from_slice(body).map_err(|_| bad("the body is no JSON object"))?;
        let Value::Object(read) = read else { return Err(bad("the body is no JSON object")) };
        taken(state, kind, read, now)
    })
    .await
}

/// The client id and every check of a signature.
fn signed(
    dev: &StandIn,
    state: &mut State,
    sent: &Sent,
    body: &[u8],
    now: Moment,
) -> Result<(), Refusal> {
    let denied = |why: &'static str| refusal(StatusCode::UNAUTHORIZED, why);
    let query = sent.query.as_ref().map_err(|_| bad("a parameter is there twice"))?;
    if query.get("client_id") != Some(&dev.client_id) {
        return Err(denied("client_id is missing or another game's"));
    }
    let one = |name: &str| {
        let mut values = sent.headers.get_all(name).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        value.to_str().ok()
    };
    // Payments have nonces of 6 to 60 bytes.
    let nonce = one("x-tap-nonce").filter(|nonce| (6..=60).contains(&nonce.len()));
    let nonce = nonce.ok_or_else(|| denied("x-tap-nonce is missing or malformed"))?;
    let ts = one("x-tap-ts").and_then(|ts| ts.parse::<u64>().ok());
    let ts = ts.ok_or_else(|| denied("x-tap-ts is missing or malformed"))?;
    let headers: Vec<_> = sent.headers.iter().map(|(n, v)| (n.as_ref(), v.as_bytes())).collect();
    // As the client sees it: the prefix of --dev-lan is part of the path.
    let target = format!("{}{}", dev.prefix, sent.target);
    let request = tap_sign::Request {
        method: sent.method.as_str().as_bytes(),
        target: target.as_bytes(),
        headers: &headers,
        body,
    };
    let secrets = dev.secrets.get().map_or(&[][..], Vec::as_slice);
    let secrets: Vec<_> = secrets.iter().map(|secret| secret.expose().as_bytes()).collect();
    let now = u64::try_from(now.unix_s).unwrap_or_default();
    let window = tap_sign::Window { now, seconds: WINDOW_S };
    tap_sign::verify(&secrets, &request, Some(window))
        .map_err(|_| denied("the signature does not fit the request, or not the time"))?;
    if !state.nonces.is_new("x-tap", ts, nonce) {
        return Err(denied("x-tap-nonce was used before"));
    }
    Ok(())
}

fn taken(state: &mut State, kind: Kind, body: Map<String, Value>, now: Moment) -> Outcome {
    let roles = Pushed::check(kind, &body).map_err(bad)?;
    state.pushed.limit(roles.len(), now).map_err(|minutes| {
        let text = format!("操作过于频繁，请 {minutes} 分钟后重试。");
        Refusal { description: text.into(), ..refusal(StatusCode::FORBIDDEN, "") }
    })?;
    if roles.iter().any(|role_id| state.script.refused_roles.contains(role_id)) {
        return Err(bad("a role is refused, as ordered"));
    }
    state.pushed.take(kind, body);
    Ok(json!({}))
}

fn bad(why: &'static str) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, why)
}

/// Without a name: of a failed push TapTap tells a text and no more.
fn refusal(status: StatusCode, why: &'static str) -> Refusal {
    Refusal { status, error: "".into(), description: why.into() }
}
