//! `cargo xtask dist`: the library as it ships, for every system, inspected and packed.

mod pack;
mod target;
