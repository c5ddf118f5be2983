//! `/1.1/users`, also known as `/1.1/classes/_User`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tdsauth_core::secret::Secret;

use super::auth::{self, Caller};
use super::{App, answer, body};
use crate::accounts::{Identity, SignIn, View, Who, read_link};
use crate::clock;
use crate::ids::{TOKEN_CHARS, random_text};
use crate::problem::Problem;
use crate::storage::{
    Authority, LinkOrder, Linked, NewUser, Refresh, Refreshed, SignInOrder, SignedIn,
};
use crate::taptap::{self, Claim};

type Answer = Result<Response, Problem>;
type Id = Result<Path<String>, PathRejection>;

/// Contract rows 1, 2 and 4: signs in by identity, which TapTap confirms for its players; makes the account when there is none. A session
/// the request may carry means nothing here.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    _: Caller,
    RawQuery(query): RawQuery,
    body: Body,
) -> Answer {
    let body = body::object(&app, body).await?;
    let SignIn { who, mut fields } = SignIn::read(body, app.policy, app.taptap.is_some())?;
    let identity = match who {
        Who::Guest(identity) => identity,
        Who::TapTap(claim) => {
            let (identity, known) = confirmed(&app, claim).await?;
            // What the game says itself goes before.
            for (name, text) in known {
                fields.entry(name).or_insert(text);
            }
            identity
        }
    };
    let now = clock::now_ms();
    let new_user = match parameter(query.as_deref(), "failOnNotExist").as_deref() {
        Some("true") => None,
        _ => Some(NewUser {
            id: app.ids.next(now),
            username: random_text(TOKEN_CHARS)?,
            session_token: Secret::new(random_text(TOKEN_CHARS)?),
            fields: Value::Object(fields).to_string(),
        }),
    };
    match app.store.order(SignInOrder { identity, new_user, now }).await? {
        SignedIn::Known(user) => Ok(answer::json(StatusCode::OK, &user.to_json(View::Session))),
        SignedIn::Nobody => Err(Problem::NO_USER),
        SignedIn::Created(user) => {
            let mut made = answer::json(StatusCode::CREATED, &user.to_json(View::Session));
            let location = format!("/1.1/classes/_User/{}", user.id);
            let location = HeaderValue::try_from(location).map_err(|_| Problem::UNAVAILABLE)?;
            made.headers_mut().insert(LOCATION, location);
            Ok(made)
        }
    }
}

/// Contract row 8: the user of the session. The query says which is meant: the official Python SDK
/// asks about a token there while its header has that of whoever is logged in.
pub(super) async fn me(
    State(app): State<Arc<App>>,
    _: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let asked = parameter(query.as_deref(), "session_token").filter(|token| !token.is_empty());
    let token = asked.map(Secret::new).or_else(|| auth::session(&headers));
    let token = token.ok_or(Problem::NO_USER)?;
    let user = app.store.user_by_token(token.expose()).await?.ok_or(Problem::NO_USER)?;
    Ok(answer::json(StatusCode::OK, &user.to_json(View::Session)))
}

/// Contract row 9: any user, as far as the caller may see it.
pub(super) async fn by_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_USER)?;
    let user = app.store.user_by_id(&id).await?.ok_or(Problem::NO_USER)?;
    let session = auth::session(&headers);
    let owns = session.is_some_and(|token| auth::same(token.expose(), &user.session_token).into());
    let view = if owns || caller == Caller::Master { View::Owner } else { View::Public };
    Ok(answer::json(StatusCode::OK, &user.to_json(view)))
}

/// Contract row 16: a new session token; the old one is dead.
pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_SESSION)?;
    let authority = authority(caller, &headers)?;
    let new_token = Secret::new(random_text(TOKEN_CHARS)?);
    let now = clock::now_ms();
    let order = Refresh { id: id.clone(), authority, new_token, now };
    match app.store.order(order).await? {
        Refreshed::Refused => Err(Problem::NO_SESSION),
        Refreshed::Nobody => Err(Problem::NO_USER),
        Refreshed::Done { token, updated_at } => {
            let row = json!({
                "objectId": id,
                "updatedAt": clock::iso(updated_at),
                "sessionToken": token.expose(),
            });
            Ok(answer::json(StatusCode::OK, &row))
        }
    }
}

/// Contract row 11: the account's owner is a TapTap player too, which TapTap confirms, and no
/// guest any more.
pub(super) async fn link(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_SESSION)?;
    let authority = authority(caller, &headers)?;
    // Asked again when it is written; here, so that TapTap is not asked for strangers.
    match (app.store.user_by_id(&id).await?, &authority) {
        (Some(user), authority) if authority.covers(user.session_token.expose()) => (),
        (None, Authority::Master) => return Err(Problem::NO_USER),
        _ => return Err(Problem::NO_SESSION),
    }
    let claim = read_link(body::object(&app, body).await?, app.taptap.is_some())?;
    let (identity, fields) = confirmed(&app, claim).await?;
    let order = LinkOrder { id: id.clone(), authority, identity, fields, now: clock::now_ms() };
    match app.store.order(order).await? {
        Linked::Taken => Err(Problem::TAKEN),
        Linked::Refused => Err(Problem::NO_SESSION),
        Linked::Nobody => Err(Problem::NO_USER),
        Linked::Done { updated_at } => {
            let row = json!({ "objectId": id, "updatedAt": clock::iso(updated_at) });
            Ok(answer::json(StatusCode::OK, &row))
        }
    }
}

/// Who a TapTap player is, once TapTap has said so, and what is known of the player.
async fn confirmed(app: &App, claim: Claim) -> Result<(Identity, Map<String, Value>), Problem> {
    let taptap = app.taptap.as_ref().ok_or(Problem::UNKNOWN_PLATFORM)?;
    let profile = taptap.verify(&claim).await?;
    Ok((claim.identity(&profile, app.policy), taptap::fields(&profile)))
}

/// By what right the caller changes a user, if there may be one.
fn authority(caller: Caller, headers: &HeaderMap) -> Result<Authority, Problem> {
    match (caller, auth::session(headers)) {
        (Caller::Master, _) => Ok(Authority::Master),
        (Caller::Client, Some(session)) => Ok(Authority::Session(session)),
        (Caller::Client, None) => Err(Problem::NO_SESSION),
    }
}

/// The first value of a parameter in the query.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
