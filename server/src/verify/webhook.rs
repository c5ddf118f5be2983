//! The studio's own service says who somebody is.

use std::time::Duration;

use serde_json::{Value, json};
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;

use super::call;
use super::confirmed::Told;
use super::sent::Claim;
use super::studio::Studio;
use crate::problem::Problem;

/// The service.
pub(super) struct Webhook(Studio);

impl Webhook {
    /// For the platform `name`; `url` and the length of `key` are checked already.
    pub(super) fn new(
        name: &str,
        url: String,
        key: &Secret,
        patience: Duration,
    ) -> Result<Self, Error> {
        Studio::new(name, url, key, patience).map(Self)
    }

    /// Asks the service. Whatever is not a clear yes is a no, or nobody knows.
    pub(super) async fn verify(&self, claim: &Claim) -> Result<Told, Problem> {
        let Self(studio) = self;
        let caller = &studio.caller;
        let asked = json!({ "platform": claim.platform, "authData": claim.map });
        let response = studio.post(&asked).await?;
        let status = response.status;
        if call::says_no(status) {
            return Err(caller.refused("the webhook refuses"));
        }
        let answer = call::object(&response.body).filter(|_| status == 200);
        let Some(answer) = answer else {
            return Err(caller.unclear(status, "the webhook's answer is none"));
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let Some(id) = text("id") else {
            return Err(caller.unclear(status, "the webhook's answer names nobody"));
        };
        if id != claim.value.expose() {
            return Err(caller.refused("the webhook names somebody else"));
        }
        Ok(Told {
            unionid: text("unionid").filter(|text| !text.is_empty()),
            nickname: text("nickname"),
            avatar: text("avatar"),
            grant: None,
        })
    }
}
