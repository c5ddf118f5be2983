//! Listeners and their threads end with their logins. Alone in its process, since it counts what the
//! whole process holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "client_taptap/kit.rs"]
#[allow(dead_code, reason = "the kit of another suite, of which this one needs a part")]
mod kit;

use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use tdsauth_core::client::{self, RequestText, Submit, TapTapLogin, Way, event};

use kit::*;

/// Descriptors that this process holds, where the system tells.
fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

/// One after the other: both count what the whole process holds.
#[test]
fn listeners_are_counted_and_end_with_their_logins() {
    a_listener_is_counted_while_it_listens();
    two_hundred_browser_logins_come_and_go_and_leave_nothing();
}

fn two_hundred_browser_logins_come_and_go_and_leave_nothing() {
    let folder = folder();
    let before = open_files();
    for n in 0..200 {
        let id = make(folder.path());
        let login = TapTapLogin { way: Way::Browser, ..TapTapLogin::default() };
        let submit = Submit { user_data: 0, timeout_ms: if n % 5 == 0 { 1 } else { 0 } };
        let login = client::taptap_login(id, login, submit).unwrap();
        if n % 2 == 0 {
            let event = end(id, login);
            if event.kind == event::kind::TAPTAP_OPEN_URL {
                let url = client::request_text(login, RequestText::Url).unwrap().unwrap();
                let port = url.split("127.0.0.1%3A").nth(1).unwrap().split('%').next().unwrap();
                // Somebody who is connected and says nothing keeps nothing alive. The listener may
                // be gone already, where the time was short.
                drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse().unwrap())));
            }
        }
        match n % 4 {
            0 => client::request_cancel(login).unwrap(),
            1 => client::request_release(login).unwrap(),
            2 => assert_eq!(client::stats(id).unwrap().clients, 1),
            _ => client::set_app_state(id, true).unwrap(),
        }
        if n % 3 == 0 {
            client::shutdown(id, Duration::ZERO).unwrap();
        } else {
            client::destroy(id).unwrap();
        }
    }
    nothing_is_left();
    // A thread is counted from its first line on: one that was about to start still has its socket.
    let patience = Instant::now() + Duration::from_secs(60);
    while open_files() != before {
        assert!(Instant::now() < patience, "{before:?} files, then {:?}", open_files());
        std::thread::yield_now();
    }
}

/// Threads are let go, not joined: they end by themselves, soon.
fn nothing_is_left() {
    let patience = Instant::now() + Duration::from_secs(60);
    while client::stats(0).unwrap() != client::Stats::default() {
        assert!(Instant::now() < patience, "{:?}", client::stats(0));
        std::thread::yield_now();
    }
}

fn a_listener_is_counted_while_it_listens() {
    let folder = folder();
    let id = make(folder.path());
    let login = TapTapLogin { way: Way::Browser, ..TapTapLogin::default() };
    let login = client::taptap_login(id, login, Submit::default()).unwrap();
    progress(id, login, event::kind::TAPTAP_OPEN_URL);
    let threads = || client::stats(id).unwrap().threads;
    let patience = Instant::now() + Duration::from_secs(60);
    while threads() != 2 {
        assert!(Instant::now() < patience, "owner and listener: {}", threads());
        std::thread::yield_now();
    }
    client::request_cancel(login).unwrap();
    while threads() != 1 {
        assert!(Instant::now() < patience, "the owner alone: {}", threads());
        std::thread::yield_now();
    }
    client::destroy(id).unwrap();
    nothing_is_left();
}
