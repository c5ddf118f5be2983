//! The studio's own service says who somebody is.

use std::sync::Arc;
use std::time::Duration;

use ring::hmac;
use serde_json::{Value, json};
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::Request;

use super::call::{self, Caller};
use super::confirmed::Told;
use super::sent::Claim;
use crate::clock;
use crate::problem::Problem;

/// Logins that the service is asked about at once.
const CALLS: usize = 32;
/// Shortest key of the signature, in bytes.
pub(super) const MIN_KEY: usize = 32;

/// Where the service is, and how it knows that it is asked by this server.
pub(super) struct Webhook {
    caller: Arc<Caller>,
    url: String,
    key: hmac::Key,
}

impl Webhook {
    /// For the platform `name`; `url` and the length of `key` are checked already.
    pub(super) fn new(
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

    /// Asks the service. Whatever is not a clear yes is a no, or nobody knows.
    pub(super) async fn verify(&self, claim: &Claim) -> Result<Told, Problem> {
        let at = self.caller.deadline();
        let response = self.caller.exchange(self.request(claim), at).await?;
        let status = response.status;
        if call::says_no(status) {
            return Err(self.caller.refused("the webhook refuses"));
        }
        let answer = call::object(&response.body).filter(|_| status == 200);
        let Some(answer) = answer else {
            return Err(self.caller.unclear(status, "the webhook's answer is none"));
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let Some(id) = text("id") else {
            return Err(self.caller.unclear(status, "the webhook's answer names nobody"));
        };
        if id != claim.value.expose() {
            return Err(self.caller.refused("the webhook names somebody else"));
        }
        Ok(Told {
            unionid: text("unionid").filter(|text| !text.is_empty()),
            nickname: text("nickname"),
            avatar: text("avatar"),
            grant: None,
        })
    }

    /// The signature is over the time and the very bytes of the body: what was recorded once is
    /// of no use later, nor with another body.
    fn request(&self, claim: &Claim) -> Request {
        let body = json!({ "platform": claim.platform, "authData": claim.map }).to_string();
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
