//! What a MAC signs of a URL: host, port, and the request target exactly as it is sent.

use crate::error::{Error, Result};

/// The signed parts of an absolute `http` or `https` URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// As given: it is signed in lower case. IPv6 keeps its brackets, as Java and Node give it.
    pub(super) host: &'a str,
    /// The explicit port, else 443 or 80.
    pub(super) port: u16,
    /// Path and query, percent-encoding untouched. Empty, or only a query, when the URL has no
    /// path: a slash is signed before it.
    pub(super) resource: &'a str,
}

impl<'a> Target<'a> {
    /// Takes `url` apart. The caller has refused control characters, quotes and non-ASCII.
    pub(super) fn split(url: &'a str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("is not absolute"))?;
        let default_port = if scheme.eq_ignore_ascii_case("https") {
            443
        } else if scheme.eq_ignore_ascii_case("http") {
            80
        } else {
            return Err(bad("is neither http nor https"));
        };
        if rest.contains(' ') {
            return Err(bad("holds a blank"));
        }
        let (rest, _fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let resource_at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, resource) = rest.split_at(resource_at);
        let (host, port) = split_authority(authority)?;
        let port = if port.is_empty() { default_port } else { parse_port(port)? };
        Ok(Self { host, port, resource })
    }
}

fn split_authority(authority: &str) -> Result<(&str, &str)> {
    let (host, port) = match authority.find(']') {
        Some(bracket) => {
            let (host, after) = authority.split_at(bracket + 1);
            match after.strip_prefix(':') {
                Some(port) => (host, port),
                None if after.is_empty() => (host, ""),
                None => return Err(bad("has a malformed host")),
            }
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let well_formed = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(is_name_byte),
    };
    if well_formed { Ok((host, port)) } else { Err(bad("has a malformed host")) }
}

/// A user name (`@`) is refused with the rest: it would be a secret in a URL.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn parse_port(port: &str) -> Result<u16> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(number @ 1..) if digits => Ok(number),
        _ => Err(bad("has a malformed port")),
    }
}

#[cold]
fn bad(what: &str) -> Error {
    // The URL itself may carry a token in its query: it is not repeated.
    Error::argument(format!("the url {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(url: &str) -> (&str, u16, &str) {
        let Target { host, port, resource } = Target::split(url).unwrap();
        (host, port, resource)
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
    fn a_fragment_is_never_signed() {
        assert_eq!(split("https://h/a?b#c?d/e").2, "/a?b");
        assert_eq!(split("https://h#c/d").2, "");
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
            "https://h/a b",
            "https://h h/a",
            "https://[::1/a",
            "https://[x]/a",
            "https://[::1]80/a",
            "https://::1/a",
            "https://h%20/a",
            "://h/a",
        ] {
            assert!(Target::split(url).is_err(), "{url}");
        }
    }
}
