//! What the player sees. Ids that tests may rely on: `#game`, `#taptap` (the button), `#name`,
//! `#password` and `#log-in`; `#account`, `#roles`, `#agree`, `#refuse` and `#other-account`;
//! `#notice` with `data-status`, the name of the trouble or `refused`; `#again`; and the switch of
//! languages, as on every page.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use maud::{Markup, html};

use super::browser::Browser;
use super::call::Call;
use super::trouble::Trouble;
use super::words::Words;
use crate::accounts::User;
use crate::binding::Shown;
use crate::pages::{self, Sheet};

/// Where a form may end beside this server: at TapTap, whose pages may lead on to others.
const ELSEWHERE: &str = "https:";

/// A try that came to nothing: why, and the name that was typed.
pub(super) type Failed<'f> = (&'f Trouble, &'f str);

/// Asks who it is; `failed`: after a try.
pub(super) fn login(
    call: &Call,
    browser: &Browser,
    redirect_uri: &str,
    failed: Option<Failed<'_>>,
) -> Response {
    let (words, path) = (call.words(), &call.page.path);
    let token = browser.token(&call.app.store.seal(), redirect_uri);
    let about = html! {
        input type="hidden" name="lang" value=(call.language.tag());
        input type="hidden" name="redirect_uri" value=(redirect_uri);
        input type="hidden" name="token" value=(token);
    };
    let taptap = call.app.verifiers.taptap_in_browser();
    let body = html! {
        @if let Some((trouble, _)) = failed { (notice(words, trouble)) }
        p .asks { (words.asks.0) strong id="game" { (call.page.game) } (words.asks.1) }
        @if taptap.is_some() {
            form method="post" action={ (path) "/taptap" } {
                (about)
                div .buttons { button type="submit" id="taptap" { (words.by_taptap) } }
            }
        }
        @if call.page.passwords {
            @if taptap.is_some() { p .or { span { (words.or) } } }
            form method="post" action={ (path) "/password" } {
                (about)
                label for="name" { (words.name) }
                input .wide id="name" name="name" type="text" required maxlength="256"
                    autocomplete="username" autocapitalize="none" spellcheck="false"
                    value=[failed.map(|(_, typed)| typed)];
                label for="password" { (words.password) }
                input .wide id="password" name="password" type="password" required
                    maxlength="1024" autocomplete="current-password";
                div .buttons {
                    button type="submit" id="log-in" class=[taptap.map(|_| "quiet")] {
                        (words.log_in)
                    }
                }
            }
        }
        p .hint { (words.guests) }
    };
    let status = failed.map_or(StatusCode::OK, |(trouble, _)| trouble.status);
    let elsewhere = taptap.and_then(|taptap| taptap.page()).map(source).unwrap_or_default();
    show(call, status, &call.start(redirect_uri), &elsewhere, &body)
}

/// Shows what TapTap would be told, and asks.
pub(super) fn consent(
    call: &Call,
    visit: &str,
    user: &User,
    roles: &[Shown],
    redirect_uri: &str,
) -> Result<Response, Trouble> {
    let words = call.words();
    let browser = call.browser.as_ref().ok_or(Trouble::GONE)?;
    let here = format!("{}/{visit}", call.page.path);
    let nickname = user.fields.get("nickname").and_then(|name| name.as_str()).unwrap_or_default();
    let name = if nickname.is_empty() { &*user.username } else { nickname };
    let start = format!("{}&lang={}", call.start(redirect_uri), call.language.tag());
    let body = html! {
        h2 .first { (words.account) }
        p .card id="account" { strong { (name) } span .hint { (words.id) " " (user.id) } }
        h2 { (words.roles.0) (call.page.game) (words.roles.1) }
        @if roles.is_empty() {
            p .notice id="notice" role="status" data-status="no-roles" { (words.no_roles) }
        } @else {
            ul .cards id="roles" { @for shown in roles { li .card { (role(words, shown)) } } }
            p { (words.told) }
            p .hint { (words.caution) }
            form method="post" action=(here) {
                input type="hidden" name="lang" value=(call.language.tag());
                input type="hidden" name="token"
                    value=(browser.token(&call.app.store.seal(), visit));
                div .buttons {
                    button .main type="submit" id="agree" name="action" value="agree" { (words.agree) }
                    button .quiet type="submit" id="refuse" name="action" value="refuse" {
                        (words.refuse)
                    }
                }
            }
        }
        p .links { a id="other-account" href=(start) { (words.other_account) } }
    };
    Ok(show(call, StatusCode::OK, &format!("{here}?"), ELSEWHERE, &body))
}

/// What TapTap would be told of a role, and no more.
fn role(words: &Words, Shown { role, .. }: &Shown) -> Markup {
    let level = role.level.as_ref().map(|level| format!("{} {level}", words.level));
    let id = role.display_role_id.as_ref().map(|id| format!("{} {id}", words.id));
    let texts = [level, role.profession.clone(), role.zone.clone(), id];
    let about: Vec<_> = texts.into_iter().flatten().collect();
    html! {
        strong { (role.nickname) }
        @if !about.is_empty() { span .hint { (about.join(" · ")) } }
    }
}

/// After the player said no.
pub(super) fn refused(call: &Call) -> Response {
    let body = html! {
        p .notice id="notice" role="status" data-status="refused" { (call.words().refused) }
    };
    show(call, StatusCode::OK, &format!("{}?", call.page.path), "", &body)
}

/// When it leads nowhere.
pub(super) fn trouble(call: &Call, trouble: &Trouble) -> Response {
    let words = call.words();
    let body = html! {
        (notice(words, trouble))
        @if let Some(again) = &trouble.again {
            p .links {
                a id="again" href={ (again) "&lang=" (call.language.tag()) } { (words.again) }
            }
        }
    };
    let start = format!("{}?", call.page.path);
    let here = match call.uri.path() == call.page.path {
        true => &format!("{start}{}", pages::kept(call.uri.query())),
        false => trouble.again.as_ref().unwrap_or(&start),
    };
    let mut page = show(call, trouble.status, here, "", &body);
    if let Some(wait) = trouble.wait {
        page.headers_mut().insert(RETRY_AFTER, wait.into());
    }
    page
}

fn notice(words: &Words, trouble: &Trouble) -> Markup {
    html! {
        p .notice id="notice" role="alert" data-status=(trouble.name) { ((trouble.text)(words)) }
    }
}

fn show(call: &Call, status: StatusCode, here: &str, elsewhere: &str, body: &Markup) -> Response {
    let (words, path) = (call.words(), &call.page.path);
    let sheet = Sheet {
        language: call.language,
        languages: words.languages,
        here,
        style: &format!("{path}/style.css"),
        icon: &format!("{path}/icon.svg"),
        banner: &call.page.game,
        warns: false,
    };
    pages::answer(status, elsewhere, sheet.whole(words.title, body))
}

/// What a policy has to name so that a form may end up at this page of TapTap's.
fn source(url: &str) -> String {
    // Only one that is played on this machine has no https.
    let Some(rest) = url.strip_prefix("http://") else { return ELSEWHERE.to_owned() };
    match rest.split('/').next().unwrap_or_default() {
        // A policy has no way to write an IPv6 address.
        authority if authority.starts_with('[') => "http:".to_owned(),
        authority => format!("http://{authority}"),
    }
}
