//! The built-in transport against servers that fail in every way we could think of.
#![cfg(feature = "tls")]

#[path = "../../tests/common/fault_server.rs"]
mod fault_server;
mod transport_kit;

use fault_server::{BlackHole, Fault, FaultServer, answer, closed_port, head, redirect};
use tdsauth_core::error::status;
use tdsauth_core::transport::Transport;
use transport_kit::{BOUND, get, get_within, line, post, settings, soon, transport};

#[test]
fn nobody_listening_is_a_connect_error() {
    let (error, unanswered) = get(&format!("http://{}/", closed_port())).unwrap_err();
    assert_eq!(error.status, status::CONNECT, "{error}");
    assert!(!unanswered, "nothing was lost: there never was a connection");
}

#[test]
fn a_host_that_swallows_connections_ends_on_time() {
    let hole = BlackHole::dig();
    let (error, _) = get_within(&format!("http://{}/", hole.address()), soon()).unwrap_err();
    assert_eq!(error.status, status::TIMED_OUT, "{error}");
}

#[test]
fn connecting_has_a_shorter_limit_of_its_own() {
    let hole = BlackHole::dig();
    let mut deadline = line();
    deadline.connect = std::time::Duration::from_millis(200);
    let (error, _) = get_within(&format!("http://{}/", hole.address()), deadline).unwrap_err();
    assert_eq!(error.status, status::TIMED_OUT, "{error}");
    assert_eq!(error.message, "no connection could be made in time");
}

#[test]
fn a_name_that_does_not_resolve_is_a_dns_error() {
    // A label longer than 63 bytes is refused by the system's resolver without asking anybody.
    let url = format!("http://{}.invalid/", "x".repeat(64));
    assert_eq!(get(&url).unwrap_err().0.status, status::DNS);
}

#[test]
fn a_silent_or_trickling_server_cannot_hold_the_deadline_back() {
    let ok = b"HTTP/1.1 200 OK\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let hundred = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let hints = b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec();
    let stalls = [
        Fault::Silent,
        Fault::RawThenSilence(b"HTTP/1.1 2".to_vec()),
        Fault::RawThenSilence(ok.clone()),
        Fault::RawThenSilence(head(10)),
        Fault::RawThenSilence([head(10), b"{".to_vec()].concat()),
        Fault::RawThenSilence([chunked.clone(), b"5\r\n{".to_vec()].concat()),
        Fault::RawThenSilence(b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec()),
        Fault::Trickle(ok, b"X-A: b\r\n".to_vec()),
        Fault::Trickle(head(100_000), b" ".to_vec()),
        Fault::Trickle(chunked, b"1\r\n \r\n".to_vec()),
        Fault::Trickle(hundred.clone(), hundred),
        Fault::Trickle(hints.clone(), hints),
    ];
    std::thread::scope(|scope| {
        for stall in stalls {
            scope.spawn(move || {
                let server = FaultServer::start(stall.clone());
                let (error, unanswered) = get_within(&server.url(), soon()).unwrap_err();
                assert_eq!(error.status, status::TIMED_OUT, "{stall:?}: {error}");
                assert!(!unanswered, "{stall:?}");
                assert_eq!(server.connections(), 1, "{stall:?}");
            });
        }
    });
}

#[test]
fn a_connection_lost_before_an_answer_is_told_apart() {
    for fault in [Fault::CloseAtOnce, Fault::CloseAfterRequest, Fault::Reset] {
        let server = FaultServer::start(fault.clone());
        let (error, unanswered) = get(&server.url()).unwrap_err();
        assert_eq!(error.status, status::NETWORK, "{fault:?}: {error}");
        assert!(unanswered, "{fault:?}");
    }
}

#[test]
fn a_connection_lost_within_an_answer_is_never_a_shorter_answer() {
    let cuts: [&[u8]; 8] = [
        b"H",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
    ];
    for cut in cuts {
        let server = FaultServer::start(Fault::RawThenClose(cut.to_vec()));
        let (error, unanswered) = get(&server.url()).unwrap_err();
        let text = String::from_utf8_lossy(cut);
        assert_eq!(error.status, status::NETWORK, "{text}: {error}");
        assert!(!unanswered, "{text}");
    }
}

#[test]
fn a_body_longer_than_announced_is_cut_and_its_connection_not_used_again() {
    let bytes = [head(2), b"{}{\"sessionToken\":\"x\"}".to_vec()].concat();
    let server = FaultServer::start(Fault::Raw(bytes));
    let transport = transport(&settings());
    let mut exchange = transport.open();
    for _ in 0..2 {
        let request = transport_kit::request("GET", &server.url(), b"");
        assert_eq!(exchange.exchange(&request, line()).unwrap().body, b"{}");
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn every_status_is_handed_over_with_its_body() {
    let html = "<html><h1>Bad Gateway</h1></html>";
    for (code, text) in [
        (200, "200 OK"),
        (401, "401 Unauthorized"),
        (403, "403 Forbidden"),
        (404, "404 Not Found"),
        (429, "429 Too Many Requests"),
        (500, "500 Internal Server Error"),
        (502, "502 Bad Gateway"),
    ] {
        let server = FaultServer::start(Fault::Raw(answer(text, "text/html", html)));
        let response = get(&server.url()).unwrap();
        assert_eq!((response.status, response.body), (code, html.as_bytes().to_vec()));
        assert!(response.headers.contains(&("content-type".into(), "text/html".into())));
    }
}

#[test]
fn bodies_that_are_empty_or_without_a_length_are_read() {
    let cases: [(&[u8], u16, &[u8]); 5] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", 200, b"{}"),
        (b"HTTP/1.0 200 OK\r\n\r\n[]", 200, b"[]"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
            200,
            b"{}",
        ),
    ];
    for (bytes, code, body) in cases {
        let server = FaultServer::start(Fault::RawThenClose(bytes.to_vec()));
        let response = get(&server.url()).unwrap();
        assert_eq!((response.status, response.body.as_slice()), (code, body));
    }
}

#[test]
fn two_hundred_megabytes_are_refused_early() {
    const HUGE: u64 = 200 << 20;
    let endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nC800000\r\n".to_vec();
    for first in [head(HUGE), endless, chunk] {
        let server = FaultServer::start(Fault::Flood(first, HUGE));
        let (error, _) = get(&server.url()).unwrap_err();
        assert_eq!(error.status, status::RESPONSE_TOO_LARGE, "{error}");
        // What the system's own buffers took, and no more.
        assert!(server.flooded() < HUGE / 4, "{} bytes were taken", server.flooded());
    }
}

#[test]
fn the_bound_is_exact() {
    let bound = usize::try_from(BOUND).unwrap();
    let chunked = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    let fits = "x".repeat(bound);
    let over = "x".repeat(bound + 1);
    for bytes in [answer("200 OK", "text/plain", &fits), chunked(&fits).into_bytes()] {
        let server = FaultServer::start(Fault::Raw(bytes));
        assert_eq!(get(&server.url()).unwrap().body.len(), bound);
    }
    for bytes in [answer("200 OK", "text/plain", &over), chunked(&over).into_bytes()] {
        let server = FaultServer::start(Fault::Raw(bytes));
        assert_eq!(get(&server.url()).unwrap_err().0.status, status::RESPONSE_TOO_LARGE);
    }
}

#[test]
fn a_header_without_end_is_refused() {
    let first = b"HTTP/1.1 200 OK\r\nX-A: ".to_vec();
    let server = FaultServer::start(Fault::Flood(first, 200 << 20));
    let (error, _) = get(&server.url()).unwrap_err();
    assert_eq!(error.status, status::RESPONSE_TOO_LARGE, "{error}");
    assert!(server.flooded() < 50 << 20);
}

#[test]
fn an_encoding_nobody_asked_for_is_refused_unread() {
    // The first bytes of a gzip stream; what follows would unpack a thousandfold.
    let bomb = |name: &str, value: &str| {
        let mut bytes =
            format!("HTTP/1.1 200 OK\r\n{name}: {value}\r\nConnection: close\r\n\r\n").into_bytes();
        bytes.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        bytes
    };
    for (name, value) in [
        ("Content-Encoding", "gzip"),
        ("Content-Encoding", "br"),
        ("Content-Encoding", "identity, gzip"),
        ("Transfer-Encoding", "gzip, chunked"),
        ("Transfer-Encoding", "gzip"),
    ] {
        let server = FaultServer::start(Fault::Flood(bomb(name, value), 200 << 20));
        let (error, _) = get(&server.url()).unwrap_err();
        assert_eq!(error.status, status::BAD_RESPONSE, "{name}: {value}: {error}");
        assert!(server.flooded() < 50 << 20);
    }
}

#[test]
fn what_is_not_http_is_a_bad_answer() {
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}garbage\r\n0\r\n\r\n",
        "{\"objectId\":\"x\"}\r\n\r\n",
    ] {
        let server = FaultServer::start(Fault::RawThenClose(bytes.as_bytes().to_vec()));
        let (error, _) = get(&server.url()).unwrap_err();
        assert_eq!(error.status, status::BAD_RESPONSE, "{bytes}: {error}");
        assert!(!error.message.contains("OpenSSH"), "an answer is never repeated in a message");
    }
}

#[test]
fn a_redirect_is_handed_over_and_the_other_host_hears_nothing() {
    let other = FaultServer::start(Fault::Raw(answer("200 OK", "application/json", "{}")));
    for code in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let server = FaultServer::start(Fault::Raw(redirect(code, &other.url())));
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let response = post(method, &server.url()).unwrap();
            assert_eq!(response.status.to_string(), code[..3]);
            assert!(response.headers.contains(&("location".into(), other.url())));
        }
        assert_eq!(server.requests().len(), 4);
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_redirect_loop_is_one_request() {
    let server = FaultServer::start(Fault::Raw(redirect("302 Found", "/")));
    assert_eq!(get(&server.url()).unwrap().status, 302);
    assert_eq!(server.requests().len(), 1);
}
