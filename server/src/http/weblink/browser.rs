//! What a browser is known by from one step to the next.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::trouble::Trouble;
use crate::ids::random_text;
use crate::seal::{Purpose, Seal};

/// Out of 36: 165 bits.
pub(super) const CHARS: usize = 32;

/// With https nobody but this very host can have set it (RFC 6265bis 4.1.3.2).
const fn name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-tdsauth-binding" } else { "tdsauth-binding" }
}

/// The value of the cookie. It opens nothing alone.
#[derive(Debug, Clone)]
pub(super) struct Browser(Secret);

impl Browser {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        random_text(CHARS).map(|text| Self(Secret::new(text)))
    }

    /// The one that the request shows. Of two nobody knows which is whose.
    pub(super) fn of(headers: &HeaderMap, is_secure: bool) -> Option<Self> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        let mut own = pairs.filter(|(key, _)| key.trim() == name(is_secure));
        let (Some((_, value)), None) = (own.next(), own.next()) else { return None };
        let value = value.trim();
        let plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        (value.len() == CHARS && value.bytes().all(plain)).then(|| Self(Secret::new(value)))
    }

    /// `Set-Cookie`. Lax: the player comes back from TapTap's login, which is another site.
    pub(super) fn cookie(&self, is_secure: bool) -> Result<HeaderValue, Trouble> {
        let secure = if is_secure { "; Secure" } else { "" };
        let value = self.0.expose();
        let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}", name(is_secure));
        let mut cookie = HeaderValue::try_from(cookie).map_err(|_| Trouble::DOWN)?;
        cookie.set_sensitive(true);
        Ok(cookie)
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.0
    }

    /// What a form about this has to hold. Other sites can make the browser send a form, with the
    /// cookie, but cannot know this.
    pub(super) fn token(&self, seal: &Seal, about: &str) -> String {
        seal.lookup(Purpose::Binding, &["form", self.0.expose(), about])
    }

    pub(super) fn made(&self, seal: &Seal, about: &str, token: &str) -> bool {
        self.token(seal, about).as_bytes().ct_eq(token.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "0123456789abcdefghijklmnopqrstuv";

    fn of(lines: &[&str], is_secure: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().unwrap());
        }
        Browser::of(&headers, is_secure).map(|browser| browser.0.expose().to_owned())
    }

    #[test]
    fn one_cookie_of_the_right_name_and_form_counts() {
        let (host, plain) =
            (format!("__Host-tdsauth-binding={VALUE}"), format!("tdsauth-binding={VALUE}"));
        let known = Some(VALUE.to_owned());
        assert_eq!(of(&[&host], true), known);
        assert_eq!(of(&["a=b", &format!("c=d;{plain}; e")], false), known);
        for (lines, is_secure) in [
            (&[][..], true),
            (&[&*plain], true),
            (&[&*host], false),
            (&[&*format!("{host}; {host}")], true),
            (&[&*host, &*host], true),
            (&[&*format!("{host}x")], true),
            (&["tdsauth-binding=0123456789ABCDEFGHIJKLMNOPQRSTUV"], false),
            (&["tdsauth-binding="], false),
        ] {
            assert_eq!(of(lines, is_secure), None, "{lines:?}");
        }
    }
}
