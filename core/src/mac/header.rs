//! Reading a `MAC id="…",ts="…",nonce="…",mac="…"` header.

use tdsauth_mac::{Error, MAX_FIELD, Result};

use super::is_plain;

/// The parameters of one header, as they stand there. Nothing is verified yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// Whose key signed it (`kid`).
    pub id: &'a str,
    /// When: Unix seconds.
    pub ts: u64,
    /// The digits of [`Header::ts`] as they were signed.
    pub(super) ts_text: &'a str,
    /// Fresh for each request: refuse one that was seen within the time window.
    pub nonce: &'a str,
    /// The signature in base64.
    pub(super) mac: &'a str,
    /// Signed application data; empty when absent.
    pub ext: &'a str,
}

impl<'a> Header<'a> {
    /// Takes the value of an `Authorization` header apart. Both official spellings are read, with
    /// and without blanks after the commas; the scheme's and the parameters' case and the order of
    /// the parameters do not matter.
    ///
    /// # Errors
    /// [`Error::Refused`] for another scheme, a parameter that is unknown, doubled, missing or not
    /// in quotes, a value with characters other than printable ASCII, a `ts` that is no number.
    pub fn parse(text: &'a str) -> Result<Self> {
        let text = text.trim_matches(is_blank);
        let (scheme, mut rest) = text.split_once(' ').ok_or_else(|| bad("is not a MAC header"))?;
        if !scheme.eq_ignore_ascii_case("MAC") {
            return Err(bad("is of another scheme than MAC"));
        }
        let [mut id, mut ts, mut nonce, mut mac, mut ext] = [None; 5];
        loop {
            let (name, value, after) = parameter(rest.trim_start_matches(is_blank))?;
            let names = ["id", "ts", "nonce", "mac", "ext"];
            let slots = [&mut id, &mut ts, &mut nonce, &mut mac, &mut ext];
            let slot = names.iter().zip(slots).find(|(known, _)| name.eq_ignore_ascii_case(known));
            let (_, slot) = slot.ok_or_else(|| bad("has an unknown parameter"))?;
            if slot.replace(value).is_some() {
                return Err(bad("has a parameter twice"));
            }
            rest = match after.trim_start_matches(is_blank) {
                "" => break,
                more => more.strip_prefix(',').ok_or_else(|| bad("has no comma between two"))?,
            };
        }
        let filled = |slot: Option<&'a str>| match slot {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(bad("lacks one of id, ts, nonce, mac")),
        };
        let ts_text = filled(ts)?;
        Ok(Self {
            id: filled(id)?,
            ts: number(ts_text)?,
            ts_text,
            nonce: filled(nonce)?,
            mac: filled(mac)?,
            ext: ext.unwrap_or_default(),
        })
    }
}

/// No `Debug` by derivation: `id` is the access token, and a header opens a door for a while.
impl std::fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Header").field("ts", &self.ts).finish_non_exhaustive()
    }
}

/// `name="value"` at the start of `text`: name, value, what follows.
fn parameter(text: &str) -> Result<(&str, &str, &str)> {
    let quoted = text
        .split_once('=')
        .and_then(|(name, rest)| Some((name, rest.strip_prefix('"')?.split_once('"')?)));
    let (name, (value, after)) = quoted.ok_or_else(|| bad("has a parameter without quotes"))?;
    if value.len() > MAX_FIELD || !is_plain(value.as_bytes()) {
        return Err(bad("has a value that is too long or not printable ASCII"));
    }
    Ok((name, value, after))
}

fn number(digits: &str) -> Result<u64> {
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(number) if only_digits => Ok(number),
        _ => Err(bad("has a ts that is no number")),
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn bad(why: &'static str) -> Error {
    Error::Refused { what: "the MAC header", why }
}
