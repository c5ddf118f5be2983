//! Requests and the events in which they end.

use std::ffi::c_char;
use std::time::Duration;

use tdsauth_core::error::{Error, Result, status};

use crate::guard::{Body, guard, guard_reporting};
use crate::handles::{tdsauth_client, tdsauth_object, tdsauth_request};
use crate::status::tdsauth_error;
use crate::strings::TextOut;
use crate::structs::{Struct, StructOut, assert_layout, slot, struct_in};
use tdsauth_core::client::{self as core, Event, RequestText, Submit};

/// Event: a login ended. `value`: 1 when a new account was made, 0 when it existed. `objects`: 1,
/// the user.
pub const TDSAUTH_EVENT_LOGIN: i32 = 1;
/// Event: a logout ended. `value`: 1 when a session was ended, 0 when nobody was logged in. With
/// `revoke`, a failed status says that the server did not revoke the token; the player is logged
/// out on this device all the same.
pub const TDSAUTH_EVENT_LOGOUT: i32 = 2;
/// Event: the session was checked. `value`: 1 valid, 0 not valid; a failed status: cannot tell.
pub const TDSAUTH_EVENT_USER_IS_AUTHENTICATED: i32 = 3;
/// Event: the session token was replaced. `objects`: 1, the user.
pub const TDSAUTH_EVENT_SESSION_TOKEN_REFRESHED: i32 = 4;
/// Event: a TapTap login ended; token and profile can be read. `value`: 1 when the player took part
/// in it, 0 when the token that is kept served.
pub const TDSAUTH_EVENT_TAPTAP_LOGIN: i32 = 5;
/// Event: the TapTap token was replaced, and the profile fetched anew.
pub const TDSAUTH_EVENT_TAPTAP_REFRESHED: i32 = 6;
/// Event: the TapTap profile was fetched anew.
pub const TDSAUTH_EVENT_TAPTAP_PROFILE: i32 = 7;
/// Event: a platform was linked to the user. `objects`: 1, the user.
pub const TDSAUTH_EVENT_USER_ASSOCIATED: i32 = 8;
/// Event: a platform was unlinked from the user. `value`: 1 when it was the last one, so that the
/// account can only be reached by its session: warn the player; else 0. `objects`: 1, the user.
pub const TDSAUTH_EVENT_USER_DISASSOCIATED: i32 = 9;
/// Event: the account was deleted; nobody is logged in, here and at TapTap.
pub const TDSAUTH_EVENT_USER_DELETED: i32 = 10;
/// Event: an object was saved. `objects`: 1, the object.
pub const TDSAUTH_EVENT_OBJECT_SAVED: i32 = 11;
/// Event: an object was fetched. `objects`: 1, the object.
pub const TDSAUTH_EVENT_OBJECT_FETCHED: i32 = 12;
/// Event: an object was deleted. `objects`: 1, the object, which keeps what it showed.
pub const TDSAUTH_EVENT_OBJECT_DELETED: i32 = 13;
/// Event: objects were saved. `value`: how many of those given. `status`: the first failure; which
/// objects failed: `TDSAUTH_REQUEST_FAILURES`. `flags` have `TDSAUTH_FLAG_MAYBE_DONE` if any
/// failure has.
pub const TDSAUTH_EVENT_OBJECTS_SAVED: i32 = 14;
/// Event: a query was answered. `objects`: how many were found, in the order of the query.
pub const TDSAUTH_EVENT_QUERY_FOUND: i32 = 15;
/// Event: a query was counted. `value`: how many objects meet it.
pub const TDSAUTH_EVENT_QUERY_COUNTED: i32 = 16;
/// Event: there is a code for TapTap: have the system open the address of `TDSAUTH_REQUEST_URL`.
pub const TDSAUTH_EVENT_BINDING_CONFIRMED: i32 = 17;
/// Progress of a TapTap login: show the player the code of `TDSAUTH_REQUEST_QR_TEXT`
/// (`tdsauth_qr_encode`). `value`: seconds it is good for. A later one replaces it.
pub const TDSAUTH_EVENT_TAPTAP_SHOW_QR: i32 = 32;
/// Progress of a TapTap login: open the page of `TDSAUTH_REQUEST_URL`. `value`: seconds the login
/// waits for the player.
pub const TDSAUTH_EVENT_TAPTAP_OPEN_URL: i32 = 33;
/// Progress of a TapTap login: the code was scanned, and the player has yet to confirm on the phone.
/// Once for each code; the texts of the code stay readable.
pub const TDSAUTH_EVENT_TAPTAP_SCANNED: i32 = 34;
/// Event without a request: the server no longer knows the session of the current user. Who that is
/// stays readable until the next login or logout. `status`: `TDSAUTH_ERR_SESSION_OVER`.
pub const TDSAUTH_EVENT_SESSION_OVER: i32 = 64;
/// Event without a request: another client or process changed who is logged in. `value`: 1 somebody
/// is, 0 nobody.
pub const TDSAUTH_EVENT_USER_CHANGED: i32 = 65;
/// Event without a request: a damaged file was set aside under another name. `value`: 1 everything
/// was recovered from its copy, 2 the guest's identity alone, 0 nothing.
pub const TDSAUTH_EVENT_STORAGE_DAMAGED: i32 = 66;
/// Event without a request: TapTap no longer takes the player's token, which was dropped. The
/// session with the account server, if there is one, goes on. `status`:
/// `TDSAUTH_ERR_TAPTAP_SESSION_OVER`.
pub const TDSAUTH_EVENT_TAPTAP_SESSION_OVER: i32 = 67;

/// Bit of an event's `flags`: a step on the way; more events of this request follow.
pub const TDSAUTH_FLAG_MORE: u32 = 256;
/// Bit of an event's `flags`: this final event was delivered before.
pub const TDSAUTH_FLAG_REPEATED: u32 = 512;

/// As `timeout_ms` of `tdsauth_wait`: wait as long as it takes.
pub const TDSAUTH_FOREVER: u32 = u32::MAX;

/// Field of `tdsauth_request_get_str`: what went wrong, in one English sentence for developers;
/// empty while nothing did.
pub const TDSAUTH_REQUEST_MESSAGE: i32 = 1;
/// Field of `tdsauth_request_get_str`: what the QR code holds, exactly as it is drawn.
pub const TDSAUTH_REQUEST_QR_TEXT: i32 = 2;
/// Field of `tdsauth_request_get_str`: the short code that the player may type in instead.
pub const TDSAUTH_REQUEST_USER_CODE: i32 = 3;
/// Field of `tdsauth_request_get_str`: the page to type that code in.
pub const TDSAUTH_REQUEST_VERIFICATION_URL: i32 = 4;
/// Field of `tdsauth_request_get_str`: what to open: a page in a browser, or TapTap's app.
pub const TDSAUTH_REQUEST_URL: i32 = 5;
/// Field of `tdsauth_request_get_str`: the name of the platform that the final event is about, also
/// after a failure.
pub const TDSAUTH_REQUEST_PLATFORM: i32 = 6;
/// Field of `tdsauth_request_get_str`: which of many objects were not saved, a JSON array of
/// `{"index":1,"status":-305,"code":142,"flags":0,"error":"…"}`; none if all were.
pub const TDSAUTH_REQUEST_FAILURES: i32 = 7;

/// Something that happened. 72 bytes, the caller's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_event {
    /// `sizeof(tdsauth_event)`.
    pub struct_size: u32,
    /// One of `TDSAUTH_EVENT_*`; 0 when there is no event.
    pub kind: i32,
    /// The request it belongs to; 0 when it was not asked for.
    pub request: tdsauth_request,
    /// What was given when the request was submitted.
    pub user_data: u64,
    /// Its meaning stands at the kind.
    pub value: i64,
    /// How many objects the request holds: `tdsauth_request_take_object`.
    pub objects: u32,
    /// Zero.
    pub reserved0: u32,
    /// `TDSAUTH_OK` or why the operation failed.
    pub status: i32,
    /// The HTTP status of the answer, 0 when there was none.
    pub http_status: i32,
    /// The account server's own number, 0 when there was none.
    pub server_code: i32,
    /// Bits `TDSAUTH_FLAG_*`.
    pub flags: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_event, 72);

// SAFETY: repr(C), integers alone, no padding (2 × 4 + 3 × 8 + 6 × 4 + 2 × 8 bytes), struct_size
// first.
unsafe impl Struct for tdsauth_event {
    fn reserved_is_zero(&self) -> bool {
        self.reserved0 == 0 && self.reserved == [0; 2]
    }
}

/// Options that every operation has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tdsauth_request_options {
    /// `sizeof(tdsauth_request_options)`.
    pub struct_size: u32,
    /// Time of the whole operation, at most 600000. Default: the client's `request_timeout_ms`.
    pub timeout_ms: u32,
    /// Zero.
    pub reserved: [u64; 2],
}
assert_layout!(tdsauth_request_options, 24);

// SAFETY: repr(C), integers alone, no padding (2 × 4 + 2 × 8 bytes), struct_size first.
unsafe impl Struct for tdsauth_request_options {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == [0; 2]
    }
}

/// What the core wants to know of every submit.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED_FIELD`.
///
/// # Safety
/// `options` is NULL or readable for the size it claims.
pub(crate) unsafe fn submit_in(
    options: *const tdsauth_request_options,
    user_data: u64,
) -> Result<Submit> {
    // SAFETY: the same promise as this function's.
    let options = unsafe { struct_in(options) }?;
    Ok(Submit { user_data, timeout_ms: options.map_or(0, |options| options.timeout_ms) })
}

/// Runs the body of a submit, which gives the handle of the new request.
///
/// # Safety
/// The header's rules for outputs (`request`) and structs (`error`).
pub(crate) unsafe fn submitting(
    client: tdsauth_client,
    request: *mut tdsauth_request,
    error: *mut tdsauth_error,
    body: &dyn Body<u64>,
) -> i32 {
    let body = || {
        // SAFETY: by this function's promise.
        let out = unsafe { slot(request) }?;
        out.set(body.run()?);
        Ok(status::OK)
    };
    // SAFETY: by this function's promise.
    unsafe { guard_reporting(client, error, &body) }
}

/// Takes the client's next event, in the order in which they happened. Call it in each frame until
/// it returns NO_EVENT.
///
/// Ownership: `event` is the caller's. Threads: any; never waits.
/// Errors: NO_EVENT (positive: nothing to deliver), INVALID_HANDLE, INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_poll(client: tdsauth_client, event: *mut tdsauth_event) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for structs.
        let out = unsafe { StructOut::open(event) }?;
        Ok(deliver(&out, core::poll(client)?, status::NO_EVENT))
    })
}

/// Waits for the next event of `request`, or with `request` 0 for the client's next event, at most
/// `timeout_ms` (0: does not wait; `TDSAUTH_FOREVER`: no limit).
///
/// While a thread waits for a request, that request's events go to this thread only. The final
/// event stays in its request until that is released: a later wait returns it at once, with
/// `TDSAUTH_FLAG_REPEATED`.
///
/// Ownership: `event` is the caller's. Threads: any; waits. Destroying the client wakes it.
/// Errors: TIMEOUT (positive: the request goes on), INVALID_HANDLE, INVALID_ARGUMENT, BUSY (another
/// thread waits for this request), CLOSED (the client was destroyed meanwhile), FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_wait(
    client: tdsauth_client,
    request: tdsauth_request,
    timeout_ms: u32,
    event: *mut tdsauth_event,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for structs.
        let out = unsafe { StructOut::open(event) }?;
        let limit = Duration::from_millis(timeout_ms.into());
        let limit = (timeout_ms != TDSAUTH_FOREVER).then_some(limit);
        Ok(deliver(&out, core::wait(client, request, limit)?, status::TIMEOUT))
    })
}

fn deliver(out: &StructOut<tdsauth_event>, event: Option<Event>, nothing: i32) -> i32 {
    let Some(event) = event else { return nothing };
    out.write(&tdsauth_event {
        struct_size: 0, // stays the caller's
        kind: event.kind,
        request: event.request,
        user_data: event.user_data,
        value: event.value,
        objects: event.objects,
        reserved0: 0,
        status: event.status,
        http_status: event.http_status,
        server_code: event.server_code,
        flags: event.flags,
        reserved: [0; 2],
    });
    status::OK
}

/// Ends a request early: its final event, CANCELLED, comes at once; a late answer is dropped. Of a
/// save that is on its way and must not be done twice it carries `TDSAUTH_FLAG_MAYBE_DONE`. After
/// its final event this does nothing.
///
/// Ownership: the request stays the caller's to release. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_request_cancel(request: tdsauth_request) -> i32 {
    guard(request, &|| core::request_cancel(request).map(|()| status::OK))
}

/// A text of the request's last delivered event: `field` is one of `TDSAUTH_REQUEST_*`. Who reads
/// those of a login or a binding can finish it in the player's place: log none of them.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: NONE (positive: the event has no such text), INVALID_HANDLE, INVALID_ARGUMENT,
/// BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_request_get_str(
    request: tdsauth_request,
    field: i32,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(request, &|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        let field = match field {
            TDSAUTH_REQUEST_MESSAGE => RequestText::Message,
            TDSAUTH_REQUEST_QR_TEXT => RequestText::QrText,
            TDSAUTH_REQUEST_USER_CODE => RequestText::UserCode,
            TDSAUTH_REQUEST_VERIFICATION_URL => RequestText::VerificationUrl,
            TDSAUTH_REQUEST_URL => RequestText::Url,
            TDSAUTH_REQUEST_PLATFORM => RequestText::Platform,
            TDSAUTH_REQUEST_FAILURES => RequestText::Failures,
            _ => return Err(Error::argument("the field is unknown")),
        };
        match core::request_text(request, field)? {
            Some(text) => out.write(&text),
            None => Ok(status::NONE),
        }
    })
}

/// Takes object number `index` (from 0) out of a request whose event has been delivered. It can be
/// taken once, and outlives request and client.
///
/// Ownership: `*object` is the caller's to release. Threads: any.
/// Errors: NONE (positive: no such object, or taken already), INVALID_HANDLE, INVALID_ARGUMENT,
/// LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_request_take_object(
    request: tdsauth_request,
    index: u32,
    object: *mut tdsauth_object,
) -> i32 {
    guard(request, &|| {
        // SAFETY: the header's rule for outputs.
        let out = unsafe { slot(object) }?;
        let Some(taken) = core::request_take_object(request, index)? else {
            return Ok(status::NONE);
        };
        out.set(taken);
        Ok(status::OK)
    })
}

/// Releases a request and what was not taken from it. Before its final event this cancels it, and
/// no event of it is delivered any more.
///
/// Ownership: gives `request` back. Threads: any. Errors: INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_request_release(request: tdsauth_request) -> i32 {
    guard(request, &|| core::request_release(request).map(|()| status::OK))
}
