//! A request: its fields, cancelling it, and who owns its results.

use crate::common::api::{self, api};
use crate::common::client::{Setup, eventually, message, take_object};
use crate::common::{folder, host};

#[test]
fn fields_are_those_of_the_last_delivered_event() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    host::let_in(&client, "a", "t");
    eventually(|| (client.stats().queued_events == 1).then_some(()));
    assert!(take_object(request, 0).is_none(), "not before its event was delivered");
    client.next_event();
    let user = take_object(request, 0).expect("the user");
    assert_eq!(user.id(), "a");
}

#[test]
fn a_failed_request_says_why_in_words() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    assert_eq!(message(request), "");
    let seen = host::request(&client);
    host::answer(&client, seen.id, 500, "<html>");
    eventually(|| (client.stats().queued_events == 1).then_some(()));
    assert_eq!(message(request), "", "not before its event was delivered");
    assert_eq!(client.next_event().status, api::SERVER);
    assert!(!message(request).is_empty());
    let unknown =
        api::text(|buf, cap, needed| api().tdsauth_request_get_str(request, 99, buf, cap, needed));
    assert_eq!(unknown, Err(api::INVALID_ARGUMENT));
}

#[test]
fn a_cancelled_request_ends_at_once_and_a_late_answer_is_dropped() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    let seen = host::request(&client);
    assert_eq!(api().tdsauth_request_cancel(request), api::OK);
    let event = client.poll().expect("its final event is there at once");
    assert_eq!((event.request, event.status), (request, api::CANCELLED));

    let told = eventually(|| host::next(&client));
    assert_eq!((told.kind, told.id), (2, seen.id), "the host may stop sending");
    let late = host::answer(&client, seen.id, 201, &host::guest_row("a", "t"));
    assert_eq!(late, api::NONE);
    let after = client.is_authenticated(0);
    assert_eq!(client.finish(after).status, api::NOT_LOGGED_IN);
    assert!(client.current_user().is_none());
    assert!(client.poll().is_none());
}

#[test]
fn results_are_taken_once_and_outlive_request_and_client() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (request, _) = host::log_in(&client, "a", "t");
    let user = take_object(request, 0).expect("the user");
    assert!(take_object(request, 0).is_none(), "taken");
    assert!(take_object(request, 1).is_none(), "there is only one");
    assert_eq!(api().tdsauth_request_release(request), api::OK);
    assert_eq!(api().tdsauth_client_destroy(client.0), api::OK);
    assert_eq!(user.id(), "a");
    let none = std::ptr::null();
    let refused = crate::common::client::submit(|api, out, error| {
        api.tdsauth_user_is_authenticated(client.0, user.0, none, 0, out, error)
    });
    assert_eq!(refused.map_err(|error| error.status), Err(api::INVALID_HANDLE));
}

#[test]
fn releasing_a_request_before_its_final_event_suppresses_it() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    let seen = host::request(&client);
    assert_eq!(api().tdsauth_request_release(request), api::OK);
    assert_eq!(client.stats().live_requests, 0);
    let late = host::answer(&client, seen.id, 201, &host::guest_row("a", "t"));
    // The host may be quicker than the owner thread; what counts is that nothing comes of it.
    assert!([api::OK, api::NONE].contains(&late));
    let after = client.is_authenticated(0);
    assert_eq!(client.next_event().request, after, "no event of the released request");
    assert!(client.current_user().is_none());
}

#[test]
fn auto_release_frees_a_request_when_the_next_event_is_delivered() {
    for (flags, left) in [(0, api::OK), (api::CLIENT_AUTO_RELEASE, api::INVALID_HANDLE)] {
        let folder = folder();
        let mut setup = Setup::hosted(folder.path());
        setup.flags |= flags;
        let client = setup.open();
        let first = client.logout(false);
        assert_eq!(client.next_event().request, first);
        assert_eq!(message(first), "", "readable until the next event");
        let second = client.logout(false);
        assert_eq!(client.next_event().request, second);
        assert_eq!(api().tdsauth_request_release(first), left);
        assert_eq!(api().tdsauth_request_release(second), api::OK);
    }
}
