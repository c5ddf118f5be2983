//! Which platforms there are: options and the file of settings, platforms that nobody verifies, and
//! the recorded service, which took everybody's word.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;

use common::platform::{Platform, Reply, server, settings};
use common::{Answer, Server, chmod, command, guest, refused};
use serde_json::{Value, json};

const BAD: &str = "Invalid authData.";
const UNKNOWN: &str = "Invalid authData. The platform is not configured.";
const TAKEN: &str = "A unique field was given a value that is already taken.";
const MISSING: &str = "The id of the linked account is missing.";

fn login(server: &Server, auth_data: &Value) -> Answer {
    server.post("/1.1/users", &json!({ "authData": auth_data }))
}

#[test]
fn a_platform_that_is_not_named_logs_nobody_in() {
    let server = server(&["corp=unverified"], &json!({}), &[]);
    for name in ["weixin", "lc_apple", "taptap", "corp2", "Corp", "_corp", "unverified", ""] {
        let map = json!({ name: { "uid": "x", "openid": "x", "access_token": "t" } });
        login(&server, &map).is_error(400, 252, UNKNOWN);
    }
    let both = json!({ "corp": { "uid": "x" }, "weixin": { "openid": "x" } });
    login(&server, &both).is_error(400, 252, UNKNOWN);
    login(&server, &json!({ "corp": { "uid": "x" }, "anonymous": { "id": "x" } }))
        .is_error(400, 252, UNKNOWN);
}

#[test]
fn an_unverified_platform_is_believed_and_only_the_identity_stored() {
    let server = server(&["corp=unverified", "weixin=unverified"], &json!({}), &[]);
    let sent = json!({ "corp": { "uid": "x", "openid": "o", "token": "t", "nickname": "n" } });
    let made = login(&server, &sent);
    assert_eq!((made.status, &made.json["authData"]), (201, &json!({ "corp": { "uid": "x" } })));
    assert_eq!(made.json["nickname"], Value::Null);
    let again = login(&server, &json!({ "corp": { "uid": "x" } }));
    assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
    // Another platform's player of the same id is somebody else.
    let other = login(&server, &json!({ "weixin": { "openid": "x" } }));
    assert_eq!(other.status, 201);
    login(&server, &json!({ "weixin": { "uid": "x" } })).is_error(400, 250, MISSING);
    login(&server, &json!({ "corp": {} })).is_error(400, 250, MISSING);
    login(&server, &json!({ "corp": { "uid": 7 } })).is_error(400, 251, BAD);
    login(&server, &json!({ "corp": "x" })).is_error(400, 251, BAD);
    let two = json!({ "corp": { "uid": "x" }, "weixin": { "openid": "x" } });
    login(&server, &two).is_error(400, 137, TAKEN);
}

#[test]
fn the_recorded_service_took_everybody_but_who_is_verified() {
    let platform = Platform::always(Reply::Json(200, json!({ "errcode": 40003 })));
    let own = json!({ "weixin": { "base_url": platform.url } });
    let server = server(&["weixin=weixin"], &own, &["--policy", "leancloud"]);
    let sent = json!({ "any": { "uid": "x", "token": "t", "more": [1] } });
    let made = login(&server, &sent);
    assert_eq!((made.status, &made.json["authData"]), (201, &sent));
    assert_eq!(login(&server, &sent).status, 200);
    // Linked as anywhere else.
    let made = login(&server, &json!({ "anonymous": { "id": "me" } }));
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let body = json!({ "authData": { "other": { "openid": "y" } } });
    let linked = server.ask("PUT", &path, Some(made.text("sessionToken")), &body);
    assert_eq!(linked.status, 200, "{}", linked.json);
    assert_eq!(
        login(&server, &json!({ "other": { "openid": "y" } })).text("objectId"),
        made.text("objectId")
    );
    let weixin = json!({ "weixin": { "openid": "x", "access_token": "t" } });
    login(&server, &weixin).is_error(400, 251, BAD);
    assert_eq!(platform.asked().len(), 1);
    // The service's own names are no platforms.
    for name in ["_weixin_unionid", "a b", "a.b", "1a", "", &"a".repeat(65)] {
        login(&server, &json!({ name: { "uid": "x" } })).is_error(400, 252, UNKNOWN);
    }
    assert_eq!(server.post("/1.1/users", &guest("other")).status, 201);
}

/// What a server says that is started with these options.
fn says(platforms: &[&str], file: Option<&Path>) -> String {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--data", ":memory:"]);
    for platform in platforms {
        command.args(["--platform", platform]);
    }
    if let Some(file) = file {
        command.arg("--platforms").arg(file);
    }
    refused(command)
}

#[test]
fn names_and_verifiers_that_cannot_be_meant_are_refused_at_the_start() {
    let cases: [(&[&str], &str); 12] = [
        (&["corp"], "--platform corp: NAME=VERIFIER is expected"),
        (&["corp="], "the verifier is none of"),
        (&["corp=unknown"], "the verifier is none of"),
        (&["=unverified"], "begins with a letter"),
        (&["_corp=unverified"], "begins with a letter"),
        (&["a b=unverified"], "begins with a letter"),
        (&["anonymous=unverified"], "guests are no platform's"),
        (&["taptap=unverified"], "TapTap has options of its own"),
        (&["a=unverified", "a=unverified"], "it is named twice"),
        (&["qq=qq"], "--platform qq=qq: needs \"app_id\""),
        (&["corp=webhook"], "needs \"url\""),
        (&["lc_apple=apple"], "needs \"client_ids\""),
    ];
    for (platforms, why) in cases {
        let said = says(platforms, None);
        assert!(said.starts_with("tdsauth-server: --platform "), "{said}");
        assert!(said.contains(why), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let many: Vec<_> = (0..13).map(|i| format!("p{i}=unverified")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert!(says(&many, None).contains("no more than 12"));
}

#[test]
fn settings_that_cannot_be_meant_are_refused_without_being_repeated() {
    let key = "k-very-secret-key-of-32-characters";
    let hook = |more: Value| {
        let mut own = json!({ "url": "https://hook.example", "key": key });
        for (name, value) in more.as_object().unwrap() {
            own[name] = value.clone();
        }
        json!({ "p": own })
    };
    let apple = |more: Value| {
        let mut own = json!({ "client_ids": ["game"] });
        for (name, value) in more.as_object().unwrap() {
            own[name] = value.clone();
        }
        json!({ "p": own })
    };
    let template =
        |template: Value| json!({ "p": { "base_url": "https://h", "template": template } });
    let form = |name: &str, value: Value| {
        let mut form = json!({
            "key": "uid", "method": "GET", "path": "/x", "answer": { "id": "/id" },
        });
        form[name] = value;
        template(form)
    };
    let cases = [
        ("webhook", json!([]), "a JSON object is expected"),
        ("webhook", json!({ "p": key }), "its settings are no JSON object"),
        ("webhook", json!({ "q": {} }), "needs \"url\""),
        ("webhook", hook(json!({ "key": 7 })), "\"key\" is no text"),
        ("webhook", hook(json!({ "key": "very-secret" })), "fewer than 32 characters"),
        ("webhook", hook(json!({ "url": "http://hook.example/very-secret" })), "plain http"),
        ("webhook", hook(json!({ "url": "https://h/?very-secret" })), "has a query"),
        ("webhook", hook(json!({ "kye": key })), "\"kye\" is none of the settings"),
        ("webhook", hook(json!({ "union": "_very-secret" })), "\"union\" is no name"),
        ("unverified", json!({ "p": { "key": key } }), "\"key\" is none of the settings"),
        ("facebook", json!({ "p": { "app_id": "a" } }), "needs \"app_secret\""),
        ("qq", json!({ "p": { "app_id": [1] } }), "neither a text nor a list of texts"),
        ("qq", json!({ "p": { "app_id": [] } }), "neither a text nor a list of texts"),
        ("apple", apple(json!({ "team_id": "T" })), "go together"),
        (
            "apple",
            apple(json!({ "team_id": "T", "key_id": "K" })),
            "\"team_id\" needs a data folder",
        ),
        ("apple", apple(json!({ "keys_url": "ftp://very-secret" })), "\"keys_url\""),
        ("apple", apple(json!({ "keys_pause_seconds": 0 })), "no whole number of seconds"),
        ("apple", apple(json!({ "keys_lifetime_seconds": 60 })), "is less than"),
        ("template", json!({ "p": {} }), "needs \"template\""),
        ("template", template(json!("very-secret")), "of another type than expected"),
        ("template", template(json!({})), "missing field `key`"),
        (
            "template",
            json!({ "p": { "template": {
            "key": "uid", "method": "GET", "path": "/x", "answer": { "id": "/id" },
        } } }),
            "needs \"base_url\"",
        ),
        ("template", form("more", json!(1)), "unknown field `more`"),
        ("template", form("method", json!("PUT")), "neither GET nor POST"),
        ("template", form("form", json!({ "a": "b" })), "a GET has no \"form\""),
        ("template", form("path", json!("x")), "does not begin with /"),
        ("template", form("path", json!("/a b")), "\"path\": the URL holds a character"),
        ("qq", json!({ "p": { "app_id": "very-secret é" } }), "holds what is no visible ASCII"),
        ("template", form("path", json!("/{sent.x")), "a { of a text has no }"),
        ("template", form("path", json!("/{sent.}")), "nothing is known to fill in"),
        ("template", form("path", json!("/{config.key}")), "nothing is known to fill in"),
        ("template", form("path", json!("/{config.app_id}")), "needs \"app_id\""),
        ("template", form("headers", json!({ "a b": "x" })), "a header has a name"),
        ("template", form("headers", json!({ "Host": "x" })), "is not a template's to set"),
        ("template", form("answer", json!({ "id": "id" })), "begins with /"),
    ];
    for (kind, value, why) in cases {
        let (_folder, path) = settings(&value);
        let said = says(&[&format!("p={kind}")], Some(&path));
        assert!(said.contains(why), "{value}: {said}");
        assert!(!said.contains("very-secret"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_file_of_settings_is_the_owners_alone_and_all_of_it_is_used() {
    let (_folder, path) = settings(&json!({ "other": { "key": "very-secret" } }));
    let said = says(&["corp=unverified"], Some(&path));
    assert!(said.contains("no option --platform other=… goes with \"other\""), "{said}");
    std::fs::write(&path, "{\"p\": very-secret}").unwrap();
    let said = says(&[], Some(&path));
    assert!(said.contains("line 1 column 7: no JSON") && !said.contains("secret"), "{said}");
    std::fs::write(&path, "{}").unwrap();
    chmod(&path, 0o640);
    assert!(says(&[], Some(&path)).contains("others may read"), "it is not refused");
    assert!(says(&[], Some(&path.join("none"))).contains("--platforms "));
    assert!(says(&[], Some(&path.with_extension("none"))).contains("there is no such file"));
}
