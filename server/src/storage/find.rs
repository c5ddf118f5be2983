//! Users looked for by the operator.

use super::conn::{Conn, Query, query};
use super::{Result, StoreError, users};
use crate::accounts::{Filter, User, View};

/// Users that are read at once.
const PAGE: i64 = 500;

/// Damaged users that are named in one answer.
const MOST_DAMAGED: usize = 100;

/// What is looked for. Without an exact id or name it reads every user until enough are found,
/// within the time of any reading.
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
pub(crate) struct Matches {
    pub(crate) users: Vec<User>,
    /// All that fit, if they were to be counted.
    pub(crate) count: usize,
    /// Object ids of users met whose rows are damaged, some of them if there are many. Whether they
    /// fit, nobody can say.
    pub(crate) damaged: Vec<String>,
}

/// Looks through the users in the order of their ids, which is that in which they were made.
pub(super) async fn run(db: &mut Conn<'_>, search: &Search) -> Result<Matches> {
    let mut found = Matches { users: Vec::new(), count: 0, damaged: Vec::new() };
    if search.filter.is_empty() && search.count && search.limit == 0 {
        let all: Option<i64> = query("SELECT COUNT(*) AS n FROM users").value("n", db).await?;
        found.count = all.and_then(|all| usize::try_from(all).ok()).unwrap_or_default();
        return Ok(found);
    }
    if let Some(only) = exact(db, search).await {
        found.take(only, search)?;
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
            found.take(users::whole(row, db).await.map(Some), search)?;
            if found.users.len() == search.limit && !search.count {
                return Ok(found);
            }
        }
    }
}

impl Matches {
    /// Counts a user that fits, and keeps it if it is one of those that are wanted. A damaged one
    /// keeps nobody from the others.
    fn take(&mut self, read: Result<Option<User>>, search: &Search) -> Result<()> {
        let user = match read {
            Ok(Some(user)) => user,
            Err(error @ StoreError::Damaged { .. }) => {
                self.leave_out(error);
                return Ok(());
            }
            other => return other.map(drop),
        };
        if !search.filter.is_empty() && !search.filter.matches(&user.to_json(View::Owner)) {
            return Ok(());
        }
        self.count += 1;
        if self.count > search.skip && self.users.len() < search.limit {
            self.users.push(user);
        }
        Ok(())
    }

    fn leave_out(&mut self, error: StoreError) {
        if self.damaged.len() == MOST_DAMAGED {
            return;
        }
        tracing::error!(%error, "a user is left out of what was looked for");
        if let StoreError::Damaged { user, .. } = error {
            self.damaged.push(user);
        }
    }
}

/// The one user, if there is one, whom an exact id or name leaves.
async fn exact(db: &mut Conn<'_>, search: &Search) -> Option<Result<Option<User>>> {
    match (search.filter.exact("objectId"), search.filter.exact("username")) {
        (Some(id), _) => Some(users::by_id(db, id).await),
        (None, Some(name)) => Some(users::by_name(db, name).await),
        (None, None) => None,
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
