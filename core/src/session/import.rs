//! What the official C# SDK left behind, taken over at the first start with no file of ours: a
//! guest's id is a guest's only credential, and a game's first update to this library must not
//! make every guest a stranger.
//!
//! ```text
//! <import path>/.userdata        who is logged in: one JSON object (account-rest.md 4.1)
//! <import path>/.anonymousdata   the guest id, and nothing else
//! ```
//!
//! Both are read and never written, renamed or deleted. The guest id is taken byte for byte. The
//! official SDK decodes the whole file as UTF-8 and sends what it gets, so a byte order mark or a
//! line feed at the end is a part of the id: without it, the server would see another guest. Only
//! what it cannot have sent, or what a server cannot have stored, is damage: an empty file, bytes
//! that are no UTF-8, U+0000 (a power cut leaves files full of it), more than 1024 bytes.

use super::envelope::MAX_FILE;
use super::file::{self, Content};
use super::{Remembered, record};
use crate::account::row::Put;
use crate::account::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use serde_json::Value;
use std::path::Path;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

const USER: &str = ".userdata";
const GUEST: &str = ".anonymousdata";

/// What the folder gave.
pub(super) struct Imported {
    /// `None`: nobody was logged in, and there was no guest.
    pub(super) remembered: Option<Remembered>,
    /// What could not be taken over, and why.
    pub(super) problems: Vec<Error>,
}

/// Why a file's content is not taken over.
type Damage = &'static str;

/// Reads the folder.
///
/// # Errors
/// `STORAGE_PERMISSION` for a symbolic link, `STORAGE` for a file that is there but cannot be read:
/// it may be readable at the next start, and a new guest in its place would lose the old one.
pub(super) fn read(folder: &Path) -> Result<Imported> {
    let mut problems = Vec::new();
    let user = part(folder, USER, user, &mut problems)?;
    let guest = part(folder, GUEST, guest, &mut problems)?;
    let guest_id = guest.or_else(|| user.as_ref().and_then(guest_of));
    if user.is_none() && guest_id.is_none() {
        return Ok(Imported { remembered: None, problems });
    }
    let mut remembered = Remembered { user, guest_id, ..Remembered::default() };
    // Leaves out now what a save would leave out, so that both are one value.
    let remembered = match remembered.encode() {
        Ok(_) => Some(remembered),
        Err(error) => {
            problems.push(error);
            None
        }
    };
    Ok(Imported { remembered, problems })
}

fn part<T>(
    folder: &Path,
    name: &str,
    decode: impl Fn(&[u8]) -> std::result::Result<T, Damage>,
    problems: &mut Vec<Error>,
) -> Result<Option<T>> {
    let path = folder.join(name);
    let decoded = match file::read(&path)? {
        Content::Missing => return Ok(None),
        Content::NotAFile => Err("is no file"),
        Content::Bytes(bytes) if bytes.len() > MAX_FILE => Err("is larger than 64 KiB"),
        Content::Bytes(bytes) => decode(&bytes),
    };
    Ok(decoded
        .map_err(|damage| {
            let text = format!("{} {damage}; it is not taken over, and stays", path.display());
            problems.push(Error::new(status::STORAGE_DAMAGED, text));
        })
        .ok())
}

fn guest(bytes: &[u8]) -> std::result::Result<Secret, Damage> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is no text")?;
    if record::is_guest_id(text) { Ok(Secret::new(text)) } else { Err("holds no guest id") }
}

/// The id in the guest's own row, for when the file that should hold it does not.
fn guest_of(user: &Row) -> Option<Secret> {
    let id = user.get("authData")?.get("anonymous")?.get("id")?.as_str()?;
    record::is_guest_id(id).then(|| Secret::new(id))
}

/// The row as a server sends it.
fn user(bytes: &[u8]) -> std::result::Result<Row, Damage> {
    let Ok(Value::Object(mut row)) = serde_json::from_slice(bytes) else {
        return Err("is no JSON object");
    };
    row.remove("__type");
    if row.remove("className").is_some_and(|name| name != "_User") {
        return Err("holds an object that is no user");
    }
    row::object_id(&row).map_err(|_| "holds no objectId")?;
    row::session_token(&row).map_err(|_| "holds no session token")?;
    row::refuse_nul(&row).map_err(|_| "holds U+0000")?;
    server_times(&mut row);
    Ok(row)
}

/// In an object, its two built-in times as bare texts; in everything below it, all times.
fn server_times(object: &mut Row) {
    for (key, value) in object {
        if !matches!(key.as_str(), "createdAt" | "updatedAt") {
            times(value);
            continue;
        }
        let text = value.get("iso").unwrap_or(value).as_str();
        if let Some(time) = text.and_then(server_time) {
            *value = Value::String(time);
        }
    }
}

fn times(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(times),
        Value::Object(map) => match map.get("__type").and_then(Value::as_str) {
            Some("Date") => {
                let time = map.get("iso").and_then(Value::as_str).and_then(server_time);
                if let Some(time) = time {
                    map.put("iso", Value::String(time));
                }
            }
            Some("Pointer" | "Object") => server_times(map),
            _ => map.values_mut().for_each(times),
        },
        _ => {}
    }
}

/// UTC with three decimals; the official SDK leaves out zeros at the end.
fn server_time(text: &str) -> Option<String> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)?;
    let (date, month) = (time.date(), u8::from(time.month()));
    let (hour, minute, second, milli) = time.to_hms_milli();
    Some(format!(
        "{:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z",
        date.year(),
        date.day()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read_user(value: &Value) -> std::result::Result<Value, Damage> {
        user(value.to_string().as_bytes()).map(Value::Object)
    }

    #[test]
    fn times_get_the_three_decimals_that_servers_write() {
        for (given, expected) in [
            ("2020-02-03T04:05:06Z", "2020-02-03T04:05:06.000Z"),
            ("2020-02-03T04:05:06.7Z", "2020-02-03T04:05:06.700Z"),
            ("2020-02-03T04:05:06.78Z", "2020-02-03T04:05:06.780Z"),
            ("2020-02-03T04:05:06.789Z", "2020-02-03T04:05:06.789Z"),
            ("2020-02-03T04:05:06.7891234Z", "2020-02-03T04:05:06.789Z"),
            ("2020-03-01T00:05:06.7+08:00", "2020-02-29T16:05:06.700Z"),
        ] {
            assert_eq!(server_time(given).as_deref(), Some(expected));
        }
        for other in ["", "soon", "2020-02-30T00:00:00Z", "0000-01-01T00:00:00+23:59"] {
            assert!(server_time(other).is_none_or(|time| time.len() == 24), "{other}");
        }
    }

    #[test]
    fn a_row_loses_what_only_the_file_says_and_keeps_the_rest() {
        let given = json!({
            "__type": "Pointer", "className": "_User", "objectId": "a", "sessionToken": "t",
            "createdAt": "2020-01-01T00:00:00.5Z",
            "updatedAt": {"__type": "Date", "iso": "2020-01-01T00:00:01Z"},
            "born": {"__type": "Date", "iso": "2020-01-01T00:00:00.25Z"},
            "plain": "2020-01-01T00:00:00Z",
            "list": [{"__type": "Date", "iso": "2020-01-01T00:00:00Z"}, 1.5, null],
            "clan": {"__type": "Pointer", "className": "Clan", "objectId": "c",
                     "createdAt": "2020-01-01T00:00:00Z"},
            "map": {"createdAt": "2020-01-01T00:00:00Z", "iso": "2020-01-01T00:00:00Z"},
        });
        let expected = json!({
            "objectId": "a", "sessionToken": "t",
            "createdAt": "2020-01-01T00:00:00.500Z", "updatedAt": "2020-01-01T00:00:01.000Z",
            "born": {"__type": "Date", "iso": "2020-01-01T00:00:00.250Z"},
            "plain": "2020-01-01T00:00:00Z",
            "list": [{"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}, 1.5, null],
            "clan": {"__type": "Pointer", "className": "Clan", "objectId": "c",
                     "createdAt": "2020-01-01T00:00:00.000Z"},
            "map": {"createdAt": "2020-01-01T00:00:00Z", "iso": "2020-01-01T00:00:00Z"},
        });
        assert_eq!(read_user(&given), Ok(expected));
    }

    #[test]
    fn what_is_no_user_who_is_logged_in_is_not_taken() {
        for wrong in [
            json!([]),
            json!({}),
            json!({"objectId": "a"}),
            json!({"sessionToken": "t"}),
            json!({"objectId": "a", "sessionToken": null}),
            json!({"objectId": "a", "sessionToken": ""}),
            json!({"objectId": "../a", "sessionToken": "t"}),
            json!({"objectId": "a", "sessionToken": "t\r\nX-LC-Key: k"}),
            json!({"objectId": "a", "sessionToken": "t", "nickname": "a\u{0}b"}),
            json!({"objectId": "a", "sessionToken": "t", "className": "_Role"}),
        ] {
            assert!(read_user(&wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn noise_never_panics(noise in any::<Vec<u8>>()) {
            let _ = (user(&noise), guest(&noise));
        }

        #[test]
        fn any_text_without_nul_is_a_guest_id_byte_for_byte(id in "[^\\x00]{1,255}") {
            prop_assert_eq!(guest(id.as_bytes()), Ok(Secret::new(id)));
        }
    }
}
