//! Files that only the service's own user may read: the keys and the database.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Makes `folder` (0700) when it is missing. A folder in which others may write is refused: they
/// could replace the database or the keys.
pub(crate) fn prepare_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    unix::private_folder(&mut builder);
    builder.create(folder)?;
    let found = fs::metadata(folder)?;
    if !found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "is not a folder"));
    }
    unix::refuse(&found, 0o022, "others may write in this folder (chmod go-w)")
}

/// Waits until no other process prepares this folder, and keeps others waiting until the returned
/// file is dropped, or the process ends in any way.
pub(crate) fn lock(folder: &Path) -> io::Result<File> {
    let path = folder.join("start.lock");
    claim(&path)?;
    let file = File::options().write(true).open(path)?;
    file.lock()?;
    Ok(file)
}

/// Reads a small text file without its surrounding white space; `None` when there is none. A file
/// that others may read is refused: what is in it is no secret any more.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(found) => {
            refuse_shared(&found)?;
            fs::read_to_string(path).map(|text| Some(text.trim().to_owned()))
        }
    }
}

/// Makes `path` with `text` in it (0600), whole or not at all, durable before it returns. Only for
/// who holds the folder's [`lock`].
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = Path::new(&draft);
    // One may be left from a start that was cut off.
    let _ = fs::remove_file(draft);
    let mut file = new_file().open(draft)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(draft, path)?;
    unix::sync_folder_of(path)
}

/// Gives `draft` its name, which nobody may have yet, durable before it returns.
pub(crate) fn publish(draft: &Path, path: &Path) -> io::Result<()> {
    // Unlike a renaming this takes no other file's place.
    fs::hard_link(draft, path)?;
    fs::remove_file(draft)?;
    unix::sync_folder_of(path)
}

/// Makes an empty `path` (0600) when it is missing, and refuses one that others may read. SQLite
/// gives its other files the permissions of this one.
pub(crate) fn claim(path: &Path) -> io::Result<()> {
    match new_file().open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            refuse_shared(&fs::metadata(path)?)
        }
        made => made.map(drop),
    }
}

fn new_file() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    unix::private(&mut options);
    options
}

fn refuse_shared(found: &fs::Metadata) -> io::Result<()> {
    unix::refuse(found, 0o077, "others may read or write this file (chmod go-rwx)")
}

/// Permissions exist on Unix alone; elsewhere the folder's own access list decides.
#[cfg(unix)]
mod unix {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
    use std::path::Path;

    pub(super) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub(super) fn private_folder(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    pub(super) fn refuse(found: &Metadata, bits: u32, why: &'static str) -> io::Result<()> {
        if found.mode() & bits == 0 {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
    }

    pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
        let named = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = named.unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

#[cfg(not(unix))]
mod unix {
    use std::fs::{DirBuilder, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    pub(super) fn private(_: &mut OpenOptions) {}

    pub(super) fn private_folder(_: &mut DirBuilder) {}

    pub(super) fn refuse(_: &Metadata, _: u32, _: &'static str) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn sync_folder_of(_: &Path) -> io::Result<()> {
        Ok(())
    }
}
