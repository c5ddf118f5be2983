//! What changes the session runs in submit order under an epoch, which a logout raises.

use crate::common::api::{self, api};
use crate::common::client::Setup;
use crate::common::{folder, host};

#[test]
fn a_logout_ends_a_login_in_flight_and_nobody_is_logged_in() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    let login = client.login_anonymously();
    let seen = host::request(&client);
    let logout = client.logout(false);
    assert_eq!(client.finish(login).status, api::SESSION_CHANGED);
    assert_eq!(client.succeed(logout).value, 0);
    let late = host::answer(&client, seen.id, 201, &host::guest_row("a", "t"));
    assert_eq!(late, api::NONE);
    assert!(client.current_user().is_none());
    assert!(setup.open().current_user().is_none(), "nothing was stored");
}

#[test]
fn a_login_submitted_after_the_logout_counts() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let before = client.login_anonymously();
    host::request(&client);
    let logout = client.logout(false);
    let after = client.login_anonymously();
    assert_eq!(client.finish(before).status, api::SESSION_CHANGED);
    client.succeed(logout);
    host::let_in(&client, "b", "t");
    client.succeed(after);
    assert_eq!(client.current_user().expect("the user").id(), "b");
}

#[test]
fn logins_run_one_after_the_other_in_submit_order() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let tokens = ["first-token", "second-token", "third-token"];
    let requests = tokens.map(|token| client.login_with_session_token(token));
    for (n, token) in tokens.iter().enumerate() {
        let seen = host::request(&client);
        assert_eq!(seen.header("X-LC-Session"), Some(*token));
        assert!(host::next(&client).is_none(), "one at a time");
        let row = host::guest_row(&format!("user{n}"), token);
        assert_eq!(host::answer(&client, seen.id, 200, &row), api::OK);
        client.succeed(requests[n]);
        assert_eq!(client.current_user().expect("the user").id(), format!("user{n}"));
    }
}

#[test]
fn a_refresh_that_a_logout_overtook_stores_nothing() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    host::log_in(&client, "a", "old-token");
    let refresh = client.refresh_session_token(0);
    let seen = host::request(&client);
    let logout = client.logout(false);
    let row =
        r#"{"objectId":"a","sessionToken":"new-token","updatedAt":"2026-01-02T03:04:05.678Z"}"#;
    host::answer(&client, seen.id, 200, row);
    assert_eq!(client.finish(refresh).status, api::SESSION_CHANGED);
    assert_eq!(client.succeed(logout).value, 1);
    assert!(client.current_user().is_none());
    assert!(setup.open().current_user().is_none());
}

#[test]
fn a_logout_in_another_client_of_the_folder_counts_too() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let (one, two) = (setup.open(), setup.open());
    let login = one.login_anonymously();
    let seen = host::request(&one);
    two.succeed(two.logout(false));
    host::answer(&one, seen.id, 201, &host::guest_row("a", "t"));
    assert_eq!(one.finish(login).status, api::SESSION_CHANGED);
    assert!(setup.open().current_user().is_none());
}

#[test]
fn who_is_logged_in_changes_when_the_event_is_delivered_and_is_durable_by_then() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    let login = client.login_anonymously();
    host::let_in(&client, "a", "t");
    crate::common::client::eventually(|| (client.stats().queued_events == 1).then_some(()));
    assert!(client.current_user().is_none(), "not before the event is delivered");
    assert_eq!(setup.open().current_user().expect("on disk by then").id(), "a");
    client.succeed(login);
    let user = client.current_user().expect("the user");
    assert_eq!(api().tdsauth_request_release(login), api::OK);
    assert_eq!(user.id(), "a");
}
