//! Objects in the place of the pointers to them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::{Map, Value};

use super::super::Result;
use super::super::conn::Conn;
use super::rows::{Budget, object, selected, user};
use super::{Reading, bound, classes, refused, world};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::objects::schema::Class;
use crate::problem::Problem;
use crate::query::{Path, Sql};

/// Paths of one request, and names of one path.
const MAX_PATHS: usize = 16;
const MAX_LEVELS: usize = 4;

/// Objects that are included in one answer.
const MAX_OBJECTS: usize = 10_000;

/// Objects by their classes and ids.
type Included = BTreeMap<(String, String), Map<String, Value>>;

/// Puts objects into one that was found.
#[derive(Debug)]
pub(crate) struct Include {
    pub(crate) row: Value,
    pub(crate) paths: Vec<Path>,
    pub(crate) by: Principals,
}

impl Include {
    /// Reads `include`: names with commas between, each maybe with dots.
    pub(crate) fn read(text: &str) -> std::result::Result<Vec<Path>, Problem> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let paths: Vec<_> = names.map(Path::read).collect::<std::result::Result<_, _>>()?;
        let fits = paths.iter().all(|path| path.names().len() <= MAX_LEVELS);
        if fits && paths.len() <= MAX_PATHS { Ok(paths) } else { Err(Problem::QUERY_INCLUDES) }
    }
}

impl Reading for Include {
    type Out = Value;

    async fn run(&self, db: &mut Conn<'_>, _: Instant) -> Result<Value> {
        let mut rows = [self.row.clone()];
        include(db, &mut rows, &self.paths, &self.by, &mut Budget::new()).await?;
        let [row] = rows;
        Ok(row)
    }
}

/// Puts what the pointers at these paths are to into their places, from the outermost inwards.
/// What who asks may not get stays a pointer.
pub(super) async fn include(
    db: &mut Conn<'_>,
    rows: &mut [Value],
    paths: &[Path],
    by: &Principals,
    budget: &mut Budget,
) -> Result<()> {
    let mut steps: Vec<&[String]> = paths
        .iter()
        .flat_map(|path| (1..=path.names().len()).filter_map(|end| path.names().get(..end)))
        .collect();
    steps.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
    steps.dedup();
    let mut left = MAX_OBJECTS;
    let mut known = BTreeMap::new();
    for names in steps {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in rows.iter_mut() {
            at(row, names, &mut |value| {
                if let Some((class, id)) = pointer(value) {
                    wanted.entry(class.to_owned()).or_default().insert(id.to_owned());
                }
                Ok(())
            })?;
        }
        let many = wanted.values().map(BTreeSet::len).sum();
        left = left.checked_sub(many).ok_or_else(|| refused(Problem::QUERY_ANSWER))?;
        let new = wanted.keys().filter(|name| !known.contains_key(*name)).cloned().collect();
        known.extend(classes(db, new).await?);
        let mut included = Included::new();
        for (class, ids) in wanted {
            if let Some(class) = known.get(&class)
                && class.allows(Action::Get, by).is_ok()
            {
                get(db, class, ids, by, &mut included).await?;
            }
        }
        for row in rows.iter_mut() {
            at(row, names, &mut |value| {
                let found = pointer(value)
                    .and_then(|(class, id)| included.get(&(class.to_owned(), id.to_owned())));
                if let (Some(found), Some(pointer)) = (found.cloned(), value.as_object_mut()) {
                    budget.take(Value::Object(found.clone()).to_string().len())?;
                    pointer.extend(found);
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// Class and id of a pointer in whose place nothing was put.
fn pointer(value: &Value) -> Option<(&str, &str)> {
    let map = value.as_object()?;
    if map.get("__type")? != "Pointer" || map.contains_key("createdAt") {
        return None;
    }
    Some((map.get("className")?.as_str()?, map.get("objectId")?.as_str()?))
}

/// What is at the end of a path, in every element of an array on the way.
fn at(
    value: &mut Value,
    names: &[String],
    visit: &mut impl FnMut(&mut Value) -> Result<()>,
) -> Result<()> {
    if let Value::Array(elements) = value {
        return elements.iter_mut().try_for_each(|element| at(element, names, visit));
    }
    match names {
        [] => visit(value),
        [name, rest @ ..] => match value.get_mut(name) {
            Some(inner) => at(inner, rest, visit),
            None => Ok(()),
        },
    }
}

/// Those of these objects of one class that who asks may read.
async fn get(
    db: &mut Conn<'_>,
    class: &Class,
    ids: BTreeSet<String>,
    by: &Principals,
    included: &mut Included,
) -> Result<()> {
    let none = BTreeMap::new();
    let world = world(db, &none, by);
    let (rows, mut sql) = (world.rows(class, "o"), Sql::new(world.dialect));
    // As one by its id, a user is shown to who has a session.
    if rows.is_users() && by.sees_no_users() {
        return Ok(());
    }
    let readable = world.readable(&rows, &mut sql);
    let ids: Vec<_> = ids.into_iter().collect();
    let of_ids = sql.one_of_texts(&rows.id(), &ids);
    let statement =
        format!("SELECT {} FROM {} o WHERE {readable} AND {of_ids}", selected(&rows), rows.table());
    let statement = bound(statement, &sql);
    // Those that are read count once here, and in the answer as often as they are in it.
    let mut budget = Budget::new();
    let mut found = Vec::new();
    if rows.is_users() {
        for row in statement.rows(db).await? {
            found.extend(user(&row, by, db, &mut budget).await?.ok());
        }
    } else {
        let take = |row| {
            found.push(object(&row, false, &mut budget)?);
            Ok(true)
        };
        statement.each(db, None, take).await?;
    }
    for (id, shown) in found {
        if let Value::Object(shown) = shown {
            included.insert((class.name.clone(), id), shown);
        }
    }
    Ok(())
}
