//! Saves that may have been done, and those behind them: nothing is done twice that the game did
//! not ask for again.

use serde_json::{Value, json};
use tdsauth_core::client::{self, Event, RequestText, SaveOptions, Submit};
use tdsauth_core::error::{Error, Result, flag, status};
use tdsauth_core::transport::{HostEvent, Response};

use crate::kit::{Game, Server, User, folder, refusal, response};

const MAYBE: u32 = flag::MAYBE_DONE;

fn score(game: &Game) -> User {
    User(client::create_without_data(game.0, "Score", "s1").unwrap())
}

fn new(game: &Game) -> User {
    User(client::object_create(game.0, "Score").unwrap())
}

fn add(object: &User, key: &str, amount: i64) {
    client::object(object.0).unwrap().increment(key, amount.into()).unwrap();
}

fn save(game: &Game, object: &User) -> u64 {
    client::save(game.0, object.0, SaveOptions::default(), Submit::default()).unwrap()
}

fn save_if(game: &Game, object: &User, condition: &str) -> u64 {
    let options = SaveOptions { fetch: false, condition: Some(condition.to_owned()) };
    client::save(game.0, object.0, options, Submit::default()).unwrap()
}

/// Waits for what `request` sends. Gives its id, its method and its body.
fn sent(game: &Game, request: u64) -> (u64, &'static str, Value) {
    let id = game.asked(request).expect("it is sent");
    let read = client::http_request(game.0, id, |request| {
        (request.method, serde_json::from_slice(&request.body).unwrap())
    });
    let (method, body) = read.unwrap().unwrap();
    (id, method, body)
}

fn answer(game: &Game, id: u64, answer: Result<Response>) {
    client::http_complete(game.0, id, answer).unwrap();
}

fn ill() -> Result<Response> {
    Ok(response(502, &json!("<html>")))
}

fn saved(id: &str) -> Result<Response> {
    Ok(response(200, &json!({"objectId": id, "updatedAt": "2026-01-01T00:00:00.000Z"})))
}

fn sends_nothing(game: &Game) -> bool {
    let next = || client::http_next(game.0).unwrap();
    std::iter::from_fn(next).all(|event| matches!(event, HostEvent::Cancel { .. }))
}

fn brief(event: Event) -> (i32, u32) {
    (event.status, event.flags)
}

/// Ends a save that was not sent because of one before it.
fn is_stopped(game: &Game, request: u64, status: i32) {
    let event = game.end(request);
    assert_eq!((brief(event), event.http_status, event.server_code), ((status, 0), 0, 0));
    let text = client::request_text(request, RequestText::Message).unwrap().unwrap();
    assert!(text.contains("an earlier save of this object"), "{text}");
    assert!(sends_nothing(game));
}

/// The changes go with a save that the game submits now.
fn goes_with_the_next(game: &Game, object: &User, expected: &Value) {
    let next = save(game, object);
    let (id, _, body) = sent(game, next);
    assert_eq!(body, *expected);
    answer(game, id, saved(&object.text("objectId")));
    assert_eq!(game.end(next).status, status::OK);
    assert!(!client::object(object.0).unwrap().is_dirty(None));
}

/// A game with an object of its own class and with its user.
fn objects(folder: &std::path::Path) -> (Game, [User; 2]) {
    let game = Game::start(folder);
    game.guest(&mut Server::default());
    let both = [score(&game), game.user().unwrap()];
    (game, both)
}

#[test]
fn a_save_that_may_have_been_done_goes_beneath_none_that_waits() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    for object in &objects {
        add(object, "n", 1);
        let first = save(&game, object);
        add(object, "n", 10);
        let second = save(&game, object);
        add(object, "n", 100);
        let third = save(&game, object);
        let (id, _, body) = sent(&game, first);
        assert_eq!(body["n"]["amount"], 1);
        answer(&game, id, ill());
        assert_eq!(brief(game.end(first)), (status::SERVER, MAYBE));
        is_stopped(&game, second, status::SERVER);
        is_stopped(&game, third, status::SERVER);
        assert_eq!(object.value("n"), Some(111.into()));
        assert!(object.is_dirty("n"));
        goes_with_the_next(&game, object, &json!({"n": {"__op": "Increment", "amount": 111}}));
    }
}

#[test]
fn an_object_that_may_have_been_made_is_not_made_again_by_a_save_that_waits() {
    let folder = folder();
    let game = Game::start(folder.path());
    let object = new(&game);
    object.set("a", "1");
    let first = save(&game, &object);
    object.set("b", "2");
    let second = save(&game, &object);
    let (id, ..) = sent(&game, first);
    answer(&game, id, ill());
    assert_eq!(brief(game.end(first)), (status::SERVER, MAYBE));
    is_stopped(&game, second, status::SERVER);
    // Also one without any field.
    let bare = new(&game);
    let (first, second) = (save(&game, &bare), save(&game, &bare));
    let (id, ..) = sent(&game, first);
    answer(&game, id, ill());
    assert_eq!(brief(game.end(first)), (status::SERVER, MAYBE));
    is_stopped(&game, second, status::SERVER);
    let again = save(&game, &object);
    let (id, method, body) = sent(&game, again);
    assert_eq!((method, body), ("POST", json!({"a": "1", "b": "2"})));
    answer(&game, id, Ok(response(201, &json!({"objectId": "s1", "createdAt": "t"}))));
    assert_eq!(game.end(again).status, status::OK);
}

#[test]
fn until_the_game_is_told_no_save_that_it_submits_sends_what_may_have_been_done() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    let other = User(client::create_without_data(game.0, "Other", "o1").unwrap());
    for object in &objects {
        add(object, "n", 1);
        let first = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, ill());
        // What is submitted now finds the answer taken in, and its event not delivered.
        other.set("a", "x");
        let between = save(&game, &other);
        let (id, ..) = sent(&game, between);
        answer(&game, id, saved("o1"));
        assert_eq!(game.end(between).status, status::OK);
        add(object, "n", 10);
        let second = save(&game, object);
        is_stopped(&game, second, status::SERVER);
        assert_eq!(brief(game.end(first)), (status::SERVER, MAYBE));
        goes_with_the_next(&game, object, &json!({"n": {"__op": "Increment", "amount": 11}}));
        // Who releases the request does not want to be told.
        add(object, "n", 1);
        let first = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, ill());
        other.set("a", "y");
        let between = save(&game, &other);
        let (id, ..) = sent(&game, between);
        client::request_release(first).unwrap();
        answer(&game, id, saved("o1"));
        assert_eq!(game.end(between).status, status::OK);
        goes_with_the_next(&game, object, &json!({"n": {"__op": "Increment", "amount": 1}}));
    }
}

#[test]
fn what_failed_its_condition_rides_in_no_save_without_one() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    for object in &objects {
        add(object, "coins", -10);
        let first = save_if(&game, object, r#"{"coins":{"$gte":10}}"#);
        add(object, "coins", 1);
        let second = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, Ok(refusal(400, 305, "No effect on updating/deleting a document.")));
        assert_eq!(brief(game.end(first)), (status::CONDITION_FAILED, 0));
        is_stopped(&game, second, status::CONDITION_FAILED);
        goes_with_the_next(&game, object, &json!({"coins": {"__op": "Increment", "amount": -9}}));
        // Also when it was known not to be sent, and when it is given up in the queue.
        add(object, "coins", -10);
        let first = save_if(&game, object, "{}");
        add(object, "coins", 1);
        let second = save_if(&game, object, "{}");
        add(object, "coins", 2);
        let third = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, Err(Error::new(status::CONNECT, "no")));
        assert_eq!(brief(game.end(first)), (status::CONNECT, flag::RETRYABLE));
        is_stopped(&game, second, status::CONNECT);
        is_stopped(&game, third, status::CONNECT);
        goes_with_the_next(&game, object, &json!({"coins": {"__op": "Increment", "amount": -7}}));
    }
    // What is met leaves nothing behind.
    let object = &objects[0];
    add(object, "coins", -10);
    let first = save_if(&game, object, "{}");
    add(object, "coins", 1);
    let (second, nothing) = (save(&game, object), save_if(&game, object, "{}"));
    add(object, "coins", 5);
    let third = save(&game, object);
    for (request, amount) in [(first, -10), (second, 1)] {
        let (id, _, body) = sent(&game, request);
        assert_eq!(body["coins"]["amount"], amount);
        answer(&game, id, saved("s1"));
        assert_eq!(game.end(request).status, status::OK);
    }
    assert_eq!(game.end(nothing).status, status::OK);
    answer(&game, sent(&game, third).0, saved("s1"));
    assert_eq!(game.end(third).status, status::OK);
}

#[test]
fn a_save_given_up_on_its_way_may_have_been_done() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    for object in &objects {
        add(object, "n", 1);
        let first = save(&game, object);
        add(object, "n", 10);
        let second = save(&game, object);
        let _ = sent(&game, first);
        client::request_cancel(first).unwrap();
        // The game knows what it gave up: this one it wants.
        add(object, "n", 100);
        let third = save(&game, object);
        let (id, _, body) = sent(&game, third);
        assert_eq!(body, json!({"n": {"__op": "Increment", "amount": 111}}));
        assert_eq!(brief(game.end(first)), (status::CANCELLED, MAYBE));
        is_stopped(&game, second, status::CANCELLED);
        answer(&game, id, saved(&object.text("objectId")));
        assert_eq!(game.end(third).status, status::OK);
        // Released, which brings no event.
        add(object, "n", 1);
        let first = save(&game, object);
        add(object, "n", 10);
        let second = save(&game, object);
        let _ = sent(&game, first);
        client::request_release(first).unwrap();
        is_stopped(&game, second, status::CANCELLED);
        goes_with_the_next(&game, object, &json!({"n": {"__op": "Increment", "amount": 11}}));
        // What may be done twice is in no doubt; what was not sent does as ever.
        object.set("a", "x");
        let first = save(&game, object);
        object.set("a", "y");
        let second = save(&game, object);
        client::request_cancel(second).unwrap();
        let (id, ..) = sent(&game, first);
        assert_eq!(brief(game.end(second)), (status::CANCELLED, 0));
        client::request_cancel(first).unwrap();
        assert_eq!(brief(game.end(first)), (status::CANCELLED, 0));
        let _ = client::http_complete(game.0, id, saved("s1"));
        goes_with_the_next(&game, object, &json!({"a": "y"}));
    }
}

#[test]
fn a_save_of_the_user_on_its_way_at_a_logout_may_have_been_done() {
    let folder = folder();
    let (game, [_, user]) = objects(folder.path());
    add(&user, "n", 1);
    let first = save(&game, &user);
    add(&user, "n", 10);
    let second = save(&game, &user);
    let _ = sent(&game, first);
    game.log_out();
    assert_eq!(brief(game.end(first)), (status::SESSION_CHANGED, MAYBE));
    assert_eq!(brief(game.end(second)), (status::SESSION_CHANGED, 0));
    assert!(sends_nothing(&game));
    goes_with_the_next(&game, &user, &json!({"n": {"__op": "Increment", "amount": 11}}));
}

#[test]
fn a_refusal_and_a_lost_save_that_may_be_done_twice_stop_nothing() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    for object in &objects {
        add(object, "n", 1);
        let first = save(&game, object);
        add(object, "n", 10);
        let second = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, Ok(refusal(403, 403, "Forbidden to update")));
        assert_eq!(brief(game.end(first)), (status::FORBIDDEN, 0));
        let (id, _, body) = sent(&game, second);
        assert_eq!(body["n"]["amount"], 11);
        answer(&game, id, saved(&object.text("objectId")));
        assert_eq!(game.end(second).status, status::OK);
        object.set("a", "x");
        let first = save(&game, object);
        object.set("a", "y");
        let second = save(&game, object);
        let (id, ..) = sent(&game, first);
        answer(&game, id, ill());
        assert_eq!(brief(game.end(first)), (status::SERVER, flag::RETRYABLE));
        let (id, ..) = sent(&game, second);
        answer(&game, id, saved(&object.text("objectId")));
        assert_eq!(game.end(second).status, status::OK);
    }
}

fn failures(request: u64) -> Vec<(u64, i64, u64)> {
    let text = client::request_text(request, RequestText::Failures).unwrap().unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let number = |failure: &Value, key: &str| failure[key].as_i64().unwrap();
    let brief =
        |f: &Value| (f["index"].as_u64().unwrap(), number(f, "status"), f["flags"].as_u64());
    all.iter().map(brief).map(|(index, status, flags)| (index, status, flags.unwrap())).collect()
}

#[test]
fn what_many_saves_leave_open_is_told_of_each_and_of_the_whole() {
    let folder = folder();
    let game = Game::start(folder.path());
    let of = |id: &str| User(client::create_without_data(game.0, "Score", id).unwrap());
    let many = [of("a"), of("b"), of("c")];
    add(&many[0], "n", 1);
    add(&many[1], "n", 1);
    many[2].set("a", "x");
    let handles = many.each_ref().map(|object| object.0);
    let all = client::save_all(game.0, &handles, Submit::default()).unwrap();
    add(&many[1], "n", 10);
    let behind = save(&game, &many[1]);
    let (id, ..) = sent(&game, all);
    let ill = json!({"error": {"code": 502, "error": "timeout"}});
    let no = json!({"error": {"code": 403, "error": "no"}});
    answer(&game, id, Ok(response(200, &json!([no, ill, ill]))));
    let event = game.end(all);
    assert_eq!((event.status, event.flags), (status::FORBIDDEN, MAYBE), "the first, and the doubt");
    let server = i64::from(status::SERVER);
    let forbidden = i64::from(status::FORBIDDEN);
    let retryable = u64::from(flag::RETRYABLE);
    assert_eq!(
        failures(all),
        [(0, forbidden, 0), (1, server, MAYBE.into()), (2, server, retryable)]
    );
    is_stopped(&game, behind, status::SERVER);
}

#[test]
fn an_answer_that_does_not_say_what_was_done_leaves_it_open() {
    let folder = folder();
    let game = Game::start(folder.path());
    let made = new(&game);
    let first = save(&game, &made);
    let (id, ..) = sent(&game, first);
    answer(&game, id, Ok(response(201, &json!({"createdAt": "t"}))));
    assert_eq!(brief(game.end(first)), (status::BAD_RESPONSE, MAYBE));
    let known = score(&game);
    add(&known, "n", 1);
    let first = save(&game, &known);
    answer(&game, sent(&game, first).0, saved("zz"));
    assert_eq!(brief(game.end(first)), (status::BAD_RESPONSE, MAYBE));
    let known = score(&game);
    known.set("a", "x");
    let first = save(&game, &known);
    answer(&game, sent(&game, first).0, saved("zz"));
    assert_eq!(brief(game.end(first)), (status::BAD_RESPONSE, 0), "it may be done twice");
}

/// As [`sent`], past what was given up and has no such key.
fn sent_with(game: &Game, request: u64, key: &str) -> (u64, Value) {
    loop {
        let id = game.asked(request).expect("it is sent");
        let read = client::http_request(game.0, id, |request| request.body.to_vec()).unwrap();
        let body: Value =
            read.map(|body| serde_json::from_slice(&body).unwrap()).unwrap_or_default();
        if body.get(key).is_some() {
            return (id, body);
        }
    }
}

#[test]
fn a_save_that_is_submitted_after_one_was_given_up_has_the_changes_of_both() {
    let folder = folder();
    let (game, objects) = objects(folder.path());
    for round in 0..200 {
        let object = &objects[round % 2];
        add(object, "n", 1);
        // Wherever it stands by then.
        let first = save_if(&game, object, "{}");
        if round % 4 < 2 {
            client::request_cancel(first).unwrap();
        } else {
            client::request_release(first).unwrap();
        }
        add(object, "m", 1);
        let second = save(&game, object);
        let (id, body) = sent_with(&game, second, "m");
        assert_eq!(body["n"]["amount"], 1, "round {round}");
        answer(&game, id, saved(&object.text("objectId")));
        assert_eq!(game.end(second).status, status::OK, "round {round}");
    }
}
