//! Requests about nobody: right in form, and nothing comes of them. Neither a telephone nor a role
//! has these names.

use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use super::call::{Call, Fields, random};
use super::rule::Rule;
use crate::binding::{Channel, Endpoint};
use crate::start::StartError;

/// No mobile number begins with 100.
pub(super) const PHONE: &str = "10000000000";
const REDIRECT_URI: &str = "https://www.taptap.cn/game-record/bind?app_id=1&from=check";

const NO_ACCOUNT: Rule = Rule::error(
    "unknown-account",
    "1004 for an account that there is not (1011 where its telephone cannot be one)",
    "tell unknown accounts from those without roles",
);
const NO_CODE: Rule = Rule::error(
    "unknown-code-or-token",
    "1003 for a code or token that there is not, or not any more",
    "answer 1003; the contract has no other code for it",
);
const NO_ROLE: Rule = Rule::error(
    "unbind-unknown-role",
    "0 or 1005 where a role is unbound that is not bound",
    "answer 0: the role is not bound, as TapTap wants it",
);

/// The parameters of a request about nobody.
pub(super) fn fields(endpoint: Endpoint) -> Result<Fields, StartError> {
    let name = || random(16).map(|text| json!(format!("nobody{text}")));
    Ok(match endpoint {
        Endpoint::SendCode(channel) => vec![contact(channel)?],
        Endpoint::VerifyCode(channel) => vec![contact(channel)?, ("code", json!("000000"))],
        Endpoint::GetRoles => vec![("open_id", name()?), ("union_id", name()?)],
        Endpoint::GetRolesByCode => vec![("code", name()?)],
        Endpoint::GetToken => vec![("code", name()?), ("redirect_uri", json!(REDIRECT_URI))],
        Endpoint::GetRolesByToken => Vec::new(),
        Endpoint::BindNotify => vec![("role_id", name()?), ("bind", json!(false))],
    })
}

fn contact(channel: Channel) -> Result<(&'static str, Value), StartError> {
    Ok(match channel {
        Channel::Phone => ("phone_num", json!(PHONE)),
        // Where UIDs are numbers, one that is too large to be somebody's.
        Channel::Uid => {
            let random = random(8)?;
            let digits = random.bytes().map(|byte| char::from(b'0' + byte % 10));
            ("uid", json!("9900000".chars().chain(digits).collect::<String>()))
        }
    })
}

/// The request itself.
pub(super) fn call(endpoint: Endpoint) -> Result<Call, StartError> {
    match endpoint {
        Endpoint::GetRolesByToken => Call::bearing(&Secret::new(random(24)?)),
        _ => Call::new(endpoint, &fields(endpoint)?),
    }
}

/// What it is to be answered: the rule, the codes that are right, and those that pass.
pub(super) const fn answer(endpoint: Endpoint) -> (&'static Rule, &'static [i64], &'static [i64]) {
    match endpoint {
        Endpoint::SendCode(Channel::Phone) => (&NO_ACCOUNT, &[1004, 1011], &[1001]),
        Endpoint::SendCode(Channel::Uid) => (&NO_ACCOUNT, &[1004], &[1001]),
        Endpoint::VerifyCode(Channel::Phone) => (&NO_ACCOUNT, &[1004, 1011], &[1001, 1020, 1021]),
        Endpoint::VerifyCode(Channel::Uid) => (&NO_ACCOUNT, &[1004], &[1001, 1020, 1021]),
        Endpoint::GetRoles => (&NO_ACCOUNT, &[1004], &[1001, 1005]),
        Endpoint::GetRolesByCode => (&NO_CODE, &[1003], &[1001]),
        Endpoint::GetToken => (&NO_CODE, &[1003], &[1001]),
        Endpoint::GetRolesByToken => (&NO_CODE, &[1003], &[1000, 1001, 1004]),
        Endpoint::BindNotify => (&NO_ROLE, &[0, 1005], &[]),
    }
}
