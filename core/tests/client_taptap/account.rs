//! The account login that follows a TapTap login, and its place among the other session changes.

use serde_json::Value;
use tdsauth_core::client::{self, Submit, event};
use tdsauth_core::error::status;

use crate::kit::*;

#[test]
fn the_account_server_gets_nine_fields_and_its_user_is_logged_in() {
    let folder = tempfile::tempdir().unwrap();
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
