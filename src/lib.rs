//! The C ABI of tdsauth: C types in, C types out. No decision is made here; `tdsauth_core` makes
//! them.
//!
//! One file per C noun, in the order of `include/tdsauth.h`, which is made from these files
//! (`build/header.rs`). Four files hold what every noun needs:
//!
//! - `guard`: no panic leaves an export
//! - `strings`: texts that come in and texts that go out
//! - `structs`: the rules of `struct_size`, and single values that go out
//! - `status`: the numbers, and the error struct
//!
//! This is the only crate with `unsafe` code. What the caller owes is the same at every function
//! and written at the top of the header, so no function repeats it in a `# Safety` section.
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![allow(non_camel_case_types, reason = "the C names, so that one search finds them everywhere")]
#![allow(clippy::missing_safety_doc, reason = "the header states it once for all functions")]

mod guard;
mod mac_call;
mod strings;
mod structs;

pub mod binding;
pub mod client;
pub mod handles;
pub mod http;
pub mod library;
pub mod log;
pub mod login;
pub mod mac;
pub mod object;
pub mod object_all;
pub mod object_change;
pub mod object_write;
pub mod qr;
pub mod query;
pub mod request;
pub mod status;
pub mod taptap;
pub mod taptap_player;
pub mod user;
