//! A TapTap token: the key id and key that sign calls to the open API.

use serde_json::Value;

use super::answer::{self, Place};
use crate::account::Row;
use crate::error::{Error, Result, status};
use crate::mac::{self, Algorithm, MacKey};
use crate::secret::Secret;
use crate::transport::Response;

/// The longest `kid`, in bytes. A real one has about 250.
const MAX_KID: usize = 2048;
/// The longest `mac_key`, in bytes. A real one has 32 to 40.
const MAX_KEY: usize = 512;
/// The longest list of granted scopes, in bytes.
const MAX_SCOPE: usize = 512;

/// What TapTap grants (`taptap-login.md` section 4). `access_token` is the `kid` once more and is
/// not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Names the key; whoever knows it can refresh the token, so it is as secret as the key.
    pub kid: Secret,
    /// The key itself; its bytes sign as they are.
    pub mac_key: Secret,
    /// How it signs.
    pub mac_algorithm: Algorithm,
    /// The granted scopes, joined by blanks.
    pub scope: String,
}

impl Token {
    /// `token_type` of every token.
    pub const TYPE: &str = "mac";

    /// The token of an answer to an exchange, a poll or a refresh. `asked` (joined by commas or
    /// blanks) is what was granted when the answer does not say.
    ///
    /// # Errors
    /// What TapTap refused, by `place`; `BAD_RESPONSE` for a token without a usable key;
    /// `NOT_SUPPORTED` for an unknown `mac_algorithm` or `token_type`.
    pub fn read(response: &Response, place: Place, asked: &str) -> Result<Self> {
        let data = answer::read(response, place)?.data;
        Self::from_row(&data, asked).map_err(|error| {
            let bad = match error.status {
                status::INVALID_ARGUMENT => status::BAD_RESPONSE,
                other => other,
            };
            error.with_status(bad).with_server(i32::from(response.status), 0)
        })
    }

    /// A token that the official SDK obtained, as JSON: its fields in `snake_case` (SDK v3 and the
    /// wire) or `camelCase` (the SDKs' objects), or all of them below `access_token`
    /// (SDK v4's account). Without any scopes, `public_profile` is assumed.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: not such a text. `NOT_SUPPORTED`: an unknown algorithm or type.
    pub fn import(json: &str) -> Result<Self> {
        let Ok(Value::Object(mut row)) = serde_json::from_slice(json.as_bytes()) else {
            return Err(Error::argument("the token is not a JSON object"));
        };
        for name in ["access_token", "accessToken"] {
            if let Some(Value::Object(inner)) = row.get_mut(name) {
                row = std::mem::take(inner);
                break;
            }
        }
        Self::from_row(&row, super::endpoint::PUBLIC_PROFILE)
    }

    /// The token as it is stored and as [`Token::import`] reads it: all text fields. Secret.
    pub fn to_row(&self) -> Row {
        let mut row = Row::new();
        let mut put = |name: &str, text: &str| row.insert(name.to_owned(), text.into());
        // To the disk, where the session token lies as well.
        put("kid", self.kid.expose());
        put("mac_key", self.mac_key.expose());
        put("mac_algorithm", self.mac_algorithm.name());
        put("token_type", Self::TYPE);
        put("scope", &self.scope);
        row
    }

    /// Reads what [`Token::to_row`] gave, or any other spelling that [`Token::import`] takes.
    ///
    /// # Errors
    /// As [`Token::import`].
    pub fn from_row(row: &Row, asked: &str) -> Result<Self> {
        let field = |snake: &str, camel: &str| {
            answer::text(row, snake).or_else(|| answer::text(row, camel))
        };
        let kid = field("kid", "kid").or_else(|| field("access_token", "accessToken"));
        let kid = secret("kid", kid, MAX_KID)?;
        let mac_key = secret("mac_key", field("mac_key", "macKey"), MAX_KEY)?;
        if let Some(kind) = field("token_type", "tokenType")
            && !kind.eq_ignore_ascii_case(Self::TYPE)
        {
            return Err(Error::new(status::NOT_SUPPORTED, "the token is no MAC token"));
        }
        let mac_algorithm = match field("mac_algorithm", "macAlgorithm") {
            None => Algorithm::default(),
            Some(name) => Algorithm::by_name(&name.to_ascii_lowercase()).ok_or_else(|| {
                Error::new(status::NOT_SUPPORTED, "the token's mac_algorithm is not known")
            })?,
        };
        let granted = ["scope", "scopes", "scopeSet", "scope_set"]
            .into_iter()
            .find_map(|name| scope_text(row.get(name)?));
        let scope = granted.unwrap_or_else(|| joined(asked));
        if scope.len() > MAX_SCOPE || !scope.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return Err(Error::argument("the token's scope is malformed"));
        }
        Ok(Self { kid, mac_key, mac_algorithm, scope })
    }

    /// Whether the player granted `scope`.
    pub fn grants(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|granted| granted == scope)
    }

    /// Signs one request: the value of its `Authorization` header. `url` is absolute and exactly
    /// what is sent; `ts` is Unix seconds of TapTap's clock; `nonce` is fresh.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: a malformed method, URL or nonce.
    pub fn mac_header(&self, method: &str, url: &str, ts: u64, nonce: &str) -> Result<Secret> {
        let key = MacKey::new(self.mac_algorithm, self.mac_key.expose().as_bytes())?;
        if nonce.is_empty() || !plain(nonce) {
            return Err(Error::argument("the nonce is malformed"));
        }
        let (kid, digits) = (self.kid.expose(), ts.to_string());
        let (method, url) = (method.as_bytes(), url.as_bytes());
        let (ts, nonce_bytes) = (digits.as_bytes(), nonce.as_bytes());
        let signed = mac::Signed { method, url, ts, nonce: nonce_bytes, ext: &[] };
        let mac = mac::sign(&key, &signed)?;
        let mac = String::from_utf8_lossy(mac.as_bytes());
        // Room for all of it: a growing text would leave copies behind.
        let mut header = String::with_capacity(kid.len() + digits.len() + nonce.len() + 80);
        let parts =
            ["MAC id=\"", kid, "\",ts=\"", &digits, "\",nonce=\"", nonce, "\",mac=\"", &mac];
        parts.into_iter().for_each(|part| header.push_str(part));
        header.push('"');
        Ok(Secret::new(header))
    }
}

/// What can stand in a MAC header and be signed with: printable ASCII without `"` and `\`.
fn secret(name: &str, text: Option<&str>, max: usize) -> Result<Secret> {
    match text {
        None => Err(Error::argument(format!("the token has no {name}"))),
        Some(text) if text.len() <= max && plain(text) => Ok(Secret::new(text)),
        Some(_) => Err(Error::argument(format!("the token's {name} is malformed"))),
    }
}

/// Scopes as text or as a list of texts; `None` for anything else and for none at all.
fn scope_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => joined(text),
        Value::Array(names) => {
            joined(&names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Names joined by one blank each, whatever they were joined by.
fn joined(scopes: &str) -> String {
    scopes.split([' ', ',']).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
}
