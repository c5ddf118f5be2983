//! Threads: started on demand, bounded, gone after the client; destroy and shutdown with work under
//! way.

use std::thread;

use crate::common::api::{self, api};
use crate::common::client::{Setup, User, eventually};
use crate::common::{folder, host};

#[test]
fn a_client_has_no_thread_until_it_has_work_and_sends_nothing_unasked() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let idle = client.stats();
    assert_eq!((idle.clients, idle.threads, idle.http_sent), (1, 0, 0));
    let request = client.login_anonymously();
    let seen = host::request(&client);
    let busy = client.stats();
    assert_eq!((busy.threads, busy.http_running, busy.http_sent), (2, 1, 1), "owner and HTTP");
    assert_eq!(busy.live_requests, 1);
    host::answer(&client, seen.id, 201, &host::guest_row("a", "t"));
    client.succeed(request);
    api().tdsauth_request_release(request);
    let users: Vec<User> = (0..3).filter_map(|_| client.current_user()).collect();
    let after = client.stats();
    assert_eq!((after.live_requests, after.live_objects, after.queued_events), (0, 3, 0));
    drop(users);
    assert_eq!(client.stats().live_objects, 0);
}

#[cfg(feature = "tls")]
#[test]
fn no_more_than_max_connections_talk_at_once() {
    use crate::common::proxy::{Fate, Proxy};
    use crate::common::server;

    for max_connections in [1, 3] {
        let folder = folder();
        let proxy = Proxy::start(&server::shared().url, |n, _| match n {
            0 => Fate::Pass,
            _ => Fate::Silence,
        });
        let mut setup = Setup::new(server::shared(), folder.path());
        setup.server_url.clone_from(&proxy.url);
        setup.max_connections = max_connections;
        let client = setup.open();
        client.guest();
        for _ in 0..6 {
            client.is_authenticated(0);
        }
        let talking = max_connections;
        eventually(|| (client.stats().http_running == talking).then_some(()));
        eventually(|| (proxy.record().len() == 1 + talking as usize).then_some(()));
        assert_eq!(client.stats().threads, talking + 1, "and the owner");
    }
}

#[test]
fn a_shutdown_finishes_what_it_can() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    client.login_anonymously();
    let seen = host::request(&client);
    thread::scope(|scope| {
        let shutdown = scope.spawn(|| {
            let mut abandoned = 99;
            let status = api().tdsauth_client_shutdown(client.0, 60_000, &raw mut abandoned);
            (status, abandoned)
        });
        // Intake is closed before the work is done.
        eventually(|| {
            let (mut request, none) = (0, std::ptr::null_mut());
            let options = std::ptr::null();
            let out = &raw mut request;
            let status = api().tdsauth_login_anonymously(client.0, options, 0, out, none);
            // One that was taken in before shall not count.
            api().tdsauth_request_release(request);
            (status == api::CLOSED).then_some(())
        });
        assert_eq!(host::answer(&client, seen.id, 201, &host::guest_row("a", "t")), api::OK);
        assert_eq!(shutdown.join().expect("no panic"), (api::OK, 0));
    });
    assert_eq!(setup.open().current_user().expect("it was stored").id(), "a");
}

#[test]
fn a_shutdown_says_how_much_it_abandoned() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for _ in 0..3 {
        client.login_anonymously();
    }
    let mut abandoned = 99;
    assert_eq!(api().tdsauth_client_shutdown(client.0, 1, &raw mut abandoned), api::OK);
    assert_eq!(abandoned, 3);
    assert_eq!(api().tdsauth_client_destroy(client.0), api::INVALID_HANDLE);
}

#[test]
fn the_game_may_go_to_the_background_and_come_back() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let player = Setup::hosted(folder.path()).open();
    assert_eq!(api().tdsauth_client_set_app_state(client.0, 2), api::OK);
    host::log_in(&player, "a", "t");
    assert_eq!(api().tdsauth_client_set_app_state(client.0, 1), api::OK);
    // Back in front, it looks at what others did to the folder meanwhile.
    let event = client.next_event();
    assert_eq!((event.kind, event.value), (api::EVENT_USER_CHANGED, 1));
    assert_eq!(client.current_user().expect("the user").id(), "a");
    for state in [0, 3, -1, i32::MAX] {
        let status = api().tdsauth_client_set_app_state(client.0, state);
        assert_eq!(status, api::INVALID_ARGUMENT, "{state}");
    }
}
