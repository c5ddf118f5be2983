//! Whether somebody is the TapTap player they say they are: TapTap itself is asked, with the token
//! that the game sent.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value};
use tdsauth_core::echo;
use tdsauth_core::error::{Error, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::endpoint::{Endpoint, PUBLIC_PROFILE, check_client_id};
use tdsauth_core::taptap::{Attempt, Place, Profile, Token};
use tdsauth_core::taptap_call::fetch_profile;
use tdsauth_core::transport::{Deadline, Transport as _, UreqTransport};

use super::call::{Caller, USER_AGENT};
use crate::accounts::{Identity, TAPTAP};
use crate::policy::Policy;
use crate::problem::Problem;

/// Logins that TapTap is asked about at once; each takes a thread. Further ones wait.
const CALLS: usize = 64;
/// Who somebody is and nothing else: what is asked for in a browser, and of a token that turns out
/// to be good for no more.
pub(crate) const BASIC_INFO: &str = "basic_info";

/// TapTap's open API, for one game.
pub(crate) struct TapTap {
    endpoint: Endpoint,
    caller: Arc<Caller>,
    /// Seconds that TapTap's clock is ahead of this machine's.
    clock_offset: AtomicI64,
}

impl fmt::Debug for TapTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TapTap").field("open", &self.endpoint.open).finish_non_exhaustive()
    }
}

/// `authData.taptap` as it was sent: nobody has verified any of it.
#[derive(Debug)]
pub(crate) struct Claim {
    token: Token,
    openid: String,
    unionid: Option<String>,
    /// As it was sent, as JSON text.
    sent: Secret,
}

impl Claim {
    /// Reads the platform's map. Its `openid`, `kid` and `mac_key` have to be there.
    pub(crate) fn read(map: Value) -> Result<Self, Problem> {
        let Value::Object(map) = map else {
            return Err(Problem::BAD_AUTH_DATA);
        };
        let text = |name: &str| match map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(_) => Err(Problem::BAD_AUTH_DATA),
        };
        let openid = text("openid")?.ok_or(Problem::LINKED_ID_MISSING)?;
        let unionid = text("unionid")?;
        if text("kid")?.is_none() {
            return Err(Problem::BAD_AUTH_DATA);
        }
        let token = Token::from_row(&map, PUBLIC_PROFILE).map_err(|_| Problem::BAD_AUTH_DATA)?;
        let sent = Secret::new(Value::Object(map).to_string());
        Ok(Self { token, openid, unionid, sent })
    }

    /// Who it is, once TapTap has said so. In production the key stays out of the database:
    /// nothing here needs it again, and a copy of the file would hold it.
    pub(crate) fn identity(self, profile: &Profile, policy: Policy) -> Identity {
        let data = match policy {
            Policy::Leancloud => self.sent,
            Policy::Production => {
                let mut row = profile.to_row();
                row.retain(|name, _| {
                    matches!(name.as_str(), "openid" | "unionid" | "name" | "avatar")
                });
                Secret::new(Value::Object(row).to_string())
            }
        };
        Identity { platform: TAPTAP.to_owned(), value: Secret::new(self.openid), data }
    }
}

/// The fields of a new account that come from TapTap.
pub(crate) fn fields(profile: &Profile) -> Map<String, Value> {
    let known = [("nickname", &profile.name), ("avatar", &profile.avatar)];
    let known = known.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
    known.map(|(name, text)| (name.to_owned(), text.into())).collect()
}

impl TapTap {
    /// For the game `client_id`, at the open API at `open`. `browser`: the base URL of codes and
    /// tokens and the page on which players log in, if they can in a browser.
    pub(crate) fn new(
        client_id: &str,
        open: String,
        browser: Option<(String, String)>,
        patience: Duration,
    ) -> Result<Self, Error> {
        check_client_id(client_id)?;
        let mut endpoint = Endpoint::open_api(client_id, open, USER_AGENT);
        (endpoint.accounts, endpoint.authorize) = browser.unwrap_or_default();
        Ok(Self {
            endpoint,
            caller: Arc::new(Caller::new(TAPTAP, patience, CALLS)?),
            clock_offset: AtomicI64::new(0),
        })
    }

    /// Asks TapTap whose token it is, and that it is the claimed player's.
    ///
    /// `BAD_AUTH_DATA`: it is not, or the token is dead. `UNAVAILABLE`, `TIMED_OUT`: TapTap could
    /// not be asked; nobody knows.
    pub(crate) async fn verify(self: &Arc<Self>, claim: &Claim) -> Result<Profile, Problem> {
        let (taptap, token) = (Arc::clone(self), claim.token.clone());
        let ask = move |transport: &_, deadline| taptap.ask(transport, token, deadline);
        let asked = self.caller.run(self.caller.deadline(), ask).await?;
        let profile = asked.map_err(|error| problem(&error))?;
        let same = profile.openid == claim.openid
            && claim.unionid.as_ref().is_none_or(|sent| profile.unionid.as_ref() == Some(sent));
        if same { Ok(profile) } else { Err(Problem::BAD_AUTH_DATA) }
    }

    /// TapTap's page on which players log in in a browser, if they can.
    pub(crate) fn page(&self) -> Option<&str> {
        Some(&*self.endpoint.authorize).filter(|page| !page.is_empty())
    }

    /// The address of that page for this attempt.
    pub(crate) fn page_for(&self, attempt: &Attempt) -> Secret {
        let at_home = attempt.redirect_uri.starts_with("http://");
        attempt.authorize_url(&self.endpoint, at_home)
    }

    /// Asks TapTap who gave this code to the game, by the attempt that it answers: the openid. The
    /// token that comes for it is used for this question and forgotten.
    ///
    /// The errors of [`Self::verify`].
    pub(crate) async fn whose_code(
        self: &Arc<Self>,
        attempt: Attempt,
        code: Secret,
    ) -> Result<Secret, Problem> {
        let taptap = Arc::clone(self);
        let ask = move |transport: &UreqTransport, deadline| {
            let request = taptap.endpoint.exchange(&attempt, &code);
            let mut response = transport.open().exchange(&request, deadline)?;
            echo::blank(&request, &mut response);
            let token = Token::read(&response, Place::Exchange, &attempt.scopes)?;
            taptap.ask(transport, token, deadline)
        };
        let asked = self.caller.run(self.caller.deadline(), ask).await?;
        asked.map(|profile| Secret::new(profile.openid)).map_err(|error| problem(&error))
    }

    /// Waits for TapTap. A token may be good for less than the profile: nobody says with which
    /// scopes it was granted.
    fn ask(
        &self,
        transport: &UreqTransport,
        mut token: Token,
        deadline: Deadline,
    ) -> Result<Profile, Error> {
        let result = self.fetch(transport, &token, deadline);
        match &result {
            Err(error)
                if matches!(
                    error.status,
                    status::FORBIDDEN | status::TAPTAP_INSUFFICIENT_SCOPE
                ) && token.grants(PUBLIC_PROFILE) =>
            {
                BASIC_INFO.clone_into(&mut token.scope);
                self.fetch(transport, &token, deadline)
            }
            _ => result,
        }
    }

    fn fetch(
        &self,
        transport: &UreqTransport,
        token: &Token,
        deadline: Deadline,
    ) -> Result<Profile, Error> {
        let mut offset = self.clock_offset.load(Ordering::Relaxed);
        let result = fetch_profile(transport, &self.endpoint, token, &mut offset, deadline);
        self.clock_offset.store(offset, Ordering::Relaxed);
        result
    }
}

/// What the caller is told, and the operator.
fn problem(error: &Error) -> Problem {
    match error.status {
        status::TAPTAP_SESSION_OVER
        | status::TAPTAP_DENIED
        | status::TAPTAP_INVALID_GRANT
        | status::TAPTAP_INVALID_CLIENT
        | status::TAPTAP_INVALID_REQUEST
        | status::TAPTAP_INSUFFICIENT_SCOPE
        | status::TAPTAP_REFUSED
        | status::FORBIDDEN
        | status::NOT_FOUND => {
            tracing::info!(%error, "TapTap refused a token");
            Problem::BAD_AUTH_DATA
        }
        status::TIMED_OUT => {
            tracing::warn!(%error, "TapTap could not be asked");
            Problem::TIMED_OUT
        }
        _ => {
            tracing::warn!(%error, "TapTap could not be asked");
            Problem::UNAVAILABLE
        }
    }
}
