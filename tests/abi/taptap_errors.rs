//! What TapTap's refusals become: the name of the error decides, in any spelling.

#![cfg(feature = "tls")]

use serde_json::json;

use crate::common::api::{self, EVENT_TAPTAP_SHOW_QR};
use crate::common::client::{Client, message};
use crate::common::memory_folder;
use crate::common::taptap::{Login, TapTap, user_code};

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

/// What nobody knows is named in the message.
#[test]
fn every_name_of_an_error_has_its_status() {
    let (taptap, folder) = (TapTap::start(), memory_folder());
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
    taptap.script(&json!({ "next": [] }));
    client.taptap_player(&taptap);
}
