//! TapTap as the server plays it with `--dev`: a game's calls, what a player does with a phone or a
//! browser, and what the test orders to go wrong.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::api::{self, Error, Event, Plain, TapTapLoginOptions, api};
use super::client::{Client, PATIENCE, Setup, accepted, submit};
use super::server::{self, Owned};

/// A TapTap of the test's own.
pub struct TapTap(Owned);

impl TapTap {
    /// Polls once a second, which is as fast as a client polls.
    pub fn start() -> Self {
        let own = Self(server::own());
        own.script(&json!({ "interval": 1 }));
        own
    }

    /// `http://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.0.server.url
    }

    /// A client that remembers in `folder`, of this TapTap and its account server.
    pub fn setup(&self, folder: &Path) -> Setup {
        let url = self.url().to_owned();
        Setup {
            taptap_client_id: self.0.server.taptap_client_id.clone(),
            taptap_accounts_url: url.clone(),
            taptap_open_url: url.clone(),
            taptap_authorize_url: format!("{url}/authorize"),
            ..Setup::new(&self.0.server, folder)
        }
    }

    /// Orders what happens from now on.
    pub fn script(&self, order: &Value) {
        assert_eq!(self.post("/dev/script", order).status, 200, "{order}");
    }

    /// Orders how the next `times` calls of a kind are answered.
    pub fn next(&self, call: &str, times: u32, answer: &Value) {
        self.script(&json!({ "next": [{ "call": call, "times": times, "answer": answer }] }));
    }

    /// What the stand-in knows.
    pub fn state(&self) -> Value {
        let answer = http("GET", &format!("{}/dev/state", self.url()), &[], "");
        assert_eq!(answer.status, 200);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// How many requests of this kind came so far: a path, or a `grant_type`.
    pub fn requests(&self, of: &str) -> usize {
        let state = self.state();
        let all = state["requests"].as_array().expect("requests");
        let is = |seen: &&Value| seen["path"] == of || seen["fields"]["grant_type"] == of;
        all.iter().filter(is).count()
    }

    /// The error that each answer to requests of this path carried, oldest first.
    pub fn errors(&self, path: &str) -> Vec<String> {
        let state = self.state();
        let all = state["requests"].as_array().expect("requests").iter().rev();
        let mine = all.filter(|seen| seen["path"] == path);
        mine.map(|seen| seen["error"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Lin, or another player, does something with a code: `scan`, `allow`, `deny`, `expire`.
    pub fn phone(&self, user_code: &str, action: &str, player: &str) {
        let path = format!("/dev/device/{user_code}");
        let answer = self.post(&path, &json!({ "action": action, "player": player }));
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    }

    /// What a browser does with a page to authorize on: opens it, presses a button, and goes where
    /// it is sent. Gives that address.
    pub fn browse(&self, page: &str, action: &str, player: &str) -> String {
        let shown = http("GET", page, &[], "");
        assert_eq!(shown.status, 200, "{}", shown.body);
        let form = shown.body.split("/authorize/").nth(1).expect("the form");
        let id = form.split(['"', '?']).next().expect("its id");
        let headers = ["Content-Type: application/x-www-form-urlencoded"];
        let decided = http(
            "POST",
            &format!("{}/authorize/{id}", self.url()),
            &headers,
            &format!("action={action}&player={player}"),
        );
        assert_eq!(decided.status, 303, "{}", decided.body);
        decided.header("Location").expect("where to go").to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = ["Content-Type: application/json"];
        http("POST", &format!("{}{path}", self.url()), &headers, &body.to_string())
    }

    /// What the account API says to `GET /healthz`-like simple calls of a test.
    pub fn get(&self, target: &str, headers: &[&str]) -> Answer {
        http("GET", &format!("{}{target}", self.url()), headers, "")
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.split("\r\n").filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// One request, over a connection of its own. `url` is `http://…`.
pub fn http(method: &str, url: &str, headers: &[&str], body: &str) -> Answer {
    let rest = url.strip_prefix("http://").expect("http");
    let (address, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let target = if target.is_empty() { "/" } else { target };
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\n");
    for header in headers {
        request += &format!("{header}\r\n");
    }
    request += &format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    raw(address, request.as_bytes())
}

/// Exactly these bytes, and the answer to them.
pub fn raw(address: &str, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    stream.write_all(request).expect("it is heard");
    let mut answer = Vec::new();
    // A server that has answered may end the connection in any way.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// Options of a TapTap login as texts.
#[derive(Clone, Debug, Default)]
pub struct Login {
    pub way: i32,
    pub language: i32,
    pub scopes: String,
    pub redirect_uri: String,
    pub flags: u32,
    pub renewals: u32,
    pub timeout_ms: u32,
}

impl Login {
    pub fn by(way: i32) -> Self {
        Self { way, ..Self::default() }
    }

    /// The struct of the ABI; it points into `self`.
    pub fn options(&self) -> TapTapLoginOptions {
        TapTapLoginOptions {
            timeout_ms: self.timeout_ms,
            way: self.way,
            language: self.language,
            scopes: self.scopes.as_ptr().cast(),
            scopes_len: self.scopes.len(),
            redirect_uri: self.redirect_uri.as_ptr().cast(),
            redirect_uri_len: self.redirect_uri.len(),
            flags: self.flags,
            renewals: self.renewals,
            ..TapTapLoginOptions::init()
        }
    }
}

impl Client {
    pub fn try_taptap_login(&self, login: &Login) -> Result<u64, Error> {
        let options = login.options();
        submit(|api, out, error| {
            api.tdsauth_taptap_login(self.0, &raw const options, 7, out, error)
        })
    }

    pub fn taptap_login(&self, login: &Login) -> u64 {
        accepted(self.try_taptap_login(login))
    }

    pub fn login_with_taptap(&self, login: &Login) -> u64 {
        let options = login.options();
        accepted(submit(|api, out, error| {
            api.tdsauth_login_with_taptap(self.0, &raw const options, 7, out, error)
        }))
    }

    /// The next event of a request: progress, or its end.
    pub fn step(&self, request: u64, kind: i32) -> Event {
        let event = self.finish(request);
        let told = || super::client::message(request);
        assert_eq!((event.kind, event.status), (kind, api::OK), "{event:?}: {}", told());
        event
    }

    /// The end of a request, whatever comes before it.
    pub fn end(&self, request: u64) -> Event {
        loop {
            let event = self.finish(request);
            if event.flags & api::FLAG_MORE == 0 {
                return event;
            }
        }
    }

    /// The end, which must be a success.
    pub fn well(&self, request: u64) -> Event {
        let event = self.end(request);
        assert_eq!(event.status, api::OK, "{event:?}: {}", super::client::message(request));
        event
    }

    pub fn handle_url(&self, url: &str) -> Result<Option<u64>, Error> {
        let (mut request, mut error) = (7, Error::init());
        let status = api().tdsauth_taptap_handle_url(
            self.0,
            url.as_ptr().cast(),
            url.len(),
            std::ptr::null(),
            9,
            &raw mut request,
            &raw mut error,
        );
        assert_eq!(status, error.status, "the error carries the status");
        match status {
            api::OK => Ok(Some(request)),
            api::NONE => {
                assert_eq!(request, 0);
                Ok(None)
            }
            _ => Err(error),
        }
    }

    pub fn taptap_refresh(&self) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_taptap_refresh(self.0, std::ptr::null(), 0, out, error)
        }))
    }

    pub fn taptap_fetch_profile(&self) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_taptap_fetch_profile(self.0, std::ptr::null(), 0, out, error)
        }))
    }

    pub fn taptap_import_token(&self, json: &str) -> Result<u64, Error> {
        submit(|api, out, error| {
            let (text, len) = (json.as_ptr().cast(), json.len());
            api.tdsauth_taptap_import_token(self.0, text, len, std::ptr::null(), 0, out, error)
        })
    }

    pub fn taptap_mac_header(&self, method: &str, url: &str) -> Result<String, i32> {
        let mut error = Error::init();
        let header = api::text(|buf, cap, needed| {
            api().tdsauth_taptap_mac_header(
                self.0,
                method.as_ptr().cast(),
                method.len(),
                url.as_ptr().cast(),
                url.len(),
                buf,
                cap,
                needed,
                &raw mut error,
            )
        });
        if let Err(status) = &header {
            assert_eq!(*status, error.status, "the error carries the status");
        }
        header
    }

    pub fn taptap_token(&self, field: i32) -> Result<String, i32> {
        api::text(|buf, cap, needed| {
            api().tdsauth_taptap_token_get_str(self.0, field, buf, cap, needed)
        })
    }

    pub fn taptap_profile(&self, field: i32) -> Result<String, i32> {
        api::text(|buf, cap, needed| {
            api().tdsauth_taptap_profile_get_str(self.0, field, buf, cap, needed)
        })
    }

    /// Logs Lin in at TapTap by QR code, to the end.
    pub fn taptap_player(&self, taptap: &TapTap) {
        let request = self.taptap_login(&Login::default());
        self.step(request, api::EVENT_TAPTAP_SHOW_QR);
        taptap.phone(&user_code(request), "allow", "lin");
        self.well(request);
        assert_eq!(api().tdsauth_request_release(request), api::OK);
    }
}

/// A text of a request's last event.
pub fn text(request: u64, field: i32) -> Result<String, i32> {
    api::text(|buf, cap, needed| api().tdsauth_request_get_str(request, field, buf, cap, needed))
}

/// The code that a login shows.
pub fn user_code(request: u64) -> String {
    text(request, api::REQUEST_USER_CODE).expect("a code")
}

/// The page that a login wants to be opened.
pub fn page(request: u64) -> String {
    text(request, api::REQUEST_URL).expect("a page")
}

/// Every file below a folder, and what it holds.
pub fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}
