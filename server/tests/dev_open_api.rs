//! The stand-in's open API: contract F and G, each check of a signed call in its order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::taptap::{
    self, BASIC_INFO, CLIENT_ID, FORM, PROFILE, REVOKE, Token, fresh_nonce, now_s,
};
use common::{Answer, Server};
use serde_json::json;

fn get(server: &Server, path: &str, header: &str) -> Answer {
    server.send("GET", path, &[("Authorization", header)], b"")
}

fn url(server: &Server, path: &str) -> String {
    format!("{}{path}", server.url)
}

/// A header that is right in everything.
fn right(server: &Server, token: &Token) -> String {
    token.header("GET", &url(server, PROFILE), now_s(), &fresh_nonce())
}

#[test]
fn a_profile_says_who_the_player_is() {
    let server = taptap::start();
    let lin = taptap::token(&server, "lin", "public_profile").get(&server, PROFILE);
    assert_eq!(
        *lin.data(),
        json!({
            "openid": "WjgUlJFu/UAH7Or3Ti+sjA==",
            "unionid": "WY++ZR4evyqnL/+gnJEfYg==",
            "name": "林小满",
            "avatar": format!("{}/dev/avatars/lin.png", server.url),
            "gender": "female",
        })
    );
    let picture = server.fetch("GET", "/dev/avatars/lin.png", &[], b"");
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert!(picture.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(server.fetch("GET", "/dev/avatars/nobody.png", &[], b"").status, 404);

    let alex = taptap::token(&server, "alex", "public_profile,email").get(&server, PROFILE);
    assert_eq!(alex.field("email"), "alex@example.com");
    let basic = taptap::token(&server, "lin", "basic_info").get(&server, BASIC_INFO);
    assert_eq!(
        *basic.data(),
        json!({ "openid": lin.field("openid"), "unionid": lin.field("unionid") })
    );
}

#[test]
fn a_scope_that_is_too_small_is_forbidden() {
    let server = taptap::start();
    let basic = taptap::token(&server, "lin", "basic_info");
    basic.get(&server, PROFILE).refuses(403, "forbidden");
    let none = taptap::token(&server, "lin", "compliance");
    none.get(&server, PROFILE).refuses(403, "forbidden");
    none.get(&server, BASIC_INFO).refuses(403, "forbidden");
    let profile = taptap::token(&server, "lin", "public_profile");
    assert_eq!(profile.get(&server, BASIC_INFO).status, 200);
}

#[test]
fn both_spellings_of_the_header_are_read() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    assert_eq!(get(&server, PROFILE, &right(&server, &token)).status, 200);
    let blanks = right(&server, &token).replace("\",", "\", ");
    assert_eq!(get(&server, PROFILE, &blanks).status, 200);
}

#[test]
fn a_header_that_cannot_be_read_is_an_invalid_request() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    server.send("GET", PROFILE, &[], b"").refuses(400, "invalid_request");
    let good = right(&server, &token);
    for bad in [
        "",
        "MAC",
        "Bearer abc",
        &good.replacen("MAC", "Digest", 1),
        &good.replace("nonce=", "none="),
        &good.replace('"', ""),
        &good.replace("\",", "\";"),
        &format!(r#"{good},id="x""#),
        &token.header("GET", &url(&server, PROFILE), now_s(), "four"),
    ] {
        get(&server, PROFILE, bad).refuses(400, "invalid_request");
    }
    let twice = [("Authorization", &*good), ("Authorization", &*good)];
    server.send("GET", PROFILE, &twice, b"").refuses(400, "invalid_request");
    assert_eq!(get(&server, PROFILE, &good).status, 200, "none of these used the nonce up");
}

#[test]
fn a_token_that_is_not_known_is_denied() {
    let server = taptap::start();
    let mut token = taptap::token(&server, "lin", "public_profile");
    token.kid.push('x');
    // Even at a wrong time and for a wrong client: the token comes first.
    token.get_at(&server, PROFILE, 1, "nonce").refuses(401, "access_denied");
    token.get(&server, "/account/profile/v1?client_id=x").refuses(401, "access_denied");
}

#[test]
fn the_client_id_has_to_be_the_tokens() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    // Before the time is looked at.
    let other = "/account/profile/v1?client_id=another";
    token.get_at(&server, other, 1, "nonce").refuses(401, "invalid_client");
    token.get(&server, "/account/profile/v1").refuses(400, "invalid_request");
    token.get(&server, "/account/profile/v1?client_id=").refuses(400, "invalid_request");
    let twice = format!("{PROFILE}&client_id={CLIENT_ID}");
    token.get(&server, &twice).refuses(400, "invalid_request");
}

#[test]
fn the_time_may_be_five_minutes_off_and_the_answer_tells_the_right_one() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    for off in [-290, 290] {
        let answer = token.get_at(&server, PROFILE, now_s() + off, &fresh_nonce());
        assert_eq!(answer.status, 200, "{off}");
    }
    for off in [-310, 310, -86_400 * 365, 86_400 * 365] {
        let answer = token.get_at(&server, PROFILE, now_s() + off, &fresh_nonce());
        answer.refuses(400, "invalid_time");
        let now = answer.json["now"].as_i64().unwrap();
        assert!(now.abs_diff(now_s()) < 60);
    }
    let far = right(&server, &token).replace("ts=\"1", "ts=\"9999999991");
    get(&server, PROFILE, &far).refuses(400, "invalid_time");

    taptap::script(&server, &json!({ "clock_offset_s": 86_400 }));
    let early = token.get(&server, PROFILE);
    early.refuses(400, "invalid_time");
    let now = early.json["now"].as_i64().unwrap();
    assert!(now.abs_diff(now_s() + 86_400) < 60);
    assert_eq!(token.get_at(&server, PROFILE, now, &fresh_nonce()).status, 200);
}

#[test]
fn a_nonce_is_good_once_in_a_second_for_a_token() {
    let server = taptap::start();
    let lin = taptap::token(&server, "lin", "public_profile");
    let mei = taptap::token(&server, "mei", "public_profile");
    let ts = now_s();
    assert_eq!(lin.get_at(&server, PROFILE, ts, "nonce").status, 200);
    lin.get_at(&server, PROFILE, ts, "nonce").refuses(400, "replay_attacks");
    lin.get_at(&server, BASIC_INFO, ts, "nonce").refuses(400, "replay_attacks");
    assert_eq!(lin.get_at(&server, PROFILE, ts + 1, "nonce").status, 200);
    assert_eq!(mei.get_at(&server, PROFILE, ts, "nonce").status, 200);
    assert_eq!(lin.get_at(&server, PROFILE, ts, "other").status, 200);
}

#[test]
fn a_mac_that_does_not_fit_is_denied() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    let sign = |method: &str, url: &str| token.header(method, url, now_s(), &fresh_nonce());
    let here = url(&server, PROFILE);
    let other_key = Token { mac_key: "x".repeat(40), ..token.clone() };
    for wrong in [
        other_key.header("GET", &here, now_s(), &fresh_nonce()),
        sign("POST", &here),
        sign("GET", &url(&server, BASIC_INFO)),
        sign("GET", &format!("{here}&more=1")),
        sign("GET", &here.replace("127.0.0.1", "localhost")),
        // As Unity does, which knows no other port than 443.
        sign("GET", &format!("https://127.0.0.1:443{PROFILE}")),
    ] {
        get(&server, PROFILE, &wrong).refuses(401, "access_denied");
    }
}

#[test]
fn host_and_path_are_signed_as_the_client_sent_them() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    let port = server.url.rsplit_once(':').unwrap().1;
    let here = format!("http://localhost:{port}{PROFILE}");
    let header = token.header("GET", &here, now_s(), &fresh_nonce());
    let host = format!("LocalHost:{port}");
    let sent = [("Authorization", &*header), ("Host", &*host)];
    assert_eq!(server.send("GET", PROFILE, &sent, b"").status, 200);

    let encoded = "/account/profile/v1?client_id=dev%2Dtaptap%2dclient&x=%E6%9E%97";
    assert_eq!(token.get(&server, encoded).status, 200);

    // No port in the host: that of http.
    let header = token.header("GET", &format!("http://127.0.0.1:80{PROFILE}"), now_s(), "nonce");
    let sent = [("Authorization", &*header), ("Host", "127.0.0.1")];
    assert_eq!(server.send("GET", PROFILE, &sent, b"").status, 200);
}

#[test]
fn a_revoked_token_is_over() {
    let server = taptap::start();
    let token = taptap::token(&server, "lin", "public_profile");
    let revoke = |token: &Token, body: &str| {
        let header = token.header("POST", &url(&server, REVOKE), now_s(), &fresh_nonce());
        server.send("POST", REVOKE, &[FORM, ("Authorization", &header)], body.as_bytes())
    };
    let own = format!("client_id={CLIENT_ID}");
    server.send("POST", REVOKE, &[FORM], own.as_bytes()).refuses(400, "invalid_request");
    revoke(&token, "client_id=other").refuses(401, "invalid_client");
    revoke(&token, &format!("{own}&token=other")).refuses(400, "invalid_request");
    assert_eq!(token.get(&server, PROFILE).status, 200);
    assert_eq!(revoke(&token, &own).status, 200);
    token.get(&server, PROFILE).refuses(401, "access_denied");
    taptap::refresh(&server, &token.kid).refuses(400, "invalid_grant");
}

#[test]
fn other_methods_are_refused() {
    let server = taptap::start();
    server.send("POST", PROFILE, &[FORM], b"a=b").refuses(405, "invalid_request");
    server.send("GET", REVOKE, &[], b"").refuses(405, "invalid_request");
}
