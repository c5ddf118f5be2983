//! Logins by device code: a game shows a QR code and polls until somebody has decided.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq as _;
use tdsauth_core::secret::Secret;

use super::answer::Refusal;
use super::scopes::Scopes;
use crate::ids::random_text;

/// Most that wait at once; a game that starts more is told to come later.
const MOST_WAITING: usize = 1024;

/// Most that are remembered, so that a dead code still says why.
const MOST: usize = 2 * MOST_WAITING;

/// After so many polls before their time the login fails.
const MOST_OFFENCES: u32 = 3;

/// What `slow_down` adds to the interval (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// Letters and digits that nobody mistakes for another one.
const USER_CODE: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// One login.
#[derive(Debug)]
pub(super) struct Login {
    device_code: Secret,
    pub(super) user_code: String,
    pub(super) scopes: Scopes,
    status: Status,
    pub(super) expires: Instant,
    /// What the client has to wait between two polls.
    pub(super) interval: Duration,
    /// When the last poll was answered.
    polled: Option<Instant>,
    pub(super) offences: u32,
}

/// How far a login is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    /// Nobody has opened the page.
    Pending,
    /// The page was opened.
    Scanned,
    /// This player has allowed it; the next poll gets the token.
    Allowed(String),
    /// The player has refused.
    Denied,
    /// The token was given.
    Used,
    /// Nobody decided in time.
    Expired,
    /// The client polled too fast too often.
    Offended,
}

impl Status {
    /// In `GET /dev/state`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scanned => "scanned",
            Self::Allowed(_) => "allowed",
            Self::Denied => "denied",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Offended => "failed: polled too fast",
        }
    }

    /// Whether nothing can be decided any more.
    pub(super) fn is_over(&self) -> bool {
        !matches!(self, Self::Pending | Self::Scanned)
    }

    fn is_waiting(&self) -> bool {
        matches!(self, Self::Pending | Self::Scanned | Self::Allowed(_))
    }
}

/// What somebody does with a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Scan,
    /// As this player, who has to exist.
    Allow(String),
    Deny,
    Expire,
}

/// What a login came to: who, and for what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    /// The player's id.
    pub(super) player: String,
    pub(super) scopes: Scopes,
}

/// Why an action had no effect: there is no such login, or it was decided before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missed {
    Unknown,
    Over(Status),
}

impl Login {
    /// How far it is at `now`.
    pub(super) fn status(&self, now: Instant) -> Status {
        if self.status.is_waiting() && now >= self.expires {
            return Status::Expired;
        }
        self.status.clone()
    }

    /// A poll before its time makes the interval longer; too many of them end the login.
    fn keeps_pace(&mut self, now: Instant) -> Result<(), Refusal> {
        // Counted from the last answer, which a client cannot have before it was given: only a
        // timer that runs early needs forbearance.
        let least = self.interval - self.interval / 10;
        if self.polled.is_none_or(|polled| now.duration_since(polled) >= least) {
            return Ok(());
        }
        self.slow_down();
        if self.offences < MOST_OFFENCES {
            return Err(Refusal::slow_down("polled before the interval was over"));
        }
        self.status = Status::Offended;
        Err(too_fast())
    }

    fn slow_down(&mut self) {
        self.offences += 1;
        self.interval += SLOWER;
    }
}

/// All logins, oldest first.
#[derive(Debug, Default)]
pub(super) struct Logins(VecDeque<Login>);

impl Logins {
    /// A new login. Gives its device code, which is nowhere else to be had, and its user code.
    pub(super) fn begin(
        &mut self,
        scopes: Scopes,
        interval: Duration,
        lifetime: Duration,
        now: Instant,
    ) -> Result<(Secret, String), Refusal> {
        let waiting = self.0.iter().filter(|login| login.status(now).is_waiting()).count();
        if waiting >= MOST_WAITING {
            return Err(Refusal::too_many_login_attempts("too many logins wait"));
        }
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        let no_randomness = |_| Refusal::server_error("no randomness");
        let device_code = Secret::new(random_text(40).map_err(no_randomness)?);
        let user_code = self.free_user_code()?;
        self.0.push_back(Login {
            device_code: device_code.clone(),
            user_code: user_code.clone(),
            scopes,
            status: Status::Pending,
            expires: now + lifetime,
            interval,
            polled: None,
            offences: 0,
        });
        Ok((device_code, user_code))
    }

    fn free_user_code(&self) -> Result<String, Refusal> {
        loop {
            let mut random = [0; 5];
            getrandom::fill(&mut random).map_err(|_| Refusal::server_error("no randomness"))?;
            let letter = |byte: &u8| USER_CODE.get(usize::from(byte % 32)).copied();
            let code: String = random.iter().filter_map(letter).map(char::from).collect();
            if self.find(&code).is_none() {
                return Ok(code);
            }
        }
    }

    /// The login of a user code, in letters of any case.
    pub(super) fn find(&self, user_code: &str) -> Option<&Login> {
        self.0.iter().find(|login| login.user_code.eq_ignore_ascii_case(user_code))
    }

    /// All of them, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Login> {
        self.0.iter().rev()
    }

    /// A client asks what became of its login. Succeeds once.
    pub(super) fn poll(&mut self, device_code: &str, now: Instant) -> Result<Allowed, Refusal> {
        let login = self.by_device_code(device_code);
        let login = login.ok_or(Refusal::invalid_grant("there is no such device code"))?;
        let outcome = login.answer(now);
        login.polled = Some(now);
        outcome
    }

    /// The client was told to slow down for no fault of its own.
    pub(super) fn slow_down(&mut self, device_code: &str, now: Instant) {
        if let Some(login) = self.by_device_code(device_code) {
            login.interval += SLOWER;
            login.polled = Some(now);
        }
    }

    fn by_device_code(&mut self, code: &str) -> Option<&mut Login> {
        let same =
            |login: &Login| login.device_code.expose().as_bytes().ct_eq(code.as_bytes()).into();
        self.0.iter_mut().find(|login| same(login))
    }

    /// Somebody does something with a login.
    pub(super) fn act(
        &mut self,
        user_code: &str,
        action: Action,
        now: Instant,
    ) -> Result<(), Missed> {
        let login = self.0.iter_mut().find(|login| login.user_code.eq_ignore_ascii_case(user_code));
        let login = login.ok_or(Missed::Unknown)?;
        match (login.status(now), action) {
            (Status::Pending | Status::Scanned, Action::Scan) => login.status = Status::Scanned,
            (Status::Pending | Status::Scanned, Action::Allow(player)) => {
                login.status = Status::Allowed(player);
            }
            (Status::Pending | Status::Scanned, Action::Deny) => login.status = Status::Denied,
            (Status::Pending | Status::Scanned | Status::Allowed(_), Action::Expire) => {
                login.status = Status::Expired;
            }
            (over, _) => return Err(Missed::Over(over)),
        }
        Ok(())
    }
}

impl Login {
    fn answer(&mut self, now: Instant) -> Result<Allowed, Refusal> {
        match self.status(now) {
            Status::Denied => return Err(Refusal::access_denied("the player refused")),
            Status::Used => return Err(Refusal::invalid_grant("the device code is used up")),
            Status::Expired => {
                let text = "the provided access grant is invalid, expired, or revoked";
                return Err(Refusal::invalid_grant_code(text));
            }
            Status::Offended => return Err(too_fast()),
            Status::Pending | Status::Scanned | Status::Allowed(_) => self.keeps_pace(now)?,
        }
        match &self.status {
            Status::Allowed(player) => {
                let allowed = Allowed { player: player.clone(), scopes: self.scopes.clone() };
                self.status = Status::Used;
                Ok(allowed)
            }
            Status::Scanned => Err(Refusal::authorization_waiting("scanned, not yet confirmed")),
            _ => Err(Refusal::authorization_pending("not scanned yet")),
        }
    }
}

const fn too_fast() -> Refusal {
    Refusal::invalid_request("polled faster than the interval too often: the login has failed")
}
