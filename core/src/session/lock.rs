//! The advisory lock of a folder, held from the reading to the writing of one save.

use super::file::{careful, failed, refused_link};
use crate::error::{Error, Result, status};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// A save takes milliseconds. Who waits this long waits for a process that hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// The lock; dropping it frees it, and so does the end of the process.
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock that the file `path` carries, waiting up to two seconds for it.
    ///
    /// # Errors
    /// `STORAGE_BUSY` when another process or thread keeps it, `STORAGE` when the file cannot be
    /// opened, `STORAGE_PERMISSION` when it is a symbolic link.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let file = careful(OpenOptions::new().write(true).create(true).truncate(false))
            .open(path)
            .map_err(|cause| match fs::symlink_metadata(path) {
                Ok(found) if found.is_symlink() => refused_link(path),
                _ => failed("open the lock", path, &cause),
            })?;
        let start = Instant::now();
        let mut pause = Duration::from_micros(100);
        loop {
            match try_lock(&file) {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::Error(cause)) => return Err(failed("lock", path, &cause)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= PATIENCE => {
                    let text = format!("another process holds the lock {}", path.display());
                    return Err(Error::new(status::STORAGE_BUSY, text));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(2));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a process forked meanwhile holds the same lock until it ends.
        let _ = unlock(&self.0);
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
