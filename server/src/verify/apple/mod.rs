//! Apple's users: an identity token that Apple signed, or a code that Apple exchanges for one.
//!
//! Apple's documents "Verifying a user", "Generate and validate tokens", "Revoke tokens" and
//! "Creating a client secret".

mod client;
mod jwks;
mod key;
mod token;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tdsauth_core::secret::Secret;

use super::call::Caller;
use super::confirmed::Told;
use super::grant::{Leftover, Leftovers, Pending};
use super::sent::Claim;
use super::settings::PlatformSettings;
use crate::problem::Problem;
use client::{Client, Granted};
use jwks::{Jwks, Pace};
pub(super) use key::KeyFile;
pub(crate) use key::{seal_key_of_before, upload_key};
use token::Wanted;

/// Who signs, and for whom a client secret is.
const ISSUER: &str = "https://appleid.apple.com";
/// Logins that Apple is asked about at once.
const CALLS: usize = 32;

/// Sign in with Apple, for one game.
pub(super) struct Apple {
    caller: Arc<Caller>,
    jwks: Jwks,
    client_ids: Vec<String>,
    /// For codes; without it identity tokens alone are taken.
    client: Option<Client>,
}

impl Apple {
    /// From the settings of the platform `name`; `key` is the .p8 in the data folder.
    pub(super) fn configured(
        name: &str,
        settings: &mut PlatformSettings,
        patience: Duration,
        key: Option<KeyFile>,
    ) -> Result<Self, String> {
        let client_ids = settings.texts("client_ids")?;
        if client_ids.is_empty() {
            return Err("needs \"client_ids\": the bundle ids and service ids of the game".into());
        }
        let base = settings.url("base_url")?.unwrap_or_else(|| ISSUER.to_owned());
        let keys_url = settings.url("keys_url")?.unwrap_or_else(|| format!("{base}/auth/keys"));
        let pace = Pace {
            fresh: Duration::from_secs(settings.seconds("keys_fresh_seconds", 3600)?),
            lifetime: Duration::from_secs(settings.seconds("keys_lifetime_seconds", 86_400)?),
            pause: Duration::from_secs(settings.seconds("keys_pause_seconds", 10)?),
        };
        if pace.lifetime < pace.fresh {
            let text = "\"keys_lifetime_seconds\" is less than \"keys_fresh_seconds\"";
            return Err(text.to_owned());
        }
        let caller =
            Arc::new(Caller::new(name, patience, CALLS).map_err(|error| error.message.clone())?);
        let client = match (settings.text("team_id")?, settings.text("key_id")?) {
            (Some(team_id), Some(key_id)) => {
                let key = key.ok_or("\"team_id\" needs a data folder, where the key lies")?;
                Some(Client::new(Arc::clone(&caller), base, team_id, key_id, key))
            }
            (None, None) => None,
            _ => return Err("\"team_id\" and \"key_id\" go together".to_owned()),
        };
        let jwks = Jwks::new(Arc::clone(&caller), keys_url, pace);
        Ok(Self { caller, jwks, client_ids, client })
    }

    /// Whether there is something that can be proven.
    pub(super) fn check(claim: &Claim) -> Result<(), Problem> {
        let (token, code) = (claim.text("identity_token")?, claim.text("code")?);
        claim.text("nonce")?;
        if token.is_none() && code.is_none() { Err(Problem::BAD_AUTH_DATA) } else { Ok(()) }
    }

    /// Proves that `uid` is Apple's user. Of a code beside a good identity token only the refresh
    /// token is wanted: a spent one, of a login whose answer was lost, is no reason to refuse.
    pub(super) async fn verify(
        &self,
        claim: &Claim,
        leftovers: &Arc<Leftovers>,
    ) -> Result<Told, Problem> {
        let at = self.caller.deadline();
        let for_whom = match claim.text("identity_token")? {
            Some(token) => Some(self.prove(token, claim, at).await?),
            None => None,
        };
        let code = claim.text("code")?;
        let grant = match (&self.client, code) {
            (Some(client), Some(code)) => {
                // Without a token nothing says for which of the ids the code is; an app's own is
                // the first one.
                let client_id = for_whom.as_deref().or(self.client_ids.first().map(|id| &**id));
                let client_id = client_id.ok_or(Problem::BAD_AUTH_DATA)?;
                let redirect = claim.text("redirect_uri")?;
                match client.exchange(client_id, code, redirect, at).await {
                    Ok(Granted { id_token, grant }) => {
                        // Before anything else can fail.
                        let grant = grant.map(|grant| {
                            let platform = claim.platform.clone();
                            let identity = token::subject(&id_token);
                            Pending::new(Leftover { platform, identity, grant }, leftovers)
                        });
                        self.prove(&id_token, claim, at).await?;
                        grant
                    }
                    Err(problem) if problem == Problem::BAD_AUTH_DATA && for_whom.is_some() => None,
                    Err(problem) => return Err(problem),
                }
            }
            (None, Some(_)) if for_whom.is_none() => {
                return Err(self.caller.refused("a code came alone, and there is no team_id"));
            }
            _ => None,
        };
        Ok(Told { grant, ..Told::default() })
    }

    /// Checks one identity token, and gives the client id that it is for.
    async fn prove(&self, token: &str, claim: &Claim, at: Instant) -> Result<String, Problem> {
        let read = token::read(token).map_err(|why| self.caller.refused(why))?;
        let key = self.jwks.key(&read.kid, at).await?;
        let wanted = Wanted {
            client_ids: &self.client_ids,
            subject: claim.value.expose(),
            nonce: claim.text("nonce")?,
        };
        read.check(&key, &wanted).map_err(|why| self.caller.refused(why))
    }

    /// Ends Apple's grant of an account that is deleted.
    pub(super) async fn revoke(&self, grant: &Secret) -> Result<(), Problem> {
        let client = self.client.as_ref().ok_or(Problem::UNAVAILABLE)?;
        client.revoke(grant, self.caller.deadline()).await
    }
}
