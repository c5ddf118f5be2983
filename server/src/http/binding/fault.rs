//! What goes wrong, as TapTap is told: the codes of seed 002, each with status 200.

use crate::storage::StoreError;

/// An answer that is not a success; the text never holds anything that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: u16,
    pub(super) msg: &'static str,
}

impl Fault {
    const fn new(code: u16, msg: &'static str) -> Self {
        Self { code, msg }
    }

    pub(super) const MISSING: Self = Self::new(1000, "a required parameter is missing");
    pub(super) const INVALID: Self = Self::new(1001, "a parameter is invalid");
    pub(super) const SIGNATURE: Self = Self::new(1002, "the signature check failed");
    pub(super) const EXPIRED: Self = Self::new(1003, "the code or token has expired");
    pub(super) const NO_ACCOUNT: Self = Self::new(1004, "there is no such account");
    pub(super) const NO_ROLE: Self = Self::new(1005, "there is no such role");
    pub(super) const TOO_OFTEN: Self =
        Self::new(1010, "verification codes are asked for too often");
    pub(super) const BAD_PHONE: Self = Self::new(1011, "this is no telephone number");
    pub(super) const WRONG_CODE: Self = Self::new(1020, "the verification code is wrong");
    pub(super) const CODE_OVER: Self = Self::new(1021, "the verification code has expired");
    pub(super) const NOT_NOTED: Self = Self::new(1030, "the notice could not be noted");
    pub(super) const SYSTEM: Self = Self::new(1999, "the service is not available now");
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "database");
        Self::SYSTEM
    }
}

impl From<getrandom::Error> for Fault {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness");
        Self::SYSTEM
    }
}
