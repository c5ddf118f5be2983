//! `/1.1/users`, also known as `/1.1/classes/_User`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use super::address::Client;
use super::auth::{self, Caller};
use super::{App, answer, body, passwords};
use crate::accounts::{SignIn, User, View, read_link};
use crate::clock;
use crate::credentials::Given;
use crate::ids::{TOKEN_CHARS, random_text};
use crate::problem::Problem;
use crate::storage::{
    Authority, LinkOrder, Linked, NewUser, Refresh, Refreshed, SignInOrder, SignedIn,
};
use crate::verify::{Claim, Confirmed};

type Answer = Result<Response, Problem>;
type Id = Result<Path<String>, PathRejection>;

/// Contract rows 1 to 4: signs in by identity, which the platform confirms; makes the account when
/// there is none. A session the request may carry means nothing here.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    _: Caller,
    client: Client,
    RawQuery(query): RawQuery,
    body: Body,
) -> Answer {
    let mut body = body::object(&app, body).await?;
    if body.get("authData").is_none_or(Value::is_null) {
        body.remove("authData");
        let given = Given::take(&mut body)?;
        return passwords::sign_up(&app, client, given, body).await;
    }
    let SignIn { claim, mut fields, given } = SignIn::read(body, app.policy, &app.verifiers)?;
    let Confirmed { identity, fields: known, .. } = confirmed(&app, claim).await?;
    // What the game says itself goes before.
    for (name, text) in known {
        fields.entry(name).or_insert(text);
    }
    let now = clock::now_ms();
    let may_make = match parameter(query.as_deref(), "failOnNotExist").as_deref() {
        Some("true") => Err(Problem::NO_USER),
        _ => app.limits.sign_up(client),
    };
    let new_user = match &may_make {
        Err(_) => None,
        Ok(_) => Some(NewUser {
            id: app.ids.next(now),
            username: random_text(TOKEN_CHARS)?,
            session_token: Secret::new(random_text(TOKEN_CHARS)?),
            fields: Value::Object(fields).to_string(),
            credentials: app.passwords.credentials(given).await?,
        }),
    };
    match app.store.order(SignInOrder { identity, new_user, now }).await? {
        SignedIn::Known(user) => {
            if let Ok(taken) = may_make {
                taken.give_back();
            }
            Ok(answer::json(StatusCode::OK, &user.to_json(View::Session)))
        }
        SignedIn::Nobody => Err(may_make.err().unwrap_or(Problem::NO_USER)),
        SignedIn::Taken(unique) => Err(unique.into()),
        SignedIn::Created(user) => created(&user),
    }
}

/// The answer to who made an account.
pub(super) fn created(user: &User) -> Answer {
    let mut made = answer::json(StatusCode::CREATED, &user.to_json(View::Session));
    let location = format!("/1.1/classes/_User/{}", user.id);
    let location = HeaderValue::try_from(location).map_err(|_| Problem::UNAVAILABLE)?;
    made.headers_mut().insert(LOCATION, location);
    Ok(made)
}

/// Contract row 8: the user of the session.
pub(super) async fn me(
    State(app): State<Arc<App>>,
    _: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let in_query = || parameter(query.as_deref(), "session_token").map(Secret::new);
    let token = auth::session(&headers).or_else(in_query).ok_or(Problem::NO_USER)?;
    let user = app.store.user_by_token(token.expose()).await?.ok_or(Problem::NO_USER)?;
    Ok(answer::json(StatusCode::OK, &user.to_json(View::Session)))
}

/// Contract row 9: any user, as far as the caller may see it. To who may see none, none is there.
pub(super) async fn by_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_USER)?;
    let own = match (caller, auth::session(&headers)) {
        (Caller::Client, Some(session)) => app.store.user_by_token(session.expose()).await?,
        _ => None,
    };
    let (view, user) = match own {
        Some(own) if own.id == id => (View::Owner, Some(own)),
        _ if caller == Caller::Master => (View::Owner, app.store.user_by_id(&id).await?),
        None if app.policy.get_needs_session() => (View::Public, None),
        _ => (View::Public, app.store.user_by_id(&id).await?),
    };
    let user = user.ok_or(Problem::NO_USER)?;
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
        Refreshed::Done { token, updated_at } => Ok(new_session(&id, &token, updated_at)),
    }
}

/// The answer to who has proved to own the account and gets its token anew.
pub(super) fn new_session(id: &str, token: &Secret, updated_at: i64) -> Response {
    let row = json!({
        "objectId": id,
        "updatedAt": clock::iso(updated_at),
        "sessionToken": token.expose(),
    });
    answer::json(StatusCode::OK, &row)
}

/// Contract row 11: the account's owner is somebody on a platform too, which the platform confirms,
/// and no guest any more.
pub(super) async fn link(
    State(app): State<Arc<App>>,
    caller: Caller,
    client: Client,
    id: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_SESSION)?;
    let authority = authority(caller, &headers)?;
    // Asked again when it is written; here, so that no platform is asked for strangers.
    check(&app, &id, &authority).await?;
    let mut body = body::object(&app, body).await?;
    if !body.contains_key("authData") {
        let given = Given::take(&mut body)?;
        if given.is_something() && body.is_empty() {
            return passwords::set(&app, client, id, authority, given).await;
        }
    }
    let claim = read_link(body, &app.verifiers)?;
    let Confirmed { identity, fields, .. } = confirmed(&app, claim).await?;
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

/// Who it is, once that is certain.
async fn confirmed(app: &App, claim: Claim) -> Result<Confirmed, Problem> {
    let mut all = app.verifiers.confirm(vec![claim]).await?;
    all.pop().ok_or(Problem::BAD_AUTH_DATA)
}

/// Refuses who has no right to the user.
pub(super) async fn check(app: &App, id: &str, authority: &Authority) -> Result<(), Problem> {
    match (app.store.user_by_id(id).await?, authority) {
        (Some(user), authority) if authority.covers(user.session_token.expose()) => Ok(()),
        (None, Authority::Master) => Err(Problem::NO_USER),
        _ => Err(Problem::NO_SESSION),
    }
}

/// By what right the caller changes a user, if there may be one.
pub(super) fn authority(caller: Caller, headers: &HeaderMap) -> Result<Authority, Problem> {
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
