//! Poll and wait, with threads that compete for the same events.

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;

use crate::common::api::{self, Event, FOREVER, Plain, api};
use crate::common::client::{Client, Setup, eventually};
use crate::common::{folder, host};

fn wait(client: u64, request: u64, timeout_ms: u32) -> (i32, Event) {
    let mut event = Event::init();
    let status = api().tdsauth_wait(client, request, timeout_ms, &raw mut event);
    (status, event)
}

/// Waits without a limit, also past a moment in which [`somebody_waits`] looks.
fn wait_on(client: u64, request: u64) -> (i32, Event) {
    loop {
        let (status, event) = wait(client, request, FOREVER);
        if status != api::BUSY {
            return (status, event);
        }
    }
}

/// Returns once another thread waits for `request`.
fn somebody_waits(client: &Client, request: u64) {
    eventually(|| (wait(client.0, request, 0).0 == api::BUSY).then_some(()));
}

#[test]
fn nothing_to_deliver_and_time_over_are_positive() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    assert!(client.poll().is_none());
    assert_eq!(wait(client.0, 0, 0).0, api::TIMEOUT);
    let request = client.login_anonymously();
    let (status, event) = wait(client.0, request, 1);
    assert_eq!((status, event.kind), (api::TIMEOUT, 0));
    host::let_in(&client, "a", "t");
    client.succeed(request);
}

#[test]
fn a_second_waiter_for_a_request_is_told_so() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| wait_on(client.0, request));
        somebody_waits(&client, request);
        host::let_in(&client, "a", "t");
        let (status, event) = waiter.join().expect("no panic");
        assert_eq!((status, event.request, event.status), (api::OK, request, api::OK));
    });
    // It may be waited for again.
    assert_eq!(wait(client.0, request, 0).0, api::OK);
}

#[test]
fn the_events_of_a_request_go_to_its_waiter_only() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for _ in 0..20 {
        let request = client.login_anonymously();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_on(client.0, request));
            somebody_waits(&client, request);
            host::let_in(&client, "a", "t");
            while !waiter.is_finished() {
                assert!(client.poll().is_none(), "the poller took it");
                let (status, event) = wait(client.0, 0, 0);
                assert_eq!(status, api::TIMEOUT, "another waiter took it: {event:?}");
            }
            assert_eq!(waiter.join().expect("no panic").0, api::OK);
        });
    }
}

#[test]
fn the_final_event_stays_in_its_request() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously_for(5);
    host::let_in(&client, "a", "t");
    let first = client.next_event();
    assert_eq!(first.flags, 0);
    for _ in 0..2 {
        let (status, again) = wait(client.0, request, FOREVER);
        assert_eq!((status, again.flags), (api::OK, api::FLAG_REPEATED));
        assert_eq!((again.kind, again.request, again.user_data), (first.kind, request, 5));
    }
    assert!(client.poll().is_none());
}

#[test]
fn many_waiters_for_any_event_share_them_out() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let taken = Mutex::new(HashMap::new());
    let requests: Vec<u64> = (0..64).map(|_| client.logout(false)).collect();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..8 {
                    let (status, event) = wait(client.0, 0, FOREVER);
                    assert_eq!(status, api::OK);
                    let mut taken = taken.lock().expect("the counts");
                    *taken.entry(event.request).or_insert(0) += 1;
                }
            });
        }
    });
    let taken = taken.into_inner().expect("the counts");
    assert_eq!(taken.len(), 64, "each request once: {taken:?}");
    assert!(requests.iter().all(|request| taken[request] == 1));
    assert!(client.poll().is_none());
}

/// `end` runs while one thread waits for a request and another for any; both must wake.
fn wakes(end: impl FnOnce(u64)) {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    thread::scope(|scope| {
        let named = scope.spawn(|| wait_on(client.0, request).0);
        let any = scope.spawn(|| wait(client.0, 0, FOREVER).0);
        somebody_waits(&client, request);
        end(client.0);
        // Too late to wait is as good as waking up.
        assert!([api::CLOSED, api::INVALID_HANDLE].contains(&any.join().expect("no panic")));
        assert_eq!(named.join().expect("no panic"), api::CLOSED);
    });
}

#[test]
fn destroying_the_client_wakes_every_waiter() {
    wakes(|client| assert_eq!(api().tdsauth_client_destroy(client), api::OK));
}

#[test]
fn shutting_the_client_down_wakes_every_waiter() {
    wakes(|client| {
        let mut abandoned = 0;
        assert_eq!(api().tdsauth_client_shutdown(client, 0, &raw mut abandoned), api::OK);
        assert_eq!(abandoned, 1);
    });
}
