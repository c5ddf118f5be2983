//! The MAC token through the C ABI.

use serde_json::Value;

use crate::library::*;

const URL: &str = "https://open.tapapis.cn/account/profile/v1?client_id=abc";

pub(crate) fn input() -> MacInput {
    MacInput {
        struct_size: size_of::<MacInput>() as u32,
        algorithm: 0,
        key_id: Text::of("kid"),
        key: Text::of("secret"),
        method: Text::of("GET"),
        url: Text::of(URL),
        nonce: Text::of("adssd"),
        ext: Text::ABSENT,
        ts: 1_618_221_750,
        window_s: 0,
        reserved0: 0,
        reserved: [0; 2],
    }
}

pub(crate) fn sign(input: &MacInput) -> Result<String, i32> {
    // SAFETY: the texts of `input` live, `text_of` passes a buffer of its own.
    text_of(|buf, cap, needed| unsafe { (backend().mac_header)(input, buf, cap, needed) })
}

pub(crate) fn verify(header: &str, input: &MacInput) -> i32 {
    let header = Text::of(header);
    let mut failure = Failure::new();
    // SAFETY: the texts live, `failure` is writable.
    let status =
        unsafe { (backend().mac_verify)(header.data, header.len, input, &raw mut failure) };
    assert_eq!(failure.status, status);
    assert_eq!(failure.text().is_empty(), status == OK);
    status
}

#[test]
fn every_vector() {
    let file = include_str!("../../../tests/vectors/mac_token.json");
    let file: Value = serde_json::from_str(file).unwrap();
    for row in file["vectors"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        let url = format!("http://{}:{}{}", text("host"), text("port"), text("uri"));
        let input = MacInput {
            algorithm: i32::from(text("alg") == "hmac-sha-256"),
            key: Text::of(text("key")),
            method: Text::of(text("method")),
            url: Text::of(&url),
            nonce: Text::of(text("nonce")),
            ext: Text::of(text("ext")),
            ts: text("ts").parse().unwrap(),
            ..input()
        };
        let header = sign(&input).unwrap();
        assert!(header.contains(&format!(",mac=\"{}\"", text("mac"))), "{header}");
        assert_eq!(verify(&header, &input), OK);
        assert_eq!(verify(&header.replace("\",", "\", "), &input), OK);
    }
}

#[test]
fn a_fresh_nonce_and_the_present_time() {
    let input = MacInput { nonce: Text::ABSENT, ts: 0, ..input() };
    let (one, two) = (sign(&input).unwrap(), sign(&input).unwrap());
    let nonce = |header: &str| header.split("nonce=\"").nth(1).unwrap()[..22].to_owned();
    assert_ne!(nonce(&one), nonce(&two));
    assert_eq!(verify(&one, &MacInput { window_s: 60, ..input }), OK);
    let then = MacInput { ts: 1_618_221_750, window_s: 60, ..input };
    assert_eq!(verify(&one, &then), MAC_EXPIRED);
}

#[test]
fn failures_are_told_apart() {
    let header = sign(&input()).unwrap();
    assert_eq!(verify(&header, &MacInput { key_id: Text::ABSENT, ..input() }), OK);
    for wrong in [
        MacInput { key_id: Text::of("kie"), ..input() },
        MacInput { key: Text::of("secreu"), ..input() },
        MacInput { method: Text::of("PUT"), ..input() },
        MacInput { algorithm: 1, ..input() },
        MacInput { ext: Text::of("a"), ..input() },
    ] {
        assert_eq!(verify(&header, &wrong), MAC_MISMATCH);
    }
    assert_eq!(verify("MAC id=\"kid\"", &input()), INVALID_ARGUMENT);
    assert_eq!(verify(&header, &MacInput { algorithm: 2, ..input() }), INVALID_ARGUMENT);
    assert_eq!(verify(&header, &MacInput { ts: -1, ..input() }), INVALID_ARGUMENT);
}
