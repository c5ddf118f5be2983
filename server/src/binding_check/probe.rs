//! Asking and comparing: what all checks share.

use std::collections::BTreeSet;

use serde_json::Value;
use tdsauth_core::error::status;
use tdsauth_core::transport::{Request, Url};

use super::call::Call;
use super::envelope::{self, Came};
use super::harmless;
use super::options::Plan;
use super::report::Report;
use super::rule::{Rule, Severity};
use super::wire::{Outcome, Wire};
use crate::binding::Endpoint;
use crate::start::StartError;

const PLAIN_HTTP: Rule = Rule::error(
    "plain-http",
    "https: codes, tokens and telephones are on the way",
    "name https addresses to TapTap",
);
const NOT_SERVED: Rule = Rule::error(
    "not-served",
    "every endpoint of the ways that you offer, and bind-notify in any case",
    "serve it, or say by --endpoint NAME=URL where it is",
);

/// One run.
pub(super) struct Probe {
    pub(super) wire: Wire,
    pub(super) plan: Plan,
    pub(super) report: Report,
    /// Endpoints that are not asked: not there, deaf, or not meant.
    closed: BTreeSet<&'static str>,
    /// Hosts that could not be reached.
    dead: BTreeSet<String>,
}

impl Probe {
    pub(super) fn new(wire: Wire, plan: Plan) -> Self {
        let asked = |name: &str| plan.only.is_empty() || plan.only.iter().any(|one| one == name);
        let closed = Endpoint::ALL.map(Endpoint::name).into_iter().filter(|name| !asked(name));
        let (closed, dead) = (closed.collect(), BTreeSet::new());
        Self { wire, plan, report: Report::default(), closed, dead }
    }

    pub(super) fn into_report(self) -> Report {
        self.report
    }

    /// Whether the addresses are fit for the internet.
    pub(super) fn transport(&mut self) {
        for endpoint in Endpoint::ALL {
            let plain = Url::parse(self.wire.place(endpoint))
                .is_ok_and(|url| !url.https && !url.is_loopback());
            if plain {
                self.report.find(&PLAIN_HTTP, None, "nothing yet", "an address with http");
            }
        }
    }

    /// Whether there is an answer of the contract's kind at its address. Asked once; later
    /// [`Self::is_open`] knows.
    pub(super) fn is_served(&mut self, endpoint: Endpoint) -> Result<bool, StartError> {
        if !self.is_open(endpoint) {
            return Ok(false);
        }
        let host = self.host(endpoint);
        if self.dead.contains(&host) {
            self.closed.insert(endpoint.name());
            self.report.skip(endpoint.name(), "its host cannot be reached");
            return Ok(false);
        }
        let request = self.wire.signed(&harmless::call(endpoint)?)?;
        let sent = described(&request, "to see whether it is there");
        self.report.requests += 1;
        let (answer, _) = self.wire.exchange(&request);
        let response = match answer {
            Err(error) => {
                if matches!(error.status, status::CONNECT | status::DNS | status::TLS) {
                    self.dead.insert(host);
                }
                envelope::failed(&mut self.report, endpoint, &sent, &error);
                self.closed.insert(endpoint.name());
                return Ok(false);
            }
            Ok(response) => response,
        };
        let came = Came::of(&response);
        if envelope::redirects(&mut self.report, endpoint, &sent, &response) {
            self.closed.insert(endpoint.name());
            return Ok(false);
        }
        if !came.is_absence() {
            return Ok(true);
        }
        self.closed.insert(endpoint.name());
        if self.plan.wants(endpoint) {
            self.report.find(&NOT_SERVED, Some(endpoint), &sent, &came.said());
        } else {
            let give = "nothing is served there; if there should be, give --endpoint NAME=URL";
            self.report.skip(endpoint.name(), give);
        }
        Ok(false)
    }

    fn host(&self, endpoint: Endpoint) -> String {
        let url = Url::parse(self.wire.place(endpoint));
        url.map(|url| format!("{}:{}", url.host, url.port)).unwrap_or_default()
    }

    /// Whether it can be asked further.
    pub(super) fn is_open(&self, endpoint: Endpoint) -> bool {
        !self.closed.contains(endpoint.name())
    }

    /// Asks no more there: everything else would be found for the same cause.
    pub(super) fn close(&mut self, endpoint: Endpoint) {
        self.closed.insert(endpoint.name());
    }

    /// Sends a request as it is. `None`: nothing came, which is in the report already.
    pub(super) fn deliver(
        &mut self,
        endpoint: Endpoint,
        request: &Request,
        sent: &str,
    ) -> Option<Came> {
        if !self.is_open(endpoint) {
            return None;
        }
        self.report.requests += 1;
        let outcome = self.wire.exchange(request);
        self.receive(endpoint, outcome, &described(request, sent))
    }

    /// Takes an answer in.
    pub(super) fn receive(
        &mut self,
        endpoint: Endpoint,
        (answer, took): Outcome,
        sent: &str,
    ) -> Option<Came> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                envelope::failed(&mut self.report, endpoint, sent, &error);
                self.close(endpoint);
                return None;
            }
        };
        if envelope::redirects(&mut self.report, endpoint, sent, &response) {
            self.close(endpoint);
            return None;
        }
        let times = (took, self.plan.slow);
        Some(envelope::judge(&mut self.report, endpoint, sent, &response, times))
    }

    /// Sends `call`, signed as it should be.
    pub(super) fn ask(&mut self, call: &Call, sent: &str) -> Result<Option<Came>, StartError> {
        let request = self.wire.signed(call)?;
        Ok(self.deliver(call.endpoint, &request, sent))
    }

    /// Sends `call` and holds the answer to `rule`: a code of `good`, or of `fair`, which is worth
    /// a piece of advice. The answer, if it has the contract's form.
    pub(super) fn expect(
        &mut self,
        rule: &'static Rule,
        sent: &str,
        call: &Call,
        (good, fair): (&[i64], &[i64]),
    ) -> Result<Option<Came>, StartError> {
        let request = self.wire.signed(call)?;
        let came = self.deliver(call.endpoint, &request, sent);
        if let Some(came) = &came {
            let sent = described(&request, sent);
            self.compare(rule, call.endpoint, &sent, came, (good, fair));
        }
        Ok(came)
    }

    /// Holds an answer to `rule`.
    pub(super) fn compare(
        &mut self,
        rule: &'static Rule,
        endpoint: Endpoint,
        sent: &str,
        came: &Came,
        (good, fair): (&[i64], &[i64]),
    ) {
        let among = |codes: &[i64]| came.code.is_some_and(|code| codes.contains(&code));
        if among(good) {
            self.report.pass();
            return;
        }
        let severity = if among(fair) { Severity::Advice } else { rule.severity };
        self.report.find_as(rule, severity, Some(endpoint), sent, &came.said());
    }
}

/// What is said of a request: nothing that was in it.
pub(super) fn described(request: &Request, sent: &str) -> String {
    format!("{}, {sent}", request.method)
}

/// The roles of a success.
pub(super) fn roles(came: &Came) -> &[Value] {
    let roles = came.json.get("data").and_then(Value::as_array);
    roles.map(Vec::as_slice).unwrap_or_default()
}
