//! What an archive holds, before it is one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::process;

/// One file of an archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    File(Vec<u8>),
    /// A file that may be started.
    Program(Vec<u8>),
    /// Another name for a file in the same folder.
    Link(String),
}

/// Files by their path in the archive: in one order on every machine.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    entries: BTreeMap<String, Entry>,
}

impl Tree {
    /// Puts `entry` at `path`, in the place of what was there.
    pub(super) fn put(&mut self, path: impl Into<String>, entry: Entry) {
        self.entries.insert(path.into(), entry);
    }

    /// Puts a text at `path`.
    pub(super) fn text(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.put(path, Entry::File(text.into().into_bytes()));
    }

    /// Puts what is on the disk at `from`, a file or a folder with all below it, at `path`.
    pub(super) fn copy(&mut self, path: &str, from: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", from.display());
        let kind = fs::symlink_metadata(from).map_err(failed)?.file_type();
        if kind.is_symlink() {
            let to = fs::read_link(from).map_err(failed)?;
            self.put(path, Entry::Link(to.to_string_lossy().into_owned()));
        } else if kind.is_dir() {
            for entry in fs::read_dir(from).map_err(failed)? {
                let name = entry.map_err(failed)?.file_name();
                let name = name.to_string_lossy();
                self.copy(&format!("{path}/{name}"), &from.join(&*name))?;
            }
        } else {
            self.put(path, Entry::File(fs::read(from).map_err(failed)?));
        }
        Ok(())
    }

    /// Puts what git knows or would take of `folder` of the repository at `path`: nothing that was
    /// built there, and no rules for git.
    pub(super) fn copy_sources(
        &mut self,
        path: &str,
        root: &Path,
        folder: &str,
    ) -> Result<(), String> {
        let mut git = process::program("git");
        git.current_dir(root.join(folder));
        git.args(["-c", "core.quotePath=false", "ls-files"]);
        git.args(["--cached", "--others", "--exclude-standard"]);
        let listed = process::output(&mut git, Duration::from_secs(60))?;
        for file in listed.lines().filter(|file| !file.ends_with(".gitignore")) {
            self.copy(&format!("{path}/{file}"), &root.join(folder).join(file))?;
        }
        Ok(())
    }

    /// Lets the file at `path` be started, if it is there.
    pub(super) fn make_program(&mut self, path: &str) {
        if let Some(Entry::File(bytes)) = self.entries.get_mut(path) {
            let bytes = std::mem::take(bytes);
            self.put(path, Entry::Program(bytes));
        }
    }

    /// Takes out those that are not to stay.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(&str) -> bool) {
        self.entries.retain(|path, _| stays(path));
    }

    /// Whether a file is there, or a folder with something in it.
    pub(super) fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.entries.contains_key(path)
            || self
                .entries
                .range(folder.clone()..)
                .next()
                .is_some_and(|(it, _)| it.starts_with(&folder))
    }

    /// All of them, sorted.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// The file at `path`, if it is text.
    #[cfg(test)]
    pub(super) fn read(&self, path: &str) -> Option<&str> {
        match self.entries.get(path)? {
            Entry::File(bytes) | Entry::Program(bytes) => std::str::from_utf8(bytes).ok(),
            Entry::Link(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_something_is_in_it() {
        let mut tree = Tree::default();
        tree.text("a/b/c", "");
        tree.text("a-b", "");
        assert!(tree.holds("a") && tree.holds("a/b") && tree.holds("a/b/c") && tree.holds("a-b"));
        assert!(!tree.holds("a/") && !tree.holds("a/b/") && !tree.holds("b") && !tree.holds("a/c"));
    }

    #[test]
    fn links_and_folders_are_copied_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in/one"), "1").unwrap();
        std::os::unix::fs::symlink("one", folder.path().join("in/two")).unwrap();
        let mut tree = Tree::default();
        tree.copy("to", folder.path()).unwrap();
        let all: Vec<_> = tree.entries().collect();
        let one = Entry::File(b"1".to_vec());
        let two = Entry::Link("one".into());
        assert_eq!(all, [("to/in/one", &one), ("to/in/two", &two)]);
    }
}
