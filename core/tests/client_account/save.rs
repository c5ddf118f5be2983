//! Saving and fetching.

use serde_json::json;
use tdsauth_core::client::{self, FetchOptions, SaveOptions, Submit, event::kind};
use tdsauth_core::error::status;

use crate::kit::{Fate, Game, Server, User, folder, refusal};

fn logged_in(folder: &std::path::Path, server: &mut Server) -> (Game, User) {
    let game = Game::start(folder);
    game.guest(server);
    let user = game.user().unwrap();
    (game, user)
}

fn save(game: &Game, user: &User) -> u64 {
    client::save(game.0, user.0, SaveOptions::default(), Submit::default()).unwrap()
}

#[test]
fn a_save_sends_what_was_changed_and_nothing_else() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    user.set("nickname", "塔拉");
    assert_eq!(user.text("nickname"), "塔拉", "at once");
    assert!(user.is_dirty("nickname"));
    let request = save(&game, &user);
    let event = game.run(request, &mut server);
    assert_eq!((event.kind, event.status, event.objects), (kind::OBJECT_SAVED, status::OK, 1));
    assert_eq!(*server.bodies.last().unwrap(), json!({"nickname": "塔拉"}));
    let id = user.text("objectId");
    let token = user.text("sessionToken");
    assert_eq!(*server.seen.last().unwrap(), (format!("PUT /users/{id}"), token));
    assert!(!user.is_dirty("nickname"));
    let nothing = save(&game, &user);
    let sent = server.seen.len();
    assert_eq!(game.run(nothing, &mut server).status, status::OK);
    assert_eq!(server.seen.len(), sent, "nothing to save, nothing sent");
    drop((game, user));
    assert_eq!(Game::start(folder.path()).user().unwrap().text("nickname"), "塔拉", "on disk");
}

#[test]
fn what_is_changed_while_a_save_runs_is_for_the_next_one() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    user.set("nickname", "one");
    user.set("avatar", "a");
    let first = save(&game, &user);
    let id = game.asked(first).unwrap();
    user.set("nickname", "two");
    let answer = game.answer_of(id, &mut server, Fate::Through);
    client::http_complete(game.0, id, answer).unwrap();
    assert_eq!(game.end(first).status, status::OK);
    assert_eq!(user.text("nickname"), "two");
    assert!(user.is_dirty("nickname") && !user.is_dirty("avatar"));
    let second = save(&game, &user);
    game.run(second, &mut server);
    assert_eq!(*server.bodies.last().unwrap(), json!({"nickname": "two"}));
}

#[test]
fn a_save_that_fails_is_made_up_for_by_the_next_one() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    user.set("nickname", "one");
    user.set("avatar", "a");
    let failing = save(&game, &user);
    user.set("nickname", "two");
    let id = game.asked(failing).unwrap();
    client::http_complete(game.0, id, Ok(refusal(403, 403, "Forbidden to update"))).unwrap();
    assert_eq!(game.end(failing).status, status::FORBIDDEN);
    let cancelled = save(&game, &user);
    client::request_cancel(cancelled).unwrap();
    assert_eq!(game.end(cancelled).status, status::CANCELLED);
    let outdated = save(&game, &user);
    game.log_out();
    assert_eq!(game.end(outdated).status, status::SESSION_CHANGED);
    // The handle has its own session, and that is alive on the server.
    let last = save(&game, &user);
    assert_eq!(game.run(last, &mut server).status, status::OK);
    assert_eq!(*server.bodies.last().unwrap(), json!({"nickname": "two", "avatar": "a"}));
    assert_eq!(game.who(), None, "and nobody is logged in by it");
}

#[test]
fn a_condition_and_the_wish_for_an_answer_go_with_the_save() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    user.set("nickname", "one");
    let options = SaveOptions { fetch: true, condition: Some(r#"{"nickname":"zero"}"#.to_owned()) };
    let request = client::save(game.0, user.0, options, Submit::default()).unwrap();
    let id = game.asked(request).unwrap();
    let url = client::http_request(game.0, id, |request| request.url.clone()).unwrap().unwrap();
    assert!(url.ends_with("?fetchWhenSave=true&where=%7B%22nickname%22%3A%22zero%22%7D"), "{url}");
    let refused = refusal(400, 305, "No effect on updating/deleting a document.");
    client::http_complete(game.0, id, Ok(refused)).unwrap();
    assert_eq!(game.end(request).status, status::CONDITION_FAILED);
    assert!(user.is_dirty("nickname"));
    let bad = SaveOptions { fetch: false, condition: Some("[]".to_owned()) };
    let error = client::save(game.0, user.0, bad, Submit::default()).unwrap_err();
    assert_eq!(error.status, status::INVALID_ARGUMENT);
}

#[test]
fn a_password_is_sent_and_kept_nowhere() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    user.set("password", "correct horse");
    game.run(save(&game, &user), &mut server);
    assert_eq!(*server.bodies.last().unwrap(), json!({"password": "correct horse"}));
    assert_eq!(user.value("password"), None);
    let disk = std::fs::read_to_string(folder.path().join("app/default/state")).unwrap();
    assert!(!disk.contains("correct horse"));
}

#[test]
fn a_fetch_keeps_the_session_and_what_was_not_saved() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    server.users[0].insert("nickname".to_owned(), "elsewhere".into());
    server.users[0].insert("level".to_owned(), 3.into());
    user.set("nickname", "here");
    let token = user.text("sessionToken");
    let options = FetchOptions { keys: Some("nickname,level".to_owned()), include: None };
    let fetch = client::fetch(game.0, user.0, options, Submit::default()).unwrap();
    let event = game.run(fetch, &mut server);
    assert_eq!((event.kind, event.status), (kind::OBJECT_FETCHED, status::OK));
    assert!(server.seen.last().unwrap().0.ends_with("?keys=nickname%2Clevel"));
    assert_eq!(user.text("sessionToken"), token);
    assert_eq!((user.text("nickname").as_str(), user.value("level")), ("here", Some(3.into())));
    drop((game, user));
    let again = Game::start(folder.path()).user().unwrap();
    assert_eq!(again.text("nickname"), "elsewhere", "what is not saved is not on disk");
}

#[test]
fn another_player_can_be_looked_at_by_id() {
    let (folder, mut server) = (folder(), Server::default());
    let (game, user) = logged_in(folder.path(), &mut server);
    let me = user.text("objectId");
    let other = User(client::create_without_data(game.0, "_User", &me).unwrap());
    server.users[0].insert("nickname".to_owned(), "Lin".into());
    let fetch = || client::fetch(game.0, other.0, FetchOptions::default(), Submit::default());
    assert_eq!(game.run(fetch().unwrap(), &mut server).status, status::OK);
    assert_eq!(other.text("nickname"), "Lin");
    assert_eq!(server.seen.last().unwrap().1, user.text("sessionToken"), "as the current user");
    assert_eq!(user.value("nickname"), None, "the current user is another matter");
    server.users.clear();
    assert_eq!(game.run(fetch().unwrap(), &mut server).status, status::USER_NOT_FOUND);
    let error = client::create_without_data(game.0, "Sc ore", "a").unwrap_err();
    assert_eq!(error.status, status::INVALID_ARGUMENT);
    let error = client::create_without_data(game.0, "_User", "../x").unwrap_err();
    assert_eq!(error.status, status::INVALID_ARGUMENT);
}
