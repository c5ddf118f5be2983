//! Changing, saving and fetching an object through the C ABI.

use serde_json::{Value, json};

use crate::common::api::{self, FetchOptions, Plain, SaveOptions, api};
use crate::common::client::{Client, Setup, User, accepted};
use crate::common::host;
use crate::common::memory_folder as folder;

fn logged_in(folder: &std::path::Path) -> (Client, User) {
    let client = Setup::hosted(folder).open();
    let (_, user) = host::log_in(&client, "a", "t");
    (client, user)
}

#[test]
fn each_setter_is_read_at_once_and_sent_by_the_next_save() {
    let folder = folder();
    let (client, user) = logged_in(folder.path());
    let key = |name: &'static str| (name.as_ptr().cast(), name.len());
    let object = user.0;
    let json_text = r#"[1,{"a":null}]"#;
    let statuses = [
        user.set_str("nickname", "塔拉"),
        api().tdsauth_object_set_i64(object, key("level").0, 5, i64::MIN),
        api().tdsauth_object_set_f64(object, key("ratio").0, 5, 0.1),
        api().tdsauth_object_set_bool(object, key("ready").0, 5, 1),
        api().tdsauth_object_set_date(object, key("since").0, 5, 1_700_000_000_123),
        api().tdsauth_object_set_json(
            object,
            key("items").0,
            5,
            json_text.as_ptr().cast(),
            json_text.len(),
        ),
        user.unset("username"),
    ];
    assert_eq!(statuses, [api::OK; 7]);
    assert_eq!(user.str("nickname").as_deref(), Ok("塔拉"));
    assert_eq!(user.str("username"), Err(api::NONE));
    assert!(user.is_dirty(None) && user.is_dirty(Some("level")) && !user.is_dirty(Some("email")));

    let save = accepted(client.try_save(object, None));
    let seen = host::request(&client);
    assert_eq!((&*seen.method, seen.header("X-LC-Session")), ("PUT", Some("t")));
    assert!(seen.url.ends_with("/1.1/users/a"), "{}", seen.url);
    let sent: Value = serde_json::from_str(&seen.body).expect("JSON");
    assert_eq!(
        sent,
        json!({
            "nickname": "塔拉", "level": i64::MIN, "ratio": 0.1, "ready": true,
            "since": {"__type": "Date", "iso": "2023-11-14T22:13:20.123Z"},
            "items": [1, {"a": null}], "username": {"__op": "Delete"},
        })
    );
    host::answer(
        &client,
        seen.id,
        200,
        r#"{"objectId":"a","updatedAt":"2026-02-02T00:00:00.000Z"}"#,
    );
    let event = client.succeed(save);
    assert_eq!((event.kind, event.objects, event.user_data), (api::EVENT_SAVED, 1, 7));
    assert!(!user.is_dirty(None));
    assert_eq!(user.str("updatedAt").as_deref(), Ok("2026-02-02T00:00:00.000Z"));
    assert_eq!((user.token(), user.str("username")), ("t".to_owned(), Err(api::NONE)));
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_no_trace() {
    let folder = folder();
    let (_client, user) = logged_in(folder.path());
    for name in ["objectId", "sessionToken", "authData", "createdAt", "_x", "a.b", ""] {
        assert_eq!(user.set_str(name, "x"), api::INVALID_ARGUMENT, "{name}");
        assert_eq!(user.unset(name), api::INVALID_ARGUMENT, "{name}");
    }
    let level = "level".as_ptr().cast();
    for number in [f64::NAN, f64::INFINITY] {
        assert_eq!(api().tdsauth_object_set_f64(user.0, level, 5, number), api::INVALID_ARGUMENT);
    }
    assert_eq!(api().tdsauth_object_set_bool(user.0, level, 5, 2), api::INVALID_ARGUMENT);
    assert_eq!(api().tdsauth_object_set_date(user.0, level, 5, i64::MAX), api::INVALID_ARGUMENT);
    for text in ["", "{", r#"{"__op":"Increment","amount":1}"#, r#""\u0000""#] {
        let (json, len) = (text.as_ptr().cast(), text.len());
        let status = api().tdsauth_object_set_json(user.0, level, 5, json, len);
        assert_eq!(status, api::INVALID_ARGUMENT, "{text}");
    }
    let mut snapshot = 0;
    assert_eq!(api().tdsauth_object_snapshot(user.0, &raw mut snapshot), api::OK);
    let snapshot = User(snapshot);
    assert_eq!(snapshot.set_str("nickname", "x"), api::INVALID_ARGUMENT);
    assert_eq!(_client.try_save(snapshot.0, None).unwrap_err().status, api::INVALID_ARGUMENT);
    assert!(!user.is_dirty(None));
}

#[test]
fn the_options_of_a_save_and_of_a_fetch_reach_the_server() {
    let folder = folder();
    let (client, user) = logged_in(folder.path());
    user.set_str("nickname", "n");
    let condition = r#"{"nickname":"m"}"#;
    let options = SaveOptions {
        fetch_when_save: 1,
        where_json: condition.as_ptr().cast(),
        where_json_len: condition.len(),
        ..SaveOptions::init()
    };
    let save = accepted(client.try_save(user.0, Some(&options)));
    let seen = host::request(&client);
    assert!(seen.url.ends_with("?fetchWhenSave=true&where=%7B%22nickname%22%3A%22m%22%7D"));
    host::answer(&client, seen.id, 400, r#"{"code":305,"error":"No effect"}"#);
    assert_eq!(client.finish(save).status, api::CONDITION_FAILED);
    let (keys, include) = ("nickname,-avatar", "team");
    let options = FetchOptions {
        keys: keys.as_ptr().cast(),
        keys_len: keys.len(),
        include: include.as_ptr().cast(),
        include_len: include.len(),
        ..FetchOptions::init()
    };
    let fetch = accepted(client.try_fetch(user.0, Some(&options)));
    let seen = host::request(&client);
    assert!(seen.url.ends_with("/users/a?keys=nickname%2C-avatar&include=team"), "{}", seen.url);
    host::answer(&client, seen.id, 200, r#"{"objectId":"a","nickname":"m"}"#);
    assert_eq!(client.succeed(fetch).kind, api::EVENT_FETCHED);
    assert_eq!((user.str("nickname").as_deref(), &*user.token()), (Ok("n"), "t"));
    let bad = SaveOptions { fetch_when_save: 2, ..SaveOptions::init() };
    assert_eq!(client.try_save(user.0, Some(&bad)).unwrap_err().status, api::INVALID_ARGUMENT);
    for timeout_ms in [600_001, u32::MAX] {
        let bad = SaveOptions { timeout_ms, ..SaveOptions::init() };
        assert_eq!(client.try_save(user.0, Some(&bad)).unwrap_err().status, api::INVALID_ARGUMENT);
        let bad = FetchOptions { timeout_ms, ..FetchOptions::init() };
        assert_eq!(client.try_fetch(user.0, Some(&bad)).unwrap_err().status, api::INVALID_ARGUMENT);
    }
    assert!(user.is_dirty(Some("nickname")), "a save that was refused took nothing with it");
}

#[test]
fn an_object_made_by_its_id_is_looked_at_as_the_current_user_and_never_saved() {
    let folder = folder();
    let (client, user) = logged_in(folder.path());
    let other = client.without_data("_User", "a").expect("an object");
    other.set_str("nickname", "n");
    let event = client.finish(accepted(client.try_save(other.0, None)));
    assert_eq!((event.status, event.server_code, event.http_status), (api::NOT_LOGGED_IN, 206, 0));
    let fetch = accepted(client.try_fetch(other.0, None));
    let seen = host::request(&client);
    assert_eq!(seen.header("X-LC-Session"), Some("t"), "the current user looks");
    host::answer(&client, seen.id, 200, r#"{"objectId":"a","avatar":"x"}"#);
    client.succeed(fetch);
    let given = crate::common::client::take_object(fetch, 0).expect("the object");
    assert_eq!(given.str("sessionToken"), Err(api::NONE), "the object it was asked of");
    assert_eq!(given.str("avatar").as_deref(), Ok("x"));
    assert_eq!(
        (other.str("avatar").as_deref(), other.str("sessionToken")),
        (Ok("x"), Err(api::NONE))
    );
    let event = client.finish(accepted(client.try_save(other.0, None)));
    assert_eq!(
        (event.status, event.server_code),
        (api::NOT_LOGGED_IN, 206),
        "no rights come of it"
    );
    assert_eq!(user.str("avatar"), Err(api::NONE));
    let fetch = accepted(client.try_fetch(other.0, None));
    let seen = host::request(&client);
    host::answer(&client, seen.id, 200, "{}");
    assert_eq!(client.finish(fetch).status, api::USER_NOT_FOUND);
    for (class, id, status) in [
        ("Sc ore", "a", api::INVALID_ARGUMENT),
        ("_User", "a/b", api::INVALID_ARGUMENT),
        ("_User", "", api::INVALID_ARGUMENT),
    ] {
        let refused = client.without_data(class, id).err().map(|error| error.status);
        assert_eq!(refused, Some(status), "{class} {id}");
    }
}
