//! The open API: calls that are signed with a token's key.

use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use serde_json::json;
use tdsauth_core::mac::{self, Algorithm, Expected, Header, MacKey};

use super::answer::{Outcome, Refusal};
use super::exchange::Sent;
use super::players::Player;
use super::scopes;
use super::script::Call;
use super::state::State;
use super::token::Token;
use super::{Moment, StandIn};
use crate::pages::Form;

/// How many seconds a `ts` may be off, either way. What TapTap allows is not known.
const WINDOW_S: i64 = 300;

/// The documents ask for five characters at least.
const MIN_NONCE: usize = 5;

/// F: the profile, for a token that may see it.
pub(super) async fn profile(Extract(dev): Extract<Arc<StandIn>>, request: Request) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    dev.answer(Call::Profile, &sent, |state, now| {
        let (token, player) = caller(&dev, state, &sent, now)?;
        allowed(&token, &["public_profile"])?;
        let with_email = scopes::holds(&token.scope, &["email"]);
        Ok(player.profile(&dev.client_id, &dev.base(&sent.host), with_email))
    })
    .await
}

/// F: who the player is, and no more.
pub(super) async fn basic_info(Extract(dev): Extract<Arc<StandIn>>, request: Request) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    dev.answer(Call::BasicInfo, &sent, |state, now| {
        let (token, player) = caller(&dev, state, &sent, now)?;
        allowed(&token, &["basic_info", "public_profile"])?;
        Ok(player.basic_info(&dev.client_id))
    })
    .await
}

/// G: ends the token that signs the call.
pub(super) async fn revoke(Extract(dev): Extract<Arc<StandIn>>, request: Request) -> Response {
    let sent = Sent::read(request, dev.body_time).await;
    dev.answer(Call::Revoke, &sent, |state, now| revoked(&dev, state, &sent, now)).await
}

fn revoked(dev: &StandIn, state: &mut State, sent: &Sent, now: Moment) -> Outcome {
    let form = sent.form.as_ref().map_err(Clone::clone)?;
    let token = signed(dev, state, sent, form, now)?;
    let named = form.get("token").or_else(|| form.get("access_token"));
    if named.is_some_and(|named| named != token.kid.expose()) {
        return Err(Refusal::invalid_request("token is not the one that signs"));
    }
    state.tokens.end(token.kid.expose());
    Ok(json!({}))
}

fn caller(
    dev: &StandIn,
    state: &mut State,
    sent: &Sent,
    now: Moment,
) -> Result<(Token, Player), Refusal> {
    let query = sent.query.as_ref().map_err(Clone::clone)?;
    let token = signed(dev, state, sent, query, now)?;
    let player = state.players.find(&token.player).cloned();
    Ok((token, player.ok_or(Refusal::access_denied("the player is gone"))?))
}

fn allowed(token: &Token, needed: &[&str]) -> Result<(), Refusal> {
    if scopes::holds(&token.scope, needed) {
        return Ok(());
    }
    Err(Refusal::forbidden("the token's scope does not cover this"))
}

/// Every check of a signed call, in the order of the contract. `fields` holds the client id.
fn signed(
    dev: &StandIn,
    state: &mut State,
    sent: &Sent,
    fields: &Form,
    now: Moment,
) -> Result<Token, Refusal> {
    let mut values = sent.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::invalid_request("one Authorization header is needed"));
    };
    let malformed = || Refusal::invalid_request("the Authorization header is malformed");
    let value = value.to_str().map_err(|_| malformed())?;
    let header = Header::parse(value).map_err(|_| malformed())?;
    if header.nonce.len() < MIN_NONCE {
        return Err(Refusal::invalid_request("the nonce has less than five characters"));
    }
    let unknown = || Refusal::access_denied("the token is not known, or no longer good");
    let token = state.tokens.find(header.id, now.instant).ok_or_else(unknown)?.clone();
    if fields.need("client_id", "client_id is missing")? != dev.client_id {
        return Err(Refusal::invalid_client("the token belongs to another client id"));
    }
    let off = i64::try_from(header.ts).unwrap_or(i64::MAX).saturating_sub(now.unix_s);
    if off.saturating_abs() > WINDOW_S {
        return Err(Refusal::invalid_time("ts is too far from the server's time"));
    }
    if !state.nonces.is_new(header.id, header.ts, header.nonce) {
        return Err(Refusal::replay_attacks("the nonce was used before"));
    }
    // As the client sees it: the prefix of --dev-lan is part of the path.
    let url = format!("http://{}{}{}", sent.host, dev.prefix, sent.target);
    let expected = Expected {
        key_id: None,
        method: sent.method.as_str().as_bytes(),
        url: url.as_bytes(),
        ext: None,
        now: 0,
        window: 0,
    };
    let wrong = || Refusal::access_denied("the mac does not fit the request");
    let algorithm = Algorithm::by_name(&token.algorithm).ok_or_else(wrong)?;
    let key = MacKey::new(algorithm, token.mac_key.expose().as_bytes()).map_err(|_| wrong())?;
    mac::verify(&key, value, &expected).map_err(|_| wrong())?;
    Ok(token)
}
