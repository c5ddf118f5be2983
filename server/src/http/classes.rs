//! `/tdsauth/v1/classes`: the keys of classes and who may do what with their objects, for the
//! studio's back end.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::users::Answer;
use super::{App, answer, body};
use crate::clock;
use crate::objects::permissions::{Action, Who};
use crate::objects::schema::{Class, KeyType, check_new_key, is_class};
use crate::problem::Problem;
use crate::storage::PutClass;

/// With the master key: all classes.
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.needs_master()?;
    let classes: Vec<_> = app.store.classes().await?.iter().map(Class::to_json).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "classes": classes })))
}

/// With the master key: one class.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
) -> Answer {
    caller.needs_master()?;
    let Path(name) = name.map_err(|_| Problem::NO_CLASS)?;
    let class = app.store.class(&name).await?.ok_or(Problem::NO_CLASS)?;
    Ok(answer::json(StatusCode::OK, &class.to_json()))
}

/// With the master key: makes a class, or adds keys to it and changes its permissions.
pub(super) async fn put(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    body: Body,
) -> Answer {
    caller.needs_master()?;
    let Path(name) = name.map_err(|_| Problem::BAD_CLASS_NAME)?;
    if !is_class(&name) {
        return Err(Problem::BAD_CLASS_NAME);
    }
    let mut body = body::object(&app, body).await?;
    let keys = keys(&name, body.remove("keys"))?;
    let permissions = permissions(body.remove("permissions"))?;
    if !body.is_empty() {
        return Err(Problem::BAD_CLASS);
    }
    let put = PutClass { name, make: true, keys, permissions, now: clock::now_ms() };
    let class = app.store.order(put).await?.ok_or(Problem::NO_CLASS)?;
    Ok(answer::json(StatusCode::OK, &class.to_json()))
}

fn keys(class: &str, sent: Option<Value>) -> Result<BTreeMap<String, KeyType>, Problem> {
    let sent = match sent {
        None => Map::new(),
        Some(Value::Object(sent)) => sent,
        Some(_) => return Err(Problem::BAD_CLASS),
    };
    let read = |(key, of): (String, Value)| {
        check_new_key(class, &key)?;
        let of = of.as_str().and_then(KeyType::read).ok_or(Problem::BAD_CLASS)?;
        Ok((key, of))
    };
    sent.into_iter().map(read).collect()
}

fn permissions(sent: Option<Value>) -> Result<BTreeMap<Action, Option<Who>>, Problem> {
    let sent = sent.unwrap_or_else(|| json!({}));
    let permissions: BTreeMap<Action, Option<Who>> =
        serde_json::from_value(sent).map_err(|_| Problem::BAD_CLASS)?;
    if permissions.values().flatten().any(Who::is_too_much) {
        return Err(Problem::BAD_CLASS);
    }
    Ok(permissions)
}
