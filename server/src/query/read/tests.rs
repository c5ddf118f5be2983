use serde_json::json;

use super::*;

fn problem(sent: &Value) -> Option<Problem> {
    Where::read(&sent.to_string()).err()
}

#[test]
fn every_operator_is_read() {
    let point = json!({ "__type": "GeoPoint", "latitude": 1, "longitude": 2 });
    let query = json!({ "className": "C", "where": { "a": 1 }, "limit": 5, "order": "-a" });
    let pointer = json!({ "__type": "Pointer", "className": "C", "objectId": "i" });
    for sent in [
        json!({ "a": { "$eq": 1, "$ne": 2, "$lt": 3, "$lte": "x", "$gt": 1, "$gte": 1 } }),
        json!({ "a": { "$in": [1, null], "$nin": [], "$all": ["x"], "$exists": true } }),
        json!({ "a": { "$size": 2, "$regex": "^a", "$options": "i" } }),
        json!({ "a": { "$inQuery": query, "$notInQuery": { "className": "C" } } }),
        json!({ "a": { "$select": { "query": query, "key": "b" } } }),
        json!({ "a": { "$dontSelect": { "query": query, "key": "b.c" } } }),
        json!({ "a": { "$nearSphere": point, "$maxDistanceInMiles": 3 } }),
        json!({ "a": { "$within": { "$box": [point, point] } } }),
        json!({ "$or": [{ "a": 1 }, { "$and": [{}, { "b.c": null }] }] }),
        json!({ "$relatedTo": { "object": pointer, "key": "likes" } }),
    ] {
        assert_eq!(problem(&sent), None, "{sent}");
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    let near = json!({ "$nearSphere": { "latitude": 1, "longitude": 2 } });
    for (sent, expected) in [
        (json!([]), Problem::QUERY_JSON),
        (json!({ "$where": "1" }), Problem::QUERY_OPERATOR),
        (json!({ "$or": {} }), Problem::QUERY_OPERATOR),
        (json!({ "$or": [] }), Problem::QUERY_OPERATOR),
        (json!({ "$and": [1] }), Problem::QUERY_OPERAND),
        (json!({ "a": { "$near": 1 } }), Problem::QUERY_OPERATOR),
        (json!({ "a": { "$eq": 1, "b": 2 } }), Problem::QUERY_OPERATOR),
        (json!({ "a": { "$in": 1 } }), Problem::QUERY_OPERAND),
        (json!({ "a": { "$size": -1 } }), Problem::QUERY_OPERAND),
        (json!({ "a": { "$exists": 1 } }), Problem::QUERY_OPERAND),
        (json!({ "a": { "$gt": null } }), Problem::QUERY_RANGE),
        (json!({ "a": { "$regex": "(" } }), Problem::QUERY_PATTERN),
        (json!({ "a": { "$options": "i" } }), Problem::QUERY_OPERAND),
        (json!({ "a": { "$maxDistance": 1 } }), Problem::QUERY_OPERAND),
        (json!({ "$or": [{ "a": near }] }), Problem::QUERY_NEAR),
        (json!({ "a": near, "b": near }), Problem::QUERY_NEAR),
        (json!({ "a b": 1 }), Problem::QUERY_KEY),
        (json!({ "a": { "$inQuery": {} } }), Problem::QUERY_OPERAND),
        (
            json!({ "$relatedTo": { "object": { "objectId": "x" }, "key": "a" } }),
            Problem::BAD_POINTER,
        ),
    ] {
        assert_eq!(problem(&sent), Some(expected), "{sent}");
    }
}

#[test]
fn nothing_grows_beyond_its_bound() {
    let many: Map<_, _> = (0..=MAX_CONDITIONS).map(|i| (format!("f{i}"), json!(1))).collect();
    assert_eq!(problem(&many.into()), Some(Problem::QUERY_CONDITIONS));
    let mut deep = json!({});
    for _ in 0..=MAX_DEPTH {
        deep = json!({ "$and": [deep] });
    }
    assert_eq!(problem(&deep), Some(Problem::QUERY_DEPTH));
    let list = |length| json!({ "$in": vec![0; length] });
    assert_eq!(problem(&json!({ "a": list(MAX_LIST + 1) })), Some(Problem::QUERY_LIST));
    let lists: Map<_, _> = (0..5).map(|i| (format!("f{i}"), list(MAX_LIST))).collect();
    assert_eq!(problem(&lists.into()), Some(Problem::QUERY_LIST));
    let query = |filter| json!({ "a": { "$inQuery": { "className": "C", "where": filter } } });
    let deep = (0..=MAX_SUBQUERY_DEPTH).fold(json!({}), |filter, _| query(filter));
    assert_eq!(problem(&deep), Some(Problem::QUERY_SUBQUERIES));
    let wide = json!({ "$and": vec![query(json!({})); MAX_SUBQUERIES + 1] });
    assert_eq!(problem(&wide), Some(Problem::QUERY_SUBQUERIES));
    let long = json!({ "a": "x".repeat(MAX_TEXT) });
    assert_eq!(problem(&long), Some(Problem::QUERY_TEXT));
    // As deep as the parser of JSON goes.
    let text = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
    assert_eq!(Where::read(&text).err(), Some(Problem::QUERY_JSON));
    let refused = Where::read_for_write(&query(json!({})).to_string()).err();
    assert_eq!(refused, Some(Problem::QUERY_NO_SUBQUERIES));
    let order = ["a"; MAX_ORDERS + 1].join(",");
    assert_eq!(Order::read(&order).err(), Some(Problem::QUERY_ORDERS));
    assert_eq!(Order::read(" a, -b.c ,").unwrap().len(), 2);
}
