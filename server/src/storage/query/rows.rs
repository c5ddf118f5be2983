//! Rows of objects and of users, as answers show them.

use serde_json::Value;

use super::super::conn::{Conn, Row};
use super::super::{Result, StoreError, objects, users};
use super::refused;
use crate::accounts::View;
use crate::objects::acl::Principals;
use crate::problem::Problem;
use crate::query::{Plan, Rows};

/// Bytes of the rows of one answer.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What is read of a user.
const OF_USERS: [&str; 13] = [
    "id",
    "created_at",
    "updated_at",
    "username",
    "email",
    "mobile_phone_number",
    "email_verified",
    "mobile_phone_verified",
    "token_lookup",
    "token_sealed",
    "banned_at",
    "ban_reason",
    "fields",
];

/// The columns of what is looked at row by row, behind others.
pub(super) fn columns(plan: &Plan) -> String {
    let columns = plan.columns.iter().enumerate();
    columns.map(|(number, column)| format!(", {column} AS c{number}")).collect()
}

/// What is in these columns.
pub(super) fn texts(row: &Row, plan: &Plan) -> Result<Vec<Option<String>>> {
    (0..plan.columns.len()).map(|number| row.get(&format!("c{number}"))).collect()
}

/// What is read of objects that are answered as they are kept.
pub(super) fn kept(rows: &Rows<'_>) -> String {
    let name = rows.name;
    format!(
        "{name}.object_id, {name}.created_at, {name}.updated_at, CAST({name}.data AS TEXT) AS data"
    )
}

/// What is read of rows that are answered.
pub(super) fn selected(rows: &Rows<'_>) -> String {
    let name = rows.name;
    if rows.is_users() {
        return OF_USERS.map(|column| format!("{name}.{column}")).join(", ");
    }
    format!(
        "{name}.object_id, {name}.created_at, {name}.updated_at, \
         CAST({name}.acl AS TEXT) AS acl, CAST({name}.data AS TEXT) AS data"
    )
}

/// Bytes that an answer may still have.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_BYTES)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        let left = self.0.checked_sub(bytes);
        self.0 = left.ok_or_else(|| refused(Problem::QUERY_ANSWER))?;
        Ok(())
    }
}

/// An object as it is answered.
pub(super) fn object(row: &Row, with_acl: bool, budget: &mut Budget) -> Result<(String, Value)> {
    budget.take(row.text("data")?.len())?;
    let object = objects::object(row)?;
    Ok((object.id.clone(), object.into_json(with_acl)))
}

/// A user as it is answered to who asks; `Err` within: its row is damaged.
pub(super) async fn user(
    row: &Row,
    by: &Principals,
    db: &mut Conn<'_>,
    budget: &mut Budget,
) -> Result<std::result::Result<(String, Value), StoreError>> {
    let id: String = row.get("id")?;
    let view = match by.master || by.user.as_ref() == Some(&id) {
        true => View::Owner,
        false => View::Public,
    };
    match users::whole(row, db).await {
        Ok(user) => {
            let shown = user.to_json(view);
            budget.take(shown.to_string().len())?;
            Ok(Ok((id, shown)))
        }
        Err(error @ StoreError::Damaged { .. }) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}
