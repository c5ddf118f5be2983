//! Objects: what the account server stores, read field by field.

use std::ffi::c_char;

use tdsauth_core::account::row::json;
use tdsauth_core::error::{Result, status};

use crate::guard::guard;
use crate::handles::tdsauth_object;
use crate::strings::{TextOut, required_text_in, text_in};
use crate::structs::slot;
use tdsauth_core::client as core;

/// Type of a value: JSON null.
pub const TDSAUTH_TYPE_NULL: i32 = 1;
/// Type of a value: a text.
pub const TDSAUTH_TYPE_STRING: i32 = 2;
/// Type of a value: a whole number that fits an int64_t.
pub const TDSAUTH_TYPE_I64: i32 = 3;
/// Type of a value: any other number.
pub const TDSAUTH_TYPE_F64: i32 = 4;
/// Type of a value: true or false.
pub const TDSAUTH_TYPE_BOOL: i32 = 5;
/// Type of a value: a moment (`{"__type":"Date"}`, `createdAt`, `updatedAt`).
pub const TDSAUTH_TYPE_DATE: i32 = 6;
/// Type of a value: a JSON array.
pub const TDSAUTH_TYPE_ARRAY: i32 = 7;
/// Type of a value: a JSON object, Pointer and the like included.
pub const TDSAUTH_TYPE_OBJECT: i32 = 8;

/// Bound of a field name, in bytes.
const KEY: usize = 1024;

/// The key of a getter.
///
/// # Safety
/// The header's rule for texts in.
pub(crate) unsafe fn key_in<'a>(key: *const c_char, key_len: usize) -> Result<&'a str> {
    // SAFETY: by this function's promise.
    unsafe { required_text_in(key, key_len, KEY) }
}

/// Reads the key, then one value under it: what all getters of numbers share.
///
/// # Safety
/// The header's rules for texts in and for outputs.
pub(crate) unsafe fn get<T: Copy + Default>(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: *mut T,
    read: &dyn Fn(&core::Object, &str) -> Result<Option<T>>,
) -> i32 {
    guard(object, &|| {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(value) }?;
        // SAFETY: the header's rule for texts in.
        let key = unsafe { key_in(key, key_len) }?;
        let Some(found) = read(&*core::object(object)?, key)? else { return Ok(status::NONE) };
        out.set(found);
        Ok(status::OK)
    })
}

/// What all getters of texts share.
///
/// # Safety
/// The header's rule for texts out.
unsafe fn get_text(
    object: tdsauth_object,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    read: &dyn Fn(&core::Object) -> Result<Option<String>>,
) -> i32 {
    guard(object, &|| {
        // SAFETY: by this function's promise.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        match read(&*core::object(object)?)? {
            Some(text) => out.write(&text),
            None => Ok(status::NONE),
        }
    })
}

/// The text under `key`, a field name of at most 1 KiB.
///
/// Ownership: the buffer is the caller's. Threads: any. Errors: NONE (positive: no such field),
/// WRONG_TYPE, INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_str(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    let read = |object: &core::Object| object.get_str(unsafe { key_in(key, key_len) }?);
    // SAFETY: the header's rule for texts out.
    unsafe { get_text(object, buf, cap, needed, &read) }
}

/// The whole number under `key`.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE (not
/// a number, or not whole, or too large), INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_i64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: *mut i64,
) -> i32 {
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, value, &|object, key| object.get_i64(key)) }
}

/// The number under `key`.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
/// INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_f64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: *mut f64,
) -> i32 {
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, value, &|object, key| object.get_f64(key)) }
}

/// The truth value under `key`: 1 or 0.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
/// INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_bool(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: *mut i32,
) -> i32 {
    let read = |object: &core::Object, key: &str| Ok(object.get_bool(key)?.map(i32::from));
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, value, &read) }
}

/// The moment under `key`, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), WRONG_TYPE,
/// INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_date(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    unix_ms: *mut i64,
) -> i32 {
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, unix_ms, &|object, key| object.get_date(key)) }
}

/// The value under `key` as JSON; with an absent key (NULL, 0) the whole object, without its session
/// token.
///
/// Ownership: the buffer is the caller's. Threads: any. Errors: NONE (positive: no such field),
/// INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_json(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    let read = |object: &core::Object| {
        // SAFETY: the header's rule for texts in.
        Ok(match unsafe { text_in(key, key_len, KEY) }? {
            Some(key) => object.value(key).map(|value| json(&value)),
            None => Some(object.json()),
        })
    };
    // SAFETY: the header's rule for texts out.
    unsafe { get_text(object, buf, cap, needed, &read) }
}

/// The whole object as JSON, with `className`: what `tdsauth_object_parse` reads. Its session token
/// stays out.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_to_json(
    object: tdsauth_object,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    // SAFETY: the header's rule for texts out.
    unsafe { get_text(object, buf, cap, needed, &|object| Ok(Some(object.to_json()))) }
}

/// The object that the pointer under `key` leads to, with the fields that came with it, if it was
/// included. A new object at each call, but for one that is not saved yet: that is the one which
/// `tdsauth_object_set_object` was given.
///
/// Ownership: `*target` is the caller's to release. Threads: any.
/// Errors: NONE (positive: no such field; `*target` is 0), WRONG_TYPE, INVALID_HANDLE,
/// INVALID_ARGUMENT, INVALID_UTF8, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_object(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    target: *mut tdsauth_object,
) -> i32 {
    let read = |_: &core::Object, key: &str| core::object_target(object, key);
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, target, &read) }
}

/// The type of the value under `key`, one of `TDSAUTH_TYPE_*`.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no such field), INVALID_HANDLE,
/// INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_value_type(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    type_: *mut i32,
) -> i32 {
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, key, key_len, type_, &|object, key| Ok(object.value_type(key))) }
}

/// The names of the object's fields: a JSON array of texts, sorted.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_keys(
    object: tdsauth_object,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    let read = |object: &core::Object| Ok(Some(json(&serde_json::Value::from(object.keys()))));
    // SAFETY: the header's rule for texts out.
    unsafe { get_text(object, buf, cap, needed, &read) }
}

/// A copy that never changes.
///
/// Ownership: `*snapshot` is the caller's to release. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT, LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_snapshot(
    object: tdsauth_object,
    snapshot: *mut tdsauth_object,
) -> i32 {
    guard(object, &|| {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(snapshot) }?;
        out.set(core::object_snapshot(object)?);
        Ok(status::OK)
    })
}

/// Releases an object.
///
/// Ownership: gives `object` back. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_release(object: tdsauth_object) -> i32 {
    guard(object, &|| core::object_release(object).map(|()| status::OK))
}
