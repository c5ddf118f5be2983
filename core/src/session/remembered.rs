//! The value that is remembered, and its bytes in a `state` file: the guest record, then one JSON
//! object `{"generation": 7, "user": {…} or null, …}`.

use super::envelope::MAX_HEADER;
use super::record::{self, Record};
use crate::account::row;
use crate::account::row::Put;
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// A state file is at most 60 KiB, well within the bound of reading.
const MAX_PAYLOAD: usize = 60 * 1024 - MAX_HEADER;

/// Half of what the JSON reader accepts (128 levels), less than which no real user comes near.
const MAX_DEPTH: usize = 64;

/// Guest ids that were given up and are still known.
const MAX_RETIRED: usize = 64;

/// A user without these is none: they are never left out to make the rest fit.
const VITAL: [&str; 2] = ["objectId", "sessionToken"];

/// Of the rest, these go last.
const USUAL: [&str; 6] =
    ["username", "nickname", "createdAt", "updatedAt", "authData", "emailVerified"];

/// What a store keeps. Empty for a new player.
#[derive(Clone, Default, PartialEq)]
pub struct Remembered {
    /// How many saves led here; two values of one folder differ when their generations differ.
    /// It also jumps ahead when a lost state is replaced, so that no number comes twice.
    pub generation: u64,
    /// The id that logs this player's guest account in; once there, it stays, unless it is given up
    /// by [`Self::retire_guest`].
    pub guest_id: Option<Secret>,
    /// Marks of guest ids that were given up: none of them comes back.
    pub retired: Vec<String>,
    /// The full row of the user who is logged in, `sessionToken` included.
    pub user: Option<Map<String, Value>>,
    /// Members that this version does not know; written back as they were.
    pub other: Map<String, Value>,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remembered")
            .field("generation", &self.generation)
            .field("guest_id", &self.guest_id)
            .field("logged_in", &self.user.is_some())
            .finish_non_exhaustive()
    }
}

impl Remembered {
    /// Gives the guest id up for good, since it no longer leads to the account: the next guest is
    /// another one, on purpose.
    pub fn retire_guest(&mut self) {
        if let Some(id) = self.guest_id.take() {
            self.retired.push(record::mark(&id));
        }
    }

    /// What stands for the guest id where it must not be told.
    pub fn guest_mark(&self) -> Option<String> {
        self.guest_id.as_ref().map(record::mark)
    }

    /// Holds on to what an older value knew, whatever was done to this one.
    pub(super) fn hold_on_to(&mut self, older: &Self) {
        let mut retired = older.retired.clone();
        retired.extend(self.retired.drain(..).filter(|mark| !older.retired.contains(mark)));
        // The oldest go: nobody has files of so long ago.
        retired.drain(..retired.len().saturating_sub(MAX_RETIRED));
        self.retired = retired;
        self.guest_id = self.guest_id.take().or_else(|| older.guest_id.clone());
        if self.guest_mark().is_some_and(|mark| self.retired.contains(&mark)) {
            self.guest_id = None;
        }
    }

    /// What the `guest` file holds, if there is one.
    pub(super) fn record(&self) -> Option<Record> {
        let record = Record { id: self.guest_id.clone(), retired: self.retired.clone() };
        (record != Record::default()).then_some(record)
    }

    /// The payload of a state file. A user too large for it loses fields, in `self` as well as on
    /// the disk: those nested too deep, then the largest.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for a guest id that cannot be one, `STORAGE` when the vital fields alone
    /// do not fit.
    pub(super) fn encode(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        if self.guest_id.as_ref().is_some_and(|id| !record::is_guest_id(id.expose())) {
            return Err(Error::argument("a guest id is 1 to 1024 bytes without U+0000"));
        }
        for name in ["generation", "user"] {
            self.other.remove(name);
        }
        if let Some(user) = &mut self.user {
            user.retain(|_, value| depth(value) <= MAX_DEPTH);
        }
        let mut payload = self.to_bytes()?;
        if payload.len() > MAX_PAYLOAD {
            self.trim(payload.len() - MAX_PAYLOAD);
            payload = self.to_bytes()?;
        }
        if payload.len() > MAX_PAYLOAD {
            return Err(Error::new(status::STORAGE, "the session is too large to be stored"));
        }
        Ok(payload)
    }

    /// Reads a payload; `None` when it has not the shape that [`Self::encode`] gives.
    pub(super) fn decode(payload: &[u8]) -> Option<Self> {
        let (Record { id: guest_id, retired }, json) = record::split(payload)?;
        let Ok(Value::Object(mut other)) = serde_json::from_slice(json) else { return None };
        let generation = other.remove("generation")?.as_u64()?;
        let user = match other.remove("user") {
            None | Some(Value::Null) => None,
            Some(Value::Object(user)) => Some(user),
            Some(_) => return None,
        };
        Some(Self { generation, guest_id, retired, user, other })
    }

    fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut whole = self.other.clone();
        whole.put("generation", self.generation.into());
        whole.put("user", self.user.clone().map_or(Value::Null, Value::Object));
        let whole = Value::Object(whole);
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        let record = Record::lines(self.guest_id.as_ref(), &self.retired);
        bytes.extend_from_slice(record.as_bytes());
        serde_json::to_writer(&mut *bytes, &whole)
            .map_err(|_| Error::new(status::STORAGE, "the user cannot be written as JSON"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Leaves out fields of the user until `excess` bytes are saved or only vital ones are left.
    fn trim(&mut self, excess: usize) {
        let Some(user) = &mut self.user else { return };
        let mut fields: Vec<(bool, usize, String)> = user
            .iter()
            .filter(|(key, _)| !VITAL.contains(&key.as_str()))
            .map(|(key, value)| (USUAL.contains(&key.as_str()), size(key, value), key.clone()))
            .collect();
        let mut saved = 0;
        while saved < excess {
            // Unusual before usual, large before small.
            let first = (0..fields.len()).min_by(|a, b| match (fields.get(*a), fields.get(*b)) {
                (Some(a), Some(b)) => (a.0, b.1, &a.2).cmp(&(b.0, a.1, &b.2)),
                _ => std::cmp::Ordering::Equal,
            });
            let Some(first) = first else { break };
            let (_, size, key) = fields.swap_remove(first);
            user.remove(&key);
            saved += size;
        }
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(items) => 1 + items.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Bytes of a field in a JSON object, with its colon and comma.
fn size(key: &str, value: &Value) -> usize {
    2 + [&Value::from(key), value].into_iter().map(|part| row::json(part).len()).sum::<usize>()
}
