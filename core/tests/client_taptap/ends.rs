//! A cancel, a logout, a destroy and a fault at each step of a login: one end each, nothing stored
//! that should not be, and the next attempt works.

use std::path::Path;
use std::time::Duration;

use tdsauth_core::client::{self, Submit, TapTapLogin, event};
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;

use crate::kit::*;

/// How far a login is.
const STEPS: [&str; 6] = ["code", "shown", "poll", "profile", "account", "answered"];

/// Brings a login to a step, and gives the exchange that it waits for there.
fn walk(client: u64, login: u64, step: &str) -> Option<Asked> {
    let ask = asked(client, Call::Code);
    if step == "code" {
        return Some(ask);
    }
    ask.ok(&code("AB12", 300));
    progress(client, login, event::kind::TAPTAP_SHOW_QR);
    if step == "shown" {
        return None;
    }
    let ask = asked(client, Call::Poll);
    if step == "poll" {
        return Some(ask);
    }
    ask.ok(&token("1/kid", "public_profile"));
    let ask = asked(client, Call::Profile);
    if step == "profile" {
        return Some(ask);
    }
    ask.ok(&profile("lin"));
    let ask = asked(client, Call::Account);
    if step == "account" {
        return Some(ask);
    }
    ask.answer(201, &user("1"));
    while client::stats(client).unwrap().queued_events == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

/// An answer that comes too late, whatever it was for.
fn answer(ask: Asked) {
    match ask.call {
        Call::Code => ask.ok(&code("late", 300)),
        Call::Profile => ask.ok(&profile("late")),
        Call::Account => ask.answer(201, &user("late")),
        _ => ask.ok(&token("1/late", "public_profile")),
    }
}

/// In threads of their own: they wait for intervals, not for each other.
fn at_each_step(run: fn(&Path, u64, u64, &str)) {
    let runs: Vec<_> = STEPS
        .into_iter()
        .map(|step| {
            std::thread::spawn(move || {
                let folder = folder();
                let id = make(folder.path());
                let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
                run(folder.path(), id, login, step);
            })
        })
        .collect();
    runs.into_iter().for_each(|run| run.join().unwrap());
}

fn user_is_logged_in(folder: &Path) -> bool {
    let other = make(folder);
    let user = client::current_user(other).unwrap();
    client::destroy(other).unwrap();
    user.is_some()
}

#[test]
fn a_cancel_at_any_step_is_one_event_and_nothing_more_is_asked() {
    at_each_step(|folder, id, login, step| {
        let late = walk(id, login, step);
        client::request_cancel(login).unwrap();
        let expected = if step == "answered" { status::OK } else { status::CANCELLED };
        let event = end(id, login);
        assert_eq!((event.kind, event.status), (event::kind::LOGIN, expected), "{step}");
        late.into_iter().for_each(answer);
        nothing_asked(id);
        assert!(client::poll(id).unwrap().is_none(), "{step}");
        // A token that was granted is kept, and the game can read it.
        let granted = matches!(step, "profile" | "account" | "answered");
        assert_eq!(kid(id), granted.then(|| "1/kid".to_owned()), "{step}");
        assert_eq!(stored(folder).0, kid(id), "{step}");
        assert_eq!(user_is_logged_in(folder), step == "answered");
        let again = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
        let next = next_asked(id, LONG.unwrap()).unwrap();
        let expected = if granted { Call::Refresh } else { Call::Code };
        assert_eq!(next.call, expected, "{step}");
        client::request_release(again).unwrap();
        client::destroy(id).unwrap();
    });
}

#[test]
fn a_release_at_any_step_leaves_no_event() {
    at_each_step(|folder, id, login, step| {
        let late = walk(id, login, step);
        client::request_release(login).unwrap();
        late.into_iter().for_each(answer);
        nothing_asked(id);
        assert!(client::poll(id).unwrap().is_none(), "{step}");
        assert_eq!(stored(folder).0, kid(id), "{step}");
        assert_eq!(client::stats(id).unwrap().live_requests, 0);
        client::destroy(id).unwrap();
    });
}

#[test]
fn a_logout_at_any_step_wins() {
    at_each_step(|folder, id, login, step| {
        let late = walk(id, login, step);
        let logout = client::logout(id, false, Submit::default()).unwrap();
        let expected = if step == "answered" { status::OK } else { status::SESSION_CHANGED };
        assert_eq!(end(id, login).status, expected, "{step}");
        let granted = matches!(step, "profile" | "account" | "answered");
        let event = end(id, logout);
        assert_eq!((event.status, event.value), (status::OK, i64::from(granted)), "{step}");
        late.into_iter().for_each(answer);
        nothing_asked(id);
        assert_eq!((kid(id), name(id)), (None, None), "{step}");
        assert_eq!(client::current_user(id).unwrap(), None, "{step}");
        assert_eq!(stored(folder), (None, None), "{step}");
        assert!(!user_is_logged_in(folder), "{step}");
        client::destroy(id).unwrap();
    });
}

#[test]
fn a_logout_of_another_client_wins_too() {
    at_each_step(|folder, id, login, step| {
        let held = walk(id, login, step);
        let other = make(folder);
        let logout = client::logout(other, false, Submit::default()).unwrap();
        end(other, logout);
        client::destroy(other).unwrap();
        held.into_iter().for_each(answer);
        match step {
            "answered" => assert_eq!(end(id, login).status, status::OK),
            "code" => {
                // Nothing was granted yet: it ends when something is.
                progress(id, login, event::kind::TAPTAP_SHOW_QR);
                answer(asked(id, Call::Poll));
                assert_eq!(end(id, login).status, status::SESSION_CHANGED);
            }
            "shown" => {
                answer(asked(id, Call::Poll));
                assert_eq!(end(id, login).status, status::SESSION_CHANGED);
            }
            _ => assert_eq!(end(id, login).status, status::SESSION_CHANGED, "{step}"),
        }
        nothing_asked(id);
        assert_eq!(stored(folder), (None, None), "{step}");
        assert!(!user_is_logged_in(folder), "{step}");
        client::destroy(id).unwrap();
    });
}

#[test]
fn a_destroy_at_any_step_wakes_whoever_waits() {
    at_each_step(|_, id, login, step| {
        let late = walk(id, login, step);
        let waiter = std::thread::spawn(move || {
            loop {
                match client::wait(id, login, LONG) {
                    Ok(Some(event)) if event.flags & event::flag::MORE != 0 => {}
                    other => break other,
                }
            }
        });
        client::destroy(id).unwrap();
        match waiter.join().unwrap() {
            Ok(Some(event)) => assert_eq!((step, event.status), ("answered", status::OK)),
            Ok(None) => panic!("{step}: it waited on"),
            Err(error) => {
                assert!([status::CLOSED, status::INVALID_HANDLE].contains(&error.status));
            }
        }
        drop(late);
    });
}

type Fault = (&'static str, fn(Asked));

/// What goes wrong with one exchange.
const FAULTS: [Fault; 6] = [
    ("drop", Asked::lose),
    ("garbage", |ask| ask.answer(200, "\u{0}<html>")),
    ("server error", |ask| ask.refuse(500, "server_error")),
    ("bad gateway", |ask| ask.answer(502, "<html>")),
    ("wrong type", |ask| ask.answer(200, r#"{"data": "x", "success": true}"#)),
    ("wrong fields", |ask| {
        let wrong = r#"{"data": {"device_code": 1, "kid": {}, "openid": []}, "success": true}"#;
        ask.answer(200, wrong);
    }),
];

#[test]
fn each_fault_of_each_exchange_ends_in_one_event_and_the_next_attempt_works() {
    let steps = ["code", "poll", "profile", "account"];
    let runs: Vec<_> = steps
        .into_iter()
        .flat_map(|step| FAULTS.into_iter().map(move |(name, fault)| (step, name, fault)))
        .map(|(step, name, fault)| {
            std::thread::spawn(move || {
                let case = format!("{name} at {step}");
                let folder = folder();
                let id = make(folder.path());
                let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
                let ask = walk(id, login, step).unwrap();
                let call = ask.call;
                fault(ask);
                let passes = matches!(name, "drop" | "server error" | "bad gateway");
                // A poll is made again; what is signed is tried three times.
                let tries = if call == Call::Profile && passes { 2 } else { 0 };
                for _ in 0..tries {
                    fault(asked(id, Call::Profile));
                }
                if call == Call::Poll && name != "wrong fields" {
                    asked(id, Call::Poll).refuse(401, "access_denied");
                    assert_eq!(end(id, login).status, status::TAPTAP_DENIED, "{case}");
                } else {
                    let event = end(id, login);
                    let expected = match name {
                        "drop" => status::NETWORK,
                        "server error" | "bad gateway" => status::SERVER,
                        _ => status::BAD_RESPONSE,
                    };
                    assert_eq!(event.status, expected, "{case}");
                    assert_eq!((event.kind, event.flags & event::flag::MORE), (1, 0));
                }
                nothing_asked(id);
                let again = TapTapLogin { fresh: true, ..qr() };
                let again = client::login_with_taptap(id, again, Submit::default()).unwrap();
                walk(id, again, "answered");
                assert_eq!(end(id, again).status, status::OK, "{case}");
                client::destroy(id).unwrap();
            })
        })
        .collect();
    runs.into_iter().for_each(|run| run.join().unwrap());
}

/// A login by redirect whose URL came: the exchange that it waits for.
fn at_exchange(client: u64, login: u64) -> Asked {
    progress(client, login, event::kind::TAPTAP_OPEN_URL);
    let url = text(login, client::RequestText::Url).unwrap();
    let state = url.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let back = Secret::new(format!("tapoauth://authorize?code=c0de&state={state}"));
    let handled = client::taptap_handle_url(client, back, Submit::default()).unwrap();
    assert_eq!(handled, Some(login));
    asked(client, Call::Exchange)
}

fn by_redirect() -> TapTapLogin {
    TapTapLogin { way: client::Way::Redirect, fresh: true, ..TapTapLogin::default() }
}

#[test]
fn a_fault_of_the_code_exchange_ends_the_login_and_it_is_never_sent_twice() {
    for (name, fault) in FAULTS {
        let folder = folder();
        let id = make(folder.path());
        let login = client::taptap_login(id, by_redirect(), Submit::default()).unwrap();
        let ask = at_exchange(id, login);
        let secret = ask.form["code_verifier"].clone();
        fault(ask);
        let expected = match name {
            "drop" => status::NETWORK,
            "server error" | "bad gateway" => status::SERVER,
            _ => status::BAD_RESPONSE,
        };
        assert_eq!(end(id, login).status, expected, "{name}");
        nothing_asked(id);
        let again = client::taptap_login(id, by_redirect(), Submit::default()).unwrap();
        let ask = at_exchange(id, again);
        assert_ne!(ask.form["code_verifier"], secret);
        ask.ok(&token("1/kid", "public_profile"));
        asked(id, Call::Profile).ok(&profile("lin"));
        assert_eq!(end(id, again).status, status::OK, "{name}");
        client::destroy(id).unwrap();
    }
}

#[test]
fn a_login_is_given_up_during_its_exchange() {
    let folder = folder();
    let id = make(folder.path());
    let cancelled = client::taptap_login(id, by_redirect(), Submit::default()).unwrap();
    let late = at_exchange(id, cancelled);
    client::request_cancel(cancelled).unwrap();
    assert_eq!(end(id, cancelled).status, status::CANCELLED);
    late.ok(&token("1/late", "public_profile"));
    let left = client::taptap_login(id, by_redirect(), Submit::default()).unwrap();
    let late = at_exchange(id, left);
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, left).status, status::SESSION_CHANGED);
    late.ok(&token("1/late", "public_profile"));
    assert_eq!(end(id, logout).status, status::OK);
    nothing_asked(id);
    assert_eq!((kid(id), stored(folder.path())), (None, (None, None)));
    client::destroy(id).unwrap();
}

#[test]
fn a_login_with_the_kept_token_is_given_up_at_each_of_its_steps() {
    for step in [Call::Refresh, Call::Profile, Call::Account] {
        for logout in [false, true] {
            let folder = folder();
            let id = make(folder.path());
            log_in(id, "1/kid", "lin");
            let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
            let mut ask = asked(id, Call::Refresh);
            if step != Call::Refresh {
                ask.ok(&token("1/new", "public_profile"));
                ask = asked(id, Call::Profile);
            }
            if step == Call::Account {
                ask.ok(&profile("lin"));
                ask = asked(id, Call::Account);
            }
            let expected = if logout {
                let logout = client::logout(id, false, Submit::default()).unwrap();
                assert_eq!(end(id, login).status, status::SESSION_CHANGED, "{step:?}");
                assert_eq!(end(id, logout).status, status::OK, "{step:?}");
                None
            } else {
                client::request_cancel(login).unwrap();
                assert_eq!(end(id, login).status, status::CANCELLED, "{step:?}");
                Some(if step == Call::Refresh { "1/kid" } else { "1/new" }.to_owned())
            };
            answer(ask);
            nothing_asked(id);
            // Whoever comes next has the turn.
            let guest = client::login_anonymously(id, Submit::default()).unwrap();
            asked(id, Call::Account).answer(200, &user("guest"));
            assert_eq!(end(id, guest).status, status::OK);
            assert_eq!(kid(id), expected, "{step:?}");
            assert_eq!(stored(folder.path()).0, expected, "{step:?}");
            client::destroy(id).unwrap();
        }
    }
}
