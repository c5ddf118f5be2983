//! Answers of TapTap's with something of the wrong type in them, and refusals that repeat what was
//! sent.

use serde_json::{Value, json};

use crate::common::api;
use crate::taptap::{Call, Wrong, each, ending};

/// A field, a value it cannot have, and what the operation ends in.
type Case = (&'static str, Value, i32);

/// Each value in turn, in the answers to `call`; then the next attempt works.
fn suffers(call: Call, scopes: &str, cases: &[Case]) {
    each(cases, |scene, (field, value, expected)| {
        let wrong = Wrong::Changed(field, value.clone());
        let player = scene.open(&wrong);
        if !scopes.is_empty() {
            scene.taptap.script(&json!({ "old_token": "good" }));
            assert_eq!(player.logs_in(api::WAY_REDIRECT, scopes).status, api::OK);
            // Its first use in a start of the game replaces the token.
            player.logs_in_silently(scopes);
        }
        let known = scene.known();
        scene.for_ever(call, &wrong);
        let event = player.does(call);
        assert_eq!(event.status, *expected, "{field}: {value}");
        if *expected != api::OK {
            assert_eq!(scene.known(), known, "{field}: {value}");
        }
        scene.heal();
        assert_eq!(player.does(call).status, api::OK, "after {field}: {value}");
    });
}

/// What holds for every answer: the envelope's own fields.
fn envelope(refused: i32) -> Vec<Case> {
    vec![
        ("", json!([]), refused),
        ("", json!("text"), refused),
        ("/data", json!(null), refused),
        ("/data", json!([]), refused),
        ("/data", json!("text"), refused),
        ("/success", json!(false), refused),
        ("/success", json!("yes"), api::OK),
        ("/now", json!("soon"), api::OK),
    ]
}

/// What a token is made of. `kid` and `access_token` are the same, and one of them is enough.
fn token() -> Vec<Case> {
    vec![
        ("/data/kid", json!(1), api::OK),
        ("/data/access_token", json!({}), api::OK),
        ("/data/mac_key", json!([]), api::BAD_RESPONSE),
        ("/data/mac_key", json!(7), api::BAD_RESPONSE),
        ("/data/mac_algorithm", json!(null), api::OK),
        ("/data/mac_algorithm", json!("rot13"), api::NOT_SUPPORTED),
        ("/data/token_type", json!(3), api::OK),
        ("/data/token_type", json!("bearer"), api::NOT_SUPPORTED),
        ("/data/scope", json!(5), api::OK),
        ("/data/scope", json!(["public_profile"]), api::OK),
    ]
}

#[test]
fn in_a_device_code() {
    let mut cases = envelope(api::BAD_RESPONSE);
    cases.extend([
        ("/data/device_code", json!(1), api::BAD_RESPONSE),
        ("/data/qrcode_url", json!({}), api::BAD_RESPONSE),
        ("/data/user_code", json!([]), api::OK),
        ("/data/verification_url", json!(7), api::OK),
        ("/data/expires_in", json!("soon"), api::OK),
        ("/data/interval", json!([2]), api::OK),
    ]);
    suffers(Call::Device, "", &cases);
}

#[test]
fn in_the_token_of_a_poll() {
    // An answer that says nothing is as good as none, and the token that was in it is lost.
    let mut cases = envelope(api::TAPTAP_EXPIRED);
    cases.extend(token());
    suffers(Call::Poll, "", &cases);
}

#[test]
fn in_the_token_of_an_exchange() {
    let mut cases = envelope(api::BAD_RESPONSE);
    cases.extend(token());
    suffers(Call::Exchange, "", &cases);
}

#[test]
fn in_a_refreshed_token() {
    let mut cases = envelope(api::BAD_RESPONSE);
    cases.extend(token());
    suffers(Call::Refresh, "public_profile", &cases);
}

#[test]
fn in_a_profile() {
    let mut cases = envelope(api::BAD_RESPONSE);
    cases.extend([
        ("/data/openid", json!(7), api::BAD_RESPONSE),
        ("/data/unionid", json!({}), api::OK),
        ("/data/name", json!(["a"]), api::OK),
        ("/data/avatar", json!(1), api::OK),
        ("/data/gender", json!({}), api::OK),
    ]);
    suffers(Call::Profile, "public_profile", &cases);
    let mut cases = envelope(api::BAD_RESPONSE);
    cases.extend([
        ("/data/openid", json!(7), api::BAD_RESPONSE),
        ("/data/unionid", json!({}), api::OK),
    ]);
    suffers(Call::BasicInfo, "basic_info", &cases);
}

#[test]
fn in_an_account() {
    let cases = [
        ("", json!([]), api::BAD_RESPONSE),
        ("", json!("text"), api::BAD_RESPONSE),
        ("/objectId", json!(12), api::BAD_RESPONSE),
        ("/sessionToken", json!({}), api::BAD_RESPONSE),
        ("/nickname", json!(5), api::OK),
        ("/authData", json!([]), api::OK),
    ];
    suffers(Call::Account, "public_profile", &cases);
}

#[test]
fn a_refusal_that_repeats_what_was_sent_is_told_without_its_secrets() {
    let calls = [
        (Call::Device, ""),
        (Call::Poll, ""),
        (Call::Exchange, ""),
        (Call::Refresh, "public_profile"),
        (Call::Profile, "public_profile"),
        (Call::BasicInfo, "basic_info"),
        (Call::Account, "public_profile"),
    ];
    each(&calls, |scene, (call, scopes)| {
        let player = scene.open(&Wrong::Echo);
        if !scopes.is_empty() {
            assert_eq!(player.logs_in(api::WAY_REDIRECT, scopes).status, api::OK);
        }
        scene.for_ever(*call, &Wrong::Echo);
        let (status, http) = ending(&player.does(*call));
        let refused = if *call == Call::Account { api::REJECTED } else { api::TAPTAP_REFUSED };
        assert_eq!((status, http), (refused, 400), "{call:?}");
        assert!(scene.told().contains("no luck with"), "{call:?}: {}", scene.told());
        scene.heal();
        assert_eq!(player.does(*call).status, api::OK, "after {call:?}");
    });
}
