//! What happens around every request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::cors::Origin;
use super::{App, binding, linger};
use crate::args::Args;
use crate::dev::{self, Lan};
use crate::problem::Problem;

/// What protects the server from the pages of strangers in a developer's browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nothing: players reach it through a proxy, which has rules of its own.
    Anyone,
    /// `--dev`: the names by which it is reached, and the origin of what is sent.
    Loopback,
    /// `--dev-lan`: the secret in each path, and the origin of what is sent.
    Secret,
}

impl Trust {
    pub(super) fn of(args: &Args) -> Self {
        match (args.dev_lan, args.dev) {
            (true, _) => Self::Secret,
            (false, true) => Self::Loopback,
            (false, false) => Self::Anyone,
        }
    }
}

/// The way of every request to the routes and back. No layers of the router: each costs every
/// request a copy of all that are within.
#[derive(Debug)]
pub(crate) struct Guarded {
    pub(super) app: Arc<App>,
    /// The secret in front of each path.
    pub(super) lan: Option<Lan>,
    pub(super) routes: Router,
}

impl Guarded {
    /// Answers a request, whatever becomes of it: one that takes longer than any may is ended, and
    /// its caller is heard out.
    pub(super) async fn answer(&self, request: Request) -> Response {
        let late = |_| Problem::TIMED_OUT.into_response();
        let answered = linger::hear_out(&self.app, request, |request| self.let_in(request));
        timeout(self.app.request_time, answered).await.unwrap_or_else(late)
    }

    /// Before the log, which therefore does not hold the secret.
    async fn let_in(&self, mut request: Request) -> Response {
        if let Some(lan) = &self.lan {
            let Some(uri) = lan.behind(request.uri()) else {
                return Problem::NOT_FOUND.into_response();
            };
            *request.uri_mut() = uri;
        }
        let asked = Asked::of(&request);
        let answer = match strange(&self.app, &request) {
            Some(problem) => problem.into_response(),
            None => match binding::serve(&self.app, request).await {
                Ok(answer) => answer,
                Err(request) => self.route(request).await,
            },
        };
        asked.log(&answer);
        answer
    }

    async fn route(&self, request: Request) -> Response {
        match self.routes.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }
}

/// Why a request is nobody's who may make one.
fn strange(app: &App, request: &Request) -> Option<Problem> {
    match app.trust {
        Trust::Anyone => None,
        // Without it a web page could, by a name of its own that leads to 127.0.0.1, read what the
        // developer's server tells.
        Trust::Loopback if !is_loopback(request) => Some(Problem::FOREIGN_HOST),
        _ => foreign_page(app, request).then_some(Problem::FOREIGN_ORIGIN),
    }
}

fn is_loopback(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let named = host.to_str().ok().and_then(|host| host.parse().ok());
    // `GET http://name/path` names a host twice.
    named.is_some_and(|host| is_loopback_name(&host))
        && request.uri().authority().is_none_or(is_loopback_name)
}

fn is_loopback_name(authority: &Authority) -> bool {
    let host = authority.host();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// On a development server: whether a page of somebody else's makes a browser send it. Nothing here
/// is meant for other pages, and a form needs no leave of the server to be sent to it.
fn foreign_page(app: &App, request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !reads && is_foreign(request, app.trust) && !is_let_in(request, &app.origins)
}

/// Whether a browser says that the request is made by a page of another server.
fn is_foreign(request: &Request, trust: Trust) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(HOST.as_str()).unwrap_or_default();
    match text(ORIGIN.as_str()) {
        // No browser leaves it out of a POST.
        None => false,
        // A page that gives no referrer, as ours do, has no other origin to tell. The browser says
        // beside it whose page it is, though not to plain http of another machine: there the secret
        // has to do. The control API is for no page at all.
        Some("null") => {
            let from_own = match text("sec-fetch-site") {
                Some(site) => site == "same-origin",
                None => trust == Trust::Secret,
            };
            !from_own || request.uri().path().starts_with("/dev/")
        }
        Some(origin) => {
            let own = origin.strip_prefix("http://");
            !own.is_some_and(|own| own.eq_ignore_ascii_case(host))
        }
    }
}

/// Whether the request is for the account API, by a page that may call it.
fn is_let_in(request: &Request, origins: &[Origin]) -> bool {
    let mut given = request.headers().get_all(ORIGIN).iter();
    let (Some(given), None) = (given.next(), given.next()) else {
        return false;
    };
    let path = request.uri().path();
    let of_the_contract = ["/1.1/", "/storage/1.1/"].iter().any(|root| path.starts_with(root));
    of_the_contract && origins.iter().any(|origin| origin.is(given))
}

/// What was asked. The path alone: a query may hold a session token.
struct Asked(Option<(Method, String, Instant)>);

impl Asked {
    fn of(request: &Request) -> Self {
        let told = tracing::enabled!(tracing::Level::DEBUG);
        let path = || dev::shown_path(request.uri().path());
        Self(told.then(|| (request.method().clone(), path(), Instant::now())))
    }

    fn log(self, answer: &Response) {
        if let Some((method, path, start)) = self.0 {
            let (status, took) = (answer.status().as_u16(), start.elapsed());
            tracing::debug!(%method, path, status, ?took, "answered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names() {
        let own = |host: &str| host.parse().is_ok_and(|host| is_loopback_name(&host));
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"] {
            assert!(own(host), "{host}");
        }
        for host in ["", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"] {
            assert!(!own(host), "{host}");
        }
    }
}
