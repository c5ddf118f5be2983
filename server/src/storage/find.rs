//! Users looked for by the operator.

use super::conn::{Conn, Query, query};
use super::{Result, users};
use crate::accounts::{Filter, User, View};

/// Users that are read at once.
const PAGE: i64 = 500;

/// What is looked for. It reads every user until enough are found, within the time of any reading.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) filter: Filter,
    /// The oldest first, or the newest.
    pub(crate) newest_first: bool,
    pub(crate) skip: usize,
    pub(crate) limit: usize,
    /// Whether all that fit are to be counted.
    pub(crate) count: bool,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) users: Vec<User>,
    /// All that fit, if they were to be counted.
    pub(crate) count: usize,
}

/// Looks through the users in the order of their ids, which is that in which they were made.
pub(super) async fn run(db: &mut Conn<'_>, search: &Search) -> Result<Found> {
    let mut found = Found { users: Vec::new(), count: 0 };
    if search.filter.is_empty() && search.count && search.limit == 0 {
        let all: Option<i64> = query("SELECT COUNT(*) AS n FROM users").value("n", db).await?;
        found.count = all.and_then(|all| usize::try_from(all).ok()).unwrap_or_default();
        return Ok(found);
    }
    let mut last = None;
    loop {
        let rows = page(search, last.as_deref()).bind(PAGE).rows(db).await?;
        let Some(row) = rows.last() else {
            return Ok(found);
        };
        last = Some(row.get::<String>("id")?);
        for row in &rows {
            let user = users::whole(row, db).await?;
            if !search.filter.is_empty() && !search.filter.matches(&user.to_json(View::Owner)) {
                continue;
            }
            found.count += 1;
            if found.count > search.skip && found.users.len() < search.limit {
                found.users.push(user);
            }
            if found.users.len() == search.limit && !search.count {
                return Ok(found);
            }
        }
    }
}

/// The users behind `last`.
fn page<'q>(search: &Search, last: Option<&'q str>) -> Query<'q> {
    match (search.newest_first, last) {
        (false, last) => {
            query(users::select_user!("id > $1 ORDER BY id LIMIT $2")).bind(last.unwrap_or(""))
        }
        // Behind every id, which is hex.
        (true, last) => query(users::select_user!("id < $1 ORDER BY id DESC LIMIT $2"))
            .bind(last.unwrap_or("g")),
    }
}
