//! The MAC token against published vectors, both header spellings, and everything that must fail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;
use serde_json::Value;
use tdsauth_core::error::{Error, status};
use tdsauth_core::mac::{
    self, Algorithm, Expected, Header, Input, MAX_FIELD, MacKey, verify, write_header,
};

const URL: &[u8] = b"https://open.tapapis.cn/account/profile/v1?client_id=abc";

fn input() -> Input<'static> {
    Input { key_id: b"kid", method: b"GET", url: URL, ts: 1_618_221_750, nonce: b"adssd", ext: b"" }
}

fn expected() -> Expected<'static> {
    Expected { key_id: Some(b"kid"), method: b"GET", url: URL, ext: None, now: 0, window: 0 }
}

fn key() -> MacKey {
    MacKey::new(Algorithm::HmacSha1, b"secret").unwrap()
}

fn header(key: &MacKey, input: &Input<'_>) -> String {
    let mut out = vec![0; 3 * MAX_FIELD];
    let len = write_header(key, input, &mut out).unwrap();
    String::from_utf8(out[..len].to_vec()).unwrap()
}

fn refusal(input: &Input<'_>) -> i32 {
    Error::from(write_header(&key(), input, &mut [0; 512]).unwrap_err()).status
}

fn verdict(header: &str, expected: &Expected<'_>) -> i32 {
    verify(&key(), header, expected).map_or_else(|error| Error::from(error).status, |()| status::OK)
}

struct Vector {
    name: String,
    key: MacKey,
    ts: u64,
    nonce: String,
    method: String,
    urls: Vec<String>,
    ext: String,
    mac: String,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../../tests/vectors/mac_token.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 10);
    vectors.iter().map(vector).collect()
}

fn vector(row: &Value) -> Vector {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    let (host, port, uri) = (text("host"), text("port"), text("uri"));
    let mut urls =
        vec![format!("http://{host}:{port}{uri}"), format!("https://{host}:{port}{uri}")];
    match port.as_str() {
        "80" => urls.push(format!("http://{host}{uri}")),
        "443" => urls.push(format!("https://{host}{uri}")),
        _ => {}
    }
    urls.push(format!("HTTP://{}:{port}{uri}#fragment", host.to_uppercase()));
    let algorithm = Algorithm::by_name(&text("alg")).unwrap();
    Vector {
        name: text("name"),
        key: MacKey::new(algorithm, text("key").as_bytes()).unwrap(),
        ts: text("ts").parse().unwrap(),
        nonce: text("nonce"),
        method: text("method"),
        urls,
        ext: text("ext"),
        mac: text("mac"),
    }
}

#[test]
fn every_vector_is_signed_and_verified_through_each_form_of_its_url() {
    for vector in vectors() {
        let Vector { name, key, ts, nonce, method, urls, ext, mac } = &vector;
        for url in urls {
            for method in [method.clone(), method.to_lowercase()] {
                let (key_id, ts) = ("1/hC0vtMo7ke_-", *ts);
                let input = Input {
                    key_id: key_id.as_bytes(),
                    method: method.as_bytes(),
                    url: url.as_bytes(),
                    ts,
                    nonce: nonce.as_bytes(),
                    ext: ext.as_bytes(),
                };
                let header = header(key, &input);
                let tail = if ext.is_empty() { String::new() } else { format!(",ext=\"{ext}\"") };
                let wanted = format!(
                    "MAC id=\"{key_id}\",ts=\"{ts}\",nonce=\"{nonce}\",mac=\"{mac}\"{tail}"
                );
                assert_eq!(header, wanted, "{name} {url}");
                let expected = Expected {
                    method: input.method,
                    url: input.url,
                    key_id: Some(input.key_id),
                    ..expected()
                };
                verify(key, &header, &expected).unwrap();
            }
        }
    }
}

#[test]
fn both_official_spellings_and_any_order_are_read() {
    let mac = "D+UpOI4b0RucsB5m+rYmOqmbbN0=";
    for header in [
        format!("MAC id=\"kid\",ts=\"1618221750\",nonce=\"adssd\",mac=\"{mac}\""),
        format!("MAC id=\"kid\", ts=\"1618221750\", nonce=\"adssd\", mac=\"{mac}\""),
        format!("  mac  id=\"kid\" ,\tts=\"1618221750\",nonce=\"adssd\",mac=\"{mac}\" \t"),
        format!("Mac mac=\"{mac}\",nonce=\"adssd\",ts=\"1618221750\",id=\"kid\""),
        format!("MAC ID=\"kid\",TS=\"1618221750\",Nonce=\"adssd\",MAC=\"{mac}\",ext=\"\""),
    ] {
        assert_eq!(verdict(&header, &expected()), status::OK, "{header}");
    }
    let text = format!("MAC id=\"kid\",ts=\"1618221750\",nonce=\"adssd\",mac=\"{mac}\"");
    let Header { id, ts, nonce, ext, .. } = Header::parse(&text).unwrap();
    assert_eq!((id, ts, nonce, ext), ("kid", 1_618_221_750, "adssd", ""));
}

#[test]
fn a_fragment_is_never_signed() {
    for (with, without) in [
        (&b"https://h/a?b#c?d/e"[..], &b"https://h/a?b"[..]),
        (b"https://h#c/d", b"https://h/"),
        (b"https://h/#", b"https://h/"),
    ] {
        let [with, without] = [with, without].map(|url| header(&key(), &Input { url, ..input() }));
        assert_eq!(with, without);
    }
    for url in [&b"https://h/a b"[..], b"https://h/a#b c", b"#", b"https://#h"] {
        assert_eq!(refusal(&Input { url, ..input() }), status::INVALID_ARGUMENT);
    }
}

#[test]
fn a_time_stamp_is_signed_as_it_is_spelt() {
    let input = Input { ts: 264_095, ..input() };
    let header = header(&key(), &input);
    assert_eq!(verdict(&header, &expected()), status::OK);
    let padded = header.replace("264095", "0000264095");
    assert_eq!(verdict(&padded, &expected()), status::MAC_MISMATCH);
}

#[test]
fn a_malformed_header_is_an_argument_error() {
    let good = header(&key(), &input());
    let mut bad: Vec<String> = [
        "",
        "MAC",
        "MAC ",
        "MAC \"",
        "MAC id",
        "MAC id=",
        "MAC id=\"",
        "MAC id=\"kid\"",
        "MAC ,",
        "Bearer abc",
        "MACid=\"kid\"",
        "MAC id=kid,ts=1,nonce=n,mac=m",
    ]
    .map(str::to_owned)
    .to_vec();
    bad.push(good.replacen("MAC", "MAD", 1));
    bad.push(good.replacen("MAC ", "MAC\t", 1));
    bad.push(format!("{good},"));
    bad.push(format!("{good}x"));
    bad.push(format!("{good},other=\"1\""));
    bad.push(format!("{good},id=\"kid\""));
    bad.push(format!("{good},ext=\"\",ext=\"\""));
    bad.push(good.replace(',', ";"));
    bad.push(good.replace("\",", "\" "));
    for (from, to) in [
        ("id=\"kid\"", "id=\"\""),
        ("nonce=\"adssd\"", "nonce=\"\""),
        ("adssd", "ad\\ssd"),
        ("adssd", "ad\nssd"),
        ("adssd", "adé"),
        ("1618221750", ""),
        ("1618221750", "+1618221750"),
        ("1618221750", "-1"),
        ("1618221750", "1.5"),
        ("1618221750", "18446744073709551616"),
        ("ts=", " ts ="),
    ] {
        bad.push(good.replace(from, to));
    }
    bad.push(good.replace("adssd", &"n".repeat(MAX_FIELD + 1)));
    for header in bad {
        assert_eq!(verdict(&header, &expected()), status::INVALID_ARGUMENT, "{header}");
    }
}

#[test]
fn each_difference_is_a_mismatch() {
    let good = header(&key(), &Input { ext: b"a,b", ..input() });
    let ok = Expected { ext: Some(b"a,b"), ..expected() };
    assert_eq!(verdict(&good, &ok), status::OK);
    assert_eq!(verdict(&good, &Expected { ext: None, key_id: None, ..ok }), status::OK);
    for wrong in [
        Expected { key_id: Some(b"kie"), ..ok },
        Expected { key_id: Some(b"ki"), ..ok },
        Expected { method: b"POST", ..ok },
        Expected { url: b"http://open.tapapis.cn/account/profile/v1?client_id=abc", ..ok },
        Expected { url: b"https://open.tapapis.com/account/profile/v1?client_id=abc", ..ok },
        Expected { url: b"https://open.tapapis.cn/account/profile/v1?client_id=abC", ..ok },
        Expected { url: b"https://open.tapapis.cn/account/profile/v1", ..ok },
        Expected { ext: Some(b""), ..ok },
        Expected { ext: Some(b"a,b,"), ..ok },
    ] {
        assert_eq!(verdict(&good, &wrong), status::MAC_MISMATCH);
    }
    assert_eq!(
        verdict(&good.replace(",ext=\"a,b\"", ""), &Expected { ext: None, ..ok }),
        status::MAC_MISMATCH
    );
    assert_eq!(verdict(&good.replace("mac=\"", "mac=\"A"), &ok), status::MAC_MISMATCH);
    let other = MacKey::new(Algorithm::HmacSha1, b"secreu").unwrap();
    assert_eq!(verify(&other, &good, &ok), Err(mac::Error::Mismatch));
    let other = MacKey::new(Algorithm::HmacSha256, b"secret").unwrap();
    assert_eq!(verify(&other, &good, &ok), Err(mac::Error::Mismatch));
}

#[test]
fn the_time_window_is_told_apart_and_only_to_who_has_the_key() {
    let good = header(&key(), &input());
    let at = |now, window| Expected { now, window, ..expected() };
    for (now, window, wanted) in [
        (1_618_221_750, 1, status::OK),
        (1_618_222_050, 300, status::OK),
        (1_618_221_450, 300, status::OK),
        (1_618_222_051, 300, status::MAC_EXPIRED),
        (1_618_221_449, 300, status::MAC_EXPIRED),
        (0, 300, status::MAC_EXPIRED),
        (u64::MAX, u32::MAX, status::MAC_EXPIRED),
        (0, 0, status::OK),
    ] {
        assert_eq!(verdict(&good, &at(now, window)), wanted, "{now} {window}");
    }
    let forged = good.replace("nonce=\"a", "nonce=\"b");
    assert_eq!(verdict(&forged, &at(0, 300)), status::MAC_MISMATCH);
}

#[test]
fn what_could_break_out_of_a_line_or_a_quoted_value_is_refused() {
    let mut bad: Vec<String> =
        (0..=0x1f_u8).chain([0x22, 0x5c, 0x7f]).map(|byte| format!("a{}b", byte as char)).collect();
    bad.push("aéb".to_owned());
    bad.push("a\u{85}b".to_owned());
    bad.push("a".repeat(MAX_FIELD + 1));
    for text in &bad {
        let url = format!("https://h/{text}");
        for wrong in [
            Input { key_id: text.as_bytes(), ..input() },
            Input { method: text.as_bytes(), ..input() },
            Input { url: url.as_bytes(), ..input() },
            Input { nonce: text.as_bytes(), ..input() },
            Input { ext: text.as_bytes(), ..input() },
        ] {
            assert_eq!(refusal(&wrong), status::INVALID_ARGUMENT, "{text:?}");
        }
        assert!(MacKey::new(Algorithm::HmacSha1, text.as_bytes()).is_err(), "{text:?}");
    }
    for wrong in [
        Input { key_id: b"", ..input() },
        Input { method: b"", ..input() },
        Input { method: b"GE T", ..input() },
        Input { method: b"GET/", ..input() },
        Input { method: b"a-method-of-more-than-32-characters", ..input() },
        Input { url: b"", ..input() },
        Input { url: b"/account", ..input() },
        Input { nonce: b"", ..input() },
    ] {
        assert_eq!(refusal(&wrong), status::INVALID_ARGUMENT);
    }
    assert!(MacKey::new(Algorithm::HmacSha1, b"").is_err());
}

#[test]
fn a_buffer_that_is_too_short_is_left_alone_and_the_length_is_told() {
    let (key, input) = (key(), Input { ext: b"e", ..input() });
    let whole = header(&key, &input);
    for size in 0..whole.len() {
        let mut out = vec![0xaa; size];
        assert_eq!(write_header(&key, &input, &mut out).unwrap(), whole.len());
        assert!(out.iter().all(|&byte| byte == 0xaa), "{size}");
    }
    let mut out = vec![0xaa; whole.len() + 1];
    assert_eq!(write_header(&key, &input, &mut out).unwrap(), whole.len());
    assert_eq!(out, [whole.as_bytes(), &[0xaa]].concat());
}

#[test]
fn secrets_are_in_no_debug_output() {
    assert_eq!(format!("{:?}", key()), "MacKey(hmac-sha-1, …)");
    let text = header(&key(), &input());
    let parsed = Header::parse(&text).unwrap();
    assert_eq!(format!("{parsed:?}"), "Header { ts: 1618221750, .. }");
}

/// What may stand in a field.
fn plain(least: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[ !#-\\[\\]-~]{{{least},80}}")).unwrap()
}

fn url() -> impl Strategy<Value = String> {
    proptest::string::string_regex(
        "https?://([a-zA-Z0-9.-]{1,60}|\\[::1\\])(:[1-9][0-9]{0,3})?([/?][!#-\\[\\]-~]{0,200})?",
    )
    .unwrap()
}

proptest! {
    #[test]
    fn what_was_signed_verifies_and_any_changed_byte_does_not(
        (sha256, secret) in (any::<bool>(), plain(1)),
        (key_id, nonce, ext) in (plain(1), plain(1), plain(0)),
        (method, url, ts) in ("[A-Za-z!#$%&'*+.^_`|~-]{1,32}", url(), any::<u64>()),
        (at, change) in (any::<prop::sample::Index>(), 1..=255_u8),
    ) {
        let algorithm = if sha256 { Algorithm::HmacSha256 } else { Algorithm::HmacSha1 };
        let key = MacKey::new(algorithm, secret.as_bytes()).unwrap();
        let (id, method, url, nonce, ext) = (key_id.as_bytes(), method.as_bytes(), url.as_bytes(), nonce.as_bytes(), ext.as_bytes());
        let input = Input { key_id: id, method, url, ts, nonce, ext };
        let good = header(&key, &input);
        let expected = Expected { key_id: Some(id), method, url, ext: Some(ext), now: ts, window: 1 };
        prop_assert_eq!(verify(&key, &good, &expected), Ok(()));

        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(changed) = String::from_utf8(bytes) {
            // The names' case is free, everything else counts.
            let quoted = good[..at].matches('"').count() % 2 == 1;
            let same = !quoted && changed.eq_ignore_ascii_case(&good);
            prop_assert_eq!(verify(&key, &changed, &expected).is_ok(), same, "{}", changed);
        }
        let other = MacKey::new(algorithm, format!("{secret}x").as_bytes()).unwrap();
        prop_assert!(verify(&other, &good, &expected).is_err());
    }

    #[test]
    fn no_header_makes_the_reader_stumble(text in "\\PC{0,200}", glue in "MAC (id=\"|ts=\"|\"|,| ){0,9}") {
        let _ = Header::parse(&text);
        let _ = Header::parse(&format!("{glue}{text}"));
    }
}
