//! Players who are on their way to agree in a browser. A visit is one browser's: who has only its
//! name, which stands in addresses, finds nothing. It ends by the clock of the database.

use tdsauth_core::secret::Secret;

use super::conn::{Conn, Row, query};
use super::{Order, Result, StoreError};
use crate::seal::{Purpose, Seal};

/// How far a player is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Away, to log in.
    Login,
    /// Back, and asked.
    Consent,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
        }
    }
}

/// What a visit is known by.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Of its own, random, and in its addresses.
    pub(crate) visit: Secret,
    /// What the browser's cookie says.
    pub(crate) browser: Secret,
    pub(crate) stage: Stage,
}

/// One visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Who has logged in, by object id.
    pub(crate) user: Option<String>,
    pub(crate) redirect_uri: String,
    /// The tag of the language that was chosen.
    pub(crate) language: String,
}

/// Begins a visit.
#[derive(Debug)]
pub(crate) struct BeginVisit {
    pub(crate) key: Key,
    pub(crate) visit: Visit,
    /// Milliseconds.
    pub(crate) life: i64,
    /// Whether what has ended is cleared away as well: now and then is enough.
    pub(crate) clear: bool,
}

/// Ends a visit, which can be done once.
#[derive(Debug)]
pub(crate) struct EndVisit {
    pub(crate) key: Key,
}

impl Order for BeginVisit {
    type Out = ();

    async fn run(&self, db: &mut Conn<'_>) -> Result<()> {
        let now = db.now().await?;
        if self.clear {
            let ended = query("DELETE FROM weblink_visits WHERE expires_at <= $1");
            ended.bind(now).run(db).await?;
        }
        let found_by = lookup(db.seal(), &self.key);
        let redirect = db.seal().seal(
            Purpose::Binding,
            &["visit", &found_by.visit],
            &self.visit.redirect_uri,
        )?;
        query(
            "INSERT INTO weblink_visits \
             (visit, browser, stage, user_id, redirect, language, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&found_by.visit)
        .bind(&found_by.browser)
        .bind(self.key.stage.name())
        .bind(self.visit.user.as_deref())
        .bind(&redirect)
        .bind(&self.visit.language)
        .bind(now + self.life)
        .run(db)
        .await
        .map(drop)
    }
}

impl Order for EndVisit {
    /// What it was, if it had not ended yet and is this browser's.
    type Out = Option<Visit>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Option<Visit>> {
        let (found_by, now) = (lookup(db.seal(), &self.key), db.now().await?);
        let left = query(
            "DELETE FROM weblink_visits \
             WHERE visit = $1 AND browser = $2 AND stage = $3 AND expires_at > $4 \
             RETURNING user_id, redirect, language",
        );
        let left = left.bind(&found_by.visit).bind(&found_by.browser).bind(self.key.stage.name());
        let row = left.bind(now).row(db).await?;
        row.map(|row| read(db.seal(), &found_by, &row)).transpose()
    }
}

/// The visit of this key, while it lasts.
pub(super) async fn find(db: &mut Conn<'_>, key: &Key) -> Result<Option<Visit>> {
    let (found_by, now) = (lookup(db.seal(), key), db.now().await?);
    let found = query(
        "SELECT user_id, redirect, language FROM weblink_visits \
         WHERE visit = $1 AND browser = $2 AND stage = $3 AND expires_at > $4",
    );
    let found = found.bind(&found_by.visit).bind(&found_by.browser).bind(key.stage.name());
    let row = found.bind(now).row(db).await?;
    row.map(|row| read(db.seal(), &found_by, &row)).transpose()
}

/// What is kept of a key.
struct FoundBy {
    visit: String,
    browser: String,
}

fn lookup(seal: &Seal, key: &Key) -> FoundBy {
    let of = |what, text: &Secret| seal.lookup(Purpose::Binding, &[what, text.expose()]);
    FoundBy { visit: of("visit", &key.visit), browser: of("browser", &key.browser) }
}

fn read(seal: &Seal, found_by: &FoundBy, row: &Row) -> Result<Visit> {
    let redirect: String = row.get("redirect")?;
    let redirect = seal.open(Purpose::Binding, &["visit", &found_by.visit], &redirect);
    let damaged = |_| StoreError::Failed("a visit of the binding page is damaged".into());
    Ok(Visit {
        user: row.get("user_id")?,
        redirect_uri: redirect.map_err(damaged)?.expose().to_owned(),
        language: row.get("language")?,
    })
}
