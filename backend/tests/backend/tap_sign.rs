//! X-Tap-Sign through the C ABI.

use serde_json::Value;

use crate::library::*;

/// A request whose parts live as long as it does.
pub(crate) struct Request {
    pub(crate) input: TapInput,
    headers: Vec<(String, String)>,
    pub(crate) raw: Vec<Header>,
    _row: Value,
}

impl Request {
    pub(crate) fn of(row: &Value) -> Self {
        let row = row.clone();
        let text = |name: &str| Text::of(row[name].as_str().unwrap());
        let input = TapInput {
            struct_size: size_of::<TapInput>() as u32,
            reserved0: 0,
            secret: text("key"),
            other_secret: Text::ABSENT,
            method: text("method"),
            target: text("target"),
            headers: std::ptr::null(),
            header_count: 0,
            body: text("body"),
            ts: 1,
            window_s: 0,
            reserved1: 0,
            reserved: [0; 2],
        };
        let headers = row["headers"].as_object().unwrap();
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        let mut request = Self { input, headers, raw: vec![], _row: row };
        request.point();
        request
    }

    fn point(&mut self) {
        let raw = |(name, value): &(String, String)| Header {
            name: Text::of(name),
            value: Text::of(value),
        };
        self.raw = self.headers.iter().map(raw).collect();
        (self.input.headers, self.input.header_count) = (self.raw.as_ptr(), self.raw.len());
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self.point();
        self
    }
}

pub(crate) fn sign(input: &TapInput) -> Result<String, i32> {
    // SAFETY: what `input` points at lives, `text_of` passes a buffer of its own.
    text_of(|buf, cap, needed| unsafe { (backend().tap_sign)(input, buf, cap, needed) })
}

pub(crate) fn verify(input: &TapInput) -> i32 {
    let mut failure = Failure::new();
    // SAFETY: what `input` points at lives, `failure` is writable.
    let status = unsafe { (backend().tap_sign_verify)(input, &raw mut failure) };
    assert_eq!(failure.status, status);
    assert_eq!(failure.text().is_empty(), status == OK);
    status
}

fn file() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/tap_sign.json")).unwrap()
}

pub(crate) fn published() -> Request {
    Request::of(&file()["vectors"][0])
}

#[test]
fn every_vector() {
    for row in file()["vectors"].as_array().unwrap() {
        let wanted = row["sign"].as_str().unwrap();
        let request = Request::of(row);
        assert_eq!(sign(&request.input).unwrap(), wanted);
        assert_eq!(verify(&request.with("X-Tap-Sign", wanted).input), OK);
    }
}

#[test]
fn the_published_wrong_forms_do_not_verify() {
    for sign in file()["must_not_match_first"].as_array().unwrap() {
        let request = published().with("x-tap-sign", sign.as_str().unwrap());
        assert_eq!(verify(&request.input), MAC_MISMATCH);
    }
}

#[test]
fn two_secrets_and_the_time_window() {
    let request = published();
    let sign = sign(&request.input).unwrap();
    let request = request.with("x-tap-sign", &sign);
    let input = request.input;
    let other = Text::of("another");
    assert_eq!(verify(&TapInput { other_secret: other, ..input }), OK);
    let exchanged = TapInput { secret: other, other_secret: input.secret, ..input };
    assert_eq!(verify(&exchanged), OK);
    assert_eq!(verify(&TapInput { secret: other, ..input }), MAC_MISMATCH);

    let at = |ts, window_s| verify(&TapInput { ts, window_s, ..input });
    assert_eq!(at(1_692_347_390, 300), OK);
    assert_eq!(at(1_692_347_391, 300), MAC_EXPIRED);
    assert_eq!(at(0, 300), MAC_EXPIRED);
    assert_eq!(at(-1, 300), INVALID_ARGUMENT);
}

#[test]
fn a_repeated_header_and_a_missing_signature_are_refused() {
    let request = published();
    assert_eq!(verify(&request.input), INVALID_ARGUMENT);
    let mut twice = request.raw.clone();
    twice.push(Header { name: Text::of("X-TAP-TS"), value: Text::of("1") });
    let (headers, header_count) = (twice.as_ptr(), twice.len());
    let input = TapInput { headers, header_count, ..request.input };
    assert_eq!(sign(&input), Err(INVALID_ARGUMENT));
}
