//! An open API on a real socket that answers as it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

/// What the stub does with one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Status and body.
    Http(u16, String),
    /// These bytes, then the connection ends.
    Raw(Vec<u8>),
    /// Nothing, until the caller gives up.
    Silence,
}

impl Answer {
    pub(crate) fn profile(body: &str) -> Self {
        Self::Http(200, format!("{{\"data\":{body},\"success\":true,\"now\":1}}"))
    }

    pub(crate) fn refusal(status: u16, error: &str, now: u64) -> Self {
        let data = format!(r#"{{"code":-1,"msg":"m","error":"{error}","error_description":"d"}}"#);
        Self::Http(status, format!(r#"{{"data":{data},"success":false,"now":{now}}}"#))
    }
}

/// A request as it came: its first line and its `Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) authorization: String,
}

pub(crate) struct Stub {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    /// Answers in turn, with the last answer for ever.
    pub(crate) fn new(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers) = (Arc::clone(&seen), answers.to_vec());
        spawn(move || {
            for stream in listener.incoming() {
                let (seen, answers) = (Arc::clone(&kept), answers.clone());
                spawn(move || serve(&stream.unwrap(), &seen, &answers));
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// One connection, which may carry several requests.
fn serve(stream: &TcpStream, seen: &Mutex<Vec<Seen>>, answers: &[Answer]) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let answer = {
            let mut seen = seen.lock().unwrap();
            seen.push(request);
            answers[(seen.len() - 1).min(answers.len() - 1)].clone()
        };
        let bytes = match answer {
            Answer::Http(status, body) => {
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
                [head.into_bytes(), body.into_bytes()].concat()
            }
            Answer::Raw(bytes) => {
                let _ = (&*stream).write_all(&bytes);
                return;
            }
            Answer::Silence => {
                let _ = reader.read(&mut [0]);
                return;
            }
        };
        // The caller may be gone.
        let _ = (&*stream).write_all(&bytes);
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Seen> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut authorization = String::new();
    loop {
        let header = line()?;
        if header.is_empty() {
            return Some(Seen { line: first, authorization });
        }
        if let Some((name, value)) = header.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            assert!(authorization.is_empty(), "two headers");
            authorization = value.to_owned();
        }
    }
}
