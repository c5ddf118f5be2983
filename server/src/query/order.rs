//! The order of results.

use super::Order;
use super::column::{Column, Rows};
use crate::objects::schema::KeyType;
use crate::problem::Problem;

/// What follows `ORDER BY`: what is missing comes first, or last when it is descending; objects
/// that are equal so far follow each other by their ids, as the last key does by its values.
pub(crate) fn orders(orders: &[Order], rows: &Rows<'_>) -> Result<String, Problem> {
    let mut terms = Vec::new();
    let mut descending = false;
    for order in orders {
        descending = order.descending;
        match order.path.key() {
            // No two are equal, and ids of users sort as they were made.
            "objectId" if !order.path.is_nested() => break,
            "createdAt" if rows.is_users() && !order.path.is_nested() => break,
            _ => (),
        }
        let (down, nulls) = if descending { ("DESC", "LAST") } else { ("ASC", "FIRST") };
        for (expression, may_be_null) in keys(&rows.column(&order.path))? {
            terms.push(match may_be_null {
                true => format!("{expression} {down} NULLS {nulls}"),
                false => format!("{expression} {down}"),
            });
        }
    }
    let down = if descending { "DESC" } else { "ASC" };
    terms.push(format!("{} {down}", rows.id()));
    Ok(terms.join(", "))
}

/// What a column is ordered by, one after the other, and whether it may be null.
fn keys(column: &Column) -> Result<Vec<(String, bool)>, Problem> {
    Ok(match column {
        Column::Nothing => Vec::new(),
        Column::Text(text) => vec![(text.clone(), true)],
        Column::Time(time) => vec![(time.clone(), false)],
        Column::Flag(flag) => vec![(flag.clone(), false)],
        Column::Relation(_) => return Err(Problem::QUERY_ORDER),
        Column::Member(member) => match member.kind() {
            Some(KeyType::String) => vec![(member.text(), true)],
            Some(KeyType::Number) => vec![(member.number(), true)],
            Some(KeyType::Date) => vec![(member.date(), true)],
            Some(KeyType::Boolean) => vec![(member.rank(), true)],
            Some(_) => return Err(Problem::QUERY_ORDER),
            None => vec![
                (member.rank(), true),
                (member.number(), true),
                (member.text(), true),
                (member.date(), true),
            ],
        },
    })
}

/// What an index of a key holds, so that conditions on it and orders by it use it.
pub(crate) fn indexed(column: &Column) -> Option<String> {
    match column {
        Column::Time(time) => Some(time.clone()),
        Column::Member(member) => match member.kind()? {
            KeyType::String => Some(member.text()),
            KeyType::Number => Some(member.number()),
            KeyType::Date => Some(member.date()),
            KeyType::Boolean | KeyType::Pointer(_) => Some(member.json()),
            _ => None,
        },
        _ => None,
    }
}
