//! Reading a JSON body: bounded in size, time, depth and memory of all bodies together.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::EXPECT;
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

/// From the headers to the last byte of the body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The JSON object in `body`. It nests at most 128 deep (the reader's own bound), and no text in
/// it holds U+0000, which not every database can keep.
pub(super) async fn object(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<Map<String, Value>, Problem> {
    let (bytes, _place) =
        timeout(BODY_TIME, read(app, headers, body)).await.unwrap_or(Err(Problem::BODY_LATE))?;
    if bytes.len() > app.policy.max_object_bytes() {
        return Err(Problem::OBJECT_TOO_LARGE);
    }
    if bytes.len() < LARGE {
        return parse(&bytes);
    }
    tokio::task::spawn_blocking(move || parse(&bytes)).await.unwrap_or(Err(Problem::UNAVAILABLE))
}

async fn read(
    app: &App,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), Problem> {
    let declared = body.size_hint().lower();
    if declared > MAX_BODY as u64 {
        // Who waits for "100 Continue" sends nothing; all others have to be heard out, or the
        // connection would be reset before they read the answer.
        if !headers.contains_key(EXPECT) {
            discard(body).await;
        }
        return Err(Problem::BODY_TOO_LARGE);
    }
    let mut bytes = Vec::new();
    let mut place = None;
    while let Some(chunk) = next(&mut body).await? {
        if bytes.len() + chunk.len() > MAX_BODY {
            discard(body).await;
            return Err(Problem::BODY_TOO_LARGE);
        }
        if place.is_none() && bytes.len() + chunk.len() > LARGE {
            let free = app.large_bodies.clone().acquire_owned().await;
            place = Some(free.map_err(|_| Problem::UNAVAILABLE)?);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, place))
}

/// The next piece of the body; an error when the caller went away half way.
async fn next(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(Problem::BAD_JSON),
            // Frames that are not data are trailers, which mean nothing here.
            Some(Ok(frame)) => match frame.into_data() {
                Ok(chunk) => return Ok(Some(chunk)),
                Err(_) => continue,
            },
        }
    }
}

/// Reads and forgets, within the same bound once more.
async fn discard(mut body: Body) {
    let mut left = MAX_BODY;
    while let Ok(Some(chunk)) = next(&mut body).await {
        match left.checked_sub(chunk.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
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
