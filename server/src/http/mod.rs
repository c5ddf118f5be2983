//! HTTP: which request is whose, and what the answers look like.

mod answer;
mod auth;
mod body;
mod connections;
mod guard;
mod linger;
mod users;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post, put};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::args::Args;
use crate::clock;
use crate::dev::{self, StandIn};
use crate::ids::ObjectIds;
use crate::keys::Keys;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::start::StartError;
use crate::storage::{Store, StoreError};
use crate::taptap::TapTap;
use auth::Caller;
pub(crate) use connections::{Bounds, serve};
use guard::Trust;

/// What every request can reach.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    keys: Keys,
    policy: Policy,
    /// Whose requests are answered.
    trust: Trust,
    /// For the body of one request to arrive.
    body_time: Duration,
    ids: ObjectIds,
    /// Where to ask about TapTap's players; without it they cannot log in.
    taptap: Option<Arc<TapTap>>,
    /// Places for bodies that are too large to have one for each connection.
    large_bodies: Arc<Semaphore>,
}

impl App {
    pub(crate) fn new(
        keys: Keys,
        store: Arc<Store>,
        taptap: Option<Arc<TapTap>>,
        args: &Args,
    ) -> Result<Self, StartError> {
        let ids =
            ObjectIds::new().map_err(|error| StartError::new(format!("no randomness: {error}")))?;
        let large_bodies = Arc::new(Semaphore::new(body::LARGE_BODIES));
        let body_time = Duration::from_secs(args.body_timeout.get());
        let (policy, trust) = (args.policy, Trust::of(args));
        Ok(Self { store, keys, policy, trust, body_time, ids, taptap, large_bodies })
    }
}

/// Every address the service answers to. With `--dev` there is a stand-in for TapTap.
pub(crate) fn router(app: Arc<App>, stand_in: Option<Arc<StandIn>>) -> Router {
    let users = Router::new()
        .route("/", post(users::sign_in))
        .route("/me", get(users::me))
        .route("/{id}", get(users::by_id).put(users::link))
        .route("/{id}/refreshSessionToken", put(users::refresh));
    let all = Router::new()
        .route("/healthz", get(healthz))
        .route("/1.1/date", get(date))
        // The same rows under two names: official clients use either.
        .nest("/1.1/users", users.clone())
        .nest("/1.1/classes/_User", users);
    let lan = stand_in.as_ref().and_then(|stand_in| stand_in.lan.clone());
    let all = match stand_in {
        Some(stand_in) => all
            .merge(dev::router(Arc::clone(&stand_in)))
            .layer(middleware::from_fn_with_state(stand_in, dev::record)),
        None => all,
    };
    let all = all
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(async || Problem::METHOD_NOT_ALLOWED)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::own_pages))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::own_hosts))
        .layer(middleware::from_fn(guard::log))
        .with_state(Arc::clone(&app));
    // In front of the log, which therefore does not hold the secret.
    let all = match lan {
        Some(lan) => lan.guard(all),
        None => all,
    };
    all.layer(middleware::from_fn_with_state(app, linger::hear_out))
}

/// Contract row 26: the time of the server.
async fn date(_: Caller) -> Response {
    let now = clock::iso(clock::now_ms());
    answer::json(StatusCode::OK, &json!({ "__type": "Date", "iso": now }))
}

/// Whether the service and its database answer; for those who watch over it, so without a key.
async fn healthz(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    app.store.ping().await?;
    Ok(answer::json(StatusCode::OK, &json!({ "status": "ok" })))
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "database");
        match error {
            StoreError::Late => Self::TIMED_OUT,
            _ => Self::UNAVAILABLE,
        }
    }
}

impl From<getrandom::Error> for Problem {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness");
        Self::UNAVAILABLE
    }
}
