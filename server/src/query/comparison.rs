//! What one key has to meet, said in SQL.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::column::{Column, Member, Rows};
use super::condition::Condition;
use super::operand::date;
use super::sql::{Dialect, Sql, not, or, quoted};
use super::{Bound, Pattern, Point, Shape, Side};
use crate::objects::schema::KeyType;
use crate::objects::value;

/// The pointer to the object of this id, as the database compares JSON.
pub(super) fn pointer(class: &str, id: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => {
            let before = json!({ "__type": "Pointer", "className": class }).to_string();
            let before = before.trim_end_matches('}');
            format!("{} || json_quote({id}) || '}}'", quoted(&format!("{before},\"objectId\":")))
        }
        Dialect::Postgres => format!(
            "jsonb_build_object('__type', 'Pointer', 'className', {}, 'objectId', {id})",
            quoted(class)
        ),
    }
}

/// The member, or an element of it, is among what a `SELECT` gives.
pub(super) fn one_of_found(member: &Member, whole: bool, found: &str, sql: &mut Sql) -> String {
    let mut parts = Vec::new();
    if whole {
        parts.push(format!("{} IN ({found})", member.json()));
    }
    if member.may_be(&KeyType::Array) {
        let name = sql.name('e');
        parts.push(format!(
            "({} AND EXISTS (SELECT 1 FROM {} WHERE {} IN ({found})))",
            member.is_array(),
            member.elements(&name),
            member.element(&name),
        ));
    }
    or(&parts)
}

/// There is something in the relation that meets this.
pub(super) fn related_to(key: &str, rows: &Rows<'_>, targets: &str, sql: &mut Sql) -> String {
    let relation = sql.name('r');
    format!(
        "({} IN (SELECT {relation}.object_id FROM relations {relation} WHERE \
         {relation}.class = {} AND {relation}.key = {} AND {targets}))",
        rows.id(),
        rows.class.id,
        quoted(key),
    )
}

/// It is equal to one of the values, or an array that holds one.
pub(super) fn one_of(column: &Column, values: &[Value], rows: &Rows<'_>, sql: &mut Sql) -> String {
    let none = values.contains(&Value::Null);
    match column {
        Column::Nothing => if none { "TRUE" } else { "FALSE" }.to_owned(),
        Column::Text(text) => {
            let texts: Vec<_> =
                values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let mut parts = Vec::new();
            if !texts.is_empty() {
                parts.push(sql.one_of_texts(text, &texts));
            }
            if none {
                parts.push(format!("{text} IS NULL"));
            }
            or(&parts)
        }
        Column::Time(time) => {
            let times = values.iter().filter_map(date);
            let parts = times.map(|(_, ms)| format!("{time} = {}", sql.number(ms)));
            or(&parts.collect::<Vec<_>>())
        }
        Column::Flag(flag) => {
            let flags = values.iter().filter_map(Value::as_bool);
            let parts = flags.map(|yes| if yes { flag.clone() } else { not(flag) });
            or(&parts.collect::<Vec<_>>())
        }
        Column::Relation(key) => {
            let mut parts = Vec::new();
            for (class, ids) in pointers(values) {
                let class = sql.text(class);
                let ids = sql.one_of_texts("target_id", &ids);
                parts.push(related_to(
                    key,
                    rows,
                    &format!("target_class = {class} AND {ids}"),
                    sql,
                ));
            }
            or(&parts)
        }
        Column::Member(member) => one_of_members(member, values, sql),
    }
}

/// Values by how they are compared.
#[derive(Debug, Default)]
struct Kinds {
    texts: Vec<String>,
    numbers: Vec<String>,
    dates: Vec<String>,
    /// As JSON texts.
    others: Vec<String>,
}

impl Kinds {
    fn of(values: &[Value], member: &Member) -> Self {
        let mut kinds = Self::default();
        for value in values {
            match (value, date(value)) {
                (Value::Null, _) => (),
                (Value::String(text), _) if member.may_be(&KeyType::String) => {
                    kinds.texts.push(text.clone());
                }
                (Value::Number(number), _) if member.may_be(&KeyType::Number) => {
                    kinds.numbers.push(number.to_string());
                }
                (_, Some((iso, _))) if member.may_be(&KeyType::Date) => {
                    kinds.dates.push(iso.to_owned());
                }
                (Value::String(_) | Value::Number(_), _) | (_, Some(_)) => (),
                (other, None) => kinds.others.push(other.to_string()),
            }
        }
        kinds
    }
}

fn one_of_members(member: &Member, values: &[Value], sql: &mut Sql) -> String {
    let kinds = Kinds::of(values, member);
    let mut parts = Vec::new();
    if !kinds.texts.is_empty() {
        parts.push(sql.one_of_texts(&member.text(), &kinds.texts));
    }
    if !kinds.numbers.is_empty() {
        parts.push(sql.one_of_numbers(&member.number(), &kinds.numbers));
    }
    if !kinds.dates.is_empty() {
        parts.push(sql.one_of_texts(&member.date(), &kinds.dates));
    }
    if !kinds.others.is_empty() {
        parts.push(sql.one_of_jsons(&member.json(), &kinds.others));
    }
    if values.contains(&Value::Null) {
        parts.push(not(&member.exists()));
    }
    if member.may_be(&KeyType::Array) && !values.is_empty() {
        let name = sql.name('e');
        let jsons: Vec<_> = values.iter().map(Value::to_string).collect();
        let holds = sql.one_of_jsons(&member.element(&name), &jsons);
        parts.push(format!(
            "({} AND EXISTS (SELECT 1 FROM {} WHERE {holds}))",
            member.is_array(),
            member.elements(&name)
        ));
    }
    or(&parts)
}

/// Ids of pointers by their classes.
fn pointers(values: &[Value]) -> BTreeMap<&str, Vec<String>> {
    let mut pointers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for map in values.iter().filter_map(Value::as_object) {
        if let Ok((class, id)) = value::pointer(map) {
            pointers.entry(class).or_default().push(id.to_owned());
        }
    }
    pointers
}

pub(super) fn exists(column: &Column, rows: &Rows<'_>, sql: &mut Sql) -> String {
    match column {
        Column::Text(text) => format!("{text} IS NOT NULL"),
        Column::Time(_) | Column::Flag(_) => "TRUE".to_owned(),
        Column::Member(member) => member.exists(),
        Column::Relation(key) => related_to(key, rows, "TRUE", sql),
        Column::Nothing => "FALSE".to_owned(),
    }
}

pub(super) fn beside(column: &Column, side: Side, bound: &Bound, sql: &mut Sql) -> String {
    let sign = match side {
        Side::Less => "<",
        Side::LessOrEqual => "<=",
        Side::Greater => ">",
        Side::GreaterOrEqual => ">=",
    };
    let (one, other) = match (column, bound) {
        (Column::Text(text), Bound::Text(bound)) => (text.clone(), sql.text(bound.as_str())),
        (Column::Time(time), Bound::Date { ms, .. }) => (time.clone(), sql.number(*ms)),
        (Column::Member(member), Bound::Text(bound)) if member.may_be(&KeyType::String) => {
            (member.text(), sql.text(bound.as_str()))
        }
        (Column::Member(member), Bound::Number(bound)) if member.may_be(&KeyType::Number) => {
            (member.number(), sql.numeric(bound.to_string()))
        }
        (Column::Member(member), Bound::Date { iso, .. }) if member.may_be(&KeyType::Date) => {
            (member.date(), sql.text(iso.as_str()))
        }
        _ => return "FALSE".to_owned(),
    };
    format!("{one} {sign} {other}")
}

pub(super) fn matches(column: &Column, pattern: &Pattern, sql: &mut Sql) -> Condition {
    let text = match column {
        Column::Text(text) => text.clone(),
        Column::Member(member) if member.may_be(&KeyType::String) => member.text(),
        _ => return Condition::Sql("FALSE".to_owned()),
    };
    match pattern.shape() {
        Shape::Begins(prefix) => Condition::Sql(begins(&text, prefix, sql)),
        Shape::Holds(part) => {
            let find = match sql.dialect {
                Dialect::Sqlite => "instr",
                Dialect::Postgres => "strpos",
            };
            Condition::Sql(format!("{find}({text}, {}) > 0", sql.text(part.as_str())))
        }
        Shape::Narrowed(prefix) => Condition::All(vec![
            Condition::Sql(begins(&text, prefix, sql)),
            Condition::Matches(text, pattern.clone()),
        ]),
        Shape::Any => Condition::Matches(text, pattern.clone()),
    }
}

/// A range, so that an index serves it.
fn begins(text: &str, prefix: &str, sql: &mut Sql) -> String {
    let from = format!("{text} >= {}", sql.text(prefix));
    match after(prefix) {
        Some(after) => format!("({from} AND {text} < {})", sql.text(after)),
        None => from,
    }
}

/// The first text behind all that begin so, by bytes; `None`: there is none.
fn after(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

fn degrees(column: &Column) -> Option<(Member, Member)> {
    match column {
        Column::Member(member) if member.may_be(&KeyType::GeoPoint) => {
            Some((member.inner("latitude"), member.inner("longitude")))
        }
        _ => None,
    }
}

/// Whether it is a GeoPoint: of no other value the degrees are looked at.
fn is_point(column: &Column) -> Option<String> {
    match column {
        Column::Member(member) => Some(format!("{} = 'GeoPoint'", member.inner("__type").plain())),
        _ => None,
    }
}

pub(super) fn near(column: &Column, point: Point, most: Option<f64>) -> Condition {
    let (Some((latitude, longitude)), Some(kind)) = (degrees(column), is_point(column)) else {
        return Condition::Sql("FALSE".to_owned());
    };
    let text =
        |member: &Member| format!("CASE WHEN {kind} THEN CAST({} AS TEXT) END", member.json());
    Condition::Near { latitude: text(&latitude), longitude: text(&longitude), point, most }
}

pub(super) fn within(
    column: &Column,
    south_west: Point,
    north_east: Point,
    sql: &mut Sql,
) -> String {
    let (Some((latitude, longitude)), Some(kind)) = (degrees(column), is_point(column)) else {
        return "FALSE".to_owned();
    };
    let (latitude, longitude) = (latitude.number(), longitude.number());
    let mut degrees = |degrees: f64| sql.numeric(json!(degrees).to_string());
    let tall = format!(
        "{latitude} >= {} AND {latitude} <= {}",
        degrees(south_west.latitude),
        degrees(north_east.latitude)
    );
    let (west, east) = (degrees(south_west.longitude), degrees(north_east.longitude));
    let join = if south_west.longitude <= north_east.longitude { "AND" } else { "OR" };
    format!("({kind} AND {tall} AND ({longitude} >= {west} {join} {longitude} <= {east}))")
}
