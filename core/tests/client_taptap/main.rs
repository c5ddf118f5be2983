//! TapTap through the client, driven by the host transport: what is asked, in which order and how
//! often, what the game is told, and what is on the disk by then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod account;
mod browser;
mod ends;
mod kept;
mod kit;
mod qr;
mod redirect;
