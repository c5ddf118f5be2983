//! What the suites share: a client whose bytes the test carries, and what it asks for, one exchange
//! after the other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tdsauth_core::client::{self, Event, Options, RequestText, Submit, TapTapLogin, event};
use tdsauth_core::error::{Error, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{HostEvent, Response};

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const LONG: Option<Duration> = Some(PATIENCE);

/// A folder in memory where the system has such: these suites are not about the disk, and a busy one
/// takes minutes to flush.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) const CLIENT_ID: &str = "tapid";

pub(crate) fn options(folder: &Path) -> Options {
    Options {
        server_url: Some("https://server.example".to_owned()),
        app_id: "app".to_owned(),
        app_key: Secret::new("key"),
        storage_path: folder.to_owned(),
        host_transport: true,
        taptap_client_id: Some(CLIENT_ID.to_owned()),
        taptap_accounts_url: Some("https://accounts.example".to_owned()),
        taptap_open_url: Some("https://open.example".to_owned()),
        taptap_authorize_url: Some("https://page.example/authorize".to_owned()),
        request_timeout_ms: 300_000,
        log_level: client::log::level::DEBUG,
        ..Options::default()
    }
}

pub(crate) fn make(folder: &Path) -> u64 {
    client::create(options(folder)).unwrap()
}

/// What the client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Code,
    Poll,
    Exchange,
    Refresh,
    Profile,
    BasicInfo,
    Account,
}

/// One exchange that the client began.
pub(crate) struct Asked {
    client: u64,
    id: u64,
    pub(crate) call: Call,
    pub(crate) form: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    pub(crate) url: String,
    pub(crate) authorization: Option<String>,
    pub(crate) at: Instant,
}

/// The next exchange, which must be this one.
pub(crate) fn asked(client: u64, call: Call) -> Asked {
    let Some(asked) = next_asked(client, PATIENCE) else {
        let event = client::poll(client);
        panic!("{call:?} was not asked; {event:?}, {:?}, {}", client::stats(client), logged(client))
    };
    assert_eq!(asked.call, call, "{}", asked.url);
    asked
}

/// The next exchange within this time.
pub(crate) fn next_asked(client: u64, patience: Duration) -> Option<Asked> {
    let until = Instant::now() + patience;
    loop {
        match client::http_next(client).unwrap() {
            Some(HostEvent::Send { id, .. }) => {
                let read =
                    client::http_request(client, id, |request| Asked::new(client, id, request));
                // Cancelled between the two calls: it is as if it had not been asked.
                if let Some(asked) = read.unwrap() {
                    return Some(asked);
                }
            }
            Some(_) => {}
            None if Instant::now() > until => return None,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Nothing more is asked once the client's thread has seen everything that was submitted.
pub(crate) fn nothing_asked(client: u64) {
    // A request that goes through the same thread, behind whatever it still had to do.
    let nobodys = Secret::new("tapoauth://authorize?code=c&state=nobody");
    let check = client::taptap_handle_url(client, nobodys, Submit::default()).unwrap().unwrap();
    assert_eq!(end(client, check).status, status::TAPTAP_NO_PENDING_LOGIN);
    client::request_release(check).unwrap();
    let asked = next_asked(client, Duration::ZERO);
    assert!(asked.is_none(), "{:?} was asked", asked.map(|asked| asked.call));
}

impl Asked {
    fn new(client: u64, id: u64, request: &tdsauth_core::transport::Request) -> Self {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let form: BTreeMap<String, String> = body
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), unescape(value)))
            .collect();
        let grant = form.get("grant_type").map(String::as_str);
        let place = request.url.split('?').next().unwrap();
        let call = match (place, grant) {
            ("https://accounts.example/oauth2/v1/device/code", None) => Call::Code,
            ("https://accounts.example/oauth2/v1/token", Some("device_token")) => Call::Poll,
            ("https://accounts.example/oauth2/v1/token", Some("authorization_code")) => {
                Call::Exchange
            }
            ("https://accounts.example/oauth2/v1/token", Some("refresh_token")) => Call::Refresh,
            ("https://open.example/account/profile/v1", None) => Call::Profile,
            ("https://open.example/account/basic-info/v1", None) => Call::BasicInfo,
            ("https://server.example/1.1/users", None) => Call::Account,
            other => panic!("{other:?}"),
        };
        let header = |name: &str| {
            request.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone())
        };
        Self {
            client,
            id,
            call,
            form,
            body: request.body.clone(),
            url: request.url.clone(),
            authorization: header("Authorization"),
            at: Instant::now(),
        }
    }

    /// A part of the MAC header.
    pub(crate) fn signed(&self, part: &str) -> String {
        let header = self.authorization.as_ref().unwrap();
        let (_, rest) = header.split_once(&format!("{part}=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    pub(crate) fn answer(self, status: u16, body: &str) {
        let response = Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        self.complete(Ok(response));
    }

    pub(crate) fn ok(self, data: &Value) {
        self.answer(200, &json!({"data": data, "success": true, "now": now()}).to_string());
    }

    pub(crate) fn refuse(self, status: u16, name: &str) {
        let data = json!({"code": -1, "msg": "m", "error": name, "error_description": "d"});
        let body = json!({"data": data, "success": false, "now": now()});
        self.answer(status, &body.to_string());
    }

    pub(crate) fn lose(self) {
        self.complete(Err(Error::new(status::NETWORK, "the cable was cut")));
    }

    /// It may have been given up meanwhile.
    pub(crate) fn complete(self, answer: tdsauth_core::error::Result<Response>) {
        client::http_complete(self.client, self.id, answer).unwrap();
    }
}

pub(crate) fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// A device code with the shortest interval there is.
pub(crate) fn code(name: &str, expires_in: u64) -> Value {
    json!({
        "device_code": format!("secret-{name}"), "user_code": name, "interval": 1,
        "qrcode_url": format!("https://qr.example/{name}"), "expires_in": expires_in,
        "verification_url": "https://qr.example/type",
    })
}

pub(crate) fn token(kid: &str, scope: &str) -> Value {
    json!({
        "kid": kid, "access_token": kid, "token_type": "mac", "mac_key": format!("key-of-{kid}"),
        "mac_algorithm": "hmac-sha-1", "scope": scope,
    })
}

pub(crate) fn profile(name: &str) -> Value {
    json!({
        "openid": format!("open-{name}"), "unionid": format!("union-{name}"), "name": name,
        "avatar": format!("https://img.example/{name}.png"), "gender": "",
    })
}

pub(crate) fn user(name: &str) -> String {
    json!({"objectId": format!("id{name}"), "sessionToken": format!("session{name}")}).to_string()
}

pub(crate) fn end(client: u64, request: u64) -> Event {
    client::wait(client, request, LONG).unwrap().expect("no event")
}

/// The next event of a request, which must be progress of this kind.
pub(crate) fn progress(client: u64, request: u64, kind: i32) -> Event {
    let event = end(client, request);
    assert_eq!((event.kind, event.status), (kind, status::OK), "{event:?}");
    assert_eq!(event.flags, event::flag::MORE);
    event
}

pub(crate) fn text(request: u64, field: RequestText) -> Option<String> {
    client::request_text(request, field).unwrap()
}

pub(crate) fn qr() -> TapTapLogin {
    TapTapLogin::default()
}

/// A login by QR code up to its first poll.
pub(crate) fn shown(client: u64, login: u64, name: &str) {
    asked(client, Call::Code).ok(&code(name, 300));
    progress(client, login, event::kind::TAPTAP_SHOW_QR);
}

/// A whole login by QR code.
pub(crate) fn log_in_by_qr(client: u64, kid: &str, name: &str) {
    let login = client::taptap_login(client, qr(), Submit::default()).unwrap();
    shown(client, login, name);
    asked(client, Call::Poll).ok(&token(kid, "public_profile"));
    logged_in(client, login, name);
}

/// Somebody is logged in, without the interval of a code.
pub(crate) fn log_in(client: u64, kid: &str, name: &str) {
    let text = Secret::new(token(kid, "public_profile").to_string());
    let login = client::taptap_import_token(client, text, Submit::default()).unwrap();
    logged_in(client, login, name);
}

fn logged_in(client: u64, login: u64, name: &str) {
    asked(client, Call::Profile).ok(&profile(name));
    let event = end(client, login);
    assert_eq!((event.kind, event.status, event.value), (event::kind::TAPTAP_LOGIN, 0, 1));
    client::request_release(login).unwrap();
}

pub(crate) fn kid(client: u64) -> Option<String> {
    let kid = client::taptap_token(client, client::TokenField::Kid).unwrap();
    kid.map(|kid| kid.expose().to_owned())
}

pub(crate) fn name(client: u64) -> Option<String> {
    client::taptap_profile(client, client::ProfileField::Name).unwrap()
}

/// What the disk remembers, as another client reads it.
pub(crate) fn stored(folder: &Path) -> (Option<String>, Option<String>) {
    let other = make(folder);
    let found = (kid(other), name(other));
    client::destroy(other).unwrap();
    found
}

/// Everything that was logged.
pub(crate) fn logged(client: u64) -> String {
    let mut lines = String::new();
    while client::log_next(client, |_, line| {
        lines.push_str(line);
        lines.push('\n');
        true
    })
    .unwrap()
    {}
    lines
}
