//! `libtdsauth_backend` through its C ABI, as a game server loads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(non_camel_case_types, reason = "the C names")]

mod bad_input;
mod header;
mod library;
mod mac;
mod tap_sign;
mod taptap;
mod taptap_stub;
