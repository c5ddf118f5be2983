//! The page for the web link over the wire: from TapTap's address back to TapTap with a code, and
//! all that must not lead there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

mod common;

use std::path::Path;
use std::thread;

use common::database::{bytes, order, sql};
use common::signed::{Call, SECRET, SECRETS, master, query, server_command};
use common::taptap::{self, CLIENT_ID, login, nine, parameter, token};
use common::visitor::{PAGE, REDIRECT, Visitor, hidden, leads_to, notice, opened_with};
use common::{Answer, Page, Server, data, now_ms};
use serde_json::{Value, json};

/// Where the page of a development server is.
const DEV: &str = "/binding";
const HOSTILE: &str = r#"<script>alert(1)</script>"'&<img src=x>"#;

/// A server that also plays TapTap.
fn start(more: &[&str]) -> Server {
    Server::spawn(server_command(Path::new(":memory:"), &[&["--dev"], more].concat()))
}

/// A server whose players come from the TapTap that `taptap` plays.
fn beside(taptap: &Server, folder: &Path, more: &[&str]) -> Server {
    let authorize = format!("{}/authorize", taptap.url);
    let options = [
        &["--taptap-client-id", CLIENT_ID, "--taptap-open-url", &taptap.url][..],
        &["--taptap-accounts-url", &taptap.url, "--taptap-authorize-url", &authorize],
        &["--binding-page", "http://127.0.0.1:1/bind"],
        more,
    ];
    Server::spawn(server_command(folder, &options.concat()))
}

/// The account of a player of TapTap's, with two roles.
fn player(server: &Server, taptap: &Server, name: &str) -> Answer {
    let player = login(server, &nine(taptap, &token(taptap, name, "public_profile")));
    let account = player.text("objectId");
    let roles = json!([
        { "role_id": format!("{name}-1"), "account": account, "nickname": "Mia", "level": "50",
          "profession": "mage", "zone": "east", "server": "hidden-server" },
        { "role_id": format!("{name}-2"), "account": account, "nickname": HOSTILE },
    ]);
    let put = master(server, "POST", "/tdsauth/v1/roles", &json!({ "roles": roles }));
    assert_eq!(put.status, 200, "{}", put.json);
    player
}

/// The roles that TapTap gets for the code that an address brings, once.
#[track_caller]
fn told(server: &Server, redirect_uri: &str, url: &str) -> Vec<String> {
    let code =
        url.strip_prefix(&format!("{redirect_uri}&code=")).unwrap_or_else(|| panic!("{url}"));
    let get = || query("get-token", &[("code", code), ("redirect_uri", redirect_uri)]);
    let given = get().send(server);
    assert_eq!(given.json["code"], 0, "{}", given.json);
    let bearer = format!("Bearer {}", given.json["data"]["access_token"].as_str().unwrap());
    let headers = vec![("Authorization".to_owned(), bearer)];
    let roles = Call { headers, ..Call::get("get-roles-by-token") }.send(server);
    assert_eq!(get().code(server), 1003, "once");
    let roles = roles.json["data"].as_array().unwrap();
    roles.iter().map(|role| role["role_id"].as_str().unwrap().to_owned()).collect()
}

/// Checks the headers of a page, and that it needs nothing but itself.
#[track_caller]
fn is_safe(page: &Page) {
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|own| own == part), "{policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("access-control-allow-origin"), None);
    let text = page.text().to_ascii_lowercase();
    for forbidden in ["<script", " style=", "<style", " onclick", "javascript:", "<img"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
}

#[test]
fn a_player_agrees_and_taptap_is_told_the_roles() {
    let server = start(&["--app-name", "Star & Co"]);
    let player = player(&server, &server, "lin");
    let visitor = Visitor::new(&server, DEV);
    let page = visitor.open(REDIRECT);
    is_safe(&page);
    assert!(page.text().contains("Star &amp; Co") && !page.text().contains("id=\"password\""));
    let cookie = page.header("set-cookie").unwrap();
    let (name, rest) = cookie.split_once('=').unwrap();
    assert_eq!(name, "tdsauth-binding");
    assert!(rest.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(visitor.open(REDIRECT).header("set-cookie"), None, "the one before is good");

    let at = visitor.to_taptap(&page);
    assert!(at.starts_with(&format!("{}/authorize?", server.url)), "{at}");
    let back = format!("{}/binding/taptap", server.url);
    assert_eq!(parameter(&at, "redirect_uri"), Some(back));
    assert_eq!(parameter(&at, "scope").as_deref(), Some("basic_info"), "no more than who it is");
    let to = leads_to(&visitor.get(&visitor.at_taptap(&server, &at, "allow", "lin")));
    let asks = visitor.get(&to);
    assert_eq!(asks.status, 200);
    is_safe(&asks);
    let text = asks.text();
    for shown in [player.text("objectId"), "Mia", "Level 50 · mage · east", "&lt;script&gt;"] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!text.contains("hidden-server") && !text.contains("lin-1"), "{text}");
    assert!(!to.contains(parameter(&at, "state").unwrap().as_str()), "a new name");

    let url = leads_to(&visitor.answer(&to, &asks, "agree"));
    assert_eq!(told(&server, REDIRECT, &url), ["lin-1", "lin-2"]);
    // Neither the question nor the answer comes again.
    assert_eq!(notice(&visitor.get(&to)), (410, "gone"));
    let again = visitor.answer(&to, &asks, "agree");
    assert_eq!((notice(&again), again.header("location")), ((410, "gone"), None));
    is_safe(&again);
}

#[test]
fn a_player_refuses_and_nothing_is_told() {
    let server = start(&[]);
    player(&server, &server, "lin");
    let visitor = Visitor::new(&server, DEV);
    let (to, asks) = visitor.asked(&server, REDIRECT, "lin");
    for action in ["", "yes", "Agree"] {
        assert_eq!(notice(&visitor.answer(&to, &asks, action)), (400, "bad-form"), "{action}");
    }
    let page = visitor.answer(&to, &asks, "refuse");
    is_safe(&page);
    assert_eq!((notice(&page), page.header("location")), ((200, "refused"), None));
    assert!(!page.text().contains("taptap.cn"));
    assert_eq!(notice(&visitor.answer(&to, &asks, "agree")), (410, "gone"));
}

#[test]
fn every_published_address_comes_back_whole() {
    let server = start(&[]);
    player(&server, &server, "lin");
    let visitor = Visitor::new(&server, DEV);
    let file = include_str!("../../tests/vectors/binding_redirect.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let mut ways = [0, 0];
    for vector in file["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap();
        let redirect_uri = text("redirect_uri");
        if text("mode") == "deeplink" {
            ways[0] += 1;
            let page = visitor.get(&opened_with(DEV, redirect_uri));
            assert_eq!(notice(&page), (400, "foreign-address"), "{redirect_uri}");
            continue;
        }
        ways[1] += 1;
        let (to, asks) = visitor.asked(&server, redirect_uri, "lin");
        let url = leads_to(&visitor.answer(&to, &asks, "agree"));
        let (before, after) = text("result").split_once("111111").unwrap();
        let code = url.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).unwrap();
        assert!(code.len() == 32 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{url}");
        let call = query("get-token", &[("code", code), ("redirect_uri", redirect_uri)]);
        assert_eq!(call.code(&server), 0);
    }
    assert_eq!(ways, [2, 3]);
}

#[test]
fn an_address_that_is_not_taptaps_gets_nothing_but_an_error() {
    let server = start(&[]);
    let visitor = Visitor::new(&server, DEV);
    let token = hidden(&visitor.open(REDIRECT));
    let token = token.iter().find(|(name, _)| name == "token").unwrap().1.clone();
    let cookie = visitor.cookie.borrow().clone();
    for hostile in [
        "",
        "/",
        "//evil.example/game-record/bind",
        "https://evil.example/game-record/bind",
        "https://www.taptap.cn.evil.example/game-record/bind",
        "https://www.taptap.cn@evil.example/game-record/bind",
        "https://evil.example#https://www.taptap.cn/game-record/bind",
        "https://www.taptap.cn:444/game-record/bind",
        "http://www.taptap.cn/game-record/bind",
        "https://www.taptap.cn/game-recordx/bind",
        "https://www.taptap.cn/game-record/../bind",
        "https://www.taptap.cn/game-record/%2e%2e/bind",
        "https://www.taptap.cn\\game-record/bind",
        "https://www.taptap.cn/game-record/bind?code=1",
        "https://www.taptap.cn/game-record/bind\r\nSet-Cookie: a=b",
        "https://www.taptap.cn/game-record/bind?a= b",
        "javascript:alert(1)//https://www.taptap.cn/game-record/",
        "data:text/html,<script>alert(1)</script>",
        "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind",
        HOSTILE,
        &format!("{REDIRECT}&x={}", "x".repeat(9000)),
    ] {
        *visitor.cookie.borrow_mut() = None;
        let page = visitor.get(&opened_with(DEV, hostile));
        assert_eq!(notice(&page), (400, "foreign-address"), "{hostile}");
        assert_eq!((page.header("location"), page.header("set-cookie")), (None, None));
        is_safe(&page);
        visitor.cookie.borrow_mut().clone_from(&cookie);
        let fields = [("redirect_uri", hostile), ("token", &token)];
        let sent = visitor.post(&format!("{DEV}/taptap"), &fields);
        assert!(matches!(notice(&sent), (400, "foreign-address" | "bad-form")), "{hostile}");
        assert_eq!(sent.header("location"), None);
    }
    for query in ["", "?lang=en", "?redirect_uri", "?redirect_uri=%zz"] {
        assert_eq!(notice(&visitor.get(&format!("{DEV}{query}"))), (400, "foreign-address"));
    }
    let twice = format!("{}&redirect_uri=x", opened_with(DEV, REDIRECT));
    assert_eq!(notice(&visitor.get(&twice)), (400, "foreign-address"));
}

#[test]
fn a_form_counts_only_in_the_browser_and_for_the_address_that_it_was_made_for() {
    let server = start(&[]);
    player(&server, &server, "lin");
    let (visitor, other) = (Visitor::new(&server, DEV), Visitor::new(&server, DEV));
    let elsewhere = format!("{REDIRECT}&b=2");
    let (page, tab) = (visitor.open(REDIRECT), visitor.open(&elsewhere));
    let token = |page: &Page| hidden(page).into_iter().find(|(n, _)| n == "token").unwrap().1;
    other.open(REDIRECT);
    let begin = |visitor: &Visitor<'_>, token: &str| {
        let fields = [("redirect_uri", REDIRECT), ("token", token)];
        visitor.post(&format!("{DEV}/taptap"), &fields)
    };
    let mine = token(&page);
    assert_eq!(notice(&begin(&visitor, &token(&tab))), (403, "no-cookie"), "of another address");
    assert_eq!(notice(&begin(&visitor, &mine.to_uppercase())), (403, "no-cookie"));
    assert_eq!(notice(&begin(&visitor, "")), (400, "bad-form"));
    assert_eq!(notice(&begin(&other, &mine)), (403, "no-cookie"), "of another browser");
    let kept = visitor.cookie.take();
    assert_eq!(notice(&begin(&visitor, &mine)), (403, "no-cookie"));
    *visitor.cookie.borrow_mut() = kept;

    // The question of one browser is nobody else's, even for who knows its address and token.
    let (to, asks) = visitor.asked(&server, REDIRECT, "lin");
    assert_eq!(notice(&other.get(&to)), (410, "gone"));
    assert_eq!(notice(&other.answer(&to, &asks, "agree")), (403, "no-cookie"));
    let (second, _) = visitor.asked(&server, REDIRECT, "lin");
    let crossed = visitor.answer(&second, &asks, "agree");
    assert_eq!(notice(&crossed), (403, "no-cookie"), "the token of another question");
    let field = ("Content-Type", "text/plain");
    let plain = server.fetch("POST", &to, &[field], b"action=agree");
    assert_eq!(notice(&plain), (400, "bad-form"));
    leads_to(&visitor.answer(&to, &asks, "agree"));
}

#[test]
fn two_tabs_go_their_own_ways() {
    let server = start(&[]);
    player(&server, &server, "lin");
    player(&server, &server, "mei");
    let visitor = Visitor::new(&server, DEV);
    let elsewhere = format!("{REDIRECT}&tab=2");
    let (one, two) = (visitor.open(REDIRECT), visitor.open(&elsewhere));
    let (at_one, at_two) = (visitor.to_taptap(&one), visitor.to_taptap(&two));
    let back_two = visitor.at_taptap(&server, &at_two, "allow", "mei");
    let back_one = visitor.at_taptap(&server, &at_one, "allow", "lin");
    let (to_one, to_two) = (leads_to(&visitor.get(&back_one)), leads_to(&visitor.get(&back_two)));
    let (asks_two, asks_one) = (visitor.get(&to_two), visitor.get(&to_one));
    let url = leads_to(&visitor.answer(&to_one, &asks_one, "agree"));
    assert_eq!(told(&server, REDIRECT, &url), ["lin-1", "lin-2"]);
    let url = leads_to(&visitor.answer(&to_two, &asks_two, "agree"));
    assert_eq!(told(&server, &elsewhere, &url), ["mei-1", "mei-2"]);
}

#[test]
fn a_visit_ends_by_itself() {
    let server = start(&["--binding-page-life", "1"]);
    player(&server, &server, "lin");
    let visitor = Visitor::new(&server, DEV);
    let at = visitor.to_taptap(&visitor.open(REDIRECT));
    let back = visitor.at_taptap(&server, &at, "allow", "lin");
    // Whether it is asked in time or not: what was begun has ended a second later.
    let asked = visitor.log_in(&server, &visitor.open(REDIRECT), "lin");
    let question = leads_to(&asked);
    let shown = visitor.get(&question);
    let end = now_ms() + 1001;
    while now_ms() <= end {
        thread::yield_now();
    }
    assert_eq!(notice(&visitor.get(&back)), (410, "gone"));
    assert_eq!(notice(&visitor.get(&question)), (410, "gone"));
    if shown.status == 200 {
        assert_eq!(notice(&visitor.answer(&question, &shown, "agree")), (410, "gone"));
    }
}

#[test]
fn a_banned_or_deleted_account_gets_no_code() {
    let taptap = taptap::start();
    let (_temporary, folder) = data();
    let server = beside(&taptap, &folder, &[]);
    let player = player(&server, &taptap, "lin");
    let visitor = Visitor::new(&server, PAGE);
    let (to, asks) = visitor.asked(&taptap, REDIRECT, "lin");
    order(&folder, &["users", "ban", player.text("objectId")]);
    assert_eq!(notice(&visitor.get(&to)), (403, "banned"));
    let answered = visitor.answer(&to, &asks, "agree");
    assert_eq!((notice(&answered), answered.header("location")), ((403, "banned"), None));
    let page = visitor.open(REDIRECT);
    assert_eq!(notice(&visitor.log_in(&taptap, &page, "lin")), (403, "banned"));
    assert_eq!(sql(&folder, "SELECT code FROM binding_codes"), "");
    order(&folder, &["users", "unban", player.text("objectId")]);
    let (to, asks) = visitor.asked(&taptap, REDIRECT, "lin");
    let path = format!("/1.1/users/{}", player.text("objectId"));
    assert_eq!(server.master("DELETE", &path, &Value::Null).status, 200);
    assert_eq!(notice(&visitor.answer(&to, &asks, "agree")), (410, "gone"));
    assert_eq!(sql(&folder, "SELECT visit FROM weblink_visits"), "");
}

#[test]
fn several_servers_are_one() {
    let taptap = taptap::start();
    let (_temporary, folder) = data();
    let one = beside(&taptap, &folder, &[]);
    let two = beside(&taptap, &folder, &[]);
    player(&one, &taptap, "lin");
    let first = Visitor::new(&one, PAGE);
    let page = first.open(REDIRECT);
    let second = first.at(&two);
    let at = second.to_taptap(&page);
    let back = first.at_taptap(&taptap, &at, "allow", "lin");
    let to = leads_to(&first.get(&back));
    assert_eq!(notice(&second.get(&back)), (410, "gone"), "once on both");
    let asks = second.get(&to);
    let url = leads_to(&first.answer(&to, &asks, "agree"));
    assert_eq!(notice(&second.answer(&to, &asks, "agree")), (410, "gone"));
    assert_eq!(told(&two, REDIRECT, &url), ["lin-1", "lin-2"]);
}

#[test]
fn nothing_that_is_kept_is_of_use_to_who_reads_it() {
    let taptap = taptap::start();
    let (_temporary, folder) = data();
    let server = beside(&taptap, &folder, &[]);
    player(&server, &taptap, "lin");
    let visitor = Visitor::new(&server, PAGE);
    let at = visitor.to_taptap(&visitor.open(REDIRECT));
    let (to, _) = visitor.asked(&taptap, REDIRECT, "lin");
    let cookie = visitor.cookie.borrow().clone().unwrap();
    assert_eq!(sql(&folder, "SELECT visit FROM weblink_visits").lines().count(), 2);
    let kept = bytes(&folder);
    let state = parameter(&at, "state").unwrap();
    let secrets = [&*state, to.rsplit('/').next().unwrap(), cookie.split_once('=').unwrap().1];
    for secret in secrets.into_iter().chain(["game-record"]) {
        assert!(!kept.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn an_account_without_roles_has_nothing_to_agree_to() {
    let server = start(&[]);
    login(&server, &nine(&server, &token(&server, "lin", "public_profile")));
    let visitor = Visitor::new(&server, DEV);
    let (_, asks) = visitor.asked(&server, REDIRECT, "lin");
    assert_eq!(notice(&asks), (200, "no-roles"));
    assert!(!asks.text().contains("id=\"agree\"") && asks.text().contains("id=\"other-account\""));
}

#[test]
fn the_page_is_in_the_language_that_was_chosen_to_the_end() {
    let server = start(&[]);
    player(&server, &server, "lin");
    let english = Visitor::new(&server, DEV);
    let chinese = Visitor { accepts: "zh-CN,zh;q=0.9,en;q=0.8", ..Visitor::new(&server, DEV) };
    let is = |page: &Page, tag: &str, text: &str| {
        assert!(page.text().contains(&format!("<html lang=\"{tag}\">")), "{}", page.text());
        assert!(page.text().contains(text), "{}", page.text());
    };
    let page = english.open(REDIRECT);
    is(&page, "en", "Log in with TapTap");
    is(&chinese.open(REDIRECT), "zh-Hans", "使用 TapTap 登录");
    is(&chinese.get(DEV), "zh-Hans", "请从 TapTap 重新打开此页面");
    // The switch leads to the same page, and the choice goes along to TapTap and back.
    let switch = page.text().split("hreflang=\"zh-Hans\" href=\"").nth(1).unwrap();
    let switch = switch.split('"').next().unwrap().replace("&amp;", "&");
    let page = english.get(&switch);
    is(&page, "zh-Hans", "使用 TapTap 登录");
    let to = leads_to(&english.log_in(&server, &page, "lin"));
    let asks = english.get(&to);
    is(&asks, "zh-Hans", "同意并返回 TapTap");
    is(&english.get(&format!("{to}?lang=en")), "en", "Agree and return to TapTap");
    is(&english.answer(&to, &asks, "refuse"), "zh-Hans", "你已拒绝");
}

#[test]
fn with_https_the_cookie_is_the_hosts_alone() {
    let taptap = taptap::start();
    let mut command = server_command(
        Path::new(":memory:"),
        &["--binding-page", "https://game.example/bind/roles", "--binding-page-passwords"],
    );
    command.env(SECRETS, SECRET);
    let server = Server::spawn(command);
    let visitor = Visitor::new(&server, "/bind/roles");
    let page = visitor.open(REDIRECT);
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-tdsauth-binding="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(!page.text().contains("id=\"taptap\""), "nobody plays TapTap there");
    drop(taptap);
    for path in ["/bind/roles/style.css", "/bind/roles/icon.svg"] {
        assert_eq!(server.fetch("GET", path, &[], b"").status, 200, "{path}");
    }
    assert_eq!(server.fetch("GET", "/binding", &[], b"").status, 404);
}
