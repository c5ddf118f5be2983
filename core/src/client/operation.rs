//! The operations a game can submit.

use std::sync::Arc;
use std::time::Duration;

use super::event::kind;
use super::object::{Cut, Object};
use super::options::TIMEOUT_MAX_MS;
use super::taptap::Asked;
use super::task::Task;
use super::write::Write;
use crate::account::AuthLogin;
use crate::secret::Secret;

/// What is asked for, as it was copied at submit.
pub(super) enum Operation {
    LoginAnonymously,
    LoginWithSessionToken(Secret),
    LoginWithAuthData(Box<AuthLogin>),
    /// `revoke` also makes the session token worthless on the server.
    Logout {
        revoke: bool,
    },
    /// Of the user given, else of the current one.
    IsAuthenticated(Option<Arc<Object>>),
    RefreshSessionToken(Option<Arc<Object>>),
    Write(Box<Write>),
    /// With objects of any class but the users'.
    Object(Box<Task>),
    TapTap(Asked),
}

impl Operation {
    /// The kind of its events.
    pub(super) fn kind(&self) -> i32 {
        match self {
            Self::LoginAnonymously
            | Self::LoginWithSessionToken(_)
            | Self::LoginWithAuthData(_) => kind::LOGIN,
            Self::Logout { .. } => kind::LOGOUT,
            Self::IsAuthenticated(_) => kind::USER_IS_AUTHENTICATED,
            Self::RefreshSessionToken(_) => kind::SESSION_TOKEN_REFRESHED,
            Self::Write(write) => write.kind(),
            Self::Object(task) => task.kind(),
            Self::TapTap(asked) => asked.kind(),
        }
    }

    /// The changes that it is to save.
    pub(super) fn cuts(&self) -> Vec<&Cut> {
        match self {
            Self::Write(write) => write.cut().into_iter().collect(),
            Self::Object(task) => task.cuts(),
            _ => Vec::new(),
        }
    }

    /// The platform that it is about.
    pub(super) fn platform(&self) -> Option<&str> {
        match self {
            Self::LoginWithAuthData(login) => Some(login.auth.platform()),
            Self::Write(write) => write.platform(),
            Self::TapTap(asked) => asked.platform(),
            _ => None,
        }
    }

    /// Whether a logout that is submitted while it runs takes its effect away.
    pub(super) fn is_outdated_by_logout(&self) -> bool {
        !matches!(self, Self::IsAuthenticated(_) | Self::Logout { .. })
    }

    /// Whether it runs from its start in turn with the others that change who is logged in. A login
    /// that asks the player does not: others need not wait for the player.
    pub(super) fn takes_turns(&self) -> bool {
        match self {
            Self::IsAuthenticated(_) | Self::Object(_) => false,
            Self::TapTap(asked) => !asked.is_login(),
            _ => true,
        }
    }

    /// How long it may take, if the game does not say; `usual` is the client's.
    pub(super) fn timeout(&self, usual: Duration) -> Duration {
        match self {
            Self::TapTap(asked) if asked.is_login() => {
                Duration::from_millis(u64::from(TIMEOUT_MAX_MS))
            }
            Self::Object(task) => {
                usual.saturating_mul(task.times()).min(Duration::from_millis(TIMEOUT_MAX_MS.into()))
            }
            _ => usual,
        }
    }
}
