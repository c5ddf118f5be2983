//! Hearing a caller out before it is answered.
//!
//! A request may be refused with its body unread. Closing the connection then would reset it, and
//! a caller that is still sending would never read why. So what is left of the body is read and
//! forgotten first, within bounds.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::response::Response;
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::timeout;

use super::App;

/// Most bytes that are read only to be forgotten.
const MOST: usize = 32 * 1024 * 1024;

/// A body lent to a handler: what the handler leaves unread is still there afterwards.
#[derive(Debug, Clone)]
struct Lent(Arc<Mutex<Read>>);

#[derive(Debug)]
struct Read {
    body: Body,
    /// Whether the caller was already told to send the body ("100 Continue" goes out by then).
    begun: bool,
}

impl Lent {
    fn read(&self) -> MutexGuard<'_, Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut read = self.read();
        read.begun = true;
        Pin::new(&mut read.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.read().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.read().body.size_hint()
    }
}

/// Runs the request and reads what its handler left of the body.
pub(super) async fn hear_out<F: Future<Output = Response>>(
    app: &App,
    request: Request,
    run: impl FnOnce(Request) -> F,
) -> Response {
    if request.body().is_end_stream() {
        return run(request).await;
    }
    let (parts, body) = request.into_parts();
    let waits_for_leave = parts.headers.contains_key(EXPECT);
    let mut lent = Lent(Arc::new(Mutex::new(Read { body, begun: false })));
    let response = run(Request::from_parts(parts, Body::new(lent.clone()))).await;
    // Who waits for "100 Continue" and never got it sends nothing.
    let nothing_comes = waits_for_leave && !lent.read().begun;
    if !lent.is_end_stream() && !nothing_comes {
        let _ = timeout(app.body_time, discard(&mut lent)).await;
    }
    response
}

async fn discard(body: &mut Lent) {
    let mut left = MOST;
    while let Some(Ok(frame)) = body.frame().await {
        let size = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(size) {
            Some(less) => left = less,
            None => return,
        }
    }
}
