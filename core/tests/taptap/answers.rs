//! Every row of the contract's tables, in every spelling.

use serde_json::{Value, json};
use tdsauth_core::error::{flag, status};
use tdsauth_core::taptap::{Answer, DeviceCode, Kind, Place, Token};
use tdsauth_core::transport::Response;

use crate::{answer, refusal, token_data, wrapped};

const PLACES: [Place; 6] = [
    Place::DeviceCode,
    Place::Poll,
    Place::Consent,
    Place::Exchange,
    Place::Refresh,
    Place::Signed,
];

/// Name, its status at an unremarkable place, and the places where it means something else.
type Row = (&'static str, Kind, i32, &'static [(Place, i32)]);

const TABLE: [Row; 25] = [
    ("authorization_pending", Kind::AuthorizationPending, status::TAPTAP_REFUSED, &[]),
    ("authorization_waiting", Kind::AuthorizationWaiting, status::TAPTAP_REFUSED, &[]),
    ("slow_down", Kind::SlowDown, status::RATE_LIMITED, &[]),
    (
        "access_denied",
        Kind::AccessDenied,
        status::TAPTAP_REFUSED,
        &[
            (Place::Poll, status::TAPTAP_DENIED),
            (Place::Consent, status::TAPTAP_DENIED),
            (Place::Exchange, status::TAPTAP_DENIED),
            (Place::Signed, status::TAPTAP_SESSION_OVER),
        ],
    ),
    (
        "invalid_grant",
        Kind::InvalidGrant,
        status::TAPTAP_REFUSED,
        &[
            (Place::Poll, status::TAPTAP_EXPIRED),
            (Place::Exchange, status::TAPTAP_INVALID_GRANT),
            (Place::Refresh, status::TAPTAP_SESSION_OVER),
        ],
    ),
    // Only `invalid_grant` ends a login at refresh.
    (
        "invalid_grant_code",
        Kind::InvalidGrantCode,
        status::TAPTAP_REFUSED,
        &[(Place::Poll, status::TAPTAP_EXPIRED), (Place::Exchange, status::TAPTAP_INVALID_GRANT)],
    ),
    (
        "expired_token",
        Kind::ExpiredToken,
        status::TAPTAP_REFUSED,
        &[(Place::Poll, status::TAPTAP_EXPIRED), (Place::Exchange, status::TAPTAP_INVALID_GRANT)],
    ),
    ("invalid_request", Kind::InvalidRequest, status::TAPTAP_INVALID_REQUEST, &[]),
    ("invalid_time", Kind::InvalidTime, status::TAPTAP_INVALID_TIME, &[]),
    ("replay_attacks", Kind::ReplayAttacks, status::TAPTAP_REPLAY_ATTACKS, &[]),
    ("invalid_client", Kind::InvalidClient, status::TAPTAP_INVALID_CLIENT, &[]),
    ("insufficient_scope", Kind::InsufficientScope, status::TAPTAP_INSUFFICIENT_SCOPE, &[]),
    ("forbidden", Kind::Forbidden, status::FORBIDDEN, &[]),
    ("not_found", Kind::NotFound, status::NOT_FOUND, &[]),
    ("too_many_login_attempts", Kind::TooMany, status::RATE_LIMITED, &[]),
    ("server_error", Kind::ServerError, status::SERVER, &[]),
    ("temporarily_unavailable", Kind::ServerError, status::SERVER, &[]),
    ("invalid_credentials", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("user_is_deactivated", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("unsupported_grant_type", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("unsupported_response_type", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("unsupported_secret_type", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("captcha.needs", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("business_code_error", Kind::Other, status::TAPTAP_REFUSED, &[]),
    ("something_new", Kind::Other, status::TAPTAP_REFUSED, &[]),
];

#[test]
fn every_name_in_every_spelling_has_its_status_at_every_place() {
    for (name, kind, usual, elsewhere) in TABLE {
        let upper = name.to_uppercase();
        let spellings = [
            name.to_owned(),
            upper.clone(),
            format!("oauth2.tapapis.com.{upper}"),
            format!("oauth2.tapapis.com.{upper}: InvalidArgument: x.y"),
        ];
        for spelling in spellings {
            for http in [400, 401, 403, 404, 429, 200] {
                let enveloped = refusal(&spelling);
                let mut flat = enveloped["data"].clone();
                flat["now"] = 1_700_000_000.into();
                for body in [enveloped, flat] {
                    let refused = Answer::read(&answer(http, &body)).err().expect(&spelling);
                    assert_eq!(refused.kind, kind, "{http} {body}");
                    assert_eq!((refused.now, refused.code), (Some(1_700_000_000), -1));
                    for place in PLACES {
                        let other = elsewhere.iter().find(|(at, _)| *at == place);
                        let wanted = other.map_or(usual, |(_, status)| *status);
                        let error = refused.error(place);
                        assert_eq!(error.status, wanted, "{spelling} at {place:?}");
                        assert_eq!((error.http_status, error.server_code), (i32::from(http), -1));
                        let shown = spelling.get(..64).unwrap_or(&spelling);
                        assert!(error.message.contains(shown), "{}", error.message);
                    }
                }
            }
        }
    }
}

#[test]
fn a_5xx_is_the_servers_illness_unless_it_names_something_known() {
    for http in [500, 502, 503, 599] {
        for body in [&b""[..], b"<html>", b"[]", b"{}", br#"{"error":"something_new"}"#] {
            let response = Response { status: http, headers: vec![], body: body.to_vec() };
            let refused = Answer::read(&response).err().unwrap();
            assert_eq!(refused.error(Place::Signed).status, status::SERVER);
        }
    }
    let named = Answer::read(&answer(500, &refusal("invalid_client"))).err().unwrap();
    assert_eq!(named.error(Place::Signed).status, status::TAPTAP_INVALID_CLIENT);
}

#[test]
fn an_answer_without_a_name_goes_by_its_http_status() {
    let cases = [
        (200, "<html>", status::BAD_RESPONSE),
        (200, "[]", status::BAD_RESPONSE),
        (200, "", status::BAD_RESPONSE),
        (200, r#"{"data":[],"success":true}"#, status::BAD_RESPONSE),
        (200, r#"{"data":"x"}"#, status::BAD_RESPONSE),
        (200, r#"{"data":{"a":"b\u0000"}}"#, status::BAD_RESPONSE),
        (200, r#"{"success":false}"#, status::BAD_RESPONSE),
        (301, "", status::REDIRECT),
        (302, r#"{"data":{}}"#, status::REDIRECT),
        (101, "", status::BAD_RESPONSE),
        (400, "", status::TAPTAP_REFUSED),
        // A portal's page, not the end of a session.
        (401, "<html>", status::TAPTAP_REFUSED),
        (403, "<html>", status::FORBIDDEN),
        (404, "{}", status::NOT_FOUND),
        (429, "slow", status::RATE_LIMITED),
        (400, r#"{"error":7}"#, status::TAPTAP_REFUSED),
    ];
    for (http, body, wanted) in cases {
        let response = Response { status: http, headers: vec![], body: body.as_bytes().to_vec() };
        let refused = Answer::read(&response).err().expect(body);
        assert_eq!(refused.error(Place::Signed).status, wanted, "{http} {body}");
    }
}

#[test]
fn what_the_service_was_seen_to_send_for_the_wrong_region() {
    let seen = json!({"data": {
        "code": -1, "msg": "client store [cn] do not match: InvalidArgument",
        "error": "invalid_request", "error_description": "x",
    }, "now": 1_714_259_422, "success": false});
    for place in PLACES {
        let error = Answer::read(&answer(400, &seen)).err().unwrap().error(place);
        assert_eq!(error.status, status::TAPTAP_WRONG_REGION);
        assert!(error.message.contains("other region"), "{}", error.message);
    }
    let mut described = seen.clone();
    described["data"]["msg"] = "x".into();
    described["data"]["error_description"] =
        "oauth2.tapapis.com.INVALID_REQUEST: Client Store [IO] do not match".into();
    let error = Answer::read(&answer(400, &described)).err().unwrap().error(Place::Poll);
    assert_eq!(error.status, status::TAPTAP_WRONG_REGION);
}

#[test]
fn flags_say_who_can_help() {
    let flags =
        |name, place| Answer::read(&answer(400, &refusal(name))).err().unwrap().error(place).flags;
    assert_eq!(flags("access_denied", Place::Poll), flag::NEEDS_PLAYER);
    assert_eq!(flags("invalid_grant", Place::Poll), flag::NEEDS_PLAYER);
    assert_eq!(flags("access_denied", Place::Signed), flag::NEEDS_PLAYER);
    assert_eq!(flags("invalid_grant", Place::Refresh), flag::NEEDS_PLAYER);
    assert_eq!(flags("replay_attacks", Place::Signed), flag::RETRYABLE);
    assert_eq!(flags("server_error", Place::Signed), flag::RETRYABLE);
    assert_eq!(flags("forbidden", Place::Signed), 0);
    assert_eq!(flags("invalid_client", Place::Signed), 0);
}

#[test]
fn descriptions_are_cut_and_printable() {
    let long = format!("a\r\nb\u{1b}[2J\u{0}{}", "é".repeat(500));
    let body = json!({"error": "forbidden", "error_description": long});
    let text =
        Answer::read(&answer(400, &body)).err().unwrap().error(Place::Signed).message.clone();
    assert!(text.starts_with("TapTap answered 400 forbidden: ab[2Jéé"), "{text}");
    assert!(text.chars().count() < 260 && !text.chars().any(char::is_control));
}

#[test]
fn the_clock_comes_from_now_or_else_from_the_date() {
    let at = |date: &str, body: Value| {
        let headers = vec![("date".to_owned(), date.to_owned())];
        let response = Response { headers, ..answer(400, &body) };
        Answer::read(&response).err().unwrap().now
    };
    assert_eq!(at("Sun, 06 Nov 1994 08:49:37 GMT", json!({})), Some(784_111_777));
    assert_eq!(at("Thu, 01 Jan 1970 00:00:00 GMT", json!({})), Some(0));
    assert_eq!(at("Thu, 29 Feb 2024 23:59:59 GMT", json!({})), Some(1_709_251_199));
    assert_eq!(at("Fri, 01 Mar 2024 00:00:00 GMT", json!({})), Some(1_709_251_200));
    assert_eq!(at("Tue, 31 Dec 2030 12:00:00 GMT", json!({})), Some(1_924_948_800));
    assert_eq!(at("Sun, 06 Nov 1994 08:49:37 GMT", json!({"now": 5})), Some(5));
    assert_eq!(at("Sun, 06 Nov 1994 08:49:37 GMT", json!({"now": "6"})), Some(6));
    for wrong in [
        "",
        "now",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994",
    ] {
        assert_eq!(at(wrong, json!({})), None, "{wrong}");
    }
}

#[test]
fn a_device_code_is_read_from_both_shapes_with_defaults_and_bounds() {
    let data = json!({
        "device_code": "s3cret-device", "user_code": "AB12C",
        "verification_url": "https://accounts.taptap.cn/device",
        "qrcode_url": "https://accounts.taptap.cn/device?qrcode=1&user_code=AB12C",
        "expires_in": 300, "interval": 2, "new_field": [1],
    });
    for body in [data.clone(), wrapped(&data)] {
        let code = DeviceCode::read(&answer(200, &body)).unwrap();
        assert_eq!(code.qrcode_url, data["qrcode_url"].as_str().unwrap());
        assert_eq!(code.user_code, "AB12C");
        assert_eq!(code.verification_url, "https://accounts.taptap.cn/device");
        assert_eq!((code.expires_in.as_secs(), code.interval.as_secs()), (300, 2));
        assert!(!format!("{code:?}").contains("s3cret"));
    }
    let least = json!({"device_code": "d", "qrcode_url": "q"});
    let code = DeviceCode::read(&answer(200, &least)).unwrap();
    assert_eq!((code.expires_in.as_secs(), code.interval.as_secs()), (300, 5));
    assert_eq!((code.user_code.as_str(), code.verification_url.as_str()), ("", ""));
    for (given, wanted) in [
        (json!({"expires_in": "120", "interval": "3"}), (120, 3)),
        (json!({"expires_in": 0, "interval": 0}), (1, 1)),
        (json!({"expires_in": u64::MAX, "interval": u64::MAX}), (3600, 60)),
        (json!({"expires_in": -1, "interval": []}), (300, 5)),
    ] {
        let mut body = least.clone();
        body.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let code = DeviceCode::read(&answer(200, &body)).unwrap();
        assert_eq!((code.expires_in.as_secs(), code.interval.as_secs()), wanted, "{given}");
    }
    for bad in [
        json!({"qrcode_url": "q"}),
        json!({"device_code": "d"}),
        json!({"device_code": "", "qrcode_url": "q"}),
        json!({"device_code": 7, "qrcode_url": "q"}),
        json!({"device_code": "a b", "qrcode_url": "q"}),
        json!({"device_code": "d", "qrcode_url": "q\n"}),
        json!({"device_code": "d", "qrcode_url": "q".repeat(2332)}),
        json!({"device_code": "d".repeat(1025), "qrcode_url": "q"}),
    ] {
        let error = DeviceCode::read(&answer(200, &wrapped(&bad))).unwrap_err();
        assert_eq!((error.status, error.http_status), (status::BAD_RESPONSE, 200), "{bad}");
    }
}

#[test]
fn a_token_is_read_from_both_shapes_and_knows_what_was_granted() {
    for body in [token_data(), wrapped(&token_data())] {
        let token = Token::read(&answer(200, &body), Place::Poll, "public_profile,email").unwrap();
        assert_eq!(token, crate::token());
        assert!(token.grants("public_profile") && !token.grants("email"));
        assert!(!format!("{token:?}").contains("s3cret"));
    }
    let mut silent = token_data();
    for name in ["scope", "kid", "token_type", "mac_algorithm"] {
        silent.as_object_mut().unwrap().remove(name);
    }
    let token = Token::read(&answer(200, &silent), Place::Exchange, "basic_info,email").unwrap();
    assert_eq!(token.scope, "basic_info email");
    assert_eq!(token.kid.expose(), "1/s3cret-kid");
}

#[test]
fn a_token_that_cannot_sign_is_a_bad_answer() {
    let changed = |name: &str, value: Value| {
        let mut data = token_data();
        data[name] = value;
        let error = Token::read(&answer(200, &wrapped(&data)), Place::Poll, "x").unwrap_err();
        assert!(!crate::SECRETS.iter().any(|secret| error.message.contains(secret)));
        (error.status, error.http_status)
    };
    let bad = (status::BAD_RESPONSE, 200);
    for value in [json!(null), json!(""), json!(7), json!("a\"b"), json!("a\\b"), json!("a b")] {
        assert_eq!(changed("mac_key", value), bad);
    }
    assert_eq!(changed("kid", json!("é")), bad);
    assert_eq!(changed("kid", json!("k".repeat(2049))), bad);
    assert_eq!(changed("mac_key", json!("k".repeat(513))), bad);
    assert_eq!(changed("scope", json!("a\u{7f}")), bad);
    assert_eq!(changed("mac_algorithm", json!("hmac-md5")), (status::NOT_SUPPORTED, 200));
    assert_eq!(changed("token_type", json!("bearer")), (status::NOT_SUPPORTED, 200));
}
