//! Objects of the game's own classes, and queries, while the session of the player changes.

use serde_json::{Value, json};
use tdsauth_core::client::{self, Asked, Event, Submit, event::kind};
use tdsauth_core::error::status;
use tdsauth_core::transport::Response;

use crate::kit::{Game, Server, User, folder, refusal, response};

/// Logs a guest in, by the first token.
fn logged_in(folder: &std::path::Path) -> (Game, User) {
    let game = Game::start(folder);
    game.guest(&mut Server::default());
    let user = game.user().unwrap();
    (game, user)
}

/// Renews the token of the player, whatever else is on its way.
fn refresh(game: &Game, token: &str) {
    let request = client::refresh_session_token(game.0, 0, Submit::default()).unwrap();
    let id = game.asked(request).unwrap();
    let answer = response(200, &json!({"sessionToken": token}));
    client::http_complete(game.0, id, Ok(answer)).unwrap();
    assert_eq!(game.end(request).status, status::OK);
}

/// The session that a request carries.
fn session(game: &Game, id: u64) -> String {
    let read = client::http_request(game.0, id, |request| {
        request.headers.iter().find(|(name, _)| *name == "X-LC-Session").unwrap().1.clone()
    });
    read.unwrap().unwrap()
}

/// Answers each part of a batch.
fn batch(game: &Game, id: u64, part: impl Fn(usize) -> Value) -> Response {
    let body = client::http_request(game.0, id, |request| request.body.to_vec()).unwrap().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let count = body["requests"].as_array().unwrap().len();
    response(200, &(0..count).map(part).collect())
}

fn done(game: &Game, id: u64) -> Response {
    batch(game, id, |at| json!({"success": {"objectId": format!("{id}-{at}")}}))
}

fn dead() -> Response {
    refusal(400, 211, "Could not find user.")
}

fn objects(game: &Game, count: usize) -> Vec<u64> {
    let object = |at: usize| {
        let handle = client::object_create(game.0, "Score").unwrap();
        client::object(handle).unwrap().set("at", at.into()).unwrap();
        handle
    };
    (0..count).map(object).collect()
}

fn find(game: &Game) -> u64 {
    let query = client::query_create(game.0, "Score").unwrap();
    let request = client::query_submit(game.0, query, Asked::Find, Submit::default()).unwrap();
    client::query_release(query).unwrap();
    request
}

fn ended(news: &[Event]) -> usize {
    news.iter().filter(|event| event.kind == kind::SESSION_OVER).count()
}

#[test]
fn a_save_of_many_goes_on_with_a_token_that_is_refreshed_meanwhile() {
    let folder = folder();
    let (game, user) = logged_in(folder.path());
    let first = user.text("sessionToken");
    let all = objects(&game, 120);
    let request = client::save_all(game.0, &all, Submit::default()).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), first);
    refresh(&game, "second");
    client::http_complete(game.0, id, Ok(done(&game, id))).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), "second");
    refresh(&game, "third");
    client::http_complete(game.0, id, Ok(dead())).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), "third", "what was refused is sent again");
    refresh(&game, "fourth");
    let refused = |_| json!({"error": {"code": 211, "error": "Could not find user."}});
    client::http_complete(game.0, id, Ok(batch(&game, id, refused))).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), "fourth", "part by part, too");
    client::http_complete(game.0, id, Ok(done(&game, id))).unwrap();
    let id = game.asked(request).unwrap();
    client::http_complete(game.0, id, Ok(done(&game, id))).unwrap();
    let event = game.end(request);
    assert_eq!((event.status, event.value), (status::OK, 120));
    assert_eq!(ended(&game.news()), 0);
    all.into_iter().for_each(|handle| client::object_release(handle).unwrap());
}

#[test]
fn only_a_refusal_of_the_token_of_now_ends_the_session() {
    let folder = folder();
    let (game, user) = logged_in(folder.path());
    let first = user.text("sessionToken");
    let request = find(&game);
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), first);
    refresh(&game, "second");
    client::http_complete(game.0, id, Ok(dead())).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), "second");
    assert_eq!(ended(&game.news()), 0);
    client::http_complete(game.0, id, Ok(dead())).unwrap();
    assert_eq!(game.end(request).status, status::SESSION_OVER);
    assert_eq!(ended(&game.news()), 1);
}

#[test]
fn a_snapshot_without_an_id_is_no_target() {
    let folder = folder();
    let game = Game::start(folder.path());
    let [object, target] = objects(&game, 2)[..] else { panic!() };
    let known = client::create_without_data(game.0, "Score", "known").unwrap();
    let new = client::object_snapshot(target).unwrap();
    let saved = client::object_snapshot(known).unwrap();
    let refused = [
        client::object_set_object(object, "pointer", new),
        client::object_relate(object, "related", new, true),
        client::object_relate(object, "related", new, false),
    ];
    for result in refused {
        let error = result.unwrap_err();
        assert_eq!(error.status, status::INVALID_ARGUMENT);
        assert!(error.message.contains("snapshot"), "{}", error.message);
    }
    assert!(!client::object(object).unwrap().is_dirty(Some("pointer")));
    client::object_set_object(object, "pointer", target).unwrap();
    client::object_set_object(object, "pointer", saved).unwrap();
    client::object_relate(object, "related", saved, true).unwrap();
    let pointer = json!({"__type": "Pointer", "className": "Score", "objectId": "known"});
    assert_eq!(client::object(object).unwrap().value("pointer"), Some(pointer));
    for handle in [object, target, known, new, saved] {
        client::object_release(handle).unwrap();
    }
}

#[test]
fn a_session_check_is_about_the_token_of_now() {
    let folder = folder();
    let (game, user) = logged_in(folder.path());
    let request = client::user_is_authenticated(game.0, 0, Submit::default()).unwrap();
    let id = game.asked(request).unwrap();
    refresh(&game, "second");
    client::http_complete(game.0, id, Ok(dead())).unwrap();
    let id = game.asked(request).unwrap();
    assert_eq!(session(&game, id), "second");
    let row = json!({"objectId": user.text("objectId")});
    client::http_complete(game.0, id, Ok(response(200, &row))).unwrap();
    let event = game.end(request);
    assert_eq!((event.status, event.value), (status::OK, 1));
}
