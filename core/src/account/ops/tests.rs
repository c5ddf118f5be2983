use super::*;
use serde_json::json;

fn ops(pairs: &[(&str, Option<i32>)]) -> Ops {
    let mut ops = Ops::default();
    for (key, value) in pairs {
        match value {
            Some(value) => ops.set(key, (*value).into()).unwrap(),
            None => ops.unset(key).unwrap(),
        }
    }
    ops
}

#[test]
fn newer_changes_hide_older_ones() {
    let mut newer = ops(&[("a", Some(2)), ("b", None)]);
    newer.put_beneath(ops(&[("a", Some(1)), ("b", Some(1)), ("c", Some(1))]));
    assert_eq!(newer.body(), json!({"a": 2, "b": {"__op": "Delete"}, "c": 1}));
    let Value::Object(mut row) = json!({"b": 0, "d": 0}) else { panic!() };
    newer.apply(&mut row);
    assert_eq!(Value::Object(row), json!({"a": 2, "c": 1, "d": 0}));
    let mut older = ops(&[("a", Some(1)), ("z", Some(1))]);
    assert_eq!(older.take_shared(&newer).body(), json!({"a": 1}));
    assert_eq!(older.body(), json!({"z": 1}));
    older.take_shared(&ops(&[("z", None)]));
    assert!(!older.has(None));
}

/// The stages that these operations on `a` come to.
fn stages(changes: &[Value]) -> Result<Value> {
    let mut ops = Ops::default();
    for op in changes {
        match op.get("__op") {
            Some(_) => ops.change("a", op.clone())?,
            None => ops.set("a", op.clone())?,
        }
    }
    Ok(ops.0.iter().map(|stage| stage["a"].clone()).collect::<Vec<_>>().into())
}

fn op(name: &str, objects: Value) -> Value {
    json!({"__op": name, "objects": objects})
}

fn plus(amount: impl Into<Number>) -> Value {
    increment(amount.into())
}

#[test]
fn two_changes_are_one_where_one_does_the_same() {
    let half = Number::from_f64(0.5).unwrap();
    let point = |id: &str| pointer("C", Some(id), 0);
    let cases = [
        (vec![json!(5), plus(2)], json!([7])),
        (vec![json!(5), plus(half.clone())], json!([5.5])),
        (vec![json!([1]), op("Add", json!([1, 2]))], json!([[1, 1, 2]])),
        (vec![json!([1]), op("AddUnique", json!([1, 2, 2]))], json!([[1, 2]])),
        (vec![json!([1, 2, 1.0]), op("Remove", json!([1]))], json!([[2]])),
        (vec![delete(), plus(3)], json!([3])),
        (vec![delete(), op("Add", json!([1, 1]))], json!([[1, 1]])),
        (vec![delete(), op("AddUnique", json!([1, 1]))], json!([[1]])),
        (vec![delete(), op("Remove", json!([1]))], json!([delete()])),
        (vec![plus(1), plus(2)], json!([plus(3)])),
        (vec![plus(1), plus(half)], json!([plus(Number::from_f64(1.5).unwrap())])),
        (vec![op("Add", json!([1])), op("Add", json!([1]))], json!([op("Add", json!([1, 1]))])),
        (
            vec![op("AddUnique", json!([1])), op("AddUnique", json!([1, 2]))],
            json!([op("AddUnique", json!([1, 2]))]),
        ),
        (
            vec![op("Remove", json!([1])), op("Remove", json!([2, 1]))],
            json!([op("Remove", json!([1, 2]))]),
        ),
        (vec![plus(1), json!("x")], json!(["x"])),
        (vec![op("Add", json!([1])), op("Remove", json!([1])), delete()], json!([delete()])),
        // Where there is none, they go one after the other.
        (
            vec![op("Add", json!([1])), op("Remove", json!([1])), op("Remove", json!([2]))],
            json!([op("Add", json!([1])), op("Remove", json!([1, 2]))]),
        ),
        // In a relation the newest word on each object counts.
        (
            vec![
                relation(true, point("x")),
                relation(true, point("y")),
                relation(false, point("x")),
            ],
            json!([
                op("AddRelation", json!([point("y")])),
                op("RemoveRelation", json!([point("x")]))
            ]),
        ),
        (
            vec![relation(true, point("x")), relation(false, point("x"))],
            json!([op("RemoveRelation", json!([point("x")]))]),
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(stages(&changes), Ok(expected), "{changes:?}");
    }
}

#[test]
fn what_cannot_follow_is_refused_and_changes_nothing() {
    let cases = [
        (vec![json!("x"), plus(1)], status::WRONG_TYPE),
        (vec![json!(1), op("Add", json!([1]))], status::WRONG_TYPE),
        (vec![plus(1), op("Add", json!([1]))], status::WRONG_TYPE),
        (vec![op("Remove", json!([1])), plus(1)], status::WRONG_TYPE),
        (vec![json!(1), relation(true, pointer("C", Some("x"), 0))], status::WRONG_TYPE),
        (vec![plus(1), relation(true, pointer("C", Some("x"), 0))], status::WRONG_TYPE),
        (vec![json!(i64::MAX), plus(1)], status::INVALID_ARGUMENT),
        (vec![plus(i64::MIN), plus(-1)], status::INVALID_ARGUMENT),
    ];
    for (changes, expected) in cases {
        assert_eq!(stages(&changes).unwrap_err().status, expected, "{changes:?}");
    }
    let mut many = Vec::new();
    for _ in 0..STAGES_MAX / 2 {
        many.extend([op("Add", json!([1])), op("Remove", json!([1]))]);
    }
    assert_eq!(stages(&many).unwrap().as_array().unwrap().len(), STAGES_MAX);
    many.push(op("Add", json!([1])));
    assert_eq!(stages(&many).unwrap_err().status, status::LIMIT);
    let mut ops = ops(&[("a", Some(i32::MAX))]);
    assert!(ops.change("a", op("Add", json!([1]))).is_err());
    assert_eq!(ops.body(), json!({"a": i32::MAX}));
}

#[test]
fn what_a_failed_save_puts_back_is_never_refused() {
    let mut newer = Ops::default();
    newer.change("a", plus(1)).unwrap();
    let mut older = Ops::default();
    older.change("a", op("Add", json!([1]))).unwrap();
    newer.put_beneath(older);
    assert_eq!(newer.take_first().body(), json!({"a": op("Add", json!([1]))}));
    assert_eq!(newer.body(), json!({"a": plus(1)}), "the server says that it does not fit");
}

#[test]
fn marks_become_ids() {
    let mut ops = Ops::default();
    ops.set("one", pointer("C", None, 7)).unwrap();
    ops.change("many", relation(true, pointer("C", None, 8))).unwrap();
    assert_eq!(ops.resolve(&|mark| (mark == 7).then(|| "x".to_owned())), [8]);
    assert_eq!(ops.body()["one"], pointer("C", Some("x"), 0));
    assert_eq!(ops.resolve(&|_| Some("y".to_owned())), [0; 0]);
    assert_eq!(ops.body()["many"]["objects"], json!([pointer("C", Some("y"), 0)]));
}

#[test]
fn what_the_server_writes_is_refused() {
    let long = "a".repeat(129);
    for key in READ_ONLY.into_iter().chain(["", "_x", "1x", "a.b", "a$", "名", &long]) {
        assert!(Ops::default().unset(key).is_err(), "{key}");
        assert!(Ops::default().set(key, 1.into()).is_err(), "{key}");
    }
    let smuggled = json!({"__op": "Increment", "amount": 1});
    assert!(Ops::default().set("level", smuggled).is_err());
}
