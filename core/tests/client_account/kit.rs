//! A game with its folder, and the account server as far as users go (`account-rest.md` sections
//! 2.2 to 2.7).

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tdsauth_core::account::{AuthData, AuthLogin};
use tdsauth_core::client::{self, Event, Options, Submit};
use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{HostEvent, Response};

const PATIENCE: Duration = Duration::from_secs(60);

/// A folder in memory where the system has such: this suite is not about the disk.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[derive(Default)]
pub(crate) struct Server {
    /// Rows, the session token among them.
    pub(crate) users: Vec<Map<String, Value>>,
    /// Method, path and query, token of each request.
    pub(crate) seen: Vec<(String, String)>,
    pub(crate) bodies: Vec<Value>,
    /// Answers without the merged `authData`, as a server that knows no `fetchWhenSave`.
    pub(crate) terse: bool,
}

impl Server {
    fn find(&mut self, field: &str, value: &Value) -> Option<&mut Map<String, Value>> {
        self.users.iter_mut().find(|user| user.get(field) == Some(value))
    }

    fn of(&mut self, platform: &str, data: &Value) -> Option<&mut Map<String, Value>> {
        let key = ["id", "uid", "openid"].into_iter().find(|key| data.get(key).is_some())?;
        self.users.iter_mut().find(|user| {
            user["authData"].get(platform).is_some_and(|own| own.get(key) == data.get(key))
        })
    }

    fn answer(&mut self, method: &str, url: &str, body: &[u8], session: Option<&str>) -> Response {
        let path = url.split("/1.1").nth(1).unwrap().to_owned();
        self.seen.push((format!("{method} {path}"), session.unwrap_or_default().to_owned()));
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        self.bodies.push(body.clone());
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let token = Value::from(session.unwrap_or_default());
        match (method, path) {
            ("POST", "/users") => self.log_in(&body, query.contains("failOnNotExist=true")),
            ("GET", "/users/me") => match self.find("sessionToken", &token) {
                Some(user) => response(200, &Value::Object(user.clone())),
                None => refusal(400, 211, "Could not find user."),
            },
            ("PUT", _) => self.change(path.trim_start_matches("/users/"), &body, &token, query),
            ("GET", _) => match self.find("objectId", &path["/users/".len()..].into()) {
                Some(user) => {
                    let mut row = user.clone();
                    row.remove("sessionToken");
                    response(200, &Value::Object(row))
                }
                None => response(200, &json!({})),
            },
            ("DELETE", _) => {
                let id = Value::from(&path["/users/".len()..]);
                let before = self.users.len();
                self.users.retain(|u| u["objectId"] != id || u["sessionToken"] != token);
                match before == self.users.len() {
                    true => refusal(400, 206, "The user cannot be altered."),
                    false => response(200, &json!({})),
                }
            }
            _ => refusal(404, 404, "?"),
        }
    }

    fn log_in(&mut self, body: &Value, only_known: bool) -> Response {
        let (platform, data) = body["authData"].as_object().unwrap().iter().next().unwrap();
        if let Some(user) = self.of(platform, data) {
            return response(200, &Value::Object(user.clone()));
        }
        if only_known {
            return refusal(400, 211, "Could not find user.");
        }
        let n = self.users.len() + self.seen.len();
        let mut row = body.as_object().unwrap().clone();
        row.insert("objectId".to_owned(), format!("user{n}").into());
        row.insert("sessionToken".to_owned(), format!("token{n}").into());
        self.users.push(row.clone());
        response(201, &Value::Object(row))
    }

    fn change(&mut self, id: &str, body: &Value, token: &Value, query: &str) -> Response {
        if let Some(linked) = body.get("authData").and_then(Value::as_object) {
            let (platform, data) = linked.iter().next().unwrap();
            let owner = self.of(platform, data).map(|user| user["objectId"].clone());
            if owner.is_some_and(|owner| owner != id) {
                return refusal(400, 137, "A unique field was given a value that is taken.");
            }
        }
        let terse = self.terse || !query.contains("fetchWhenSave=true");
        let Some(user) = self.users.iter_mut().find(|user| user["objectId"] == id) else {
            return refusal(400, 211, "Could not find user.");
        };
        if user["sessionToken"] != *token {
            return refusal(
                400,
                206,
                "The user cannot be altered by a client without the session.",
            );
        }
        if id.contains("refresh") {
            return refusal(404, 404, "?");
        }
        let mut touched = json!({"objectId": id, "updatedAt": "2026-01-01T00:00:00.000Z"});
        for (key, value) in body.as_object().unwrap() {
            match (key.as_str(), key.strip_prefix("authData.")) {
                ("authData", _) => {
                    let all = user["authData"].as_object_mut().unwrap();
                    all.remove("anonymous");
                    all.extend(value.as_object().unwrap().clone());
                    touched["authData"] = user["authData"].clone();
                }
                (_, Some(platform)) => {
                    user["authData"].as_object_mut().unwrap().remove(platform);
                    touched["authData"] = user["authData"].clone();
                }
                _ if value.get("__op").is_some() => {
                    user.remove(key);
                }
                _ => {
                    user.insert(key.clone(), value.clone());
                    touched[key] = value.clone();
                }
            }
        }
        if terse {
            touched = json!({"objectId": id, "updatedAt": "2026-01-01T00:00:00.000Z"});
        }
        response(200, &touched)
    }
}

pub(crate) fn response(status: u16, body: &Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

pub(crate) fn refusal(status: u16, code: i32, text: &str) -> Response {
    response(status, &json!({"code": code, "error": text}))
}

/// What becomes of a request on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Through,
    /// It never reaches the server.
    LostBefore,
    /// The server did it, and the answer is lost.
    LostAfter,
}

/// A running game.
pub(crate) struct Game(pub(crate) u64);

impl Drop for Game {
    fn drop(&mut self) {
        let _ = client::destroy(self.0);
    }
}

impl Game {
    pub(crate) fn start(folder: &Path) -> Self {
        let options = Options {
            server_url: Some("https://accounts.example".to_owned()),
            app_id: "app".to_owned(),
            app_key: Secret::new("key"),
            storage_path: folder.to_owned(),
            host_transport: true,
            ..Options::default()
        };
        Self(client::create(options).unwrap())
    }

    /// Waits until the client asks something, and gives the id. `None`: the request ended instead.
    pub(crate) fn asked(&self, request: u64) -> Option<u64> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(HostEvent::Send { id, .. }) = client::http_next(self.0).unwrap() {
                return Some(id);
            }
            if client::wait(self.0, request, Some(Duration::ZERO)).unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < until, "nothing was asked");
            std::thread::yield_now();
        }
    }

    /// Carries one request. `false`: the operation ended.
    pub(crate) fn carry(&self, request: u64, server: &mut Server, fate: Fate) -> bool {
        let Some(id) = self.asked(request) else { return false };
        let answer = self.answer_of(id, server, fate);
        client::http_complete(self.0, id, answer).unwrap();
        true
    }

    pub(crate) fn answer_of(&self, id: u64, server: &mut Server, fate: Fate) -> Result<Response> {
        let lost = || Error::new(status::NETWORK, "lost");
        if fate == Fate::LostBefore {
            return Err(lost());
        }
        let answer = client::http_request(self.0, id, |request| {
            let session = request.headers.iter().find(|(name, _)| *name == "X-LC-Session");
            let session = session.map(|(_, value)| value.as_str());
            server.answer(request.method, &request.url, &request.body, session)
        });
        if fate == Fate::LostAfter { Err(lost()) } else { Ok(answer.unwrap().unwrap()) }
    }

    /// Carries whatever a request asks, and gives its end.
    pub(crate) fn run(&self, request: u64, server: &mut Server) -> Event {
        while self.carry(request, server, Fate::Through) {}
        self.end(request)
    }

    pub(crate) fn end(&self, request: u64) -> Event {
        client::wait(self.0, request, Some(PATIENCE)).unwrap().expect("no event")
    }

    pub(crate) fn guest(&self, server: &mut Server) -> Event {
        let login = client::login_anonymously(self.0, Submit::default()).unwrap();
        self.run(login, server)
    }

    pub(crate) fn log_out(&self) {
        let logout = client::logout(self.0, false, Submit::default()).unwrap();
        assert_eq!(self.end(logout).status, status::OK);
    }

    pub(crate) fn link(&self, platform: &str, uid: &str) -> u64 {
        client::associate(self.0, 0, auth(platform, uid), Submit::default()).unwrap()
    }

    pub(crate) fn user(&self) -> Option<User> {
        client::current_user(self.0).unwrap().map(User)
    }

    /// The id of who is logged in.
    pub(crate) fn who(&self) -> Option<String> {
        self.user().map(|user| user.text("objectId"))
    }

    /// Unsolicited events, by kind.
    pub(crate) fn news(&self) -> Vec<Event> {
        let mut all = Vec::new();
        while let Some(event) = client::poll(self.0).unwrap() {
            if event.request == 0 {
                all.push(event);
            }
        }
        all
    }
}

pub(crate) fn auth(platform: &str, uid: &str) -> AuthData {
    AuthData::new(platform, &json!({ "uid": uid }).to_string(), None).unwrap()
}

pub(crate) fn by(platform: &str, uid: &str, fail_on_not_exist: bool) -> AuthLogin {
    AuthLogin { auth: auth(platform, uid), fields: Map::new(), fail_on_not_exist }
}

/// A handle.
pub(crate) struct User(pub(crate) u64);

impl Drop for User {
    fn drop(&mut self) {
        let _ = client::object_release(self.0);
    }
}

impl User {
    pub(crate) fn value(&self, key: &str) -> Option<Value> {
        client::object(self.0).unwrap().value(key)
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.value(key).unwrap().as_str().unwrap().to_owned()
    }

    pub(crate) fn set(&self, key: &str, value: &str) {
        client::object(self.0).unwrap().set(key, value.into()).unwrap();
    }

    pub(crate) fn is_dirty(&self, key: &str) -> bool {
        client::object(self.0).unwrap().is_dirty(Some(key))
    }

    /// The platforms it can log in by.
    pub(crate) fn platforms(&self) -> Vec<String> {
        let all = self.value("authData").unwrap();
        all.as_object().unwrap().keys().cloned().collect()
    }
}
