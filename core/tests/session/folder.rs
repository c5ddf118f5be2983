//! A folder of one's own for each test, and short ways to its files.

use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use tdsauth_core::error::Result;
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Loaded, Store, Write};

pub(crate) const APP: &str = "app";
pub(crate) const PROFILE: &str = "default";

/// The files that a save writes.
pub(crate) const FILES: [&str; 3] = ["state", "state.bak", "guest"];

pub(crate) struct Folder {
    root: tempfile::TempDir,
}

impl Folder {
    /// In memory where the system has such a place: sweeps make thousands of saves, and flushing
    /// each one to a disk shows nothing that a test could see.
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let root = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
        Self { root: root.unwrap() }
    }

    /// On the disk, where a save takes as long as in a game.
    pub(crate) fn on_disk() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The folder that holds the files.
    pub(crate) fn leaf(&self) -> PathBuf {
        self.root().join(APP).join(PROFILE)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.leaf().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap()
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.file(name), bytes).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.file(name)).unwrap();
    }

    pub(crate) fn open(&self) -> Result<(Store, Loaded)> {
        Store::open(self.root(), APP, PROFILE, None)
    }

    /// Opens it with what the official SDK left in `from`.
    pub(crate) fn import(&self, from: &Path) -> Result<(Store, Loaded)> {
        Store::open(self.root(), APP, PROFILE, Some(from))
    }

    /// Opens a folder that must be in order.
    pub(crate) fn store(&self) -> Store {
        self.open().unwrap().0
    }

    /// A folder with a guest who is logged in, and the guest id.
    pub(crate) fn logged_in() -> (Self, Secret) {
        let folder = Self::new();
        let store = folder.store();
        let (id, _) = store.guest_id().unwrap();
        log_in(&store, "first");
        (folder, id)
    }

    /// Names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.leaf())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The contents of all files that were set aside.
    pub(crate) fn set_aside(&self) -> Vec<Vec<u8>> {
        let aside = |name: &String| name.contains(".damaged-");
        self.names().iter().filter(|name| aside(name)).map(|name| self.bytes(name)).collect()
    }
}

pub(crate) fn user(name: &str) -> Map<String, Value> {
    let row = json!({
        "objectId": format!("object-{name}"),
        "sessionToken": format!("token-{name}"),
        "nickname": name,
    });
    row.as_object().unwrap().clone()
}

pub(crate) fn log_in(store: &Store, name: &str) -> Loaded {
    let change = |remembered: &mut tdsauth_core::session::Remembered| {
        remembered.user = Some(user(name));
        Ok(((), Write::Save))
    };
    store.update(change).unwrap().1
}

pub(crate) fn log_out(store: &Store) -> Loaded {
    let change = |remembered: &mut tdsauth_core::session::Remembered| {
        remembered.user = None;
        Ok(((), Write::Save))
    };
    store.update(change).unwrap().1
}

/// A file as the format says, written without the store's help.
pub(crate) fn sealed(kind: &str, version: u32, payload: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let sum = Sha256::new().chain_update(format!("{version}\n")).chain_update(payload).finalize();
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut bytes = format!("tdsauth-{kind} {version} {sum} {}\n", payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}
