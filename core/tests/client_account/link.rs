//! Signing in by a platform, linking and unlinking, when nothing goes wrong on the way.

use serde_json::json;
use tdsauth_core::client::{self, RequestText, Submit, event::kind};
use tdsauth_core::error::status;
use tdsauth_core::secret::Secret;

use crate::kit::{Game, Server, User, by, folder, refusal};

#[test]
fn known_and_unknown_players_of_a_platform_are_told_apart() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    let log_in = |server: &mut Server, uid: &str, only_known| {
        let login = by("weixin", uid, only_known);
        let request = client::login_with_auth_data(game.0, login, Submit::default()).unwrap();
        let event = game.run(request, server);
        assert_eq!(event.kind, kind::LOGIN);
        let platform = client::request_text(request, RequestText::Platform).unwrap();
        assert_eq!(platform.as_deref(), Some("weixin"));
        (event.status, event.value, event.server_code)
    };
    assert_eq!(log_in(&mut server, "a", true), (status::USER_NOT_FOUND, 0, 211));
    assert_eq!(game.who(), None);
    assert_eq!(log_in(&mut server, "a", false), (status::OK, 1, 0));
    assert_eq!(log_in(&mut server, "a", true), (status::OK, 0, 0));
    let first = game.who();
    assert_eq!(log_in(&mut server, "b", true), (status::USER_NOT_FOUND, 0, 211));
    assert_eq!(game.who(), first, "who was logged in stays");
}

#[test]
fn a_linked_guest_is_no_guest_any_more_and_the_next_one_is_another() {
    for terse in [false, true] {
        let (folder, mut server) = (folder(), Server { terse, ..Server::default() });
        let game = Game::start(folder.path());
        assert_eq!(game.guest(&mut server).value, 1);
        let (first, user) = (game.who(), game.user().unwrap());
        assert_eq!(user.platforms(), ["anonymous"]);
        let link = game.link("weixin", "a");
        let event = game.run(link, &mut server);
        assert_eq!((event.kind, event.status, event.objects), (kind::USER_ASSOCIATED, 0, 1));
        assert_eq!(user.platforms(), ["weixin"], "terse: {terse}");
        assert_eq!(server.users[0]["authData"], json!({"weixin": {"uid": "a"}}));
        assert_eq!(game.who(), first);
        game.log_out();
        assert_eq!(game.guest(&mut server).value, 1, "a new guest, on purpose");
        assert_ne!(game.who(), first);
        assert!(!server.seen.last().unwrap().0.contains("failOnNotExist"), "nothing is in doubt");
        let login =
            client::login_with_auth_data(game.0, by("weixin", "a", true), Submit::default());
        assert_eq!(game.run(login.unwrap(), &mut server).status, status::OK);
        assert_eq!(game.who(), first, "and the old account is there");
        drop(game);
        let again = Game::start(folder.path());
        assert_eq!(again.user().unwrap().platforms(), ["weixin"]);
    }
}

#[test]
fn a_platform_of_somebody_else_is_refused_and_named() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    let login = client::login_with_auth_data(game.0, by("weixin", "a", false), Submit::default());
    game.run(login.unwrap(), &mut server);
    game.log_out();
    game.guest(&mut server);
    let guest = game.who();
    let link = game.link("weixin", "a");
    let event = game.run(link, &mut server);
    assert_eq!((event.status, event.server_code), (status::ALREADY_ASSOCIATED, 137));
    let platform = client::request_text(link, RequestText::Platform).unwrap();
    assert_eq!(platform.as_deref(), Some("weixin"));
    assert_eq!(game.user().unwrap().platforms(), ["anonymous"]);
    game.log_out();
    game.guest(&mut server);
    assert_eq!(game.who(), guest, "still the guest");
    assert_eq!(server.seen.last().unwrap().0, "POST /users", "and nothing is in doubt");
}

#[test]
fn the_last_platform_may_go_but_the_game_is_told() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    let login = client::login_with_auth_data(game.0, by("weixin", "a", false), Submit::default());
    game.run(login.unwrap(), &mut server);
    game.run(game.link("qq", "b"), &mut server);
    let mut values = Vec::new();
    for platform in ["weixin", "qq"] {
        let unlink = client::disassociate(game.0, 0, platform, Submit::default()).unwrap();
        let event = game.run(unlink, &mut server);
        assert_eq!((event.kind, event.status), (kind::USER_DISASSOCIATED, status::OK));
        values.push(event.value);
        assert_eq!(
            *server.bodies.last().unwrap(),
            json!({
                format!("authData.{platform}"): {"__op": "Delete"}
            })
        );
    }
    assert_eq!(values, [0, 1]);
    assert_eq!(game.user().unwrap().value("authData"), Some(json!({})));
}

#[test]
fn without_a_session_nothing_is_sent() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    let nobody = game.link("weixin", "a");
    assert_eq!(game.run(nobody, &mut server).status, status::NOT_LOGGED_IN);
    game.guest(&mut server);
    let me = game.who().unwrap();
    let sent = server.seen.len();
    // The same account, but by a handle that no login gave.
    let other = User(client::create_without_data(game.0, "_User", &me).unwrap());
    other.set("nickname", "x");
    let submit = Submit::default();
    for request in [
        client::save(game.0, other.0, client::SaveOptions::default(), submit),
        client::associate(game.0, other.0, crate::kit::auth("weixin", "a"), submit),
        client::disassociate(game.0, other.0, "weixin", submit),
        client::delete(game.0, other.0, submit),
    ] {
        let event = game.run(request.unwrap(), &mut server);
        let told = (event.status, event.server_code, event.http_status);
        assert_eq!(told, (status::NOT_LOGGED_IN, 206, 0));
    }
    assert_eq!(server.seen.len(), sent);
    assert!(other.is_dirty("nickname"), "the change is still to be saved");
}

#[test]
fn a_dead_token_leaves_who_is_logged_in_as_it_was() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let before = (game.who(), game.user().unwrap().text("sessionToken"));
    for answer in [refusal(400, 211, "Could not find user."), refusal(401, 401, "Unauthorized.")] {
        let token = Secret::new("of-another-app");
        let become_ = client::login_with_session_token(game.0, token, Submit::default()).unwrap();
        let id = game.asked(become_).unwrap();
        client::http_complete(game.0, id, Ok(answer)).unwrap();
        assert!(game.end(become_).status < 0);
        assert_eq!((game.who(), game.user().unwrap().text("sessionToken")), before);
    }
    drop(game);
    let again = Game::start(folder.path());
    assert_eq!((again.who(), again.user().unwrap().text("sessionToken")), before);
}

#[test]
fn a_session_that_ended_elsewhere_is_told_by_each_call_and_the_user_stays() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let user = game.user().unwrap();
    user.set("nickname", "new");
    server.users[0].insert("sessionToken".to_owned(), "of another device".into());
    let submit = Submit::default();
    for n in 0..5 {
        let request = match n {
            0 => client::save(game.0, user.0, client::SaveOptions::default(), submit),
            1 => client::associate(game.0, 0, crate::kit::auth("weixin", "a"), submit),
            2 => client::disassociate(game.0, 0, "weixin", submit),
            3 => client::delete(game.0, 0, submit),
            _ => client::refresh_session_token(game.0, 0, submit),
        };
        let event = game.run(request.unwrap(), &mut server);
        assert_eq!(event.status, status::SESSION_OVER, "call {n}");
        let over = game.news();
        let kinds: Vec<i32> = over.iter().map(|event| event.kind).collect();
        assert!(kinds.contains(&kind::SESSION_OVER), "call {n}: {kinds:?}");
        assert_eq!(game.who(), Some(user.text("objectId")), "call {n}: still readable");
    }
    assert!(user.is_dirty("nickname"));
    // A 403 of the server's own, too; one that names a rule of the class is another matter.
    for (text, meaning) in [
        ("Forbidden.", status::SESSION_OVER),
        ("Forbidden to add new fields by class '_User' permissions.", status::FORBIDDEN),
    ] {
        let save = client::save(game.0, user.0, client::SaveOptions::default(), submit).unwrap();
        let id = game.asked(save).unwrap();
        client::http_complete(game.0, id, Ok(refusal(403, 403, text))).unwrap();
        assert_eq!(game.end(save).status, meaning, "{text}");
    }
}
