//! Queries: which objects of a class, and how many.

use std::ffi::c_char;

use tdsauth_core::error::{Result, status};

use crate::guard::guard;
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_query, tdsauth_request};
use crate::login::yes_or_no;
use crate::object_all::{handles_in, making};
use crate::object_write::{NAME, VALUE};
use crate::request::{submit_in, submitting, tdsauth_request_options};
use crate::status::tdsauth_error;
use crate::strings::{required_text_in, text_in};
use tdsauth_core::client::{self as core, Asked, Query};

/// Changes a query: what all functions share that do.
fn change(query: tdsauth_query, change: &dyn Fn(&mut Query) -> Result<()>) -> i32 {
    guard(query, &|| core::query_change(query, change).map(|()| status::OK))
}

/// Reads one name, then changes the query by it.
///
/// # Safety
/// The header's rule for texts in.
unsafe fn change_by(
    query: tdsauth_query,
    (name, len): (*const c_char, usize),
    change: &dyn Fn(&mut Query, &str) -> Result<()>,
) -> i32 {
    guard(query, &|| {
        // SAFETY: by this function's promise.
        let name = unsafe { required_text_in(name, len, NAME) }?;
        core::query_change(query, &|query| change(query, name)).map(|()| status::OK)
    })
}

/// A question for objects of class `class_name`: all of them, until conditions are added. Without an
/// order the server gives them as it likes; without a limit at most 100.
///
/// Ownership: `*query` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class), INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_create(
    client: tdsauth_client,
    class_name: *const c_char,
    class_name_len: usize,
    query: *mut tdsauth_query,
    error: *mut tdsauth_error,
) -> i32 {
    let make = |class: &str| core::query_create(client, class);
    // SAFETY: the header's rules for texts in, outputs and structs.
    unsafe { making(client, (class_name, class_name_len, NAME), query, error, &make) }
}

/// Releases a query. Requests that were made of it go on.
///
/// Ownership: gives `query` back. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_release(query: tdsauth_query) -> i32 {
    guard(query, &|| core::query_release(query).map(|()| status::OK))
}

/// Adds a condition: the field `key` stands in the relation `op` to the value `json` (at most
/// 256 KiB). `op`: absent or `$eq` for "is" (of a list: "holds"), or `$ne $lt $lte $gt $gte $in $nin
/// $all $exists $size $regex $options $select $dontSelect $nearSphere $maxDistance
/// $maxDistanceInMiles $maxDistanceInKilometers $maxDistanceInRadians $within`, with the values of
/// the server's protocol. All conditions must be met, also several on one key. `$options` and
/// `$maxDistance…` belong to the last `$regex` and `$nearSphere` of the key.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no key,
/// another `op`, no JSON), INVALID_UTF8, LIMIT (too long a query).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_where(
    query: tdsauth_query,
    key: *const c_char,
    key_len: usize,
    op: *const c_char,
    op_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    let change = |query: &mut Query, key: &str| {
        // SAFETY: the header's rule for texts in.
        let op = unsafe { text_in(op, op_len, NAME) }?.unwrap_or_default();
        // SAFETY: the header's rule for texts in.
        query.condition(key, op, unsafe { required_text_in(json, json_len, VALUE) }?)
    };
    // SAFETY: the header's rule for texts in.
    unsafe { change_by(query, (key, key_len), &change) }
}

/// Adds a condition: the pointer in the field `key` leads to an object that `other` finds (`op`
/// `$inQuery`) or does not find (`$notInQuery`). `other` is copied as it is now.
///
/// Ownership: `other` stays the caller's. Threads: any. Errors: as `tdsauth_query_where`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_where_query(
    query: tdsauth_query,
    key: *const c_char,
    key_len: usize,
    op: *const c_char,
    op_len: usize,
    other: tdsauth_query,
) -> i32 {
    guard(query, &|| {
        // SAFETY: the header's rule for texts in.
        let key = unsafe { required_text_in(key, key_len, NAME) }?;
        // SAFETY: the header's rule for texts in.
        let op = unsafe { required_text_in(op, op_len, NAME) }?;
        core::query_where_query(query, key, op, other).map(|()| status::OK)
    })
}

/// Adds a condition: the object stands in the relation `key` of `parent`, which is on the server.
///
/// Ownership: `parent` stays the caller's. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: `parent` was never saved), INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_where_related_to(
    query: tdsauth_query,
    parent: tdsauth_object,
    key: *const c_char,
    key_len: usize,
) -> i32 {
    guard(query, &|| {
        // SAFETY: the header's rule for texts in.
        let key = unsafe { required_text_in(key, key_len, NAME) }?;
        core::query_related_to(query, parent, key).map(|()| status::OK)
    })
}

/// Adds a condition: the object meets the conditions of every one of the `count` queries at `parts`,
/// which are of the same class and copied as they are now; their orders and limits do not count.
///
/// Ownership: `parts` stay the caller's. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: none, more than 10000, another class), LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_and(
    query: tdsauth_query,
    parts: *const tdsauth_query,
    count: usize,
) -> i32 {
    guard(query, &|| {
        // SAFETY: the header's rule for texts in, of handles.
        let parts = unsafe { handles_in(parts, count) }?;
        core::query_join(query, "$and", &parts).map(|()| status::OK)
    })
}

/// As `tdsauth_query_and`: the object meets the conditions of at least one of them.
///
/// Ownership: `parts` stay the caller's. Threads: any. Errors: as `tdsauth_query_and`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_or(
    query: tdsauth_query,
    parts: *const tdsauth_query,
    count: usize,
) -> i32 {
    guard(query, &|| {
        // SAFETY: the header's rule for texts in, of handles.
        let parts = unsafe { handles_in(parts, count) }?;
        core::query_join(query, "$or", &parts).map(|()| status::OK)
    })
}

/// Orders what is found by the field `key`, where the orders before it leave a tie; `descending` 1:
/// the largest first.
///
/// Ownership: nothing to own. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_order(
    query: tdsauth_query,
    key: *const c_char,
    key_len: usize,
    descending: i32,
) -> i32 {
    let change = |query: &mut Query, key: &str| {
        query.order(key, yes_or_no("descending", descending.cast_unsigned())?)
    };
    // SAFETY: the header's rule for texts in.
    unsafe { change_by(query, (key, key_len), &change) }
}

/// Forgets the orders that were given.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_clear_order(query: tdsauth_query) -> i32 {
    change(query, &|query| {
        query.clear_order();
        Ok(())
    })
}

/// At most that many objects; the server gives 1000 at most.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_limit(query: tdsauth_query, limit: u32) -> i32 {
    change(query, &|query| {
        query.limit = Some(limit);
        Ok(())
    })
}

/// Leaves out the first `skip` objects.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_skip(query: tdsauth_query, skip: u32) -> i32 {
    change(query, &|query| {
        query.skip = skip;
        Ok(())
    })
}

/// What the pointer in the field `key` leads to comes along: `tdsauth_object_get_object`. With dots
/// for pointers of what comes along.
///
/// Ownership: nothing to own. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_include(
    query: tdsauth_query,
    key: *const c_char,
    key_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { change_by(query, (key, key_len), &|query, key| query.include(key)) }
}

/// Only the fields that were selected come; with `-` in front of `key`: all but these.
///
/// Ownership: nothing to own. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_select(
    query: tdsauth_query,
    key: *const c_char,
    key_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { change_by(query, (key, key_len), &|query, key| query.select(key)) }
}

/// 1: objects come with their ACL, if the server allows it. Default: 0.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_include_acl(query: tdsauth_query, yes: i32) -> i32 {
    change(query, &|query| {
        query.include_acl = yes_or_no("yes", yes.cast_unsigned())?;
        Ok(())
    })
}

/// What the four submits share.
///
/// # Safety
/// The header's rules for outputs, structs and texts in.
unsafe fn ask(
    (client, query): (tdsauth_client, tdsauth_query),
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
    what: &dyn Fn() -> Result<Asked>,
) -> i32 {
    let body = || {
        // SAFETY: by this function's promise.
        let submit = unsafe { submit_in(options, user_data) }?;
        core::query_submit(client, query, what()?, submit)
    };
    // SAFETY: by this function's promise.
    unsafe { submitting(client, request, error, &body) }
}

/// Asks for the objects that meet the query as it is now, as the current user, if there is one. Ends
/// in `TDSAUTH_EVENT_QUERY_FOUND`; take the objects by `tdsauth_request_take_object`. What is found
/// fits `max_response_bytes` of the client's options.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED, LIMIT (the
/// query is longer than 1 MiB). In the event: FORBIDDEN, NOT_FOUND (no such class), REJECTED,
/// SESSION_OVER, network and server statuses, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_find(
    client: tdsauth_client,
    query: tdsauth_query,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    // SAFETY: the header's rules for outputs and structs.
    unsafe { ask((client, query), options, user_data, request, error, &|| Ok(Asked::Find)) }
}

/// As `tdsauth_query_find`, for the first object alone: `objects` of the event is 1, or 0 when there
/// is none.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_query_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_first(
    client: tdsauth_client,
    query: tdsauth_query,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    // SAFETY: the header's rules for outputs and structs.
    unsafe { ask((client, query), options, user_data, request, error, &|| Ok(Asked::First)) }
}

/// As `tdsauth_query_find`, for the object of this id; conditions, order, skip and limit do not
/// count.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_query_find`; INVALID_UTF8, INVALID_ARGUMENT (also: no id). In the event:
/// NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_get(
    client: tdsauth_client,
    query: tdsauth_query,
    object_id: *const c_char,
    object_id_len: usize,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let what = || {
        // SAFETY: the header's rule for texts in.
        let id = unsafe { required_text_in(object_id, object_id_len, NAME) }?;
        Ok(Asked::Get(id.to_owned()))
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { ask((client, query), options, user_data, request, error, &what) }
}

/// Asks how many objects meet the query, whatever its limit. Ends in `TDSAUTH_EVENT_QUERY_COUNTED`.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_query_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_query_count(
    client: tdsauth_client,
    query: tdsauth_query,
    options: *const tdsauth_request_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    // SAFETY: the header's rules for outputs and structs.
    unsafe { ask((client, query), options, user_data, request, error, &|| Ok(Asked::Count)) }
}
