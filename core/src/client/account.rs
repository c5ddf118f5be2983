//! What a game asks for a user: signing in by another platform, linking, unlinking, deleting; and
//! for an object: saving and fetching.

use std::sync::Arc;

use super::object::Object;
use super::objects::own;
use super::operation::Operation;
use super::saving::{One, Saving};
use super::taptap::{Then, submit_login};
use super::task::Task;
use super::write::{What, Write};
use super::{OBJECTS, ObjectRef, Submit, TapTapLogin, find, hold, no_object, own_object};
use crate::account::auth_data::{ANONYMOUS, check_platform};
use crate::account::{AuthData, AuthLogin, object};
use crate::error::{Error, Result};

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
    check_user(user.as_ref())?;
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
    let object = own(&client, object)?;
    if !object.is_user() {
        let one = One { fetch, condition };
        let saving = Saving::new(&[object], Some(one))?;
        return client.submit(Operation::Object(Box::new(Task::Save(saving))), submit);
    }
    if !object.unsaved_targets().is_empty() {
        return Err(Error::argument(
            "the user points to an object that is not saved: save it first",
        ));
    }
    let cut = object.cut(condition.is_some());
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
    let target = own(&find(client)?, object)?;
    if target.is_user() {
        return write(client, object, What::Fetch { keys, include }, submit);
    }
    let task = Task::Fetch { object: target, keys, include };
    find(client)?.submit(Operation::Object(Box::new(task)), submit)
}

fn write(client: u64, user: u64, what: What, submit: Submit) -> Result<u64> {
    let client = find(client)?;
    let user = living(own_object(&client, user)?)?;
    check_user(user.as_ref())?;
    client.submit(Operation::Write(Box::new(Write { user, what, bounded: false })), submit)
}

/// Refuses what is no user: only a user has platforms and a session.
pub(super) fn check_user(user: Option<&Arc<Object>>) -> Result<()> {
    match user {
        Some(object) if !object.is_user() => Err(Error::argument("this object is no user")),
        _ => Ok(()),
    }
}

fn living(object: Option<Arc<Object>>) -> Result<Option<Arc<Object>>> {
    object.as_ref().map_or(Ok(()), |object| object.check_living())?;
    Ok(object)
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
