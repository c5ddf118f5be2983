//! What a client is made with: every option, its default and its bounds.

use std::path::PathBuf;
use std::time::Duration;

use super::taptap::Setup;
use crate::account::Endpoint;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::transport::{Settings, Url, url_allowed};

/// The region of an app, which decides the default server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Region {
    /// No region: the server URL must be given.
    #[default]
    Default,
    /// Mainland China: apps have a domain of their own, so the server URL must be given.
    Cn,
    /// Everywhere else: without a server URL, the app's host under `api.lncldglobal.com` is used
    /// (`account-rest.md` section 1.1).
    Global,
}

/// Options of a client. Zero, empty and `None` mean the default.
#[derive(Clone, Default)]
pub struct Options {
    /// Decides the default of `server_url` and of the TapTap URLs.
    pub region: Region,
    /// Base URL of the account server.
    pub server_url: Option<String>,
    /// The app's id. Required.
    pub app_id: String,
    /// The app's key. Required.
    pub app_key: Secret,
    /// Folder that the library may fill. Required; made if missing.
    pub storage_path: PathBuf,
    /// Which player of this machine: a subfolder. Default `default`.
    pub profile: String,
    /// `http://host:port`. Default none; the environment is never read.
    pub proxy: Option<String>,
    /// Appended to `tdsauth/<version>`.
    pub user_agent_suffix: Option<String>,
    /// PEM certificates trusted beside the bundled roots.
    pub extra_ca_pem: Option<String>,
    /// Send the app key itself instead of signing with it.
    pub send_app_key: bool,
    /// Allow plain http to hosts other than this machine.
    pub allow_plain_http: bool,
    /// Free a finished request when the next event is delivered.
    pub auto_release: bool,
    /// The host carries the bytes (`http_next`).
    pub host_transport: bool,
    /// See [`super::log::level`]. Default warnings and errors.
    pub log_level: i32,
    /// Resolving and connecting, each exchange. Default 10 s.
    pub connect_timeout_ms: u32,
    /// A request from its start to its final event, a retry included. Default 20 s.
    pub request_timeout_ms: u32,
    /// The app's client id at TapTap. Without it, what has to do with TapTap is refused.
    pub taptap_client_id: Option<String>,
    /// Base URL of TapTap's login (`taptap-login.md` section 1). Default: by region.
    pub taptap_accounts_url: Option<String>,
    /// Base URL of TapTap's open API. Default: by region.
    pub taptap_open_url: Option<String>,
    /// The page on which a player allows a login. Default: by region.
    pub taptap_authorize_url: Option<String>,
    /// HTTP threads. Default 4, at most 16.
    pub max_connections: u32,
    /// Bound of an answer. Default 1 MiB, at most 64 MiB.
    pub max_response_bytes: u64,
    /// Folder in which the official C# SDK kept who is logged in; taken over if nothing of ours is
    /// there yet. Default none.
    pub import_path: Option<PathBuf>,
}

/// Longest timeout: ten minutes.
pub(crate) const TIMEOUT_MAX_MS: u32 = 600_000;
const CONNECTIONS_MAX: u32 = 16;
const RESPONSE_MAX: u64 = 64 << 20;

/// Options with defaults filled in and everything checked.
pub(crate) struct Checked {
    pub(crate) endpoint: Endpoint,
    pub(crate) taptap: Setup,
    pub(crate) transport: Settings,
    pub(crate) root: PathBuf,
    pub(crate) profile: String,
    pub(crate) import: Option<PathBuf>,
    pub(crate) allow_plain_http: bool,
    pub(crate) auto_release: bool,
    pub(crate) host_transport: bool,
    pub(crate) log_level: i32,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) max_connections: usize,
}

impl Options {
    pub(crate) fn check(self) -> Result<Checked> {
        header_safe("app_id", &self.app_id, 128)?;
        header_safe("app_key", self.app_key.expose(), 256)?;
        if self.storage_path.as_os_str().is_empty() {
            return Err(Error::argument("storage_path is missing"));
        }
        let base = self.base()?;
        url_allowed(&base, self.allow_plain_http)?;
        if let Some(proxy) = &self.proxy {
            let url = Url::parse(proxy)?;
            if url.https || url.path != "/" || url.query.is_some() {
                return Err(Error::argument("proxy is not of the form http://host:port"));
            }
        }
        let user_agent = self.user_agent()?;
        let taptap = Setup::check(&self, &user_agent)?;
        let max_response_bytes = match self.max_response_bytes {
            0 => 1 << 20,
            n if n <= RESPONSE_MAX => n,
            _ => return Err(Error::argument("max_response_bytes is above 64 MiB")),
        };
        if !(0..=super::log::level::DEBUG).contains(&self.log_level) {
            return Err(Error::argument("log_level is not one of the levels"));
        }
        let profile = if self.profile.is_empty() { "default".to_owned() } else { self.profile };
        if profile.len() > 64 || profile.chars().any(char::is_control) {
            return Err(Error::argument(
                "profile is longer than 64 bytes or has control characters",
            ));
        }
        Ok(Checked {
            taptap,
            endpoint: Endpoint {
                base,
                app_id: self.app_id,
                app_key: self.app_key,
                send_key: self.send_app_key,
                user_agent: user_agent.clone(),
            },
            transport: Settings {
                proxy: self.proxy,
                extra_ca_pem: self.extra_ca_pem,
                max_response_bytes,
                user_agent,
            },
            root: self.storage_path,
            profile,
            import: self.import_path.filter(|path| !path.as_os_str().is_empty()),
            allow_plain_http: self.allow_plain_http,
            auto_release: self.auto_release,
            host_transport: self.host_transport,
            log_level: self.log_level,
            connect_timeout: timeout("connect_timeout_ms", self.connect_timeout_ms, 10_000)?,
            request_timeout: timeout("request_timeout_ms", self.request_timeout_ms, 20_000)?,
            max_connections: match self.max_connections {
                0 => 4,
                n if n <= CONNECTIONS_MAX => n as usize,
                _ => return Err(Error::argument("max_connections is above 16")),
            },
        })
    }

    fn base(&self) -> Result<String> {
        match (&self.server_url, self.region) {
            (Some(url), _) => {
                if Url::parse(url)?.query.is_some() || url.contains('#') {
                    return Err(Error::argument("server_url has a query or a fragment"));
                }
                Ok(url.trim_end_matches('/').to_owned())
            }
            (None, Region::Global) => {
                let start: String = self.app_id.chars().take(8).collect();
                if start.len() < 8 || !start.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    return Err(Error::argument("server_url is missing, and app_id names no host"));
                }
                Ok(format!("https://{}.api.lncldglobal.com", start.to_ascii_lowercase()))
            }
            (None, _) => Err(Error::argument("server_url is missing")),
        }
    }

    fn user_agent(&self) -> Result<String> {
        let own = concat!("tdsauth/", env!("CARGO_PKG_VERSION"));
        match self.user_agent_suffix.as_deref() {
            None | Some("") => Ok(own.to_owned()),
            Some(text)
                if text.len() <= 128 && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') =>
            {
                Ok(format!("{own} {text}"))
            }
            Some(_) => Err(Error::argument("user_agent_suffix is not printable ASCII up to 128")),
        }
    }
}

fn header_safe(name: &str, text: &str, max: usize) -> Result<()> {
    if text.is_empty() {
        return Err(Error::argument(format!("{name} is missing")));
    }
    if text.len() > max || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::argument(format!("{name} is not printable ASCII up to {max} bytes")));
    }
    Ok(())
}

fn timeout(name: &str, ms: u32, default: u32) -> Result<Duration> {
    match ms {
        0 => Ok(Duration::from_millis(u64::from(default))),
        1..=TIMEOUT_MAX_MS => Ok(Duration::from_millis(u64::from(ms))),
        _ => Err(Error::argument(format!("{name} is above ten minutes"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::status;

    fn options() -> Options {
        Options {
            server_url: Some("https://x.example/".to_owned()),
            app_id: "QwErTyUi-MdYXbMMI".to_owned(),
            app_key: Secret::new("key"),
            storage_path: PathBuf::from("somewhere"),
            ..Options::default()
        }
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let checked = options().check().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(checked.endpoint.base, "https://x.example");
        assert_eq!(checked.profile, "default");
        assert_eq!(checked.connect_timeout, Duration::from_secs(10));
        assert_eq!(checked.request_timeout, Duration::from_secs(20));
        assert_eq!(checked.max_connections, 4);
        assert_eq!(checked.transport.max_response_bytes, 1 << 20);
    }

    #[test]
    fn a_region_gives_the_server_only_where_it_can() {
        let global = Options { server_url: None, region: Region::Global, ..options() };
        let base = global.check().map(|c| c.endpoint.base);
        assert_eq!(base, Ok("https://qwertyui.api.lncldglobal.com".to_owned()));
        for region in [Region::Default, Region::Cn] {
            let without = Options { server_url: None, region, ..options() };
            assert_eq!(without.check().err().map(|e| e.status), Some(status::INVALID_ARGUMENT));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let bad = [
            Options { app_id: "a\r\nX: y".to_owned(), ..options() },
            Options { app_id: String::new(), ..options() },
            Options { app_key: Secret::default(), ..options() },
            Options { storage_path: PathBuf::new(), ..options() },
            Options { proxy: Some("socks5://h:1".to_owned()), ..options() },
            Options { proxy: Some("http://h:1/path".to_owned()), ..options() },
            Options { user_agent_suffix: Some("a\nb".to_owned()), ..options() },
            Options { connect_timeout_ms: TIMEOUT_MAX_MS + 1, ..options() },
            Options { max_connections: 17, ..options() },
            Options { max_response_bytes: RESPONSE_MAX + 1, ..options() },
            Options { profile: "a".repeat(65), ..options() },
            Options { log_level: 6, ..options() },
            Options { server_url: Some("https://h/?x".to_owned()), ..options() },
            Options { taptap_client_id: Some("a b".to_owned()), ..options() },
            Options { taptap_client_id: Some("a".repeat(129)), ..options() },
            Options { taptap_accounts_url: Some("accounts".to_owned()), ..options() },
            Options { taptap_open_url: Some("https://h/?x".to_owned()), ..options() },
            Options { taptap_authorize_url: Some("https://h/#x".to_owned()), ..options() },
        ];
        for (n, options) in bad.into_iter().enumerate() {
            let status = options.check().err().map(|e| e.status);
            assert_eq!(status, Some(status::INVALID_ARGUMENT), "case {n}");
        }
        let plain = Options { server_url: Some("http://x.example".to_owned()), ..options() };
        assert_eq!(plain.clone().check().err().map(|e| e.status), Some(status::INSECURE_URL));
        assert!(Options { allow_plain_http: true, ..plain }.check().is_ok());
        let plain = Some("http://x.example".to_owned());
        for plain in [
            Options { taptap_accounts_url: plain.clone(), ..options() },
            Options { taptap_open_url: plain.clone(), ..options() },
            Options { taptap_authorize_url: plain, ..options() },
        ] {
            assert_eq!(plain.clone().check().err().map(|e| e.status), Some(status::INSECURE_URL));
            assert!(Options { allow_plain_http: true, ..plain }.check().is_ok());
        }
    }
}
