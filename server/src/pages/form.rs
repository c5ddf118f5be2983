//! `application/x-www-form-urlencoded`: bodies and queries.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use tokio::time::timeout;

/// Largest form, in bytes. A real one has a few hundred.
const MAX_FORM: usize = 32 * 1024;

/// Why something is no form, or not the one that is needed. Nothing in it repeats what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadForm(pub(crate) &'static str);

/// The fields of a form, each at most once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a query as it was sent.
    pub(crate) fn of_query(query: Option<&str>) -> Result<Self, BadForm> {
        Self::parse(query.unwrap_or_default().as_bytes())
    }

    /// Reads the body of a request, which has to say that it is a form.
    pub(crate) async fn of_body(
        headers: &HeaderMap,
        body: Body,
        time: Duration,
    ) -> Result<Self, BadForm> {
        let bytes = timeout(time, axum::body::to_bytes(body, MAX_FORM));
        let bytes = bytes.await.map_err(|_| BadForm("the body came too late"))?;
        let bytes = bytes.map_err(|_| BadForm("the body is cut off or too large"))?;
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(BadForm("the body is not a form"));
        }
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, BadForm> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(bytes)
            .map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value)))
            .collect();
        for (at, (name, _)) in fields.iter().enumerate() {
            if fields.iter().take(at).any(|(other, _)| other == name) {
                return Err(BadForm("a parameter is there twice"));
            }
        }
        Ok(Self(fields))
    }

    /// A field that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// A field that has to be there.
    pub(crate) fn need(&self, name: &str, missing: &'static str) -> Result<&str, BadForm> {
        self.get(name).ok_or(BadForm(missing))
    }

    /// All fields, in the order in which they were sent.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}
