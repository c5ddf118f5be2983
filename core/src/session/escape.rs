//! Percent-encoding into `[A-Za-z0-9_-]` and `%`: names of folders, and the guest record.

/// Every byte outside `[A-Za-z0-9_-]` as `%XX`, upper-case hex.
pub(super) fn escape(text: &str) -> String {
    escape_where(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// As [`escape`], and so that two texts never give one folder: file systems of Windows and Apple
/// hold `Bob` and `bob` for the same name, and Windows keeps some names for devices.
pub(super) fn folder_name(text: &str) -> String {
    if cfg!(any(windows, target_vendor = "apple")) { caseless_name(text) } else { escape(text) }
}

fn caseless_name(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let name = escape_where(text, |byte| plain(byte) || matches!(byte, b'_' | b'-'));
    match (is_device(&name), name.split_at_checked(1)) {
        (true, Some((first, rest))) => first.bytes().map(percent).collect::<String>() + rest,
        _ => name,
    }
}

fn is_device(name: &str) -> bool {
    let numbered = |rest: &str| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit());
    matches!(name, "con" | "prn" | "aux" | "nul")
        || name.strip_prefix("com").is_some_and(numbered)
        || name.strip_prefix("lpt").is_some_and(numbered)
}

fn escape_where(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&percent(byte));
        }
    }
    out
}

fn percent(byte: u8) -> String {
    format!("%{byte:02X}")
}

/// The text that [`escape`] gave `encoded` for; `None` when it gives that for no text.
pub(super) fn unescape(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex(rest.next()?)? << 4 | hex(rest.next()?)? } else { byte });
    }
    let text = String::from_utf8(bytes).ok()?;
    // One spelling only: what a flipped bit made of another spelling is not that text.
    (escape(&text) == encoded).then_some(text)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stay_inside_their_folder() {
        for (text, name) in [("..", "%2E%2E"), ("a/b", "a%2Fb"), ("a\\b", "a%5Cb"), ("é", "%C3%A9")]
        {
            assert_eq!(escape(text), name);
            assert_eq!(caseless_name(text), name);
        }
    }

    #[test]
    fn names_differ_where_case_does_not_count_and_are_no_devices() {
        assert_eq!(caseless_name("Bob"), "%42ob");
        assert_eq!(caseless_name("nul"), "%6Eul");
        assert_eq!(caseless_name("com1"), "%63om1");
        assert_eq!(caseless_name("comet"), "comet");
    }

    #[test]
    fn only_one_spelling_is_read() {
        for wrong in ["%", "%4", "%zz", "%2d", "%61", "a b", "a.b", "%FF", "%+4"] {
            assert_eq!(unescape(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(text in any::<String>()) {
            let encoded = escape(&text);
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_graphic() && b != b'/' && b != b'.'));
            prop_assert_eq!(unescape(&encoded), Some(text));
        }
    }
}
