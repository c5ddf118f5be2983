//! HTTP: which request is whose, and what the answers look like.

mod address;
mod answer;
mod auth;
mod batch;
mod binding;
mod body;
mod changes;
mod classes;
mod connections;
mod cors;
mod find;
mod guard;
mod limits;
mod linger;
mod objects;
mod passwords;
mod queries;
mod query;
mod roles;
mod seats;
mod support;
mod tls;
mod users;
mod weblink;
mod writing;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use axum::{Extension, Router};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::args::Args;
use crate::binding::{Page, RolesService, Sender, Settings};
use crate::clock;
use crate::dev::{self, StandIn};
use crate::ids::ObjectIds;
use crate::keys::Keys;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::push::Push;
use crate::start::StartError;
use crate::storage::{Store, StoreError};
use crate::verify::Verifiers;
pub(crate) use address::Network;
use address::Proxies;
use auth::Caller;
pub(crate) use connections::{Bounds, serve};
pub(crate) use cors::Origin;
use guard::{Guarded, Trust};
pub(crate) use limits::Limit;
use limits::Limits;
use passwords::Passwords;
pub(crate) use seats::Seats;
pub(crate) use tls::Tls;

/// What every request can reach.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    keys: Keys,
    policy: Policy,
    /// Whose requests are answered.
    trust: Trust,
    /// For the body of one request to arrive.
    body_time: Duration,
    /// For a whole request, up to its answer.
    request_time: Duration,
    /// For a query of objects.
    query_time: Duration,
    /// Whose word about a caller's address is believed.
    proxies: Proxies,
    limits: Limits,
    /// The pages of others that may call.
    origins: Vec<Origin>,
    ids: ObjectIds,
    /// Whom to ask about players.
    pub(crate) verifiers: Verifiers,
    passwords: Passwords,
    /// How roles are bound, if they are.
    binding: Option<Settings>,
    /// The way to tell TapTap of roles, if it is told.
    push: Option<Push>,
    /// Places for bodies that are too large to have one for each connection.
    large_bodies: Arc<Semaphore>,
}

impl App {
    /// Opens the way to TapTap. A `played` one is told of roles, and shows verification codes to
    /// the developer, if the options name nobody else.
    pub(crate) fn open_binding(
        &mut self,
        played: Option<(&StandIn, SocketAddr)>,
    ) -> Result<(), StartError> {
        let Some(binding) = &mut self.binding else { return Ok(()) };
        if let Some((stand_in, _)) = played {
            stand_in.knows(&binding.secrets);
            binding.sender.get_or_insert_with(|| Sender::Page(Arc::clone(&stand_in.messages)));
        }
        let url = played.map(|(stand_in, address)| stand_in.own_url(address));
        if let (Some(pushing), Some(secret)) = (&binding.pushing, binding.secrets.first()) {
            let push = pushing.open(url, secret.clone());
            self.push = Some(push.map_err(|error| StartError::new(error.to_string()))?);
        }
        Ok(())
    }

    /// The way to tell TapTap of roles.
    pub(crate) fn push(&self) -> Option<&Push> {
        self.push.as_ref()
    }

    /// There may be something to be told.
    fn wake_push(&self) {
        if let Some(push) = &self.push {
            push.wake();
        }
    }

    /// Who tells roles, if it is not the table.
    pub(crate) fn roles_service(&self) -> Option<&RolesService> {
        self.binding.as_ref()?.roles.as_ref()
    }

    pub(crate) fn new(
        keys: Keys,
        store: Arc<Store>,
        verifiers: Verifiers,
        args: &Args,
    ) -> Result<Self, StartError> {
        let ids =
            ObjectIds::new().map_err(|error| StartError::new(format!("no randomness: {error}")))?;
        let large_bodies = Arc::new(Semaphore::new(body::LARGE_BODIES));
        let body_time = Duration::from_secs(args.body_timeout.get());
        let (policy, trust) = (args.policy, Trust::of(args));
        let request_time = Duration::from_secs(args.internet.request_timeout.get());
        let query_time = Duration::from_secs(args.query_timeout.get());
        let proxies = Proxies::new(&args.internet.trusted_proxy);
        let (limits, origins) = (Limits::of(args), args.internet.cors_origin.clone());
        let binding = Settings::load(args)?;
        let binding = binding.map(|binding| page_for_players(binding, &verifiers)).transpose()?;
        let passwords = Passwords::new(args.keep_sessions_on_password_change);
        Ok(Self {
            store,
            keys,
            policy,
            trust,
            body_time,
            request_time,
            query_time,
            proxies,
            limits,
            origins,
            ids,
            verifiers,
            passwords,
            binding,
            push: None,
            large_bodies,
        })
    }
}

/// A page on which nobody could log in is a mistake, if it was asked for.
fn page_for_players(mut binding: Settings, verifiers: &Verifiers) -> Result<Settings, StartError> {
    let nobody = |page: &Page| !page.passwords && verifiers.taptap_in_browser().is_none();
    match binding.link.take_if(|page| nobody(page)) {
        Some(Page { origin: Some(_), .. }) => Err(StartError::new(
            "--binding-page: nobody could log in there; it needs --taptap-region or \
             --binding-page-passwords",
        )),
        _ => Ok(binding),
    }
}

/// Every address the service answers to. With `--dev` there is a stand-in for TapTap.
pub(crate) fn routes(app: Arc<App>, stand_in: Option<Arc<StandIn>>) -> Guarded {
    let attempt = middleware::from_fn_with_state(Arc::clone(&app), limits::attempt);
    let users = Router::new()
        .route("/", post(users::sign_in).route_layer(attempt.clone()).get(find::find))
        .route("/me", get(users::me).route_layer(attempt.clone()))
        .route("/strictlyQuery", get(find::strictly).route_layer(attempt.clone()))
        .route("/{id}", get(users::by_id).put(changes::save).delete(changes::delete))
        .route("/{id}/refreshSessionToken", put(users::refresh).route_layer(attempt.clone()))
        .route("/{id}/updatePassword", put(passwords::update).route_layer(attempt.clone()));
    let all = Router::new()
        .route("/healthz", get(healthz))
        .route("/1.1/date", get(date))
        .route("/1.1/login", post(passwords::log_in).route_layer(attempt.clone()))
        .route(
            "/storage/1.1/users/tap-support/identity",
            get(support::identity).route_layer(attempt),
        )
        .route("/tdsauth/v1/identity", post(support::named))
        .merge(no_messages())
        .route("/tdsauth/v1/roles", get(roles::own).post(roles::put))
        .route("/tdsauth/v1/roles/{id}", delete(roles::delete))
        .route("/tdsauth/v1/classes", get(classes::list))
        .route("/tdsauth/v1/classes/{name}", get(classes::show).put(classes::put))
        .route("/tdsauth/v1/binding/codes", post(binding::mint))
        .route("/tdsauth/v1/binding/push/role-profile", post(binding::push::profiles))
        .route("/tdsauth/v1/binding/push/data-board", post(binding::push::board))
        .route("/tdsauth/v1/binding/push/list-data", post(binding::push::list))
        .route("/tdsauth/v1/binding/push/clear-test-data", post(binding::push::clear))
        // The same rows under two names: official clients use either.
        .nest("/1.1/users", users.clone())
        .nest("/1.1/classes/_User", users)
        .merge(objects::routes());
    let inner = all
        .clone()
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(no_method)
        .with_state(Arc::clone(&app));
    let batches = Router::new()
        .route("/1.1/batch", post(batch::run))
        .route("/1.1/batch/save", post(batch::save))
        .layer(Extension(batch::Routes(inner)));
    let all = all.merge(batches);
    let all = match app.origins.as_slice() {
        [] => all,
        // Around this answer too: a question comes as a method that no row has.
        origins => all.method_not_allowed_fallback(no_method).layer(cors::layer(origins)),
    };
    // No page of others has anything to ask of these.
    let all = match app.binding.as_ref().and_then(|binding| binding.link.as_ref()) {
        Some(page) => all.merge(weblink::router(page)),
        None => all,
    };
    let lan = stand_in.as_ref().and_then(|stand_in| stand_in.lan.clone());
    let all = match stand_in {
        Some(stand_in) => all
            .merge(dev::router(Arc::clone(&stand_in)))
            .layer(middleware::from_fn_with_state(stand_in, dev::record)),
        None => all,
    };
    let routes = all
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(no_method)
        .with_state(Arc::clone(&app));
    Guarded { app, lan, routes }
}

/// What clients may ask for that would need mail or text messages (account-rest.md 2.10).
fn no_messages() -> Router<Arc<App>> {
    const POSTED: [&str; 11] = [
        "changePhoneNumber",
        "requestChangePhoneNumber",
        "requestEmailVerify",
        "requestLoginSmsCode",
        "requestMobilePhoneVerify",
        "requestPasswordReset",
        "requestPasswordResetBySmsCode",
        "requestSmsCode",
        "usersByMobilePhone",
        "verifyMobilePhone/{code}",
        "verifySmsCode/{code}",
    ];
    let posted = POSTED.into_iter().fold(Router::new(), |router, path| {
        router.route(&format!("/1.1/{path}"), post(passwords::no_messages))
    });
    posted.route("/1.1/resetPasswordBySmsCode/{code}", put(passwords::no_messages))
}

async fn no_method() -> Problem {
    Problem::METHOD_NOT_ALLOWED
}

/// Contract row 26: the time of the server.
async fn date(_: Caller) -> Response {
    let now = clock::iso(clock::now_ms());
    answer::json(StatusCode::OK, &json!({ "__type": "Date", "iso": now }))
}

/// Whether the service and its database answer; for those who watch over it, so without a key.
async fn healthz(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    app.store.ping().await?;
    Ok(answer::json(StatusCode::OK, &json!({ "status": "ok" })))
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLarge => return Self::OBJECT_TOO_LARGE,
            StoreError::Refused(problem) => return problem,
            _ => (),
        }
        tracing::error!(%error, "database");
        match error {
            StoreError::Late => Self::TIMED_OUT,
            _ => Self::UNAVAILABLE,
        }
    }
}

impl From<getrandom::Error> for Problem {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness");
        Self::UNAVAILABLE
    }
}
