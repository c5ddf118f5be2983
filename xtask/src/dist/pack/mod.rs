//! What is handed out: packages for Unity, a plugin for Unreal Engine, an SDK for each platform,
//! what they are made of, and their sums. From the same sources and libraries come the same bytes.

mod archive;
pub(super) mod check;
mod licence;
mod linked;
mod notices;
mod papers;
mod sbom;
mod sdk;
pub(super) mod standard;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tree;
mod unity;
mod unreal;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::target::{Library, System, TARGETS};
use crate::workspace::Workspace;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Packs `libraries` into `folder`, in the place of what was packed there before; the files that
/// were written. What is missing for the whole is said.
pub(super) fn pack(
    workspace: &Workspace,
    libraries: &[Library],
    folder: &Path,
) -> Result<Vec<PathBuf>, String> {
    let files = files(&workspace.root, libraries, &Parts::find(workspace)?)?;
    let written = write(folder, files).map_err(|error| format!("{}: {error}", folder.display()))?;
    let packed = |name: &str| libraries.iter().any(|library| library.target.name == name);
    let missing: Vec<&str> =
        TARGETS.iter().map(|target| target.name).filter(|name| !packed(name)).collect();
    if !missing.is_empty() {
        println!("Not the whole: the packs are without {}", missing.join(", "));
    }
    Ok(written)
}

/// A pack of an earlier run that is none of this one's would be taken for one of them.
fn write(folder: &Path, files: Vec<(String, Vec<u8>)>) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_pack(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    let mut written = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::write(&path, bytes)?;
        written.push(path);
    }
    Ok(written)
}

/// By its name: cargo's own files lie in the same folder.
fn is_pack(name: &str) -> bool {
    let ends = [".tgz", ".tar.gz", ".zip", ".cdx.json"].iter().any(|end| name.ends_with(end));
    ends && ["tdsauth-", "TdsAuth-", "com.tdsauth."].iter().any(|start| name.starts_with(start))
}

/// What the library is made of, for readers and for programs; of all targets, whichever are packed.
struct Parts {
    notices: String,
    bill: String,
}

impl Parts {
    fn find(workspace: &Workspace) -> Result<Self, String> {
        let crates = linked::linked(workspace, &TARGETS)?;
        Ok(Self { notices: notices::text(&crates)?, bill: sbom::document(&crates)? })
    }
}

/// Names and bytes of all that is handed out, their sums last.
fn files(
    root: &Path,
    libraries: &[Library],
    parts: &Parts,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let papers = papers::Papers::read(root, parts.notices.clone())?;
    let mut files = archives(root, libraries, &papers)?;
    files.push((format!("tdsauth-{VERSION}.cdx.json"), parts.bill.clone().into_bytes()));
    files.push(("THIRD-PARTY-NOTICES.txt".to_owned(), parts.notices.clone().into_bytes()));
    files.sort();
    files.push(("SHA256SUMS".to_owned(), sums(&files).into_bytes()));
    Ok(files)
}

/// Names and bytes of all archives.
fn archives(
    root: &Path,
    libraries: &[Library],
    papers: &papers::Papers,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let sdk = archive::tar_gz(&unity::sdk(root, libraries, papers)?)?;
    let tapsdk3 = archive::tar_gz(&unity::tapsdk3(root, papers)?)?;
    let plugin = archive::zip(&unreal::plugin(root, libraries, papers)?)?;
    let mut all = vec![
        (format!("com.tdsauth.sdk-{VERSION}.tgz"), sdk),
        (format!("com.tdsauth.tapsdk3-{VERSION}.tgz"), tapsdk3),
        (format!("TdsAuth-{VERSION}-unreal.zip"), plugin),
    ];
    for sdk in sdk::split(libraries) {
        let tree = sdk::tree(root, &sdk, papers)?;
        let packed = match sdk.system {
            System::Windows => archive::zip(&tree)?,
            _ => archive::tar_gz(&tree)?,
        };
        all.push((sdk.file_name(), packed));
    }
    Ok(all)
}

/// As `sha256sum` writes and checks them.
fn sums(files: &[(String, Vec<u8>)]) -> String {
    files.iter().fold(String::new(), |mut all, (name, bytes)| {
        for byte in Sha256::digest(bytes) {
            let _ = write!(all, "{byte:02x}");
        }
        let _ = writeln!(all, "  {name}");
        all
    })
}
