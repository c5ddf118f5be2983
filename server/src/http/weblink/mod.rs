//! The page for the web link (seed 002): TapTap opens it with a `redirect_uri`, the player logs in
//! and agrees, and is sent back to TapTap with a code.
//!
//! It needs no script. What ties its steps together is a cookie, which alone opens nothing, and for
//! each visit a name of its own, which stands in addresses and alone opens nothing either. A form
//! counts only with a token that is made of the cookie and of what the form is about. Nobody gets
//! an account here: who has none is told so.

mod browser;
mod call;
mod face;
mod login;
mod trouble;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::{get, post};
use tdsauth_core::binding::redirect_uri_of;

use super::roles::of_player;
use super::{App, binding};
use crate::binding::{Page, Way};
use crate::pages;
use crate::storage::{EndVisit, MintCode, Stage};
use browser::Browser;
use call::Call;
use trouble::Trouble;

type Done = Result<Response, Trouble>;

/// Everything below the path of the page.
pub(super) fn router(page: &Page) -> Router<Arc<App>> {
    let at = |rest: &str| format!("{}{rest}", page.path);
    Router::new()
        .route(&at(""), get(open))
        .route(&at("/style.css"), get(pages::style))
        .route(&at("/icon.svg"), get(pages::icon))
        .route(&at("/taptap"), get(login::back).merge(post(login::to_taptap)))
        .route(&at("/password"), get(stray).merge(post(login::by_password)))
        .route(&at("/{visit}"), get(ask).merge(post(decide)))
}

/// `GET …?redirect_uri=…`, as TapTap opens it: asks the player to log in.
async fn open(call: Call) -> Response {
    let done = opened(&call);
    call.finish(done)
}

fn opened(call: &Call) -> Done {
    let redirect_uri = redirect_uri_of(&call.uri.to_string()).map_err(|_| Trouble::FOREIGN)?;
    // Before anything else: who does not come from TapTap gets no more than this.
    call.is_taptaps(&redirect_uri)?;
    let (browser, is_new) = match &call.browser {
        Some(browser) => (browser.clone(), false),
        None => (Browser::new()?, true),
    };
    let mut page = face::login(call, &browser, &redirect_uri, None);
    if is_new {
        page.headers_mut().append(SET_COOKIE, browser.cookie(call.is_secure())?);
    }
    Ok(page)
}

/// An address that a browser comes back to, though only forms lead there.
async fn stray(call: Call) -> Response {
    call.finish(Err(Trouble::GONE))
}

/// `GET …/<visit>`: shows who has logged in and what TapTap would be told, and asks.
async fn ask(mut call: Call, visit: Result<Path<String>, PathRejection>) -> Response {
    let done = asked(&mut call, visit).await;
    call.finish(done)
}

async fn asked(call: &mut Call, visit: Result<Path<String>, PathRejection>) -> Done {
    let Path(name) = visit.map_err(|_| Trouble::GONE)?;
    let key = call.key(&name, Stage::Consent)?;
    let visit = call.app.store.visit(&key).await?.ok_or(Trouble::GONE)?;
    call.prefer(&visit.language);
    let user = visit.user.ok_or(Trouble::GONE)?;
    let user = call.app.store.user_by_id(&user).await?.ok_or(Trouble::GONE)?.admitted()?;
    let roles = of_player(&call.app, &user.id).await?.ok_or(Trouble::GONE)?;
    face::consent(call, &name, &user, &roles, &visit.redirect_uri)
}

/// `POST …/<visit>`, form `action=agree|refuse`: does it, once.
async fn decide(
    mut call: Call,
    visit: Result<Path<String>, PathRejection>,
    body: Body,
) -> Response {
    let done = decided(&mut call, visit, body).await;
    call.finish(done)
}

async fn decided(call: &mut Call, visit: Result<Path<String>, PathRejection>, body: Body) -> Done {
    let Path(name) = visit.map_err(|_| Trouble::GONE)?;
    let form = call.form(body).await?;
    call.sent_by_page(&form, &name)?;
    let agrees = match form.get("action") {
        Some("agree") => true,
        Some("refuse") => false,
        _ => return Err(Trouble::BAD_FORM),
    };
    let key = call.key(&name, Stage::Consent)?;
    let visit = call.app.store.order(EndVisit { key }).await?.ok_or(Trouble::GONE)?;
    if !agrees {
        return Ok(face::refused(call));
    }
    // Much may have happened since the player logged in.
    let user = visit.user.ok_or(Trouble::GONE)?;
    let user = call.app.store.user_by_id(&user).await?.ok_or(Trouble::GONE)?.admitted()?;
    let settings = call.settings()?;
    let (way, redirect_uri) = (Way::WebLink, visit.redirect_uri);
    let (code, url) = binding::new_code(settings, way, &redirect_uri)?;
    let (user, life) = (user.id, settings.code_life);
    call.app.store.order(MintCode { user, way, redirect_uri, code, life }).await?;
    Ok(pages::see_other(&url))
}
