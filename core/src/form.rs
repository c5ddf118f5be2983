//! `application/x-www-form-urlencoded`: bodies and queries.

use zeroize::Zeroizing;

/// The media type.
pub(crate) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// `name=value` pairs, percent-encoded, joined by `&`.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    // Room for the worst case: a growing text would leave copies of secrets behind.
    let room = pairs.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
    let mut out = String::with_capacity(room);
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

/// Scheme and rest of an absolute URL, without the `://` between them. By characters: the search for
/// a text would bring 4 KB of code along.
pub(crate) fn absolute(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// `text` as it stands in a form.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(3 * text.len());
    escape(text, &mut out);
    out
}

/// Every byte outside RFC 3986's unreserved set as `%XX`.
fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}

/// The text that `escaped` stands for; `None` when a `%` is not followed by two hex digits or the
/// bytes are not UTF-8. A plus sign is a blank.
pub(crate) fn decode(escaped: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The value of the only parameter called `name`: `Ok(None)` when there is none, an error when
/// there are two (two readers would take different ones) or it is badly encoded.
pub(crate) fn only(query: &str, name: &str) -> Result<Option<String>, ()> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(key).as_deref() != Some(name) {
            continue;
        }
        if found.is_some() {
            return Err(());
        }
        found = Some(decode(value).ok_or(())?);
    }
    Ok(found)
}

/// The value of the only field called `name`, if there is one.
pub(crate) fn field(body: &str, name: &str) -> Option<Zeroizing<String>> {
    only(body, name).ok()?.map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_unreserved_is_escaped() {
        let body = encode(&[("scope", "a,b"), ("code", "1/+ =&é~"), ("empty", "")]);
        assert_eq!(body, "scope=a%2Cb&code=1%2F%2B%20%3D%26%C3%A9~&empty=");
    }

    #[test]
    fn a_parameter_is_read_once_and_strictly() {
        assert_eq!(only("a=1&state=x%20y+z&b", "state"), Ok(Some("x y z".to_owned())));
        assert_eq!(only("a=1&b", "b"), Ok(Some(String::new())));
        assert_eq!(only("a=1", "state"), Ok(None));
        assert_eq!(only("", "state"), Ok(None));
        for wrong in ["state=1&state=1", "state=1&st%61te=2", "state=%", "state=%4", "state=%zz"] {
            assert_eq!(only(wrong, "state"), Err(()), "{wrong}");
        }
        assert_eq!(only("state=%FF", "state"), Err(()));
    }

    proptest! {
        #[test]
        fn round_trip(text in any::<String>()) {
            let body = encode(&[("x", &text)]);
            prop_assert!(body.bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(only(&body, "x"), Ok(Some(text)));
        }
    }
}
