//! A request as TapTap makes it, before and after it is signed.

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;
use tdsauth_core::tap_sign;
use tdsauth_core::transport::{Request, Url};

use crate::binding::Endpoint;
use crate::clock;
use crate::ids::random_text;
use crate::start::StartError;

/// As many as TapTap's have.
const NONCE_CHARS: usize = 8;

pub(super) const NONCE: &str = "x-tap-nonce";
pub(super) const TS: &str = "x-tap-ts";
pub(super) const SIGN: &str = "x-tap-sign";

/// A request before it is signed. What is changed in it is signed as well.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) endpoint: Endpoint,
    pub(super) method: &'static str,
    /// As it goes out, percent-encoding and all.
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    /// Beside those of the signature.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) ts: String,
    pub(super) nonce: String,
}

/// The parameters of a request.
pub(super) type Fields = Vec<(&'static str, Value)>;

impl Call {
    /// With its parameters where the endpoint wants them: in the query, or as a JSON object.
    pub(super) fn new(endpoint: Endpoint, fields: &Fields) -> Result<Self, StartError> {
        let get = endpoint.method() == "GET";
        let (mut query, mut body) = (String::new(), Vec::new());
        if get {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields {
                pairs.append_pair(name, value.as_str().unwrap_or_default());
            }
            query = pairs.finish();
        } else {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            body = Value::Object(fields.collect::<Map<_, _>>()).to_string().into_bytes();
        }
        let method = if get { "GET" } else { "POST" };
        let ts = seconds(0);
        Ok(Self { endpoint, method, query, body, headers: Vec::new(), ts, nonce: nonce()? })
    }

    /// As `get-roles-by-token` is asked.
    pub(super) fn bearing(token: &Secret) -> Result<Self, StartError> {
        let mut call = Self::new(Endpoint::GetRolesByToken, &Vec::new())?;
        call.headers.push(("authorization", format!("Bearer {}", token.expose())));
        Ok(call)
    }

    pub(super) fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Adds a parameter that means nothing, written as it is.
    pub(super) fn add_query(&mut self, pair: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(pair);
    }

    /// The request to `place`, signed with `secret`.
    pub(super) fn signed(&self, place: &str, secret: &Secret) -> Result<Request, StartError> {
        let mut url = place.to_owned();
        if !self.query.is_empty() {
            url.push('?');
            url.push_str(&self.query);
        }
        let mut headers = self.headers.clone();
        if self.has_body() || self.method == "POST" {
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers.extend([(NONCE, self.nonce.clone()), (TS, self.ts.clone())]);
        let failed = |error: tdsauth_core::error::Error| StartError::new(error.message.clone());
        let target = target(&url).map_err(failed)?;
        let signed: Vec<_> = headers.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())).collect();
        let request = tap_sign::Request {
            method: self.method.as_bytes(),
            target: target.as_bytes(),
            headers: &signed,
            body: &self.body,
        };
        let sign = tap_sign::sign(secret.expose().as_bytes(), &request).map_err(failed)?;
        headers.push((SIGN, sign.iter().copied().map(char::from).collect()));
        Ok(Request { method: self.method, url, headers, body: self.body.clone() })
    }
}

/// Path and query, as they stand in the request line.
fn target(url: &str) -> Result<String, tdsauth_core::error::Error> {
    let url = Url::parse(url)?;
    Ok(url.query.map_or_else(|| url.path.to_owned(), |query| format!("{}?{query}", url.path)))
}

pub(super) fn nonce() -> Result<String, StartError> {
    random(NONCE_CHARS)
}

pub(super) fn random(chars: usize) -> Result<String, StartError> {
    random_text(chars).map_err(|error| StartError::new(format!("no randomness: {error}")))
}

/// Unix seconds, `off` from now.
pub(super) fn seconds(off: i64) -> String {
    (clock::now_ms() / 1000 + off).to_string()
}
