//! The condition of a change.

use std::collections::BTreeMap;

use super::super::Result;
use super::super::conn::Conn;
use super::rows::columns;
use super::{bound, classes, refused, world};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::Class;
use crate::query::{Plan, Sql, Where};

/// Whether the object of this id, if it may be read, meets the filter, which holds no subqueries
/// ([`Where::read_for_write`]). Refused to who may not get objects of the class: by conditions one
/// could read them.
pub(in crate::storage) async fn matches(
    db: &mut Conn<'_>,
    class: &Class,
    id: &str,
    filter: &Where,
    by: &Principals,
) -> Result<bool> {
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
    let row = bound(statement, &sql).row(db).await?;
    match row {
        Some(row) => Ok(plan.passes(&super::rows::texts(&row, &plan)?)),
        None => Ok(false),
    }
}
