//! What the body of `PUT /users/<id>` asks for (contract rows 10 to 15).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{ANONYMOUS, User, may_set};
use crate::credentials::Given;
use crate::objects;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::verify::{Claim, Verifiers};

/// Platforms of one change: those that are named again, those to link and those to unlink.
const MAX_PLATFORMS: usize = 64;

/// Members that official SDKs send along though no client may set them. They mean nothing.
/// `ACL`: users have none.
const REPEATED: [&str; 7] =
    ["objectId", "createdAt", "updatedAt", "sessionToken", "ACL", "__type", "className"];

/// A change of one user. All of it happens at once, or nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Who the owner says to be on further platforms, to be confirmed.
    pub(crate) claims: Vec<Claim>,
    /// Platforms to unlink; the user may have no such.
    pub(crate) unlink: BTreeSet<String>,
    /// Fields to set, and, where there is `Null`, to remove.
    pub(crate) fields: Map<String, Value>,
    /// What is done with fields of the game's own.
    pub(crate) own: objects::change::Change,
    /// Names, addresses and a password.
    pub(crate) given: Given,
    /// Whether anything was said of `authData`.
    pub(crate) auth_data: bool,
}

impl Change {
    /// Reads the body. `user` is whom it changes, as far as is known now: official SDKs send the
    /// whole `authData` that they know, and what is the user's already is not asked about again.
    ///
    /// `READ_ONLY`: nobody may set this. `BAD_FIELD_TYPE`: no text, no null and no `Delete`. Else as
    /// [`Verifiers::read`] and [`objects::change::Change::add_of_user`].
    pub(crate) fn read(
        mut body: Map<String, Value>,
        user: &User,
        policy: Policy,
        verifiers: &Verifiers,
    ) -> Result<Self, Problem> {
        let mut change = Self { given: Given::take(&mut body)?, ..Self::default() };
        let mut sent = Map::new();
        for (name, value) in body {
            if name == "authData" {
                change.auth_data = true;
                read_map(value, &mut sent)?;
            } else if let Some(platform) = name.strip_prefix("authData.") {
                change.auth_data = true;
                if sent.insert(platform.to_owned(), value).is_some() {
                    return Err(Problem::BAD_AUTH_DATA);
                }
            } else if !REPEATED.contains(&name.as_str()) {
                match may_set(&name, policy) {
                    Ok(()) => _ = change.fields.insert(name, text_or_null(value)?),
                    // Whether the caller may, its key decides.
                    Err(problem) if problem == Problem::NEW_FIELD => {
                        change.own.add_of_user(&name, value)?;
                    }
                    Err(problem) => return Err(problem),
                }
            }
        }
        change.read_platforms(sent, user, verifiers)?;
        Ok(change)
    }

    fn read_platforms(
        &mut self,
        sent: Map<String, Value>,
        user: &User,
        verifiers: &Verifiers,
    ) -> Result<(), Problem> {
        if sent.len() > MAX_PLATFORMS {
            return Err(Problem::BAD_AUTH_DATA);
        }
        let alone = sent.len() == 1;
        let mut maps = Map::new();
        for (name, map) in sent {
            if map.is_null() || is_delete(&map) {
                self.unlink.insert(name);
            } else if !map.is_object() {
                return Err(Problem::BAD_AUTH_DATA);
            } else if !says_nothing(&name, &map, user)
                && (alone || !is_known(&name, &map, user, verifiers))
            {
                maps.insert(name, map);
            }
        }
        self.leave_guest(&mut maps, user, verifiers)?;
        if !maps.is_empty() {
            self.claims = verifiers.read(maps)?;
        }
        Ok(())
    }

    /// The id of a guest is no second way into an account. What a client still remembers of a guest
    /// beside a platform, or of the guest that the user is, means nothing.
    fn leave_guest(
        &self,
        maps: &mut Map<String, Value>,
        user: &User,
        verifiers: &Verifiers,
    ) -> Result<(), Problem> {
        let Some(guest) = maps.remove(ANONYMOUS) else {
            return Ok(());
        };
        let player = user.auth_data.keys().any(|name| is_platform(name));
        if maps.is_empty() && !player && !is_known(ANONYMOUS, &guest, user, verifiers) {
            return Err(Problem::UNKNOWN_PLATFORM);
        }
        Ok(())
    }
}

/// Whether it is the name of a platform of which there are players, and no entry of the service.
fn is_platform(name: &str) -> bool {
    name != ANONYMOUS && !name.starts_with('_')
}

/// Whether the map is what the user has, or is of the service's own and nothing to be sent.
fn says_nothing(name: &str, map: &Value, user: &User) -> bool {
    user.auth_data.get(name).is_some_and(|stored| name.starts_with('_') || stored == map)
}

/// Whether the user is this already. A map that comes alone is a link all the same, which has what
/// is kept of the player refreshed.
fn is_known(name: &str, map: &Value, user: &User, verifiers: &Verifiers) -> bool {
    let stored = user.auth_data.get(name).and_then(|stored| verifiers.identity_in(name, stored));
    stored.is_some() && stored == verifiers.identity_in(name, map)
}

fn read_map(value: Value, sent: &mut Map<String, Value>) -> Result<(), Problem> {
    let map = match value {
        Value::Object(map) => map,
        Value::Null => return Err(Problem::LINKED_ID_MISSING),
        _ => return Err(Problem::BAD_AUTH_DATA),
    };
    for (name, value) in map {
        if sent.insert(name, value).is_some() {
            return Err(Problem::BAD_AUTH_DATA);
        }
    }
    Ok(())
}

/// `{"__op":"Delete"}`
fn is_delete(value: &Value) -> bool {
    value.as_object().is_some_and(|op| op.len() == 1 && op.get("__op") == Some(&"Delete".into()))
}

fn text_or_null(value: Value) -> Result<Value, Problem> {
    match value {
        Value::String(_) | Value::Null => Ok(value),
        value if is_delete(&value) => Ok(Value::Null),
        _ => Err(Problem::BAD_FIELD_TYPE),
    }
}
