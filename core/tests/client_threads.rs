//! Threads of a client end with it. Alone in its process, since it counts those of the library.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use tdsauth_core::client::{self, Options, Submit};
use tdsauth_core::secret::Secret;

#[test]
fn a_thousand_clients_come_and_go_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..1000 {
        let id = client::create(Options {
            server_url: Some("https://accounts.example".to_owned()),
            app_id: "app".to_owned(),
            app_key: Secret::new("key"),
            storage_path: folder.path().to_owned(),
            host_transport: true,
            ..Options::default()
        })
        .unwrap();
        client::login_anonymously(id, Submit::default()).unwrap();
        if n % 3 == 0 {
            client::logout(id, false, Submit::default()).unwrap();
        }
        if n % 7 == 0 {
            client::shutdown(id, Duration::ZERO).unwrap();
        } else {
            client::destroy(id).unwrap();
        }
    }
    // Threads are let go, not joined: they end by themselves, soon.
    let patience = Instant::now() + Duration::from_secs(60);
    while client::stats(0).unwrap() != client::Stats::default() {
        assert!(Instant::now() < patience, "{:?}", client::stats(0));
        std::thread::yield_now();
    }
}
