//! TLS through the C ABI: the real server behind a certificate of the game's own authority.

use std::net::SocketAddr;

use crate::common::api;
use crate::common::client::Setup;
use crate::common::server;
use crate::fault_server::{Fault, FaultServer};
use crate::player::{Player, unanswered};
use crate::tls_front::{Certificate, TlsFront};

fn front(certificate: &Certificate) -> TlsFront {
    let address = server::shared().url.trim_start_matches("http://");
    TlsFront::start(address.parse::<SocketAddr>().expect("an address"), certificate)
}

#[test]
fn the_real_server_behind_tls_and_a_proxy() {
    let front = front(&Certificate::default());
    let proxy = FaultServer::start(Fault::Tunnel);
    let player = Player::logged_in();
    let setup = Setup {
        extra_ca_pem: front.authority_pem().to_owned(),
        proxy: proxy.url(),
        ..player.setup(&front.url())
    };
    let user = setup.open().guest();
    let line = format!("CONNECT localhost:{} HTTP/1.1", front.address().port());
    assert!(proxy.requests()[0].starts_with(&line));
    assert!(!proxy.requests()[0].contains(&setup.app_id), "the proxy learns the host alone");

    let direct = Setup { proxy: String::new(), ..setup }.open();
    let again = direct.guest();
    assert_eq!((user.id(), user.token()), (again.id(), again.token()));
    assert_eq!(proxy.connections(), 1);
}

#[test]
fn a_server_that_nobody_vouches_for() {
    let front = front(&Certificate::default());
    let mut player = Player::logged_in();
    let setup = player.setup(&front.url());
    player.suffers(&setup, unanswered(api::TLS));
}

#[test]
fn a_server_with_anothers_certificate() {
    let names = vec!["other.example".to_owned()];
    let front = front(&Certificate { names, ..Certificate::default() });
    let mut player = Player::logged_in();
    let mut setup = player.setup(&front.url());
    setup.extra_ca_pem = front.authority_pem().to_owned();
    player.suffers(&setup, unanswered(api::TLS));
}

#[test]
fn a_server_with_an_old_certificate() {
    let front = front(&Certificate { years: (2001, 2002), ..Certificate::default() });
    let mut player = Player::logged_in();
    let mut setup = player.setup(&front.url());
    setup.extra_ca_pem = front.authority_pem().to_owned();
    player.suffers(&setup, unanswered(api::TLS));
}

#[test]
fn certificates_that_cannot_be_read() {
    let player = Player::newcomer();
    let mut setup = player.setup("https://localhost:1");
    setup.extra_ca_pem =
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    assert_eq!(setup.try_open().err().map(|error| error.status), Some(api::INVALID_ARGUMENT));
}
