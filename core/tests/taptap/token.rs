//! Tokens of the official SDK, tokens on the disk, and what an account server is told.

use serde_json::{Value, json};
use tdsauth_core::error::status;
use tdsauth_core::mac::Algorithm;
use tdsauth_core::taptap::endpoint::{check_client_id, scopes};
use tdsauth_core::taptap::{Endpoint, Profile, Region, Token, auth_data};

use crate::{endpoint, form, token, token_data};

#[test]
fn tokens_of_the_official_sdks_are_read() {
    let camel = json!({
        "kid": "1/s3cret-kid", "accessToken": "1/s3cret-kid", "tokenType": "mac",
        "macKey": "s3cret-key", "macAlgorithm": "hmac-sha-1", "scopeSet": ["public_profile"],
    });
    let v4 = json!({"access_token": token_data(), "openid": "o", "unionid": "u", "name": "n"});
    let camel_v4 = json!({"accessToken": camel, "openId": "o"});
    for json in [token_data(), camel, v4, camel_v4] {
        assert_eq!(Token::import(&json.to_string()), Ok(token()), "{json}");
    }
    let least = r#"{"access_token":"k","mac_key":"m","mac_algorithm":"HMAC-SHA-256"}"#;
    let least = Token::import(least).unwrap();
    assert_eq!((least.kid.expose(), least.mac_algorithm), ("k", Algorithm::HmacSha256));
    assert!(least.grants("public_profile"));
}

#[test]
fn what_is_no_token_is_refused_without_repeating_it() {
    let cases = [
        ("", status::INVALID_ARGUMENT),
        ("[]", status::INVALID_ARGUMENT),
        ("\"s3cret-key\"", status::INVALID_ARGUMENT),
        ("{\"kid\":\"s3cret-key\"}", status::INVALID_ARGUMENT),
        ("{\"mac_key\":\"s3cret-key\"}", status::INVALID_ARGUMENT),
        ("{\"kid\":\"k\",\"mac_key\":\"s3cret-key\\n\"}", status::INVALID_ARGUMENT),
        (
            "{\"kid\":\"k\",\"mac_key\":\"s3cret-key\",\"token_type\":\"bearer\"}",
            status::NOT_SUPPORTED,
        ),
        (
            "{\"kid\":\"k\",\"mac_key\":\"m\",\"mac_algorithm\":\"s3cret-key\"}",
            status::NOT_SUPPORTED,
        ),
    ];
    for (json, wanted) in cases {
        let error = Token::import(json).unwrap_err();
        assert_eq!(error.status, wanted, "{json}");
        assert!(!error.message.contains("s3cret"), "{}", error.message);
    }
}

#[test]
fn a_token_survives_the_disk() {
    let sha256 = Token {
        mac_algorithm: Algorithm::HmacSha256,
        scope: "basic_info email".to_owned(),
        ..token()
    };
    for token in [token(), sha256] {
        assert_eq!(Token::from_row(&token.to_row(), ""), Ok(token.clone()));
        assert!(token.to_row().values().all(Value::is_string));
    }
}

#[test]
fn a_refresh_names_the_token_and_is_not_signed() {
    let request = endpoint().refresh(&token());
    assert_eq!(
        (request.method, request.url.as_str()),
        ("POST", "https://accounts.tapapis.cn/oauth2/v1/token")
    );
    let wanted = [
        ("grant_type", "refresh_token"),
        ("client_id", "demo-client"),
        ("token", "1/s3cret-kid"),
        ("token_type_hint", "access_token"),
    ];
    assert_eq!(form(&request), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!request.headers.iter().any(|(name, _)| *name == "Authorization"));
}

#[test]
fn auth_data_has_exactly_the_nine_fields() {
    let profile = json!({"openid": "o", "unionid": "u", "name": "n", "avatar": "a", "gender": "g"});
    let profile = Profile::from_row(profile.as_object().unwrap()).unwrap();
    let wanted = json!({
        "kid": "1/s3cret-kid", "access_token": "1/s3cret-kid", "token_type": "mac",
        "mac_key": "s3cret-key", "mac_algorithm": "hmac-sha-1",
        "openid": "o", "unionid": "u", "name": "n", "avatar": "a",
    });
    assert_eq!(Value::Object(auth_data(&token(), &profile)), wanted);
    let basic = Profile::from_row(json!({"openid": "o"}).as_object().unwrap()).unwrap();
    let data = auth_data(&token(), &basic);
    assert_eq!(data.len(), 9);
    assert!(data.values().all(Value::is_string));
    assert_eq!((&data["name"], &data["unionid"]), (&json!(""), &json!("")));
}

#[test]
fn each_region_has_the_addresses_of_the_contract() {
    let global = Endpoint::of(Region::Global, "c", "ua");
    assert_eq!(global.accounts, "https://accounts.tapapis.com");
    assert_eq!(global.open, "https://open.tapapis.com");
    assert_eq!(global.authorize, "https://www.taptapauth.com/authorize");
    let cn = Endpoint::of(Region::Cn, "c", "ua");
    assert_eq!(cn.accounts, "https://accounts.tapapis.cn");
    assert_eq!(cn.open, "https://open.tapapis.cn");
    assert_eq!(cn.authorize, "https://accounts.taptap.cn/authorize");
}

#[test]
fn scopes_and_client_ids_are_checked() {
    for (given, sent) in [
        ("", "public_profile"),
        (" ", "public_profile"),
        ("public_profile", "public_profile"),
        (" email , public_profile", "email,public_profile"),
    ] {
        assert_eq!(scopes(given).as_deref(), Ok(sent));
    }
    let long = "a".repeat(257);
    for bad in [",", "a,", "a b", "a&b", "é", "a,,b", &long] {
        assert_eq!(scopes(bad).unwrap_err().status, status::INVALID_ARGUMENT, "{bad}");
    }
    assert_eq!(check_client_id("0RiAlMny7jiz086FaU"), Ok(()));
    let long = "a".repeat(129);
    for bad in ["", "a b", "a/b", "a\n", &long] {
        assert_eq!(check_client_id(bad).unwrap_err().status, status::INVALID_ARGUMENT, "{bad}");
    }
}

#[test]
fn a_header_is_made_for_any_call_of_the_game() {
    let url = "https://open.tapapis.cn/friends/v1/list?client_id=x";
    let header = token().mac_header("get", url, 1, "n0nce").unwrap();
    assert!(header.expose().starts_with("MAC id=\"1/s3cret-kid\",ts=\"1\",nonce=\"n0nce\",mac=\""));
    for (method, url) in [("GET", "nowhere"), ("G T", url), ("GET", "https://h/\r\n")] {
        let error = token().mac_header(method, url, 1, "n0nce").unwrap_err();
        assert_eq!(error.status, status::INVALID_ARGUMENT);
    }
}
