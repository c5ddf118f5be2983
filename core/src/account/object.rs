//! Objects: saving, fetching and deleting one (`account-rest.md` sections 2.7 and 3.1). Users are
//! the one class so far.

use serde_json::Value;

use super::endpoint::{self, Endpoint};
use super::ops::Ops;
use super::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::form;
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Asks for the keys that were touched, so that what the server made of them is known.
pub(super) const AND_FETCH: &str = "?fetchWhenSave=true";

/// `PUT /users/<id>`: makes the changes, if the object meets `condition` (a JSON object of a query);
/// `fetch` asks for the new values.
pub fn save(
    endpoint: &Endpoint,
    id: &str,
    session: &Secret,
    ops: &Ops,
    (condition, fetch): (Option<&str>, bool),
    now_ms: u64,
) -> Request {
    let mut path = path(id);
    if fetch {
        path.push_str(AND_FETCH);
    }
    if let Some(condition) = condition {
        path.push_str(if fetch { "&where=" } else { "?where=" });
        path.push_str(&form::escaped(condition));
    }
    endpoint.request("PUT", &path, Some(session), Some(&ops.body()), now_ms)
}

/// `GET /users/<id>`: all fields or those of `keys`; `include` names pointers to follow. Both are
/// lists with commas.
pub fn fetch(
    endpoint: &Endpoint,
    id: &str,
    session: Option<&Secret>,
    (keys, include): (Option<&str>, Option<&str>),
    now_ms: u64,
) -> Request {
    let mut path = path(id);
    let mut mark = '?';
    for (name, list) in [("keys=", keys), ("include=", include)] {
        if let Some(list) = list {
            path.push(mark);
            path.push_str(name);
            path.push_str(&form::escaped(list));
            mark = '&';
        }
    }
    endpoint.request("GET", &path, session, None, now_ms)
}

/// `DELETE /users/<id>`.
pub fn delete(endpoint: &Endpoint, id: &str, session: &Secret, now_ms: u64) -> Request {
    endpoint.request("DELETE", &path(id), Some(session), None, now_ms)
}

pub(super) fn path(id: &str) -> String {
    format!("/users/{id}")
}

/// What the answer to a save or a fetch says of the object `id`: fields to be merged, by
/// [`merge`]. `own`: the call was made with the session of that user.
///
/// # Errors
/// Those of [`endpoint::read`]; `USER_NOT_FOUND` when there is no such user; `BAD_RESPONSE` for the
/// answer about another object.
pub fn answered(response: &Response, id: &str, own: bool) -> Result<Row> {
    let answer = match own {
        true => endpoint::read_own(response)?,
        false => endpoint::read(response).map_err(user_not_found)?,
    };
    if answer.contains_key("objectId") && row::object_id(&answer).ok() != Some(id) {
        let error = row::bad("the answer is about another object");
        return Err(error.with_server(i32::from(response.status), 0));
    }
    Ok(answer)
}

/// The answer to a fetch, in which an unknown id is an empty object.
///
/// # Errors
/// As [`answered`].
pub fn fetched(response: &Response, id: &str, own: bool) -> Result<Row> {
    let answer = answered(response, id, own)?;
    if answer.is_empty() {
        let error = Error::new(status::USER_NOT_FOUND, "the server knows no such user");
        return Err(error.with_server(i32::from(response.status), 0));
    }
    Ok(answer)
}

/// Where code 211 means what it says: there is no such user.
pub(super) fn user_not_found(error: Error) -> Error {
    if error.server_code == 211 { error.with_status(status::USER_NOT_FOUND) } else { error }
}

/// Writes what an answer names over the row. It deletes nothing: a fetch gives no session token, a
/// save only the keys that were touched.
pub fn merge(row: &mut Row, answer: &Row) {
    for (key, value) in answer {
        let is_token = value.as_str().is_some_and(row::is_session_token);
        // Dotted keys are those of a request.
        if !key.contains('.') && (key != "sessionToken" || is_token) {
            row.insert(key.clone(), value.clone());
        }
    }
}

/// The row after a save: the changes, then what the server made of them.
pub fn saved(row: &mut Row, ops: &Ops, answer: &Row) {
    ops.apply(row);
    // Written by the game, read by nobody: the server never gives it, and no disk shall hold it.
    row.remove("password");
    merge(row, answer);
}

/// Reads the condition of a save.
///
/// # Errors
/// `INVALID_ARGUMENT`: not a JSON object.
pub fn check_condition(json: &str) -> Result<()> {
    super::auth_data::object("where is not a JSON object without U+0000", json).map(|_| ())
}

/// Reads a value that the game gave as JSON.
///
/// # Errors
/// `INVALID_ARGUMENT`: not JSON, or it holds U+0000.
pub fn value(json: &str) -> Result<Value> {
    let mut row = Row::new();
    if let Ok(value) = serde_json::from_slice(json.as_bytes()) {
        row.insert(String::new(), value);
    }
    match (row::refuse_nul(&row), row.remove("")) {
        (Ok(()), Some(value)) => Ok(value),
        _ => Err(Error::argument("the value is not JSON without U+0000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("{value}") };
        row
    }

    fn answer(status: u16, body: &Value) -> Response {
        Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    fn endpoint() -> Endpoint {
        Endpoint {
            base: "https://x.example".to_owned(),
            app_id: "app".to_owned(),
            app_key: Secret::new("key"),
            send_key: false,
            user_agent: "tdsauth/0".to_owned(),
        }
    }

    #[test]
    fn queries_are_escaped() {
        let (endpoint, token) = (endpoint(), Secret::new("t"));
        let mut ops = Ops::default();
        ops.set("level", 2.into()).unwrap();
        let condition = (Some(r#"{"level":1}"#), true);
        let request = save(&endpoint, "a", &token, &ops, condition, 1);
        assert_eq!(
            request.url,
            "https://x.example/1.1/users/a?fetchWhenSave=true&where=%7B%22level%22%3A1%7D"
        );
        assert_eq!((request.method, &*request.body), ("PUT", br#"{"level":2}"#.as_slice()));
        let bare = save(&endpoint, "a", &token, &ops, (Some("{}"), false), 1);
        assert!(bare.url.ends_with("/users/a?where=%7B%7D"));
        let get = fetch(&endpoint, "a", None, (Some("nickname,avatar"), Some("team")), 1);
        assert!(get.url.ends_with("/users/a?keys=nickname%2Cavatar&include=team"));
        assert!(get.headers.iter().all(|(name, _)| *name != "X-LC-Session"));
    }

    #[test]
    fn an_answer_never_takes_the_token_away() {
        let mut user = row(json!({"objectId": "a", "sessionToken": "t", "nickname": "n"}));
        let answer = row(json!({
            "objectId": "a", "level": 2, "sessionToken": null, "authData.weixin": {},
        }));
        merge(&mut user, &answer);
        let expected = json!({"objectId": "a", "sessionToken": "t", "nickname": "n", "level": 2});
        assert_eq!(Value::Object(user.clone()), expected);
        let mut ops = Ops::default();
        ops.set("password", "p".into()).unwrap();
        ops.unset("nickname").unwrap();
        saved(&mut user, &ops, &row(json!({"sessionToken": "new"})));
        assert_eq!(
            Value::Object(user),
            json!({"objectId": "a", "sessionToken": "new", "level": 2})
        );
    }

    #[test]
    fn unknown_users_and_dead_sessions_are_told_apart() {
        let unknown = answer(400, &json!({"code": 211, "error": "Could not find user."}));
        let of = |own| fetched(&unknown, "a", own).unwrap_err();
        assert_eq!(of(true).status, status::SESSION_OVER);
        assert_eq!((of(false).status, of(false).server_code), (status::USER_NOT_FOUND, 211));
        assert_eq!(of(false).flags, 0);
        let empty = fetched(&answer(200, &json!({})), "a", false).unwrap_err();
        assert_eq!(empty.status, status::USER_NOT_FOUND);
        let other = answered(&answer(200, &json!({"objectId": "b"})), "a", true).unwrap_err();
        assert_eq!(other.status, status::BAD_RESPONSE);
        assert!(answered(&answer(200, &json!({"updatedAt": "t"})), "a", true).is_ok());
    }

    #[test]
    fn values_are_json_without_nul() {
        assert_eq!(value(" [1, null] "), Ok(json!([1, null])));
        for bad in ["", "[", "nope", r#""\u0000""#, r#"{"a\u0000":1}"#] {
            assert_eq!(value(bad).unwrap_err().status, status::INVALID_ARGUMENT, "{bad}");
        }
    }
}
