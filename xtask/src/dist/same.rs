//! Whoever builds the same sources gets the same bytes, wherever they lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::slice::Source;
use super::target::Target;
use super::tools::Tools;
use super::{build, source};
use crate::counts::Counts;
use crate::process;
use crate::workspace::{Workspace, new_folder};

const LIST: Duration = Duration::from_secs(60);

/// Builds `targets` from the checkout and from a copy of it at another place, each in a folder of
/// its own, and compares every file.
pub(super) fn compare(
    workspace: &Workspace,
    tools: &Tools,
    targets: &[&'static Target],
) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    // Longer than most paths: a length that shows somewhere shows here.
    let copy = new_folder(scratch.path(), "a-copy-of-the-sources-at-another-place")?;
    copy_sources(&workspace.root, &copy)?;
    let first = source(workspace);
    let second = Source { root: copy, build: scratch.path().join("build") };
    let mut counts = Counts::default();
    for target in targets {
        let folders = ["first", "second"].map(|name| scratch.path().join(name).join(target.name));
        for (source, folder) in [&first, &second].into_iter().zip(&folders) {
            println!("Building the library for {} from {} …", target.name, source.root.display());
            build(tools, source, target, folder)?;
        }
        let [one, other] = &folders;
        for file in target.files {
            let name = format!("{}: two builds of {file} are the same", target.name);
            counts.check(&name, equal(&one.join(file), &other.join(file)));
        }
    }
    Ok(counts)
}

/// What git tracks, as it lies there now.
fn copy_sources(root: &Path, copy: &Path) -> Result<(), String> {
    let mut git = process::program("git");
    git.current_dir(root).args(["ls-files", "-z"]);
    let list = process::output(&mut git, LIST)?;
    for name in list.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), copy.join(name));
        let failed = |error: std::io::Error| format!("{}: {error}", from.display());
        let folder = to.parent().map(PathBuf::from).unwrap_or_default();
        fs::create_dir_all(folder).map_err(failed)?;
        if from.exists() {
            fs::copy(&from, &to).map_err(failed)?;
        }
    }
    Ok(())
}

fn equal(one: &Path, other: &Path) -> Result<(), String> {
    let read = |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let (one, other) = (read(one)?, read(other)?);
    if one == other {
        return Ok(());
    }
    let at = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    Err(format!("{} and {} bytes, different from {at:#x} on", one.len(), other.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_different_byte_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        fs::write(&one, "same").unwrap();
        fs::write(&other, "same").unwrap();
        assert_eq!(equal(&one, &other), Ok(()));
        fs::write(&other, "sane").unwrap();
        assert!(equal(&one, &other).is_err_and(|why| why.contains("0x2")));
        fs::write(&other, "same and more").unwrap();
        assert!(equal(&one, &other).is_err_and(|why| why.contains("13 bytes")));
    }
}
