//! The operations against the real server: guest, session token, check, refresh, logout.

#![cfg(feature = "tls")]

use crate::common::api::{self, api};
use crate::common::client::{Setup, client, take_object};
use crate::common::proxy::{Fate, Proxy};
use crate::common::{folder, server};

#[test]
fn a_guest_gets_the_same_account_at_each_login() {
    let folder = folder();
    let client = client(folder.path());
    assert!(client.current_user().is_none());
    let first = client.login_anonymously();
    assert_eq!(client.succeed(first).value, 1, "a new account");
    let user = take_object(first, 0).expect("the user");
    let second = client.login_anonymously();
    assert_eq!(client.succeed(second).value, 0, "it exists");
    assert_eq!(client.current_user().expect("the user").id(), user.id());

    assert_eq!(client.succeed(client.logout(false)).value, 1);
    assert!(client.current_user().is_none());
    let third = client.login_anonymously();
    assert_eq!(client.succeed(third).value, 0, "the same one after a logout");
    assert_eq!(client.current_user().expect("the user").id(), user.id());
}

#[test]
fn who_was_logged_in_is_known_in_the_first_frame_without_the_network() {
    let folder = folder();
    let user = client(folder.path()).guest();
    let again = client(folder.path());
    let remembered = again.current_user().expect("from disk");
    assert_eq!((remembered.id(), remembered.token()), (user.id(), user.token()));
    let stats = again.stats();
    assert_eq!((stats.http_sent, stats.threads), (0, 0));
}

#[test]
fn nobody_is_logged_in_after_a_logout_and_a_restart() {
    let folder = folder();
    let one = client(folder.path());
    one.guest();
    one.succeed(one.logout(false));
    drop(one);
    assert!(client(folder.path()).current_user().is_none());
}

#[test]
fn a_session_token_logs_the_same_player_in_elsewhere() {
    let folders = [folder(), folder()];
    let here = client(folders[0].path());
    let user = here.guest();
    let there = client(folders[1].path());
    let request = there.login_with_session_token(&user.token());
    assert_eq!(there.succeed(request).value, 0);
    assert_eq!(there.current_user().expect("the user").id(), user.id());

    let wrong = there.login_with_session_token("0123456789abcdefghijklmno");
    let event = there.finish(wrong);
    assert_eq!((event.status, event.server_code), (api::SESSION_OVER, 211));
    assert_eq!(there.current_user().expect("as before").id(), user.id());
}

#[test]
fn the_session_is_valid_or_not_or_nobody_can_tell() {
    let folder = folder();
    let setup = Setup::new(server::shared(), folder.path());
    let online = setup.open();
    let user = online.guest();
    for handle in [0, user.0] {
        assert_eq!(online.succeed(online.is_authenticated(handle)).value, 1, "valid");
    }
    online.succeed(online.refresh_session_token(0));
    let elsewhere = crate::common::folder();
    let stale = client(elsewhere.path());
    stale.succeed(stale.login_with_session_token(&online.current_user().expect("it").token()));
    online.succeed(online.refresh_session_token(0));
    assert_eq!(stale.succeed(stale.is_authenticated(0)).value, 0, "not valid");
    // Port 1 answers nobody.
    let offline = Setup { server_url: "http://127.0.0.1:1".to_owned(), ..setup }.open();
    let event = offline.finish(offline.is_authenticated(0));
    assert_eq!((event.status, event.value), (api::CONNECT, 0), "cannot tell");
    assert!(offline.current_user().is_some(), "and nobody is logged out for that");
}

#[test]
fn a_refreshed_token_replaces_the_old_one_on_all_devices() {
    let folders = [folder(), folder()];
    let here = client(folders[0].path());
    let user = here.guest();
    let old = user.token();
    let there = client(folders[1].path());
    there.succeed(there.login_with_session_token(&old));

    let refresh = here.refresh_session_token(0);
    assert_eq!(here.succeed(refresh).objects, 1);
    let new = here.current_user().expect("the user").token();
    assert_ne!(new, old);
    assert_eq!(client(folders[0].path()).current_user().expect("on disk").token(), new);
    assert_eq!(here.succeed(here.is_authenticated(0)).value, 1);
    assert_eq!(there.succeed(there.is_authenticated(0)).value, 0, "the old one is dead");
}

#[test]
fn a_logout_with_revoke_ends_the_session_on_the_server() {
    let folders = [folder(), folder()];
    let here = client(folders[0].path());
    let token = here.guest().token();
    let there = client(folders[1].path());
    there.succeed(there.login_with_session_token(&token));
    assert_eq!(here.succeed(here.logout(true)).value, 1);
    assert_eq!(there.succeed(there.is_authenticated(0)).value, 0);
    // Without revoke the token lives on.
    let token = here.guest().token();
    here.succeed(here.logout(false));
    there.succeed(there.login_with_session_token(&token));
    assert_eq!(there.succeed(there.is_authenticated(0)).value, 1);
}

#[test]
fn without_a_user_there_is_nothing_to_check_or_refresh() {
    let folder = folder();
    let client = client(folder.path());
    for request in [client.is_authenticated(0), client.refresh_session_token(0)] {
        let event = client.finish(request);
        assert_eq!((event.status, event.flags), (api::NOT_LOGGED_IN, api::FLAG_NEEDS_PLAYER));
    }
    assert_eq!(client.succeed(client.logout(true)).value, 0, "nobody was logged in");
}

#[test]
fn every_field_of_the_user_can_be_read() {
    let folder = folder();
    let client = client(folder.path());
    let user = client.guest();
    let keys = api::text(|buf, cap, needed| api().tdsauth_object_keys(user.0, buf, cap, needed));
    let keys: Vec<String> = serde_json::from_str(&keys.expect("keys")).expect("JSON");
    let expected = [
        "authData",
        "createdAt",
        "emailVerified",
        "mobilePhoneVerified",
        "objectId",
        "sessionToken",
        "updatedAt",
        "username",
    ];
    assert_eq!(keys, expected);
    assert_eq!(user.id().len(), 24);
    assert_eq!((user.token().len(), user.str("username").map(|name| name.len())), (25, Ok(25)));
    assert_eq!(user.value_type("authData"), Ok(8));
    assert_eq!(user.value_type("createdAt"), Ok(6));
    assert_eq!(user.value_type("emailVerified"), Ok(5));
    assert_eq!(user.value_type("nickname"), Err(api::NONE));
    let (key, len) = ("emailVerified".as_ptr().cast(), "emailVerified".len());
    let (mut yes, mut date) = (7, 0);
    assert_eq!(api().tdsauth_object_get_bool(user.0, key, len, &raw mut yes), api::OK);
    assert_eq!(yes, 0);
    assert_eq!(api().tdsauth_object_get_i64(user.0, key, len, &raw mut date), api::WRONG_TYPE);
    let (key, len) = ("createdAt".as_ptr().cast(), "createdAt".len());
    assert_eq!(api().tdsauth_object_get_date(user.0, key, len, &raw mut date), api::OK);
    assert!(date > 1_700_000_000_000, "Unix milliseconds: {date}");
    let whole = user.json(None).expect("the whole row");
    assert!(whole.get("sessionToken").is_none(), "which is what lands in logs");
    assert_eq!(whole["objectId"], user.id());
    assert_eq!(user.json(Some("authData")).expect("authData"), whole["authData"]);
}

#[test]
fn two_concurrent_guest_logins_make_one_account() {
    let folder = folder();
    let proxy = Proxy::start(&server::shared().url, |_, _| Fate::Pass);
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.server_url.clone_from(&proxy.url);
    // Two logins of each of two clients of one folder.
    let clients = [setup.open(), setup.open()];
    let logins = clients.each_ref().map(|it| [it.login_anonymously(), it.login_anonymously()]);
    let mut ids = Vec::new();
    for (client, logins) in clients.iter().zip(logins) {
        for login in logins {
            client.succeed(login);
            ids.push(take_object(login, 0).expect("the user").id());
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(proxy.accounts(), 1);
}

#[test]
fn a_lost_answer_makes_no_second_account() {
    let folder = folder();
    let proxy = Proxy::start(&server::shared().url, |n, _| match n {
        // Sent once more on its own, and lost again; the player tries again.
        0 | 1 => Fate::LoseAnswer,
        _ => Fate::Pass,
    });
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.server_url.clone_from(&proxy.url);
    let client = setup.open();
    let lost = client.login_anonymously();
    assert_eq!(client.finish(lost).status, api::NETWORK);
    assert!(client.current_user().is_none());
    drop(client);
    let user = setup.open().guest();
    assert_eq!(user.id().len(), 24);
    assert_eq!(proxy.accounts(), 1);
    assert_eq!(proxy.record().len(), 3, "{:?}", proxy.record());
}

#[test]
fn a_logout_during_a_login_leaves_nobody_logged_in() {
    let folder = folder();
    let setup = Setup::new(server::shared(), folder.path());
    let client = setup.open();
    for _ in 0..20 {
        let login = client.login_anonymously();
        let logout = client.logout(false);
        let status = client.finish(login).status;
        client.succeed(logout);
        // Whichever was first: after the logout nobody is logged in.
        assert!([api::OK, api::SESSION_CHANGED].contains(&status), "{status}");
        assert!(client.current_user().is_none());
        assert!(setup.open().current_user().is_none());
    }
}

#[test]
fn a_wrong_app_key_is_refused_by_the_server() {
    let folder = folder();
    let mut setup = Setup::new(server::shared(), folder.path());
    setup.app_key = "0123456789abcdefghijklmn".to_owned();
    let client = setup.open();
    let event = client.finish(client.login_anonymously());
    assert_eq!((event.status, event.http_status), (api::UNAUTHORIZED, 401));
}
