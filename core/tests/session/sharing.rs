//! Many writers on one folder, threads and processes: no save is lost, and all know one guest.

use crate::child;
use crate::folder::{APP, Folder, PROFILE, log_out};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;
use tdsauth_core::error::{Result, flag, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::session::{Loaded, Store, Write};

const SAVES: u64 = 200;
const THREADS: u64 = 3;
const PROCESSES: u64 = 3;

/// Busy is an answer too: it says that trying again helps.
fn persist<T>(mut call: impl FnMut() -> Result<T>) -> T {
    loop {
        match call() {
            Ok(value) => return value,
            Err(error) => assert_eq!(
                (error.status, error.flags),
                (status::STORAGE_BUSY, flag::RETRYABLE),
                "{error}"
            ),
        }
    }
}

fn count(loaded: &Loaded) -> u64 {
    loaded.remembered.other.get("count").and_then(Value::as_u64).unwrap_or(0)
}

/// 200 saves, each counting one up; gives the guest id that was seen in all of them.
fn work(root: &Path) -> Secret {
    let (store, _) = Store::open(root, APP, PROFILE, None).unwrap();
    let id = persist(|| store.guest_id()).0;
    for _ in 0..SAVES {
        let (before, after) = persist(|| {
            store.update(|remembered| {
                let before = remembered.other.get("count").and_then(Value::as_u64).unwrap_or(0);
                remembered.other.insert("count".to_owned(), json!(before + 1));
                Ok((before, Write::Save))
            })
        });
        assert_eq!(count(&after), before + 1);
        // The one save more is the one that made the guest id.
        assert_eq!(after.remembered.generation, before + 2);
        assert_eq!((after.damage, after.remembered.guest_id.as_ref()), (None, Some(&id)));
    }
    id
}

/// Reads all the while; what it sees is always whole and never goes back.
fn watch(root: &Path, stop: &AtomicBool) -> u64 {
    let (store, _) = Store::open(root, APP, PROFILE, None).unwrap();
    let (mut last, mut reads) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let loaded = store.read().unwrap();
        assert_eq!(loaded.damage, None);
        assert!(loaded.remembered.generation >= last);
        if loaded.remembered.generation > 1 {
            assert_eq!(count(&loaded) + 1, loaded.remembered.generation);
            assert!(loaded.remembered.guest_id.is_some());
        }
        last = loaded.remembered.generation;
        reads += 1;
    }
    reads
}

#[test]
fn threads_and_processes_save_one_after_the_other() {
    if let Some(root) = child::root() {
        eprintln!("guest {}", work(&root).expose());
        return child::done();
    }
    let folder = Folder::new();
    let name = "sharing::threads_and_processes_save_one_after_the_other";
    let processes: Vec<_> =
        (0..PROCESSES).map(|_| child::command(name, folder.root()).spawn().unwrap()).collect();
    let stop = AtomicBool::new(false);
    let mut ids: Vec<String> = std::thread::scope(|scope| {
        let root = folder.root();
        let watcher = scope.spawn(|| watch(root, &stop));
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| work(root))).collect();
        // All of them, before the first failure ends the test: the watcher waits for its sign.
        let ends: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
        stop.store(true, Ordering::Relaxed);
        let ids = ends.into_iter().map(|end| end.unwrap().expose().to_owned()).collect();
        assert!(watcher.join().unwrap() > 0);
        ids
    });
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("child done"), "{said}");
        let id = said.lines().find_map(|line| line.strip_prefix("guest ")).unwrap();
        ids.push(id.to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one guest for all");
    let (_, loaded) = folder.open().unwrap();
    assert_eq!(count(&loaded), SAVES * (THREADS + PROCESSES));
    assert_eq!(loaded.remembered.generation, 1 + SAVES * (THREADS + PROCESSES));
    assert_eq!(folder.names(), ["guest", "lock", "state", "state.bak"]);
}

#[test]
fn first_logins_at_the_same_moment_make_one_guest() {
    for _ in 0..50 {
        let folder = Folder::new();
        let barrier = std::sync::Barrier::new(4);
        let mut ids: Vec<String> = std::thread::scope(|scope| {
            let login = || {
                barrier.wait();
                let (store, _) = folder.open().unwrap();
                store.guest_id().unwrap().0.expose().to_owned()
            };
            let logins: Vec<_> = (0..4).map(|_| scope.spawn(login)).collect();
            logins.into_iter().map(|login| login.join().unwrap()).collect()
        });
        ids.dedup();
        assert_eq!(ids.len(), 1);
    }
}

#[test]
fn a_lock_that_somebody_keeps_is_busy_and_readers_do_not_mind() {
    let (folder, id) = Folder::logged_in();
    let store = folder.store();
    let lock = std::fs::File::open(folder.file("lock")).unwrap();
    lock.lock().unwrap();
    let before = folder.bytes("state");
    let error = store.guest_id().err().unwrap();
    assert_eq!((error.status, error.flags), (status::STORAGE_BUSY, flag::RETRYABLE));
    assert_eq!(folder.bytes("state"), before);
    assert_eq!(folder.open().unwrap().1.remembered.guest_id, Some(id));
    drop(lock);
    assert_eq!(log_out(&store).remembered.generation, 3);
}
