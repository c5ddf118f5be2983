//! The host transport: a whole login with no socket, in whatever order the host answers.

use crate::common::api::{self, HttpResponse, Plain, api};
use crate::common::client::Setup;
use crate::common::{folder, host};

#[test]
fn a_whole_life_of_a_session_needs_no_socket() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    let login = client.login_anonymously();
    let seen = host::request(&client);
    assert_eq!(
        (seen.method.as_str(), seen.url.as_str()),
        ("POST", "https://account.example/1.1/users")
    );
    assert_eq!(seen.header("X-LC-Id"), Some("test-app"));
    let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    assert!(body["authData"]["anonymous"]["id"].is_string());
    host::answer(&client, seen.id, 201, &host::guest_row("a", "first-token"));
    assert_eq!(client.succeed(login).value, 1);

    let check = client.is_authenticated(0);
    let seen = host::request(&client);
    assert_eq!((seen.method.as_str(), seen.body.as_str()), ("GET", ""));
    assert_eq!(seen.header("X-LC-Session"), Some("first-token"));
    host::answer(&client, seen.id, 200, &host::guest_row("a", "first-token"));
    assert_eq!(client.succeed(check).value, 1);

    let refresh = client.refresh_session_token(0);
    let seen = host::request(&client);
    assert_eq!((seen.method.as_str(), seen.header("X-LC-Session")), ("PUT", Some("first-token")));
    assert!(seen.url.ends_with("/1.1/users/a/refreshSessionToken"), "{}", seen.url);
    let row =
        r#"{"objectId":"a","sessionToken":"second-token","updatedAt":"2026-01-02T03:04:05.678Z"}"#;
    host::answer(&client, seen.id, 200, row);
    client.succeed(refresh);
    assert_eq!(client.current_user().expect("the user").token(), "second-token");

    let logout = client.logout(true);
    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), Some("second-token"));
    host::fail(&client, seen.id, api::NETWORK);
    let event = client.finish(logout);
    assert_eq!((event.status, event.value), (api::NETWORK, 1), "not revoked, but logged out");
    assert!(client.current_user().is_none());
    assert!(setup.open().current_user().is_none());
}

#[test]
fn late_and_unknown_answers_are_harmless() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for id in [0, 1, 99, u64::MAX] {
        assert_eq!(host::answer(&client, id, 200, "{}"), api::NONE, "{id}");
    }
    let login = client.login_anonymously();
    let seen = host::let_in(&client, "a", "t");
    assert_eq!(host::answer(&client, seen.id, 201, "{}"), api::NONE, "answered already");
    client.succeed(login);
}

#[test]
fn the_client_owns_the_deadline() {
    let folder = folder();
    let client = Setup { request_timeout_ms: 50, ..Setup::hosted(folder.path()) }.open();
    let login = client.login_anonymously();
    let seen = host::request(&client);
    assert!(seen.timeout_ms <= 50, "{}", seen.timeout_ms);
    assert_eq!(client.finish(login).status, api::TIMED_OUT);
    let told = crate::common::client::eventually(|| host::next(&client));
    assert_eq!((told.kind, told.id), (2, seen.id));
    assert_eq!(host::answer(&client, seen.id, 201, &host::guest_row("a", "t")), api::NONE);
    let gone = api::text(|buf, cap, needed| {
        api().tdsauth_http_get(client.0, seen.id, 1, buf, cap, needed)
    });
    assert_eq!(gone, Err(api::NONE), "its request is gone");
}

#[test]
fn what_the_host_reports_becomes_the_status() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    for status in [api::NETWORK, api::DNS, api::CONNECT, api::TLS, api::TIMED_OUT] {
        let login = client.login_anonymously();
        let seen = host::request(&client);
        assert_eq!(host::fail(&client, seen.id, status), api::OK);
        assert_eq!(client.finish(login).status, status);
    }
    let login = client.login_anonymously();
    let seen = host::request(&client);
    for status in [1, 2, api::INVALID_ARGUMENT, api::SESSION_OVER, api::STORAGE, i32::MIN] {
        assert_eq!(host::fail(&client, seen.id, status), api::INVALID_ARGUMENT, "{status}");
    }
    for http_status in [0, 99, 600, -1, i32::MAX] {
        let refused = host::answer(&client, seen.id, http_status, "{}");
        assert_eq!(refused, api::INVALID_ARGUMENT, "{http_status}");
    }
    host::answer(&client, seen.id, 201, &host::guest_row("a", "t"));
    client.succeed(login);
}

#[test]
fn an_answer_larger_than_the_bound_is_refused() {
    let folder = folder();
    let setup = Setup { max_response_bytes: 1_000, ..Setup::hosted(folder.path()) };
    let client = setup.open();
    let row = |len: usize| {
        let row = host::guest_row("a", "t");
        let nickname = "n".repeat(len - row.len() - r#""nickname":"","#.len());
        row.replacen('{', &format!("{{\"nickname\":\"{nickname}\","), 1)
    };
    for (len, status) in [(1_000, api::OK), (1_001, api::RESPONSE_TOO_LARGE)] {
        let login = client.login_anonymously();
        let seen = host::request(&client);
        let body = row(len);
        assert_eq!(body.len(), len);
        assert_eq!(host::answer(&client, seen.id, 201, &body), api::OK);
        assert_eq!(client.finish(login).status, status, "{len}");
    }
    // Longer than any bound can be: not even read.
    let login = client.login_anonymously();
    let seen = host::request(&client);
    let byte = 0;
    let answer = HttpResponse {
        http_status: 200,
        body: &raw const byte,
        body_len: isize::MAX as usize,
        ..HttpResponse::init()
    };
    assert_eq!(api().tdsauth_http_complete(client.0, seen.id, &raw const answer), api::OK);
    assert_eq!(client.finish(login).status, api::RESPONSE_TOO_LARGE);
}

#[test]
fn answers_that_are_none_leave_the_stored_state_untouched() {
    let folder = folder();
    let setup = Setup::hosted(folder.path());
    let client = setup.open();
    host::log_in(&client, "a", "first-token");
    let no_token = host::guest_row("b", "t").replace("\"sessionToken\":\"t\",", "");
    assert!(!no_token.contains("sessionToken"));
    let numeric_id = host::guest_row("b", "t").replace("\"objectId\":\"b\"", "\"objectId\":7");
    let bodies = ["", "[]", "{}", "null", "{\"objectId\"", "<html>", &no_token, &numeric_id];
    for body in bodies {
        let login = client.login_anonymously();
        let seen = host::request(&client);
        host::answer(&client, seen.id, 200, body);
        assert_eq!(client.finish(login).status, api::BAD_RESPONSE, "{body}");
    }
    for http_status in [301, 302, 307, 304] {
        let login = client.login_anonymously();
        let seen = host::request(&client);
        host::answer(&client, seen.id, http_status, "{}");
        assert_eq!(client.finish(login).status, api::REDIRECT, "{http_status}");
    }
    assert_eq!(client.current_user().expect("the user").token(), "first-token");
    assert_eq!(setup.open().current_user().expect("on disk").token(), "first-token");
}

#[cfg(feature = "tls")]
#[test]
fn a_client_with_a_transport_of_its_own_has_nothing_for_the_host() {
    let folder = folder();
    let client = Setup { flags: 0, ..Setup::hosted(folder.path()) }.open();
    let mut request = api::HttpRequest::init();
    assert_eq!(api().tdsauth_http_next(client.0, &raw mut request), api::NOT_SUPPORTED);
    assert_eq!(host::answer(&client, 1, 200, "{}"), api::NOT_SUPPORTED);
}

#[cfg(not(feature = "tls"))]
#[test]
fn a_build_without_a_transport_says_so() {
    let folder = folder();
    let error = Setup { flags: 0, ..Setup::hosted(folder.path()) }.try_open().map(|_| ());
    assert_eq!(error.map_err(|error| error.status), Err(api::NOT_SUPPORTED));
}
