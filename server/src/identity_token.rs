//! What tells a studio's support desk who a player is (account-rest.md 2.9, contract row 28): an
//! opaque text that the player's client hands over and this service alone reads. It opens nothing.
//!
//! It is kept nowhere: who it names and until when is sealed in it, each time under a key of its
//! own, which comes of the seal key, so that however many are given out no nonce meets another.

use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use crate::ids::{TOKEN_CHARS, random_text};
use crate::seal::{Purpose, Seal};

/// How long one is good for, in milliseconds.
const LIFETIME: i64 = 60 * 60 * 1000;

/// Whom a token names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The user's object id.
    pub(crate) user: String,
    /// Unix milliseconds.
    pub(crate) expires_at: i64,
}

/// Why a token names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is none of this service and app.
    Forged,
    /// Its time is over.
    Expired,
}

/// A token that names a user of the app from `now` (Unix milliseconds) on. Fails only when the
/// operating system has no randomness to give.
pub(crate) fn make(
    seal: &Seal,
    app_id: &str,
    user: &str,
    now: i64,
) -> Result<Secret, getrandom::Error> {
    let salt = random_text(TOKEN_CHARS)?;
    let named = json!([user, now.saturating_add(LIFETIME)]).to_string();
    let sealed = seal.seal(Purpose::IdentityToken, &[app_id, &salt], &named)?;
    Ok(Secret::new(format!("{salt}.{sealed}")))
}

/// Whom a token names at `now` (Unix milliseconds).
pub(crate) fn read(seal: &Seal, app_id: &str, token: &str, now: i64) -> Result<Named, Unread> {
    let (salt, sealed) = token.split_once('.').ok_or(Unread::Forged)?;
    let opened = seal.open(Purpose::IdentityToken, &[app_id, salt], sealed);
    let named: Option<Value> =
        opened.ok().and_then(|named| serde_json::from_str(named.expose()).ok());
    let (user, expires_at) = named
        .as_ref()
        .and_then(|named| Some((named.get(0)?.as_str()?, named.get(1)?.as_i64()?)))
        .ok_or(Unread::Forged)?;
    if now >= expires_at {
        return Err(Unread::Expired);
    }
    Ok(Named { user: user.to_owned(), expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn seal(key: &str) -> Seal {
        Seal::read(&Secret::new(key.repeat(32)), "test".into()).unwrap()
    }

    #[test]
    fn a_token_names_its_user_for_an_hour() {
        let own = seal("5a");
        let token = make(&own, "app", "user", NOW).unwrap();
        let read = |now| read(&own, "app", token.expose(), now);
        let named = Named { user: "user".into(), expires_at: NOW + 3_600_000 };
        assert_eq!(read(NOW), Ok(named));
        assert!(read(NOW + 3_599_999).is_ok());
        assert_eq!(read(NOW + 3_600_000), Err(Unread::Expired));
        assert!(make(&own, "app", "user", NOW).unwrap() != token, "each is another one");
    }

    #[test]
    fn no_other_text_app_key_or_sealed_value_is_a_token() {
        let own = seal("5a");
        let token = make(&own, "app", "user", NOW).unwrap();
        let whole = token.expose();
        for at in 0..whole.len() {
            let other = if &whole[at..=at] == "A" { "B" } else { "A" };
            let changed = format!("{}{other}{}", &whole[..at], &whole[at + 1..]);
            assert_eq!(read(&own, "app", &changed, NOW), Err(Unread::Forged), "at {at}");
            assert_eq!(read(&own, "app", &whole[..at], NOW), Err(Unread::Forged), "up to {at}");
        }
        assert_eq!(read(&own, "another", whole, NOW), Err(Unread::Forged));
        assert_eq!(read(&seal("5b"), "app", whole, NOW), Err(Unread::Forged));
        let json = json!(["user", NOW + 1000]).to_string();
        let session = own.seal(Purpose::Session, &["app", "salt"], &json).unwrap();
        assert_eq!(read(&own, "app", &format!("salt.{session}"), NOW), Err(Unread::Forged));
    }
}
