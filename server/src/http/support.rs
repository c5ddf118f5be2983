//! Who a player is, for the studio's support desk: the player's client gets a token, and the desk
//! asks with the master key whom it names.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use super::auth::{Caller, Session};
use super::users::Answer;
use super::{App, answer, body};
use crate::clock;
use crate::identity_token::{self, Unread};
use crate::problem::Problem;

/// Contract row 28: a token that names the user of the session.
pub(super) async fn identity(
    State(app): State<Arc<App>>,
    _: Caller,
    Session(session): Session,
) -> Answer {
    let session = session.ok_or(Problem::NO_USER)?;
    let user = app.store.user_by_token(session.expose()).await?.ok_or(Problem::NO_USER)?;
    let (seal, now) = (app.store.seal(), clock::now_ms());
    let token = identity_token::make(&seal, &app.keys.app_id, &user.id, now)?;
    Ok(answer::json(StatusCode::OK, &json!({ "identityToken": token.expose() })))
}

/// Whom a token names: a user who is there, banned or not. Whoever was banned meanwhile may well be
/// who writes to the desk.
pub(super) async fn named(State(app): State<Arc<App>>, caller: Caller, body: Body) -> Answer {
    caller.needs_master()?;
    let body = body::object(&app, body).await?;
    let token = body.get("identityToken").and_then(|token| token.as_str());
    let token = token.ok_or(Problem::BAD_IDENTITY_TOKEN)?;
    let (seal, now) = (app.store.seal(), clock::now_ms());
    let named = identity_token::read(&seal, &app.keys.app_id, token, now)?;
    // Not the whole user: one whose row is damaged needs the desk most.
    let user = app.store.show(&named.user).await?.ok_or(Problem::NO_USER)?;
    let row = json!({
        "objectId": user.id,
        "expiresAt": clock::iso(named.expires_at),
        "banned": user.ban.is_some(),
    });
    Ok(answer::json(StatusCode::OK, &row))
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Forged => Self::BAD_IDENTITY_TOKEN,
            Unread::Expired => Self::IDENTITY_TOKEN_EXPIRED,
        }
    }
}
