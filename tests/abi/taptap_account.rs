//! The account of a TapTap player: made at the first login, found again without the player, ended
//! together with the login at TapTap.

#![cfg(feature = "tls")]

use serde_json::{Value, json};

use crate::common::api::{
    self, EVENT_LOGIN, EVENT_TAPTAP_OPEN_URL, EVENT_TAPTAP_SCANNED, EVENT_TAPTAP_SHOW_QR,
    WAY_BROWSER, WAY_REDIRECT,
};
use crate::common::client::{Client, User, message, take_object};
use crate::common::memory_folder as folder;
use crate::common::proxy::{Fate, Proxy};
use crate::common::taptap::{Login, TapTap, http, page, user_code};

/// The account login of a player with a phone, to its end. Gives whether the account is new.
fn scanned(taptap: &TapTap, client: &Client, player: &str, login: &Login) -> (i64, User) {
    let request = client.login_with_taptap(login);
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", player);
    let event = client.step(request, EVENT_LOGIN);
    assert_eq!((event.objects, event.user_data), (1, 7));
    (event.value, take_object(request, 0).expect("the user"))
}

/// A login that asks nobody.
fn silent(client: &Client) -> User {
    let request = client.login_with_taptap(&Login::default());
    assert_eq!(client.step(request, EVENT_LOGIN).value, 0, "the account exists");
    take_object(request, 0).expect("the user")
}

fn fresh() -> Login {
    Login { flags: api::TAPTAP_FRESH, ..Login::default() }
}

#[test]
fn the_account_has_the_name_and_the_picture_of_its_player() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let request = client.login_with_taptap(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "scan", "lin");
    client.step(request, EVENT_TAPTAP_SCANNED);
    assert!(client.current_user().is_none(), "not yet");
    taptap.phone(&user_code(request), "allow", "lin");
    assert_eq!(client.step(request, EVENT_LOGIN).value, 1, "a new account");
    let user = client.current_user().expect("the user");
    assert_eq!(user.str("nickname").as_deref(), Ok("林小满"));
    assert_eq!(user.str("avatar"), client.taptap_profile(api::PROFILE_AVATAR));
    let row = user.json(Some("authData")).expect("authData");
    assert_eq!(row["taptap"]["openid"], client.taptap_profile(api::PROFILE_OPENID).unwrap());
}

#[test]
fn a_player_has_one_account_and_another_player_another() {
    let (taptap, folders) = (TapTap::start(), [folder(), folder()]);
    let here = taptap.setup(folders[0].path()).open();
    let (new, lin) = scanned(&taptap, &here, "lin", &Login::default());
    assert_eq!(new, 1);
    let there = taptap.setup(folders[1].path()).open();
    let (new, same) = scanned(&taptap, &there, "lin", &Login::default());
    assert_eq!((new, same.id()), (0, lin.id()), "on another device too");
    let (new, mei) = scanned(&taptap, &there, "mei", &fresh());
    assert_eq!((new, mei.id() == lin.id()), (1, false));
    assert_eq!(there.current_user().expect("a user").id(), mei.id());
    // A guest of this device is somebody else.
    assert_ne!(there.guest().id(), mei.id());
    assert!(there.taptap_token(api::TOKEN_KID).is_ok(), "which is no logout at TapTap");
    assert_eq!(silent(&there).id(), mei.id());
}

#[test]
fn after_a_restart_the_player_is_still_logged_in_and_can_be_again_silently() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let (_, user) = scanned(&taptap, &setup.open(), "lin", &Login::default());
    let next = setup.open();
    assert_eq!(next.current_user().expect("remembered").id(), user.id());
    assert_eq!(next.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
    assert_eq!(next.stats().http_sent, 0);
    assert_eq!(silent(&next).id(), user.id());
}

#[test]
fn a_logout_ends_both() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let client = setup.open();
    let (_, user) = scanned(&taptap, &client, "lin", &Login::default());
    assert_eq!(client.succeed(client.logout(true)).value, 1);
    for client in [&client, &setup.open()] {
        assert!(client.current_user().is_none());
        assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
        assert_eq!(client.taptap_profile(api::PROFILE_OPENID), Err(api::NONE));
    }
    // It asks the player again, who comes back to the same account.
    let (new, again) = scanned(&taptap, &client, "lin", &Login::default());
    assert_eq!((new, again.id()), (0, user.id()));
}

#[test]
fn by_browser_and_by_redirect_it_is_one_request_too() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let request = client.login_with_taptap(&Login::by(WAY_BROWSER));
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    http("GET", &taptap.browse(&page(request), "allow", "lin"), &[], "");
    assert_eq!(client.step(request, EVENT_LOGIN).value, 1);
    let request = client.login_with_taptap(&Login { flags: 1, ..Login::by(WAY_REDIRECT) });
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    let back = taptap.browse(&page(request), "allow", "alex");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    assert_eq!(client.step(request, EVENT_LOGIN).value, 1);
    assert_eq!(client.current_user().unwrap().str("nickname").as_deref(), Ok("Alex Carter"));
}

/// The system ends the game while the player is in the browser.
#[test]
fn a_redirect_that_outlives_the_game_ends_in_the_account() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let before = setup.open();
    let request = before.login_with_taptap(&Login::by(WAY_REDIRECT));
    before.step(request, EVENT_TAPTAP_OPEN_URL);
    let page = page(request);
    drop(before);
    let after = setup.open();
    let back = taptap.browse(&page, "allow", "mei");
    let request = after.handle_url(&back).expect("taken").expect("a request of its own");
    let event = after.step(request, EVENT_LOGIN);
    assert_eq!((event.value, event.objects, event.user_data), (1, 1, 9));
    assert_eq!(after.current_user().unwrap().str("nickname").as_deref(), Ok("梅 Mei"));
}

/// What the account server gets: the nine fields of the token and the profile.
#[test]
fn the_account_server_gets_nine_fields_and_its_failure_costs_no_second_scan() {
    let (taptap, folder) = (TapTap::start(), folder());
    let ill = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_vec();
    let proxy = Proxy::start(taptap.url(), move |n, _| match n {
        0 => Fate::Say(ill.clone()),
        _ => Fate::Pass,
    });
    let mut setup = taptap.setup(folder.path());
    setup.server_url.clone_from(&proxy.url);
    let client = setup.open();
    let request = client.login_with_taptap(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", "lin");
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (EVENT_LOGIN, api::SERVER), "{}", message(request));
    assert_eq!(event.flags, api::FLAG_RETRYABLE);
    assert!(client.current_user().is_none());

    let request = client.login_with_taptap(&Login::default());
    assert_eq!(client.step(request, EVENT_LOGIN).value, 1, "nobody had to scan again");
    let body: Value = serde_json::from_str(&proxy.record()[1].body).expect("JSON");
    let sent = body["authData"]["taptap"].as_object().expect("authData.taptap");
    let mut names: Vec<&str> = sent.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "access_token",
        "avatar",
        "kid",
        "mac_algorithm",
        "mac_key",
        "name",
        "openid",
        "token_type",
        "unionid",
    ];
    assert_eq!(names, expected);
    assert_eq!(body, json!({ "authData": { "taptap": sent } }), "and nothing else");
    assert_eq!(sent["access_token"], sent["kid"]);
}

#[test]
fn a_player_who_refuses_is_not_logged_in_and_nothing_changes() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let guest = client.guest();
    let request = client.login_with_taptap(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "deny", "lin");
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (EVENT_LOGIN, api::TAPTAP_DENIED));
    assert_eq!(client.current_user().expect("the guest").id(), guest.id());
}
