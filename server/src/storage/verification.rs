//! Verification codes for telephones and UIDs (role-binding.md 3.3). A code has six digits, so what
//! protects it is how few guesses there are: of one code, and of one player on one day.

use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::conn::{Conn, query};
use super::{Order, Result};
use crate::binding::{Channel, Contact, Pace};
use crate::seal::{Purpose, Seal};

/// Guesses at one code.
const ATTEMPTS: i64 = 5;
/// Milliseconds that a code lasts.
const LIFE: i64 = 5 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Keeps a new code, which is to be sent then, in place of the one before.
#[derive(Debug)]
pub(crate) struct BeginCode {
    pub(crate) to: Contact,
    /// The object id of who is reached there, where somebody else knows.
    pub(crate) account: Option<String>,
    pub(crate) code: Secret,
    pub(crate) pace: Pace,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// To be sent to the player of this object id.
    Send(String),
    NoAccount,
    /// Too soon, or too often.
    NotNow,
}

/// The code was certainly not sent: it ends, and another may be asked for at once. That it was tried
/// counts all the same.
#[derive(Debug)]
pub(crate) struct WithdrawCode {
    pub(crate) to: Contact,
}

/// One guess.
#[derive(Debug)]
pub(crate) struct CheckCode {
    pub(crate) to: Contact,
    /// As in [`BeginCode`].
    pub(crate) account: Option<String>,
    pub(crate) code: Secret,
}

/// What came of a guess.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The object id of the player; the code has ended.
    Right(String),
    Wrong,
    /// There is no code, or not any more.
    Over,
    NoAccount,
}

impl Order for BeginCode {
    type Out = Begun;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Begun> {
        let Some(user) = owner(db, &self.to, self.account.as_deref()).await? else {
            return Ok(Begun::NoAccount);
        };
        let (key, now) = (lookup(db.seal(), &self.to.key()), db.now().await?);
        let Pace { spacing, daily, daily_of_all } = self.pace;
        let all = counted(db, "", daily_of_all, now).await?;
        let own = counted(db, &key, daily, now).await?;
        let (Some(all), Some(own)) = (all, own) else {
            return Ok(Begun::NotNow);
        };
        count(db, "", all, now).await?;
        count(db, &key, own, now + spacing).await?;
        query(
            "INSERT INTO verification_codes (contact, user_id, code, attempts, expires_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (contact) DO UPDATE SET \
             user_id = excluded.user_id, code = excluded.code, attempts = excluded.attempts, \
             expires_at = excluded.expires_at",
        )
        .bind(&key)
        .bind(&user)
        .bind(&code_lookup(db.seal(), &key, &self.code))
        .bind(ATTEMPTS)
        .bind(now + LIFE)
        .run(db)
        .await?;
        Ok(Begun::Send(user))
    }
}

impl Order for WithdrawCode {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let key = lookup(db.seal(), &self.to.key());
        end(db, &key).await?;
        let free = query("UPDATE verification_sends SET next_at = 0 WHERE contact = $1");
        free.bind(&key).run(db).await.map(drop)
    }
}

impl Order for CheckCode {
    type Out = Checked;

    /// The guess is counted before it is looked at, in the same transaction.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Checked> {
        let Some(owner) = owner(db, &self.to, self.account.as_deref()).await? else {
            return Ok(Checked::NoAccount);
        };
        let (key, now) = (lookup(db.seal(), &self.to.key()), db.now().await?);
        let guessed = query(
            "UPDATE verification_codes SET attempts = attempts - 1 \
             WHERE contact = $1 AND attempts > 0 AND expires_at > $2 RETURNING user_id, code",
        );
        let Some(row) = guessed.bind(&key).bind(now).row(db).await? else {
            return Ok(Checked::Over);
        };
        let (user, kept): (String, String) = (row.get("user_id")?, row.get("code")?);
        let given = code_lookup(db.seal(), &key, &self.code);
        if !bool::from(given.as_bytes().ct_eq(kept.as_bytes())) {
            return Ok(Checked::Wrong);
        }
        end(db, &key).await?;
        // The number may have gone to another account meanwhile.
        Ok(if user == owner { Checked::Right(user) } else { Checked::Over })
    }
}

/// How many there will have been within the day, and since when, if one more may be.
async fn counted(db: &mut Conn<'_>, key: &str, most: i64, now: i64) -> Result<Option<(i64, i64)>> {
    let sends = query("SELECT next_at, since, count FROM verification_sends WHERE contact = $1");
    let Some(row) = sends.bind(key).row(db).await? else {
        return Ok(Some((1, now)));
    };
    let (since, count): (i64, i64) = (row.get("since")?, row.get("count")?);
    let (count, since) = if since + DAY > now { (count, since) } else { (0, now) };
    let free = row.get::<i64>("next_at")? <= now && count < most;
    Ok(free.then_some((count + 1, since)))
}

async fn count(
    db: &mut Conn<'_>,
    key: &str,
    (count, since): (i64, i64),
    next_at: i64,
) -> Result<()> {
    query(
        "INSERT INTO verification_sends (contact, next_at, since, count) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (contact) DO UPDATE SET next_at = excluded.next_at, \
         since = excluded.since, count = excluded.count",
    )
    .bind(key)
    .bind(next_at)
    .bind(since)
    .bind(count)
    .run(db)
    .await
    .map(drop)
}

async fn end(db: &mut Conn<'_>, key: &str) -> Result<()> {
    query("DELETE FROM verification_codes WHERE contact = $1").bind(key).run(db).await.map(drop)
}

/// Who is reached there: the account of the number; the account of this object id, or that of the
/// role of this id. Nobody who is kept out.
async fn owner(db: &mut Conn<'_>, to: &Contact, known: Option<&str>) -> Result<Option<String>> {
    if let Some(account) = known {
        let player = query("SELECT id FROM users WHERE id = $1 AND banned_at IS NULL");
        return player.bind(account).value("id", db).await;
    }
    let (found, other) = match to.channel {
        Channel::Phone => (
            "SELECT id FROM users WHERE banned_at IS NULL AND \
             (mobile_phone_number = $1 OR mobile_phone_number = $2) \
             ORDER BY mobile_phone_number = $1 DESC LIMIT 1",
            to.other_form(),
        ),
        Channel::Uid => (
            "SELECT id FROM users WHERE banned_at IS NULL AND \
             (id = $1 OR id = (SELECT user_id FROM roles WHERE role_id = $2)) \
             ORDER BY id = $1 DESC LIMIT 1",
            to.value.clone(),
        ),
    };
    query(found).bind(&to.value).bind(&other).value("id", db).await
}

fn lookup(seal: &Seal, key: &str) -> String {
    seal.lookup(Purpose::Binding, &["contact", key])
}

fn code_lookup(seal: &Seal, key: &str, code: &Secret) -> String {
    seal.lookup(Purpose::Binding, &["verification", key, code.expose()])
}
