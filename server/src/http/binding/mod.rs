//! What TapTap calls to bind roles (seed 002), and the code that a player makes for it.

mod fault;
pub(super) mod push;
pub(super) mod roles;
mod signed;
mod verification;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tdsauth_core::binding::{Mode, Redirect};
use tdsauth_core::secret::Secret;

use super::auth::{Caller, Session};
use super::users::Answer;
use super::{App, answer, body};
use crate::binding::{Endpoint, MAX_TEXT, NoWord, Settings, Shown, Way};
use crate::ids::random_text;
use crate::problem::Problem;
use crate::storage::{ExchangeCode, Exchanged, MintCode, Notify, StoreError, TakeCode};
use fault::Fault;
use signed::Signed;

/// Of codes and tokens, out of 36: 165 bits (RFC 6749 section 10.10 asks for 160).
const CHARS: usize = 32;

/// Answers what TapTap calls, at the paths that are set up for it, and gives back the rest. Whatever
/// is answered has status 200 and a code in it.
pub(super) async fn serve(app: &App, request: Request) -> Result<Response, Request> {
    let asked = app.binding.as_ref().and_then(|settings| {
        settings.endpoint(request.uri().path()).map(|endpoint| (settings, endpoint))
    });
    let Some((settings, endpoint)) = asked else {
        return Err(request);
    };
    if request.method() != endpoint.method() {
        return Ok(Problem::METHOD_NOT_ALLOWED.into_response());
    }
    let said = match signed::read(app, settings, request).await {
        Ok(signed) => done(app, settings, endpoint, &signed).await,
        Err(fault) => Err(fault),
    };
    let body = match said {
        Ok(Value::Null) => json!({ "code": 0, "msg": "ok" }),
        Ok(data) => json!({ "code": 0, "msg": "ok", "data": data }),
        Err(Fault { code, msg }) => json!({ "code": code, "msg": msg }),
    };
    Ok(answer::json(StatusCode::OK, &body))
}

/// Does what is asked; the answer's `data`.
async fn done(
    app: &App,
    settings: &Settings,
    endpoint: Endpoint,
    signed: &Signed,
) -> Result<Value, Fault> {
    match endpoint {
        Endpoint::SendCode(channel) => verification::send(app, settings, channel, signed).await,
        Endpoint::VerifyCode(channel) => verification::verify(app, channel, signed).await,
        Endpoint::GetRoles => {
            // It is base64, in which there is no blank: it was a plus sign in a form.
            let open_id = signed.text("open_id")?.replace(' ', "+");
            let union_id = signed.text("union_id")?.replace(' ', "+");
            told(roles::of_taptap(app, &open_id, &union_id).await?)
        }
        Endpoint::GetRolesByCode => {
            let code = Secret::new(signed.text("code")?);
            let player = app.store.order(TakeCode { code }).await?.ok_or(Fault::EXPIRED)?;
            told(roles::of_account(app, &player).await?)
        }
        Endpoint::GetToken => {
            let code = Secret::new(signed.text("code")?);
            let redirect_uri = signed.text("redirect_uri")?;
            let token = Secret::new(random_text(CHARS)?);
            let life = settings.token_life;
            let order = ExchangeCode { code, redirect_uri, token: token.clone(), life };
            match app.store.order(order).await? {
                Exchanged::Done => Ok(json!({ "access_token": token.expose() })),
                Exchanged::NoCode => Err(Fault::EXPIRED),
                Exchanged::OtherAddress => Err(Fault::INVALID),
            }
        }
        Endpoint::GetRolesByToken => {
            let token = signed.bearer().ok_or(Fault::EXPIRED)?;
            let player = app.store.owner_of_binding_token(&token).await?;
            told(roles::of_account(app, &player.ok_or(Fault::EXPIRED)?).await?)
        }
        Endpoint::BindNotify => notify(app, signed).await,
    }
}

fn told(roles: Option<Vec<Shown>>) -> Result<Value, Fault> {
    let roles = roles.ok_or(Fault::NO_ACCOUNT)?;
    if roles.is_empty() {
        return Err(Fault::NO_ROLE);
    }
    Ok(roles.iter().map(Shown::for_taptap).collect())
}

/// The body of `bind-notify`.
#[derive(Deserialize)]
struct Notice {
    role_id: Option<String>,
    bind: Option<bool>,
}

/// Repeats are no errors, and who unbinds a role that is gone has what it wants.
async fn notify(app: &App, signed: &Signed) -> Result<Value, Fault> {
    let notice: Notice = signed.object()?;
    let (Some(role_id), Some(bound)) = (notice.role_id, notice.bind) else {
        return Err(Fault::MISSING);
    };
    if role_id.is_empty() {
        return Err(Fault::MISSING);
    }
    if role_id.len() > MAX_TEXT || role_id.chars().any(char::is_control) {
        return Err(Fault::INVALID);
    }
    let service = app.roles_service();
    if let Some(service) = service {
        // Before it is noted here: what failed comes again.
        let told = service.notify(&role_id, bound, signed.at).await;
        match told.map_err(|NoWord| Fault::NOT_NOTED)? {
            true => (),
            false if bound => return Err(Fault::NO_ROLE),
            false => (),
        }
    }
    let order = Notify { role_id, bound, said_at: signed.at, table: service.is_none() };
    let known = app.store.order(order).await.map_err(|error: StoreError| {
        tracing::error!(%error, "database");
        Fault::NOT_NOTED
    })?;
    app.wake_push();
    if known || !bound { Ok(Value::Null) } else { Err(Fault::NO_ROLE) }
}

/// `POST /tdsauth/v1/binding/codes {redirect_uri}` of a player who agreed: a code for TapTap, and
/// the address that brings it there.
pub(super) async fn mint(
    State(app): State<Arc<App>>,
    _: Caller,
    Session(session): Session,
    body: Body,
) -> Answer {
    let settings = app.binding.as_ref().ok_or(Problem::NOT_FOUND)?;
    let session = session.ok_or(Problem::NO_SESSION)?;
    let mut body = body::object(&app, body).await?;
    let Some(Value::String(redirect_uri)) = body.remove("redirect_uri") else {
        return Err(Problem::BAD_FIELD_TYPE);
    };
    let way = match redirect_uri.get(..8) {
        Some(start) if start.eq_ignore_ascii_case("https://") => Way::WebLink,
        _ => Way::DeepLink,
    };
    let (code, url) = new_code(settings, way, &redirect_uri)?;
    let user = app.store.user_by_token(session.expose()).await?.ok_or(Problem::NO_SESSION)?;
    let made = json!({ "code": code.expose(), "url": url });
    let (user, life) = (user.id, settings.code_life);
    app.store.order(MintCode { user, way, redirect_uri, code, life }).await?;
    Ok(answer::json(StatusCode::CREATED, &made))
}

/// A code that is not kept yet, and the address that brings it to TapTap. Nothing is made for an
/// address that leads elsewhere.
pub(super) fn new_code(
    settings: &Settings,
    way: Way,
    redirect_uri: &str,
) -> Result<(Secret, String), Problem> {
    let mode = match way {
        Way::WebLink => Mode::WEB_LINK,
        Way::DeepLink => Mode::DeepLink,
    };
    let code = Secret::new(random_text(CHARS)?);
    let url = settings.allowing(|pages| {
        Redirect::read(redirect_uri, mode, pages).and_then(|to| to.with_code(code.expose()))
    });
    Ok((code, url.map_err(|_| Problem::BAD_REDIRECT)?))
}
