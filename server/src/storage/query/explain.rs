//! How the database would look for something: for the operator, and for tests of indexes.

use std::time::Instant;

use super::super::Result;
use super::super::conn::Conn;
use super::rows::selected;
use super::{Find, Reading, bound, classes_of, refused, world};
use crate::query::{Dialect, Plan, Sql, orders};

/// The plan of a query, as the database tells it.
#[derive(Debug)]
pub(crate) struct Explain(pub(crate) Find);

impl Reading for Explain {
    type Out = String;

    async fn run(&self, db: &mut Conn<'_>, _: Instant) -> Result<String> {
        let find = &self.0;
        let classes = classes_of(db, &find.class, &find.filter).await?;
        let world = world(db, &classes, &find.by);
        let class = world.class(&find.class).map_err(refused)?;
        let (rows, mut sql) = (world.rows(class, "o"), Sql::new(world.dialect));
        let plan = Plan::of(&world, &find.filter, &rows, &mut sql).map_err(refused)?;
        let order = orders(&find.order, &rows).map_err(refused)?;
        let statement = find.statement(&selected(&rows), &plan, &rows, &order, &mut sql);
        let (word, column) = match world.dialect {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
            Dialect::Postgres => ("EXPLAIN", "QUERY PLAN"),
        };
        let lines = bound(format!("{word} {statement}"), &sql).rows(db).await?;
        lines.iter().map(|row| Ok(row.get::<String>(column)? + "\n")).collect()
    }
}
