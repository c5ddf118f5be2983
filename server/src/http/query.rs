//! What stands behind the `?` of a request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use crate::accounts::Filter;
use crate::problem::Problem;
use crate::query::Where;

/// Members that every user in an answer has, whatever `keys` says.
const ALWAYS: [&str; 3] = ["objectId", "createdAt", "updatedAt"];

/// The parameters of a request, in their order. Those that nobody asks for mean nothing.
pub(super) struct Query(Vec<(String, String)>);

/// Parameters that a request of a batch has beside those of its path, which an address could be too
/// short for.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(pub(super) Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let text = parts.uri.query().unwrap_or_default();
        let mut all: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        if let Some(Params(more)) = parts.extensions.remove() {
            all.extend(more);
        }
        Ok(Self(all))
    }
}

impl Query {
    /// The first value of a parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A number; `default` if there is none.
    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, Problem> {
        match self.text(name) {
            Some(text) if !text.is_empty() => text.parse().map_err(|_| Problem::BAD_QUERY),
            _ => Ok(default),
        }
    }

    /// Whether objects are answered with all of their keys and nothing else.
    pub(super) fn wants_all_as_kept(&self) -> bool {
        ["include", "keys", "returnACL"].iter().all(|name| self.text(name).is_none())
    }

    /// The `where`; one that is not there lets everybody through.
    pub(super) fn filter(&self) -> Result<Filter, Problem> {
        match self.text("where") {
            Some(text) => Filter::read(text),
            None => Ok(Filter::default()),
        }
    }

    /// The `where` that a change depends on, if there is one.
    pub(super) fn condition(&self) -> Result<Option<Where>, Problem> {
        match self.text("where").filter(|text| !text.is_empty()) {
            Some(text) => Where::read_for_write(text).map(Some),
            None => Ok(None),
        }
    }

    /// Leaves of `row` what `keys` names: `a,b` these alone, `-a` all but this.
    pub(super) fn project(&self, row: &mut Value) {
        let (Some(keys), Some(row)) = (self.text("keys"), row.as_object_mut()) else {
            return;
        };
        let keys: Vec<_> = keys.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
        let without: Vec<_> = keys.iter().filter_map(|key| key.strip_prefix('-')).collect();
        let only: Vec<_> = keys.iter().filter(|key| !key.starts_with('-')).collect();
        keep(row, |name| {
            let named =
                only.is_empty() || only.iter().any(|key| key.split('.').next() == Some(name));
            named && !without.contains(&name)
        });
    }
}

fn keep(row: &mut Map<String, Value>, keeps: impl Fn(&str) -> bool) {
    row.retain(|name, _| ALWAYS.contains(&name.as_str()) || keeps(name));
}
