//! What the tests through the C ABI share: the library as users get it, the real server, and a
//! proxy between the two that can lose things.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

pub mod api;
pub mod build;
pub mod client;
pub mod host;
pub mod numbers;
pub mod proxy;
pub mod server;
pub mod taptap;

/// A fresh empty folder, gone when dropped.
pub fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("tdsauth-test-").tempdir().expect("a temporary folder")
}
