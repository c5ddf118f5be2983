//! The TapTap token and profile: taken over from elsewhere, refreshed, fetched, signed with.

#![cfg(feature = "tls")]

use serde_json::json;

use crate::common::api::{
    self, EVENT_TAPTAP_LOGIN, EVENT_TAPTAP_PROFILE, EVENT_TAPTAP_REFRESHED,
    EVENT_TAPTAP_SESSION_OVER, EVENT_TAPTAP_SHOW_QR,
};
use crate::common::client::{Client, Setup, message};
use crate::common::memory_folder as folder;
use crate::common::taptap::{Login, TapTap, http, user_code};

const PROFILE: &str = "/account/profile/v1";
/// A day: far beyond any window.
const WRONG_CLOCK: i64 = 86_400;

/// A client whose player is Lin.
fn player(taptap: &TapTap, folder: &std::path::Path) -> Client {
    let client = taptap.setup(folder).open();
    client.taptap_player(taptap);
    client
}

fn kid(client: &Client) -> String {
    client.taptap_token(api::TOKEN_KID).expect("a token")
}

fn token_json(client: &Client) -> String {
    let part = |field| client.taptap_token(field).expect("a token");
    json!({
        "kid": part(api::TOKEN_KID),
        "mac_key": part(api::TOKEN_MAC_KEY),
        "mac_algorithm": part(api::TOKEN_MAC_ALGORITHM),
        "token_type": part(api::TOKEN_TYPE),
        "scope": part(api::TOKEN_SCOPE),
    })
    .to_string()
}

#[test]
fn a_refresh_replaces_the_token_and_fetches_the_profile() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    let old = kid(&client);
    let request = client.taptap_refresh();
    assert_eq!(kid(&client), old, "what can be read changes with the event");
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (EVENT_TAPTAP_REFRESHED, api::OK));
    let new = kid(&client);
    assert_ne!(new, old);
    assert_eq!(kid(&taptap.setup(folder.path()).open()), new, "it is on disk");
    assert_eq!(client.finish(client.taptap_fetch_profile()).status, api::OK, "and serves");
}

#[test]
fn only_taptaps_own_word_drops_a_token() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    let old = kid(&client);
    for (answer, status) in [
        (json!({ "error": "server_error", "status": 500 }), api::SERVER),
        (json!({ "error": "invalid_client", "status": 401 }), api::TAPTAP_INVALID_CLIENT),
        (json!({ "error": "access_denied", "status": 401 }), api::TAPTAP_REFUSED),
        (json!({ "error": "something_new" }), api::TAPTAP_REFUSED),
        (json!({ "fault": "garbage" }), api::BAD_RESPONSE),
        (json!({ "fault": "wrong_type" }), api::BAD_RESPONSE),
        (json!({ "fault": "drop" }), api::NETWORK),
    ] {
        taptap.next("refresh_token", 3, &answer);
        let request = client.taptap_refresh();
        assert_eq!(client.finish(request).status, status, "{answer}: {}", message(request));
        assert_eq!(kid(&client), old, "{answer}");
    }
    assert!(client.poll().is_none(), "nobody was logged out");
    taptap.next("refresh_token", 1, &json!({ "error": "invalid_grant" }));
    let event = client.finish(client.taptap_refresh());
    assert_eq!((event.status, event.flags), (api::TAPTAP_SESSION_OVER, api::FLAG_NEEDS_PLAYER));
    let event = client.next_event();
    assert_eq!((event.kind, event.request), (EVENT_TAPTAP_SESSION_OVER, 0));
    assert_eq!(event.status, api::TAPTAP_SESSION_OVER);
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
    assert_eq!(client.taptap_profile(api::PROFILE_NAME), Err(api::NONE));
    assert!(
        taptap.setup(folder.path()).open().taptap_token(api::TOKEN_KID).is_err(),
        "on disk too"
    );
}

#[test]
fn a_token_that_the_api_refuses_ends_the_taptap_login() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    client.guest();
    taptap.next("profile", 1, &json!({ "error": "access_denied", "status": 401 }));
    let request = client.taptap_fetch_profile();
    assert_eq!(client.finish(request).status, api::TAPTAP_SESSION_OVER);
    assert_eq!(client.next_event().kind, EVENT_TAPTAP_SESSION_OVER);
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
    assert!(client.current_user().is_some(), "the account's session goes on");
    let none = client.finish(client.taptap_fetch_profile());
    assert_eq!((none.status, none.flags), (api::TAPTAP_NOT_LOGGED_IN, api::FLAG_NEEDS_PLAYER));
    assert_eq!(client.finish(client.taptap_refresh()).status, api::TAPTAP_NOT_LOGGED_IN);
    client.taptap_player(&taptap);
}

/// At the next start TapTap no longer knows the token: the login asks the player, in the same call.
#[test]
fn a_dead_token_leads_to_the_player() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    drop(player(&taptap, folder.path()));
    let client = setup.open();
    taptap.next("refresh_token", 1, &json!({ "error": "invalid_grant" }));
    let request = client.taptap_login(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", "mei");
    assert_eq!(client.step(request, EVENT_TAPTAP_LOGIN).value, 1);
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("梅 Mei"));
}

#[test]
fn offline_the_kept_login_serves() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    drop(player(&taptap, folder.path()));
    // Port 1 answers nobody.
    let nowhere = "http://127.0.0.1:1".to_owned();
    let offline = Setup {
        taptap_accounts_url: nowhere.clone(),
        taptap_open_url: nowhere.clone(),
        ..setup.clone()
    }
    .open();
    let login = offline.taptap_login(&Login::default());
    assert_eq!(offline.step(login, EVENT_TAPTAP_LOGIN).value, 0);
    assert_eq!(offline.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
    assert_eq!(offline.finish(offline.taptap_refresh()).status, api::CONNECT, "but no refresh");
    // Another client id has another player.
    let other = Setup { taptap_client_id: "another-client".to_owned(), ..setup }.open();
    assert_eq!(other.taptap_token(api::TOKEN_KID), Err(api::NONE));
}

/// What a phone's SDK obtained, in each spelling.
#[test]
fn import_token() {
    let (taptap, folders) = (TapTap::start(), [folder(), folder()]);
    let phone = player(&taptap, folders[0].path());
    let json = token_json(&phone);
    let camel = json.replace("mac_key", "macKey").replace("mac_algorithm", "macAlgorithm");
    let nested = format!("{{\"openId\":\"x\",\"access_token\":{json}}}");
    for text in [&json, &camel.replace("token_type", "tokenType"), &nested] {
        let client = taptap.setup(folders[1].path()).open();
        let request = client.taptap_import_token(text).expect("a token");
        assert_eq!(client.step(request, EVENT_TAPTAP_LOGIN).value, 1);
        assert_eq!(kid(&client), kid(&phone));
        assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
        client.succeed(client.logout(false));
    }
    let client = taptap.setup(folders[1].path()).open();
    client.taptap_player(&taptap);
    let own = kid(&client);
    for (text, status) in [
        ("", api::INVALID_ARGUMENT),
        ("{}", api::INVALID_ARGUMENT),
        ("[1]", api::INVALID_ARGUMENT),
        ("kid", api::INVALID_ARGUMENT),
        (r#"{"kid":"a"}"#, api::INVALID_ARGUMENT),
        (r#"{"kid":"a\"b","mac_key":"k"}"#, api::INVALID_ARGUMENT),
        (r#"{"kid":"a","mac_key":"k","token_type":"bearer"}"#, api::NOT_SUPPORTED),
        (r#"{"kid":"a","mac_key":"k","mac_algorithm":"md5"}"#, api::NOT_SUPPORTED),
    ] {
        let refused = client.taptap_import_token(text).expect_err("no token");
        assert_eq!(refused.status, status, "{text}");
        assert!(!refused.text().contains("a\"b"), "{}", refused.text());
    }
    let unknown = client.taptap_import_token(r#"{"kid":"1/unknown","mac_key":"k"}"#).expect("one");
    assert_eq!(client.finish(unknown).status, api::TAPTAP_SESSION_OVER);
    assert_eq!(kid(&client), own, "the one of before is kept");
    assert!(client.poll().is_none(), "and nobody was logged out");
}

/// A PC whose clock is wrong can log in: `invalid_time` tells the right time.
#[test]
fn a_wrong_clock_is_corrected() {
    for offset in [WRONG_CLOCK, -WRONG_CLOCK] {
        let (taptap, folder) = (TapTap::start(), folder());
        taptap.script(&json!({ "clock_offset_s": offset }));
        let client = player(&taptap, folder.path());
        assert_eq!(taptap.errors(PROFILE), ["invalid_time", ""], "once, then never again");
        client.succeed(client.taptap_fetch_profile());
        assert_eq!(taptap.errors(PROFILE), ["invalid_time", "", ""]);
        let url = format!("{}{PROFILE}?client_id=dev-taptap-client", taptap.url());
        let header = client.taptap_mac_header("GET", &url).expect("a header");
        let answer = http("GET", &url, &[&format!("Authorization: {header}")], "");
        assert_eq!(answer.status, 200, "the game's own calls too: {}", answer.body);
    }
}

#[test]
fn a_clock_that_stays_wrong_is_the_players() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    taptap.next("profile", 9, &json!({ "error": "invalid_time" }));
    let request = client.taptap_fetch_profile();
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (EVENT_TAPTAP_PROFILE, api::TAPTAP_INVALID_TIME));
    assert_eq!(event.flags, api::FLAG_NEEDS_PLAYER);
    assert_eq!(taptap.requests(PROFILE), 3, "one try more than the login's own");
    assert!(client.taptap_token(api::TOKEN_KID).is_ok());
}

#[test]
fn signed_calls_are_tried_again_as_often_as_they_may() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    let mut count = taptap.requests(PROFILE);
    for (answer, times, status, tries) in [
        (json!({ "error": "replay_attacks" }), 1, api::OK, 2),
        (json!({ "error": "replay_attacks" }), 9, api::TAPTAP_REPLAY_ATTACKS, 2),
        (json!({ "error": "server_error", "status": 500 }), 2, api::OK, 3),
        (json!({ "error": "server_error", "status": 500 }), 9, api::SERVER, 3),
        (json!({ "fault": "drop" }), 2, api::OK, 3),
        (json!({ "error": "forbidden", "status": 403 }), 9, api::FORBIDDEN, 1),
        (json!({ "error": "not_found", "status": 404 }), 9, api::NOT_FOUND, 1),
        (json!({ "error": "invalid_client", "status": 401 }), 9, api::TAPTAP_INVALID_CLIENT, 1),
        (
            json!({ "error": "insufficient_scope", "status": 403 }),
            9,
            api::TAPTAP_INSUFFICIENT_SCOPE,
            1,
        ),
        (json!({ "error": "invalid_request" }), 9, api::TAPTAP_INVALID_REQUEST, 1),
        (json!({ "error": "oauth2.tapapis.com.FORBIDDEN", "status": 403 }), 9, api::FORBIDDEN, 1),
        (json!({ "error": "never_heard_of" }), 9, api::TAPTAP_REFUSED, 1),
        (json!({ "fault": "garbage" }), 9, api::BAD_RESPONSE, 1),
    ] {
        taptap.next("profile", times, &answer);
        let request = client.taptap_fetch_profile();
        let event = client.finish(request);
        assert_eq!(event.status, status, "{answer}: {}", message(request));
        let now = taptap.requests(PROFILE);
        assert_eq!(now - count, tries, "{answer}");
        count = now;
        if let Some(error) = answer["error"].as_str().filter(|_| status != api::OK) {
            assert!(message(request).contains(error), "{}", message(request));
        }
    }
    assert!(client.taptap_token(api::TOKEN_KID).is_ok(), "none of them ends the login");
    assert!(client.poll().is_none());
}

#[test]
fn a_header_signs_one_request_of_the_game() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    // Another address than the library's own, and a query of its own.
    let url = format!("{}/account/basic-info/v1?x=%20&client_id=dev-taptap-client", taptap.url());
    let header = client.taptap_mac_header("get", &url).expect("a header");
    let said = format!("Authorization: {header}");
    let answer = http("GET", &url, &[&said], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(http("GET", &url, &[&said], "").status, 400, "but once");
    let again = client.taptap_mac_header("GET", &url).expect("another");
    assert_ne!(again, header);
    assert_eq!(again.len(), header.len(), "asking for the length first is right");
    let said = format!("Authorization: {again}");
    assert_eq!(http("GET", &url.replace("x=", "y="), &[&said], "").status, 401, "and no other");
    assert!(header.starts_with("MAC id=\"") && !header.contains(&client.taptap_token(2).unwrap()));
    for (method, url, status) in [
        ("GET", "http://api.example/x", api::INSECURE_URL),
        ("GET", "ftp://api.example/x", api::INVALID_ARGUMENT),
        ("GET", "/x", api::INVALID_ARGUMENT),
        ("GET", "", api::INVALID_ARGUMENT),
        ("", "https://api.example/x", api::INVALID_ARGUMENT),
        ("GE T", "https://api.example/x", api::INVALID_ARGUMENT),
        ("GET", "https://api.example/a b", api::INVALID_ARGUMENT),
        ("GET", &format!("https://api.example/{}", "x".repeat(8192)), api::INVALID_ARGUMENT),
    ] {
        assert_eq!(client.taptap_mac_header(method, url), Err(status), "{method} {url}");
    }
    assert!(client.taptap_mac_header("POST", "https://api.example/x").is_ok());
}

#[test]
fn fields_of_the_future_are_unknown() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    for field in [-1, 0, 6, 99] {
        assert_eq!(client.taptap_token(field), Err(api::INVALID_ARGUMENT));
    }
    for field in [-1, 0, 7, 99] {
        assert_eq!(client.taptap_profile(field), Err(api::INVALID_ARGUMENT));
    }
}

/// The algorithm of the token is what signs.
#[test]
fn hmac_sha_256() {
    let (taptap, folder) = (TapTap::start(), folder());
    taptap.script(&json!({ "mac_algorithm": "hmac-sha-256" }));
    let client = player(&taptap, folder.path());
    assert_eq!(client.taptap_token(api::TOKEN_MAC_ALGORITHM).as_deref(), Ok("hmac-sha-256"));
    client.succeed(client.taptap_fetch_profile());
    assert_eq!(taptap.errors(PROFILE), ["", ""]);
}

#[test]
fn a_token_that_nobody_can_sign_with_is_refused() {
    let (taptap, folder) = (TapTap::start(), folder());
    taptap.script(&json!({ "mac_algorithm": "hmac-md5" }));
    let client = taptap.setup(folder.path()).open();
    let request = client.taptap_login(&Login::default());
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(request), "allow", "lin");
    assert_eq!(client.finish(request).status, api::NOT_SUPPORTED);
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
}

#[test]
fn a_logout_forgets_the_player_at_taptap_too() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = player(&taptap, folder.path());
    let (kid, key) = (kid(&client), client.taptap_token(api::TOKEN_MAC_KEY).unwrap());
    assert_eq!(client.succeed(client.logout(false)).value, 1, "somebody was logged in");
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
    assert_eq!(client.taptap_profile(api::PROFILE_OPENID), Err(api::NONE));
    for (path, text) in crate::common::taptap::files(folder.path()) {
        assert!(!text.contains(&kid) && !text.contains(&key), "{}", path.display());
    }
    assert_eq!(client.succeed(client.logout(false)).value, 0);
}
