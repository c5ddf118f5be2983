//! What the files of a folder say at one moment, and what can be trusted of it.

use super::envelope::{self, Opened};
use super::file::{self, Content, failed};
use super::record::{self, Record};
use super::{Loaded, Recovered, Remembered};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The file that is read.
pub(super) const STATE: &str = "state";
/// Its mirror.
pub(super) const MIRROR: &str = "state.bak";
/// The guest id alone.
pub(super) const GUEST: &str = "guest";
/// What a name carries while its new content is written.
pub(super) const TEMPORARY: &str = ".tmp";

/// More set-aside files than this are not searched: one disk does not fail so often.
const MAX_SEARCHED: usize = 64;

/// One file, judged.
struct Found<T> {
    bytes: Zeroizing<Vec<u8>>,
    value: Option<T>,
    damaged: bool,
    missing: bool,
}

/// The folder, judged.
pub(super) struct Snapshot {
    /// What a caller gets to see.
    pub(super) loaded: Loaded,
    /// The names of damaged files, to be set aside before a file of that name is written.
    pub(super) damaged: Vec<&'static str>,
    /// A copy is missing, behind or damaged: [`Self::loaded`] must be written anew.
    pub(super) needs_repair: bool,
    /// The user is lost, and the generation number with it.
    pub(super) lost_state: bool,
    /// The `guest` file is intact and holds this.
    pub(super) guest_file: Option<Record>,
    /// The leftover that alone holds the guest id, if it came to that.
    pub(super) rescue: Option<PathBuf>,
    /// No save was ever finished here.
    pub(super) untouched: bool,
    /// [`Self::loaded`] is what was imported, and no file of ours holds it.
    pub(super) imported: bool,
}

impl Snapshot {
    /// Reads the folder; changes nothing. `imported` is what an untouched folder begins with.
    ///
    /// # Errors
    /// `STORAGE_NEWER` when any file is of a newer version, and those of [`file::read`].
    pub(super) fn read(folder: &Path, imported: Option<&Remembered>) -> Result<Self> {
        // The first save of what was imported writes this file last: whoever sees it while that
        // runs sees the state as well.
        let guest = find(folder, GUEST, GUEST, |payload| match record::split(payload)? {
            (record, []) if record != Record::default() => Some(record),
            _ => None,
        })?;
        let state = find(folder, STATE, STATE, Remembered::decode)?;
        let mirror = find(folder, MIRROR, STATE, Remembered::decode)?;
        Self::judge(folder, state, mirror, guest, imported)
    }

    fn judge(
        folder: &Path,
        state: Found<Remembered>,
        mirror: Found<Remembered>,
        guest: Found<Record>,
        imported: Option<&Remembered>,
    ) -> Result<Self> {
        let untouched = state.missing && mirror.missing && guest.missing && !was_set_aside(folder)?;
        let imported = imported.filter(|_| untouched);
        let damaged: Vec<&'static str> =
            [(STATE, state.damaged), (MIRROR, mirror.damaged), (GUEST, guest.damaged)]
                .into_iter()
                .filter_map(|(name, damaged)| damaged.then_some(name))
                .collect();
        let alike = *state.bytes == *mirror.bytes;
        let copies = [state.bytes, mirror.bytes, guest.bytes];
        let (chosen, other) = newest_first(state.value, mirror.value);
        let chosen = chosen.or_else(|| imported.cloned());
        let imported = imported.is_some();
        let records: Vec<Record> =
            [&chosen, &other].into_iter().flatten().filter_map(Remembered::record).collect();
        let records = || records.iter().chain(&guest.value);
        let mut retired = Vec::new();
        records().for_each(|record| add_new(&mut retired, record.retired.iter().cloned()));
        let known = records().filter_map(|record| record.id.as_ref());
        let known = known.clone().find(|id| !retired.contains(&record::mark(id))).cloned();
        let (guest_id, rescue) = match known {
            Some(id) => (Some(id), None),
            // Given up, and no new one made yet.
            None if chosen.is_some() && !retired.is_empty() => (None, None),
            None => rescue(folder, &copies, &mut retired)?,
        };
        let lost_state = chosen.is_none()
            && (damaged.contains(&STATE) || damaged.contains(&MIRROR) || rescue.is_some());
        let lost_guest = guest_id.is_none() && guest.damaged && retired.is_empty();
        let stored = chosen.as_ref().and_then(Remembered::record);
        let damage = match (damaged.is_empty(), lost_state, lost_guest) {
            (true, ..) => None,
            (_, false, false) => Some(Recovered::Everything),
            (_, true, _) if guest_id.is_some() => Some(Recovered::GuestOnly),
            _ => Some(Recovered::Nothing),
        };
        let remembered = Remembered { guest_id, retired, ..chosen.unwrap_or_default() };
        let record = remembered.record();
        let complete = alike && stored == record && guest.value == record;
        let needs_repair = imported || !(damaged.is_empty() && complete);
        let loaded = Loaded { remembered, damage };
        let guest_file = guest.value;
        Ok(Self {
            loaded,
            damaged,
            needs_repair,
            lost_state,
            guest_file,
            rescue,
            untouched,
            imported,
        })
    }
}

/// The copy with more saves in it first: a process may have died between the two renames.
fn newest_first(
    state: Option<Remembered>,
    mirror: Option<Remembered>,
) -> (Option<Remembered>, Option<Remembered>) {
    match (state, mirror) {
        (Some(state), Some(mirror)) if mirror.generation > state.generation => {
            (Some(mirror), Some(state))
        }
        (None, mirror) => (mirror, None),
        both => both,
    }
}

fn find<T>(
    folder: &Path,
    name: &str,
    kind: &str,
    decode: impl Fn(&[u8]) -> Option<T>,
) -> Result<Found<T>> {
    let path = folder.join(name);
    let bytes = match file::read(&path)? {
        Content::Missing => {
            let bytes = Zeroizing::default();
            return Ok(Found { bytes, value: None, damaged: false, missing: true });
        }
        Content::NotAFile => Zeroizing::default(),
        Content::Bytes(bytes) => bytes,
    };
    let value = match envelope::open(kind, &bytes) {
        Opened::Payload(payload) => decode(payload),
        Opened::Damaged => None,
        Opened::Newer(version) => {
            let text = format!(
                "{} is of version {version}, this library reads {}; it is left untouched",
                path.display(),
                envelope::VERSION
            );
            return Err(Error::new(status::STORAGE_NEWER, text));
        }
    };
    Ok(Found { bytes, damaged: value.is_none(), value, missing: false })
}

/// The last resort: a guest id out of the damaged files, out of one that was set aside earlier, the
/// latest first, or out of what a killed process left of a save. With it comes the path of the file
/// that still holds it, if that is none of `copies`.
///
/// An id that was given up is none: its mark may stand in any of these files. `retired` learns them.
fn rescue(
    folder: &Path,
    copies: &[Zeroizing<Vec<u8>>],
    retired: &mut Vec<String>,
) -> Result<(Option<Secret>, Option<PathBuf>)> {
    let mut leftovers = Vec::new();
    for path in set_aside(folder)?.into_iter().chain(temporaries(folder)) {
        // Links are never ours.
        if !path.is_symlink()
            && let Content::Bytes(bytes) = file::read(&path)?
        {
            leftovers.push((path, bytes));
        }
    }
    let all = copies.iter().chain(leftovers.iter().map(|(_, bytes)| bytes));
    all.for_each(|bytes| add_new(retired, record::salvage_retired(bytes)));
    if let Some(id) = copies.iter().find_map(|bytes| record::salvage(bytes, retired)) {
        return Ok((Some(id), None));
    }
    for (path, bytes) in leftovers {
        if let Some(id) = record::salvage(&bytes, retired) {
            return Ok((Some(id), Some(path)));
        }
    }
    Ok((None, None))
}

fn add_new(all: &mut Vec<String>, more: impl Iterator<Item = String>) {
    for mark in more {
        if !all.contains(&mark) {
            all.push(mark);
        }
    }
}

/// The files that were set aside, the latest first.
fn set_aside(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |cause| failed("list the storage folder", folder, &cause);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if let Some(stamp) = entry.file_name().to_str().and_then(stamp) {
            files.push((stamp, entry.path()));
        }
    }
    let mut latest = Vec::new();
    while latest.len() < MAX_SEARCHED
        && let Some((index, _)) = files.iter().enumerate().max_by(|a, b| a.1.cmp(b.1))
    {
        latest.push(files.swap_remove(index).1);
    }
    Ok(latest)
}

/// Whether a file of ours was set aside. What a killed process left of a save is none: where it is
/// all there is, no save was ever finished.
fn was_set_aside(folder: &Path) -> Result<bool> {
    let finished = |path: &PathBuf| {
        let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        let unfinished = format!("{TEMPORARY}{}", file::SET_ASIDE);
        !name.as_bytes().windows(unfinished.len()).any(|part| part == unfinished.as_bytes())
    };
    Ok(set_aside(folder)?.iter().any(finished))
}

fn stamp(name: &str) -> Option<u64> {
    name.rsplit_once(file::SET_ASIDE)?.1.parse().ok()
}

/// The paths of all temporary files that a save can make.
pub(super) fn temporaries(folder: &Path) -> [PathBuf; 3] {
    [GUEST, STATE, MIRROR].map(|name| folder.join(format!("{name}{TEMPORARY}")))
}
