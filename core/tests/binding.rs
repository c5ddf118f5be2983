//! The redirects of a role binding: published and derived vectors, and everything that must fail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;
use serde_json::Value;
use tdsauth_core::binding::{Allowed, MAX_CODE, MAX_URI, Mode, Redirect, redirect_uri_of};
use tdsauth_core::error::status;

const WEB: &str = "https://www.taptap.cn/game-record/bind?app_id=123456&is_third_redirect=1";
const PLACE: &str = "%24%7Bcode%7D";

/// The address with the code in it; `None` when it is refused, as a wrong argument.
fn put(uri: &str, mode: Mode, code: &str) -> Option<String> {
    let put = Redirect::read(uri, mode, Allowed::TAPTAP).and_then(|to| to.with_code(code));
    put.map_err(|error| {
        assert_eq!(error.status, status::INVALID_ARGUMENT);
        assert!(!error.message.contains("taptap://") && !error.message.contains("evil"));
    })
    .ok()
}

fn deep(uri: &str) -> Option<String> {
    put(uri, Mode::DeepLink, "a+b")
}

fn web(uri: &str) -> Option<String> {
    put(uri, Mode::WEB_LINK, "a+b")
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The only value of `name` in what follows the `?`.
fn value_of(uri: &str, name: &str) -> String {
    let query = uri.split_once('?').unwrap().1.split('#').next().unwrap();
    let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = found.next().unwrap().1.into_owned();
    assert!(found.next().is_none(), "{name} is there twice: {uri}");
    value
}

fn app(page: &str) -> String {
    format!("taptap://taptap.com/to?url={page}&fullscreen=1&hide_navbar=1")
}

#[test]
fn all_vectors() {
    let file: Value =
        serde_json::from_str(include_str!("../../tests/vectors/binding_redirect.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let mode = match text("mode") {
            "deeplink" => Mode::DeepLink,
            "weblink" => Mode::WEB_LINK,
            mode => panic!("{mode}"),
        };
        let got = put(text("redirect_uri"), mode, text("code"));
        assert_eq!(got.as_deref(), Some(text("result")), "{}", text("name"));
    }
}

#[test]
fn each_placeholder_is_replaced_at_its_own_level() {
    for (place, code) in [
        ("${code}", "a%2Bb"),
        ("%24%7Bcode%7D", "a%252Bb"),
        ("%24%7bcode%7d", "a%252Bb"),
        ("$%7Bcode%7D", "a%252Bb"),
        ("%2524%257Bcode%257D", "a%25252Bb"),
        ("$%257bcode%257D", "a%25252Bb"),
        ("%24%7Bcode%7D%26x%3D%24%7Bcode%7D", "a%252Bb%26x%3Da%252Bb"),
        // What is almost one stays.
        ("$${code}}", "$a%2Bb}"),
        ("%24%7Bcode%7D%24%7Bcodes%7D%24", "a%252Bb%24%7Bcodes%7D%24"),
        ("%24%7BCODE%7D${code}", "%24%7BCODE%7Da%2Bb"),
        ("%24{code%7D${code}", "%24{code%7Da%2Bb"),
    ] {
        let uri = |middle: &str| app(&format!("{}%26code%3D{middle}", escaped(WEB)));
        assert_eq!(deep(&uri(place)), Some(uri(code)), "{place}");
    }
    // Beside the page, and behind it, too.
    let uri = |code: &str, twice: &str| format!("{}&c={code}#{code}", app(&(escaped(WEB) + twice)));
    assert_eq!(deep(&uri("${code}", PLACE)), Some(uri("a%2Bb", "a%252Bb")));
}

#[test]
fn a_deep_link_without_a_place_for_the_code_is_refused() {
    for place in ["", "${}", "{code}", "%7Bcode%7D", "$code", "%24%7Bcode", "%24%7Bcode}", "${code"]
    {
        assert_eq!(deep(&app(&(escaped(WEB) + place))), None, "{place}");
    }
    // Encoded more often than any address is on its way.
    let often = |levels: usize| ["24", "7B", "7D"].map(|x| format!("%{}{x}", "25".repeat(levels)));
    let page = |levels| {
        let [dollar, open, close] = often(levels);
        app(&format!("{}{dollar}{open}code{close}", escaped(WEB)))
    };
    assert!(deep(&page(3)).is_some() && deep(&page(4)).is_none());
}

/// Pages that no code may be brought to, whatever a reader makes of them.
const FOREIGN: [&str; 32] = [
    "",
    "/game-record/bind",
    "//www.taptap.cn/game-record/bind",
    "http://www.taptap.cn/game-record/bind",
    "javascript://www.taptap.cn/game-record/bind",
    "https:/www.taptap.cn/game-record/bind",
    "https:www.taptap.cn/game-record/bind",
    "https:///www.taptap.cn/game-record/bind",
    "https://www.taptap.cn",
    "https://www.taptap.cn?/game-record/bind",
    "https://www.taptap.cn#/game-record/bind",
    "https://www.taptap.cn/",
    "https://www.taptap.cn/game-record",
    "https://www.taptap.cn/Game-Record/bind",
    "https://www.taptap.cn/game-recorder/bind",
    "https://www.taptap.cn/game-record/../evil",
    "https://www.taptap.cn/game-record/x/..",
    "https://www.taptap.cn/game-record/./x",
    "https://www.taptap.cn/game-record/%2e%2e/evil",
    "https://www.taptap.cn/game-record/..%2fevil",
    "https://www.taptap.cn/game-record/..\\evil",
    "https://evil.example/game-record/bind",
    "https://www.taptap.cn.evil.example/game-record/bind",
    "https://evil-www.taptap.cn/game-record/bind",
    "https://taptap.cn/game-record/bind",
    "https://www.taptap.cn:8443/game-record/bind",
    "https://www.taptap.cn:443:443/game-record/bind",
    "https://www.taptap.cn@evil.example/game-record/bind",
    "https://evil@www.taptap.cn/game-record/bind",
    "https://evil.example\\@www.taptap.cn/game-record/bind",
    "https://www.taptap.cn\n.evil.example/game-record/bind",
    "https://www.taptap.cn./game-record/bind",
];

#[test]
fn no_code_leaves_for_anybody_else() {
    for page in FOREIGN {
        assert_eq!(web(page), None, "{page:?}");
        assert_eq!(web(&format!("{page}?x=1")), None, "{page:?}");
        assert_eq!(deep(&app(&format!("{}%3Fcode%3D{PLACE}", escaped(page)))), None, "{page:?}");
    }
    let page = format!("{}%26code%3D{PLACE}", escaped(WEB));
    let good = |app: &str| format!("{app}?url={page}");
    assert!(deep(&good("taptap://taptap.com/to")).is_some());
    assert!(deep(&good("TapTap://TapTap.com/to")).is_some());
    for other in [
        "https://taptap.com/to",
        "taptap2://taptap.com/to",
        "taptap:taptap.com/to",
        "taptap://taptap.com",
        "taptap://taptap.com/",
        "taptap://taptap.com/To",
        "taptap://taptap.com/to/",
        "taptap://taptap.com/to/../x",
        "taptap://taptap.com:1/to",
        "taptap://x@taptap.com/to",
        "taptap://taptap.com.evil.example/to",
        "taptap://evil.example/to",
        " taptap://taptap.com/to",
        "",
    ] {
        assert_eq!(deep(&good(other)), None, "{other}");
    }
    for two_readers in [
        format!("taptap://taptap.com/to?url={page}&url=https%3A%2F%2Fevil.example"),
        format!("taptap://taptap.com/to?url={page}&u%72l=https%3A%2F%2Fevil.example"),
        format!("taptap://taptap.com/to?URL={page}"),
        format!("taptap://taptap.com/to?x=1#url={page}"),
        format!("taptap://taptap.com/to?url={page}%0d%0a"),
        format!("taptap://taptap.com/to?url={page}%zz"),
        format!("taptap://taptap.com/to?url={page}&x=a b"),
        format!("taptap://taptap.com/to?url={page}&x=\n"),
        format!("taptap://taptap.com/to?url={page}&x={}", "x".repeat(MAX_URI)),
    ] {
        assert_eq!(deep(&two_readers), None, "{two_readers}");
    }
    // The modes do not stand in for each other.
    assert_eq!(web(&good("taptap://taptap.com/to")), None);
    assert_eq!(deep(&format!("{WEB}&code={PLACE}")), None);
}

#[test]
fn the_list_of_pages_is_the_callers() {
    let allowed = Allowed { hosts: "a.example,b.example", path: "/bind/" };
    let read = |uri| Redirect::read(uri, Mode::WEB_LINK, allowed).is_ok();
    assert!(read("https://a.example/bind/x") && read("HTTPS://B.example:443/bind/?x"));
    assert!(!read(WEB) && !read("https://a.example/bindx") && !read("https://a.example/x"));
    let none = Allowed { hosts: "", path: "/" };
    assert!(Redirect::read("https://a.example/", Mode::WEB_LINK, none).is_err());
}

#[test]
fn a_web_link_gets_the_code_as_a_parameter_more() {
    const PAGE: &str = "https://www.taptap.cn/game-record/bind";
    for (rest, with_code) in [
        ("", "?code=a%2Bb"),
        ("?", "?code=a%2Bb"),
        ("?x&", "?x&code=a%2Bb"),
        ("?b=2&a=1&b=2&=&c=%2f%2F+%", "?b=2&a=1&b=2&=&c=%2f%2F+%&code=a%2Bb"),
        ("?x=\u{8bbe}?y", "?x=\u{8bbe}?y&code=a%2Bb"),
        ("#top", "?code=a%2Bb#top"),
        ("?#code=x", "?code=a%2Bb#code=x"),
        ("?xcode=1&Code=2&code2", "?xcode=1&Code=2&code2&code=a%2Bb"),
    ] {
        let put = web(&format!("{PAGE}{rest}"));
        assert_eq!(put, Some(format!("{PAGE}{with_code}")), "{rest}");
    }
    let strict = Mode::WebLink { keep_fragment: false, replace_code: false };
    assert!(put(PAGE, strict, "1").is_some());
    assert_eq!(put(&format!("{PAGE}#"), strict, "1"), None);
}

#[test]
fn a_code_that_is_there_is_refused_or_replaced() {
    const PAGE: &str = "https://www.taptap.cn/game-record/bind";
    let replace = Mode::WebLink { keep_fragment: true, replace_code: true };
    for (rest, replaced) in [
        ("?code=1", "?code=a%2Bb"),
        ("?a=1&code&b#x", "?a=1&code=a%2Bb&b#x"),
        ("?a&c%6Fde=1&", "?a&code=a%2Bb&"),
    ] {
        let uri = format!("{PAGE}{rest}");
        assert_eq!(web(&uri), None, "{rest}");
        assert_eq!(put(&uri, replace, "a+b"), Some(format!("{PAGE}{replaced}")), "{rest}");
    }
    assert_eq!(put(&format!("{PAGE}?code=1&x&code=2"), replace, "a+b"), None);
    assert_eq!(put(PAGE, replace, "1"), Some(format!("{PAGE}?code=1")));
}

#[test]
fn a_code_is_there_and_of_a_size() {
    assert!(put(WEB, Mode::WEB_LINK, &"x".repeat(MAX_CODE)).is_some());
    assert_eq!(put(WEB, Mode::WEB_LINK, &"x".repeat(MAX_CODE + 1)), None);
    assert_eq!(put(WEB, Mode::WEB_LINK, ""), None);
}

#[test]
fn the_redirect_uri_is_found_in_the_link() {
    let uri = app(&format!("{}%26code%3D{PLACE}", escaped(WEB)));
    let encoded = escaped(&uri);
    for (link, found) in [
        (format!("game://bind?redirect_uri={encoded}"), &uri),
        (format!("game://bind?a=1&redirect_uri={encoded}&b=2#c"), &uri),
        (format!("game:?redirect%5Furi={encoded}"), &uri),
        // As it is, with all that follows.
        (format!("game://bind?a=1&redirect_uri={uri}"), &uri),
        (format!("game://bind?redirect_uri={uri}#x"), &format!("{uri}#x")),
        // Blanks are in no address, so that a plus sign is one.
        ("game://bind?redirect_uri=a+b%2Bc".to_owned(), &"a+b+c".to_owned()),
    ] {
        assert_eq!(&redirect_uri_of(&link).unwrap(), found, "{link}");
    }
    for link in [
        "",
        "game://bind",
        "game://bind?",
        "game://bind?redirect_uris=x",
        "game://bind#?x",
        "game://bind?x#redirect_uri=taptap://taptap.com/to",
        "game://bind?redirect_uri=%",
        "game://bind?redirect_uri=%ff",
        "game://bind?redirect_uri=a&redirect_uri=b",
        &format!("game://bind?redirect_uri={}", "x".repeat(MAX_URI)),
    ] {
        assert_eq!(redirect_uri_of(link).unwrap_err().status, status::INVALID_ARGUMENT, "{link}");
    }
}

/// Parameters as TapTap may add them: any names but those with a meaning, any values.
fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = "\\PC{0,6}".prop_filter("has a meaning", |name| name != "code" && name != "url");
    // Of what is between the brackets of a placeholder there is none but the placeholder.
    prop::collection::vec((name, "[^$]{0,8}"), 0..5)
}

fn query(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

proptest! {
    #[test]
    fn a_web_link_read_again_has_the_code_and_all_it_had(
        pairs in parameters(), code in "[^\0]{1,40}", fragment in "(#[a-z/?=&]{0,9})?",
    ) {
        let uri = format!("https://www.taptap.cn/game-record/bind?{}{fragment}", query(&pairs));
        let with_code = put(&uri, Mode::WEB_LINK, &code).unwrap();
        prop_assert_eq!(value_of(&with_code, "code"), code);
        let (before, after) = with_code.split_once("code=").unwrap_or_default();
        let untouched = before.trim_end_matches('&');
        prop_assert!(uri.trim_end_matches('&').starts_with(untouched));
        prop_assert!(after.ends_with(&fragment));
        let read = |uri: &str| {
            let query = uri.split_once('?').unwrap().1.split('#').next().unwrap().to_owned();
            let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
            pairs.filter(|(name, _)| name != "code").collect::<Vec<_>>()
        };
        prop_assert_eq!(read(&uri), read(&with_code));
    }

    #[test]
    fn a_deep_link_read_again_has_the_code_and_all_it_had(
        inner in parameters(), outer in parameters(), code in "[^\0]{1,40}", lower in any::<bool>(),
    ) {
        let place = if lower { PLACE.to_lowercase() } else { PLACE.to_owned() };
        let page = format!("{WEB}&{}&code=", query(&inner));
        let uri = format!("{}&{}", app(&(escaped(&page) + &place)), query(&outer));
        let with_code = put(&uri, Mode::DeepLink, &code).unwrap();
        let page_again = value_of(&with_code, "url");
        prop_assert_eq!(value_of(&page_again, "code"), code);
        prop_assert!(page_again.starts_with(&page));
        let (before, after) = uri.split_once(&place).unwrap();
        prop_assert!(with_code.starts_with(before) && with_code.ends_with(after));
        // And on its way, in the link of the game.
        let link = format!("game://bind?x=1&redirect_uri={}", escaped(&uri));
        prop_assert_eq!(redirect_uri_of(&link).unwrap(), uri);
    }

    #[test]
    fn anything_is_answered_and_what_is_let_through_leads_to_taptap(
        uri in "(taptap://taptap\\.com/to|https://www\\.taptap\\.cn/game-record/)?\
                ([?&#%=/.@:\\\\]|url|code|\\$\\{code\\}|%24%7Bcode%7D|\\PC|https%3A%2F%2F){0,20}",
    ) {
        let _ = redirect_uri_of(&uri);
        for to in [deep(&uri), web(&uri)].into_iter().flatten() {
            prop_assert!(
                to.starts_with("taptap://taptap.com/to?")
                    || to.starts_with("https://www.taptap.cn/game-record/")
            );
        }
    }
}
