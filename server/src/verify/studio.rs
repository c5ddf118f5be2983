//! Signed calls to a service of the studio's own.

use std::sync::Arc;
use std::time::Duration;

use ring::hmac;
use serde_json::Value;
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{Request, Response};

use super::call::Caller;
use crate::clock;
use crate::problem::Problem;

/// Calls of one service at once.
const CALLS: usize = 32;
/// Shortest key of the signature, in bytes.
pub(crate) const MIN_KEY: usize = 32;

/// Where the service is, and how it knows that it is asked by this server.
pub(crate) struct Studio {
    pub(super) caller: Arc<Caller>,
    url: String,
    key: hmac::Key,
}

impl Studio {
    /// `name` is for the log; `url` and the length of `key` are checked already.
    pub(crate) fn new(
        name: &str,
        url: String,
        key: &Secret,
        patience: Duration,
    ) -> Result<Self, Error> {
        let caller = Arc::new(Caller::new(name, patience, CALLS)?);
        // The bytes of the key are the text's own.
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes());
        Ok(Self { caller, url, key })
    }

    /// Asks the service; whatever it answers.
    pub(crate) async fn post(&self, body: &Value) -> Result<Response, Problem> {
        let at = self.caller.deadline();
        self.caller.exchange(self.request(body), at).await
    }

    /// The signature is over the time and the very bytes of the body: what was recorded once is
    /// of no use later, nor with another body.
    fn request(&self, body: &Value) -> Request {
        let body = body.to_string();
        let timestamp = (clock::now_ms() / 1000).to_string();
        let tag = hmac::sign(&self.key, format!("{timestamp}.{body}").as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Request {
            method: "POST",
            url: self.url.clone(),
            headers: vec![
                ("Content-Type", "application/json".to_owned()),
                ("X-Tdsauth-Timestamp", timestamp),
                ("X-Tdsauth-Signature", format!("v1={hex}")),
            ],
            body: body.into_bytes(),
        }
    }
}
