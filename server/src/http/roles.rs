//! `/tdsauth/v1/roles`: the characters of players, given by the studio's back end and shown to the
//! player.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::auth::{Caller, Session};
use super::binding::roles::{Untold, of_account};
use super::users::Answer;
use super::{App, answer, body};
use crate::binding::{Role, Shown};
use crate::problem::Problem;
use crate::storage::{DeleteRole, PutRoles};

/// Roles of one request.
const MOST: usize = 500;

/// Seed 000: the player's own roles, to offer the one to go on with.
pub(super) async fn own(
    State(app): State<Arc<App>>,
    _: Caller,
    Session(session): Session,
) -> Answer {
    let session = session.ok_or(Problem::NO_SESSION)?;
    let user = app.store.user_by_token(session.expose()).await?.ok_or(Problem::NO_SESSION)?;
    let roles = of_player(&app, &user.id).await?.ok_or(Problem::NO_SESSION)?;
    let roles: Vec<_> = roles.iter().map(Shown::for_player).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "roles": roles })))
}

/// The roles of a player of this server, as the player is shown them; `None` when there is none.
pub(super) async fn of_player(app: &App, id: &str) -> Result<Option<Vec<Shown>>, Problem> {
    match of_account(app, id).await {
        // A player that the studio's service does not know has no roles.
        Ok(None) if app.roles_service().is_some() => Ok(Some(Vec::new())),
        Ok(roles) => Ok(roles),
        Err(Untold::Store(error)) => Err(error.into()),
        Err(Untold::Service) => Err(Problem::UNAVAILABLE),
    }
}

/// With the master key: makes roles or brings them up to date, all of them or none.
pub(super) async fn put(State(app): State<Arc<App>>, caller: Caller, body: Body) -> Answer {
    caller.needs_master()?;
    let mut body = body::object(&app, body).await?;
    let Some(Value::Array(given)) = body.remove("roles").filter(|_| body.is_empty()) else {
        return Err(Problem::BAD_ROLE);
    };
    if given.len() > MOST {
        return Err(Problem::BAD_ROLE);
    }
    let read = |value| serde_json::from_value(value).map_err(|_| Problem::BAD_ROLE);
    let roles = given.into_iter().map(read).collect::<Result<Vec<Role>, _>>()?;
    if roles.iter().any(|role| role.objection().is_some()) {
        return Err(Problem::BAD_ROLE);
    }
    match app.store.order(PutRoles { roles }).await? {
        Ok(()) => {
            app.wake_push();
            Ok(answer::json(StatusCode::OK, &json!({})))
        }
        Err(_) => Err(Problem::NO_USER),
    }
}

/// With the master key: ends one role and its binding.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    caller.needs_master()?;
    let Path(role_id) = id.map_err(|_| Problem::NO_ROLE)?;
    match app.store.order(DeleteRole { role_id }).await? {
        true => Ok(answer::json(StatusCode::OK, &json!({}))),
        false => Err(Problem::NO_ROLE),
    }
}
