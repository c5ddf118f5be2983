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
/// The longest code, in bytes.
pub const MAX_CODE: usize = 256;

/// What TapTap's app opens. The web address is in its parameter `url`.
const APP: (&str, &str, &str) = ("taptap", "taptap.com", "/to");
const PARAMETER: &str = "redirect_uri";
/// How often a placeholder may be percent-encoded. TapTap's own is once, and once more on its way.
const MAX_LEVEL: usize = 4;

/// The web pages that a code may be brought to: https, the default port.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<'a> {
    /// Host names, in lower case.
    pub hosts: &'a [&'a str],
    /// What the path begins with: `/` at both ends.
    pub path: &'a str,
}

impl Allowed<'static> {
    /// TapTap's own pages, as of today: TapTap does not promise that they stay.
    pub const TAPTAP: Self = Self { hosts: &["www.taptap.cn"], path: "/game-record/" };
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
        match uri.get(..8) {
            Some(start) if start.eq_ignore_ascii_case("https://") => Self::WEB_LINK,
            _ => Self::DeepLink,
        }
    }
}

/// A `redirect_uri` that leads to TapTap and takes a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect<'a> {
    /// What stays as it is, before each code and after the last.
    parts: Vec<&'a str>,
    /// How often each place for the code is percent-encoded; the code is so once more.
    levels: Vec<usize>,
    /// What goes directly before the code: a separator and the parameter's name, or nothing.
    lead: &'static str,
    /// The host of the page, as the allow-list spells it.
    host: &'a str,
}

impl<'a> Redirect<'a> {
    /// Reads `uri` as it is after the decoding that every parameter is due.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is longer than [`MAX_URI`], holds blanks, control characters or
    /// backslashes, or leads anywhere but to `allowed`; when a deep link has no `${code}`; when a
    /// web link has a `code` already, or a fragment, and `mode` does not allow for it.
    pub fn read(uri: &'a str, mode: Mode, allowed: Allowed<'a>) -> Result<Self> {
        if uri.len() > MAX_URI {
            return Err(bad("is too long"));
        }
        if uri.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\') {
            return Err(bad("holds a character that no address has"));
        }
        match mode {
            Mode::DeepLink => {
                let host = check_app(uri, allowed)?;
                Self::with_placeholders(uri, host)
            }
            Mode::WebLink { keep_fragment, replace_code } => {
                let host = check_page(uri, allowed)?;
                if uri.contains('#') && !keep_fragment {
                    return Err(bad("has a fragment"));
                }
                Self::with_parameter(uri, host, replace_code)
            }
        }
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
        if code.is_empty() || code.len() > MAX_CODE {
            return Err(Error::argument("the code is missing or too long"));
        }
        let mut out = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            out.push_str(part);
            if let Some(level) = self.levels.get(at) {
                out.push_str(self.lead);
                // A percent sign encoded once more is `%25`.
                out.push_str(
                    &form::escaped(code).replace('%', &format!("%{}", "25".repeat(*level))),
                );
            }
        }
        Ok(out)
    }

    fn with_placeholders(uri: &'a str, host: &'a str) -> Result<Self> {
        let (mut parts, mut levels, mut from) = (Vec::new(), Vec::new(), 0);
        for (at, _) in uri.match_indices(['$', '%']) {
            let rest = uri.get(at..).unwrap_or_default();
            let Some((level, after)) = placeholder(rest).filter(|_| at >= from) else { continue };
            parts.push(uri.get(from..at).unwrap_or_default());
            levels.push(level);
            from = uri.len() - after.len();
        }
        if levels.is_empty() {
            return Err(bad("has no place for a code"));
        }
        parts.push(uri.get(from..).unwrap_or_default());
        Ok(Self { parts, levels, lead: "", host })
    }

    fn with_parameter(uri: &'a str, host: &'a str, replace: bool) -> Result<Self> {
        let end = uri.find('#').unwrap_or(uri.len());
        let (before, fragment) = uri.split_at(end);
        let one = |before, after, lead| {
            let (parts, levels) = (vec![before, after], vec![0]);
            Self { parts, levels, lead, host }
        };
        let Some(query_at) = before.find('?').map(|at| at + 1) else {
            return Ok(one(before, fragment, "?code="));
        };
        let query = before.get(query_at..).unwrap_or_default();
        let mut found = None;
        let mut at = query_at;
        for pair in query.split('&') {
            let name = pair.split('=').next().unwrap_or_default();
            if form::decode(name).as_deref() == Some("code") && found.replace((at, pair)).is_some()
            {
                return Err(bad("has two codes already"));
            }
            at += pair.len() + 1;
        }
        match found {
            Some(_) if !replace => Err(bad("has a code already")),
            Some((at, pair)) => {
                let (kept, rest) = (uri.get(..at), uri.get(at + pair.len()..));
                Ok(one(kept.unwrap_or_default(), rest.unwrap_or_default(), "code="))
            }
            None if query.is_empty() || query.ends_with('&') => Ok(one(before, fragment, "code=")),
            None => Ok(one(before, fragment, "&code=")),
        }
    }
}

/// The `redirect_uri` in the link that opened the game, not yet known to be TapTap's. It is decoded
/// once; where TapTap's address follows as it is, all to the end of the link belongs to it.
///
/// # Errors
/// `INVALID_ARGUMENT` when `link` is longer than [`MAX_URI`], has no `redirect_uri` or two, or one
/// that is badly encoded.
pub fn redirect_uri_of(link: &str) -> Result<String> {
    if link.len() > MAX_URI {
        return Err(Error::argument("the link is too long"));
    }
    let none = || Error::argument("the link has no redirect_uri");
    let query_at = link.find('?').ok_or_else(none)? + 1;
    let mut rest = link.get(query_at..).unwrap_or_default();
    // In what is escaped there is no `#` but the link's own.
    let query = rest.split('#').next().unwrap_or_default();
    let raw = format!("{}://", APP.0);
    loop {
        let pair = rest.split(['&', '#']).next().unwrap_or_default();
        match pair.split_once('=') {
            Some((PARAMETER, value)) if value.starts_with(&raw) => {
                return Ok(rest.get(PARAMETER.len() + 1..).unwrap_or_default().to_owned());
            }
            _ => match rest.get(pair.len()..) {
                Some(more) if more.starts_with('&') => rest = more.get(1..).unwrap_or_default(),
                _ => break,
            },
        }
    }
    // A plus sign stands for itself: no address has a blank.
    form::only(&query.replace('+', "%2B"), PARAMETER)
        .map_err(|()| {
            Error::argument("the link's redirect_uri is badly encoded, or there are two")
        })?
        .ok_or_else(none)
}

/// The level of encoding of the placeholder that `text` begins with, and what follows it.
fn placeholder(text: &str) -> Option<(usize, &str)> {
    let (dollar, rest) = mark(text, '$', "24")?;
    let (level, rest) = mark(rest, '{', "7b")?;
    let (closing, rest) = mark(rest.strip_prefix("code")?, '}', "7d")?;
    // What encodes whole addresses leaves the dollar sign as it is.
    let one_of_them = closing == level && (dollar == level || dollar == 0);
    (one_of_them && level <= MAX_LEVEL).then_some((level, rest))
}

/// How often `plain`, with which `text` has to begin, is encoded, and what follows it.
fn mark<'t>(text: &'t str, plain: char, hex: &str) -> Option<(usize, &'t str)> {
    if let Some(rest) = text.strip_prefix(plain) {
        return Some((0, rest));
    }
    let mut rest = text.strip_prefix('%')?;
    let mut level = 1;
    while let Some(more) = rest.strip_prefix("25") {
        (rest, level) = (more, level + 1);
    }
    let (digits, rest) = rest.split_at_checked(2)?;
    digits.eq_ignore_ascii_case(hex).then_some((level, rest))
}

/// That the app of TapTap is opened, and by it an allowed page. Gives that page's host.
fn check_app<'a>(uri: &str, allowed: Allowed<'a>) -> Result<&'a str> {
    let foreign = || bad("is no address of TapTap's app");
    let (address, query) = uri.split_once('?').ok_or_else(foreign)?;
    let (scheme, rest) = address.split_once("://").ok_or_else(foreign)?;
    let (host, path) = rest.split_at(rest.find('/').ok_or_else(foreign)?);
    let ours = scheme.eq_ignore_ascii_case(APP.0) && host.eq_ignore_ascii_case(APP.1);
    if !ours || path != APP.2 {
        return Err(foreign());
    }
    let query = query.split('#').next().unwrap_or_default();
    let page = form::only(query, "url").ok().flatten();
    let page = page.ok_or_else(|| bad("names no page, or two"))?;
    check_page(&page, allowed)
}

/// That `url` is an allowed page, however anybody may read it. Gives its host.
fn check_page<'a>(url: &str, allowed: Allowed<'a>) -> Result<&'a str> {
    let foreign = || bad("leads to a page that is not allowed");
    if url.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\') {
        return Err(foreign());
    }
    let (scheme, rest) = url.split_once("://").ok_or_else(foreign)?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or_default();
    let (host, path) = address.split_at(address.find('/').ok_or_else(foreign)?);
    // With a name before the host, or another port, it is no host of the list.
    let host = host.strip_suffix(":443").unwrap_or(host);
    let known = allowed.hosts.iter().find(|known| host.eq_ignore_ascii_case(known));
    // An encoded dot or slash is one to some readers.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let climbs = path.split('/').any(|step| step == "." || step == "..");
    let inside = path.starts_with(allowed.path) && path.bytes().all(plain) && !climbs;
    let known = known.filter(|_| scheme.eq_ignore_ascii_case("https") && inside);
    known.copied().ok_or_else(foreign)
}

#[cold]
fn bad(what: &str) -> Error {
    Error::argument(format!("the redirect_uri {what}"))
}
