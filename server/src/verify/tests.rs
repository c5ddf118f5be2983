//! What no request reaches yet: the grant of a deleted account is revoked at Apple.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;
use tdsauth_core::secret::Secret;
use tempfile::TempDir;

use super::settings::PlatformSettings;
use super::{Apple, Verifier, Verifiers};
use crate::policy::Policy;
use crate::private_file;
use crate::problem::Problem;

/// An Apple that answers one request with `status` and `body`; it gives what it was asked.
fn apple(status: u16, body: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = String::new();
        let mut chunk = [0; 4096];
        while !asked.contains("token_type_hint=") {
            let read = stream.read(&mut chunk).unwrap();
            asked.push_str(str::from_utf8(&chunk[..read]).unwrap());
        }
        let length = body.len();
        write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        asked
    });
    (url, asked)
}

fn verifiers(url: &str, folder: Option<&TempDir>) -> Verifiers {
    let mut own = json!({ "client_ids": ["game"], "base_url": url });
    if folder.is_some() {
        (own["team_id"], own["key_id"]) = (json!("TEAM"), json!("KEY"));
    }
    let mut settings = PlatformSettings::new(Some(own)).unwrap();
    let (patience, folder) = (Duration::from_secs(30), folder.map(TempDir::path));
    let apple = Apple::configured("lc_apple", &mut settings, patience, folder).unwrap();
    let mut verifiers = Verifiers::new(Policy::Production);
    verifiers.add("lc_apple", Verifier::Apple(apple), "lc_apple".to_owned());
    verifiers
}

fn with_key() -> TempDir {
    let folder = TempDir::new().unwrap();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let base64 = STANDARD.encode(der.unwrap());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----");
    private_file::create(&folder.path().join("apple_key.p8"), &pem).unwrap();
    folder
}

fn grant() -> Secret {
    Secret::new(json!({ "client_id": "game", "refresh_token": "r&1" }).to_string())
}

#[tokio::test]
async fn a_deleted_accounts_grant_is_revoked() {
    let folder = with_key();
    for (status, body) in [(200, ""), (400, r#"{"error":"invalid_grant"}"#)] {
        let (url, asked) = apple(status, body);
        verifiers(&url, Some(&folder)).revoke("lc_apple", &grant()).await.unwrap();
        let asked = asked.join().unwrap();
        assert!(asked.starts_with("POST /auth/revoke HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("\r\n\r\nclient_id=game&client_secret=ey"), "{asked}");
        assert!(asked.ends_with("&token=r%261&token_type_hint=refresh_token"), "{asked}");
    }
}

#[tokio::test]
async fn what_cannot_be_revoked_now_is_to_be_tried_again() {
    let folder = with_key();
    let (url, _asked) = apple(400, r#"{"error":"invalid_client"}"#);
    let refused = verifiers(&url, Some(&folder)).revoke("lc_apple", &grant()).await;
    assert_eq!(refused, Err(Problem::UNAVAILABLE));
    let damaged = Secret::new("{}");
    let refused = verifiers(&url, Some(&folder)).revoke("lc_apple", &damaged).await;
    assert_eq!(refused, Err(Problem::UNAVAILABLE));
    // Without a team, without a key, and of a platform that is not named any more.
    let refused = verifiers(&url, None).revoke("lc_apple", &grant()).await;
    assert_eq!(refused, Err(Problem::UNAVAILABLE));
    let empty = TempDir::new().unwrap();
    let refused = verifiers(&url, Some(&empty)).revoke("lc_apple", &grant()).await;
    assert_eq!(refused, Err(Problem::UNAVAILABLE));
    assert_eq!(
        Verifiers::new(Policy::Production).revoke("lc_apple", &grant()).await,
        Err(Problem::UNAVAILABLE)
    );
}
