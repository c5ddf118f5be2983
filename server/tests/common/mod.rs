//! One real server per test: the built binary in a folder of its own, spoken to over HTTP.
#![allow(dead_code, unreachable_pub, reason = "each suite uses a part of this")]

pub mod apple;
#[cfg(unix)]
pub mod database;
pub mod platform;
#[cfg(unix)]
pub mod pushing;
pub mod query;
pub mod signed;
#[cfg(unix)]
pub mod studio;
pub mod taptap;
#[cfg(unix)]
pub mod tls;
pub mod visitor;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Far longer than anything here takes: it turns a hang into a failure.
pub const HANG: Duration = Duration::from_secs(60);

/// Whether this is the program that runs the suites on PostgreSQL.
pub fn on_postgres() -> bool {
    env!("CARGO_CRATE_NAME") == "postgres"
}

/// The files of a database in the data folder of a running server, in order.
pub fn database_files() -> &'static [&'static str] {
    if on_postgres() { &[] } else { &["tdsauth.db", "tdsauth.db-shm", "tdsauth.db-wal"] }
}

/// A server process, ended when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:41234`
    pub url: String,
    /// The whole ready line.
    pub ready: Value,
    pub app_id: String,
    pub app_key: String,
    pub master_key: String,
    agent: ureq::Agent,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub json: Value,
}

/// An answer of any kind.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Page {
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// The binary with an environment that says nothing about keys and databases.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tdsauth-server"));
    let own = ["APP_ID", "APP_KEY", "MASTER_KEY", "SEAL_KEY", "DATABASE_URL"];
    for name in
        own.into_iter().chain(["BINDING_SECRETS", "BINDING_SENDER_KEY", "BINDING_ROLES_KEY"])
    {
        command.env_remove(format!("TDSAUTH_{name}"));
    }
    command.env("TDSAUTH_LOG", "warn").stdin(Stdio::null());
    command
}

const DATABASE_URL: &str = "TDSAUTH_DATABASE_URL";
pub const SEAL_KEY: &str = "TDSAUTH_SEAL_KEY";

/// A seal key.
pub const TEST_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// On PostgreSQL: gives the server that `command` starts the database that belongs to its data
/// folder, or a new one if it keeps nothing, unless the command says itself which.
#[cfg(unix)]
fn on_its_database(command: &mut Command) {
    let given = command.get_envs().any(|(name, value)| name == DATABASE_URL && value.is_some());
    let arguments: Vec<_> = command.get_args().collect();
    if !on_postgres() || given || arguments.iter().any(|argument| *argument == "--database-url") {
        return;
    }
    let data = arguments.iter().skip_while(|argument| **argument != "--data").nth(1);
    let url = match data {
        Some(data) if *data != ":memory:" => private_postgres::database_of(Path::new(data)),
        _ => {
            // A database that stays, of a server that keeps no key.
            command.env(SEAL_KEY, TEST_KEY);
            private_postgres::shared().database()
        }
    };
    command.env(DATABASE_URL, url);
}

#[cfg(not(unix))]
fn on_its_database(_: &mut Command) {}

/// A data folder that does not exist yet, inside a temporary one.
pub fn data() -> (TempDir, PathBuf) {
    let temporary = TempDir::new().unwrap();
    let folder = temporary.path().join("data");
    (temporary, folder)
}

impl Server {
    /// A server without files.
    pub fn in_memory() -> Self {
        Self::start(Path::new(":memory:"), &[])
    }

    /// A server on `data` that prints its keys.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--print-keys", "--data"]).arg(data).args(more);
        Self::spawn(command)
    }

    /// Runs `command` and waits for its ready line.
    pub fn spawn(mut command: Command) -> Self {
        on_its_database(&mut command);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).expect("the ready line is JSON");
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(HANG))
            .build()
            .into();
        Self {
            child,
            url: text("listening"),
            app_id: text("app_id"),
            app_key: text("app_key"),
            master_key: text("master_key"),
            ready,
            agent,
        }
    }

    /// `127.0.0.1:41234`
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Sends a request with exactly these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).unwrap()
    }

    /// As [`Self::send`], on a server that may be gone.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            [] => self.agent.run(request.body(()).unwrap())?,
            body => self.agent.run(request.body(body).unwrap())?,
        };
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string()?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            json: serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text:?}")),
        })
    }

    /// As [`Self::send`], whatever kind of answer comes.
    pub fn fetch(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            [] if method != "POST" => self.agent.run(request.body(()).unwrap()).unwrap(),
            body => self.agent.run(request.body(body).unwrap()).unwrap(),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        Page { status, headers, body }
    }

    /// The headers of a copy of the game.
    pub fn client(&self) -> [(&str, &str); 2] {
        [("X-LC-Id", &self.app_id), ("X-LC-Key", &self.app_key)]
    }

    /// Asks as a copy of the game, with a session token if it has one.
    pub fn ask(&self, method: &str, path: &str, session: Option<&str>, body: &Value) -> Answer {
        let mut headers = self.client().to_vec();
        headers.extend(session.map(|token| ("X-LC-Session", token)));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(method, path, &headers, &body)
    }

    pub fn get(&self, path: &str, session: Option<&str>) -> Answer {
        self.ask("GET", path, session, &Value::Null)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, None, body)
    }

    /// Asks with the master key.
    pub fn master(&self, method: &str, path: &str, body: &Value) -> Answer {
        let key = format!("{},master", self.master_key);
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(method, path, &[("X-LC-Id", &self.app_id), ("X-LC-Key", &key)], &body)
    }

    /// Logs a guest in.
    pub fn guest(&self, id: &str) -> Answer {
        self.post("/1.1/users", &guest(id))
    }

    pub fn refresh(&self, id: &str, session: &str) -> Answer {
        self.ask("PUT", &refresh_path(id), Some(session), &Value::Null)
    }

    /// Sends bytes as they are and reads until the server closes or answers everything.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        read_all(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        stream
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits for the process to end of itself.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// kill -9, now.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The text of a field, which has to be there.
    pub fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.json))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks status, code and text of an error, and that there is nothing else in it.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: u16, text: &str) {
        assert_eq!(self.json, json!({ "code": code, "error": text }));
        assert_eq!(self.status, status);
        self.has_common_headers();
    }

    #[track_caller]
    pub fn has_common_headers(&self) {
        assert_eq!(self.header("content-type"), Some("application/json;charset=utf-8"));
        assert_eq!(self.header("cache-control"), Some("no-cache,no-store"));
        assert_eq!(self.header("pragma"), Some("no-cache"));
    }

    /// The names of all members, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.json.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

pub fn guest(id: &str) -> Value {
    json!({ "authData": { "anonymous": { "id": id } } })
}

pub fn refresh_path(id: &str) -> String {
    format!("/1.1/users/{id}/refreshSessionToken")
}

pub fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// The value of `X-LC-Sign` for a copy of the game.
pub fn sign(key: &str, ms: i64) -> String {
    let hash = Md5::new().chain_update(ms.to_string()).chain_update(key).finalize();
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex},{ms}")
}

/// The permission bits of a file.
#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
pub fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs a server that refuses to start, and gives what it said.
pub fn refused(mut command: Command) -> String {
    on_its_database(&mut command);
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert!(!output.status.success(), "it started");
    assert!(output.stdout.is_empty(), "it said that it is ready");
    String::from_utf8(output.stderr).unwrap()
}
