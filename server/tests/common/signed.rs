//! TapTap, as it calls a game to bind roles: every request signed with X-Tap-Sign.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::platform::Asked;
use super::{Answer, Server, command, now_ms};

pub const SECRET: &str = "server-secret-of-the-tests";
pub const SECRETS: &str = "TDSAUTH_BINDING_SECRETS";
pub const BASE: &str = "/game-record/v1";

/// The command of a server that binds roles.
pub fn server_command(data: &Path, more: &[&str]) -> Command {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(data).args(more);
    command.env(SECRETS, SECRET);
    command
}

pub fn start(more: &[&str]) -> Server {
    Server::spawn(server_command(Path::new(":memory:"), more))
}

/// The signature of TapTap's common API page, written apart from the library's.
pub fn sign(secret: &str, method: &str, target: &str, tap: &[(&str, &str)], body: &[u8]) -> String {
    let mut lines: Vec<_> =
        tap.iter().map(|(name, value)| format!("{}:{value}", name.to_lowercase())).collect();
    lines.sort();
    let head = format!("{method}\n{target}\n{}\n", lines.join("\n"));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&[head.as_bytes(), body, b"\n"].concat());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether a call of the studio's service is signed with this key, just now.
pub fn is_signed(asked: &Asked, key: &str) -> bool {
    let timestamp = asked.header("x-tdsauth-timestamp").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.{}", asked.body).as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    let age = now() - timestamp.parse::<i64>().unwrap();
    asked.header("x-tdsauth-signature") == Some(&format!("v1={hex}")) && age.abs() < 60
}

/// A nonce that no other request has.
pub fn nonce() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("n{:07}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn now() -> i64 {
    now_ms() / 1000
}

/// A request of TapTap's.
#[derive(Clone)]
pub struct Call {
    pub secret: &'static str,
    pub method: &'static str,
    pub target: String,
    pub body: Vec<u8>,
    pub at: i64,
    pub nonce: String,
    /// Beside those of the signature.
    pub headers: Vec<(String, String)>,
}

impl Call {
    pub fn get(target: &str) -> Self {
        Self {
            secret: SECRET,
            method: "GET",
            target: format!("{BASE}/{target}"),
            body: Vec::new(),
            at: now(),
            nonce: nonce(),
            headers: Vec::new(),
        }
    }

    pub fn notify(body: &Value) -> Self {
        let target = format!("{BASE}/bind-notify");
        let body = body.to_string().into_bytes();
        Self { method: "POST", target, body, ..Self::get("") }
    }

    /// The headers, signature and all.
    pub fn signed(&self) -> Vec<(String, String)> {
        let at = self.at.to_string();
        let tap = [("X-Tap-Nonce", &*self.nonce), ("X-Tap-Ts", &*at)];
        let sign = sign(self.secret, self.method, &self.target, &tap, &self.body);
        let mut headers = self.headers.clone();
        let all = [tap[0], tap[1], ("X-Tap-Sign", &sign)];
        headers.extend(all.map(|(name, value)| (name.to_owned(), value.to_owned())));
        headers
    }

    pub fn send(&self, server: &Server) -> Answer {
        self.send_with(server, &self.signed())
    }

    pub fn send_with(&self, server: &Server, headers: &[(String, String)]) -> Answer {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = server.send(self.method, &self.target, &headers, &self.body);
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.has_common_headers();
        answer
    }

    /// The code that is answered.
    pub fn code(&self, server: &Server) -> i64 {
        self.send(server).json["code"].as_i64().unwrap()
    }
}

/// `a=1&b=2`, percent-encoded.
pub fn query(path: &str, pairs: &[(&str, &str)]) -> Call {
    let mut query = form_urlencoded::Serializer::new(format!("{path}?"));
    Call::get(&query.extend_pairs(pairs).finish())
}

/// Asks as the operator.
pub fn master(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    let key = format!("{},master", server.master_key);
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    server.send(method, path, &[("X-LC-Id", &server.app_id), ("X-LC-Key", &key)], &body)
}

/// Gives a player a role with only what a role must have.
#[track_caller]
pub fn give(server: &Server, player: &Answer, role_id: &str) {
    let account = player.text("objectId");
    let role = json!({ "role_id": role_id, "account": account, "nickname": "Mia" });
    let put = master(server, "POST", "/tdsauth/v1/roles", &json!({ "roles": [role] }));
    assert_eq!(put.status, 200, "{}", put.json);
}
