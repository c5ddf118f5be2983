//! Asking who the player of a TapTap token is, over a real socket.

use std::ptr::{null, null_mut};

use serde_json::{Value, json};

use crate::library::*;
use crate::mac;
use crate::taptap_stub::{Answer, Stub};

const PROFILE: &str =
    r#"{"openid":"o+/=","unionid":"u","name":"林 \"L\"","avatar":"https://a/","x":1}"#;

fn input(url: &str) -> TapTapInput {
    TapTapInput {
        struct_size: size_of::<TapTapInput>() as u32,
        region: 0,
        client_id: Text::of("demo-client"),
        // Leaked: an input is only pointers.
        open_url: Text::of(Box::leak(url.to_owned().into_boxed_str())),
        kid: Text::of("1/s3cret-kid="),
        mac_key: Text::of("s3cret-key"),
        mac_algorithm: Text::ABSENT,
        scope: Text::ABSENT,
        timeout_ms: 60_000,
        reserved0: 0,
        reserved: [0; 2],
    }
}

/// The profile, or the status and the message.
fn ask(input: &TapTapInput) -> Result<Value, (i32, String)> {
    let mut failure = Failure::new();
    let out = &raw mut failure;
    // SAFETY: the texts of `input` live, the rest is a buffer of `text_of` and `failure`.
    let text = text_of(|buf, cap, needed| unsafe {
        (backend().taptap_profile)(input, buf, cap, needed, out)
    });
    match text {
        Ok(text) => {
            assert_eq!((failure.status, failure.text()), (OK, ""));
            Ok(serde_json::from_str(&text).unwrap())
        }
        Err(status) => {
            assert_eq!(failure.status, status);
            let message = failure.text().to_owned();
            assert!(!message.is_empty() && !message.contains("s3cret"), "{message}");
            Err((status, message))
        }
    }
}

fn status(input: &TapTapInput) -> i32 {
    ask(input).map_or_else(|(status, _)| status, |_| OK)
}

#[test]
fn a_profile_and_a_header_that_verifies() {
    for (scope, path) in [
        (Text::ABSENT, "/account/profile/v1"),
        (Text::of("email public_profile"), "/account/profile/v1"),
        (Text::of("basic_info"), "/account/basic-info/v1"),
    ] {
        for (algorithm, name) in [(0, "hmac-sha-1"), (1, "hmac-sha-256")] {
            let stub = Stub::new(&[Answer::profile(PROFILE)]);
            let url = format!("{}/", stub.url);
            let input = TapTapInput { scope, mac_algorithm: Text::of(name), ..input(&url) };
            let wanted = json!({
                "openid": "o+/=", "unionid": "u", "name": "林 \"L\"", "avatar": "https://a/",
            });
            assert_eq!(ask(&input), Ok(wanted));
            let [seen] = &stub.seen()[..] else { panic!() };
            assert_eq!(seen.line, format!("GET {path}?client_id=demo-client HTTP/1.1"));
            let url = format!("{}{path}?client_id=demo-client", stub.url);
            let expected = MacInput {
                algorithm,
                key_id: Text::of("1/s3cret-kid="),
                key: Text::of("s3cret-key"),
                url: Text::of(&url),
                ts: 0,
                window_s: 600,
                ..mac::input()
            };
            assert_eq!(mac::verify(&seen.authorization, &expected), OK);
        }
    }
}

#[test]
fn a_flat_answer_without_names_is_enough() {
    let stub = Stub::new(&[Answer::Http(200, r#"{"openid":"o"}"#.to_owned())]);
    assert_eq!(ask(&input(&stub.url)), Ok(json!({"openid": "o"})));
}

#[test]
fn a_wrong_clock_is_corrected_once() {
    let late = Answer::refusal(400, "invalid_time", 4_000_000_000);
    let stub = Stub::new(&[late.clone(), Answer::profile(PROFILE)]);
    assert!(ask(&input(&stub.url)).is_ok());
    let seen = stub.seen();
    assert!(!seen[0].authorization.contains("ts=\"40000000"));
    assert!(seen[1].authorization.contains("ts=\"40000000"), "{seen:?}");
    let stub = Stub::new(&[late]);
    assert_eq!(status(&input(&stub.url)), -403);
    assert_eq!(stub.seen().len(), 2);
}

#[test]
fn every_refusal_has_its_status_and_its_number_of_tries() {
    let refusals = [
        (400, "invalid_request", -402, 1),
        (400, "replay_attacks", -404, 2),
        (401, "invalid_client", -405, 1),
        (401, "access_denied", -406, 1),
        (401, "oauth2.tapapis.com.ACCESS_DENIED", -406, 1),
        (403, "insufficient_scope", -407, 1),
        (403, "forbidden", -303, 1),
        (404, "not_found", -304, 1),
        (429, "too_many_login_attempts", -110, 1),
        (500, "server_error", -109, 3),
        (403, "user_is_deactivated", -412, 1),
    ];
    for (http, name, wanted, tries) in refusals {
        let stub = Stub::new(&[Answer::refusal(http, name, 1)]);
        let (status, message) = ask(&input(&stub.url)).unwrap_err();
        assert_eq!((status, stub.seen().len()), (wanted, tries), "{name}");
        assert!(message.contains(name), "{message}");
    }
    let region = r#"{"data":{"error":"invalid_request","msg":"client store [cn] do not match"}}"#;
    let stub = Stub::new(&[Answer::Http(400, region.to_owned())]);
    assert_eq!(status(&input(&stub.url)), -409);
}

#[test]
fn a_refusal_that_repeats_the_header_gives_nothing_away() {
    let echo = r#"{"error":"forbidden","error_description":"id=\"1/s3cret-kid=\" 1\/s3cret-kid="}"#;
    let stub = Stub::new(&[Answer::Http(403, echo.to_owned())]);
    let (status, message) = ask(&input(&stub.url)).unwrap_err();
    assert_eq!(status, -303);
    assert!(message.contains("id="), "{message}");
}

#[test]
fn faults_of_the_way() {
    let raw = |bytes: &[u8]| Answer::Raw(bytes.to_vec());
    let huge = Answer::Http(200, " ".repeat(2 << 20));
    let cases = [
        (Answer::Http(200, "<html>".to_owned()), -106, 1),
        (Answer::Http(200, r#"{"data":{"unionid":"u"}}"#.to_owned()), -106, 1),
        (Answer::Http(200, r#"{"data":7}"#.to_owned()), -106, 1),
        (Answer::Http(302, String::new()), -107, 1),
        (huge, -105, 1),
        (raw(b"not http at all\r\n\r\n"), -106, 1),
        (raw(b""), -100, 3),
        (raw(b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{"), -100, 3),
        (Answer::Http(502, "<html>".to_owned()), -109, 3),
    ];
    for (at, (answer, wanted, tries)) in cases.into_iter().enumerate() {
        let stub = Stub::new(&[answer]);
        assert_eq!((status(&input(&stub.url)), stub.seen().len()), (wanted, tries), "case {at}");
    }
    let stub = Stub::new(&[Answer::Silence]);
    let silent = TapTapInput { timeout_ms: 300, ..input(&stub.url) };
    assert_eq!(status(&silent), -104);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(status(&input(&format!("http://{nobody}"))), -102);
}

#[test]
fn what_is_missing_or_malformed_is_refused_before_anybody_is_asked() {
    let stub = Stub::new(&[Answer::profile(PROFILE)]);
    let good = input(&stub.url);
    let bad = [
        (TapTapInput { client_id: Text::ABSENT, ..good }, INVALID_ARGUMENT),
        (TapTapInput { client_id: Text::of("a b"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { client_id: Text::of("a\0b"), ..good }, INVALID_UTF8),
        (TapTapInput { kid: Text::ABSENT, ..good }, INVALID_ARGUMENT),
        (TapTapInput { kid: Text::of("a\"b"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { kid: Text::of(b"\xff"), ..good }, INVALID_UTF8),
        (TapTapInput { mac_key: Text::ABSENT, ..good }, INVALID_ARGUMENT),
        (TapTapInput { mac_key: Text::of("s3cret\nkey"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { mac_key: Text { data: null(), len: 3 }, ..good }, INVALID_ARGUMENT),
        (TapTapInput { mac_algorithm: Text::of("hmac-md5"), ..good }, -14),
        (TapTapInput { scope: Text::of("a\u{7f}"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { open_url: Text::ABSENT, ..good }, INVALID_ARGUMENT),
        (TapTapInput { open_url: Text::of("open.tapapis.cn"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { open_url: Text::of("https://h/?x=1"), ..good }, INVALID_ARGUMENT),
        (TapTapInput { open_url: Text::of("http://h.example"), ..good }, -108),
        (TapTapInput { region: 3, ..good }, INVALID_ARGUMENT),
        (TapTapInput { region: -1, ..good }, INVALID_ARGUMENT),
        (TapTapInput { timeout_ms: 600_001, ..good }, INVALID_ARGUMENT),
        (TapTapInput { struct_size: 127, ..good }, INVALID_ARGUMENT),
        (TapTapInput { reserved0: 1, ..good }, UNSUPPORTED_FIELD),
        (TapTapInput { reserved: [0, 1], ..good }, UNSUPPORTED_FIELD),
    ];
    for (at, (input, wanted)) in bad.into_iter().enumerate() {
        assert_eq!(status(&input), wanted, "case {at}");
    }
    let long = "a".repeat(8193);
    assert_eq!(status(&TapTapInput { kid: Text::of(&long), ..good }), INVALID_ARGUMENT);
    let call = backend().taptap_profile;
    // SAFETY: NULL is what is tested.
    unsafe {
        assert_eq!(call(null(), null_mut(), 0, null_mut(), null_mut()), INVALID_ARGUMENT);
        assert_eq!(call(&raw const good, null_mut(), 9, null_mut(), null_mut()), INVALID_ARGUMENT);
    }
    assert!(stub.seen().is_empty());
}

#[test]
fn a_buffer_too_small_says_how_large() {
    let stub = Stub::new(&[Answer::profile(r#"{"openid":"o"}"#)]);
    let (input, mut needed) = (input(&stub.url), 0);
    let mut buf = [0x55_u8; 8];
    let (start, out) = (buf.as_mut_ptr().cast(), &raw mut needed);
    // SAFETY: the buffer has 8 bytes.
    let status = unsafe { (backend().taptap_profile)(&raw const input, start, 8, out, null_mut()) };
    assert_eq!((status, needed, buf[0]), (BUFFER_TOO_SMALL, r#"{"openid":"o"}"#.len(), 0));
}

#[test]
fn the_largest_profile_fits_into_the_documented_buffer() {
    let long = |len| "\u{1}".repeat(len);
    let body = json!({
        "openid": "\"".repeat(128), "unionid": "\\".repeat(128), "name": long(1024),
        "avatar": long(2048), "gender": long(1024), "email": long(1024),
    });
    let stub = Stub::new(&[Answer::profile(&body.to_string())]);
    let (input, mut needed) = (input(&stub.url), 0);
    let mut buf = vec![0_u8; 32_768];
    let (start, out) = (buf.as_mut_ptr().cast(), &raw mut needed);
    // SAFETY: the buffer is as large as is said.
    let status =
        unsafe { (backend().taptap_profile)(&raw const input, start, 32_768, out, null_mut()) };
    assert_eq!(status, OK);
    assert!(needed > 30_000, "{needed}");
}

#[test]
fn many_threads_ask_at_once() {
    let stub = Stub::new(&[Answer::profile(PROFILE)]);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert!(ask(&input(&stub.url)).is_ok()));
        }
    });
    let seen = stub.seen();
    let headers: std::collections::HashSet<_> = seen.iter().map(|s| &s.authorization).collect();
    assert_eq!((seen.len(), headers.len()), (16, 16), "a nonce came twice");
}
