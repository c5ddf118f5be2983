//! A host that carries the bytes of a client, or keeps them back: logins with no socket.

use std::ffi::c_char;

use super::api::{self, HttpRequest, HttpResponse, Plain, api};
use super::client::{Client, User, eventually};

/// A request as the host sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: u64,
    pub method: String,
    pub url: String,
    pub headers: String,
    pub body: String,
    pub timeout_ms: u32,
}

impl Seen {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.headers.split_terminator("\r\n");
        let mut pairs = lines.filter_map(|line| line.split_once(": "));
        pairs.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The next thing the client asks of its host, if there is one.
pub fn next(client: &Client) -> Option<HttpRequest> {
    let mut request = HttpRequest::init();
    match api().tdsauth_http_next(client.0, &raw mut request) {
        api::OK => Some(request),
        api::NO_EVENT => None,
        status => panic!("http_next: {status}"),
    }
}

/// Waits for a request to send, passing over what is cancelled.
pub fn request(client: &Client) -> Seen {
    let sent = eventually(|| next(client).filter(|request| request.kind == 1));
    let part = |field| {
        api::text(|buf, cap, needed| {
            api().tdsauth_http_get(client.0, sent.id, field, buf, cap, needed)
        })
        .expect("a part of the request")
    };
    let seen = Seen {
        id: sent.id,
        method: part(1),
        url: part(2),
        headers: part(3),
        body: part(4),
        timeout_ms: sent.timeout_ms,
    };
    let lengths = [sent.method_len, sent.url_len, sent.headers_len, sent.body_len];
    let parts = [&seen.method, &seen.url, &seen.headers, &seen.body];
    assert_eq!(lengths.map(|len| len as usize), parts.map(String::len));
    seen
}

/// Answers a request. Gives the status of the call.
pub fn answer(client: &Client, id: u64, http_status: i32, body: &str) -> i32 {
    let headers = "Content-Type: application/json\n";
    let response = HttpResponse {
        http_status,
        headers: headers.as_ptr().cast::<c_char>(),
        headers_len: headers.len(),
        body: body.as_ptr(),
        body_len: body.len(),
        ..HttpResponse::init()
    };
    api().tdsauth_http_complete(client.0, id, &raw const response)
}

/// Says that there is no answer.
pub fn fail(client: &Client, id: u64, status: i32) -> i32 {
    let response = HttpResponse { status, ..HttpResponse::init() };
    api().tdsauth_http_complete(client.0, id, &raw const response)
}

/// The row of a guest as the account server gives it.
pub fn guest_row(object_id: &str, token: &str) -> String {
    serde_json::json!({
        "objectId": object_id,
        "sessionToken": token,
        "username": "0123456789abcdefghijklmno",
        "createdAt": "2026-01-02T03:04:05.678Z",
        "updatedAt": "2026-01-02T03:04:05.678Z",
        "emailVerified": false,
        "mobilePhoneVerified": false,
        "authData": { "anonymous": { "id": "0123456789abcdef0123456789abcdef" } },
    })
    .to_string()
}

/// Answers the login that is under way, as the server does for a new account.
pub fn let_in(client: &Client, object_id: &str, token: &str) -> Seen {
    let seen = request(client);
    assert_eq!(answer(client, seen.id, 201, &guest_row(object_id, token)), api::OK);
    seen
}

/// Logs a player in, to the end; gives the user. The request stays the caller's to release.
pub fn log_in(client: &Client, object_id: &str, token: &str) -> (u64, User) {
    let login = client.login_anonymously();
    let_in(client, object_id, token);
    client.succeed(login);
    (login, client.current_user().expect("the user"))
}
