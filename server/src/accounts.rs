//! What a sign-in and a link ask for and what a user looks like (contract rows 1, 2, 8, 9 and 11).

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use crate::clock::iso;
use crate::credentials::{EMAIL, Given, PHONE};
use crate::policy::Policy;
use crate::problem::Problem;
use crate::verify::{Claim, Verifiers};

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

/// A sign-in as the body of `POST /users` asks for it.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// Who somebody says to be, on the one platform of the request.
    pub(crate) claim: Claim,
    /// Fields for the account if it has to be made.
    pub(crate) fields: Map<String, Value>,
    /// Names and a password for it.
    pub(crate) given: Given,
}

impl SignIn {
    /// Reads the body of `POST /users` with `authData`. Who can be asked about players, `verifiers` knows.
    pub(crate) fn read(
        mut body: Map<String, Value>,
        policy: Policy,
        verifiers: &Verifiers,
    ) -> Result<Self, Problem> {
        let auth_data = match body.remove("authData") {
            Some(Value::Object(map)) => map,
            _ => return Err(Problem::BAD_AUTH_DATA),
        };
        let claim = one(verifiers.read(auth_data)?)?;
        let given = Given::take(&mut body)?;
        policy.check_fields(&body)?;
        Ok(Self { claim, fields: body, given })
    }
}

/// Reads the body of `PUT /users/<id>`: who the account's owner says to be on one more platform.
/// The id of a guest is no second way into an account.
pub(crate) fn read_link(
    mut body: Map<String, Value>,
    verifiers: &Verifiers,
) -> Result<Claim, Problem> {
    let auth_data = body.remove("authData");
    if !body.is_empty() {
        return Err(Problem::ONLY_AUTH_DATA);
    }
    let auth_data = match auth_data {
        Some(Value::Object(map)) => map,
        Some(Value::Null) | None => return Err(Problem::LINKED_ID_MISSING),
        Some(_) => return Err(Problem::BAD_AUTH_DATA),
    };
    if auth_data.contains_key(ANONYMOUS) {
        return Err(Problem::UNKNOWN_PLATFORM);
    }
    one(verifiers.read(auth_data)?)
}

/// The one claim of a request.
fn one(mut claims: Vec<Claim>) -> Result<Claim, Problem> {
    let guest = claims.iter().any(|claim| claim.platform == ANONYMOUS);
    match (claims.pop(), claims.is_empty()) {
        (Some(claim), true) => Ok(claim),
        // A guest who is a player as well is none.
        _ if guest => Err(Problem::UNKNOWN_PLATFORM),
        _ => Err(Problem::ONE_PLATFORM),
    }
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
