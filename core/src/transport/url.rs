//! Reading an absolute URL, strictly and without allocation.
//!
//! Strict on purpose: what is accepted here is also judged by the HTTP library, by the signature of
//! a MAC header and by the rule about plain http, and two readers of one loose text may disagree
//! about its host. So no user info, no backslash, no space, nothing outside printable ASCII.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{Error, Result, status};
use crate::form;

/// The longest URL that is read; longer ones are refused before anything is looked at.
pub const MAX_URL_BYTES: usize = 8192;

/// The parts of an absolute URL, as they are written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// Whether the scheme is `https`; otherwise it is `http`.
    pub https: bool,
    /// Host in the letters' own case; an IPv6 address keeps its brackets.
    pub host: &'a str,
    /// The port written, else 443 for https and 80 for http.
    pub port: u16,
    /// Starts with `/`; `/` itself when the URL has none.
    pub path: &'a str,
    /// What follows the first `?`, without it; the fragment belongs to neither.
    pub query: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// Reads `text`.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` with the reason. The message never repeats the URL, which may carry
    /// a token in its query.
    pub fn parse(text: &'a str) -> Result<Self> {
        if text.len() > MAX_URL_BYTES {
            return Err(Error::argument("the URL is longer than 8192 bytes"));
        }
        if !text.bytes().all(allowed) {
            return Err(Error::argument("the URL holds a character that has no place in one"));
        }
        let Some((scheme, rest)) = form::absolute(text) else {
            return Err(Error::argument("the URL is not absolute"));
        };
        let https = match scheme {
            s if s.eq_ignore_ascii_case("https") => true,
            s if s.eq_ignore_ascii_case("http") => false,
            _ => return Err(Error::argument("the URL's scheme is neither https nor http")),
        };
        let (rest, _fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let (host, port) = split_authority(authority)?;
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self { https, host, port: port.unwrap_or(if https { 443 } else { 80 }), path, query })
    }

    /// Whether the host is this machine by its very spelling: `localhost`, 127.0.0.0/8, `[::1]`.
    pub fn is_loopback(&self) -> bool {
        if self.host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        match self.host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
            Some(six) => six.parse::<Ipv6Addr>().is_ok_and(|a| a.is_loopback()),
            None => self.host.parse::<Ipv4Addr>().is_ok_and(|a| a.is_loopback()),
        }
    }
}

/// Checks an URL that requests will be sent to: https, or plain http to this machine, or plain http
/// to anywhere when the option says so.
///
/// # Errors
/// `INVALID_ARGUMENT` as [`Url::parse`]; `INSECURE_URL` for plain http beyond loopback.
pub fn url_allowed(url: &str, allow_plain_http: bool) -> Result<()> {
    let url = Url::parse(url)?;
    if url.https || allow_plain_http || url.is_loopback() {
        return Ok(());
    }
    Err(Error::new(status::INSECURE_URL, "plain http is allowed to this machine only"))
}

/// The URL of the option `name` as the start of other URLs: checked as by [`url_allowed`], without
/// a slash at its end.
///
/// # Errors
/// As [`url_allowed`]; `INVALID_ARGUMENT` for a URL with a query or a fragment.
pub fn base_url(name: &str, url: &str, allow_plain_http: bool) -> Result<String> {
    url_allowed(url, allow_plain_http)?;
    if Url::parse(url)?.query.is_some() || url.contains('#') {
        return Err(Error::argument(format!("{name} has a query or a fragment")));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Visible ASCII without the characters that RFC 3986 leaves out of every URL.
fn allowed(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

fn split_authority(authority: &str) -> Result<(&str, Option<u16>)> {
    if authority.contains('@') {
        return Err(Error::argument("the URL holds a user name"));
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => split_ip6(authority, rest)?,
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if host.is_empty() || host.len() > 255 || !(host.starts_with('[') || host.bytes().all(named)) {
        return Err(Error::argument("the URL's host is malformed"));
    }
    let Some(port) = port else { return Ok((host, None)) };
    // `u16::from_str` alone would take "+80".
    let number = if port.bytes().all(|b| b.is_ascii_digit()) { port.parse().ok() } else { None };
    match number {
        Some(0) | None => Err(Error::argument("the URL's port is malformed")),
        number => Ok((host, number)),
    }
}

/// Splits `[address]:port`, of which `rest` follows the bracket.
fn split_ip6<'a>(authority: &'a str, rest: &'a str) -> Result<(&'a str, Option<&'a str>)> {
    let malformed = || Error::argument("the URL's IPv6 address is malformed");
    let (address, after) = rest.split_once(']').ok_or_else(malformed)?;
    if address.parse::<Ipv6Addr>().is_err() {
        return Err(malformed());
    }
    let (host, _) = authority.split_at(address.len() + 2);
    match after.strip_prefix(':') {
        Some(port) => Ok((host, Some(port))),
        None if after.is_empty() => Ok((host, None)),
        None => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_ones_written() {
        let url = Url::parse("https://Open.Tapapis.cn/account/v1?client_id=a%20b&x=1#top").unwrap();
        assert_eq!(
            url,
            Url {
                https: true,
                host: "Open.Tapapis.cn",
                port: 443,
                path: "/account/v1",
                query: Some("client_id=a%20b&x=1"),
            }
        );
        let bare = Url::parse("http://h").unwrap();
        assert_eq!((bare.port, bare.path, bare.query), (80, "/", None));
        let query = Url::parse("http://h:8080?q=/a?b").unwrap();
        assert_eq!((query.port, query.path, query.query), (8080, "/", Some("q=/a?b")));
        let six = Url::parse("HTTPS://[::1]:9/x").unwrap();
        assert_eq!((six.https, six.host, six.port), (true, "[::1]", 9));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        let long = format!("https://h/{}", "a".repeat(MAX_URL_BYTES));
        let bad = [
            "",
            "h/x",
            "/x",
            "//h/x",
            "ftp://h/",
            "file:///etc/passwd",
            "https:/h",
            "https://",
            "https:///x",
            "https://?x",
            "https://:80/",
            "https://user@h/",
            "https://user:word@h/",
            "http://127.0.0.1\\@evil.example/",
            "http://127.0.0.1%2f@evil.example/",
            "https://h:0/",
            "https://h:/",
            "https://h:+80/",
            "https://h:65536/",
            "https://h:8a/",
            "https://h:80:80/",
            "https://h%41/",
            "https://h\u{e9}.example/",
            "https://h/\r\nX: y",
            "https://h/ x",
            "https://h/\"",
            "https://h/\0",
            "https://[::1/",
            "https://[::1]x/",
            "https://[h]/",
            "https://::1/",
            &long,
        ];
        for url in bad {
            let error = Url::parse(url).expect_err(url);
            assert_eq!(error.status, status::INVALID_ARGUMENT, "{url}");
            assert!(url.is_empty() || !error.message.contains(url));
        }
    }

    #[test]
    fn a_base_has_no_slash_query_or_fragment_at_its_end() {
        assert_eq!(base_url("x", "https://h/a/", false).as_deref(), Ok("https://h/a"));
        assert_eq!(base_url("x", "http://127.0.0.1:1", false).as_deref(), Ok("http://127.0.0.1:1"));
        let refused = |url| base_url("x", url, false).unwrap_err().status;
        assert_eq!(refused("http://h.example"), status::INSECURE_URL);
        for url in ["https://h/?q", "https://h/#f", "h", ""] {
            assert_eq!(refused(url), status::INVALID_ARGUMENT, "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for url in ["https://h.example", "http://localhost:1/x", "http://LOCALHOST", "http://[::1]"]
        {
            assert_eq!(url_allowed(url, false), Ok(()), "{url}");
        }
        assert_eq!(url_allowed("http://127.9.8.7:1", false), Ok(()));
        let beyond = [
            "http://h.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://128.0.0.1",
            "http://127.1",
            "http://2130706433",
            "http://0x7f.0.0.1",
            "http://0.0.0.0",
            "http://[::ffff:127.0.0.1]",
            "http://h.example/http://localhost",
            "http://h.example?@localhost",
        ];
        for url in beyond {
            assert_eq!(url_allowed(url, false).unwrap_err().status, status::INSECURE_URL, "{url}");
            assert_eq!(url_allowed(url, true), Ok(()), "{url}");
        }
        assert_eq!(url_allowed("ftp://h", true).unwrap_err().status, status::INVALID_ARGUMENT);
    }
}
