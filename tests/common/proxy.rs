//! A way to the server on which things get lost: it keeps a record, and for each exchange the test
//! decides what becomes of the answer.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// How often it looks whether a client that waits for an answer is still there.
const LOOK: Duration = Duration::from_millis(20);

/// What becomes of an exchange.
#[derive(Clone, Debug)]
pub enum Fate {
    /// The server gets it and the client gets the answer.
    Pass,
    /// The server gets it; the connection ends before the client hears of it.
    LoseAnswer,
    /// The server gets it; the answer is on its way for as long as the client waits.
    KeepAnswer,
    /// The server gets it; the client gets its answer, if that is a success, with this value at this
    /// pointer of its JSON.
    Change(&'static str, Value),
    /// The server never hears of it; the client gets these bytes.
    Say(Vec<u8>),
    /// The server never hears of it and the client hears nothing, until it gives up.
    Silence,
}

/// What went over the way.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Such as `POST /1.1/users HTTP/1.1`.
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The server's status, 0 when it never heard of it.
    pub status: u16,
    /// The body of the server's answer.
    pub answer: String,
}

impl Exchange {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

type Decide = dyn Fn(usize, &Exchange) -> Fate + Send + Sync;

/// A running proxy. Its threads end with the process.
pub struct Proxy {
    pub url: String,
    record: Arc<Mutex<Vec<Exchange>>>,
}

impl Proxy {
    /// Carries everything to `upstream` (`http://host:port`). `decide` gets the number of the
    /// exchange, from 0.
    pub fn start(
        upstream: &str,
        decide: impl Fn(usize, &Exchange) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let record = Arc::new(Mutex::new(Vec::new()));
        let way = Arc::new(Way {
            upstream: upstream.trim_start_matches("http://").to_owned(),
            record: Arc::clone(&record),
            decide: Box::new(decide),
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let way = Arc::clone(&way);
                // A client that goes away ends its connection, which is all there is to it.
                thread::spawn(move || way.serve(&stream).unwrap_or(()));
            }
        });
        Self { url, record }
    }

    /// What went over it so far.
    pub fn record(&self) -> Vec<Exchange> {
        self.record.lock().expect("the record").clone()
    }

    /// How many accounts the server made: each is one 201.
    pub fn accounts(&self) -> usize {
        self.record().iter().filter(|exchange| exchange.status == 201).count()
    }
}

struct Way {
    upstream: String,
    record: Arc<Mutex<Vec<Exchange>>>,
    decide: Box<Decide>,
}

impl Way {
    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(exchange) = read_request(&mut reader)? {
            let number = {
                let mut record = self.record.lock().expect("the record");
                record.push(exchange.clone());
                record.len() - 1
            };
            let fate = (self.decide)(number, &exchange);
            let answer = match &fate {
                Fate::Pass | Fate::LoseAnswer | Fate::KeepAnswer => {
                    self.forward(number, &exchange, stream)?
                }
                Fate::Change(at, to) => changed(&self.forward(number, &exchange, stream)?, at, to),
                Fate::Say(bytes) => bytes.clone(),
                Fate::Silence => Vec::new(),
            };
            match fate {
                Fate::Pass | Fate::Change(..) => {
                    (&mut &*stream).write_all(&answer)?;
                    if !is_whole(&answer) {
                        return Ok(());
                    }
                }
                Fate::Say(_) => return (&mut &*stream).write_all(&answer),
                Fate::LoseAnswer => return Ok(()),
                Fate::KeepAnswer | Fate::Silence => {
                    // Until the client hangs up.
                    std::io::copy(&mut reader, &mut std::io::sink())?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Sends it on over a connection of its own, so that the end of the answer is its end. A client
    /// that goes away meanwhile takes the server's connection with it.
    fn forward(
        &self,
        number: usize,
        exchange: &Exchange,
        client: &TcpStream,
    ) -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(&self.upstream)?;
        write!(server, "{}\r\n", exchange.line)?;
        for (name, value) in &exchange.headers {
            // The host is part of what a MAC signs.
            if !name.eq_ignore_ascii_case("connection") {
                write!(server, "{name}: {value}\r\n")?;
            }
        }
        write!(server, "Connection: close\r\n\r\n{}", exchange.body)?;
        server.set_read_timeout(Some(LOOK))?;
        let (mut answer, mut part) = (Vec::new(), [0; 16 * 1024]);
        loop {
            match server.read(&mut part) {
                Ok(0) => break,
                Ok(amount) => answer.extend_from_slice(&part[..amount]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if is_gone(client)? {
                        return Err(error);
                    }
                }
                // Cut off: what came before is passed on.
                Err(_) => break,
            }
        }
        let text = String::from_utf8_lossy(&answer);
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        let mut record = self.record.lock().expect("the record");
        record[number].status = status;
        record[number].answer = body.unwrap_or_default();
        Ok(answer)
    }
}

/// Whether the client hung up.
fn is_gone(client: &TcpStream) -> std::io::Result<bool> {
    client.set_nonblocking(true)?;
    let peeked = client.peek(&mut [0]);
    client.set_nonblocking(false)?;
    Ok(matches!(peeked, Ok(0)))
}

/// Whether the server said all that it was about to say.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match length.and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => answer.len() == head.len() + 4 + length,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    }
}

/// The answer with another value in its JSON.
fn changed(answer: &[u8], at: &str, to: &Value) -> Vec<u8> {
    let text = String::from_utf8(answer.to_vec()).expect("a text");
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    if !head.starts_with("HTTP/1.1 2") {
        return answer.to_vec();
    }
    let mut json: Value = serde_json::from_str(body).expect("JSON");
    *json.pointer_mut(at).expect("what shall be changed is there") = to.clone();
    let body = json.to_string();
    let kept = |line: &&str| !line.to_ascii_lowercase().starts_with("content-length:");
    let head: Vec<&str> = head.split("\r\n").filter(kept).collect();
    format!("{}\r\nContent-Length: {}\r\n\r\n{body}", head.join("\r\n"), body.len()).into_bytes()
}

fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Exchange>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let line = line.trim_end().to_owned();
    Ok(Some(Exchange { line, headers, body, status: 0, answer: String::new() }))
}
