//! A server that misbehaves on purpose, on a loopback port and plain threads.
//!
//! Each [`Fault`] is one way in which a server, or what stands between, fails a client. The server
//! counts what it sees, so that a test can also assert what did NOT reach it.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)] // a test's helper
#![allow(dead_code)] // each suite that includes this file uses its own part of it

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

/// What the server does with each connection.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Reads the request and says nothing, for ever.
    Silent,
    /// Closes the connection as soon as it stands.
    CloseAtOnce,
    /// Reads the whole request, then closes without a word.
    CloseAfterRequest,
    /// Resets the connection when the request has come.
    Reset,
    /// Sends these bytes after each request, and keeps the connection.
    Raw(Vec<u8>),
    /// Sends these bytes after the request and closes, half way or not.
    RawThenClose(Vec<u8>),
    /// Sends these bytes after the request and then nothing, for ever.
    RawThenSilence(Vec<u8>),
    /// Sends these bytes, then the second ones again and again, a few at a time, for ever.
    Trickle(Vec<u8>, Vec<u8>),
    /// Sends these bytes, then that many zero bytes as fast as they are taken, then closes.
    Flood(Vec<u8>, u64),
    /// Answers one request and closes the connection as soon as a second one has come on it.
    CloseOnSecond(Vec<u8>),
    /// An honest CONNECT proxy.
    Tunnel,
}

/// What was seen, in total.
#[derive(Default)]
struct Seen {
    connections: AtomicU64,
    body_bytes_sent: AtomicU64,
    requests: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
    stop: AtomicBool,
}

/// The server; ends, with all its connections and threads, when it is dropped.
pub(crate) struct FaultServer {
    address: SocketAddr,
    seen: Arc<Seen>,
    acceptor: Option<JoinHandle<()>>,
}

/// An answer with a status, a content type and a body of the right length.
pub(crate) fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A header that announces `length` bytes of JSON.
pub(crate) fn head(length: u64) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n")
        .into_bytes()
}

/// An answer that sends the client elsewhere.
pub(crate) fn redirect(status: &str, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

impl FaultServer {
    /// Listens on a free loopback port.
    pub(crate) fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        let acceptor = spawn(move || accept(&listener, &fault, &shared));
        Self { address, seen, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of a [`Fault::Flood`] were taken.
    pub(crate) fn flooded(&self) -> u64 {
        self.seen.body_bytes_sent.load(Ordering::SeqCst)
    }

    /// Head and body of each request, in the order of their arrival.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.seen.stop.store(true, Ordering::SeqCst);
        for stream in self.seen.open.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Wakes the acceptor, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.join().expect("the fault server's own thread");
        }
    }
}

fn accept(listener: &TcpListener, fault: &Fault, seen: &Arc<Seen>) {
    let mut serving = Vec::new();
    for stream in listener.incoming() {
        let Ok(stream) = stream else { break };
        if seen.stop.load(Ordering::SeqCst) {
            break;
        }
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let (fault, shared) = (fault.clone(), Arc::clone(seen));
        serving.push(spawn(move || {
            if let Fault::Reset = fault {
                // Closed with unread data in it, the system resets it. Any other handle to it
                // would keep it from being closed.
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let _ = stream.peek(&mut [0]);
                return;
            }
            if let Ok(kept) = stream.try_clone() {
                shared.open.lock().unwrap().push(kept);
            }
            // Stopping may have come between the accept and the push.
            if !shared.stop.load(Ordering::SeqCst) {
                // An error here is the client going away, which is its right.
                let _ = serve(&stream, &fault, &shared);
            }
            // The clone in `open` would keep the connection standing.
            let _ = stream.shutdown(Shutdown::Both);
        }));
    }
    for thread in serving {
        thread.join().expect("a connection's thread");
    }
}

fn serve(stream: &TcpStream, fault: &Fault, seen: &Seen) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut out = stream;
    stream.set_nodelay(true)?;
    if let Fault::CloseAtOnce = fault {
        return Ok(());
    }
    let mut count = 0_u32;
    while let Some(request) = read_request(&mut reader)? {
        seen.requests.lock().unwrap().push(request.clone());
        count += 1;
        match fault {
            Fault::CloseAtOnce | Fault::Reset | Fault::CloseAfterRequest => return Ok(()),
            Fault::Silent => return until_closed(stream),
            Fault::Raw(bytes) => out.write_all(bytes)?,
            Fault::RawThenClose(bytes) => return out.write_all(bytes),
            Fault::RawThenSilence(bytes) => {
                out.write_all(bytes)?;
                return until_closed(stream);
            }
            Fault::Trickle(first, again) => return trickle(stream, first, again, seen),
            Fault::Flood(first, length) => return flood(stream, first, *length, seen),
            Fault::CloseOnSecond(_) if count == 2 => return Ok(()),
            Fault::CloseOnSecond(bytes) => out.write_all(bytes)?,
            Fault::Tunnel => return tunnel(stream, &request),
        }
    }
    Ok(())
}

/// Head and body as text; `None` when the client closed instead.
fn read_request(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    let mut length = 0;
    loop {
        let start = text.len();
        if reader.read_line(&mut text)? == 0 {
            return Ok(None);
        }
        let line = text.get(start..).unwrap_or_default();
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        } else if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    text.push_str(&String::from_utf8_lossy(&body));
    Ok(Some(text))
}

fn until_closed(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut sink = [0; 1024];
    while stream.read(&mut sink)? > 0 {}
    Ok(())
}

fn trickle(mut stream: &TcpStream, first: &[u8], again: &[u8], seen: &Seen) -> std::io::Result<()> {
    stream.write_all(first)?;
    while !seen.stop.load(Ordering::SeqCst) {
        stream.write_all(again)?;
        // The slowness IS the fault: always in time for a limit per read, never for the whole.
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn flood(mut stream: &TcpStream, first: &[u8], length: u64, seen: &Seen) -> std::io::Result<()> {
    stream.write_all(first)?;
    let block = [b'0'; 64 * 1024];
    let mut left = length;
    while left > 0 {
        let part = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        stream.write_all(&block[..part])?;
        left -= part as u64;
        seen.body_bytes_sent.fetch_add(part as u64, Ordering::SeqCst);
    }
    Ok(())
}

/// Connects to the target of a CONNECT and carries bytes both ways until either side closes.
fn tunnel(client: &TcpStream, request: &str) -> std::io::Result<()> {
    let target = request.strip_prefix("CONNECT ").and_then(|r| r.split(' ').next());
    let server = TcpStream::connect(target.unwrap_or_default())?;
    let mut out = client;
    out.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let upward = spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let mut back = &server;
    let _ = std::io::copy(&mut back, &mut out);
    let _ = client.shutdown(Shutdown::Both);
    upward.join().expect("the tunnel's other half");
    Ok(())
}

/// A loopback port at which nobody listens.
pub(crate) fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    listener.local_addr().expect("its address")
}

/// An address that swallows connections: a listener that accepts nothing and whose queue is full.
pub(crate) struct BlackHole {
    listener: TcpListener,
    fillers: Vec<TcpStream>,
}

impl BlackHole {
    /// Fills the queue until a connection no longer comes through.
    pub(crate) fn dig() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let mut fillers = Vec::new();
        while let Ok(filler) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            fillers.push(filler);
            assert!(fillers.len() < 10_000, "the queue never fills");
        }
        Self { listener, fillers }
    }

    /// Where nothing comes through.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("its address")
    }
}
