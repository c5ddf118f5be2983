//! One call of a client: what it sent, what the script says about it, what it is answered.

use std::sync::MutexGuard;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::json;
use tokio::time::sleep;

use super::answer::{self, ErrorName, Outcome, Refusal};
use super::requests::FormFields;
use super::script::{Answer, Call, Fault};
use super::state::State;
use super::{Moment, StandIn, fault};
use crate::pages::Form;

/// Bytes of a huge answer when the script does not say.
const HUGE: usize = 8 * 1024 * 1024;

/// What came, with its form read.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    /// Host and port by which the client reached the server.
    pub(super) host: String,
    /// Path and query as they were sent, without the prefix of `--dev-lan`.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// Of the query.
    pub(super) query: Result<Form, Refusal>,
    /// Of the body; empty for a GET.
    pub(super) form: Result<Form, Refusal>,
}

impl Sent {
    pub(super) async fn read(request: Request, time: Duration) -> Self {
        let (parts, body) = request.into_parts();
        let form = match parts.method {
            Method::GET | Method::HEAD => Ok(Form::default()),
            _ => Form::of_body(&parts.headers, body, time).await.map_err(Refusal::from),
        };
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Self {
            method: parts.method,
            host: host(&parts.headers).to_owned(),
            target,
            query: Form::of_query(parts.uri.query()).map_err(Refusal::from),
            headers: parts.headers,
            form,
        }
    }
}

/// `Host`, which the guard has looked at.
pub(super) fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

impl StandIn {
    /// Answers `call`: as the script says, or as `work` does. `work` and what it changes are one
    /// step; nothing else happens meanwhile.
    pub(super) async fn answer(
        &self,
        call: Call,
        sent: &Sent,
        work: impl FnOnce(&mut State, Moment) -> Outcome,
    ) -> Response {
        let mut response = self.scripted(call, sent, work).await;
        if let Ok(form) = &sent.form {
            response.extensions_mut().insert(FormFields::of(form.fields()));
        }
        response
    }

    async fn scripted(
        &self,
        call: Call,
        sent: &Sent,
        work: impl FnOnce(&mut State, Moment) -> Outcome,
    ) -> Response {
        let work = |state: &mut State| {
            let now = state.now();
            answer::envelope(&work(state, now), now)
        };
        let Some(ordered) = self.ordered(call).await else {
            return work(&mut self.state());
        };
        match ordered.fault {
            Some(Fault::None | Fault::Delay | Fault::WrongState) => work(&mut self.state()),
            Some(Fault::Lose) => {
                work(&mut self.state());
                fault::dropped()
            }
            Some(fault) => broken(fault, &ordered),
            None => instead(&mut self.state(), call, sent, &ordered),
        }
    }

    /// What the script says about this call, after the delay it orders.
    pub(super) async fn ordered(&self, call: Call) -> Option<Answer> {
        let ordered = self.state().script.take(call)?;
        if let Some(ms) = ordered.ms {
            sleep(Duration::from_millis(ms)).await;
        }
        Some(ordered)
    }
}

/// The answers that are broken in themselves.
pub(super) fn broken(fault: Fault, ordered: &Answer) -> Response {
    match fault {
        Fault::Cut => fault::cut(),
        Fault::Garbage => fault::garbage(),
        Fault::Huge => fault::huge(ordered.bytes.unwrap_or(HUGE)),
        Fault::WrongType => fault::wrong_types(),
        _ => fault::dropped(),
    }
}

/// An answer that the script spells out.
fn instead(
    state: &mut MutexGuard<'_, State>,
    call: Call,
    sent: &Sent,
    ordered: &Answer,
) -> Response {
    let now = state.now();
    let status = |or: StatusCode| {
        ordered.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(or)
    };
    if let Some(body) = &ordered.json {
        return answer::plain_json(status(StatusCode::OK), body);
    }
    let error = ordered.error.clone().unwrap_or_default();
    let name = error.rsplit('.').next().unwrap_or_default();
    if call == Call::DeviceToken
        && name.eq_ignore_ascii_case("slow_down")
        && let Ok(form) = &sent.form
    {
        // Who is told to slow down has to do it: the next poll is held to it.
        state.logins.slow_down(form.get("code").unwrap_or_default(), now.instant);
    }
    let status = status(StatusCode::BAD_REQUEST);
    let Some(description) = ordered.description.as_deref() else {
        let description = "ordered by the script".into();
        return answer::envelope(&Err(Refusal { status, error: error.into(), description }), now);
    };
    let data = json!({
        "code": -1, "msg": description, "error": error, "error_description": description,
    });
    let body = json!({ "data": data, "success": false, "now": now.unix_s });
    let mut response = answer::plain_json(status, &body);
    response.extensions_mut().insert(ErrorName(error));
    response
}
