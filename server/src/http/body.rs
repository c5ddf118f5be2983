//! Reading a JSON body: bounded in size, time, depth and memory of all bodies together.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::App;
use crate::problem::Problem;

/// Largest body of a request, in bytes.
const MAX_BODY: usize = 20 * 1024 * 1024;

/// From this size on a body needs one of the places for large ones, and is read by a thread that
/// may take its time.
const LARGE: usize = 64 * 1024;

/// Places for large bodies.
pub(super) const LARGE_BODIES: usize = 8;

/// A body and, if it is large, the place it takes as long as it is in memory.
struct Whole {
    bytes: Vec<u8>,
    place: Option<OwnedSemaphorePermit>,
}

/// The JSON object in `body`. It nests less than 128 deep (the reader's own bound), and no text in
/// it holds U+0000, which not every database can keep.
pub(super) async fn object(app: &App, body: Body) -> Result<Map<String, Value>, Problem> {
    object_of(app, body, app.policy.max_object_bytes()).await
}

/// As [`object`], of at most so many bytes.
pub(super) async fn object_of(
    app: &App,
    body: Body,
    max_bytes: usize,
) -> Result<Map<String, Value>, Problem> {
    let late = Err(Problem::BODY_LATE);
    let whole = timeout(app.body_time, read(app, body)).await.unwrap_or(late)?;
    if whole.bytes.len() > max_bytes {
        return Err(Problem::OBJECT_TOO_LARGE);
    }
    if whole.place.is_none() {
        return parse(&whole.bytes);
    }
    let parsed = tokio::task::spawn_blocking(move || {
        let object = parse(&whole.bytes);
        drop(whole);
        object
    });
    parsed.await.unwrap_or(Err(Problem::UNAVAILABLE))
}

async fn read(app: &App, mut body: Body) -> Result<Whole, Problem> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(Problem::BODY_TOO_LARGE);
    }
    let mut whole = Whole { bytes: Vec::new(), place: None };
    while let Some(chunk) = next(&mut body).await? {
        let size = whole.bytes.len() + chunk.len();
        if size > MAX_BODY {
            return Err(Problem::BODY_TOO_LARGE);
        }
        if size > LARGE && whole.place.is_none() {
            let place = app.large_bodies.clone().acquire_owned().await;
            whole.place = Some(place.map_err(|_| Problem::UNAVAILABLE)?);
        }
        whole.bytes.extend_from_slice(&chunk);
    }
    Ok(whole)
}

/// The next piece of the body; an error when the caller went away half way.
async fn next(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    while let Some(frame) = body.frame().await {
        // Frames that are not data are trailers, which mean nothing here.
        if let Ok(chunk) = frame.map_err(|_| Problem::BAD_JSON)?.into_data() {
            return Ok(Some(chunk));
        }
    }
    Ok(None)
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    let object: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|_| Problem::BAD_JSON)?;
    if object.iter().any(|(name, value)| name.contains('\0') || has_nul(value)) {
        return Err(Problem::NUL_IN_JSON);
    }
    Ok(object)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use clap::Parser as _;
    use hyper::body::Frame;

    use super::*;
    use crate::args::Args;
    use crate::keys::Keys;
    use crate::storage::Store;
    use crate::verify::Verifiers;

    /// Gives its bytes at once and then nothing more, for ever.
    struct Stalled(Option<Bytes>);

    impl hyper::body::Body for Stalled {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            match self.0.take() {
                Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                None => Poll::Pending,
            }
        }
    }

    async fn app() -> App {
        let args = Args::parse_from(["tdsauth-server", "--data", ":memory:"]);
        let store = std::sync::Arc::new(
            Store::open(None, &crate::seal::SealKey::new(None, None)).await.unwrap(),
        );
        App::new(Keys::load(None).unwrap(), store, Verifiers::new(args.policy), &args).unwrap()
    }

    fn json(bytes: usize) -> Bytes {
        format!(r#"{{"x":"{}"}}"#, "x".repeat(bytes)).into()
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn large_bodies_wait_for_a_place_and_small_ones_do_not() {
        let app = app().await;
        let mut stalled: Vec<_> = (0..LARGE_BODIES)
            .map(|_| Box::pin(object(&app, Body::new(Stalled(Some(json(LARGE)))))))
            .collect();
        for body in &mut stalled {
            assert!(poll(body.as_mut()).is_pending());
        }
        assert_eq!(app.large_bodies.available_permits(), 0, "each holds its place");
        let mut waiting = pin!(object(&app, json(LARGE).into()));
        assert!(poll(waiting.as_mut()).is_pending());
        assert_eq!(object(&app, json(1000).into()).await.unwrap().len(), 1);
        drop(stalled.pop());
        assert_eq!(waiting.await.unwrap().len(), 1);
        assert_eq!(app.large_bodies.available_permits(), 1, "given back after reading");
    }

    #[tokio::test]
    async fn a_small_body_takes_no_place() {
        let app = app().await;
        let mut small = pin!(object(&app, Body::new(Stalled(Some(json(1000))))));
        assert!(poll(small.as_mut()).is_pending());
        assert_eq!(app.large_bodies.available_permits(), LARGE_BODIES);
    }
}
