//! The listener of a browser login: one HTTP server on 127.0.0.1 that waits for one answer.
//!
//! Whatever else runs on this machine, and any page in the player's browser, can connect to it. So
//! it believes nothing but the one callback that its judge knows, answers everything else with an
//! error, and neither a slow, a large nor a malformed request keeps that callback from coming in:
//! when there are too many connections, the oldest one goes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result, status};

/// Connections at once.
const CONNECTIONS: usize = 8;
/// Bytes of a request.
const REQUEST: usize = 8 * 1024;
/// A connection that has not asked by then is closed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it looks while nobody is connected, and while somebody is.
const IDLE: Duration = Duration::from_millis(50);
const BUSY: Duration = Duration::from_millis(2);

/// A port of this machine that nobody else has.
pub struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What the player of a browser login gets to see when it is over.
pub struct Site {
    /// In Simplified Chinese; otherwise in English.
    pub chinese: bool,
    /// Where `mode=redirect` leads: the URL that brings the game to the front.
    pub wake_url: String,
}

impl Loopback {
    /// Takes a free port of 127.0.0.1.
    ///
    /// # Errors
    /// `CONNECT` when there is none.
    pub fn bind() -> Result<Self> {
        let failed = |cause: std::io::Error| {
            let text = format!("no port of this machine could be listened on: {cause}");
            Error::new(status::CONNECT, text)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves on this thread until `judge` knows a callback, which it is shown as the query of
    /// `GET /authorize?…`, or until `stop` is set; whoever sets it also unparks this thread. `judge`
    /// gives `None` for what it does not wait for, else whether the player agreed. The browser has
    /// its answer when this returns.
    pub fn serve(
        self,
        site: &Site,
        stop: &AtomicBool,
        judge: &mut dyn FnMut(&str) -> Option<bool>,
    ) {
        let mut open: Vec<Connection> = Vec::with_capacity(CONNECTIONS);
        while !stop.load(Ordering::Acquire) {
            for _ in 0..CONNECTIONS {
                // A failed accept (no descriptor is left, say) may work a moment later.
                let Ok((stream, _)) = self.listener.accept() else { break };
                if open.len() >= CONNECTIONS {
                    open.remove(0);
                }
                open.extend(Connection::new(stream));
            }
            let now = Instant::now();
            let mut over = false;
            open.retain_mut(|connection| match connection.read(now) {
                Heard::Nothing => true,
                Heard::Gone => false,
                Heard::Request if over => false,
                Heard::Request => {
                    let (answer, known) = self.answer(&connection.bytes, site, judge);
                    connection.write(&answer);
                    over = known;
                    false
                }
            });
            if over {
                return;
            }
            std::thread::park_timeout(if open.is_empty() { IDLE } else { BUSY });
        }
    }

    /// The answer to a request, and whether it was the callback.
    fn answer(
        &self,
        request: &[u8],
        site: &Site,
        judge: &mut dyn FnMut(&str) -> Option<bool>,
    ) -> (Vec<u8>, bool) {
        let Some(asked) = Asked::read(request) else { return (error("400 Bad Request"), false) };
        // A page of another host name that resolves to this machine sends that name.
        let own = asked.host == format!("127.0.0.1:{}", self.port);
        let (path, query) = asked.target.split_once('?').unwrap_or((asked.target, ""));
        match asked.method {
            "OPTIONS" if own && path == "/authorize" => (preflight(), false),
            "GET" if own && path == "/authorize" => match judge(query) {
                Some(agreed) => (done(site, query, agreed), true),
                None => (error("404 Not Found"), false),
            },
            _ => (error("404 Not Found"), false),
        }
    }
}

struct Connection {
    stream: TcpStream,
    bytes: Vec<u8>,
    until: Instant,
}

enum Heard {
    /// Not yet a whole request.
    Nothing,
    /// A whole one, or more than one may send.
    Request,
    Gone,
}

impl Connection {
    fn new(stream: TcpStream) -> Option<Self> {
        stream.set_nonblocking(true).ok()?;
        Some(Self { stream, bytes: Vec::new(), until: Instant::now() + PATIENCE })
    }

    fn read(&mut self, now: Instant) -> Heard {
        let mut chunk = [0; 2048];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return Heard::Gone,
                Ok(n) => self.bytes.extend_from_slice(chunk.get(..n).unwrap_or_default()),
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return Heard::Gone,
            }
            if self.bytes.len() > REQUEST {
                return Heard::Request;
            }
            if self.bytes.windows(4).any(|end| end == b"\r\n\r\n") {
                return Heard::Request;
            }
        }
        if now >= self.until { Heard::Gone } else { Heard::Nothing }
    }

    fn write(&mut self, answer: &[u8]) {
        // Small enough for any socket's buffer; whoever does not read it misses it.
        let _ = self.stream.set_nonblocking(false);
        let _ = self.stream.set_write_timeout(Some(Duration::from_secs(1)));
        let _ = self.stream.write_all(answer);
    }
}

/// A request's head, as far as it matters.
struct Asked<'a> {
    method: &'a str,
    target: &'a str,
    host: &'a str,
}

impl<'a> Asked<'a> {
    /// `None` for what is no request, is too long, or names its host never or twice.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() > REQUEST {
            return None;
        }
        let head = std::str::from_utf8(bytes).ok()?.split("\r\n\r\n").next()?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        if !words.next()?.starts_with("HTTP/1.") || words.next().is_some() {
            return None;
        }
        let mut host = None;
        for line in lines {
            let (name, value) = line.split_once(':')?;
            if name.eq_ignore_ascii_case("host") && host.replace(value.trim()).is_some() {
                return None;
            }
        }
        Some(Self { method, target, host: host? })
    }
}

/// `taptap-login.md` section 3.1: the page's script asks by image, by redirect or plainly.
fn done(site: &Site, query: &str, agreed: bool) -> Vec<u8> {
    let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode="));
    match mode {
        Some("gif") => reply("200 OK", "Content-Type: image/gif\r\n", GIF),
        Some("redirect") => reply("302 Found", &format!("Location: {}\r\n", site.wake_url), b""),
        _ => {
            let headers = "Content-Type: text/html; charset=utf-8\r\n\
                Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
            reply("200 OK", headers, page(site.chinese, agreed).as_bytes())
        }
    }
}

/// Browsers ask before a page of the Internet may call this machine.
fn preflight() -> Vec<u8> {
    let headers = "Access-Control-Allow-Methods: GET, OPTIONS\r\n\
        Access-Control-Allow-Headers: *\r\nAccess-Control-Allow-Private-Network: true\r\n";
    reply("204 No Content", headers, b"")
}

fn reply(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    answer(status, &format!("Access-Control-Allow-Origin: *\r\n{headers}"), body)
}

fn error(status: &str) -> Vec<u8> {
    answer(status, "", b"")
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\n{headers}Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn page(chinese: bool, agreed: bool) -> String {
    let (language, title, text) = match (chinese, agreed) {
        (true, true) => ("zh-Hans", "可以返回游戏了", "TapTap 已确认。本页可以关闭。"),
        (true, false) => ("zh-Hans", "可以返回游戏了", "登录未得到确认。本页可以关闭。"),
        (false, true) => {
            ("en", "You can return to the game", "TapTap has confirmed. This page can be closed.")
        }
        (false, false) => (
            "en",
            "You can return to the game",
            "The login was not confirmed. This page can be closed.",
        ),
    };
    format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><h1>{title}</h1><p>{text}</p></html>"
    )
}

/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\
    \x01\0\x01\0\0\x02\x01D\0;";
