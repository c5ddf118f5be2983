//! Who is who: what a player says to be on a platform is believed once the platform, or whoever
//! the studio names for it, has confirmed it.
//!
//! One door, [`Verifiers`]: [`Verifiers::read`] takes the `authData` of a request apart and asks
//! nobody, [`Verifiers::confirm`] asks. Behind it a room for each way of asking: `taptap`, `apple`,
//! `template` (a call described by a JSON file), `webhook` (the studio's own service). `call` moves
//! the bytes for all of them, `config` turns options into verifiers.

mod apple;
mod call;
mod config;
mod confirmed;
mod grant;
mod sent;
mod settings;
mod studio;
mod taptap;
mod template;
#[cfg(test)]
mod tests;
mod webhook;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use crate::accounts::{ANONYMOUS, TAPTAP};
use crate::policy::Policy;
use crate::problem::Problem;
use apple::Apple;
pub(crate) use apple::{seal_key_of_before, upload_key};
pub(crate) use call::{Caller, percent};
pub(crate) use confirmed::Confirmed;
use confirmed::Told;
pub(crate) use grant::{Leftover, Leftovers, Pending};
pub(crate) use sent::Claim;
pub(crate) use studio::{MIN_KEY, Studio};
pub(crate) use taptap::{BASIC_INFO, TapTap};
use template::Template;
use webhook::Webhook;

/// Platforms in one request.
const MAX_MAPS: usize = 8;

/// Everything that can be asked about players, by the platform's name.
pub(crate) struct Verifiers {
    policy: Policy,
    named: BTreeMap<String, Platform>,
    leftovers: Arc<Leftovers>,
}

/// How the players of one platform are told apart and confirmed.
struct Platform {
    verifier: Verifier,
    /// The `platform` under which its unionids join accounts.
    union: String,
}

enum Verifier {
    TapTap(Arc<TapTap>),
    Apple(Apple),
    Template(Template),
    Webhook(Webhook),
    /// Named as such by the operator: what was sent is believed.
    Unverified,
}

impl fmt::Debug for Verifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.named.keys()).finish()
    }
}

impl Verifiers {
    /// Guests only, and with the recorded service's policy everybody.
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, named: BTreeMap::new(), leftovers: Arc::default() }
    }

    /// The players of TapTap, whom `taptap` is asked about.
    pub(crate) fn add_taptap(&mut self, taptap: Arc<TapTap>) {
        self.add(TAPTAP, Verifier::TapTap(taptap), TAPTAP.to_owned());
    }

    /// TapTap, if its players can log in in a browser.
    pub(crate) fn taptap_in_browser(&self) -> Option<&Arc<TapTap>> {
        match &self.named.get(TAPTAP)?.verifier {
            Verifier::TapTap(taptap) => Some(taptap).filter(|taptap| taptap.page().is_some()),
            _ => None,
        }
    }

    fn add(&mut self, name: &str, verifier: Verifier, union: String) {
        self.named.insert(name.to_owned(), Platform { verifier, union });
    }

    /// Takes `authData` apart: one claim for each platform in it, in the order of their names.
    /// Nobody is asked.
    ///
    /// `UNKNOWN_PLATFORM`: nobody can be asked about one of them. `LINKED_ID_MISSING`: no platform,
    /// or no id. `BAD_AUTH_DATA`: it cannot be true, whatever the platform says.
    pub(crate) fn read(&self, auth_data: Map<String, Value>) -> Result<Vec<Claim>, Problem> {
        if auth_data.is_empty() {
            return Err(Problem::LINKED_ID_MISSING);
        }
        if auth_data.len() > MAX_MAPS {
            return Err(Problem::BAD_AUTH_DATA);
        }
        if auth_data.keys().any(|name| !self.takes(name)) {
            // An identity nobody has verified must open no account.
            return Err(Problem::UNKNOWN_PLATFORM);
        }
        let mut claims: Vec<Claim> = auth_data
            .into_iter()
            .map(|(name, map)| self.claim(name, map))
            .collect::<Result<_, _>>()?;
        claims.sort_by(|a, b| a.platform.cmp(&b.platform));
        Ok(claims)
    }

    /// The identity in a platform's map, sent or stored, as far as there is one.
    pub(crate) fn identity_in(&self, name: &str, map: &Value) -> Option<Secret> {
        let key = self.key(name);
        Claim::read(name.to_owned(), map.clone(), key).ok().map(Claim::into_value)
    }

    /// The member of the map with the identity, if the verifier says so.
    fn key(&self, name: &str) -> Option<&str> {
        match &self.named.get(name)?.verifier {
            Verifier::Template(template) => Some(template.key()),
            _ => None,
        }
    }

    fn takes(&self, name: &str) -> bool {
        let unnamed = self.policy.takes_unnamed_platforms() && sent::is_platform_name(name);
        name == ANONYMOUS || self.named.contains_key(name) || unnamed
    }

    fn claim(&self, name: String, map: Value) -> Result<Claim, Problem> {
        let verifier = self.named.get(&name).map(|platform| &platform.verifier);
        let key = self.key(&name);
        let claim = Claim::read(name, map, key)?;
        match verifier {
            Some(Verifier::TapTap(_)) => taptap::Claim::read(claim.map.clone()).map(drop)?,
            Some(Verifier::Apple(_)) => Apple::check(&claim)?,
            Some(Verifier::Template(template)) => template.request(&claim).map(drop)?,
            Some(Verifier::Webhook(_) | Verifier::Unverified) | None => (),
        }
        Ok(claim)
    }

    /// Asks about every claim, one after the other; all of them are true or none counts.
    ///
    /// `BAD_AUTH_DATA`: one is not true. `UNAVAILABLE`, `TIMED_OUT`: somebody could not be asked;
    /// nobody knows.
    pub(crate) async fn confirm(&self, claims: Vec<Claim>) -> Result<Vec<Confirmed>, Problem> {
        let mut all = Vec::with_capacity(claims.len());
        for claim in claims {
            all.push(self.confirm_one(claim).await?);
        }
        Ok(all)
    }

    async fn confirm_one(&self, claim: Claim) -> Result<Confirmed, Problem> {
        let Some(platform) = self.named.get(&claim.platform) else {
            return Ok(self.believed(claim));
        };
        let told = match &platform.verifier {
            Verifier::TapTap(taptap) => {
                let asked = taptap::Claim::read(claim.map.clone())?;
                let profile = taptap.verify(&asked).await?;
                let fields = taptap::fields(&profile);
                let union = claim.union(&platform.union, profile.unionid.as_deref())?;
                let identity = asked.identity(&profile, self.policy);
                return Ok(Confirmed { identity, fields, union, grant: None });
            }
            Verifier::Apple(apple) => apple.verify(&claim, &self.leftovers).await?,
            Verifier::Template(template) => template.verify(&claim).await?,
            Verifier::Webhook(webhook) => webhook.verify(&claim).await?,
            Verifier::Unverified => return Ok(self.believed(claim)),
        };
        let union = claim.union(&platform.union, told.unionid.as_deref())?;
        Ok(Confirmed::new(claim, told, union, self.policy))
    }

    /// A guest, whose id is the proof, or a player whose word is taken. A unionid that nobody has
    /// verified joins accounts as the recorded service did, but never those of a platform whose
    /// unionids are verified here.
    fn believed(&self, claim: Claim) -> Confirmed {
        let verified = |union: &str| {
            let mut platforms = self.named.values();
            platforms.any(|p| p.union == union && !matches!(p.verifier, Verifier::Unverified))
        };
        let union = match self.policy {
            Policy::Leancloud if claim.platform != ANONYMOUS => {
                claim.sent_union().filter(|sent| !verified(&sent.of))
            }
            Policy::Leancloud | Policy::Production => None,
        };
        Confirmed::new(claim, Told::default(), union, self.policy)
    }

    /// Grants that came of requests which kept nothing.
    pub(crate) fn leftovers(&self) -> &Leftovers {
        &self.leftovers
    }

    /// Tells Apple that the account behind `grant` (of [`Confirmed::grant`]) is deleted. `platform`
    /// is the name by which it was confirmed.
    ///
    /// `UNAVAILABLE`, `TIMED_OUT`: to be tried again later, also when the options for it are not
    /// there any more. A grant that Apple does not know any more is revoked already.
    pub(crate) async fn revoke(&self, platform: &str, grant: &Secret) -> Result<(), Problem> {
        match self.named.get(platform).map(|platform| &platform.verifier) {
            Some(Verifier::Apple(apple)) => apple.revoke(grant).await,
            _ => Err(Problem::UNAVAILABLE),
        }
    }
}
