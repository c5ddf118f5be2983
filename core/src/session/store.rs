//! The store: reading, changing and saving what is remembered.

use super::import::{self, Imported};
use super::lock::Lock;
use super::record::Record;
use super::snapshot::{GUEST, MIRROR, STATE, Snapshot, TEMPORARY, temporaries};
use super::{Loaded, Recovered, Remembered, Write, envelope, file, folder::Folder};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

const LOCK: &str = "lock";

/// What is remembered for one app id and profile below a storage folder.
pub struct Store {
    folder: Folder,
    lock: Lock,
    /// Whether the folder's own name is known to be durable.
    rooted: AtomicBool,
    /// A damage that was repaired and that no caller has heard of yet.
    unreported: Mutex<Option<Recovered>>,
    /// What the folder begins with while no save was finished in it: read once, so that what
    /// others do to those files meanwhile changes nothing.
    import: Option<Imported>,
}

impl Store {
    /// Opens the folder, making it when it is missing, and reads it. Takes no lock, writes no file
    /// and does not flush: a game calls this in its first frame.
    ///
    /// If the folder holds no file of ours, what the official C# SDK left in `import` is what is
    /// remembered, under the generation number 0. The first [`Self::update`] makes it durable here,
    /// whatever it changes; from then on `import` is not looked at again, and no file in it is ever
    /// changed.
    ///
    /// # Errors
    /// - `INVALID_ARGUMENT`: an empty path, or an empty or overlong app id or profile
    /// - `STORAGE`: the folder or a file, also one to import, cannot be made or read, or is not what
    ///   it should be
    /// - `STORAGE_PERMISSION`: the folder is of another owner or writable by others, or the folder
    ///   or a file, also one to import, is a symbolic link
    /// - `STORAGE_NEWER`: a file is of a newer version
    pub fn open(
        root: &Path,
        app_id: &str,
        profile: &str,
        import: Option<&Path>,
    ) -> Result<(Self, Loaded)> {
        let folder = Folder::open(root, app_id, profile)?;
        let mut store = Self {
            lock: Lock::new(folder.path().join(LOCK)),
            folder,
            rooted: AtomicBool::new(false),
            unreported: Mutex::new(None),
            import: None,
        };
        if let Some(from) = import
            && store.snapshot()?.untouched
        {
            store.import = Some(import::read(from)?);
        }
        let loaded = store.read()?;
        Ok((store, loaded))
    }

    /// Reads again, under the rules of [`Self::open`]. A damage is reported and left for
    /// [`Self::update`] to repair.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn read(&self) -> Result<Loaded> {
        self.folder.check()?;
        Ok(self.snapshot()?.loaded)
    }

    /// What could not be taken over of what the official SDK left, and why: damage that is not
    /// ours, so it is neither set aside nor repaired.
    pub fn import_problems(&self) -> &[Error] {
        self.import.as_ref().map_or(&[], |import| &import.problems)
    }

    fn snapshot(&self) -> Result<Snapshot> {
        let imported = self.import.as_ref().and_then(|import| import.remembered.as_ref());
        Snapshot::read(self.folder.path(), imported)
    }

    /// Reads, changes and saves as one step that no other process or thread can come between.
    ///
    /// Under the lock: reads; sets damaged files aside and writes what could be recovered of them;
    /// runs `change` on it; on [`Write::Save`] writes the result under the next generation number,
    /// durable when this returns. A guest id that is there stays there, also if `change` clears it,
    /// but for [`Remembered::retire_guest`].
    /// Gives back the outcome of `change` and what is on the disk now, which for a user too large
    /// to be stored (60 KiB) is less than `change` asked for.
    ///
    /// # Errors
    /// What `change` returns, then nothing is saved; as [`Self::open`]; `STORAGE_FULL`,
    /// `STORAGE_BUSY`. After an error the disk holds the old value or, if only the last flush
    /// failed, the new one; never a mixture.
    pub fn update<T>(
        &self,
        change: impl FnOnce(&mut Remembered) -> Result<(T, Write)>,
    ) -> Result<(T, Loaded)> {
        let (mut change, mut outcome) = (Some(change), None);
        let loaded = self.update_with(&mut |remembered| {
            let Some(change) = change.take() else { return Ok(Write::Keep) };
            let (value, write) = change(remembered)?;
            outcome = Some(value);
            Ok(write)
        })?;
        match outcome {
            Some(outcome) => Ok((outcome, loaded)),
            None => Err(Error::new(status::PANIC, "a change of the store was not made")),
        }
    }

    /// [`Self::update`], compiled once for all of its callers.
    fn update_with(
        &self,
        change: &mut dyn FnMut(&mut Remembered) -> Result<Write>,
    ) -> Result<Loaded> {
        self.folder.check()?;
        let _held = self.lock.take()?;
        let mut snapshot = self.snapshot()?;
        for path in temporaries(self.folder.path()) {
            // The one file that still holds the guest id stays until others do.
            if snapshot.rescue.as_ref() == Some(&path) {
                file::set_aside(&path)?;
            } else {
                file::clear(&path)?;
            }
        }
        if snapshot.needs_repair {
            self.repair(&mut snapshot)?;
        }
        let mut next = snapshot.loaded.remembered.clone();
        if change(&mut next)? == Write::Save {
            next.generation = snapshot.loaded.remembered.generation.saturating_add(1);
            next.hold_on_to(&snapshot.loaded.remembered);
            self.write(&mut next, snapshot.guest_file.as_ref(), &[])?;
            snapshot.loaded.remembered = next;
        }
        let damage = self.unreported().take();
        Ok(Loaded { damage, ..snapshot.loaded })
    }

    /// The stored guest id, or a new one; on the disk, durable, before this returns.
    ///
    /// # Errors
    /// As [`Self::update`]; `NOT_SUPPORTED` when the system gives no random numbers.
    pub fn guest_id(&self) -> Result<(Secret, Loaded)> {
        let (id, loaded) = self.update(|remembered| match &remembered.guest_id {
            Some(id) => Ok((id.clone(), Write::Keep)),
            None => {
                let id = new_guest_id()?;
                remembered.guest_id = Some(id.clone());
                Ok((id, Write::Save))
            }
        })?;
        // Its maker may have been killed between renaming the file and flushing the folder.
        file::sync_folder(self.folder.path())?;
        Ok((id, loaded))
    }

    /// Writes every copy anew and sets the damaged ones aside.
    fn repair(&self, snapshot: &mut Snapshot) -> Result<()> {
        if snapshot.lost_state {
            // The lost number is unknown, and others may know it: none of it may come again.
            snapshot.loaded.remembered.generation = file::unix_ms();
        }
        let mut remembered = snapshot.loaded.remembered.clone();
        if snapshot.imported {
            // Another number: who read the folder while this is written may have seen half of it.
            remembered.generation = 1;
            // All but the `guest` file, and durable, first: left alone by a crash, that one would
            // end the import and lose the user.
            let record = remembered.record();
            self.write(&mut remembered, record.as_ref(), &[])?;
        }
        self.write(&mut remembered, snapshot.guest_file.as_ref(), &snapshot.damaged)?;
        snapshot.guest_file = remembered.record();
        snapshot.loaded.remembered = remembered;
        if let Some(damage) = snapshot.loaded.damage {
            *self.unreported() = Some(damage);
        }
        Ok(())
    }

    /// Replaces the files. All new content is on the disk before the first name changes, so that a
    /// full disk leaves everything as it was.
    fn write(
        &self,
        remembered: &mut Remembered,
        guest_file: Option<&Record>,
        damaged: &[&str],
    ) -> Result<()> {
        let state = envelope::seal(STATE, &remembered.encode()?);
        let mut files = vec![(STATE, state.clone()), (MIRROR, state)];
        if let Some(record) = remembered.record()
            && guest_file != Some(&record)
        {
            let lines = Record::lines(record.id.as_ref(), &record.retired);
            // A new id comes first, for it matters most. One that is given up goes last: until the
            // state says so, it is the guest's.
            let at = if record.id.is_some() { 0 } else { files.len() };
            files.insert(at, (GUEST, envelope::seal(GUEST, lines.as_bytes())));
        }
        for (name, bytes) in &files {
            file::write_new(&self.temporary(name), bytes)
                .inspect_err(|_| self.clear_temporaries())?;
        }
        for name in damaged {
            file::set_aside(&self.path(name))?;
        }
        for (name, _) in &files {
            file::replace(&self.temporary(name), &self.path(name))?;
        }
        file::sync_folder(self.folder.path())?;
        if !self.rooted.swap(true, Ordering::Relaxed) {
            self.folder.sync_above();
        }
        Ok(())
    }

    /// After a failure; what cannot be removed now is removed by the next save.
    fn clear_temporaries(&self) {
        for path in temporaries(self.folder.path()) {
            let _ = file::clear(&path);
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}{TEMPORARY}"))
    }

    fn unreported(&self) -> std::sync::MutexGuard<'_, Option<Recovered>> {
        self.unreported.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_guest_id() -> Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 16]);
    getrandom::fill(&mut *bytes).map_err(|cause| {
        Error::new(status::NOT_SUPPORTED, format!("the system gives no random numbers: {cause}"))
    })?;
    Ok(Secret::new(envelope::hex(&*bytes)))
}
