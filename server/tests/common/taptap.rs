//! A client of TapTap's, as the contract describes one, against the stand-in.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Answer, Server, now_ms};

pub const CLIENT_ID: &str = "dev-taptap-client";
pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
pub const DEVICE: &str = "/oauth2/v1/device/code";
pub const TOKEN: &str = "/oauth2/v1/token";
pub const REVOKE: &str = "/oauth2/v1/revoke";
pub const PROFILE: &str = "/account/profile/v1?client_id=dev-taptap-client";
pub const BASIC_INFO: &str = "/account/basic-info/v1?client_id=dev-taptap-client";
pub const REDIRECT: &str = "http://127.0.0.1:4321/authorize";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A server that plays TapTap. Polls need not wait.
pub fn start() -> Server {
    let server = start_with(&[]);
    script(&server, &json!({ "interval": 0 }));
    server
}

pub fn start_with(more: &[&str]) -> Server {
    Server::start(Path::new(":memory:"), &[&["--dev"], more].concat())
}

/// `a=1&b=2`, percent-encoded.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub fn post(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    server.send("POST", path, &[FORM], encoded(fields).as_bytes())
}

/// Orders something of the stand-in, which has to do it.
#[track_caller]
pub fn order(server: &Server, path: &str, body: &Value) -> Value {
    let answer = server.send("POST", path, &[], body.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

#[track_caller]
pub fn script(server: &Server, body: &Value) {
    order(server, "/dev/script", body);
}

/// Orders what the next calls of one kind are answered.
#[track_caller]
pub fn next(server: &Server, call: &str, times: u32, answer: &Value) {
    let step = json!({ "call": call, "times": times, "answer": answer });
    script(server, &json!({ "next": [step] }));
}

pub fn state(server: &Server) -> Value {
    server.send("GET", "/dev/state", &[], b"").json
}

impl Answer {
    /// The `data` of a success.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!((self.status, &self.json["success"]), (200, &json!(true)), "{}", self.json);
        assert!(self.json["now"].is_i64());
        assert_eq!(self.header("content-type"), Some("application/json"));
        &self.json["data"]
    }

    /// The text of a field of `data`.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        self.data()[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned()
    }

    /// Checks an error of TapTap's.
    #[track_caller]
    pub fn refuses(&self, status: u16, error: &str) {
        let data = &self.json["data"];
        assert_eq!((self.status, &data["error"]), (status, &json!(error)), "{}", self.json);
        assert_eq!((&self.json["success"], &data["code"]), (&json!(false), &json!(-1)));
        assert!(self.json["now"].is_i64() && data["msg"].is_string());
        assert!(data["error_description"].is_string());
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }
}

/// A device code for these scopes.
pub fn device_code(server: &Server, scope: &str) -> Answer {
    let fields = [("client_id", CLIENT_ID), ("response_type", "device_code"), ("scope", scope)];
    post(server, DEVICE, &fields)
}

pub fn poll(server: &Server, code: &str) -> Answer {
    let fields = [
        ("grant_type", "device_token"),
        ("client_id", CLIENT_ID),
        ("secret_type", "hmac-sha-1"),
        ("code", code),
    ];
    post(server, TOKEN, &fields)
}

pub fn refresh(server: &Server, kid: &str) -> Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("token", kid),
        ("token_type_hint", "access_token"),
    ];
    post(server, TOKEN, &fields)
}

/// Somebody does something with a device login.
#[track_caller]
pub fn act(server: &Server, user_code: &str, action: &str, player: &str) {
    let deed = json!({ "action": action, "player": player });
    order(server, &format!("/dev/device/{user_code}"), &deed);
}

/// A token of `player` with these scopes.
#[track_caller]
pub fn token(server: &Server, player: &str, scope: &str) -> Token {
    let login = device_code(server, scope);
    act(server, &login.field("user_code"), "allow", player);
    Token::read(&poll(server, &login.field("device_code")))
}

/// What a client keeps of a token.
#[derive(Clone)]
pub struct Token {
    pub kid: String,
    pub mac_key: String,
}

impl Token {
    #[track_caller]
    pub fn read(answer: &Answer) -> Self {
        Self { kid: answer.field("kid"), mac_key: answer.field("mac_key") }
    }

    /// A header for this request, by the words of the contract and by no code of the server's.
    pub fn header(&self, method: &str, url: &str, ts: i64, nonce: &str) -> String {
        let rest = url.split_once("://").unwrap().1;
        let (authority, path) = rest.split_at(rest.find('/').unwrap());
        let (host, port) = authority.rsplit_once(':').unwrap();
        let text = format!("{ts}\n{nonce}\n{method}\n{path}\n{host}\n{port}\n\n");
        let mut mac = Hmac::<Sha1>::new_from_slice(self.mac_key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let mac = STANDARD.encode(mac.finalize().into_bytes());
        format!(r#"MAC id="{}",ts="{ts}",nonce="{nonce}",mac="{mac}""#, self.kid)
    }

    /// A signed GET with a fresh nonce and the machine's time.
    pub fn get(&self, server: &Server, path: &str) -> Answer {
        self.get_at(server, path, now_s(), &fresh_nonce())
    }

    pub fn get_at(&self, server: &Server, path: &str, ts: i64, nonce: &str) -> Answer {
        let header = self.header("GET", &format!("{}{path}", server.url), ts, nonce);
        server.send("GET", path, &[("Authorization", &header)], b"")
    }
}

/// The nine fields that a client sends of a login.
pub fn nine(server: &Server, token: &Token) -> Value {
    let profile = token.get(server, PROFILE);
    nine_of(token, profile.data())
}

pub fn nine_of(token: &Token, profile: &Value) -> Value {
    let text = |name: &str| profile[name].as_str().unwrap_or_default().to_owned();
    json!({
        "kid": token.kid, "access_token": token.kid, "token_type": "mac",
        "mac_key": token.mac_key, "mac_algorithm": "hmac-sha-1",
        "openid": text("openid"), "unionid": text("unionid"),
        "name": text("name"), "avatar": text("avatar"),
    })
}

pub fn login(server: &Server, map: &Value) -> Answer {
    server.post("/1.1/users", &json!({ "authData": { "taptap": map } }))
}

/// A production server whose TapTap is the stand-in of `taptap`.
pub fn beside(taptap: &Server, more: &[&str]) -> Server {
    let options = ["--taptap-client-id", CLIENT_ID, "--taptap-open-url", &taptap.url];
    Server::start(Path::new(":memory:"), &[&options[..], more].concat())
}

pub fn now_s() -> i64 {
    now_ms() / 1000
}

pub fn fresh_nonce() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("nonce/{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The query of the authorize page, with these fields changed; an empty one is left out.
pub fn authorize_path(changed: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut fields = vec![
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("state", "a-state"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("scope", "public_profile"),
        ("flow", "pc_localhost"),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.extend((!value.is_empty()).then_some((*name, *value)));
    }
    format!("/authorize?{}", encoded(&fields))
}

/// Opens the authorize page and allows what it asks; gives the address the browser goes to.
#[track_caller]
pub fn authorize(server: &Server, changed: &[(&str, &str)], action: &str, player: &str) -> String {
    let page = server.fetch("GET", &authorize_path(changed), &[], b"");
    assert_eq!(page.status, 200, "{}", page.text());
    let id = state(server)["authorize"][0]["id"].as_str().unwrap().to_owned();
    let deed = json!({ "action": action, "player": player });
    let done = order(server, &format!("/dev/authorize/{id}"), &deed);
    done["location"].as_str().unwrap().to_owned()
}

/// A parameter of an address.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Exchanges a code, with these fields changed.
pub fn exchange(server: &Server, code: &str, changed: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("secret_type", "hmac-sha-1"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.extend((!value.is_empty()).then_some((*name, *value)));
    }
    post(server, TOKEN, &fields)
}
