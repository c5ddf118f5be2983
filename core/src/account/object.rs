//! Objects: making, saving, fetching and deleting them (`account-rest.md` sections 2.7, 3.1 and 3.5).

use serde_json::Value;

use super::endpoint::{self, Endpoint};
use super::ops::{self, Ops};
use super::row::Put;
use super::row::{self, Row};
use crate::error::{Error, Result, status};
use crate::form;
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Asks for the keys that were touched, so that what the server made of them is known.
pub(super) const AND_FETCH: &str = "?fetchWhenSave=true";

/// The class of users: their rules are their own.
pub const USERS: &str = "_User";

/// Longest name of a class, in bytes.
const CLASS_MAX: usize = 128;

/// Refuses what cannot be the name of a class: it stands in a path.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn check_class(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bare = name.strip_prefix('_').unwrap_or(name);
    if name.len() <= CLASS_MAX
        && bare.bytes().all(plain)
        && bare.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
    {
        return Ok(());
    }
    Err(Error::argument("a class is not up to 128 letters, digits and _, a letter first"))
}

/// Refuses what cannot be the id of an object.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn check_id(id: &str) -> Result<()> {
    if row::is_object_id(id) {
        return Ok(());
    }
    Err(Error::argument("the object id is not up to 64 letters, digits, _ and -"))
}

/// Where the objects of a class are, below `/1.1` (section 3.1).
pub fn class_path(class: &str) -> String {
    match class {
        USERS => "/users".to_owned(),
        "_Role" => "/roles".to_owned(),
        _ => format!("/classes/{class}"),
    }
}

/// The path of one object; without an id, of those to come.
fn path_of(class: &str, id: Option<&str>) -> String {
    let mut path = class_path(class);
    if let Some(id) = id {
        path.push('/');
        path.push_str(id);
    }
    path
}

pub(super) fn path(id: &str) -> String {
    path_of(USERS, Some(id))
}

/// The first save of the changes: `POST /classes/C` without an id, else `PUT /classes/C/<id>`, if
/// the object meets `condition` (a JSON object of a query); `fetch` asks for the new values.
pub fn save(
    endpoint: &Endpoint,
    (class, id): (&str, Option<&str>),
    session: Option<&Secret>,
    ops: &Ops,
    (condition, fetch): (Option<&str>, bool),
    now_ms: u64,
) -> Request {
    let mut path = path_of(class, id);
    if fetch {
        path.push_str(AND_FETCH);
    }
    if let Some(condition) = condition {
        path.push_str(if fetch { "&where=" } else { "?where=" });
        path.push_str(&form::escaped(condition));
    }
    let (method, body) = written(id, ops);
    endpoint.request(method, &path, session, Some(&body), now_ms)
}

fn written(id: Option<&str>, ops: &Ops) -> (&'static str, Value) {
    if id.is_some() { ("PUT", ops.body()) } else { ("POST", ops.new_body()) }
}

/// `GET /classes/C/<id>`: all fields or those of `keys`; `include` names pointers to follow. Both are
/// lists with commas.
pub fn fetch(
    endpoint: &Endpoint,
    (class, id): (&str, &str),
    session: Option<&Secret>,
    (keys, include): (Option<&str>, Option<&str>),
    now_ms: u64,
) -> Request {
    let mut path = path_of(class, Some(id));
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

/// `DELETE /classes/C/<id>`.
pub fn delete(
    endpoint: &Endpoint,
    (class, id): (&str, &str),
    session: Option<&Secret>,
    now_ms: u64,
) -> Request {
    endpoint.request("DELETE", &path_of(class, Some(id)), session, None, now_ms)
}

/// One save among those of a batch.
pub fn batched_save((class, id): (&str, Option<&str>), ops: &Ops) -> Value {
    let (method, body) = written(id, ops);
    batched(method, &path_of(class, id), "body", body)
}

/// One request among those of a batch, with `value` as its body or its parameters.
pub(super) fn batched(method: &str, path: &str, member: &str, value: Value) -> Value {
    let mut one = Row::new();
    one.put("method", method.into());
    one.put("path", format!("/1.1{path}").into());
    one.insert(member.to_owned(), value);
    one.into()
}

/// `POST /batch`: several requests in order, each for itself (section 3.5).
pub fn batch(
    endpoint: &Endpoint,
    requests: Vec<Value>,
    session: Option<&Secret>,
    now_ms: u64,
) -> Request {
    let mut body = Row::new();
    body.put("requests", requests.into());
    endpoint.request("POST", "/batch", session, Some(&body.into()), now_ms)
}

/// One answer out of a batch.
pub enum Batched {
    /// What the server says of it; empty for an object that it does not know.
    Done(Row),
    /// Why it was not done.
    Failed(Error),
}

/// The answers of a batch.
///
/// # Errors
/// Those of [`endpoint::read`]; `BAD_RESPONSE`: not one answer for each request.
pub fn batch_read(response: &Response, count: usize) -> Result<Vec<Batched>> {
    match endpoint::read_value(response)? {
        Value::Array(answers) => batch_answers(answers, count),
        _ => Err(row::bad("the answer is not a list")),
    }
}

pub(super) fn batch_answers(answers: Vec<Value>, count: usize) -> Result<Vec<Batched>> {
    if answers.len() != count {
        return Err(row::bad("the batch has not one answer for each request"));
    }
    let read = |answer: Value| {
        let Value::Object(mut answer) = answer else {
            return Batched::Failed(row::bad("an answer of the batch is not an object"));
        };
        match (answer.remove("success"), answer.remove("error")) {
            (Some(Value::Object(row)), _) => Batched::Done(row),
            (Some(Value::Null), _) => Batched::Done(Row::new()),
            (_, Some(error)) => Batched::Failed(refusal(&error)),
            _ => Batched::Failed(row::bad("an answer of the batch says neither yes nor no")),
        }
    };
    Ok(answers.into_iter().map(read).collect())
}

/// What an error within a batch would be by itself.
fn refusal(error: &Value) -> Error {
    let status = match error.get("code").and_then(Value::as_u64) {
        Some(code @ (401 | 403 | 404 | 429 | 500..=599)) => u16::try_from(code).unwrap_or(400),
        _ => 400,
    };
    let response = Response { status, headers: Vec::new(), body: row::json(error).into_bytes() };
    match endpoint::read_value(&response) {
        Err(error) => missing(error),
        Ok(_) => row::bad("an answer of the batch says neither yes nor no"),
    }
}

/// What the answer to a save of any class but the users' says.
///
/// # Errors
/// Those of [`endpoint::read`]; `NOT_FOUND`; `BAD_RESPONSE`: about another object, or no id.
pub fn saved_answer(answer: Row, id: Option<&str>) -> Result<Row> {
    if id.is_none() || answer.contains_key("objectId") {
        let given = row::object_id(&answer)?;
        if id.is_some_and(|id| id != given) {
            return Err(row::bad("the answer is about another object"));
        }
    }
    Ok(answer)
}

/// As [`endpoint::read`], with the ways in which a server says that there is no such object.
///
/// # Errors
/// Those of [`endpoint::read`]; `NOT_FOUND`.
pub fn read(response: &Response) -> Result<Row> {
    endpoint::read(response).map_err(missing)
}

fn missing(error: Error) -> Error {
    let unknown = error.server_code == 101
        || error.server_code == 1 && row::holds_text(&error.message, "Could not find object");
    if unknown { error.with_status(status::NOT_FOUND) } else { error }
}

pub(super) fn not_found() -> Error {
    Error::new(status::NOT_FOUND, "the server knows no such object").with_server(200, 101)
}

/// The answer to a fetch of any class but the users', in which an unknown id is an empty object.
///
/// # Errors
/// Those of [`read`].
pub fn found(response: &Response, id: &str) -> Result<Row> {
    let answer = read(response)?;
    if answer.is_empty() {
        return Err(not_found());
    }
    saved_answer(answer, Some(id)).map(plain)
}

/// The fields alone: what an object is, its holder knows.
pub fn plain(mut row: Row) -> Row {
    row.remove("__type");
    row.remove("className");
    row
}

/// The class, and the fields, of an object or a pointer as the server gives it.
///
/// # Errors
/// `INVALID_ARGUMENT`: it is none.
pub fn parse(value: Value) -> Result<(String, Row)> {
    if let Value::Object(row) = value
        && let Some(class) = row.get("className").and_then(Value::as_str).map(str::to_owned)
        && check_class(&class).is_ok()
        && row.get("objectId").is_none_or(|id| id.as_str().is_some_and(row::is_object_id))
    {
        let mut row = plain(row);
        row.remove(ops::LOCAL);
        return Ok((class, row));
    }
    Err(Error::argument("this is no object with a className"))
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
    // A new object was changed when it was made.
    if let (None, Some(made)) = (row.get("updatedAt"), row.get("createdAt")) {
        let made = made.clone();
        row.put("updatedAt", made);
    }
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
    match serde_json::from_slice(json.as_bytes()) {
        Ok(value) if row::refuse_nul_in(&value).is_ok() => Ok(value),
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
        let request = save(&endpoint, (USERS, Some("a")), Some(&token), &ops, condition, 1);
        assert_eq!(
            request.url,
            "https://x.example/1.1/users/a?fetchWhenSave=true&where=%7B%22level%22%3A1%7D"
        );
        assert_eq!((request.method, &*request.body), ("PUT", br#"{"level":2}"#.as_slice()));
        let bare = save(&endpoint, (USERS, Some("a")), Some(&token), &ops, (Some("{}"), false), 1);
        assert!(bare.url.ends_with("/users/a?where=%7B%7D"));
        let get = fetch(&endpoint, (USERS, "a"), None, (Some("nickname,avatar"), Some("team")), 1);
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
