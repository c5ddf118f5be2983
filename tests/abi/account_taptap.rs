//! Giving a guest's account to a TapTap player, against the real server with its TapTap.

#![cfg(feature = "tls")]

use crate::common::account::taptap_auth_data;
use crate::common::api::{
    self, EVENT_ASSOCIATED, EVENT_TAPTAP_OPEN_URL, EVENT_TAPTAP_SHOW_QR, WAY_REDIRECT, api,
};
use crate::common::client::{Client, accepted, take_object};
use crate::common::memory_folder as folder;
use crate::common::proxy::{Fate, Proxy};
use crate::common::taptap::{Login, TapTap, page, text, user_code};

/// Links Lin to the current user, who scans a code.
fn scanned(taptap: &TapTap, client: &Client, player: &str, login: &Login) -> api::Event {
    let request = accepted(client.try_associate_taptap(0, login));
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", player);
    let event = client.end(request);
    assert_eq!((event.kind, event.user_data), (EVENT_ASSOCIATED, 7));
    assert_eq!(text(request, api::REQUEST_PLATFORM).as_deref(), Ok("taptap"));
    event
}

#[test]
fn a_guest_becomes_a_player_and_the_next_guest_is_another() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let user = client.guest();
    let id = user.id();
    assert_eq!(scanned(&taptap, &client, "lin", &Login::default()).status, api::OK);
    assert_eq!((user.id(), user.platforms()), (id.clone(), vec!["taptap".to_owned()]));
    assert!(client.taptap_token(api::TOKEN_KID).is_ok(), "kept as after a TapTap login");
    client.succeed(client.logout(false));
    let guest = client.login_anonymously();
    assert_eq!(client.succeed(guest).value, 1, "a new guest, on purpose");
    assert_ne!(client.current_user().expect("a guest").id(), id);

    let request = client.login_with_taptap(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", "lin");
    assert_eq!(client.well(request).value, 0, "the account exists");
    assert_eq!(client.current_user().expect("the player").id(), id);
}

#[test]
fn a_token_that_is_kept_links_without_asking_the_player() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    client.taptap_player(&taptap);
    client.guest();
    let request = accepted(client.try_associate_taptap(0, &Login::default()));
    let event = client.step(request, EVENT_ASSOCIATED);
    assert_eq!((event.flags, event.objects), (0, 1), "no progress event came before it");
    assert_eq!(take_object(request, 0).expect("the user").platforms(), ["taptap"]);
}

#[test]
fn a_player_of_another_account_is_not_linked() {
    let (taptap, folders) = (TapTap::start(), [folder(), folder()]);
    let here = taptap.setup(folders[0].path()).open();
    here.guest();
    scanned(&taptap, &here, "lin", &Login::default());
    let there = taptap.setup(folders[1].path()).open();
    let guest = there.guest();
    let event = scanned(&taptap, &there, "lin", &Login::default());
    assert_eq!((event.status, event.server_code), (api::ALREADY_ASSOCIATED, 137));
    assert_eq!(guest.platforms(), ["anonymous"]);
    there.succeed(there.logout(false));
    assert_eq!(there.guest().id(), guest.id(), "still the guest");
}

#[test]
fn nobody_is_asked_when_nobody_is_logged_in() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let request = accepted(client.try_associate_taptap(0, &Login::default()));
    let event = client.finish(request);
    assert_eq!((event.status, event.kind), (api::NOT_LOGGED_IN, EVENT_ASSOCIATED));
    assert_eq!(client.stats().http_sent, 0);
}

#[test]
fn a_logout_while_the_player_is_asked_links_nobody() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    client.guest();
    let request = accepted(client.try_associate_taptap(0, &Login::default()));
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    client.succeed(client.logout(false));
    assert_eq!(client.end(request).status, api::SESSION_CHANGED);
    let other = accepted(client.try_associate_taptap(0, &Login::default()));
    assert_eq!(client.finish(other).status, api::NOT_LOGGED_IN);
    let request = client.login_anonymously();
    assert_eq!(client.succeed(request).value, 0, "the guest is as it was");
    let cancelled = accepted(client.try_associate_taptap(0, &Login::default()));
    client.step(cancelled, EVENT_TAPTAP_SHOW_QR);
    assert_eq!(api().tdsauth_request_cancel(cancelled), api::OK);
    assert_eq!(client.end(cancelled).status, api::CANCELLED);
}

#[test]
fn a_login_that_replaces_the_user_while_the_player_is_asked_is_not_linked() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    client.guest();
    let request = accepted(client.try_associate_taptap(0, &Login::default()));
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    let elsewhere = crate::common::memory_folder();
    let other = taptap.setup(elsewhere.path()).open().guest();
    client.succeed(client.login_with_session_token(&other.token()));
    taptap.phone(&user_code(request), "allow", "lin");
    assert_eq!(client.end(request).status, api::SESSION_CHANGED);
    assert_eq!(client.current_user().expect("the other").platforms(), ["anonymous"]);
}

#[test]
fn an_association_by_redirect_goes_on_in_the_next_run_of_the_game() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let client = setup.open();
    let id = client.guest().id();
    let request = accepted(client.try_associate_taptap(0, &Login::by(WAY_REDIRECT)));
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    let url = taptap.browse(&page(request), "allow", "lin");
    drop(client);
    let next = setup.open();
    let resumed = next.handle_url(&url).expect("ours").expect("a request");
    let event = next.end(resumed);
    assert_eq!((event.kind, event.status), (EVENT_ASSOCIATED, api::OK));
    assert_eq!(text(resumed, api::REQUEST_PLATFORM).as_deref(), Ok("taptap"));
    let user = next.current_user().expect("the user");
    assert_eq!((user.id(), user.platforms()), (id, vec!["taptap".to_owned()]));
}

#[test]
fn a_link_whose_answer_never_comes_leaves_one_account_and_no_second_guest() {
    for (fate, linked) in [(Fate::Silence, false), (Fate::KeepAnswer, true)] {
        let (taptap, folder) = (TapTap::start(), folder());
        let proxy = Proxy::start(taptap.url(), move |_, exchange| {
            if exchange.line.starts_with("PUT ") { fate.clone() } else { Fate::Pass }
        });
        let mut setup = taptap.setup(folder.path());
        setup.server_url.clone_from(&proxy.url);
        setup.request_timeout_ms = 1500;
        let client = setup.open();
        let account = client.guest().id();
        client.taptap_player(&taptap);
        let json = taptap_auth_data(&client);
        let event = client.finish(client.associate("taptap", &json));
        assert_ne!(event.status, api::OK);
        drop(client);

        setup.server_url = taptap.url().to_owned();
        let next = setup.open();
        let request = next.login_anonymously();
        assert_eq!(next.succeed(request).value, i64::from(linked), "a new guest if linked");
        let who = next.current_user().expect("a guest").id();
        assert_eq!(who == account, !linked);
        next.succeed(next.logout(false));
        assert_eq!(next.guest().id(), who, "the same guest from now on");
    }
}
