//! A client driven through the host transport: the whole of it, without a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tdsauth_core::client::{self, Event, Options, Submit, event};
use tdsauth_core::error::{Error, status};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::{HostEvent, Response};

const PATIENCE: Duration = Duration::from_secs(60);
const LONG: Option<Duration> = Some(PATIENCE);

/// A folder in memory where the system has such: this suite is not about the disk, and a busy one
/// takes long to flush.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// The account server in few words: guest ids to users, one token each.
#[derive(Default)]
struct Server {
    users: HashMap<String, (String, String)>,
    seen: Vec<String>,
}

impl Server {
    fn answer(&mut self, method: &str, url: &str, body: &[u8], session: Option<&str>) -> Response {
        let path = url.split("/1.1").nth(1).unwrap();
        self.seen.push(format!("{method} {path}"));
        match (method, path) {
            ("POST", "/users") => {
                let body: Value = serde_json::from_slice(body).unwrap();
                let guest = body["authData"]["anonymous"]["id"].as_str().unwrap().to_owned();
                let next = self.users.len() + 1;
                let created = !self.users.contains_key(&guest);
                let fresh = || (format!("user{next}"), format!("token{next}"));
                let (id, token) = self.users.entry(guest).or_insert_with(fresh).clone();
                let row = json!({"objectId": id, "sessionToken": token, "nickname": "塔拉"});
                response(if created { 201 } else { 200 }, &row)
            }
            ("GET", "/users/me") => match self.owner(session) {
                Some((id, token)) => response(200, &json!({"objectId": id, "sessionToken": token})),
                None => response(400, &json!({"code": 211, "error": "Could not find user."})),
            },
            ("PUT", _) => match self.owner(session) {
                Some((id, token)) => {
                    let new = format!("{token}x");
                    let user = self.users.values_mut().find(|user| user.0 == id).unwrap();
                    user.1.clone_from(&new);
                    response(200, &json!({"objectId": id, "sessionToken": new, "updatedAt": "t"}))
                }
                None => response(400, &json!({"code": 211, "error": "Could not find user."})),
            },
            _ => response(404, &json!({"code": 404, "error": "?"})),
        }
    }

    fn owner(&self, session: Option<&str>) -> Option<(String, String)> {
        self.users.values().find(|(_, token)| Some(token.as_str()) == session).cloned()
    }
}

fn response(status: u16, body: &Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

fn make(folder: &Path) -> u64 {
    client::create(Options {
        server_url: Some("https://accounts.example".to_owned()),
        app_id: "app".to_owned(),
        app_key: Secret::new("key"),
        storage_path: folder.to_owned(),
        host_transport: true,
        ..Options::default()
    })
    .unwrap()
}

/// Waits until the client asks something, and gives the id.
fn asked(client: u64) -> u64 {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(HostEvent::Send { id, .. }) = client::http_next(client).unwrap() {
            return id;
        }
        assert!(Instant::now() < until, "nothing was asked");
        std::thread::yield_now();
    }
}

/// Answers what the client asks next and waits for. A request that was given up may have been asked
/// before it.
fn serve(client: u64, server: &mut Server) {
    loop {
        let id = asked(client);
        let answer = client::http_request(client, id, |request| {
            let session = request.headers.iter().find(|(name, _)| *name == "X-LC-Session");
            let session = session.map(|(_, value)| value.as_str());
            server.answer(request.method, &request.url, &request.body, session)
        });
        let Some(answer) = answer.unwrap() else { continue };
        if client::http_complete(client, id, Ok(answer)).unwrap() {
            return;
        }
    }
}

fn end(client: u64, request: u64) -> Event {
    client::wait(client, request, LONG).unwrap().expect("no event")
}

fn user_id(client: u64) -> Option<String> {
    let handle = client::current_user(client).unwrap()?;
    let id = client::object(handle).unwrap().get_str("objectId").unwrap();
    client::object_release(handle).unwrap();
    id
}

#[test]
fn a_guest_stays_logged_in_and_comes_back_to_the_same_account() {
    let folder = folder();
    let mut server = Server::default();
    let first = make(folder.path());
    assert_eq!(user_id(first), None);
    let login = client::login_anonymously(first, Submit { user_data: 7, timeout_ms: 0 }).unwrap();
    serve(first, &mut server);
    let event = end(first, login);
    assert_eq!((event.kind, event.status, event.value), (event::kind::LOGIN, status::OK, 1));
    assert_eq!((event.user_data, event.objects, event.request), (7, 1, login));
    assert_eq!(user_id(first).as_deref(), Some("user1"));
    let again = end(first, login);
    assert_eq!(again.flags & event::flag::REPEATED, event::flag::REPEATED);
    let user = client::request_take_object(login, 0).unwrap().unwrap();
    assert_eq!(client::request_take_object(login, 0).unwrap(), None, "taken twice");
    client::destroy(first).unwrap();
    assert!(client::wait(first, login, LONG).is_err());
    let nickname = client::object(user).unwrap().get_str("nickname").unwrap();
    assert_eq!(nickname.as_deref(), Some("塔拉"), "a taken object outlives its client");
    client::object_release(user).unwrap();

    let second = make(folder.path());
    assert_eq!(user_id(second).as_deref(), Some("user1"), "read from the disk");
    let logout = client::logout(second, false, Submit::default()).unwrap();
    assert_eq!(end(second, logout).value, 1);
    assert_eq!(user_id(second), None);
    let login = client::login_anonymously(second, Submit::default()).unwrap();
    serve(second, &mut server);
    assert_eq!(end(second, login).value, 0);
    assert_eq!(user_id(second).as_deref(), Some("user1"));
    assert_eq!(client::shutdown(second, Duration::from_secs(5)).unwrap(), 0);
    assert_eq!(server.users.len(), 1);
}

#[test]
fn what_the_game_reads_changes_only_when_an_event_is_delivered() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    serve(id, &mut server);
    end(id, login);
    let user = client::current_user(id).unwrap().unwrap();
    let refresh = client::refresh_session_token(id, 0, Submit::default()).unwrap();
    serve(id, &mut server);
    let until = Instant::now() + PATIENCE;
    while client::stats(id).unwrap().queued_events == 0 {
        assert!(Instant::now() < until, "no event came");
        std::thread::yield_now();
    }
    let token = || client::object(user).unwrap().get_str("sessionToken").unwrap().unwrap();
    assert_eq!(token(), "token1", "the event is not delivered yet");
    assert_eq!(end(id, refresh).status, status::OK);
    assert_eq!(token(), "token1x");
    client::destroy(id).unwrap();
    client::object_release(user).unwrap();
}

#[test]
fn a_logout_while_a_login_is_in_flight_leaves_nobody_logged_in() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    let job = asked(id);
    let logout = client::logout(id, false, Submit::default()).unwrap();
    assert_eq!(end(id, login).status, status::SESSION_CHANGED);
    assert_eq!(end(id, logout).value, 0);
    let row = json!({"objectId": "late", "sessionToken": "t"});
    client::http_complete(id, job, Ok(response(201, &row))).unwrap();
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    serve(id, &mut server);
    assert_eq!(end(id, login).status, status::OK);
    assert_eq!(user_id(id).as_deref(), Some("user1"));
    client::destroy(id).unwrap();
}

#[test]
fn two_guest_logins_at_once_make_one_account_in_submit_order() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let logins: Vec<u64> =
        (0..3).map(|_| client::login_anonymously(id, Submit::default()).unwrap()).collect();
    for _ in &logins {
        serve(id, &mut server);
    }
    let values: Vec<i64> = logins.iter().map(|login| end(id, *login).value).collect();
    assert_eq!(values, [1, 0, 0]);
    assert_eq!(server.users.len(), 1);
    client::destroy(id).unwrap();
}

#[test]
fn a_cancel_ends_at_once_and_its_late_answer_is_dropped() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    let job = asked(id);
    client::request_cancel(login).unwrap();
    assert_eq!(end(id, login).status, status::CANCELLED);
    client::request_cancel(login).unwrap();
    let row = json!({"objectId": "late", "sessionToken": "t"});
    client::http_complete(id, job, Ok(response(201, &row))).unwrap();
    assert_eq!(user_id(id), None);
    // A release before the end suppresses the event altogether.
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    client::request_release(login).unwrap();
    assert!(client::request_release(login).is_err());
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    serve(id, &mut server);
    let event = client::wait(id, 0, LONG).unwrap().unwrap();
    assert_eq!((event.request, event.status), (login, status::OK));
    client::destroy(id).unwrap();
}

#[test]
fn revoking_is_heard_by_the_server_and_offline_logs_out_all_the_same() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let log_in = |server: &mut Server| {
        let login = client::login_anonymously(id, Submit::default()).unwrap();
        serve(id, server);
        assert_eq!(end(id, login).status, status::OK);
    };
    log_in(&mut server);
    let logout = client::logout(id, true, Submit::default()).unwrap();
    // Two refreshes: a server may honour the token before the last one for a while.
    serve(id, &mut server);
    serve(id, &mut server);
    assert_eq!((end(id, logout).status, user_id(id)), (status::OK, None));
    assert_eq!(server.users.values().next().unwrap().1, "token1xx");

    log_in(&mut server);
    let logout = client::logout(id, true, Submit::default()).unwrap();
    let lost = Error::new(status::NETWORK, "the cable was cut");
    client::http_complete(id, asked(id), Err(lost)).unwrap();
    let event = end(id, logout);
    assert_eq!((event.status, event.value), (status::NETWORK, 1));
    assert_eq!(user_id(id), None);

    // Cancelled while the server is asked: logged out all the same, and the game learns it.
    log_in(&mut server);
    let logout = client::logout(id, true, Submit::default()).unwrap();
    asked(id);
    client::request_cancel(logout).unwrap();
    assert_eq!(end(id, logout).status, status::CANCELLED);
    let event = client::wait(id, 0, LONG).unwrap().unwrap();
    assert_eq!((event.kind, event.value), (event::kind::USER_CHANGED, 0));
    assert_eq!(user_id(id), None);
    client::destroy(id).unwrap();
}

#[test]
fn whoever_is_behind_hears_that_the_user_changed() {
    let folder = folder();
    let mut server = Server::default();
    let (one, two) = (make(folder.path()), make(folder.path()));
    let login = client::login_anonymously(one, Submit::default()).unwrap();
    serve(one, &mut server);
    end(one, login);
    assert_eq!(user_id(two), None);
    client::set_app_state(two, true).unwrap();
    let event = client::wait(two, 0, LONG).unwrap().unwrap();
    assert_eq!((event.kind, event.value, event.request), (event::kind::USER_CHANGED, 1, 0));
    assert_eq!(user_id(two).as_deref(), Some("user1"));

    // A login that began before the other client's logout must not be stored.
    let login = client::login_anonymously(two, Submit::default()).unwrap();
    let job = asked(two);
    let logout = client::logout(one, false, Submit::default()).unwrap();
    end(one, logout);
    let row = json!({"objectId": "user1", "sessionToken": "token1"});
    client::http_complete(two, job, Ok(response(200, &row))).unwrap();
    assert_eq!(end(two, login).status, status::SESSION_CHANGED);
    let third = make(folder.path());
    assert_eq!(user_id(third), None);
    for id in [one, two, third] {
        client::destroy(id).unwrap();
    }
}

#[test]
fn the_session_check_has_three_answers() {
    let folder = folder();
    let mut server = Server::default();
    let id = make(folder.path());
    let check = || client::user_is_authenticated(id, 0, Submit::default()).unwrap();
    assert_eq!(end(id, check()).status, status::NOT_LOGGED_IN);
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    serve(id, &mut server);
    end(id, login);
    let yes = check();
    serve(id, &mut server);
    assert_eq!((end(id, yes).status, end(id, yes).value), (status::OK, 1));
    let unknown = check();
    let lost = Error::new(status::NETWORK, "offline");
    client::http_complete(id, asked(id), Err(lost)).unwrap();
    assert_eq!(end(id, unknown).status, status::NETWORK);
    server.users.clear();
    let no = check();
    serve(id, &mut server);
    assert_eq!((end(id, no).status, end(id, no).value), (status::OK, 0));
    // A refresh of a dead session says so, and the game is told.
    let refresh = client::refresh_session_token(id, 0, Submit::default()).unwrap();
    serve(id, &mut server);
    assert_eq!(end(id, refresh).status, status::SESSION_OVER);
    let event = client::wait(id, 0, LONG).unwrap().unwrap();
    assert_eq!(event.kind, event::kind::SESSION_OVER);
    client::destroy(id).unwrap();
}

#[test]
fn a_deadline_ends_a_request_that_the_host_forgets() {
    let folder = folder();
    let id = make(folder.path());
    let submit = Submit { user_data: 0, timeout_ms: 50 };
    let login = client::login_anonymously(id, submit).unwrap();
    asked(id);
    assert_eq!(end(id, login).status, status::TIMED_OUT);
    client::destroy(id).unwrap();
}

#[test]
fn destroy_wakes_waiters_and_lets_every_thread_go() {
    let folder = folder();
    let id = make(folder.path());
    let login = client::login_anonymously(id, Submit::default()).unwrap();
    asked(id);
    // Whoever asks below may be the first for a moment, and the waiter is the one that is refused.
    let wait = move |request| loop {
        match client::wait(id, request, None) {
            Err(error) if error.status == status::BUSY => std::thread::yield_now(),
            waited => return waited,
        }
    };
    let waiters: Vec<_> =
        [0, login].into_iter().map(|request| std::thread::spawn(move || wait(request))).collect();
    // The second waiter for a request is refused once the first one waits.
    while client::wait(id, login, Some(Duration::ZERO)).map_err(|e| e.status) != Err(status::BUSY) {
        std::thread::yield_now();
    }
    client::destroy(id).unwrap();
    assert_eq!(client::stats(id).unwrap_err().status, status::INVALID_HANDLE);
    for waiter in waiters {
        // The one that waits for anything may not have begun yet: then there is no client for it.
        let woken = waiter.join().unwrap().unwrap_err().status;
        assert!([status::CLOSED, status::INVALID_HANDLE].contains(&woken), "{woken}");
    }
    assert_eq!(client::destroy(id).unwrap_err().status, status::INVALID_HANDLE);
}
