//! What another platform says of a player: one entry of `authData` (`account-rest.md` section 2.3).

use serde_json::Value;

use super::row::Put;
use super::row::{self, Row};
use crate::error::{Error, Result};

/// The guest's entry; its id is made and kept by the session.
pub const ANONYMOUS: &str = "anonymous";

/// Longest name of a platform, in bytes.
const PLATFORM_MAX: usize = 64;

/// Built-in fields that a sign-up does not set.
const NOT_AT_SIGN_UP: [&str; 5] =
    ["objectId", "createdAt", "updatedAt", "sessionToken", "authData"];

/// The player in all apps of one developer, so that two platforms lead to one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Union {
    /// The platform's `unionid`.
    pub id: String,
    /// Whose unionid it is, such as `weixin`.
    pub platform: String,
    /// Whether the account of this platform is the one that others join.
    pub main_account: bool,
}

/// One entry of `authData`. Secret: no Debug.
#[derive(Clone)]
pub struct AuthData {
    platform: String,
    data: Row,
}

impl AuthData {
    /// Reads `json`, the platform's own fields, and adds what the union says, on a copy.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: no name of a platform, not a JSON object, or an empty union.
    pub fn new(platform: &str, json: &str, union: Option<&Union>) -> Result<Self> {
        check_platform(platform)?;
        let mut data = object("auth_data is not a JSON object without U+0000", json)?;
        if let Some(union) = union {
            check_platform(&union.platform)?;
            if union.id.is_empty() {
                return Err(Error::argument("unionid is empty"));
            }
            data.put("platform", union.platform.as_str().into());
            data.put("unionid", union.id.as_str().into());
            data.put("main_account", union.main_account.into());
        }
        Ok(Self { platform: platform.to_owned(), data })
    }

    /// An entry that is known to be one.
    pub(crate) fn known(platform: &str, data: Row) -> Self {
        Self { platform: platform.to_owned(), data }
    }

    /// The platform's name.
    pub fn platform(&self) -> &str {
        &self.platform
    }

    /// The entry alone.
    pub(super) fn data(&self) -> &Row {
        &self.data
    }

    /// `{"authData": {platform: data}}`
    pub(super) fn body(&self) -> Row {
        let mut all = Row::new();
        all.insert(self.platform.clone(), self.data.clone().into());
        let mut body = Row::new();
        body.put("authData", all.into());
        body
    }
}

/// A login as the player of another platform.
#[derive(Clone)]
pub struct AuthLogin {
    /// Who it is.
    pub auth: AuthData,
    /// Fields of the account, if it is made by this login.
    pub fields: Row,
    /// Whether an unknown player is refused, in place of an account being made.
    pub fail_on_not_exist: bool,
}

/// Reads the fields of a sign-up.
///
/// # Errors
/// `INVALID_ARGUMENT`: not a JSON object, or it holds a field that the server gives.
pub fn sign_up_fields(json: &str) -> Result<Row> {
    let fields = object("fields is not a JSON object without U+0000", json)?;
    match NOT_AT_SIGN_UP.iter().find(|name| fields.contains_key(**name)) {
        Some(_) => Err(Error::argument("fields holds a field that the server gives")),
        None => Ok(fields),
    }
}

/// Refuses what cannot be the name of a platform: it stands in the path of a field.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn check_platform(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.len() <= PLATFORM_MAX
        && name.bytes().all(plain)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
    {
        return Ok(());
    }
    Err(Error::argument("the platform is not up to 64 letters, digits and _, a letter first"))
}

/// A JSON object that the game gave; `name` says what it is not.
pub(crate) fn object(name: &'static str, json: &str) -> Result<Row> {
    // As bytes: a reader of texts would be shipped beside that of the answers.
    match serde_json::from_slice(json.as_bytes()) {
        Ok(Value::Object(row)) if row::refuse_nul(&row).is_ok() => Ok(row),
        _ => Err(Error::argument(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_union_adds_its_three_keys() {
        let union = Union { id: "u".to_owned(), platform: "weixin".to_owned(), main_account: true };
        let auth = AuthData::new("wxgame", r#"{"openid":"o"}"#, Some(&union)).unwrap();
        assert_eq!(
            Value::Object(auth.body()),
            json!({"authData": {"wxgame": {
                "openid": "o", "platform": "weixin", "unionid": "u", "main_account": true,
            }}})
        );
        let plain = AuthData::new("wxgame", r#"{"openid":"o"}"#, None).unwrap();
        assert_eq!(Value::Object(plain.body()), json!({"authData": {"wxgame": {"openid": "o"}}}));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = "a".repeat(65);
        for platform in ["", "_weixin_unionid", "a.b", "1a", "a b", "微信", long.as_str()] {
            assert!(AuthData::new(platform, "{}", None).is_err(), "{platform}");
        }
        for data in ["", "[]", "null", "{", r#"{"a":"\u0000"}"#] {
            assert!(AuthData::new("weixin", data, None).is_err(), "{data}");
        }
        let union = Union { id: String::new(), platform: "weixin".to_owned(), main_account: false };
        assert!(AuthData::new("weixin", "{}", Some(&union)).is_err());
        assert!(sign_up_fields(r#"{"sessionToken":"x"}"#).is_err());
        assert!(sign_up_fields(r#"{"nickname":"x"}"#).is_ok());
    }
}
