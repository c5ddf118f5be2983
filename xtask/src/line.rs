//! The network between a game and its server: it can be cut, and mended.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Carries every connection on to the server while it is whole. Ends with its threads when dropped.
pub(crate) struct Line {
    address: SocketAddr,
    to: String,
    open: Option<Open>,
}

/// A line that is not cut.
struct Open {
    carried: Arc<Mutex<Carried>>,
    acceptor: JoinHandle<()>,
}

/// The connections that are carried.
#[derive(Default)]
struct Carried {
    over: bool,
    streams: Vec<TcpStream>,
}

impl Line {
    /// A whole line to `to` (`127.0.0.1:<port>`).
    pub(crate) fn to(to: &str) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0");
        let listener = listener.map_err(|error| format!("no port for the line: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let open = Some(Open::start(listener, to.to_owned()));
        Ok(Self { address, to: to.to_owned(), open })
    }

    /// Its end on the game's side, `http://127.0.0.1:<port>`: the same as long as it lives.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on nobody answers, and what was carried is gone.
    pub(crate) fn cut(&mut self) {
        let Some(open) = self.open.take() else { return };
        let mut carried = locked(&open.carried);
        carried.over = true;
        for stream in carried.streams.drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(carried);
        // Wakes the acceptor, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        let _ = open.acceptor.join();
    }

    /// Makes it whole again.
    pub(crate) fn mend(&mut self) -> Result<(), String> {
        if self.open.is_none() {
            let listener = TcpListener::bind(self.address);
            let listener = listener.map_err(|error| format!("{}: {error}", self.address))?;
            self.open = Some(Open::start(listener, self.to.clone()));
        }
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Open {
    fn start(listener: TcpListener, to: String) -> Self {
        let carried = Arc::new(Mutex::new(Carried::default()));
        let shared = Arc::clone(&carried);
        let acceptor = thread::spawn(move || accept(&listener, &to, &shared));
        Self { carried, acceptor }
    }
}

fn locked(carried: &Mutex<Carried>) -> MutexGuard<'_, Carried> {
    carried.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, to: &str, carried: &Mutex<Carried>) {
    let mut halves = Vec::new();
    for stream in listener.incoming().flatten() {
        if locked(carried).over {
            break;
        }
        // Without a server behind it the connection is closed, which is what the game then sees.
        if let Ok(both) = connect(stream, to, carried) {
            halves.extend(both);
        }
    }
    for half in halves {
        // It carried until one side closed; there is nothing to learn from how.
        let _ = half.join();
    }
}

fn connect(game: TcpStream, to: &str, carried: &Mutex<Carried>) -> io::Result<[JoinHandle<()>; 2]> {
    let server = TcpStream::connect(to)?;
    let (game_too, server_too) = (game.try_clone()?, server.try_clone()?);
    let mut carried = locked(carried);
    if carried.over {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    carried.streams.push(game.try_clone()?);
    carried.streams.push(server.try_clone()?);
    Ok([
        thread::spawn(move || carry(&game, &server)),
        thread::spawn(move || carry(&server_too, &game_too)),
    ])
}

fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    // Either side may go away, which is its right; the other one then hears of it.
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// A server that gives back what it gets.
    fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = io::copy(&mut &stream, &mut &stream);
            }
        });
        address
    }

    fn said(address: SocketAddr) -> io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"hello")?;
        stream.shutdown(Shutdown::Write)?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn a_line_carries_until_it_is_cut_and_again_when_it_is_mended() {
        let mut line = Line::to(&echo()).unwrap();
        assert_eq!(said(line.address).unwrap(), "hello");
        let mut open = TcpStream::connect(line.address).unwrap();
        open.write_all(b"a").unwrap();
        open.read_exact(&mut [0]).unwrap();
        line.cut();
        assert_eq!(open.read(&mut [0]).unwrap_or(0), 0, "what was open is closed");
        let refused = said(line.address).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let url = line.url();
        line.mend().unwrap();
        assert_eq!(said(line.address).unwrap(), "hello");
        assert_eq!(line.url(), url);
    }
}
