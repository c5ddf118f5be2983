//! A signed call of the open API with its retries: when a clock is wrong, a nonce was seen, a
//! server is ill (`taptap-login.md` section 5).

use std::time::Duration;

use super::answer::{Answer, Kind, Place};
use super::endpoint::Endpoint;
use super::profile::Profile;
use super::token::Token;
use crate::error::{Error, Result, flag};
use crate::transport::{Request, Response};

/// Tries in all while servers and connections fail, as the documentation asks.
const TRIES: u32 = 3;
/// The pause before the second try; each further one is four times as long.
const PAUSE: Duration = Duration::from_millis(250);

/// Fetches profile or basic info.
///
/// Drive it so: send [`SignedCall::request`], hand the answer to [`SignedCall::answered`], and
/// begin again as long as that says [`Next::Again`].
#[derive(Debug)]
pub struct SignedCall {
    token: Token,
    /// Seconds that TapTap's clock is ahead of this machine's.
    offset: i64,
    sent: u32,
    corrected: bool,
    resigned: bool,
}

/// How a call goes on.
#[derive(Debug)]
pub enum Next {
    /// Send [`SignedCall::request`] again after this pause, with a new nonce.
    Again(Duration),
    /// It is over.
    Done(Result<Profile>),
}

impl SignedCall {
    /// A call with `token`. `offset`: what [`SignedCall::offset`] of an earlier call said; 0 at
    /// first.
    pub fn new(token: Token, offset: i64) -> Self {
        Self { token, offset, sent: 0, corrected: false, resigned: false }
    }

    /// The token that signs.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Seconds to add to this machine's clock to have TapTap's. Keep it for later calls.
    pub fn offset(&self) -> i64 {
        self.offset
    }

    /// The next request to send. `now`: this machine's Unix seconds; `nonce`: never used before.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: the token cannot be signed with.
    pub fn request(&mut self, endpoint: &Endpoint, now: u64, nonce: &str) -> Result<Request> {
        self.sent += 1;
        endpoint.profile(&self.token, now.saturating_add_signed(self.offset), nonce)
    }

    /// What the last request brought. `now`: this machine's Unix seconds.
    pub fn answered(&mut self, result: &Result<Response>, now: u64) -> Next {
        let refusal = match result {
            Ok(response) => match Answer::read(response) {
                Ok(answer) => return Next::Done(profile(&answer, response)),
                Err(refusal) => refusal,
            },
            Err(error) if error.flags & flag::RETRYABLE != 0 => return self.ill(error.clone()),
            Err(error) => return Next::Done(Err(error.clone())),
        };
        let error = refusal.error(Place::Signed);
        match (refusal.kind, refusal.now) {
            (Kind::InvalidTime, Some(theirs)) if !self.corrected => {
                self.corrected = true;
                self.offset = offset(theirs, now);
                Next::Again(Duration::ZERO)
            }
            (Kind::ReplayAttacks, _) if !self.resigned => {
                self.resigned = true;
                Next::Again(Duration::ZERO)
            }
            (Kind::ServerError, _) => self.ill(error),
            _ => Next::Done(Err(error)),
        }
    }

    fn ill(&self, error: Error) -> Next {
        if self.sent < TRIES {
            Next::Again(PAUSE * 4_u32.pow(self.sent.saturating_sub(1)))
        } else {
            Next::Done(Err(error))
        }
    }
}

fn profile(answer: &Answer, response: &Response) -> Result<Profile> {
    Profile::from_row(&answer.data).map_err(|e| e.with_server(i32::from(response.status), 0))
}

/// Seconds from `ours` to `theirs`; 0 for a distance that no clock has.
fn offset(theirs: u64, ours: u64) -> i64 {
    theirs.checked_signed_diff(ours).unwrap_or(0)
}
