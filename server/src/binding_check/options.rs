//! From the command line to what is asked where.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{Url, url_allowed};

use super::source::{Kind, Source};
use super::wire::Wire;
use crate::binding::{Channel, Endpoint, server_secrets};
use crate::start::StartError;

/// Where the addresses begin when they are not said to.
const BASE: &str = "/game-record/v1";

/// What the operator knows of the endpoints, and of a player to try them with.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What the addresses of the endpoints begin with; after a host alone /game-record/v1.
    url: String,

    /// The whole address of one endpoint, where it is another; may be given often.
    #[arg(long, value_name = "NAME=URL")]
    endpoint: Vec<String>,

    /// Ask at this endpoint alone; may be given often.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,

    /// File of the Server Secret, or of two, which others must not be able to read. Without it
    /// TDSAUTH_BINDING_SECRETS.
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,

    /// The game's Client ID; with it the parameter client_id is looked at.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// Telephone of a test account with a role.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,

    /// A verification code that this telephone was sent.
    #[arg(long, value_name = "CODE", requires = "phone")]
    phone_code: Option<Secret>,

    /// UID of a test account with a role.
    #[arg(long, value_name = "UID")]
    uid: Option<String>,

    /// A verification code that this UID was sent.
    #[arg(long, value_name = "CODE", requires = "uid")]
    uid_code: Option<Secret>,

    /// Have verification codes sent to the telephone and the UID: one each, and one more where
    /// codes are sent too often.
    #[arg(long)]
    send: bool,

    /// The openid of a test account with a role, best one with a plus sign.
    #[arg(long, value_name = "ID", requires = "union_id")]
    open_id: Option<String>,

    /// The unionid of that account.
    #[arg(long, value_name = "ID", requires = "open_id")]
    union_id: Option<String>,

    /// The openid of an account without a role.
    #[arg(long, value_name = "ID")]
    open_id_without_role: Option<String>,

    /// A fresh code out of the game for a deep link; two are needed.
    #[arg(long, value_name = "CODE")]
    deep_link_code: Vec<Secret>,

    /// A fresh code from the page of the web link; three are needed.
    #[arg(long, value_name = "CODE", requires = "redirect_uri")]
    web_link_code: Vec<Secret>,

    /// The redirect_uri that the codes of the web link were made for.
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,

    /// A program that prints a fresh code each time; it is told phone, uid, deep-link or web-link.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "ask")]
    code_source: Option<PathBuf>,

    /// Ask for codes on standard input when they are needed.
    #[arg(long)]
    ask: bool,

    /// An access token that has ended.
    #[arg(long, value_name = "TOKEN")]
    expired_token: Option<Secret>,

    /// A role to bind and unbind with --bind.
    #[arg(long, value_name = "ID")]
    role_id: Option<String>,

    /// Bind and unbind the role, each twice. It ends unbound.
    #[arg(long, requires = "role_id")]
    bind: bool,

    /// Seconds for one answer.
    #[arg(long, value_name = "SECONDS", default_value = "10",
          value_parser = clap::value_parser!(u32).range(1..=60))]
    timeout: u32,

    /// Seconds after which an answer is said to be slow.
    #[arg(long, value_name = "SECONDS", default_value = "3",
          value_parser = clap::value_parser!(u32).range(1..=60))]
    slow_after: u32,

    /// PEM file of an authority to trust beside the public ones. TapTap does not.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Use http to another machine than this.
    #[arg(long)]
    allow_plain_http: bool,

    /// The report as one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

/// A player of TapTap's.
pub(super) struct TapTap {
    pub(super) open_id: String,
    pub(super) union_id: String,
}

/// What to check, beside what needs nobody.
pub(super) struct Plan {
    /// Names of endpoints; none for all.
    pub(super) only: Vec<String>,
    pub(super) client_id: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) uid: Option<String>,
    pub(super) send: bool,
    pub(super) taptap: Option<TapTap>,
    pub(super) open_id_without_role: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) expired_token: Option<Secret>,
    pub(super) role_id: Option<String>,
    pub(super) bind: bool,
    pub(super) slow: Duration,
    pub(super) source: Source,
}

impl Options {
    /// Checks the options; where to go, and for what.
    pub(super) fn load(&self) -> Result<(Plan, Wire), StartError> {
        let secrets = server_secrets("--secrets", self.secrets.as_deref())?;
        let text = "the Server Secret is needed: --secrets FILE or TDSAUTH_BINDING_SECRETS";
        let secrets = secrets.ok_or_else(|| StartError::new(text))?;
        let authorities = self.ca.as_ref().map(|path| {
            let failed = |error| StartError::new(format!("--ca {}: {error}", path.display()));
            fs::read_to_string(path).map_err(failed)
        });
        let patience = Duration::from_secs(self.timeout.into());
        for name in &self.only {
            if !Endpoint::ALL.iter().any(|endpoint| endpoint.name() == name) {
                return Err(StartError::new(format!("--only {name}: there is no such endpoint")));
            }
        }
        let wire = Wire::new(self.places()?, secrets, patience, authorities.transpose()?)?;
        Ok((self.plan(), wire))
    }

    fn plan(&self) -> Plan {
        let taptap = self.open_id.clone().zip(self.union_id.clone());
        let given = [
            (Kind::Phone, self.phone_code.iter().cloned().collect::<VecDeque<_>>()),
            (Kind::Uid, self.uid_code.iter().cloned().collect()),
            (Kind::DeepLink, self.deep_link_code.iter().cloned().collect()),
            (Kind::WebLink, self.web_link_code.iter().cloned().collect()),
        ];
        let source = Source::new(given.into(), self.code_source.clone(), self.ask);
        Plan {
            only: self.only.clone(),
            client_id: self.client_id.clone(),
            phone: self.phone.clone(),
            uid: self.uid.clone(),
            send: self.send,
            taptap: taptap.map(|(open_id, union_id)| TapTap { open_id, union_id }),
            open_id_without_role: self.open_id_without_role.clone(),
            redirect_uri: self.redirect_uri.clone(),
            expired_token: self.expired_token.clone(),
            role_id: self.role_id.clone(),
            bind: self.bind,
            slow: Duration::from_secs(self.slow_after.into()),
            source,
        }
    }

    /// The whole addresses.
    fn places(&self) -> Result<BTreeMap<&'static str, String>, StartError> {
        self.allowed("URL", &self.url)?;
        let mut base = self.url.trim_end_matches('/').to_owned();
        if Url::parse(&self.url).is_ok_and(|url| url.path == "/") {
            base.push_str(BASE);
        }
        let default = |endpoint: Endpoint| (endpoint.name(), format!("{base}/{}", endpoint.name()));
        let mut places = BTreeMap::from(Endpoint::ALL.map(default));
        for option in &self.endpoint {
            let (name, url) = option.split_once('=').unwrap_or((option, ""));
            let text = format!("--endpoint {name}: there is no such endpoint");
            let place = places.get_mut(name).ok_or_else(|| StartError::new(text))?;
            self.allowed(&format!("--endpoint {name}"), url)?;
            url.clone_into(place);
        }
        Ok(places)
    }

    fn allowed(&self, option: &str, url: &str) -> Result<(), StartError> {
        let failed = |why: &str| StartError::new(format!("{option}: {why}"));
        url_allowed(url, self.allow_plain_http).map_err(|error| failed(&error.message))?;
        if url.contains(['?', '#']) {
            return Err(failed("has a query or a fragment"));
        }
        Ok(())
    }
}

impl Plan {
    /// What a run does to players, said before it.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, contact) in [("telephone", &self.phone), ("UID", &self.uid)] {
            if let (true, Some(contact)) = (self.send, contact) {
                let skipped = contact.chars().count().saturating_sub(2);
                let end: String = contact.chars().skip(skipped).collect();
                lines.push(format!("--send: the {name} that ends in {end} is sent codes"));
            }
        }
        if let (true, Some(_)) = (self.bind, &self.role_id) {
            lines.push("--bind: the role is bound and unbound; it ends unbound".to_owned());
        }
        lines
    }

    pub(super) const fn contact(&self, channel: Channel) -> Option<&String> {
        match channel {
            Channel::Phone => self.phone.as_ref(),
            Channel::Uid => self.uid.as_ref(),
        }
    }

    /// Whether the operator counts on this endpoint.
    pub(super) fn wants(&self, endpoint: Endpoint) -> bool {
        match endpoint {
            Endpoint::SendCode(channel) | Endpoint::VerifyCode(channel) => {
                self.contact(channel).is_some()
            }
            Endpoint::GetRoles => self.taptap.is_some() || self.open_id_without_role.is_some(),
            Endpoint::GetRolesByCode => self.source.has(Kind::DeepLink),
            Endpoint::GetToken | Endpoint::GetRolesByToken => self.redirect_uri.is_some(),
            Endpoint::BindNotify => true,
        }
    }
}
