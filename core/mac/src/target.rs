//! What a MAC signs of a URL: host, port, and the request target exactly as it is sent.

use crate::scan::{run, unreserved};
use crate::{Error, MAX_HOST, Result};

/// The signed parts of an absolute `http` or `https` URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// As given: it is signed in lower case. IPv6 keeps its brackets, as Java and Node give it.
    pub(super) host: &'a [u8],
    /// The explicit port, else 443 or 80.
    pub(super) port: u16,
    /// Path and query, percent-encoding untouched. Empty, or only a query, when the URL has no
    /// path: a slash is signed before it.
    pub(super) resource: &'a [u8],
}

impl<'a> Target<'a> {
    /// Takes `url` apart. The caller has refused blanks, control characters, quotes and
    /// non-ASCII, and cut off a fragment.
    pub(super) fn split(url: &'a [u8]) -> Result<Self> {
        let (mut port, rest) = after_scheme(url)?;
        let host_len = match rest.first() {
            Some(b'[') => ipv6_len(rest)?,
            // A user name (`@`) is refused with the rest: it would be a secret in a URL.
            _ => run(rest, unreserved),
        };
        let (host, mut rest) = rest.split_at_checked(host_len).unwrap_or_default();
        if let [b':', after @ ..] = rest {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, after) = after.split_at_checked(digits).unwrap_or_default();
            port = if digits.is_empty() { port } else { parse_port(digits)? };
            rest = after;
        }
        if host.is_empty() || host.len() > MAX_HOST || !matches!(rest, [] | [b'/' | b'?', ..]) {
            return Err(bad("has a malformed host or port"));
        }
        Ok(Self { host, port, resource: rest })
    }
}

/// The scheme's own port, and what follows `://`.
fn after_scheme(url: &[u8]) -> Result<(u16, &[u8])> {
    match url.strip_prefix(b"https://") {
        Some(rest) => Ok((443, rest)),
        None => after_other_scheme(url),
    }
}

#[cold]
fn after_other_scheme(url: &[u8]) -> Result<(u16, &[u8])> {
    for (scheme, port) in [(&b"https://"[..], 443), (b"http://", 80)] {
        match url.split_at_checked(scheme.len()) {
            Some((start, rest)) if start.eq_ignore_ascii_case(scheme) => return Ok((port, rest)),
            _ => {}
        }
    }
    Err(bad("is not absolute, or neither http nor https"))
}

/// Bytes of the IPv6 address at the start of `rest`, with its brackets.
#[cold]
fn ipv6_len(rest: &[u8]) -> Result<usize> {
    let inner = rest.iter().skip(1).take_while(|&&byte| byte != b']').count();
    let address = rest.get(1..=inner).and_then(|address| std::str::from_utf8(address).ok());
    let valid = address.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
    let closed = rest.get(inner + 1) == Some(&b']');
    if valid && closed { Ok(inner + 2) } else { Err(bad("has a malformed host")) }
}

fn parse_port(digits: &[u8]) -> Result<u16> {
    match std::str::from_utf8(digits).map(str::parse) {
        Ok(Ok(number @ 1..)) => Ok(number),
        _ => Err(bad("has a malformed port")),
    }
}

/// The URL itself may carry a token in its query: it is not repeated.
fn bad(why: &'static str) -> Error {
    Error::Refused { what: "the url", why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(url: &str) -> (&str, u16, &str) {
        let Target { host, port, resource } = Target::split(url.as_bytes()).unwrap();
        (std::str::from_utf8(host).unwrap(), port, std::str::from_utf8(resource).unwrap())
    }

    #[test]
    fn ports_are_explicit_or_the_schemes() {
        assert_eq!(split("https://open.tapapis.cn/a?b=1"), ("open.tapapis.cn", 443, "/a?b=1"));
        assert_eq!(split("HTTP://open.tapapis.cn/a"), ("open.tapapis.cn", 80, "/a"));
        assert_eq!(split("http://127.0.0.1:8080/a"), ("127.0.0.1", 8080, "/a"));
        assert_eq!(split("https://h:/a"), ("h", 443, "/a"));
        assert_eq!(split("https://h:65535"), ("h", 65535, ""));
        assert_eq!(split("http://[::1]:81/a"), ("[::1]", 81, "/a"));
        assert_eq!(split("http://[::1]/a"), ("[::1]", 80, "/a"));
    }

    #[test]
    fn the_resource_is_kept_as_it_is_sent() {
        assert_eq!(split("https://h/%7e/../a?c%40=&a=2&a=1&c2").2, "/%7e/../a?c%40=&a=2&a=1&c2");
        assert_eq!(split("https://h/a?").2, "/a?");
        assert_eq!(split("https://h?x=/y").2, "?x=/y");
        assert_eq!(split("https://h/a?u=http://x:1/y@z").2, "/a?u=http://x:1/y@z");
    }

    #[test]
    fn what_is_not_such_a_url_is_refused() {
        for url in [
            "",
            "/a",
            "h/a",
            "ftp://h/a",
            "https:/h/a",
            "https://",
            "https:///a",
            "https://:80/a",
            "https://h:0/a",
            "https://h:65536/a",
            "https://h:+8/a",
            "https://h:8a/a",
            "https://u@h/a",
            "https://u:p@h/a",
            "https://h h/a",
            "https://[::1/a",
            "https://[x]/a",
            "https://[::1]80/a",
            "https://::1/a",
            "https://h%20/a",
            "://h/a",
        ] {
            assert!(Target::split(url.as_bytes()).is_err(), "{url}");
        }
        let host = "h".repeat(MAX_HOST);
        assert_eq!(split(&format!("https://{host}")).0, host);
        assert!(Target::split(format!("https://h{host}").as_bytes()).is_err());
    }
}
