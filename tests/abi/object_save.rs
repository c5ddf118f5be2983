//! Making, saving, fetching and deleting objects of a game's own classes.

use serde_json::{Value, json};

use crate::common::api::{self, Plain, SaveOptions, api};
use crate::common::client::{Client, Setup, User, accepted, message, take_object};
use crate::common::host::{self, Seen};
use crate::common::memory_folder as folder;

fn hosted(folder: &std::path::Path) -> Client {
    Setup::hosted(folder).open()
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).expect("JSON")
}

fn made(id: &str) -> String {
    json!({"objectId": id, "createdAt": "2026-02-02T00:00:00.000Z"}).to_string()
}

/// Answers the save that is under way, as the server does for a new object.
fn let_be(client: &Client, id: &str) -> Seen {
    let seen = host::request(client);
    host::answer(client, seen.id, 201, &made(id));
    seen
}

#[test]
fn a_new_object_is_made_once_and_changed_from_then_on() {
    let folder = folder();
    let client = hosted(folder.path());
    let score = client.create("Score");
    assert_eq!((score.increment("points", 5), score.add_unique("tags", "[1,1]")), (0, 0));
    assert_eq!(score.unset("never"), api::OK);
    assert_eq!(score.whole(), json!({"className": "Score", "points": 5, "tags": [1]}));
    // Neither waits for the other's event.
    let saves = [client.submit_save(&score), {
        score.increment("points", 2);
        client.submit_save(&score)
    }];
    let seen = let_be(&client, "s1");
    assert_eq!((&*seen.method, body(&seen)), ("POST", json!({"points": 5, "tags": [1]})));
    assert!(seen.url.ends_with("/1.1/classes/Score"), "{}", seen.url);
    let seen = host::request(&client);
    assert_eq!(&*seen.method, "PUT", "it is known by now, though no event was delivered");
    assert!(seen.url.ends_with("/1.1/classes/Score/s1"), "{}", seen.url);
    assert_eq!(body(&seen), json!({"points": {"__op": "Increment", "amount": 2}}));
    assert_eq!(score.str("objectId"), Err(api::NONE), "nothing was delivered");
    host::answer(&client, seen.id, 200, r#"{"objectId":"s1","updatedAt":"t"}"#);
    // The later event first: what it tells is the newest.
    client.succeed(saves[1]);
    assert_eq!(
        (score.i64("points"), score.id(), score.is_dirty(None)),
        (Ok(7), "s1".into(), false)
    );
    client.succeed(saves[0]);
    assert_eq!((score.i64("points"), score.str("updatedAt")), (Ok(7), Ok("t".to_owned())));
    let taken = take_object(saves[0], 0).expect("the object");
    taken.set_str("name", "n");
    assert_eq!(score.str("name"), Ok("n".to_owned()), "it is the same object");
    let empty = client.create("_Role");
    let save = client.submit_save(&empty);
    let seen = let_be(&client, "r1");
    assert!(seen.url.ends_with("/1.1/roles") && body(&seen) == json!({}), "{seen:?}");
    client.succeed(save);
    assert_eq!(empty.str("updatedAt"), empty.str("createdAt"), "as old as it is");
    let save = client.submit_save(&empty);
    client.succeed(save);
    assert!(host::next(&client).is_none(), "there is nothing to save");
    for class in ["", "a b", "9", "_User", "a/b", "__a"] {
        let refused = client.try_create(class).err().map(|error| error.status);
        assert_eq!(refused, Some(api::INVALID_ARGUMENT), "{class}");
    }
}

#[test]
fn what_an_object_points_to_is_saved_first() {
    let folder = folder();
    let client = hosted(folder.path());
    let [book, author, home] = ["Book", "Author", "Home"].map(|class| client.create(class));
    author.point("home", &home);
    book.point("author", &author);
    book.relate("readers", &author);
    let shown = book.target("author").expect("the author");
    shown.set_str("name", "n");
    assert_eq!(author.str("name"), Ok("n".to_owned()), "the very object, as long as it has no id");
    let save = client.submit_save(&book);
    // The game may let go of them.
    drop((author, home, shown));
    let pointer =
        |class: &str, id: &str| json!({"__type": "Pointer", "className": class, "objectId": id});
    assert!(let_be(&client, "h1").url.ends_with("/classes/Home"));
    let seen = let_be(&client, "a1");
    assert_eq!(body(&seen), json!({"home": pointer("Home", "h1"), "name": "n"}));
    let seen = let_be(&client, "b1");
    assert_eq!(
        body(&seen),
        json!({
            "author": pointer("Author", "a1"),
            "readers": {"__op": "AddRelation", "objects": [pointer("Author", "a1")]},
        })
    );
    client.succeed(save);
    let author = book.target("author").expect("the author");
    assert_eq!(author.id(), "a1");
    assert_eq!(book.json(Some("author")), Ok(pointer("Author", "a1")));
}

#[test]
fn a_target_that_is_not_saved_keeps_back_what_points_to_it() {
    let folder = folder();
    let client = hosted(folder.path());
    let (book, author) = (client.create("Book"), client.create("Author"));
    book.point("author", &author);
    let save = client.submit_save(&book);
    let seen = host::request(&client);
    host::answer(&client, seen.id, 403, r#"{"code":403,"error":"Forbidden to create"}"#);
    let event = client.finish(save);
    assert_eq!((event.kind, event.status, event.objects), (api::EVENT_SAVED, api::FORBIDDEN, 0));
    assert!(host::next(&client).is_none(), "nothing else was sent");
    assert!(book.is_dirty(Some("author")));
    // In a circle there is no first.
    author.point("best", &book);
    let refused = client.try_save(book.0, None).unwrap_err();
    assert_eq!(refused.status, api::INVALID_ARGUMENT, "{}", refused.text());
    let alone = client.create("Loop");
    alone.point("me", &alone);
    assert_eq!(client.try_save(alone.0, None).unwrap_err().status, api::INVALID_ARGUMENT);
    let objects = [book.0, author.0];
    assert_eq!(client.try_save_all(&objects).unwrap_err().status, api::INVALID_ARGUMENT);
    author.unset("best");
    client.submit_save(&book);
    let_be(&client, "a1");
    assert!(host::request(&client).url.ends_with("/classes/Book"));
}

#[test]
fn many_objects_go_in_one_request_each_for_itself() {
    let folder = folder();
    let client = hosted(folder.path());
    let (old, child) = (client.without_data("Old", "o1").expect("an object"), client.create("Kid"));
    let (new, bad, same) = (client.create("New"), client.create("Bad"), client.create("Same"));
    old.increment("n", 1);
    old.point("kid", &child);
    new.set_str("a", "x");
    bad.point("same", &same);
    let save = client.save_all(&[&old, &bad, &new, &new, &same]);
    let seen = host::request(&client);
    assert_eq!((&*seen.method, seen.url.ends_with("/1.1/batch")), ("POST", true));
    let post = |class: &str, body: Value| json!({"method": "POST", "path": format!("/1.1/classes/{class}"), "body": body});
    let (kid, same_too) = (post("Kid", json!({})), post("Same", json!({})));
    assert_eq!(
        body(&seen),
        json!({"requests": [kid, same_too, post("New", json!({"a": "x"}))]}),
        "first those that wait for nothing"
    );
    let (k1, n1): (Value, Value) =
        (serde_json::from_str(&made("k1")).unwrap(), serde_json::from_str(&made("n1")).unwrap());
    let no = json!({"error": {"code": 142, "error": "Cloud Code validation failed."}});
    let answers = json!([{"success": k1}, no, {"success": n1}]);
    host::answer(&client, seen.id, 200, &answers.to_string());
    let seen = host::request(&client);
    assert_eq!(&*seen.method, "PUT", "one that is left goes by itself: {seen:?}");
    assert_eq!(body(&seen)["kid"]["objectId"], "k1");
    host::answer(&client, seen.id, 200, "{}");
    let event = client.finish(save);
    assert_eq!((event.kind, event.value, event.objects), (api::EVENT_OBJECTS_SAVED, 3, 0));
    assert_eq!((event.status, event.server_code), (api::REJECTED, 142));
    let failures = api::text(|buf, cap, needed| {
        api().tdsauth_request_get_str(save, api::REQUEST_FAILURES, buf, cap, needed)
    });
    let failures: Value = serde_json::from_str(&failures.expect("failures")).expect("JSON");
    let told = failures.as_array().unwrap();
    let brief: Vec<_> = told.iter().map(|f| [&f["index"], &f["status"], &f["code"]]).collect();
    assert_eq!(brief, [[1, api::REJECTED, 142], [4, api::REJECTED, 142]]);
    assert!(told.iter().all(|f| f["error"].as_str().unwrap().contains("validation")), "{told:?}");
    assert_eq!((new.id(), child.id(), old.is_dirty(None)), ("n1".into(), "k1".into(), false));
    assert_eq!(bad.str("objectId"), Err(api::NONE));
}

#[test]
fn groups_are_bounded_and_an_answer_must_fit_its_question() {
    let folder = folder();
    let client = hosted(folder.path());
    let objects: Vec<User> = (0..120).map(|_| client.create("Score")).collect();
    let save = client.save_all(&objects.iter().collect::<Vec<_>>());
    let mut sizes = Vec::new();
    for _ in 0..3 {
        let seen = host::request(&client);
        let count = body(&seen)["requests"].as_array().unwrap().len();
        let first = sizes.iter().sum::<usize>();
        let rows =
            (0..count).map(|at| json!({"success": {"objectId": format!("s{}", first + at)}}));
        sizes.push(count);
        host::answer(&client, seen.id, 200, &Value::from_iter(rows).to_string());
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(client.succeed(save).value, 120);
    assert_eq!(objects.last().map(User::id), Some("s119".to_owned()));
    let failures = api::text(|buf, cap, needed| {
        api().tdsauth_request_get_str(save, api::REQUEST_FAILURES, buf, cap, needed)
    });
    assert_eq!(failures, Err(api::NONE));
    for (answer, status) in [
        (r#"[{"success":{"objectId":"a"}}]"#, api::BAD_RESPONSE),
        (r#"{"success":{}}"#, api::BAD_RESPONSE),
        (r#"[{"success":{}},{"success":{"objectId":"a/b"}}]"#, api::BAD_RESPONSE),
        (r#"[1,{"neither":1}]"#, api::BAD_RESPONSE),
        (r#"[{"error":{"code":403,"error":"no"}},{"error":{"code":403}}]"#, api::FORBIDDEN),
    ] {
        let pair = [client.create("A"), client.create("B")];
        let save = client.save_all(&[&pair[0], &pair[1]]);
        let seen = host::request(&client);
        host::answer(&client, seen.id, 200, answer);
        let event = client.finish(save);
        assert_eq!((event.status, event.value), (status, 0), "{answer}");
        assert!(pair.iter().all(|object| object.str("objectId") == Err(api::NONE)), "{answer}");
    }
    let (_, user) = host::log_in(&client, "u", "t");
    assert_eq!(client.try_save_all(&[user.0]).unwrap_err().status, api::INVALID_ARGUMENT);
    assert_eq!(client.try_save_all(&[]).unwrap_err().status, api::INVALID_ARGUMENT);
}

#[test]
fn a_lost_answer_to_what_must_not_be_done_twice_is_told_as_such() {
    let folder = folder();
    let client = hosted(folder.path());
    let lost = |object: &User, status: i32| {
        let save = client.submit_save(object);
        let seen = host::request(&client);
        host::fail(&client, seen.id, status);
        let event = client.finish(save);
        assert!(host::next(&client).is_none(), "it was sent once");
        assert_eq!(event.status, status);
        (event.flags, message(save).contains("may have done it"))
    };
    let new = client.create("Score");
    let old = client.without_data("Score", "s1").expect("an object");
    assert_eq!(lost(&new, api::NETWORK), (api::FLAG_MAYBE_DONE, true));
    assert_eq!(lost(&new, api::CONNECT), (api::FLAG_RETRYABLE, false), "nothing was sent");
    old.set_str("a", "x");
    old.add_unique("b", "[1]");
    assert_eq!(lost(&old, api::NETWORK), (api::FLAG_RETRYABLE, false), "twice is once");
    old.increment("n", 1);
    assert_eq!(lost(&old, api::NETWORK), (api::FLAG_MAYBE_DONE, true));
    assert_eq!(old.i64("n"), Ok(1), "the change is not lost");
    let save = client.submit_save(&old);
    let seen = host::request(&client);
    host::answer(&client, seen.id, 502, "<html>");
    let event = client.finish(save);
    assert_eq!((event.status, event.flags), (api::SERVER, api::FLAG_MAYBE_DONE));
    let save = client.submit_save(&old);
    let seen = host::request(&client);
    host::answer(&client, seen.id, 400, r#"{"code":111,"error":"no number"}"#);
    let event = client.finish(save);
    assert_eq!((event.status, event.flags), (api::REJECTED, 0), "the server's own word");
    // Of many, only those that were sent.
    let pair = [client.create("A"), client.create("B")];
    pair[0].point("b", &pair[1]);
    let save = client.save_all(&[&pair[0], &pair[1]]);
    let seen = host::request(&client);
    host::fail(&client, seen.id, api::NETWORK);
    let event = client.finish(save);
    assert_eq!((event.value, event.flags), (0, api::FLAG_MAYBE_DONE));
    assert!(host::next(&client).is_none());
}

#[test]
fn options_of_a_save_count_for_the_object_that_was_given() {
    let folder = folder();
    let client = hosted(folder.path());
    let (book, author) =
        (client.without_data("Book", "b1").expect("an object"), client.create("A"));
    book.point("author", &author);
    let condition = r#"{"n":1}"#;
    let options = SaveOptions {
        fetch_when_save: 1,
        where_json: condition.as_ptr().cast(),
        where_json_len: condition.len(),
        ..SaveOptions::init()
    };
    let save = accepted(client.try_save(book.0, Some(&options)));
    assert!(let_be(&client, "a1").url.ends_with("/classes/A"));
    let seen = host::request(&client);
    assert!(seen.url.ends_with("/Book/b1?fetchWhenSave=true&where=%7B%22n%22%3A1%7D"), "{seen:?}");
    host::answer(&client, seen.id, 400, r#"{"code":305,"error":"No effect"}"#);
    assert_eq!(client.finish(save).status, api::CONDITION_FAILED);
    assert_eq!((author.id(), book.is_dirty(None)), ("a1".to_owned(), true), "that was saved");
    let save = accepted(client.try_save(author.0, Some(&options)));
    client.succeed(save);
    author.set_str("a", "x");
    let save = accepted(client.try_save(client.create("New").0, Some(&options)));
    let event = client.finish(save);
    assert_eq!(event.status, api::INVALID_ARGUMENT, "there is nothing yet to meet a condition");
    assert!(host::next(&client).is_none());
}

#[test]
fn fetching_and_deleting() {
    let folder = folder();
    let client = hosted(folder.path());
    let score = client.without_data("Score", "s1").expect("an object");
    score.increment("n", 1);
    let fetch = accepted(client.try_fetch(score.0, None));
    let seen = host::request(&client);
    assert!(seen.method == "GET" && seen.url.ends_with("/classes/Score/s1"), "{seen:?}");
    host::answer(&client, seen.id, 200, r#"{"objectId":"s1","n":41,"className":"Score"}"#);
    let event = client.succeed(fetch);
    assert_eq!((event.kind, event.objects), (api::EVENT_FETCHED, 1));
    assert_eq!(score.whole(), json!({"className": "Score", "objectId": "s1", "n": 42}));
    let unknown = [
        (200, "{}"),
        (404, r#"{"code":101,"error":"Class or object doesn't exists."}"#),
        (400, r#"{"code":1,"error":"Could not find object by id 's1' for class 'Score'."}"#),
    ];
    for (http, answer) in unknown {
        let fetch = accepted(client.try_fetch(score.0, None));
        let seen = host::request(&client);
        host::answer(&client, seen.id, http, answer);
        assert_eq!(client.finish(fetch).status, api::NOT_FOUND, "{answer}");
    }
    let delete = accepted(client.try_delete(score.0));
    let seen = host::request(&client);
    assert!(seen.method == "DELETE" && seen.url.ends_with("/classes/Score/s1"), "{seen:?}");
    host::answer(&client, seen.id, 200, "{}");
    let event = client.succeed(delete);
    assert_eq!((event.kind, event.objects), (api::EVENT_OBJECT_DELETED, 1));
    assert_eq!(score.i64("n"), Ok(42), "it stays readable");
    let new = client.create("Score");
    for request in [client.try_delete(new.0), client.try_fetch(new.0, None)] {
        assert_eq!(client.finish(accepted(request)).status, api::INVALID_ARGUMENT, "it has no id");
    }
    let (_, user) = host::log_in(&client, "u", "t");
    assert_eq!(client.try_delete(user.0).unwrap_err().status, api::INVALID_ARGUMENT);
    user.point("best", &new);
    let refused = client.try_save(user.0, None).unwrap_err();
    assert_eq!(refused.status, api::INVALID_ARGUMENT, "{}", refused.text());
}
