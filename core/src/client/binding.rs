//! Binding a role to TapTap from inside the game: what the link that opened it asks for and, after
//! the player agreed, the address that brings a code there.

use std::sync::Arc;

use super::event::{Outcome, Texts};
use super::operation::Operation;
use super::owner::{Owner, now_ms, session_changed};
use super::run::{Asking, Next, credentials, not_logged_in};
use super::{Submit, find};
use crate::account::{Row, binding, row, user};
use crate::binding::{Allowed, Mode, Redirect, redirect_uri_of};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::transport::Response;

/// Longest name of a host, in bytes.
const HOST_MAX: usize = 253;

/// Where a code may be brought to, and how an address takes it.
#[derive(Clone, Debug, Default)]
pub struct BindingOptions {
    /// Hosts joined by commas; `None`: TapTap's.
    pub hosts: Option<String>,
    /// What the path of a page begins with; `None`: as TapTap's.
    pub path: Option<String>,
    /// A web link with a fragment is refused.
    pub refuse_fragment: bool,
    /// The value of a `code` that a web link has already is replaced; else it is refused.
    pub replace_code: bool,
}

/// What a link asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingAsked {
    /// On the web, and not by TapTap's app.
    pub web: bool,
    /// The player who would be bound is a guest.
    pub guest: bool,
    /// Where the code would be brought to, as the allow-list spells it.
    pub host: String,
}

/// A code that was agreed to.
pub(super) struct Bind {
    /// Who agreed.
    user: String,
    redirect_uri: String,
    options: BindingOptions,
}

/// Its way to the server and back.
pub(super) struct Binding {
    bind: Bind,
    row: Arc<Row>,
}

impl BindingOptions {
    /// Reads the address, and makes a text of what it is.
    fn read(&self, uri: &str, make: &dyn Fn(&Redirect<'_>) -> Result<String>) -> Result<String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        let is_host =
            |host: &&str| !host.is_empty() && host.len() <= HOST_MAX && host.bytes().all(plain);
        let hosts: Option<Vec<&str>> = self.hosts.as_ref().map(|all| all.split(',').collect());
        let hosts = hosts.as_deref().unwrap_or(Allowed::TAPTAP.hosts);
        let path = self.path.as_deref().unwrap_or(Allowed::TAPTAP.path);
        if !hosts.iter().all(is_host) || !path.starts_with('/') || !path.ends_with('/') {
            return Err(Error::argument(
                "hosts are names joined by commas, and path begins and ends with a slash",
            ));
        }
        let mode = match Mode::of(uri) {
            Mode::WebLink { .. } => Mode::WebLink {
                keep_fragment: !self.refuse_fragment,
                replace_code: self.replace_code,
            },
            mode @ Mode::DeepLink => mode,
        };
        make(&Redirect::read(uri, mode, Allowed { hosts, path })?)
    }

    /// What `link` asks for: the `redirect_uri`, and the host that it leads to.
    fn asked(&self, link: &str) -> Result<(String, String)> {
        if self.replace_code {
            return Err(Error::argument("replace_code is for tdsauth_binding_redirect alone"));
        }
        let uri = redirect_uri_of(link)?;
        let host = self.read(&uri, &|to| Ok(to.host().to_owned()))?;
        Ok((uri, host))
    }
}

/// The `redirect_uri` in the link that opened the game, which leads to an allowed page.
///
/// # Errors
/// `INVALID_ARGUMENT`: there is none, it leads elsewhere, or `options` are none.
pub fn binding_redirect_uri(link: &str, options: &BindingOptions) -> Result<String> {
    Ok(options.asked(link)?.0)
}

/// The address to open: `redirect_uri` with `code` in it.
///
/// # Errors
/// `INVALID_ARGUMENT`: it leads elsewhere, has no place for a code, or `options` are none.
pub fn binding_redirect(
    redirect_uri: &str,
    code: &str,
    options: &BindingOptions,
) -> Result<String> {
    options.read(redirect_uri, &|to| to.with_code(code))
}

/// What the link that opened the game asks of the current user. No disk, no network.
///
/// # Errors
/// `INVALID_HANDLE`, `NOT_LOGGED_IN`, `INVALID_ARGUMENT` for a link that is none of TapTap's.
pub fn binding_begin(client: u64, link: &str, options: &BindingOptions) -> Result<BindingAsked> {
    let client = find(client)?;
    let (uri, host) = options.asked(link)?;
    let user = client.lock().user().ok_or_else(not_logged_in)?;
    let guest = user::guest_id(&user.row()).is_some();
    Ok(BindingAsked { web: Mode::of(&uri) != Mode::DeepLink, guest, host })
}

/// The player agreed to what [`binding_begin`] told of `link`.
///
/// # Errors
/// As [`super::login_anonymously`] and [`binding_begin`].
pub fn binding_confirm(
    client: u64,
    link: &str,
    options: BindingOptions,
    submit: Submit,
) -> Result<u64> {
    let client = find(client)?;
    let (redirect_uri, _) = options.asked(link)?;
    let user = client.lock().user().ok_or_else(not_logged_in)?;
    let user = row::object_id(&user.row())?.to_owned();
    client.submit(Operation::Bind(Box::new(Bind { user, redirect_uri, options })), submit)
}

impl Owner {
    pub(super) fn begin_bind(&self, bind: Bind) -> Result<Next> {
        let row = self.row_of(None)?;
        let (id, token) = credentials(&row)?;
        if id != bind.user {
            // Who agreed is not who would be bound.
            return Err(session_changed());
        }
        let endpoint = &self.client.options.endpoint;
        let request = binding::mint(endpoint, &token, &bind.redirect_uri, now_ms());
        // A code whose answer was lost ends by itself.
        Ok(Next::Ask(Asking::Bind(Box::new(Binding { bind, row })), request))
    }

    /// `None`: the request is over already.
    pub(super) fn conclude_bind(
        &self,
        id: u64,
        binding: &Binding,
        answer: &Response,
    ) -> Result<Option<Outcome>> {
        let Binding { bind, row } = binding;
        let [code, url] = binding::minted(answer).inspect_err(|error| {
            self.tell_if_over(row, true, error);
        })?;
        let made = bind.options.read(&bind.redirect_uri, &|to| to.with_code(code.expose()));
        let made = made.map(Secret::new).ok().filter(|made| made.expose() == url.expose());
        let Some(url) = made else {
            return Err(binding::refused(answer, "the server's address is not the one asked for"));
        };
        if !self.settle(id)? {
            return Ok(None);
        }
        let texts = Texts { url: Some(url), ..Texts::default() };
        Ok(Some(Outcome { texts: Some(Box::new(texts)), ..Outcome::default() }))
    }
}
