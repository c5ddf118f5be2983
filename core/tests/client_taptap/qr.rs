//! Login by QR code: what is shown, how often it polls, and each of its ends.

use std::time::{Duration, Instant};

use tdsauth_core::client::{self, RequestText, Submit, TapTapLogin, event};
use tdsauth_core::error::status;

use crate::kit::*;

/// Of the codes in these suites.
const INTERVAL: Duration = Duration::from_secs(1);

#[test]
fn a_player_scans_confirms_and_is_logged_in() {
    let folder = folder();
    let id = make(folder.path());
    let submit = Submit { user_data: 7, timeout_ms: 0 };
    let scopes = "public_profile, user_friends".to_owned();
    let login = client::taptap_login(id, TapTapLogin { scopes, ..qr() }, submit).unwrap();
    let ask = asked(id, Call::Code);
    assert_eq!(ask.form["client_id"], CLIENT_ID);
    assert_eq!(ask.form["response_type"], "device_code");
    assert_eq!(ask.form["scope"], "public_profile,user_friends");
    let received = Instant::now();
    ask.ok(&code("AB12", 300));

    let event = progress(id, login, event::kind::TAPTAP_SHOW_QR);
    assert_eq!((event.user_data, event.value), (7, 300));
    assert_eq!(text(login, RequestText::QrText).as_deref(), Some("https://qr.example/AB12"));
    assert_eq!(text(login, RequestText::UserCode).as_deref(), Some("AB12"));
    let page = text(login, RequestText::VerificationUrl);
    assert_eq!(page.as_deref(), Some("https://qr.example/type"));
    assert_eq!(text(login, RequestText::Url), None);

    let poll = asked(id, Call::Poll);
    assert!(poll.at - received >= INTERVAL, "polled before the interval");
    assert_eq!(poll.form["code"], "secret-AB12");
    assert_eq!(poll.form["secret_type"], "hmac-sha-1");
    poll.refuse(400, "authorization_pending");
    asked(id, Call::Poll).refuse(400, "oauth2.tapapis.com.AUTHORIZATION_WAITING");
    assert_eq!(progress(id, login, event::kind::TAPTAP_SCANNED).user_data, 7);
    let still = text(login, RequestText::QrText);
    assert_eq!(still.as_deref(), Some("https://qr.example/AB12"), "scanned keeps the texts");
    // Said once.
    asked(id, Call::Poll).refuse(400, "authorization_waiting");
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));

    let ask = asked(id, Call::Profile);
    assert_eq!(stored(folder.path()), (Some("1/kid".into()), None), "the token comes first");
    assert_eq!(kid(id), None, "no event was delivered yet");
    assert_eq!(ask.url, format!("https://open.example/account/profile/v1?client_id={CLIENT_ID}"));
    assert_eq!(ask.signed("id"), "1/kid");
    ask.ok(&profile("lin"));

    let event = end(id, login);
    assert_eq!((event.kind, event.status, event.value), (event::kind::TAPTAP_LOGIN, 0, 1));
    assert_eq!((event.flags, event.user_data), (0, 7));
    assert_eq!(text(login, RequestText::QrText), None, "the final event has none");
    assert_eq!((kid(id), name(id)), (Some("1/kid".into()), Some("lin".into())));
    assert_eq!(stored(folder.path()), (Some("1/kid".into()), Some("lin".into())));
    let log = logged(id);
    for secret in ["1/kid", "key-of", "secret-AB12", "AB12"] {
        assert!(!log.contains(secret), "{log}");
    }
    nothing_asked(id);
    client::destroy(id).unwrap();
}

#[test]
fn each_final_refusal_ends_the_login_and_the_next_one_works() {
    let cases = [
        (401, "access_denied", status::TAPTAP_DENIED),
        (400, "Access_Denied", status::TAPTAP_DENIED),
        (400, "invalid_grant", status::TAPTAP_EXPIRED),
        (400, "invalid_grant_code", status::TAPTAP_EXPIRED),
        (400, "x.y.EXPIRED_TOKEN", status::TAPTAP_EXPIRED),
        (401, "invalid_client", status::TAPTAP_INVALID_CLIENT),
        (400, "captcha.needs", status::TAPTAP_REFUSED),
    ];
    let runs: Vec<_> = cases
        .into_iter()
        .map(|(http, refusal, ending)| {
            std::thread::spawn(move || {
                let folder = folder();
                let id = make(folder.path());
                let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
                shown(id, login, "AB12");
                asked(id, Call::Poll).refuse(http, refusal);
                let event = end(id, login);
                assert_eq!((event.status, event.http_status), (ending, i32::from(http)));
                assert_eq!(event.kind, event::kind::TAPTAP_LOGIN);
                assert_eq!((kid(id), text(login, RequestText::QrText)), (None, None));
                nothing_asked(id);
                log_in_by_qr(id, "1/kid", "lin");
                client::destroy(id).unwrap();
            })
        })
        .collect();
    runs.into_iter().for_each(|run| run.join().unwrap());
}

#[test]
fn whatever_may_pass_is_polled_again_and_no_sooner_than_the_interval() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    let mut last: Option<Instant> = None;
    for fault in 0..6 {
        let poll = asked(id, Call::Poll);
        if let Some(last) = last {
            assert!(poll.at - last >= INTERVAL, "fault {fault}: polled after {:?}", poll.at - last);
        }
        // Not two at once, whatever happens to one.
        assert!(next_asked(id, Duration::ZERO).is_none());
        last = Some(Instant::now());
        match fault {
            0 => poll.lose(),
            1 => poll.refuse(500, "server_error"),
            2 => poll.answer(502, "<html>bad gateway</html>"),
            3 => poll.answer(200, "not JSON"),
            4 => poll.answer(200, r#"{"data": [1], "success": true}"#),
            _ => poll.answer(302, ""),
        }
    }
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    asked(id, Call::Profile).ok(&profile("lin"));
    assert_eq!(end(id, login).status, status::OK);
    client::destroy(id).unwrap();
}

#[test]
fn slow_down_adds_five_seconds() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    let answered = Instant::now();
    asked(id, Call::Poll).refuse(400, "slow_down");
    let poll = asked(id, Call::Poll);
    assert!(poll.at - answered >= INTERVAL + Duration::from_secs(5));
    poll.refuse(401, "access_denied");
    assert_eq!(end(id, login).status, status::TAPTAP_DENIED);
    client::destroy(id).unwrap();
}

#[test]
fn a_code_expires_here_too_and_is_renewed_as_often_as_wanted() {
    let folder = folder();
    let id = make(folder.path());
    let login = TapTapLogin { renewals: 1, ..qr() };
    let login = client::taptap_login(id, login, Submit::default()).unwrap();
    asked(id, Call::Code).ok(&code("first", 3));
    assert_eq!(progress(id, login, event::kind::TAPTAP_SHOW_QR).value, 3);
    // Polls until it expires: by the clock of this machine, since no answer says so.
    loop {
        let next = next_asked(id, LONG.unwrap()).unwrap();
        match next.call {
            Call::Poll => next.refuse(400, "authorization_waiting"),
            _ => break next.ok(&code("second", 300)),
        }
    }
    progress(id, login, event::kind::TAPTAP_SCANNED);
    progress(id, login, event::kind::TAPTAP_SHOW_QR);
    assert_eq!(text(login, RequestText::UserCode).as_deref(), Some("second"));
    let poll = asked(id, Call::Poll);
    assert_eq!(poll.form["code"], "secret-second");
    poll.refuse(400, "authorization_waiting");
    progress(id, login, event::kind::TAPTAP_SCANNED);
    asked(id, Call::Poll).refuse(400, "expired_token");
    assert_eq!(end(id, login).status, status::TAPTAP_EXPIRED);
    nothing_asked(id);
    client::destroy(id).unwrap();
}

#[test]
fn a_new_code_replaces_the_old_one_even_while_it_is_polled() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
    let early = client::taptap_renew_qr(login).unwrap_err();
    assert_eq!(early.status, status::INVALID_ARGUMENT, "nothing is shown yet");
    shown(id, login, "first");
    client::taptap_renew_qr(login).unwrap();
    asked(id, Call::Code).ok(&code("second", 300));
    progress(id, login, event::kind::TAPTAP_SHOW_QR);
    let old = asked(id, Call::Poll);
    assert_eq!(old.form["code"], "secret-second");
    client::taptap_renew_qr(login).unwrap();
    let renewed = asked(id, Call::Code);
    // The answer of the poll that was given up: it no longer counts.
    old.ok(&token("1/old", "public_profile"));
    renewed.ok(&code("third", 300));
    progress(id, login, event::kind::TAPTAP_SHOW_QR);
    let poll = asked(id, Call::Poll);
    assert_eq!(poll.form["code"], "secret-third");
    poll.ok(&token("1/new", "public_profile"));
    asked(id, Call::Profile).ok(&profile("lin"));
    assert_eq!(end(id, login).status, status::OK);
    assert_eq!(kid(id).as_deref(), Some("1/new"));
    let late = client::taptap_renew_qr(login).unwrap_err();
    assert_eq!(late.status, status::INVALID_ARGUMENT);
    client::destroy(id).unwrap();
}

#[test]
fn the_deadline_of_the_whole_ends_it() {
    let folder = folder();
    let id = make(folder.path());
    let submit = Submit { user_data: 0, timeout_ms: 4000 };
    let login = client::taptap_login(id, qr(), submit).unwrap();
    asked(id, Call::Code).ok(&code("AB12", 300));
    let event = progress(id, login, event::kind::TAPTAP_SHOW_QR);
    assert!((1..=4).contains(&event.value), "{event:?}");
    asked(id, Call::Poll);
    assert_eq!(end(id, login).status, status::TIMED_OUT);
    nothing_asked(id);
    let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
    asked(id, Call::Code).lose();
    assert_eq!(end(id, login).status, status::NETWORK);
    client::destroy(id).unwrap();
}

#[test]
fn a_poll_that_the_host_forgets_is_made_anew() {
    let folder = folder();
    let id = client::create(client::Options { request_timeout_ms: 2000, ..options(folder.path()) })
        .unwrap();
    let login = client::taptap_login(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    let forgotten = asked(id, Call::Poll);
    asked(id, Call::Poll).refuse(400, "authorization_pending");
    forgotten.ok(&token("1/late", "public_profile"));
    asked(id, Call::Poll).refuse(401, "access_denied");
    assert_eq!(end(id, login).status, status::TAPTAP_DENIED);
    client::destroy(id).unwrap();
}

#[test]
fn only_one_login_asks_the_player_at_a_time() {
    let folder = folder();
    let id = make(folder.path());
    let first = client::taptap_login(id, qr(), Submit::default()).unwrap();
    let busy = |result: tdsauth_core::error::Result<u64>| result.unwrap_err().status;
    assert_eq!(busy(client::taptap_login(id, qr(), Submit::default())), status::BUSY);
    assert_eq!(busy(client::login_with_taptap(id, qr(), Submit::default())), status::BUSY);
    shown(id, first, "AB12");
    client::request_cancel(first).unwrap();
    // At once, before anything was delivered.
    let second = client::taptap_login(id, qr(), Submit::default()).unwrap();
    assert_eq!(end(id, first).status, status::CANCELLED);
    shown(id, second, "CD34");
    client::request_release(second).unwrap();
    log_in_by_qr(id, "1/kid", "lin");
    client::destroy(id).unwrap();
}

#[test]
fn what_a_login_cannot_mean_is_refused_at_submit() {
    let folder = folder();
    let id = make(folder.path());
    let bad = [
        TapTapLogin { scopes: "a b".into(), ..qr() },
        TapTapLogin { scopes: "a,,b".into(), ..qr() },
        TapTapLogin { renewals: 101, ..qr() },
        TapTapLogin { redirect_uri: Some("tapoauth://authorize".into()), ..qr() },
    ];
    for login in bad {
        let refused = client::taptap_login(id, login.clone(), Submit::default()).unwrap_err();
        assert_eq!(refused.status, status::INVALID_ARGUMENT, "{login:?}");
    }
    for uri in ["", "authorize", "://x", "x://a b", "x://a?b", "x://a#b"] {
        let way = client::Way::Redirect;
        let login = TapTapLogin { way, redirect_uri: Some(uri.into()), ..qr() };
        let refused = client::taptap_login(id, login, Submit::default()).unwrap_err();
        assert_eq!(refused.status, status::INVALID_ARGUMENT, "{uri}");
    }
    let late = Submit { user_data: 0, timeout_ms: 600_001 };
    assert!(client::taptap_login(id, qr(), late).is_err());
    client::destroy(id).unwrap();
    for lacking in [
        client::Options { taptap_client_id: None, ..options(folder.path()) },
        client::Options { taptap_open_url: None, ..options(folder.path()) },
    ] {
        let id = client::create(lacking).unwrap();
        let refused = client::taptap_login(id, qr(), Submit::default()).unwrap_err();
        assert_eq!(refused.status, status::INVALID_ARGUMENT);
        assert!(client::taptap_refresh(id, Submit::default()).is_err());
        assert_eq!(client::taptap_mac_header(id, "GET", "https://x.example/").unwrap(), None);
        client::destroy(id).unwrap();
    }
}
