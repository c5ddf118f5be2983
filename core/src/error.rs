//! One error for the whole library, and the status numbers that cross the C ABI.
//!
//! A status is 0 for success, positive when nothing happened, negative for a failure. The numbers
//! are part of the ABI: they are never reused, and a removed one stays reserved. Ranges say where
//! the cause lies: the caller (-1…), the network (-100…), the disk (-200…), the account (-300…),
//! TapTap (-400…).

use std::borrow::Cow;

/// The status numbers. `src/status.rs` gives each one its C name and asserts that they agree.
pub mod status {
    /// Success.
    pub const OK: i32 = 0;
    /// `poll`, `log_next`, `http_next`: there is nothing to deliver.
    pub const NO_EVENT: i32 = 1;
    /// `wait`: the time given ran out; the request goes on.
    pub const TIMEOUT: i32 = 2;
    /// The thing asked for is absent: nobody is logged in, the object has no such key.
    pub const NONE: i32 = 3;

    /// An argument is missing, too long, malformed, or a struct's size is out of range.
    pub const INVALID_ARGUMENT: i32 = -1;
    /// A handle is stale, released, of another kind, or belongs to another client.
    pub const INVALID_HANDLE: i32 = -2;
    /// A text is not UTF-8, or holds U+0000.
    pub const INVALID_UTF8: i32 = -3;
    /// The caller's buffer is too small; `needed` says how many bytes it takes.
    pub const BUFFER_TOO_SMALL: i32 = -4;
    /// A struct carries a non-zero field that this version does not know.
    pub const UNSUPPORTED_FIELD: i32 = -5;
    /// Too many requests live at once.
    pub const QUEUE_FULL: i32 = -6;
    /// Another thread waits for the same request already.
    pub const BUSY: i32 = -7;
    /// The client is shutting down or was destroyed.
    pub const CLOSED: i32 = -8;
    /// A defect inside the library was caught; the client it happened in refuses all further work.
    pub const PANIC: i32 = -9;
    /// The process was forked after the client was created; the child must create its own.
    pub const FORKED: i32 = -10;
    /// The request was cancelled.
    pub const CANCELLED: i32 = -11;
    /// The session changed (logout, another login) while the request ran; nothing was stored.
    pub const SESSION_CHANGED: i32 = -12;
    /// The value is of another type than the one asked for.
    pub const WRONG_TYPE: i32 = -13;
    /// This build or platform cannot do that.
    pub const NOT_SUPPORTED: i32 = -14;
    /// A limit of the library is reached (handles, memory).
    pub const LIMIT: i32 = -15;

    /// The connection failed or was lost.
    pub const NETWORK: i32 = -100;
    /// The host name could not be resolved.
    pub const DNS: i32 = -101;
    /// No connection could be made.
    pub const CONNECT: i32 = -102;
    /// The secure connection could not be made: a certificate is not trusted, or is another's.
    pub const TLS: i32 = -103;
    /// The request's deadline passed.
    pub const TIMED_OUT: i32 = -104;
    /// The answer is larger than `max_response_bytes`.
    pub const RESPONSE_TOO_LARGE: i32 = -105;
    /// The answer is not what the protocol says: not JSON, of the wrong shape, truncated.
    pub const BAD_RESPONSE: i32 = -106;
    /// The server sent the request elsewhere; redirects are never followed.
    pub const REDIRECT: i32 = -107;
    /// Plain http to a host other than loopback, without the option that allows it.
    pub const INSECURE_URL: i32 = -108;
    /// The server is ill: a 5xx status.
    pub const SERVER: i32 = -109;
    /// The server asks to slow down: status 429.
    pub const RATE_LIMITED: i32 = -110;

    /// The storage folder cannot be read or written.
    pub const STORAGE: i32 = -200;
    /// The stored file is of a newer version of the library; it is left untouched.
    pub const STORAGE_NEWER: i32 = -201;
    /// The stored file is damaged; it was set aside under another name.
    pub const STORAGE_DAMAGED: i32 = -202;
    /// The folder belongs to another user, or others may write to it.
    pub const STORAGE_PERMISSION: i32 = -203;
    /// Another process holds the folder's lock for too long.
    pub const STORAGE_BUSY: i32 = -204;
    /// The disk is full.
    pub const STORAGE_FULL: i32 = -205;

    /// The app id, app key or signature was refused.
    pub const UNAUTHORIZED: i32 = -300;
    /// The session token is no longer valid: the player has to log in again.
    pub const SESSION_OVER: i32 = -301;
    /// Nobody is logged in.
    pub const NOT_LOGGED_IN: i32 = -302;
    /// The server forbids it.
    pub const FORBIDDEN: i32 = -303;
    /// The server does not know the thing asked for.
    pub const NOT_FOUND: i32 = -304;
    /// The server refused for a reason of its own: see `server_code`.
    pub const REJECTED: i32 = -305;
    /// The platform's account belongs to another user (server codes 137, 208).
    pub const ALREADY_ASSOCIATED: i32 = -306;
    /// There is no such user (server code 211, where it means that).
    pub const USER_NOT_FOUND: i32 = -307;
    /// The server does not believe what the platform is said to say (server codes 250, 251, 252).
    pub const INVALID_AUTH_DATA: i32 = -308;
    /// The object did not meet the condition of a save (server code 305).
    pub const CONDITION_FAILED: i32 = -309;
    /// A MAC or signature does not match.
    pub const MAC_MISMATCH: i32 = -310;
    /// A signed time stamp is outside the accepted window.
    pub const MAC_EXPIRED: i32 = -311;

    /// TapTap: the player refused.
    pub const TAPTAP_DENIED: i32 = -400;
    /// TapTap: the code expired or was used up; the player has to start again.
    pub const TAPTAP_EXPIRED: i32 = -401;
    /// TapTap: a field of the request is missing or wrong.
    pub const TAPTAP_INVALID_REQUEST: i32 = -402;
    /// TapTap: the clock of this machine is too far off, also after it was corrected.
    pub const TAPTAP_INVALID_TIME: i32 = -403;
    /// TapTap: a signed request was seen before.
    pub const TAPTAP_REPLAY_ATTACKS: i32 = -404;
    /// TapTap: the client id is unknown, or the key does not belong to it.
    pub const TAPTAP_INVALID_CLIENT: i32 = -405;
    /// TapTap no longer takes the player's token: the player has to log in there again.
    pub const TAPTAP_SESSION_OVER: i32 = -406;
    /// TapTap: the player did not grant the scope that this takes.
    pub const TAPTAP_INSUFFICIENT_SCOPE: i32 = -407;
    /// TapTap: the code of a login was refused when it was exchanged for a token.
    pub const TAPTAP_INVALID_GRANT: i32 = -408;
    /// TapTap: the client id belongs to the other region.
    pub const TAPTAP_WRONG_REGION: i32 = -409;
    /// No TapTap token is kept: the player has not logged in there.
    pub const TAPTAP_NOT_LOGGED_IN: i32 = -410;
    /// The URL answers a TapTap login that nobody waits for any more.
    pub const TAPTAP_NO_PENDING_LOGIN: i32 = -411;
    /// TapTap refused for another reason: the message names it.
    pub const TAPTAP_REFUSED: i32 = -412;
}

/// Bits of [`Error::flags`].
pub mod flag {
    /// The same call may succeed later without anybody doing anything.
    pub const RETRYABLE: u32 = 1;
    /// The session is over: ask the player to log in again.
    pub const SESSION_OVER: u32 = 2;
    /// Only the player can help: log in, give consent, set the clock.
    pub const NEEDS_PLAYER: u32 = 4;
    /// The answer to a write was lost that must not be sent twice: it may have been done.
    pub const MAYBE_DONE: u32 = 8;
}

/// What went wrong. Its text is for developers and never holds a secret. A pointer, so that what may
/// fail hands on a word and not six of them: the library is a good deal smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Failure>);

/// What an [`Error`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One of [`status`], negative.
    pub status: i32,
    /// The HTTP status of the answer, 0 when there was none.
    pub http_status: i32,
    /// The account server's own number (`code` of its error), 0 when there was none.
    pub server_code: i32,
    /// Bits of [`flag`].
    pub flags: u32,
    /// One English sentence, without secrets.
    pub message: Cow<'static, str>,
}

impl Error {
    /// An error with the flags that its status implies.
    // Never inlined: hundreds of places make one, and each would be larger.
    #[cold]
    #[inline(never)]
    pub fn new(status: i32, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Failure {
            status,
            http_status: 0,
            server_code: 0,
            flags: implied(status),
            message: message.into(),
        }))
    }

    /// Short for the commonest mistake of a caller.
    #[cold]
    #[inline(never)]
    pub fn argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status::INVALID_ARGUMENT, message)
    }

    /// The same error, with another meaning.
    #[must_use]
    pub fn with_status(mut self, status: i32) -> Self {
        self.status = status;
        self.flags = implied(status);
        self
    }

    /// The same error, naming the answer it came with.
    #[must_use]
    pub fn with_server(mut self, http_status: i32, server_code: i32) -> Self {
        self.http_status = http_status;
        self.server_code = server_code;
        self
    }
}

fn implied(code: i32) -> u32 {
    match code {
        status::NETWORK
        | status::DNS
        | status::CONNECT
        | status::TIMED_OUT
        | status::SERVER
        | status::RATE_LIMITED
        | status::STORAGE_BUSY
        | status::QUEUE_FULL
        | status::TAPTAP_REPLAY_ATTACKS => flag::RETRYABLE,
        status::SESSION_OVER => flag::SESSION_OVER | flag::NEEDS_PLAYER,
        status::NOT_LOGGED_IN
        | status::TAPTAP_DENIED
        | status::TAPTAP_EXPIRED
        | status::TAPTAP_INVALID_TIME
        | status::TAPTAP_SESSION_OVER
        | status::TAPTAP_NOT_LOGGED_IN => flag::NEEDS_PLAYER,
        _ => 0,
    }
}

impl std::ops::Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;
