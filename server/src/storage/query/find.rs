//! Looking for objects of one class.

use std::collections::{BTreeMap, BinaryHeap};
use std::time::Instant;

use serde_json::Value;

use super::super::conn::{Conn, Row};
use super::super::objects::classes::{is_current, remembered};
use super::super::{Result, StoreError, objects};
use super::include::include;
use super::resolve::resolve;
use super::rows::{Budget, columns, kept, object, selected, texts, user};
use super::{Reading, bound, classes_of, refused, world};
use crate::objects::USER;
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::problem::Problem;
use crate::query::{Order, Path, Plan, Rows, Sql, Where, World, and, orders};

/// Results that are skipped when the nearest come first, which have to be remembered.
const MAX_NEAR: usize = 100_000;

/// Damaged users that are named in one answer.
const MOST_DAMAGED: usize = 100;

/// What is looked for.
#[derive(Debug)]
pub(crate) struct Find {
    pub(crate) class: String,
    pub(crate) filter: Where,
    pub(crate) order: Vec<Order>,
    pub(crate) skip: usize,
    pub(crate) limit: usize,
    /// Whether all that fit are to be counted.
    pub(crate) count: bool,
    /// Only those behind this id.
    pub(crate) after: Option<String>,
    pub(crate) include: Vec<Path>,
    pub(crate) with_acl: bool,
    /// Whether the objects are answered as they are kept, without anybody looking into them.
    pub(crate) as_kept: bool,
    pub(crate) by: Principals,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) results: Vec<Value>,
    /// Instead of results, if they are answered as they are kept: the JSON of a list of them.
    pub(crate) written: Option<String>,
    /// The id of the last one, also if it is damaged.
    pub(crate) last: Option<String>,
    pub(crate) count: Option<i64>,
    /// Users that fit and whose rows are damaged.
    pub(crate) damaged: Vec<String>,
}

impl Reading for Find {
    type Out = Found;

    /// Objects of one class of which SQL says all that is asked. Whatever is to be said against it,
    /// the transaction says.
    async fn at_once(&self, db: &mut Conn<'_>) -> Result<Option<Found>> {
        let more = self.count || self.limit == 0 || !self.include.is_empty();
        if more || self.class == USER || !self.filter.classes().is_empty() {
            return Ok(None);
        }
        let class = match remembered(db, &self.class).await? {
            Some(class) if class.allows(Action::Find, &self.by).is_ok() => class,
            _ => return Ok(None),
        };
        let classes = BTreeMap::new();
        let world = world(db, &classes, &self.by);
        let (rows, mut sql) = (world.rows(&class, "o"), Sql::new(world.dialect));
        let Ok(plan) = self.plan(&world, &self.filter, &rows, &mut sql) else { return Ok(None) };
        let Ok(order) = orders(&self.order, &rows) else { return Ok(None) };
        if plan.has_rest() {
            return Ok(None);
        }
        let version = format!("(SELECT version FROM classes WHERE id = {})", class.id);
        let columns = if self.as_kept { kept(&rows) } else { selected(&rows) };
        let columns = format!("{columns}, {version} AS version");
        let statement = self.statement(&columns, &plan, &rows, &order, &mut sql);
        let found = bound(statement, &sql).rows(db).await?;
        // They are all of one moment.
        let current = match found.first() {
            Some(row) => row.get::<i64>("version")? == class.version,
            None => is_current(db, &class).await?,
        };
        if !current {
            return Ok(None);
        }
        let mut answer = Answer::new(self);
        if self.as_kept {
            answer.write(&found)?;
        } else {
            found.iter().try_for_each(|row| answer.object(row))?;
        }
        Ok(Some(answer.found))
    }

    async fn run(&self, db: &mut Conn<'_>, deadline: Instant) -> Result<Found> {
        let classes = classes_of(db, &self.class, &self.filter).await?;
        let class = classes.get(&self.class).ok_or_else(|| refused(Problem::NO_CLASS))?;
        class.allows(Action::Find, &self.by).map_err(refused)?;
        let mut filter = self.filter.clone();
        resolve(db, &classes, &self.by, &mut filter, deadline).await?;
        let world = world(db, &classes, &self.by);
        let rows = world.rows(class, "o");
        let mut found = self.rows(db, &world, &filter, &rows, deadline).await?;
        let mut budget = found.1;
        include(db, &mut found.0.results, &self.include, &self.by, &mut budget).await?;
        Ok(found.0)
    }
}

impl Find {
    async fn rows(
        &self,
        db: &mut Conn<'_>,
        world: &World<'_>,
        filter: &Where,
        rows: &Rows<'_>,
        deadline: Instant,
    ) -> Result<(Found, Budget)> {
        let mut sql = Sql::new(world.dialect);
        let plan = self.plan(world, filter, rows, &mut sql).map_err(refused)?;
        let order = orders(&self.order, rows).map_err(refused)?;
        let mut answer = Answer::new(self);
        if plan.has_rest() {
            let near = filter.near().is_some() && self.order.is_empty();
            let ids = self.looked_at(db, &plan, rows, sql, &order, near, deadline).await?;
            answer.found.count = self.count.then_some(ids.1);
            self.fetch(db, world, rows, &ids.0, &mut answer).await?;
        } else {
            if self.count {
                answer.found.count = Some(counted(db, &plan, rows, &sql).await?);
            }
            if self.limit > 0 {
                let columns = selected(rows);
                let statement = self.statement(&columns, &plan, rows, &order, &mut sql);
                self.take(db, rows, bound(statement, &sql), &mut answer).await?;
            }
        }
        let Answer { mut found, budget, .. } = answer;
        if let Some(count) = &mut found.count {
            *count -= i64::try_from(found.damaged.len()).unwrap_or(0);
        }
        Ok((found, budget))
    }

    fn plan(
        &self,
        world: &World<'_>,
        filter: &Where,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> std::result::Result<Plan, Problem> {
        let mut plan = Plan::of(world, filter, rows, sql)?;
        if let Some(after) = &self.after {
            plan.condition = and(&[plan.condition, format!("{} > {}", rows.id(), sql.text(after))]);
        }
        Ok(plan)
    }

    /// The statement that gives these columns of the answer as it is.
    pub(super) fn statement(
        &self,
        columns: &str,
        plan: &Plan,
        rows: &Rows<'_>,
        order: &str,
        sql: &mut Sql,
    ) -> String {
        // Written out, and nothing where nothing is skipped: with numbers that it does not know
        // PostgreSQL plans each statement anew, which takes longer than to do it.
        let limit = self.limit;
        let skip = match self.skip {
            0 => String::new(),
            skip => format!(" OFFSET {}", sql.number(i64::try_from(skip).unwrap_or(i64::MAX))),
        };
        format!(
            "SELECT {columns} FROM {} {} WHERE {} ORDER BY {order} LIMIT {limit}{skip}",
            rows.table(),
            rows.name,
            plan.condition,
        )
    }

    /// Ids of the answer, and how many there are in all, or at least.
    #[expect(clippy::too_many_arguments, reason = "all of one statement")]
    async fn looked_at(
        &self,
        db: &mut Conn<'_>,
        plan: &Plan,
        rows: &Rows<'_>,
        sql: Sql,
        order: &str,
        near: bool,
        deadline: Instant,
    ) -> Result<(Vec<String>, i64)> {
        let wanted = self.skip.saturating_add(self.limit);
        if near && wanted > MAX_NEAR {
            return Err(refused(Problem::QUERY_NEAR_SKIP));
        }
        let statement = format!(
            "SELECT {} AS id{} FROM {} {} WHERE {} ORDER BY {order}",
            rows.id(),
            columns(plan),
            rows.table(),
            rows.name,
            plan.condition,
        );
        let mut nearest = BinaryHeap::new();
        let (mut ids, mut count) = (Vec::new(), 0);
        let take = |row: Row| {
            if Instant::now() > deadline {
                return Err(StoreError::Late);
            }
            let texts = texts(&row, plan)?;
            if !plan.passes(&texts) {
                return Ok(true);
            }
            count += 1;
            if let (true, Some(distance)) = (near, plan.distance(&texts)) {
                nearest.push(Far { distance, id: row.get("id")? });
                if nearest.len() > wanted {
                    nearest.pop();
                }
                return Ok(true);
            }
            if count > self.skip && ids.len() < self.limit {
                ids.push(row.get("id")?);
            }
            Ok(self.count || ids.len() < self.limit)
        };
        if self.limit > 0 || self.count {
            bound(statement, &sql).each(db, Some(deadline), take).await?;
        }
        if near {
            let nearest = nearest.into_sorted_vec().into_iter().skip(self.skip);
            ids = nearest.map(|far| far.id).collect();
        }
        Ok((ids, i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// The objects of these ids, in their order.
    async fn fetch(
        &self,
        db: &mut Conn<'_>,
        world: &World<'_>,
        rows: &Rows<'_>,
        ids: &[String],
        answer: &mut Answer<'_>,
    ) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(world.dialect);
        let readable = world.readable(rows, &mut sql);
        let of_ids = sql.one_of_texts(&rows.id(), ids);
        let statement = format!(
            "SELECT {} FROM {} {} WHERE {readable} AND {of_ids}",
            selected(rows),
            rows.table(),
            rows.name
        );
        self.take(db, rows, bound(statement, &sql), answer).await?;
        let place: BTreeMap<_, _> = ids.iter().zip(0..).collect();
        let place = |row: &Value| {
            let id = row.get("objectId").and_then(Value::as_str).map(str::to_owned);
            id.and_then(|id| place.get(&id).copied()).unwrap_or(usize::MAX)
        };
        answer.found.results.sort_by_key(place);
        answer.found.last = ids.last().cloned();
        Ok(())
    }

    async fn take(
        &self,
        db: &mut Conn<'_>,
        rows: &Rows<'_>,
        statement: super::Query<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<()> {
        if !rows.is_users() {
            return statement.each(db, None, |row| answer.object(&row).map(|()| true)).await;
        }
        for row in statement.rows(db).await? {
            let read = user(&row, &self.by, db, &mut answer.budget).await?;
            answer.user(read);
        }
        Ok(())
    }
}

/// An answer that is put together.
struct Answer<'f> {
    find: &'f Find,
    found: Found,
    budget: Budget,
}

impl<'f> Answer<'f> {
    fn new(find: &'f Find) -> Self {
        Self { find, found: Found::default(), budget: Budget::new() }
    }

    fn object(&mut self, row: &Row) -> Result<()> {
        let (id, shown) = object(row, self.find.with_acl, &mut self.budget)?;
        self.found.results.push(shown);
        self.found.last = Some(id);
        Ok(())
    }

    fn write(&mut self, rows: &[Row]) -> Result<()> {
        let mut written = String::from("[");
        for row in rows {
            if written.len() > 1 {
                written.push(',');
            }
            self.budget.take(row.text("data")?.len())?;
            objects::write(row, &mut written)?;
        }
        written.push(']');
        self.found.written = Some(written);
        Ok(())
    }

    fn user(&mut self, read: std::result::Result<(String, Value), StoreError>) {
        match read {
            Ok((id, shown)) => {
                self.found.results.push(shown);
                self.found.last = Some(id);
            }
            Err(error) => {
                tracing::error!(%error, "a user is left out of what was looked for");
                if let StoreError::Damaged { user, .. } = error {
                    self.found.last = Some(user.clone());
                    if self.found.damaged.len() < MOST_DAMAGED {
                        self.found.damaged.push(user);
                    }
                }
            }
        }
    }
}

/// How many rows fit, where SQL says it all.
async fn counted(db: &mut Conn<'_>, plan: &Plan, rows: &Rows<'_>, sql: &Sql) -> Result<i64> {
    let (table, name) = (rows.table(), rows.name);
    let statement = format!("SELECT COUNT(*) AS n FROM {table} {name} WHERE {}", plan.condition);
    Ok(bound(statement, sql).value("n", db).await?.unwrap_or_default())
}

/// An object at a distance; of those that are equally far, the one with the smaller id is nearer.
#[derive(Debug, PartialEq)]
struct Far {
    distance: f64,
    id: String,
}

impl Eq for Far {}

impl Ord for Far {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.distance.total_cmp(&other.distance).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Far {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
