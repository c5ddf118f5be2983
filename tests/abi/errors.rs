//! The error struct: filled at each call that takes one, never required.

use std::thread;

use crate::common::api::{self, Error, Plain, api};
use crate::common::client::{Setup, submit};
use crate::common::{folder, host};

#[test]
fn an_error_is_256_bytes_and_says_what_went_wrong() {
    assert_eq!(size_of::<Error>(), 256);
    let folder = folder();
    let setup = Setup { app_id: String::new(), ..Setup::hosted(folder.path()) };
    let error = setup.try_open().map(|_| ()).expect_err("no app id");
    assert_eq!((error.struct_size, error.status), (256, api::INVALID_ARGUMENT));
    assert!(error.text().contains("app_id"), "{}", error.text());
}

#[test]
fn success_and_nothing_happened_overwrite_an_old_error() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let stale = || {
        let mut error = Error::init();
        let (mut user, handle) = (0, 1);
        let status = api().tdsauth_current_user(handle, &raw mut user, &raw mut error);
        assert_eq!((status, error.status), (api::INVALID_HANDLE, api::INVALID_HANDLE));
        assert!(!error.text().is_empty());
        error
    };
    let (mut error, mut user) = (stale(), 7);
    let status = api().tdsauth_current_user(client.0, &raw mut user, &raw mut error);
    assert_eq!((status, error.status, user), (api::NONE, api::NONE, 0));
    assert_eq!((error.text().as_str(), error.flags), ("", 0));

    let (mut error, mut request) = (stale(), 0);
    let none = std::ptr::null();
    let status = api().tdsauth_logout(client.0, none, 0, &raw mut request, &raw mut error);
    assert_eq!((status, error.status, error.text().as_str()), (api::OK, api::OK, ""));
}

#[test]
fn flags_say_what_can_be_done() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");
    let answers = [
        (429, r#"{"code":429,"error":"slow"}"#, api::RATE_LIMITED, api::FLAG_RETRYABLE),
        (503, "", api::SERVER, api::FLAG_RETRYABLE),
        (400, r#"{"code":251,"error":"no"}"#, api::INVALID_AUTH_DATA, 0),
        (400, r#"{"code":1,"error":"no"}"#, api::REJECTED, 0),
        (
            400,
            r#"{"code":211,"error":"Could not find user."}"#,
            api::SESSION_OVER,
            api::FLAG_SESSION_OVER | api::FLAG_NEEDS_PLAYER,
        ),
    ];
    for (http_status, body, status, flags) in answers {
        let request = client.refresh_session_token(0);
        let seen = host::request(&client);
        host::answer(&client, seen.id, http_status, body);
        let event = client.finish(request);
        assert_eq!((event.status, event.flags, event.http_status), (status, flags, http_status));
    }
}

#[test]
fn the_error_may_be_left_out() {
    let none = std::ptr::null_mut();
    let mut client = 0;
    let status = api().tdsauth_client_create(std::ptr::null(), &raw mut client, none);
    assert_eq!((status, client), (api::INVALID_ARGUMENT, 0));
}

#[test]
fn there_is_no_last_error_that_another_thread_could_overwrite() {
    let fail = |app_id: &str| {
        let folder = folder();
        let setup = Setup { app_id: app_id.to_owned(), ..Setup::hosted(folder.path()) };
        setup.try_open().map(|_| ()).expect_err("refused")
    };
    let here = fail("");
    let there = thread::spawn(move || fail("塔拉")).join().expect("no panic");
    assert_ne!(here.text(), there.text());
    assert_eq!(here.text(), fail("").text());
}

#[test]
fn an_error_struct_of_a_wrong_size_stops_the_call() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for struct_size in [0, 4, 255, 4097, u32::MAX] {
        let mut error = Error { struct_size, status: 77, ..Error::init() };
        let refused = submit(|api, out, _| {
            let none = std::ptr::null();
            let status = api.tdsauth_login_anonymously(client.0, none, 0, out, &raw mut error);
            assert_eq!(status, api::INVALID_ARGUMENT);
            api.tdsauth_login_anonymously(0, none, 0, out, std::ptr::null_mut());
            api::OK
        });
        assert_eq!(refused.unwrap_or(0), 0, "nothing was submitted");
        assert_eq!(error.status, 77, "nothing was written");
    }
    assert_eq!(client.stats().live_requests, 0);
}
