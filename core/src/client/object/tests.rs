use super::*;
use crate::error::flag;
use proptest::prelude::*;
use serde_json::json;

fn object() -> Object {
    let Value::Object(row) = json!({
        "objectId": "a", "createdAt": "2018-05-21T09:33:26.406Z", "nickname": "塔拉",
        "sessionToken": "secret", "level": 7, "big": i64::MAX, "huge": u64::MAX, "x": 1.5,
        "flag": true, "none": null, "list": [1], "map": {"__type": "Pointer"},
        "born": {"__type": "Date", "iso": "1969-12-31T23:59:59.999Z"},
        "odd": {"__type": "Date", "iso": "yesterday"},
    }) else {
        panic!()
    };
    Object::new(Arc::new(row))
}

#[test]
fn each_getter_gives_its_own_type_and_no_other() {
    let object = object();
    assert_eq!(object.get_str("nickname"), Ok(Some("塔拉".to_owned())));
    assert_eq!(object.get_i64("level"), Ok(Some(7)));
    assert_eq!(object.get_i64("big"), Ok(Some(i64::MAX)));
    assert_eq!(object.get_f64("x"), Ok(Some(1.5)));
    assert_eq!(object.get_f64("level"), Ok(Some(7.0)));
    assert_eq!(object.get_bool("flag"), Ok(Some(true)));
    assert_eq!(object.get_date("createdAt"), Ok(Some(1_526_895_206_406)));
    assert_eq!(object.get_date("born"), Ok(Some(-1)));
    assert_eq!(object.get_i64("absent"), Ok(None));
    let wrong = |result: Result<()>| assert_eq!(result.unwrap_err().status, status::WRONG_TYPE);
    wrong(object.get_i64("x").map(|_| ()));
    wrong(object.get_i64("huge").map(|_| ()));
    wrong(object.get_str("level").map(|_| ()));
    wrong(object.get_bool("level").map(|_| ()));
    wrong(object.get_date("odd").map(|_| ()));
    wrong(object.get_date("nickname").map(|_| ()));
}

#[test]
fn types_are_told_and_the_token_stays_out_of_the_json() {
    let object = object();
    for (key, expected) in [
        ("none", value_type::NULL),
        ("nickname", value_type::STRING),
        ("level", value_type::I64),
        ("huge", value_type::F64),
        ("flag", value_type::BOOL),
        ("createdAt", value_type::DATE),
        ("born", value_type::DATE),
        ("list", value_type::ARRAY),
        ("map", value_type::OBJECT),
    ] {
        assert_eq!(object.value_type(key), Some(expected), "{key}");
    }
    assert_eq!(object.value_type("absent"), None);
    assert!(!object.json().contains("secret"));
    assert_eq!(object.get_str("sessionToken"), Ok(Some("secret".to_owned())));
    assert!(object.keys().contains(&"sessionToken".to_owned()));
}
#[test]
fn a_save_that_fails_puts_its_changes_back_beneath_the_newer_ones() {
    let object = Arc::new(object());
    object.set("a", 1.into()).unwrap();
    object.set("b", 1.into()).unwrap();
    object.set("c", 1.into()).unwrap();
    let first = object.cut(false);
    object.set("b", 2.into()).unwrap();
    let second = object.cut(false);
    object.set("c", 3.into()).unwrap();
    let shown = || ["a", "b", "c"].map(|key| object.get_i64(key).unwrap());
    assert_eq!(shown(), [Some(1), Some(2), Some(3)]);
    drop(first);
    assert_eq!(shown(), [Some(1), Some(2), Some(3)], "what the game reads stays");
    let third = object.cut(false);
    // b is the second save's matter.
    assert_eq!(third.sending().ops.body(), json!({"a": 1, "c": 3}));
    drop(second);
    assert!(object.is_dirty(Some("b")));
    object.replace(Arc::new(Row::new()));
    third.land_first().forget();
    assert_eq!(shown(), [None, Some(2), None], "only b is left to be saved");
    assert!(!object.is_dirty(Some("a")) && object.is_dirty(None));
}

/// The changes of a save that waits, and what it ends with instead of being sent.
fn waits(cut: &Cut) -> (Value, Option<i32>) {
    (cut.sending().ops.body(), cut.stopped().map(|error| error.status))
}

#[test]
fn what_is_in_doubt_goes_with_nothing_that_was_submitted_before_the_game_knew() {
    let object = Arc::new(object());
    object.build_on("list", ops::list(ListChange::Add, json!([2])).unwrap()).unwrap();
    let first = object.cut(false);
    object.build_on("list", ops::list(ListChange::Remove, json!([2])).unwrap()).unwrap();
    object.set("a", 1.into()).unwrap();
    let second = object.cut(true);
    object.set("a", 2.into()).unwrap();
    let third = object.cut(false);
    first.send();
    first.fail(&lost());
    let doubt = first.doubt();
    drop(first);
    let stopped = (json!({}), Some(status::NETWORK));
    assert_eq!([waits(&second), waits(&third)], [stopped.clone(), stopped.clone()]);
    let why = third.stopped().unwrap();
    assert_eq!(
        (why.flags, why.http_status),
        (0, 0),
        "it was not sent, and is not to be sent again"
    );
    assert!(second.doubt().is_none(), "one doubt is enough");
    assert_eq!(waits(&object.cut(false)), stopped);
    drop((second, third, doubt));
    let next = object.cut(false);
    let first_stage = json!({"list": {"__op": "Add", "objects": [2]}, "a": 2});
    assert_eq!(waits(&next), (first_stage, None), "in the order in which they were made");
    next.land_first().forget();
    assert_eq!(next.sending().ops.body(), json!({"list": {"__op": "Remove", "objects": [2]}}));
    next.land_first().forget();
    assert!(!object.is_dirty(None));
}

#[test]
fn what_was_submitted_after_a_save_was_given_up_is_sent() {
    let object = Arc::new(object());
    object.set("a", 1.into()).unwrap();
    let first = object.cut(false);
    object.set("b", 1.into()).unwrap();
    let second = object.cut(false);
    first.send();
    first.give_up(next_number());
    object.set("a", 2.into()).unwrap();
    let third = object.cut(false);
    drop(first);
    assert_eq!(waits(&second), (json!({}), Some(status::CANCELLED)));
    assert_eq!(waits(&third), (json!({"a": 2, "b": 1}), None));
    // Also what was never sent.
    let fourth = object.cut(false);
    third.give_up(next_number());
    let fifth = object.cut(false);
    drop((second, third));
    assert_eq!(waits(&fourth), (json!({}), None));
    assert_eq!(waits(&fifth), (json!({"a": 2, "b": 1}), None));
}

#[test]
fn only_the_first_stage_of_a_save_has_its_condition() {
    let object = Arc::new(object());
    for how in [ListChange::Add, ListChange::Remove] {
        object.build_on("list", ops::list(how, json!([2])).unwrap()).unwrap();
    }
    let first = object.cut(true);
    let second = object.cut(false);
    first.send();
    drop(first.land_first());
    first.fail(&Error::new(status::FORBIDDEN, "no"));
    assert!(first.doubt().is_none());
    drop(first);
    assert_eq!(second.stopped(), None);
}

/// A server of its own: what it does with the body of one save.
fn serve(row: &mut Row, body: &Value) {
    for (key, op) in body.as_object().unwrap() {
        let now = row.remove(key);
        let list = |now: Option<Value>| match now {
            Some(Value::Array(list)) => list,
            None => Vec::new(),
            Some(other) => panic!("a list operation on {other}"),
        };
        let objects = || op["objects"].as_array().unwrap().clone();
        let after = match op.get("__op").and_then(Value::as_str) {
            None => Some(op.clone()),
            Some("Delete") => None,
            Some("Increment") => Some(match (now.unwrap_or(json!(0)), &op["amount"]) {
                (now, amount) if now.is_i64() && amount.is_i64() => {
                    (now.as_i64().unwrap() + amount.as_i64().unwrap()).into()
                }
                (now, amount) => (now.as_f64().unwrap() + amount.as_f64().unwrap()).into(),
            }),
            Some("Add") => Some(list(now).into_iter().chain(objects()).collect()),
            Some("AddUnique" | "AddRelation") => {
                let mut all = list(now);
                for object in objects() {
                    if !all.contains(&object) {
                        all.push(object);
                    }
                }
                if key == "r" {
                    all.sort_by_key(Value::to_string);
                }
                Some(all.into())
            }
            Some("Remove" | "RemoveRelation") => now.map(|now| {
                let gone = objects();
                list(Some(now)).into_iter().filter(|v| !gone.contains(v)).collect()
            }),
            Some(other) => panic!("{other}"),
        };
        if let Some(after) = after.filter(|after| key != "r" || *after != json!([])) {
            row.insert(key.clone(), after);
        }
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Change(&'static str, Value),
    Save,
    /// The oldest save ends: it fails, or succeeds.
    End(bool),
    /// The oldest save ends: nobody knows whether it was done. It was not.
    Doubt,
}

fn lost() -> Error {
    let mut error = Error::new(status::NETWORK, "lost");
    error.flags = flag::MAYBE_DONE;
    error
}

fn happening() -> impl Strategy<Value = Happening> {
    let list = || proptest::collection::vec(0..4_i64, 1..3);
    let listed = |name: &'static str| {
        list().prop_map(move |of| Happening::Change("l", json!({"__op": name, "objects": of})))
    };
    let related = |name: &'static str| {
        (0..4_u8).prop_map(move |id| {
            let pointer = ops::pointer("C", Some(&id.to_string()), 0);
            Happening::Change("r", json!({"__op": name, "objects": [pointer]}))
        })
    };
    let change = |key, value| Happening::Change(key, value);
    prop_oneof![
        3 => Just(Happening::Save),
        3 => any::<bool>().prop_map(Happening::End),
        1 => Just(Happening::Doubt),
        1 => (-9..9_i64).prop_map(move |n| change("n", n.into())),
        3 => (-9..9_i64).prop_map(move |n| change("n", ops::increment(n.into()))),
        1 => (-9..9_i8).prop_map(move |n| {
            change("n", json!({"__op": "Increment", "amount": f64::from(n) / 4.0}))
        }),
        1 => list().prop_map(move |of| change("l", json!(of))),
        2 => listed("Add"),
        2 => listed("AddUnique"),
        2 => listed("Remove"),
        2 => related("AddRelation"),
        2 => related("RemoveRelation"),
        1 => prop_oneof![Just("n"), Just("l")].prop_map(move |key| change(key, ops::delete())),
    ]
}

proptest! {
    /// Whatever saves fail in between, the server ends up as if each change had been made there
    /// by itself; and the game reads that all along.
    #[test]
    fn what_is_saved_is_what_was_done(
        exists in any::<bool>(),
        story in proptest::collection::vec(happening(), 0..40),
    ) {
        let mut server = Row::new();
        if exists {
            server = Row::from_iter([
                ("objectId".to_owned(), json!("a")), ("n".to_owned(), json!(1)),
                ("l".to_owned(), json!([1, 2])),
            ]);
        }
        let mut model = server.clone();
        let object = Arc::new(Object::of("C", Arc::new(server.clone())));
        let mut saves = std::collections::VecDeque::new();
        let end = |cut: Cut, fails: bool, server: &mut Row| {
            loop {
                let sending = cut.sending();
                let stopped = cut.stopped().is_some();
                assert!(!stopped || !sending.ops.has(None), "sent behind what is in doubt");
                if stopped || fails || !sending.ops.has(None) && sending.id.is_some() {
                    return;
                }
                match &sending.id {
                    Some(_) => serve(server, &sending.ops.body()),
                    None => serve(server, &sending.ops.new_body()),
                }
                server.insert("objectId".to_owned(), json!("a"));
                // The oldest save alone is under way; the game is told at once.
                object.tell(cut.land(&Row::from_iter([("objectId".to_owned(), json!("a"))])));
            }
        };
        for happening in story.into_iter().chain([Happening::Save]) {
            match happening {
                Happening::Change(key, op) => {
                    let done = if op.get("__op").is_none() {
                        object.set(key, op.clone())
                    } else if key == "r" || op == ops::delete() {
                        object.change(&mut |inner| inner.pending.change(key, op.clone()))
                    } else {
                        object.build_on(key, op.clone())
                    };
                    if done.is_ok() {
                        serve(&mut model, &json!({key: op}));
                    }
                }
                Happening::Save => saves.push_back(object.cut(false)),
                Happening::Doubt => {
                    if let Some(cut) = saves.pop_front().filter(|cut| cut.stopped().is_none()) {
                        cut.send();
                        cut.fail(&lost());
                        let doubt = cut.doubt();
                        drop(cut);
                        prop_assert!(saves.iter().all(|cut| cut.stopped().is_some()));
                        // Submitted before the game is told.
                        saves.push_back(object.cut(false));
                        drop(doubt);
                    }
                }
                Happening::End(fails) => {
                    if let Some(cut) = saves.pop_front() {
                        end(cut, fails, &mut server);
                    }
                }
            }
            for key in ["n", "l"] {
                prop_assert_eq!(object.value(key), model.get(key).cloned());
            }
        }
        while let Some(cut) = saves.pop_front() {
            end(cut, false, &mut server);
        }
        end(object.cut(false), false, &mut server);
        prop_assert!(!object.is_dirty(None));
        model.insert("objectId".to_owned(), json!("a"));
        prop_assert_eq!(server, model);
    }
}

#[test]
fn a_change_is_read_at_once_and_a_snapshot_keeps_what_it_saw() {
    let object = Arc::new(object());
    object.set_json("list", "[1,2]").unwrap();
    object.set_f64("x", 2.5).unwrap();
    object.unset("flag").unwrap();
    let snapshot = object.snapshot();
    object.set_date("born", -1).unwrap();
    assert_eq!(
        object.value("born"),
        Some(json!({
            "__type": "Date", "iso": "1969-12-31T23:59:59.999Z",
        }))
    );
    object.set_date("born", 1_526_895_206_406).unwrap();
    assert_eq!(object.get_date("born"), Ok(Some(1_526_895_206_406)));
    object.set("x", 1.into()).unwrap();
    assert_eq!((snapshot.get_f64("x"), snapshot.value("flag")), (Ok(Some(2.5)), None));
    assert_eq!(snapshot.value("list"), Some(json!([1, 2])));
    let refused = [
        snapshot.set("x", 1.into()),
        object.set_f64("x", f64::NAN),
        object.set_f64("x", f64::INFINITY),
        object.set_date("x", i64::MAX),
        object.set_date("x", i64::MIN),
        object.set_date("x", -62_135_596_800_001),
        object.set("objectId", 1.into()),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().status, status::INVALID_ARGUMENT);
    }
    assert_eq!(object.get_i64("x"), Ok(Some(1)));
}

fn unsaved() -> Arc<Object> {
    Arc::new(Object::of("C", Arc::new(Row::new())))
}

fn saved(object: &Object, id: &str) {
    object.tell(object.learn(&Row::from_iter([("objectId".to_owned(), json!(id))])));
}

#[test]
fn a_target_that_gets_its_id_meanwhile_is_pointed_to_by_it() {
    for _ in 0..4000 {
        let (object, target) = (unsaved(), unsaved());
        let start = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                saved(&target, "t");
            });
            start.wait();
            object.point("pointer", &target).unwrap();
            object.relate("related", &target, true).unwrap();
        });
        assert!(object.unsaved_targets().is_empty());
        let sending = object.cut(false).sending();
        assert!(!sending.waits, "a save would wait for ever");
        let pointer = ops::pointer("C", Some("t"), 0);
        let related = ops::relation(true, pointer.clone());
        assert_eq!(sending.ops.body(), json!({"pointer": pointer, "related": related}));
    }
}

#[test]
fn a_chain_of_targets_may_be_longer_than_the_stack() {
    let head = unsaved();
    let mut last = Arc::clone(&head);
    for _ in 0..100_000 {
        let next = unsaved();
        last.point("next", &next).unwrap();
        last = next;
    }
    let end = Arc::downgrade(&last);
    drop(last);
    assert!(end.upgrade().is_some(), "the chain holds it");
    drop(head);
    assert!(end.upgrade().is_none());
}

#[test]
fn targets_are_let_go_when_nothing_points_to_them_any_more() {
    let (one, two, three) = (unsaved(), unsaved(), unsaved());
    let held = [&one, &two, &three].map(Arc::downgrade);
    let alive = || held.each_ref().map(|held| held.upgrade().is_some());
    one.point("a", &two).unwrap();
    one.relate("b", &two, true).unwrap();
    two.point("a", &one).unwrap();
    one.point("c", &three).unwrap();
    drop(three);
    one.point("c", &two).unwrap();
    assert_eq!(alive(), [true, true, false], "another took its place");
    one.unset("a").unwrap();
    one.set("c", 1.into()).unwrap();
    two.unset("a").unwrap();
    drop(two);
    assert_eq!(alive(), [true, true, false], "the relation holds it");
    one.unset("b").unwrap();
    assert_eq!(alive(), [true, false, false]);
    drop(one);
    assert_eq!(alive(), [false; 3]);
}

#[test]
fn a_target_that_is_being_saved_stays_with_the_save() {
    let (object, target) = (unsaved(), unsaved());
    object.point("a", &target).unwrap();
    object.point("b", &target).unwrap();
    let cut = object.cut(false);
    object.unset("a").unwrap();
    object.point("a", &target).unwrap();
    object.unset("a").unwrap();
    assert!(cut.sending().waits);
    saved(&target, "t");
    assert!(!cut.sending().waits);
    assert_eq!(object.target("b").unwrap().unwrap().local(), target.local());
    assert!(object.unsaved_targets().is_empty());
    let known = object.target("b").unwrap().unwrap();
    assert_eq!(known.id().as_deref(), Some("t"));
}
