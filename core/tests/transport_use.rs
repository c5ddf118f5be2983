//! The built-in transport in daily use: what is sent, what is kept, how it is cancelled, and which
//! proxy it takes.
#![cfg(feature = "tls")]
#![allow(clippy::panic, clippy::unwrap_used)] // helpers of tests

#[path = "../../tests/common/fault_server.rs"]
mod fault_server;
mod transport_kit;

use std::process::Command;
use std::thread::spawn;
use std::time::{Duration, Instant};

use fault_server::{Fault, FaultServer, answer};
use tdsauth_core::error::status;
use tdsauth_core::transport::{Cancel, Exchange, Settings, Transport, UreqTransport};
use transport_kit::{exchange, get, line, post, request, settings, transport, watched};

fn ok() -> Vec<u8> {
    answer("200 OK", "application/json", "{}")
}

/// The request line and the headers, sorted, names in lower case.
fn head_of(request: &str) -> (String, Vec<String>) {
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n").map(str::to_owned);
    let first = lines.next().unwrap();
    let mut headers: Vec<String> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            format!("{}:{value}", name.to_ascii_lowercase())
        })
        .collect();
    headers.sort();
    (first, headers)
}

#[test]
fn nothing_is_sent_that_was_not_asked_for() {
    let server = FaultServer::start(Fault::Raw(ok()));
    get(&format!("{}/1.1/users/me?a=%20b", server.url())).unwrap();
    post("POST", &server.url()).unwrap();
    exchange(&transport(&settings()), request("POST", &server.url(), b""), line()).unwrap();
    exchange(&transport(&settings()), request("DELETE", &server.url(), b""), line()).unwrap();
    let requests = server.requests();
    let common = [
        "accept-encoding: identity".to_owned(),
        format!("host: {}", server.address()),
        "user-agent: tdsauth/test".to_owned(),
        "x-lc-id: app".to_owned(),
        "x-lc-session: secret-token".to_owned(),
    ];
    let with_length = |length: usize| {
        let mut headers = common.to_vec();
        headers.insert(1, format!("content-length: {length}"));
        headers
    };
    assert_eq!(
        head_of(&requests[0]),
        ("GET /1.1/users/me?a=%20b HTTP/1.1".to_owned(), common.to_vec())
    );
    assert_eq!(head_of(&requests[1]), ("POST / HTTP/1.1".to_owned(), with_length(7)));
    assert!(requests[1].ends_with("\r\n\r\n{\"a\":1}"));
    assert_eq!(head_of(&requests[2]), ("POST / HTTP/1.1".to_owned(), with_length(0)));
    assert_eq!(head_of(&requests[3]), ("DELETE / HTTP/1.1".to_owned(), common.to_vec()));
}

#[test]
fn the_requests_own_user_agent_goes_first() {
    let server = FaultServer::start(Fault::Raw(ok()));
    let mut own = request("GET", &server.url(), b"");
    own.headers.push(("User-Agent", "other/2".to_owned()));
    exchange(&transport(&settings()), own, line()).unwrap();
    let (_, headers) = head_of(&server.requests()[0]);
    assert_eq!(headers.iter().filter(|h| h.starts_with("user-agent:")).count(), 1);
    assert!(headers.contains(&"user-agent: other/2".to_owned()));
}

#[test]
fn a_header_cannot_smuggle_another() {
    let server = FaultServer::start(Fault::Raw(ok()));
    for value in ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\rb"] {
        let mut bad = request("GET", &server.url(), b"");
        bad.headers.push(("X-LC-Sign", value.to_owned()));
        let (error, _) = exchange(&transport(&settings()), bad, line()).unwrap_err();
        assert_eq!(error.status, status::INVALID_ARGUMENT);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_connection_serves_many_requests_until_it_is_dropped() {
    let server = FaultServer::start(Fault::Raw(ok()));
    let mut exchange = transport(&settings()).open();
    let mut ask = |drop_first: bool| {
        if drop_first {
            exchange.drop_idle();
        }
        let response = exchange.exchange(&request("POST", &server.url(), b"{}"), line());
        assert_eq!(response.unwrap().status, 200);
        server.connections()
    };
    assert_eq!([ask(false), ask(false), ask(false)], [1, 1, 1]);
    assert_eq!([ask(true), ask(false)], [2, 2]);
}

#[test]
fn a_kept_connection_that_dies_with_the_second_request_may_be_retried() {
    let server = FaultServer::start(Fault::CloseOnSecond(ok()));
    let mut exchange = transport(&settings()).open();
    let mut ask = || exchange_once(exchange.as_mut(), &server.url());
    assert_eq!(ask(), Ok(200));
    assert_eq!(ask(), Err((status::NETWORK, true)));
    assert_eq!(ask(), Ok(200));
    assert_eq!(server.connections(), 2);
}

fn exchange_once(exchange: &mut dyn Exchange, url: &str) -> Result<u16, (i32, bool)> {
    let response = exchange.exchange(&request("GET", url, b""), line());
    response.map(|r| r.status).map_err(|error| (error.status, exchange.lost_unanswered()))
}

/// Cancels when `server` has read a request.
fn cancel_when_asked(server: &FaultServer, count: usize, cancel: Box<dyn Cancel>) {
    let give_up = Instant::now() + Duration::from_secs(60);
    while server.requests().len() < count {
        assert!(Instant::now() < give_up, "the server was not asked");
        std::thread::yield_now();
    }
    cancel.cancel();
    cancel.cancel();
}

#[test]
fn cancel_ends_an_exchange_whatever_it_waits_for() {
    let unfinished = b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec();
    let trickle = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    for fault in [
        Fault::Silent,
        Fault::RawThenSilence(b"HTTP/1.1 200 OK\r\n".to_vec()),
        // Cut here, such a body looks complete.
        Fault::RawThenSilence(unfinished),
        Fault::Trickle(trickle, b" ".to_vec()),
    ] {
        let server = FaultServer::start(fault.clone());
        let mut exchange = transport(&settings()).open();
        let (cancel, ask) = (exchange.canceller(), request("GET", &server.url(), b""));
        let running = spawn(move || {
            watched(move || (exchange.exchange(&ask, line()).unwrap_err(), exchange))
        });
        cancel_when_asked(&server, 1, cancel);
        let (error, exchange) = running.join().unwrap();
        assert_eq!(error.status, status::CANCELLED, "{fault:?}: {error}");
        assert!(!exchange.lost_unanswered());
    }
}

#[test]
fn a_cancel_belongs_to_one_exchange() {
    let server = FaultServer::start(Fault::Raw(ok()));
    let mut exchange = transport(&settings()).open();
    let (first, also_first) = (exchange.canceller(), exchange.canceller());
    first.cancel();
    assert_eq!(exchange_once(exchange.as_mut(), &server.url()), Err((status::CANCELLED, false)));
    assert_eq!(server.connections(), 0, "cancelled before the start: nothing is sent");

    also_first.cancel();
    first.cancel();
    let second = exchange.canceller();
    assert_eq!(exchange_once(exchange.as_mut(), &server.url()), Ok(200));
    second.cancel();
    assert_eq!(exchange_once(exchange.as_mut(), &server.url()), Ok(200));
    assert_eq!(server.connections(), 1, "late cancels left even the connection alone");
}

#[test]
fn after_a_cancel_the_same_worker_goes_on() {
    let silent = FaultServer::start(Fault::Silent);
    let server = FaultServer::start(Fault::Raw(ok()));
    let mut exchange = transport(&settings()).open();
    for round in 1..=3 {
        let (cancel, ask) = (exchange.canceller(), request("GET", &silent.url(), b""));
        let running =
            spawn(move || (exchange.exchange(&ask, line()).unwrap_err().status, exchange));
        cancel_when_asked(&silent, round, cancel);
        let (code, back) = running.join().unwrap();
        exchange = back;
        assert_eq!(code, status::CANCELLED);
        assert_eq!(exchange_once(exchange.as_mut(), &server.url()), Ok(200));
    }
}

#[test]
fn workers_do_not_share_a_cancel() {
    let server = FaultServer::start(Fault::Silent);
    let honest = FaultServer::start(Fault::Raw(ok()));
    let transport = transport(&settings());
    let (mut one, mut other) = (transport.open(), transport.open());
    let (cancel, ask) = (one.canceller(), request("GET", &server.url(), b""));
    let running = spawn(move || one.exchange(&ask, line()).unwrap_err().status);
    assert_eq!(exchange_once(other.as_mut(), &honest.url()), Ok(200));
    cancel_when_asked(&server, 1, cancel);
    assert_eq!(running.join().unwrap(), status::CANCELLED);
    assert_eq!(exchange_once(other.as_mut(), &honest.url()), Ok(200));
    assert_eq!(honest.connections(), 1);
}

#[test]
fn a_deadline_in_the_past_sends_nothing() {
    let server = FaultServer::start(Fault::Raw(ok()));
    let mut past = line();
    past.at = Instant::now();
    let ask = request("GET", &server.url(), b"");
    let (error, _) = exchange(&transport(&settings()), ask, past).unwrap_err();
    assert_eq!(error.status, status::TIMED_OUT);
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_proxy_of_the_settings_is_used_and_its_faults_are_named() {
    let server = FaultServer::start(Fault::Raw(ok()));
    let proxy = FaultServer::start(Fault::Tunnel);
    let through = |proxy: String| {
        let transport = transport(&Settings { proxy: Some(proxy), ..settings() });
        exchange(&transport, request("GET", &server.url(), b""), line())
    };
    assert_eq!(through(proxy.url()).unwrap().status, 200);
    let connect = format!("CONNECT {} HTTP/1.1\r\n", server.address());
    assert!(proxy.requests()[0].starts_with(&connect));

    let nobody = format!("http://{}", fault_server::closed_port());
    assert_eq!(through(nobody).unwrap_err().0.status, status::CONNECT);
    let unknown = format!("http://{}.invalid:3128", "x".repeat(64));
    assert_eq!(through(unknown).unwrap_err().0.status, status::DNS);
    for (answer, expected) in [
        (&b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"[..], status::CONNECT),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", status::CONNECT),
        (b"SSH-2.0-x\r\n\r\n", status::CONNECT),
        (b"", status::CONNECT),
    ] {
        let proxy = FaultServer::start(Fault::RawThenClose(answer.to_vec()));
        let (error, unanswered) = through(proxy.url()).unwrap_err();
        assert_eq!(error.status, expected, "{error}");
        assert!(!unanswered);
    }
    assert_eq!(server.connections(), 1, "nothing went around the proxy");
}

#[test]
fn what_a_proxy_says_is_no_answer_of_the_server() {
    let server = FaultServer::start(Fault::CloseAfterRequest);
    let proxy = FaultServer::start(Fault::Tunnel);
    let transport = transport(&Settings { proxy: Some(proxy.url()), ..settings() });
    let ask = request("GET", &server.url(), b"");
    let (error, unanswered) = exchange(&transport, ask, line()).unwrap_err();
    assert_eq!((error.status, unanswered), (status::NETWORK, true), "{error}");
}

/// Set in the child process of the test below: where to send a request.
const CHILD_URL: &str = "TDSAUTH_TRANSPORT_TEST_URL";

#[test]
fn a_proxy_of_the_environment_is_ignored() {
    if let Ok(url) = std::env::var(CHILD_URL) {
        assert_eq!(get(&url).unwrap().status, 200);
        return;
    }
    let server = FaultServer::start(Fault::Raw(ok()));
    let proxy = FaultServer::start(Fault::Tunnel);
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_proxy_of_the_environment_is_ignored"]).env(CHILD_URL, server.url());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
    {
        child.env(name, proxy.url());
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let proxies = [
        "",
        "proxy:3128",
        "https://proxy:3128",
        "socks5://proxy:1080",
        "http://",
        "http://user:word@proxy:3128",
        "http://proxy:3128/path",
        "http://proxy:3128?q",
        "http://proxy:3128#f",
        "http://proxy:99999",
        "http://pro xy:3128",
    ];
    for proxy in proxies {
        let made = UreqTransport::new(&Settings { proxy: Some(proxy.into()), ..settings() });
        assert_eq!(made.err().expect(proxy).status, status::INVALID_ARGUMENT, "{proxy}");
    }
    for agent in ["a\r\nX-Evil: 1", "a\tb", "a\0", "caf\u{e9}"] {
        let made = UreqTransport::new(&Settings { user_agent: agent.into(), ..settings() });
        assert_eq!(made.err().expect(agent).status, status::INVALID_ARGUMENT, "{agent:?}");
    }
    for proxy in ["http://proxy", "http://proxy:3128", "http://proxy:3128/", "http://[::1]:3128"] {
        assert!(UreqTransport::new(&Settings { proxy: Some(proxy.into()), ..settings() }).is_ok());
    }
}

#[test]
fn an_answers_debug_form_keeps_its_secrets() {
    let body = "{\"sessionToken\":\"hush\"}";
    let server = FaultServer::start(Fault::Raw(answer("200 OK", "application/json", body)));
    let shown = format!("{:?}", get(&server.url()).unwrap());
    assert_eq!(shown, "Response { status: 200, body: 23 bytes }");
}
