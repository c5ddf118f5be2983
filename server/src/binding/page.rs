//! The page on which players agree in a browser: where it is, and who can log in on it.

use std::collections::BTreeMap;

use tdsauth_core::transport::base_url;

use super::Endpoint;
use super::settings::OWN;
use crate::args::Args;
use crate::start::StartError;

/// Its path with `--dev`, unless another is named.
const DEV_PATH: &str = "/binding";
/// Addresses that it cannot have beside [`OWN`]: with `--dev` they are TapTap's.
const OTHERS: [&str; 7] =
    ["/storage", "/authorize", "/device", "/oauth2", "/account", "/friends", "/dev"];

/// The page for the web link.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PageOptions {
    /// The address of the page on which players agree in a browser: https and a path, or http to
    /// this machine. Without it there is none, but with --dev one at /binding.
    #[arg(long, value_name = "URL")]
    binding_page: Option<String>,

    /// On that page players may log in by name and password, too.
    #[arg(long)]
    binding_page_passwords: bool,

    /// Seconds until a login that was begun on that page ends, and until who has logged in has to
    /// have agreed.
    #[arg(long, value_name = "SECONDS", default_value = "600",
          value_parser = clap::value_parser!(u32).range(1..=3600))]
    binding_page_life: u32,
}

/// The options, checked.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// `https://game.example`; `None` with `--dev`: by whatever name of this machine it was opened.
    pub(crate) origin: Option<String>,
    /// `/bind`
    pub(crate) path: String,
    pub(crate) passwords: bool,
    /// Milliseconds.
    pub(crate) life: i64,
    /// The name of the game.
    pub(crate) game: String,
}

impl Page {
    /// `bound`: whether there is anything of bindings. `taken`: the paths that TapTap calls.
    pub(super) fn load(
        options: &PageOptions,
        args: &Args,
        bound: bool,
        taken: &BTreeMap<String, Endpoint>,
    ) -> Result<Option<Self>, StartError> {
        let failed = |why: &str| StartError::new(format!("--binding-page: {why}"));
        let (origin, path) = match &options.binding_page {
            Some(_) if !bound => return Err(failed("needs --binding-secrets")),
            Some(_) if args.dev_lan => {
                return Err(failed("TapTap does not lead to a server of --dev-lan"));
            }
            Some(url) => {
                let (origin, path) = split(url).map_err(|why| failed(&why))?;
                (Some(origin), path)
            }
            None if bound && args.dev && !args.dev_lan => (None, DEV_PATH.to_owned()),
            None if options.binding_page_passwords && !args.dev => {
                return Err(StartError::new("--binding-page-passwords needs --binding-page"));
            }
            None => return Ok(None),
        };
        let within = |path: &str, of: &str| {
            path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let own = OWN.iter().chain(&OTHERS);
        if own.copied().any(|own| within(&path, own)) {
            return Err(failed("the service answers there itself"));
        }
        if taken.keys().any(|taken| within(&path, taken) || within(taken, &path)) {
            return Err(failed("TapTap calls there"));
        }
        Ok(Some(Self {
            origin,
            path,
            passwords: options.binding_page_passwords,
            life: i64::from(options.binding_page_life) * 1000,
            game: args.app_name.clone(),
        }))
    }
}

/// `https://game.example` and `/bind`.
fn split(url: &str) -> Result<(String, String), String> {
    let url = base_url("the address", url, false).map_err(|error| error.message.clone())?;
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let slash =
        rest.find('/').ok_or("a path is expected, https://game.example/bind for example")?;
    let (origin, path) = url.split_at(host + slash);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    if !path.bytes().all(plain) || path.contains("//") {
        return Err("letters, digits and -._~ are expected in the path".to_owned());
    }
    if path.split('/').any(|step| step == "." || step == "..") {
        return Err("the path climbs".to_owned());
    }
    Ok((origin.to_owned(), path.to_owned()))
}
