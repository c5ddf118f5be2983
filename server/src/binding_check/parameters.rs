//! Parameters that are missing or malformed.

use serde_json::{Value, json};

use super::call::{Call, Fields};
use super::envelope::Came;
use super::harmless;
use super::probe::Probe;
use super::rule::Rule;
use crate::binding::{Channel, Endpoint};
use crate::start::StartError;

const MISSING: Rule = Rule::error(
    "missing-parameter",
    "1000 when a required parameter is missing",
    "look for each of them before anything is done",
);
const TYPE: Rule = Rule::error(
    "parameter-type",
    "1001 for a number where a text belongs",
    "check the type; converted, 007 and 7 would be one",
);
const BIND: Rule = Rule::error(
    "bind-type",
    "1001 for bind as a text: it is true or false",
    "take a boolean alone; in many languages the text \"false\" is true",
);
const NO_JSON: Rule = Rule::error(
    "malformed-body",
    "1001 for a body that is no JSON object",
    "catch the parser's error",
);
const PHONE: Rule = Rule::error(
    "invalid-phone",
    "1011 for what cannot be a telephone number",
    "check the number before it is looked for",
);
const BEARER: Rule = Rule::error(
    "missing-token",
    "1003 without Authorization (the contract has no code for it; 1000 and 1001 pass)",
    "answer 1003",
);
const METHOD: Rule = Rule::advice(
    "method",
    "nothing but an error for a POST where the contract has a GET",
    "let each address serve its own method",
);

/// Everything about the parameters of one endpoint.
pub(super) fn check(probe: &mut Probe, endpoint: Endpoint) -> Result<(), StartError> {
    let fields = harmless::fields(endpoint)?;
    for (at, (name, value)) in fields.iter().enumerate() {
        let mut fewer = harmless::fields(endpoint)?;
        fewer.remove(at);
        let sent = format!("signed, without {name}");
        probe.expect(&MISSING, &sent, &Call::new(endpoint, &fewer)?, (&[1000], &[1001]))?;
        if endpoint.method() == "POST" {
            mistyped(probe, endpoint, at, (name, value))?;
        }
    }
    match endpoint {
        Endpoint::GetRolesByToken => {
            let call = Call::new(endpoint, &fields)?;
            let codes: (&[i64], &[i64]) = (&[1003, 1000, 1001], &[1004]);
            probe.expect(&BEARER, "signed, without Authorization", &call, codes)?;
        }
        Endpoint::SendCode(Channel::Phone) | Endpoint::VerifyCode(Channel::Phone) => {
            for phone in ["1", "no-number"] {
                let mut call = harmless::fields(endpoint)?;
                set(&mut call, "phone_num", json!(phone));
                let sent = format!("signed, with {phone:?} as phone_num");
                let codes: (&[i64], &[i64]) = (&[1011], &[1001, 1004]);
                probe.expect(&PHONE, &sent, &Call::new(endpoint, &call)?, codes)?;
            }
        }
        _ => {}
    }
    if endpoint.method() == "POST" {
        for body in ["{\"", "[]"] {
            let mut call = Call::new(endpoint, &fields)?;
            call.body = body.as_bytes().to_vec();
            let sent = format!("signed, with {body} as the body");
            probe.expect(&NO_JSON, &sent, &call, (&[1001], &[1000]))?;
        }
        return Ok(());
    }
    method(probe, endpoint)
}

fn mistyped(
    probe: &mut Probe,
    endpoint: Endpoint,
    at: usize,
    (name, value): (&str, &Value),
) -> Result<(), StartError> {
    let (rule, wrong) = match value {
        Value::Bool(_) => (&BIND, json!("false")),
        Value::String(text) => (&TYPE, json!(text.parse::<u64>().unwrap_or(7))),
        _ => return Ok(()),
    };
    let mut fields = harmless::fields(endpoint)?;
    if let Some((_, value)) = fields.get_mut(at) {
        *value = wrong;
    }
    let sent = format!("signed, with {name} of the wrong type");
    let fair: &[i64] = if name == "phone_num" { &[1000, 1011] } else { &[1000] };
    probe.expect(rule, &sent, &Call::new(endpoint, &fields)?, (&[1001], fair))?;
    Ok(())
}

/// A POST with the parameters of the GET. What comes need not be of the contract's form.
fn method(probe: &mut Probe, endpoint: Endpoint) -> Result<(), StartError> {
    if !probe.is_open(endpoint) {
        return Ok(());
    }
    let mut call = harmless::call(endpoint)?;
    call.method = "POST";
    let request = probe.wire.signed(&call)?;
    probe.report.requests += 1;
    let (Ok(response), _) = probe.wire.exchange(&request) else {
        return Ok(());
    };
    let came = Came::of(&response);
    // As the GET would have been answered.
    let (_, good, _) = harmless::answer(endpoint);
    if response.status == 200 && came.code.is_some_and(|code| good.contains(&code)) {
        let sent = "POST, signed, with the parameters of the GET";
        probe.report.find(&METHOD, Some(endpoint), sent, &came.said());
    } else {
        probe.report.pass();
    }
    Ok(())
}

fn set(fields: &mut Fields, name: &str, value: Value) {
    if let Some((_, known)) = fields.iter_mut().find(|(known, _)| *known == name) {
        *known = value;
    }
}
