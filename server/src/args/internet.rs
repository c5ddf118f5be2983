//! Options of a server that the internet reaches.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;

use crate::http::{Limit, Network, Origin};

/// What stands between the service and everybody.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Facing the internet")]
pub(crate) struct Internet {
    /// Speak TLS with this certificate: PEM, the server's own first, then those that lead to an
    /// authority. Read again at SIGHUP.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, PEM; nobody else may read the file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Listen beyond this machine without TLS, though passwords and tokens can then be read on the
    /// way. For networks that are secured otherwise.
    #[arg(long)]
    pub(crate) allow_plain_http: bool,

    /// A proxy whose X-Forwarded-For is believed; may be given several times.
    #[arg(long, value_name = "ADDRESS|CIDR")]
    pub(crate) trusted_proxy: Vec<Network>,

    /// A web page's origin that may call the service from a browser; may be given several times.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors_origin: Vec<Origin>,

    /// Logins of one address, `120/m` for example, also /s and /h, or `off`. Without this option
    /// 120/m, but off with --dev and for callers on this machine.
    #[arg(long, value_name = "COUNT/TIME")]
    pub(crate) limit_logins: Option<Limit>,

    /// New accounts of one address. Without this option 60/h, but off with --dev and for callers on
    /// this machine.
    #[arg(long, value_name = "COUNT/TIME")]
    pub(crate) limit_signups: Option<Limit>,

    /// Connections of one address at once; 0 for no bound. Without this option 100, but no bound
    /// with --dev and for callers on this machine. Trusted proxies have none.
    #[arg(long, value_name = "N")]
    pub(crate) connections_per_address: Option<u32>,

    /// Seconds for a TLS handshake.
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) handshake_timeout: NonZeroU64,

    /// Seconds for a whole request, from its headers to the start of the answer.
    #[arg(long, value_name = "SECONDS", default_value = "120")]
    pub(crate) request_timeout: NonZeroU64,

    /// Seconds for a caller to take an answer.
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) response_timeout: NonZeroU64,
}

impl Internet {
    /// Certificate and key, which come together.
    pub(crate) fn tls(&self) -> Option<(PathBuf, PathBuf)> {
        self.tls_cert.clone().zip(self.tls_key.clone())
    }

    /// Why a server with these options should not listen on `address`, if it should not.
    pub(crate) fn objection(&self, address: SocketAddr, dev: bool) -> Option<&'static str> {
        if dev {
            let text = "--dev and --dev-lan speak plain http: they take no --tls-cert";
            return self.tls_cert.is_some().then_some(text);
        }
        let protected = address.ip().to_canonical().is_loopback()
            || self.tls_cert.is_some()
            || !self.trusted_proxy.is_empty()
            || self.allow_plain_http;
        let text = "to listen beyond this machine, give --tls-cert and --tls-key, or name the proxy \
                    in front by --trusted-proxy, or say --allow-plain-http";
        (!protected).then_some(text)
    }
}
