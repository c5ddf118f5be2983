//! `/tdsauth/v1/binding/push/…`: what the studio's back end hands in for TapTap.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use crate::http::auth::Caller;
use crate::http::users::Answer;
use crate::http::{App, answer, body};
use crate::problem::Problem;
use crate::push::{BadData, Datum, Kind};
use crate::storage::Hand;

/// That the roles of these ids have changed: they are told anew.
pub(in crate::http) async fn profiles(app: State<Arc<App>>, who: Caller, body: Body) -> Answer {
    hand(app, who, body, Kind::Profile).await
}

/// Statistics.
pub(in crate::http) async fn board(app: State<Arc<App>>, who: Caller, body: Body) -> Answer {
    hand(app, who, body, Kind::Board).await
}

/// Lists.
pub(in crate::http) async fn list(app: State<Arc<App>>, who: Caller, body: Body) -> Answer {
    hand(app, who, body, Kind::List).await
}

/// What was handed in with `test_mode`, of these roles, is to be cleared.
pub(in crate::http) async fn clear(app: State<Arc<App>>, who: Caller, body: Body) -> Answer {
    hand(app, who, body, Kind::Clear).await
}

async fn hand(State(app): State<Arc<App>>, caller: Caller, body: Body, kind: Kind) -> Answer {
    caller.needs_master()?;
    let push = app.push().ok_or(Problem::NOT_FOUND)?;
    let body = body::object(&app, body).await?;
    let bad = |BadData| Problem::BAD_PUSH;
    let (data, test_mode) = Datum::read(kind, body).map_err(bad)?;
    let not_bound = app.store.order(Hand { data, test_mode }).await?;
    push.wake();
    Ok(answer::json(StatusCode::ACCEPTED, &json!({ "not_bound": not_bound })))
}
