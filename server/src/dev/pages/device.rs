//! The page that a QR code leads to, where a player allows or refuses a login by device code.

use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use maud::html;

use super::consent::{self, Answered};
use super::layout::Frame;
use crate::dev::StandIn;
use crate::dev::device::{Action, Missed, Status};
use crate::dev::exchange::Sent;
use crate::dev::requests::FormFields;
use crate::pages::{self, Form};

/// `GET /device[?qrcode=1&user_code=…]`: who opens it with a code has scanned.
pub(in crate::dev) async fn show(
    Extract(dev): Extract<Arc<StandIn>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let frame = Frame::new(&dev, &uri, &headers);
    let query = match Form::of_query(uri.query()) {
        Ok(query) => query,
        Err(bad) => return consent::refused(&frame, &bad.into()),
    };
    let Some(user_code) = query.get("user_code").map(str::trim) else {
        return ask_for_code(&frame);
    };
    let mut state = dev.state();
    let now = state.now().instant;
    if method == Method::GET {
        // One that is over stays so.
        let _ = state.logins.act(user_code, Action::Scan, now);
    }
    let Some(login) = state.logins.find(user_code) else {
        return consent::notice(&frame, None);
    };
    match (login.status(now), query.get("done")) {
        (Status::Pending | Status::Scanned, _) => (),
        // The game may have taken its token before the page came.
        (status @ (Status::Allowed(_) | Status::Used), Some("allow")) => {
            return consent::thanks(&frame, &status, true);
        }
        (status @ Status::Denied, Some("deny")) => return consent::thanks(&frame, &status, false),
        (over, _) => return consent::notice(&frame, Some(&over)),
    }
    let words = frame.words();
    let body = html! {
        form id="device-form" method="post" action={ (dev.prefix) "/device" } {
            input type="hidden" name="user_code" value=(login.user_code);
            (consent::question(&frame, &state, &login.scopes))
        }
        p .hint { (words.your_code) " " code { (login.user_code) } }
    };
    frame.page(StatusCode::OK, words.title, &body)
}

fn ask_for_code(frame: &Frame<'_>) -> Response {
    let words = frame.words();
    let body = html! {
        form id="code-form" method="get" action={ (frame.dev.prefix) "/device" } {
            input type="hidden" name="lang" value=(frame.language.tag());
            label for="user-code" { (words.code_label) }
            input id="user-code" name="user_code" type="text" required maxlength="16"
                autocomplete="off" autocapitalize="characters" spellcheck="false"
                aria-describedby="code-hint";
            p .hint id="code-hint" { (words.code_hint) }
            div .buttons { button type="submit" id="continue" { (words.go_on) } }
        }
    };
    frame.page(StatusCode::OK, words.code_title, &body)
}

/// `POST /device`, form `user_code=…&action=allow|deny&player=<id>`: takes the decision and sends
/// the browser to a page that may be loaded again.
pub(in crate::dev) async fn decide(
    Extract(dev): Extract<Arc<StandIn>>,
    request: Request,
) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    let mut response = match &sent.form {
        Ok(form) => decided(&dev, form, &sent.headers),
        Err(refusal) => {
            let frame = Frame::of_form(&dev, None, &sent.headers, "/device?".into());
            consent::refused(&frame, refusal)
        }
    };
    if let Ok(form) = &sent.form {
        response.extensions_mut().insert(FormFields::of(form.fields()));
    }
    response
}

fn decided(dev: &StandIn, form: &Form, headers: &HeaderMap) -> Response {
    let user_code = form.get("user_code").unwrap_or_default();
    let code = form_urlencoded::byte_serialize(user_code.as_bytes());
    let here = format!("/device?user_code={}", code.collect::<String>());
    let frame = Frame::of_form(dev, Some(form), headers, here.clone());
    let mut state = dev.state();
    let (action, done) = match consent::answered(&state, form) {
        Ok(Answered::Allow(player)) => (Action::Allow(player), "allow"),
        Ok(Answered::Refuse) => (Action::Deny, "deny"),
        Err(refusal) => return consent::refused(&frame, &refusal),
    };
    let now = state.now().instant;
    match state.logins.act(user_code, action, now) {
        Err(Missed::Unknown) => consent::notice(&frame, None),
        Err(Missed::Over(status)) => consent::notice(&frame, Some(&status)),
        Ok(()) => {
            let tag = frame.language.tag();
            let next = format!("{}{here}&done={done}&lang={tag}", dev.prefix);
            pages::see_other(&next)
        }
    }
}
