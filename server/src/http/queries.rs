//! Objects looked for (contract row 24), and all of a class, part by part.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::auth::{Caller, Session};
use super::objects::Place;
use super::query::Query;
use super::users::Answer;
use super::{App, answer};
use crate::objects::acl::Principals;
use crate::objects::schema::KeyType;
use crate::problem::Problem;
use crate::query::{Order, Path, Where};
use crate::storage::{Find, Found, Include};

/// Objects of one answer, if the request does not say, and at most.
const LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// Contract row 24.
pub(super) async fn find(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, .. }: Place,
    query: Query,
    Session(session): Session,
) -> Answer {
    let by = app.principals(caller, session).await?;
    let led_to = led_to(&app, &class, &query).await?;
    let mut find = asked(led_to.clone().unwrap_or(class), &query, by)?;
    find.as_kept = led_to.is_none() && query.wants_all_as_kept();
    let found = app.store.read(&find, app.query_time).await?;
    if let Some(results) = found.written {
        return Ok(answer::written(StatusCode::OK, format!("{{\"results\":{results}}}")));
    }
    let mut row = shown(found, &query);
    if let (Some(class), Some(row)) = (led_to, row.as_object_mut()) {
        row.insert("className".into(), class.into());
    }
    Ok(answer::json(StatusCode::OK, &row))
}

/// The class that a key of `class` leads to, if the request means that one: who asks for what is in
/// a relation need not know of which class it is.
async fn led_to(app: &App, class: &str, query: &Query) -> Result<Option<String>, Problem> {
    let Some(key) = query.text("redirectClassNameForKey").filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    let class = app.store.class(class).await?.ok_or(Problem::NO_CLASS)?;
    let target = class.keys.get(key).and_then(KeyType::target).ok_or(Problem::BAD_QUERY)?;
    Ok(Some(target.to_owned()))
}

/// `GET /1.1/scan/classes/C`: by the operator, every object of a class in the order of their ids;
/// the cursor of each answer, as long as there is one, leads to the next.
pub(super) async fn scan(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, .. }: Place,
    query: Query,
    Session(session): Session,
) -> Answer {
    caller.needs_master()?;
    let by = app.principals(caller, session).await?;
    let mut find = asked(class, &query, by)?;
    find.after = query.text("cursor").filter(|cursor| !cursor.is_empty()).map(str::to_owned);
    if find.after.as_ref().is_some_and(|cursor| cursor.contains('\0')) || find.limit == 0 {
        return Err(Problem::BAD_QUERY);
    }
    (find.order, find.skip) = (Vec::new(), 0);
    let found = app.store.read(&find, app.query_time).await?;
    let cursor = match found.results.len() + found.damaged.len() {
        // There may be more.
        full if full >= find.limit => found.last.clone(),
        _ => None,
    };
    let mut row = shown(found, &query);
    if let (Some(cursor), Some(row)) = (cursor, row.as_object_mut()) {
        row.insert("cursor".into(), cursor.into());
    }
    Ok(answer::json(StatusCode::OK, &row))
}

/// What a request asks for.
pub(super) fn asked(class: String, query: &Query, by: Principals) -> Result<Find, Problem> {
    let filter = match query.text("where").filter(|text| !text.is_empty()) {
        Some(text) => Where::read(text)?,
        None => Where::default(),
    };
    Ok(Find {
        class,
        filter,
        order: Order::read(query.text("order").unwrap_or_default())?,
        skip: query.number("skip", 0)?,
        limit: query.number("limit", LIMIT)?.min(MAX_LIMIT),
        count: query.number("count", 0)? > 0,
        after: None,
        include: included(query)?,
        with_acl: query.is_true("returnACL"),
        as_kept: false,
        by,
    })
}

/// The keys of `include`.
pub(super) fn included(query: &Query) -> Result<Vec<Path>, Problem> {
    Include::read(query.text("include").unwrap_or_default())
}

/// The answer to who asked.
pub(super) fn shown(found: Found, query: &Query) -> Value {
    let mut results = found.results;
    for row in &mut results {
        // An ACL that was asked for is no key.
        let acl = row.as_object_mut().and_then(|row| row.remove("ACL"));
        query.project(row);
        if let (Some(acl), Some(row)) = (acl, row.as_object_mut()) {
            row.insert("ACL".into(), acl);
        }
    }
    let mut answer = Map::new();
    answer.insert("results".into(), results.into());
    if let Some(count) = found.count {
        answer.insert("count".into(), json!(count));
    }
    if !found.damaged.is_empty() {
        answer.insert("damaged".into(), found.damaged.into());
    }
    answer.into()
}
