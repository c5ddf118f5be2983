//! Events: their fields, their order, and that there is exactly one final one for each request.

use crate::common::api::{self, Event, api};
use crate::common::client::{Setup, eventually};
use crate::common::{folder, host};

#[test]
fn an_event_is_72_bytes_and_says_what_happened() {
    assert_eq!(size_of::<Event>(), 72);
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously_for(99);
    host::let_in(&client, "a", "t");
    let event = client.next_event();
    assert_eq!(event.struct_size, 72);
    assert_eq!((event.kind, event.request, event.user_data), (api::EVENT_LOGIN, request, 99));
    assert_eq!((event.value, event.objects), (1, 1), "a new account, and its user");
    assert_eq!((event.status, event.http_status, event.server_code), (api::OK, 0, 0));
    assert_eq!((event.flags, event.reserved0, event.reserved), (0, 0, [0, 0]));
}

#[test]
fn a_failure_carries_the_answer_of_the_server() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let request = client.login_anonymously();
    let seen = host::request(&client);
    host::answer(&client, seen.id, 400, r#"{"code":251,"error":"invalid authData"}"#);
    let event = client.next_event();
    assert_eq!((event.request, event.status), (request, api::INVALID_AUTH_DATA));
    assert_eq!((event.http_status, event.server_code, event.objects), (400, 251, 0));
}

#[test]
fn events_come_in_the_order_in_which_things_happened() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let mut requests = Vec::new();
    for n in 0..5 {
        let request = client.login_anonymously_for(n);
        host::let_in(&client, "a", "t");
        requests.push(request);
        eventually(|| (client.stats().queued_events == n as u32 + 1).then_some(()));
    }
    let delivered: Vec<u64> = (0..5).map(|_| client.next_event().request).collect();
    assert_eq!(delivered, requests);
}

#[test]
fn each_request_has_exactly_one_final_event() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let login = client.login_anonymously();
    let seen = host::let_in(&client, "a", "t");
    let event = client.next_event();
    assert_eq!((event.request, event.flags & api::FLAG_MORE), (login, 0));

    // None of this may bring another one.
    assert_eq!(api().tdsauth_request_cancel(login), api::OK);
    assert_eq!(host::answer(&client, seen.id, 200, "{}"), api::NONE);
    let after = client.logout(false);
    assert_eq!(client.next_event().request, after);
    assert!(client.poll().is_none());
}

#[test]
fn unsolicited_events_of_one_kind_become_one() {
    let folder = folder();
    let watcher = Setup::hosted(folder.path()).open();
    let player = Setup::hosted(folder.path()).open();
    let look = || {
        // Any operation looks at the folder first; this one ends without a server.
        let request = watcher.logout(false);
        assert_eq!(watcher.succeed(request).kind, api::EVENT_LOGOUT);
    };
    for round in 0..3 {
        let request = player.login_anonymously();
        host::let_in(&player, &format!("user{round}"), "t");
        player.succeed(request);
        look();
    }
    let events: Vec<Event> = std::iter::from_fn(|| watcher.poll()).collect();
    let kinds: Vec<i32> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [api::EVENT_USER_CHANGED], "three changes, one event");
    assert_eq!((events[0].request, events[0].user_data), (0, 0));
}

#[test]
fn the_end_of_a_session_is_announced_and_who_it_was_stays_readable() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");
    let refresh = client.refresh_session_token(0);
    let seen = host::request(&client);
    host::answer(&client, seen.id, 400, r#"{"code":211,"error":"Could not find user."}"#);
    let own = client.finish(refresh);
    assert_eq!(own.status, api::SESSION_OVER);
    let event = client.next_event();
    assert_eq!((event.kind, event.request), (api::EVENT_SESSION_OVER, 0));
    assert_eq!((event.status, event.server_code), (api::SESSION_OVER, 211));
    assert_eq!(event.flags, api::FLAG_SESSION_OVER | api::FLAG_NEEDS_PLAYER);
    assert_eq!(client.current_user().expect("until the next login or logout").id(), "a");
}
