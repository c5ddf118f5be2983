//! Users: the requests of `account-rest.md` section 2 and the reading of their answers.

use serde_json::{Value, json};

use super::endpoint::{self, Endpoint};
use super::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// `POST /users` with the guest id: the same id always gives the same account (section 2.2).
pub fn login_anonymously(endpoint: &Endpoint, guest_id: &Secret, now_ms: u64) -> Request {
    let body = json!({"authData": {"anonymous": {"id": guest_id.expose()}}});
    endpoint.request("POST", "/users", None, Some(&body), now_ms)
}

/// `POST /users` with what another platform says of the player: the user of that player, made if
/// there is none (section 2.2).
pub fn login_with_auth_data(
    endpoint: &Endpoint,
    platform: &str,
    data: Row,
    now_ms: u64,
) -> Request {
    let body = json!({"authData": {platform: data}});
    endpoint.request("POST", "/users", None, Some(&body), now_ms)
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
    let answer = endpoint::read(response)?;
    let token = new_token(&answer, user).map_err(|error| of(response, error))?;
    user.insert("sessionToken".to_owned(), Value::String(token.expose().to_owned()));
    if let Some(time @ Value::String(_)) = answer.get("updatedAt") {
        user.insert("updatedAt".to_owned(), time.clone());
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
