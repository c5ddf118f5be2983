//! The account login that follows a TapTap login, and its place among the other session changes.

use serde_json::Value;
use tdsauth_core::client::{self, Submit, event};
use tdsauth_core::error::status;

use crate::kit::*;

#[test]
fn the_account_server_gets_nine_fields_and_its_user_is_logged_in() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    asked(id, Call::Profile).ok(&profile("lin"));
    let ask = asked(id, Call::Account);
    assert_eq!(stored(folder.path()), (Some("1/kid".into()), Some("lin".into())));
    let body: Value = serde_json::from_slice(&ask.body).unwrap();
    let sent = body["authData"]["taptap"].as_object().unwrap();
    let expected = [
        ("kid", "1/kid"),
        ("access_token", "1/kid"),
        ("token_type", "mac"),
        ("mac_key", "key-of-1/kid"),
        ("mac_algorithm", "hmac-sha-1"),
        ("openid", "open-lin"),
        ("name", "lin"),
        ("avatar", "https://img.example/lin.png"),
        ("unionid", "union-lin"),
    ];
    assert_eq!(sent.len(), expected.len());
    for (name, value) in expected {
        assert_eq!(sent[name], value);
    }
    ask.answer(201, &user("1"));
    let event = end(id, login);
    assert_eq!((event.kind, event.status, event.value), (event::kind::LOGIN, status::OK, 1));
    assert_eq!(event.objects, 1);
    assert!(client::current_user(id).unwrap().is_some());
    assert_eq!(name(id).as_deref(), Some("lin"));
    client::destroy(id).unwrap();
}

#[test]
fn a_player_who_takes_long_keeps_nobody_waiting() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    // Logs in as a guest meanwhile; and that one is slow.
    let guest = client::login_anonymously(id, Submit::default()).unwrap();
    let held = loop {
        let next = next_asked(id, LONG.unwrap()).unwrap();
        match next.call {
            Call::Poll => next.refuse(400, "authorization_pending"),
            _ => break next,
        }
    };
    assert_eq!(held.call, Call::Account);
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    asked(id, Call::Profile).ok(&profile("lin"));
    // Its own account login waits for its turn.
    nothing_asked(id);
    held.answer(200, &user("guest"));
    assert_eq!(end(id, guest).status, status::OK);
    let ask = asked(id, Call::Account);
    assert!(String::from_utf8_lossy(&ask.body).contains("open-lin"));
    ask.answer(201, &user("lin"));
    assert_eq!(end(id, login).status, status::OK);
    let current = client::current_user(id).unwrap().unwrap();
    let name = client::object(current).unwrap().get_str("objectId").unwrap();
    assert_eq!(name.as_deref(), Some("idlin"));
    client::object_release(current).unwrap();
    client::destroy(id).unwrap();
}

#[test]
fn a_refusal_of_the_account_server_leaves_the_taptap_login() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
    shown(id, login, "AB12");
    asked(id, Call::Poll).ok(&token("1/kid", "public_profile"));
    asked(id, Call::Profile).ok(&profile("lin"));
    let ask = asked(id, Call::Account);
    // A server that repeats what it was sent.
    ask.answer(400, r#"{"code": 1, "error": "not key-of-1/kid, 1/kid"}"#);
    let event = end(id, login);
    assert_eq!((event.kind, event.status), (event::kind::LOGIN, status::REJECTED));
    let message = client::request_text(login, client::RequestText::Message).unwrap().unwrap();
    assert!(!message.contains("1/kid"), "{message}");
    assert_eq!(name(id).as_deref(), Some("lin"));
    assert_eq!(client::current_user(id).unwrap(), None);
    client::destroy(id).unwrap();
}

#[test]
fn a_login_that_waits_for_its_turn_can_be_cancelled() {
    let folder = folder();
    let id = make(folder.path());
    log_in(id, "1/kid", "lin");
    let guest = client::login_anonymously(id, Submit::default()).unwrap();
    let held = asked(id, Call::Account);
    let waiting = client::login_with_taptap(id, qr(), Submit::default()).unwrap();
    nothing_asked(id);
    client::request_cancel(waiting).unwrap();
    assert_eq!(end(id, waiting).status, status::CANCELLED);
    let late = Submit { user_data: 0, timeout_ms: 50 };
    let overdue = client::login_with_taptap(id, qr(), late).unwrap();
    assert_eq!(end(id, overdue).status, status::TIMED_OUT);
    held.answer(200, &user("guest"));
    assert_eq!(end(id, guest).status, status::OK);
    nothing_asked(id);
    client::destroy(id).unwrap();
}
