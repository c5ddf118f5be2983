//! Looking for users: the operator by anything, everybody else by an exact name.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::auth::{Caller, Session};
use super::query::Query;
use super::users::Answer;
use super::{App, answer, queries};
use crate::accounts::{User, View};
use crate::objects::USER;
use crate::objects::permissions::Action;
use crate::problem::Problem;
use crate::storage::Search;

/// Users of one answer, if the request does not say, and at most.
const LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// What a player may see of another one whose exact name it knows.
const EXPOSED: [&str; 5] = ["objectId", "createdAt", "updatedAt", "nickname", "avatar"];

/// Contract row 19: nobody but the operator looks through the users, unless the operator lets
/// others do so, to whom conditions on what they are not shown are as on nothing.
pub(super) async fn find(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Query,
    Session(session): Session,
) -> Answer {
    let by = app.principals(caller, session).await?;
    if !by.master {
        let class = app.store.class(USER).await?.ok_or(Problem::NO_FIND)?;
        class.allows(Action::Find, &by)?;
        if app.policy.get_needs_session() && by.user.is_none() {
            return Err(Problem::NO_FIND);
        }
    }
    let find = queries::asked(USER.to_owned(), &query, by)?;
    if find.by.master && find.filter.paths().iter().any(|path| path.key() == "authData") {
        return through_identities(&app, &query).await;
    }
    let found = app.store.read(&find, app.query_time).await?;
    Ok(answer::json(StatusCode::OK, &queries::shown(found, &query)))
}

/// Users by what is sealed in the database: each is opened and looked at.
async fn through_identities(app: &App, query: &Query) -> Answer {
    let newest_first = match query.text("order") {
        None | Some("" | "createdAt" | "objectId") => false,
        Some("-createdAt" | "-objectId") => true,
        Some(_) => return Err(Problem::BAD_QUERY),
    };
    let count = query.number("count", 0)? > 0;
    let search = Search {
        filter: query.filter()?,
        newest_first,
        skip: query.number("skip", 0)?,
        limit: query.number("limit", LIMIT)?.min(MAX_LIMIT),
        count,
    };
    let found = app.store.find(&search).await?;
    let seen = |user: &User| {
        let mut row = user.to_json(View::Owner);
        query.project(&mut row);
        row
    };
    let mut rows = json!({ "results": found.users.iter().map(seen).collect::<Vec<_>>() });
    if let (true, Some(rows)) = (count, rows.as_object_mut()) {
        rows.insert("count".into(), found.count.into());
    }
    if let (false, Some(rows)) = (found.damaged.is_empty(), rows.as_object_mut()) {
        rows.insert("damaged".into(), found.damaged.into());
    }
    Ok(answer::json(StatusCode::OK, &rows))
}

/// Contract row 19, `strictlyQuery`: the one user of an exact `objectId` or `username`, if the
/// further conditions fit what is shown of it. As with one user by id, who may see nobody finds
/// nobody.
pub(super) async fn strictly(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Query,
    Session(session): Session,
) -> Answer {
    let filter = query.filter()?;
    let sees = match session {
        _ if caller == Caller::Master || !app.policy.get_needs_session() => true,
        Some(session) => app.store.user_by_token(session.expose()).await?.is_some(),
        None => false,
    };
    let user = match (filter.exact("objectId"), filter.exact("username")) {
        (None, None) => return Err(Problem::INEXACT_QUERY),
        _ if !sees => None,
        (Some(id), _) => app.store.user_by_id(id).await?,
        (None, Some(name)) => app.store.user_by_name(name).await?,
    };
    let mut results = Vec::new();
    if let Some(user) = user {
        let mut row = user.to_json(View::Public);
        if let Some(row) = row.as_object_mut() {
            row.retain(|name, _| name == "username" || EXPOSED.contains(&name.as_str()));
        }
        // A condition on anything that is not shown would tell it.
        if filter.matches(&row) && query.number("limit", 1)? > 0 && query.number("skip", 0)? == 0 {
            hide_name(&mut row);
            query.project(&mut row);
            results.push(row);
        }
    }
    Ok(answer::json(StatusCode::OK, &json!({ "results": results })))
}

/// It may be what its owner logs in with.
fn hide_name(row: &mut Value) {
    if let Some(row) = row.as_object_mut() {
        row.remove("username");
    }
}
