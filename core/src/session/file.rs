//! One file on the disk: read within a bound, replaced as a whole, set aside, never followed.

use super::envelope::MAX_FILE;
use crate::error::{Error, Result, status};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// Between the name of a damaged file and the time it was set aside.
pub(super) const SET_ASIDE: &str = ".damaged-";

/// What stands under a name.
pub(super) enum Content {
    /// Nothing.
    Missing,
    /// A file; at most [`MAX_FILE`] + 1 bytes of it, so that a longer one shows.
    Bytes(Zeroizing<Vec<u8>>),
    /// A folder, a pipe, or something else that we never make.
    NotAFile,
}

/// The error of a failed step on `path`.
pub(super) fn failed(step: &str, path: &Path, cause: &io::Error) -> Error {
    let status = match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            status::STORAGE_FULL
        }
        _ => status::STORAGE,
    };
    Error::new(status, format!("cannot {step} {}: {cause}", path.display()))
}

/// The error for a link where a file or folder of ours should be.
pub(super) fn refused_link(path: &Path) -> Error {
    let text = format!("{} is a symbolic link; links are not followed here", path.display());
    Error::new(status::STORAGE_PERMISSION, text)
}

/// Reads a file.
///
/// # Errors
/// `STORAGE_PERMISSION` for a symbolic link, `STORAGE` when it is there but cannot be read: that is
/// no damage, and nothing may be put in its place.
pub(super) fn read(path: &Path) -> Result<Content> {
    match try_read(path) {
        Ok(content) => Ok(content),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Content::Missing),
        Err(cause) => match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => Err(refused_link(path)),
            Ok(found) if !found.is_file() => Ok(Content::NotAFile),
            _ => Err(failed("read", path, &cause)),
        },
    }
}

fn try_read(path: &Path) -> io::Result<Content> {
    // Windows has no flag for "do not follow" that spares the placeholder files of cloud folders.
    if cfg!(not(unix)) {
        let found = fs::symlink_metadata(path)?;
        if found.is_symlink() {
            return Err(ErrorKind::InvalidInput.into());
        }
        // Opening a folder would look like a file that somebody else has open.
        if !found.is_file() {
            return Ok(Content::NotAFile);
        }
    }
    let file = patiently(|| careful(OpenOptions::new().read(true)).open(path))?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Ok(Content::NotAFile);
    }
    let most = MAX_FILE + 1;
    // The whole capacity at once: a buffer that grows leaves copies behind that nobody zeroes.
    let expected = usize::try_from(found.len()).map_or(most, |length| (length + 1).min(most));
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected));
    file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(Content::Bytes(bytes))
}

/// Opens with links not followed, pipes not waited for, and new files for the owner alone.
#[cfg(unix)]
pub(super) fn careful(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.mode(0o600).custom_flags(flags.bits().cast_signed())
}

/// Elsewhere the folder's own access list protects the file.
#[cfg(not(unix))]
pub(super) fn careful(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Does `step`, which opens, renames or removes a file, and waits while another program has that
/// file open: a virus scanner or a backup that looks at it. Windows refuses it meanwhile, mostly for
/// some milliseconds; no other system does.
pub(super) fn patiently<T>(mut step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut patience = 100;
    loop {
        match step() {
            Err(cause) if patience > 0 && is_in_use(&cause) => {
                patience -= 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

/// Who keeps others from a file causes the one, or the other where the file was to be replaced or
/// is about to be gone.
#[cfg(windows)]
fn is_in_use(cause: &io::Error) -> bool {
    const ERROR_SHARING_VIOLATION: i32 = 32;
    cause.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
        || cause.kind() == ErrorKind::PermissionDenied
}

#[cfg(not(windows))]
fn is_in_use(_cause: &io::Error) -> bool {
    false
}

/// Writes a new file and makes its content durable; `path` must be free.
///
/// # Errors
/// `STORAGE_FULL`, `STORAGE`; nothing is left behind then.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file =
        patiently(|| careful(OpenOptions::new().write(true).create_new(true)).open(path))
            .map_err(|cause| failed("create", path, &cause))?;
    let written = file.write_all(bytes).and_then(|()| sync(&file));
    drop(file);
    written.map_err(|cause| {
        // If this fails as well, the next save clears it.
        let _ = fs::remove_file(path);
        failed("write", path, &cause)
    })
}

/// A file system without fsync gives no more than it has; that is no reason to refuse a player.
fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(cause) if matches!(cause.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            Ok(())
        }
        result => result,
    }
}

/// Puts `from` in the place of `to`, at once and as a whole.
pub(super) fn replace(from: &Path, to: &Path) -> Result<()> {
    rename(from, to).map_err(|cause| failed("replace", to, &cause))
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| fs::rename(from, to))
}

/// Removes what stands under the name of a temporary file: a link itself, never what it points to.
/// Something that is not a file is set aside.
pub(super) fn clear(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Ok(found) if found.is_dir() => set_aside(path),
        Ok(_) => {
            patiently(|| fs::remove_file(path)).map_err(|cause| failed("remove", path, &cause))
        }
        Err(cause) => Err(failed("look at", path, &cause)),
    }
}

/// Gives `path` the name `<name>.damaged-<unix ms>`; nothing that has such a name is replaced.
pub(super) fn set_aside(path: &Path) -> Result<()> {
    let mut stamp = unix_ms();
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!("{SET_ASIDE}{stamp}"));
        match fs::symlink_metadata(&name) {
            Ok(_) => stamp += 1,
            Err(_) => {
                return rename(path, Path::new(&name))
                    .map_err(|cause| failed("set aside the damaged file", path, &cause));
            }
        }
    }
}

/// Milliseconds since 1970.
pub(super) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|folder| sync(&folder))
        .map_err(|cause| failed("make durable the folder", path, &cause))
}

/// Elsewhere the file system's own journal does it, and a folder cannot be flushed.
#[cfg(not(unix))]
pub(super) fn sync_folder(_path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_in_the_same_millisecond_gets_names_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        for n in 0..100 {
            fs::write(&path, n.to_string()).unwrap();
            set_aside(&path).unwrap();
        }
        let entries = fs::read_dir(folder.path()).unwrap();
        let text = |entry: io::Result<fs::DirEntry>| fs::read_to_string(entry.unwrap().path());
        let mut found: Vec<u32> =
            entries.map(|entry| text(entry).unwrap().parse().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, Vec::from_iter(0..100));
    }

    /// As a virus scanner does: keeps all others from the file until it is dropped.
    #[cfg(windows)]
    fn held(path: &Path) -> File {
        use std::os::windows::fs::OpenOptionsExt;
        OpenOptions::new().read(true).share_mode(0).open(path).unwrap()
    }

    /// Runs `step` while the file is held, which is let go a moment later.
    #[cfg(windows)]
    fn while_held<T: Send>(path: &Path, step: impl FnOnce() -> T + Send) -> T {
        let holder = held(path);
        std::thread::scope(|scope| {
            let stepping = scope.spawn(step);
            std::thread::sleep(Duration::from_millis(100));
            drop(holder);
            stepping.join().unwrap()
        })
    }

    #[cfg(windows)]
    #[test]
    fn a_file_that_another_program_looks_at_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("state"), folder.path().join("state.tmp"));
        fs::write(&path, "old").unwrap();
        fs::write(&other, "new").unwrap();
        let found = while_held(&path, || match read(&path) {
            Ok(Content::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(_) => "no file".into(),
            Err(error) => error.to_string(),
        });
        assert_eq!(found, "old");
        while_held(&other, || replace(&other, &path)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::write(&other, "newer").unwrap();
        while_held(&path, || replace(&other, &path)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        while_held(&path, || clear(&path)).unwrap();
        assert!(!path.exists());
    }

    #[cfg(windows)]
    #[test]
    fn a_file_that_is_never_let_go_is_an_error_and_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        fs::write(&path, "kept").unwrap();
        let holder = held(&path);
        let refused = read(&path).err().unwrap();
        assert_eq!(refused.status, status::STORAGE);
        drop(holder);
        assert!(matches!(read(&path), Ok(Content::Bytes(bytes)) if &**bytes == b"kept"));
    }
}
