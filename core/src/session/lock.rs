//! The advisory lock of a folder, held from the reading to the writing of one save.

use super::file::{careful, failed, patiently, refused_link};
use crate::error::{Error, Result, status};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A save takes milliseconds. Who waits this long waits for a process that hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest pause between two attempts.
const PAUSE: Duration = Duration::from_millis(1);

/// Who had the lock a moment ago stays away from it this long, longer than the others pause.
/// Otherwise a row of saves takes it again before anybody who waits has looked.
const COURTESY: Duration = Duration::from_millis(2);

/// The lock of one store.
pub(super) struct Lock {
    path: PathBuf,
    released: Mutex<Option<Instant>>,
}

/// The lock, held; dropping it frees it, and so does the end of the process.
pub(super) struct Held<'a> {
    lock: &'a Lock,
    file: File,
}

impl Lock {
    /// The lock that the file `path` carries; the file is made when the lock is first taken.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, released: Mutex::new(None) }
    }

    /// Takes the lock, waiting up to two seconds for it.
    ///
    /// # Errors
    /// `STORAGE_BUSY` when another process or thread keeps it, `STORAGE` when the file cannot be
    /// opened, `STORAGE_PERMISSION` when it is a symbolic link.
    pub(super) fn take(&self) -> Result<Held<'_>> {
        let file = open(&self.path)?;
        let since_release = self.released().map(|released| released.elapsed());
        if let Some(rest) = since_release.and_then(|elapsed| COURTESY.checked_sub(elapsed)) {
            std::thread::sleep(rest);
        }
        let start = Instant::now();
        let mut pause = PAUSE / 16;
        loop {
            match try_lock(&file) {
                Ok(()) => return Ok(Held { lock: self, file }),
                Err(TryLockError::Error(cause)) => return Err(failed("lock", &self.path, &cause)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= PATIENCE => {
                    let text = format!("another process holds the lock {}", self.path.display());
                    return Err(Error::new(status::STORAGE_BUSY, text));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(PAUSE);
        }
    }

    fn released(&self) -> MutexGuard<'_, Option<Instant>> {
        self.released.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    careful(options.write(true).create(true).truncate(false));
    patiently(|| options.open(path)).map_err(|cause| match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => refused_link(path),
        _ => failed("open the lock", path, &cause),
    })
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // Closing is not enough: a process forked meanwhile holds the same lock until it ends.
        let _ = unlock(&self.file);
        *self.lock.released() = Some(Instant::now());
    }
}

// The standard library's locks do not work on Android before Rust 1.98, flock does everywhere.
#[cfg(unix)]
fn try_lock(file: &File) -> std::result::Result<(), TryLockError> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    loop {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) => return Err(TryLockError::WouldBlock),
            Err(Errno::INTR) => {}
            Err(cause) => return Err(TryLockError::Error(cause.into())),
        }
    }
}

#[cfg(unix)]
fn unlock(file: &File) -> std::io::Result<()> {
    Ok(rustix::fs::flock(file, rustix::fs::FlockOperation::Unlock)?)
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> std::result::Result<(), TryLockError> {
    file.try_lock()
}

#[cfg(not(unix))]
fn unlock(file: &File) -> std::io::Result<()> {
    file.unlock()
}
