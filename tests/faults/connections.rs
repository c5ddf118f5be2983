//! Connections that cannot be made, say nothing, or are lost.

use crate::common::api::{self, api};
use crate::common::client::{Setup, eventually};
use crate::fault_server::{BlackHole, Fault, FaultServer, closed_port, head};
use crate::player::{Player, unanswered};

#[test]
fn a_server_that_refuses() {
    for make in [Player::newcomer, Player::logged_in] {
        let mut player = make();
        let setup = player.setup(&format!("http://{}", closed_port()));
        player.suffers(&setup, unanswered(api::CONNECT));
    }
}

#[test]
fn a_server_that_is_down() {
    let hole = BlackHole::dig();
    let mut player = Player::logged_in();
    // The limit for connecting is the shorter one.
    let setup = Setup {
        connect_timeout_ms: 300,
        request_timeout_ms: 60_000,
        ..player.setup(&format!("http://{}", hole.address()))
    };
    player.suffers(&setup, unanswered(api::TIMED_OUT));
    // And the other way round.
    let setup = Setup { connect_timeout_ms: 60_000, request_timeout_ms: 300, ..setup };
    player.suffers(&setup, unanswered(api::TIMED_OUT));
}

#[test]
fn a_name_that_does_not_resolve() {
    let mut player = Player::logged_in();
    // A label longer than 63 bytes is refused by the system's resolver without asking anybody.
    let setup = player.setup(&format!("https://{}.invalid", "x".repeat(64)));
    player.suffers(&setup, unanswered(api::DNS));
}

#[test]
fn a_server_that_is_silent_or_trickles() {
    let ok = b"HTTP/1.1 201 Created\r\n".to_vec();
    let hundred = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    for fault in [
        Fault::Silent,
        Fault::RawThenSilence(ok.clone()),
        Fault::RawThenSilence([head(100), b"{".to_vec()].concat()),
        Fault::Trickle(ok, b"X-A: b\r\n".to_vec()),
        Fault::Trickle(head(100_000), b" ".to_vec()),
        Fault::Trickle(hundred.clone(), hundred),
    ] {
        let server = FaultServer::start(fault);
        let mut player = Player::logged_in();
        let setup = Setup { request_timeout_ms: 300, ..player.setup(&server.url()) };
        player.suffers(&setup, unanswered(api::TIMED_OUT));
    }
}

#[test]
fn a_server_that_closes_before_or_within_its_answer() {
    for fault in [
        Fault::CloseAtOnce,
        Fault::CloseAfterRequest,
        Fault::Reset,
        Fault::RawThenClose(b"HTTP/1.1 2".to_vec()),
        Fault::RawThenClose(b"HTTP/1.1 201 Created\r\nContent-Le".to_vec()),
        Fault::RawThenClose(head(10)),
        Fault::RawThenClose([head(10), b"{\"obj".to_vec()].concat()),
        Fault::RawThenClose(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n".to_vec(),
        ),
    ] {
        let server = FaultServer::start(fault);
        let mut player = Player::logged_in();
        let setup = player.setup(&server.url());
        player.suffers(&setup, unanswered(api::NETWORK));
    }
}

#[test]
fn a_lost_connection_is_tried_once_more_and_a_cut_answer_is_not() {
    let cut = Fault::RawThenClose(b"HTTP/1.1 201 Created\r\n".to_vec());
    for (fault, times) in [(Fault::CloseAfterRequest, 2), (cut, 1)] {
        let server = FaultServer::start(fault);
        let player = Player::newcomer();
        let client = player.setup(&server.url()).open();
        assert_eq!(client.finish(client.login_anonymously()).status, api::NETWORK);
        assert_eq!(server.requests().len(), times);
        assert_eq!(client.stats().http_sent, times as u64);
    }
}

#[test]
fn leaving_does_not_wait_for_a_silent_server() {
    let server = FaultServer::start(Fault::Silent);
    let player = Player::logged_in();
    let wait_until_asked = |count: usize| {
        eventually(|| (server.requests().len() == count).then_some(()));
    };

    let client = player.setup(&server.url()).open();
    let request = client.is_authenticated(0);
    wait_until_asked(1);
    assert_eq!(api().tdsauth_request_cancel(request), api::OK);
    assert_eq!(client.finish(request).status, api::CANCELLED);
    eventually(|| (client.stats().http_running == 0).then_some(()));

    client.login_anonymously();
    client.is_authenticated(0);
    wait_until_asked(3);
    // Both hang in a socket; the client ends all the same, and its threads with it, long before
    // the 20 s of the requests.
    drop(client);
    player.nothing_is_left();

    let client = player.setup(&server.url()).open();
    client.is_authenticated(0);
    wait_until_asked(4);
    let mut abandoned = 0;
    api().tdsauth_client_shutdown(client.0, 100, &raw mut abandoned);
    assert_eq!(abandoned, 1);
    drop(client);
    player.nothing_is_left();
}
