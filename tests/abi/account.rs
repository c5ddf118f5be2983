//! Signing in by a platform and linking through the C ABI: what goes over the wire, what is refused
//! at once, which status an answer gets.

use serde_json::{Value, json};

use crate::common::api::{self, AuthDataOptions, Plain};
use crate::common::client::{Setup, accepted, message};
use crate::common::host;
use crate::common::memory_folder as folder;
use crate::common::taptap::text;

const DATA: &str = r#"{"openid":"o","access_token":"at0ken-of-weixin"}"#;

fn options(unionid: &str, platform: &str, fields: &str) -> AuthDataOptions {
    AuthDataOptions {
        unionid: unionid.as_ptr().cast(),
        unionid_len: unionid.len(),
        unionid_platform: platform.as_ptr().cast(),
        unionid_platform_len: platform.len(),
        fields_json: fields.as_ptr().cast(),
        fields_json_len: fields.len(),
        ..AuthDataOptions::init()
    }
}

#[test]
fn a_login_sends_what_the_options_say() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let full = AuthDataOptions {
        fail_on_not_exist: 1,
        main_account: 1,
        ..options("u", "", r#"{"nickname":"n"}"#)
    };
    let cases: [(Option<&AuthDataOptions>, &str, Value); 3] = [
        (
            None,
            "/1.1/users",
            json!({"authData": {"wx": {
                "openid": "o", "access_token": "at0ken-of-weixin"
            }}}),
        ),
        (
            Some(&full),
            "/1.1/users?failOnNotExist=true",
            json!({
                "nickname": "n",
                "authData": {"wx": {
                    "openid": "o", "access_token": "at0ken-of-weixin", "unionid": "u",
                    "platform": "weixin", "main_account": true,
                }},
            }),
        ),
        (
            Some(&options("u", "qq", "")),
            "/1.1/users",
            json!({"authData": {"wx": {
                "openid": "o", "access_token": "at0ken-of-weixin", "unionid": "u", "platform": "qq",
                "main_account": false,
            }}}),
        ),
    ];
    for (options, path, body) in cases {
        let login = accepted(client.try_login_with_auth_data("wx", DATA, options));
        let seen = host::let_in(&client, "a", "t");
        assert!(seen.url.ends_with(path), "{}", seen.url);
        assert_eq!(serde_json::from_str::<Value>(&seen.body).expect("JSON"), body);
        let event = client.succeed(login);
        assert_eq!((event.kind, event.value, event.objects), (api::EVENT_LOGIN, 1, 1));
        assert_eq!(text(login, api::REQUEST_PLATFORM).as_deref(), Ok("wx"));
    }
}

#[test]
fn what_cannot_be_meant_is_refused_at_once() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");
    let bad = [
        AuthDataOptions { main_account: 1, ..AuthDataOptions::init() },
        AuthDataOptions { main_account: 2, ..options("u", "", "") },
        AuthDataOptions { fail_on_not_exist: 2, ..AuthDataOptions::init() },
        options("", "weixin", ""),
        options("u", "_x", ""),
        options("", "", "[]"),
        options("", "", r#"{"objectId":"x"}"#),
    ];
    for (n, options) in bad.iter().enumerate() {
        let refused = client.try_login_with_auth_data("wx", DATA, Some(options)).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "login {n}");
        let refused = client.try_associate(0, "wx", DATA, Some(options)).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "association {n}");
    }
    for options in [
        AuthDataOptions { fail_on_not_exist: 1, ..AuthDataOptions::init() },
        options("", "", r#"{"nickname":"n"}"#),
    ] {
        let refused = client.try_associate(0, "wx", DATA, Some(&options)).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "a login's options");
    }
    for (platform, data) in [("a.b", DATA), ("", DATA), ("_x", DATA), ("wx", "[]"), ("wx", "")] {
        let refused = client.try_login_with_auth_data(platform, data, None).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "{platform} {data}");
        let refused = client.try_associate(0, platform, data, None).unwrap_err();
        assert_eq!(refused.status, api::INVALID_ARGUMENT, "{platform} {data}");
    }
    let refused = client.try_associate(0, "anonymous", r#"{"id":"x"}"#, None).unwrap_err();
    assert_eq!(refused.status, api::INVALID_ARGUMENT, "a guest cannot be linked");
    let refused = client.try_disassociate(0, "a.b").unwrap_err();
    assert_eq!(refused.status, api::INVALID_ARGUMENT);
    let reserved = AuthDataOptions { reserved: [0, 1], ..AuthDataOptions::init() };
    let refused = client.try_login_with_auth_data("wx", DATA, Some(&reserved)).unwrap_err();
    assert_eq!(refused.status, api::UNSUPPORTED_FIELD);
    assert_eq!(client.stats().http_sent, 1, "the login of the beginning alone");
}

#[test]
fn each_refusal_has_its_status_and_names_the_platform() {
    let cases = [
        (400, 137, api::ALREADY_ASSOCIATED),
        (400, 208, api::ALREADY_ASSOCIATED),
        (400, 250, api::INVALID_AUTH_DATA),
        (400, 251, api::INVALID_AUTH_DATA),
        (400, 252, api::INVALID_AUTH_DATA),
        (403, 403, api::FORBIDDEN),
        (400, 1, api::REJECTED),
        (500, 1, api::SERVER),
    ];
    for (http_status, code, status) in cases {
        let folder = folder();
        let client = Setup::hosted(folder.path()).open();
        // Long: what is like the token is blanked in the server's words.
        let (_, user) = host::log_in(&client, "a", "s3ssion-token");
        let link = client.associate("wx", DATA);
        let seen = host::request(&client);
        assert_eq!(seen.method, "PUT");
        assert!(seen.url.ends_with("/1.1/users/a?fetchWhenSave=true"), "{}", seen.url);
        let error = format!("Forbidden to at0ken-of-weixin {code}");
        host::answer(
            &client,
            seen.id,
            http_status,
            &json!({"code": code, "error": error}).to_string(),
        );
        let event = client.finish(link);
        assert_eq!((event.status, event.server_code), (status, code), "{code}");
        assert_eq!(text(link, api::REQUEST_PLATFORM).as_deref(), Ok("wx"));
        assert!(!message(link).contains("at0ken"), "{}", message(link));
        assert_eq!(user.platforms(), ["anonymous"], "nothing changed");
    }
}

#[test]
fn the_last_platform_is_told_and_an_unknown_player_too() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    host::log_in(&client, "a", "t");
    let unlink = accepted(client.try_disassociate(0, "anonymous"));
    let seen = host::request(&client);
    assert_eq!(seen.body, r#"{"authData.anonymous":{"__op":"Delete"}}"#);
    host::answer(&client, seen.id, 200, r#"{"objectId":"a","updatedAt":"x"}"#);
    let event = client.succeed(unlink);
    assert_eq!((event.kind, event.value, event.objects), (api::EVENT_DISASSOCIATED, 1, 1));

    let known = AuthDataOptions { fail_on_not_exist: 1, ..AuthDataOptions::init() };
    let login = accepted(client.try_login_with_auth_data("wx", DATA, Some(&known)));
    let seen = host::request(&client);
    host::answer(&client, seen.id, 400, r#"{"code":211,"error":"Could not find user."}"#);
    let event = client.finish(login);
    assert_eq!((event.status, event.server_code), (api::USER_NOT_FOUND, 211));
    assert_eq!(event.flags, 0, "no session is over by that");
    assert_eq!(client.current_user().expect("as before").id(), "a");
}

#[test]
fn a_deleted_user_is_logged_out_and_cannot_be_saved_any_more() {
    let folder = folder();
    let client = Setup::hosted(folder.path()).open();
    let (_, user) = host::log_in(&client, "a", "t");
    let delete = client.delete_user(user.0);
    let seen = host::request(&client);
    assert_eq!((&*seen.method, seen.header("X-LC-Session")), ("DELETE", Some("t")));
    host::answer(&client, seen.id, 200, "{}");
    assert_eq!(client.succeed(delete).kind, api::EVENT_DELETED);
    assert!(client.current_user().is_none());
    user.set_str("nickname", "n");
    let event = client.finish(accepted(client.try_save(user.0, None)));
    assert_eq!((event.status, event.server_code), (api::NOT_LOGGED_IN, 206));
}
