//! A binding against the real server: the address that a game opens after the player's consent.

#![cfg(feature = "tls")]

use crate::common::api::{self};
use crate::common::binding::{DEEP, WEB, link, pages};
use crate::common::client::{Client, Setup, accepted};
use crate::common::memory_folder as folder;
use crate::common::server;
use crate::common::taptap::text;

fn player(folder: &std::path::Path) -> Client {
    let client = Setup::new(server::shared(), folder).open();
    client.guest();
    client
}

/// The code in the address that a consent led to; around it everything is as it was.
fn code(client: &Client, uri: &str, place: &str) -> String {
    let request = accepted(client.try_bind(&link(uri), None));
    assert_eq!(client.succeed(request).kind, api::EVENT_BINDING_CONFIRMED);
    let url = text(request, api::REQUEST_URL).expect("an address");
    let (before, after) = match uri.split_once(place) {
        Some((before, after)) if !place.is_empty() => (before.to_owned(), after),
        _ => (format!("{uri}&code="), ""),
    };
    let code = url.strip_prefix(&*before).and_then(|rest| rest.strip_suffix(after));
    code.unwrap_or_else(|| panic!("{url}")).to_owned()
}

#[test]
fn each_consent_has_a_code_of_its_own() {
    let folder = folder();
    let client = player(folder.path());
    let codes = [
        code(&client, DEEP, "%24%7Bcode%7D"),
        code(&client, DEEP, "%24%7Bcode%7D"),
        code(&client, WEB, ""),
    ];
    for code in &codes {
        assert!(code.len() >= 27 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    }
    assert!(codes[0] != codes[1] && codes[1] != codes[2] && codes[0] != codes[2]);
}

/// The server's own list is the one that counts.
#[test]
fn a_page_that_only_the_game_allows_gets_no_code() {
    let folder = folder();
    let client = player(folder.path());
    let own = pages("bind.example", "/");
    let link = link("https://bind.example/x");
    assert_eq!(client.binding(&link, Some(&own)).expect("asked").host(), "bind.example");
    let event = client.finish(accepted(client.try_bind(&link, Some(&own))));
    assert_eq!((event.status, event.server_code), (api::REJECTED, 107));
}

#[test]
fn a_session_that_is_over_gets_no_code() {
    let folders = [folder(), folder()];
    let client = player(folders[0].path());
    let token = client.current_user().expect("the guest").token();
    let other = Setup::new(server::shared(), folders[1].path()).open();
    other.succeed(other.login_with_session_token(&token));
    other.succeed(other.logout(true));
    let event = client.finish(accepted(client.try_bind(&link(WEB), None)));
    assert_eq!(event.status, api::SESSION_OVER);
}
