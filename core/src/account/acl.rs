//! Access control lists: `{"*": {"read": true}, "role:<name>": {…}, "<user id>": {…}}`
//! (`account-rest.md` section 3.3).

use serde_json::Value;

use super::row::{self, Row};
use crate::error::{Error, Result, status};

/// The field that holds it.
pub const KEY: &str = "ACL";

/// To read the object.
pub const READ: i32 = 1;
/// To change and delete it.
pub const WRITE: i32 = 2;

/// Longest name of a role, in bytes.
const ROLE_MAX: usize = 128;

fn check(who: &str) -> Result<()> {
    let role = who.strip_prefix("role:");
    let is_role = role.is_some_and(|name| !name.is_empty() && name.len() <= ROLE_MAX);
    if who == "*" || is_role || row::is_object_id(who) {
        return Ok(());
    }
    Err(Error::argument("nobody is named so in an ACL: *, a user's id, or role: and a name"))
}

fn list(acl: Option<&Value>) -> Result<Option<&Row>> {
    match acl {
        None => Ok(None),
        Some(Value::Object(list)) => Ok(Some(list)),
        Some(_) => Err(Error::new(status::WRONG_TYPE, "the field ACL is no ACL")),
    }
}

/// The ACL after `who` was given these rights and no others.
///
/// # Errors
/// `INVALID_ARGUMENT`: not a name, or other bits. `WRONG_TYPE`: `acl` is none.
pub fn with(acl: Option<&Value>, who: &str, rights: i32) -> Result<Value> {
    check(who)?;
    if rights & !(READ | WRITE) != 0 {
        return Err(Error::argument("the rights are not TDSAUTH_ACL_READ and TDSAUTH_ACL_WRITE"));
    }
    let mut list = list(acl)?.cloned().unwrap_or_default();
    let mut entry = Row::new();
    for (bit, name) in [(READ, "read"), (WRITE, "write")] {
        if rights & bit != 0 {
            entry.insert(name.to_owned(), true.into());
        }
    }
    if entry.is_empty() {
        list.remove(who);
    } else {
        list.insert(who.to_owned(), entry.into());
    }
    Ok(list.into())
}

/// What `who` may do, by this entry of the ACL alone. `None`: there is no ACL.
///
/// # Errors
/// As [`with`].
pub fn rights(acl: Option<&Value>, who: &str) -> Result<Option<i32>> {
    check(who)?;
    let entry = |list: &Row| {
        let may =
            |name| list.get(who).and_then(|entry| entry.get(name)) == Some(&Value::Bool(true));
        i32::from(may("read")) * READ + i32::from(may("write")) * WRITE
    };
    Ok(list(acl)?.map(entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_entry_is_changed_by_itself() {
        let acl = with(None, "*", READ).unwrap();
        let acl = with(Some(&acl), "role:admin", READ | WRITE).unwrap();
        let acl = with(Some(&acl), "u1", WRITE).unwrap();
        assert_eq!(
            acl,
            json!({
                "*": {"read": true}, "role:admin": {"read": true, "write": true},
                "u1": {"write": true},
            })
        );
        assert_eq!(rights(Some(&acl), "role:admin"), Ok(Some(READ | WRITE)));
        assert_eq!(rights(Some(&acl), "u2"), Ok(Some(0)));
        assert_eq!(rights(None, "u2"), Ok(None));
        assert_eq!(with(Some(&json!({"u1": {"read": true}})), "u1", 0), Ok(json!({})));
        assert_eq!(rights(Some(&json!({"*": {"read": false, "write": true}})), "*"), Ok(Some(2)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = format!("role:{}", "a".repeat(129));
        for who in ["", "role:", "a/b", "a b", long.as_str()] {
            assert_eq!(with(None, who, 1).unwrap_err().status, status::INVALID_ARGUMENT, "{who}");
            assert!(rights(None, who).is_err(), "{who}");
        }
        assert!(with(None, "*", 4).is_err() && with(None, "*", -1).is_err());
        assert_eq!(with(Some(&json!([])), "*", 1).unwrap_err().status, status::WRONG_TYPE);
    }
}
