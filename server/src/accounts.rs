//! What a sign-in and a change ask for and what a user looks like (contract rows 1 to 15).

mod change;
mod filter;

use serde_json::{Map, Value, json};
use tdsauth_core::secret::Secret;

use crate::clock::iso;
use crate::credentials::{EMAIL, Given, PHONE};
use crate::objects;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::verify::{Claim, Verifiers};
pub(crate) use change::Change;
pub(crate) use filter::Filter;

/// The platform name of guests.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// The platform name of TapTap's players.
pub(crate) const TAPTAP: &str = "taptap";

/// Who somebody is on one platform: a full credential in the case of a guest.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// `anonymous`, `taptap`, …
    pub(crate) platform: String,
    /// Unique within the platform.
    pub(crate) value: Secret,
    /// The platform's map, as JSON text; it is kept and given back to the owner.
    pub(crate) data: Secret,
}

/// An identity that is certain, and what came with it.
#[derive(Debug, Clone)]
pub(crate) struct Proven {
    pub(crate) identity: Identity,
    pub(crate) union: Option<UnionEntry>,
    /// What ends the platform's own grant when the account is deleted (Apple's users alone).
    pub(crate) grant: Option<Secret>,
}

/// What joins the accounts of one person (account-rest.md 2.3, unionid).
#[derive(Debug, Clone)]
pub(crate) struct UnionEntry {
    /// Its name in `authData`: `_weixin_unionid`.
    pub(crate) name: String,
    pub(crate) unionid: Secret,
    /// Whether the account is the one that others join.
    pub(crate) main_account: bool,
}

impl UnionEntry {
    /// The entry as an identity of its own, by which the account is found.
    pub(crate) fn identity(&self) -> Identity {
        let data = json!({ "uid": self.unionid.expose() }).to_string();
        Identity {
            platform: self.name.clone(),
            value: self.unionid.clone(),
            data: Secret::new(data),
        }
    }
}

/// A sign-in as the body of `POST /users` asks for it.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// Who somebody says to be, on each platform of the request.
    pub(crate) claims: Vec<Claim>,
    /// Fields for the account if it has to be made.
    pub(crate) fields: Map<String, Value>,
    /// What is done with fields of the game's own then.
    pub(crate) own: objects::change::Change,
    /// Names and a password for it.
    pub(crate) given: Given,
}

impl SignIn {
    /// Reads the body of `POST /users` with `authData`. Who can be asked about players, `verifiers`
    /// knows.
    pub(crate) fn read(
        mut body: Map<String, Value>,
        policy: Policy,
        verifiers: &Verifiers,
    ) -> Result<Self, Problem> {
        let auth_data = match body.remove("authData") {
            Some(Value::Object(map)) => map,
            _ => return Err(Problem::BAD_AUTH_DATA),
        };
        let claims = verifiers.read(auth_data)?;
        if claims.len() > 1 && claims.iter().any(|claim| claim.platform == ANONYMOUS) {
            // A guest who is a player as well is none.
            return Err(Problem::UNKNOWN_PLATFORM);
        }
        let given = Given::take(&mut body)?;
        let (fields, own) = split_fields(body, policy)?;
        Ok(Self { claims, fields, own, given })
    }
}

/// Fields that the service alone sets.
const READ_ONLY: [&str; 3] = ["emailVerified", "mobilePhoneVerified", "shortId"];

/// The fields of a new account, and apart from them what is done with those of the game's own.
/// Refuses those that a client may not set, or not to this.
pub(crate) fn split_fields(
    body: Map<String, Value>,
    policy: Policy,
) -> Result<(Map<String, Value>, objects::change::Change), Problem> {
    let (mut fields, mut own) = <(Map<_, _>, objects::change::Change)>::default();
    for (name, value) in body {
        match may_set(&name, policy) {
            Ok(()) if value.is_string() => _ = fields.insert(name, value),
            Ok(()) => return Err(Problem::BAD_FIELD_TYPE),
            // Whether the caller may, its key decides.
            Err(problem) if problem == Problem::NEW_FIELD => own.add_of_user(&name, value)?,
            Err(problem) => return Err(problem),
        }
    }
    Ok((fields, own))
}

/// Whether a client may set this field of a user.
fn may_set(name: &str, policy: Policy) -> Result<(), Problem> {
    if READ_ONLY.contains(&name) {
        return Err(Problem::READ_ONLY);
    }
    if policy.may_set_field(name) { Ok(()) } else { Err(Problem::NEW_FIELD) }
}

/// One account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// 24 hex digits.
    pub(crate) id: String,
    /// Unix milliseconds.
    pub(crate) created_at: i64,
    /// Unix milliseconds; each change gives a later one.
    pub(crate) updated_at: i64,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) mobile_phone_number: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) mobile_phone_verified: bool,
    /// The one token of all devices, the same at each sign-in until it is refreshed.
    pub(crate) session_token: Secret,
    /// Whether the operator keeps the user out.
    pub(crate) banned: bool,
    /// Every other field.
    pub(crate) fields: Map<String, Value>,
    /// Platform name to the platform's map.
    pub(crate) auth_data: Map<String, Value>,
}

/// How much of a user the caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Somebody else: no authData, no addresses, no token.
    Public,
    /// The owner or the master key: authData and addresses, no token.
    Owner,
    /// The answer to a sign-in: authData, addresses and token.
    Session,
}

impl User {
    /// The user who has proved who it is, if it may come in. Every way of signing in, by whatever
    /// proof, goes through here before it hands a session out.
    pub(crate) fn admitted(self) -> Result<Self, Problem> {
        if self.banned { Err(Problem::BANNED) } else { Ok(self) }
    }

    /// The user as an answer of the contract.
    pub(crate) fn to_json(&self, view: View) -> Value {
        let mut row = self.fields.clone();
        row.insert("objectId".into(), self.id.as_str().into());
        row.insert("createdAt".into(), iso(self.created_at).into());
        row.insert("updatedAt".into(), iso(self.updated_at).into());
        row.insert("username".into(), self.username.as_str().into());
        row.insert("emailVerified".into(), self.email_verified.into());
        row.insert("mobilePhoneVerified".into(), self.mobile_phone_verified.into());
        if view != View::Public {
            let addresses = [(EMAIL, &self.email), (PHONE, &self.mobile_phone_number)];
            for (name, address) in addresses {
                row.extend(address.as_deref().map(|address| (name.into(), address.into())));
            }
            if !self.auth_data.is_empty() {
                row.insert("authData".into(), self.auth_data.clone().into());
            }
        }
        if view == View::Session {
            // The one place a token leaves the server: the answer to who has proved to own it.
            row.insert("sessionToken".into(), self.session_token.expose().into());
        }
        Value::Object(row)
    }
}
