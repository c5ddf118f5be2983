//! The MAC token: the signed `Authorization` header of TapTap's open API.
//!
//! Lives in the package `tdsauth-mac` (`core/mac/`), because a package is what can be optimised
//! apart: this one for speed, the rest of the library for size.

pub use tdsauth_mac::*;

use crate::error::{self, status};

impl From<tdsauth_mac::Error> for error::Error {
    fn from(error: tdsauth_mac::Error) -> Self {
        let status = match error {
            tdsauth_mac::Error::Refused { .. } => status::INVALID_ARGUMENT,
            tdsauth_mac::Error::Mismatch => status::MAC_MISMATCH,
            tdsauth_mac::Error::Expired => status::MAC_EXPIRED,
        };
        Self::new(status, error.to_string())
    }
}
