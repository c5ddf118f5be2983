//! What the device page and the authorize page have in common: who asks for what, and how a login
//! stands.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout::Frame;
use crate::dev::answer::{ErrorName, Refusal};
use crate::dev::device::Status;
use crate::dev::scopes::Scopes;
use crate::dev::state::State;
use crate::pages::Form;

/// The game's name, what it asks for, the players to choose from, and the two buttons: what is
/// inside the form.
pub(super) fn question(frame: &Frame<'_>, state: &State, scopes: &Scopes) -> Markup {
    let words = frame.words();
    html! {
        input type="hidden" name="lang" value=(frame.language.tag());
        p .asks { strong id="app-name" { (frame.dev.app_name) } " " (words.asks) }
        p { (words.wants) }
        ul id="scopes" {
            @for name in scopes.asked() {
                li {
                    @match words.scope(name) {
                        Some(text) => { (text) }
                        None => { code { (name) } " " (words.not_granted) }
                    }
                }
            }
        }
        fieldset {
            legend { (words.log_in_as) }
            @for (at, player) in state.players.iter().enumerate() {
                label .player for={ "player-" (player.id) } {
                    input type="radio" name="player" id={ "player-" (player.id) }
                        value=(player.id) required checked[at == 0];
                    // The one that the stand-in draws, even if a profile names another: the policy
                    // allows no picture from elsewhere.
                    img src={ (frame.dev.prefix) "/dev/avatars/" (player.id) ".png" } alt="" width="40"
                        height="40";
                    span { (player.name) }
                }
            }
        }
        div .buttons {
            button type="submit" id="allow" name="action" value="allow" { (words.allow) }
            button .quiet type="submit" id="refuse" name="action" value="deny" { (words.refuse) }
        }
    }
}

/// What a player decided.
#[derive(Debug)]
pub(super) enum Answered {
    /// As the player of this id.
    Allow(String),
    Refuse,
}

/// Reads the form of [`question`].
pub(super) fn answered(state: &State, form: &Form) -> Result<Answered, Refusal> {
    match form.get("action") {
        Some("deny") => Ok(Answered::Refuse),
        Some("allow") => {
            let player = form.get("player").and_then(|id| state.players.find(id));
            let player = player.ok_or(Refusal::invalid_request("there is no such player"))?;
            Ok(Answered::Allow(player.id.clone()))
        }
        _ => Err(Refusal::invalid_request("action has to be allow or deny")),
    }
}

/// The page of a login on which nothing can be decided any more; `None`: there is no such login.
pub(super) fn notice(frame: &Frame<'_>, status: Option<&Status>) -> Response {
    let words = frame.words();
    let (code, text) = match status {
        None => (StatusCode::NOT_FOUND, words.unknown),
        Some(Status::Expired) => (StatusCode::GONE, words.expired),
        Some(Status::Offended) => (StatusCode::GONE, words.offended),
        Some(_) => (StatusCode::GONE, words.used),
    };
    frame.page(code, words.title, &said(status, text))
}

/// The page after a decision.
pub(super) fn thanks(frame: &Frame<'_>, status: &Status, allowed: bool) -> Response {
    let words = frame.words();
    let text = if allowed { words.allowed } else { words.denied };
    frame.page(StatusCode::OK, words.title, &said(Some(status), text))
}

fn said(status: Option<&Status>, text: &str) -> Markup {
    let name = status.map_or("unknown", Status::name);
    html! { p .notice id="notice" role="status" data-status=(name) { (text) } }
}

/// The page of a request that no game should make.
pub(super) fn refused(frame: &Frame<'_>, refusal: &Refusal) -> Response {
    let words = frame.words();
    let body = html! {
        p .notice id="notice" role="alert" data-status=(refusal.error) { (words.request_hint) }
        p { code id="error" { (refusal.error) } }
        p lang="en" { (refusal.description) }
    };
    let mut response = frame.page(refusal.status, words.request_refused, &body);
    response.extensions_mut().insert(ErrorName(refusal.error.clone().into_owned()));
    response
}
