//! The pages that a player sees.

pub(super) mod authorize;
mod layout;
