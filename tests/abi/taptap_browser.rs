//! TapTap login by the browser of the machine: the test plays the browser, and whoever else may
//! talk to the listener.

#![cfg(feature = "tls")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::common::api::{
    self, EVENT_TAPTAP_LOGIN, EVENT_TAPTAP_OPEN_URL, LANGUAGE_EN, LANGUAGE_ZH_HANS, REGION_CN,
    WAY_BROWSER, api,
};
use crate::common::client::{Client, Setup, eventually};
use crate::common::memory_folder as folder;
use crate::common::taptap::{Answer, Login, TapTap, http, page, raw, text};

/// A login that waits for its browser, and the page it wants to be opened.
fn opened(client: &Client, login: &Login) -> (u64, String) {
    let request = client.taptap_login(login);
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    (request, page(request))
}

/// The value of a parameter of a page, decoded.
fn parameter(page: &str, name: &str) -> String {
    let query = page.split_once('?').expect("a query").1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find(|(it, _)| *it == name).expect("the parameter").1;
    value.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",")
}

fn login() -> Login {
    Login::by(WAY_BROWSER)
}

#[test]
fn the_player_allows_on_the_page() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let request = client.taptap_login(&login());
    let event = client.step(request, EVENT_TAPTAP_OPEN_URL);
    assert_eq!(event.flags, api::FLAG_MORE);
    assert!((590..=600).contains(&event.value), "ten minutes: {}", event.value);
    let page = page(request);
    assert!(page.starts_with(&format!("{}/authorize?", taptap.url())), "{page}");
    assert_eq!(text(request, api::REQUEST_QR_TEXT), Err(api::NONE), "that is another way in");
    assert_eq!(parameter(&page, "flow"), "pc_localhost");
    assert_eq!(parameter(&page, "code_challenge_method"), "S256");
    assert_eq!(parameter(&page, "code_challenge").len(), 43);
    assert!(parameter(&page, "state").len() >= 32, "128 bits");
    let redirect = parameter(&page, "redirect_uri");
    let port = redirect.strip_prefix("http://127.0.0.1:").expect("its own listener");
    assert!(port.ends_with("/authorize"), "{redirect}");

    let back = taptap.browse(&page, "allow", "lin");
    assert!(back.starts_with(&redirect), "{back}");
    let answer = http("GET", &back, &[], "");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("You can return to the game"), "{}", answer.body);
    assert!(!answer.body.contains("script"), "nothing that runs");
    assert_eq!(client.step(request, EVENT_TAPTAP_LOGIN).value, 1);
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
    assert!(TcpStream::connect(address(&redirect)).is_err(), "nobody listens any more");
}

fn address(redirect: &str) -> &str {
    redirect.trim_start_matches("http://").split('/').next().expect("host and port")
}

#[test]
fn the_player_refuses_on_the_page() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let back = taptap.browse(&page, "deny", "lin");
    assert!(back.contains("error=access_denied"), "{back}");
    assert_eq!(http("GET", &back, &[], "").status, 200);
    let event = client.finish(request);
    assert_eq!((event.status, event.flags), (api::TAPTAP_DENIED, api::FLAG_NEEDS_PLAYER));
    client.taptap_player(&taptap);
}

#[test]
fn the_last_page_speaks_the_language_of_the_game() {
    let (taptap, folder) = (TapTap::start(), folder());
    let (english, chinese) = ("You can return to the game", "可以返回游戏了");
    for (region, language, expected) in [
        (0, 0, english),
        (REGION_CN, 0, chinese),
        (REGION_CN, LANGUAGE_EN, english),
        (0, LANGUAGE_ZH_HANS, chinese),
    ] {
        let client = Setup { region, ..taptap.setup(folder.path()) }.open();
        let flags = api::TAPTAP_FRESH;
        let (request, page) = opened(&client, &Login { language, flags, ..login() });
        let shown = http("GET", &taptap.browse(&page, "allow", "lin"), &[], "");
        assert!(shown.body.contains(expected), "{region} {language}: {}", shown.body);
        client.step(request, EVENT_TAPTAP_LOGIN);
    }
    let client = taptap.setup(folder.path()).open();
    let odd = client.try_taptap_login(&Login { language: 3, ..login() });
    assert_eq!(odd.expect_err("no language").status, api::INVALID_ARGUMENT);
}

/// Web pages ask before they call this machine, and call it by image or by redirect.
#[test]
fn the_page_may_call_back_from_a_script() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let flags = api::TAPTAP_FRESH;
    for (mode, status) in [("gif", 200), ("redirect", 302), ("cors", 200)] {
        let (request, page) = opened(&client, &Login { flags, ..login() });
        let back = taptap.browse(&page, "allow", "lin");
        let asked = http("OPTIONS", &back, &["Origin: https://accounts.taptap.cn"], "");
        assert_eq!(asked.status, 204);
        for (name, value) in [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", "GET, OPTIONS"),
            ("Access-Control-Allow-Private-Network", "true"),
        ] {
            assert_eq!(asked.header(name), Some(value));
        }
        let called = http("GET", &format!("{back}&mode={mode}"), &[], "");
        assert_eq!(called.status, status);
        assert_eq!(called.header("Access-Control-Allow-Origin"), Some("*"));
        match mode {
            "gif" => assert!(called.body.starts_with("GIF89a")),
            "redirect" => {
                let wake = called.header("Location").expect("the game");
                assert!(wake.starts_with("open-taptap-"), "{wake}");
                assert!(!wake.contains("code"), "no secret on the way: {wake}");
            }
            _ => {}
        }
        client.step(request, EVENT_TAPTAP_LOGIN);
    }
}

#[test]
fn whatever_is_not_the_answer_is_ignored() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let redirect = parameter(&page, "redirect_uri");
    let address = address(&redirect);
    let back = taptap.browse(&page, "allow", "lin");
    let target = back.trim_start_matches("http://").trim_start_matches(address);
    let get = |target: &str, host: &str| {
        raw(address, format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
    };
    let state = parameter(&back, "state");
    let refused = |answer: &Answer| (400..500).contains(&answer.status);
    for wrong in [
        "/favicon.ico".to_owned(),
        "/".to_owned(),
        "/authorize".to_owned(),
        "/authorize?code=x".to_owned(),
        format!("/authorize?state={state}"),
        "/authorize?code=x&state=00000000000000000000000000000000".to_owned(),
        "/authorize?error=access_denied&state=".to_owned(),
        format!("/authorize?code=x&code=y&state={state}"),
        target.replace("/authorize", "/elsewhere"),
        format!("{target}&state=x"),
    ] {
        assert!(refused(&get(&wrong, address)), "{wrong}");
    }
    // A page under a name of its own that leads to this machine.
    for host in ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", ""] {
        assert!(refused(&get(target, host)), "Host: {host}");
    }
    let post =
        raw(address, format!("POST {target} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes());
    assert!(refused(&post));
    let twice = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nHost: {address}\r\n\r\n");
    assert!(refused(&raw(address, twice.as_bytes())));
    let padding = "x".repeat(9000);
    let large = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nA: {padding}\r\n\r\n");
    let large = raw(address, large.as_bytes());
    assert!(large.status == 0 || refused(&large), "more than 8 KiB");
    assert!(refused(&raw(address, b"\x16\x03\x01\x02\x00\r\n\r\n")), "no HTTP at all");

    assert_eq!(http("GET", &back, &[], "").status, 200);
    client.step(request, EVENT_TAPTAP_LOGIN);
}

/// The listener holds eight connections; whoever comes when it is full takes the place of the
/// oldest, so that nobody shuts the answer out.
#[test]
fn idle_connections_do_not_shut_the_answer_out() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let redirect = parameter(&page, "redirect_uri");
    let mut idle: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(address(&redirect)).expect("a listener");
            stream.write_all(b"GET /auth").expect("it is heard");
            stream
        })
        .collect();
    let back = taptap.browse(&page, "allow", "lin");
    assert_eq!(http("GET", &back, &[], "").status, 200);
    client.step(request, EVENT_TAPTAP_LOGIN);
    for stream in &mut idle {
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        // Closed, in whatever way.
        let _ = stream.read(&mut [0; 1]);
    }
}

#[test]
fn an_answer_with_a_wrong_state_is_not_believed() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    taptap.next("authorize", 1, &serde_json::json!({ "fault": "wrong_state" }));
    let forged = taptap.browse(&page, "allow", "mei");
    assert_eq!(http("GET", &forged, &[], "").status, 404);
    let back = taptap.browse(&page, "allow", "lin");
    http("GET", &back, &[], "");
    client.step(request, EVENT_TAPTAP_LOGIN);
    assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
}

/// The port is free as soon as nobody waits for it, and its thread is gone.
#[test]
fn the_listener_ends_with_its_login() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let gone = |page: &str| {
        let redirect = parameter(page, "redirect_uri");
        eventually(|| TcpStream::connect(address(&redirect)).is_err().then_some(()));
    };
    let (cancelled, page) = opened(&client, &login());
    assert_eq!(api().tdsauth_request_cancel(cancelled), api::OK);
    assert_eq!(client.finish(cancelled).status, api::CANCELLED);
    gone(&page);
    let (late, page) = opened(&client, &Login { timeout_ms: 300, ..login() });
    assert_eq!(client.finish(late).status, api::TIMED_OUT);
    gone(&page);
    let (left, page) = opened(&client, &login());
    assert_eq!(api().tdsauth_taptap_renew_qr(left), api::INVALID_ARGUMENT, "it shows none");
    client.succeed(client.logout(false));
    assert_eq!(client.end(left).status, api::SESSION_CHANGED);
    gone(&page);
    let (_, page) = opened(&client, &login());
    drop(client);
    gone(&page);
}

#[test]
fn a_code_that_taptap_does_not_take_is_no_login() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let (request, page) = opened(&client, &login());
    let back = taptap.browse(&page, "allow", "lin");
    let code = parameter(&back, "code");
    let forged = back.replace(&code, "a-code-of-somebody-else");
    assert_eq!(http("GET", &forged, &[], "").status, 200, "its state is right");
    assert_eq!(client.finish(request).status, api::TAPTAP_INVALID_GRANT);
    assert_eq!(client.taptap_token(api::TOKEN_KID), Err(api::NONE));
}
