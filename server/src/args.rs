//! What can be said on the command line. Keys cannot: everyone on a machine can read a command
//! line.

mod internet;

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Subcommand as _};
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::Region;
use tdsauth_core::transport::base_url;

use crate::binding;
use crate::operator::{BindingOrder, ClassOrder, IndexOrder, Place, RolesOrder, UsersOrder};
use crate::policy::Policy;
use crate::seal::SealKey;
use internet::Internet;

/// The account service behind tdsauth.
///
/// The app id, app key and master key come from TDSAUTH_APP_ID, TDSAUTH_APP_KEY and
/// TDSAUTH_MASTER_KEY, or from the files app_id, app_key and master_key in the data folder, which
/// are made once when missing.
#[derive(Debug, clap::Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Folder of the database and the keys, made when missing; `:memory:` keeps nothing.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,

    /// PostgreSQL database to use in place of a file in the data folder, which then holds the keys
    /// alone. A password is better given in the environment.
    #[arg(long, value_name = "URL", env = "TDSAUTH_DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<Secret>,

    /// File of the key that closes tokens and identities in the database: 64 hex digits, which
    /// others must not be able to read. Without it TDSAUTH_SEAL_KEY, or seal_key in the data
    /// folder, made once when missing.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,

    /// For the developer's own machine: loopback only, keys in the ready line, and a TapTap to try
    /// a game against.
    #[arg(long)]
    pub(crate) dev: bool,

    /// --dev for other devices of the network: listens anywhere, with a secret in front of every
    /// path, which the ready line tells as dev_url.
    #[arg(long)]
    pub(crate) dev_lan: bool,

    /// TapTap's client id of the game. With --dev the one that the played TapTap knows.
    #[arg(long, value_name = "ID")]
    pub(crate) taptap_client_id: Option<String>,

    /// TapTap's service that knows the client id. With --dev: instead of the played one.
    #[arg(long, value_name = "REGION")]
    pub(crate) taptap_region: Option<TapTapRegion>,

    /// Base URL of TapTap's open API, where it is not that of the region.
    #[arg(long, value_name = "URL")]
    pub(crate) taptap_open_url: Option<String>,

    /// Base URL of TapTap's accounts service, where it is not that of the region. The page of
    /// --binding-page exchanges codes there.
    #[arg(long, value_name = "URL")]
    pub(crate) taptap_accounts_url: Option<String>,

    /// TapTap's page on which players log in in a browser, where it is not that of the region. The
    /// page of --binding-page sends them there.
    #[arg(long, value_name = "URL")]
    pub(crate) taptap_authorize_url: Option<String>,

    /// Seconds to ask TapTap about one login.
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) taptap_timeout: NonZeroU64,

    /// A platform whose players may log in, and who says that they are who they say: apple,
    /// facebook, google, qq, weibo, weixin, template or webhook, with their settings in the file of
    /// --platforms, or unverified. May be given often.
    #[arg(long, value_name = "NAME=VERIFIER")]
    pub(crate) platform: Vec<String>,

    /// JSON file with the settings of the platforms, which others must not be able to read:
    /// {"NAME": {…}}.
    #[arg(long, value_name = "FILE")]
    pub(crate) platforms: Option<PathBuf>,

    /// Seconds to ask a platform about one login.
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) platform_timeout: NonZeroU64,

    /// The name of the game on the page of --binding-page and, with --dev, on TapTap's pages.
    #[arg(long, value_name = "NAME", default_value = "Your game")]
    pub(crate) app_name: String,

    /// Put the app id, app key and master key into the ready line.
    #[arg(long)]
    pub(crate) print_keys: bool,

    /// Whose rules decide where the contract leaves a choice.
    #[arg(long, value_enum, default_value_t = Policy::Production)]
    pub(crate) policy: Policy,

    /// A new password leaves the session token as it is. Without this option it ends at once, on
    /// every device.
    #[arg(long)]
    pub(crate) keep_sessions_on_password_change: bool,

    /// Connections served at once; further ones wait until one ends.
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) max_connections: NonZeroU32,

    /// Seconds for the headers of a request, and for a kept connection to send the next one.
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    pub(crate) header_timeout: NonZeroU64,

    /// Seconds for the body of a request.
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    pub(crate) body_timeout: NonZeroU64,

    /// Seconds for a query of objects, after which the database ends it.
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub(crate) query_timeout: NonZeroU64,

    #[command(flatten)]
    pub(crate) internet: Internet,

    #[command(flatten)]
    pub(crate) binding: binding::Options,

    /// How much is said on standard error: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "TDSAUTH_LOG", default_value = "info")]
    pub(crate) log: tracing_subscriber::filter::LevelFilter,
}

/// The whole command line: the service, or an order to its data folder.
#[derive(Debug)]
pub(crate) enum CommandLine {
    Serve(Box<Args>),
    Order(Order),
}

impl CommandLine {
    /// Reads the process's own command line; a wrong one, `--help` and `--version` end the process.
    pub(crate) fn parse() -> Self {
        let command = Order::augment_subcommands(Args::command());
        let command = command.args_conflicts_with_subcommands(true).subcommand_negates_reqs(true);
        let matches = command.get_matches();
        let read = match matches.subcommand() {
            Some(_) => Order::from_arg_matches(&matches).map(Self::Order),
            None => Args::from_arg_matches(&matches).map(|args| Self::Serve(Box::new(args))),
        };
        read.unwrap_or_else(|error| error.exit())
    }
}

/// What is done instead of serving.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Order {
    /// Puts Apple's private key (AuthKey_….p8, on standard input) into the data folder.
    ///
    /// The server signs with it. No command and no request gives it back.
    AppleKey {
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,

        /// The server's --seal-key.
        #[arg(long, value_name = "FILE")]
        seal_key: Option<PathBuf>,
    },
    /// Lists, shows, bans and deletes users, also while the server runs.
    #[command(subcommand)]
    Users(UsersOrder),
    /// Takes the characters of players from the studio, also while the server runs.
    #[command(subcommand)]
    Roles(RolesOrder),
    /// Looks at the endpoints of any server that binds roles to TapTap, and at what TapTap is to be
    /// told of roles.
    #[command(subcommand)]
    Binding(BindingOrder),
    /// Makes and removes indexes of classes, also while the server runs.
    #[command(subcommand)]
    Index(IndexOrder),
    /// Makes and shows classes of objects and says who may do what with them, also while the server
    /// runs.
    #[command(subcommand)]
    Class(ClassOrder),
    /// Copies the database into a new file, also while the server runs.
    Backup {
        #[command(flatten)]
        place: Place,

        /// The file to make. Put back as tdsauth.db, with the seal key, it is the database.
        file: PathBuf,
    },
}

/// Which TapTap a game is registered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TapTapRegion {
    /// Mainland China.
    Cn,
    /// Everywhere else.
    Global,
}

impl From<TapTapRegion> for Region {
    fn from(region: TapTapRegion) -> Self {
        match region {
            TapTapRegion::Cn => Self::Cn,
            TapTapRegion::Global => Self::Global,
        }
    }
}

impl Args {
    /// Whether this is a development server, on one machine or for a network.
    pub(crate) fn dev(&self) -> bool {
        self.dev || self.dev_lan
    }

    /// The TapTap client id, which --dev has without being given one.
    pub(crate) fn taptap_client_id(&self) -> Option<&str> {
        let own = self.dev().then_some(crate::dev::CLIENT_ID);
        self.taptap_client_id.as_deref().or(own)
    }

    /// Where players log in to TapTap in a browser: the base URL of codes and tokens, and the page.
    /// `None`: the options do not say.
    pub(crate) fn taptap_browser(&self) -> Result<Option<(String, String)>, Error> {
        let region = self.taptap_region.map(Region::from);
        let url = |name, given: &Option<String>, own: fn(Region) -> &'static str| match given {
            Some(url) => base_url(name, url, false).map(Some),
            None => Ok(region.map(|region| own(region).to_owned())),
        };
        let accounts = url("--taptap-accounts-url", &self.taptap_accounts_url, Region::accounts)?;
        let page = url("--taptap-authorize-url", &self.taptap_authorize_url, Region::authorize)?;
        Ok(accounts.zip(page))
    }

    /// Where TapTap is asked about its players, if the options say so.
    pub(crate) fn taptap_open_url(&self) -> Result<Option<String>, Error> {
        match (&self.taptap_open_url, self.taptap_region) {
            (Some(url), _) => base_url("--taptap-open-url", url, false).map(Some),
            (None, Some(region)) => Ok(Some(Region::from(region).open().to_owned())),
            (None, None) => Ok(None),
        }
    }

    /// Where the seal key is to be found.
    pub(crate) fn seal_key(&self) -> SealKey {
        SealKey::new(self.seal_key.as_deref(), self.folder())
    }

    /// The data folder, or `None` when everything stays in memory.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        (self.data.as_os_str() != OsStr::new(":memory:")).then_some(&self.data)
    }
}
