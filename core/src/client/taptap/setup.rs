//! What the client's options say about TapTap.

use crate::client::options::{Options, Region, header_safe};
use crate::error::{Error, Result};
use crate::taptap;
use crate::transport::{Url, url_allowed};

/// Checked, and completed by the region. What is missing is told when something is asked of TapTap:
/// a game without TapTap gives none of it.
pub(crate) struct Setup {
    client_id: Option<String>,
    /// Accounts, open API, page to authorize on.
    urls: Option<[String; 3]>,
}

impl Setup {
    pub(crate) fn check(options: &Options) -> Result<Self> {
        let client_id = options.taptap_client_id.clone().filter(|id| !id.is_empty());
        if let Some(id) = &client_id {
            header_safe("taptap_client_id", id, 128)?;
        }
        let region = match options.region {
            Region::Default => None,
            Region::Cn => Some(taptap::Region::Cn),
            Region::Global => Some(taptap::Region::Global),
        };
        let plain = options.allow_plain_http;
        let url = |name, given: &Option<String>, default: Option<&str>| match given
            .as_deref()
            .filter(|url| !url.is_empty())
        {
            Some(given) => base(name, given, plain).map(Some),
            None => Ok(default.map(str::to_owned)),
        };
        let default = |of: fn(taptap::Region) -> &'static str| region.map(of);
        let accounts = default(taptap::Region::accounts);
        let open = default(taptap::Region::open);
        let authorize = default(taptap::Region::authorize);
        let accounts = url("taptap_accounts_url", &options.taptap_accounts_url, accounts)?;
        let open = url("taptap_open_url", &options.taptap_open_url, open)?;
        let authorize = url("taptap_authorize_url", &options.taptap_authorize_url, authorize)?;
        let urls = accounts.zip(open).zip(authorize).map(|((a, b), c)| [a, b, c]);
        Ok(Self { client_id, urls })
    }

    /// The client id and the URLs.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the options did not give them all.
    pub(crate) fn complete(&self) -> Result<(&str, &[String; 3])> {
        let Some(client_id) = &self.client_id else {
            return Err(Error::argument("the client was made without taptap_client_id"));
        };
        match &self.urls {
            Some(urls) => Ok((client_id, urls)),
            None => Err(Error::argument("the client was made without a region or TapTap's URLs")),
        }
    }
}

fn base(name: &str, url: &str, allow_plain_http: bool) -> Result<String> {
    url_allowed(url, allow_plain_http)?;
    if Url::parse(url)?.query.is_some() || url.contains('#') {
        return Err(Error::argument(format!("{name} has a query or a fragment")));
    }
    Ok(url.trim_end_matches('/').to_owned())
}
