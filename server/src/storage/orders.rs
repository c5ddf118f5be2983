//! The changes that can be ordered, each done within a transaction.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::conn::Conn;
use super::{Order, Result, StoreError, identities, passwords, sessions, users};
use crate::accounts::{Identity, Proven, User};
use crate::credentials::{Credentials, Unique};
use crate::objects::ops::Linking;
use crate::objects::schema::KeyType;

/// How long the token before a refresh still gets the new one, in milliseconds: a refresh whose
/// answer was lost can be asked again. Before the refresh too: of two orders the later one may be
/// done first, and the clocks of two servers differ.
const GRACE_MS: u64 = 10 * 60 * 1000;

/// What an account is made of when a sign-in finds none.
#[derive(Debug)]
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) session_token: Secret,
    /// JSON object.
    pub(crate) fields: String,
    /// What else those of the game's own ask for.
    pub(crate) own: OwnFields,
    /// Nobody else's; a username goes before the one above.
    pub(crate) credentials: Credentials,
}

/// Of fields that are the game's own: new keys of the class of users, and what is in relations.
#[derive(Debug, Default)]
pub(crate) struct OwnFields {
    pub(crate) keys: BTreeMap<String, KeyType>,
    pub(crate) linked: Vec<(String, Linking)>,
}

/// A sign-in by identity.
#[derive(Debug)]
pub(crate) struct SignInOrder {
    /// Who somebody is, on each platform of the request; one at least.
    pub(crate) proven: Vec<Proven>,
    /// The account to make; `None` makes none.
    pub(crate) new_user: Option<NewUser>,
    /// Largest user, in bytes of its JSON.
    pub(crate) max_bytes: usize,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a sign-in ended.
#[derive(Debug)]
pub(crate) enum SignedIn {
    /// The account was made.
    Created(User),
    /// The account was there; it may be banned, and nothing was changed then.
    Known(User),
    /// There is no account and none was to be made.
    Nobody,
    /// Two identities, or what joins them, belong to two accounts.
    Taken,
    /// There is no account, and a name for a new one is somebody's.
    NameTaken(Unique),
}

/// By what right a user is changed.
#[derive(Debug)]
pub(crate) enum Authority {
    /// By this session token, which may be the user's or not.
    Session(Secret),
    /// By the master key.
    Master,
}

impl Authority {
    pub(crate) fn is_master(&self) -> bool {
        matches!(self, Self::Master)
    }

    /// Whether it is the right to change the user of this session token, which is dead while the
    /// user is banned.
    pub(crate) fn covers(&self, token: &str, banned: bool) -> bool {
        match self {
            Self::Session(session) => !banned && same(session, token),
            Self::Master => true,
        }
    }
}

/// A new session token for one user.
#[derive(Debug)]
pub(crate) struct Refresh {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) authority: Authority,
    pub(crate) new_token: Secret,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a refresh ended.
#[derive(Debug)]
pub(crate) enum Refreshed {
    /// The token that is valid now and the user's `updatedAt`.
    Done { token: Secret, updated_at: i64 },
    /// The session is not, or no longer, this user's.
    Refused,
    /// There is no such user.
    Nobody,
}

impl Order for SignInOrder {
    type Out = SignedIn;

    const AT_ONCE: bool = true;

    /// A new account of which nothing is known but one identity, as guests are: made unless
    /// somebody has the identity.
    async fn at_once(&self, db: &mut Conn<'_>) -> Result<Option<SignedIn>> {
        let ([proven], Some(new)) = (self.proven.as_slice(), &self.new_user) else {
            return Ok(None);
        };
        if proven.union.is_some() || proven.grant.is_some() || !new.is_plain() {
            return Ok(None);
        }
        let user = new.user(&proven.identity, self.now)?;
        if users::size(&user) > self.max_bytes {
            return Ok(None);
        }
        let made = users::insert_alone(db, new, &proven.identity, self.now).await?;
        Ok(made.then_some(SignedIn::Created(user)))
    }

    /// Finds or makes the account. Two first sign-ins of one identity cannot both make one: the
    /// primary key of `identities` holds it.
    async fn run(&self, db: &mut Conn<'_>) -> Result<SignedIn> {
        let known = match self.owners(db).await?.as_slice() {
            [] => None,
            [id] => Some(id.clone()),
            _ => return Ok(SignedIn::Taken),
        };
        if let Some(id) = &known
            && users::is_banned(db, id).await?
        {
            // Whoever hands the session out refuses it.
            return users::existing(db, id, usize::MAX).await.map(SignedIn::Known);
        }
        let id = match (&known, &self.new_user) {
            (Some(id), _) => id,
            (None, Some(new)) => {
                if let Some(taken) = passwords::taken(db, &new.credentials.names, None).await? {
                    return Ok(SignedIn::NameTaken(taken));
                }
                users::insert(db, new, self.now).await?;
                &new.id
            }
            (None, None) => return Ok(SignedIn::Nobody),
        };
        for proven in &self.proven {
            identities::place(db, id, proven, self.now).await?;
        }
        if known.is_some() {
            users::touch(db, id, self.now).await?;
        }
        let user = users::existing(db, id, self.max_bytes).await?;
        Ok(if known.is_some() { SignedIn::Known(user) } else { SignedIn::Created(user) })
    }
}

impl NewUser {
    /// Whether it has nothing of its own but what every account is given.
    fn is_plain(&self) -> bool {
        let Self { own, credentials, .. } = self;
        own.keys.is_empty() && own.linked.is_empty() && credentials.is_empty()
    }

    /// The user that a plain one becomes.
    fn user(&self, identity: &Identity, now: i64) -> Result<User> {
        let map = |text: &str| serde_json::from_str(text).map_err(|_| self.unreadable());
        let data: Value = map(identity.data.expose())?;
        let Value::Object(fields) = map(&self.fields)? else { return Err(self.unreadable()) };
        Ok(User {
            id: self.id.clone(),
            created_at: now,
            updated_at: now,
            username: self.username.clone(),
            email: None,
            mobile_phone_number: None,
            email_verified: false,
            mobile_phone_verified: false,
            session_token: self.session_token.clone(),
            banned: false,
            fields,
            auth_data: Map::from_iter([(identity.platform.clone(), data)]),
        })
    }

    fn unreadable(&self) -> StoreError {
        StoreError::Failed(format!("the new user {} is no JSON", self.id))
    }
}

impl SignInOrder {
    /// The accounts of these identities, each once; if there are none, those whom their unionids
    /// join.
    async fn owners(&self, db: &mut Conn<'_>) -> Result<Vec<String>> {
        let mut owners = Vec::new();
        for proven in &self.proven {
            owners.extend(identities::owner(db, &proven.identity).await?);
        }
        if owners.is_empty() {
            for proven in &self.proven {
                owners.extend(identities::joined(db, proven).await?);
            }
        }
        owners.sort_unstable();
        owners.dedup();
        Ok(owners)
    }
}

impl Order for Refresh {
    type Out = Refreshed;

    /// Replaces the token, or gives the replacement again to who still holds the former one.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Refreshed> {
        let Authority::Session(session) = &self.authority else {
            if !users::is_there(db, &self.id).await? {
                return Ok(Refreshed::Nobody);
            }
            // An operator who ends a session means it: nobody gets the new token by the old one,
            // which need not even open: so a damaged one is mended.
            return self.replace(db, None).await;
        };
        let Some(found) = sessions::of_user(db, &self.id).await? else {
            // Who has no right to the user does not learn whether there is one.
            return Ok(Refreshed::Refused);
        };
        if found.banned {
            return Ok(Refreshed::Refused);
        }
        if same(session, found.token.expose()) {
            return self.replace(db, Some(&found.token)).await;
        }
        let fresh = found.retired_at.is_some_and(|at| self.now.abs_diff(at) <= GRACE_MS);
        if fresh && found.retired.is_some_and(|retired| retired.is_of(db.seal(), session)) {
            return Ok(Refreshed::Done { token: found.token, updated_at: found.updated_at });
        }
        Ok(Refreshed::Refused)
    }
}

impl Refresh {
    async fn replace(&self, db: &mut Conn<'_>, old: Option<&Secret>) -> Result<Refreshed> {
        sessions::replace(db, &self.id, &self.new_token, old, self.now).await?;
        let updated_at = users::touch(db, &self.id, self.now).await?;
        Ok(Refreshed::Done { token: self.new_token.clone(), updated_at })
    }
}

fn same(session: &Secret, token: &str) -> bool {
    session.expose().as_bytes().ct_eq(token.as_bytes()).into()
}
