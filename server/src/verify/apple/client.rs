//! This server as Apple's client: codes for tokens, and the end of a grant.

use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{Request, Response};

use super::{ISSUER, KeyFile};
use crate::clock;
use crate::problem::Problem;
use crate::verify::call::{self, Caller, FORM, percent};

/// Seconds that a client secret is good for: one exchange.
const SECRET_TIME: i64 = 300;

/// What identifies the studio at Apple.
pub(super) struct Client {
    caller: Arc<Caller>,
    base: String,
    team_id: String,
    key_id: String,
    key: KeyFile,
}

/// What a code is good for.
pub(super) struct Granted {
    /// An identity token, to be checked like any other.
    pub(super) id_token: String,
    /// JSON: the refresh token and the client id that it belongs to.
    pub(super) grant: Option<Secret>,
}

impl Client {
    /// The key is read each time, so that one can be uploaded while the server runs.
    pub(super) fn new(
        caller: Arc<Caller>,
        base: String,
        team_id: String,
        key_id: String,
        key: KeyFile,
    ) -> Self {
        Self { caller, base, team_id, key_id, key }
    }

    /// Gives `code` to Apple. `BAD_AUTH_DATA`: Apple does not take it.
    pub(super) async fn exchange(
        &self,
        client_id: &str,
        code: &str,
        redirect_uri: Option<&str>,
        at: Instant,
    ) -> Result<Granted, Problem> {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code)];
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        let response = self.post("/auth/token", client_id, &fields, at).await?;
        let answer = call::object(&response.body);
        let text = |name: &str| answer.as_ref()?.get(name)?.as_str();
        match (response.status, text("id_token"), text("error")) {
            (200, Some(id_token), _) => {
                let grant = text("refresh_token").map(|token| {
                    Secret::new(
                        json!({ "client_id": client_id, "refresh_token": token }).to_string(),
                    )
                });
                Ok(Granted { id_token: id_token.to_owned(), grant })
            }
            (400, _, Some("invalid_grant")) => Err(self.caller.refused("Apple refuses the code")),
            // invalid_client and the like: this server's own settings, and nothing of the player.
            (status, _, _) => Err(self.caller.unclear(status, "Apple does not exchange the code")),
        }
    }

    /// Ends what [`Granted::grant`] names.
    pub(super) async fn revoke(&self, grant: &Secret, at: Instant) -> Result<(), Problem> {
        let grant: Option<Value> = serde_json::from_str(grant.expose()).ok();
        let text = |name: &str| grant.as_ref()?.get(name)?.as_str();
        let (Some(client_id), Some(token)) = (text("client_id"), text("refresh_token")) else {
            return Err(self.caller.unclear(0, "the stored grant is damaged"));
        };
        let fields = [("token", token), ("token_type_hint", "refresh_token")];
        let response = self.post("/auth/revoke", client_id, &fields, at).await?;
        let gone = call::object(&response.body)
            .is_some_and(|answer| answer.get("error") == Some(&"invalid_grant".into()));
        if response.status == 200 || gone {
            return Ok(());
        }
        Err(self.caller.unclear(response.status, "Apple does not revoke the grant"))
    }

    async fn post(
        &self,
        path: &str,
        client_id: &str,
        fields: &[(&str, &str)],
        at: Instant,
    ) -> Result<Response, Problem> {
        let secret = self.secret(client_id, at).await?;
        let own = [("client_id", client_id), ("client_secret", secret.expose())];
        let pairs = own.iter().chain(fields);
        let body: Vec<_> =
            pairs.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let request = Request {
            method: "POST",
            url: format!("{}{path}", self.base),
            headers: vec![("Content-Type", FORM.to_owned())],
            body: body.join("&").into_bytes(),
        };
        self.caller.exchange(request, at).await
    }

    /// A client secret: a JWT of the team, signed with its key.
    async fn secret(&self, client_id: &str, at: Instant) -> Result<Secret, Problem> {
        let key = self.key.clone();
        let loaded = self.caller.run(at, move |_, _| key.load()).await?;
        let pair = match loaded {
            Ok(Some(pair)) => pair,
            Ok(None) => return Err(self.caller.unclear(0, "no key is there (apple-key)")),
            Err(why) => {
                tracing::error!(why, "Apple's key cannot be read");
                return Err(Problem::UNAVAILABLE);
            }
        };
        let now = clock::now_ms() / 1000;
        let header = json!({ "alg": "ES256", "kid": self.key_id, "typ": "JWT" });
        let payload = json!({
            "iss": self.team_id, "iat": now, "exp": now + SECRET_TIME,
            "aud": ISSUER, "sub": client_id,
        });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&payload));
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| Problem::UNAVAILABLE)?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))))
    }
}
