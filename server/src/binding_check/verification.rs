//! Verification codes for a telephone or a UID.

use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use super::call::Call;
use super::probe::Probe;
use super::rule::Rule;
use super::source::Kind;
use crate::binding::{Channel, Endpoint};
use crate::start::StartError;

/// More wrong codes than a player types.
const GUESSES: usize = 10;

const SEND: Rule = Rule::error(
    "send-code",
    "0 when a code is asked for a test account",
    "see why it is not sent: log the sender's answer",
);
const TOO_OFTEN: Rule = Rule::error(
    "send-code-throttle",
    "1010 when a code is asked for again within 60 seconds: TapTap does not slow players down",
    "keep the time of the last code of each telephone or UID",
);
const WRONG: Rule = Rule::error(
    "wrong-verification-code",
    "1020 for a wrong code",
    "compare with the code that was sent to this telephone or UID",
);
const NONE: Rule = Rule::error(
    "no-verification-code",
    "1021 (or 1020) for a code where none was sent, or not any more",
    "take no code but one that was sent to this telephone or UID",
);
const RIGHT: Rule = Rule::error(
    "verification-code",
    "0 and the roles for the right code",
    "compare with the code that was sent to this telephone or UID",
);
const REUSED: Rule = Rule::error(
    "verification-code-reused",
    "1021 (or 1020) for a code that was used",
    "delete the code in the same step in which it is compared",
);
const UNBOUNDED: Rule = Rule::advice(
    "guesses",
    "no more than some guesses at one code: there are only a million",
    "count wrong guesses, and end the code at the fifth",
);

/// Everything with the account that is reached there.
pub(super) fn check(probe: &mut Probe, channel: Channel) -> Result<(), StartError> {
    let (kind, field) = match channel {
        Channel::Phone => (Kind::Phone, "phone_num"),
        Channel::Uid => (Kind::Uid, "uid"),
    };
    let (send, verify) = (Endpoint::SendCode(channel), Endpoint::VerifyCode(channel));
    if !probe.is_open(send) && !probe.is_open(verify) {
        return Ok(());
    }
    let Some(contact) = probe.plan.contact(channel).cloned() else {
        let option = if channel == Channel::Phone { "--phone NUMBER" } else { "--uid UID" };
        probe.report.skip(format!("{} codes", kind.name()), format!("give {option}"));
        return Ok(());
    };
    let contact = (field, json!(contact));
    let guess = |code: &str| Call::new(verify, &vec![contact.clone(), ("code", json!(code))]);
    let sent = if probe.plan.send {
        match self::send(probe, send, kind, &contact)? {
            Some(sent) => sent,
            None => {
                probe.report.skip(format!("the right {} code", kind.name()), "it was not sent");
                return Ok(());
            }
        }
    } else {
        let give = "give --send, which sends one to the player";
        probe.report.skip(format!("sending {} codes", kind.name()), give);
        false
    };
    let code = probe.plan.source.next(kind)?;
    let Some(code) = code else {
        let give = format!("give --{}-code CODE, --code-source PROGRAM or --ask", kind.name());
        probe.report.skip(format!("the right {} code", kind.name()), give);
        let (rule, codes): (_, (&[i64], &[i64])) =
            if sent { (&WRONG, (&[1020], &[])) } else { (&NONE, (&[1021, 1020], &[])) };
        let came = probe.expect(rule, "a guess", &guess("000000")?, codes)?;
        if sent && came.is_some_and(|came| came.code == Some(1020)) {
            guesses(probe, verify, &guess)?;
        }
        return Ok(());
    };
    let wrong = other(&code);
    probe.expect(&WRONG, "a wrong code", &guess(&wrong)?, (&[1020], &[1021]))?;
    let right = guess(code.expose())?;
    let came = probe.expect(&RIGHT, "the right code", &right, (&[0], &[]))?;
    if came.is_some_and(|came| came.code == Some(0)) {
        let again = guess(code.expose())?;
        probe.expect(&REUSED, "the right code once more", &again, (&[1021, 1020], &[]))?;
    }
    Ok(())
}

/// Whether a new code is on its way; `None` when sending fails.
fn send(
    probe: &mut Probe,
    endpoint: Endpoint,
    kind: Kind,
    contact: &(&'static str, Value),
) -> Result<Option<bool>, StartError> {
    let fields = vec![contact.clone()];
    let Some(came) = probe.ask(&Call::new(endpoint, &fields)?, "for the test account")? else {
        return Ok(None);
    };
    if came.code == Some(1010) {
        let give = "one was sent a moment ago (1010): wait a minute, or until tomorrow";
        probe.report.skip(format!("sending {} codes", kind.name()), give);
        return Ok(Some(false));
    }
    probe.compare(&SEND, endpoint, "POST, for the test account", &came, (&[0], &[]));
    if came.code != Some(0) {
        return Ok(None);
    }
    let again = Call::new(endpoint, &fields)?;
    probe.expect(&TOO_OFTEN, "for the test account again, at once", &again, (&[1010], &[]))?;
    Ok(Some(true))
}

/// Guesses until the code should have ended.
fn guesses(
    probe: &mut Probe,
    endpoint: Endpoint,
    guess: &dyn Fn(&str) -> Result<Call, StartError>,
) -> Result<(), StartError> {
    for number in 1..GUESSES {
        let call = guess(&format!("{number:06}"))?;
        match probe.ask(&call, "one more guess")? {
            Some(came) if came.code == Some(1020) => {}
            Some(_) => {
                probe.report.pass();
                return Ok(());
            }
            None => return Ok(()),
        }
    }
    let came = format!("{GUESSES} times code 1020");
    probe.report.find(&UNBOUNDED, Some(endpoint), "POST, wrong codes", &came);
    Ok(())
}

/// A code that is not this one and of the same form.
fn other(code: &Secret) -> String {
    let code = code.expose();
    let last = if code.ends_with('1') { '2' } else { '1' };
    code.chars().take(code.chars().count().saturating_sub(1)).chain([last]).collect()
}
