//! One request to the page.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use tdsauth_core::secret::Secret;

use super::browser::Browser;
use super::trouble::Trouble;
use super::words::{self, Words};
use super::{Done, face};
use crate::binding::{Page, Settings, Way};
use crate::http::address::Client;
use crate::http::{App, binding};
use crate::pages::{Form, Language};
use crate::problem::Problem;
use crate::storage::{Key, Stage};

/// What is known of it before anything is done.
pub(super) struct Call {
    pub(super) app: Arc<App>,
    pub(super) page: Page,
    pub(super) uri: Uri,
    headers: HeaderMap,
    client: Client,
    pub(super) browser: Option<Browser>,
    pub(super) language: Language,
}

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let page = app.binding.as_ref().and_then(|binding| binding.link.clone());
        let page = page.ok_or(Problem::NOT_FOUND)?;
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
        let query = Form::of_query(uri.query()).ok();
        let language = Language::of(query.as_ref(), &headers);
        let mut call =
            Self { app: Arc::clone(app), page, uri, headers, client, browser: None, language };
        call.browser = Browser::of(&call.headers, call.is_secure());
        Ok(call)
    }
}

impl Call {
    pub(super) fn settings(&self) -> Result<&Settings, Trouble> {
        self.app.binding.as_ref().ok_or(Trouble::DOWN)
    }

    pub(super) fn words(&self) -> &'static Words {
        words::of(self.language)
    }

    /// Scheme, host and port by which players open the page.
    pub(super) fn origin(&self) -> String {
        // Only with `--dev`, which answers to no name but this machine's own.
        let host = || self.headers.get(HOST).and_then(|host| host.to_str().ok());
        self.page.origin.clone().unwrap_or_else(|| format!("http://{}", host().unwrap_or_default()))
    }

    pub(super) fn is_secure(&self) -> bool {
        self.page.origin.as_ref().is_some_and(|origin| origin.starts_with("https://"))
    }

    /// The language that was chosen before, unless the address says another.
    pub(super) fn prefer(&mut self, tag: &str) {
        let query = Form::of_query(self.uri.query()).ok();
        let says = query.as_ref().and_then(|query| query.get("lang"));
        if says.and_then(Language::by_tag).is_none() {
            self.language = Language::by_tag(tag).unwrap_or(self.language);
        }
    }

    /// The form that was sent, in whose language the answer is.
    pub(super) async fn form(&mut self, body: Body) -> Result<Form, Trouble> {
        let form = Form::of_body(&self.headers, body, self.app.body_time).await;
        let form = form.map_err(|_| Trouble::BAD_FORM)?;
        self.language = Language::of(Some(&form), &self.headers);
        Ok(form)
    }

    /// Refuses every address but TapTap's: what a code is refused for as well.
    pub(super) fn is_taptaps(&self, redirect_uri: &str) -> Result<(), Trouble> {
        binding::new_code(self.settings()?, Way::WebLink, redirect_uri).map(drop)?;
        Ok(())
    }

    /// Refuses a form that is not this browser's own copy of the page about `about`.
    pub(super) fn sent_by_page(&self, form: &Form, about: &str) -> Result<&Browser, Trouble> {
        let browser = self.browser.as_ref().ok_or(Trouble::NO_COOKIE)?;
        let token = form.get("token").ok_or(Trouble::BAD_FORM)?;
        let made = browser.made(&self.app.store.seal(), about, token);
        if made { Ok(browser) } else { Err(Trouble::NO_COOKIE) }
    }

    /// What a visit of this browser is known by.
    pub(super) fn key(&self, visit: &str, stage: Stage) -> Result<Key, Trouble> {
        let browser = self.browser.as_ref().ok_or(Trouble::GONE)?.secret().clone();
        Ok(Key { visit: Secret::new(visit), browser, stage })
    }

    /// A login is tried, and counts whatever comes of it.
    pub(super) fn counts_as_login(&self) -> Result<(), Trouble> {
        self.app.limits.look_for_proxy(self.client, &self.headers);
        Ok(self.app.limits.login(self.client)?)
    }

    /// Where it begins, for TapTap's `redirect_uri`.
    pub(super) fn start(&self, redirect_uri: &str) -> String {
        let start = format!("{}?", self.page.path);
        let length = start.len();
        let mut query = form_urlencoded::Serializer::for_suffix(start, length);
        query.append_pair("redirect_uri", redirect_uri).finish()
    }

    /// The answer, whichever way it went.
    pub(super) fn finish(&self, done: Done) -> Response {
        done.unwrap_or_else(|trouble| face::trouble(self, &trouble))
    }
}
