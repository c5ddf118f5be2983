//! X-Tap-Sign: whether a good one passes and any other is refused.

use tdsauth_core::secret::Secret;
use tdsauth_core::transport::Request;

use super::call::{nonce, random};
use super::harmless;
use super::probe::{Probe, described};
use super::rule::Rule;
use super::variant::{BAD, WELL};
use crate::binding::Endpoint;
use crate::start::StartError;

const REFUSED: i64 = 1002;
const GOOD: Rule = Rule::error(
    "good-signature",
    "a request that is signed as the contract says is not answered 1002",
    "compare step by step: method, path with query, x-tap-* headers and body, each ended by a line \
     feed; HMAC-SHA-256 under the text of this game's Server Secret, in base64",
);
const EMPTY_BODY: Rule = Rule::error(
    "get-without-body",
    "a GET is signed with an empty body: the message ends with two line feeds",
    "sign no bytes for no body, not {}, null or the query; take path and query as they were sent",
);
const SECOND: Rule = Rule::error(
    "second-secret",
    "both Server Secrets pass while one is exchanged for the other",
    "verify with each of them",
);
const CLIENT_ID: Rule = Rule::error(
    "client-id",
    "a request with the game's own client_id in the query passes",
    "compare it with the Client ID of the developer centre",
);
const OTHER_CLIENT_ID: Rule = Rule::advice(
    "other-client-id",
    "a request with another game's client_id is refused (1002)",
    "refuse it: it was meant for somebody else",
);
const WRONG_SECRET: Rule = Rule::error(
    "wrong-secret",
    "1002 for a signature with another secret",
    "verify the signature before anything else, at every endpoint",
);
const REPLAY: Rule = Rule::advice(
    "replayed-nonce",
    "1002 for a request that comes a second time; the contract leaves it open",
    "keep each x-tap-nonce for twice the time window and refuse it when it comes again",
);
const NONCE_LENGTH: Rule = Rule::error(
    "nonce-length",
    "an x-tap-nonce has 6 to 60 characters",
    "take every length from 1 to 64",
);

/// Whether a well signed request passes; what follows would say nothing otherwise.
pub(super) fn good(probe: &mut Probe, endpoint: Endpoint) -> Result<bool, StartError> {
    let call = harmless::call(endpoint)?;
    let sent = "signed, about nobody that there is";
    let Some(came) = probe.ask(&call, sent)? else {
        return Ok(false);
    };
    let sent = format!("{}, {sent}", call.method);
    if came.code == Some(REFUSED) {
        let rule = if call.has_body() { &GOOD } else { &EMPTY_BODY };
        probe.report.find(rule, Some(endpoint), &sent, &came.said());
        probe.report.skip(endpoint.name(), "the rest, once a good signature passes");
        probe.close(endpoint);
        return Ok(false);
    }
    probe.report.pass();
    let (rule, good, fair) = harmless::answer(endpoint);
    if came.code.is_some() {
        probe.compare(rule, endpoint, &sent, &came, (good, fair));
    }
    Ok(came.code.is_some())
}

/// Everything about the signature at one endpoint.
pub(super) fn check(probe: &mut Probe, endpoint: Endpoint) -> Result<(), StartError> {
    for variant in &BAD {
        let call = harmless::call(endpoint)?;
        if !variant.fits(&call) {
            continue;
        }
        let request = variant.request(&probe.wire, call)?;
        refused(probe, variant.rule, endpoint, &request, (variant.sent, variant.fair));
    }
    let other = Secret::new(random(32)?);
    let request = harmless::call(endpoint)?.signed(probe.wire.place(endpoint), &other)?;
    refused(probe, &WRONG_SECRET, endpoint, &request, ("signed with another secret", &[]));
    for variant in &WELL {
        let call = harmless::call(endpoint)?;
        if !variant.fits(&call) {
            continue;
        }
        let request = variant.request(&probe.wire, call)?;
        passes(probe, variant.rule, endpoint, &request, variant.sent);
    }
    for chars in [6, 60] {
        let mut call = harmless::call(endpoint)?;
        call.nonce = random(chars)?;
        let request = probe.wire.signed(&call)?;
        let sent = format!("with an x-tap-nonce of {chars} characters");
        passes(probe, &NONCE_LENGTH, endpoint, &request, &sent);
    }
    if let Some(second) = probe.wire.secrets.get(1).cloned() {
        let request = harmless::call(endpoint)?.signed(probe.wire.place(endpoint), &second)?;
        passes(probe, &SECOND, endpoint, &request, "signed with the second secret");
    }
    client_id(probe, endpoint)?;
    replay(probe, endpoint)
}

fn client_id(probe: &mut Probe, endpoint: Endpoint) -> Result<(), StartError> {
    let Some(own) = probe.plan.client_id.clone() else {
        return Ok(());
    };
    let mut call = harmless::call(endpoint)?;
    call.add_query(
        &form_urlencoded::Serializer::new(String::new()).append_pair("client_id", &own).finish(),
    );
    let request = probe.wire.signed(&call)?;
    passes(probe, &CLIENT_ID, endpoint, &request, "with client_id in the query");
    let mut call = harmless::call(endpoint)?;
    call.add_query(&format!("client_id={}", random(16)?));
    let request = probe.wire.signed(&call)?;
    refused(probe, &OTHER_CLIENT_ID, endpoint, &request, ("with another's client_id", &[1001]));
    Ok(())
}

fn replay(probe: &mut Probe, endpoint: Endpoint) -> Result<(), StartError> {
    let mut call = harmless::call(endpoint)?;
    call.nonce = nonce()?;
    let request = probe.wire.signed(&call)?;
    probe.deliver(endpoint, &request, "signed, for the first time");
    refused(probe, &REPLAY, endpoint, &request, ("the same request once more", &[]));
    Ok(())
}

fn refused(
    probe: &mut Probe,
    rule: &'static Rule,
    endpoint: Endpoint,
    request: &Request,
    (sent, fair): (&str, &[i64]),
) {
    if let Some(came) = probe.deliver(endpoint, request, sent) {
        let sent = described(request, sent);
        probe.compare(rule, endpoint, &sent, &came, (&[REFUSED], fair));
    }
}

fn passes(
    probe: &mut Probe,
    rule: &'static Rule,
    endpoint: Endpoint,
    request: &Request,
    sent: &str,
) {
    match probe.deliver(endpoint, request, sent) {
        Some(came) if came.code == Some(REFUSED) => {
            let sent = described(request, sent);
            probe.report.find(rule, Some(endpoint), &sent, &came.said());
        }
        Some(_) => probe.report.pass(),
        None => {}
    }
}
