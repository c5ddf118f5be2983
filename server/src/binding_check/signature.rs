//! X-Tap-Sign: whether a good one passes and any other is refused.

use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;
use tdsauth_core::transport::Request;

use super::call::{Call, NONCE, SIGN, TS, nonce, random, seconds};
use super::harmless;
use super::probe::{Probe, described};
use super::rule::Rule;
use crate::binding::Endpoint;
use crate::start::StartError;

const REFUSED: i64 = 1002;
/// Far beyond any clock that is merely wrong.
const DAY: i64 = 24 * 60 * 60;

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
const MISSING: Rule = Rule::error(
    "missing-header",
    "1002 without x-tap-sign, x-tap-ts or x-tap-nonce",
    "refuse a request that lacks one of them",
);
const CUT: Rule = Rule::error(
    "cut-signature",
    "1002 for a part of the signature",
    "compare the whole signature, in constant time",
);
const CASE: Rule = Rule::error(
    "signature-case",
    "1002 for the signature in other letters: base64 tells them apart",
    "compare the bytes, in constant time",
);
const BODY: Rule = Rule::error(
    "altered-body",
    "1002 when the body has one blank more than was signed",
    "verify over the bytes of the body as they came, before anything parses them",
);
const QUERY: Rule = Rule::error(
    "altered-query",
    "1002 when the query has a parameter that was not signed",
    "verify over path and query, not the path alone",
);
const UNSIGNED_HEADER: Rule = Rule::error(
    "unsigned-header",
    "1002 when there is an x-tap-* header that was not signed",
    "verify over all headers that begin with x-tap-, but x-tap-sign",
);
const ALTERED_HEADER: Rule = Rule::error(
    "altered-header",
    "1002 when x-tap-nonce or x-tap-ts is not the one that was signed",
    "verify over the headers as they came",
);
const REPEATED: Rule = Rule::error(
    "repeated-header",
    "1002 when an x-tap-* header is there twice",
    "refuse it: two readers would take different ones",
);
const OLD: Rule = Rule::error(
    "old-time",
    "1002 for a signature of yesterday: whoever recorded it could send it for ever",
    "refuse an x-tap-ts that is more than 300 seconds old",
);
const FUTURE: Rule = Rule::error(
    "future-time",
    "1002 for a signature of tomorrow",
    "refuse an x-tap-ts that is more than 300 seconds ahead",
);
const NO_TIME: Rule =
    Rule::error("malformed-time", "1002 for an x-tap-ts that is no number", "take digits alone");
const EXTRA_HEADER: Rule = Rule::error(
    "extra-header",
    "a further x-tap-* header takes part in the signature, in order of names",
    "sign all headers that begin with x-tap-, sorted, not only two of them",
);
const ORDER: Rule = Rule::error(
    "query-order",
    "the query is signed as it was sent, its parameters not sorted",
    "take the raw query of the request line",
);
const ENCODING: Rule = Rule::error(
    "percent-encoding",
    "the query is signed as it was sent, its percent-encoding untouched",
    "take the raw query of the request line; neither decode nor encode it, nor let a proxy do so",
);
const SPELLING: Rule = Rule::error(
    "body-spelling",
    "the body is signed as it was sent: blanks, order of members, escapes",
    "verify over the bytes of the body as they came, not over JSON that was written anew",
);
const AUTHORIZATION: Rule = Rule::error(
    "authorization-unsigned",
    "Authorization is not part of the signature",
    "sign no headers but those that begin with x-tap-",
);
const NONCE_LENGTH: Rule = Rule::error(
    "nonce-length",
    "an x-tap-nonce has 6 to 60 characters",
    "take every length from 1 to 64",
);

/// Changes of a request.
enum Change {
    /// Before it is signed.
    Call(fn(&mut Call)),
    /// After that.
    Request(fn(&mut Request)),
}
use Change::{Call as Before, Request as After};

/// A request that is not as usual.
struct Variant {
    rule: &'static Rule,
    sent: &'static str,
    change: Change,
    /// Codes that pass beside [`REFUSED`].
    fair: &'static [i64],
}

const fn variant(rule: &'static Rule, sent: &'static str, change: Change) -> Variant {
    Variant { rule, sent, change, fair: &[] }
}

const fn missing(sent: &'static str, change: fn(&mut Request)) -> Variant {
    Variant { rule: &MISSING, sent, change: After(change), fair: &[1000, 1001] }
}

/// None of these may pass.
const BAD: [Variant; 17] = [
    missing("without x-tap-sign", |request| drop_header(request, SIGN)),
    missing("without x-tap-ts", |request| drop_header(request, TS)),
    missing("without x-tap-nonce", |request| drop_header(request, NONCE)),
    variant(&CUT, "the signature without its last 8 characters", After(|r| cut(r, 8))),
    variant(&CUT, "the first 8 characters of the signature", After(|r| cut(r, 36))),
    variant(
        &CASE,
        "the signature in small letters",
        After(|r| {
            edit(r, SIGN, |sign| *sign = sign.to_ascii_lowercase());
        }),
    ),
    variant(&BODY, "a blank added to the body after it was signed", After(|r| r.body.push(b' '))),
    variant(
        &QUERY,
        "a parameter added to the query after it was signed",
        After(|request| {
            request.url.push_str(if request.url.contains('?') { "&x=1" } else { "?x=1" });
        }),
    ),
    variant(
        &UNSIGNED_HEADER,
        "x-tap-device added after it was signed",
        After(|request| {
            request.headers.push(("x-tap-device", "d1".to_owned()));
        }),
    ),
    variant(
        &ALTERED_HEADER,
        "another x-tap-nonce than was signed",
        After(|request| {
            edit(request, NONCE, |nonce| *nonce = nonce.chars().rev().chain(['x']).collect());
        }),
    ),
    variant(
        &ALTERED_HEADER,
        "another x-tap-ts than was signed",
        After(|request| {
            edit(request, TS, |ts| *ts = seconds(-1000));
        }),
    ),
    variant(&REPEATED, "x-tap-nonce twice", After(|request| repeat(request, NONCE))),
    variant(&REPEATED, "x-tap-ts twice", After(|request| repeat(request, TS))),
    variant(&REPEATED, "x-tap-sign twice", After(|request| repeat(request, SIGN))),
    variant(&OLD, "signed, with the time of yesterday", Before(|call| call.ts = seconds(-DAY))),
    variant(&FUTURE, "signed, with the time of tomorrow", Before(|call| call.ts = seconds(DAY))),
    Variant {
        rule: &NO_TIME,
        sent: "signed, with a letter in x-tap-ts",
        change: Before(|call| call.ts.push('x')),
        fair: &[1000, 1001],
    },
];

/// All of these have to pass.
const WELL: [Variant; 5] = [
    variant(
        &EXTRA_HEADER,
        "with x-tap-device, which is signed as well",
        Before(|call| {
            call.headers.push(("x-tap-device", "d1".to_owned()));
        }),
    ),
    variant(&ORDER, "with z=1&a=2 in the query", Before(|call| call.add_query("z=1&a=2"))),
    variant(
        &ENCODING,
        "with x=%7e%2d%41&y=a%2Bb+c in the query",
        Before(|call| {
            call.add_query("x=%7e%2d%41&y=a%2Bb+c");
        }),
    ),
    variant(&SPELLING, "the body with blanks, escapes and other than Latin letters", Before(spell)),
    variant(
        &AUTHORIZATION,
        "with an Authorization header",
        After(|request| {
            if !request.headers.iter().any(|(name, _)| *name == "authorization") {
                request.headers.push(("authorization", "Bearer nobody".to_owned()));
            }
        }),
    ),
];

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
        if variant.rule.name == BODY.name && !call.has_body() {
            continue;
        }
        let request = changed(probe, call, &variant.change)?;
        refused(probe, variant.rule, endpoint, &request, (variant.sent, variant.fair));
    }
    let other = Secret::new(random(32)?);
    let request = harmless::call(endpoint)?.signed(probe.wire.place(endpoint), &other)?;
    refused(probe, &WRONG_SECRET, endpoint, &request, ("signed with another secret", &[]));
    for variant in &WELL {
        let call = harmless::call(endpoint)?;
        if variant.rule.name == SPELLING.name && !call.has_body() {
            continue;
        }
        let request = changed(probe, call, &variant.change)?;
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

fn changed(probe: &Probe, mut call: Call, change: &Change) -> Result<Request, StartError> {
    match change {
        Before(change) => {
            change(&mut call);
            probe.wire.signed(&call)
        }
        After(change) => {
            let mut request = probe.wire.signed(&call)?;
            change(&mut request);
            Ok(request)
        }
    }
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

fn drop_header(request: &mut Request, name: &str) {
    request.headers.retain(|(known, _)| *known != name);
}

fn edit(request: &mut Request, name: &str, change: impl Fn(&mut String)) {
    request.headers.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, v)| change(v));
}

fn cut(request: &mut Request, chars: usize) {
    edit(request, SIGN, |sign| sign.truncate(sign.len().saturating_sub(chars)));
}

fn repeat(request: &mut Request, name: &str) {
    let again: Vec<_> =
        request.headers.iter().filter(|(known, _)| *known == name).cloned().collect();
    request.headers.extend(again);
}

/// Writes the same object otherwise: blanks, the members the other way round, an escape, letters
/// beyond Latin in one more member.
fn spell(call: &mut Call) {
    let Ok(members) = serde_json::from_slice::<Map<String, Value>>(&call.body) else {
        return;
    };
    let mut text = "{\r\n\t\"note\" :  \"\u{6635}\u{79f0} \\u0041\\/\"".to_owned();
    for (name, value) in members.iter().rev() {
        text.push_str(&format!(" ,\n \"{name}\"  : {value} "));
    }
    text.push('}');
    call.body = text.into_bytes();
}
