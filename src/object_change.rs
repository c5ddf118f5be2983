//! Objects: changes that build on what the server has, pointers, and access rights.

use std::ffi::c_char;

use crate::handles::tdsauth_object;
use crate::object::get;
use crate::object_write::{VALUE, set};
use crate::strings::required_text_in;
use tdsauth_core::client::{self as core, ListChange};

/// Right of an ACL: to read the object.
pub const TDSAUTH_ACL_READ: i32 = 1;
/// Right of an ACL: to change and delete the object.
pub const TDSAUTH_ACL_WRITE: i32 = 2;

/// Adds `amount` (which may be negative) to the number in the field `key`; a field that is not there
/// counts as 0. The server adds to the number it has by then, so that nobody's addition is lost. By
/// the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`; WRONG_TYPE: a
/// pending change of the field is no number; INVALID_ARGUMENT: the sum with it does not fit 64 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_increment_i64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    amount: i64,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.increment(key, amount.into())) }
}

/// As `tdsauth_object_increment_i64`, by any number; infinities and NaN are none.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_increment_i64`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_increment_f64(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    amount: f64,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &|object, key| object.increment_f64(key, amount)) }
}

/// What the three changes of a list share.
///
/// # Safety
/// The header's rule for texts in.
unsafe fn change_list(
    object: tdsauth_object,
    (key, key_len): (*const c_char, usize),
    (json, json_len): (*const c_char, usize),
    how: ListChange,
) -> i32 {
    let change = |object: &core::Object, key: &str| {
        // SAFETY: by this function's promise.
        object.change_list(key, how, unsafe { required_text_in(json, json_len, VALUE) }?)
    };
    // SAFETY: by this function's promise.
    unsafe { set(object, key, key_len, &change) }
}

/// Adds values to the end of the list in the field `key`; a field that is not there counts as an
/// empty list. `json`: a JSON array of the values, at most 256 KiB. The server adds to the list it
/// has by then. By the rules of `tdsauth_object_set_str`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_set_str`; INVALID_ARGUMENT:
/// no array; WRONG_TYPE: a pending change of the field is no list; LIMIT: more than 32 saves would
/// be needed, save first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_add(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { change_list(object, (key, key_len), (json, json_len), ListChange::Add) }
}

/// As `tdsauth_object_add`, leaving out values that are in the list already.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_add`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_add_unique(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { change_list(object, (key, key_len), (json, json_len), ListChange::AddUnique) }
}

/// Takes each of the values out of the list in the field `key`, wherever it stands in it; otherwise
/// as `tdsauth_object_add`.
///
/// Ownership: nothing to own. Threads: any. Errors: as `tdsauth_object_add`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_remove(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { change_list(object, (key, key_len), (json, json_len), ListChange::Remove) }
}

/// Makes the field `key` point to `target`, which may be unsaved yet: the next save saves it first.
/// By the rules of `tdsauth_object_set_str`.
///
/// Ownership: `target` stays the caller's, and may be released. Threads: any.
/// Errors: as `tdsauth_object_set_str`; INVALID_HANDLE: `target` is none, or of another client;
/// INVALID_ARGUMENT: it is a snapshot of an object that was not saved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_object(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    target: tdsauth_object,
) -> i32 {
    let change = |_: &core::Object, key: &str| core::object_set_object(object, key, target);
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Adds `target` to the relation in the field `key`; it may be unsaved yet, as at
/// `tdsauth_object_set_object`. `tdsauth_query_where_related_to` finds what is in a relation.
///
/// Ownership: `target` stays the caller's, and may be released. Threads: any.
/// Errors: as `tdsauth_object_set_object`; WRONG_TYPE: a pending change of the field is no relation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_add_relation(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    target: tdsauth_object,
) -> i32 {
    let change = |_: &core::Object, key: &str| core::object_relate(object, key, target, true);
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Takes `target` out of the relation in the field `key`.
///
/// Ownership: `target` stays the caller's, and may be released. Threads: any.
/// Errors: as `tdsauth_object_add_relation`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_remove_relation(
    object: tdsauth_object,
    key: *const c_char,
    key_len: usize,
    target: tdsauth_object,
) -> i32 {
    let change = |_: &core::Object, key: &str| core::object_relate(object, key, target, false);
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, key, key_len, &change) }
}

/// Says what `who` may do with the object: `rights` are bits `TDSAUTH_ACL_*`, 0 for none. `who` is
/// `*` (everybody), the id of a user or `role:` and the name of a role. The other entries of the ACL
/// that is shown stay; without one it begins empty, so that only those named may do anything: of an
/// object that exists, get the ACL first (`tdsauth_query_include_acl`). The whole ACL is the field
/// `ACL`, also for `tdsauth_object_get_json`, `tdsauth_object_set_json` and `tdsauth_object_unset`.
///
/// Ownership: nothing to own. Threads: any. Errors: INVALID_HANDLE, INVALID_ARGUMENT (also: other
/// bits, or nobody that can be named so), INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_set_acl(
    object: tdsauth_object,
    who: *const c_char,
    who_len: usize,
    rights: i32,
) -> i32 {
    // SAFETY: the header's rule for texts in.
    unsafe { set(object, who, who_len, &|object, who| object.set_acl(who, rights)) }
}

/// What the ACL that is shown says of `who`, as at `tdsauth_object_set_acl`: bits `TDSAUTH_ACL_*`.
///
/// Ownership: nothing to own. Threads: any. Errors: NONE (positive: no ACL is known), WRONG_TYPE (the
/// field `ACL` is none), INVALID_HANDLE, INVALID_ARGUMENT, INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_object_get_acl(
    object: tdsauth_object,
    who: *const c_char,
    who_len: usize,
    rights: *mut i32,
) -> i32 {
    // SAFETY: the header's rules for texts in and for outputs.
    unsafe { get(object, who, who_len, rights, &|object, who| object.get_acl(who)) }
}
