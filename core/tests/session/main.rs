//! The session store as the client uses it, on a real folder: what it promises after restarts,
//! crashes, damage and misuse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod basics;
mod child;
mod crash;
mod damage;
mod folder;
mod full;
mod import;
mod model;
mod newer;
mod order;
mod refused;
mod rescue;
mod retire;
mod sharing;
