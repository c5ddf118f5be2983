//! What a binding under way needs: codes, tokens and the nonces of signed requests. Each is used or
//! ended by the clock of the database, which several servers share.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, query};
use super::{Order, Result};
use crate::binding::Way;
use crate::seal::{Purpose, Seal};

/// Codes of one player that can be used. Of more the oldest end.
const LIVE_CODES: i64 = 5;

/// Takes a nonce, once.
#[derive(Debug)]
pub(crate) struct SpendNonce {
    pub(crate) nonce: String,
    /// Milliseconds.
    pub(crate) life: i64,
    /// Whether what has ended is cleared away as well: now and then is enough.
    pub(crate) clear: bool,
}

/// Keeps a new code.
#[derive(Debug)]
pub(crate) struct MintCode {
    /// The player's object id.
    pub(crate) user: String,
    pub(crate) way: Way,
    pub(crate) redirect_uri: String,
    pub(crate) code: Secret,
    /// Milliseconds.
    pub(crate) life: i64,
}

/// Takes a code that was made in the game.
#[derive(Debug)]
pub(crate) struct TakeCode {
    pub(crate) code: Secret,
}

/// Takes a code that was made on a web page, and gives this token for it.
#[derive(Debug)]
pub(crate) struct ExchangeCode {
    pub(crate) code: Secret,
    pub(crate) redirect_uri: String,
    pub(crate) token: Secret,
    /// Of the token, in milliseconds.
    pub(crate) life: i64,
}

/// How an exchange ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Exchanged {
    Done,
    /// There is no such code, or not any more.
    NoCode,
    /// It was made for another address; it has ended.
    OtherAddress,
}

impl Order for SpendNonce {
    /// Whether it was not taken before.
    type Out = bool;

    async fn run(&self, db: &mut Conn<'_>) -> Result<bool> {
        let now = db.now().await?;
        if self.clear {
            let ended = query("DELETE FROM binding_nonces WHERE expires_at <= $1");
            ended.bind(now).run(db).await?;
        }
        let spent = query(
            "INSERT INTO binding_nonces (nonce, expires_at) VALUES ($1, $2) \
             ON CONFLICT (nonce) DO UPDATE SET expires_at = excluded.expires_at \
             WHERE binding_nonces.expires_at <= $3",
        );
        let spent = spent.bind(&self.nonce).bind(now + self.life).bind(now);
        Ok(spent.run(db).await? > 0)
    }
}

impl Order for MintCode {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let now = db.now().await?;
        // Those that ended, and the oldest of the others but for the places of the newest ones.
        query(
            "DELETE FROM binding_codes WHERE user_id = $1 AND (expires_at <= $2 OR code NOT IN \
             (SELECT code FROM binding_codes WHERE user_id = $1 AND expires_at > $2 \
              ORDER BY made_at DESC, code LIMIT $3))",
        )
        .bind(&self.user)
        .bind(now)
        .bind(LIVE_CODES - 1)
        .run(db)
        .await?;
        query(
            "INSERT INTO binding_codes (code, user_id, mode, redirect, made_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&code_lookup(db.seal(), &self.code))
        .bind(&self.user)
        .bind(self.way.name())
        .bind(&redirect_lookup(db.seal(), &self.redirect_uri))
        .bind(now)
        .bind(now + self.life)
        .run(db)
        .await
        .map(drop)
    }
}

impl Order for TakeCode {
    /// Whose it was.
    type Out = Option<String>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Option<String>> {
        let code = code_lookup(db.seal(), &self.code);
        Ok(take(db, &code, Way::DeepLink).await?.map(|(user, _)| user))
    }
}

impl Order for ExchangeCode {
    type Out = Exchanged;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Exchanged> {
        let code = code_lookup(db.seal(), &self.code);
        let Some((user, redirect)) = take(db, &code, Way::WebLink).await? else {
            // Two have it, and one of them stole it (RFC 6749 section 4.1.2).
            query("DELETE FROM binding_tokens WHERE code = $1").bind(&code).run(db).await?;
            return Ok(Exchanged::NoCode);
        };
        if redirect != redirect_lookup(db.seal(), &self.redirect_uri) {
            return Ok(Exchanged::OtherAddress);
        }
        let now = db.now().await?;
        query("DELETE FROM binding_tokens WHERE user_id = $1 AND expires_at <= $2")
            .bind(&user)
            .bind(now)
            .run(db)
            .await?;
        query(
            "INSERT INTO binding_tokens (token, code, user_id, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(&token_lookup(db.seal(), &self.token))
        .bind(&code)
        .bind(&user)
        .bind(now + self.life)
        .run(db)
        .await?;
        Ok(Exchanged::Done)
    }
}

/// Whose token this is, while it lasts.
pub(super) async fn owner_of_token(db: &mut Conn<'_>, token: &Secret) -> Result<Option<String>> {
    let (found_by, now) = (token_lookup(db.seal(), token), db.now().await?);
    query("SELECT user_id FROM binding_tokens WHERE token = $1 AND expires_at > $2")
        .bind(&found_by)
        .bind(now)
        .value("user_id", db)
        .await
}

/// Ends a code; whose it was and for which address, if it was of use until now. A code that came by
/// the wrong way ends as well: whoever sent it should not have it.
async fn take(db: &mut Conn<'_>, code: &str, way: Way) -> Result<Option<(String, String)>> {
    let now = db.now().await?;
    let taken = query(
        "DELETE FROM binding_codes WHERE code = $1 RETURNING user_id, mode, redirect, expires_at",
    );
    let Some(row) = taken.bind(code).row(db).await? else {
        return Ok(None);
    };
    if row.get::<i64>("expires_at")? <= now || row.get::<String>("mode")? != way.name() {
        return Ok(None);
    }
    Ok(Some((row.get("user_id")?, row.get("redirect")?)))
}

fn code_lookup(seal: &Seal, code: &Secret) -> String {
    seal.lookup(Purpose::Binding, &["code", code.expose()])
}

fn token_lookup(seal: &Seal, token: &Secret) -> String {
    seal.lookup(Purpose::Binding, &["token", token.expose()])
}

fn redirect_lookup(seal: &Seal, uri: &str) -> String {
    seal.lookup(Purpose::Binding, &["redirect", uri])
}
