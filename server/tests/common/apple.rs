//! Apple on loopback: keys, tokens and codes. Its keys were made for these tests and are of no use
//! elsewhere.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use serde_json::{Value, json};

use super::platform::{Asked, Platform, Reply, server, server_on};
use super::{Answer, Server, command, now_ms};

pub const APP: &str = "com.example.game";
pub const SERVICE: &str = "com.example.web";
pub const USER: &str = "001234.user.5678";
pub const TEAM: &str = "TEAM123456";
pub const KEY_ID: &str = "KEY1234567";
pub const REFRESH: &str = "r-very-secret-refresh-token";

/// One of Apple's own keys.
pub struct Signer {
    pub kid: &'static str,
    pair: RsaKeyPair,
}

impl Signer {
    pub fn first() -> Self {
        Self::read("first", include_str!("../data/rsa_1.pem"))
    }

    pub fn second() -> Self {
        Self::read("second", include_str!("../data/rsa_2.pem"))
    }

    fn read(kid: &'static str, pem: &str) -> Self {
        let inner: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(inner).unwrap()).unwrap();
        Self { kid, pair }
    }

    /// The key as it stands in the set.
    pub fn jwk(&self) -> Value {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        json!({
            "kty": "RSA", "kid": self.kid, "use": "sig", "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(&public.n), "e": URL_SAFE_NO_PAD.encode(&public.e),
        })
    }

    /// The bytes of the public key that everybody knows.
    pub fn modulus(&self) -> Vec<u8> {
        PublicKeyComponents::<Vec<u8>>::from(self.pair.public()).n
    }

    pub fn token(&self, claims: &Value) -> String {
        self.signed(&json!({ "alg": "RS256", "kid": self.kid }), claims)
    }

    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Signed with a key that both sides of HS256 would know.
pub fn hs256(key: &[u8], header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// What a good token of [`USER`] says.
pub fn claims() -> Value {
    let now = now_ms() / 1000;
    json!({
        "iss": "https://appleid.apple.com", "aud": APP, "sub": USER, "iat": now,
        "exp": now + 600, "email": "p@example.com", "nonce_supported": true,
    })
}

/// [`claims`] with one other than it should be; `null` leaves it out.
pub fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    if claims[name].is_null() {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims
}

/// The studio's .p8 and what checks its signatures.
pub struct StudioKey {
    pub pem: String,
    public: Vec<u8>,
}

impl StudioKey {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(alg, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(alg, der.as_ref(), &random).unwrap();
        let base64 = STANDARD.encode(der);
        let (a, b) = base64.split_at(64);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{a}\n{b}\n-----END PRIVATE KEY-----\n");
        Self { pem, public: pair.public_key().as_ref().to_vec() }
    }

    /// The base64 in the file.
    pub fn inner(&self) -> String {
        self.pem.lines().filter(|line| !line.starts_with("---")).collect()
    }

    /// Checks a client secret as Apple does.
    pub fn check(&self, secret: &str, client_id: &str) {
        let (signed, signature) = secret.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.public)
            .verify(signed.as_bytes(), &signature)
            .expect("the client secret is signed with the uploaded key");
        let read = |part: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let (header, payload) = signed.split_once('.').unwrap();
        let (header, payload) = (read(header), read(payload));
        assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &json!(KEY_ID)));
        assert_eq!(payload["iss"], json!(TEAM));
        assert_eq!(payload["aud"], json!("https://appleid.apple.com"));
        assert_eq!(payload["sub"], json!(client_id));
        let now = now_ms() / 1000;
        let (from, until) = (payload["iat"].as_i64().unwrap(), payload["exp"].as_i64().unwrap());
        assert!(from <= now && now < until && until - from <= 15_777_000, "{payload}");
    }
}

/// What Apple answers from now on.
pub struct Script {
    pub keys: Reply,
    pub token: Reply,
    /// One after the other; the last one for good.
    pub revoke: Vec<Reply>,
}

/// Apple, with [`Signer::first`] as its key, which takes no code.
pub fn start() -> (Platform, Arc<Mutex<Script>>) {
    let script = Script {
        keys: keys(&[&Signer::first()]),
        token: Reply::Json(400, json!({ "error": "invalid_grant" })),
        revoke: vec![Reply::Text(200, "")],
    };
    let script = Arc::new(Mutex::new(script));
    let says = Arc::clone(&script);
    let platform = Platform::start(move |asked: &Asked| {
        let mut says = says.lock().unwrap();
        match (asked.method.as_str(), asked.path()) {
            ("GET", "/auth/keys") => says.keys.clone(),
            ("POST", "/auth/token") => says.token.clone(),
            ("POST", "/auth/revoke") => match says.revoke.as_slice() {
                [last] => last.clone(),
                _ => says.revoke.remove(0),
            },
            _ => Reply::Json(404, json!({})),
        }
    });
    (platform, script)
}

pub fn keys(signers: &[&Signer]) -> Reply {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    Reply::Json(200, json!({ "keys": keys }))
}

/// The answer to a good code.
pub fn granted(id_token: &str) -> Reply {
    Reply::Json(
        200,
        json!({
            "access_token": "a", "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": REFRESH, "id_token": id_token,
        }),
    )
}

/// The settings of `lc_apple` for this Apple.
pub fn settings(apple: &Platform, more: &Value) -> Value {
    let mut own = json!({ "client_ids": [APP, SERVICE], "base_url": apple.url });
    for (name, value) in more.as_object().unwrap() {
        own[name] = value.clone();
    }
    json!({ "lc_apple": own })
}

/// A server for the players of this Apple, with more settings.
pub fn beside(apple: &Platform, more: &Value) -> Server {
    server(&["lc_apple=apple"], &settings(apple, more), &[])
}

/// Logs a player of Apple in.
pub fn login(server: &Server, map: &Value) -> Answer {
    server.post("/1.1/users", &json!({ "authData": { "lc_apple": map } }))
}

/// What a player with this token sends.
pub fn map(token: &str) -> Value {
    json!({ "uid": USER, "identity_token": token })
}

/// That [`USER`] has no account.
#[track_caller]
pub fn nobody(server: &Server) {
    let map = map(&Signer::first().token(&claims()));
    let body = json!({ "authData": { "lc_apple": map } });
    let answer = server.post("/1.1/users?failOnNotExist=true", &body);
    answer.is_error(400, 211, "Could not find user.");
}

/// `tdsauth-server apple-key`.
pub fn upload(folder: &Path, text: &str) -> Output {
    let mut command = command();
    command.args(["apple-key", "--data"]).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that refuses without reading has closed it.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

/// A server on `folder` that exchanges codes.
pub fn with_codes(apple: &Platform, folder: &Path, more: &[&str]) -> Server {
    let own = settings(apple, &json!({ "team_id": TEAM, "key_id": KEY_ID }));
    server_on(folder, &["lc_apple=apple"], &own, more)
}

/// What the next code is answered with.
pub fn says(script: &Mutex<Script>, token: Reply) {
    script.lock().unwrap().token = token;
}
