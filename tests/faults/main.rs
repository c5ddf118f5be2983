//! A player whose server fails: through the C ABI, each fault ends with its own status and on time,
//! costs the player nothing, and leaves nothing behind.
#![cfg(feature = "tls")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::result_large_err,
    reason = "helpers of tests"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/fault_server.rs"]
mod fault_server;
#[path = "../common/tls_front.rs"]
mod tls_front;

mod answers;
mod connections;
mod player;
mod secure;
mod taptap;
mod taptap_each;
mod taptap_kept;
mod taptap_values;
