//! The stand-in: with `--dev` the server also plays TapTap, on the port of the account API.
//!
//! It answers the contract of TapTap's login (accounts, open API and the pages a player sees) and
//! makes every check of it, so that a wrong client fails here before it fails at TapTap. All of it
//! is in memory and bounded; it ends with the process. Without `--dev` none of these addresses
//! exist.
//!
//! Rooms: `state` holds everything that happens, each part of it (`players`, `device`,
//! `authorize`, `token`, `nonces`, `pushed`, `script`, `requests`) a noun of its own that knows no
//! HTTP; `accounts_api`, `open_api`, `push`, `control` and `pages` speak HTTP and decide nothing.

mod accounts_api;
mod answer;
mod authorize;
mod avatar;
mod control;
mod device;
mod exchange;
mod fault;
mod lan;
mod nonces;
mod open_api;
mod pages;
mod players;
mod push;
mod pushed;
mod requests;
mod scopes;
mod script;
mod state;
mod token;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use tdsauth_core::secret::Secret;

use crate::binding::Messages;
use crate::clock;
use crate::storage::Store;
pub(crate) use lan::Lan;
pub(crate) use requests::{record, shown_path};
use state::State;

/// The client id that the stand-in knows when none is given.
pub(crate) const CLIENT_ID: &str = "dev-taptap-client";

/// What the stand-in is, apart from what happens to it.
#[derive(Debug)]
pub(crate) struct StandIn {
    /// The one client id it knows.
    pub(crate) client_id: String,
    /// The game's name, as the pages show it.
    pub(crate) app_name: String,
    /// What every path begins with: empty, or `/` and the secret of `--dev-lan`.
    prefix: String,
    /// With `--dev-lan`.
    pub(crate) lan: Option<Lan>,
    /// The accounts that the front page lists.
    pub(crate) store: Arc<Store>,
    /// Verification codes that nobody else brings to players.
    pub(crate) messages: Arc<Messages>,
    /// By which a game's server signs what it tells of roles.
    secrets: OnceLock<Vec<Secret>>,
    /// For the body of one request to arrive.
    pub(crate) body_time: Duration,
    state: Mutex<State>,
}

/// The present: what is awaited goes by `instant`, which no clock setting moves; what is told and
/// signed goes by `unix_s`, which the script moves.
#[derive(Debug, Clone, Copy)]
struct Moment {
    instant: Instant,
    /// Unix seconds.
    unix_s: i64,
}

impl StandIn {
    /// A stand-in to which nothing has happened yet.
    pub(crate) fn new(
        client_id: String,
        app_name: String,
        store: Arc<Store>,
        body_time: Duration,
        lan: Option<Lan>,
    ) -> Self {
        let prefix = lan.as_ref().map_or_else(String::new, Lan::prefix);
        let (messages, state) = (Arc::default(), Mutex::new(State::new()));
        let secrets = OnceLock::new();
        Self { client_id, app_name, prefix, lan, store, messages, secrets, body_time, state }
    }

    /// Tells it the Server Secrets of the game, once.
    pub(crate) fn knows(&self, secrets: &[Secret]) {
        self.secrets.get_or_init(|| secrets.to_vec());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half done by a panic that would matter to a developer.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of the server for the server itself, which listens on `address`.
    pub(crate) fn own_url(&self, mut address: SocketAddr) -> String {
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => (),
        }
        self.base(&address.to_string())
    }

    /// The address of the server under the name by which a caller reached it.
    fn base(&self, host: &str) -> String {
        format!("http://{host}{}", self.prefix)
    }

    /// The address of the server for whoever looks at a page: with `--dev-lan` perhaps on another
    /// device than the game.
    fn page_base(&self, host: &str) -> String {
        self.lan.as_ref().map_or_else(|| self.base(host), |lan| lan.url().to_owned())
    }
}

impl State {
    fn now(&self) -> Moment {
        let unix_s = (clock::now_ms() / 1000).saturating_add(self.script.clock_offset_s).max(0);
        Moment { instant: Instant::now(), unix_s }
    }
}

/// Every address of the stand-in, for a router of any state.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(stand_in: Arc<StandIn>) -> Router<S> {
    Router::new()
        .route(
            "/oauth2/v1/device/code",
            post(accounts_api::device_code).fallback(answer::wrong_method),
        )
        .route("/oauth2/v1/token", post(accounts_api::token).fallback(answer::wrong_method))
        .route("/oauth2/v1/revoke", post(open_api::revoke).fallback(answer::wrong_method))
        .route("/account/profile/v1", get(open_api::profile).fallback(answer::wrong_method))
        .route("/account/basic-info/v1", get(open_api::basic_info).fallback(answer::wrong_method))
        .route(
            "/game-record/v1/upload-role-profile",
            post(push::profile).fallback(answer::wrong_method),
        )
        .route(
            "/game-record/v1/upload-data-board",
            post(push::board).fallback(answer::wrong_method),
        )
        .route("/game-record/v1/upload-list-data", post(push::list).fallback(answer::wrong_method))
        .route("/game-record/v1/clear-test-data", post(push::clear).fallback(answer::wrong_method))
        .route("/oauth2/{*rest}", axum::routing::any(answer::not_found))
        .route("/account/{*rest}", axum::routing::any(answer::not_found))
        .route("/friends/{*rest}", axum::routing::any(answer::not_found))
        .route("/", get(pages::front::show))
        .route("/device", get(pages::device::show).post(pages::device::decide))
        .route("/authorize", get(pages::authorize::show))
        .route("/authorize/{id}", post(pages::authorize::decide))
        .route("/dev/script", post(control::script))
        .route("/dev/state", get(control::state))
        .route("/dev/device/{user_code}", post(control::device))
        .route("/dev/authorize/{id}", post(control::authorize))
        .route("/dev/players", post(control::players))
        .route("/dev/style.css", get(crate::pages::style))
        .route("/dev/icon.png", get(avatar::icon))
        .route("/dev/avatars/{file}", get(avatar::show))
        .with_state(stand_in)
}
