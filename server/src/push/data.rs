//! What is told of roles: the bodies of the four requests, and what the studio's back end hands in
//! for them (role-binding.md 2.5).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Number, Value, json};

use crate::binding::{MAX_TEXT, Role};
use crate::storage::{Claim, Leased};

/// Roles of one hand-in.
const MOST_ROLES: usize = 500;
/// Records of one hand-in, and statistics of one role.
const MOST_RECORDS: usize = 2000;
/// Values by which a record is sorted.
const MOST_SORTS: usize = 3;
/// Longest value, in bytes.
const MAX_VALUE: usize = 4096;

/// Which of the four requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Profile,
    Board,
    List,
    Clear,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Profile, Self::Board, Self::List, Self::Clear];

    /// As it is kept.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Board => "board",
            Self::List => "list",
            Self::Clear => "clear",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The last part of its path at TapTap.
    pub(crate) const fn endpoint(self) -> &'static str {
        match self {
            Self::Profile => "upload-role-profile",
            Self::Board => "upload-data-board",
            Self::List => "upload-list-data",
            Self::Clear => "clear-test-data",
        }
    }
}

/// What is to be told of one role: its profile, its statistics, one record of a list of its, or
/// that its preview is to be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Datum {
    pub(crate) role_id: String,
    pub(crate) kind: Kind,
    /// `type` of statistics and lists.
    pub(crate) form: String,
    /// The id of a record.
    pub(crate) item: String,
    /// JSON: of statistics all of `role_data`, of a list the record.
    pub(crate) payload: String,
}

/// What was handed in is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadData;

impl Datum {
    pub(crate) fn profile(role_id: String) -> Self {
        Self::bare(role_id, Kind::Profile)
    }

    fn bare(role_id: String, kind: Kind) -> Self {
        let (form, item, payload) = Default::default();
        Self { role_id, kind, form, item, payload }
    }

    /// Reads what the studio hands in for one of the requests, which has the request's own form.
    pub(crate) fn read(kind: Kind, body: Map<String, Value>) -> Result<(Vec<Self>, bool), BadData> {
        let body = Value::Object(body);
        match kind {
            Kind::Profile | Kind::Clear => {
                let Ids { role_ids } = read(body)?;
                let ids: BTreeSet<_> = role_ids.into_iter().collect();
                if ids.is_empty() || ids.len() > MOST_ROLES || !ids.iter().all(|id| fits(id)) {
                    return Err(BadData);
                }
                let data = ids.into_iter().map(|id| Self::bare(id, kind)).collect();
                Ok((data, kind == Kind::Clear))
            }
            Kind::Board => {
                let upload: Upload<Entry> = read(body)?;
                upload.check()?;
                let test_mode = upload.test_mode;
                let form = upload.r#type;
                let datum = |of: OfRole<Entry>| {
                    let (role_id, form) = (of.role_id, form.clone());
                    let entries = of.role_data.into_iter().map(Entry::into_texts);
                    let payload = entries.collect::<Result<Value, _>>()?.to_string();
                    Ok(Self { role_id, kind, form, item: String::new(), payload })
                };
                Ok((upload.data.into_iter().map(datum).collect::<Result<_, _>>()?, test_mode))
            }
            Kind::List => {
                let upload: Upload<Record> = read(body)?;
                upload.check()?;
                let (test_mode, form) = (upload.test_mode, upload.r#type);
                let mut data = Vec::new();
                for OfRole { role_id, role_data } in upload.data {
                    for record in role_data {
                        let (role_id, form) = (role_id.clone(), form.clone());
                        let (item, payload) =
                            (record.id.to_string(), record.checked()?.to_string());
                        data.push(Self { role_id, kind, form, item, payload });
                    }
                }
                Ok((data, test_mode))
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    role_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload<T> {
    #[serde(default)]
    test_mode: bool,
    r#type: String,
    data: Vec<OfRole<T>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRole<T> {
    role_id: String,
    role_data: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    data_key: String,
    data_value: Scalar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: i64,
    sn: Option<i64>,
    #[serde(default)]
    sort: Vec<Sort>,
    data: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sort {
    sort_key: String,
    sort_value: i64,
}

/// TapTap's page says text, and number for what is one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(Number),
}

fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, BadData> {
    serde_json::from_value(body).map_err(|_| BadData)
}

/// Whether a text may be an id or a name.
fn fits(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control)
}

impl<T> Upload<T> {
    fn check(&self) -> Result<(), BadData> {
        let roles: BTreeSet<_> = self.data.iter().map(|of| &of.role_id).collect();
        let records: usize = self.data.iter().map(|of| of.role_data.len()).sum();
        let each = |of: &OfRole<T>| fits(&of.role_id) && !of.role_data.is_empty();
        // Of two for one role the later would win, or not.
        let good = fits(&self.r#type)
            && !self.data.is_empty()
            && roles.len() == self.data.len()
            && roles.len() <= MOST_ROLES
            && records <= MOST_RECORDS
            && self.data.iter().all(each);
        good.then_some(()).ok_or(BadData)
    }
}

impl Entry {
    fn check(&self) -> Result<(), BadData> {
        let value = match &self.data_value {
            Scalar::Text(text) => text.len() <= MAX_VALUE,
            Scalar::Number(_) => true,
        };
        (fits(&self.data_key) && value).then_some(()).ok_or(BadData)
    }

    /// Statistics are texts.
    fn into_texts(self) -> Result<Value, BadData> {
        self.check()?;
        let value = match self.data_value {
            Scalar::Text(text) => text,
            Scalar::Number(number) => number.to_string(),
        };
        Ok(json!({ "data_key": self.data_key, "data_value": value }))
    }

    fn into_json(self) -> Result<Value, BadData> {
        self.check()?;
        let value = match self.data_value {
            Scalar::Text(text) => Value::String(text),
            Scalar::Number(number) => Value::Number(number),
        };
        Ok(json!({ "data_key": self.data_key, "data_value": value }))
    }
}

impl Record {
    fn checked(self) -> Result<Value, BadData> {
        if self.sort.len() > MOST_SORTS || self.data.is_empty() {
            return Err(BadData);
        }
        let sort = self.sort.into_iter().map(|Sort { sort_key, sort_value }| {
            fits(&sort_key)
                .then(|| json!({ "sort_key": sort_key, "sort_value": sort_value }))
                .ok_or(BadData)
        });
        let sort = sort.collect::<Result<Vec<_>, _>>()?;
        let data = self.data.into_iter().map(Entry::into_json).collect::<Result<Vec<_>, _>>()?;
        let mut record = json!({ "id": self.id, "data": data });
        if let Some(record) = record.as_object_mut() {
            record.extend(self.sn.map(|sn| ("sn".to_owned(), json!(sn))));
            if !sort.is_empty() {
                record.insert("sort".to_owned(), Value::Array(sort));
            }
        }
        Ok(record)
    }
}

/// The body of the request for these rows, and the roles of which nothing can be told, with the
/// reason. `None` when that is all of them.
pub(super) fn body(claim: &Claim) -> (Option<Value>, Vec<(String, &'static str)>) {
    let mut unfit = Vec::new();
    let data: Vec<Value> = match claim.kind {
        Kind::Profile => {
            let told = claim.rows.iter().filter_map(|row| match profile(row) {
                Ok(told) => Some(told),
                Err(why) => {
                    unfit.push((row.role_id.clone(), why));
                    None
                }
            });
            told.collect()
        }
        Kind::Clear => claim.rows.iter().map(|row| json!(row.role_id)).collect(),
        Kind::Board | Kind::List => {
            let mut of_roles: Vec<(&str, Vec<Value>)> = Vec::new();
            for row in &claim.rows {
                // It was made here.
                let read: Value = serde_json::from_str(&row.payload).unwrap_or_default();
                let new = match read {
                    Value::Array(entries) if claim.kind == Kind::Board => entries,
                    record => vec![record],
                };
                match of_roles.iter_mut().find(|(role_id, _)| *role_id == row.role_id) {
                    Some((_, all)) => all.extend(new),
                    None => of_roles.push((&row.role_id, new)),
                }
            }
            let told = of_roles
                .into_iter()
                .map(|(role_id, all)| json!({ "role_id": role_id, "role_data": all }));
            told.collect()
        }
    };
    if data.is_empty() {
        return (None, unfit);
    }
    let body = match claim.kind {
        Kind::Profile => json!({ "data": data }),
        Kind::Clear => json!({ "role_ids": data }),
        Kind::Board | Kind::List => {
            json!({ "test_mode": claim.test_mode, "type": claim.form, "data": data })
        }
    };
    (Some(body), unfit)
}

/// The traps of the contract: here the name is `role_name`, and the level a number.
fn profile(row: &Leased) -> Result<Value, &'static str> {
    let role = &row.role.as_ref().ok_or("nobody knows this role")?.role;
    let Role { role_id, nickname, display_role_id, level, profession, zone, .. } = role;
    let level = level.as_deref().and_then(whole);
    let level = level.ok_or("its level is missing or no whole number, which TapTap needs")?;
    let mut told = json!({ "role_id": role_id, "role_name": nickname, "level": level });
    if let Some(told) = told.as_object_mut() {
        let more =
            [("display_role_id", display_role_id), ("profession", profession), ("zone", zone)];
        let more = more.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        told.extend(more.map(|(name, text)| (name.to_owned(), json!(text))));
    }
    Ok(told)
}

/// A whole number in decimal digits, and nothing that a reader might understand otherwise.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_whole_number() {
        assert_eq!(["0", "50", "-1", "007"].map(whole), [Some(0), Some(50), Some(-1), Some(7)]);
        for text in ["", "-", "+5", "5.0", " 5", "Lv5", "5e2", "\u{0665}", "9223372036854775808"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
