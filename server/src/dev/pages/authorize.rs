//! C: the page that a game opens in the browser, and the decision that sends the browser back.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::html;

use super::consent::{self, Answered};
use super::layout::Frame;
use crate::dev::authorize::{Asked, Decision};
use crate::dev::device::{Missed, Status};
use crate::dev::exchange::{self, Sent};
use crate::dev::requests::FormFields;
use crate::dev::script::{Answer, Call, Fault};
use crate::dev::{StandIn, answer, fault};
use crate::pages::{self, Form};

/// `GET /authorize?client_id&response_type=code&redirect_uri&state&…`
pub(in crate::dev) async fn show(
    Extract(dev): Extract<Arc<StandIn>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let frame = Frame::new(&dev, &uri, &headers);
    let query = Form::of_query(uri.query()).map_err(Into::into);
    let asked = query.and_then(|query| Asked::read(&query, &dev.client_id));
    let mut state = dev.state();
    let now = state.now().instant;
    let lifetime = Duration::from_secs(state.script.expires_in);
    let begun = asked.and_then(|asked| {
        let id = state.authorizations.begin(asked.clone(), lifetime, now)?;
        Ok((id, asked))
    });
    let (id, asked) = match begun {
        Ok((Some(id), asked)) => (id, asked),
        Ok((None, _)) => return consent::notice(&frame, Some(&Status::Expired)),
        Err(refusal) => return consent::refused(&frame, &refusal),
    };
    let body = html! {
        form id="authorize-form" method="post" action={ (dev.prefix) "/authorize/" (id) } {
            (consent::question(&frame, &state, &asked.scopes))
        }
    };
    let elsewhere = asked.redirect.source();
    frame.page_leading_to(StatusCode::OK, frame.words().title, &elsewhere, &body)
}

/// `POST /authorize/<id>`, form `action=allow|deny&player=<id>`
pub(in crate::dev) async fn decide(
    Extract(dev): Extract<Arc<StandIn>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let ordered = dev.ordered(Call::Authorize).await;
    let mut response = match &ordered {
        Some(Answer { fault: Some(Fault::Lose), .. }) => {
            decided(&dev, &id, &sent, None);
            fault::dropped()
        }
        Some(Answer { fault: Some(Fault::None | Fault::Delay | Fault::WrongState), .. }) => {
            decided(&dev, &id, &sent, ordered.as_ref())
        }
        Some(ordered @ Answer { fault: Some(fault), .. }) => exchange::broken(*fault, ordered),
        Some(Answer { json: Some(body), .. }) => answer::plain_json(StatusCode::OK, body),
        other => decided(&dev, &id, &sent, other.as_ref()),
    };
    if let Ok(form) = &sent.form {
        response.extensions_mut().insert(FormFields::of(form.fields()));
    }
    response
}

fn decided(dev: &StandIn, id: &str, sent: &Sent, ordered: Option<&Answer>) -> Response {
    let form = sent.form.as_ref();
    // There is nothing to come back to in another language: a page by itself is enough.
    let frame = Frame::of_form(dev, form.ok(), &sent.headers, "/?".into());
    let form = match form {
        Ok(form) => form,
        Err(refusal) => return consent::refused(&frame, refusal),
    };
    let mut state = dev.state();
    let decision = match consent::answered(&state, form) {
        Ok(answered) => ordered_decision(answered, ordered),
        Err(refusal) => return consent::refused(&frame, &refusal),
    };
    let now = state.now().instant;
    let lifetime = Duration::from_secs(state.script.expires_in);
    match state.authorizations.decide(id, decision, lifetime, now) {
        Err(refusal) => consent::refused(&frame, &refusal),
        Ok(Err(Missed::Unknown)) => consent::notice(&frame, None),
        Ok(Err(Missed::Over(status))) => consent::notice(&frame, Some(&status)),
        Ok(Ok(location)) => pages::see_other(&location),
    }
}

/// What the game is told: the player's answer, if the script has nothing against it.
fn ordered_decision(answered: Answered, ordered: Option<&Answer>) -> Decision {
    if let Some(error) = ordered.and_then(|ordered| ordered.error.clone()) {
        return Decision::Refuse(error);
    }
    let wrong_state = ordered.and_then(|ordered| ordered.fault) == Some(Fault::WrongState);
    match answered {
        Answered::Refuse => Decision::Refuse("access_denied".into()),
        Answered::Allow(player) if wrong_state => Decision::AllowWithWrongState(player),
        Answered::Allow(player) => Decision::Allow(player),
    }
}
