//! `tdsauth-server binding check`: plays TapTap against the endpoints of any server that binds
//! roles, and says what it would stumble over (seed 002; design: protocol/role-binding.md).
//!
//! Rooms: `call` is a request, `wire` carries it, `envelope` and `roles` look at every answer,
//! `report` keeps what was found, `probe` has all of that; the other files ask, each about one
//! thing.

mod call;
mod codes;
mod envelope;
mod harmless;
mod notice;
mod options;
mod parameters;
mod probe;
mod report;
mod roles;
mod rule;
mod signature;
mod source;
mod variant;
mod verification;
mod wire;

use std::io::{self, Write as _};

use crate::binding::{Channel, Endpoint};
use crate::start::StartError;

pub(crate) use options::Options;
use probe::Probe;

/// Plays TapTap. What is wrong is an error, what could be better is not.
pub(crate) fn run(options: &Options) -> Result<(), StartError> {
    let (plan, wire) = options.load()?;
    for line in plan.warnings() {
        eprintln!("tdsauth-server: {line}");
    }
    let json = options.json;
    let mut probe = Probe::new(wire, plan);
    check(&mut probe)?;
    let report = probe.into_report();
    let said = if json { report.json() } else { report.text() };
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| StartError::new(format!("standard output: {error}")))?;
    match report.errors() {
        0 => Ok(()),
        1 => Err(StartError::new("one thing is wrong, see the report")),
        many => Err(StartError::new(format!("{many} things are wrong, see the report"))),
    }
}

/// First what needs no player, at each endpoint; then each way with the players that are given.
fn check(probe: &mut Probe) -> Result<(), StartError> {
    probe.transport();
    if probe.plan.client_id.is_none() {
        probe.report.skip("the parameter client_id", "give --client-id ID");
    }
    for endpoint in Endpoint::ALL {
        if probe.is_served(endpoint)? && signature::good(probe, endpoint)? {
            signature::check(probe, endpoint)?;
            parameters::check(probe, endpoint)?;
        }
    }
    verification::check(probe, Channel::Phone)?;
    verification::check(probe, Channel::Uid)?;
    codes::taptap(probe)?;
    codes::deep_link(probe)?;
    codes::web_link(probe)?;
    notice::check(probe)
}
