//! The control of the stand-in, for tests and for who develops: plain JSON under `/dev/`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::answer::plain_json;
use super::authorize::Decision;
use super::device::{self, Missed};
use super::players::Player;
use super::script::Order;
use super::state::State;
use super::{Moment, StandIn, exchange};

/// Largest order, in bytes.
const MAX_ORDER: usize = 1024 * 1024;

type Answer = Result<Response, Wrong>;
type Named = Result<Path<String>, PathRejection>;

/// The body of `POST /dev/device/<user_code>` and `POST /dev/authorize/<id>`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deed {
    action: Action,
    /// Who allows; the first player when missing.
    player: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Scan,
    Allow,
    Deny,
    Expire,
}

/// `POST /dev/script`
pub(super) async fn script(Extract(dev): Extract<Arc<StandIn>>, body: Body) -> Answer {
    let order: Order = read(&dev, body).await?;
    let mut state = dev.state();
    state.script.change(order).map_err(bad)?;
    Ok(ok(&json!(state.script)))
}

/// `POST /dev/players`
pub(super) async fn players(
    Extract(dev): Extract<Arc<StandIn>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let player: Player = read(&dev, body).await?;
    let base = dev.base(exchange::host(&headers));
    let shown = player_json(&player, &dev, &base);
    dev.state().players.put(player).map_err(bad)?;
    Ok(ok(&shown))
}

/// `POST /dev/device/<user_code>`
pub(super) async fn device(
    Extract(dev): Extract<Arc<StandIn>>,
    user_code: Named,
    body: Body,
) -> Answer {
    let Path(user_code) = user_code.map_err(|_| missed(Missed::Unknown))?;
    let deed: Deed = read(&dev, body).await?;
    let mut state = dev.state();
    let action = match deed.action {
        Action::Scan => device::Action::Scan,
        Action::Allow => device::Action::Allow(deed.player(&state)?),
        Action::Deny => device::Action::Deny,
        Action::Expire => device::Action::Expire,
    };
    let now = state.now().instant;
    state.logins.act(&user_code, action, now).map_err(missed)?;
    let status = state.logins.find(&user_code).map(|login| login.status(now).name());
    Ok(ok(&json!({ "status": status })))
}

/// `POST /dev/authorize/<id>`: answers with the address to which a browser would go.
pub(super) async fn authorize(
    Extract(dev): Extract<Arc<StandIn>>,
    id: Named,
    body: Body,
) -> Answer {
    let Path(id) = id.map_err(|_| missed(Missed::Unknown))?;
    let deed: Deed = read(&dev, body).await?;
    let mut state = dev.state();
    let now = state.now().instant;
    let decision = match deed.action {
        Action::Allow => Decision::Allow(deed.player(&state)?),
        Action::Deny => Decision::Refuse("access_denied".into()),
        Action::Expire => {
            state.authorizations.expire(&id, now).map_err(missed)?;
            return Ok(ok(&json!({ "status": "expired" })));
        }
        Action::Scan => return Err(bad("action: a login in a browser is not scanned")),
    };
    let lifetime = Duration::from_secs(state.script.expires_in);
    let decided = state.authorizations.decide(&id, decision, lifetime, now);
    let location = decided.map_err(|_| bad("no randomness"))?.map_err(missed)?;
    Ok(ok(&json!({ "location": location })))
}

/// `GET /dev/state`
pub(super) async fn state(Extract(dev): Extract<Arc<StandIn>>, headers: HeaderMap) -> Response {
    let base = dev.base(exchange::host(&headers));
    let state = dev.state();
    let now = state.now();
    let players: Vec<Value> =
        state.players.iter().map(|player| player_json(player, &dev, &base)).collect();
    let requests: Vec<Value> = state.requests.newest_first().map(|seen| seen.to_json()).collect();
    ok(&json!({
        "now": now.unix_s,
        "client_id": dev.client_id,
        "app_name": dev.app_name,
        "script": state.script,
        "players": players,
        "device": devices(&state, now),
        "authorize": authorizations(&state, now),
        "tokens": tokens(&state, now),
        "pushed": state.pushed.to_json(),
        "requests": requests,
    }))
}

fn devices(state: &State, now: Moment) -> Vec<Value> {
    let shown = state.logins.newest_first().map(|login| {
        json!({
            "user_code": login.user_code,
            "status": login.status(now.instant).name(),
            "scopes": login.scopes.asked(),
            "interval": login.interval.as_secs(),
            "expires_in": login.expires.saturating_duration_since(now.instant).as_secs(),
            "polled_too_fast": login.offences,
        })
    });
    shown.collect()
}

fn authorizations(state: &State, now: Moment) -> Vec<Value> {
    let shown = state.authorizations.newest_first().map(|pending| {
        json!({
            "id": pending.id,
            "status": pending.status(now.instant).name(),
            "scopes": pending.asked.scopes.asked(),
            "redirect_uri": pending.asked.redirect.shown(),
            "expires_in": pending.expires.saturating_duration_since(now.instant).as_secs(),
        })
    });
    shown.collect()
}

fn tokens(state: &State, now: Moment) -> Vec<Value> {
    let shown = state.tokens.newest_first().map(|token| {
        json!({
            "kid": token.masked_kid(),
            "player": token.player,
            "scope": token.scope,
            "mac_algorithm": token.algorithm,
            "expires_in": token.expires.saturating_duration_since(now.instant).as_secs(),
        })
    });
    shown.collect()
}

fn player_json(player: &Player, dev: &StandIn, base: &str) -> Value {
    let mut shown = player.profile(&dev.client_id, base, true);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("id".into(), player.id.as_str().into());
    }
    shown
}

impl Deed {
    fn player(&self, state: &State) -> Result<String, Wrong> {
        let player = match &self.player {
            Some(id) => state.players.find(id),
            None => state.players.iter().next(),
        };
        player.map(|player| player.id.clone()).ok_or_else(|| bad("player: there is no such one"))
    }
}

async fn read<T: DeserializeOwned>(dev: &StandIn, body: Body) -> Result<T, Wrong> {
    let bytes = timeout(dev.body_time, axum::body::to_bytes(body, MAX_ORDER)).await;
    let Ok(Ok(bytes)) = bytes else {
        return Err(bad("the body is too large, cut off or late"));
    };
    serde_json::from_slice(&bytes).map_err(|error| bad(&error.to_string()))
}

fn ok(body: &Value) -> Response {
    plain_json(StatusCode::OK, body)
}

/// Why an order was not carried out.
#[derive(Debug)]
pub(super) struct Wrong {
    status: StatusCode,
    why: String,
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        plain_json(self.status, &json!({ "error": self.why }))
    }
}

fn bad(why: &str) -> Wrong {
    Wrong { status: StatusCode::BAD_REQUEST, why: why.to_owned() }
}

fn missed(missed: Missed) -> Wrong {
    match missed {
        Missed::Unknown => {
            Wrong { status: StatusCode::NOT_FOUND, why: "there is no such login".into() }
        }
        Missed::Over(status) => {
            let why = format!("the login is {} already", status.name());
            Wrong { status: StatusCode::CONFLICT, why }
        }
    }
}
