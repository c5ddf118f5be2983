//! Users: the requests of `account-rest.md` section 2 and the reading of their answers.

use serde_json::Value;

use super::auth_data::{self, AuthData, AuthLogin};
use super::endpoint::{self, Endpoint};
use super::row::Put;
use super::row::{self, Row};
use super::{object, ops};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// `POST /users` with the guest id: the same id always gives the same account (section 2.2).
/// `only_known`: no account is made.
pub fn login_anonymously(
    endpoint: &Endpoint,
    guest_id: &Secret,
    only_known: bool,
    now_ms: u64,
) -> Request {
    let mut data = Row::new();
    data.put("id", guest_id.expose().into());
    let auth = AuthData::known(auth_data::ANONYMOUS, data);
    login(endpoint, auth.body(), only_known, now_ms)
}

/// `POST /users` with what another platform says of the player: the user of that player, made if
/// there is none (sections 2.2 and 2.3).
pub fn login_with_auth_data(endpoint: &Endpoint, with: &AuthLogin, now_ms: u64) -> Request {
    let mut body = with.fields.clone();
    for (key, value) in with.auth.body() {
        body.insert(key, value);
    }
    login(endpoint, body, with.fail_on_not_exist, now_ms)
}

fn login(endpoint: &Endpoint, body: Row, only_known: bool, now_ms: u64) -> Request {
    let path = if only_known { "/users?failOnNotExist=true" } else { "/users" };
    endpoint.request("POST", path, None, Some(&Value::Object(body)), now_ms)
}

/// `PUT /users/<id>` with an entry of `authData`, which the server joins with those that are there
/// (section 2.6). Asks for all of them.
pub fn associate(
    endpoint: &Endpoint,
    id: &str,
    session: &Secret,
    auth: &AuthData,
    now_ms: u64,
) -> Request {
    change(endpoint, id, session, auth.body(), now_ms)
}

/// `PUT /users/<id>` that takes the entry of a platform away (section 2.6).
pub fn disassociate(
    endpoint: &Endpoint,
    id: &str,
    session: &Secret,
    platform: &str,
    now_ms: u64,
) -> Request {
    let mut body = Row::new();
    body.insert(format!("authData.{platform}"), ops::delete());
    change(endpoint, id, session, body, now_ms)
}

fn change(endpoint: &Endpoint, id: &str, session: &Secret, body: Row, now_ms: u64) -> Request {
    let path = object::path(id) + object::AND_FETCH;
    endpoint.request("PUT", &path, Some(session), Some(&Value::Object(body)), now_ms)
}

/// What the answer to [`associate`] says of the user `id`, for [`associated`].
///
/// # Errors
/// Those of [`endpoint::read_own`]; `ALREADY_ASSOCIATED` when the platform's player is another
/// user; `BAD_RESPONSE` for the answer about another user.
pub fn answered(response: &Response, id: &str) -> Result<Row> {
    object::answered(response, id, true).map_err(|error| match error.server_code {
        137 | 208 => error.with_status(status::ALREADY_ASSOCIATED),
        _ => error,
    })
}

/// Writes an association into the row. An answer that names `authData` names all of it; without
/// that, the server joins the entry with those of before, and a guest is one no longer.
pub fn associated(row: &mut Row, auth: &AuthData, answer: &Row) {
    if let Value::Object(all) = auth_data_of(row) {
        all.remove(auth_data::ANONYMOUS);
        all.insert(auth.platform().to_owned(), auth.data().clone().into());
    }
    object::merge(row, answer);
}

/// Writes a disassociation into the row. Gives whether no platform is left.
pub fn disassociated(row: &mut Row, platform: &str, answer: &Row) -> bool {
    if let Value::Object(all) = auth_data_of(row) {
        all.remove(platform);
    }
    object::merge(row, answer);
    // Names with a line in front are the server's notes on unionids.
    match auth_data_of(row) {
        Value::Object(all) => {
            all.iter().all(|(name, data)| name.starts_with('_') || data.is_null())
        }
        _ => false,
    }
}

fn auth_data_of(row: &mut Row) -> &mut Value {
    let all = row.entry("authData").or_insert(Value::Null);
    if !all.is_object() {
        *all = Value::Object(Row::new());
    }
    all
}

/// The guest id of the user, if it can log in as a guest. `Some(None)`: it can, and the server keeps
/// the id to itself.
pub fn guest_id(row: &Row) -> Option<Option<&str>> {
    let anonymous = row.get("authData")?.get(auth_data::ANONYMOUS)?;
    anonymous.as_object()?;
    Some(anonymous.get("id").and_then(Value::as_str))
}

/// `GET /users/me`: whose session token is this, and is it still good (section 2.4).
pub fn me(endpoint: &Endpoint, session: &Secret, now_ms: u64) -> Request {
    endpoint.request("GET", "/users/me", Some(session), None, now_ms)
}

/// `PUT /users/<id>/refreshSessionToken`: a new token, the old one dies (section 2.8).
pub fn refresh(endpoint: &Endpoint, id: &str, session: &Secret, now_ms: u64) -> Request {
    let path = format!("/users/{id}/refreshSessionToken");
    endpoint.request("PUT", &path, Some(session), None, now_ms)
}

/// The user of a login, and whether the account was made just now (201) or existed (200).
///
/// # Errors
/// Those of [`endpoint::read`]; `BAD_RESPONSE` for a user without an id or a session token.
pub fn logged_in(response: &Response) -> Result<(Row, bool)> {
    let row = endpoint::read(response)?;
    row::object_id(&row).map_err(|error| of(response, error))?;
    row::session_token(&row).map_err(|error| of(response, error))?;
    Ok((row, response.status == 201))
}

/// As [`logged_in`], for a login that makes no account.
///
/// # Errors
/// As [`logged_in`]; `USER_NOT_FOUND`.
pub fn known(response: &Response) -> Result<(Row, bool)> {
    logged_in(response).map_err(object::user_not_found)
}

/// Whether the answer to [`me`] says that the session is valid. Only the server's own "no such
/// session" is a no; anything else that fails means "cannot tell".
///
/// # Errors
/// Whatever kept the server from saying yes or no.
pub fn authenticated(response: &Response, id: &str) -> Result<bool> {
    match endpoint::read(response) {
        Ok(row) => Ok(row::object_id(&row).map_err(|error| of(response, error))? == id),
        Err(error) if error.status == status::SESSION_OVER => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes the answer of a refresh into the user: the new token, and the time of the change.
///
/// # Errors
/// Those of [`endpoint::read`]; `BAD_RESPONSE` for another user's answer or one without a token.
pub fn refreshed(response: &Response, user: &mut Row) -> Result<()> {
    let answer = endpoint::read_own(response)?;
    let token = new_token(&answer, user).map_err(|error| of(response, error))?;
    user.put("sessionToken", Value::String(token.expose().to_owned()));
    if let Some(time @ Value::String(_)) = answer.get("updatedAt") {
        user.put("updatedAt", time.clone());
    }
    Ok(())
}

fn new_token(answer: &Row, user: &Row) -> Result<Secret> {
    if answer.contains_key("objectId") && row::object_id(answer)? != row::object_id(user)? {
        return Err(row::bad("the answer is about another user"));
    }
    row::session_token(answer)
}

/// The error of reading this answer, naming it.
fn of(response: &Response, error: Error) -> Error {
    error.with_server(i32::from(response.status), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(status: u16, body: &Value) -> Response {
        Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    #[test]
    fn a_user_without_an_id_or_a_token_is_no_login() {
        let good = json!({"objectId": "5b029266fb4ffe005d6c7c2e", "sessionToken": "abc"});
        assert!(logged_in(&answer(201, &good)).unwrap().1);
        assert!(!logged_in(&answer(200, &good)).unwrap().1);
        for bad in [
            json!({"objectId": "5b029266fb4ffe005d6c7c2e"}),
            json!({"sessionToken": "abc"}),
            json!({"objectId": 12, "sessionToken": "abc"}),
            json!({"objectId": "../x", "sessionToken": "abc"}),
            json!({"objectId": "a", "sessionToken": "a\r\nX-LC-Key: b"}),
            json!({"objectId": "a", "sessionToken": ""}),
            json!({}),
        ] {
            let error = logged_in(&answer(200, &bad)).unwrap_err();
            assert_eq!((error.status, error.http_status), (status::BAD_RESPONSE, 200), "{bad}");
        }
    }

    #[test]
    fn only_the_server_itself_says_that_a_session_is_over() {
        let me = json!({"objectId": "a", "sessionToken": "t"});
        assert_eq!(authenticated(&answer(200, &me), "a"), Ok(true));
        assert_eq!(authenticated(&answer(200, &me), "b"), Ok(false));
        let over = json!({"code": 211, "error": "Could not find user."});
        assert_eq!(authenticated(&answer(400, &over), "a"), Ok(false));
        for (http, body) in [(500, json!({})), (429, json!({})), (401, json!({"code": 401}))] {
            assert!(authenticated(&answer(http, &body), "a").is_err(), "{http}");
        }
    }

    #[test]
    fn a_refresh_changes_the_token_of_its_own_user_only() {
        let mut user = Row::new();
        user.insert("objectId".to_owned(), json!("a"));
        user.insert("sessionToken".to_owned(), json!("old"));
        user.insert("nickname".to_owned(), json!("n"));
        let other = json!({"objectId": "b", "sessionToken": "new"});
        assert!(refreshed(&answer(200, &other), &mut user).is_err());
        assert!(refreshed(&answer(200, &json!({"objectId": "a"})), &mut user).is_err());
        assert_eq!(user["sessionToken"], "old");
        let good = json!({"objectId": "a", "sessionToken": "new", "updatedAt": "t"});
        refreshed(&answer(200, &good), &mut user).unwrap();
        assert_eq!((&user["sessionToken"], &user["nickname"]), (&json!("new"), &json!("n")));
    }
}
