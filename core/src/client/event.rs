//! Events: what `poll` and `wait` deliver.

use std::sync::Arc;

use super::object::{Doubt, Landed, Object, Told};
use super::taptap::keep::Account;
use crate::account::Row;
use crate::error::Error;
use crate::secret::Secret;

/// Kinds of events, as the C ABI numbers them.
pub mod kind {
    /// A login ended. `value`: 1 when the account was made by it, 0 when it existed. One object.
    pub const LOGIN: i32 = 1;
    /// A logout ended. `value`: 1 when somebody was logged in, 0 when nobody was.
    pub const LOGOUT: i32 = 2;
    /// `value`: 1 when the session is valid, 0 when it is not. A failure means "cannot tell".
    pub const USER_IS_AUTHENTICATED: i32 = 3;
    /// The session token was replaced. One object.
    pub const SESSION_TOKEN_REFRESHED: i32 = 4;
    /// A TapTap login ended. `value`: 1 when the player took part in it, 0 when the token that was
    /// kept still served.
    pub const TAPTAP_LOGIN: i32 = 5;
    /// The TapTap token was replaced, and the profile fetched anew.
    pub const TAPTAP_REFRESHED: i32 = 6;
    /// The TapTap profile was fetched anew.
    pub const TAPTAP_PROFILE: i32 = 7;
    /// A platform was linked. One object.
    pub const USER_ASSOCIATED: i32 = 8;
    /// A platform was unlinked. `value`: 1 when it was the last one. One object.
    pub const USER_DISASSOCIATED: i32 = 9;
    /// The account was deleted, and nobody is logged in.
    pub const USER_DELETED: i32 = 10;
    /// An object was saved. One object.
    pub const OBJECT_SAVED: i32 = 11;
    /// An object was fetched. One object.
    pub const OBJECT_FETCHED: i32 = 12;
    /// An object was deleted. One object.
    pub const OBJECT_DELETED: i32 = 13;
    /// Objects were saved. `value`: how many of those given.
    pub const OBJECTS_SAVED: i32 = 14;
    /// A query was answered. As many objects as were found.
    pub const QUERY_FOUND: i32 = 15;
    /// A query was counted. `value`: how many.
    pub const QUERY_COUNTED: i32 = 16;
    /// There is a code for TapTap: open the address of [`super::RequestText::Url`].
    pub const BINDING_CONFIRMED: i32 = 17;
    /// Progress of a TapTap login: show the code of [`super::RequestText::QrText`] to the player.
    /// `value`: seconds it is good for. A later one replaces an earlier one.
    pub const TAPTAP_SHOW_QR: i32 = 32;
    /// Progress of a TapTap login: open the page of [`super::RequestText::Url`]. `value`: seconds
    /// the login waits for it.
    pub const TAPTAP_OPEN_URL: i32 = 33;
    /// Progress of a TapTap login: the code was scanned, the player has yet to confirm. Reported
    /// once for each code.
    pub const TAPTAP_SCANNED: i32 = 34;
    /// Unsolicited: the server no longer knows the session of the current user.
    pub const SESSION_OVER: i32 = 64;
    /// Unsolicited: another client or process of this folder changed who is logged in.
    pub const USER_CHANGED: i32 = 65;
    /// Unsolicited: a damaged file was set aside. `value`: 1 everything was recovered from its
    /// copy, 2 the guest id alone, 0 nothing.
    pub const STORAGE_DAMAGED: i32 = 66;
    /// Unsolicited: TapTap no longer takes the player's token, which was dropped. The session with
    /// the account server, if there is one, goes on.
    pub const TAPTAP_SESSION_OVER: i32 = 67;
}

/// Bits of [`Event::flags`] beside those of an error.
pub mod flag {
    /// A progress event: more of the same request follow.
    pub const MORE: u32 = 256;
    /// This final event was delivered before.
    pub const REPEATED: u32 = 512;
}

/// Texts of the last delivered event of a request, as the C ABI numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestText {
    /// What went wrong; empty for a success.
    Message = 1,
    /// What the QR code holds, exactly as it is drawn.
    QrText = 2,
    /// The short code that the player types in at [`RequestText::VerificationUrl`].
    UserCode = 3,
    /// The page to type that code in.
    VerificationUrl = 4,
    /// What to open: a page in a browser, or TapTap's app.
    Url = 5,
    /// The platform that the final event is about, also after a failure.
    Platform = 6,
    /// Which of many objects were not saved, as JSON.
    Failures = 7,
}

/// What an event tells in words: how the player takes part in a login or a binding. [`Secret`]s,
/// for whoever reads them can finish it in the player's place.
#[derive(Default)]
pub(crate) struct Texts {
    pub(crate) qr: Option<Secret>,
    pub(crate) user_code: Option<Secret>,
    pub(crate) verification_url: Option<Secret>,
    pub(crate) url: Option<Secret>,
    /// No secret, but a text.
    pub(crate) failures: Option<Secret>,
}

/// One event, as plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// One of [`kind`].
    pub kind: i32,
    /// The request's handle, 0 for an unsolicited event.
    pub request: u64,
    /// What the game gave at submit.
    pub user_data: u64,
    /// Meaning depends on the kind.
    pub value: i64,
    /// How many objects the request holds.
    pub objects: u32,
    /// One of [`crate::error::status`].
    pub status: i32,
    /// The answer's HTTP status, 0 for none.
    pub http_status: i32,
    /// The account server's own number, 0 for none.
    pub server_code: i32,
    /// Bits of [`crate::error::flag`] and [`flag`].
    pub flags: u32,
}

impl Event {
    pub(crate) fn failed(mut self, error: &Error) -> Self {
        self.status = error.status;
        self.http_status = error.http_status;
        self.server_code = error.server_code;
        self.flags |= error.flags;
        self
    }
}

/// Who is logged in, as of one change. A later change has a higher number.
#[derive(Clone)]
pub(crate) struct SessionView {
    pub(crate) seq: u64,
    pub(crate) user: Option<Arc<Row>>,
    /// And at TapTap.
    pub(crate) taptap: Option<Arc<Account>>,
}

/// What an operation leads to; swapped in when its event is delivered.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) value: i64,
    pub(crate) error: Option<Error>,
    /// The user that the request gives.
    pub(crate) user: Option<Arc<Row>>,
    /// The change of who is logged in.
    pub(crate) session: Option<SessionView>,
    /// An object the game holds, and what it shows from now on.
    pub(crate) object: Option<(Arc<Object>, Arc<Row>)>,
    /// Changes that a save brought to the server.
    pub(crate) landed: Option<Landed>,
    /// Saves that came to no good end, until the game is told.
    pub(crate) doubts: Vec<Doubt>,
    /// Objects of which an answer told something.
    pub(crate) told: Vec<(Arc<Object>, Told)>,
    /// The objects that the request gives, beside that of `user`.
    pub(crate) given: Vec<Arc<Object>>,
    /// What the game reads with the event; a progress event without any leaves the last ones.
    pub(crate) texts: Option<Box<Texts>>,
}

impl From<SessionView> for Outcome {
    fn from(view: SessionView) -> Self {
        Self { session: Some(view), ..Self::default() }
    }
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}
