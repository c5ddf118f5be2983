//! What a test asks of the stand-in for TapTap that the server plays with `--dev`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;

const PATIENCE: Duration = Duration::from_secs(30);

/// The stand-in of a running server.
pub(crate) struct StandIn {
    agent: ureq::Agent,
    url: String,
    /// Of the account server that it comes with: what its administration signs in by.
    admin: (String, String),
}

impl StandIn {
    /// That of `server`.
    pub(crate) fn of(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE));
        let admin = (server.app_id.clone(), format!("{},master", server.master_key));
        Self { agent: config.build().into(), url: server.url.clone(), admin }
    }

    /// Everything that it may be told to do from now on; see `POST /dev/script`.
    pub(crate) fn script(&self, order: &Value) -> Result<(), String> {
        self.order("/dev/script", order).map(|_| ())
    }

    /// Does to the login of a QR code what nobody does on its page: `scan`, `deny`, `expire`.
    pub(crate) fn device(&self, user_code: &str, action: &str) -> Result<(), String> {
        self.order(&format!("/dev/device/{user_code}"), &json!({"action": action})).map(|_| ())
    }

    /// Adds a player to choose.
    pub(crate) fn add_player(&self, id: &str, name: &str) -> Result<(), String> {
        self.order("/dev/players", &json!({"id": id, "name": name})).map(|_| ())
    }

    /// Ends the newest login by browser before its time.
    pub(crate) fn expire_authorization(&self) -> Result<(), String> {
        let state = self.state()?;
        let newest = state.pointer("/authorize/0/id").and_then(Value::as_str);
        let newest = newest.ok_or("no login by browser is known")?;
        self.order(&format!("/dev/authorize/{newest}"), &json!({"action": "expire"})).map(|_| ())
    }

    /// As the game's back end: gives a player a role.
    pub(crate) fn give_role(&self, role: &Value) -> Result<(), String> {
        let (id, key) = &self.admin;
        let url = format!("{}/tdsauth/v1/roles", self.url);
        let request = self.agent.post(url).header("X-LC-Id", id).header("X-LC-Key", key);
        let request = request.header("Content-Type", "application/json");
        read(request.send(json!({ "roles": [role] }).to_string())).map(|_| ())
    }

    /// How far the login of a user code is: `pending`, `scanned`, `allowed`, `denied`, …
    pub(crate) fn status(&self, user_code: &str) -> Result<String, String> {
        let state = self.state()?;
        let logins = state.get("device").and_then(Value::as_array);
        let login =
            logins.into_iter().flatten().find(|login| text(login, "user_code") == user_code);
        login.map(|login| text(login, "status")).ok_or_else(|| format!("no login {user_code}"))
    }

    /// What it was told of a role, if it was.
    pub(crate) fn pushed(&self, role_id: &str) -> Result<Option<Value>, String> {
        let state = self.state()?;
        let profiles = state.pointer("/pushed/profiles").and_then(Value::as_array);
        let of_role = |profile: &&Value| {
            profile.pointer("/record/role_id").and_then(Value::as_str) == Some(role_id)
        };
        let found = profiles.into_iter().flatten().find(of_role);
        Ok(found.and_then(|profile| profile.get("record").cloned()))
    }

    fn state(&self) -> Result<Value, String> {
        read(self.agent.get(format!("{}/dev/state", self.url)).call())
    }

    fn order(&self, path: &str, order: &Value) -> Result<Value, String> {
        read(self.agent.post(format!("{}{path}", self.url)).send(order.to_string()))
    }
}

fn text(of: &Value, key: &str) -> String {
    of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| format!("the stand-in: {error}"))?;
    let said = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("the stand-in answered {}: {said}", answer.status()));
    }
    serde_json::from_str(&said).map_err(|error| format!("the stand-in: {error}: {said}"))
}
