//! The operations a game can submit.

use std::sync::Arc;

use super::event::kind;
use super::object::Object;
use crate::secret::Secret;

/// What is asked for, as it was copied at submit.
pub(super) enum Operation {
    LoginAnonymously,
    LoginWithSessionToken(Secret),
    /// `revoke` also makes the session token worthless on the server.
    Logout {
        revoke: bool,
    },
    /// Of the user given, else of the current one.
    IsAuthenticated(Option<Arc<Object>>),
    RefreshSessionToken(Option<Arc<Object>>),
}

impl Operation {
    /// The kind of its events.
    pub(super) fn kind(&self) -> i32 {
        match self {
            Self::LoginAnonymously | Self::LoginWithSessionToken(_) => kind::LOGIN,
            Self::Logout { .. } => kind::LOGOUT,
            Self::IsAuthenticated(_) => kind::USER_IS_AUTHENTICATED,
            Self::RefreshSessionToken(_) => kind::SESSION_TOKEN_REFRESHED,
        }
    }

    /// Whether a logout that is submitted while it runs takes its effect away.
    pub(super) fn is_outdated_by_logout(&self) -> bool {
        self.changes_session() && !matches!(self, Self::Logout { .. })
    }

    /// Whether it runs in turn with the others that change who is logged in.
    pub(super) fn changes_session(&self) -> bool {
        !matches!(self, Self::IsAuthenticated(_))
    }
}
