//! A real Chromium without a window, driven over chromedriver's WebDriver protocol.
//!
//! It sees what a person would see: the tests look at its pages through [`look`], press its keys
//! and keep its pictures.

pub(crate) mod chromium;
pub(crate) mod driver;
pub(crate) mod look;
pub(crate) mod selftest;
