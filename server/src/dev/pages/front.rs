//! The front page: what a developer wants to see of the server at one glance.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};
use tdsauth_core::secret::Secret;

use super::layout::Frame;
use super::words::Words;
use crate::accounts::User;
use crate::clock;
use crate::dev::state::State;
use crate::dev::{Moment, StandIn};
use crate::storage::StoreError;

/// Most users and most sessions that are shown.
const MOST_USERS: u32 = 50;

/// Most logins and most tokens that are shown.
const MOST: usize = 50;

/// `GET /`
pub(in crate::dev) async fn show(
    Extract(dev): Extract<Arc<StandIn>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let users = dev.store.newest_users(MOST_USERS).await;
    let frame = Frame::new(&dev, &uri, &headers);
    let words = frame.words();
    let texts = &words.front;
    let state = dev.state();
    let now = state.now();
    let body = html! {
        p { (texts.intro) }
        p { (texts.game) " " strong id="app-name" { (dev.app_name) } }
        p { (texts.client_id) " " code { (dev.client_id) } }
        p .links {
            a id="refresh" href={ (dev.prefix) "/?lang=" (frame.language.tag()) } { (texts.refresh) }
            a href={ (dev.prefix) "/device?lang=" (frame.language.tag()) } { (texts.enter_code) }
        }
        h2 { (texts.logins) }
        (list("logins", texts.none, &logins(&frame, &state, now)))
        h2 { (texts.tokens) }
        (list("tokens", texts.none, &tokens(&state)))
        h2 { (texts.codes) }
        (list("codes", texts.none, &codes(&dev)))
        h2 { (texts.pushed) }
        (list("pushed", texts.none, &pushed(words, &state)))
        h2 { (texts.users) }
        (accounts("users", words, &users, user))
        h2 { (texts.sessions) }
        (accounts("sessions", words, &users, session))
        h2 { (texts.requests) }
        (list("requests", texts.none, &requests(&state)))
    };
    frame.page(StatusCode::OK, texts.title, &body)
}

fn list(id: &str, none: &str, items: &[Markup]) -> Markup {
    html! {
        ul .list id=(id) {
            @for item in items { li { (item) } }
            @if items.is_empty() { li .hint { (none) } }
        }
    }
}

fn logins(frame: &Frame<'_>, state: &State, now: Moment) -> Vec<Markup> {
    let words = frame.words();
    let (prefix, tag) = (&frame.dev.prefix, frame.language.tag());
    let row = |kind: Markup, status, expires: std::time::Instant| {
        let left = expires.saturating_duration_since(now.instant).as_secs();
        html! {
            (kind) " " strong { (words.state(&status)) }
            @if !status.is_over() { " · " (left) " " (words.front.seconds_left) }
        }
    };
    let by_code = state.logins.newest_first().map(|login| {
        let link = format!("{prefix}/device?user_code={}&lang={tag}", login.user_code);
        let kind = html! { (words.front.by_code) " " a href=(link) { (login.user_code) } };
        row(kind, login.status(now.instant), login.expires)
    });
    let in_browser = state.authorizations.newest_first().map(|pending| {
        let redirect = pending.asked.redirect.shown();
        let kind = html! { (words.front.browser) " " code { (redirect) } };
        row(kind, pending.status(now.instant), pending.expires)
    });
    by_code.take(MOST).chain(in_browser.take(MOST)).collect()
}

fn tokens(state: &State) -> Vec<Markup> {
    let row = |token: &crate::dev::token::Token| {
        html! { code { (token.masked_kid()) } " " (token.player) " · " (token.scope) }
    };
    state.tokens.newest_first().take(MOST).map(row).collect()
}

/// The one secret that is shown whole: it is a message to the player.
fn codes(dev: &StandIn) -> Vec<Markup> {
    let row = |(to, code): &(String, Secret)| html! { (to) " · " code { (code.expose()) } };
    dev.messages.newest_first().iter().map(row).collect()
}

/// Profiles, and how much there is of the rest.
fn pushed(words: &Words, state: &State) -> Vec<Markup> {
    let [times, statistics, records] = words.front.pushed_more;
    let row = |(role_id, record, count): (&str, &serde_json::Value, u32)| {
        let text = |name: &str| record.get(name).and_then(|text| text.as_str()).unwrap_or_default();
        let level = record.get("level").map(ToString::to_string).unwrap_or_default();
        html! {
            code { (role_id) } " " strong { (text("role_name")) } " · " (level) " · "
            (count) " " (times)
        }
    };
    let mut rows: Vec<_> = state.pushed.profiles().take(MOST).map(row).collect();
    let (boards, lists) = state.pushed.counts();
    if boards + lists > 0 {
        rows.push(html! { (boards) " " (statistics) " · " (lists) " " (records) });
    }
    rows
}

fn requests(state: &State) -> Vec<Markup> {
    let row = |seen: &crate::dev::requests::Seen| {
        html! {
            span .hint { (clock::iso(seen.at)) } " "
            strong { (seen.method) " " (seen.path) } " → " strong { (seen.status) }
            @if let Some(error) = &seen.error { " " code { (error) } }
            @if !seen.fields.is_empty() {
                br;
                @for (name, value) in &seen.fields { code { (name) "=" (value) } " " }
            }
        }
    };
    state.requests.newest_first().map(row).collect()
}

fn accounts(
    id: &str,
    words: &Words,
    users: &Result<Vec<User>, StoreError>,
    row: fn(&Words, &User) -> Markup,
) -> Markup {
    match users {
        Ok(users) => {
            let rows: Vec<Markup> = users.iter().map(|user| row(words, user)).collect();
            list(id, words.front.none, &rows)
        }
        Err(_) => list(id, words.front.no_answer, &[]),
    }
}

fn user(words: &Words, user: &User) -> Markup {
    let nickname = user.fields.get("nickname").and_then(|name| name.as_str()).unwrap_or_default();
    html! {
        @if !nickname.is_empty() { strong { (nickname) } " " }
        code { (user.id) }
        @for platform in user.auth_data.keys() { " · " (platform) }
        " · " (words.front.created) " " (clock::iso(user.created_at))
    }
}

fn session(words: &Words, user: &User) -> Markup {
    // Enough to tell two tokens apart, and no more.
    let start = user.session_token.expose().get(..4).unwrap_or_default();
    html! { code { (start) "…" } " " (words.front.of_user) " " code { (user.id) } }
}
