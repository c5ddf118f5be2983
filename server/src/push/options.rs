//! From the options to what is pushed.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::base_url;
use tokio::sync::Notify;

use super::Push;
use super::taptap::TapTap;
use crate::start::StartError;

/// TapTap's own.
const TAPTAP: &str = "https://cloud.tapapis.cn";
/// Roles of one request: a refused one is halved until the bad role is found.
const MOST_ROLES: usize = 50;

/// How TapTap is told of roles.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Binding roles to TapTap")]
pub(crate) struct PushOptions {
    /// Tell TapTap nothing of roles.
    #[arg(long)]
    binding_no_push: bool,

    /// Base URL of TapTap's service that is told of roles. With --dev the played one.
    #[arg(long, value_name = "URL")]
    binding_push_url: Option<String>,

    /// Roles that TapTap is told of a second, by all servers together; it takes 100.
    #[arg(long, value_name = "N", default_value = "50",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    binding_push_rate: u32,

    /// Hours between two pushes of all bound roles; 0 for none.
    #[arg(long, value_name = "HOURS", default_value = "24",
          value_parser = clap::value_parser!(u32).range(0..=8760))]
    binding_push_every: u32,

    /// Seconds for TapTap to answer.
    #[arg(long, value_name = "SECONDS", default_value = "10",
          value_parser = clap::value_parser!(u32).range(1..=60))]
    binding_push_timeout: u32,
}

/// The options, checked.
#[derive(Debug, Clone)]
pub(crate) struct Pushing {
    pub(super) client_id: String,
    /// What the options name.
    base: Option<String>,
    /// Roles of a second.
    pub(super) rate: i64,
    /// Milliseconds between two of all roles.
    pub(super) daily: Option<i64>,
    /// For one request.
    pub(super) patience: Duration,
}

impl PushOptions {
    /// `None` when nothing is pushed: who has no client id cannot.
    pub(crate) fn read(&self, client_id: Option<&str>) -> Result<Option<Pushing>, StartError> {
        const HOUR: i64 = 60 * 60 * 1000;
        let failed =
            |error: Error| StartError::new(format!("--binding-push-url: {}", error.message));
        let url = self.binding_push_url.as_deref();
        let base = url.map(|url| base_url("--binding-push-url", url, false)).transpose();
        let base = base.map_err(failed)?;
        let every = i64::from(self.binding_push_every) * HOUR;
        let client_id = client_id.filter(|_| !self.binding_no_push);
        Ok(client_id.map(|client_id| Pushing {
            client_id: client_id.to_owned(),
            base,
            rate: self.binding_push_rate.into(),
            daily: (every > 0).then_some(every),
            patience: Duration::from_secs(self.binding_push_timeout.into()),
        }))
    }
}

impl Pushing {
    /// Roles of one request.
    pub(super) fn batch(&self) -> usize {
        usize::try_from(self.rate).unwrap_or(MOST_ROLES).min(MOST_ROLES)
    }

    /// The way to TapTap, or to the one that is `played`.
    pub(crate) fn open(&self, played: Option<String>, secret: Secret) -> Result<Push, Error> {
        let base = self.base.clone().or(played).unwrap_or_else(|| TAPTAP.to_owned());
        Ok(Push {
            taptap: TapTap::new(self, base, secret)?,
            settings: self.clone(),
            woken: Notify::new(),
            stopping: AtomicBool::new(false),
        })
    }
}
