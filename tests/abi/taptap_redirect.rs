//! TapTap login by a URL that the engine catches, also when the system ended the game meanwhile.

#![cfg(feature = "tls")]

use crate::common::api::{
    self, EVENT_TAPTAP_LOGIN, EVENT_TAPTAP_OPEN_URL, WAY_BROWSER, WAY_REDIRECT, api,
};
use crate::common::client::{Client, message};
use crate::common::memory_folder as folder;
use crate::common::taptap::{Login, TapTap, page};

fn login() -> Login {
    Login::by(WAY_REDIRECT)
}

fn opened(client: &Client, login: &Login) -> (u64, String) {
    let request = client.taptap_login(login);
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    (request, page(request))
}

/// The status in which a URL that nobody waits for ends.
fn unwanted(client: &Client, url: &str) -> i32 {
    let request = client.handle_url(url).expect("taken").expect("a URL of TapTap's");
    let status = client.finish(request).status;
    assert_eq!(api().tdsauth_request_release(request), api::OK);
    status
}

#[test]
fn the_url_goes_to_the_login_that_waits() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    assert!(!page.contains("flow="), "nobody listens: {page}");
    let back = taptap.browse(&page, "allow", "lin");
    assert!(back.starts_with("tapoauth://authorize?"), "{back}");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request), "the same one");
    let event = client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!((event.value, event.user_data), (1, 7));
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
    assert_eq!(unwanted(&client, &back), api::TAPTAP_NO_PENDING_LOGIN, "it served once");
}

#[test]
fn the_player_may_refuse() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let back = taptap.browse(&page, "deny", "lin");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    assert_eq!(client.finish(request).status, api::TAPTAP_DENIED);
    // What iOS says when the player turned back in the TapTap app.
    let (request, page) = opened(&client, &login());
    let state = page.split("state=").nth(1).and_then(|it| it.split('&').next()).expect("a state");
    let back = format!("tt{}://login?is_cancelled=1&state={state}", client_id(&taptap));
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    assert_eq!(client.finish(request).status, api::TAPTAP_DENIED);
}

fn client_id(taptap: &TapTap) -> String {
    taptap.state()["client_id"].as_str().expect("its client id").to_owned()
}

/// The system ends the game while the player is in the browser; the next run gets the URL.
#[test]
fn a_login_outlives_the_game() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let before = setup.open();
    let (_, page) = opened(&before, &login());
    drop(before);
    let back = taptap.browse(&page, "allow", "lin");

    let after = setup.open();
    assert!(after.taptap_token(api::TOKEN_KID).is_err());
    let request = after.handle_url(&back).expect("taken").expect("a request of its own");
    let event = after.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!((event.value, event.user_data), (1, 9), "with what was handed along now");
    assert_eq!(after.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
    assert_eq!(unwanted(&after, &back), api::TAPTAP_NO_PENDING_LOGIN, "it served once");
    drop(after);
    assert_eq!(unwanted(&setup.open(), &back), api::TAPTAP_NO_PENDING_LOGIN);
}

#[test]
fn urls_that_are_none_of_ours_are_left_alone() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    for url in [
        "mygame://invite?code=1&state=2",
        "https://example.com/authorize?code=1&state=2",
        "tapoauth://elsewhere?code=1&state=2",
        "ttanother-client://authorize?code=1&state=2",
        "tapoauth://authorize",
        "tapoauth://authorize?code=1",
        "not a url",
        "",
    ] {
        assert_eq!(client.handle_url(url).expect("no failure"), None, "{url}");
    }
    let long = format!("tapoauth://authorize?code={}", "x".repeat(8192));
    assert_eq!(client.handle_url(&long).expect_err("too long").status, api::INVALID_ARGUMENT);
    assert_eq!(client.stats().live_requests, 0);
}

#[test]
fn a_forged_answer_takes_nothing_away() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let forged = "tapoauth://authorize?code=x&state=00112233445566778899aabbccddeeff";
    assert_eq!(unwanted(&client, forged), api::TAPTAP_NO_PENDING_LOGIN, "nobody waits");
    let (request, page) = opened(&client, &login());
    assert_eq!(unwanted(&client, forged), api::TAPTAP_NO_PENDING_LOGIN, "for another one");
    let back = taptap.browse(&page, "allow", "lin");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    client.step(request, EVENT_TAPTAP_LOGIN);
}

#[test]
fn redirect_uri() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let redirect_uri = format!("tt{}://authorize", client_id(&taptap));
    let (request, page) = opened(&client, &Login { redirect_uri: redirect_uri.clone(), ..login() });
    let back = taptap.browse(&page, "allow", "lin");
    assert!(back.starts_with(&redirect_uri), "{back}");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    client.step(request, EVENT_TAPTAP_LOGIN);
    for odd in ["authorize", "tapoauth://authorize?x=1", "tapoauth://a b", "tapoauth://a#b"] {
        let login = Login { redirect_uri: odd.to_owned(), ..login() };
        let error = client.try_taptap_login(&login).expect_err("no such place");
        assert_eq!(error.status, api::INVALID_ARGUMENT, "{odd}");
    }
    let browser = Login { redirect_uri, ..Login::by(WAY_BROWSER) };
    let error = client.try_taptap_login(&browser).expect_err("the library's own");
    assert_eq!(error.status, api::INVALID_ARGUMENT);
}

#[test]
fn a_login_that_ended_waits_for_nothing() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    let client = setup.open();
    // Cancelled, too late, or logged out: the answer that comes afterwards is nobody's.
    let (cancelled, page) = opened(&client, &login());
    assert_eq!(api().tdsauth_request_cancel(cancelled), api::OK);
    assert_eq!(client.finish(cancelled).status, api::CANCELLED);
    let back = taptap.browse(&page, "allow", "lin");
    assert_eq!(unwanted(&client, &back), api::TAPTAP_NO_PENDING_LOGIN);
    let (late, page) = opened(&client, &Login { timeout_ms: 200, ..login() });
    assert_eq!(client.finish(late).status, api::TIMED_OUT);
    let back = taptap.browse(&page, "allow", "lin");
    assert_eq!(unwanted(&client, &back), api::TAPTAP_NO_PENDING_LOGIN);
    let (left, page) = opened(&client, &login());
    client.succeed(client.logout(false));
    assert_eq!(client.end(left).status, api::SESSION_CHANGED, "{}", message(left));
    let back = taptap.browse(&page, "allow", "lin");
    assert_eq!(unwanted(&client, &back), api::TAPTAP_NO_PENDING_LOGIN);
    drop(client);
    assert_eq!(unwanted(&setup.open(), &back), api::TAPTAP_NO_PENDING_LOGIN);
}

/// What waits for the player is as secret as a token.
#[cfg(unix)]
#[test]
fn what_waits_is_on_disk_for_the_player_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let state = page.split("state=").nth(1).and_then(|it| it.split('&').next()).expect("a state");
    let holding = |text: &str| -> Vec<std::path::PathBuf> {
        let files = crate::common::taptap::files(folder.path());
        files.into_iter().filter(|(_, bytes)| bytes.contains(text)).map(|(path, _)| path).collect()
    };
    let before = holding(state);
    assert!(!before.is_empty(), "it is there");
    for file in before {
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(client.handle_url(&taptap.browse(&page, "allow", "lin")).unwrap(), Some(request));
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!(holding(state), [] as [std::path::PathBuf; 0], "and gone");
}
