//! The last requests, for the front page and the state: what was asked and answered, with every
//! secret masked.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Value, json};

use super::StandIn;
use super::answer::ErrorName;
use crate::clock;

/// Most that are remembered.
const MOST: usize = 100;

/// Most bytes of one value that are shown.
const MAX_SHOWN: usize = 120;

/// Fields whose values are no secrets. Whatever is not listed here is masked.
const SHOWN: [&str; 13] = [
    "client_id",
    "response_type",
    "grant_type",
    "secret_type",
    "token_type_hint",
    "scope",
    "code_challenge_method",
    "flow",
    "version",
    "platform",
    "user_code",
    "qrcode",
    "lang",
];

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Unix milliseconds by the machine's own clock.
    pub(super) at: i64,
    pub(super) method: String,
    pub(super) path: String,
    /// Of the query and the form, masked.
    pub(super) fields: Vec<(String, String)>,
    pub(super) status: u16,
    /// The `error` of the answer.
    pub(super) error: Option<String>,
}

impl Seen {
    /// In `GET /dev/state`.
    pub(super) fn to_json(&self) -> Value {
        let fields: serde_json::Map<String, Value> =
            self.fields.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({
            "at": clock::iso(self.at),
            "method": self.method,
            "path": self.path,
            "fields": fields,
            "status": self.status,
            "error": self.error,
        })
    }
}

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Requests(VecDeque<Seen>);

impl Requests {
    fn push(&mut self, seen: Seen) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(seen);
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Seen> {
        self.0.iter().rev()
    }
}

/// The fields of a form that a handler read, masked; it leaves them with its answer.
#[derive(Debug, Clone)]
pub(super) struct FormFields(Vec<(String, String)>);

impl FormFields {
    pub(super) fn of(fields: &[(String, String)]) -> Self {
        Self(fields.iter().map(|(name, value)| masked(name, value)).collect())
    }
}

fn masked(name: &str, value: &str) -> (String, String) {
    let value = if SHOWN.contains(&name) { cut(value) } else { "…".into() };
    (cut(name), value)
}

fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_SHOWN);
    text.get(..end).unwrap_or_default().to_owned()
}

/// Remembers each request, but for those by which somebody looks on.
pub(crate) async fn record(
    State(dev): State<Arc<StandIn>>,
    request: Request,
    next: Next,
) -> Response {
    let uri = request.uri();
    let own = ["/dev/", "/healthz"].iter().any(|own| uri.path().starts_with(own));
    if own || uri.path() == "/" {
        return next.run(request).await;
    }
    let query = uri.query().unwrap_or_default().as_bytes();
    let fields = form_urlencoded::parse(query).map(|(name, value)| masked(&name, &value));
    let mut seen = Seen {
        at: clock::now_ms(),
        method: cut(request.method().as_str()),
        path: shown_path(uri.path()),
        fields: fields.collect(),
        status: 0,
        error: None,
    };
    let response = next.run(request).await;
    seen.status = response.status().as_u16();
    let extensions = response.extensions();
    seen.fields.extend(extensions.get::<FormFields>().map_or_else(Vec::new, |form| form.0.clone()));
    seen.error = extensions.get::<ErrorName>().map(|name| cut(&name.0));
    dev.state().requests.push(seen);
    response
}

/// A path without what names a login in it.
pub(crate) fn shown_path(path: &str) -> String {
    for names in ["/authorize/", "/dev/authorize/", "/dev/device/"] {
        if path.starts_with(names) {
            return format!("{names}…");
        }
    }
    cut(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_no_secret_is_shown() {
        assert_eq!(masked("scope", "a,b").1, "a,b");
        for secret in ["code", "code_verifier", "token", "state", "session_token", "unheard-of"] {
            assert_eq!(masked(secret, "value").1, "…");
        }
        assert_eq!(masked("scope", &"é".repeat(500)).1.len(), MAX_SHOWN);
        assert_eq!(shown_path("/authorize/abc"), "/authorize/…");
        assert_eq!(shown_path("/authorize"), "/authorize");
    }
}
