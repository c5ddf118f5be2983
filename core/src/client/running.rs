//! What an operation waits for: an answer, a point in time, a word, its turn. All the time that the
//! library spends is spent here.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::log::level;
use super::owner::{Message, Owner, Waiting};
use super::pool::{Answer, Job};
use super::run::{Asking, Next, Woken};
use super::state::Standing;
use crate::echo;
use crate::error::{Error, status};
use crate::transport::{Deadline, Request};

/// An operation under way.
pub(super) struct Running {
    pub(super) step: Asking,
    pub(super) deadline: Instant,
    wait: Wait,
}

enum Wait {
    Answer(Exchange),
    Time(Instant),
    /// For what somebody has to say.
    Word,
    Turn,
}

struct Exchange {
    /// Tells its answer from that of one before it, which was given up.
    number: u64,
    request: Request,
    until: Instant,
    /// Whether it may be sent once more when it was lost unanswered.
    again: bool,
}

impl Running {
    /// When to look at it, whatever comes.
    pub(super) fn due(&self) -> Instant {
        match &self.wait {
            Wait::Answer(exchange) => exchange.until.min(self.deadline),
            Wait::Time(at) => (*at).min(self.deadline),
            Wait::Word | Wait::Turn => self.deadline,
        }
    }
}

impl Owner {
    pub(super) fn go_on(&mut self, id: u64, deadline: Instant, next: Next) {
        let (step, wait) = match next {
            Next::Ask(step, request) => return self.ask(id, deadline, step, request, true),
            Next::AskOnce(step, request) => return self.ask(id, deadline, step, request, false),
            Next::Pause(step, at) => (step, Wait::Time(at)),
            Next::Listen(step) => (step, Wait::Word),
            Next::Turn(step) => {
                self.queue.push_back(Waiting { id, new: None, after: None });
                (step, Wait::Turn)
            }
            Next::Done(outcome) => return self.end(id, outcome),
        };
        self.running.insert(id, Running { step, deadline, wait });
    }

    fn ask(&mut self, id: u64, deadline: Instant, step: Asking, request: Request, again: bool) {
        let until = match step.is_bounded() {
            true => deadline.min(Instant::now() + self.client.options.request_timeout),
            false => deadline,
        };
        let unsure = step.is_unsure();
        let wait = Wait::Answer(Exchange { number: 0, request, until, again });
        self.running.insert(id, Running { step, deadline, wait });
        if self.mark_unsure(id, unsure) {
            self.send(id);
        }
    }

    /// `false`: the game, which was told that nothing was on its way, gave the request up, and word
    /// of it comes.
    fn mark_unsure(&self, id: u64, unsure: bool) -> bool {
        let mut state = self.client.lock();
        if unsure && state.check(id) == Standing::Gone {
            return false;
        }
        if let Some(request) = state.requests.get_mut(&id) {
            request.unsure = unsure;
        }
        true
    }

    fn send(&mut self, id: u64) {
        let Some(running) = self.running.get_mut(&id) else { return };
        let Wait::Answer(exchange) = &mut running.wait else { return };
        self.exchanges += 1;
        let number = self.exchanges;
        exchange.number = number;
        let own = self.own.clone();
        let deadline =
            Deadline { at: exchange.until, connect: self.client.options.connect_timeout };
        self.client.http_sent.fetch_add(1, Ordering::Relaxed);
        self.client.log.write(level::DEBUG, || format!("{} sent", running.step.name()));
        self.client.pool.submit(Job {
            id: number,
            request: exchange.request.clone(),
            deadline,
            fresh: !exchange.again,
            done: Box::new(move |answer| {
                // The owner may be gone: then nobody waits for this answer.
                let _ = own.send(Message::Answered { id, number, answer });
            }),
        });
    }

    /// A request has one exchange at a time. The answer of one that was given up finds nobody.
    pub(super) fn answered(&mut self, id: u64, number: u64, answer: Answer) {
        let Some(running) = self.running.get_mut(&id) else { return };
        let Wait::Answer(exchange) = &mut running.wait else { return };
        if exchange.number != number {
            return;
        }
        if answer.lost_unanswered && exchange.again && exchange.until > Instant::now() {
            // A kept connection that the server had closed meanwhile. The request is idempotent,
            // and nothing was received.
            exchange.again = false;
            self.send(id);
            return;
        }
        if answer.result.as_ref().is_err_and(|error| error.status == status::PANIC) {
            self.client.poison();
            return;
        }
        let mut result = answer.result;
        if let Ok(response) = &mut result {
            echo::blank(&exchange.request, response);
        }
        self.wake(id, Woken::Answer(result));
    }

    /// Goes on with an operation, whatever it waited for.
    pub(super) fn wake(&mut self, id: u64, woken: Woken) {
        let Some(running) = self.running.remove(&id) else { return };
        self.give_up(id, &running.step.cuts());
        if let (Wait::Answer(exchange), false) = (&running.wait, matches!(woken, Woken::Answer(_)))
        {
            self.client.pool.cancel(exchange.number);
        }
        match self.conclude(id, running.step, woken, running.deadline) {
            Some(next) => self.go_on(id, running.deadline, next),
            None => self.pass_turn(id),
        }
    }

    pub(super) fn wake_due(&mut self) {
        let now = Instant::now();
        let due: Vec<(u64, bool)> = self
            .running
            .iter()
            .filter(|(_, running)| running.due() <= now)
            .map(|(id, running)| (*id, running.deadline <= now))
            .collect();
        for (id, over) in due {
            if over {
                let error = Error::new(status::TIMED_OUT, "the request's deadline passed");
                self.end_early(id, error);
            } else if let Some(running) = self.running.get(&id) {
                let woken = match &running.wait {
                    Wait::Answer(exchange) => {
                        self.client.pool.cancel(exchange.number);
                        Woken::Answer(Err(Error::new(status::TIMED_OUT, "no answer came in time")))
                    }
                    _ => Woken::Time,
                };
                self.wake(id, woken);
            }
        }
    }

    /// Takes an operation out, wherever it stands.
    pub(super) fn drop_running(&mut self, id: u64) -> Option<Running> {
        self.pass_turn(id);
        let running = self.running.remove(&id)?;
        match &running.wait {
            Wait::Answer(exchange) => self.client.pool.cancel(exchange.number),
            Wait::Turn => self.queue.retain(|waiting| waiting.id != id),
            Wait::Time(_) | Wait::Word => {}
        }
        Some(running)
    }
}
