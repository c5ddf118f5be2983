//! Binding a role to TapTap from inside the game: what the link that opened it asks for and, after
//! the player agreed, the address that brings a code there.

use std::sync::Arc;

use super::event::{Outcome, Texts};
use super::object::Object;
use super::operation::Operation;
use super::run::not_logged_in;
use super::write::{What, Write};
use super::{Submit, find};
use crate::account::{Row, binding, user};
use crate::binding::{Allowed, Mode, put, redirect_uri_of};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A link or a `redirect_uri`, where a code may be brought to, and how the address takes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BindingLink<'a> {
    /// As the game got it.
    pub text: &'a str,
    /// Hosts joined by commas; `None`: TapTap's.
    pub hosts: Option<&'a str>,
    /// What the path of a page begins with; `None`: as TapTap's.
    pub path: Option<&'a str>,
    /// A web link with a fragment is refused.
    pub refuse_fragment: bool,
    /// The value of a `code` that a web link has already is replaced; else it is refused.
    pub replace_code: bool,
}

/// What a link asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingAsked {
    /// The address without the code, decoded once.
    pub redirect_uri: String,
    /// Where the code would be brought to, as the allow-list spells it.
    pub host: String,
}

/// A code that was agreed to.
pub(super) struct Bind(BindingAsked);

impl BindingAsked {
    /// On the web, and not by TapTap's app.
    pub fn is_web(&self) -> bool {
        Mode::of(&self.redirect_uri) != Mode::DeepLink
    }
}

impl BindingLink<'_> {
    /// The address with `code` in it; without a code the host that it leads to.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: it leads elsewhere, or has no place for a code.
    #[inline(never)]
    pub fn put(&self, code: Option<&str>) -> Result<String> {
        let allowed = Allowed {
            hosts: self.hosts.unwrap_or(Allowed::TAPTAP.hosts),
            path: self.path.unwrap_or(Allowed::TAPTAP.path),
        };
        let mut mode = Mode::of(self.text);
        if let Mode::WebLink { keep_fragment, replace_code } = &mut mode {
            (*keep_fragment, *replace_code) = (!self.refuse_fragment, self.replace_code);
        }
        put(self.text, mode, allowed, code)
    }

    /// What a link that opened the game asks for.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: there is no `redirect_uri`, or it leads elsewhere.
    #[inline(never)]
    pub fn open(&self) -> Result<BindingAsked> {
        if self.replace_code {
            return Err(Error::argument("replace_code is for tdsauth_binding_redirect alone"));
        }
        let redirect_uri = redirect_uri_of(self.text)?;
        let host = BindingLink { text: &redirect_uri, ..*self }.put(None)?;
        Ok(BindingAsked { redirect_uri, host })
    }
}

/// What the link that opened the game asks of the current user, and whether that is a guest. No
/// disk, no network.
///
/// # Errors
/// `INVALID_HANDLE`, `NOT_LOGGED_IN`, `INVALID_ARGUMENT` for a link that is none of TapTap's.
pub fn binding_begin(client: u64, link: BindingLink<'_>) -> Result<(BindingAsked, bool)> {
    let asked = link.open()?;
    let user = current(client)?;
    Ok((asked, user::guest_id(&user.row()).is_some()))
}

/// The player agreed to what [`binding_begin`] told of `link`. Who that is now will be bound,
/// whoever is logged in by then.
///
/// # Errors
/// As [`super::login_anonymously`] and [`binding_begin`].
pub fn binding_confirm(client: u64, link: BindingLink<'_>, submit: Submit) -> Result<u64> {
    let asked = link.open()?;
    let user = Some(current(client)?);
    let what = What::Bind(Bind(asked));
    let write = Write { user, what, bounded: false };
    find(client)?.submit(Operation::Write(Box::new(write)), submit)
}

#[inline(never)]
fn current(client: u64) -> Result<Arc<Object>> {
    let user = find(client)?.lock().user();
    user.ok_or_else(not_logged_in)
}

impl Bind {
    pub(super) fn redirect_uri(&self) -> &str {
        &self.0.redirect_uri
    }

    /// The address to open, which must be the one that was asked for with the answer's code in it.
    #[inline(never)]
    pub(super) fn bound(&self, answer: &Row) -> Result<Outcome> {
        let [code, url] = binding::minted(answer)?;
        let BindingAsked { redirect_uri, host } = &self.0;
        // That its path is allowed was seen before, and it is still the same.
        let (text, hosts, path) = (redirect_uri.as_str(), Some(host.as_str()), Some("/"));
        let link = BindingLink { text, hosts, path, ..BindingLink::default() };
        if link.put(Some(code)).ok().as_deref() != Some(url) {
            return Err(binding::refused());
        }
        let texts = Some(Box::new(Texts { url: Some(Secret::new(url)), ..Texts::default() }));
        Ok(Outcome { texts, ..Outcome::default() })
    }
}
