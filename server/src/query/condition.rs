//! A tree of conditions, said in SQL as far as SQL can say it.

use std::collections::BTreeMap;

use serde_json::json;

use super::column::{Column, Rows};
use super::comparison::{
    beside, exists, matches, near, one_of, one_of_found, pointer, related_to, within,
};
use super::order::orders;
use super::sql::{Dialect, Sql, and, not, or};
use super::{Node, Path, Pattern, Point, Subquery, Test, Where};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::{Class, KeyType};
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
        // As one by its id, a user is shown to who has a session.
        if parent.is_users() && self.by.sees_no_users() {
            return Ok("FALSE".to_owned());
        }
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
