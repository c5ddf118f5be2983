//! Taking connections, so many at once, and ending them in order.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::address::Peer;
use super::guard::Guarded;
use super::seats::{Seat, Seats};
use super::tls::Tls;
use super::writing::Prompt;

/// Bytes of the headers of one request.
const HEADER_BYTES: usize = 64 * 1024;

/// How long requests that run at the end may take.
const FINISH_TIME: Duration = Duration::from_secs(30);

/// After a failed accept, which is mostly "too many open files": connections have to end first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// How much callers may take at once, and how long.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// Connections at once.
    pub(crate) connections: NonZeroU32,
    /// Of these, how many one address may have.
    pub(crate) seats: Seats,
    /// For a TLS handshake.
    pub(crate) handshake_time: Duration,
    /// For the headers of a request, and for a kept connection to send its next one.
    pub(crate) header_time: Duration,
    /// For a caller to take what it is sent.
    pub(crate) response_time: Duration,
}

/// What each connection needs.
#[derive(Clone)]
struct Door {
    routes: Arc<Guarded>,
    tls: Option<Arc<Tls>>,
    bounds: Bounds,
    /// Closed when the server ends.
    open: watch::Receiver<()>,
}

/// Serves connections until `stop`, then finishes the requests that run.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Guarded,
    tls: Option<Arc<Tls>>,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let running = GracefulShutdown::new();
    let places = usize::try_from(bounds.connections.get()).unwrap_or(Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
    let (close, open) = watch::channel(());
    let door = Door { routes: Arc::new(routes), tls, bounds, open };
    loop {
        let next = async {
            // Who finds no place waits in the system's queue, with no memory of ours spent.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let (Ok(place), Some(seat)) = (place, door.bounds.seats.take(peer)) else {
            tracing::debug!("an address with too many connections");
            continue;
        };
        tokio::spawn(door.clone().receive(stream, peer, (place, seat), running.watcher()));
    }
    drop((listener, close));
    tokio::select! {
        () = running.shutdown() => (),
        () = sleep(FINISH_TIME) => tracing::warn!("some requests did not finish in time"),
    }
}

impl Door {
    /// One connection, from its first byte to its last.
    async fn receive(
        mut self,
        stream: TcpStream,
        peer: IpAddr,
        _held: (OwnedSemaphorePermit, Seat),
        watcher: Watcher,
    ) {
        let stream = Prompt::new(stream, self.bounds.response_time);
        let Some(tls) = self.tls.take() else {
            return self.speak(stream, peer, watcher).await;
        };
        let handshake = timeout(self.bounds.handshake_time, tls.acceptor().accept(stream));
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            // Nothing was asked yet.
            _ = self.open.changed() => return,
        };
        match shaken {
            Ok(Ok(stream)) => self.speak(stream, peer, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "handshake"),
            Err(_) => tracing::debug!("a handshake was not over in time"),
        }
    }

    async fn speak<S>(self, stream: S, peer: IpAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let service = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            let routes = &self.routes;
            async move { Ok::<_, Infallible>(routes.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.header_time)
            .max_buf_size(HEADER_BYTES)
            .max_header_size(HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "connection");
        }
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and complete; waiting to fill a packet only delays them.
                let _ = stream.set_nodelay(true);
                return (stream, peer.ip());
            }
            Err(error) => {
                tracing::warn!(%error, "accept");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
