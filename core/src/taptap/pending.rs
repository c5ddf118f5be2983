//! A login by redirect that waits for its URL, as it is stored: the system may end the game while
//! the player is at the page.

use super::answer;
use super::browser::Attempt;
use crate::account::Row;
use crate::account::row::Put;
use crate::secret::Secret;

/// Seconds for which a stored attempt can be resumed.
pub const GOOD_FOR_S: u64 = 600;

/// A stored attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What the URL is matched against and exchanged with.
    pub attempt: Attempt,
    /// The app that it was made for.
    pub client_id: String,
    /// Whether the account login follows.
    pub with_account: bool,
    /// The user that the player is linked to then, by object id.
    pub associate: Option<String>,
    /// Unix seconds.
    pub made_at: u64,
}

impl Pending {
    /// Whether it can still be resumed at `now` (Unix seconds) by the app `client_id`. A clock set
    /// back does not make it live longer.
    pub fn is_good(&self, client_id: &str, now: u64) -> bool {
        self.client_id == client_id
            && now.checked_sub(self.made_at).is_some_and(|age| age < GOOD_FOR_S)
    }

    /// For the disk. Secret.
    pub fn to_row(&self) -> Row {
        let mut row = Row::new();
        let mut put = |name: &str, text: &str| row.insert(name.to_owned(), text.into());
        // To the disk, where the session token lies as well.
        put("state", self.attempt.state.expose());
        put("verifier", self.attempt.verifier.expose());
        put("redirect_uri", &self.attempt.redirect_uri);
        put("scopes", &self.attempt.scopes);
        put("client_id", &self.client_id);
        if let Some(user) = &self.associate {
            put("associate", user);
        }
        row.put("with_account", self.with_account.into());
        row.put("made_at", self.made_at.into());
        row
    }

    /// Reads what [`Pending::to_row`] gave; `None` for anything else.
    pub fn from_row(row: &Row) -> Option<Self> {
        let text = |name: &str| answer::text(row, name).map(str::to_owned);
        let attempt = Attempt {
            state: Secret::new(text("state")?),
            verifier: Secret::new(text("verifier")?),
            redirect_uri: text("redirect_uri")?,
            scopes: text("scopes")?,
        };
        let made_at = row.get("made_at")?.as_u64()?;
        let with_account = row.get("with_account")?.as_bool()?;
        let associate = text("associate");
        Some(Self { attempt, client_id: text("client_id")?, with_account, associate, made_at })
    }
}
