//! `where` and its companions (account-rest.md 3.4): read into a tree whose bounds are known, then
//! said in SQL. Nothing here touches a database.
//!
//! What a condition means is the same on every store. Missing is as null. Equality is of whole
//! values, and an array also equals each of its elements. Greater and smaller are told between two
//! numbers, two strings (by their bytes) or two dates, and are false between anything else.

mod column;
mod comparison;
mod condition;
mod operand;
mod order;
mod path;
mod pattern;
mod plan;
mod problem;
mod read;
mod sql;
mod tree;

pub(crate) use column::Rows;
pub(crate) use condition::World;
pub(crate) use order::{indexed, orders};
pub(crate) use path::Path;
pub(crate) use pattern::{Pattern, Shape};
pub(crate) use plan::Plan;
pub(crate) use sql::{Arg, Dialect, Sql, and};
pub(crate) use tree::{Bound, Node, Order, Point, Side, Subquery, Test, Where};
