//! Binding roles to players of TapTap: what TapTap asks a game for, and how that is set up. The
//! wire form is that of seed 002; design: protocol/role-binding.md.

mod contact;
mod page;
mod role;
mod sender;
mod service;
mod settings;

use axum::http::Method;

pub(crate) use contact::{Channel, Contact};
pub(crate) use page::Page;
pub(crate) use role::{MAX_TEXT, Role, Shown};
pub(crate) use sender::{Messages, Sender, Sending};
pub(crate) use service::{NoWord, RolesService};
pub(crate) use settings::{Options, Pace, Settings, server_secrets};

/// What TapTap calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A verification code for who is reached there.
    SendCode(Channel),
    /// The roles of who has that code.
    VerifyCode(Channel),
    /// The roles of a player who logged in through TapTap.
    GetRoles,
    /// The roles of who made this code in the game.
    GetRolesByCode,
    /// A token for who made this code on a web page.
    GetToken,
    GetRolesByToken,
    /// That a role is bound from now on, or is not any more.
    BindNotify,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 9] = [
        Self::SendCode(Channel::Phone),
        Self::VerifyCode(Channel::Phone),
        Self::SendCode(Channel::Uid),
        Self::VerifyCode(Channel::Uid),
        Self::GetRoles,
        Self::GetRolesByCode,
        Self::GetToken,
        Self::GetRolesByToken,
        Self::BindNotify,
    ];

    /// As in the seed's addresses.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SendCode(Channel::Phone) => "send-code-by-phone",
            Self::VerifyCode(Channel::Phone) => "verify-and-get-roles-by-phone",
            Self::SendCode(Channel::Uid) => "send-code-by-uid",
            Self::VerifyCode(Channel::Uid) => "verify-and-get-roles-by-uid",
            Self::GetRoles => "get-roles",
            Self::GetRolesByCode => "get-roles-by-code",
            Self::GetToken => "get-token",
            Self::GetRolesByToken => "get-roles-by-token",
            Self::BindNotify => "bind-notify",
        }
    }

    pub(crate) const fn method(self) -> Method {
        match self {
            Self::BindNotify | Self::SendCode(_) | Self::VerifyCode(_) => Method::POST,
            _ => Method::GET,
        }
    }
}

/// How a code comes back to TapTap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the game, for `get-roles-by-code`.
    DeepLink,
    /// From a web page, for `get-token`.
    WebLink,
}

impl Way {
    /// As it is kept.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DeepLink => "deeplink",
            Self::WebLink => "weblink",
        }
    }
}
