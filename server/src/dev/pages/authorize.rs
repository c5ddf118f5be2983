//! C: the page that a game opens in the browser, and the decision that sends the browser back.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use axum::response::{IntoResponse as _, Response};
use maud::html;

use super::layout::page;
use crate::dev::answer::{ErrorName, Refusal};
use crate::dev::authorize::{Asked, Decision};
use crate::dev::device::Missed;
use crate::dev::exchange::{self, Sent};
use crate::dev::form::Form;
use crate::dev::requests::FormFields;
use crate::dev::script::{Call, Fault};
use crate::dev::state::State;
use crate::dev::{StandIn, answer};

/// `GET /authorize?client_id&response_type=code&redirect_uri&state&…`
pub(in crate::dev) async fn show(
    Extract(dev): Extract<Arc<StandIn>>,
    request: Request,
) -> Response {
    let query = Form::of_query(request.uri().query());
    let mut state = dev.state();
    let now = state.now().instant;
    let lifetime = Duration::from_secs(state.script.expires_in);
    let asked = query.and_then(|query| Asked::read(&query, &dev.client_id));
    let begun = asked.and_then(|asked| {
        let id = state.authorizations.begin(asked.clone(), lifetime, now)?;
        Ok((id, asked))
    });
    let (id, asked) = match begun {
        Ok(begun) => begun,
        Err(refusal) => return refused(&refusal),
    };
    let body = html! {
        p { strong { (dev.app_name) } }
        form id="authorize-form" method="post" action={ (dev.prefix) "/authorize/" (id) } {
            ul { @for scope in asked.scopes.asked() { li { (scope) } } }
            @for (at, player) in state.players.iter().enumerate() {
                label {
                    input type="radio" name="player" id={ "player-" (player.id) }
                        value=(player.id) checked[at == 0];
                    (player.name)
                }
            }
            button type="submit" name="action" value="allow" id="allow" { "Allow" }
            button type="submit" name="action" value="deny" id="deny" { "Refuse" }
        }
    };
    page(StatusCode::OK, "TapTap", Some(&asked.redirect.source()), &body)
}

/// `POST /authorize/<id>`, form `action=allow|deny&player=<id>`
pub(in crate::dev) async fn decide(
    Extract(dev): Extract<Arc<StandIn>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    let ordered = dev.ordered(Call::Authorize).await;
    let Ok(form) = &sent.form else {
        return refused(&Refusal::invalid_request("the form cannot be read"));
    };
    if let Some(ordered) = &ordered {
        match (ordered.fault, &ordered.json) {
            (Some(Fault::None | Fault::Delay | Fault::WrongState | Fault::Lose), _) => (),
            (Some(fault), _) => return exchange::broken(fault, ordered),
            (None, Some(body)) => return answer::plain_json(StatusCode::OK, body),
            (None, None) => (),
        }
    }
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let mut state = dev.state();
    let decision = match ordered.as_ref().and_then(|ordered| ordered.error.clone()) {
        Some(error) => Ok(Decision::Refuse(error)),
        None => decision(&state, form),
    };
    let wrong_state = ordered.as_ref().and_then(|ordered| ordered.fault) == Some(Fault::WrongState);
    let decision = match decision {
        Ok(Decision::Allow(player)) if wrong_state => Decision::AllowWithWrongState(player),
        Ok(decision) => decision,
        Err(refusal) => return refused(&refusal),
    };
    let now = state.now().instant;
    let lifetime = Duration::from_secs(state.script.expires_in);
    let mut response = match state.authorizations.decide(&id, decision, lifetime, now) {
        Err(refusal) => refused(&refusal),
        Ok(Err(missed)) => over(&missed),
        Ok(Ok(location)) => {
            let headers = [
                (LOCATION, location.as_str()),
                (REFERRER_POLICY, "no-referrer"),
                (CACHE_CONTROL, "no-store"),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
    };
    response.extensions_mut().insert(FormFields::of(form.fields()));
    response
}

fn decision(state: &State, form: &Form) -> Result<Decision, Refusal> {
    match form.get("action") {
        Some("deny") => Ok(Decision::Refuse("access_denied".into())),
        Some("allow") => {
            let player = form.get("player").and_then(|id| state.players.find(id));
            let player = player.ok_or(Refusal::invalid_request("there is no such player"))?;
            Ok(Decision::Allow(player.id.clone()))
        }
        _ => Err(Refusal::invalid_request("action has to be allow or deny")),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let body = html! {
        p id="error" { code { (refusal.error) } }
        p { (refusal.description) }
    };
    let mut response = page(refusal.status, "TapTap", None, &body);
    response.extensions_mut().insert(ErrorName(refusal.error.clone().into_owned()));
    response
}

fn over(missed: &Missed) -> Response {
    let (status, text) = match missed {
        Missed::Unknown => (StatusCode::NOT_FOUND, "There is no such login."),
        Missed::Over(_) => (StatusCode::GONE, "This login is over."),
    };
    page(status, "TapTap", None, &html! { p id="error" { (text) } })
}
