//! The handles: numbers, so that a stale one is found out and never followed.

/// One player's account on one device: a storage folder, its owner thread, its connections. Give it
/// back with `tdsauth_client_destroy` or `tdsauth_client_shutdown`. 0 is none.
pub type tdsauth_client = u64;

/// An operation that was submitted, until it is released. 0 is none.
pub type tdsauth_request = u64;

/// An object that the account server stores, such as the user. Give it back with
/// `tdsauth_object_release`. 0 is none.
pub type tdsauth_object = u64;

/// A question to the account server: which objects of a class. Give it back with
/// `tdsauth_query_release`. 0 is none.
pub type tdsauth_query = u64;
