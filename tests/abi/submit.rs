//! Submitting: inputs are copied, user_data comes back, and only what is known at once fails at once.

use crate::common::api::{self, LogoutOptions, Plain, RequestOptions, api};
use crate::common::client::{Setup, submit};
use crate::common::{folder, host};

#[test]
fn inputs_are_copied_before_the_call_returns() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let mut token = b"thisisthesessiontoken0000".to_vec();
    let mut options = RequestOptions { timeout_ms: 5_000, ..RequestOptions::init() };
    let request = submit(|api, out, error| {
        let (text, len) = (token.as_ptr().cast(), token.len());
        api.tdsauth_login_with_session_token(client.0, text, len, &raw const options, 0, out, error)
    })
    .expect("taken in");
    token.fill(b'x');
    options.timeout_ms = std::hint::black_box(1);
    std::hint::black_box(&options);

    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), Some("thisisthesessiontoken0000"));
    assert!(seen.timeout_ms > 1, "{}", seen.timeout_ms);
    host::answer(&client, seen.id, 200, &host::guest_row("a", "thisisthesessiontoken0000"));
    client.succeed(request);
}

#[test]
fn user_data_comes_back_untouched() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for user_data in [0, 1, u64::MAX, 0x8000_0000_0000_0000] {
        let request = client.login_anonymously_for(user_data);
        host::let_in(&client, "a", "t");
        assert_eq!(client.succeed(request).user_data, user_data);
    }
}

#[test]
fn arguments_and_options_fail_at_once() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let late = RequestOptions { timeout_ms: u32::MAX, ..RequestOptions::init() };
    let refused = submit(|api, out, error| {
        api.tdsauth_login_anonymously(client.0, &raw const late, 0, out, error)
    });
    assert_eq!(refused.map_err(|error| error.status), Err(api::INVALID_ARGUMENT));

    let odd = LogoutOptions { revoke: 2, ..LogoutOptions::init() };
    let refused =
        submit(|api, out, error| api.tdsauth_logout(client.0, &raw const odd, 0, out, error));
    assert_eq!(refused.map_err(|error| error.status), Err(api::INVALID_ARGUMENT));

    for token in ["", "two words", "line\nbreak", "塔拉"] {
        let refused = submit(|api, out, error| {
            let (text, len) = (token.as_ptr().cast(), token.len());
            let none = std::ptr::null();
            api.tdsauth_login_with_session_token(client.0, text, len, none, 0, out, error)
        });
        assert_eq!(refused.map_err(|error| error.status), Err(api::INVALID_ARGUMENT), "{token}");
    }
    assert_eq!(client.stats().live_requests, 0);
}

#[test]
fn a_network_that_is_away_fails_by_event() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    let seen = host::request(&client);
    assert_eq!(host::fail(&client, seen.id, api::DNS), api::OK);
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (api::EVENT_LOGIN, api::DNS));
    assert_eq!(event.flags, api::FLAG_RETRYABLE);
}

#[test]
fn the_queue_is_full_at_16384_live_requests() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let requests: Vec<u64> = (0..16_384).map(|_| client.login_anonymously()).collect();
    let one_more = || {
        submit(|api, out, error| {
            api.tdsauth_login_anonymously(client.0, std::ptr::null(), 0, out, error)
        })
    };
    let error = one_more().expect_err("full");
    assert_eq!((error.status, error.flags), (api::QUEUE_FULL, api::FLAG_RETRYABLE));
    assert_eq!(api().tdsauth_request_release(requests[9_000]), api::OK);
    one_more().expect("there is room again");
}

#[test]
fn a_submit_changes_nothing_that_the_game_can_read() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");

    let request = client.logout(false);
    // The threads are done as soon as the event waits; the game still reads the old state.
    crate::common::client::eventually(|| (client.stats().queued_events == 1).then_some(()));
    assert!(client.current_user().is_some());
    client.succeed(request);
    assert!(client.current_user().is_none());
}
