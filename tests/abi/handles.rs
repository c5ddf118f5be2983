//! Handles are table keys: a stale, doubly freed, foreign or misused one is an error.

use std::collections::HashSet;

use crate::common::api::{self, Event, Plain, Stats, api};
use crate::common::client::{Setup, submit};
use crate::common::{folder, host};

#[test]
fn a_handle_is_dead_after_it_was_given_back() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (request, user) = host::log_in(&client, "a", "t");
    let user_handle = user.0;

    assert_eq!(api().tdsauth_request_release(request), api::OK);
    assert_eq!(api().tdsauth_request_release(request), api::INVALID_HANDLE);
    assert_eq!(api().tdsauth_request_cancel(request), api::INVALID_HANDLE);
    assert_eq!(api().tdsauth_object_release(user_handle), api::OK);
    assert_eq!(api().tdsauth_object_release(user_handle), api::INVALID_HANDLE);
    assert_eq!(user.str("objectId"), Err(api::INVALID_HANDLE));
    assert_eq!(api().tdsauth_client_destroy(client.0), api::OK);
    assert_eq!(api().tdsauth_client_destroy(client.0), api::INVALID_HANDLE);
    let mut event = Event::init();
    assert_eq!(api().tdsauth_poll(client.0, &raw mut event), api::INVALID_HANDLE);
}

#[test]
fn a_handle_of_another_kind_is_refused() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (request, user) = host::log_in(&client, "a", "t");

    let mut event = Event::init();
    let mut stats = Stats::init();
    for other in [request, user.0] {
        assert_eq!(api().tdsauth_poll(other, &raw mut event), api::INVALID_HANDLE);
        assert_eq!(api().tdsauth_client_stats(other, &raw mut stats), api::INVALID_HANDLE);
        assert_eq!(api().tdsauth_client_destroy(other), api::INVALID_HANDLE);
    }
    for other in [client.0, user.0] {
        assert_eq!(api().tdsauth_wait(client.0, other, 0, &raw mut event), api::INVALID_HANDLE);
        assert_eq!(api().tdsauth_request_release(other), api::INVALID_HANDLE);
    }
    for other in [client.0, request] {
        assert_eq!(api().tdsauth_object_release(other), api::INVALID_HANDLE);
    }
}

#[test]
fn a_handle_of_another_client_is_refused() {
    let folders = [folder(), folder()];
    let [one, two] = [0, 1].map(|n: usize| Setup::hosted(folders[n].path()).open());
    let request = one.login_anonymously();
    host::let_in(&one, "a", "t");

    let mut event = Event::init();
    assert_eq!(api().tdsauth_wait(two.0, request, 0, &raw mut event), api::INVALID_HANDLE);
    one.succeed(request);
    let user = one.current_user().expect("the user");
    let none = std::ptr::null();
    let asked = submit(|api, out, error| {
        api.tdsauth_user_is_authenticated(two.0, user.0, none, 0, out, error)
    });
    assert_eq!(asked.map_err(|error| error.status), Err(api::INVALID_HANDLE));
    let asked = submit(|api, out, error| {
        api.tdsauth_user_refresh_session_token(two.0, user.0, none, 0, out, error)
    });
    assert_eq!(asked.map_err(|error| error.status), Err(api::INVALID_HANDLE));
}

#[test]
fn a_handle_does_not_come_back_when_its_slot_is_used_again() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (_, user) = host::log_in(&client, "a", "t");

    let mut seen = HashSet::new();
    for _ in 0..10_000 {
        let mut snapshot = 0;
        assert_eq!(api().tdsauth_object_snapshot(user.0, &raw mut snapshot), api::OK);
        assert!(seen.insert(snapshot), "{snapshot:#x} was given twice");
        assert_eq!(api().tdsauth_object_release(snapshot), api::OK);
    }
    let index = |handle: &u64| handle & 0xff_ffff;
    let slots: HashSet<u64> = seen.iter().map(index).collect();
    assert!(slots.len() < 1_000, "slots are used again: {}", slots.len());
    for stale in seen {
        assert_eq!(api().tdsauth_object_release(stale), api::INVALID_HANDLE);
    }
}

#[test]
fn a_handle_says_its_kind_in_its_top_bits() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (request, user) = host::log_in(&client, "a", "t");
    assert_eq!([client.0, request, user.0].map(|handle| handle >> 56), [1, 2, 3]);
}
