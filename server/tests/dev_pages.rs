//! The stand-in's pages as a browser gets them: status, headers, languages, and that nothing in
//! them comes from a stranger unescaped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::taptap::{self, FORM, act, authorize_path, device_code, encoded, order, poll, state};
use common::{Page, Server};
use serde_json::json;

const HOSTILE: &str = r#"<script>alert(1)</script>"'&<img src=x onerror=alert(1)>"#;

fn get(server: &Server, path: &str) -> Page {
    server.fetch("GET", path, &[], b"")
}

fn post(server: &Server, path: &str, fields: &[(&str, &str)]) -> Page {
    server.fetch("POST", path, &[FORM], encoded(fields).as_bytes())
}

fn login(server: &Server) -> (String, String) {
    let login = device_code(server, "public_profile,compliance");
    (login.field("device_code"), login.field("user_code"))
}

fn device_path(code: &str) -> String {
    format!("/device?qrcode=1&user_code={code}")
}

/// Checks a page's headers and that it needs nothing but itself; gives where its forms may lead.
#[track_caller]
fn is_safe(page: &Page) -> String {
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    let parts: Vec<&str> = policy.split("; ").collect();
    let form = parts.iter().find_map(|part| part.strip_prefix("form-action ")).unwrap();
    let expected = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        &format!("form-action {form}"),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ];
    assert_eq!(parts, expected);
    let text = page.text().to_ascii_lowercase();
    for forbidden in ["<script", " style=", "<style", " onclick", " onerror=", "javascript:"] {
        let hidden = text.replace("&lt;", "").replace("onerror=alert", "");
        assert!(!hidden.contains(forbidden), "{forbidden} in {text}");
    }
    assert!(text.starts_with("<!doctype html>"));
    assert!(text.contains(r#"name="viewport" content="width=device-width, initial-scale=1""#));
    form.to_owned()
}

#[test]
fn every_page_keeps_to_itself() {
    let server = taptap::start();
    let (_, code) = login(&server);
    for (path, status) in [
        ("/", 200),
        ("/device", 200),
        (&*device_path(&code), 200),
        ("/device?user_code=NOPE1", 404),
        ("/device?user_code=a&user_code=b", 400),
        ("/authorize", 400),
        (&*authorize_path(&[("scope", "unheard_of")]), 400),
    ] {
        let page = get(&server, path);
        assert_eq!((page.status, &*is_safe(&page)), (status, "'self'"), "{path}");
    }
    for (path, fields) in [("/device", &[][..]), ("/device", &[("action", "deny")])] {
        assert_eq!(is_safe(&post(&server, path, fields)), "'self'");
    }
    assert_eq!(is_safe(&post(&server, "/authorize/x", &[("action", "deny")])), "'self'");
    let style = get(&server, "/dev/style.css");
    assert_eq!(
        (style.status, style.header("content-type")),
        (200, Some("text/css; charset=utf-8"))
    );
    assert!(get(&server, "/").text().contains(r#"href="/dev/style.css""#));
}

#[test]
fn the_authorize_page_leads_to_the_games_address_and_nowhere_else() {
    let server = taptap::start();
    for (redirect, source) in [
        (taptap::REDIRECT, "http://127.0.0.1:4321"),
        ("http://localhost:1/a?b=c", "http://localhost:1"),
        ("http://[::1]:1/a", "http:"),
        ("tapoauth://authorize", "tapoauth:"),
        ("ttdev-taptap-client://x", "ttdev-taptap-client:"),
    ] {
        let page = get(&server, &authorize_path(&[("redirect_uri", redirect)]));
        assert_eq!(is_safe(&page), format!("'self' {source}"));
    }
}

#[test]
fn a_player_allows_on_the_page_that_the_qr_code_leads_to() {
    let server = taptap::start();
    let (device, code) = login(&server);
    let shown = get(&server, &device_path(&code));
    assert_eq!(shown.status, 200);
    poll(&server, &device).refuses(400, "authorization_waiting");
    let text = shown.text();
    for part in [
        r#"<strong id="app-name">Your game</strong>"#,
        r#"action="/device""#,
        r#"id="player-lin""#,
        r#"id="player-mei""#,
        r#"id="player-alex""#,
        "林小满",
        r#"id="allow""#,
        r#"id="refuse""#,
        "your public profile",
        "anti-addiction",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let fields =
        [("user_code", &*code), ("action", "allow"), ("player", "mei"), ("lang", "zh-Hans")];
    let done = post(&server, "/device", &fields);
    let next = done.header("location").unwrap().to_owned();
    assert_eq!((done.status, done.header("cache-control")), (303, Some("no-store")));
    assert_eq!(done.header("referrer-policy"), Some("no-referrer"));
    let thanks = get(&server, &next);
    assert_eq!(thanks.status, 200);
    assert!(thanks.text().contains("你已允许登录"), "{}", thanks.text());
    let token = taptap::Token::read(&poll(&server, &device));
    assert_eq!(token.get(&server, taptap::PROFILE).field("name"), "梅 Mei");
    // The game may be faster than the page.
    assert_eq!(get(&server, &next).status, 200);
    let again = get(&server, &device_path(&code));
    assert_eq!(again.status, 410);
    assert!(again.text().contains(r#"data-status="used""#));
    assert_eq!(post(&server, "/device", &fields).status, 410, "decided once");
}

#[test]
fn a_player_refuses_and_a_code_expires_or_never_was() {
    let server = taptap::start();
    let (device, code) = login(&server);
    let refuse = [("user_code", &*code), ("action", "deny"), ("lang", "en")];
    let done = post(&server, "/device", &refuse);
    assert_eq!(done.status, 303);
    let thanks = get(&server, done.header("location").unwrap());
    assert!(thanks.status == 200 && thanks.text().contains("You have refused"));
    poll(&server, &device).refuses(401, "access_denied");
    assert_eq!(get(&server, &device_path(&code)).status, 410);

    let (_, code) = login(&server);
    act(&server, &code, "expire", "lin");
    let gone = get(&server, &device_path(&code));
    assert_eq!(gone.status, 410);
    assert!(gone.text().contains("has expired"));
    let late = [("user_code", &*code), ("action", "allow"), ("player", "lin")];
    assert_eq!(post(&server, "/device", &late).status, 410);
    let unknown = [("user_code", "NOPE1"), ("action", "allow"), ("player", "lin")];
    assert_eq!(post(&server, "/device", &unknown).status, 404);

    let (device, code) = login(&server);
    for fields in [
        &[("user_code", &*code), ("action", "allow")][..],
        &[("user_code", &*code), ("action", "allow"), ("player", "nobody")],
        &[("user_code", &*code), ("player", "lin")],
    ] {
        assert_eq!(post(&server, "/device", fields).status, 400);
    }
    poll(&server, &device).refuses(400, "authorization_pending");
}

#[test]
fn a_code_is_typed_in_any_case_and_a_look_at_the_headers_is_no_scan() {
    let server = taptap::start();
    let (device, code) = login(&server);
    assert_eq!(server.fetch("HEAD", &device_path(&code), &[], b"").status, 200);
    poll(&server, &device).refuses(400, "authorization_pending");
    let form = get(&server, "/device");
    for part in [r#"id="code-form""#, r#"for="user-code""#, r#"id="user-code""#, r#"id="continue""#]
    {
        assert!(form.text().contains(part), "{part}");
    }
    let typed = format!("/device?user_code=+{}+", code.to_lowercase());
    assert_eq!(get(&server, &typed).status, 200);
    poll(&server, &device).refuses(400, "authorization_waiting");
}

#[test]
fn pages_are_in_the_language_asked_for_and_offer_the_other() {
    let server = taptap::start();
    let (_, code) = login(&server);
    let zh = |page: &Page| {
        let text = page.text();
        let chinese = text.contains(r#"<html lang="zh-Hans">"#);
        assert!(chinese || text.contains(r#"<html lang="en">"#));
        chinese
    };
    for path in [
        "/",
        "/device",
        &device_path(&code),
        "/device?user_code=NOPE1",
        "/authorize",
        &authorize_path(&[]),
    ] {
        let with = |header: &str| server.fetch("GET", path, &[("Accept-Language", header)], b"");
        assert!(!zh(&get(&server, path)), "English when nothing is said");
        let chinese = with("zh-CN,zh;q=0.9,en;q=0.8");
        assert!(zh(&chinese), "{path}");
        assert!(chinese.text().contains("这不是 TapTap"));
        assert!(!zh(&with("en-US,en;q=0.9,zh;q=0.8")), "{path}");
        // What is chosen on the page goes before what the browser prefers.
        let switch = |id: &str| {
            let from = chinese.text().find(&format!(r#"id="lang-{id}""#)).unwrap();
            let link = chinese.text()[from..].split("href=\"").nth(1).unwrap();
            link.split('"').next().unwrap().replace("&amp;", "&")
        };
        let header = [("Accept-Language", "zh")];
        assert!(!zh(&server.fetch("GET", &switch("en"), &header, b"")), "{path}");
        let header = [("Accept-Language", "en")];
        assert!(zh(&server.fetch("GET", &switch("zh-Hans"), &header, b"")), "{path}");
    }
    // A form keeps the language that was chosen.
    let page = get(&server, &format!("{}&lang=zh-Hans", device_path(&code)));
    assert!(page.text().contains(r#"name="lang" value="zh-Hans""#));
    assert!(zh(&post(&server, "/device", &[("lang", "zh-Hans")])));
}

#[test]
fn what_strangers_wrote_stays_text() {
    let server = taptap::start_with(&["--app-name", HOSTILE]);
    order(&server, "/dev/players", &json!({ "id": "evil", "name": HOSTILE }));
    let scope = format!("public_profile,{HOSTILE}");
    let code = device_code(&server, &scope).field("user_code");
    let nickname = json!({ "authData": { "anonymous": { "id": "x" } }, "nickname": HOSTILE });
    assert_eq!(server.post("/1.1/users", &nickname).status, 201);
    get(&server, &format!("/nothing?{}", encoded(&[("scope", HOSTILE), (HOSTILE, "x")])));
    let pages = [
        device_path(&code),
        authorize_path(&[("scope", &scope), ("state", HOSTILE)]),
        "/".into(),
        format!("/?{}", encoded(&[(HOSTILE, HOSTILE)])),
        format!("/device?{}", encoded(&[("user_code", HOSTILE)])),
        format!("/authorize?{}", encoded(&[("client_id", HOSTILE), ("lang", HOSTILE)])),
    ];
    for path in &pages {
        let page = get(&server, path);
        is_safe(&page);
        let text = page.text();
        assert!(!text.contains("<script") && !text.contains("<img src=x"), "{text}");
    }
    for path in &pages[..2] {
        let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
        // The game's name, the scope and the player's name.
        assert!(get(&server, path).text().matches(escaped).count() >= 3);
    }
    let sent = [("user_code", HOSTILE), ("action", "deny"), ("lang", HOSTILE)];
    is_safe(&post(&server, "/device", &sent));
}

#[test]
fn the_front_page_shows_what_goes_on_with_its_secrets_masked() {
    let server = taptap::start();
    assert!(get(&server, "/").text().contains("None yet."));
    let guest = json!({ "authData": { "anonymous": { "id": "the-guest" } }, "nickname": "小明" });
    let guest = server.post("/1.1/users", &guest);
    let (device, code) = login(&server);
    let token = taptap::token(&server, "lin", "public_profile");
    token.get(&server, taptap::PROFILE);
    get(&server, &authorize_path(&[("state", "the-state")]));
    taptap::refresh(&server, "some-kid").refuses(400, "invalid_grant");
    let page = get(&server, "/");
    let text = page.text();
    let session = guest.text("sessionToken");
    for part in [
        "小明",
        guest.text("objectId"),
        &session[..4],
        &*code,
        taptap::REDIRECT,
        "dev-taptap-client",
        "/account/profile/v1",
        "invalid_grant",
        "grant_type=refresh_token",
        "token=…",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let id = state(&server)["authorize"][0]["id"].as_str().unwrap().to_owned();
    for secret in
        [session, &*device, &token.kid, &token.mac_key, "the-guest", "the-state", "some-kid", &id]
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
