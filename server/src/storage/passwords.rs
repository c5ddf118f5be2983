//! Names, passwords and addresses: kept, changed and logged in with.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, query};
use super::failures::Tried;
use super::orders::{Authority, NewUser};
use super::{Order, Result, StoreError, sessions, users};
use crate::accounts::User;
use crate::credentials::{Change, Credentials, Name, Names, Unique, email_key};

/// A new account with a name and a password.
#[derive(Debug)]
pub(crate) struct SignUp {
    pub(crate) new_user: NewUser,
    /// Largest user, in bytes of its JSON.
    pub(crate) max_bytes: usize,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// Why a user cannot have some names or a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Taken(Unique),
    /// There is a password, which is changed by who knows it.
    HasPassword,
}

/// Whose password a login has to know.
#[derive(Debug)]
pub(crate) struct Known {
    /// The user's object id.
    pub(crate) id: String,
    /// What its password has to have, if it has one.
    pub(crate) hash: Option<Secret>,
}

/// A password that was found right.
#[derive(Debug)]
pub(crate) struct Right {
    /// The user's object id.
    pub(crate) id: String,
    /// What it was compared with.
    pub(crate) hash: Secret,
    /// The same password with the parameters of today.
    pub(crate) renewed: Option<Secret>,
}

/// A login, after the password was compared.
#[derive(Debug)]
pub(crate) struct LogInOrder {
    pub(crate) name: Name,
    /// `None`: it was wrong.
    pub(crate) right: Option<Right>,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a login ended.
#[derive(Debug)]
pub(crate) enum LoggedIn {
    Done(User),
    Wrong,
    /// There were too many failures; nobody learns whether this was one.
    Locked,
}

/// An old password that was found right, and a new one.
#[derive(Debug)]
pub(crate) struct Hashes {
    /// What the old one was compared with.
    pub(crate) old: Secret,
    pub(crate) new: Secret,
}

/// A new password, after the old one was compared.
#[derive(Debug)]
pub(crate) struct ChangePassword {
    /// The user's object id.
    pub(crate) id: String,
    pub(crate) authority: Authority,
    /// `None`: the old one was wrong.
    pub(crate) hashes: Option<Hashes>,
    /// `None` keeps the session.
    pub(crate) new_token: Option<Secret>,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a change of the password ended.
#[derive(Debug)]
pub(crate) enum PasswordChanged {
    /// The token that is valid now and the user's `updatedAt`.
    Done {
        token: Secret,
        updated_at: i64,
    },
    Wrong,
    Locked,
    /// The session is not, or no longer, this user's.
    Refused,
    /// There is no such user.
    Nobody,
}

impl Order for SignUp {
    type Out = std::result::Result<User, Unique>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Self::Out> {
        let names = &self.new_user.credentials.names;
        if let Some(taken) = taken(db, names, None).await? {
            return Ok(Err(taken));
        }
        users::insert(db, &self.new_user, self.now).await?;
        users::existing(db, &self.new_user.id, self.max_bytes).await.map(Ok)
    }
}

impl Order for LogInOrder {
    type Out = LoggedIn;

    /// Of many at once each is told what it found only as long as the name is not locked: nobody
    /// learns of more passwords than the lock allows.
    async fn run(&self, db: &mut Conn<'_>) -> Result<LoggedIn> {
        let tried = Tried::name(&self.name);
        if tried.is_locked(db, self.now).await? {
            return Ok(LoggedIn::Locked);
        }
        let found = find(db, &self.name).await?;
        // The password may have been changed since, and the name be somebody else's.
        let right = self.right.as_ref().filter(|right| {
            found.is_some_and(|found| {
                found.id == right.id && found.hash.as_ref() == Some(&right.hash)
            })
        });
        let Some(right) = right else {
            tried.count(db, self.now).await?;
            return Ok(LoggedIn::Wrong);
        };
        tried.clear(db).await?;
        if let Some(renewed) = &right.renewed {
            set_hash(db, &right.id, renewed).await?;
        }
        user(db, &right.id).await.map(LoggedIn::Done)
    }
}

impl Order for ChangePassword {
    type Out = PasswordChanged;

    /// Ends the session at once: whoever knew the old password may have it.
    async fn run(&self, db: &mut Conn<'_>) -> Result<PasswordChanged> {
        let Some(session) = sessions::of_user(db, &self.id).await? else {
            return Ok(match self.authority {
                Authority::Master => PasswordChanged::Nobody,
                Authority::Session(_) => PasswordChanged::Refused,
            });
        };
        if !self.authority.covers(session.token.expose(), session.banned) {
            return Ok(PasswordChanged::Refused);
        }
        let tried = Tried::owner(&self.id);
        if tried.is_locked(db, self.now).await? {
            return Ok(PasswordChanged::Locked);
        }
        let kept = hash(db, &self.id).await?;
        let right = self.hashes.as_ref().filter(|hashes| kept.as_ref() == Some(&hashes.old));
        let Some(hashes) = right else {
            tried.count(db, self.now).await?;
            return Ok(PasswordChanged::Wrong);
        };
        tried.clear(db).await?;
        set_hash(db, &self.id, &hashes.new).await?;
        if let Some(token) = &self.new_token {
            sessions::replace(db, &self.id, token, None, self.now).await?;
        }
        let updated_at = users::touch(db, &self.id, self.now).await?;
        let token = self.new_token.clone().unwrap_or(session.token);
        Ok(PasswordChanged::Done { token, updated_at })
    }
}

/// Who logs in by this name; `None` while it is locked.
pub(super) async fn before_login(
    db: &mut Conn<'_>,
    name: &Name,
    now: i64,
) -> Result<Option<Option<Known>>> {
    match Tried::name(name).is_locked(db, now).await? {
        true => Ok(None),
        false => find(db, name).await.map(Some),
    }
}

/// What the password of a user has to have, if it has one; `None` while it is locked.
pub(super) async fn before_change(
    db: &mut Conn<'_>,
    id: &str,
    now: i64,
) -> Result<Option<Option<Secret>>> {
    match Tried::owner(id).is_locked(db, now).await? {
        true => Ok(None),
        false => hash(db, id).await.map(Some),
    }
}

/// What of these names is somebody's, but for `own`.
pub(super) async fn taken(
    db: &mut Conn<'_>,
    names: &Names,
    own: Option<&str>,
) -> Result<Option<Unique>> {
    let email = names.email.value().map(|email| Name::Email(email_key(email)));
    let phone = names.phone.value().map(|key| Name::Phone(key.to_owned()));
    for (unique, name) in [
        (Unique::Username, names.username.clone().map(Name::Username)),
        (Unique::Email, email),
        (Unique::Phone, phone),
    ] {
        let Some(name) = name else { continue };
        if find(db, &name).await?.is_some_and(|found| Some(found.id.as_str()) != own) {
            return Ok(Some(unique));
        }
    }
    Ok(None)
}

/// Why a user cannot have these, if there is a reason.
pub(super) async fn refusal(
    db: &mut Conn<'_>,
    id: &str,
    credentials: &Credentials,
    replaces: bool,
) -> Result<Option<Refusal>> {
    if let Some(unique) = taken(db, &credentials.names, Some(id)).await? {
        return Ok(Some(Refusal::Taken(unique)));
    }
    let kept = credentials.hash.is_some() && !replaces && hash(db, id).await?.is_some();
    Ok(kept.then_some(Refusal::HasPassword))
}

/// Gives a user what [`taken`] said to be nobody else's.
pub(super) async fn set(db: &mut Conn<'_>, id: &str, credentials: &Credentials) -> Result<()> {
    let Names { username, email, phone } = &credentials.names;
    if let Some(username) = username {
        query("UPDATE users SET username = $1 WHERE id = $2")
            .bind(username)
            .bind(id)
            .run(db)
            .await?;
    }
    if let Some(hash) = &credentials.hash {
        set_hash(db, id, hash).await?;
    }
    if *email != Change::Keep {
        let key = email.value().map(email_key);
        // Nobody has shown that mail to another address arrives.
        query(
            "UPDATE users SET email = $1, email_key = $2, email_verified = \
             CASE WHEN email_key = $2 THEN email_verified ELSE false END WHERE id = $3",
        )
        .bind(email.value())
        .bind(key.as_deref())
        .bind(id)
        .run(db)
        .await?;
    }
    if *phone != Change::Keep {
        query(
            "UPDATE users SET mobile_phone_number = $1, mobile_phone_verified = \
             CASE WHEN mobile_phone_number = $1 THEN mobile_phone_verified ELSE false END \
             WHERE id = $2",
        )
        .bind(phone.value())
        .bind(id)
        .run(db)
        .await?;
    }
    Ok(())
}

async fn find(db: &mut Conn<'_>, name: &Name) -> Result<Option<Known>> {
    let (statement, value) = match name {
        Name::Username(name) => ("SELECT id, password_hash FROM users WHERE username = $1", name),
        Name::Email(key) => ("SELECT id, password_hash FROM users WHERE email_key = $1", key),
        Name::Phone(key) => {
            ("SELECT id, password_hash FROM users WHERE mobile_phone_number = $1", key)
        }
    };
    let row = query(statement).bind(value).row(db).await?;
    row.map(|row| {
        let hash: Option<String> = row.get("password_hash")?;
        Ok(Known { id: row.get("id")?, hash: hash.map(Secret::new) })
    })
    .transpose()
}

async fn hash(db: &mut Conn<'_>, id: &str) -> Result<Option<Secret>> {
    let row = query("SELECT password_hash FROM users WHERE id = $1").bind(id);
    let hash: Option<Option<String>> = row.value("password_hash", db).await?;
    Ok(hash.flatten().map(Secret::new))
}

async fn set_hash(db: &mut Conn<'_>, id: &str, hash: &Secret) -> Result<()> {
    let update = query("UPDATE users SET password_hash = $1 WHERE id = $2");
    update.bind(hash.expose()).bind(id).run(db).await.map(drop)
}

async fn user(db: &mut Conn<'_>, id: &str) -> Result<User> {
    let missing = || StoreError::Failed("a user is missing".into());
    users::by_id(db, id).await?.ok_or_else(missing)
}
