//! X-Tap-Sign against published and derived vectors, and everything that must fail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;
use serde_json::Value;
use tdsauth_core::error::status;
use tdsauth_core::tap_sign::{Header, MAX_HEADERS, MAX_SECRET, Request, Window, sign, verify};

/// A request that owns its parts.
#[derive(Clone, Debug)]
struct Owned {
    key: Vec<u8>,
    method: Vec<u8>,
    target: Vec<u8>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
    sign: Vec<u8>,
}

impl Owned {
    fn with<T>(&self, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> =
            self.headers.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        let (method, target, body) = (&self.method[..], &self.target[..], &self.body[..]);
        work(&Request { method, target, headers: &headers, body })
    }

    fn signed(mut self) -> Self {
        let sign = self.with(|request| sign(&self.key, request)).unwrap();
        self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(b"x-tap-sign"));
        self.headers.push((b"X-Tap-Sign".to_vec(), sign.to_vec()));
        self
    }

    fn verdict(&self, secrets: &[&[u8]], window: Option<Window>) -> i32 {
        let verdict = self.with(|request| verify(secrets, request, window));
        verdict.map_or_else(|error| error.status, |()| status::OK)
    }

    fn refusal(&self) -> i32 {
        self.with(|request| sign(&self.key, request)).unwrap_err().status
    }
}

fn file() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/tap_sign.json")).unwrap()
}

fn vectors() -> Vec<Owned> {
    let file = file();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 7);
    vectors.iter().map(vector).collect()
}

fn vector(row: &Value) -> Owned {
    let bytes = |value: &Value| value.as_str().unwrap().as_bytes().to_vec();
    let headers = row["headers"].as_object().unwrap();
    Owned {
        key: bytes(&row["key"]),
        method: bytes(&row["method"]),
        target: bytes(&row["target"]),
        headers: headers.iter().map(|(name, value)| (name.clone().into(), bytes(value))).collect(),
        body: bytes(&row["body"]),
        sign: bytes(&row["sign"]),
    }
}

fn published() -> Owned {
    vectors().remove(0)
}

#[test]
fn every_vector_is_signed_and_verified() {
    for vector in vectors() {
        let made = vector.with(|request| sign(&vector.key, request)).unwrap();
        assert_eq!(made, vector.sign[..], "{}", String::from_utf8_lossy(&vector.target));
        assert_eq!(vector.clone().signed().verdict(&[&vector.key], None), status::OK);
    }
}

#[test]
fn the_published_wrong_forms_do_not_verify() {
    let file = file();
    let wrong = file["must_not_match_first"].as_array().unwrap();
    assert_eq!(wrong.len(), 4);
    for sign in wrong {
        let mut request = published();
        request.headers.push((b"x-tap-sign".to_vec(), sign.as_str().unwrap().into()));
        assert_eq!(request.verdict(&[&request.key], None), status::MAC_MISMATCH);
    }
}

#[test]
fn case_order_blanks_and_other_headers_do_not_count() {
    let plain = published();
    let mut other = plain.clone();
    other.method = b"get".to_vec();
    other.headers = vec![
        (b"X-TAP-TS".to_vec(), b"  1692347090\t".to_vec()),
        (b"Authorization".to_vec(), b"Bearer \x01".to_vec()),
        (b"not a name".to_vec(), b"x".to_vec()),
        (b"x-tap".to_vec(), b"x".to_vec()),
        (b"X-Tap-Nonce".to_vec(), b"q1w2e3r4".to_vec()),
    ];
    let sign = other.with(|request| sign(&other.key, request)).unwrap();
    assert_eq!(sign, plain.sign[..]);
}

#[test]
fn a_target_without_a_path_is_signed_with_a_slash() {
    let mut root = vector(&serde_json::json!({
        "key": "your-secret-key", "method": "GET", "target": "/", "body": "",
        "headers": { "x-tap-nonce": "q1w2e3r4", "x-tap-ts": "1692347090" },
        "sign": "vzQjZ/n8n0KMcKmCBW+Trk75RfDtEp6FQU3p8MjzSng=",
    }));
    for target in ["/", ""] {
        root.target = target.into();
        assert_eq!(root.with(|request| sign(&root.key, request)).unwrap(), root.sign[..]);
    }
    let mut query = root.clone();
    (root.target, query.target) = (b"/?a=1".to_vec(), b"?a=1".to_vec());
    let (root, query) = (root.signed(), query.signed());
    assert_eq!(root.headers, query.headers);
}

#[test]
fn two_secrets_are_accepted_while_one_is_exchanged() {
    let request = published().signed();
    let (right, wrong) = (&request.key[..], &b"another-secret"[..]);
    assert_eq!(request.verdict(&[right, wrong], None), status::OK);
    assert_eq!(request.verdict(&[wrong, right], None), status::OK);
    assert_eq!(request.verdict(&[wrong, wrong], None), status::MAC_MISMATCH);
    assert_eq!(request.verdict(&[wrong], None), status::MAC_MISMATCH);
    assert_eq!(request.verdict(&[], None), status::INVALID_ARGUMENT);
    assert_eq!(request.verdict(&[right, b""], None), status::INVALID_ARGUMENT);
}

#[test]
fn a_repeated_x_tap_header_is_refused() {
    for name in ["x-tap-nonce", "X-Tap-Ts", "X-TAP-NONCE"] {
        let mut request = published().signed();
        request.headers.push((name.into(), b"q1w2e3r4".to_vec()));
        assert_eq!(request.verdict(&[&request.key], None), status::INVALID_ARGUMENT, "{name}");
        assert_eq!(request.refusal(), status::INVALID_ARGUMENT, "{name}");
    }
    let mut request = published().signed();
    let (_, value) = request.headers.last().unwrap().clone();
    request.headers.push((b"x-tap-sign".to_vec(), value));
    assert_eq!(request.verdict(&[&request.key], None), status::INVALID_ARGUMENT);
}

#[test]
fn malformed_requests_are_refused() {
    let cases: [fn(&mut Owned); 18] = [
        |request| request.key.clear(),
        |request| request.key = vec![b'k'; MAX_SECRET + 1],
        |request| request.method.clear(),
        |request| request.method = b"GE T".to_vec(),
        |request| request.method = b"GET\n".to_vec(),
        |request| request.method = "GÉT".into(),
        |request| request.target = b"https://h/a".to_vec(),
        |request| request.target = b"*".to_vec(),
        |request| request.target.push(b' '),
        |request| request.target.push(b'\n'),
        |request| request.target.push(0),
        |request| request.target.push(0x7f),
        |request| request.target.extend(b"#fragment"),
        |request| request.headers.push((b"x-tap-a b".to_vec(), vec![])),
        |request| request.headers.push((b"x-tap-a:".to_vec(), vec![])),
        |request| request.headers.push((b"x-tap-a".to_vec(), b"b\nx-tap-c:d".to_vec())),
        |request| request.headers.push((b"x-tap-a".to_vec(), b"b\r\n".to_vec())),
        |request| {
            let name = |number| (format!("x-tap-{number}").into(), vec![]);
            request.headers.extend((0..MAX_HEADERS).map(name));
        },
    ];
    for (number, change) in cases.iter().enumerate() {
        let mut request = published();
        change(&mut request);
        assert_eq!(request.refusal(), status::INVALID_ARGUMENT, "case {number}");
    }
    let unsigned = published();
    assert_eq!(unsigned.verdict(&[&unsigned.key], None), status::INVALID_ARGUMENT);
}

#[test]
fn bytes_beyond_ascii_are_signed_as_they_came() {
    let mut request = published();
    request.target.extend([0xff, 0x80]);
    request.headers.push((b"x-tap-name".to_vec(), "昵称".into()));
    request.body = vec![0, 0xff, b'\r', b'\n'];
    let request = request.signed();
    assert_eq!(request.verdict(&[&request.key], None), status::OK);
}

#[test]
fn the_time_window_is_told_apart_and_only_to_who_has_the_secret() {
    let request = published().signed();
    let at = |now, seconds| request.verdict(&[&request.key], Some(Window { now, seconds }));
    assert_eq!(at(1_692_347_090, 0), status::OK);
    assert_eq!(at(1_692_347_390, 300), status::OK);
    assert_eq!(at(1_692_346_790, 300), status::OK);
    assert_eq!(at(1_692_347_391, 300), status::MAC_EXPIRED);
    assert_eq!(at(1_692_346_789, 300), status::MAC_EXPIRED);
    let window = Some(Window { now: 0, seconds: 300 });
    assert_eq!(request.verdict(&[b"another"], window), status::MAC_MISMATCH);

    for ts in ["", "+1692347090", "16923470900000000000000000", "1692347090.0", "-1"] {
        let mut request = published();
        request.headers.retain(|(name, _)| name != b"x-tap-ts");
        assert_eq!(
            request.clone().signed().verdict(&[&request.key], window),
            status::INVALID_ARGUMENT
        );
        request.headers.push((b"x-tap-ts".to_vec(), ts.into()));
        let request = request.signed();
        assert_eq!(request.verdict(&[&request.key], window), status::INVALID_ARGUMENT, "{ts}");
        assert_eq!(request.verdict(&[&request.key], None), status::OK);
    }
}

proptest! {
    #[test]
    fn what_was_signed_verifies_and_any_changed_byte_does_not(
        key in prop::collection::vec(any::<u8>(), 1..100),
        (method, target) in ("[A-Z]{1,12}", "/[!-\"$-~]{0,100}"),
        (nonce, more) in ("[ -~]{1,60}", "[a-z-]{1,10}"),
        body in prop::collection::vec(any::<u8>(), 0..300),
        (part, at, change) in (0..6_usize, any::<prop::sample::Index>(), 1..=255_u8),
    ) {
        let nonce = nonce.trim().as_bytes().to_vec();
        prop_assume!(!["nonce", "sign"].contains(&more.as_str()));
        let headers = vec![(b"x-tap-nonce".to_vec(), nonce), (format!("x-tap-{more}").into(), b"1".to_vec())];
        let (method, target) = (method.into_bytes(), target.into_bytes());
        let good = Owned { key, method, target, headers, body, sign: vec![] }.signed();
        prop_assert_eq!(good.verdict(&[&good.key], None), status::OK);

        let mut bad = good.clone();
        let (key, place) = match part {
            0 => (true, &mut bad.method),
            1 => (true, &mut bad.target),
            2 => (true, &mut bad.body),
            3 => (true, &mut bad.headers[0].1),
            4 => (true, &mut bad.headers[2].1),
            _ => (false, &mut bad.key),
        };
        prop_assume!(!place.is_empty());
        let at = at.index(place.len());
        place[at] ^= change;
        // A method's case does not count.
        prop_assume!(!bad.method.eq_ignore_ascii_case(&good.method) || part != 0);
        let secret = if key { &good.key } else { &bad.key };
        prop_assert_ne!(bad.verdict(&[secret], None), status::OK);
    }
}
