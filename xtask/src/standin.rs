//! What a test asks of the stand-in for TapTap that the server plays with `--dev`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;

const PATIENCE: Duration = Duration::from_secs(30);

/// The stand-in of a running server.
pub(crate) struct StandIn {
    agent: ureq::Agent,
    url: String,
}

impl StandIn {
    /// That of `server`.
    pub(crate) fn of(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE));
        Self { agent: config.build().into(), url: server.url.clone() }
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

    /// What a game sends of a player of this TapTap: `authData.taptap`.
    pub(crate) fn auth_data(&self, client_id: &str, player: &str) -> Result<Value, String> {
        let state = self.state()?;
        let players = state.get("players").and_then(Value::as_array);
        let known = players.into_iter().flatten().find(|known| text(known, "id") == player);
        let openid = known.map(|known| text(known, "openid")).ok_or("no such player")?;
        let kind = "client_id=".to_owned() + client_id;
        let asked = format!("{kind}&response_type=device_code&scope=public_profile");
        let login = self.form("/oauth2/v1/device/code", &asked)?;
        let allowed = json!({"action": "allow", "player": player});
        self.order(&format!("/dev/device/{}", text(&login, "user_code")), &allowed)?;
        let code = text(&login, "device_code");
        let asked = format!("{kind}&grant_type=device_token&secret_type=hmac-sha-1&code={code}");
        let token = self.form("/oauth2/v1/token", &asked)?;
        let (kid, mac_key) = (text(&token, "kid"), text(&token, "mac_key"));
        Ok(json!({"openid": openid, "kid": kid, "mac_key": mac_key}))
    }

    /// The `data` that a form is answered.
    fn form(&self, path: &str, form: &str) -> Result<Value, String> {
        let asked = self.agent.post(format!("{}{path}", self.url));
        let asked = asked.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = read(asked.send(form))?;
        answer.get("data").cloned().ok_or_else(|| format!("{path}: no data"))
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
