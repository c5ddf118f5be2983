//! The token and the profile that are kept: logging in with them, refreshing, signing, losing them.

use serde_json::json;
use tdsauth_core::client::{self, ProfileField, Submit, TapTapLogin, TokenField, event};
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;

use crate::kit::*;

fn login(client: u64) -> u64 {
    client::taptap_login(client, qr(), Submit::default()).unwrap()
}

/// A folder in which somebody logged in earlier.
fn kept() -> tempfile::TempDir {
    let folder = folder();
    let id = make(folder.path());
    log_in(id, "1/kid", "lin");
    client::destroy(id).unwrap();
    folder
}

#[test]
fn a_kept_token_logs_in_without_the_player_and_is_refreshed_once() {
    let folder = kept();
    let id = make(folder.path());
    assert_eq!((kid(id), name(id)), (Some("1/kid".into()), Some("lin".into())), "at once");
    let first = login(id);
    let ask = asked(id, Call::Refresh);
    assert_eq!(ask.form["token"], "1/kid");
    assert_eq!(ask.form["token_type_hint"], "access_token");
    assert_eq!(ask.form["client_id"], CLIENT_ID);
    ask.ok(&token("1/new", "public_profile"));
    let ask = asked(id, Call::Profile);
    assert_eq!(ask.signed("id"), "1/new");
    assert_eq!(stored(folder.path()), (Some("1/new".into()), Some("lin".into())), "token first");
    ask.ok(&profile("linda"));
    let event = end(id, first);
    assert_eq!((event.kind, event.status, event.value), (event::kind::TAPTAP_LOGIN, 0, 0));
    assert_eq!((kid(id), name(id)), (Some("1/new".into()), Some("linda".into())));
    let second = login(id);
    assert_eq!((end(id, second).status, end(id, second).value), (status::OK, 0));
    nothing_asked(id);
    // The account login takes the same way.
    let account = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
    asked(id, Call::Account).answer(200, &user("1"));
    assert_eq!((end(id, account).kind, end(id, account).value), (event::kind::LOGIN, 0));
    // And who wants the player asked gets that.
    let fresh = TapTapLogin { fresh: true, ..qr() };
    let fresh = client::taptap_login(id, fresh, Submit::default()).unwrap();
    shown(id, fresh, "AB12");
    client::destroy(id).unwrap();
}

#[test]
fn offline_the_kept_token_serves_as_it_is() {
    let faults: [fn(Asked); 5] = [
        Asked::lose,
        |ask| ask.refuse(500, "server_error"),
        |ask| ask.answer(200, "not JSON"),
        |ask| ask.refuse(400, "invalid_request"),
        |ask| ask.answer(200, r#"{"data": {"kid": 7}, "success": true}"#),
    ];
    for fault in faults {
        let folder = kept();
        let id = make(folder.path());
        let first = login(id);
        fault(asked(id, Call::Refresh));
        let event = end(id, first);
        assert_eq!((event.status, event.value), (status::OK, 0));
        assert_eq!(stored(folder.path()), (Some("1/kid".into()), Some("lin".into())));
        // Once is enough, even if it did not work.
        let second = login(id);
        assert_eq!(end(id, second).value, 0);
        nothing_asked(id);
        client::destroy(id).unwrap();
    }
}

#[test]
fn a_profile_that_cannot_be_fetched_is_shown_as_it_was() {
    let folder = kept();
    let id = make(folder.path());
    let first = login(id);
    asked(id, Call::Refresh).ok(&token("1/new", "public_profile"));
    for _ in 0..3 {
        asked(id, Call::Profile).lose();
    }
    let event = end(id, first);
    assert_eq!((event.status, event.value), (status::OK, 0));
    assert_eq!((kid(id), name(id)), (Some("1/new".into()), Some("lin".into())));
    client::destroy(id).unwrap();
}

#[test]
fn a_token_without_a_profile_fetches_it() {
    let folder = folder();
    let id = make(folder.path());
    let killed = login(id);
    shown(id, killed, "AB12");
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    asked(id, Call::Profile);
    client::destroy(id).unwrap();
    // The system killed the game between the token and the profile.
    let id = make(folder.path());
    assert_eq!((kid(id), name(id)), (Some("1/kid".into()), None));
    let first = login(id);
    asked(id, Call::Refresh).lose();
    asked(id, Call::Profile).ok(&profile("lin"));
    let event = end(id, first);
    assert_eq!((event.status, event.value), (status::OK, 0));
    assert_eq!(stored(folder.path()), (Some("1/kid".into()), Some("lin".into())));
    client::destroy(id).unwrap();
}

#[test]
fn a_token_serves_only_what_was_granted_to_its_own_client_id() {
    let folder = kept();
    let id = make(folder.path());
    let more = TapTapLogin { scopes: "public_profile,email".into(), ..qr() };
    let more = client::taptap_login(id, more, Submit::default()).unwrap();
    asked(id, Call::Code);
    client::request_release(more).unwrap();
    client::destroy(id).unwrap();
    let other = client::Options { taptap_client_id: Some("b".into()), ..options(folder.path()) };
    let id = client::create(other).unwrap();
    assert_eq!(kid(id), None);
    login(id);
    asked(id, Call::Code);
    client::destroy(id).unwrap();
}

#[test]
fn a_token_that_taptap_takes_no_longer_is_dropped_and_the_player_asked() {
    for at_refresh in [true, false] {
        let folder = kept();
        let id = make(folder.path());
        let first = login(id);
        let ask = asked(id, Call::Refresh);
        if at_refresh {
            ask.refuse(400, "invalid_grant");
        } else {
            ask.ok(&token("1/new", "public_profile"));
            asked(id, Call::Profile).refuse(401, "access_denied");
        }
        let ask = asked(id, Call::Code);
        assert_eq!(stored(folder.path()), (None, None));
        let event = client::wait(id, 0, LONG).unwrap().unwrap();
        assert_eq!((event.kind, event.request), (event::kind::TAPTAP_SESSION_OVER, 0));
        assert_eq!(event.status, status::TAPTAP_SESSION_OVER);
        assert_eq!((kid(id), name(id)), (None, None));
        ask.ok(&code("AB12", 300));
        progress(id, first, event::kind::TAPTAP_SHOW_QR);
        client::destroy(id).unwrap();
    }
}

#[test]
fn a_refresh_on_demand_brings_token_and_profile() {
    let folder = kept();
    let id = make(folder.path());
    let refresh = || client::taptap_refresh(id, Submit::default()).unwrap();
    for n in 0..2 {
        let request = refresh();
        asked(id, Call::Refresh).ok(&token(&format!("1/n{n}"), "public_profile"));
        assert_eq!(asked_kid(id, &format!("n{n}")), format!("1/n{n}"));
        let event = end(id, request);
        assert_eq!((event.kind, event.status), (event::kind::TAPTAP_REFRESHED, status::OK));
        assert_eq!(name(id), Some(format!("n{n}")));
    }
    // It failed: the token stays.
    let request = refresh();
    asked(id, Call::Refresh).refuse(500, "server_error");
    assert_eq!(end(id, request).status, status::SERVER);
    assert_eq!(kid(id).as_deref(), Some("1/n1"));
    // The token came, the profile did not: the new token counts.
    let request = refresh();
    asked(id, Call::Refresh).ok(&token("1/n2", "public_profile"));
    asked(id, Call::Profile).refuse(403, "forbidden");
    assert_eq!(end(id, request).status, status::FORBIDDEN);
    assert_eq!((kid(id), name(id)), (Some("1/n2".into()), Some("n1".into())));
    // Two at once go one after the other.
    let (one, two) = (refresh(), refresh());
    asked(id, Call::Refresh).ok(&token("1/n3", "public_profile"));
    asked_kid(id, "n3");
    let ask = asked(id, Call::Refresh);
    assert_eq!(ask.form["token"], "1/n3");
    ask.refuse(400, "invalid_grant");
    assert_eq!(end(id, one).status, status::OK);
    assert_eq!(end(id, two).status, status::TAPTAP_SESSION_OVER);
    let event = client::wait(id, 0, LONG).unwrap().unwrap();
    assert_eq!(event.kind, event::kind::TAPTAP_SESSION_OVER);
    assert_eq!(stored(folder.path()), (None, None));
    let request = refresh();
    assert_eq!(end(id, request).status, status::TAPTAP_NOT_LOGGED_IN);
    client::destroy(id).unwrap();
}

/// Answers a fetch of the profile, and says who signed it.
fn asked_kid(client: u64, name: &str) -> String {
    let ask = asked(client, Call::Profile);
    let kid = ask.signed("id");
    ask.ok(&profile(name));
    kid
}

#[test]
fn the_profile_is_fetched_by_the_granted_scope() {
    let folder = folder();
    let id = make(folder.path());
    let request = login(id);
    shown(id, request, "AB12");
    asked(id, Call::Poll).ok(&token("1/kid", "basic_info"));
    asked(id, Call::BasicInfo).ok(&json!({"openid": "o", "unionid": "u"}));
    assert_eq!(end(id, request).status, status::OK);
    let read = |field| client::taptap_profile(id, field).unwrap();
    assert_eq!(read(ProfileField::Openid).as_deref(), Some("o"));
    assert_eq!(read(ProfileField::Unionid).as_deref(), Some("u"));
    assert_eq!((read(ProfileField::Name), read(ProfileField::Avatar)), (None, None));
    let token = |field| client::taptap_token(id, field).unwrap().unwrap().expose().to_owned();
    assert_eq!(token(TokenField::MacKey), "key-of-1/kid");
    assert_eq!(token(TokenField::MacAlgorithm), "hmac-sha-1");
    assert_eq!(token(TokenField::TokenType), "mac");
    assert_eq!(token(TokenField::Scope), "basic_info");
    let fetch = client::taptap_fetch_profile(id, Submit::default()).unwrap();
    asked(id, Call::BasicInfo).ok(&json!({"openid": "o", "unionid": "v"}));
    let event = end(id, fetch);
    assert_eq!((event.kind, event.status), (event::kind::TAPTAP_PROFILE, status::OK));
    assert_eq!(read(ProfileField::Unionid).as_deref(), Some("v"));
    let fetch = client::taptap_fetch_profile(id, Submit::default()).unwrap();
    asked(id, Call::BasicInfo).refuse(401, "access_denied");
    assert_eq!(end(id, fetch).status, status::TAPTAP_SESSION_OVER);
    let event = client::wait(id, 0, LONG).unwrap().unwrap();
    assert_eq!(event.kind, event::kind::TAPTAP_SESSION_OVER);
    assert_eq!((kid(id), stored(folder.path())), (None, (None, None)));
    client::destroy(id).unwrap();
}

#[test]
fn a_wrong_clock_is_learned_of_and_corrected() {
    let folder = folder();
    let id = make(folder.path());
    let day = 86_400;
    let request = login(id);
    shown(id, request, "AB12");
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    let first = asked(id, Call::Profile);
    let (ts, nonce) = (first.signed("ts"), first.signed("nonce"));
    assert!(ts.parse::<u64>().unwrap().abs_diff(now()) < day / 2);
    let theirs = now() + day;
    let data = json!({"code": -1, "error": "invalid_time", "error_description": "d"});
    first.answer(400, &json!({"data": data, "success": false, "now": theirs}).to_string());
    let second = asked(id, Call::Profile);
    assert!(second.signed("ts").parse::<u64>().unwrap().abs_diff(now() + day) < day / 2);
    assert_ne!(second.signed("nonce"), nonce);
    second.ok(&profile("lin"));
    assert_eq!(end(id, request).status, status::OK);
    // What the game signs is corrected as well.
    let header = client::taptap_mac_header(id, "GET", "https://open.example/x?y").unwrap().unwrap();
    let ts = header.expose().split("ts=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(ts.parse::<u64>().unwrap().abs_diff(now() + day) < day / 2);
    // Twice is too often.
    let fetch = client::taptap_fetch_profile(id, Submit::default()).unwrap();
    for _ in 0..2 {
        asked(id, Call::Profile).refuse(400, "invalid_time");
    }
    assert_eq!(end(id, fetch).status, status::TAPTAP_INVALID_TIME);
    client::destroy(id).unwrap();
}

#[test]
fn the_games_own_calls_are_signed_where_they_may_go() {
    let folder = folder();
    let id = make(folder.path());
    let sign = |method, url| client::taptap_mac_header(id, method, url);
    assert_eq!(sign("GET", "https://open.example/x").unwrap(), None, "nobody is logged in");
    log_in(id, "1/kid", "lin");
    for url in ["https://open.example/x?a=b#c", "http://127.0.0.1:8080/x", "http://localhost/x"] {
        let header = sign("post", url).unwrap().unwrap();
        assert!(header.expose().starts_with("MAC id=\"1/kid\",ts=\""), "{url}");
    }
    let first = sign("GET", "https://open.example/x").unwrap();
    assert_ne!(first, sign("GET", "https://open.example/x").unwrap(), "a nonce of its own");
    let refused = |method, url| sign(method, url).unwrap_err().status;
    assert_eq!(refused("GET", "http://open.example/x"), status::INSECURE_URL);
    assert_eq!(refused("GET", "open.example/x"), status::INVALID_ARGUMENT);
    assert_eq!(refused("G T", "https://open.example/x"), status::INVALID_ARGUMENT);
    client::destroy(id).unwrap();
}

#[test]
fn a_token_of_another_sdk_is_taken_over_with_its_profile() {
    let folder = folder();
    let id = make(folder.path());
    let import = |text: &str| client::taptap_import_token(id, Secret::new(text), Submit::default());
    for bad in ["", "[]", "{}", r#"{"kid": "k"}"#] {
        assert_eq!(import(bad).unwrap_err().status, status::INVALID_ARGUMENT, "{bad}");
    }
    let text = token("1/imported", "public_profile").to_string();
    let request = import(&text).unwrap();
    let ask = asked(id, Call::Profile);
    assert_eq!(stored(folder.path()), (None, None));
    ask.refuse(401, "access_denied");
    assert_eq!(end(id, request).status, status::TAPTAP_SESSION_OVER);
    assert!(client::poll(id).unwrap().is_none(), "nobody was logged in");
    let request = import(&text).unwrap();
    asked(id, Call::Profile).ok(&profile("mei"));
    let event = end(id, request);
    assert_eq!((event.kind, event.status, event.value), (event::kind::TAPTAP_LOGIN, 0, 1));
    assert_eq!((kid(id), name(id)), (Some("1/imported".into()), Some("mei".into())));
    assert_eq!(stored(folder.path()), (Some("1/imported".into()), Some("mei".into())));
    client::destroy(id).unwrap();
}

#[test]
fn a_logout_ends_both_sessions() {
    let folder = kept();
    let id = make(folder.path());
    let logout = client::logout(id, false, Submit::default()).unwrap();
    let event = end(id, logout);
    assert_eq!((event.status, event.value), (status::OK, 1), "somebody was logged in at TapTap");
    assert_eq!((kid(id), name(id)), (None, None));
    assert_eq!(stored(folder.path()), (None, None));
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, logout).value, 0);
    nothing_asked(id);
    client::destroy(id).unwrap();
}

#[test]
fn what_another_client_of_the_folder_does_is_seen() {
    let folder = folder();
    let (one, two) = (make(folder.path()), make(folder.path()));
    log_in(one, "1/kid", "lin");
    assert_eq!(kid(two), None);
    // No event says so: it is read with the next delivery.
    nothing_asked(two);
    assert_eq!((kid(two), name(two)), (Some("1/kid".into()), Some("lin".into())));
    // One refreshes, and the server takes the old token no longer: the other one learns it.
    let refresh = client::taptap_refresh(one, Submit::default()).unwrap();
    let held = client::taptap_refresh(two, Submit::default()).unwrap();
    let late = asked(two, Call::Refresh);
    asked(one, Call::Refresh).ok(&token("1/new", "public_profile"));
    asked_kid(one, "lin");
    assert_eq!(end(one, refresh).status, status::OK);
    assert_eq!(late.form["token"], "1/kid");
    late.refuse(400, "invalid_grant");
    assert_eq!(asked_kid(two, "linda"), "1/new");
    assert_eq!(end(two, held).status, status::OK);
    assert_eq!((kid(two), name(two)), (Some("1/new".into()), Some("linda".into())));
    assert!(client::poll(two).unwrap().is_none(), "its session is not over");
    // A logout of the one ends a login of the other.
    let fresh = TapTapLogin { fresh: true, ..qr() };
    let fresh = client::taptap_login(two, fresh, Submit::default()).unwrap();
    shown(two, fresh, "AB12");
    let logout = client::logout(one, false, Submit::default()).unwrap();
    end(one, logout);
    asked(two, Call::Poll).ok(&token("1/late", "public_profile"));
    assert_eq!(end(two, fresh).status, status::SESSION_CHANGED);
    assert_eq!(stored(folder.path()), (None, None));
    client::destroy(one).unwrap();
    client::destroy(two).unwrap();
}
