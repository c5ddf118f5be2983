//! Why something was not signed or not accepted. Never holds a secret, takes nothing from the heap.

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// An input or the header to verify is malformed: the caller's or the sender's mistake.
    Refused {
        /// Which part.
        what: &'static str,
        /// What is the matter with it.
        why: &'static str,
    },
    /// The header was not made with this key for this request.
    Mismatch,
    /// It was, at a time outside the window.
    Expired,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { what, why } => write!(f, "{what} {why}"),
            Self::Mismatch => f.write_str("the MAC does not match the request"),
            Self::Expired => f.write_str("the MAC's ts is outside the time window"),
        }
    }
}

impl std::error::Error for Error {}

/// This package's result.
pub type Result<T> = std::result::Result<T, Error>;
