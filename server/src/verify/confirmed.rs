//! What is known of somebody once the platform was asked.

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use super::grant::Pending;
use super::sent::Claim;
use crate::accounts::{ANONYMOUS, Identity};
use crate::policy::Policy;

/// Longest nickname and longest address of a picture that is taken over, in bytes.
const MAX_NICKNAME: usize = 256;
const MAX_AVATAR: usize = 2048;

/// Somebody who is who they say, on one platform.
#[derive(Debug)]
pub(crate) struct Confirmed {
    /// Who it is, and what is stored of it.
    pub(crate) identity: Identity,
    /// For a new account: `nickname` and `avatar`, as far as they are known.
    pub(crate) fields: Map<String, Value>,
    /// What joins this account with others.
    pub(crate) union: Option<Union>,
    /// Only of Apple's users, if their code was exchanged: what `Verifiers::revoke` needs when the
    /// account is deleted, to be stored sealed.
    pub(crate) grant: Option<Pending>,
}

/// One person behind several platforms' identities (account-rest.md 2.3, unionid).
#[derive(Debug)]
pub(crate) struct Union {
    /// Whose unionid it is: the value of the map's `platform`.
    pub(super) of: String,
    /// Confirmed, unless the platform is one that is not verified.
    pub(crate) unionid: Secret,
    /// Whether the account is the one that others join.
    pub(crate) main_account: bool,
}

impl Union {
    /// The entry of `authData` that holds it: `_weixin_unionid`.
    pub(crate) fn name(&self) -> String {
        format!("_{}_unionid", self.of)
    }
}

/// What a verifier told beside that the identity is the one that was sent.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) unionid: Option<String>,
    pub(super) nickname: Option<String>,
    pub(super) avatar: Option<String>,
    pub(super) grant: Option<Pending>,
}

impl Confirmed {
    /// Of what was claimed and told. In production nothing that was sent is stored but the
    /// identity: tokens are of no use here any more, and a copy of the database would hold them.
    /// A guest's map is the guest's own.
    pub(super) fn new(claim: Claim, told: Told, union: Option<Union>, policy: Policy) -> Self {
        let mut fields = Map::new();
        let texts =
            [("nickname", told.nickname, MAX_NICKNAME), ("avatar", told.avatar, MAX_AVATAR)];
        for (name, text, most) in texts {
            let fits = |text: &String| {
                !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control)
            };
            if let Some(text) = text.filter(fits) {
                fields.insert(name.into(), text.into());
            }
        }
        let data = match policy {
            _ if claim.platform == ANONYMOUS => claim.map,
            Policy::Leancloud => claim.map,
            Policy::Production => {
                let mut kept = fields.clone();
                kept.insert(claim.key, claim.value.expose().into());
                if let Some(unionid) = told.unionid {
                    kept.insert("unionid".into(), unionid.into());
                }
                kept.into()
            }
        };
        let identity = Identity {
            platform: claim.platform,
            value: claim.value,
            data: Secret::new(data.to_string()),
        };
        Self { identity, fields, union, grant: told.grant }
    }
}
