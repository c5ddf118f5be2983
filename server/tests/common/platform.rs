//! A platform that is asked about players: an HTTP server on loopback that answers as it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::{Server, chmod};

/// What a platform was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// As it stands in the request.
    pub target: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What a platform answers.
#[derive(Debug, Clone)]
pub enum Reply {
    Json(u16, Value),
    Text(u16, &'static str),
    /// To another address.
    Redirect(String),
    /// As many bytes of JSON.
    Huge(usize),
    /// The whole answer, status line and all.
    Bytes(Vec<u8>),
    /// Closes without an answer.
    Drop,
    /// Says nothing and keeps the connection.
    Silence,
}

/// A platform; its thread ends with the process.
pub struct Platform {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Connections that are to stay open.
    _kept: Arc<Mutex<Vec<TcpStream>>>,
}

impl Asked {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A field of the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        field(self.target.split_once('?')?.1, name)
    }

    /// A field of a form.
    pub fn form(&self, name: &str) -> Option<String> {
        field(&self.body, name)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn field(text: &str, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

impl Platform {
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (log, open, answer) = (Arc::clone(&asked), Arc::clone(&kept), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, open) = (Arc::clone(&log), Arc::clone(&open));
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read(&stream) else { return };
                    log.lock().unwrap().push(request.clone());
                    match answer(&request) {
                        Reply::Silence => open.lock().unwrap().push(stream),
                        reply => drop(stream.write_all(&bytes(reply))),
                    }
                });
            }
        });
        Self { url, asked, _kept: kept }
    }

    /// Always answers the same.
    pub fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone())
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often a path was asked.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path() == path).count()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, target, headers, body: String::from_utf8(body).unwrap() })
}

fn bytes(reply: Reply) -> Vec<u8> {
    let (status, more, body) = match reply {
        Reply::Json(status, json) => (status, String::new(), json.to_string()),
        Reply::Text(status, text) => (status, String::new(), text.to_owned()),
        Reply::Redirect(to) => (302, format!("Location: {to}\r\n"), String::new()),
        Reply::Huge(size) => (200, String::new(), format!(r#"{{"x":"{}"}}"#, "x".repeat(size))),
        Reply::Bytes(bytes) => return bytes,
        Reply::Drop | Reply::Silence => return Vec::new(),
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n{more}\
         Connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A file of settings that only its owner may read, as `--platforms` wants it.
pub fn settings(value: &Value) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platforms.json");
    std::fs::write(&path, value.to_string()).unwrap();
    #[cfg(unix)]
    chmod(&path, 0o600);
    (folder, path)
}

/// A server with these platforms (`weixin=weixin`) and settings, and more options.
pub fn server(platforms: &[&str], value: &Value, more: &[&str]) -> Server {
    server_on(Path::new(":memory:"), platforms, value, more)
}

pub fn server_on(data: &Path, platforms: &[&str], value: &Value, more: &[&str]) -> Server {
    let (_folder, path) = settings(value);
    let mut options = vec!["--platforms", path.to_str().unwrap()];
    for platform in platforms {
        options.extend(["--platform", platform]);
    }
    options.extend(more);
    Server::start(data, &options)
}
