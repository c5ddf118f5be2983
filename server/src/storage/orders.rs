//! The changes that can be ordered, each done within a transaction the writer opened.

use sqlx::sqlite::SqliteConnection;
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::{Result, StoreError, users};
use crate::accounts::{Identity, User};

/// How long the token before a refresh still gets the new one, in milliseconds: a refresh whose
/// answer was lost can be asked again.
const GRACE_MS: i64 = 10 * 60 * 1000;

/// What an account is made of when a sign-in finds none.
#[derive(Debug)]
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) session_token: Secret,
    /// JSON object.
    pub(crate) fields: String,
}

/// A sign-in by identity.
#[derive(Debug)]
pub(crate) struct SignInOrder {
    pub(crate) identity: Identity,
    /// The account to make; `None` makes none.
    pub(crate) new_user: Option<NewUser>,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// How a sign-in ended.
#[derive(Debug)]
pub(crate) enum SignedIn {
    /// The account was made.
    Created(User),
    /// The account was there.
    Known(User),
    /// There is no account and none was to be made.
    Nobody,
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
    /// Whether it is the right to change the user of this session token.
    pub(crate) fn covers(&self, token: &str) -> bool {
        match self {
            Self::Session(session) => same(session, token),
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

impl SignInOrder {
    /// Finds or makes the account. Nobody else writes meanwhile, so two first sign-ins of one
    /// identity cannot both make one; the primary key of `identities` holds it as well.
    pub(super) async fn run(&self, db: &mut SqliteConnection) -> Result<SignedIn> {
        let found: Option<String> = sqlx::query_scalar(
            "UPDATE identities SET data = ? WHERE platform = ? AND value = ? RETURNING user_id",
        )
        .bind(self.identity.data.expose())
        .bind(&self.identity.platform)
        .bind(self.identity.value.expose())
        .fetch_optional(&mut *db)
        .await?;
        if let Some(id) = found {
            touch(db, &id, self.now).await?;
            return existing(db, &id).await.map(SignedIn::Known);
        }
        let Some(new) = &self.new_user else {
            return Ok(SignedIn::Nobody);
        };
        self.insert(db, new).await?;
        existing(db, &new.id).await.map(SignedIn::Created)
    }

    async fn insert(&self, db: &mut SqliteConnection, new: &NewUser) -> Result<()> {
        sqlx::query(
            "INSERT INTO users (id, created_at, updated_at, username, session_token, fields) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.id)
        .bind(self.now)
        .bind(self.now)
        .bind(&new.username)
        .bind(new.session_token.expose())
        .bind(&new.fields)
        .execute(&mut *db)
        .await?;
        sqlx::query("INSERT INTO identities (platform, value, user_id, data) VALUES (?, ?, ?, ?)")
            .bind(&self.identity.platform)
            .bind(self.identity.value.expose())
            .bind(&new.id)
            .bind(self.identity.data.expose())
            .execute(db)
            .await?;
        Ok(())
    }
}

impl Refresh {
    /// Replaces the token, or gives the replacement again to who still holds the former one.
    pub(super) async fn run(&self, db: &mut SqliteConnection) -> Result<Refreshed> {
        let row: Option<(String, i64, Option<String>, Option<i64>)> = sqlx::query_as(
            "SELECT session_token, updated_at, retired_token, retired_at FROM users WHERE id = ?",
        )
        .bind(&self.id)
        .fetch_optional(&mut *db)
        .await?;
        let Some((token, updated_at, retired_token, retired_at)) = row else {
            // Who has no right to the user does not learn whether there is one.
            return Ok(match self.authority {
                Authority::Master => Refreshed::Nobody,
                Authority::Session(_) => Refreshed::Refused,
            });
        };
        let Authority::Session(session) = &self.authority else {
            // An operator who ends a session means it: nobody gets the new token by the old one.
            return self.replace(db, None).await;
        };
        if same(session, &token) {
            return self.replace(db, Some(&token)).await;
        }
        let fresh = retired_at.is_some_and(|at| (0..=GRACE_MS).contains(&(self.now - at)));
        if fresh && retired_token.is_some_and(|retired| same(session, &retired)) {
            return Ok(Refreshed::Done { token: Secret::new(token), updated_at });
        }
        Ok(Refreshed::Refused)
    }

    async fn replace(&self, db: &mut SqliteConnection, old: Option<&str>) -> Result<Refreshed> {
        sqlx::query(
            "UPDATE users SET session_token = ?, retired_token = ?, retired_at = ? WHERE id = ?",
        )
        .bind(self.new_token.expose())
        .bind(old)
        .bind(self.now)
        .bind(&self.id)
        .execute(&mut *db)
        .await?;
        let updated_at = touch(db, &self.id, self.now).await?;
        Ok(Refreshed::Done { token: self.new_token.clone(), updated_at })
    }
}

/// Gives the user a later `updatedAt` than it had, even within one millisecond or after the clock
/// was set back.
pub(super) async fn touch(db: &mut SqliteConnection, id: &str, now: i64) -> Result<i64> {
    let query = sqlx::query_scalar(
        "UPDATE users SET updated_at = max(?, updated_at + 1) WHERE id = ? RETURNING updated_at",
    );
    Ok(query.bind(now).bind(id).fetch_one(db).await?)
}

async fn existing(db: &mut SqliteConnection, id: &str) -> Result<User> {
    let missing = || StoreError::Failed("an identity belongs to no user".into());
    users::by_id(db, id).await?.ok_or_else(missing)
}

fn same(session: &Secret, token: &str) -> bool {
    session.expose().as_bytes().ct_eq(token.as_bytes()).into()
}
