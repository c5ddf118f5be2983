//! The condition of a change.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::conn::Conn;
use super::super::{Result, StoreError};
use super::rows::columns;
use super::{bound, classes, refused, world};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::Class;
use crate::problem::Problem;
use crate::query::{Dialect, Plan, Sql, Where};

/// For the conditions of one change. They are of one row each, by its id.
const PATIENCE: Duration = Duration::from_millis(250);

/// When the conditions of a change that begins now have to be known.
pub(in crate::storage) fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// Whether the object of this id, if it may be read, meets the filter, which holds no subqueries
/// ([`Where::read_for_write`]). Refused to who may not get objects of the class: by conditions one
/// could read them. On SQLite all other changes wait meanwhile, so it ends at the deadline.
pub(in crate::storage) async fn matches(
    db: &mut Conn<'_>,
    class: &Class,
    id: &str,
    filter: &Where,
    by: &Principals,
    deadline: Instant,
) -> Result<std::result::Result<bool, Problem>> {
    let sqlite = db.dialect() == Dialect::Sqlite;
    let looked_at = async {
        let mut known: BTreeMap<_, _> = classes(db, filter.classes()).await?;
        known.insert(class.name.clone(), class.clone());
        class.allows(Action::Get, by).map_err(refused)?;
        let world = world(db, &known, by);
        let mut sql = Sql::new(world.dialect);
        let rows = world.rows(class, "o");
        let plan = Plan::of(&world, filter, &rows, &mut sql).map_err(refused)?;
        let id = sql.text(id);
        let statement = format!(
            "SELECT {}{} FROM {} o WHERE {} AND {} = {id}",
            rows.id(),
            columns(&plan),
            rows.table(),
            plan.condition,
            rows.id(),
        );
        db.end_at(Some(deadline)).await?;
        let row = bound(statement, &sql).row(db).await;
        db.end_at(None).await?;
        match row? {
            Some(row) => Ok(plan.passes(&super::rows::texts(&row, &plan)?)),
            None => Ok(false),
        }
    };
    let looked_at: Result<bool> = looked_at.await;
    match looked_at {
        // What is said to one caller undoes nothing of the others'.
        Err(StoreError::Refused(problem)) => Ok(Err(problem)),
        Err(StoreError::Late) if sqlite => Ok(Err(Problem::TIMED_OUT)),
        looked_at => looked_at.map(Ok),
    }
}
