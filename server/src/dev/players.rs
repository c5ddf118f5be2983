//! The players of the stand-in: who can allow a login.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Most players.
const MOST: usize = 200;

/// Longest text of a player, in bytes.
const MAX_TEXT: usize = 512;

/// Mixed into the ids that are made, so that those of the first players hold `+` and `/`.
const SALT: &str = "stand-in-19";

/// Somebody with a TapTap account. Also the body of `POST /dev/players`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Player {
    /// Names the player in forms and addresses: `a`–`z`, digits, `-` and `_`.
    pub(super) id: String,
    /// What other people see; anything.
    pub(super) name: String,
    /// `female`, `male` or empty.
    #[serde(default)]
    gender: String,
    #[serde(default)]
    email: String,
    /// URL of an image; when missing, one that the stand-in draws.
    avatar: Option<String>,
    /// When missing, made from the player and the client id: the same at each start.
    openid: Option<String>,
    /// When missing, made from the player: the same for each client id.
    unionid: Option<String>,
}

impl Player {
    fn new(id: &str, name: &str, gender: &str) -> Self {
        let (id, name, gender) = (id.to_owned(), name.to_owned(), gender.to_owned());
        let email = format!("{id}@example.com");
        Self { id, name, gender, email, avatar: None, openid: None, unionid: None }
    }

    /// Who the player is for this client.
    pub(super) fn openid(&self, client_id: &str) -> String {
        self.openid.clone().unwrap_or_else(|| made("openid", client_id, &self.id))
    }

    /// Who the player is for all games of one developer.
    pub(super) fn unionid(&self) -> String {
        self.unionid.clone().unwrap_or_else(|| made("unionid", "", &self.id))
    }

    /// `base`: the server's address, as the caller reached it.
    pub(super) fn avatar(&self, base: &str) -> String {
        let drawn = || format!("{base}/dev/avatars/{}.png", self.id);
        self.avatar.clone().unwrap_or_else(drawn)
    }

    /// As the open API shows a profile. An e-mail address needs a scope of its own.
    pub(super) fn profile(&self, client_id: &str, base: &str, with_email: bool) -> Value {
        let mut data = json!({
            "openid": self.openid(client_id),
            "unionid": self.unionid(),
            "name": self.name,
            "avatar": self.avatar(base),
            "gender": self.gender,
        });
        if with_email && let Some(data) = data.as_object_mut() {
            data.insert("email".into(), self.email.as_str().into());
            data.insert("email_verified".into(), true.into());
        }
        data
    }

    /// As the open API shows who somebody is, and no more.
    pub(super) fn basic_info(&self, client_id: &str) -> Value {
        json!({ "openid": self.openid(client_id), "unionid": self.unionid() })
    }

    fn check(&self) -> Result<(), &'static str> {
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        if !(1..=32).contains(&self.id.len()) || !self.id.bytes().all(plain) {
            return Err("id: 1 to 32 of a-z, 0-9, - and _");
        }
        let optional = [&self.avatar, &self.openid, &self.unionid];
        let optional = optional.into_iter().filter_map(Option::as_ref);
        let texts = [&self.name, &self.gender, &self.email].into_iter().chain(optional);
        if texts.clone().any(|text| text.len() > MAX_TEXT) {
            return Err("a text is longer than 512 bytes");
        }
        if self.name.is_empty() {
            return Err("name: must not be empty");
        }
        Ok(())
    }
}

/// 16 bytes in base64, as the service gives them.
fn made(kind: &str, client_id: &str, player: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(format!("{SALT} {kind} {client_id} {player}")).into();
    let (bytes, _) = hash.split_at(16);
    STANDARD.encode(bytes)
}

/// All players, in the order in which they came.
#[derive(Debug)]
pub(super) struct Players(Vec<Player>);

impl Players {
    /// Those who are there from the start.
    pub(super) fn first() -> Self {
        Self(vec![
            Player::new("lin", "林小满", "female"),
            Player::new("mei", "梅 Mei", "female"),
            Player::new("alex", "Alex Carter", "male"),
        ])
    }

    pub(super) fn find(&self, id: &str) -> Option<&Player> {
        self.0.iter().find(|player| player.id == id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Player> {
        self.0.iter()
    }

    /// Adds a player, or changes the one of this id.
    pub(super) fn put(&mut self, player: Player) -> Result<(), &'static str> {
        player.check()?;
        if let Some(known) = self.0.iter_mut().find(|known| known.id == player.id) {
            *known = player;
        } else if self.0.len() < MOST {
            self.0.push(player);
        } else {
            return Err("there are 200 players already");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_base64_of_every_kind_and_differ_by_client() {
        let players = Players::first();
        let openid = |id: &str| players.find(id).unwrap().openid(super::super::CLIENT_ID);
        assert_eq!(openid("lin"), "WjgUlJFu/UAH7Or3Ti+sjA==");
        assert_eq!(openid("mei"), "atH/Im768zkHBY1b2FkyNQ==");
        assert_eq!(openid("alex"), "W75iFkzVchyS8m8NibbHXg==");
        let lin = players.find("lin").unwrap();
        assert_eq!(lin.unionid(), "WY++ZR4evyqnL/+gnJEfYg==");
        assert_ne!(lin.openid("another"), openid("lin"));
    }

    #[test]
    fn a_player_is_added_once_and_changed_afterwards() {
        let mut players = Players::first();
        players.put(Player::new("new", "New", "")).unwrap();
        players.put(Player::new("new", "Newer", "")).unwrap();
        assert_eq!(players.iter().count(), 4);
        assert_eq!(players.find("new").unwrap().name, "Newer");
        for (id, name) in [("", "x"), ("UPPER", "x"), ("a/b", "x"), ("ok", "")] {
            assert!(players.put(Player::new(id, name, "")).is_err(), "{id}");
        }
        for at in 0..MOST {
            let _ = players.put(Player::new(&format!("p{at}"), "x", ""));
        }
        assert_eq!(players.iter().count(), MOST);
    }
}
