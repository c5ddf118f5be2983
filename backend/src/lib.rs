//! For game servers: signing, verifying, and asking TapTap who a player is. The C ABI
//! `tdsauth_backend.h`: C types in, C types out; `tdsauth_core` makes the decisions.
//!
//! Apart from the client library, because it works with secrets (the Server Secret) that no game
//! client may hold. It follows the same rules, so it shares the files that know them with `src/` of
//! the workspace: how structs and texts cross the border, and what the MAC exports do.
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![allow(non_camel_case_types, reason = "the C names, so that one search finds them everywhere")]
#![allow(clippy::missing_safety_doc, reason = "the header states it once for all functions")]

mod guard;
#[path = "../../src/mac_call.rs"]
mod mac_call;
#[path = "../../src/strings.rs"]
#[allow(dead_code, reason = "the client library uses all of it")]
mod strings;
#[path = "../../src/structs.rs"]
#[allow(dead_code, reason = "the client library uses all of it")]
mod structs;

pub mod library;
pub mod mac;
pub mod status;
pub mod tap_sign;
pub mod taptap;
