//! Logging in to an account with a TapTap token, over the wire on both sides: the stand-in of one
//! server is TapTap, for itself or for a second server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::thread;

use common::taptap::{self, BASIC_INFO, CLIENT_ID, Token, beside, login, nine, nine_of};
use common::{Answer, Server, command, data};
use serde_json::{Value, json};

const BAD: &str = "Invalid authData.";

/// Whether there is an account for this login.
fn is_known(server: &Server, map: &Value) -> bool {
    let body = json!({ "authData": { "taptap": map } });
    let answer = server.post("/1.1/users?failOnNotExist=true", &body);
    assert!(answer.status == 200 || answer.json["code"] == json!(211), "{}", answer.json);
    answer.status == 200
}

#[test]
fn a_first_login_makes_an_account_with_the_name_and_avatar_of_taptap() {
    let server = taptap::start();
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let made = login(&server, &sent);
    assert_eq!(made.status, 201, "{}", made.json);
    made.has_common_headers();
    assert!(!made.text("nickname").is_empty());
    assert_eq!(made.json["nickname"], sent["name"]);
    assert_eq!(made.json["avatar"], sent["avatar"]);
    // The key stays out of the database.
    let kept = json!({
        "openid": sent["openid"], "unionid": sent["unionid"],
        "name": sent["name"], "avatar": sent["avatar"],
    });
    assert_eq!(made.json["authData"], json!({ "taptap": kept }));
    let me = server.get("/1.1/users/me", Some(made.text("sessionToken")));
    assert_eq!(me.json["authData"], made.json["authData"]);
    let stranger = server.guest("stranger");
    let path = format!("/1.1/users/{}", made.text("objectId"));
    let other = server.get(&path, Some(stranger.text("sessionToken")));
    assert_eq!((other.status, &other.json["authData"]), (200, &Value::Null));
}

#[test]
fn a_later_login_with_another_token_is_the_same_account_and_renames_nobody() {
    let server = taptap::start();
    let first = nine(&server, &taptap::token(&server, "mei", "public_profile"));
    let made = login(&server, &first);
    let later = nine(&server, &taptap::token(&server, "mei", "public_profile"));
    assert_ne!(first["kid"], later["kid"]);
    let again = login(&server, &later);
    assert_eq!(again.status, 200, "{}", again.json);
    for name in ["objectId", "sessionToken", "nickname", "avatar"] {
        assert_eq!(again.text(name), made.text(name));
    }
    let other = nine(&server, &taptap::token(&server, "alex", "public_profile"));
    let other = login(&server, &other);
    assert_eq!(other.status, 201);
    assert_ne!(other.text("objectId"), made.text("objectId"));
}

#[test]
fn a_name_that_changed_at_taptap_leaves_the_nickname_alone() {
    let server = taptap::start();
    let before = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let made = login(&server, &before);
    // The same player under another name.
    let renamed = json!({
        "id": "lin2", "name": "Renamed", "avatar": "https://example.com/new.png",
        "openid": before["openid"], "unionid": before["unionid"],
    });
    taptap::order(&server, "/dev/players", &renamed);
    let after = nine(&server, &taptap::token(&server, "lin2", "public_profile"));
    let again = login(&server, &after);
    assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
    for name in ["nickname", "avatar"] {
        assert_eq!(again.text(name), made.text(name));
    }
    assert_eq!(again.json["authData"]["taptap"]["name"], json!("Renamed"));
}

#[test]
fn what_the_game_sets_itself_goes_before() {
    let server = taptap::start();
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let body = json!({ "authData": { "taptap": sent }, "nickname": "Own name" });
    let made = server.post("/1.1/users", &body);
    assert_eq!((made.status, made.text("nickname")), (201, "Own name"));
    // What the game did not set comes from TapTap all the same.
    assert_eq!(made.json["avatar"], sent["avatar"]);
    let again = login(&server, &sent);
    assert_eq!((again.status, again.text("nickname")), (200, "Own name"));
}

#[test]
fn a_token_for_basic_info_alone_logs_in_without_a_name() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "basic_info");
    let sent = nine_of(&token, token.get(&server, BASIC_INFO).data());
    assert_eq!(sent["name"], json!(""));
    let made = login(&server, &sent);
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!((&made.json["nickname"], &made.json["avatar"]), (&Value::Null, &Value::Null));
    let kept = json!({ "openid": sent["openid"], "unionid": sent["unionid"] });
    assert_eq!(made.json["authData"]["taptap"], kept);
    // With more scopes the same player is the same account.
    let more = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let again = login(&server, &more);
    assert_eq!((again.status, again.text("objectId")), (200, made.text("objectId")));
}

#[test]
fn who_is_not_the_tokens_player_gets_nothing() {
    let server = taptap::start();
    let lin = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let mei = nine(&server, &taptap::token(&server, "mei", "public_profile"));
    let with = |name: &str, value: Value| {
        let mut map = lin.clone();
        map[name] = value;
        login(&server, &map)
    };
    with("openid", mei["openid"].clone()).is_error(400, 251, BAD);
    with("openid", json!("nobody")).is_error(400, 251, BAD);
    with("unionid", mei["unionid"].clone()).is_error(400, 251, BAD);
    with("unionid", json!("x")).is_error(400, 251, BAD);
    with("kid", mei["kid"].clone()).is_error(400, 251, BAD);
    with("kid", json!("1/unknown")).is_error(400, 251, BAD);
    with("mac_key", mei["mac_key"].clone()).is_error(400, 251, BAD);
    with("mac_key", json!("wrong")).is_error(400, 251, BAD);
    with("mac_algorithm", json!("hmac-sha-256")).is_error(400, 251, BAD);
    // A claim to somebody's account that is there opens it to nobody else.
    assert_eq!(login(&server, &mei).status, 201);
    with("openid", mei["openid"].clone()).is_error(400, 251, BAD);
    assert!(!is_known(&server, &lin), "a refused login made an account");
    assert!(is_known(&server, &mei));
    // Without a unionid there is less to compare, and what was sent is not believed.
    let mut map = lin.clone();
    map.as_object_mut().unwrap().remove("unionid");
    map["name"] = json!("Somebody Else");
    let made = login(&server, &map);
    assert_eq!((made.status, made.text("nickname")), (201, lin["name"].as_str().unwrap()));
    assert_eq!(made.json["authData"]["taptap"]["unionid"], lin["unionid"]);
}

#[test]
fn a_dead_token_and_one_of_another_game_log_nobody_in() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    let sent = nine(&server, &token);
    assert_eq!(login(&server, &sent).status, 201);
    // The refresh gives a new token and ends this one; the account is there all the same.
    let refreshed = Token::read(&taptap::refresh(&server, &token.kid));
    let header = refreshed.header(
        "POST",
        &format!("{}/oauth2/v1/revoke", server.url),
        taptap::now_s(),
        &taptap::fresh_nonce(),
    );
    let fields = taptap::encoded(&[("client_id", CLIENT_ID)]);
    let ended = server.send(
        "POST",
        taptap::REVOKE,
        &[taptap::FORM, ("Authorization", &header)],
        fields.as_bytes(),
    );
    assert_eq!(ended.status, 200, "{}", ended.json);
    let dead = nine_of(&refreshed, &sent);
    login(&server, &dead).is_error(400, 251, BAD);

    let other = Server::start(
        Path::new(":memory:"),
        &["--taptap-client-id", "another-game", "--taptap-open-url", &server.url],
    );
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    login(&other, &sent).is_error(400, 251, BAD);
}

#[test]
fn what_is_no_login_is_refused_without_asking_taptap() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let good = json!({ "openid": "o", "kid": "k", "mac_key": "m" });
    let missing = "The id of the linked account is missing.";
    let without = |name: &str| {
        let mut map = good.clone();
        map.as_object_mut().unwrap().remove(name);
        map
    };
    let with = |name: &str, value: Value| {
        let mut map = good.clone();
        map[name] = value;
        map
    };
    let asked = taptap::state(&taptap)["requests"].as_array().unwrap().len();
    for map in [json!(null), json!("x"), json!([]), without("kid"), without("mac_key")] {
        login(&server, &map).is_error(400, 251, BAD);
    }
    for map in
        [json!({}), without("openid"), with("openid", json!("")), with("openid", json!(null))]
    {
        login(&server, &map).is_error(400, 250, missing);
    }
    for map in [
        with("openid", json!(7)),
        with("unionid", json!([])),
        with("kid", json!("")),
        with("kid", json!({})),
        with("kid", json!("a\"b")),
        with("mac_key", json!("a\nb")),
        with("mac_key", json!("k".repeat(5000))),
        with("mac_algorithm", json!("hmac-md5")),
        with("token_type", json!("bearer")),
    ] {
        login(&server, &map).is_error(400, 251, BAD);
    }
    let unknown = "Invalid authData. The platform is not configured.";
    for auth_data in [
        json!({ "taptap": good, "anonymous": { "id": "x" } }),
        json!({ "taptap": good, "weixin": { "openid": "x" } }),
    ] {
        let answer = server.post("/1.1/users", &json!({ "authData": auth_data }));
        answer.is_error(400, 252, unknown);
    }
    let fields = json!({ "authData": { "taptap": good }, "level": 3 });
    assert_eq!(server.post("/1.1/users", &fields).status, 403);
    let now = taptap::state(&taptap)["requests"].as_array().unwrap().len();
    // Only looking itself was a request.
    assert!(now - asked <= 1, "{} requests", now - asked);
    // Without the options TapTap's players are as unknown as any others.
    login(&Server::in_memory(), &good).is_error(400, 252, unknown);
}

#[test]
fn nobody_is_made_when_none_is_wanted() {
    let server = taptap::start();
    let sent = nine(&server, &taptap::token(&server, "lin", "public_profile"));
    let body = json!({ "authData": { "taptap": sent } });
    let answer = server.post("/1.1/users?failOnNotExist=true", &body);
    answer.is_error(400, 211, "Could not find user.");
    assert_eq!(login(&server, &sent).status, 201);
    assert_eq!(server.post("/1.1/users?failOnNotExist=true", &body).status, 200);
}

#[test]
fn the_recorded_service_kept_what_was_sent() {
    let taptap = taptap::start();
    let server = beside(&taptap, &["--policy", "leancloud"]);
    let mut sent = nine(&taptap, &taptap::token(&taptap, "alex", "public_profile"));
    sent["extra"] = json!({ "a": 1 });
    let made = login(&server, &sent);
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!(made.json["authData"]["taptap"], sent);
}

#[test]
fn no_key_reaches_the_disk_or_the_log() {
    let taptap = taptap::start();
    let (_temporary, folder) = data();
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--print-keys", "--log", "trace", "--data"]);
    command.arg(&folder).args(["--taptap-client-id", CLIENT_ID]);
    command.args(["--taptap-open-url", &taptap.url]);
    let log = folder.with_extension("log");
    command.stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let server = Server::spawn(command);
    let sent = nine(&taptap, &taptap::token(&taptap, "lin", "public_profile"));
    assert_eq!(login(&server, &sent).status, 201);
    let mut dead = sent.clone();
    dead["kid"] = json!("1/dead-and-secret");
    login(&server, &dead).is_error(400, 251, BAD);
    server.signal("-TERM");
    assert!(server.wait().success());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("TapTap refused a token"), "{log}");
    let secrets = ["kid", "mac_key"].map(|name| sent[name].as_str().unwrap());
    for secret in secrets.into_iter().chain(["1/dead-and-secret"]) {
        assert!(!log.contains(secret));
        for file in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
    }
}

#[test]
fn a_taptap_that_cannot_be_asked_is_nobodys_fault() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let sent = nine(&taptap, &taptap::token(&taptap, "lin", "public_profile"));
    let unavailable = "The service is not available now.";
    for answer in [json!({ "error": "server_error", "status": 500 }), json!({ "fault": "drop" })] {
        taptap::next(&taptap, "profile", 3, &answer);
        login(&server, &sent).is_error(503, 503, unavailable);
        // Two in a row are tried again.
        taptap::next(&taptap, "profile", 2, &answer);
        assert!(login(&server, &sent).status < 300);
    }
    for answer in [
        json!({ "fault": "garbage" }),
        json!({ "fault": "wrong_type" }),
        json!({ "fault": "huge" }),
        json!({ "error": "too_many_login_attempts", "status": 429 }),
    ] {
        taptap::next(&taptap, "profile", 1, &answer);
        login(&server, &sent).is_error(503, 503, unavailable);
    }
    for answer in [
        json!({ "error": "access_denied", "status": 401 }),
        json!({ "error": "user_is_deactivated", "status": 403 }),
        json!({ "error": "not_found", "status": 404 }),
    ] {
        taptap::next(&taptap, "profile", 1, &answer);
        login(&server, &sent).is_error(400, 251, BAD);
    }
    taptap.kill();
    login(&server, &sent).is_error(503, 503, unavailable);
    assert_eq!(server.guest("somebody else").status, 201);
}

#[test]
fn a_taptap_that_is_silent_is_waited_for_as_long_as_the_option_says() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let server = Server::start(
        Path::new(":memory:"),
        &["--taptap-client-id", "c", "--taptap-open-url", &url, "--taptap-timeout", "1"],
    );
    let sent = json!({ "openid": "o", "kid": "k", "mac_key": "m" });
    login(&server, &sent).is_error(504, 124, "The request timed out.");
}

#[test]
fn a_server_with_a_wrong_clock_logs_players_in() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let token = taptap::token(&taptap, "lin", "public_profile");
    let sent = nine(&taptap, &token);
    taptap::script(&taptap, &json!({ "clock_offset_s": 86_400 }));
    assert_eq!(login(&server, &sent).status, 201);
    assert_eq!(login(&server, &sent).status, 200);
    taptap::script(&taptap, &json!({ "clock_offset_s": -86_400 }));
    assert_eq!(login(&server, &sent).status, 200);
}

#[test]
fn sixty_four_first_logins_at_once_make_one_account() {
    let taptap = taptap::start();
    let server = beside(&taptap, &[]);
    let sent = nine(&taptap, &taptap::token(&taptap, "lin", "public_profile"));
    let answers: Vec<Answer> = thread::scope(|scope| {
        let logins: Vec<_> = (0..64).map(|_| scope.spawn(|| login(&server, &sent))).collect();
        logins.into_iter().map(|login| login.join().unwrap()).collect()
    });
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let known = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((made, known), (1, 63));
    let first = &answers[0];
    for answer in &answers {
        assert_eq!(answer.text("objectId"), first.text("objectId"));
        assert_eq!(answer.text("sessionToken"), first.text("sessionToken"));
    }
}
