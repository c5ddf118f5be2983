//! The folder of one app id and profile: where it is, and whether it is ours alone.

use super::escape::folder_name;
use super::file::{failed, refused_link, sync_folder};
use crate::error::{Error, Result, status};
use std::fs::{self, DirBuilder, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The longest name that every file system takes is 255 bytes.
const MAX_NAME: usize = 200;

/// A folder that was checked when it was opened.
pub(super) struct Folder {
    root: PathBuf,
    app: PathBuf,
    path: PathBuf,
}

impl Folder {
    /// Finds or makes `<root>/<app id>/<profile>`, private to this user.
    ///
    /// `root` belongs to the game: it may be a link and have any mode. What lies below is ours.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for an empty or overlong name; others as [`Self::check`].
    pub(super) fn open(root: &Path, app_id: &str, profile: &str) -> Result<Self> {
        if root.as_os_str().is_empty() {
            return Err(Error::argument("the storage path is empty"));
        }
        // A game that changes its working directory later must not change its folder.
        let root = std::path::absolute(root)
            .map_err(|cause| failed("find the storage folder", root, &cause))?;
        let app = root.join(component(app_id, "app id")?);
        let path = app.join(component(profile, "profile")?);
        let folder = Self { root, app, path };
        folder.make()?;
        Ok(folder)
    }

    /// The folder that holds the files.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn make(&self) -> Result<()> {
        if missing(&self.app) {
            make(&self.root, true)?;
            make(&self.app, false)?;
        }
        // Before anything is made in it: it may be a link into somebody else's folder.
        check(&self.app)?;
        if missing(&self.path) {
            make(&self.path, false)?;
        }
        check(&self.path)
    }

    /// Looks again whether the folder is there and ours.
    ///
    /// # Errors
    /// `STORAGE` when it is missing or a file, `STORAGE_PERMISSION` when it is a symbolic link, of
    /// another owner, or writable by others.
    pub(super) fn check(&self) -> Result<()> {
        check(&self.app)?;
        check(&self.path)
    }

    /// Makes the folder's own name durable, and that of the folder above.
    pub(super) fn sync_above(&self) {
        for path in [&self.app, &self.root] {
            // Best effort: a folder above may be one that we may pass but not open.
            let _ = sync_folder(path);
        }
    }
}

fn component(text: &str, what: &str) -> Result<String> {
    let name = folder_name(text);
    if name.is_empty() || name.len() > MAX_NAME {
        let text = format!("the {what} is empty or too long to name a folder");
        return Err(Error::argument(text));
    }
    Ok(name)
}

fn missing(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|cause| cause.kind() == ErrorKind::NotFound)
}

fn make(path: &Path, recursive: bool) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(recursive);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => Ok(()),
        // Another process was faster.
        Err(_) if path.is_dir() => Ok(()),
        Err(_) if path.exists() => Err(not_a_folder(path)),
        Err(cause) => Err(failed("make the storage folder", path, &cause)),
    }
}

fn check(path: &Path) -> Result<()> {
    let found = fs::symlink_metadata(path)
        .map_err(|cause| failed("look at the storage folder", path, &cause))?;
    if found.is_symlink() {
        return Err(refused_link(path));
    }
    if !found.is_dir() {
        return Err(not_a_folder(path));
    }
    check_owner(path, &found)
}

fn not_a_folder(path: &Path) -> Error {
    let text = format!("{} should be a folder and is none", path.display());
    Error::new(status::STORAGE, text)
}

#[cfg(unix)]
fn check_owner(path: &Path, found: &Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    // On Android's shared storage every folder is writable by a group that the system manages.
    let foreign = if cfg!(target_os = "android") { 0o002 } else { 0o022 };
    let refusal = if found.uid() != rustix::process::geteuid().as_raw() {
        "belongs to another user"
    } else if found.mode() & foreign != 0 {
        "is writable by other users"
    } else {
        return Ok(());
    };
    let text = format!("the storage folder {} {refusal}", path.display());
    Err(Error::new(status::STORAGE_PERMISSION, text))
}

/// Elsewhere a folder below the user's own inherits an access list that keeps others out.
#[cfg(not(unix))]
fn check_owner(_path: &Path, _found: &Metadata) -> Result<()> {
    Ok(())
}
