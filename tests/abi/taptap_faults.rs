//! Each exchange of the contract with each fault: the login ends in the right event before its
//! deadline, and the next attempt works.

#![cfg(feature = "tls")]

use serde_json::{Value, json};

use crate::common::api::{
    self, EVENT_TAPTAP_LOGIN, EVENT_TAPTAP_OPEN_URL, EVENT_TAPTAP_SHOW_QR, WAY_REDIRECT,
};
use crate::common::client::{Client, message};
use crate::common::folder;
use crate::common::taptap::{Login, TapTap, page, user_code};

/// How each fault of an exchange that is not repeated ends it.
fn faults() -> [(Value, i32); 9] {
    [
        (json!({ "fault": "drop" }), api::NETWORK),
        (json!({ "fault": "lose" }), api::NETWORK),
        (json!({ "fault": "cut" }), api::NETWORK),
        (json!({ "fault": "garbage" }), api::BAD_RESPONSE),
        (json!({ "fault": "wrong_type" }), api::BAD_RESPONSE),
        (json!({ "fault": "huge" }), api::RESPONSE_TOO_LARGE),
        (json!({ "error": "server_error", "status": 500 }), api::SERVER),
        (json!({ "json": ["down"], "status": 502 }), api::SERVER),
        (json!({ "fault": "delay", "ms": 300 }), api::OK),
    ]
}

fn succeeds(taptap: &TapTap, client: &Client) {
    taptap.script(&json!({ "next": [] }));
    client.succeed(client.logout(false));
    client.taptap_player(taptap);
    client.succeed(client.logout(false));
}

/// The end of a login by QR code that the player allows.
fn scanned(taptap: &TapTap, client: &Client) -> (u64, i32) {
    let request = client.taptap_login(&Login::default());
    let event = client.finish(request);
    if event.kind != EVENT_TAPTAP_SHOW_QR {
        return (request, event.status);
    }
    taptap.phone(&user_code(request), "allow", "lin");
    (request, client.end(request).status)
}

/// The end of a login by redirect that the player allows.
fn redirected(taptap: &TapTap, client: &Client) -> (u64, i32) {
    let request = client.taptap_login(&Login::by(WAY_REDIRECT));
    client.step(request, EVENT_TAPTAP_OPEN_URL);
    let back = taptap.browse(&page(request), "allow", "lin");
    assert_eq!(client.handle_url(&back).expect("taken"), Some(request));
    (request, client.end(request).status)
}

#[test]
fn asking_for_a_code() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    for (fault, status) in faults() {
        taptap.next("device", 9, &fault);
        let (request, ended) = scanned(&taptap, &client);
        assert_eq!(ended, status, "{fault}: {}", message(request));
        succeeds(&taptap, &client);
    }
}

/// Whatever a proxy or a sick server says does not end it: the code's expiry does. What looks like
/// a token and is none does at once.
#[test]
fn polling() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    for (fault, _) in faults() {
        taptap.script(&json!({ "expires_in": 3 }));
        taptap.next("device_token", 9, &fault);
        let (request, ended) = scanned(&taptap, &client);
        let expected = match fault["fault"].as_str() {
            Some("wrong_type") => api::BAD_RESPONSE,
            Some("delay") => api::OK,
            _ => api::TAPTAP_EXPIRED,
        };
        assert_eq!(ended, expected, "{fault}: {}", message(request));
        taptap.script(&json!({ "expires_in": 300 }));
        succeeds(&taptap, &client);
    }
}

#[test]
fn exchanging_a_code() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    for (fault, status) in faults() {
        taptap.next("authorization_code", 9, &fault);
        let (request, ended) = redirected(&taptap, &client);
        assert_eq!(ended, status, "{fault}: {}", message(request));
        succeeds(&taptap, &client);
    }
}

/// A token without its profile is no login yet, but it is kept: nobody scans a second time.
#[test]
fn fetching_the_profile() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    for (fault, status) in faults() {
        taptap.next("profile", 9, &fault);
        let (request, ended) = scanned(&taptap, &client);
        assert_eq!(ended, status, "{fault}: {}", message(request));
        taptap.script(&json!({ "next": [] }));
        let again = client.taptap_login(&Login::default());
        assert_eq!(client.step(again, EVENT_TAPTAP_LOGIN).value, 0, "{fault}");
        assert_eq!(client.taptap_profile(api::PROFILE_NAME).as_deref(), Ok("林小满"));
        succeeds(&taptap, &client);
    }
}

/// Nothing that goes wrong at the start of the next game asks the player again.
#[test]
fn refreshing_at_the_next_start() {
    let (taptap, folder) = (TapTap::start(), folder());
    let setup = taptap.setup(folder.path());
    setup.open().taptap_player(&taptap);
    for (fault, _) in faults() {
        // A refresh that was done but not heard of would have ended the token.
        if fault["fault"] == "lose" {
            taptap.script(&json!({ "old_token": "good" }));
        }
        taptap.next("refresh_token", 9, &fault);
        let client = setup.open();
        let login = client.taptap_login(&Login::default());
        assert_eq!(client.step(login, EVENT_TAPTAP_LOGIN).value, 0, "{fault}");
    }
}

/// The name of an error decides, in any spelling; what nobody knows is named in the message.
#[test]
fn every_name_of_an_error_has_its_status() {
    let (taptap, folder) = (TapTap::start(), folder());
    let client = taptap.setup(folder.path()).open();
    let region = "client store [cn] do not match: InvalidArgument";
    for (answer, status) in [
        (json!({ "error": "invalid_client", "status": 401 }), api::TAPTAP_INVALID_CLIENT),
        (json!({ "error": "invalid_request" }), api::TAPTAP_INVALID_REQUEST),
        (json!({ "error": "invalid_request", "description": region }), api::TAPTAP_WRONG_REGION),
        (json!({ "error": "INVALID_CLIENT", "status": 401 }), api::TAPTAP_INVALID_CLIENT),
        (json!({ "error": "a.b.Invalid_Request" }), api::TAPTAP_INVALID_REQUEST),
        (json!({ "error": "forbidden", "status": 403 }), api::FORBIDDEN),
        (json!({ "error": "not_found", "status": 404 }), api::NOT_FOUND),
        (json!({ "error": "too_many_login_attempts", "status": 429 }), api::RATE_LIMITED),
        (json!({ "json": {}, "status": 429 }), api::RATE_LIMITED),
        (json!({ "error": "unsupported_response_type" }), api::TAPTAP_REFUSED),
        (json!({ "error": "insufficient_scope", "status": 403 }), api::TAPTAP_INSUFFICIENT_SCOPE),
        (
            json!({ "json": { "error": "invalid_client" }, "status": 401 }),
            api::TAPTAP_INVALID_CLIENT,
        ),
        (json!({ "json": {}, "status": 302 }), api::REDIRECT),
    ] {
        taptap.next("device", 9, &answer);
        let (request, ended) = scanned(&taptap, &client);
        assert_eq!(ended, status, "{answer}: {}", message(request));
        if let Some(name) = answer["error"].as_str() {
            assert!(message(request).contains(name), "{}", message(request));
        }
    }
    for (error, status) in [
        ("access_denied", api::TAPTAP_DENIED),
        ("invalid_grant", api::TAPTAP_EXPIRED),
        ("invalid_grant_code", api::TAPTAP_EXPIRED),
        ("expired_token", api::TAPTAP_EXPIRED),
        ("oauth2.tapapis.com.ACCESS_DENIED", api::TAPTAP_DENIED),
        ("invalid_client", api::TAPTAP_INVALID_CLIENT),
        ("something_new", api::TAPTAP_REFUSED),
    ] {
        for http_status in [400, 401] {
            taptap.next("device_token", 9, &json!({ "error": error, "status": http_status }));
            let (request, ended) = scanned(&taptap, &client);
            assert_eq!(ended, status, "{error}: {}", message(request));
        }
    }
    succeeds(&taptap, &client);
}
