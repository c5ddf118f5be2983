//! Players of Apple, who is played on loopback with keys of its own: identity tokens, codes, and
//! the key with which the studio signs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use common::apple::{
    self, APP, KEY_ID, REFRESH, SERVICE, Script, Signer, StudioKey, TEAM, USER, claims,
    claims_with, granted, hs256, keys, part,
};
use common::platform::{Platform, Reply, server, server_on};
use common::{Answer, HANG, Server, chmod, command, data, mode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const BAD: &str = "Invalid authData.";
const UNAVAILABLE: &str = "The service is not available now.";

fn beside(apple: &Platform, more: &Value) -> Server {
    server(&["lc_apple=apple"], &apple::settings(apple, more), &[])
}

fn login(server: &Server, map: &Value) -> Answer {
    server.post("/1.1/users", &json!({ "authData": { "lc_apple": map } }))
}

fn map(token: &str) -> Value {
    json!({ "uid": USER, "identity_token": token })
}

#[track_caller]
fn nobody(server: &Server) {
    let map = map(&Signer::first().token(&claims()));
    let body = json!({ "authData": { "lc_apple": map } });
    let answer = server.post("/1.1/users?failOnNotExist=true", &body);
    answer.is_error(400, 211, "Could not find user.");
}

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

#[test]
fn keys_that_are_none_decide_nothing() {
    let (apple, script) = apple::start();
    let elsewhere = Platform::always(keys(&[&Signer::first()]));
    let other_use = |name: &str, value: &str| {
        let mut key = Signer::first().jwk();
        key[name] = json!(value);
        Reply::Json(200, json!({ "keys": [key] }))
    };
    let good = map(&Signer::first().token(&claims()));
    for ill in [
        Reply::Json(500, json!({})),
        Reply::Json(404, json!({ "keys": [Signer::first().jwk()] })),
        Reply::Json(200, json!({})),
        Reply::Json(200, json!({ "keys": [] })),
        Reply::Json(200, json!({ "keys": [null, 1, {}, { "kty": "RSA", "kid": "first" }] })),
        other_use("kty", "EC"),
        other_use("use", "enc"),
        other_use("alg", "RS512"),
        other_use("n", "!"),
        Reply::Text(200, "<html>"),
        Reply::Redirect(format!("{}/auth/keys", elsewhere.url)),
        Reply::Huge(300 * 1024),
        Reply::Drop,
    ] {
        script.lock().unwrap().keys = ill.clone();
        let server = beside(&apple, &json!({ "keys_pause_seconds": 1 }));
        let answer = login(&server, &good);
        assert_eq!(answer.status, 503, "{ill:?}: {}", answer.json);
        script.lock().unwrap().keys = keys(&[&Signer::first()]);
        until(&server, &good, 201);
    }
    assert!(elsewhere.asked().is_empty(), "a redirect was followed");
    // A key that is too short signs nothing.
    script.lock().unwrap().keys = other_use("n", &format!("{}8", "_".repeat(170)));
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

/// `tdsauth-server apple-key`.
fn upload(folder: &Path, text: &str) -> Output {
    let mut command = command();
    command.args(["apple-key", "--data"]).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn with_codes(apple: &Platform, folder: &Path, more: &[&str]) -> Server {
    let own = apple::settings(apple, &json!({ "team_id": TEAM, "key_id": KEY_ID }));
    server_on(folder, &["lc_apple=apple"], &own, more)
}

fn says(script: &Mutex<Script>, token: Reply) {
    script.lock().unwrap().token = token;
}

#[test]
fn a_code_alone_is_exchanged_with_a_secret_signed_by_the_uploaded_key() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    let server = with_codes(&apple, &folder, &[]);
    let code = json!({ "uid": USER, "code": "c&1", "redirect_uri": "https://game.example/a" });
    // No key yet: that is not the player's fault.
    login(&server, &code).is_error(503, 503, UNAVAILABLE);

    // Uploaded while the server runs.
    let key = StudioKey::new();
    assert!(upload(&folder, &key.pem).status.success());
    login(&server, &code).is_error(400, 251, BAD);
    says(&script, granted(&Signer::first().token(&claims_with("sub", json!("another")))));
    login(&server, &code).is_error(400, 251, BAD);
    says(&script, granted(&Signer::second().token(&claims())));
    login(&server, &code).is_error(400, 251, BAD);
    says(&script, Reply::Json(400, json!({ "error": "invalid_client" })));
    login(&server, &code).is_error(503, 503, UNAVAILABLE);
    says(&script, Reply::Json(200, json!({ "refresh_token": REFRESH })));
    login(&server, &code).is_error(503, 503, UNAVAILABLE);
    nobody(&server);

    says(&script, granted(&Signer::first().token(&claims())));
    let made = login(&server, &code);
    assert_eq!(
        (made.status, &made.json["authData"]),
        (201, &json!({ "lc_apple": { "uid": USER } }))
    );
    let asked = apple.asked().into_iter().rfind(|asked| asked.path() == "/auth/token").unwrap();
    assert_eq!(asked.form("grant_type").as_deref(), Some("authorization_code"));
    assert_eq!(asked.form("code").as_deref(), Some("c&1"));
    assert_eq!(asked.form("redirect_uri").as_deref(), Some("https://game.example/a"));
    assert_eq!(asked.form("client_id").as_deref(), Some(APP));
    key.check(&asked.form("client_secret").unwrap(), APP);
}

#[test]
fn a_code_beside_a_token_is_for_the_tokens_audience_and_may_be_spent() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    let key = StudioKey::new();
    assert!(upload(&folder, &key.pem).status.success());
    let server = with_codes(&apple, &folder, &[]);
    let token = Signer::first().token(&claims_with("aud", json!(SERVICE)));
    let mut both = map(&token);
    both["code"] = json!("c-1");
    says(&script, Reply::Json(500, json!({})));
    login(&server, &both).is_error(503, 503, UNAVAILABLE);
    says(&script, granted(&Signer::first().token(&claims_with("sub", json!("another")))));
    login(&server, &both).is_error(400, 251, BAD);
    nobody(&server);
    says(&script, granted(&token));
    assert_eq!(login(&server, &both).status, 201);
    let asked = apple.asked().into_iter().rfind(|asked| asked.path() == "/auth/token").unwrap();
    assert_eq!(asked.form("client_id").as_deref(), Some(SERVICE));
    key.check(&asked.form("client_secret").unwrap(), SERVICE);
    // The answer was lost and the login comes again: the code is spent, the token is not.
    says(&script, Reply::Json(400, json!({ "error": "invalid_grant" })));
    assert_eq!(login(&server, &both).status, 200);
}

#[test]
fn a_key_that_cannot_sign_for_apple_is_refused_and_nothing_is_stored() {
    let (_temporary, folder) = data();
    let key = StudioKey::new();
    let half = key.pem.replacen(&key.inner()[..8], "", 1);
    let rsa = include_str!("data/rsa_1.pem");
    let p384 = include_str!("data/p384.pem");
    for text in ["", "x", &key.inner(), &half, rsa, p384, &format!("{}\n{}", key.pem, key.pem)] {
        let output = upload(&folder, text);
        assert!(!output.status.success(), "{text}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("tdsauth-server: standard input: "), "{said}");
        assert!(output.stdout.is_empty());
        assert!(!folder.join("apple_key.p8").exists());
    }
    assert!(upload(&folder, &key.pem).status.success());
    assert_eq!(mode(&folder.join("apple_key.p8")), 0o600);
    // A worse one does not take its place, a better one does.
    assert!(!upload(&folder, rsa).status.success());
    let read = || std::fs::read_to_string(folder.join("apple_key.p8")).unwrap();
    assert_eq!(read().trim(), key.pem.trim());
    let next = StudioKey::new();
    assert!(upload(&folder, &next.pem).status.success());
    assert_eq!(read().trim(), next.pem.trim());
}

#[test]
fn a_key_that_others_may_read_signs_nothing() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    chmod(&folder.join("apple_key.p8"), 0o644);
    says(&script, granted(&Signer::first().token(&claims())));
    let server = with_codes(&apple, &folder, &[]);
    let code = json!({ "uid": USER, "code": "c-1" });
    login(&server, &code).is_error(503, 503, UNAVAILABLE);
    assert_eq!(apple.count("/auth/token"), 0);
}

#[test]
fn no_secret_reaches_the_log_an_answer_or_the_database() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    let key = StudioKey::new();
    let output = upload(&folder, &key.pem);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    let own = apple::settings(&apple, &json!({ "team_id": TEAM, "key_id": KEY_ID }));
    let (_settings, path) = common::platform::settings(&own);
    let log = folder.with_extension("log");
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "trace"]);
    command.args(["--platform", "lc_apple=apple", "--platforms"]).arg(path);
    command.arg("--data").arg(&folder);
    command.stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let server = Server::spawn(command);
    let token = Signer::first().token(&claims());
    let mut both = map(&token);
    (both["code"], both["nonce"]) = (json!("c-very-secret-code"), json!("n-very-secret"));
    login(&server, &both).is_error(400, 251, BAD);
    both.as_object_mut().unwrap().remove("nonce");
    says(&script, Reply::Json(500, json!({ "error": "c-very-secret-code" })));
    login(&server, &both).is_error(503, 503, UNAVAILABLE);
    says(&script, granted(&token));
    let made = login(&server, &both);
    assert_eq!(made.status, 201);
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("a login is not confirmed"), "{log}");
    let secret = apple.asked().iter().find_map(|asked| asked.form("client_secret")).unwrap();
    let inner = key.inner();
    let all =
        [token.as_str(), "c-very-secret-code", "n-very-secret", REFRESH, &secret, &inner[..40]];
    for text in all {
        assert!(!log.contains(text), "the log holds {text}");
        assert!(!made.json.to_string().contains(text));
        for name in ["tdsauth.db", "tdsauth.db-wal"] {
            let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{name}");
        }
    }
}
