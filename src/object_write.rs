//! Objects: changing their fields, saving and fetching them.

use std::ffi::c_char;

use tdsauth_core::error::{Result, status};

use crate::guard::{guard, guard_reporting};
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_request};
use crate::login::yes_or_no;
use crate::object::key_in;
use crate::request::submitting;
use crate::status::tdsauth_error;
use crate::strings::{option_in, required_text_in, text_in};
use crate::structs::{Struct, assert_layout, slot, struct_in};
use tdsauth_core::client::{self as core, FetchOptions, SaveOptions, Submit};

// How far a text is read, in bytes: no bound of the core is wider, where it has one.
pub(crate) const NAME: usize = 1024;
const LIST: usize = 8 * 1024;
pub(crate) const VALUE: usize = 256 * 1024;

/// Options of `tdsauth_object_save`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_save_options {
    /// `sizeof(tdsauth_save_options)`.
    pub struct_size: u32,
    /// Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// 1: the server shall answer with what it made of the fields. Default: 0.
    pub fetch_when_save: u32,
    /// Zero.
    pub reserved0: u32,
    /// A JSON object, the condition of a query: the object on the server must meet it, or else
    /// nothing is saved and the event says CONDITION_FAILED; at most 8 KiB. Default: none.
    pub where_json: *const c_char,
    /// Bytes of `where_json`, or `TDSAUTH_NUL`.
    pub where_json_len: usize,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_save_options, 48);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: the pair of pointer
// and length is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_save_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// Options of `tdsauth_object_fetch`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_fetch_options {
    /// `sizeof(tdsauth_fetch_options)`.
    pub struct_size: u32,
    /// Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// Names of fields joined by commas: only these; with `-` in front: all but these; at most
    /// 8 KiB. Default: all.
    pub keys: *const c_char,
    /// Bytes of `keys`, or `TDSAUTH_NUL`.
    pub keys_len: usize,
    /// Names of pointers joined by commas: the objects that they point at come with the answer; at
    /// most 8 KiB. Default: none.
    pub include: *const c_char,
    /// Bytes of `include`, or `TDSAUTH_NUL`.
    pub include_len: usize,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_fetch_options, 56);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: each pair of pointer
// and length is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_fetch_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// An object that is known to be there by class and id alone, such as another player: fetch it to
/// read its fields, or save changes without having read it. One of class `_User` carries no session,
/// so it cannot be saved.
///
/// Ownership: `*object` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: no name of a class, or no id), INVALID_UTF8,
/// LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_create_without_data(
    client: tdsauth_client,
    class_name: *const c_char,
    class_name_len: usize,
    object_id: *const c_char,
    object_id_len: usize,
    object: *mut tdsauth_object,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(object) }?;
        // SAFETY: the header's rule for texts in.
        let class = unsafe { required_text_in(class_name, class_name_len, NAME) }?;
        // SAFETY: the header's rule for texts in.
        let id = unsafe { required_text_in(object_id, object_id_len, NAME) }?;
        out.set(core::create_without_data(client, class, id)?);
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(client, error, &body) }
}

/// Reads the key, then makes one change under it: what all setters share.
///
/// # Safety
/// The header's rule for texts in.
pub(crate) unsafe fn set(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    change: &dyn Fn(&core::Object, &str) -> Result<()>,
) -> i32 {
    guard(object, &|| {
        // SAFETY: by this function's promise.
        let key = unsafe { key_in(key, key_len) }?;
        change(&*core::object(object)?, key).map(|()| status::OK)
    })
}

/// Makes the field `key` hold a text of at most 256 KiB. It is read so at once; the server gets it
/// with the next `tdsauth_object_save`. A key is up to 128 letters, digits and `_`, a letter first.
/// What the server alone writes is refused: `objectId`, `createdAt`, `updatedAt`, `sessionToken`,
/// `authData`, `className`, `emailVerified`, `mobilePhoneVerified`.
///
/// Ownership: nothing to own. Threads: any.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: such a key, or a snapshot), INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_str(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: *const c_char,
    value_len: usize,
) -> i32 {
    let change = |object: &core::Object, key: &str| {
        // SAFETY: the header's rule for texts in.
        object.set(key, unsafe { required_text_in(value, value_len, VALUE) }?.into())
    };
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Makes the field `key` hold a whole number, by the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_i64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: i64,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.set(key, value.into())) }
}

/// Makes the field `key` hold a number, by the rules of `tdsauth_object_set_str`; infinities and NaN
/// are none.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_f64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: f64,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.set_f64(key, value)) }
}

/// Makes the field `key` hold a truth value, 1 or 0, by the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any.
/// Errors: as `tdsauth_object_set_str`; INVALID_ARGUMENT for another number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_bool(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    value: i32,
) -> i32 {
    let change = |object: &core::Object, key: &str| {
        object.set(key, yes_or_no("value", value.cast_unsigned())?.into())
    };
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Makes the field `key` hold a moment in milliseconds since 1970-01-01T00:00:00Z, in the years 1 to
/// 9999, by the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_date(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    unix_ms: i64,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.set_date(key, unix_ms)) }
}

/// Makes the field `key` hold any value, given as JSON of at most 256 KiB, by the rules of
/// `tdsauth_object_set_str`. An object with a member `__op` is refused.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_json(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    let change = |object: &core::Object, key: &str| {
        // SAFETY: the header's rule for texts in.
        object.set_json(key, unsafe { required_text_in(json, json_len, VALUE) }?)
    };
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Removes the field `key`, by the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_unset(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.unset(key)) }
}

/// Whether the field `key`, or with an absent key (NULL, 0) any, was changed and the server is not
/// known to have it: 1 or 0. A change stays dirty until a save that carries it has succeeded.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_is_dirty(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    dirty: *mut i32,
) -> i32 {
    guard(object, &|| {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(dirty) }?;
        // SAFETY: the header's rule for texts in.
        let key = unsafe { text_in(key, key_len, NAME) }?;
        out.set(core::object(object)?.is_dirty(key).into());
        Ok(status::OK)
    })
}

/// Sends the changes of an object that were made so far, and nothing else of it: a user's with its
/// own session, any other's as the current user, if there is one (the server decides what nobody
/// may do). What is not on the server yet is made there. Objects without an id that the object
/// points to are saved first, by the same call. Those changes that are made from now on are for the
/// next save; when this one fails, its changes are dirty again, beneath the newer ones. Saves,
/// fetches and deletes of one object go one at a time, in the order of their submission; those of
/// different objects go side by side. Without changes nothing is sent for what is on the server.
/// Changes of one field that no single operation can express (`add`, then `remove`) go as several
/// saves one after the other; the condition is that of the first. A write that must not be done
/// twice is sent once: when its answer is lost, the event carries `TDSAUTH_FLAG_MAYBE_DONE`. Ends in
/// `TDSAUTH_EVENT_OBJECT_SAVED`; then the row of the current user is on disk.
///
/// When a save ends with `TDSAUTH_FLAG_MAYBE_DONE`, or had a condition and was not done, or was
/// given up on its way (cancelled, released, a logout), then the saves of the same object behind it
/// are not sent: all that were submitted before its event was delivered, or before the game gave it
/// up. Each ends with the status of the earlier one (of one that was released: CANCELLED), without
/// a server's code, `TDSAUTH_FLAG_MAYBE_DONE` and `TDSAUTH_FLAG_RETRYABLE`. The changes of all of
/// them are dirty again, in the order in which they were made, and go with the next save that is
/// submitted. After any other failure the saves that wait go on, and carry the changes as well that
/// theirs build on.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot, or unsaved objects that point at each
/// other in a circle), INVALID_UTF8, UNSUPPORTED_FIELD, QUEUE_FULL, CLOSED, FORKED. In the event:
/// NOT_LOGGED_IN (`server_code` 206: a user that was not obtained by a login, and nothing was sent),
/// SESSION_OVER, FORBIDDEN (such as a field that the class does not have), CONDITION_FAILED,
/// NOT_FOUND, network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_save(
    client: tdsauth_client,
    object: tdsauth_object,
    options: *const tdsauth_save_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        let mut save = SaveOptions::default();
        let mut submit = Submit { user_data, timeout_ms: 0 };
        // SAFETY: the header's rule for structs.
        if let Some(given) = unsafe { struct_in(options) }? {
            submit.timeout_ms = given.timeout_ms;
            save.fetch = yes_or_no("fetch_when_save", given.fetch_when_save)?;
            // SAFETY: the header's rule for texts in.
            save.condition = unsafe { option_in(given.where_json, given.where_json_len, LIST) }?;
        }
        core::save(client, object, save, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}

/// Asks the server for an object's fields, as the object's own session or, if it has none, as the
/// current user. What the answer does not name stays, the session token and changes that were not
/// saved among it. Of an object that was never saved: INVALID_ARGUMENT in the event. Ends in `TDSAUTH_EVENT_OBJECT_FETCHED`; then the row of the current user is on
/// disk.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: a snapshot), INVALID_UTF8, UNSUPPORTED_FIELD,
/// QUEUE_FULL, CLOSED, FORKED. In the event: NOT_FOUND (of a user: USER_NOT_FOUND), SESSION_OVER,
/// FORBIDDEN, network and server statuses, STORAGE_*, CANCELLED, SESSION_CHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_fetch(
    client: tdsauth_client,
    object: tdsauth_object,
    options: *const tdsauth_fetch_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        let mut fetch = FetchOptions::default();
        let mut submit = Submit { user_data, timeout_ms: 0 };
        // SAFETY: the header's rule for structs.
        if let Some(given) = unsafe { struct_in(options) }? {
            // SAFETY: the header's rule for texts in, for each text.
            let list = |text, len| unsafe { option_in(text, len, LIST) };
            submit.timeout_ms = given.timeout_ms;
            fetch.keys = list(given.keys, given.keys_len)?;
            fetch.include = list(given.include, given.include_len)?;
        }
        core::fetch(client, object, fetch, submit)
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
