//! `/1.1/batch`: several requests in one (contract row 25). Each is answered by the same routes as
//! if it came alone, by the same rights and limits; they are no transaction.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use axum::{Extension, Router};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use super::address::Peer;
use super::auth::Caller;
use super::query::Params;
use super::users::Answer;
use super::{App, answer, body};
use crate::problem::Problem;

/// Requests of one batch.
const MOST: usize = 1000;

/// Bytes of answers, from which on no further request is done.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The version of the API, with which each path begins.
const ROOT: &str = "/1.1/";

/// What the requests of a batch may ask for.
#[derive(Clone)]
pub(super) struct Routes(pub(super) Router);

/// Who sends a batch, and how it is asked.
struct Batch {
    routes: Router,
    headers: HeaderMap,
    peer: Option<Peer>,
    /// Bytes of the answers so far.
    answered: usize,
}

/// One request of a batch.
struct Inner {
    method: Method,
    uri: Uri,
    params: Params,
    body: Option<Map<String, Value>>,
}

/// Contract row 25: the answers in the order of the requests, each a success or an error.
pub(super) async fn run(
    State(app): State<Arc<App>>,
    _: Caller,
    Extension(Routes(routes)): Extension<Routes>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let requests = requests(&app, body).await?;
    let mut batch = Batch::new(routes, headers, peer);
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let answer = match Inner::read(request) {
            Ok(inner) => batch.ask(inner).await?,
            Err(problem) => Err(problem.to_json()),
        };
        answers.push(match answer {
            Ok(success) => json!({ "success": success }),
            Err(error) => json!({ "error": error }),
        });
    }
    Ok(answer::json(StatusCode::OK, &Value::Array(answers)))
}

/// `/1.1/batch/save`, by which the Java SDK changes one object several times: what each object
/// became, by its id. The first request that fails ends it, and is the answer.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    _: Caller,
    Extension(Routes(routes)): Extension<Routes>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let requests = requests(&app, body).await?;
    let mut batch = Batch::new(routes, headers, peer);
    let mut saved = Map::new();
    for request in requests {
        let inner = Inner::read(request)?;
        let named = inner.body.as_ref().and_then(|body| body.get("__internalId")?.as_str());
        let named = named.map(str::to_owned);
        let success = match batch.ask(inner).await? {
            Ok(Value::Object(success)) => success,
            Ok(_) => continue,
            Err(error) => return Ok(answer::json(StatusCode::BAD_REQUEST, &error)),
        };
        let own = success.get("objectId").and_then(Value::as_str).map(str::to_owned);
        if let Some(name) = named.or(own) {
            let all = saved.entry(name).or_insert_with(|| json!({}));
            if let Some(all) = all.as_object_mut() {
                all.extend(success);
            }
        }
    }
    Ok(answer::json(StatusCode::OK, &Value::Object(saved)))
}

async fn requests(app: &App, body: Body) -> Result<Vec<Value>, Problem> {
    let mut body = body::object_of(app, body, app.policy.max_batch_bytes()).await?;
    match body.remove("requests") {
        Some(Value::Array(requests)) if requests.len() <= MOST => Ok(requests),
        _ => Err(Problem::BAD_BATCH),
    }
}

impl Inner {
    fn read(request: Value) -> Result<Self, Problem> {
        let Value::Object(mut request) = request else {
            return Err(Problem::BAD_BATCH_REQUEST);
        };
        let method = match request.get("method").and_then(Value::as_str) {
            Some("GET") => Method::GET,
            Some("POST") => Method::POST,
            Some("PUT") => Method::PUT,
            Some("DELETE") => Method::DELETE,
            _ => return Err(Problem::BAD_BATCH_REQUEST),
        };
        let path = request.get("path").and_then(Value::as_str);
        let path = path.filter(|path| path.starts_with(ROOT));
        let path = path.ok_or(Problem::BAD_BATCH_REQUEST)?.to_owned();
        let params = match request.remove("params") {
            None | Some(Value::Null) => Params::default(),
            Some(Value::Object(params)) => as_texts(params),
            Some(_) => return Err(Problem::BAD_BATCH_REQUEST),
        };
        let uri = path.parse().map_err(|_| Problem::BAD_BATCH_REQUEST)?;
        let body = match request.remove("body") {
            None | Some(Value::Null) => None,
            Some(Value::Object(body)) => Some(body),
            Some(_) => return Err(Problem::BAD_BATCH_REQUEST),
        };
        Ok(Self { method, uri, params, body })
    }
}

/// Parameters as they would stand behind the `?`. What is no text is JSON there.
fn as_texts(params: Map<String, Value>) -> Params {
    let text = |value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    Params(params.into_iter().map(|(name, value)| (name, text(value))).collect())
}

impl Batch {
    fn new(routes: Router, headers: HeaderMap, peer: Option<Extension<Peer>>) -> Self {
        let peer = peer.map(|Extension(peer)| peer);
        // Those that say who asks; not those of the body that has been read.
        let mut kept = HeaderMap::new();
        for (name, value) in &headers {
            if name.as_str().starts_with("x-") {
                kept.append(name, value.clone());
            }
        }
        kept.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { routes, headers: kept, peer, answered: 0 }
    }

    /// What one request is answered; an error is as it would stand in its body.
    async fn ask(&mut self, inner: Inner) -> Result<Result<Value, Value>, Problem> {
        if self.answered > MAX_ANSWER {
            return Ok(Err(Problem::ANSWER_TOO_LARGE.to_json()));
        }
        let gets = inner.method == Method::GET;
        let body = match (inner.body, gets) {
            (Some(body), false) => Value::Object(body).to_string(),
            (None, false) => "{}".to_owned(),
            (_, true) => String::new(),
        };
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = inner.method;
        *request.uri_mut() = inner.uri;
        request.extensions_mut().insert(inner.params);
        *request.headers_mut() = self.headers.clone();
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let Ok(response) = self.routes.clone().oneshot(request).await;
        let good = response.status().is_success();
        let bytes = response.into_body().collect().await.map_err(|_| Problem::UNAVAILABLE)?;
        let bytes = bytes.to_bytes();
        self.answered += bytes.len();
        let answer = serde_json::from_slice(&bytes).map_err(|_| Problem::UNAVAILABLE)?;
        Ok(match (good, answer) {
            (true, Value::Object(row)) if gets && row.is_empty() => Ok(Value::Null),
            (true, answer) => Ok(answer),
            (false, answer) => Err(answer),
        })
    }
}
