//! Subqueries with conditions that SQL cannot say: they are asked first, and what they find is put
//! in their place.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Instant;

use serde_json::{Value, json};

use super::super::conn::{Conn, Row};
use super::super::{Result, StoreError};
use super::rows::{columns, texts};
use super::{bound, refused, world};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::Class;
use crate::problem::Problem;
use crate::query::{Node, Path, Plan, Sql, Subquery, Test, Where, orders};

/// Most that such a subquery may find.
const MAX_FOUND: usize = 10_000;

type Resolving<'r> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'r>>;

/// Leaves no subqueries in the filter but those that SQL can say.
pub(super) async fn resolve(
    db: &mut Conn<'_>,
    classes: &BTreeMap<String, Class>,
    by: &Principals,
    filter: &mut Where,
    deadline: Instant,
) -> Result<()> {
    nodes(db, classes, by, &mut filter.0, deadline).await
}

fn nodes<'r>(
    db: &'r mut Conn<'_>,
    classes: &'r BTreeMap<String, Class>,
    by: &'r Principals,
    all: &'r mut [Node],
    deadline: Instant,
) -> Resolving<'r> {
    Box::pin(async move {
        for node in all {
            match node {
                Node::All(parts) | Node::Any(parts) => {
                    nodes(db, classes, by, parts, deadline).await?;
                }
                Node::Key(_, test) => {
                    let (query, key, holds) = match test {
                        Test::InQuery(query, holds) => (query, None, *holds),
                        Test::Select(query, key, holds) => (query, Some(&*key), *holds),
                        _ => continue,
                    };
                    nodes(db, classes, by, &mut query.filter.0, deadline).await?;
                    if let Some(values) = asked(db, classes, by, query, key, deadline).await? {
                        *test = Test::In(values, holds);
                    }
                }
                Node::Related { .. } => (),
            }
        }
        Ok(())
    })
}

/// What a subquery finds; `None`: SQL can say it.
async fn asked(
    db: &mut Conn<'_>,
    classes: &BTreeMap<String, Class>,
    by: &Principals,
    query: &Subquery,
    key: Option<&Path>,
    deadline: Instant,
) -> Result<Option<Vec<Value>>> {
    let world = world(db, classes, by);
    let class = world.class(&query.class).map_err(refused)?;
    class.allows(Action::Find, by).map_err(refused)?;
    let (rows, mut sql) = (world.rows(class, "s"), Sql::new(world.dialect));
    let plan = Plan::of(&world, &query.filter, &rows, &mut sql).map_err(refused)?;
    if !plan.has_rest() {
        return Ok(None);
    }
    let value = match key {
        Some(key) => rows.json_text(key).map_err(refused)?,
        None => rows.id(),
    };
    let order = orders(&query.order, &rows).map_err(refused)?;
    let statement = format!(
        "SELECT {value} AS value{} FROM {} s WHERE {} ORDER BY {order}",
        columns(&plan),
        rows.table(),
        plan.condition
    );
    let (mut values, mut count) = (Vec::new(), 0);
    let limit = query.limit.map_or(MAX_FOUND + 1, |limit| limit as usize);
    let take = |row: Row| {
        if Instant::now() > deadline {
            return Err(StoreError::Late);
        }
        if plan.passes(&texts(&row, &plan)?) {
            count += 1;
            if count > query.skip as usize && values.len() < limit {
                values.push(row.get::<Option<String>>("value")?);
            }
        }
        Ok(values.len() < limit)
    };
    if limit > 0 {
        bound(statement, &sql).each(db, Some(deadline), take).await?;
    }
    if values.len() > MAX_FOUND {
        return Err(refused(Problem::QUERY_TOO_MANY));
    }
    let pointer =
        |id| json!({ "__type": "Pointer", "className": query.class.as_str(), "objectId": id });
    let read = |text: String| match key {
        Some(_) => serde_json::from_str(&text).map_err(|error| StoreError::failed(&error)),
        None => Ok(pointer(text)),
    };
    values.into_iter().flatten().map(read).collect::<Result<_>>().map(Some)
}
