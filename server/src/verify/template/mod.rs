//! A verifier that is data: which call to make, and where the answer holds what.

mod form;
mod text;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tdsauth_core::error::Error;
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{Request, Response, url_allowed};

use super::call::{self, Caller, FORM, percent};
use super::confirmed::Told;
use super::sent::Claim;
use crate::problem::Problem;
use form::Answer;
pub(super) use form::Form;
use text::{Source, Text};

/// Logins that one platform is asked about at once.
const CALLS: usize = 32;

/// The app that a template's call is made for.
pub(super) struct App {
    /// Every id that a token may have been granted to; the first one goes into the call.
    pub(super) ids: Vec<String>,
    pub(super) secret: Option<Secret>,
}

/// A template with all it needs.
pub(super) struct Template {
    caller: Arc<Caller>,
    app: App,
    base_url: String,
    key: String,
    method: &'static str,
    path: Text,
    form: Vec<(String, Text)>,
    headers: Vec<(&'static str, Text)>,
    answer: Answer,
}

impl Template {
    /// For the platform `name`, at `base_url`, which is checked already. The error is a sentence
    /// for the operator.
    pub(super) fn new(
        name: &str,
        form: Form,
        base_url: String,
        app: App,
        patience: Duration,
    ) -> Result<Self, String> {
        form.check()?;
        if form.answer.audience.is_some() && app.ids.is_empty() {
            return Err("needs \"app_id\": the answer says for which app a token is".to_owned());
        }
        let read = |text: &str| Text::read(text, &app);
        let named = |rows: &std::collections::BTreeMap<String, String>| {
            let read =
                |(name, text): (&String, &String)| Ok((name.clone(), Text::read(text, &app)?));
            rows.iter().map(read).collect::<Result<Vec<_>, String>>()
        };
        let (path, fields) = (read(&form.path)?, named(&form.form)?);
        // Header names live as long as the process: a template is read once, at the start.
        let headers = named(&form.headers)?.into_iter();
        let headers = headers.map(|(name, text)| (&*name.leak(), text)).collect();
        let example = format!("{base_url}{}", path.example());
        url_allowed(&example, false).map_err(|error| format!("\"path\": {}", error.message))?;
        let failed = |error: Error| error.to_string();
        Ok(Self {
            caller: Arc::new(Caller::new(name, patience, CALLS).map_err(failed)?),
            base_url,
            key: form.key,
            method: if form.method == "POST" { "POST" } else { "GET" },
            path,
            form: fields,
            headers,
            answer: form.answer,
            app,
        })
    }

    /// The member of the map that holds the identity.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The call about `claim`. `BAD_AUTH_DATA` when the map lacks what it takes.
    pub(super) fn request(&self, claim: &Claim) -> Result<Request, Problem> {
        let source = Source { claim, app: &self.app };
        let mut url = self.base_url.clone();
        url.push_str(&self.path.fill(source, |text| match text {
            // Two steps of a path, for whoever reads it.
            "." | ".." => Err(Problem::BAD_AUTH_DATA),
            text => Ok(percent(text)),
        })?);
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        for (name, text) in &self.headers {
            let value = text.fill(source, |text| {
                let fits = text.bytes().all(|byte| byte.is_ascii_graphic());
                if fits { Ok(text.to_owned()) } else { Err(Problem::BAD_AUTH_DATA) }
            })?;
            headers.push((*name, value));
        }
        let mut body = Vec::with_capacity(self.form.len());
        for (name, text) in &self.form {
            let value = text.fill(source, |text| Ok(text.to_owned()))?;
            body.push(format!("{}={}", percent(name), percent(&value)));
        }
        if self.method == "POST" {
            headers.push(("Content-Type", FORM.to_owned()));
        }
        Ok(Request { method: self.method, url, headers, body: body.join("&").into_bytes() })
    }

    /// Asks whose token it is, and that it is the claimed player's and this app's.
    pub(super) async fn verify(&self, claim: &Claim) -> Result<Told, Problem> {
        let request = self.request(claim)?;
        let response = self.caller.exchange(request, self.caller.deadline()).await?;
        let answer = self.read(&response)?;
        let text = |at: &Option<String>| at.as_ref().and_then(|at| text_at(&answer, at));
        let wanted = &self.answer;
        for (at, allowed) in &wanted.is {
            if !text_at(&answer, at).is_some_and(|text| allowed.contains(&text)) {
                return Err(self.caller.refused("the answer says that the token is not good"));
            }
        }
        if wanted.audience.is_some()
            && !text(&wanted.audience).is_some_and(|app| self.app.ids.contains(&app))
        {
            return Err(self.caller.refused("the token is of another app"));
        }
        if text_at(&answer, &wanted.id).as_deref() != Some(claim.value.expose()) {
            return Err(self.caller.refused("the token is somebody else's"));
        }
        Ok(Told {
            unionid: text(&wanted.unionid).filter(|text| !text.is_empty()),
            nickname: text(&wanted.nickname),
            avatar: text(&wanted.avatar),
            grant: None,
        })
    }

    /// The answer, if it is no error.
    fn read(&self, response: &Response) -> Result<Value, Problem> {
        let status = response.status;
        let body = if self.answer.jsonp { without_call(&response.body) } else { &response.body };
        let answer = call::object(body);
        if let (Some(answer), Some(error)) = (&answer, &self.answer.error)
            && let Some(code) = text_at(answer, &error.at)
            && !error.none.contains(&code)
        {
            if status >= 500 || error.ours.contains(&code) {
                return Err(self.caller.unclear(status, "the answer is an error of its own"));
            }
            return Err(self.caller.refused("the answer is an error"));
        }
        match answer {
            Some(answer) if (200..300).contains(&status) => Ok(answer),
            _ if call::says_no(status) => Err(self.caller.refused("the answer is a refusal")),
            _ => Err(self.caller.unclear(status, "the answer is not what the platform gives")),
        }
    }
}

/// A text, a whole number or a truth value in the answer, as text: platforms write ids as either.
fn text_at(answer: &Value, at: &str) -> Option<String> {
    match answer.pointer(at)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// What stands between the brackets of `callback( {...} );`, or all of what is no such call.
fn without_call(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii();
    let call = body.strip_suffix(b";").unwrap_or(body).trim_ascii_end().strip_suffix(b")");
    let Some(open) = body.iter().position(|byte| *byte == b'(') else { return body };
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"_. ".contains(byte);
    let named = body.iter().take(open).all(fits);
    match call.and_then(|call| call.get(open + 1..)) {
        Some(inner) if named => inner,
        _ => body,
    }
}
