//! Names, passwords and addresses as requests say them (account-rest.md 2.10).

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use crate::problem::Problem;

/// Longest username, password and e-mail address, in bytes of UTF-8.
const MAX_USERNAME: usize = 256;
const MAX_PASSWORD: usize = 1024;
const MAX_EMAIL: usize = 254;
/// Digits of a phone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// The names of what this file reads, in requests and answers.
pub(crate) const EMAIL: &str = "email";
pub(crate) const PHONE: &str = "mobilePhoneNumber";
const USERNAME: &str = "username";
const PASSWORD: &str = "password";

/// What becomes of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Change {
    #[default]
    Keep,
    Unset,
    Set(String),
}

/// By what somebody can be found.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) username: Option<String>,
    pub(crate) email: Change,
    /// As [`phone_key`] writes it.
    pub(crate) phone: Change,
}

/// What a request sets.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) names: Names,
    pub(crate) password: Option<Secret>,
}

/// What is stored of it.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    pub(crate) names: Names,
    /// Of [`crate::hashing::Hasher`].
    pub(crate) hash: Option<Secret>,
}

impl Credentials {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        let Names { username, email, phone } = &self.names;
        let none = [email, phone].iter().all(|name| **name == Change::Keep);
        username.is_none() && none && self.hash.is_none()
    }
}

/// Something unique that is somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unique {
    Username,
    Email,
    Phone,
}

/// By what somebody wants to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Username(String),
    /// As [`email_key`] writes it.
    Email(String),
    /// As [`phone_key`] writes it.
    Phone(String),
}

/// A login by password, as the body of `POST /login` asks for it.
#[derive(Debug)]
pub(crate) struct LogIn {
    pub(crate) name: Name,
    pub(crate) password: Secret,
}

/// Another password, as the body of `PUT …/updatePassword` asks for it.
#[derive(Debug)]
pub(crate) struct NewPassword {
    pub(crate) old: Secret,
    pub(crate) new: Secret,
}

impl From<Unique> for Problem {
    fn from(unique: Unique) -> Self {
        match unique {
            Unique::Username => Self::USERNAME_TAKEN,
            Unique::Email => Self::EMAIL_TAKEN,
            Unique::Phone => Self::PHONE_TAKEN,
        }
    }
}

impl Change {
    /// The value that is set.
    pub(crate) fn value(&self) -> Option<&str> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Unset => None,
        }
    }

    /// Null and a `Delete` operation unset.
    fn take(body: &mut Map<String, Value>, name: &str) -> Result<Self, Problem> {
        Ok(match body.remove(name) {
            None => Self::Keep,
            Some(Value::Null) => Self::Unset,
            Some(Value::Object(op)) if op.get("__op") == Some(&"Delete".into()) => Self::Unset,
            Some(Value::String(text)) => Self::Set(text),
            Some(_) => return Err(Problem::BAD_FIELD_TYPE),
        })
    }
}

impl Given {
    /// Takes what this is about out of a body; the rest of it stays.
    pub(crate) fn take(body: &mut Map<String, Value>) -> Result<Self, Problem> {
        let password = text(body, PASSWORD)?.map(Secret::new);
        let username = text(body, USERNAME)?;
        let (email, phone) = (Change::take(body, EMAIL)?, Change::take(body, PHONE)?);
        if username.as_ref().is_some_and(|name| !fits(name, MAX_USERNAME)) {
            return Err(Problem::BAD_USERNAME);
        }
        if password.as_ref().is_some_and(|password| !fits(password.expose(), MAX_PASSWORD)) {
            return Err(Problem::BAD_PASSWORD);
        }
        if email.value().is_some_and(|email| !is_email(email)) {
            return Err(Problem::BAD_EMAIL);
        }
        let phone = match phone {
            Change::Set(phone) => {
                let key = phone_key(&phone);
                Change::Set(Some(key).filter(|key| is_phone(key)).ok_or(Problem::BAD_PHONE)?)
            }
            other => other,
        };
        Ok(Self { names: Names { username, email, phone }, password })
    }

    /// What of a user it changes and an answer may show.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &'static str> {
        let Names { username, email, phone } = &self.names;
        [
            (USERNAME, username.is_some()),
            (EMAIL, *email != Change::Keep),
            (PHONE, *phone != Change::Keep),
        ]
        .into_iter()
        .filter_map(|(name, touched)| touched.then_some(name))
    }

    /// A sign-up needs a name and a password.
    pub(crate) fn is_complete(&self) -> Result<(), Problem> {
        match (&self.names.username, &self.password) {
            (None, _) => Err(Problem::USERNAME_MISSING),
            (_, None) => Err(Problem::PASSWORD_MISSING),
            _ => Ok(()),
        }
    }
}

impl Credentials {
    /// Whether it makes a player with a name and a password of who was a guest (contract row 13).
    pub(crate) fn end_guest(&self) -> bool {
        self.names.username.is_some() && self.hash.is_some()
    }
}

impl Name {
    /// What a person may mean who types `text` into one field for all names. The first that is
    /// somebody's counts.
    pub(crate) fn typed(text: &str) -> Vec<Self> {
        let mut meant = vec![Self::Username(text.to_owned())];
        // Keyboards of phones leave a blank behind a word.
        let text = text.trim();
        meant.push(Self::Username(text.to_owned()));
        if is_email(text) {
            meant.push(Self::Email(email_key(text)));
        }
        let phone = phone_key(text);
        if is_phone(&phone) {
            meant.push(Self::Phone(phone));
        }
        meant
    }
}

impl LogIn {
    /// Reads the body of `POST /login`. Of several names the first of username, e-mail address and
    /// phone number counts; clients send all that they know, and none of the rest means anything.
    pub(crate) fn read(mut body: Map<String, Value>) -> Result<Self, Problem> {
        let password = text(&mut body, PASSWORD)?.map(Secret::new);
        let name = if let Some(name) = text(&mut body, USERNAME)? {
            Name::Username(name)
        } else if let Some(email) = text(&mut body, EMAIL)? {
            Name::Email(email_key(&email))
        } else if let Some(phone) = text(&mut body, PHONE)? {
            Name::Phone(phone_key(&phone))
        } else {
            return Err(Problem::USERNAME_MISSING);
        };
        if password.is_none() && body.contains_key("smsCode") {
            return Err(Problem::NO_MESSAGES);
        }
        let password = password.ok_or(Problem::PASSWORD_MISSING)?;
        Ok(Self { name, password })
    }
}

impl NewPassword {
    /// Reads the body of `PUT …/updatePassword`. An old one that nobody could have is a wrong one.
    pub(crate) fn read(mut body: Map<String, Value>) -> Result<Self, Problem> {
        let old = text(&mut body, "old_password")?.ok_or(Problem::PASSWORD_MISSING)?;
        let new = text(&mut body, "new_password")?.ok_or(Problem::PASSWORD_MISSING)?;
        let (old, new) = (Secret::new(old), Secret::new(new));
        if !fits(new.expose(), MAX_PASSWORD) {
            return Err(Problem::BAD_PASSWORD);
        }
        Ok(Self { old, new })
    }
}

/// How an e-mail address is compared: ASCII letters in either case are the same. More is not, lest
/// an address that only looks like another one be taken for it.
pub(crate) fn email_key(email: &str) -> String {
    email.to_ascii_lowercase()
}

/// How a phone number is kept and compared: without what is written between its digits. A country
/// code is part of the number.
pub(crate) fn phone_key(phone: &str) -> String {
    phone.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect()
}

fn text(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::BAD_FIELD_TYPE),
    }
}

fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.len() <= most
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let labels = domain.split('.').all(|label| !label.is_empty());
    plain && text.len() <= MAX_EMAIL && !local.is_empty() && labels && !domain.contains('@')
}

pub(crate) fn is_phone(key: &str) -> bool {
    let digits = key.strip_prefix('+').unwrap_or(key);
    PHONE_DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}
