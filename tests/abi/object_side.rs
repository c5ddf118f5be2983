//! Which operations on objects wait for which: those of one object for each other, all for the login
//! ahead of them, and none for another object's.

use crate::common::api;
use crate::common::client::{Client, Setup, User, accepted, eventually, message};
use crate::common::host::{self, Seen};
use crate::common::memory_folder as folder;

fn hosted(folder: &std::path::Path) -> Client {
    Setup::hosted(folder).open()
}

fn answer(client: &Client, seen: &Seen) {
    host::answer(client, seen.id, 200, "{}");
}

fn known(client: &Client, id: &str) -> User {
    let object = client.without_data("Score", id).expect("an object");
    object.set_str("a", "x");
    object
}

fn id_of(seen: &Seen) -> String {
    seen.url.rsplit('/').next().unwrap_or_default().to_owned()
}

#[test]
fn different_objects_go_side_by_side_and_one_object_in_turn() {
    let folder = folder();
    let client = hosted(folder.path());
    let objects: Vec<User> = ["a", "b", "c", "d", "e"].map(|id| known(&client, id)).into();
    let first = client.submit_save(&objects[0]);
    objects[0].set_str("a", "y");
    let second = client.submit_save(&objects[0]);
    let others: Vec<u64> = objects[1..].iter().map(|object| client.submit_save(object)).collect();
    let running: Vec<Seen> = (0..4).map(|_| host::request(&client)).collect();
    let mut ids: Vec<String> = running.iter().map(id_of).collect();
    ids.sort();
    assert_eq!(ids, ["a", "b", "c", "d"], "as many as there are connections, and not a twice");
    // A login finds its way past all that waits.
    let login = client.login_anonymously();
    answer(&client, &running[1]);
    let next = host::request(&client);
    assert!(next.url.ends_with("/users") || id_of(&next) == "e", "{next:?}");
    answer(&client, &running[0]);
    let after = host::request(&client);
    let mut left = vec![next, after];
    while left.len() < 3 {
        answer(&client, &running[left.len()]);
        left.push(host::request(&client));
    }
    for seen in &left {
        if seen.url.ends_with("/users") {
            host::answer(&client, seen.id, 201, &host::guest_row("u", "t"));
        } else {
            answer(&client, seen);
        }
    }
    for seen in running {
        answer(&client, &seen);
    }
    for request in others.into_iter().chain([first, second, login]) {
        client.succeed(request);
    }
    assert_eq!(client.stats().http_sent, 7);
}

#[test]
fn what_was_submitted_after_a_login_is_done_as_that_player() {
    let folder = folder();
    let client = hosted(folder.path());
    let score = known(&client, "a");
    let before = client.submit_save(&score);
    let login = client.login_anonymously();
    let other = known(&client, "b");
    let after = client.submit_save(&other);
    let mut seen = [host::request(&client), host::request(&client)];
    seen.sort_by_key(|seen| seen.url.ends_with("/users"));
    let [save, guest] = seen;
    assert_eq!((&*id_of(&save), save.header("X-LC-Session")), ("a", None));
    assert!(host::next(&client).is_none(), "the login comes first");
    host::answer(&client, guest.id, 201, &host::guest_row("u", "t"));
    let seen = host::request(&client);
    assert_eq!((&*id_of(&seen), seen.header("X-LC-Session")), ("b", Some("t")));
    answer(&client, &seen);
    answer(&client, &save);
    for request in [before, login, after] {
        client.succeed(request);
    }
}

#[test]
fn a_logout_ends_what_was_not_sent_and_leaves_what_was() {
    let folder = folder();
    let client = Setup { max_connections: 1, ..Setup::hosted(folder.path()) }.open();
    host::log_in(&client, "u", "t");
    let (sent, waiting) = (known(&client, "a"), known(&client, "b"));
    let saves = [client.submit_save(&sent), client.submit_save(&waiting)];
    let seen = host::request(&client);
    let logout = client.logout(false);
    assert_eq!(client.finish(saves[1]).status, api::SESSION_CHANGED);
    assert!(waiting.is_dirty(Some("a")), "nothing is lost");
    client.succeed(logout);
    answer(&client, &seen);
    client.succeed(saves[0]);
    assert!(!sent.is_dirty(None));
    let save = client.submit_save(&waiting);
    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), None, "as nobody");
    answer(&client, &seen);
    client.succeed(save);
}

#[test]
fn the_end_of_the_session_is_told_by_any_call_of_it() {
    let folder = folder();
    let client = hosted(folder.path());
    let (login, _user) = host::log_in(&client, "u", "t");
    crate::common::api::api().tdsauth_request_release(login);
    let score = known(&client, "a");
    let save = client.submit_save(&score);
    let seen = host::request(&client);
    host::answer(&client, seen.id, 400, r#"{"code":211,"error":"Could not find user."}"#);
    assert_eq!(client.finish(save).status, api::SESSION_OVER);
    let told = eventually(|| client.poll().filter(|event| event.kind == api::EVENT_SESSION_OVER));
    assert_eq!(told.request, 0);
}

#[test]
fn a_cancelled_save_gives_its_changes_back_and_the_next_one_goes() {
    let folder = folder();
    let client = hosted(folder.path());
    let score = client.without_data("Score", "a").expect("an object");
    score.set_json("list", "[1]");
    let first = client.submit_save(&score);
    score.add("list", "[2]");
    let second = client.submit_save(&score);
    host::request(&client);
    assert_eq!(api::api().tdsauth_request_cancel(first), api::OK);
    assert_eq!(client.finish(first).status, api::CANCELLED);
    let event = client.finish(second);
    assert_eq!((event.status, event.flags), (api::CANCELLED, 0), "it waited behind that one");
    assert!(message(second).contains("an earlier save of this object"));
    let next = client.submit_save(&score);
    let seen = host::request(&client);
    assert_eq!(seen.body, r#"{"list":[1,2]}"#, "it builds on what may not have happened");
    answer(&client, &seen);
    client.succeed(next);
    assert!(!score.is_dirty(None));
    let save = accepted(client.try_save(score.0, None));
    client.succeed(save);
}
