//! A connection whose peer has to take what it is sent.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Bytes that are sent as one, however many parts they have.
const SMALL: usize = 2048;

/// From the first byte that finds no room until everything is out, a set time may pass. A peer
/// that takes a byte now and then gains nothing.
#[derive(Debug)]
pub(super) struct Prompt {
    stream: TcpStream,
    time: Duration,
    /// Runs while something waits to go out.
    end: Option<Pin<Box<Sleep>>>,
}

impl Prompt {
    pub(super) fn new(stream: TcpStream, time: Duration) -> Self {
        Self { stream, time, end: None }
    }

    /// Gives up what could not be written in time, with what the system still holds of it.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let time = self.time;
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(end.as_mut().poll(context));
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the answer was not taken in time",
        )))
    }
}

/// The parts as one, if they are small: that is less work for the system than a list of them.
fn together<'w>(parts: &[IoSlice<'_>], whole: &'w mut [u8; SMALL]) -> Option<&'w [u8]> {
    let mut end = 0;
    for part in parts {
        whole.get_mut(end..)?.get_mut(..part.len())?.copy_from_slice(part);
        end += part.len();
    }
    whole.get(..end)
}

impl AsyncRead for Prompt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Prompt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.wait(context),
            written => written,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut whole = [0; SMALL];
        let stream = Pin::new(&mut self.stream);
        let written = match together(parts, &mut whole) {
            Some(whole) => stream.poll_write(context, whole),
            None => stream.poll_write_vectored(context, parts),
        };
        match written {
            Poll::Pending => self.wait(context),
            written => written,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for when everything was written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(context));
        self.end = None;
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Read as _;

    use tokio::time::{advance, pause};

    use super::*;

    const TIME: Duration = Duration::from_secs(10);

    fn write(prompt: &mut Prompt, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        Pin::new(prompt).poll_write(context, &[b'x'; 64 * 1024])
    }

    /// Writes until there is no room.
    async fn fill(prompt: &mut Prompt) {
        poll_fn(|context| {
            while let Poll::Ready(written) = write(prompt, context) {
                written.unwrap();
            }
            Poll::Ready(())
        })
        .await;
    }

    /// What a write gives now, without waiting.
    async fn once(prompt: &mut Prompt) -> Poll<io::Result<usize>> {
        poll_fn(|context| Poll::Ready(write(prompt, context))).await
    }

    async fn pair() -> (Prompt, std::net::TcpStream) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        peer.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (Prompt::new(stream, TIME), peer)
    }

    /// Reads until the system says that there is room again. The clock stands still meanwhile.
    async fn take_some(prompt: &mut Prompt, peer: &mut std::net::TcpStream) {
        while once(prompt).await.is_pending() {
            peer.read_exact(&mut [0; 64 * 1024]).unwrap();
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_peer_that_takes_some_of_it_gains_no_time() {
        let (mut prompt, mut peer) = pair().await;
        pause();
        fill(&mut prompt).await;
        advance(TIME * 2 / 3).await;
        take_some(&mut prompt, &mut peer).await;
        fill(&mut prompt).await;
        advance(TIME * 2 / 3).await;
        let late = once(&mut prompt).await;
        assert!(matches!(late, Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::TimedOut));
    }

    #[tokio::test]
    async fn what_is_all_out_leaves_the_next_its_whole_time() {
        let (mut prompt, mut peer) = pair().await;
        pause();
        fill(&mut prompt).await;
        advance(TIME * 2 / 3).await;
        take_some(&mut prompt, &mut peer).await;
        poll_fn(|context| Pin::new(&mut prompt).poll_flush(context)).await.unwrap();
        fill(&mut prompt).await;
        advance(TIME * 2 / 3).await;
        assert!(once(&mut prompt).await.is_pending());
    }
}
