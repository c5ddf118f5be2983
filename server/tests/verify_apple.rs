//! Players of Apple, who is played on loopback with keys of its own: identity tokens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::thread;
use std::time::{Duration, Instant};

use common::apple::{
    self, APP, SERVICE, Signer, USER, beside, claims, claims_with, hs256, keys, login, map, nobody,
    part,
};
use common::platform::{Platform, Reply, server};
use common::{HANG, Server};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const BAD: &str = "Invalid authData.";
const UNAVAILABLE: &str = "The service is not available now.";

fn hex_sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_good_token_logs_in_and_only_the_identity_is_stored() {
    let (apple, _) = apple::start();
    let server = beside(&apple, &json!({}));
    let token = Signer::first().token(&claims());
    let made = login(&server, &map(&token));
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!(made.json["authData"], json!({ "lc_apple": { "uid": USER } }));
    // Any client id of the game, and a token that is a minute late for this machine's clock.
    let late = now() - 30;
    for other in [claims_with("aud", json!(SERVICE)), claims_with("exp", json!(late))] {
        let again = login(&server, &map(&Signer::first().token(&other)));
        assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
    }
    assert_eq!(apple.count("/auth/keys"), 1, "the keys are kept");
}

fn now() -> i64 {
    common::now_ms() / 1000
}

#[test]
fn a_token_that_proves_nothing_makes_nobody() {
    let (apple, _) = apple::start();
    let server = beside(&apple, &json!({}));
    let (first, second) = (Signer::first(), Signer::second());
    let rs256 = json!({ "alg": "RS256", "kid": "first" });
    let good = first.token(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let alg = |alg: &str| json!({ "alg": alg, "kid": "first" });
    let mut bad = vec![
        first.token(&claims_with("iss", json!("https://appleid.example.com"))),
        first.token(&claims_with("iss", json!(null))),
        first.token(&claims_with("aud", json!("com.example.other"))),
        first.token(&claims_with("aud", json!([APP]))),
        first.token(&claims_with("aud", json!(null))),
        first.token(&claims_with("exp", json!(now() - 61))),
        first.token(&claims_with("exp", json!(null))),
        first.token(&claims_with("exp", json!("9999999999"))),
        first.token(&claims_with("sub", json!("somebody else"))),
        first.token(&claims_with("sub", json!(null))),
        // Another's signature, none, and that of another text.
        second.signed(&rs256, &claims()),
        format!("{signed}."),
        format!("{}.{}.{signature}", part(&rs256), part(&claims_with("email", json!("x")))),
        // No algorithm, and that whose key is known to everybody.
        format!("{}.{}.", part(&alg("none")), part(&claims())),
        format!("{}.{}.", part(&alg("None")), part(&claims())),
        first.signed(&alg("none"), &claims()),
        first.signed(&alg("RS512"), &claims()),
        first.signed(&alg("rs256"), &claims()),
        hs256(&first.modulus(), &alg("HS256"), &claims()),
        hs256(&first.modulus(), &rs256, &claims()),
        hs256(first.jwk()["n"].as_str().unwrap().as_bytes(), &alg("HS256"), &claims()),
        // A key that is not named, not text, or not there; its own key in the header.
        first.signed(&json!({ "alg": "RS256" }), &claims()),
        first.signed(&json!({ "alg": "RS256", "kid": 1 }), &claims()),
        first.signed(&json!({ "alg": "RS256", "kid": "first", "crit": ["b64"] }), &claims()),
        second.signed(&json!({ "alg": "RS256", "kid": "none", "jwk": second.jwk() }), &claims()),
        // No token at all.
        format!("{good}.x"),
        format!("{signed}.{signature}="),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "x".to_owned(),
        part(&claims()),
    ];
    bad.push(format!("{}.{}.{signature}", part(&json!([])), part(&claims())));
    for token in bad {
        let answer = login(&server, &map(&token));
        assert_eq!(answer.json["code"], json!(251), "{token}");
        answer.is_error(400, 251, BAD);
    }
    for map in [
        json!({ "uid": USER }),
        json!({ "uid": USER, "identity_token": "" }),
        json!({ "uid": USER, "identity_token": 7 }),
        json!({ "uid": USER, "identity_token": good, "nonce": 7 }),
        json!({ "uid": USER, "identity_token": "x".repeat(9000) }),
        // No team id is there, so a code alone proves nothing.
        json!({ "uid": USER, "code": "c" }),
    ] {
        login(&server, &map).is_error(400, 251, BAD);
    }
    login(&server, &json!({ "identity_token": good })).is_error(
        400,
        250,
        "The id of the linked account is missing.",
    );
    assert!(apple.count("/auth/keys") <= 2, "unknown keys are asked for once in a while");
    nobody(&server);
}

#[test]
fn a_nonce_that_is_sent_is_the_tokens() {
    let (apple, _) = apple::start();
    let server = beside(&apple, &json!({}));
    let with = |token: Value, sent: &str| {
        let token = Signer::first().token(&claims_with("nonce", token));
        json!({ "uid": USER, "identity_token": token, "nonce": sent })
    };
    login(&server, &with(json!("another"), "mine")).is_error(400, 251, BAD);
    login(&server, &with(json!(null), "mine")).is_error(400, 251, BAD);
    login(&server, &with(json!("mine"), &hex_sha256("mine"))).is_error(400, 251, BAD);
    assert_eq!(login(&server, &with(json!("mine"), "mine")).status, 201);
    // As iOS apps do: Apple gets the hash, the server what was hashed.
    assert_eq!(login(&server, &with(json!(hex_sha256("mine")), "mine")).status, 200);
}

/// Logs in until that is answered with `status`.
#[track_caller]
fn until(server: &Server, map: &Value, status: u16) {
    let start = Instant::now();
    while login(server, map).status != status {
        assert!(start.elapsed() < HANG, "it stays as it is");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn keys_are_fetched_anew_when_apple_changes_them() {
    let (apple, script) = apple::start();
    let server = beside(&apple, &json!({ "keys_pause_seconds": 1 }));
    let (first, second) = (Signer::first(), Signer::second());
    assert_eq!(login(&server, &map(&first.token(&claims()))).status, 201);
    script.lock().unwrap().keys = keys(&[&second]);
    // At once or a moment later, and without a restart; a key that is taken back is gone.
    until(&server, &map(&second.token(&claims())), 200);
    login(&server, &map(&first.token(&claims()))).is_error(400, 251, BAD);
}

#[test]
fn unknown_keys_are_asked_for_once_in_a_while_and_hinder_nobody() {
    let (apple, script) = apple::start();
    let server = beside(&apple, &json!({ "keys_pause_seconds": 3600 }));
    let (first, second) = (Signer::first(), Signer::second());
    for _ in 0..20 {
        login(&server, &map(&second.token(&claims()))).is_error(400, 251, BAD);
    }
    assert_eq!(apple.count("/auth/keys"), 1);
    script.lock().unwrap().keys = Reply::Drop;
    assert_eq!(login(&server, &map(&first.token(&claims()))).status, 201);
}

#[test]
fn old_keys_are_good_for_their_lifetime_while_apple_is_ill() {
    let (apple, script) = apple::start();
    let times = |fresh: u64, lifetime: u64| {
        json!({
            "keys_fresh_seconds": fresh, "keys_lifetime_seconds": lifetime, "keys_pause_seconds": 1,
        })
    };
    let (long, short) = (beside(&apple, &times(1, 3600)), beside(&apple, &times(1, 2)));
    let good = map(&Signer::first().token(&claims()));
    assert_eq!([login(&long, &good).status, login(&short, &good).status], [201, 201]);
    script.lock().unwrap().keys = Reply::Json(500, json!({}));
    until(&short, &good, 503);
    login(&short, &good).is_error(503, 503, UNAVAILABLE);
    assert_eq!(login(&long, &good).status, 200);
    assert!(apple.count("/auth/keys") > 2, "old keys are fetched anew");
    script.lock().unwrap().keys = keys(&[&Signer::first()]);
    until(&short, &good, 200);
}

/// The first key with another member.
fn other_key(name: &str, value: &str) -> Reply {
    let mut key = Signer::first().jwk();
    key[name] = json!(value);
    Reply::Json(200, json!({ "keys": [key] }))
}

/// An Apple whose keys are `ill`, and a server that finds its keys once they are well.
fn recovers(ill: Reply) {
    let (apple, script) = apple::start();
    let good = map(&Signer::first().token(&claims()));
    let said = format!("{ill:?}");
    script.lock().unwrap().keys = ill;
    let server = beside(&apple, &json!({ "keys_pause_seconds": 1 }));
    let answer = login(&server, &good);
    assert_eq!(answer.status, 503, "{said}: {}", answer.json);
    script.lock().unwrap().keys = keys(&[&Signer::first()]);
    until(&server, &good, 201);
}

#[test]
fn keys_that_are_none_decide_nothing() {
    let elsewhere = Platform::always(keys(&[&Signer::first()]));
    let ill = [
        Reply::Json(500, json!({})),
        Reply::Json(404, json!({ "keys": [Signer::first().jwk()] })),
        Reply::Json(200, json!({})),
        Reply::Json(200, json!({ "keys": [] })),
        Reply::Json(200, json!({ "keys": [null, 1, {}, { "kty": "RSA", "kid": "first" }] })),
        other_key("kty", "EC"),
        other_key("use", "enc"),
        other_key("alg", "RS512"),
        other_key("n", "!"),
        Reply::Text(200, "<html>"),
        Reply::Redirect(format!("{}/auth/keys", elsewhere.url)),
        Reply::Huge(300 * 1024),
        Reply::Drop,
    ];
    thread::scope(|scope| {
        for ill in ill {
            scope.spawn(|| recovers(ill));
        }
    });
    assert!(elsewhere.asked().is_empty(), "a redirect was followed");
}

#[test]
fn a_key_that_is_too_short_signs_nothing() {
    let (apple, script) = apple::start();
    script.lock().unwrap().keys = other_key("n", &format!("{}8", "_".repeat(170)));
    let good = map(&Signer::first().token(&claims()));
    login(&beside(&apple, &json!({})), &good).is_error(400, 251, BAD);
}

#[test]
fn a_silent_apple_is_waited_for_as_long_as_the_option_says() {
    let (apple, script) = apple::start();
    script.lock().unwrap().keys = Reply::Silence;
    let options = apple::settings(&apple, &json!({}));
    let server = server(&["lc_apple=apple"], &options, &["--platform-timeout", "1"]);
    let good = map(&Signer::first().token(&claims()));
    login(&server, &good).is_error(504, 124, "The request timed out.");
}
