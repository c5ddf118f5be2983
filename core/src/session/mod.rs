//! What is remembered between two runs of the game: the guest id and the user who is logged in.
//!
//! One folder per app id and profile, so that two players on one machine do not meet:
//!
//! ```text
//! <storage path>/<app id>/<profile>/
//!   state                 guest id, user, generation number
//!   state.bak             its mirror, written with every save
//!   guest                 the guest id alone
//!   lock                  an empty file that carries the advisory lock
//!   *.tmp                 a write in progress, or what a killed process left of one
//!   *.damaged-<unix ms>   a damaged file, set aside and never deleted
//! ```
//!
//! The guest id is a guest's only credential: who loses it loses the account. It is therefore on
//! the disk before it is first sent, and as long as any of these files still carries it, no other
//! one is made. An id is given up on purpose alone ([`Remembered::retire_guest`]): then its mark stands
//! in the same files, and no older file brings it back. A file that was set aside may also still hold a session token; it is as private as
//! the others, and a game that wants it gone deletes it.
//!
//! A folder without any of these files may be begun with what the official C# SDK left behind.
//!
//! [`Store`] is the door. All its calls block on the disk; it starts no thread and keeps no file
//! open. Any number of stores, in any number of processes, may share one folder: a save holds the
//! lock from its reading to its writing, and the generation number tells who is behind.

mod envelope;
mod escape;
mod file;
mod folder;
mod import;
mod lock;
mod record;
mod remembered;
mod snapshot;
mod store;

pub use remembered::Remembered;
pub use store::Store;

/// What reading the folder gave.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What is remembered; empty for a new player.
    pub remembered: Remembered,
    /// Set when a damaged file was met: what could be saved of it.
    pub damage: Option<Recovered>,
}

/// How much of the damaged files survives elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// All of it: each damaged file had a good copy.
    Everything,
    /// The guest id; the user is no longer logged in.
    GuestOnly,
    /// Nothing: no file holds what the damaged ones held.
    Nothing,
}

/// What [`Store::update`] shall do with the changed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Save it under the next generation number; durable when `update` returns.
    Save,
    /// Leave the disk as it is.
    Keep,
}
