//! A TapTap operation under way: what it is for, how far it is, and which step follows which.

use std::sync::Arc;
use std::time::Instant;

use super::keep::Account;
use super::listener::Listener;
use super::{Asked, TapTapLogin, Then};
use crate::client::event::{Outcome, SessionView, kind};
use crate::client::log::level;
use crate::client::object::Object;
use crate::client::owner::Owner;
use crate::client::run::{Asking, Next, Woken};
use crate::error::{Error, Result, status};
use crate::taptap::{Attempt, Callback, DeviceFlow, Endpoint, SignedCall, Token};
use crate::transport::Request;

/// TapTap's name in `authData`.
pub(super) const PLATFORM: &str = "taptap";

/// Something from outside that a login waits for.
pub(in crate::client) enum Word {
    /// The consent page's answer, to a state that was compared.
    Callback(Callback),
    /// A new QR code is wanted.
    Renew,
}

/// What an operation ends in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// A TapTap login.
    Login,
    /// The account login that follows it.
    Account,
    /// The association with a user that follows it.
    Associate,
    /// A token and a profile as new as can be.
    Refresh,
    /// The profile.
    Profile,
    /// A login with a token of somebody else's.
    Import,
}

/// Whom a TapTap player is to be linked to.
pub(super) struct Link {
    /// `None`: the current user, who must still be the one of `id` then.
    pub(super) user: Option<Arc<Object>>,
    pub(super) id: String,
}

pub(in crate::client) struct Flow {
    pub(super) goal: Goal,
    /// Whom the player is linked to.
    pub(super) link: Option<Link>,
    /// A login: how to ask the player.
    pub(super) login: Option<TapTapLogin>,
    /// Whether the player was asked.
    pub(super) asked: bool,
    /// QR codes that may still be fetched without anybody asking for them.
    pub(super) renewals: u32,
    pub(super) deadline: Instant,
    /// The folder's number of logouts when it began: under another one nothing is stored.
    pub(super) epoch: u64,
    /// What was stored; the game reads it with the final event.
    pub(super) view: Option<SessionView>,
    pub(super) stage: Stage,
}

/// What it waits for.
pub(super) enum Stage {
    /// A step is being made.
    Between,
    /// Its turn to use the token that is kept.
    Kept,
    /// A new token for this one.
    Refresh(Token),
    /// A device code.
    Code,
    /// The next poll, or its answer.
    Device(Box<DeviceFlow>),
    /// The player at the consent page; the listener goes with the stage.
    Browser(Attempt, #[expect(dead_code, reason = "listens as long as it lives")] Listener),
    /// The same, and the URL that the engine catches.
    Redirect(Attempt),
    /// A token for the code.
    Exchange(Attempt),
    /// The profile, or the next try to fetch it.
    Profile(SignedCall),
    /// The turn of the account login, then its answer.
    Account(Box<Account>),
}

/// What follows a step.
pub(super) enum Go {
    /// As [`Next::Ask`].
    Ask(Request),
    /// As [`Next::AskOnce`].
    AskOnce(Request),
    Pause(Instant),
    Listen,
    Turn,
    Done(Outcome),
    /// It goes on as something else.
    Other(Box<Next>),
    /// The request was cancelled or released.
    Gone,
}

impl Flow {
    fn new(goal: Goal, epoch: u64, deadline: Instant) -> Self {
        Self {
            goal,
            link: None,
            login: None,
            asked: false,
            renewals: 0,
            deadline,
            epoch,
            view: None,
            stage: Stage::Between,
        }
    }

    /// What it asks for, joined by commas.
    pub(super) fn scopes(&self) -> &str {
        self.login.as_ref().map_or("", |login| login.scopes.as_str())
    }

    /// Whether the account server is asked in the end.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self.goal, Goal::Account | Goal::Associate)
    }

    /// Whether a token may serve in place of asking the player.
    pub(super) fn is_served_by(&self, token: &Token) -> bool {
        self.scopes().split(',').all(|scope| token.grants(scope))
    }

    /// Whether the player can be asked, and was not yet.
    pub(super) fn can_ask(&self) -> bool {
        self.login.is_some() && !self.asked
    }

    pub(in crate::client) fn name(&self) -> &'static str {
        match &self.stage {
            Stage::Between | Stage::Kept => "TapTap login",
            Stage::Refresh(_) => "TapTap refresh",
            Stage::Code => "device code",
            Stage::Device(_) => "poll",
            Stage::Browser(..) | Stage::Redirect(_) | Stage::Exchange(_) => "code exchange",
            Stage::Profile(_) => "TapTap profile",
            Stage::Account(_) => "login",
        }
    }

    pub(in crate::client) fn hears(&self, word: &Word) -> bool {
        match word {
            Word::Callback(_) => matches!(self.stage, Stage::Browser(..) | Stage::Redirect(_)),
            Word::Renew => matches!(self.stage, Stage::Device(_)),
        }
    }
}

impl Asked {
    fn goal(&self) -> Goal {
        match self {
            Self::Login { then: Then::Account, .. } => Goal::Account,
            Self::Login { then: Then::Associate(_), .. } => Goal::Associate,
            // What follows a login that is resumed is on the disk.
            Self::Login { .. } | Self::Resume(_) => Goal::Login,
            Self::Refresh => Goal::Refresh,
            Self::Profile => Goal::Profile,
            Self::Import(_) => Goal::Import,
        }
    }

    /// The kind of its final event.
    pub(in crate::client) fn kind(&self) -> i32 {
        match self.goal() {
            Goal::Login | Goal::Import => kind::TAPTAP_LOGIN,
            Goal::Account => kind::LOGIN,
            Goal::Associate => kind::USER_ASSOCIATED,
            Goal::Refresh => kind::TAPTAP_REFRESHED,
            Goal::Profile => kind::TAPTAP_PROFILE,
        }
    }

    /// The platform that it is about.
    pub(in crate::client) fn platform(&self) -> Option<&'static str> {
        (self.goal() == Goal::Associate).then_some(PLATFORM)
    }

    /// Whether the player takes part in it.
    pub(in crate::client) fn is_login(&self) -> bool {
        matches!(self, Self::Login { .. } | Self::Resume(_))
    }
}

impl Owner {
    pub(in crate::client) fn begin_taptap(
        &mut self,
        id: u64,
        asked: Asked,
        deadline: Instant,
    ) -> Result<Option<Next>> {
        let epoch = self.session.epoch()?;
        let mut flow = Box::new(Flow::new(asked.goal(), epoch, deadline));
        let go = match asked {
            Asked::Login { login, then } => {
                if let Then::Associate(user) = then {
                    flow.link = Some(self.link_to(user)?);
                }
                flow.renewals = login.renewals;
                flow.login = Some(login);
                self.log_in_at_taptap(id, &mut flow)
            }
            Asked::Resume(callback) => self.resume(id, &mut flow, &callback),
            Asked::Refresh => self.kept().and_then(|kept| self.refresh(&mut flow, kept)),
            Asked::Profile => self.kept().and_then(|kept| self.fetch(&mut flow, kept)),
            Asked::Import(token) => self.fetch(&mut flow, token),
        };
        Ok(self.after(id, flow, go))
    }

    /// Goes on with what it waited for.
    pub(in crate::client) fn taptap(
        &mut self,
        id: u64,
        mut flow: Box<Flow>,
        woken: Woken,
    ) -> Option<Next> {
        let go = self.step(id, &mut flow, woken);
        self.after(id, flow, go)
    }

    fn step(&mut self, id: u64, flow: &mut Flow, woken: Woken) -> Result<Go> {
        match (std::mem::replace(&mut flow.stage, Stage::Between), woken) {
            (Stage::Kept, Woken::Turn) => self.use_kept(id, flow),
            (Stage::Refresh(token), Woken::Answer(answer)) => {
                self.refreshed(id, flow, &token, answer)
            }
            (Stage::Code, Woken::Answer(answer)) => self.show_code(id, flow, &answer?),
            (Stage::Device(device), Woken::Time) => self.poll(id, flow, device),
            (Stage::Device(device), Woken::Answer(answer)) => {
                self.polled(id, flow, device, &answer)
            }
            (Stage::Device(_), Woken::Word(Word::Renew)) => self.ask_code(flow),
            (Stage::Browser(attempt, _), Woken::Word(Word::Callback(callback))) => {
                self.called_back(flow, attempt, callback)
            }
            (Stage::Redirect(attempt), Woken::Word(Word::Callback(callback))) => {
                self.redirected(flow, attempt, callback)
            }
            (Stage::Exchange(attempt), Woken::Answer(answer)) => {
                self.exchanged(id, flow, &attempt, &answer?)
            }
            (Stage::Profile(call), Woken::Time) => self.sign(flow, call),
            (Stage::Profile(call), Woken::Answer(answer)) => self.profiled(id, flow, call, &answer),
            (Stage::Account(account), Woken::Turn) => match flow.link.take() {
                Some(link) => self.associate_with(flow, link, &account),
                None => self.log_in_with(flow, account),
            },
            (Stage::Account(_), Woken::Answer(answer)) => self.account_answered(id, flow, &answer?),
            _ => Err(Error::new(status::PANIC, "a TapTap operation was woken for no reason")),
        }
    }

    fn after(&mut self, id: u64, flow: Box<Flow>, go: Result<Go>) -> Option<Next> {
        self.report();
        Some(match go {
            Ok(Go::Ask(request)) => Next::Ask(Asking::TapTap(flow), request),
            Ok(Go::AskOnce(request)) => Next::AskOnce(Asking::TapTap(flow), request),
            Ok(Go::Pause(at)) => Next::Pause(Asking::TapTap(flow), at),
            Ok(Go::Listen) => Next::Listen(Asking::TapTap(flow)),
            Ok(Go::Turn) if self.has_turn(id) => return self.taptap(id, flow, Woken::Turn),
            Ok(Go::Turn) => Next::Turn(Asking::TapTap(flow)),
            Ok(Go::Done(outcome)) => Next::Done(outcome),
            Ok(Go::Other(next)) => *next,
            Ok(Go::Gone) => {
                self.abandon(Asking::TapTap(flow));
                return None;
            }
            Err(error) => Next::Done(self.taptap_failed(*flow, error)),
        })
    }

    /// It ends before it is done: what it stored stays, and the game reads it from now on.
    pub(in crate::client) fn taptap_failed(&mut self, flow: Flow, error: Error) -> Outcome {
        if let Stage::Redirect(attempt) = &flow.stage
            && let Err(error) = self.session.drop_pending(&attempt.state)
        {
            // It lies there until the next login, of no use to anybody after ten minutes.
            self.client.log.write(level::WARN, || error.to_string());
        }
        Outcome { error: Some(error), session: flow.view, ..Outcome::default() }
    }

    pub(super) fn endpoint(&self) -> Result<&Endpoint> {
        self.client.options.taptap.endpoint()
    }
}
