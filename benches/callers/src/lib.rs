//! Callers of an HTTP service: each keeps one connection and asks again as soon as it is answered.
//!
//! A package of its own, because it is compiled for speed where the rest of the tools is not: the
//! callers have the processor together with what they call.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Callers at once.
pub const CALLERS: usize = 16;
/// Threads that they share.
pub const THREADS: usize = 2;
/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request: what stands between the request line and the body is the service's affair.
#[derive(Debug)]
pub struct Call {
    /// In capital letters.
    pub method: &'static str,
    /// With its query.
    pub path: String,
    /// JSON, or empty.
    pub body: String,
}

/// What came of calling.
#[derive(Debug)]
pub struct Ran {
    /// How many were answered.
    pub requests: u64,
    /// How long that took.
    pub seconds: f64,
}

/// A service that is called.
#[derive(Debug)]
pub struct Service {
    /// Where it listens, for plain HTTP.
    pub address: SocketAddr,
    /// Header lines, each with its line feed.
    pub headers: String,
}

impl Service {
    /// Calls it for `time`. `call` makes the request with this number, which comes once.
    ///
    /// # Errors
    ///
    /// The first answer but a 2xx, and whatever keeps a caller from having one.
    pub fn load(&self, time: Duration, call: &(dyn Fn(u64) -> Call + Sync)) -> Result<Ran, String> {
        let next = AtomicU64::new(0);
        let call = || call(next.fetch_add(1, Ordering::Relaxed));
        let start = Instant::now();
        let share = || self.callers(CALLERS / THREADS, || start.elapsed() < time, call);
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(share)).collect();
            let mut ends = threads.into_iter().map(|one| one.join().map_err(|_| "a caller died"));
            ends.try_for_each(|end| end?)
        })?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Ran { requests: next.into_inner(), seconds })
    }

    /// So many callers, on one thread, as long as there is more.
    fn callers(
        &self,
        count: usize,
        more: impl Fn() -> bool,
        call: impl Fn() -> Call,
    ) -> Result<(), String> {
        let mut callers = Vec::new();
        for _ in 0..count {
            let mut caller = self.connect()?;
            caller.ask(&call())?;
            callers.push(caller);
        }
        while !callers.is_empty() {
            let mut lines: Vec<_> =
                callers.iter().map(|caller| PollFd::new(&caller.line, PollFlags::IN)).collect();
            let patience = Timespec::try_from(PATIENCE).map_err(|error| error.to_string())?;
            if poll(&mut lines, Some(&patience)).map_err(|error| error.to_string())? == 0 {
                return Err("no answer".into());
            }
            let ready: Vec<bool> = lines.iter().map(|line| !line.revents().is_empty()).collect();
            let mut ready = ready.into_iter();
            let mut failed = Ok(());
            callers.retain_mut(|caller| {
                if failed.is_err() || !ready.next().unwrap_or_default() {
                    return true;
                }
                match caller.take() {
                    Ok(None) => true,
                    Ok(Some(_)) if !more() => false,
                    answered => {
                        failed = answered.and_then(|_| caller.ask(&call()));
                        true
                    }
                }
            });
            failed?;
        }
        Ok(())
    }

    /// One call on a line of its own; the body of its answer.
    ///
    /// # Errors
    ///
    /// An answer but a 2xx, and whatever keeps it from having one.
    pub fn once(&self, call: &Call) -> Result<Vec<u8>, String> {
        let mut caller = self.connect()?;
        caller.ask(call)?;
        loop {
            if let Some(body) = caller.take()? {
                return Ok(body);
            }
        }
    }

    fn connect(&self) -> Result<Caller<'_>, String> {
        let line = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        line.set_nodelay(true).map_err(|error| error.to_string())?;
        line.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
        Ok(Caller { service: self, line, request: Vec::new(), answer: Vec::new() })
    }
}

/// A line to the service, and what came of the answer so far.
struct Caller<'s> {
    service: &'s Service,
    line: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Caller<'_> {
    fn ask(&mut self, call: &Call) -> Result<(), String> {
        let Call { method, path, body } = call;
        let Service { address, headers } = self.service;
        self.request.clear();
        let written = write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let sent = written.and_then(|()| self.line.write_all(&self.request));
        sent.map_err(|error| error.to_string())
    }

    /// What there is of the answer; its body, if that is all.
    fn take(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut some = [0; 16 * 1024];
        match self.line.read(&mut some).map_err(|error| error.to_string())? {
            0 => return Err("the line was closed".into()),
            count => self.answer.extend(some.iter().take(count)),
        }
        let Some((status, body)) = read(&self.answer)? else { return Ok(None) };
        if !(200..300).contains(&status) {
            return Err(format!("{status} {}", String::from_utf8_lossy(body)));
        }
        let body = body.to_vec();
        self.answer.clear();
        Ok(Some(body))
    }
}

/// Of the headers.
const END: &[u8] = b"\r\n\r\n";

/// Status and body of an answer that tells its length, if all of it is there.
fn read(answer: &[u8]) -> Result<Option<(u16, &[u8])>, String> {
    let Some(end) = answer.windows(END.len()).position(|some| some == END) else {
        return Ok(None);
    };
    let (head, body) = answer.split_at(end);
    let body = body.strip_prefix(END).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(|error| error.to_string())?;
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {first}"))?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    match length.ok_or("an answer without Content-Length")? {
        length if body.len() > length => Err("more than an answer".into()),
        length => Ok((body.len() == length).then_some((status, body))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_it_is_whole() {
        let answer = b"HTTP/1.1 201 Created\r\nX: y\r\ncontent-length: 2\r\n\r\n{}";
        for part in 0..answer.len() {
            assert_eq!(read(&answer[..part]), Ok(None));
        }
        assert_eq!(read(answer), Ok(Some((201, b"{}".as_slice()))));
        assert!(read(&[answer.as_slice(), b"x"].concat()).is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(read(b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n").is_err());
    }
}
