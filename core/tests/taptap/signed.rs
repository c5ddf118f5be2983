//! The retry policy of signed calls.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use tdsauth_core::error::{Error, status};
use tdsauth_core::mac::{self, Algorithm, Expected, MacKey};
use tdsauth_core::taptap::{Next, Profile, SignedCall, Token};
use tdsauth_core::transport::{Request, Response};

use crate::{answer, endpoint, refusal, token, token_data, wrapped};

const NOW: u64 = 1_600_000_000;
/// What the refusals of these tests call `now`.
const THEIRS: u64 = 1_700_000_000;

fn profile() -> Result<Response, Error> {
    let data = json!({"openid": "o+/=", "unionid": "u", "name": "n", "avatar": "https://a/"});
    Ok(answer(200, &wrapped(&data)))
}

fn refused(name: &str) -> Result<Response, Error> {
    Ok(answer(400, &refusal(name)))
}

fn lost() -> Result<Response, Error> {
    Err(Error::new(status::NETWORK, "x"))
}

/// How a call ended, after how many requests, with which time stamps and pauses.
struct Ran {
    result: Result<Profile, Error>,
    stamps: Vec<u64>,
    nonces: Vec<String>,
    pauses: Vec<Duration>,
    offset: i64,
}

fn run(token: Token, answers: &[Result<Response, Error>]) -> Ran {
    let mut call = SignedCall::new(token, 0);
    let (mut stamps, mut nonces, mut pauses) = (Vec::new(), Vec::new(), Vec::new());
    for (n, answer) in answers.iter().enumerate() {
        let nonce = format!("nonce{n}");
        let request = call.request(&endpoint(), NOW, &nonce).unwrap();
        let header = authorization(&request);
        let header = mac::Header::parse(header).unwrap();
        stamps.push(header.ts);
        nonces.push(header.nonce.to_owned());
        match call.answered(answer, NOW) {
            Next::Again(after) => pauses.push(after),
            Next::Done(result) => {
                assert_eq!(n + 1, answers.len(), "ended early: {result:?}");
                return Ran { result, stamps, nonces, pauses, offset: call.offset() };
            }
        }
    }
    panic!("did not end")
}

fn authorization(request: &Request) -> &str {
    &request.headers.iter().find(|(name, _)| *name == "Authorization").unwrap().1
}

#[test]
fn a_call_is_the_contracts_and_its_header_verifies() {
    for (scope, path) in [
        ("public_profile email", "/account/profile/v1"),
        ("email basic_info", "/account/basic-info/v1"),
        ("public_profile_x", "/account/basic-info/v1"),
    ] {
        for algorithm in [Algorithm::HmacSha1, Algorithm::HmacSha256] {
            let token = Token { scope: scope.to_owned(), mac_algorithm: algorithm, ..token() };
            let request = endpoint().profile(&token, NOW, "adssd").unwrap();
            let url = format!("https://open.tapapis.cn{path}?client_id=demo-client");
            assert_eq!((request.method, &request.url), ("GET", &url));
            assert!(request.body.is_empty());
            let key = MacKey::new(algorithm, b"s3cret-key").unwrap();
            let expected = Expected {
                key_id: Some(b"1/s3cret-kid"),
                method: b"GET",
                url: url.as_bytes(),
                ext: None,
                now: NOW,
                window: 1,
            };
            mac::verify(&key, authorization(&request), &expected).unwrap();
        }
    }
}

#[test]
fn a_profile_is_read_at_the_first_answer() {
    let ran = run(token(), &[profile()]);
    let profile = ran.result.unwrap();
    assert_eq!((profile.openid.as_str(), profile.unionid.as_deref()), ("o+/=", Some("u")));
    assert_eq!((profile.name.as_deref(), profile.gender), (Some("n"), None));
    assert_eq!((ran.stamps, ran.offset), (vec![NOW], 0));
}

#[test]
fn a_wrong_clock_is_corrected_once() {
    let ran = run(token(), &[refused("invalid_time"), profile()]);
    assert!(ran.result.is_ok());
    assert_eq!(ran.stamps, [NOW, THEIRS]);
    assert_eq!(ran.offset, 100_000_000);
    assert_ne!(ran.nonces[0], ran.nonces[1]);
    assert_eq!(ran.pauses, [Duration::ZERO]);
    let ran = run(token(), &[refused("invalid_time"), refused("invalid_time")]);
    assert_eq!(ran.result.unwrap_err().status, status::TAPTAP_INVALID_TIME);
    // A clock that runs ahead is turned back.
    let mut call = SignedCall::new(token(), 0);
    call.request(&endpoint(), THEIRS + 500, "n").unwrap();
    call.answered(&refused("invalid_time"), THEIRS + 500);
    assert_eq!(call.offset(), -500);
    // A later call begins with what an earlier one learned.
    let mut call = SignedCall::new(token(), -500);
    let request = call.request(&endpoint(), THEIRS + 600, "n").unwrap();
    assert_eq!(mac::Header::parse(authorization(&request)).unwrap().ts, THEIRS + 100);
}

#[test]
fn without_a_time_to_correct_by_the_clock_is_the_answer() {
    let mut body = refusal("invalid_time");
    body.as_object_mut().unwrap().remove("now");
    let ran = run(token(), &[Ok(answer(400, &body))]);
    assert_eq!(ran.result.unwrap_err().status, status::TAPTAP_INVALID_TIME);
    let dated = Response {
        headers: vec![("date".to_owned(), "Tue, 14 Nov 2023 22:13:20 GMT".to_owned())],
        ..answer(400, &body)
    };
    let ran = run(token(), &[Ok(dated), profile()]);
    assert_eq!(ran.stamps, [NOW, THEIRS]);
    let mut absurd = refusal("invalid_time");
    absurd["now"] = u64::MAX.into();
    let ran = run(token(), &[Ok(answer(400, &absurd)), profile()]);
    assert_eq!(ran.offset, 0);
}

#[test]
fn a_replayed_nonce_is_replaced_once() {
    let ran = run(token(), &[refused("replay_attacks"), profile()]);
    assert!(ran.result.is_ok());
    assert_eq!(ran.nonces, ["nonce0", "nonce1"]);
    let ran = run(token(), &[refused("replay_attacks"), refused("replay_attacks")]);
    assert_eq!(ran.result.unwrap_err().status, status::TAPTAP_REPLAY_ATTACKS);
}

#[test]
fn an_ill_server_is_asked_three_times_in_all() {
    let page = || Ok(Response { status: 503, ..Response::default() });
    for ill in [refused("server_error"), page(), lost(), Err(Error::new(status::TIMED_OUT, "x"))] {
        let again = [ill.clone(), ill.clone(), ill.clone()];
        let ran = run(token(), &again);
        let wanted = match &ill {
            Ok(_) => status::SERVER,
            Err(error) => error.status,
        };
        assert_eq!(ran.result.unwrap_err().status, wanted);
        assert_eq!(ran.pauses, [Duration::from_millis(250), Duration::from_secs(1)]);
        assert!(run(token(), &[ill.clone(), profile()]).result.is_ok());
        assert!(run(token(), &[ill.clone(), ill, profile()]).result.is_ok());
    }
    let mixed = [refused("server_error"), lost(), page()];
    assert_eq!(run(token(), &mixed).result.unwrap_err().status, status::SERVER);
    // Tries that another answer took count as well.
    let ran = run(token(), &[lost(), refused("invalid_time"), lost()]);
    assert_eq!(ran.result.unwrap_err().status, status::NETWORK);
}

#[test]
fn what_is_never_tried_again() {
    let cases = [
        (refused("access_denied"), status::TAPTAP_SESSION_OVER),
        (refused("forbidden"), status::FORBIDDEN),
        (refused("not_found"), status::NOT_FOUND),
        (refused("invalid_request"), status::TAPTAP_INVALID_REQUEST),
        (refused("invalid_client"), status::TAPTAP_INVALID_CLIENT),
        (refused("insufficient_scope"), status::TAPTAP_INSUFFICIENT_SCOPE),
        (refused("too_many_login_attempts"), status::RATE_LIMITED),
        (refused("user_is_deactivated"), status::TAPTAP_REFUSED),
        (Ok(Response { status: 401, ..Response::default() }), status::TAPTAP_REFUSED),
        (Ok(Response { status: 302, ..Response::default() }), status::REDIRECT),
        (Ok(answer(200, &json!({}))), status::BAD_RESPONSE),
        (Ok(answer(200, &wrapped(&json!({"openid": ""})))), status::BAD_RESPONSE),
        (Ok(answer(200, &wrapped(&json!({"openid": 7})))), status::BAD_RESPONSE),
        (Ok(answer(200, &wrapped(&json!({"openid": "a b"})))), status::BAD_RESPONSE),
        (Ok(answer(200, &wrapped(&json!({"openid": "o".repeat(129)})))), status::BAD_RESPONSE),
        (Err(Error::new(status::TLS, "x")), status::TLS),
        (Err(Error::new(status::CANCELLED, "x")), status::CANCELLED),
        (Err(Error::new(status::RESPONSE_TOO_LARGE, "x")), status::RESPONSE_TOO_LARGE),
    ];
    for (result, wanted) in cases {
        let error = run(token(), &[result]).result.unwrap_err();
        assert_eq!(error.status, wanted);
        assert!(!error.message.contains("s3cret"));
    }
}

#[test]
fn a_profile_survives_the_disk() {
    let whole = json!({
        "openid": "o", "unionid": "u", "name": "é", "avatar": "https://a/", "gender": "female",
        "email": "a@b.example", "later": 1,
    });
    let profile = Profile::from_row(whole.as_object().unwrap()).unwrap();
    assert_eq!(Profile::from_row(&profile.to_row()), Ok(profile.clone()));
    assert_eq!(profile.to_row().len(), 6);
    let basic = json!({"openid": "o", "unionid": "", "name": 7, "gender": null});
    let basic = Profile::from_row(basic.as_object().unwrap()).unwrap();
    assert_eq!((basic.unionid.as_ref(), basic.name.as_ref()), (None, None));
    assert_eq!(basic.to_row(), *json!({"openid": "o"}).as_object().unwrap());
    let long = json!({"openid": "o", "name": "n".repeat(1025), "avatar": "a".repeat(2049)});
    let long = Profile::from_row(long.as_object().unwrap()).unwrap();
    assert_eq!((long.name, long.avatar), (None, None));
}

proptest! {
    /// Whatever TapTap answers, a call is over after five requests, and no request goes out twice.
    #[test]
    fn every_call_ends(answers in prop::collection::vec(0..6_usize, 5)) {
        let answers = answers.into_iter().map(|which| match which {
            0 => refused("invalid_time"),
            1 => refused("replay_attacks"),
            2 => refused("server_error"),
            3 => lost(),
            4 => profile(),
            _ => refused("access_denied"),
        });
        let mut call = SignedCall::new(Token::import(&token_data().to_string()).unwrap(), 0);
        let (mut over, mut ill) = (false, 0);
        for (n, answer) in answers.enumerate() {
            let nonce = format!("nonce{n}");
            let request = call.request(&endpoint(), NOW, &nonce).unwrap();
            prop_assert!(authorization(&request).contains(&nonce));
            let body = answer.as_ref().map_or(&b"server_error"[..], |r| &r.body);
            ill += u32::from(body.windows(12).any(|words| words == b"server_error"));
            if let Next::Done(_) = call.answered(&answer, NOW) {
                over = true;
                break;
            }
            prop_assert!(ill < 3);
        }
        prop_assert!(over);
    }
}
