//! TapTap login by QR code, against the TapTap that the server plays: what the game shows, and in
//! which event it ends.

#![cfg(feature = "tls")]

use serde_json::json;

use crate::common::api::{
    self, EVENT_TAPTAP_LOGIN, EVENT_TAPTAP_SCANNED, EVENT_TAPTAP_SHOW_QR, api,
};
use crate::common::client::{Client, message};
use crate::common::memory_folder as folder;
use crate::common::taptap::{Login, TapTap, text, user_code};

const LIN: &str = "林小满";

/// A login that shows its code.
fn shown(client: &Client, login: &Login) -> (u64, String) {
    let request = client.taptap_login(login);
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    (request, user_code(request))
}

fn keeps_nothing(client: &Client) {
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
    assert_eq!(client.taptap_profile(api::PROFILE_OPENID), Err(api::NONE));
    assert_eq!(client.taptap_mac_header("GET", "https://open.example/"), Err(api::NONE));
}

#[test]
fn the_player_scans_and_allows() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    keeps_nothing(&client);
    let request = client.taptap_login(&Login::default());
    let event = client.step(request, EVENT_TAPTAP_SHOW_QR);
    assert_eq!((event.flags, event.user_data, event.objects), (api::FLAG_MORE, 7, 0));
    assert!((295..=300).contains(&event.value), "seconds: {}", event.value);
    let code = user_code(request);
    let drawn = format!("{}/device?qrcode=1&user_code={code}", taptap.url());
    assert_eq!(text(request, api::REQUEST_QR_TEXT), Ok(drawn.clone()));
    let page = format!("{}/device", taptap.url());
    assert_eq!(text(request, api::REQUEST_VERIFICATION_URL), Ok(page));
    assert_eq!(text(request, api::REQUEST_URL), Err(api::NONE), "that is another way in");
    assert_eq!(message(request), "");

    taptap.phone(&code, "scan", "lin");
    let event = client.step(request, EVENT_TAPTAP_SCANNED);
    assert_eq!(event.flags, api::FLAG_MORE);
    assert_eq!(text(request, api::REQUEST_QR_TEXT), Ok(drawn), "still what is drawn");
    keeps_nothing(&client);

    taptap.phone(&code, "allow", "lin");
    let event = client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!((event.value, event.flags, event.user_data), (1, 0, 7));
    assert_eq!(text(request, api::REQUEST_QR_TEXT), Err(api::NONE), "there is no more to show");
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok(LIN));
    let lin = taptap.state()["players"][0].clone();
    assert_eq!(
        client.taptap_profile(api::PROFILE_OPENID).as_deref(),
        Ok(lin["openid"].as_str().unwrap())
    );
    assert_eq!(
        client.taptap_profile(api::PROFILE_UNIONID).as_deref(),
        Ok(lin["unionid"].as_str().unwrap())
    );
    assert_eq!(
        client.taptap_profile(api::PROFILE_AVATAR).as_deref(),
        Ok(lin["avatar"].as_str().unwrap())
    );
    assert_eq!(client.taptap_profile(api::PROFILE_GENDER).as_deref(), Ok("female"));
    assert_eq!(client.taptap_profile(api::PROFILE_EMAIL), Err(api::NONE), "nobody asked for it");
    assert!(client.taptap_token(api::TOKEN_KID).unwrap().starts_with("1/"));
    assert_eq!(client.taptap_token(api::TOKEN_MAC_KEY).map(|key| key.len()), Ok(40));
    assert_eq!(client.taptap_token(api::TOKEN_MAC_ALGORITHM).as_deref(), Ok("hmac-sha-1"));
    assert_eq!(client.taptap_token(api::TOKEN_TYPE).as_deref(), Ok("mac"));
    assert_eq!(client.taptap_token(api::TOKEN_SCOPE).as_deref(), Ok("public_profile"));
    assert!(client.current_user().is_none(), "that is the account server's business");
    assert_eq!(taptap.state()["device"][0]["polled_too_fast"], 0);
}

#[test]
fn the_player_refuses() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, code) = shown(&client, &Login::default());
    taptap.phone(&code, "deny", "lin");
    let event = client.end(request);
    assert_eq!((event.kind, event.status), (EVENT_TAPTAP_LOGIN, api::TAPTAP_DENIED));
    assert_eq!(event.flags, api::FLAG_NEEDS_PLAYER);
    assert!(message(request).contains("access_denied"), "{}", message(request));
    keeps_nothing(&client);
    client.taptap_player(&taptap);
}

#[test]
fn a_code_expires_at_taptap_or_here() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (there, code) = shown(&client, &Login::default());
    taptap.phone(&code, "expire", "lin");
    assert_eq!(client.end(there).status, api::TAPTAP_EXPIRED);
    taptap.script(&json!({ "expires_in": 2 }));
    let here = client.taptap_login(&Login::default());
    let event = client.step(here, EVENT_TAPTAP_SHOW_QR);
    assert!((1..=2).contains(&event.value));
    let event = client.end(here);
    assert_eq!((event.status, event.flags), (api::TAPTAP_EXPIRED, api::FLAG_NEEDS_PLAYER));
    taptap.script(&json!({ "expires_in": 300 }));
    client.taptap_player(&taptap);
}

#[test]
fn a_new_code_comes_when_the_player_asks_for_it() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, first) = shown(&client, &Login::default());
    taptap.phone(&first, "scan", "lin");
    client.step(request, EVENT_TAPTAP_SCANNED);
    assert_eq!(api().tdsauth_taptap_renew_qr(request), api::OK);
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    let second = user_code(request);
    assert_ne!(second, first);
    // The old one leads nowhere any more.
    taptap.phone(&first, "allow", "mei");
    taptap.phone(&second, "scan", "lin");
    client.step(request, EVENT_TAPTAP_SCANNED);
    taptap.phone(&second, "allow", "lin");
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok(LIN));
    assert_eq!(api().tdsauth_taptap_renew_qr(request), api::INVALID_ARGUMENT, "it is over");
    let device = taptap.state()["device"].clone();
    assert_eq!(
        (&device[0]["polled_too_fast"], &device[1]["polled_too_fast"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn new_codes_come_by_themselves_as_often_as_was_asked() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, first) = shown(&client, &Login { renewals: 2, ..Login::default() });
    taptap.phone(&first, "expire", "lin");
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    let second = user_code(request);
    taptap.phone(&second, "expire", "lin");
    client.step(request, EVENT_TAPTAP_SHOW_QR);
    let third = user_code(request);
    assert!(first != second && second != third);
    taptap.phone(&third, "expire", "lin");
    assert_eq!(client.finish(request).status, api::TAPTAP_EXPIRED, "and no more often");
    let many = client.try_taptap_login(&Login { renewals: 101, ..Login::default() });
    assert_eq!(many.expect_err("too many").status, api::INVALID_ARGUMENT);
}

#[test]
fn scanned_is_told_once_in_whatever_spelling() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let waiting = |error: &str| json!({ "call": "device_token", "answer": { "error": error } });
    taptap.script(&json!({ "next": [
        waiting("AUTHORIZATION_PENDING"),
        waiting("oauth2.tapapis.com.AUTHORIZATION_WAITING"),
        waiting("Authorization_Waiting"),
        waiting("authorization_waiting"),
    ] }));
    let (request, code) = shown(&client, &Login::default());
    taptap.phone(&code, "allow", "lin");
    client.step(request, EVENT_TAPTAP_SCANNED);
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!(taptap.requests("device_token"), 5);
}

/// The stand-in lets nobody poll faster than it said; this takes a poll of six seconds.
#[test]
fn slow_down_is_heeded() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    taptap.next("device_token", 1, &json!({ "error": "slow_down" }));
    let (request, code) = shown(&client, &Login::default());
    taptap.phone(&code, "allow", "lin");
    client.step(request, EVENT_TAPTAP_LOGIN);
    let state = taptap.state();
    assert_eq!(
        (&state["device"][0]["interval"], &state["device"][0]["polled_too_fast"]),
        (&json!(6), &json!(0))
    );
    assert_eq!(taptap.requests("device_token"), 2);
}

#[test]
fn lost_and_sick_answers_do_not_end_it() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let answered = |answer| json!({ "call": "device_token", "answer": answer });
    taptap.script(&json!({ "next": [
        answered(json!({ "error": "server_error", "status": 500 })),
        answered(json!({ "fault": "drop" })),
        answered(json!({ "fault": "cut" })),
        answered(json!({ "json": "down for maintenance", "status": 503 })),
    ] }));
    let (request, code) = shown(&client, &Login::default());
    taptap.phone(&code, "allow", "lin");
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!(taptap.state()["device"][0]["polled_too_fast"], 0);
}

/// Who cancels hears it at once, and nobody polls for it any more.
#[test]
fn a_cancelled_login_ends_and_stays_ended() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, cancelled) = shown(&client, &Login::default());
    assert_eq!(api().tdsauth_request_cancel(request), api::OK);
    let event = client.finish(request);
    assert_eq!((event.kind, event.status), (EVENT_TAPTAP_LOGIN, api::CANCELLED));
    assert_eq!(api().tdsauth_taptap_renew_qr(request), api::INVALID_ARGUMENT);
    assert_eq!(api().tdsauth_request_release(request), api::OK);
    assert_eq!(api().tdsauth_taptap_renew_qr(request), api::INVALID_HANDLE);
    taptap.phone(&cancelled, "allow", "mei");
    let before = taptap.requests("device_token");
    let (other, code) = shown(&client, &Login::default());
    taptap.phone(&code, "allow", "lin");
    client.step(other, EVENT_TAPTAP_LOGIN);
    assert_eq!(taptap.requests("device_token"), before + 1, "the other one's own");
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok(LIN));
    // Released before its end, a login is as dead.
    let released = client.taptap_login(&Login { flags: api::TAPTAP_FRESH, ..Login::default() });
    client.step(released, EVENT_TAPTAP_SHOW_QR);
    assert_eq!(api().tdsauth_request_release(released), api::OK);
    let third = shown(&client, &Login { flags: api::TAPTAP_FRESH, ..Login::default() });
    assert_eq!(api().tdsauth_request_cancel(third.0), api::OK, "it was let in");
}

#[test]
fn one_login_at_a_time_asks_the_player() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (first, _) = shown(&client, &Login::default());
    for way in [api::WAY_QR, api::WAY_BROWSER, api::WAY_REDIRECT] {
        let second = client.try_taptap_login(&Login::by(way)).expect_err("one at a time");
        assert_eq!(second.status, api::BUSY);
    }
    // Others go on meanwhile.
    client.guest();
    assert_eq!(api().tdsauth_request_cancel(first), api::OK);
    client.taptap_player(&taptap);
}

#[test]
fn a_logout_ends_a_login_that_waits() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, code) = shown(&client, &Login::default());
    client.succeed(client.logout(false));
    taptap.phone(&code, "allow", "lin");
    assert_eq!(client.end(request).status, api::SESSION_CHANGED);
    keeps_nothing(&client);
    keeps_nothing(&taptap.setup(folder.path()).open());
}

#[test]
fn time_runs_out() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let login = Login { timeout_ms: 1500, ..Login::default() };
    let request = client.taptap_login(&login);
    let event = client.step(request, EVENT_TAPTAP_SHOW_QR);
    assert!((1..=2).contains(&event.value), "no longer than the login: {}", event.value);
    assert_eq!(client.finish(request).status, api::TIMED_OUT);
    let long = client.try_taptap_login(&Login { timeout_ms: 600_001, ..Login::default() });
    assert_eq!(long.expect_err("more than ten minutes").status, api::INVALID_ARGUMENT);
    client.taptap_player(&taptap);
}

#[test]
fn a_kept_token_logs_in_without_the_player() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let client = setup.open();
    client.taptap_player(&taptap);
    let openid = client.taptap_profile(api::PROFILE_OPENID).unwrap();
    let again = client.taptap_login(&Login::default());
    assert_eq!(client.step(again, EVENT_TAPTAP_LOGIN).value, 0, "nobody was asked");
    drop(client);

    let next = setup.open();
    assert_eq!(next.taptap_profile(api::PROFILE_OPENID), Ok(openid.clone()), "in the first frame");
    assert_eq!(next.stats().http_sent, 0);
    let kid = next.taptap_token(api::TOKEN_KID).unwrap();
    let before = taptap.requests("refresh_token");
    for _ in 0..3 {
        let login = next.taptap_login(&Login::default());
        assert_eq!(next.step(login, EVENT_TAPTAP_LOGIN).value, 0);
    }
    assert_eq!(taptap.requests("refresh_token"), before + 1, "once per start");
    assert_ne!(next.taptap_token(api::TOKEN_KID), Ok(kid));
    assert_eq!(next.taptap_profile(api::PROFILE_OPENID), Ok(openid));

    let fresh = next.taptap_login(&Login { flags: api::TAPTAP_FRESH, ..Login::default() });
    next.step(fresh, EVENT_TAPTAP_SHOW_QR);
    taptap.phone(&user_code(fresh), "allow", "mei");
    assert_eq!(next.step(fresh, EVENT_TAPTAP_LOGIN).value, 1, "somebody else's turn");
    assert_eq!(next.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("梅 Mei"));
}

#[test]
fn scopes_say_what_is_asked_and_what_is_known() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, code) =
        shown(&client, &Login { scopes: "basic_info".to_owned(), ..Login::default() });
    assert_eq!(taptap.state()["device"][0]["scopes"], json!(["basic_info"]));
    taptap.phone(&code, "allow", "lin");
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert!(client.taptap_profile(api::PROFILE_OPENID).is_ok());
    assert_eq!(client.taptap_profile(api::PROFILE_NAME), Err(api::NONE));
    assert_eq!(
        (taptap.requests("/account/basic-info/v1"), taptap.requests("/account/profile/v1")),
        (1, 0)
    );
    // What is kept does not cover that: the player is asked.
    let (more, code) =
        shown(&client, &Login { scopes: "public_profile,email".to_owned(), ..Login::default() });
    taptap.phone(&code, "allow", "lin");
    assert_eq!(client.step(more, EVENT_TAPTAP_LOGIN).value, 1);
    assert_eq!(client.taptap_profile(api::PROFILE_EMAIL).as_deref(), Ok("lin@example.com"));
    for scopes in ["a b;c", "a,\n", &"x".repeat(1025)] {
        let odd = client.try_taptap_login(&Login { scopes: scopes.to_owned(), ..Login::default() });
        assert_eq!(odd.expect_err("no scope").status, api::INVALID_ARGUMENT, "{scopes}");
    }
}
