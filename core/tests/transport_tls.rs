//! TLS of the built-in transport: whom it trusts, and what it says when it does not.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)] // helpers of tests

#[path = "../../tests/common/fault_server.rs"]
mod fault_server;
#[path = "../../tests/common/tls_front.rs"]
mod tls_front;
mod transport_kit;

use std::io::{Read, Write};

use fault_server::{Fault, FaultServer, answer};
use tdsauth_core::error::{flag, status};
use tdsauth_core::transport::{Settings, Transport, UreqTransport};
use tls_front::{Certificate, TlsFront};
use transport_kit::{exchange, get, get_within, line, request, settings, soon, transport, watched};

fn honest() -> FaultServer {
    FaultServer::start(Fault::Raw(answer("200 OK", "application/json", "{\"ok\":1}")))
}

fn trusting(front: &TlsFront) -> Settings {
    Settings { extra_ca_pem: Some(front.authority_pem().to_owned()), ..settings() }
}

fn refusal(certificate: &Certificate) -> (tdsauth_core::error::Error, u64) {
    let server = honest();
    let front = TlsFront::start(server.address(), certificate);
    let transport = transport(&trusting(&front));
    let (error, _) = exchange(&transport, request("GET", &front.url(), b""), line()).unwrap_err();
    assert_eq!(error.status, status::TLS, "{error}");
    (error, server.requests().len() as u64)
}

#[test]
fn an_extra_authority_is_trusted_and_only_when_given() {
    let server = honest();
    let front = TlsFront::start(server.address(), &Certificate::default());
    let (error, unanswered) = get(&front.url()).unwrap_err();
    assert_eq!(error.status, status::TLS, "{error}");
    assert_eq!(error.message, "the server's certificate is of an issuer that is not trusted");
    assert!(!unanswered);
    assert_eq!(server.requests().len(), 0, "nothing was sent to whom we do not trust");

    let transport = transport(&trusting(&front));
    let url = format!("{}/x", front.url());
    let response = exchange(&transport, request("POST", &url, b"{}"), line()).unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"{\"ok\":1}".as_slice()));
    assert!(server.requests()[0].starts_with("POST /x HTTP/1.1\r\n"));
}

#[test]
fn several_authorities_in_one_text_are_all_trusted() {
    let server = honest();
    let fronts = [(); 2].map(|()| TlsFront::start(server.address(), &Certificate::default()));
    let both = format!("# ours\n{}\n{}", fronts[0].authority_pem(), fronts[1].authority_pem());
    let transport = transport(&Settings { extra_ca_pem: Some(both), ..settings() });
    for front in &fronts {
        let response = exchange(&transport, request("GET", &front.url(), b""), line());
        assert_eq!(response.unwrap().status, 200);
    }
}

#[test]
fn another_names_certificate_is_refused() {
    let names = vec!["other.example".to_owned()];
    let (error, requests) = refusal(&Certificate { names, ..Certificate::default() });
    assert_eq!(error.message, "the server's certificate is for another name");
    assert_eq!(requests, 0);
}

#[test]
fn an_expired_certificate_is_refused() {
    let (error, requests) = refusal(&Certificate { years: (2001, 2002), ..Certificate::default() });
    assert!(error.message.contains("expired"), "{error}");
    assert_eq!((requests, error.flags), (0, 0));
}

#[test]
fn a_certificate_of_tomorrow_is_the_players_clock() {
    let (error, requests) = refusal(&Certificate { years: (2089, 2090), ..Certificate::default() });
    assert!(error.message.contains("clock"), "{error}");
    assert_eq!((requests, error.flags), (0, flag::NEEDS_PLAYER));
}

#[test]
fn both_versions_of_tls_are_spoken() {
    type Versions = &'static [&'static rustls::SupportedProtocolVersion];
    static ONLY: [Versions; 2] = [&[&rustls::version::TLS12], &[&rustls::version::TLS13]];
    for versions in ONLY {
        let server = honest();
        let certificate = Certificate { versions, ..Certificate::default() };
        let front = TlsFront::start(server.address(), &certificate);
        let transport = transport(&trusting(&front));
        let response = exchange(&transport, request("GET", &front.url(), b""), line());
        assert_eq!(response.unwrap().status, 200);
    }
}

#[test]
fn a_certificate_for_the_address_is_enough() {
    let server = honest();
    let front = TlsFront::start(server.address(), &Certificate::default());
    let transport = transport(&trusting(&front));
    let url = format!("https://{}", front.address());
    assert_eq!(exchange(&transport, request("GET", &url, b""), line()).unwrap().status, 200);
}

#[test]
fn a_server_without_tls_is_told_as_such() {
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", plain.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        stream.read_exact(&mut [0; 64]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (error, _) = get(&url).unwrap_err();
    assert_eq!((error.status, &*error.message), (status::TLS, "the server does not speak TLS"));
    answering.join().unwrap();
}

#[test]
fn a_handshake_that_is_cut_is_a_lost_connection() {
    let server = FaultServer::start(Fault::CloseAtOnce);
    let (error, unanswered) = get(&format!("https://{}", server.address())).unwrap_err();
    assert_eq!(error.status, status::NETWORK, "{error}");
    assert!(unanswered);
}

#[test]
fn a_silent_handshake_ends_on_time_and_by_cancel() {
    let listen = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = listen();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let (error, _) = get_within(&url, soon()).unwrap_err();
    assert_eq!(error.status, status::TIMED_OUT, "{error}");

    let silent = listen();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let mut exchange = transport(&settings()).open();
    let cancel = exchange.canceller();
    let error = watched(move || {
        let canceller = std::thread::spawn(move || {
            let (mut stream, _) = silent.accept().unwrap();
            // The greeting: the handshake has begun.
            stream.read_exact(&mut [0]).unwrap();
            cancel.cancel();
        });
        let error = exchange.exchange(&request("GET", &url, b""), line()).unwrap_err();
        canceller.join().unwrap();
        error
    });
    assert_eq!(error.status, status::CANCELLED, "{error}");
}

#[test]
fn one_handshake_serves_several_requests() {
    let server = honest();
    let front = TlsFront::start(server.address(), &Certificate::default());
    let mut exchange = transport(&trusting(&front)).open();
    for _ in 0..3 {
        let response = exchange.exchange(&request("GET", &front.url(), b""), line());
        assert_eq!(response.unwrap().status, 200);
    }
    assert_eq!((front.handshakes(), server.connections()), (1, 1));
}

#[test]
fn a_body_without_a_length_must_end_with_tls_own_farewell() {
    let bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}".to_vec();
    let server = FaultServer::start(Fault::RawThenClose(bytes));
    let front = TlsFront::start(server.address(), &Certificate::default());
    let transport = transport(&trusting(&front));
    let ask = || exchange(&transport, request("GET", &front.url(), b""), line());
    assert_eq!(ask().unwrap().body, b"{}");
    front.be_abrupt();
    // Anybody on the way can cut a line: what came so far must not pass for the whole.
    let (error, unanswered) = ask().unwrap_err();
    assert_eq!(error.status, status::NETWORK, "{error}");
    assert!(!unanswered);
}

#[test]
fn https_goes_through_the_proxy_by_connect() {
    let server = honest();
    let front = TlsFront::start(server.address(), &Certificate::default());
    let proxy = FaultServer::start(Fault::Tunnel);
    let settings = Settings { proxy: Some(proxy.url()), ..trusting(&front) };
    let response = exchange(&transport(&settings), request("GET", &front.url(), b""), line());
    assert_eq!(response.unwrap().status, 200);
    let connect = format!("CONNECT localhost:{} HTTP/1.1\r\n", front.address().port());
    assert!(proxy.requests()[0].starts_with(&connect));
    assert!(!proxy.requests()[0].contains("secret-token"), "the proxy sees no header of ours");
    assert!(server.requests()[0].contains("secret-token"));
}

#[test]
fn certificates_that_cannot_be_read_are_an_argument_error() {
    let front = TlsFront::start(honest().address(), &Certificate::default());
    let good = front.authority_pem();
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    for pem in [
        String::new(),
        "hello".to_owned(),
        format!("{begin}\n!!!!\n{end}\n"),
        format!("{begin}\nAAAA\n{end}\n"),
        good.replace(end, ""),
        format!("{good}\n{begin}\nAAAA\n{end}\n"),
        good.replace("CERTIFICATE", "PUBLIC KEY"),
    ] {
        let made = UreqTransport::new(&Settings { extra_ca_pem: Some(pem.clone()), ..settings() });
        assert_eq!(made.err().expect(&pem).status, status::INVALID_ARGUMENT, "{pem}");
    }
}
