//! Login by a redirect that the engine catches, also by another run of the game.

use std::path::Path;

use tdsauth_core::client::{self, RequestText, Submit, TapTapLogin, Way, event};
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::browser::challenge;

use crate::kit::*;

fn redirect() -> TapTapLogin {
    TapTapLogin { way: Way::Redirect, ..TapTapLogin::default() }
}

struct Open {
    login: u64,
    state: String,
    challenge: String,
}

fn open(client: u64, login: TapTapLogin, account: bool) -> Open {
    let expected = login.redirect_uri.clone().unwrap_or("tapoauth://authorize".into());
    let login = match account {
        true => client::login_with_taptap(client, login, Submit::default()).unwrap(),
        false => client::taptap_login(client, login, Submit::default()).unwrap(),
    };
    progress(client, login, event::kind::TAPTAP_OPEN_URL);
    let url = text(login, RequestText::Url).unwrap();
    let part = |name: &str| {
        let (_, query) = url.split_once('?').unwrap();
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.map(unescape)
    };
    assert_eq!(part("redirect_uri"), Some(expected));
    assert_eq!(part("flow"), None);
    Open { login, state: part("state").unwrap(), challenge: part("code_challenge").unwrap() }
}

fn handle(client: u64, url: &str) -> Option<u64> {
    client::taptap_handle_url(client, Secret::new(url), Submit::default()).unwrap()
}

fn callback(open: &Open) -> String {
    format!("tapoauth://authorize?code=c0de&state={}", open.state)
}

/// The exchange and the profile.
fn finish(client: u64, open: &Open) {
    let ask = asked(client, Call::Exchange);
    assert_eq!(ask.form["code"], "c0de");
    assert_eq!(challenge(&Secret::new(ask.form["code_verifier"].as_str())), open.challenge);
    ask.ok(&token("1/kid", "public_profile"));
    asked(client, Call::Profile).ok(&profile("lin"));
}

/// Whether a login is stored that an URL could resume.
fn is_pending(folder: &Path, open: &Open) -> bool {
    let text = std::fs::read_dir(folder.join("app/default")).unwrap();
    text.map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|bytes| String::from_utf8_lossy(&bytes).contains(&open.state))
}

#[test]
fn the_url_that_comes_back_belongs_to_the_login_that_waits() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, redirect(), false);
    assert!(is_pending(folder.path(), &open), "on the disk before the page is opened");
    for foreign in [
        "https://page.example/authorize?code=c&state=s",
        "tapoauth://other?code=c&state=s",
        "tapoauth://authorize",
        "tapoauth://authorize?code=c",
        "ttother://authorize?code=c&state=s",
        "",
        "塔拉",
    ] {
        assert_eq!(handle(id, foreign), None, "{foreign}");
    }
    // Somebody else's state: that URL fails, and the login goes on.
    let other = handle(id, "tapoauth://authorize?code=c0de&state=0123").unwrap();
    assert_ne!(other, open.login);
    let event = end(id, other);
    assert_eq!((event.kind, event.status), (event::kind::TAPTAP_LOGIN, -411));
    assert!(is_pending(folder.path(), &open));

    assert_eq!(handle(id, &callback(&open)), Some(open.login));
    let again = handle(id, &callback(&open)).unwrap();
    assert_eq!(end(id, again).status, status::TAPTAP_NO_PENDING_LOGIN);
    assert!(!is_pending(folder.path(), &open), "taken once");
    finish(id, &open);
    let event = end(id, open.login);
    assert_eq!((event.kind, event.status, event.value), (event::kind::TAPTAP_LOGIN, 0, 1));
    assert_eq!(name(id).as_deref(), Some("lin"));
    let log = logged(id);
    for secret in ["c0de", open.state.as_str()] {
        assert!(!log.contains(secret), "{log}");
    }
    client::destroy(id).unwrap();
}

#[test]
fn the_engines_own_url_and_the_apps_scheme_lead_back_too() {
    let folder = folder();
    let id = make(folder.path());
    let own = "mygame://login/taptap";
    let login = TapTapLogin { redirect_uri: Some(own.into()), ..redirect() };
    let first = open(id, login.clone(), false);
    assert_eq!(handle(id, &format!("{own}?code=c0de&state={}", first.state)), Some(first.login));
    let ask = asked(id, Call::Exchange);
    assert_eq!(ask.form["redirect_uri"], own);
    ask.refuse(400, "invalid_grant");
    assert_eq!(end(id, first.login).status, status::TAPTAP_INVALID_GRANT);
    let second = open(id, login, false);
    let app = format!("tt{CLIENT_ID}://login?is_cancelled=1&state={}", second.state);
    assert_eq!(handle(id, &app), Some(second.login));
    assert_eq!(end(id, second.login).status, status::TAPTAP_DENIED);
    assert!(!is_pending(folder.path(), &second));
    client::destroy(id).unwrap();
}

#[test]
fn another_run_of_the_game_resumes_the_login() {
    for account in [false, true] {
        let folder = folder();
        let uri = Some("mygame://login".to_owned());
        let id = make(folder.path());
        let open = open(id, TapTapLogin { redirect_uri: uri, ..redirect() }, account);
        client::destroy(id).unwrap();
        assert!(is_pending(folder.path(), &open));

        let id = make(folder.path());
        let wrong = handle(id, "mygame://login?code=c0de&state=0123").unwrap();
        assert_eq!(end(id, wrong).status, status::TAPTAP_NO_PENDING_LOGIN);
        assert!(is_pending(folder.path(), &open), "a wrong state does not consume it");
        let resumed = handle(id, &format!("mygame://login?code=c0de&state={}", open.state));
        let resumed = resumed.unwrap();
        finish(id, &open);
        let kind = match account {
            true => {
                asked(id, Call::Account).answer(200, &user("1"));
                event::kind::LOGIN
            }
            false => event::kind::TAPTAP_LOGIN,
        };
        let event = end(id, resumed);
        assert_eq!((event.kind, event.status), (kind, status::OK));
        assert_eq!(event.value, i64::from(!account));
        assert!(!is_pending(folder.path(), &open));
        assert_eq!(name(id).as_deref(), Some("lin"));
        client::destroy(id).unwrap();
    }
}

#[test]
fn of_two_clients_only_one_gets_the_login() {
    let folder = folder();
    let (one, two) = (make(folder.path()), make(folder.path()));
    let open = open(one, redirect(), false);
    let resumed = handle(two, &callback(&open)).unwrap();
    asked(two, Call::Exchange).refuse(400, "invalid_grant");
    assert_eq!(end(two, resumed).status, status::TAPTAP_INVALID_GRANT);
    assert_eq!(handle(one, &callback(&open)), Some(open.login));
    assert_eq!(end(one, open.login).status, status::TAPTAP_NO_PENDING_LOGIN);
    nothing_asked(one);
    client::destroy(one).unwrap();
    client::destroy(two).unwrap();
}

#[test]
fn a_login_that_ends_takes_its_pending_part_along() {
    let folder = folder();
    let id = make(folder.path());
    let cancelled = open(id, redirect(), false);
    client::request_cancel(cancelled.login).unwrap();
    assert_eq!(end(id, cancelled.login).status, status::CANCELLED);
    let late = handle(id, &callback(&cancelled)).unwrap();
    assert_eq!(end(id, late).status, status::TAPTAP_NO_PENDING_LOGIN);
    assert!(!is_pending(folder.path(), &cancelled));

    let left = open(id, redirect(), false);
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, left.login).status, status::SESSION_CHANGED);
    assert_eq!(end(id, logout).status, status::OK);
    assert!(!is_pending(folder.path(), &left));

    // One that was stored by an earlier run goes with a logout as well.
    let stored = open(id, redirect(), true);
    client::destroy(id).unwrap();
    let id = make(folder.path());
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, logout).status, status::OK);
    assert!(!is_pending(folder.path(), &stored));
    client::destroy(id).unwrap();
}

#[test]
fn a_login_of_long_ago_is_not_resumed() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, redirect(), false);
    client::destroy(id).unwrap();
    // Under another client id it is as good as expired; and it is gone.
    let other =
        client::Options { taptap_client_id: Some("another".to_owned()), ..options(folder.path()) };
    let id = client::create(other).unwrap();
    let resumed = handle(id, &callback(&open)).unwrap();
    assert_eq!(end(id, resumed).status, status::TAPTAP_EXPIRED);
    nothing_asked(id);
    assert!(!is_pending(folder.path(), &open));
    client::destroy(id).unwrap();
}
