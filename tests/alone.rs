//! What needs a process for itself: counts of the whole library, and fork.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::result_large_err,
    reason = "a test that finds something else than it expects shall end"
)]
#![cfg(unix)]

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::api::{self, Event, Plain, api};
use common::client::{Setup, eventually, stats_of, take_object};
use common::{folder, host};

/// One test at a time: each looks at what the whole process holds.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn nothing_is_left() {
    let stats = stats_of(0);
    assert_eq!((stats.clients, stats.live_requests, stats.live_objects), (0, 0, 0));
    eventually(|| (stats_of(0).threads == 0).then_some(()));
}

/// How many threads of this process are the library's, as the system sees it.
#[cfg(target_os = "linux")]
fn threads_of_the_library() -> usize {
    let all = std::fs::read_dir("/proc/self/task").expect("the threads").flatten();
    let name = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path().join("comm"));
    all.filter_map(|entry| name(entry).ok()).filter(|name| name.starts_with("tdsauth")).count()
}

#[test]
fn a_thousand_clients_leave_nothing_behind() {
    let _alone = alone();
    let folder = folder();
    for round in 0..1_000 {
        let client = Setup::hosted(folder.path()).open();
        let login = client.login_anonymously();
        let kept = match round % 4 {
            // Destroyed before, while and after the work is done; results taken or not.
            0 => None,
            1 => {
                host::request(&client);
                None
            }
            2 => {
                host::let_in(&client, "a", "t");
                None
            }
            _ => {
                host::let_in(&client, "a", "t");
                client.succeed(login);
                take_object(login, 0)
            }
        };
        assert_eq!(api().tdsauth_client_destroy(client.0), api::OK);
        drop(kept);
    }
    nothing_is_left();
    #[cfg(target_os = "linux")]
    eventually(|| (threads_of_the_library() == 0).then_some(()));
}

/// The server never answers, so only cutting the connection can end the HTTP thread.
#[cfg(feature = "tls")]
#[test]
fn destroying_a_client_never_waits_for_a_socket_and_its_threads_end() {
    use common::proxy::{Fate, Proxy};

    let _alone = alone();
    let folder = folder();
    let proxy = Proxy::start("http://127.0.0.1:1", |_, _| Fate::Silence);
    let setup = Setup {
        server_url: proxy.url.clone(),
        flags: 0,
        request_timeout_ms: 600_000,
        ..Setup::hosted(folder.path())
    };
    let client = setup.open();
    client.login_anonymously();
    client.is_authenticated(0);
    eventually(|| (!proxy.record().is_empty()).then_some(()));
    assert!(stats_of(0).threads >= 2);
    assert_eq!(api().tdsauth_client_destroy(client.0), api::OK);
    nothing_is_left();
}

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(code: i32) -> !;
}

#[test]
fn a_forked_child_must_not_use_its_parents_client() {
    let _alone = alone();
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");
    let api = api();
    let (mut request, mut event) = (0, Event::init());
    // SAFETY: the child calls only the functions under test, then ends without running anything of
    // the test harness.
    let child = unsafe { fork() };
    assert!(child >= 0, "fork");
    if child == 0 {
        let (options, error) = (std::ptr::null(), std::ptr::null_mut());
        let out = &raw mut request;
        let statuses = [
            api.tdsauth_login_anonymously(client.0, options, 0, out, error),
            api.tdsauth_logout(client.0, std::ptr::null(), 0, out, error),
            api.tdsauth_user_is_authenticated(client.0, 0, options, 0, out, error),
            api.tdsauth_user_refresh_session_token(client.0, 0, options, 0, out, error),
            api.tdsauth_wait(client.0, 0, api::FOREVER, &raw mut event),
        ];
        // Giving it back is allowed, and must not touch what the parent still uses.
        let destroyed = api.tdsauth_client_destroy(client.0);
        let right = statuses.iter().all(|status| *status == api::FORKED) && destroyed == api::OK;
        // SAFETY: ends this process.
        unsafe { _exit(if right { 0 } else { 1 }) };
    }
    let mut status = -1;
    // SAFETY: our child, and a place for its status.
    assert_eq!(unsafe { waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child saw another status than FORKED");
    // The parent's client still works.
    host::log_in(&client, "a", "t");
}
