//! `accounts`: device codes and tokens.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State as Extract};
use axum::response::Response;
use serde_json::json;

use super::answer::{Outcome, Refusal};
use super::exchange::Sent;
use super::scopes::Scopes;
use super::script::{Call, OldToken};
use super::state::State;
use super::{Moment, StandIn};
use crate::pages::Form;

/// The only kind of key that is issued.
const SECRET_TYPE: &str = "hmac-sha-1";

/// A: a game asks for a device code.
pub(super) async fn device_code(Extract(dev): Extract<Arc<StandIn>>, request: Request) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    let base = dev.page_base(&sent.host);
    dev.answer(Call::Device, &sent, |state, now| {
        let form = sent.form.as_ref().map_err(Clone::clone)?;
        let kind = form.need("response_type", "response_type is missing")?;
        let scope = form.need("scope", "scope is missing")?;
        own_client(form, &dev.client_id)?;
        if kind != "device_code" {
            let text = "response_type has to be device_code";
            return Err(Refusal::unsupported_response_type(text));
        }
        let scopes = Scopes::read(scope)?;
        let (interval, expires_in) = (state.script.interval, state.script.expires_in);
        let (device_code, user_code) = state.logins.begin(
            scopes,
            Duration::from_secs(interval),
            Duration::from_secs(expires_in),
            now.instant,
        )?;
        Ok(json!({
            // To the game alone, which asked for it.
            "device_code": device_code.expose(),
            "verification_url": format!("{base}/device"),
            "qrcode_url": format!("{base}/device?qrcode=1&user_code={user_code}"),
            "user_code": user_code,
            "expires_in": expires_in,
            "interval": interval,
        }))
    })
    .await
}

/// B, D and E: a game polls, exchanges a code or refreshes a token.
pub(super) async fn token(Extract(dev): Extract<Arc<StandIn>>, request: Request) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    let grant = sent.form.as_ref().ok().and_then(|form| form.get("grant_type"));
    let call = match grant {
        Some("device_token") => Call::DeviceToken,
        Some("authorization_code") => Call::AuthorizationCode,
        Some("refresh_token") => Call::RefreshToken,
        _ => Call::Token,
    };
    dev.answer(call, &sent, |state, now| {
        let form = sent.form.as_ref().map_err(Clone::clone)?;
        form.need("grant_type", "grant_type is missing")?;
        own_client(form, &dev.client_id)?;
        match call {
            Call::DeviceToken => poll(state, form, now),
            Call::AuthorizationCode => exchange(state, form, now),
            Call::RefreshToken => refresh(state, form, now),
            _ => Err(Refusal::unsupported_grant_type("this grant_type is not known")),
        }
    })
    .await
}

/// B: what became of a device code.
fn poll(state: &mut State, form: &Form, now: Moment) -> Outcome {
    let code = form.need("code", "code is missing")?;
    secret_type(form)?;
    let allowed = state.logins.poll(code, now.instant)?;
    let algorithm = &state.script.mac_algorithm;
    state.tokens.issue(allowed, algorithm, now.instant).map(|token| token.to_json())
}

/// D: a code and the verifier behind its challenge, for a token.
fn exchange(state: &mut State, form: &Form, now: Moment) -> Outcome {
    let code = form.need("code", "code is missing")?;
    let redirect_uri = form.need("redirect_uri", "redirect_uri is missing")?;
    let verifier = form.need("code_verifier", "code_verifier is missing")?;
    secret_type(form)?;
    let allowed = state.authorizations.redeem(code, redirect_uri, verifier, now.instant)?;
    let algorithm = &state.script.mac_algorithm;
    state.tokens.issue(allowed, algorithm, now.instant).map(|token| token.to_json())
}

/// E: a new token for an old one.
fn refresh(state: &mut State, form: &Form, now: Moment) -> Outcome {
    let kid = form.need("token", "token is missing")?;
    if form.get("token_type_hint").is_some_and(|hint| hint != "access_token") {
        return Err(Refusal::invalid_request("token_type_hint has to be access_token"));
    }
    let dead = state.script.old_token == OldToken::Dead;
    let algorithm = &state.script.mac_algorithm;
    state.tokens.refresh(kid, dead, algorithm, now.instant).map(|token| token.to_json())
}

fn own_client(form: &Form, known: &str) -> Result<(), Refusal> {
    if form.need("client_id", "client_id is missing")? == known {
        return Ok(());
    }
    Err(Refusal::invalid_client("the client id is not known here"))
}

/// Some clients leave it out, which is taken as the one kind there is.
fn secret_type(form: &Form) -> Result<(), Refusal> {
    match form.get("secret_type") {
        None | Some(SECRET_TYPE) => Ok(()),
        Some(_) => Err(Refusal::unsupported_secret_type("secret_type has to be hmac-sha-1")),
    }
}
