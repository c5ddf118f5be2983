//! Lost answers and crashes at each step of linking and deleting: no account is lost, and no second
//! guest is made by accident.

use tdsauth_core::client::{self, Submit, event::kind};
use tdsauth_core::error::status;

use crate::kit::{Fate, Game, Server, by, folder};

const LOST: [Fate; 2] = [Fate::LostBefore, Fate::LostAfter];

/// How the game goes on after an answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// In the same process.
    GoOn,
    /// The process was killed while the request was on its way.
    Killed,
    /// The player logs out first.
    LogOut,
    /// Killed, and then the player logs out.
    KilledAndLogOut,
}

const THENS: [Then; 4] = [Then::GoOn, Then::Killed, Then::LogOut, Then::KilledAndLogOut];

/// Submits, and lets the answer be lost; gives the game that goes on.
fn lose(
    game: Game,
    folder: &std::path::Path,
    server: &mut Server,
    fate: Fate,
    then: Then,
    submit: impl Fn(&Game) -> u64,
) -> Game {
    let request = submit(&game);
    if matches!(then, Then::Killed | Then::KilledAndLogOut) {
        let id = game.asked(request).expect("it was sent");
        let _ = game.answer_of(id, server, fate);
        drop(game);
        let again = Game::start(folder);
        if then == Then::KilledAndLogOut {
            again.log_out();
        }
        return again;
    }
    assert!(game.carry(request, server, fate));
    assert_eq!(game.end(request).status, status::NETWORK);
    if then == Then::LogOut {
        game.log_out();
    }
    game
}

#[test]
fn a_link_whose_answer_is_lost_costs_no_account_and_makes_no_second_guest() {
    for fate in LOST {
        for then in THENS {
            let told = format!("{fate:?}, {then:?}");
            let (folder, mut server) = (folder(), Server::default());
            let game = Game::start(folder.path());
            game.guest(&mut server);
            let account = game.who().unwrap();
            let link = |game: &Game| game.link("weixin", "a");
            let game = lose(game, folder.path(), &mut server, fate, then, link);
            // The player starts the game as ever.
            let event = game.guest(&mut server);
            assert_eq!(event.status, status::OK, "{told}");
            if fate == Fate::LostBefore {
                assert_eq!(game.who().as_ref(), Some(&account), "{told}: still the guest");
                assert_eq!(server.users.len(), 1, "{told}");
                game.run(game.link("weixin", "a"), &mut server);
            } else {
                // The guest login means a new guest, since the old one has become a player.
                assert_eq!((event.value, server.users.len()), (1, 2), "{told}");
                assert_ne!(game.who().as_ref(), Some(&account), "{told}");
            }
            assert_eq!(game.guest(&mut server).status, status::OK, "{told}");
            let guests = server.users.iter().filter(|u| u["authData"].get("anonymous").is_some());
            assert_eq!(guests.count(), 1, "{told}: one guest, whatever happened");
            let login = by("weixin", "a", true);
            let login = client::login_with_auth_data(game.0, login, Submit::default()).unwrap();
            assert_eq!(game.run(login, &mut server).status, status::OK, "{told}");
            assert_eq!(game.who(), Some(account), "{told}: the account is there");
        }
    }
}

#[test]
fn the_next_operation_finds_out_what_became_of_a_link() {
    for then in [Then::GoOn, Then::Killed] {
        let (folder, mut server) = (folder(), Server::default());
        let game = Game::start(folder.path());
        game.guest(&mut server);
        let link = |game: &Game| game.link("weixin", "a");
        let game = lose(game, folder.path(), &mut server, Fate::LostAfter, then, link);
        assert_eq!(game.user().unwrap().platforms(), ["anonymous"], "nobody knows yet");
        let again = game.link("weixin", "a");
        assert_eq!(game.run(again, &mut server).status, status::OK, "{then:?}");
        let asked: Vec<&str> = server.seen.iter().map(|(call, _)| call.as_str()).collect();
        assert_eq!(
            asked[2..],
            ["GET /users/me", &format!("PUT /users/{}?fetchWhenSave=true", game.who().unwrap())]
        );
        assert_eq!(game.user().unwrap().platforms(), ["weixin"]);
        game.log_out();
        assert_eq!(game.guest(&mut server).value, 1);
        assert_eq!(server.seen.last().unwrap().0, "POST /users", "the old id is given up for good");
    }
}

#[test]
fn a_question_that_fails_is_asked_again_and_keeps_nobody_waiting() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let account = game.who();
    let link = |game: &Game| game.link("weixin", "a");
    let game = lose(game, folder.path(), &mut server, Fate::LostAfter, Then::Killed, link);
    for _ in 0..3 {
        let login = client::login_anonymously(game.0, Submit::default()).unwrap();
        assert!(game.carry(login, &mut server, Fate::LostBefore), "the question");
        assert!(game.carry(login, &mut server, Fate::LostBefore), "the login");
        assert_eq!(game.end(login).status, status::NETWORK);
        assert_eq!(game.who(), account);
    }
    // The answer to the question is lost as well, and the login alone gets through.
    let login = client::login_anonymously(game.0, Submit::default()).unwrap();
    assert!(game.carry(login, &mut server, Fate::LostAfter));
    let event = game.run(login, &mut server);
    assert_eq!((event.status, event.value), (status::OK, 1));
    let calls: Vec<&str> = server.seen.iter().rev().take(2).map(|(c, _)| c.as_str()).collect();
    assert_eq!(calls, ["POST /users", "POST /users?failOnNotExist=true"]);
    assert_eq!(server.users.len(), 2);
}

#[test]
fn a_lost_new_guest_after_a_link_is_one_guest() {
    // Killed at each request of the login that follows a lost link.
    for step in 0..2 {
        for fate in LOST {
            let (folder, mut server) = (folder(), Server::default());
            let game = Game::start(folder.path());
            game.guest(&mut server);
            let link = |game: &Game| game.link("weixin", "a");
            let lost = Fate::LostAfter;
            let mut game =
                lose(game, folder.path(), &mut server, lost, Then::KilledAndLogOut, link);
            let login = client::login_anonymously(game.0, Submit::default()).unwrap();
            for _ in 0..step {
                assert!(game.carry(login, &mut server, Fate::Through));
            }
            let id = game.asked(login).expect("the next step");
            let _ = game.answer_of(id, &mut server, fate);
            drop(game);
            game = Game::start(folder.path());
            assert_eq!(game.guest(&mut server).status, status::OK);
            assert_eq!(server.users.len(), 2, "step {step}, {fate:?}");
        }
    }
}

#[test]
fn a_gateway_that_refuses_does_not_speak_for_the_server() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let link = game.link("weixin", "a");
    let id = game.asked(link).unwrap();
    let _ = game.answer_of(id, &mut server, Fate::LostAfter);
    let page = tdsauth_core::transport::Response {
        status: 404,
        headers: Vec::new(),
        body: b"<html>gone</html>".to_vec(),
    };
    client::http_complete(game.0, id, Ok(page)).unwrap();
    assert_eq!(game.end(link).status, status::NOT_FOUND);
    game.log_out();
    game.guest(&mut server);
    let last = &server.seen[server.seen.len() - 2].0;
    assert_eq!(last, "POST /users?failOnNotExist=true", "it may have happened");
}

#[test]
fn a_deletion_whose_answer_is_lost_is_settled_by_the_next_operation() {
    for fate in LOST {
        for then in THENS {
            let told = format!("{fate:?}, {then:?}");
            let (folder, mut server) = (folder(), Server::default());
            let game = Game::start(folder.path());
            game.guest(&mut server);
            let account = game.who();
            let delete = |game: &Game| client::delete(game.0, 0, Submit::default()).unwrap();
            let game = lose(game, folder.path(), &mut server, fate, then, delete);
            let event = game.guest(&mut server);
            assert_eq!(event.status, status::OK, "{told}");
            let survived = fate == Fate::LostBefore;
            assert_eq!(game.who() == account, survived, "{told}");
            assert_eq!(event.value, i64::from(!survived), "{told}");
            assert_eq!(server.users.len(), 1, "{told}");
        }
    }
}

#[test]
fn who_is_deleted_is_logged_out_and_is_a_guest_no_more() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let (account, user) = (game.who(), game.user().unwrap());
    let delete = client::delete(game.0, 0, Submit::default()).unwrap();
    let event = game.run(delete, &mut server);
    assert_eq!((event.kind, event.status), (kind::USER_DELETED, status::OK));
    assert_eq!(game.who(), None);
    assert!(server.users.is_empty());
    drop(user);
    drop(game);
    let again = Game::start(folder.path());
    assert_eq!(again.who(), None);
    assert_eq!(again.guest(&mut server).value, 1);
    assert_ne!(again.who(), account);
    assert_eq!(server.seen.last().unwrap().0, "POST /users");
}

#[test]
fn another_account_that_is_deleted_leaves_the_guest_alone() {
    let (folder, mut server) = (folder(), Server::default());
    let game = Game::start(folder.path());
    game.guest(&mut server);
    let guest = game.who();
    let login = client::login_with_auth_data(game.0, by("weixin", "a", false), Submit::default());
    game.run(login.unwrap(), &mut server);
    let delete = client::delete(game.0, 0, Submit::default()).unwrap();
    assert_eq!(game.run(delete, &mut server).status, status::OK);
    game.guest(&mut server);
    assert_eq!(game.who(), guest);
}

/// A guest login of another process that shares the folder, on its way while the guest is linked.
#[test]
fn a_guest_login_that_a_link_overtakes_logs_nobody_in() {
    let (folder, mut server) = (folder(), Server::default());
    let here = Game::start(folder.path());
    here.guest(&mut server);
    let account = here.who();
    let there = Game::start(folder.path());
    let login = client::login_anonymously(there.0, Submit::default()).unwrap();
    let late = there.asked(login).unwrap();
    here.run(here.link("weixin", "a"), &mut server);
    let answer = there.answer_of(late, &mut server, Fate::Through);
    client::http_complete(there.0, late, answer).unwrap();
    assert_eq!(there.end(login).status, status::SESSION_CHANGED);
    drop((here, there));
    assert_eq!(Game::start(folder.path()).who(), account);
}
