//! What TapTap calls to bind roles, over the wire: signatures first, then codes and tokens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::thread;

use common::signed::{BASE, Call, SECRET, SECRETS, give, query, server_command, start};
use common::{Answer, Server, data, refused};
use serde_json::{Value, json};

const DEEP: &str = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind\
                    %3Fapp_id%3D1%26code%3D%24%7Bcode%7D&fullscreen=1";
const WEB: &str = "https://www.taptap.cn/game-record/bind?app_id=1&from=a%2Bb";
const CODES: &str = "/tdsauth/v1/binding/codes";
const OTHER: &str = "the-secret-that-comes-next";

fn notice() -> Call {
    Call::notify(&json!({ "role_id": "none", "bind": false }))
}

fn mint(server: &Server, player: &Answer, redirect_uri: &str) -> Answer {
    let session = Some(player.text("sessionToken"));
    server.ask("POST", CODES, session, &json!({ "redirect_uri": redirect_uri }))
}

fn code(server: &Server, player: &Answer, redirect_uri: &str) -> String {
    let made = mint(server, player, redirect_uri);
    assert_eq!(made.status, 201, "{}", made.json);
    made.text("code").to_owned()
}

/// A player with one role of the same name.
fn player(server: &Server, id: &str) -> Answer {
    let player = server.guest(id);
    give(server, &player, id);
    player
}

fn by_code(code: &str) -> Call {
    query("get-roles-by-code", &[("code", code)])
}

fn exchange(code: &str, redirect_uri: &str) -> Call {
    query("get-token", &[("code", code), ("redirect_uri", redirect_uri)])
}

fn by_token(token: &str) -> Call {
    let headers = vec![("Authorization".to_owned(), format!("Bearer {token}"))];
    Call { headers, ..Call::get("get-roles-by-token") }
}

fn role_of(answer: &Answer) -> &str {
    assert_eq!(answer.json["code"], json!(0), "{}", answer.json);
    answer.json["data"][0]["role_id"].as_str().unwrap()
}

#[test]
fn all_vectors_pass_over_the_wire() {
    let file: Value =
        serde_json::from_str(include_str!("../../tests/vectors/tap_sign.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let endpoint = if text("method") == "GET" { "get-roles" } else { "bind-notify" };
        let path = text("target").split('?').next().unwrap();
        // Where another endpoint has that path by default, it is to have another.
        let taken = path.strip_prefix(BASE).map(|name| name.trim_start_matches('/'));
        let mut options = vec!["--binding-window".to_owned(), "0".to_owned()];
        options.extend(["--binding-path".to_owned(), format!("{endpoint}={path}")]);
        if let Some(taken) = taken.filter(|taken| *taken == "get-roles-by-token") {
            options.extend(["--binding-path".to_owned(), format!("{taken}=/elsewhere")]);
        }
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        let mut command = server_command(Path::new(":memory:"), &options);
        command.env(SECRETS, text("key"));
        let server = Server::spawn(command);
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
            text("method"),
            text("target")
        );
        for (name, value) in vector["headers"].as_object().unwrap() {
            if name != "x-tap-sign" {
                head += &format!("{name}: {}\r\n", value.as_str().unwrap());
            }
        }
        head += &format!("Content-Length: {}\r\n", text("body").len());
        let ask = |sign: &str| {
            server.raw(format!("{head}X-Tap-Sign: {sign}\r\n\r\n{}", text("body")).as_bytes())
        };
        let wrong = text("sign").replacen(&text("sign")[..1], "/", 1);
        assert!(ask(&wrong).contains("\"code\":1002"), "{}", text("name"));
        // The client id of two of them is another game's only where one is configured.
        let answer = ask(text("sign"));
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("1002"), "{answer}");
        assert!(ask(text("sign")).contains("\"code\":1002"), "a second time");
    }
}

#[test]
fn what_is_not_signed_by_taptap_is_refused_in_one_way() {
    let server = start(&["--taptap-client-id", "own", "--taptap-region", "cn"]);
    let good = notice();
    let refusal = json!({ "code": 1002, "msg": "the signature check failed" });
    let is_refused = |headers: &[(String, String)], why: &str| {
        assert_eq!(good.send_with(&server, headers).json, refusal, "{why}");
    };
    let signed = good.signed();
    is_refused(&[], "no headers");
    for at in 0..signed.len() {
        let (name, value) = &signed[at];
        let mut headers = signed.clone();
        headers.remove(at);
        is_refused(&headers, &format!("no {name}"));
        headers.push((name.clone(), value.clone()));
        headers.push((name.to_lowercase(), value.clone()));
        is_refused(&headers, &format!("{name} twice"));
        headers.truncate(2);
        headers.push((name.clone(), format!("{value}x")));
        is_refused(&headers, &format!("another {name}"));
    }
    let mut more = signed.clone();
    more.push(("X-Tap-More".to_owned(), "1".to_owned()));
    is_refused(&more, "a header that was not signed");
    for wrong in [
        Call { secret: OTHER, ..notice() },
        Call { nonce: "x".repeat(65), ..notice() },
        Call { nonce: "a b".to_owned(), ..notice() },
        Call { target: format!("{BASE}/bind-notify?client_id=another"), ..notice() },
    ] {
        assert_eq!(wrong.send(&server).json, refusal);
    }
    let mut other_body = notice();
    let headers = other_body.signed();
    other_body.body.push(b' ');
    assert_eq!(other_body.send_with(&server, &headers).json, refusal);
    let mut other_target = notice();
    other_target.target += "?x=1";
    assert_eq!(other_target.send_with(&server, &headers).json, refusal);
    // None of these used the nonce up.
    assert_eq!(good.code(&server), 0);
    let own = Call { target: format!("{BASE}/bind-notify?client_id=own"), ..notice() };
    assert_eq!(own.code(&server), 0);
    assert_eq!(Call { nonce: "y".repeat(64), ..notice() }.code(&server), 0);
}

#[test]
fn a_signature_is_good_for_a_time_and_once() {
    let server = start(&[]);
    let at = |off: i64| {
        let call = notice();
        Call { at: call.at + off, ..call }
    };
    for off in [-330, 330, -1_000_000] {
        assert_eq!(at(off).code(&server), 1002, "{off}");
    }
    for off in [-270, 270] {
        assert_eq!(at(off).code(&server), 0, "{off}");
    }
    let call = notice();
    assert_eq!((call.code(&server), call.code(&server)), (0, 1002));
    // Signed anew, but with a nonce that was used.
    assert_eq!(Call { at: call.at - 1, ..call }.code(&server), 1002);

    let narrow = start(&["--binding-window", "1000", "--binding-allow-replays"]);
    let call = at(-900);
    assert_eq!((call.code(&narrow), call.code(&narrow)), (0, 0));
    assert_eq!(at(-1100).code(&narrow), 1002);
    let any = start(&["--binding-window", "0"]);
    let call = at(-1_000_000);
    assert_eq!((call.code(&any), call.code(&any)), (0, 1002));
}

#[test]
fn of_many_with_one_nonce_one_passes() {
    let (_kept, folder) = data();
    let servers = [(); 2].map(|()| Server::spawn(server_command(&folder, &[])));
    for _ in 0..4 {
        let call = notice();
        let codes: Vec<_> = thread::scope(|scope| {
            let ask = |at: usize| {
                let (server, call) = (&servers[at % 2], &call);
                scope.spawn(move || call.code(server))
            };
            let asked: Vec<_> = (0..16).map(ask).collect();
            asked.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 1002).count(), 15, "{codes:?}");
    }
}

#[test]
fn two_secrets_are_good_while_one_is_exchanged() {
    let mut command = server_command(Path::new(":memory:"), &[]);
    command.env(SECRETS, format!("{SECRET}\n{OTHER}"));
    let server = Server::spawn(command);
    for secret in [SECRET, OTHER] {
        assert_eq!(Call { secret, ..notice() }.code(&server), 0);
    }
    assert_eq!(Call { secret: "another-secret", ..notice() }.code(&server), 1002);
}

#[cfg(unix)]
#[test]
fn the_secrets_are_in_a_file_of_ones_own() {
    let (kept, _) = data();
    let file = kept.path().join("secrets");
    std::fs::write(&file, format!("{OTHER}\n")).unwrap();
    let options = ["--binding-secrets", file.to_str().unwrap()];
    common::chmod(&file, 0o644);
    let said = refused(server_command(Path::new(":memory:"), &options));
    assert!(said.contains("others may read") && !said.contains(OTHER), "{said}");
    common::chmod(&file, 0o600);
    let server = start(&options);
    // It goes before the environment.
    assert_eq!(Call { secret: OTHER, ..notice() }.code(&server), 0);
    assert_eq!(notice().code(&server), 1002);
}

#[test]
fn wrong_options_are_refused_before_the_start() {
    for options in [
        &["--binding-secrets", "/nowhere/at/all"][..],
        &["--binding-path", "get-all=/x"],
        &["--binding-path", "get-roles"],
        &["--binding-path", "get-roles=x"],
        &["--binding-path", "get-roles=/x y"],
        &["--binding-path", "get-roles=/x?y"],
        &["--binding-path", "get-roles=/"],
        &["--binding-path", "get-roles=/1.1/users"],
        &["--binding-path", "get-roles=/tdsauth"],
        &["--binding-path", "get-roles=/healthz"],
        &["--binding-path", "get-roles=/x", "--binding-path", "get-roles=/y"],
        &["--binding-path", "get-roles=/x", "--binding-path", "get-token=/x"],
        &["--binding-base", "x"],
        &["--binding-base", "/1.1"],
        &["--binding-redirect-path", "/x"],
        &["--binding-redirect-host", "https://x"],
        &["--binding-code-life", "0"],
        &["--binding-code-life", "601"],
        &["--binding-token-life", "601"],
    ] {
        refused(server_command(Path::new(":memory:"), options));
    }
    for secrets in ["", "short", "one-long-enough two-long-enough three-long-enough"] {
        let mut command = server_command(Path::new(":memory:"), &[]);
        command.env(SECRETS, secrets);
        let said = refused(command);
        assert!(said.contains(SECRETS) && !said.contains("long-enough"), "{said}");
    }
}

#[test]
fn nothing_is_served_without_a_secret() {
    let server = Server::in_memory();
    let player = server.guest("me");
    mint(&server, &player, DEEP).is_error(404, 404, "Not found.");
    let call = notice();
    let answer = server.send("POST", &call.target, &[], &call.body);
    answer.is_error(404, 404, "Not found.");
}

#[test]
fn the_paths_are_the_operators() {
    let server = start(&["--binding-base", "/tap/", "--binding-path", "bind-notify=/told"]);
    let at = |path: &str| Call { target: path.to_owned(), ..notice() };
    assert_eq!(at("/told").code(&server), 0);
    for path in ["/tap/bind-notify", "/game-record/v1/bind-notify", "/told/"] {
        assert_eq!(server.send("POST", path, &[], b"{}").status, 404, "{path}");
    }
    let get = Call { target: "/tap/get-roles-by-code?code=x".to_owned(), ..Call::get("") };
    assert_eq!(get.code(&server), 1003);
    assert_eq!(server.send("GET", "/told", &[], b"").status, 405);
}

#[test]
fn sizes_have_bounds() {
    let server = start(&[]);
    let long = |bytes: usize| Call { body: vec![b' '; bytes], ..notice() };
    assert_eq!(long(64 * 1024 + 1).code(&server), 1001);
    assert_eq!(long(64 * 1024).code(&server), 1001, "signed, but no JSON");
    let mut just = json!({ "role_id": "x", "bind": false }).to_string().into_bytes();
    just.resize(64 * 1024, b' ');
    assert_eq!(Call { body: just, ..notice() }.code(&server), 0);
    let target = |bytes: usize| Call::get(&format!("get-roles-by-code?code={}", "x".repeat(bytes)));
    assert_eq!(target(8 * 1024).code(&server), 1001);
    assert_eq!(target(8000).code(&server), 1003);
}

#[test]
fn a_code_out_of_the_game_is_good_once() {
    let server = start(&[]);
    let (one, two) = (player(&server, "one"), player(&server, "two"));
    let made = mint(&server, &one, DEEP);
    made.has_common_headers();
    let code = made.text("code");
    // 165 bits.
    assert!(code.len() == 32 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    assert_eq!(made.text("url"), DEEP.replace("%24%7Bcode%7D", code));
    assert_eq!(role_of(&by_code(code).send(&server)), "one");
    assert_eq!(by_code(code).code(&server), 1003);
    assert_eq!(role_of(&by_code(&self::code(&server, &two, DEEP)).send(&server)), "two");
    // For a page it is not, and has ended.
    let code = self::code(&server, &one, DEEP);
    assert_eq!(exchange(&code, DEEP).code(&server), 1003);
    assert_eq!(by_code(&code).code(&server), 1003);
    for (target, answer) in [
        ("get-roles-by-code", 1000),
        ("get-roles-by-code?code=", 1000),
        ("get-roles-by-code?code=x&code=y", 1001),
        ("get-roles-by-code?code=%00%ff", 1003),
    ] {
        assert_eq!(Call::get(target).code(&server), answer, "{target}");
    }
}

#[test]
fn a_code_of_a_page_becomes_a_token_for_the_same_address() {
    let server = start(&[]);
    let player = player(&server, "me");
    let made = mint(&server, &player, WEB);
    let code = made.text("code");
    assert_eq!(made.text("url"), format!("{WEB}&code={code}"));
    let given = exchange(code, WEB).send(&server);
    assert_eq!(given.json["msg"], "ok");
    let token = given.json["data"]["access_token"].as_str().unwrap();
    assert!(token.len() == 32 && token != code);
    // As often as it is needed.
    for _ in 0..2 {
        assert_eq!(role_of(&by_token(token).send(&server)), "me");
    }
    assert_eq!(by_token(code).code(&server), 1003, "no token");
    // Whoever has the code as well stole it, or was stolen from.
    assert_eq!(exchange(code, WEB).code(&server), 1003);
    assert_eq!(by_token(token).code(&server), 1003, "revoked");

    let code = self::code(&server, &player, WEB);
    assert_eq!(exchange(&code, &format!("{WEB}&x=1")).code(&server), 1001);
    assert_eq!(exchange(&code, WEB).code(&server), 1003, "it has ended");
    let code = self::code(&server, &player, WEB);
    assert_eq!(by_code(&code).code(&server), 1003, "another way");
    assert_eq!(query("get-token", &[("code", &code)]).code(&server), 1000);
    assert_eq!(query("get-token", &[("redirect_uri", WEB)]).code(&server), 1000);
    for header in ["", "Bearer", "Bearer ", "Basic x", "x"] {
        let headers = vec![("Authorization".to_owned(), header.to_owned())];
        assert_eq!(Call { headers, ..Call::get("get-roles-by-token") }.code(&server), 1003);
    }
    assert_eq!(Call::get("get-roles-by-token").code(&server), 1003);
}

#[test]
fn of_64_who_take_a_code_one_gets_it() {
    let server = start(&[]);
    let player = player(&server, "me");
    let (deep, web) = (code(&server, &player, DEEP), code(&server, &player, WEB));
    for call in [by_code(&deep), exchange(&web, WEB)] {
        let codes: Vec<_> = thread::scope(|scope| {
            let take = |_| {
                let call = Call { nonce: common::signed::nonce(), ..call.clone() };
                let server = &server;
                scope.spawn(move || call.code(server))
            };
            let takers: Vec<_> = (0..64).map(take).collect();
            takers.into_iter().map(|taker| taker.join().unwrap()).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 1003).count(), 63, "{codes:?}");
    }
}

#[test]
fn a_player_has_five_codes_at_most() {
    let server = start(&[]);
    let (one, two) = (player(&server, "one"), player(&server, "two"));
    let other = code(&server, &two, DEEP);
    let codes: Vec<_> = (0..4).map(|_| code(&server, &one, DEEP)).collect();
    let more: Vec<_> = thread::scope(|scope| {
        let made: Vec<_> = (0..16).map(|_| scope.spawn(|| code(&server, &one, DEEP))).collect();
        made.into_iter().map(|made| made.join().unwrap()).collect()
    });
    let live = |codes: &[String]| codes.iter().filter(|c| by_code(c).code(&server) == 0).count();
    assert_eq!((live(&codes), live(&more)), (0, 5));
    assert_eq!(live(&[other]), 1, "another player's");
}

#[test]
fn codes_and_tokens_end() {
    let server = start(&["--binding-code-life", "1", "--binding-token-life", "1"]);
    let player = player(&server, "me");
    let ended = |code: &str, call: &dyn Fn(&str) -> Call| {
        // Until the server's own clock is past it: nothing else says that a code has ended.
        let end = common::now_ms() + 1001;
        while common::now_ms() <= end {
            thread::yield_now();
        }
        assert_eq!(call(code).code(&server), 1003);
    };
    ended(&code(&server, &player, DEEP), &by_code);
    ended(&code(&server, &player, WEB), &|code| exchange(code, WEB));
    let token = loop {
        let given = exchange(&code(&server, &player, WEB), WEB).send(&server);
        if given.json["code"] == 0 {
            break given.json["data"]["access_token"].as_str().unwrap().to_owned();
        }
    };
    ended(&token, &by_token);
}

#[test]
fn no_code_is_made_for_strangers_and_for_other_pages() {
    let server = start(&[]);
    let player = player(&server, "me");
    let refusal = "The redirect_uri does not lead to TapTap, or takes no code.";
    for uri in [
        "",
        "https://evil.example/game-record/bind",
        "https://www.taptap.cn/evil",
        "https://www.taptap.cn@evil.example/game-record/",
        "taptap://taptap.com/to?url=https%3A%2F%2Fevil.example%2F%3Fcode%3D%24%7Bcode%7D",
        "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind",
        &format!("{WEB}&code=1"),
        &format!("{WEB}&x={}", "x".repeat(8192)),
        "\u{8bbe}\u{8bbe}\u{8bbe}\u{8bbe}",
    ] {
        mint(&server, &player, uri).is_error(400, 107, refusal);
    }
    let body = json!({ "redirect_uri": DEEP });
    let no_session = "The user cannot be altered by a client without the session.";
    server.ask("POST", CODES, None, &body).is_error(400, 206, no_session);
    server.ask("POST", CODES, Some("dead"), &body).is_error(400, 206, no_session);
    let session = Some(player.text("sessionToken"));
    for body in [json!({}), json!({ "redirect_uri": 7 }), json!({ "redirect_uri": null })] {
        assert_eq!(server.ask("POST", CODES, session, &body).json["code"], json!(111));
    }
    assert_eq!(server.send("POST", CODES, &[], b"{}").status, 401);
    let own = start(&["--binding-redirect-host", "tap.example", "--binding-redirect-path", "/b/"]);
    let player = own.guest("me");
    assert_eq!(mint(&own, &player, "https://tap.example/b/x").status, 201);
    assert_eq!(mint(&own, &player, WEB).status, 400);
}

#[test]
fn codes_and_secrets_are_in_no_log() {
    let (kept, _) = data();
    let log = kept.path().join("log");
    let mut command = server_command(Path::new(":memory:"), &["--log", "debug"]);
    command.stderr(std::fs::File::create(&log).unwrap());
    let server = Server::spawn(command);
    let player = player(&server, "me");
    let code = code(&server, &player, WEB);
    let call = exchange(&code, WEB);
    let given = call.send(&server);
    let token = given.json["data"]["access_token"].as_str().unwrap();
    by_token(token).send(&server);
    let (_, used) = call.signed().pop().unwrap();
    assert_eq!(call.code(&server), 1002);
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("x-tap-nonce was seen before"));
    for secret in [&code, token, &used, SECRET, &call.nonce, "app_id=1"] {
        assert!(!said.contains(secret), "{secret}");
    }
}
