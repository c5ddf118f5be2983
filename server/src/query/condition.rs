//! A tree of conditions, said in SQL as far as SQL can say it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::column::{Column, Member, Rows};
use super::operand::date;
use super::order::orders;
use super::sql::{Dialect, Sql, and, not, or, quoted};
use super::{Bound, Node, Path, Pattern, Point, Shape, Side, Subquery, Test, Where};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::{Class, KeyType};
use crate::objects::value;
use crate::problem::Problem;

/// What conditions may speak of: the classes that they name, by their names, and who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'w> {
    pub(crate) classes: &'w BTreeMap<String, Class>,
    pub(crate) by: &'w Principals,
    pub(crate) dialect: Dialect,
}

/// A condition. Null is as false.
#[derive(Debug)]
pub(crate) enum Condition {
    Sql(String),
    /// The text, of this expression, passes the pattern.
    Matches(String, Pattern),
    /// The point, of these expressions of its degrees as texts, is so near.
    Near {
        latitude: String,
        longitude: String,
        point: Point,
        most: Option<f64>,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl World<'_> {
    pub(crate) fn class(&self, name: &str) -> Result<&Class, Problem> {
        self.classes.get(name).ok_or(Problem::NO_CLASS)
    }

    pub(crate) fn rows<'r>(&'r self, class: &'r Class, name: &'r str) -> Rows<'r> {
        Rows { class, name, dialect: self.dialect, all: self.by.master }
    }

    /// Which rows are of the class and may be read by who asks.
    pub(crate) fn readable(&self, rows: &Rows<'_>, sql: &mut Sql) -> String {
        if rows.is_users() {
            return "TRUE".to_owned();
        }
        let of_class = format!("{}.class = {}", rows.name, rows.class.id);
        if self.by.master {
            return of_class;
        }
        let roles = self.by.roles.iter().map(|role| json!(format!("role:{role}")));
        let names: Vec<_> = self.by.user.iter().map(|user| json!(user)).chain(roles).collect();
        let public = format!("{}.public_read", rows.name);
        if names.is_empty() {
            return and(&[of_class, public]);
        }
        let (names, acl, each) = (sql.list(names), format!("{}.acl", rows.name), sql.name('a'));
        let named = match self.dialect {
            Dialect::Sqlite => format!(
                "EXISTS (SELECT 1 FROM json_each({acl}) {each} \
                 WHERE {each}.key IN (SELECT value FROM json_each({names})) \
                 AND json_extract({each}.value, '$.read'))"
            ),
            Dialect::Postgres => format!(
                "EXISTS (SELECT 1 FROM jsonb_each({acl}) {each} \
                 WHERE {each}.key = ANY(ARRAY(SELECT jsonb_array_elements_text(\
                 CAST({names} AS jsonb)))) AND {each}.value -> 'read' = 'true')"
            ),
        };
        and(&[of_class, or(&[public, named])])
    }

    /// What a row has to meet.
    pub(crate) fn condition(
        &self,
        filter: &Where,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> Result<Condition, Problem> {
        self.all(&filter.0, rows, sql)
    }

    fn all(&self, nodes: &[Node], rows: &Rows<'_>, sql: &mut Sql) -> Result<Condition, Problem> {
        let parts = nodes.iter().map(|node| self.node(node, rows, sql));
        Ok(Condition::all(parts.collect::<Result<_, _>>()?))
    }

    fn node(&self, node: &Node, rows: &Rows<'_>, sql: &mut Sql) -> Result<Condition, Problem> {
        match node {
            Node::All(parts) => self.all(parts, rows, sql),
            Node::Any(parts) => {
                let parts = parts.iter().map(|part| self.node(part, rows, sql));
                Ok(Condition::any(parts.collect::<Result<_, _>>()?))
            }
            Node::Key(path, test) => self.key(path, test, rows, sql),
            Node::Related { class, id, key } => {
                Ok(Condition::Sql(self.related(class, id, key, rows, sql)?))
            }
        }
    }

    fn key(
        &self,
        path: &Path,
        test: &Test,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> Result<Condition, Problem> {
        let column = rows.column(path);
        let signed = |part: String, holds: bool| if holds { part } else { not(&part) };
        Ok(Condition::Sql(match test {
            Test::In(values, holds) => signed(one_of(&column, values, rows, sql), *holds),
            Test::All(values) if values.is_empty() => "FALSE".to_owned(),
            Test::All(values) => {
                let each = values
                    .iter()
                    .map(|value| one_of(&column, std::slice::from_ref(value), rows, sql));
                and(&each.collect::<Vec<_>>())
            }
            Test::Exists(holds) => signed(exists(&column, rows, sql), *holds),
            Test::Size(size) => match &column {
                Column::Member(member) if member.may_be(&KeyType::Array) => {
                    format!("{} = {}", member.size(), sql.number(i64::from(*size)))
                }
                _ => "FALSE".to_owned(),
            },
            Test::Beside(side, bound) => beside(&column, *side, bound, sql),
            Test::Matches(pattern) => return Ok(matches(&column, pattern, sql)),
            Test::InQuery(query, holds) => {
                signed(self.in_query(&column, query, rows, sql)?, *holds)
            }
            Test::Select(query, key, holds) => {
                signed(self.select(&column, query, key, sql)?, *holds)
            }
            Test::Near(point, most) => return Ok(near(&column, *point, *most)),
            Test::Within { south_west, north_east } => {
                within(&column, *south_west, *north_east, sql)
            }
        }))
    }

    /// The rows in a relation of an object that who asks may read.
    fn related(
        &self,
        class: &str,
        id: &str,
        key: &str,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> Result<String, Problem> {
        let owner = self.class(class)?;
        owner.allows(Action::Get, self.by)?;
        let (relation, own) = (sql.name('r'), sql.name('o'));
        let parent = self.rows(owner, &own);
        let (id, key) = (sql.text(id), sql.text(key));
        let readable = match parent.is_users() {
            true => String::new(),
            false => format!(
                " AND EXISTS (SELECT 1 FROM objects {own} WHERE {} AND {own}.object_id = {id})",
                self.readable(&parent, sql)
            ),
        };
        Ok(format!(
            "({} IN (SELECT {relation}.target_id FROM relations {relation} \
             WHERE {relation}.class = {} AND {relation}.object_id = {id} \
             AND {relation}.key = {key} AND {relation}.target_class = {}{readable}))",
            rows.id(),
            owner.id,
            sql.text(rows.class.name.as_str()),
        ))
    }

    /// `SELECT` what, of its rows, the subquery finds.
    fn found(
        &self,
        query: &Subquery,
        sql: &mut Sql,
        what: impl FnOnce(&Rows<'_>) -> Result<String, Problem>,
    ) -> Result<String, Problem> {
        let name = sql.name('s');
        let class = self.class(&query.class)?;
        class.allows(Action::Find, self.by)?;
        let rows = self.rows(class, &name);
        let what = what(&rows)?;
        let readable = self.readable(&rows, sql);
        // What SQL cannot say was found before.
        let Condition::Sql(condition) = self.condition(&query.filter, &rows, sql)? else {
            return Err(Problem::QUERY_OPERATOR);
        };
        let order = match (query.limit, query.skip) {
            (None, 0) => String::new(),
            (limit, skip) => {
                let limit = sql.number(limit.map_or(i64::MAX, i64::from));
                let skip = sql.number(i64::from(skip));
                let order = orders(&query.order, &rows)?;
                format!(" ORDER BY {order} LIMIT {limit} OFFSET {skip}")
            }
        };
        let condition = and(&[readable, condition]);
        Ok(format!("SELECT {what} FROM {} {name} WHERE {condition}{order}", rows.table()))
    }

    fn in_query(
        &self,
        column: &Column,
        query: &Subquery,
        rows: &Rows<'_>,
        sql: &mut Sql,
    ) -> Result<String, Problem> {
        match column {
            Column::Relation(key) => {
                let found = self.found(query, sql, |rows| Ok(rows.id()))?;
                let class = sql.text(query.class.as_str());
                let targets = format!("target_class = {class} AND target_id IN ({found})");
                Ok(related_to(key, rows, &targets, sql))
            }
            Column::Member(member) if member.may_be_pointer() || member.may_be(&KeyType::Array) => {
                let (dialect, class) = (self.dialect, query.class.clone());
                let found =
                    self.found(query, sql, |rows| Ok(pointer(&class, &rows.id(), dialect)))?;
                Ok(one_of_found(member, member.may_be_pointer(), &found, sql))
            }
            // It is asked all the same: who may not find is told so. Nothing of it is bound, for the
            // text of a statement tells how many values it has.
            _ => {
                self.found(query, &mut Sql::new(self.dialect), |rows| Ok(rows.id()))?;
                Ok("FALSE".to_owned())
            }
        }
    }

    fn select(
        &self,
        column: &Column,
        query: &Subquery,
        key: &Path,
        sql: &mut Sql,
    ) -> Result<String, Problem> {
        let dialect = self.dialect;
        let what = |rows: &Rows<'_>| rows.column(key).json(dialect);
        if matches!(column, Column::Nothing) {
            self.found(query, &mut Sql::new(dialect), what)?;
            return Ok("FALSE".to_owned());
        }
        let found = self.found(query, sql, what)?;
        match column {
            Column::Member(member) => Ok(one_of_found(member, true, &found, sql)),
            column => Ok(format!("{} IN ({found})", column.json(dialect)?)),
        }
    }
}

/// The pointer to the object of this id, as the database compares JSON.
fn pointer(class: &str, id: &str, dialect: Dialect) -> String {
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
fn one_of_found(member: &Member, whole: bool, found: &str, sql: &mut Sql) -> String {
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
fn related_to(key: &str, rows: &Rows<'_>, targets: &str, sql: &mut Sql) -> String {
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
fn one_of(column: &Column, values: &[Value], rows: &Rows<'_>, sql: &mut Sql) -> String {
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

fn exists(column: &Column, rows: &Rows<'_>, sql: &mut Sql) -> String {
    match column {
        Column::Text(text) => format!("{text} IS NOT NULL"),
        Column::Time(_) | Column::Flag(_) => "TRUE".to_owned(),
        Column::Member(member) => member.exists(),
        Column::Relation(key) => related_to(key, rows, "TRUE", sql),
        Column::Nothing => "FALSE".to_owned(),
    }
}

fn beside(column: &Column, side: Side, bound: &Bound, sql: &mut Sql) -> String {
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

fn matches(column: &Column, pattern: &Pattern, sql: &mut Sql) -> Condition {
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

fn near(column: &Column, point: Point, most: Option<f64>) -> Condition {
    let (Some((latitude, longitude)), Some(kind)) = (degrees(column), is_point(column)) else {
        return Condition::Sql("FALSE".to_owned());
    };
    let text =
        |member: &Member| format!("CASE WHEN {kind} THEN CAST({} AS TEXT) END", member.json());
    Condition::Near { latitude: text(&latitude), longitude: text(&longitude), point, most }
}

fn within(column: &Column, south_west: Point, north_east: Point, sql: &mut Sql) -> String {
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

impl Condition {
    fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, and, Self::All)
    }

    fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, or, Self::Any)
    }

    fn joined(
        parts: Vec<Self>,
        join: fn(&[String]) -> String,
        other: fn(Vec<Self>) -> Self,
    ) -> Self {
        let said: Option<Vec<_>> = parts
            .iter()
            .map(|part| match part {
                Self::Sql(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        match said {
            Some(texts) => Self::Sql(join(&texts)),
            None => other(parts),
        }
    }

    /// What SQL can say of it: whatever meets the condition meets this.
    pub(crate) fn cover(&self) -> String {
        match self {
            Self::Sql(text) => text.clone(),
            Self::Matches(text, _) => format!("{text} IS NOT NULL"),
            Self::Near { latitude, .. } => format!("({latitude}) IS NOT NULL"),
            Self::All(parts) => and(&parts.iter().map(Self::cover).collect::<Vec<_>>()),
            Self::Any(parts) => or(&parts.iter().map(Self::cover).collect::<Vec<_>>()),
        }
    }
}
