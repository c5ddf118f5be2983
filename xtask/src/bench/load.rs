//! Callers of an HTTP service: each keeps one connection and asks again as soon as it is answered.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Callers at once.
const CALLERS: u64 = 16;
/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request: what stands between the request line and the body is the service's affair.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: String,
}

/// What came of it.
pub(super) struct Ran {
    pub(super) requests: u64,
    pub(super) seconds: f64,
}

/// A service that is called.
pub(super) struct Service {
    pub(super) address: SocketAddr,
    /// Header lines, each with its line feed.
    pub(super) headers: String,
}

impl Service {
    /// Calls it for `time`. `call` makes the request with this number, which comes once. Any answer
    /// but a 2xx ends the run.
    pub(super) fn load(
        &self,
        time: Duration,
        call: impl Fn(u64) -> Call + Sync,
    ) -> Result<Ran, String> {
        let next = AtomicU64::new(0);
        let start = Instant::now();
        let caller = || -> Result<(), String> {
            let mut line = self.connect()?;
            while start.elapsed() < time {
                self.ask(&mut line, &call(next.fetch_add(1, Ordering::Relaxed)))?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
            let mut ends = callers.into_iter().map(|one| one.join().map_err(|_| "a caller died"));
            ends.try_for_each(|end| end?)
        })?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Ran { requests: next.into_inner(), seconds })
    }

    /// One call on a line of its own.
    pub(super) fn once(&self, call: &Call) -> Result<Vec<u8>, String> {
        self.ask(&mut self.connect()?, call)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>, String> {
        let line = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        line.set_nodelay(true).map_err(|error| error.to_string())?;
        line.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
        Ok(BufReader::new(line))
    }

    fn ask(&self, line: &mut BufReader<TcpStream>, call: &Call) -> Result<Vec<u8>, String> {
        let Call { method, path, body } = call;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            self.headers,
            body.len()
        );
        line.get_mut().write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let (status, said) = answer(line)?;
        if (200..300).contains(&status) {
            return Ok(said);
        }
        Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&said)))
    }
}

/// Status and body of an answer that tells its length.
fn answer(line: &mut impl BufRead) -> Result<(u16, Vec<u8>), String> {
    let mut text = String::new();
    let mut next = |line: &mut dyn BufRead| -> Result<String, String> {
        text.clear();
        match line.read_line(&mut text) {
            Ok(0) => Err("the line was closed".to_owned()),
            Ok(_) => Ok(text.trim_end().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    };
    let first = next(line)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {first}"))?;
    let mut length = None;
    loop {
        let header = next(line)?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length.ok_or("an answer without Content-Length")?];
    line.read_exact(&mut body).map_err(|error| error.to_string())?;
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_end_and_no_further() {
        let mut two = b"HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 2\r\n\r\n{}\
            HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"
            .as_slice();
        assert_eq!(answer(&mut two), Ok((201, b"{}".to_vec())));
        assert_eq!(answer(&mut two), Ok((404, Vec::new())));
        assert!(answer(&mut two).is_err());
        assert!(answer(&mut b"HTTP/1.1 200 OK\r\n\r\n".as_slice()).is_err());
    }
}
