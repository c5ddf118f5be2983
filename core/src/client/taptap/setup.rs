//! What the client's options say about TapTap.

use crate::client::options::{Options, Region};
use crate::error::{Error, Result};
use crate::taptap::endpoint::check_client_id;
use crate::taptap::{self, Endpoint};
use crate::transport::base_url;

/// Checked, and completed by the region. What is missing is told when something is asked of TapTap:
/// a game without TapTap gives none of it.
pub(crate) struct Setup {
    client_id: Option<String>,
    endpoint: Option<Endpoint>,
    /// The region speaks Chinese.
    pub(crate) chinese: bool,
}

impl Setup {
    pub(crate) fn check(options: &Options, user_agent: &str) -> Result<Self> {
        let client_id = options.taptap_client_id.clone().filter(|id| !id.is_empty());
        if let Some(id) = &client_id {
            check_client_id(id)?;
        }
        let region = match options.region {
            Region::Default => None,
            Region::Cn => Some(taptap::Region::Cn),
            Region::Global => Some(taptap::Region::Global),
        };
        let url = |name, given: &Option<String>, of: fn(taptap::Region) -> &'static str| match given
            .as_deref()
            .filter(|url| !url.is_empty())
        {
            Some(given) => base_url(name, given, options.allow_plain_http).map(Some),
            None => Ok(region.map(|region| of(region).to_owned())),
        };
        let accounts =
            url("taptap_accounts_url", &options.taptap_accounts_url, taptap::Region::accounts)?;
        let open = url("taptap_open_url", &options.taptap_open_url, taptap::Region::open)?;
        let authorize =
            url("taptap_authorize_url", &options.taptap_authorize_url, taptap::Region::authorize)?;
        let endpoint = match (&client_id, accounts, open, authorize) {
            (Some(id), Some(accounts), Some(open), Some(authorize)) => Some(Endpoint {
                client_id: id.clone(),
                accounts,
                open,
                authorize,
                user_agent: user_agent.to_owned(),
            }),
            _ => None,
        };
        Ok(Self { client_id, endpoint, chinese: options.region == Region::Cn })
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Where TapTap is.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the options did not say.
    pub(crate) fn endpoint(&self) -> Result<&Endpoint> {
        match (&self.endpoint, &self.client_id) {
            (Some(endpoint), _) => Ok(endpoint),
            (None, None) => Err(Error::argument("the client was made without taptap_client_id")),
            (None, Some(_)) => {
                Err(Error::argument("the client was made without a region or TapTap's URLs"))
            }
        }
    }
}
