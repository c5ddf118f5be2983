//! What a game asks for objects of its own classes, and for queries.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::Value;

use super::instance::Client;
use super::object::Object;
use super::operation::Operation;
use super::saving::Saving;
use super::task::Task;
use super::{OBJECTS, QUERIES, Submit, find, hold, no_handle, no_object, own_object};
use crate::account::row::Put;
use crate::account::{Asked, Query, Row, object};
use crate::error::{Error, Result, status};

pub(super) struct QueryRef {
    pub(super) query: Mutex<Query>,
    pub(super) client: Weak<Client>,
}

/// A new object, without an id.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`; `INVALID_ARGUMENT` for what is no class, and for users.
pub fn object_create(client: u64, class: &str) -> Result<u64> {
    if class == object::USERS {
        return Err(Error::argument("users are made by a login"));
    }
    made(client, class, Row::new())
}

/// An object of which only class and id are known.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`; `INVALID_ARGUMENT` for what is no class or no id.
pub fn create_without_data(client: u64, class: &str, id: &str) -> Result<u64> {
    object::check_id(id)?;
    let mut row = Row::new();
    row.put("objectId", Value::from(id));
    made(client, class, row)
}

/// An object as the server gives it.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`; `INVALID_ARGUMENT` for what is none.
pub fn object_parse(client: u64, json: &str) -> Result<u64> {
    let (class, row) = object::parse(object::value(json)?)?;
    made(client, &class, row)
}

fn made(client: u64, class: &str, row: Row) -> Result<u64> {
    let client = find(client)?;
    object::check_class(class)?;
    hold(Arc::new(Object::of(class, Arc::new(row))), Arc::downgrade(&client))
}

/// Where a pointer leads, as a new handle.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`, `WRONG_TYPE`.
pub fn object_target(handle: u64, key: &str) -> Result<Option<u64>> {
    let held = OBJECTS.get(handle).ok_or_else(no_object)?;
    let target = held.object.target(key)?;
    target.map(|target| hold(target, held.client.clone())).transpose()
}

/// Makes a field point to another object of the same client.
///
/// # Errors
/// `INVALID_HANDLE`, and as [`Object::set`]; `INVALID_ARGUMENT` for a snapshot without an id.
pub fn object_set_object(handle: u64, key: &str, target: u64) -> Result<()> {
    let (object, target) = pair(handle, target)?;
    object.point(key, &target)
}

/// Puts another object of the same client into a relation, or takes it out.
///
/// # Errors
/// As [`object_set_object`]; `WRONG_TYPE` after a pending change that is no relation.
pub fn object_relate(handle: u64, key: &str, target: u64, add: bool) -> Result<()> {
    let (object, target) = pair(handle, target)?;
    object.relate(key, &target, add)
}

fn pair(handle: u64, target: u64) -> Result<(Arc<Object>, Arc<Object>)> {
    let held = OBJECTS.get(handle).ok_or_else(no_object)?;
    let target = OBJECTS.get(target).ok_or_else(no_object)?;
    if !held.client.ptr_eq(&target.client) {
        return Err(Error::new(status::INVALID_HANDLE, "the target is another client's"));
    }
    target.object.check_target()?;
    Ok((Arc::clone(&held.object), Arc::clone(&target.object)))
}

/// Deletes an object on the server.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for users.
pub fn object_delete(client: u64, object: u64, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let object = own(&client, object)?;
    if object.is_user() {
        return Err(Error::argument("a user is deleted by tdsauth_user_delete"));
    }
    client.submit(Operation::Object(Box::new(Task::Delete(object))), submit)
}

/// Saves many objects, and the unsaved ones that they point to.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for users, and for a circle.
pub fn save_all(client: u64, objects: &[u64], submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let roots: Vec<_> =
        objects.iter().map(|object| own(&client, *object)).collect::<Result<_>>()?;
    let saving = Saving::new(&roots, None)?;
    client.submit(Operation::Object(Box::new(Task::Save(saving))), submit)
}

pub(super) fn own(client: &Arc<Client>, handle: u64) -> Result<Arc<Object>> {
    let object = own_object(client, handle)?.ok_or_else(no_object)?;
    object.check_living()?;
    Ok(object)
}

/// Those without an id that `roots` point to, and the roots: targets first, each once. And where each
/// of them stands, by its mark.
///
/// # Errors
/// `INVALID_ARGUMENT`: a circle, or too many.
pub(super) fn in_order(roots: &[Arc<Object>]) -> Result<(Vec<Arc<Object>>, Row)> {
    const MOST: usize = 10_000;
    let mut order = Vec::new();
    // Null for an object whose targets are being looked at. (A map of another type is not shipped
    // for this.)
    let mut places = Row::new();
    for root in roots {
        let mut path = vec![(Arc::clone(root), None)];
        while let Some((object, targets)) = path.last_mut() {
            let mark = object.mark();
            if targets.is_none() {
                let seen = places.contains_key(&mark);
                *targets = Some(if seen { Vec::new() } else { object.unsaved_targets() });
                if !seen {
                    places.put(&mark, Value::Null);
                }
            }
            match targets.as_mut().and_then(Vec::pop) {
                Some(target) => match places.get(&target.mark()) {
                    Some(Value::Null) => {
                        return Err(Error::argument("unsaved objects point to each other"));
                    }
                    Some(_) => {}
                    None => path.push((target, None)),
                },
                None => {
                    if let Some((object, _)) = path.pop()
                        && places.get(&mark) == Some(&Value::Null)
                    {
                        places.put(&mark, order.len().into());
                        order.push(object);
                    }
                }
            }
        }
    }
    if order.len() > MOST {
        return Err(Error::argument("more than 10000 objects are to be saved"));
    }
    Ok((order, places))
}

/// A new query.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`; `INVALID_ARGUMENT` for what is no class.
pub fn query_create(client: u64, class: &str) -> Result<u64> {
    let query = Mutex::new(Query::new(class)?);
    let client = Arc::downgrade(&find(client)?);
    QUERIES.insert(Arc::new(QueryRef { query, client })).ok_or_else(no_handle)
}

/// Frees a query.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn query_release(query: u64) -> Result<()> {
    QUERIES.remove(query).map(|_| ()).ok_or_else(no_query)
}

/// Changes a query.
///
/// # Errors
/// `INVALID_HANDLE`, and those of `change`.
pub fn query_change(query: u64, change: &dyn Fn(&mut Query) -> Result<()>) -> Result<()> {
    let held = QUERIES.get(query).ok_or_else(no_query)?;
    change(&mut held.query.lock().unwrap_or_else(PoisonError::into_inner))
}

fn copy(query: u64) -> Result<Query> {
    let held = QUERIES.get(query).ok_or_else(no_query)?;
    Ok(held.query.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

/// The pointer under `key` leads to what another query finds, or does not find.
///
/// # Errors
/// `INVALID_HANDLE`, `INVALID_ARGUMENT`, `LIMIT`.
pub fn query_where_query(query: u64, key: &str, op: &str, other: u64) -> Result<()> {
    let other = copy(other)?;
    query_change(query, &|query| query.condition_query(key, op, &other))
}

/// The object stands in a relation of `parent`.
///
/// # Errors
/// `INVALID_HANDLE`, `INVALID_ARGUMENT`, `LIMIT`.
pub fn query_related_to(query: u64, parent: u64, key: &str) -> Result<()> {
    let parent = super::object(parent)?;
    if parent.id().is_none() {
        return Err(Error::argument("the parent was never saved"));
    }
    query_change(query, &|query| query.related_to(parent.pointer(), key))
}

/// All of the queries, or for `$or` at least one, must be met.
///
/// # Errors
/// `INVALID_HANDLE`, `INVALID_ARGUMENT`, `LIMIT`.
pub fn query_join(query: u64, op: &str, parts: &[u64]) -> Result<()> {
    let parts = parts.iter().map(|part| copy(*part)).collect::<Result<Vec<_>>>()?;
    query_change(query, &|query| query.join(op, &parts))
}

/// Asks the query as it is now.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for what is no id; `LIMIT`.
pub fn query_submit(client: u64, query: u64, asked: Asked, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let held = QUERIES.get(query).ok_or_else(no_query)?;
    if !std::ptr::eq(held.client.as_ptr(), Arc::as_ptr(&client)) {
        return Err(Error::new(status::INVALID_HANDLE, "this query is another client's"));
    }
    let question = copy(query)?.question(asked)?;
    client.submit(Operation::Object(Box::new(Task::Ask(question))), submit)
}

fn no_query() -> Error {
    Error::new(status::INVALID_HANDLE, "this is no living query")
}
