//! `bind-notify` for a role that there is.

use serde_json::json;

use super::call::{Call, random, seconds};
use super::codes::shown_bound;
use super::probe::Probe;
use super::rule::Rule;
use crate::binding::Endpoint;
use crate::start::StartError;

/// Seconds by which the late notice was signed earlier: within every time window.
const LATE: i64 = 60;
const GOOD: (&[i64], &[i64]) = (&[0], &[]);

const BIND: Rule =
    Rule::error("bind", "0 when a role is bound", "note it, and push the role's data");
const REBIND: Rule = Rule::error(
    "bind-again",
    "0 when a role is bound that is bound: several players of TapTap may have one role",
    "answer 0 and change nothing",
);
const UNBIND: Rule = Rule::error("unbind", "0 when a role is unbound", "note it");
const UNBIND_AGAIN: Rule = Rule::error(
    "unbind-again",
    "0 when a role is unbound that is not bound",
    "answer 0 and change nothing",
);
const LATE_NOTICE: Rule = Rule::error(
    "late-notice",
    "0 for a notice that was signed before the one that counts, and nothing changed",
    "keep the x-tap-ts of the notice that counts, and pass over older ones",
);
const UNKNOWN: Rule = Rule::error(
    "unknown-role",
    "1005 when a role is bound that there is not",
    "look for the role before it is noted",
);

/// Everything that changes what is bound.
pub(super) fn check(probe: &mut Probe) -> Result<(), StartError> {
    let endpoint = Endpoint::BindNotify;
    if !probe.is_open(endpoint) {
        return Ok(());
    }
    let Some(role_id) = probe.plan.role_id.clone().filter(|_| probe.plan.bind) else {
        let give = "give --role-id ID and --bind, which binds and unbinds it";
        probe.report.skip("binding and unbinding", give);
        return Ok(());
    };
    let notice = |role_id: &str, bind: bool| {
        Call::new(endpoint, &vec![("role_id", json!(role_id)), ("bind", json!(bind))])
    };
    let nobody = notice(&format!("nobody{}", random(16)?), true)?;
    probe.expect(&UNKNOWN, "bind, a role that there is not", &nobody, (&[1005], &[1030]))?;
    probe.expect(&BIND, "bind, the test role", &notice(&role_id, true)?, GOOD)?;
    probe.expect(&REBIND, "bind, the test role again", &notice(&role_id, true)?, GOOD)?;
    let mut late = notice(&role_id, false)?;
    late.ts = seconds(-LATE);
    let sent = "unbind, with the time of a minute ago, after bind";
    probe.expect(&LATE_NOTICE, sent, &late, GOOD)?;
    match shown_bound(probe, &role_id)? {
        Some(true) => probe.report.pass(),
        Some(false) => {
            let came = "get-roles shows the role unbound";
            probe.report.find(&LATE_NOTICE, Some(endpoint), &format!("POST, {sent}"), came);
        }
        None => {
            let give =
                "get-roles does not show it; look in your database (it should be bound then)";
            probe.report.skip("whether a late notice changes nothing", give);
        }
    }
    probe.expect(&UNBIND, "unbind, the test role", &notice(&role_id, false)?, GOOD)?;
    let again = notice(&role_id, false)?;
    probe.expect(&UNBIND_AGAIN, "unbind, the test role again", &again, GOOD)?;
    Ok(())
}
