//! Changes of a user by its owner: fields, platforms, and the end of the account.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::address::Client;
use super::query::Query;
use super::users::{Answer, Certain, Target, confirmed};
use super::{App, answer, body, passwords};
use crate::accounts::{Change, User, View};
use crate::clock;
use crate::problem::Problem;
use crate::storage::{Authority, Delete, Deleted, Refusal, Save, Saved};
use crate::verify::Pending;

/// Contract rows 10 to 15: one body may set fields, names and a first password, link platforms,
/// which confirm who the owner is there, and unlink some. All of it happens at once or nothing of
/// it.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    Target { id, authority }: Target,
    client: Client,
    query: Query,
    body: Body,
) -> Answer {
    let user = own(&app, &id, &authority).await?;
    let condition = query.filter()?;
    let change = Change::read(body::object(&app, body).await?, &user, app.policy, &app.verifiers)?;
    let Change { claims, unlink, fields, own, given, auth_data } = change;
    let mut touched: Vec<String> = fields.keys().cloned().collect();
    touched.extend(own.keys().map(str::to_owned));
    touched.extend(given.touched().map(str::to_owned));
    let Certain { proven, told, grants } = confirmed(&app, claims).await?;
    let replace_password = authority.is_master() || app.policy.may_replace_password();
    let credentials = passwords::set(&app, client, &authority, given).await?;
    let (max_bytes, now) = (app.policy.max_object_bytes(), clock::now_ms());
    let order = Save {
        id,
        authority,
        condition,
        unlink,
        proven,
        told,
        fields,
        own,
        policy: app.policy,
        credentials,
        replace_password,
        max_bytes,
        now,
    };
    let user = match app.store.order(order).await? {
        Saved::Done(user) => user,
        Saved::Withheld(Refusal::Taken(unique)) => return Err(unique.into()),
        Saved::Withheld(Refusal::HasPassword) => return Err(Problem::HAS_PASSWORD),
        Saved::Unfit(problem) => return Err(problem),
        Saved::Taken => return Err(Problem::TAKEN),
        Saved::NoEffect => return Err(Problem::NO_EFFECT),
        Saved::Refused => return Err(Problem::NO_SESSION),
        Saved::Nobody => return Err(Problem::NO_USER),
    };
    grants.into_iter().for_each(Pending::kept);
    if auth_data {
        // A platform that is gone may have left a grant.
        app.verifiers.leftovers().wake();
    }
    let mut row = Map::new();
    if query.is_true("fetchWhenSave") || query.is_true("new") {
        let whole = user.to_json(View::Owner);
        for name in touched {
            row.extend(whole.get(&name).map(|value| (name, value.clone())));
        }
        if auth_data {
            // Also when it is empty: clients replace what they have by it.
            row.insert("authData".into(), user.auth_data.into());
        }
    }
    row.insert("objectId".into(), user.id.into());
    row.insert("updatedAt".into(), clock::iso(user.updated_at).into());
    Ok(answer::json(StatusCode::OK, &Value::Object(row)))
}

/// Contract row 18: the account is gone, its session dead and its identities free.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Target { id, authority }: Target,
) -> Answer {
    match app.store.order(Delete { id, authority, now: clock::now_ms() }).await? {
        Deleted::Done => {
            app.verifiers.leftovers().wake();
            Ok(answer::json(StatusCode::OK, &json!({})))
        }
        Deleted::Refused => Err(Problem::NO_SESSION),
        Deleted::Nobody => Err(Problem::NO_USER),
    }
}

/// The user that somebody may change. Asked again when the change is written; here, so that no
/// platform is asked for strangers.
pub(super) async fn own(app: &App, id: &str, authority: &Authority) -> Result<User, Problem> {
    match (app.store.user_by_id(id).await?, authority) {
        (Some(user), authority) if authority.covers(user.session_token.expose(), user.banned) => {
            Ok(user)
        }
        (None, Authority::Master) => Err(Problem::NO_USER),
        _ => Err(Problem::NO_SESSION),
    }
}
