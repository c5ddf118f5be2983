//! The session store as the client uses it, on a real folder: what it promises after restarts,
//! crashes, damage and misuse.

mod basics;
mod folder;
