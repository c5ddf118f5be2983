//! From the options to what is served.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tdsauth_core::binding::Allowed;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::base_url;

use super::page::{Page, PageOptions};
use super::{Endpoint, RolesService, Sender};
use crate::args::Args;
use crate::private_file;
use crate::push;
use crate::start::StartError;
use crate::verify::{MIN_KEY, Studio};

/// One or two Server Secrets, apart by white space.
const VARIABLE: &str = "TDSAUTH_BINDING_SECRETS";

/// The key of calls to the studio's sender.
const SENDER_KEY: &str = "TDSAUTH_BINDING_SENDER_KEY";

/// The key of calls to the studio's service of roles.
const ROLES_KEY: &str = "TDSAUTH_BINDING_ROLES_KEY";

/// One more while one is exchanged for another.
const MAX_SECRETS: usize = 2;
/// Addresses of the service's own.
pub(super) const OWN: [&str; 3] = ["/1.1", "/tdsauth", "/healthz"];

/// How roles are bound.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Binding roles to TapTap")]
pub(crate) struct Options {
    /// File of the Server Secret by which TapTap signs its requests, or of two, a line each, while
    /// one is exchanged for another; others must not be able to read it. Without it
    /// TDSAUTH_BINDING_SECRETS; without that nothing of bindings is served.
    #[arg(long, value_name = "FILE")]
    binding_secrets: Option<PathBuf>,

    /// What the paths that TapTap calls begin with.
    #[arg(long, value_name = "PATH", default_value = "/game-record/v1")]
    binding_base: String,

    /// The whole path of one endpoint, get-roles for example; may be given often.
    #[arg(long, value_name = "ENDPOINT=PATH")]
    binding_path: Vec<String>,

    /// Seconds that the time of a signature may be off, either way; 0 for any time.
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    binding_window: u32,

    /// Answer a signed request also when it comes again.
    #[arg(long)]
    binding_allow_replays: bool,

    /// Seconds until a code that was not used ends, 600 at most.
    #[arg(long, value_name = "SECONDS", default_value = "120",
          value_parser = clap::value_parser!(u32).range(1..=600))]
    binding_code_life: u32,

    /// Seconds until a token ends, 600 at most.
    #[arg(long, value_name = "SECONDS", default_value = "300",
          value_parser = clap::value_parser!(u32).range(1..=600))]
    binding_token_life: u32,

    /// URL of the studio's service that brings verification codes to players. Without one there
    /// are none, but with --dev they are shown on the front page.
    #[arg(long, value_name = "URL")]
    binding_sender: Option<String>,

    /// File of the key by which calls of the sender are signed, which others must not be able to
    /// read. Without it TDSAUTH_BINDING_SENDER_KEY.
    #[arg(long, value_name = "FILE", requires = "binding_sender")]
    binding_sender_key: Option<PathBuf>,

    /// Seconds for the sender to answer.
    #[arg(long, value_name = "SECONDS", default_value = "10",
          value_parser = clap::value_parser!(u32).range(1..=60))]
    binding_sender_timeout: u32,

    /// Seconds between two codes for one telephone or UID.
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    binding_send_spacing: u32,

    /// Codes for one telephone or UID a day.
    #[arg(long, value_name = "N", default_value = "10")]
    binding_sends_per_day: u32,

    /// Codes for all together a day.
    #[arg(long, value_name = "N", default_value = "10000")]
    binding_sends_per_day_of_all: u32,

    /// URL of the studio's service that is asked for roles, in place of those that are imported.
    #[arg(long, value_name = "URL")]
    binding_roles: Option<String>,

    /// File of the key by which calls of that service are signed, which others must not be able to
    /// read. Without it TDSAUTH_BINDING_ROLES_KEY.
    #[arg(long, value_name = "FILE", requires = "binding_roles")]
    binding_roles_key: Option<PathBuf>,

    /// Seconds for that service to answer.
    #[arg(long, value_name = "SECONDS", default_value = "5",
          value_parser = clap::value_parser!(u32).range(1..=60))]
    binding_roles_timeout: u32,

    /// A host whose pages a code may be brought to; may be given often.
    #[arg(long, value_name = "HOST", default_value = "www.taptap.cn")]
    binding_redirect_host: Vec<String>,

    /// What the path of such a page begins with.
    #[arg(long, value_name = "PATH", default_value = "/game-record/")]
    binding_redirect_path: String,

    #[command(flatten)]
    push: push::PushOptions,

    #[command(flatten)]
    page: PageOptions,
}

/// The options, checked.
#[derive(Debug)]
pub(crate) struct Settings {
    /// One or two.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) client_id: Option<String>,
    /// Seconds.
    pub(crate) window: Option<u32>,
    pub(crate) replays: bool,
    /// Milliseconds.
    pub(crate) code_life: i64,
    /// Milliseconds.
    pub(crate) token_life: i64,
    pub(crate) sender: Option<Sender>,
    pub(crate) pace: Pace,
    /// Who tells roles; without one they are those of the table.
    pub(crate) roles: Option<RolesService>,
    /// How TapTap is told of roles, if it is.
    pub(crate) pushing: Option<push::Pushing>,
    /// Where players agree in a browser, if they can.
    pub(crate) link: Option<Page>,
    paths: BTreeMap<String, Endpoint>,
    hosts: Vec<String>,
    page: String,
}

/// How often a verification code may be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Milliseconds between two for one player.
    pub(crate) spacing: i64,
    /// For one player.
    pub(crate) daily: i64,
    pub(crate) daily_of_all: i64,
}

impl Settings {
    /// `None` when there is no secret.
    pub(crate) fn load(args: &Args) -> Result<Option<Self>, StartError> {
        let (options, client_id) = (&args.binding, args.taptap_client_id());
        let secrets = server_secrets("--binding-secrets", options.binding_secrets.as_deref())?;
        let (paths, page) = (paths(options)?, options.binding_redirect_path.clone());
        if !(page.starts_with('/') && page.ends_with('/')) {
            return Err(StartError::new("--binding-redirect-path begins and ends with /"));
        }
        let hosts: Vec<_> = options.binding_redirect_host.clone();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        if hosts.iter().any(|host| host.is_empty() || !host.bytes().all(plain)) {
            return Err(StartError::new("--binding-redirect-host: the name of a host is expected"));
        }
        let millis = |seconds: u32| i64::from(seconds) * 1000;
        let sender = sender(options)?;
        let (roles, pushing) = (roles(options)?, options.push.read(client_id)?);
        let pace = Pace {
            spacing: millis(options.binding_send_spacing),
            daily: options.binding_sends_per_day.into(),
            daily_of_all: options.binding_sends_per_day_of_all.into(),
        };
        let link = Page::load(&options.page, args, secrets.is_some(), &paths)?;
        Ok(secrets.map(|secrets| Self {
            secrets,
            client_id: client_id.map(str::to_owned),
            window: (options.binding_window > 0).then_some(options.binding_window),
            replays: options.binding_allow_replays,
            code_life: millis(options.binding_code_life),
            token_life: millis(options.binding_token_life),
            sender,
            pace,
            roles,
            pushing,
            link,
            paths,
            hosts,
            page,
        }))
    }

    /// What is asked for at this path.
    pub(crate) fn endpoint(&self, path: &str) -> Option<Endpoint> {
        let found = self.paths.get(path).copied();
        let sends = |endpoint: &Endpoint| {
            matches!(endpoint, Endpoint::SendCode(_) | Endpoint::VerifyCode(_))
        };
        found.filter(|endpoint| self.sender.is_some() || !sends(endpoint))
    }

    /// Runs `work` with the pages that a code may be brought to.
    pub(crate) fn allowing<T>(&self, work: impl FnOnce(Allowed<'_>) -> T) -> T {
        work(Allowed { hosts: &self.hosts.join(","), path: &self.page })
    }

    /// How long a nonce is kept, in milliseconds: as long as its signature is of use.
    pub(crate) fn nonce_life(&self) -> i64 {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        self.window.map_or(DAY, |seconds| 2 * 1000 * i64::from(seconds) + 1000)
    }
}

/// The text of a private file, or else of a variable, and where it is from.
fn secret_text(
    option: &str,
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<(String, String)>, StartError> {
    let Some(path) = file else {
        let text = env::var_os(variable);
        return Ok(text.map(|t| (t.into_string().unwrap_or_default(), variable.to_owned())));
    };
    let source = format!("{option} {}", path.display());
    let failed = |why: String| StartError::new(format!("{source}: {why}"));
    let text = private_file::read(path).map_err(|error| failed(error.to_string()))?;
    let text = text.ok_or_else(|| failed("there is no such file".to_owned()))?;
    Ok(Some((text, source)))
}

fn sender(options: &Options) -> Result<Option<Sender>, StartError> {
    let Some(url) = &options.binding_sender else {
        return Ok(None);
    };
    let key = (options.binding_sender_key.as_deref(), SENDER_KEY);
    let seconds = options.binding_sender_timeout;
    studio("sender", "--binding-sender", url, key, seconds).map(Sender::Studio).map(Some)
}

fn roles(options: &Options) -> Result<Option<RolesService>, StartError> {
    let Some(url) = &options.binding_roles else {
        return Ok(None);
    };
    let key = (options.binding_roles_key.as_deref(), ROLES_KEY);
    let seconds = options.binding_roles_timeout;
    studio("roles", "--binding-roles", url, key, seconds).map(RolesService::new).map(Some)
}

/// The studio's service that `option` names, with the key in a file or else in a variable.
fn studio(
    name: &str,
    option: &str,
    url: &str,
    (file, variable): (Option<&Path>, &str),
    seconds: u32,
) -> Result<Studio, StartError> {
    let failed = |why: &str| StartError::new(format!("{option}: {why}"));
    let url = base_url(option, url, false).map_err(|error| failed(&error.message))?;
    let key_option = format!("{option}-key");
    let key = secret_text(&key_option, file, variable)?;
    let (key, source) = key.ok_or_else(|| failed(&format!("needs {key_option}")))?;
    if key.len() < MIN_KEY {
        let text = format!("{source}: at least {MIN_KEY} characters are expected");
        return Err(StartError::new(text));
    }
    Studio::new(name, url, &Secret::new(key), Duration::from_secs(seconds.into()))
        .map_err(|error| failed(&error.message))
}

/// One or two Server Secrets, out of the file of `option` or the variable.
pub(crate) fn server_secrets(
    option: &str,
    file: Option<&Path>,
) -> Result<Option<Vec<Secret>>, StartError> {
    let Some((text, source)) = secret_text(option, file, VARIABLE)? else {
        return Ok(None);
    };
    let secrets: Vec<_> = text.split_ascii_whitespace().map(Secret::new).collect();
    let fits = |secret: &Secret| (8..=256).contains(&secret.expose().len());
    if secrets.is_empty() || secrets.len() > MAX_SECRETS || !secrets.iter().all(fits) {
        let text = format!("{source}: one or two secrets of 8 to 256 bytes are expected");
        return Err(StartError::new(text));
    }
    Ok(Some(secrets))
}

fn paths(options: &Options) -> Result<BTreeMap<String, Endpoint>, StartError> {
    let base = options.binding_base.trim_end_matches('/');
    let default = |endpoint: Endpoint| format!("{base}/{}", endpoint.name());
    let mut of = Endpoint::ALL.map(|endpoint| (endpoint, default(endpoint), false));
    for option in &options.binding_path {
        let failed = |why: &str| StartError::new(format!("--binding-path {option}: {why}"));
        let (name, path) = option.split_once('=').unwrap_or((option, ""));
        let known = of.iter_mut().find(|(endpoint, ..)| endpoint.name() == name);
        let (_, own, given) = known.ok_or_else(|| failed("there is no such endpoint"))?;
        if std::mem::replace(given, true) {
            return Err(failed("it is named twice"));
        }
        path.clone_into(own);
    }
    let mut paths = BTreeMap::new();
    for (endpoint, path, _) in of {
        let failed = |why: &str| StartError::new(format!("the path of {}: {why}", endpoint.name()));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if !path.starts_with('/') || !path.bytes().all(plain) {
            return Err(failed("letters, digits and -._~ after a / are expected"));
        }
        let mut own = OWN.iter().filter_map(|own| path.strip_prefix(own));
        if path == "/" || own.any(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(failed("the service answers there itself"));
        }
        if paths.insert(path, endpoint).is_some() {
            return Err(failed("it is another's too"));
        }
    }
    Ok(paths)
}
