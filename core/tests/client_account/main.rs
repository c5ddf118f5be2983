//! The whole account through the host transport: linking, saving, deleting, and what is lost on the
//! way. The server is played here, in few words, by the rules of the contract.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod doubt;
mod kit;
mod link;
mod lost;
mod objects;
mod save;
