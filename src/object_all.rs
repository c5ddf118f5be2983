//! Objects: making them, deleting them, saving many.

use std::ffi::c_char;

use tdsauth_core::error::{Error, Result, status};

use crate::guard::guard_reporting;
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_request};
use crate::object_write::NAME;
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::required_text_in;
use crate::structs::slot;
use tdsauth_core::client as core;

/// Bound of an object's JSON, in bytes.
const OBJECT: usize = 1024 * 1024;

/// Most objects or queries that one call takes.
const MANY: usize = 10_000;

/// The handles at `handles`: what functions share that take many.
///
/// # Safety
/// `handles` is NULL or readable for `count` handles, until the export returns.
pub(crate) unsafe fn handles_in(handles: *const u64, count: usize) -> Result<Vec<u64>> {
    if handles.is_null() || count == 0 || count > MANY {
        return Err(Error::argument("no handles, or more than 10000"));
    }
    // SAFETY: not NULL, so readable by this function's promise; it may be misaligned.
    Ok((0..count).map(|at| unsafe { handles.add(at).read_unaligned() }).collect())
}

/// Reads one text and makes a handle of it: what the constructors share.
///
/// # Safety
/// The header's rules for texts in, outputs and structs.
pub(crate) unsafe fn making(
    client: tdsauth_client,
    (text, len, max): (*const c_char, usize, usize),
    made: *mut u64,
    error: *mut tdsauth_error,
    make: &dyn Fn(&str) -> Result<u64>,
) -> i32 {
    let body = || {
        // SAFETY: by this function's promise.
        let out = unsafe { slot(made) }?;
        // SAFETY: by this function's promise.
        out.set(make(unsafe { required_text_in(text, len, max) }?)?);
        Ok(status::OK)
    };
    // SAFETY: by this function's promise.
    unsafe { guard_reporting(client, error, &body) }
}

/// A new object of class `class_name` (up to 128 letters, digits and `_`, a letter first, or `_Role`
/// and the like). It has no id, and the server does not know it, before `tdsauth_object_save` has
/// ended. Users are made by a login alone.
///
/// Ownership: `*object` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class, or `_User`), INVALID_UTF8,
/// LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_create(
    client: tdsauth_client,
    class_name: *const c_char,
    class_name_len: usize,
    object: *mut tdsauth_object,
    error: *mut tdsauth_error,
) -> i32 {
    let make = |class: &str| core::object_create(client, class);
    // SAFETY: the header's rules for texts in, outputs and structs.
    unsafe { making(client, (class_name, class_name_len, NAME), object, error, &make) }
}

/// An object out of the JSON that the server gives (its fields and `className`), as if it had been
/// fetched just now; at most 1 MiB.
///
/// Ownership: `*object` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no such JSON), INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_parse(
    client: tdsauth_client,
    json: *const c_char,
    json_len: usize,
    object: *mut tdsauth_object,
    error: *mut tdsauth_error,
) -> i32 {
    let make = |json: &str| core::object_parse(client, json);
    // SAFETY: the header's rules for texts in, outputs and structs.
    unsafe { making(client, (json, json_len, OBJECT), object, error, &make) }
}

/// Deletes an object on the server, as the current user, if there is one; in turn with its saves and
/// fetches. What it shows stays readable. A user is deleted by `tdsauth_user_delete`. Ends in
/// `TDSAUTH_EVENT_OBJECT_DELETED`.
///
/// Ownership: `*request` and the object stay the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot, or a user), UNSUPPORTED_FIELD,
/// QUEUE_FULL, CLOSED, FORKED. In the event: INVALID_ARGUMENT (it was never saved), FORBIDDEN,
/// NOT_FOUND, SESSION_OVER, network and server statuses, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_delete(
    client: tdsauth_client,
    object: tdsauth_object,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::object_delete(client, object, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Saves up to 10000 objects by as few requests as it takes, of at most 50 objects each: what other
/// objects point to comes first, saved objects and unsaved ones that are not among `objects` alike.
/// The requests go one after the other, and each object is saved or not by itself: a failure of one
/// stops only those that point to it. An object that is given twice is saved once; users are saved
/// by `tdsauth_object_save`. Otherwise as `tdsauth_object_save`. Ends in
/// `TDSAUTH_EVENT_OBJECTS_SAVED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: none or too many objects, a snapshot, a user, or
/// unsaved objects that point at each other in a circle), UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED,
/// FORKED. In the event: those of `tdsauth_object_save`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_save_all(
    client: tdsauth_client,
    objects: *const tdsauth_object,
    count: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for texts in, of handles.
        let objects = unsafe { handles_in(objects, count) }?;
        // SAFETY: the header's rule for structs.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::save_all(client, &objects, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
