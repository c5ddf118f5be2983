//! The machine of a login by QR code, under scripted and under random answers.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};
use tdsauth_core::error::{Error, status};
use tdsauth_core::taptap::{DeviceCode, DeviceFlow, Polled, Step, Token};
use tdsauth_core::transport::{Request, Response};

use crate::{answer, endpoint, form, refusal, token_data, wrapped};

fn code(interval: u64, expires_in: u64) -> DeviceCode {
    let data = json!({
        "device_code": "s3cret-device", "qrcode_url": "q",
        "interval": interval, "expires_in": expires_in,
    });
    DeviceCode::read(&answer(200, &data)).unwrap()
}

const SECOND: Duration = Duration::from_secs(1);

/// Waits as the machine says until it polls. The moments are made up.
fn until_poll(flow: &mut DeviceFlow, now: &mut Instant) -> Result<Request, Error> {
    loop {
        match flow.step(&endpoint(), *now) {
            Step::Poll(request) => return Ok(request),
            Step::Wait(until) => {
                assert!(until > *now, "a wait for a moment that has passed");
                *now = until;
            }
            Step::Polling => panic!("two polls at once"),
            Step::Over(error) => return Err(error),
        }
    }
}

fn refused(http: u16, name: &str) -> Result<Response, Error> {
    Ok(answer(http, &refusal(name)))
}

fn confirmed() -> Result<Response, Error> {
    Ok(answer(200, &wrapped(&token_data())))
}

#[test]
fn the_calls_are_those_of_the_contract() {
    let ask = endpoint().device_code("public_profile,email");
    assert_eq!(
        (ask.method, ask.url.as_str()),
        ("POST", "https://accounts.tapapis.cn/oauth2/v1/device/code")
    );
    let wanted = [
        ("client_id", "demo-client"),
        ("response_type", "device_code"),
        ("scope", "public_profile,email"),
    ];
    assert_eq!(form(&ask), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let poll = endpoint().poll(&code(1, 300));
    assert_eq!(
        (poll.method, poll.url.as_str()),
        ("POST", "https://accounts.tapapis.cn/oauth2/v1/token")
    );
    let wanted = [
        ("grant_type", "device_token"),
        ("client_id", "demo-client"),
        ("secret_type", "hmac-sha-1"),
        ("code", "s3cret-device"),
    ];
    assert_eq!(form(&poll), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let header =
        |name: &str| poll.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    assert_eq!(header("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(header("User-Agent"), Some("tdsauth/0"));
    assert!(header("Authorization").is_none());
}

#[test]
fn pending_scanned_confirmed() {
    let start = Instant::now();
    let mut now = start;
    let mut flow = DeviceFlow::new(code(2, 300), "public_profile", now);
    assert_eq!(flow.expires(), start + 300 * SECOND);
    until_poll(&mut flow, &mut now).unwrap();
    assert_eq!(now, start + 2 * SECOND);
    assert!(matches!(flow.step(&endpoint(), now), Step::Polling));
    now += SECOND;
    assert!(matches!(flow.answered(&refused(400, "authorization_pending"), now), Polled::Nothing));
    until_poll(&mut flow, &mut now).unwrap();
    // Two seconds after the answer, not after the question.
    assert_eq!(now, start + 5 * SECOND);
    let waiting = refused(400, "oauth2.tapapis.com.AUTHORIZATION_WAITING");
    assert!(matches!(flow.answered(&waiting, now), Polled::Scanned));
    until_poll(&mut flow, &mut now).unwrap();
    assert!(matches!(flow.answered(&waiting, now), Polled::Nothing));
    until_poll(&mut flow, &mut now).unwrap();
    // Back to pending and scanned once more: reported once all the same.
    flow.answered(&refused(400, "authorization_pending"), now);
    until_poll(&mut flow, &mut now).unwrap();
    assert!(matches!(flow.answered(&waiting, now), Polled::Nothing));
    until_poll(&mut flow, &mut now).unwrap();
    let Polled::Token(token) = flow.answered(&confirmed(), now) else { panic!() };
    assert_eq!(token, Token::import(&token_data().to_string()).unwrap());
}

#[test]
fn slow_down_adds_five_seconds_each_time() {
    let mut now = Instant::now();
    let mut flow = DeviceFlow::new(code(2, 300), "s", now);
    for (answer, wanted) in [
        (refused(400, "slow_down"), 7),
        (refused(400, "authorization_pending"), 7),
        (refused(400, "SLOW_DOWN"), 12),
        (refused(429, "too_many_login_attempts"), 17),
        (Ok(Response { status: 429, ..Response::default() }), 22),
        (refused(500, "server_error"), 22),
    ] {
        until_poll(&mut flow, &mut now).unwrap();
        assert!(matches!(flow.answered(&answer, now), Polled::Nothing));
        let before = now;
        let Step::Wait(until) = flow.step(&endpoint(), now) else { panic!() };
        assert_eq!(until - before, wanted * SECOND);
    }
}

#[test]
fn what_ends_a_login_and_with_which_status() {
    let cases = [
        (refused(401, "access_denied"), status::TAPTAP_DENIED),
        (refused(400, "access_denied"), status::TAPTAP_DENIED),
        (refused(400, "invalid_grant"), status::TAPTAP_EXPIRED),
        (refused(400, "invalid_grant_code"), status::TAPTAP_EXPIRED),
        (refused(400, "Expired_Token"), status::TAPTAP_EXPIRED),
        (refused(401, "invalid_client"), status::TAPTAP_INVALID_CLIENT),
        (refused(400, "invalid_request"), status::TAPTAP_INVALID_REQUEST),
        (refused(400, "unsupported_grant_type"), status::TAPTAP_REFUSED),
        (refused(403, "forbidden"), status::FORBIDDEN),
        (refused(418, "teapot"), status::TAPTAP_REFUSED),
        (Ok(Response { status: 404, ..Response::default() }), status::NOT_FOUND),
        // The code is used up by now, so another poll could not bring the token.
        (Ok(answer(200, &wrapped(&json!({"kid": "k"})))), status::BAD_RESPONSE),
        (Err(Error::new(status::CANCELLED, "x")), status::CANCELLED),
        (Err(Error::new(status::CLOSED, "x")), status::CLOSED),
        (Err(Error::argument("x")), status::INVALID_ARGUMENT),
    ];
    for (result, wanted) in cases {
        let mut now = Instant::now();
        let mut flow = DeviceFlow::new(code(1, 300), "s", now);
        until_poll(&mut flow, &mut now).unwrap();
        let Polled::Over(error) = flow.answered(&result, now) else { panic!("{wanted}") };
        assert_eq!(error.status, wanted);
    }
}

fn troubles() -> Vec<Result<Response, Error>> {
    let body = |status, body: &str| {
        Ok(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
    };
    let lost = [
        status::NETWORK,
        status::DNS,
        status::CONNECT,
        status::TLS,
        status::TIMED_OUT,
        status::RESPONSE_TOO_LARGE,
        status::BAD_RESPONSE,
    ];
    let mut all: Vec<_> = lost.into_iter().map(|code| Err(Error::new(code, "x"))).collect();
    all.extend([
        refused(500, "server_error"),
        refused(400, "server_error"),
        body(502, "<html>"),
        body(503, ""),
        body(200, "<html>portal</html>"),
        body(200, r#"{"data":"#),
        body(302, ""),
    ]);
    all
}

#[test]
fn troubles_on_the_way_keep_polling_until_expiry() {
    for trouble in troubles() {
        let start = Instant::now();
        let mut now = start;
        let mut flow = DeviceFlow::new(code(2, 11), "s", now);
        let mut polls = 0;
        let error = loop {
            match until_poll(&mut flow, &mut now) {
                Ok(_) => polls += 1,
                Err(error) => break error,
            }
            assert!(matches!(flow.answered(&trouble, now), Polled::Nothing));
        };
        assert_eq!((polls, now - start, error.status), (5, 11 * SECOND, status::TAPTAP_EXPIRED));
        let mut now = start;
        let mut flow = DeviceFlow::new(code(2, 11), "s", now);
        until_poll(&mut flow, &mut now).unwrap();
        flow.answered(&trouble, now);
        until_poll(&mut flow, &mut now).unwrap();
        assert!(matches!(flow.answered(&confirmed(), now), Polled::Token(_)));
    }
}

#[test]
fn an_answer_that_comes_after_expiry_still_counts() {
    let mut now = Instant::now();
    let mut flow = DeviceFlow::new(code(1, 5), "s", now);
    until_poll(&mut flow, &mut now).unwrap();
    now += 60 * SECOND;
    assert!(matches!(flow.step(&endpoint(), now), Step::Polling));
    assert!(matches!(flow.answered(&confirmed(), now), Polled::Token(_)));

    let mut now = Instant::now();
    let mut flow = DeviceFlow::new(code(1, 5), "s", now);
    until_poll(&mut flow, &mut now).unwrap();
    now += 60 * SECOND;
    let Polled::Over(error) = flow.answered(&refused(400, "authorization_pending"), now) else {
        panic!()
    };
    assert_eq!(error.status, status::TAPTAP_EXPIRED);
}

#[derive(Clone, Debug)]
enum Wire {
    Pending,
    Waiting,
    SlowDown,
    Trouble(usize),
    Token,
    Denied,
}

fn wire() -> impl Strategy<Value = (Wire, u64)> {
    let kind = prop_oneof![
        6 => Just(Wire::Pending),
        4 => Just(Wire::Waiting),
        2 => Just(Wire::SlowDown),
        4 => (0..troubles().len()).prop_map(Wire::Trouble),
        1 => Just(Wire::Token),
        1 => Just(Wire::Denied),
    ];
    // How long the answer takes, in milliseconds.
    (kind, 0..20_000_u64)
}

proptest! {
    #[test]
    fn under_any_answers(
        interval in 1..10_u64,
        expires in 1..400_u64,
        script in prop::collection::vec(wire(), 0..60),
    ) {
        let troubles = troubles();
        let start = Instant::now();
        let mut now = start;
        let mut flow = DeviceFlow::new(code(interval, expires), "s", now);
        let mut pause = Duration::from_secs(interval);
        let (mut last_end, mut scanned, mut polls) = (start, 0, 0);
        let mut script = script.into_iter();
        loop {
            if let Err(error) = until_poll(&mut flow, &mut now) {
                prop_assert_eq!(error.status, status::TAPTAP_EXPIRED);
                prop_assert!(now >= start + Duration::from_secs(expires));
                break;
            }
            polls += 1;
            prop_assert!(now >= last_end + pause, "polled too early");
            prop_assert!(now < start + Duration::from_secs(expires), "polled a dead code");
            // A script that ends leaves the player undecided.
            let (kind, took) = script.next().unwrap_or((Wire::Pending, 0));
            now += Duration::from_millis(took);
            last_end = now;
            let result = match &kind {
                Wire::Pending => refused(400, "authorization_pending"),
                Wire::Waiting => refused(400, "authorization_waiting"),
                Wire::SlowDown => refused(400, "slow_down"),
                Wire::Trouble(which) => troubles[*which].clone(),
                Wire::Token => confirmed(),
                Wire::Denied => refused(401, "access_denied"),
            };
            match (flow.answered(&result, now), kind) {
                (Polled::Token(_), Wire::Token) => break,
                (Polled::Over(error), Wire::Denied) => {
                    prop_assert_eq!(error.status, status::TAPTAP_DENIED);
                    break;
                }
                (Polled::Over(error), _) => {
                    prop_assert_eq!(error.status, status::TAPTAP_EXPIRED);
                    prop_assert!(now >= start + Duration::from_secs(expires));
                    break;
                }
                (Polled::Scanned, Wire::Waiting) => scanned += 1,
                (Polled::Nothing, Wire::SlowDown) => pause += 5 * SECOND,
                (Polled::Nothing, Wire::Pending | Wire::Waiting | Wire::Trouble(_)) => (),
                (polled, kind) => prop_assert!(false, "{polled:?} after {kind:?}"),
            }
        }
        prop_assert!(scanned <= 1);
        prop_assert!(polls <= expires / interval + 1);
    }

    #[test]
    fn any_bytes_as_an_answer_end_or_go_on(
        http in 100..600_u16,
        body in prop_oneof![
            any::<Vec<u8>>(),
            "[{}\\[\\]\":,a-z0-9]{0,60}".prop_map(String::into_bytes),
            Just(Value::Null).prop_map(|v| v.to_string().into_bytes()),
        ],
    ) {
        let mut now = Instant::now();
        let mut flow = DeviceFlow::new(code(1, 300), "s", now);
        until_poll(&mut flow, &mut now).unwrap();
        let response = Ok(Response { status: http, headers: Vec::new(), body });
        let polled = flow.answered(&response, now);
        prop_assert!(!matches!(polled, Polled::Token(_) | Polled::Scanned));
    }
}
