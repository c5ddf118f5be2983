//! `/1.1/users`, also known as `/1.1/classes/_User`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tdsauth_core::secret::Secret;

use super::address::Client;
use super::auth::{self, Caller, Session};
use super::query::Query;
use super::{App, answer, body, passwords, queries};
use crate::accounts::{Proven, SignIn, UnionEntry, User, View};
use crate::clock;
use crate::credentials::Given;
use crate::ids::{TOKEN_CHARS, random_text};
use crate::objects::USER;
use crate::objects::acl::Principals;
use crate::objects::change::Change;
use crate::problem::Problem;
use crate::storage::{
    Authority, Include, NewUser, OwnFields, Refresh, Refreshed, SignInOrder, SignedIn,
};
use crate::verify::{Claim, Confirmed, Pending};

pub(super) type Answer = Result<Response, Problem>;

/// Contract rows 1 to 4: signs in by identity, which the platform confirms; makes the account when
/// there is none. A session the request may carry means nothing here.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    client: Client,
    query: Query,
    body: Body,
) -> Answer {
    let mut body = body::object(&app, body).await?;
    if body.get("authData").is_none_or(Value::is_null) {
        body.remove("authData");
        let given = Given::take(&mut body)?;
        return passwords::sign_up(&app, caller, client, given, body).await;
    }
    let SignIn { claims, mut fields, own, given } = SignIn::read(body, app.policy, &app.verifiers)?;
    let own = own_fields(&app, caller, &own, &mut fields).await?;
    let Certain { proven, told, grants } = confirmed(&app, claims).await?;
    // What the game says itself goes before.
    for (name, text) in told {
        fields.entry(name).or_insert(text);
    }
    let now = clock::now_ms();
    let may_make = match query.is_true("failOnNotExist") {
        true => Err(Problem::NO_USER),
        false => app.limits.sign_up(client),
    };
    let new_user = match &may_make {
        Err(_) => None,
        Ok(_) => Some(new_user(&app, given, fields, own, now).await?),
    };
    let max_bytes = app.policy.max_object_bytes();
    match app.store.order(SignInOrder { proven, new_user, max_bytes, now }).await? {
        SignedIn::Known(user) => {
            if let Ok(taken) = may_make {
                taken.give_back();
            }
            let user = user.admitted()?;
            grants.into_iter().for_each(Pending::kept);
            Ok(answer::json(StatusCode::OK, &user.to_json(View::Session)))
        }
        SignedIn::Taken => {
            if let Ok(taken) = may_make {
                taken.give_back();
            }
            Err(Problem::TAKEN)
        }
        SignedIn::Nobody => Err(may_make.err().unwrap_or(Problem::NO_USER)),
        SignedIn::NameTaken(unique) => Err(unique.into()),
        SignedIn::Created(user) => {
            grants.into_iter().for_each(Pending::kept);
            created(&user)
        }
    }
}

/// What an account is made of that is made `now` (Unix milliseconds).
pub(super) async fn new_user(
    app: &App,
    given: Given,
    fields: Map<String, Value>,
    own: OwnFields,
    now: i64,
) -> Result<NewUser, Problem> {
    Ok(NewUser {
        own,
        id: app.ids.next(now),
        username: random_text(TOKEN_CHARS)?,
        session_token: Secret::new(random_text(TOKEN_CHARS)?),
        fields: Value::Object(fields).to_string(),
        credentials: app.passwords.credentials(given).await?,
    })
}

/// Puts fields of the game's own among those of a new account, if the caller may set them.
pub(super) async fn own_fields(
    app: &App,
    caller: Caller,
    own: &Change,
    fields: &mut Map<String, Value>,
) -> Result<OwnFields, Problem> {
    if own.ops.is_empty() {
        return Ok(OwnFields::default());
    }
    let class = app.store.class(USER).await?.ok_or(Problem::NO_CLASS)?;
    let mut by = Principals::nobody(app.policy);
    by.master = caller == Caller::Master;
    let keys = own.new_keys(&class, &by)?;
    Ok(OwnFields { keys, linked: own.apply(fields)? })
}

/// The answer to who made an account.
pub(super) fn created(user: &User) -> Answer {
    let mut made = answer::json(StatusCode::CREATED, &user.to_json(View::Session));
    let location = format!("/1.1/classes/_User/{}", user.id);
    let location = HeaderValue::try_from(location).map_err(|_| Problem::UNAVAILABLE)?;
    made.headers_mut().insert(LOCATION, location);
    Ok(made)
}

/// Contract row 8: the user of the session. The query says which is meant: the official Python SDK
/// asks about a token there while its header has that of whoever is logged in.
pub(super) async fn me(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Query,
    Session(session): Session,
) -> Answer {
    // Official clients send the session of whoever is logged in along with any question.
    let in_query = query.text("session_token").filter(|token| !token.is_empty()).map(Secret::new);
    let token = in_query.or(session).ok_or(Problem::NO_USER)?;
    let user = app.store.user_by_token(token.expose()).await?.ok_or(Problem::NO_USER)?;
    let row = with_included(&app, user.to_json(View::Session), &query, caller, Some(token)).await?;
    Ok(answer::json(StatusCode::OK, &row))
}

/// A user with what `include` asks for in the place of its pointers, as far as the caller may get
/// it.
async fn with_included(
    app: &App,
    row: Value,
    query: &Query,
    caller: Caller,
    session: Option<Secret>,
) -> Result<Value, Problem> {
    let paths = queries::included(query)?;
    if paths.is_empty() {
        return Ok(row);
    }
    let by = app.principals(caller, session).await?;
    Ok(app.store.read(&Include { row, paths, by }, app.query_time).await?)
}

/// Contract row 9: any user, as far as the caller may see it. To who may see none, none is there.
pub(super) async fn by_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    query: Query,
    Session(session): Session,
) -> Answer {
    let Path(id) = id.map_err(|_| Problem::NO_USER)?;
    let own = match (caller, &session) {
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
    let mut row = user.to_json(view);
    query.project(&mut row);
    let row = with_included(&app, row, &query, caller, session).await?;
    Ok(answer::json(StatusCode::OK, &row))
}

/// Contract row 16: a new session token; the old one is dead.
pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    Target { id, authority }: Target,
) -> Answer {
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

/// Who somebody is.
pub(super) struct Certain {
    pub(super) proven: Vec<Proven>,
    /// Somebody's name and picture, as far as the platforms told.
    pub(super) told: Map<String, Value>,
    /// Those in `proven`, each to be told when it is kept.
    pub(super) grants: Vec<Pending>,
}

/// Who it is, once all of it is certain.
pub(super) async fn confirmed(app: &App, claims: Vec<Claim>) -> Result<Certain, Problem> {
    let mut told = Map::new();
    let (mut proven, mut grants) = (Vec::with_capacity(claims.len()), Vec::new());
    for Confirmed { identity, fields, union, grant } in app.verifiers.confirm(claims).await? {
        for (name, text) in fields {
            told.entry(name).or_insert(text);
        }
        let union = union.map(|union| UnionEntry {
            name: union.name(),
            unionid: union.unionid,
            main_account: union.main_account,
        });
        let secret = grant.as_ref().and_then(Pending::grant).cloned();
        proven.push(Proven { identity, union, grant: secret });
        grants.extend(grant);
    }
    Ok(Certain { proven, told, grants })
}

/// The user in the path whom a request changes, and by what right. As an argument of a handler it
/// refuses who shows none; whether it is a right to this user, the change itself finds out.
pub(super) struct Target {
    pub(super) id: String,
    pub(super) authority: Authority,
}

impl FromRequestParts<Arc<App>> for Target {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let id = Path::<String>::from_request_parts(parts, app).await;
        let Path(id) = id.map_err(|_| Problem::NO_SESSION)?;
        let authority = match (caller, auth::session(&parts.headers)) {
            (Caller::Master, _) => Authority::Master,
            (Caller::Client, Some(session)) => Authority::Session(session),
            (Caller::Client, None) => return Err(Problem::NO_SESSION),
        };
        Ok(Self { id, authority })
    }
}
