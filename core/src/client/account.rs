//! What a game asks for a user: signing in by another platform, linking, unlinking, deleting; and
//! for an object: saving and fetching.

use std::sync::Arc;

use serde_json::Value;

use super::object::Object;
use super::operation::Operation;
use super::taptap::{Then, submit_login};
use super::write::{What, Write};
use super::{OBJECTS, ObjectRef, Submit, TapTapLogin, find, hold, no_object, own_object};
use crate::account::auth_data::{ANONYMOUS, check_platform};
use crate::account::{AuthData, AuthLogin, Row, object, row};
use crate::error::{Error, Result, status};

/// The class of users: the one that there is so far.
const USERS: &str = "_User";

/// What a save is made with.
#[derive(Clone, Debug, Default)]
pub struct SaveOptions {
    /// Ask for what the server made of the fields.
    pub fetch: bool,
    /// A JSON object: save only if the object on the server meets this condition.
    pub condition: Option<String>,
}

/// What a fetch is made with. Lists are joined by commas.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// These fields alone; with `-` in front: all but these.
    pub keys: Option<String>,
    /// Pointers to follow.
    pub include: Option<String>,
}

/// Logs in as the player of another platform.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn login_with_auth_data(client: u64, login: AuthLogin, submit: Submit) -> Result<u64> {
    find(client)?.submit(Operation::LoginWithAuthData(Box::new(login)), submit)
}

/// Links a platform's player to `user` (0: the current user).
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn associate(client: u64, user: u64, auth: AuthData, submit: Submit) -> Result<u64> {
    if auth.platform() == ANONYMOUS {
        return Err(Error::argument("a guest is no platform to link"));
    }
    write(client, user, What::Associate(auth), submit)
}

/// A TapTap login that ends in the association of that player with `user` (0: the current user).
///
/// # Errors
/// As [`super::taptap_login`].
pub fn associate_taptap(client: u64, user: u64, login: TapTapLogin, submit: Submit) -> Result<u64> {
    let user = living(own_object(&find(client)?, user)?)?;
    submit_login(client, login, Then::Associate(user), submit)
}

/// Unlinks a platform from `user` (0: the current user).
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for what is no name of a platform.
pub fn disassociate(client: u64, user: u64, platform: &str, submit: Submit) -> Result<u64> {
    check_platform(platform)?;
    write(client, user, What::Disassociate(platform.to_owned()), submit)
}

/// Deletes the account of `user` (0: the current user).
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn delete(client: u64, user: u64, submit: Submit) -> Result<u64> {
    write(client, user, What::Delete, submit)
}

/// Saves what was changed of an object.
///
/// # Errors
/// As [`super::login_anonymously`]; `INVALID_ARGUMENT` for a condition that is no JSON object.
pub fn save(client: u64, object: u64, options: SaveOptions, submit: Submit) -> Result<u64> {
    let SaveOptions { fetch, condition } = options;
    if let Some(condition) = &condition {
        object::check_condition(condition)?;
    }
    let client = find(client)?;
    let object = living(own_object(&client, object)?)?.ok_or_else(no_object)?;
    let cut = object.cut();
    let user = Some(object);
    let what = What::Save { cut, condition, fetch };
    client.submit(Operation::Write(Box::new(Write { user, what, bounded: false })), submit)
}

/// Fetches an object.
///
/// # Errors
/// As [`super::login_anonymously`].
pub fn fetch(client: u64, object: u64, options: FetchOptions, submit: Submit) -> Result<u64> {
    let FetchOptions { keys, include } = options;
    if object == 0 {
        return Err(no_object());
    }
    write(client, object, What::Fetch { keys, include }, submit)
}

fn write(client: u64, user: u64, what: What, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let user = living(own_object(&client, user)?)?;
    client.submit(Operation::Write(Box::new(Write { user, what, bounded: false })), submit)
}

fn living(object: Option<Arc<Object>>) -> Result<Option<Arc<Object>>> {
    object.as_ref().map_or(Ok(()), |object| object.check_living())?;
    Ok(object)
}

/// An object of which only class and id are known, to be fetched.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`; `INVALID_ARGUMENT` for what is no id; `NOT_SUPPORTED` for a class
/// other than `_User`.
pub fn create_without_data(client: u64, class: &str, id: &str) -> Result<u64> {
    let client = find(client)?;
    if class != USERS {
        return Err(Error::new(status::NOT_SUPPORTED, "the class is not _User"));
    }
    if !row::is_object_id(id) {
        return Err(Error::argument("the object id is not up to 64 letters, digits, _ and -"));
    }
    let mut row = Row::new();
    row.insert("objectId".to_owned(), Value::from(id));
    hold(Arc::new(Object::new(Arc::new(row))), Arc::downgrade(&client))
}

/// The object behind a handle.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn object(handle: u64) -> Result<Arc<Object>> {
    OBJECTS.get(handle).map(|held| Arc::clone(&held.object)).ok_or_else(no_object)
}

/// A copy that never changes.
///
/// # Errors
/// `INVALID_HANDLE`, `LIMIT`.
pub fn object_snapshot(handle: u64) -> Result<u64> {
    let held = OBJECTS.get(handle).ok_or_else(no_object)?;
    let ObjectRef { object, client } = &*held;
    hold(Arc::new(object.snapshot()), client.clone())
}

/// Frees an object handle.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn object_release(handle: u64) -> Result<()> {
    OBJECTS.remove(handle).map(|_| ()).ok_or_else(no_object)
}
