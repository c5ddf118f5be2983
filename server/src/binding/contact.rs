//! Where a player can be reached with a verification code.

use crate::credentials::{is_phone, phone_key};

use super::MAX_TEXT;

/// The country whose numbers TapTap gives without its code.
const HOME: &str = "+86";
/// Digits of a mobile number there, the first of which is 1.
const HOME_DIGITS: usize = 11;

/// By telephone, or by the id that a player sees in the game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Phone,
    Uid,
}

impl Channel {
    /// As it is called in requests.
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Phone => "phone_num",
            Self::Uid => "uid",
        }
    }
}

/// One player's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) channel: Channel,
    /// A number as TapTap sent it but for what is between its digits, or a UID.
    pub(crate) value: String,
}

impl Contact {
    /// `None` when it is no number, or no UID.
    pub(crate) fn read(channel: Channel, text: &str) -> Option<Self> {
        let value = match channel {
            Channel::Phone => phone_key(text),
            Channel::Uid => text.to_owned(),
        };
        let fits = match channel {
            Channel::Phone => is_phone(&value),
            Channel::Uid => value.len() <= MAX_TEXT && !value.chars().any(char::is_control),
        };
        fits.then_some(Self { channel, value })
    }

    /// The one text of all that mean the same.
    pub(crate) fn key(&self) -> String {
        match self.channel {
            Channel::Phone if self.is_home() => format!("phone\0{HOME}{}", self.value),
            Channel::Phone => format!("phone\0{}", self.value),
            Channel::Uid => format!("uid\0{}", self.value),
        }
    }

    /// The number as an account may have it otherwise.
    pub(crate) fn other_form(&self) -> String {
        match self.value.strip_prefix(HOME) {
            Some(bare) => bare.to_owned(),
            None if self.is_home() => format!("{HOME}{}", self.value),
            None => self.value.clone(),
        }
    }

    fn is_home(&self) -> bool {
        self.value.len() == HOME_DIGITS && self.value.starts_with('1')
    }
}
