//! The way back to TapTap when a player binds a role: a one-time code put into a `redirect_uri`.
//!
//! Implements sections 2.3 and 2.4 of protocol/role-binding.md. Any page or app can open a game with
//! a link of its own, so a `redirect_uri` is hostile until a [`Redirect`] was made of it, which is
//! only done where an allow-list says so. Around the code no byte changes: nothing is parsed and
//! written again, for TapTap may add parameters to its addresses at any time.

use crate::error::{Error, Result};
use crate::form;

/// The longest link or `redirect_uri`, in bytes.
pub const MAX_URI: usize = 8192;
/// The longest name of a host, in bytes.
const MAX_HOST: usize = 253;
/// The longest code, in bytes.
pub const MAX_CODE: usize = 256;

/// What TapTap's app opens; there the path `/to` follows, with the web address in `url`.
const APP: &str = "taptap://taptap.com";
const HTTPS: &str = "https://";
const PARAMETER: &str = "redirect_uri";
/// The parameter where TapTap's address follows as it is.
const RAW: &str = "redirect_uri=taptap://";
/// How often a placeholder may be percent-encoded. TapTap's own is once, and once more on its way.
const MAX_LEVEL: usize = 4;

/// The web pages that a code may be brought to: https, the default port.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<'a> {
    /// Host names joined by commas. What is no name of a host is never found.
    pub hosts: &'a str,
    /// What the path begins with: `/` at both ends, or no page is allowed.
    pub path: &'a str,
}

impl Allowed<'static> {
    /// TapTap's own pages, as of today: TapTap does not promise that they stay.
    pub const TAPTAP: Self = Self { hosts: "www.taptap.cn", path: "/game-record/" };
}

/// How TapTap wants the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In place of `${code}`, wherever it stands.
    DeepLink,
    /// As a parameter of its own.
    WebLink {
        /// A fragment is kept behind the code; else it is refused (RFC 6749 section 3.1.2).
        keep_fragment: bool,
        /// The value of a parameter `code` that is there is replaced; else it is refused.
        replace_code: bool,
    },
}

impl Mode {
    /// The web link as it is read without being told otherwise.
    pub const WEB_LINK: Self = Self::WebLink { keep_fragment: true, replace_code: false };

    /// What TapTap wants by this `redirect_uri`: a page takes the code itself, its app by a
    /// placeholder.
    pub fn of(uri: &str) -> Self {
        let web = part(uri, 0, HTTPS.len()).eq_ignore_ascii_case(HTTPS);
        if web { Self::WEB_LINK } else { Self::DeepLink }
    }
}

/// A `redirect_uri` that leads to TapTap and takes a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect<'a> {
    uri: &'a str,
    /// Of a web link: where the code's parameter stands or shall stand, and what goes directly
    /// before the code.
    parameter: Option<(usize, usize, &'static str)>,
    host: &'a str,
}

/// Why an address is none; of all errors the smallest.
type Why = &'static str;
type Checked<T> = std::result::Result<T, Why>;

impl<'a> Redirect<'a> {
    /// Reads `uri` as it is after the decoding that every parameter is due.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is longer than [`MAX_URI`], holds blanks, control characters or
    /// backslashes, or leads anywhere but to `allowed`; when a deep link has no `${code}`; when a
    /// web link has a `code` already, or a fragment, and `mode` does not allow for it.
    pub fn read(uri: &'a str, mode: Mode, allowed: Allowed<'a>) -> Result<Self> {
        Self::checked(uri, mode, allowed).map_err(bad)
    }

    fn checked(uri: &'a str, mode: Mode, allowed: Allowed<'a>) -> Checked<Self> {
        if uri.len() > MAX_URI || !is_clean(uri, b' ') {
            return Err("is too long, or holds a character that no address has");
        }
        let (host, parameter) = match mode {
            Mode::DeepLink => {
                let host = check_app(uri, allowed)?;
                if in_places(uri, "").1 == 0 {
                    return Err("has no place for a code");
                }
                (host, None)
            }
            Mode::WebLink { keep_fragment, replace_code } => {
                let host = check_page(uri, allowed)?;
                let end = position(uri, b"#");
                if end < uri.len() && !keep_fragment {
                    return Err("has a fragment");
                }
                (host, Some(parameter(uri, end, replace_code)?))
            }
        };
        Ok(Self { uri, parameter, host })
    }

    /// The host that the code is brought to, as the allow-list spells it.
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The address to open: `redirect_uri` with `code` in it, every other byte as it was.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the code is empty or longer than [`MAX_CODE`].
    pub fn with_code(&self, code: &str) -> Result<String> {
        self.filled(code).map_err(bad)
    }

    fn filled(&self, code: &str) -> Checked<String> {
        if code.is_empty() || code.len() > MAX_CODE {
            return Err("is given no code, or one that is too long");
        }
        let code = form::escaped(code);
        let Some((from, to, lead)) = self.parameter else {
            return Ok(in_places(self.uri, &code).0);
        };
        Ok([part(self.uri, 0, from), lead, &code, part(self.uri, to, self.uri.len())].concat())
    }
}

/// `redirect_uri` with `code` in it, if it leads to `allowed`; without a code the host that it leads
/// to.
///
/// # Errors
/// As [`Redirect::read`] and [`Redirect::with_code`].
pub fn put(uri: &str, mode: Mode, allowed: Allowed<'_>, code: Option<&str>) -> Result<String> {
    let made = Redirect::checked(uri, mode, allowed).and_then(|to| match code {
        Some(code) => to.filled(code),
        None => Ok(to.host.to_owned()),
    });
    made.map_err(bad)
}

/// `uri` with `escaped` in place of each placeholder, as often encoded as that was, and how many
/// there were.
fn in_places(uri: &str, escaped: &str) -> (String, usize) {
    let (mut out, mut places, mut kept, mut at) = (String::new(), 0, 0, 0);
    while at < uri.len() {
        let rest = uri.as_bytes().get(at..).unwrap_or_default();
        let Some((level, after)) = placeholder(rest) else {
            at += 1;
            continue;
        };
        out.push_str(part(uri, kept, at));
        for c in escaped.chars() {
            out.push(c);
            // A percent sign encoded once more is `%25`.
            for _ in 0..if c == '%' { level } else { 0 } {
                out.push_str("25");
            }
        }
        at = uri.len() - after.len();
        kept = at;
        places += 1;
    }
    out.push_str(part(uri, kept, uri.len()));
    (out, places)
}

/// Where the parameter `code` of a web link stands or shall stand, whose query is over at `end`, and
/// what goes before the code.
fn parameter(uri: &str, end: usize, replace: bool) -> Checked<(usize, usize, &'static str)> {
    let query_at = position(uri, b"?") + 1;
    if query_at > end {
        return Ok((end, end, "?code="));
    }
    let (mut found, mut at) = (None, query_at);
    for pair in part(uri, query_at, end).split('&') {
        let after = at + pair.len();
        let name = part(pair, 0, position(pair, b"="));
        if form::decode(name).as_deref() == Some("code") {
            if found.is_some() || !replace {
                return Err("has a code already");
            }
            found = Some((at, after, "code="));
        }
        at = after + 1;
    }
    let is_open = query_at == end || part(uri, query_at, end).ends_with('&');
    Ok(found.unwrap_or((end, end, if is_open { "code=" } else { "&code=" })))
}

/// The `redirect_uri` in the link that opened the game, not yet known to be TapTap's. It is decoded
/// once; where TapTap's address follows as it is, all to the end of the link belongs to it.
///
/// # Errors
/// `INVALID_ARGUMENT` when `link` is longer than [`MAX_URI`], has no `redirect_uri` or two, or one
/// that is badly encoded.
pub fn redirect_uri_of(link: &str) -> Result<String> {
    // In what is escaped there is no `#` but the link's own.
    let end = position(link, b"#");
    let query_at = position(link, b"?") + 1;
    let query = part(link, query_at, end);
    let mut at = query_at;
    for pair in query.split('&') {
        if pair.starts_with(RAW) && link.len() <= MAX_URI {
            return Ok(part(link, at + PARAMETER.len() + 1, link.len()).to_owned());
        }
        at += pair.len() + 1;
    }
    // A plus sign stands for itself: no address has a blank.
    let mut plain = String::new();
    query.chars().for_each(|c| if c == '+' { plain.push_str("%2B") } else { plain.push(c) });
    let found = form::only(&plain, PARAMETER).ok().flatten();
    found
        .filter(|_| link.len() <= MAX_URI)
        .ok_or_else(|| Error::argument("the link is too long, or has not one redirect_uri"))
}

/// The level of encoding of the placeholder that `text` begins with, and what follows it.
fn placeholder(text: &[u8]) -> Option<(usize, &[u8])> {
    let (dollar, rest) = mark(text, b'$', b"24")?;
    let (level, rest) = mark(rest, b'{', b"7b")?;
    let (closing, rest) = mark(rest.strip_prefix(b"code")?, b'}', b"7d")?;
    // What encodes whole addresses leaves the dollar sign as it is.
    let one_of_them = closing == level && (dollar == level || dollar == 0);
    (one_of_them && level <= MAX_LEVEL).then_some((level, rest))
}

/// How often `plain`, with which `text` has to begin, is encoded, and what follows it.
fn mark<'t>(text: &'t [u8], plain: u8, hex: &[u8; 2]) -> Option<(usize, &'t [u8])> {
    let (first, mut rest) = text.split_first()?;
    if *first == plain {
        return Some((0, rest));
    }
    let mut level = 1;
    while let Some(more) = rest.strip_prefix(b"25") {
        (rest, level) = (more, level + 1);
    }
    let (digits, rest) = rest.split_first_chunk::<2>()?;
    (*first == b'%' && digits.eq_ignore_ascii_case(hex)).then_some((level, rest))
}

/// That the app of TapTap is opened, and by it an allowed page. Gives that page's host.
fn check_app<'a>(uri: &str, allowed: Allowed<'a>) -> Checked<&'a str> {
    let end = position(uri, b"?");
    let query = part(uri, end + 1, position(uri, b"#"));
    let page = form::only(query, "url").ok().flatten().unwrap_or_default();
    // Scheme and host in any case, the path in this one.
    let [front, path] = [part(uri, 0, APP.len()), part(uri, APP.len(), end)];
    if !front.eq_ignore_ascii_case(APP) || path != "/to" {
        return Err("is no address of TapTap's app");
    }
    check_page(&page, allowed)
}

/// That `url` is an allowed page, however anybody may read it. Gives its host.
fn check_page<'a>(url: &str, allowed: Allowed<'a>) -> Checked<&'a str> {
    let front = part(url, 0, HTTPS.len()).eq_ignore_ascii_case(HTTPS);
    let rest = part(url, HTTPS.len(), position(url, b"?#"));
    let slash = position(rest, b"/");
    let (host, path) = (part(rest, 0, slash), part(rest, slash, rest.len()));
    // With a name before the host, or another port, it is no host of the list.
    let host = host.strip_suffix(":443").unwrap_or(host);
    let known = allowed.hosts.split(',').find(|known| host.eq_ignore_ascii_case(known));
    let among = |byte: u8, more: &[u8]| byte.is_ascii_alphanumeric() || more.contains(&byte);
    // An encoded dot or slash is one to some readers.
    let plain = (1..=MAX_HOST).contains(&host.len())
        && host.bytes().all(|byte| among(byte, b"-."))
        && path.bytes().all(|byte| among(byte, b"-._~/"))
        && is_clean(url, b'\\');
    let climbs = path.split('/').any(|step| step == "." || step == "..");
    let inside = path.starts_with(allowed.path) && allowed.path.ends_with('/') && !climbs;
    known.filter(|_| front && plain && inside).ok_or("leads to a page that is not allowed")
}

/// Without control characters, what some readers take for a slash, and `or`.
fn is_clean(text: &str, or: u8) -> bool {
    !text.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\' || byte == or)
}

/// Where the first of these bytes stands, which are ASCII; the end of `text` if none does.
fn position(text: &str, of: &[u8]) -> usize {
    text.bytes().position(|byte| of.contains(&byte)).unwrap_or(text.len())
}

/// What stands from one place to another; nothing where there is no such part.
fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

#[cold]
#[inline(never)]
fn bad(what: Why) -> Error {
    Error::argument(format!("the redirect_uri {what}"))
}
