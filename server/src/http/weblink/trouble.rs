//! What goes wrong, as the player is told.

use axum::http::StatusCode;

use super::words::Words;
use crate::problem::Problem;
use crate::storage::StoreError;

/// An answer that leads nowhere; nothing in it repeats what was sent.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    /// For tests and for who helps players.
    pub(super) name: &'static str,
    pub(super) text: fn(&Words) -> &'static str,
    /// Seconds until it is of use to try again.
    pub(super) wait: Option<u32>,
    /// The address at which the player may begin anew.
    pub(super) again: Option<String>,
}

macro_rules! troubles {
    ($($const:ident $status:ident $name:literal $text:ident;)*) => {
        $(pub(super) const $const: Self = Self {
            status: StatusCode::$status,
            name: $name,
            text: |words| words.$text,
            wait: None,
            again: None,
        };)*
    };
}

impl Trouble {
    troubles! {
        FOREIGN BAD_REQUEST "foreign-address" foreign;
        BAD_FORM BAD_REQUEST "bad-form" bad_form;
        NO_COOKIE FORBIDDEN "no-cookie" no_cookie;
        GONE GONE "gone" gone;
        DENIED FORBIDDEN "denied" denied;
        NOT_CONFIRMED FORBIDDEN "not-confirmed" not_confirmed;
        NO_ACCOUNT FORBIDDEN "no-account" no_account;
        GUEST FORBIDDEN "guest" guest;
        BANNED FORBIDDEN "banned" banned;
        WRONG_PASSWORD FORBIDDEN "wrong-password" wrong_password;
        LOCKED TOO_MANY_REQUESTS "locked" locked;
        TOO_OFTEN TOO_MANY_REQUESTS "too-often" too_often;
        DOWN SERVICE_UNAVAILABLE "down" down;
    }

    pub(super) fn start_at(mut self, again: &str) -> Self {
        self.again = Some(again.to_owned());
        self
    }

    /// Whether the player may try another password at once.
    pub(super) fn is_about_password(&self) -> bool {
        [Self::WRONG_PASSWORD, Self::LOCKED].iter().any(|about| about.name == self.name)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        if problem.retry_after.is_some() {
            return Self { wait: problem.retry_after, ..Self::TOO_OFTEN };
        }
        let known = [
            (Problem::BAD_REDIRECT, Self::FOREIGN),
            (Problem::BAD_AUTH_DATA, Self::NOT_CONFIRMED),
            (Problem::BANNED, Self::BANNED),
            (Problem::WRONG_PASSWORD, Self::WRONG_PASSWORD),
            (Problem::NO_USER, Self::WRONG_PASSWORD),
            (Problem::LOCKED, Self::LOCKED),
        ];
        let found = known.into_iter().find(|(known, _)| *known == problem);
        found.map_or(Self::DOWN, |(_, trouble)| trouble)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl From<getrandom::Error> for Trouble {
    fn from(error: getrandom::Error) -> Self {
        Problem::from(error).into()
    }
}
