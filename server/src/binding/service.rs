//! The studio's own service, asked for roles in place of the table: signed calls, and an answer
//! that is read strictly.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Contact, MAX_TEXT, Role};
use crate::verify::Studio;

/// Roles of one answer.
const MOST: usize = 1000;

/// The service.
pub(crate) struct RolesService(Studio);

/// It did not say what it was asked, or not in time. The log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoWord;

/// The answer about roles; their player is who was asked about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    roles: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    role_id: String,
    nickname: String,
    display_role_id: Option<String>,
    level: Option<String>,
    profession: Option<String>,
    zone: Option<String>,
    server: Option<String>,
}

/// The answer about a telephone or a UID.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    account: String,
}

impl fmt::Debug for RolesService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RolesService(…)")
    }
}

impl RolesService {
    pub(crate) fn new(studio: Studio) -> Self {
        Self(studio)
    }

    /// The roles of the player of this object id; `None` when the service knows no such player.
    pub(crate) async fn of_account(&self, account: &str) -> Result<Option<Vec<Role>>, NoWord> {
        self.roles(&json!({ "ask": "roles", "account": account })).await
    }

    /// The roles of who is this on TapTap.
    pub(crate) async fn of_taptap(
        &self,
        open_id: &str,
        union_id: &str,
    ) -> Result<Option<Vec<Role>>, NoWord> {
        self.roles(&json!({ "ask": "roles", "open_id": open_id, "union_id": union_id })).await
    }

    /// These roles, whoever's they are, as far as there are such.
    pub(crate) async fn by_ids(&self, ids: &[String]) -> Result<Vec<Role>, NoWord> {
        let roles = self.roles(&json!({ "ask": "roles", "role_ids": ids })).await?;
        Ok(roles.unwrap_or_default())
    }

    /// The object id of who is reached there.
    pub(crate) async fn account_of(&self, contact: &Contact) -> Result<Option<String>, NoWord> {
        let asked = json!({ "ask": "account", contact.channel.parameter(): contact.value });
        let Some(Account { account }) = self.ask(&asked).await? else { return Ok(None) };
        let fits = !account.is_empty()
            && account.len() <= MAX_TEXT
            && !account.chars().any(char::is_control);
        fits.then_some(Some(account)).ok_or_else(|| unclear("the account is none"))
    }

    /// Hands a notice of TapTap's on; `false` when the service knows no such role.
    pub(crate) async fn notify(&self, role_id: &str, bind: bool, at: i64) -> Result<bool, NoWord> {
        let notice = json!({ "ask": "notify", "role_id": role_id, "bind": bind, "at": at });
        let Self(studio) = self;
        match studio.post(&notice).await.map_err(|_| NoWord)?.status {
            200..=299 => Ok(true),
            404 => Ok(false),
            status => Err(refused(status)),
        }
    }

    async fn roles(&self, asked: &Value) -> Result<Option<Vec<Role>>, NoWord> {
        let Some(Roles { roles }) = self.ask(asked).await? else { return Ok(None) };
        if roles.len() > MOST {
            return Err(unclear("there are more than 1000 roles"));
        }
        let roles: Vec<Role> = roles.into_iter().map(Told::into_role).collect();
        if roles.iter().any(|role| role.objection().is_some()) {
            return Err(unclear("a role has an empty, too long or unprintable text"));
        }
        let mut ids = HashSet::new();
        if !roles.iter().all(|role| ids.insert(role.role_id.as_str())) {
            return Err(unclear("a role is there twice"));
        }
        Ok(Some(roles))
    }

    /// `None` for 404. Whatever is not as it is written down is no answer.
    async fn ask<T: for<'d> Deserialize<'d>>(&self, asked: &Value) -> Result<Option<T>, NoWord> {
        let Self(studio) = self;
        let response = studio.post(asked).await.map_err(|_| NoWord)?;
        match response.status {
            404 => Ok(None),
            200 => {
                // The reader would take an array for an object.
                let is_object = response.body.trim_ascii_start().starts_with(b"{");
                let read = is_object.then(|| serde_json::from_slice(&response.body).ok());
                read.flatten().map(Some).ok_or_else(|| unclear("it is not of the form agreed on"))
            }
            status => Err(refused(status)),
        }
    }
}

impl Told {
    fn into_role(self) -> Role {
        let Self { role_id, nickname, display_role_id, level, profession, zone, server } = self;
        // The caller knows whose it is.
        let account = "-".to_owned();
        Role { role_id, account, nickname, display_role_id, level, profession, zone, server }
    }
}

fn refused(status: u16) -> NoWord {
    tracing::warn!(status, "the service of roles fails");
    NoWord
}

fn unclear(why: &str) -> NoWord {
    tracing::warn!(why, "an answer of the service of roles is refused");
    NoWord
}
