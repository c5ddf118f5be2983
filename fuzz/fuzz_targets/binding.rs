//! The redirects of a role binding, held to what other readers make of them: the URL parser of
//! browsers and a form decoder, neither of which the library uses.
//!
//! - What is accepted leads to a page of the allow-list, also by a browser's reading.
//! - The code comes back when the address is decoded, and so does every other parameter; around the
//!   code no byte is another.
//! - Nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tdsauth_core::binding::{Allowed, Mode, Redirect, redirect_uri_of};
use url::Url;

const HOSTS: [&str; 2] = ["www.taptap.cn", "www.taptap.cn,bind.example"];
const PATHS: [&str; 3] = ["/game-record/", "/", "/a/b/"];
/// A code that no input holds by chance, the same at every level of encoding.
const MARK: &str = "Zq7xMarkOfTheFuzzTarget0";

// The first byte chooses the options; what follows is the code, a line feed, and the link or the
// address.
fuzz_target!(|data: &[u8]| {
    let Some((options, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let (code, text) = text.split_once('\n').unwrap_or(("a+b/c=&d#é%", text));
    let allowed = Allowed {
        hosts: HOSTS[usize::from(options & 1)],
        path: PATHS[usize::from(options >> 1) % PATHS.len()],
    };
    let web = Mode::WebLink { keep_fragment: options & 8 == 0, replace_code: options & 16 != 0 };
    if let Ok(uri) = redirect_uri_of(text) {
        judge(&uri, code, Mode::DeepLink, allowed);
        judge(&uri, code, web, allowed);
    }
    judge(text, code, Mode::DeepLink, allowed);
    judge(text, code, web, allowed);
    // A link that TapTap would make of any text gives it back.
    let link = format!("game://bind?a=1&redirect_uri={}&b=2", escaped(text));
    match redirect_uri_of(&link) {
        Ok(uri) => assert_eq!(uri, text),
        Err(_) => assert!(link.len() > 8192, "refused: {link}"),
    }
});

fn judge(uri: &str, code: &str, mode: Mode, allowed: Allowed<'_>) {
    let Ok(redirect) = Redirect::read(uri, mode, allowed) else { return };
    assert!(allowed.hosts.split(',').any(|host| host == redirect.host()));
    let marked = redirect.with_code(MARK).expect("a code that fits");
    let Ok(made) = redirect.with_code(code) else {
        assert!(code.is_empty() || code.len() > 256);
        return;
    };
    if uri.contains(MARK) {
        return;
    }
    match mode {
        Mode::DeepLink => {
            deep(uri, allowed, redirect.host());
            deep(&marked, allowed, redirect.host());
            deep(&made, allowed, redirect.host());
            each_place(uri, &marked, &made, code);
        }
        Mode::WebLink { replace_code, .. } => {
            page(uri, allowed, redirect.host());
            page(&made, allowed, redirect.host());
            parameter(uri, &made, code, replace_code);
        }
    }
}

/// That a browser, too, goes to an allowed page.
fn page(address: &str, allowed: Allowed<'_>, host: &str) {
    let read = Url::parse(address).expect("an address");
    assert_eq!(read.scheme(), "https", "{address}");
    assert_eq!(read.host_str(), Some(host), "{address}");
    assert_eq!(read.port_or_known_default(), Some(443), "{address}");
    assert!(read.username().is_empty() && read.password().is_none(), "{address}");
    assert!(read.path().starts_with(allowed.path), "{address}");
}

/// That TapTap's app is opened, and goes to an allowed page.
fn deep(address: &str, allowed: Allowed<'_>, host: &str) {
    let read = Url::parse(address).expect("an address");
    assert_eq!(read.scheme(), "taptap", "{address}");
    assert!(read.host_str().is_some_and(|h| h.eq_ignore_ascii_case("taptap.com")), "{address}");
    assert_eq!((read.port(), read.path()), (None, "/to"), "{address}");
    assert!(read.username().is_empty() && read.password().is_none(), "{address}");
    let mut pages = read.query_pairs().filter(|(name, _)| name == "url");
    let (_, first) = pages.next().expect("a page");
    assert!(pages.next().is_none(), "two pages: {address}");
    page(&first, allowed, host);
}

/// The code stands wherever a placeholder stood, encoded once more than that was; and nothing else
/// changed.
fn each_place(uri: &str, marked: &str, made: &str, code: &str) {
    let (mut uri, mut made) = (uri, made);
    let mut around = marked.split(MARK);
    let first = around.next().unwrap_or_default();
    uri = uri.strip_prefix(first).expect("the same before the code");
    made = made.strip_prefix(first).expect("the same before the code");
    let mut places = 0;
    for kept in around {
        // A placeholder ends with its brace, plain or escaped.
        let end = ["}", "7D", "7d"].iter().filter_map(|end| uri.find(end).map(|at| at + end.len()));
        let (place, rest) = uri.split_at(end.min().expect("a placeholder"));
        uri = rest.strip_prefix(kept).expect("the same behind the code");
        let level = levels(place, "${code}").expect("a placeholder");
        let mut escaped_code = code.to_owned();
        for _ in 0..=level {
            escaped_code = escaped(&escaped_code);
        }
        assert_eq!(levels(&escaped_code, code).map(|_| ()), Some(()), "it can be decoded");
        let rest = made.strip_prefix(&*escaped_code).expect("the code, once more encoded");
        made = rest.strip_prefix(kept).expect("the same behind the code");
        places += 1;
    }
    assert!(places > 0 && uri.is_empty() && made.is_empty());
}

/// How often `text` has to be decoded to be `plain`.
fn levels(text: &str, plain: &str) -> Option<usize> {
    let mut text = text.to_owned();
    for level in 0..8 {
        if text == plain {
            return Some(level);
        }
        text = percent_decoded(&text)?;
    }
    None
}

/// The parameters are those of before, and the code.
fn parameter(uri: &str, made: &str, code: &str, replace: bool) {
    let fragment = |of: &str| of.split_once('#').map(|(_, fragment)| fragment.to_owned());
    assert_eq!(fragment(uri), fragment(made), "{made}");
    let pairs = |of: &str| -> Vec<(String, String)> {
        let query = of.split('#').next().and_then(|of| of.split_once('?'));
        form_urlencoded::parse(query.map_or("", |(_, query)| query).as_bytes())
            .into_owned()
            .collect()
    };
    let (before, after) = (pairs(uri), pairs(made));
    let is_code = |(name, _): &&(String, String)| name == "code";
    let codes: Vec<_> = after.iter().filter(is_code).collect();
    assert_eq!(codes, [&("code".to_owned(), code.to_owned())], "{made}");
    assert!(replace || !before.iter().any(|pair| pair.0 == "code"), "{uri}");
    let others = |all: &[(String, String)]| -> Vec<(String, String)> {
        all.iter().filter(|pair| pair.0 != "code").cloned().collect()
    };
    assert_eq!(others(&before), others(&after), "{made}");
    if !before.iter().any(|pair| pair.0 == "code") {
        // Every byte of before is there, in its order.
        let at = made.len() - fragment(made).map_or(0, |fragment| fragment.len() + 1);
        let (head, tail) = made.split_at(at);
        let kept = head.rfind("code=").map(|at| head[..at].to_owned()).expect("the code");
        let kept =
            if uri == format!("{kept}{tail}") { kept } else { kept[..kept.len() - 1].to_owned() };
        assert_eq!(uri, format!("{kept}{tail}"));
    }
}

/// Every byte outside RFC 3986's unreserved set as `%XX`.
fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |b: u8| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

/// The text that `text` stands for, where a plus sign stands for itself.
fn percent_decoded(text: &str) -> Option<String> {
    let pair = format!("{}=", text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned())
}
