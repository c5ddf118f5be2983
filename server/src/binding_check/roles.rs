//! The roles of an answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::envelope::kind;
use super::report::Report;
use super::rule::Rule;
use crate::binding::Endpoint;

/// What a role may have beside `role_id` and `nickname`.
const OPTIONAL: [&str; 4] = ["display_role_id", "level", "profession", "zone"];

const DATA: Rule = Rule::error(
    "data-type",
    "data is an array of roles",
    "answer {\"data\": [{…}]}, also for one role; no object around it",
);
const ROLE: Rule =
    Rule::error("role-type", "each role is an object", "answer [{\"role_id\": …}, …]");
const ROLE_ID: Rule = Rule::error(
    "role-id",
    "role_id of each role is a text and not empty",
    "answer numbers as texts: {\"role_id\": \"123\"}",
);
const NICKNAME: Rule =
    Rule::error("nickname", "nickname of each role is a text", "the member is not optional");
const LEVEL: Rule = Rule::error(
    "level",
    "level is a text here (a number only where roles are pushed to TapTap), or left out",
    "answer {\"level\": \"50\"}",
);
const MEMBER: Rule = Rule::error(
    "role-member",
    "display_role_id, profession and zone are texts, or left out",
    "leave out what there is not, null or empty numbers do not go",
);
const REPEATED: Rule = Rule::error(
    "role-id-repeated",
    "role_id is unique in the game: by it TapTap binds",
    "where servers have roles of the same number put the server into role_id",
);
const NO_ROLE: Rule = Rule::advice(
    "no-role",
    "1005 for an account without roles; the contract does not say how an empty list is shown",
    "answer 1005",
);

/// Looks at the `data` of a success.
pub(super) fn judge(report: &mut Report, endpoint: Endpoint, sent: &str, data: Option<&Value>) {
    let mut find = |rule: &'static Rule, came: &str| report.find(rule, Some(endpoint), sent, came);
    let Some(roles) = data.and_then(Value::as_array) else {
        return find(&DATA, kind(data));
    };
    if roles.is_empty() {
        find(&NO_ROLE, "code 0, an empty array");
    }
    let mut ids = BTreeSet::new();
    for role in roles {
        if !role.is_object() {
            find(&ROLE, kind(Some(role)));
            continue;
        }
        let (id, nickname) = (role.get("role_id"), role.get("nickname"));
        match id.and_then(Value::as_str).filter(|id| !id.is_empty()) {
            None => find(&ROLE_ID, kind(id)),
            Some(id) if !ids.insert(id) => find(&REPEATED, "one role_id twice"),
            Some(_) => {}
        }
        if !nickname.is_some_and(Value::is_string) {
            find(&NICKNAME, kind(nickname));
        }
        for name in OPTIONAL {
            if let Some(value) = role.get(name).filter(|value| !value.is_string()) {
                let rule = if name == "level" { &LEVEL } else { &MEMBER };
                find(rule, &format!("{name}: {}", kind(Some(value))));
            }
        }
    }
}
