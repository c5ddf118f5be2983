//! The C ABI of tdsauth.
