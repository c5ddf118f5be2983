//! Login by QR code: the device code and the machine that polls with it.

use std::time::{Duration, Instant};

use super::answer::{self, Answer, Kind, Place};
use super::endpoint::Endpoint;
use super::token::Token;
use crate::error::{Error, Result, status};
use crate::secret::Secret;
use crate::transport::{Request, Response};

/// Seconds between polls when the answer does not say (RFC 8628 section 3.2).
const INTERVAL: u64 = 5;
/// Bounds of what the answer may say, in seconds.
const INTERVALS: std::ops::RangeInclusive<u64> = 1..=60;
/// What `slow_down` adds (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// Seconds that a code is good for when the answer does not say: as the service has it.
const EXPIRY: u64 = 300;
/// Bounds of what the answer may say, in seconds.
const EXPIRIES: std::ops::RangeInclusive<u64> = 1..=3600;
/// The longest device code, in bytes.
const MAX_CODE: usize = 1024;
/// The longest text and address to show, in bytes: what a QR code holds at error correction M.
const MAX_SHOWN: usize = 2331;

/// A code that the player confirms on another device.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// What polls are made with. The secret part.
    pub(super) code: Secret,
    /// What the QR code holds, letter by letter.
    pub qrcode_url: String,
    /// Short code to type at `verification_url`; empty when there is none.
    pub user_code: String,
    /// Page to type the code at; empty when there is none.
    pub verification_url: String,
    /// How long the code is good for, from when it was received.
    pub expires_in: Duration,
    /// Least pause between polls.
    pub interval: Duration,
}

impl DeviceCode {
    /// Reads the answer to [`Endpoint::device_code`].
    ///
    /// # Errors
    /// What TapTap refused; `BAD_RESPONSE` for an answer without a code or a QR text.
    pub fn read(response: &Response) -> Result<Self> {
        let data = answer::read(response, Place::DeviceCode)?.data;
        let bad = |what| answer::bad(response, what);
        let code = answer::text(&data, "device_code")
            .filter(|code| code.len() <= MAX_CODE && code.bytes().all(|b| b.is_ascii_graphic()))
            .ok_or_else(|| bad("the answer's device_code is missing or malformed"))?;
        let shown = |name: &str| {
            answer::text(&data, name)
                .filter(|text| text.len() <= MAX_SHOWN && !text.chars().any(char::is_control))
        };
        let qrcode_url = shown("qrcode_url")
            .ok_or_else(|| bad("the answer's qrcode_url is missing or malformed"))?;
        let seconds = |name: &str, default, bounds: std::ops::RangeInclusive<u64>| {
            let given = data.get(name).and_then(answer::number).unwrap_or(default);
            Duration::from_secs(given.clamp(*bounds.start(), *bounds.end()))
        };
        Ok(Self {
            code: Secret::new(code),
            qrcode_url: qrcode_url.to_owned(),
            user_code: shown("user_code").unwrap_or_default().to_owned(),
            verification_url: shown("verification_url").unwrap_or_default().to_owned(),
            expires_in: seconds("expires_in", EXPIRY, EXPIRIES),
            interval: seconds("interval", INTERVAL, INTERVALS),
        })
    }
}

/// Polls with one device code until it is confirmed, refused or expired.
///
/// Drive it so: do what [`DeviceFlow::step`] says; when the answer to a poll is there, hand it to
/// [`DeviceFlow::answered`], then ask for the next step. It never has two polls under way, and
/// never begins one before a whole interval has gone by since the last ended.
#[derive(Debug)]
pub struct DeviceFlow {
    code: DeviceCode,
    /// What was asked for.
    scopes: String,
    interval: Duration,
    next_poll: Instant,
    expires: Instant,
    polling: bool,
    scanned: bool,
}

/// What to do now.
#[derive(Debug)]
pub enum Step {
    /// Send this at once.
    Poll(Request),
    /// Nothing before that moment.
    Wait(Instant),
    /// A poll is under way: nothing before its answer.
    Polling,
    /// The code is no longer good: `TAPTAP_EXPIRED`. Final.
    Over(Error),
}

/// What a poll brought.
#[derive(Debug)]
pub enum Polled {
    /// Nothing new: ask for the next step.
    Nothing,
    /// The player has scanned the code and is about to confirm. Said once.
    Scanned,
    /// The player agreed. Final.
    Token(Token),
    /// `TAPTAP_DENIED`, `TAPTAP_EXPIRED` or whatever else ends it. Final.
    Over(Error),
}

impl DeviceFlow {
    /// Begins with a code that was received at `now`, asked for with `scopes`. The first poll
    /// comes one interval later: nobody scans faster.
    pub fn new(code: DeviceCode, scopes: &str, now: Instant) -> Self {
        let interval = code.interval;
        Self {
            scopes: scopes.to_owned(),
            interval,
            next_poll: now + interval,
            expires: now + code.expires_in,
            polling: false,
            scanned: false,
            code,
        }
    }

    /// The code that is shown.
    pub fn code(&self) -> &DeviceCode {
        &self.code
    }

    /// When the code stops being good.
    pub fn expires(&self) -> Instant {
        self.expires
    }

    /// What to do at `now`.
    pub fn step(&mut self, endpoint: &Endpoint, now: Instant) -> Step {
        if self.polling {
            Step::Polling
        } else if now >= self.expires {
            Step::Over(expired())
        } else if now < self.next_poll {
            Step::Wait(self.next_poll.min(self.expires))
        } else {
            self.polling = true;
            Step::Poll(endpoint.poll(&self.code))
        }
    }

    /// The answer to the poll of [`Step::Poll`], or why there is none, at `now`.
    pub fn answered(&mut self, result: &Result<Response>, now: Instant) -> Polled {
        self.polling = false;
        let polled = match result {
            Ok(response) => self.read(response),
            Err(error) if passes(error.status) => Polled::Nothing,
            Err(error) => Polled::Over(error.clone()),
        };
        self.next_poll = now + self.interval;
        match polled {
            Polled::Nothing if now >= self.expires => Polled::Over(expired()),
            other => other,
        }
    }

    fn read(&mut self, response: &Response) -> Polled {
        let refusal = match Answer::read(response) {
            Ok(_) => {
                return match Token::read(response, Place::Poll, &self.scopes) {
                    Ok(token) => Polled::Token(token),
                    Err(error) => Polled::Over(error),
                };
            }
            Err(refusal) => refusal,
        };
        match refusal.kind {
            Kind::AuthorizationPending => Polled::Nothing,
            Kind::AuthorizationWaiting if self.scanned => Polled::Nothing,
            Kind::AuthorizationWaiting => {
                self.scanned = true;
                Polled::Scanned
            }
            Kind::SlowDown | Kind::TooMany => {
                self.interval += SLOWER;
                Polled::Nothing
            }
            // A server or a proxy in trouble, or a network that wants the player to log in: the
            // code stays good meanwhile.
            Kind::ServerError | Kind::Redirect | Kind::Malformed => Polled::Nothing,
            _ => Polled::Over(refusal.error(Place::Poll)),
        }
    }
}

/// Whether a failed exchange says nothing about the login: the next poll may well succeed.
fn passes(failure: i32) -> bool {
    matches!(
        failure,
        status::NETWORK
            | status::DNS
            | status::CONNECT
            | status::TLS
            | status::TIMED_OUT
            | status::RESPONSE_TOO_LARGE
            | status::BAD_RESPONSE
    )
}

fn expired() -> Error {
    Error::new(status::TAPTAP_EXPIRED, "the code expired before the player confirmed")
}
