//! The C ABI, row by row of its design: each file shows one row, through the library that ships.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::result_large_err,
    reason = "a test that finds something else than it expects shall end"
)]
#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "tls")]
#[path = "../common/tls_front.rs"]
mod tls_front;

mod account;
mod account_server;
mod account_taptap;
mod binding;
mod binding_server;
mod errors;
mod events;
mod handles;
mod import;
mod login;
mod object_change;
mod object_save;
mod object_side;
mod object_write;
mod options;
mod qr;
mod query;
mod request;
mod session_changes;
mod status;
#[cfg(unix)]
mod storage;
mod strings;
mod structs;
mod submit;
mod taptap_account;
mod taptap_browser;
mod taptap_errors;
mod taptap_qr;
mod taptap_redirect;
mod taptap_secrets;
mod taptap_token;
mod threads;
mod transport;
mod unloading;
mod version;
mod wait;
mod work;
