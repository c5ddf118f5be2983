//! Requests whose signature is not as usual, bad ones and good ones.

use serde_json::{Map, Value};
use tdsauth_core::transport::Request;

use super::call::{Call, NONCE, SIGN, TS, seconds};
use super::rule::Rule;
use super::wire::Wire;
use crate::start::StartError;

/// Far beyond any clock that is merely wrong.
const DAY: i64 = 24 * 60 * 60;

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
/// Changes of a request.
enum Change {
    /// Before it is signed.
    Call(fn(&mut Call)),
    /// After that.
    Request(fn(&mut Request)),
}
use Change::{Call as Before, Request as After};

/// A request that is not as usual.
pub(super) struct Variant {
    pub(super) rule: &'static Rule,
    pub(super) sent: &'static str,
    change: Change,
    /// Codes that pass beside 1002.
    pub(super) fair: &'static [i64],
}

const fn variant(rule: &'static Rule, sent: &'static str, change: Change) -> Variant {
    Variant { rule, sent, change, fair: &[] }
}

const fn missing(sent: &'static str, change: fn(&mut Request)) -> Variant {
    Variant { rule: &MISSING, sent, change: After(change), fair: &[1000, 1001] }
}

/// None of these may pass.
pub(super) const BAD: [Variant; 17] = [
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
pub(super) const WELL: [Variant; 5] = [
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

impl Variant {
    /// Whether it can be said of this request at all.
    pub(super) fn fits(&self, call: &Call) -> bool {
        let of_body = [BODY.name, SPELLING.name].contains(&self.rule.name);
        call.has_body() || !of_body
    }

    /// `call`, changed and signed.
    pub(super) fn request(&self, wire: &Wire, mut call: Call) -> Result<Request, StartError> {
        match self.change {
            Before(change) => {
                change(&mut call);
                wire.signed(&call)
            }
            After(change) => {
                let mut request = wire.signed(&call)?;
                change(&mut request);
                Ok(request)
            }
        }
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
