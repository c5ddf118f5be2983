//! Login in the system's browser: the listener on this machine, and what it does not fall for.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use tdsauth_core::client::{self, Language, Region, RequestText, Submit, TapTapLogin, Way, event};
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::browser::challenge;

use crate::kit::*;

/// A login that waits for the browser.
struct Open {
    client: u64,
    login: u64,
    port: u16,
    state: String,
    challenge: String,
}

fn browser() -> TapTapLogin {
    TapTapLogin { way: Way::Browser, ..TapTapLogin::default() }
}

fn open(client: u64, login: TapTapLogin, timeout_ms: u32) -> Open {
    let submit = Submit { user_data: 0, timeout_ms };
    let login = client::taptap_login(client, login, submit).unwrap();
    let event = progress(client, login, event::kind::TAPTAP_OPEN_URL);
    let whole = if timeout_ms == 0 { 600 } else { i64::from(timeout_ms).div_euclid(1000) };
    assert!((whole - 60..=whole).contains(&event.value), "{event:?}");
    let url = text(login, RequestText::Url).unwrap();
    let part = |name: &str| query_part(&url, name);
    assert!(url.starts_with("https://page.example/authorize?"));
    assert_eq!(part("client_id"), CLIENT_ID);
    assert_eq!(part("response_type"), "code");
    assert_eq!(part("code_challenge_method"), "S256");
    assert_eq!(part("scope"), "public_profile");
    assert_eq!(part("flow"), "pc_localhost");
    let redirect = part("redirect_uri");
    let port = redirect.strip_prefix("http://127.0.0.1:").unwrap();
    let port = port.strip_suffix("/authorize").unwrap().parse().unwrap();
    let state = part("state");
    assert!(state.len() >= 32, "{state}");
    Open { client, login, port, state, challenge: part("code_challenge") }
}

impl Open {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(LONG).unwrap();
        stream
    }

    /// Sends these bytes and reads to the end. A connection that is reset was given no answer.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let mut answer = Vec::new();
        if stream.write_all(bytes).is_ok() {
            let _ = stream.read_to_end(&mut answer);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn ask(&self, method: &str, target: &str) -> String {
        let host = format!("127.0.0.1:{}", self.port);
        self.raw(format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
    }

    fn call_back(&self, more: &str) -> String {
        self.ask("GET", &format!("/authorize?code=c0de&state={}{more}", self.state))
    }

    /// The exchange follows, with what was announced to the page.
    fn finish(&self) {
        let ask = asked(self.client, Call::Exchange);
        assert_eq!(ask.form["code"], "c0de");
        assert_eq!(ask.form["redirect_uri"], format!("http://127.0.0.1:{}/authorize", self.port));
        let verifier = Secret::new(ask.form["code_verifier"].as_str());
        assert!(verifier.expose().len() >= 43);
        assert_eq!(challenge(&verifier), self.challenge);
        ask.ok(&token("1/kid", "public_profile"));
        asked(self.client, Call::Profile).ok(&profile("lin"));
        let event = end(self.client, self.login);
        assert_eq!((event.status, event.value), (status::OK, 1));
    }

    /// Nobody listens any more, soon.
    fn is_closed(&self) {
        let patience = Instant::now() + LONG.unwrap();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
            assert!(Instant::now() < patience, "still listening");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn query_part(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    unescape(pair.unwrap_or_else(|| panic!("no {name}")))
}

#[test]
fn the_browser_comes_back_with_a_code() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, browser(), 0);
    let page = open.call_back("");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "Access-Control-Allow-Origin: *",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    ] {
        assert!(page.contains(&format!("\r\n{header}\r\n")), "{header} in {page}");
    }
    assert!(page.contains("<html lang=\"en\">") && page.contains("You can return to the game"));
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains(&open.state));
    open.finish();
    open.is_closed();
    let log = logged(id);
    for secret in ["c0de", open.state.as_str(), "1/kid"] {
        assert!(!log.contains(secret), "{log}");
    }
    client::destroy(id).unwrap();
}

#[test]
fn the_page_speaks_the_games_language() {
    let folder = folder();
    let id = client::create(client::Options { region: Region::Cn, ..options(folder.path()) });
    let id = id.unwrap();
    for (language, expected) in [
        (Language::Default, "可以返回游戏了"),
        (Language::ZhHans, "可以返回游戏了"),
        (Language::En, "You can return to the game"),
    ] {
        for (answer, ending) in [("code=c", None), ("error=access_denied", Some(()))] {
            let open = open(id, TapTapLogin { language, fresh: true, ..browser() }, 0);
            let page = open.ask("GET", &format!("/authorize?{answer}&state={}", open.state));
            assert!(page.contains(expected), "{page}");
            match ending {
                None => {
                    asked(id, Call::Exchange).refuse(400, "invalid_grant");
                    assert_eq!(end(id, open.login).status, status::TAPTAP_INVALID_GRANT);
                }
                Some(()) => assert_eq!(end(id, open.login).status, status::TAPTAP_DENIED),
            }
        }
    }
    client::destroy(id).unwrap();
}

#[test]
fn the_three_ways_of_the_pages_script_are_answered() {
    let folder = folder();
    let id = make(folder.path());
    let first = open(id, TapTapLogin { fresh: true, ..browser() }, 0);
    let gif = first.call_back("&mode=gif");
    assert!(gif.contains("\r\nContent-Type: image/gif\r\n") && gif.contains("GIF89a"), "{gif}");
    assert!(gif.contains("\r\nAccess-Control-Allow-Origin: *\r\n"));
    first.finish();
    let second = open(id, TapTapLogin { fresh: true, ..browser() }, 0);
    let redirect = second.call_back("&mode=redirect");
    assert!(redirect.starts_with("HTTP/1.1 302 Found\r\n"), "{redirect}");
    assert!(redirect.contains("\r\nLocation: open-taptap-tapid://authorize\r\n"), "{redirect}");
    second.finish();
    let third = open(id, TapTapLogin { fresh: true, ..browser() }, 0);
    assert!(third.call_back("&mode=other").contains("text/html"));
    third.finish();
    client::destroy(id).unwrap();
}

#[test]
fn nothing_but_the_right_state_ends_it() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, browser(), 0);
    let state = open.state.as_str();
    let wrong = "0".repeat(state.len());
    let preflight = open.ask("OPTIONS", "/authorize?code=x");
    assert!(preflight.starts_with("HTTP/1.1 204"), "{preflight}");
    for header in [
        "Access-Control-Allow-Origin: *",
        "Access-Control-Allow-Methods: GET, OPTIONS",
        "Access-Control-Allow-Headers: *",
        "Access-Control-Allow-Private-Network: true",
    ] {
        assert!(preflight.contains(&format!("\r\n{header}\r\n")), "{header} in {preflight}");
    }
    for (method, target) in [
        ("GET", "/favicon.ico".to_owned()),
        ("GET", "/".to_owned()),
        ("GET", format!("/authorize/?code=c&state={state}")),
        ("GET", format!("/other?code=c&state={state}")),
        ("GET", format!("http://127.0.0.1/authorize?code=c&state={state}")),
        ("GET", "/authorize".to_owned()),
        ("GET", "/authorize?code=c".to_owned()),
        ("GET", format!("/authorize?state={state}")),
        ("GET", format!("/authorize?code=c&state={wrong}")),
        ("GET", format!("/authorize?code=c&state={state}x")),
        ("GET", format!("/authorize?code=c&state={wrong}&state={state}")),
        ("GET", format!("/authorize?error=access_denied&state={wrong}")),
        ("GET", "/authorize?error=access_denied".to_owned()),
        ("POST", format!("/authorize?code=c&state={state}")),
        ("HEAD", format!("/authorize?code=c&state={state}")),
        ("OPTIONS", "/".to_owned()),
    ] {
        let answer = open.ask(method, &target);
        assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{method} {target}: {answer}");
        assert!(!answer.contains("Access-Control"), "{answer}");
    }
    let line = format!("GET /authorize?code=c&state={state} HTTP/1.1\r\n");
    let own = format!("Host: 127.0.0.1:{}\r\n", open.port);
    for (expected, request) in [
        ("404", format!("{line}Host: evil.example:{}\r\n\r\n", open.port)),
        ("404", format!("{line}Host: localhost:{}\r\n\r\n", open.port)),
        ("404", format!("{line}Host: 127.0.0.1\r\n\r\n")),
        ("400", format!("{line}\r\n")),
        ("400", format!("{line}{own}{own}\r\n")),
        ("400", format!("{line}{own}what is this\r\n\r\n")),
        ("400", format!("GET /authorize?code=c&state={state}\r\n{own}\r\n")),
        ("400", "\r\n\r\n".to_owned()),
        ("400", "\u{e9}\u{0}\r\n\r\n".to_owned()),
    ] {
        let answer = open.raw(request.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{request}: {answer}");
    }
    // More than 8 KiB: no answer reaches everybody, and it is not read to its end.
    let large = open.raw(format!("{line}{own}X: {}\r\n\r\n", "x".repeat(1 << 20)).as_bytes());
    assert!(!large.contains("200"), "{large}");
    assert!(client::poll(id).unwrap().is_none(), "the login goes on");
    nothing_asked(id);
    open.call_back("");
    open.finish();
    open.is_closed();
    client::destroy(id).unwrap();
}

#[test]
fn slow_and_idle_connections_do_not_keep_the_callback_out() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, browser(), 0);
    let mut slow: Vec<TcpStream> = (0..8).map(|_| open.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /authorize?code=c0de&st").unwrap();
    }
    // The ninth is answered, and it was the oldest that had to go.
    assert!(open.ask("GET", "/favicon.ico").starts_with("HTTP/1.1 404"));
    let mut rest = Vec::new();
    assert!(matches!(slow[0].read_to_end(&mut rest), Ok(0) | Err(_)));
    // The others were not harmed: a request may come in pieces.
    let last = &mut slow[7];
    last.write_all(format!("ate={} HTTP/1.1\r\nHost: 127.0.", open.state).as_bytes()).unwrap();
    last.write_all(format!("0.1:{}\r\n\r\n", open.port).as_bytes()).unwrap();
    last.read_to_end(&mut rest).unwrap();
    assert!(rest.starts_with(b"HTTP/1.1 200 OK\r\n"));
    open.finish();
    client::destroy(id).unwrap();
}

#[test]
fn a_connection_that_says_nothing_is_closed_after_a_while() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, browser(), 0);
    let mut idle = open.connect();
    let mut rest = Vec::new();
    assert!(matches!(idle.read_to_end(&mut rest), Ok(0) | Err(_)));
    assert!(client::poll(id).unwrap().is_none(), "the login goes on");
    open.call_back("");
    open.finish();
    client::destroy(id).unwrap();
}

#[test]
fn of_two_callbacks_the_first_one_counts() {
    let folder = folder();
    let id = make(folder.path());
    let open = open(id, browser(), 0);
    let first = open.call_back("");
    let (mut one, two) = (first.starts_with("HTTP/1.1 200"), open.port);
    // The port is closed or closing: whoever still gets in gets no second say.
    if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, two)) {
        let target = format!("/authorize?error=access_denied&state={}", open.state);
        let host = format!("127.0.0.1:{two}");
        let _ =
            stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        one &= !answer.starts_with("HTTP/1.1 200");
    }
    assert!(one);
    open.finish();
    client::destroy(id).unwrap();
}

#[test]
fn the_listener_ends_with_its_login_and_with_its_client() {
    let folder = folder();
    let id = make(folder.path());
    let first = open(id, browser(), 0);
    client::request_cancel(first.login).unwrap();
    let second = open(id, browser(), 0);
    assert_eq!(end(id, first.login).status, status::CANCELLED);
    first.is_closed();
    client::request_release(second.login).unwrap();
    second.is_closed();
    let third = open(id, browser(), 3000);
    assert_eq!(end(id, third.login).status, status::TIMED_OUT);
    third.is_closed();
    let fourth = open(id, browser(), 0);
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, fourth.login).status, status::SESSION_CHANGED);
    assert_eq!(end(id, logout).status, status::OK);
    fourth.is_closed();
    let fifth = open(id, browser(), 0);
    client::destroy(id).unwrap();
    fifth.is_closed();
}
