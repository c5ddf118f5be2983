//! What the stand-in was told of roles, and the limits within which it listens.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::Moment;
use crate::push::Kind;

/// Roles of one second.
const RATE: usize = 100;
/// Seconds for which it listens to nobody then.
const REST_S: i64 = 60 * 60;
/// Records of one request, and roles of one that clears.
const MOST_RECORDS: usize = 2000;
const MOST_CLEARED: usize = 100;
/// Values by which a record is sorted.
const MOST_SORTS: usize = 3;
/// Most of each kind that are kept.
const MOST: usize = 10_000;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// Records of profiles with how often each came.
    profiles: BTreeMap<String, (Value, u32)>,
    /// By preview, type and role.
    boards: BTreeMap<(bool, String, String), BTreeMap<String, Value>>,
    /// By preview, type, role and id.
    lists: BTreeMap<(bool, String, String, i64), Value>,
    requests: u32,
    recent: VecDeque<(Instant, usize)>,
    /// Unix seconds.
    resting_until: i64,
}

type Checked<T> = Result<T, &'static str>;

impl Pushed {
    /// Checks a request by the contract: the roles in it. What it does not name is refused.
    pub(super) fn check(kind: Kind, body: &Map<String, Value>) -> Checked<Vec<String>> {
        if kind == Kind::Clear {
            only(body, &["role_ids"])?;
            let ids = array(body, "role_ids")?;
            if ids.len() > MOST_CLEARED {
                return Err("role_ids: 100 at most");
            }
            let text = |id: &Value| id.as_str().map(str::to_owned);
            return ids.iter().map(|id| text(id).ok_or("role_ids: texts")).collect();
        }
        match kind {
            Kind::Profile => only(body, &["data"])?,
            _ => {
                only(body, &["test_mode", "type", "data"])?;
                needs_text(body, "type")?;
                if body.get("test_mode").is_some_and(|mode| !mode.is_boolean()) {
                    return Err("test_mode: true or false");
                }
            }
        }
        let data = array(body, "data")?;
        let (mut records, mut roles) = (0, BTreeSet::new());
        for role in data {
            let role = role.as_object().ok_or("data: objects")?;
            roles.insert(needs_text(role, "role_id")?.to_owned());
            match kind {
                Kind::Profile => {
                    records += 1;
                    profile(role)?;
                }
                Kind::Board => {
                    records += 1;
                    only(role, &["role_id", "role_data"])?;
                    let entries = array(role, "role_data")?;
                    entries.iter().try_for_each(|entry| pair(entry, false))?;
                }
                Kind::List | Kind::Clear => {
                    only(role, &["role_id", "role_data"])?;
                    let entries = array(role, "role_data")?;
                    records += entries.len();
                    entries.iter().try_for_each(record)?;
                }
            }
        }
        if records > MOST_RECORDS {
            return Err("data: 2000 records at most");
        }
        Ok(roles.into_iter().collect())
    }

    /// Counts roles; the minutes until it listens again, if these are too many.
    pub(super) fn limit(&mut self, roles: usize, now: Moment) -> Result<(), i64> {
        let minutes = |left: i64| (left - 1) / 60;
        if now.unix_s < self.resting_until {
            return Err(minutes(self.resting_until - now.unix_s));
        }
        let second = Duration::from_secs(1);
        self.recent.retain(|(at, _)| now.instant.duration_since(*at) < second);
        let before: usize = self.recent.iter().map(|(_, roles)| roles).sum();
        if before + roles > RATE {
            self.resting_until = now.unix_s + REST_S;
            return Err(minutes(REST_S));
        }
        self.recent.push_back((now.instant, roles));
        Ok(())
    }

    /// Keeps what was checked.
    pub(super) fn take(&mut self, kind: Kind, body: Map<String, Value>) {
        self.requests = self.requests.saturating_add(1);
        let form = text(&body, "type");
        let test_mode = body.get("test_mode").and_then(Value::as_bool).unwrap_or_default();
        if kind == Kind::Clear {
            let ids = array(&body, "role_ids").unwrap_or_default();
            let ids: BTreeSet<_> = ids.iter().filter_map(Value::as_str).collect();
            let cleared = |role_id: &String| ids.contains(role_id.as_str());
            self.boards.retain(|(test, _, role_id), _| !(*test && cleared(role_id)));
            self.lists.retain(|(test, _, role_id, _), _| !(*test && cleared(role_id)));
            return;
        }
        for role in array(&body, "data").unwrap_or_default() {
            let Some(role) = role.as_object() else { continue };
            let role_id = text(role, "role_id");
            let entries = array(role, "role_data").unwrap_or_default();
            match kind {
                Kind::Profile => {
                    let kept = self.profiles.entry(role_id).or_default();
                    *kept = (json!(role), kept.1.saturating_add(1));
                }
                Kind::Board => {
                    let place = (test_mode, form.clone(), role_id);
                    let board = self.boards.entry(place).or_default();
                    for entry in entries.iter().filter_map(Value::as_object) {
                        let value = entry.get("data_value").cloned().unwrap_or_default();
                        board.insert(text(entry, "data_key"), value);
                    }
                }
                Kind::List | Kind::Clear => {
                    for entry in entries {
                        let id = entry.get("id").and_then(Value::as_i64).unwrap_or_default();
                        let place = (test_mode, form.clone(), role_id.clone(), id);
                        self.lists.insert(place, entry.clone());
                    }
                }
            }
        }
        bound(&mut self.profiles);
        bound(&mut self.boards);
        bound(&mut self.lists);
    }

    /// Role and name of each profile.
    pub(super) fn profiles(&self) -> impl Iterator<Item = (&str, &Value, u32)> {
        self.profiles.iter().map(|(role_id, (record, times))| (role_id.as_str(), record, *times))
    }

    /// How many records of statistics and lists there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.boards.len(), self.lists.len())
    }

    /// In `GET /dev/state`.
    pub(super) fn to_json(&self) -> Value {
        let profiles =
            self.profiles().map(|(_, record, times)| json!({ "record": record, "times": times }));
        let boards = self.boards.iter().map(|((test_mode, form, role_id), values)| {
            json!({ "test_mode": test_mode, "type": form, "role_id": role_id, "values": values })
        });
        let lists = self.lists.iter().map(|((test_mode, form, role_id, _), record)| {
            json!({ "test_mode": test_mode, "type": form, "role_id": role_id, "record": record })
        });
        json!({
            "requests": self.requests,
            "profiles": profiles.collect::<Vec<_>>(),
            "boards": boards.collect::<Vec<_>>(),
            "lists": lists.collect::<Vec<_>>(),
        })
    }
}

fn bound<K: Ord, V>(kept: &mut BTreeMap<K, V>) {
    while kept.len() > MOST {
        kept.pop_first();
    }
}

fn text(of: &Map<String, Value>, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn only(of: &Map<String, Value>, names: &[&str]) -> Checked<()> {
    if of.keys().all(|name| names.contains(&name.as_str())) {
        return Ok(());
    }
    Err("there is a field that the interface does not have")
}

fn array<'v>(of: &'v Map<String, Value>, name: &'static str) -> Checked<&'v [Value]> {
    let all = of.get(name).and_then(Value::as_array).map(Vec::as_slice);
    all.filter(|all| !all.is_empty()).ok_or("a list is missing or empty")
}

fn needs_text<'v>(of: &'v Map<String, Value>, name: &str) -> Checked<&'v str> {
    let text = of.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or("a text is missing, empty or of another type")
}

fn profile(role: &Map<String, Value>) -> Checked<()> {
    let more = ["display_role_id", "avatar_id", "zone", "profession"];
    only(role, &[&["role_id", "role_name", "level"][..], &more].concat())?;
    needs_text(role, "role_name")?;
    if !role.get("level").is_some_and(Value::is_i64) {
        return Err("level: a whole number");
    }
    match more.iter().all(|name| role.get(*name).is_none_or(Value::is_string)) {
        true => Ok(()),
        false => Err("a field is of another type"),
    }
}

/// A key with its value, which is a text; in lists a number as well.
fn pair(entry: &Value, numbers: bool) -> Checked<()> {
    let entry = entry.as_object().ok_or("objects are expected")?;
    only(entry, &["data_key", "data_value"])?;
    needs_text(entry, "data_key")?;
    let value = entry.get("data_value");
    match value.is_some_and(|value| value.is_string() || (numbers && value.is_number())) {
        true => Ok(()),
        false => Err("data_value: missing or of another type"),
    }
}

fn record(record: &Value) -> Checked<()> {
    let record = record.as_object().ok_or("objects are expected")?;
    only(record, &["id", "sn", "sort", "data"])?;
    let whole = |value: Option<&Value>| value.is_some_and(Value::is_i64);
    if !whole(record.get("id")) || (record.contains_key("sn") && !whole(record.get("sn"))) {
        return Err("id, sn: whole numbers");
    }
    if record.contains_key("sort") {
        let sorts = array(record, "sort")?;
        if sorts.len() > MOST_SORTS {
            return Err("sort: three at most");
        }
        for sort in sorts {
            let sort = sort.as_object().ok_or("objects are expected")?;
            only(sort, &["sort_key", "sort_value"])?;
            needs_text(sort, "sort_key")?;
            if !whole(sort.get("sort_value")) {
                return Err("sort_value: a whole number");
            }
        }
    }
    array(record, "data")?.iter().try_for_each(|entry| pair(entry, true))
}
