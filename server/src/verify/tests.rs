//! What no request reaches yet: what joins accounts, and the end of a grant of Apple's.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use tdsauth_core::secret::Secret;
use tempfile::TempDir;

use super::apple::KeyFile;
use super::settings::PlatformSettings;
use super::{Apple, Confirmed, Verifier, Verifiers, seal_key_of_before};
use crate::clock;
use crate::policy::Policy;
use crate::private_file;
use crate::problem::Problem;
use crate::seal::SealKey;

/// An Apple that gives one answer to each of so many requests; it tells what it was asked.
fn apple(answers: Vec<(u16, String)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let answer = |(status, body): (u16, String)| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ")
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            let length = body.len();
            write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n\r\n{body}")
                .unwrap();
            format!("{} {}", first.trim(), String::from_utf8(sent).unwrap())
        };
        answers.into_iter().map(answer).collect()
    });
    (url, asked)
}

fn with_apple(url: &str, folder: Option<&TempDir>) -> Verifiers {
    let mut own = json!({ "client_ids": ["game"], "base_url": url });
    if folder.is_some() {
        (own["team_id"], own["key_id"]) = (json!("TEAM"), json!("KEY"));
    }
    let mut settings = PlatformSettings::new(Some(own)).unwrap();
    let patience = Duration::from_secs(30);
    let key = folder.map(|folder| {
        let seal = SealKey::new(None, Some(folder.path())).find_or_begin().unwrap();
        seal_key_of_before(folder.path(), &seal).unwrap();
        KeyFile::new(folder.path(), Arc::new(seal))
    });
    let apple = Apple::configured("lc_apple", &mut settings, patience, key).unwrap();
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

/// A set of keys, and an identity token of `uid` that is signed with one of them.
fn signed(uid: &str) -> (Value, String) {
    let pem = include_str!("../../tests/data/rsa_1.pem").lines();
    let inner: String = pem.filter(|line| !line.starts_with("---")).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(inner).unwrap()).unwrap();
    let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    let (n, e) = (URL_SAFE_NO_PAD.encode(&public.n), URL_SAFE_NO_PAD.encode(&public.e));
    let keys = json!({ "keys": [{ "kty": "RSA", "kid": "k", "n": n, "e": e }] });
    let claims = json!({
        "iss": "https://appleid.apple.com", "aud": "game", "sub": uid,
        "exp": clock::now_ms() / 1000 + 600,
    });
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": "RS256", "kid": "k" })), part(&claims));
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
    (keys, format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

async fn confirmed(verifiers: &Verifiers, auth_data: Value) -> Vec<Confirmed> {
    let Value::Object(auth_data) = auth_data else { unreachable!() };
    verifiers.confirm(verifiers.read(auth_data).unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_grant_of_a_code_is_what_is_revoked_when_the_account_is_deleted() {
    let folder = with_key();
    let (keys, token) = signed("u-1");
    let granted = json!({ "id_token": token, "refresh_token": "r&1" });
    let (url, asked) = apple(vec![
        (200, granted.to_string()),
        (200, keys.to_string()),
        (200, String::new()),
        (400, json!({ "error": "invalid_grant" }).to_string()),
    ]);
    let verifiers = with_apple(&url, Some(&folder));
    let sent = json!({ "lc_apple": { "uid": "u-1", "code": "c-1" } });
    let mut confirmed = confirmed(&verifiers, sent).await;
    let pending = confirmed.pop().unwrap().grant.unwrap();
    let grant = pending.grant().unwrap().clone();
    pending.kept();
    assert!(verifiers.leftovers().first().is_none());
    verifiers.revoke("lc_apple", &grant).await.unwrap();
    // Once more: it is revoked already.
    verifiers.revoke("lc_apple", &grant).await.unwrap();
    let asked = asked.join().unwrap();
    for asked in asked.iter().skip(2) {
        assert!(asked.starts_with("POST /auth/revoke HTTP/1.1 client_id=game&client_secret=ey"));
        assert!(asked.ends_with("&token=r%261&token_type_hint=refresh_token"), "{asked}");
    }
}

#[tokio::test]
async fn what_cannot_be_revoked_now_is_to_be_tried_again() {
    let folder = with_key();
    let (url, _asked) = apple(vec![(400, json!({ "error": "invalid_client" }).to_string())]);
    let grant = json!({ "client_id": "game", "refresh_token": "r-1" });
    let grant = Secret::new(grant.to_string());
    let empty = TempDir::new().unwrap();
    let damaged = Secret::new("{}");
    // Apple refuses the server; the grant is damaged; no team; no key; no such platform.
    for (verifiers, grant) in [
        (with_apple(&url, Some(&folder)), &grant),
        (with_apple(&url, Some(&folder)), &damaged),
        (with_apple(&url, None), &grant),
        (with_apple(&url, Some(&empty)), &grant),
        (Verifiers::new(Policy::Production), &grant),
    ] {
        assert_eq!(verifiers.revoke("lc_apple", grant).await, Err(Problem::UNAVAILABLE));
    }
}

#[tokio::test]
async fn an_unverified_unionid_joins_nobody_but_as_the_recorded_service_did() {
    let sent = |platform: &str| {
        let map = json!({
            "id": "i", "openid": "o", "unionid": "u", "platform": "weixin", "main_account": true,
        });
        json!({ platform: map })
    };
    let joins = async |verifiers: &Verifiers, platform: &str| {
        let mut confirmed = confirmed(verifiers, sent(platform)).await;
        confirmed.pop().unwrap().union.map(|union| union.name())
    };
    let unverified = |policy| {
        let mut verifiers = Verifiers::new(policy);
        verifiers.add("corp", Verifier::Unverified, "weixin".to_owned());
        verifiers
    };
    let mut leancloud = unverified(Policy::Leancloud);
    assert_eq!(joins(&unverified(Policy::Production), "corp").await, None);
    assert_eq!(joins(&leancloud, "corp").await.as_deref(), Some("_weixin_unionid"));
    assert_eq!(joins(&leancloud, "any").await.as_deref(), Some("_weixin_unionid"));
    assert_eq!(joins(&leancloud, "anonymous").await, None, "a guest");
    // Once somebody verifies WeChat's unionids, nobody else's word for them counts.
    let apple = with_apple("http://127.0.0.1:1", None).named.remove("lc_apple").unwrap();
    leancloud.add("weixin", apple.verifier, "weixin".to_owned());
    assert_eq!(joins(&leancloud, "corp").await, None);
    assert_eq!(joins(&leancloud, "any").await, None);
}

#[tokio::test]
async fn several_platforms_are_true_together_or_not_at_all() {
    let mut verifiers = Verifiers::new(Policy::Production);
    verifiers.add("a", Verifier::Unverified, "a".to_owned());
    let apple = with_apple("http://127.0.0.1:1", None).named.remove("lc_apple").unwrap();
    verifiers.add("b", apple.verifier, "b".to_owned());
    verifiers.add("c", Verifier::Unverified, "c".to_owned());
    let good = json!({ "c": { "uid": "3" }, "a": { "uid": "1" } });
    let all = confirmed(&verifiers, good).await;
    let named: Vec<_> = all.iter().map(|one| one.identity.platform.as_str()).collect();
    assert_eq!(named, ["a", "c"]);
    let one_is_not = json!({
        "a": { "uid": "1" }, "b": { "uid": "2", "identity_token": "no.to.ken" },
    });
    let Value::Object(one_is_not) = one_is_not else { unreachable!() };
    let claims = verifiers.read(one_is_not).unwrap();
    assert_eq!(verifiers.confirm(claims).await.unwrap_err(), Problem::BAD_AUTH_DATA);
    let many: serde_json::Map<_, _> = (0..9).map(|i| (format!("p{i}"), json!({}))).collect();
    assert_eq!(verifiers.read(many).unwrap_err(), Problem::BAD_AUTH_DATA);
}
