//! A row as the server sends it: field names to JSON values, the session token among them.

use serde_json::{Map, Value};

use crate::error::{Error, Result, status};
use crate::secret::Secret;

/// The fields of one object.
pub type Row = Map<String, Value>;

/// Fields that are written by their names. One function, and not what a map's own comes to at each
/// place.
pub(crate) trait Put {
    /// Makes the field hold the value.
    fn put(&mut self, key: &str, value: Value);
}

impl Put for Row {
    #[inline(never)]
    fn put(&mut self, key: &str, value: Value) {
        self.insert(key.to_owned(), value);
    }
}

/// Whether `part` stands in `text`; the standard library's way is larger, for it is faster.
pub(crate) fn holds_text(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// Longest object id and session token that is believed.
const ID_MAX: usize = 64;
const TOKEN_MAX: usize = 1024;

/// Whether `id` can stand in a URL path as it is.
pub fn is_object_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= ID_MAX
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether `token` can stand in a header as it is: printable ASCII without blanks.
pub fn is_session_token(token: &str) -> bool {
    !token.is_empty() && token.len() <= TOKEN_MAX && token.bytes().all(|b| b.is_ascii_graphic())
}

/// `value` as JSON text. The one way in which JSON is written here: each further one ships a writer.
pub fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The row's id; an error if it has none, or one that is no id.
///
/// # Errors
/// `BAD_RESPONSE`.
pub fn object_id(row: &Row) -> Result<&str> {
    match row.get("objectId") {
        Some(Value::String(id)) if is_object_id(id) => Ok(id),
        Some(_) => Err(bad("the answer's objectId is not an id")),
        None => Err(bad("the answer has no objectId")),
    }
}

/// The row's session token; an error if it has none.
///
/// # Errors
/// `BAD_RESPONSE`.
pub fn session_token(row: &Row) -> Result<Secret> {
    match row.get("sessionToken") {
        Some(Value::String(token)) if is_session_token(token) => Ok(Secret::new(token.as_str())),
        Some(_) => Err(bad("the answer's sessionToken is not a token")),
        None => Err(bad("the answer has no sessionToken")),
    }
}

/// Refuses U+0000 anywhere: a C text could not carry it.
///
/// # Errors
/// `BAD_RESPONSE`.
pub fn refuse_nul(row: &Row) -> Result<()> {
    if is_clean(row) { Ok(()) } else { Err(bad("the answer holds U+0000")) }
}

/// As [`refuse_nul`], in any value.
///
/// # Errors
/// `BAD_RESPONSE`.
pub fn refuse_nul_in(value: &Value) -> Result<()> {
    if clean(value) { Ok(()) } else { Err(bad("the answer holds U+0000")) }
}

fn is_clean(row: &Row) -> bool {
    row.iter().all(|(key, value)| !key.contains('\0') && clean(value))
}

fn clean(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(clean),
        Value::Object(row) => is_clean(row),
        _ => true,
    }
}

pub(super) fn bad(message: &'static str) -> Error {
    Error::new(status::BAD_RESPONSE, message)
}
