//! The logic of tdsauth, the account system of a game: no C types, no unsafe code.
//!
//! Rooms, from the ground up; a module imports only from floors below it:
//!
//! 1. [`error`], [`secret`], [`handle`], [`nonce`], [`mac`], [`tap_sign`], [`binding`], [`qr`],
//!    `inbox`, `form`: no I/O
//! 2. [`account`], [`taptap`]: what to ask a server and what its answer means (sans-I/O); [`echo`]
//! 3. [`session`], [`transport`], [`taptap_call`]: disk and network, each testable alone
//! 4. [`client`]: requests, events, the owner thread; the only place that owns time
#![forbid(unsafe_code)]

pub mod account;
pub mod binding;
pub mod client;
pub mod echo;
pub mod error;
mod form;
pub mod handle;
mod inbox;
pub mod mac;
pub mod nonce;
pub mod qr;
pub mod secret;
pub mod session;
pub mod tap_sign;
pub mod taptap;
pub mod taptap_call;
pub mod transport;
