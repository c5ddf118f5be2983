//! The ways without a verification code: the TapTap account, the deep link and the web link.

use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use super::call::Call;
use super::envelope::Came;
use super::options::TapTap;
use super::probe::{Probe, roles};
use super::rule::Rule;
use super::source::Kind;
use crate::binding::Endpoint;
use crate::start::StartError;

/// Who want one code at once.
const RACERS: usize = 8;
const GOOD: (&[i64], &[i64]) = (&[0], &[]);

const ACCOUNT: Rule = Rule::error(
    "roles-of-account",
    "0 and the roles of the test account",
    "look the account up by the openid that TapTap's login gave the game",
);
const PLUS: Rule = Rule::advice(
    "plus-in-open-id",
    "the same roles where the plus sign of an openid comes as + and not as %2B",
    "there is no blank in an openid: where a form decoder made one, make it a plus sign again",
);
const EMPTY: Rule = Rule::error(
    "account-without-role",
    "1005 for an account without a role",
    "tell it from an unknown account (1004)",
);
const CODE: Rule =
    Rule::error("code", "0 for a fresh code", "keep the code until it is used or has ended");
const REUSED: Rule = Rule::error(
    "code-reused",
    "1003 for a code that was used: it is good once",
    "end the code in the same step in which it is looked up",
);
const RACE: Rule = Rule::error(
    "code-race",
    "of several who bring one code at once, one has success",
    "take and delete in one step: DELETE … RETURNING, GETDEL, or UPDATE … WHERE used = 0",
);
const ADDRESS: Rule = Rule::error(
    "wrong-redirect-uri",
    "1001 (or 1003) for another redirect_uri than the code was made for",
    "keep redirect_uri with the code and compare the whole text",
);
const BEARER: Rule = Rule::error(
    "token",
    "0 and the roles for the token that get-token answered",
    "take the token out of Authorization: Bearer",
);
const STOLEN: Rule = Rule::advice(
    "token-after-reuse",
    "1003 for a token when its code came a second time: one of the two is a thief (RFC 6749 4.1.2)",
    "end the token when its code comes again",
);
const EXPIRED: Rule = Rule::error(
    "expired-token",
    "1003 for a token that has ended",
    "let tokens end after some minutes",
);

/// `get-roles` with the openids that are given.
pub(super) fn taptap(probe: &mut Probe) -> Result<(), StartError> {
    let endpoint = Endpoint::GetRoles;
    if !probe.is_open(endpoint) {
        return Ok(());
    }
    let ask = |open_id: &str, union_id: &str| {
        let fields = vec![("open_id", json!(open_id)), ("union_id", json!(union_id))];
        Call::new(endpoint, &fields)
    };
    match &probe.plan.open_id_without_role.clone() {
        None => probe.report.skip("an account without a role", "give --open-id-without-role ID"),
        Some(open_id) => {
            let codes: (&[i64], &[i64]) = (&[1005], &[0]);
            let call = ask(open_id, "any")?;
            probe.expect(&EMPTY, "the openid of an account without a role", &call, codes)?;
        }
    }
    let Some(TapTap { open_id, union_id }) = &probe.plan.taptap else {
        probe.report.skip("roles by TapTap account", "give --open-id ID and --union-id ID");
        return Ok(());
    };
    let plain = open_id.contains('+');
    let mut call = ask(open_id, union_id)?;
    let came = probe.expect(&ACCOUNT, "openid and unionid of the test account", &call, GOOD)?;
    let Some(came) = came.filter(|came| came.code == Some(0)) else {
        return Ok(());
    };
    if !plain {
        probe.report.skip("a plus sign in open_id", "give an --open-id that has one");
        return Ok(());
    }
    call = Call { query: call.query.replace("%2B", "+"), ..call };
    call.nonce = super::call::nonce()?;
    let sent = "the openid of the test account with + for %2B";
    if let Some(again) = probe.expect(&PLUS, sent, &call, (&[0], &[1004]))?
        && again.code == Some(0)
        && roles(&again) != roles(&came)
    {
        probe.report.find(&PLUS, Some(endpoint), &format!("GET, {sent}"), "other roles");
    }
    Ok(())
}

/// `get-roles-by-code` with codes out of the game.
pub(super) fn deep_link(probe: &mut Probe) -> Result<(), StartError> {
    let endpoint = Endpoint::GetRolesByCode;
    let ask = |code: &Secret| Call::new(endpoint, &vec![("code", json!(code.expose()))]);
    let Some(code) = fresh(probe, endpoint, Kind::DeepLink, "codes of a deep link")? else {
        return Ok(());
    };
    let came = probe.expect(&CODE, "a fresh code", &ask(&code)?, GOOD)?;
    if came.is_some_and(|came| came.code == Some(0)) {
        probe.expect(&REUSED, "the code once more", &ask(&code)?, (&[1003], &[]))?;
    }
    if let Some(code) = fresh(probe, endpoint, Kind::DeepLink, "a race for a deep link's code")? {
        race(probe, endpoint, &|| ask(&code))?;
    }
    Ok(())
}

/// `get-token` and `get-roles-by-token` with codes from the page.
pub(super) fn web_link(probe: &mut Probe) -> Result<(), StartError> {
    let (endpoint, kind) = (Endpoint::GetToken, Kind::WebLink);
    expired(probe)?;
    if !probe.is_open(endpoint) {
        return Ok(());
    }
    let Some(address) = probe.plan.redirect_uri.clone() else {
        probe.report.skip("codes of a web link", "give --redirect-uri URL");
        return Ok(());
    };
    let ask = |code: &Secret, address: &str| {
        let fields = vec![("code", json!(code.expose())), ("redirect_uri", json!(address))];
        Call::new(endpoint, &fields)
    };
    let Some(code) = fresh(probe, endpoint, kind, "codes of a web link")? else {
        return Ok(());
    };
    let came = probe.expect(&CODE, "a fresh code", &ask(&code, &address)?, GOOD)?;
    if let Some(token) = came.as_ref().and_then(token) {
        let call = Call::bearing(&token)?;
        let came = probe.expect(&BEARER, "the token of get-token", &call, GOOD)?;
        let works = came.is_some_and(|came| came.code == Some(0));
        probe.expect(&REUSED, "the code once more", &ask(&code, &address)?, (&[1003], &[]))?;
        if works {
            let sent = "the token after its code came again";
            probe.expect(&STOLEN, sent, &Call::bearing(&token)?, (&[1003], &[]))?;
        }
    }
    if let Some(code) = fresh(probe, endpoint, kind, "a web link's code for another address")? {
        let call = ask(&code, &format!("{address}&x=1"))?;
        let sent = "a fresh code with another redirect_uri";
        probe.expect(&ADDRESS, sent, &call, (&[1001, 1003], &[1000]))?;
    }
    if let Some(code) = fresh(probe, endpoint, kind, "a race for a web link's code")? {
        race(probe, endpoint, &|| ask(&code, &address))?;
    }
    Ok(())
}

fn expired(probe: &mut Probe) -> Result<(), StartError> {
    if !probe.is_open(Endpoint::GetRolesByToken) {
        return Ok(());
    }
    let Some(token) = probe.plan.expired_token.clone() else {
        probe.report.skip("a token that has ended", "give --expired-token TOKEN");
        return Ok(());
    };
    let call = Call::bearing(&token)?;
    let codes: (&[i64], &[i64]) = (&[1003], &[1000, 1001, 1004]);
    probe.expect(&EXPIRED, "a token that has ended", &call, codes)?;
    Ok(())
}

/// A code that was not used, or a note that there was none.
fn fresh(
    probe: &mut Probe,
    endpoint: Endpoint,
    kind: Kind,
    what: &str,
) -> Result<Option<Secret>, StartError> {
    if !probe.is_open(endpoint) {
        return Ok(None);
    }
    let code = probe.plan.source.next(kind)?;
    if code.is_none() {
        let give = "a fresh one, --code-source PROGRAM or --ask";
        probe.report.skip(what, format!("give --{}-code CODE with {give}", kind.name()));
    }
    Ok(code)
}

fn race(
    probe: &mut Probe,
    endpoint: Endpoint,
    ask: &dyn Fn() -> Result<Call, StartError>,
) -> Result<(), StartError> {
    let mut requests = Vec::new();
    for _ in 0..RACERS {
        requests.push(probe.wire.signed(&ask()?)?);
    }
    let sent = format!("GET, one fresh code {RACERS} times at once");
    probe.report.requests += RACERS;
    let outcomes = probe.wire.race(&requests);
    let answers: Vec<_> =
        outcomes.into_iter().filter_map(|one| probe.receive(endpoint, one, &sent)).collect();
    let won = answers.iter().filter(|came| came.code == Some(0)).count();
    if won == 1 {
        probe.report.pass();
    } else if answers.len() == RACERS {
        probe.report.find(&RACE, Some(endpoint), &sent, &format!("{won} of {RACERS} had success"));
    }
    Ok(())
}

/// What `get-token` answered.
fn token(came: &Came) -> Option<Secret> {
    let token = came.json.get("data")?.get("access_token")?.as_str()?;
    (!token.is_empty()).then(|| Secret::new(token))
}

/// Whether the answer shows this role bound, if it says so at all. The contract has no member for
/// it; some servers have.
pub(super) fn shown_bound(probe: &mut Probe, role_id: &str) -> Result<Option<bool>, StartError> {
    let Some(TapTap { open_id, union_id }) = &probe.plan.taptap else {
        return Ok(None);
    };
    let fields = vec![("open_id", json!(open_id)), ("union_id", json!(union_id))];
    let came = probe.ask(&Call::new(Endpoint::GetRoles, &fields)?, "to see what is bound")?;
    let of = |role: &&Value| role.get("role_id").and_then(Value::as_str) == Some(role_id);
    let role = came.as_ref().and_then(|came| roles(came).iter().find(of));
    Ok(role.and_then(|role| role.get("bound").or(role.get("bind"))).and_then(Value::as_bool))
}
