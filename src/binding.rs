//! Binding a role to TapTap: what the link that opened the game asks for, the code after the
//! player's consent, and the redirects alone.

use std::ffi::c_char;

use tdsauth_core::error::{Result, status};

use crate::guard::guard_reporting;
use crate::handles::{tdsauth_client, tdsauth_request};
use crate::login::yes_or_no;
use crate::request::submitting;
use crate::status::tdsauth_error;
use crate::strings::{TextOut, required_text_in, text_in};
use crate::structs::{Struct, StructOut, assert_layout, struct_in};
use tdsauth_core::client::{self as core, BindingLink, Submit};

/// Way of a binding: TapTap's app opened the game, and is opened again with the code.
pub const TDSAUTH_BINDING_DEEP_LINK: i32 = 1;
/// Way of a binding: a page of TapTap's opened the game, and the browser goes back to it.
pub const TDSAUTH_BINDING_WEB_LINK: i32 = 2;

// How far a text is read, in bytes: no bound of the core is wider.
const LINK: usize = 8 * 1024;
const CODE: usize = 256;

/// Where a code may be brought to, for all functions of this section.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_binding_options {
    /// `sizeof(tdsauth_binding_options)`.
    pub struct_size: u32,
    /// `tdsauth_binding_confirm`: time of the whole operation, at most 600000. Default: the client's
    /// `request_timeout_ms`.
    pub timeout_ms: u32,
    /// Hosts of pages that a code may be brought to, joined by commas; at most 8 KiB. Default:
    /// `www.taptap.cn`. The account server has a list of its own (`--binding-redirect-host`).
    pub hosts: *const c_char,
    /// Bytes of `hosts`, or `TDSAUTH_NUL`.
    pub hosts_len: usize,
    /// What the path of such a page begins with, a slash at both ends; at most 8 KiB. Default:
    /// `/game-record/`.
    pub path: *const c_char,
    /// Bytes of `path`, or `TDSAUTH_NUL`.
    pub path_len: usize,
    /// 1: a web link with a fragment (`#`) is refused. Default: 0, the code stands before it.
    pub refuse_fragment: u32,
    /// 1: the value of a `code` that a web link has already is replaced. Default: 0, such a link is
    /// refused. For `tdsauth_binding_redirect` alone; else zero.
    pub replace_code: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_binding_options, 64);

// SAFETY: repr(C), integers and pointers alone, struct_size first; no padding: each pair of pointer
// and length is 8 bytes wide on 32-bit targets and 16 on 64-bit ones.
unsafe impl Struct for tdsauth_binding_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// What a link asks for: tell the player, and ask. 288 bytes, the caller's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_binding_info {
    /// `sizeof(tdsauth_binding_info)`.
    pub struct_size: u32,
    /// `TDSAUTH_BINDING_DEEP_LINK` or `TDSAUTH_BINDING_WEB_LINK`.
    pub way: i32,
    /// 1: the current user is a guest, whose account is lost with this device; else 0.
    pub guest: u32,
    /// Bytes of `host` before its NUL.
    pub host_len: u32,
    /// The host of the page that the code would be brought to, NUL-terminated.
    pub host: [c_char; 256],
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_binding_info, 288);

// SAFETY: repr(C), integers alone, no padding (4 × 4 + 256 + 2 × 8 bytes), struct_size first.
unsafe impl Struct for tdsauth_binding_info {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// A link or an address with the wishes of the options, and the time that they give.
///
/// # Safety
/// The header's rules for texts in and for structs.
#[inline(never)]
unsafe fn link_in<'a>(
    text: *const c_char,
    len: usize,
    options: *const tdsauth_binding_options,
) -> Result<(BindingLink<'a>, u32)> {
    // SAFETY: by this function's promise.
    let text = unsafe { required_text_in(text, len, LINK) }?;
    // SAFETY: by this function's promise.
    let Some(given) = (unsafe { struct_in(options) })? else {
        return Ok((BindingLink { text, ..BindingLink::default() }, 0));
    };
    let link = BindingLink {
        text,
        // SAFETY: by this function's promise.
        hosts: unsafe { text_in(given.hosts, given.hosts_len, LINK) }?.filter(|t| !t.is_empty()),
        // SAFETY: by this function's promise.
        path: unsafe { text_in(given.path, given.path_len, LINK) }?.filter(|t| !t.is_empty()),
        refuse_fragment: yes_or_no("refuse_fragment", given.refuse_fragment)?,
        replace_code: yes_or_no("replace_code", given.replace_code)?,
    };
    Ok((link, given.timeout_ms))
}

/// A text that comes of a link, or of an address and a code.
///
/// # Safety
/// The header's rules for texts in, structs and texts out.
#[inline(never)]
unsafe fn put(
    (text, len): (*const c_char, usize),
    code: Option<(*const c_char, usize)>,
    options: *const tdsauth_binding_options,
    (buf, cap, needed): (*mut c_char, usize, *mut usize),
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: by this function's promise.
        let (out, (link, _)) =
            unsafe { (TextOut::open(buf, cap, needed)?, link_in(text, len, options)?) };
        let made = match code {
            // SAFETY: by this function's promise.
            Some((code, len)) => link.put(Some(unsafe { required_text_in(code, len, CODE) }?))?,
            None => link.open()?.redirect_uri,
        };
        out.write(&made)
    };
    // SAFETY: by this function's promise.
    unsafe { guard_reporting(0, error, &body) }
}

/// The `redirect_uri` in the link that opened the game, decoded once. Anybody can make such a link:
/// what leads anywhere but to the pages of `options` is refused. `link` is at most 8 KiB.
///
/// Ownership: the buffer is the caller's. Threads: any; does not wait.
/// Errors: INVALID_ARGUMENT (it has no `redirect_uri`, or none of TapTap's), INVALID_UTF8,
/// UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_binding_redirect_uri(
    link: *const c_char,
    link_len: usize,
    options: *const tdsauth_binding_options,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut tdsauth_error,
) -> i32 {
    // SAFETY: the header's rules for texts in, structs and texts out.
    unsafe { put((link, link_len), None, options, (buf, cap, needed), error) }
}

/// Puts a code into a `redirect_uri`: in place of each `${code}`, or as the parameter `code` of a
/// page; every other byte stays. For a game that has its codes from elsewhere. `redirect_uri` is as
/// `tdsauth_binding_redirect_uri` gives it, and is checked in the same way; `code` is at most 256
/// bytes, as it is, and a secret.
///
/// Ownership: the buffer is the caller's. Threads: any; does not wait.
/// Errors: INVALID_ARGUMENT (it leads elsewhere, has no place for a code, or has one already),
/// INVALID_UTF8, UNSUPPORTED_FIELD, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_binding_redirect(
    redirect_uri: *const c_char,
    redirect_uri_len: usize,
    code: *const c_char,
    code_len: usize,
    options: *const tdsauth_binding_options,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut tdsauth_error,
) -> i32 {
    let (uri, code) = ((redirect_uri, redirect_uri_len), Some((code, code_len)));
    // SAFETY: the header's rules for texts in, structs and texts out.
    unsafe { put(uri, code, options, (buf, cap, needed), error) }
}

/// Looks at the link that opened the game: whether it asks for a binding, and what to ask the
/// player. Any page and any app can open the game with such a link, so go on only when the player
/// has agreed. Makes nothing and asks nobody. `link` is at most 8 KiB, as the system gave it.
///
/// Ownership: `info` is the caller's. Threads: any; no disk, no network.
/// Errors: NOT_LOGGED_IN (log the player in, and call it again), INVALID_ARGUMENT (it is no link of
/// TapTap's: ignore it), INVALID_HANDLE, INVALID_UTF8, UNSUPPORTED_FIELD.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_binding_begin(
    client: tdsauth_client,
    link: *const c_char,
    link_len: usize,
    options: *const tdsauth_binding_options,
    info: *mut tdsauth_binding_info,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for structs and texts in.
        let (out, (link, _)) =
            unsafe { (StructOut::open(info)?, link_in(link, link_len, options)?) };
        let (asked, guest) = core::binding_begin(client, link)?;
        let mut host = [0; 256];
        for (target, byte) in host.iter_mut().zip(asked.host.bytes()) {
            *target = byte.cast_signed() as c_char;
        }
        out.write(&tdsauth_binding_info {
            struct_size: 0, // stays the caller's
            way: if asked.is_web() { TDSAUTH_BINDING_WEB_LINK } else { TDSAUTH_BINDING_DEEP_LINK },
            guest: guest.into(),
            // At most 253.
            host_len: u32::try_from(asked.host.len()).unwrap_or_default(),
            host,
            reserved: [0; 2],
        });
        Ok(status::OK)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(client, error, &body) }
}

/// The player agreed to what `tdsauth_binding_begin` told of this `link`: has the account server
/// make a code that is good once, for who is the current user at this call. Ends in
/// `TDSAUTH_EVENT_BINDING_CONFIRMED`; then have the system open the address of
/// `TDSAUTH_REQUEST_URL`, the `redirect_uri` with the code in it and no other byte changed. Whoever
/// has that address can bind the player's roles: log it nowhere. After an answer that was lost, call
/// it again; what was made before ends by itself.
///
/// Ownership: `*request` is the caller's to release. Threads: any; does not wait.
/// Errors: as `tdsauth_binding_begin`; QUEUE_FULL, CLOSED, FORKED. In the event: SESSION_OVER,
/// SESSION_CHANGED (the player logged out), NOT_FOUND (the server binds no roles),
/// REJECTED (`server_code` 107: the server's own list has not that page), BAD_RESPONSE (the server
/// answered with another address), network and server statuses, CANCELLED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_binding_confirm(
    client: tdsauth_client,
    link: *const c_char,
    link_len: usize,
    options: *const tdsauth_binding_options,
    user_data: u64,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for texts in and structs.
        let (link, timeout_ms) = unsafe { link_in(link, link_len, options) }?;
        core::binding_confirm(client, link, Submit { user_data, timeout_ms })
    };
    // SAFETY: the header's rules for outputs and structs.
    unsafe { submitting(client, request, error, &body) }
}
