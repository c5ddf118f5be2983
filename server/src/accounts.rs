//! What a sign-in and a link ask for and what a user looks like (contract rows 1, 2, 8, 9 and 11).

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use crate::clock::iso;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::taptap::Claim;

/// The platform name of guests.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// The platform name of TapTap's players.
pub(crate) const TAPTAP: &str = "taptap";

/// Longest identity on a platform, in bytes of UTF-8.
const MAX_IDENTITY: usize = 1024;

/// Built-in fields that belong to sign-up by password.
const PASSWORD_FIELDS: [&str; 4] = ["username", "password", "email", "mobilePhoneNumber"];

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

/// Who somebody says they are.
#[derive(Debug)]
pub(crate) enum Who {
    /// Whoever knows the id of a guest is the guest.
    Guest(Identity),
    /// TapTap has to be asked.
    TapTap(Claim),
}

/// A sign-in as the body of `POST /users` asks for it.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// Who signs in.
    pub(crate) who: Who,
    /// Fields for the account if it has to be made.
    pub(crate) fields: Map<String, Value>,
}

impl SignIn {
    /// Reads the body of `POST /users`. Whether TapTap can be asked about its players, `taptap`
    /// says.
    pub(crate) fn read(
        mut body: Map<String, Value>,
        policy: Policy,
        taptap: bool,
    ) -> Result<Self, Problem> {
        let auth_data = match body.remove("authData") {
            Some(Value::Object(map)) => map,
            Some(Value::Null) | None if body.contains_key("username") => {
                return Err(Problem::PASSWORD_SIGN_UP);
            }
            Some(Value::Null) | None => return Err(Problem::USERNAME_MISSING),
            Some(_) => return Err(Problem::BAD_AUTH_DATA),
        };
        let who = who(auth_data, taptap)?;
        if PASSWORD_FIELDS.iter().any(|name| body.contains_key(*name)) {
            return Err(Problem::PASSWORD_SIGN_UP);
        }
        for (name, value) in &body {
            if !policy.may_set_field(name) {
                return Err(Problem::NEW_FIELD);
            }
            if !value.is_string() {
                return Err(Problem::BAD_FIELD_TYPE);
            }
        }
        Ok(Self { who, fields: body })
    }
}

/// Reads the body of `PUT /users/<id>`: who the account's owner says to be on one more platform.
/// The id of a guest is no second way into an account.
pub(crate) fn read_link(mut body: Map<String, Value>, taptap: bool) -> Result<Claim, Problem> {
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
    match who(auth_data, taptap)? {
        Who::TapTap(claim) => Ok(claim),
        Who::Guest(_) => Err(Problem::UNKNOWN_PLATFORM),
    }
}

fn who(mut auth_data: Map<String, Value>, taptap: bool) -> Result<Who, Problem> {
    if auth_data.is_empty() {
        return Err(Problem::LINKED_ID_MISSING);
    }
    let guest = auth_data.remove(ANONYMOUS);
    let player = if taptap { auth_data.remove(TAPTAP) } else { None };
    if !auth_data.is_empty() {
        // An identity nobody has verified must open no account.
        return Err(Problem::UNKNOWN_PLATFORM);
    }
    match (guest, player) {
        (Some(guest), None) => guest_identity(guest).map(Who::Guest),
        (None, Some(player)) => Claim::read(player).map(Who::TapTap),
        // Two at once are no sign-in.
        _ => Err(Problem::UNKNOWN_PLATFORM),
    }
}

fn guest_identity(guest: Value) -> Result<Identity, Problem> {
    let Value::Object(map) = guest else {
        return Err(Problem::BAD_AUTH_DATA);
    };
    let value = match map.get("id") {
        Some(Value::String(id)) if id.is_empty() => return Err(Problem::LINKED_ID_MISSING),
        Some(Value::String(id)) => id.clone(),
        Some(Value::Null) | None => return Err(Problem::LINKED_ID_MISSING),
        Some(_) => return Err(Problem::BAD_AUTH_DATA),
    };
    if value.len() > MAX_IDENTITY || value.chars().any(char::is_control) {
        return Err(Problem::BAD_AUTH_DATA);
    }
    Ok(Identity {
        platform: ANONYMOUS.to_owned(),
        value: Secret::new(value),
        data: Secret::new(Value::Object(map).to_string()),
    })
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
    /// Somebody else: no authData, no token.
    Public,
    /// The owner or the master key: authData, no token.
    Owner,
    /// The answer to a sign-in: authData and token.
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
        if view != View::Public && !self.auth_data.is_empty() {
            row.insert("authData".into(), self.auth_data.clone().into());
        }
        if view == View::Session {
            // The one place a token leaves the server: the answer to who has proved to own it.
            row.insert("sessionToken".into(), self.session_token.expose().into());
        }
        Value::Object(row)
    }
}
