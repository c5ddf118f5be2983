//! A role: a character of a player.

use serde::Deserialize;
use serde_json::{Value, json};

/// Longest text of a role, in bytes.
pub(crate) const MAX_TEXT: usize = 256;

/// A role as the studio gives it, by import or by its back end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    /// Unique in the game.
    pub(crate) role_id: String,
    /// The objectId of the player.
    pub(crate) account: String,
    pub(crate) nickname: String,
    pub(crate) display_role_id: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) profession: Option<String>,
    pub(crate) zone: Option<String>,
    /// The game server that it lives on, for the game alone.
    pub(crate) server: Option<String>,
}

impl Role {
    /// What is wrong with it, if anything is; the text repeats nothing of it.
    pub(crate) fn objection(&self) -> Option<&'static str> {
        let needed = [&self.role_id, &self.account, &self.nickname];
        let more = [&self.display_role_id, &self.level, &self.profession, &self.zone, &self.server];
        if needed.iter().any(|text| text.trim().is_empty()) {
            return Some("role_id, account and nickname must not be empty");
        }
        let fits = |text: &String| text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
        let all = needed.into_iter().chain(more.into_iter().flatten());
        (!all.into_iter().all(fits))
            .then_some("a text has 256 bytes at most and no control characters")
    }
}

/// A role as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) role: Role,
    /// Whether TapTap shows it.
    pub(crate) bound: bool,
}

impl Shown {
    /// For TapTap: the seed's members and no others; those that are not there are left out.
    pub(crate) fn for_taptap(&self) -> Value {
        let role = &self.role;
        let mut shown = json!({ "role_id": role.role_id, "nickname": role.nickname });
        let more = [
            ("display_role_id", &role.display_role_id),
            ("level", &role.level),
            ("profession", &role.profession),
            ("zone", &role.zone),
        ];
        if let Some(shown) = shown.as_object_mut() {
            let more = more.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
            shown.extend(more.map(|(name, text)| (name.to_owned(), json!(text))));
        }
        shown
    }

    /// For the player: with the game server and the binding.
    pub(crate) fn for_player(&self) -> Value {
        let mut shown = self.for_taptap();
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("bound".to_owned(), json!(self.bound));
            if let Some(server) = &self.role.server {
                shown.insert("server".to_owned(), json!(server));
            }
        }
        shown
    }
}
