//! The key with which the studio signs at Apple, and the codes that are exchanged with it. Apple is
//! played on loopback and checks the signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::process::Stdio;

use common::apple::{
    self, APP, KEY_ID, REFRESH, SERVICE, Signer, StudioKey, TEAM, USER, claims, claims_with,
    granted, login, map, nobody, says, upload, with_codes,
};
use common::platform::Reply;
use common::{Server, chmod, command, data, mode};
use serde_json::json;

const BAD: &str = "Invalid authData.";
const UNAVAILABLE: &str = "The service is not available now.";

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
fn a_code_whose_token_cannot_be_checked_decides_nothing() {
    let (apple, script) = apple::start();
    let (_temporary, folder) = data();
    assert!(upload(&folder, &StudioKey::new().pem).status.success());
    let server = with_codes(&apple, &folder, &[]);
    says(&script, granted(&Signer::first().token(&claims())));
    script.lock().unwrap().keys = Reply::Drop;
    let code = json!({ "uid": USER, "code": "c-1" });
    login(&server, &code).is_error(503, 503, UNAVAILABLE);
    assert_eq!(apple.count("/auth/token"), 1);
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
    let nowhere = upload(Path::new(":memory:"), &key.pem);
    assert!(String::from_utf8(nowhere.stderr).unwrap().contains(":memory: keeps nothing"));
    assert!(upload(&folder, &key.pem).status.success());
    assert_eq!(mode(&folder.join("apple_key.p8")), 0o600);
    // A worse one does not take its place, a better one does.
    let read = || std::fs::read_to_string(folder.join("apple_key.p8")).unwrap();
    let first = read();
    assert!(!upload(&folder, rsa).status.success());
    assert_eq!(read(), first);
    let next = StudioKey::new();
    assert!(upload(&folder, &next.pem).status.success());
    assert_ne!(read(), first);
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
