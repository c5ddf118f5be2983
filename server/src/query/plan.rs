//! What a query does: its SQL, and what is left to look at row by row.

use super::condition::{Condition, World};
use super::sql::{Sql, and};
use super::{Pattern, Point, Rows, Where};
use crate::problem::Problem;

/// Conditions in SQL, and the rest.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What follows `WHERE`.
    pub(crate) condition: String,
    /// Columns that the rest needs, each a text, maybe null.
    pub(crate) columns: Vec<String>,
    /// What SQL cannot say.
    rest: Option<Rest>,
}

/// Conditions on columns by their numbers.
#[derive(Debug)]
enum Rest {
    /// It is not null.
    Said(usize),
    Matches(usize, Pattern),
    Near {
        latitude: usize,
        longitude: usize,
        point: Point,
        most: Option<f64>,
    },
    All(Vec<Rest>),
    Any(Vec<Rest>),
}

impl Plan {
    /// Says which of the rows, that who asks may read, meet the filter.
    pub(crate) fn of(
        world: &World<'_>,
        filter: &Where,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> Result<Self, Problem> {
        let readable = world.readable(rows, sql);
        let condition = world.condition(filter, rows, sql)?;
        let mut plan = Self {
            condition: and(&[readable, condition.cover()]),
            columns: Vec::new(),
            rest: None,
        };
        plan.rest = match condition {
            Condition::Sql(_) => None,
            other => Some(plan.rest(other)),
        };
        Ok(plan)
    }

    /// Whether rows have to be looked at.
    pub(crate) fn has_rest(&self) -> bool {
        self.rest.is_some()
    }

    /// Whether a row of which the columns are these meets what SQL did not say.
    pub(crate) fn passes(&self, columns: &[Option<String>]) -> bool {
        self.rest.as_ref().is_none_or(|rest| rest.passes(columns))
    }

    /// How far a row is away from the point that results are to be near to; it grows with the
    /// distance. `None`: there is no such point.
    pub(crate) fn distance(&self, columns: &[Option<String>]) -> Option<f64> {
        fn of(rest: &Rest, columns: &[Option<String>]) -> Option<f64> {
            match rest {
                Rest::Near { latitude, longitude, point, .. } => {
                    Some(place(columns, *latitude, *longitude)?.haversine(*point))
                }
                Rest::All(parts) => parts.iter().find_map(|part| of(part, columns)),
                _ => None,
            }
        }
        of(self.rest.as_ref()?, columns)
    }

    fn column(&mut self, expression: String) -> usize {
        self.columns.push(expression);
        self.columns.len() - 1
    }

    fn rest(&mut self, condition: Condition) -> Rest {
        match condition {
            Condition::Sql(text) => {
                Rest::Said(self.column(format!("CASE WHEN {text} THEN 'y' END")))
            }
            Condition::Matches(text, pattern) => Rest::Matches(self.column(text), pattern),
            Condition::Near { latitude, longitude, point, most } => Rest::Near {
                latitude: self.column(latitude),
                longitude: self.column(longitude),
                point,
                most,
            },
            // What SQL says of a whole is true of every row.
            Condition::All(parts) => Rest::All(
                parts
                    .into_iter()
                    .filter(|part| !matches!(part, Condition::Sql(_)))
                    .map(|part| self.rest(part))
                    .collect(),
            ),
            Condition::Any(parts) => Rest::Any(self.parts(parts)),
        }
    }

    fn parts(&mut self, parts: Vec<Condition>) -> Vec<Rest> {
        parts
            .into_iter()
            .map(|part| match part {
                // Of one of several it is not: each part has to hold in full.
                Condition::All(parts) => Rest::All(self.parts(parts)),
                part => self.rest(part),
            })
            .collect()
    }
}

impl Rest {
    fn passes(&self, columns: &[Option<String>]) -> bool {
        let text = |column: &usize| columns.get(*column).and_then(Option::as_deref);
        match self {
            Self::Said(column) => text(column).is_some(),
            Self::Matches(column, pattern) => {
                text(column).is_some_and(|text| pattern.matches(text))
            }
            Self::Near { latitude, longitude, point, most } => {
                place(columns, *latitude, *longitude)
                    .is_some_and(|place| most.is_none_or(|most| point.reaches(place, most)))
            }
            Self::All(parts) => parts.iter().all(|part| part.passes(columns)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(columns)),
        }
    }
}

fn place(columns: &[Option<String>], latitude: usize, longitude: usize) -> Option<Point> {
    let degrees = |column: usize| columns.get(column)?.as_deref()?.parse().ok();
    Some(Point { latitude: degrees(latitude)?, longitude: degrees(longitude)? })
}
