//! What a request says somebody is on one platform.

use std::fmt;

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use super::confirmed::Union;
use crate::accounts::ANONYMOUS;
use crate::problem::Problem;

/// Longest identity on a platform, in bytes of UTF-8.
const MAX_IDENTITY: usize = 1024;
/// Longest text of a map that is handed on to a verifier, in bytes.
const MAX_TEXT: usize = 8 * 1024;
/// Whose unionid it is if the map does not say (account-rest.md 2.3).
const DEFAULT_UNION: &str = "weixin";

/// One platform of `authData`: nobody has verified any of it.
pub(crate) struct Claim {
    /// `anonymous`, `taptap`, …
    pub(crate) platform: String,
    /// The member of the map that holds the identity.
    pub(super) key: String,
    /// The identity. That of a guest is a full credential.
    pub(super) value: Secret,
    /// The platform's map as it was sent, tokens and all.
    pub(super) map: Value,
}

/// Without what was sent.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").field("platform", &self.platform).finish_non_exhaustive()
    }
}

/// Whether a platform may be called this: as a field is. The names in front of which there is a
/// `_` are the service's own (`_weixin_unionid`).
pub(super) fn is_platform_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.len() <= 64
        && name.bytes().all(fits)
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
}

impl Claim {
    /// Reads the map of `platform`; `key` is the member with the identity, if the verifier says so.
    /// Otherwise the rule of account-rest.md 2.3 decides.
    pub(super) fn read(platform: String, map: Value, key: Option<&str>) -> Result<Self, Problem> {
        let Value::Object(members) = &map else {
            return Err(Problem::BAD_AUTH_DATA);
        };
        let key = key.unwrap_or_else(|| key_of(&platform, members)).to_owned();
        let value = match members.get(&key) {
            Some(Value::String(text)) if text.is_empty() => return Err(Problem::LINKED_ID_MISSING),
            Some(Value::String(text)) => text,
            Some(Value::Null) | None => return Err(Problem::LINKED_ID_MISSING),
            Some(_) => return Err(Problem::BAD_AUTH_DATA),
        };
        // A guest's id is any text: official SDKs send theirs as their file holds it, to the last
        // line feed.
        let odd = platform != ANONYMOUS && value.chars().any(char::is_control);
        if value.len() > MAX_IDENTITY || odd {
            return Err(Problem::BAD_AUTH_DATA);
        }
        let value = Secret::new(value.as_str());
        let claim = Self { platform, key, value, map };
        let unionid = claim.text("unionid")?;
        if unionid.is_some_and(|text| text.len() > MAX_IDENTITY) {
            return Err(Problem::BAD_AUTH_DATA);
        }
        Ok(claim)
    }

    /// The identity.
    pub(super) fn into_value(self) -> Secret {
        self.value
    }

    /// A text of the map; `None` when it is missing or empty. Another type, a control character or
    /// a text that is too long is no login.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                if text.len() > MAX_TEXT || text.chars().any(char::is_control) {
                    return Err(Problem::BAD_AUTH_DATA);
                }
                Ok(Some(text.as_str()).filter(|text| !text.is_empty()))
            }
            Some(_) => Err(Problem::BAD_AUTH_DATA),
        }
    }

    /// The account-joining part of the map, as it was sent.
    pub(super) fn sent_union(&self) -> Option<Union> {
        let unionid = self.text("unionid").ok().flatten()?;
        let of = self.text("platform").ok()?.unwrap_or(DEFAULT_UNION);
        let main = self.map.get("main_account");
        // Texts are what the published samples send.
        let main_account =
            main.is_some_and(|main| main.as_bool() == Some(true) || main.as_str() == Some("true"));
        is_platform_name(of).then(|| Union {
            of: of.to_owned(),
            unionid: Secret::new(unionid),
            main_account,
        })
    }

    /// What joins accounts, if the map asks for it: a unionid that the verifier has `told`, of a
    /// platform (`union`) that it speaks for. Another one than was sent is no login.
    pub(super) fn union(&self, union: &str, told: Option<&str>) -> Result<Option<Union>, Problem> {
        match (self.text("unionid")?, told) {
            (Some(sent), Some(told)) if sent != told => Err(Problem::BAD_AUTH_DATA),
            (Some(_), Some(_)) => Ok(self.sent_union().filter(|sent| sent.of == union)),
            _ => Ok(None),
        }
    }
}

/// The member that holds the identity (account-rest.md 2.3).
fn key_of(platform: &str, map: &Map<String, Value>) -> &'static str {
    match platform {
        ANONYMOUS => "id",
        "weixin" | "qq" | "taptap" => "openid",
        "weibo" | "lc_apple" => "uid",
        _ if map.get("uid").is_some_and(|uid| !uid.is_null()) => "uid",
        _ => "openid",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claim(map: Value) -> Claim {
        Claim::read("qq".into(), map, None).unwrap()
    }

    #[test]
    fn a_unionid_joins_accounts_only_if_the_verifier_told_it() {
        let sent = |main: Value| {
            claim(json!({
                "openid": "o", "unionid": "u", "platform": "qq", "main_account": main,
            }))
        };
        let join = |claim: Claim, told| claim.union("qq", told);
        let joined = join(sent(json!("true")), Some("u")).unwrap().unwrap();
        assert_eq!((joined.name().as_str(), joined.main_account), ("_qq_unionid", true));
        assert_eq!(joined.unionid.expose(), "u");
        for (main, is) in [(json!(true), true), (json!(false), false), (json!("false"), false)] {
            assert_eq!(join(sent(main), Some("u")).unwrap().unwrap().main_account, is);
        }
        assert!(join(sent(json!(true)), None).unwrap().is_none(), "only sent");
        assert_eq!(join(sent(json!(true)), Some("v")).unwrap_err(), Problem::BAD_AUTH_DATA);
        assert!(join(claim(json!({ "openid": "o" })), Some("u")).unwrap().is_none(), "only told");
    }

    #[test]
    fn a_verifier_speaks_for_the_unionids_of_its_own_platform() {
        // Without `platform` the unionid is WeChat's, which QQ knows nothing of.
        let sent = claim(json!({ "openid": "o", "unionid": "u", "main_account": true }));
        assert!(sent.union("qq", Some("u")).unwrap().is_none());
        assert_eq!(sent.union("weixin", Some("u")).unwrap().unwrap().name(), "_weixin_unionid");
    }

    #[test]
    fn the_identity_stands_where_the_contract_says() {
        let key = |platform: &str, map: Value| {
            Claim::read(platform.into(), map, None).map(|claim| claim.value.expose().to_owned())
        };
        let both = json!({ "id": "i", "uid": "u", "openid": "o" });
        for (platform, value) in [
            ("anonymous", "i"),
            ("weixin", "o"),
            ("qq", "o"),
            ("taptap", "o"),
            ("weibo", "u"),
            ("lc_apple", "u"),
            ("corp", "u"),
        ] {
            assert_eq!(key(platform, both.clone()).as_deref(), Ok(value), "{platform}");
        }
        assert_eq!(key("corp", json!({ "openid": "o" })).as_deref(), Ok("o"));
        assert_eq!(key("corp", json!({ "id": "i" })), Err(Problem::LINKED_ID_MISSING));
        assert_eq!(key("weibo", json!({ "openid": "o" })), Err(Problem::LINKED_ID_MISSING));
        assert_eq!(key("corp", json!({ "uid": 7 })), Err(Problem::BAD_AUTH_DATA));
    }
}
