//! Every function from any thread, all at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::common::api::{self, Event, Plain, api};
use crate::common::client::{Client, Setup, take_object};
use crate::common::{folder, host};

/// Calls whatever there is on shared handles, as a game with a bug would; statuses do not matter,
/// staying alive does.
fn rummage(client: &Client, shared: &AtomicU64, seed: u64) {
    let mut random = seed;
    for _ in 0..400 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        let request = shared.load(Ordering::Relaxed);
        let mut event = Event::init();
        match random >> 60 {
            0 | 1 => shared.store(client.login_anonymously(), Ordering::Relaxed),
            2 => shared.store(client.logout(false), Ordering::Relaxed),
            3 => shared.store(client.is_authenticated(0), Ordering::Relaxed),
            4 => drop(api().tdsauth_request_release(request)),
            5 => drop(api().tdsauth_request_cancel(request)),
            6 => drop(api().tdsauth_wait(client.0, request, 1, &raw mut event)),
            7 => drop(api().tdsauth_wait(client.0, 0, 0, &raw mut event)),
            8 => drop(client.current_user().map(|user| user.json(None))),
            9 => drop(client.stats()),
            10 => drop(api().tdsauth_client_set_app_state(client.0, 1)),
            11 => {
                if let Some(sent) = host::next(client).filter(|sent| sent.kind == 1) {
                    host::answer(client, sent.id, 201, &host::guest_row("a", "t"));
                }
            }
            _ => drop(client.poll()),
        }
    }
}

#[test]
fn calls_from_many_threads_on_the_same_handles_do_no_harm() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let shared = AtomicU64::new(0);
    thread::scope(|scope| {
        for seed in 0..8 {
            let (client, shared) = (&client, &shared);
            scope.spawn(move || rummage(client, shared, seed));
        }
    });
    // The client still works.
    while let Some(sent) = host::next(&client) {
        host::fail(&client, sent.id, api::NETWORK);
    }
    client.succeed(client.logout(false));
    let (login, _) = host::log_in(&client, "b", "t");
    assert_eq!(take_object(login, 0).expect("the user").id(), "b");
}

#[test]
fn a_handle_made_on_one_thread_works_on_another() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = thread::scope(|scope| scope.spawn(|| setup.open()).join().expect("no panic"));
    let login =
        thread::scope(|scope| scope.spawn(|| client.login_anonymously()).join().expect("no panic"));
    host::let_in(&client, "a", "t");
    assert_eq!(client.next_event().request, login);
}
