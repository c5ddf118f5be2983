//! Queries of objects.

use serde_json::{Value, json};

use super::{Answer, Server};

/// `path?a=b&…`
pub fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(format!("{path}?")).extend_pairs(pairs).finish()
}

/// Makes an object, with the master key.
#[track_caller]
pub fn made(server: &Server, class: &str, body: &Value) -> String {
    let answer = server.master("POST", &format!("/1.1/classes/{class}"), body);
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("objectId").to_owned()
}

/// Asks with the master key.
pub fn find(server: &Server, class: &str, pairs: &[(&str, &str)]) -> Answer {
    server.master("GET", &with(&format!("/1.1/classes/{class}"), pairs), &Value::Null)
}

/// Asks as a player, or as nobody.
pub fn find_as(
    server: &Server,
    session: Option<&str>,
    class: &str,
    pairs: &[(&str, &str)],
) -> Answer {
    server.get(&with(&format!("/1.1/classes/{class}"), pairs), session)
}

/// One key of what was found, in order.
#[track_caller]
pub fn values<'a>(answer: &'a Answer, key: &str) -> Vec<&'a Value> {
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["results"].as_array().unwrap().iter().map(|row| &row[key]).collect()
}

/// A pointer.
pub fn to(class: &str, id: &str) -> Value {
    json!({ "__type": "Pointer", "className": class, "objectId": id })
}
