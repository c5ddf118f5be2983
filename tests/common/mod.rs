//! What the tests through the C ABI share: the library as users get it, the real server, and a
//! proxy between the two that can lose things.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

pub mod account;
pub mod api;
pub mod binding;
pub mod build;
pub mod client;
pub mod host;
pub mod numbers;
pub mod object;
pub mod proxy;
pub mod server;
pub mod taptap;

/// A fresh empty folder, gone when dropped.
pub fn folder() -> tempfile::TempDir {
    named().tempdir().expect("a temporary folder")
}

/// The same in memory, where the system has such: for what is not about the disk, which takes
/// minutes to flush when it is busy.
pub fn memory_folder() -> tempfile::TempDir {
    named().tempdir_in("/dev/shm").unwrap_or_else(|_| folder())
}

fn named() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("tdsauth-test-");
    builder
}
