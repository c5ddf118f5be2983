//! Classes, their keys and permissions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::conn::{Conn, Row, query};
use super::super::users::is_nowhere;
use super::super::{Order, Result, StoreError};
use crate::objects::permissions::{Action, Permissions, Who};
use crate::objects::schema::{Class, KeyType, MAX_CLASSES, MAX_KEYS};
use crate::problem::Problem;

/// The class of users.
pub(in crate::storage) const USERS: i64 = 1;

/// What each reading of classes selects.
macro_rules! select_class {
    ($rest:literal) => {
        concat!(
            "SELECT c.id AS id, c.name AS name, c.permissions AS permissions, ",
            "c.version AS version, k.key AS key, k.type AS type, k.target AS target ",
            "FROM classes c LEFT JOIN class_keys k ON k.class = c.id ",
            $rest
        )
    };
}

/// The class of this name.
pub(crate) async fn class_by_name(db: &mut Conn<'_>, name: &str) -> Result<Option<Class>> {
    if is_nowhere(name) {
        return Ok(None);
    }
    if let Some(known) = db.class(name) {
        return Ok(Some(known));
    }
    let rows = query(select_class!("WHERE c.name = $1")).bind(name).rows(db).await?;
    let found = classes(&rows)?.pop();
    if let Some(class) = &found {
        db.know_class(class);
        if let Some(known) = db.known() {
            known.remember(class.clone());
        }
    }
    Ok(found)
}

/// The class of this name as this process read it last, or reads it now. What is done by it has to
/// be held against its version, by `(SELECT version FROM classes WHERE id = …)` in the same statement.
pub(in crate::storage) async fn remembered(
    db: &mut Conn<'_>,
    name: &str,
) -> Result<Option<Arc<Class>>> {
    if let Some(class) = db.known().and_then(|known| known.class(name)) {
        return Ok(Some(class));
    }
    Ok(class_by_name(db, name).await?.map(Arc::new))
}

/// Whether the class is what the database has now, and therefore was up to now.
pub(in crate::storage) async fn is_current(db: &mut Conn<'_>, class: &Class) -> Result<bool> {
    let version = query("SELECT version FROM classes WHERE id = $1").bind(class.id);
    Ok(version.value::<i64>("version", db).await? == Some(class.version))
}

/// The class is another one now.
async fn changed(db: &mut Conn<'_>, class: i64) -> Result<()> {
    db.forget_classes();
    query("UPDATE classes SET version = version + 1 WHERE id = $1").bind(class).run(db).await?;
    Ok(())
}

/// All classes, by name.
pub(crate) async fn all(db: &mut Conn<'_>) -> Result<Vec<Class>> {
    classes(&query(select_class!("ORDER BY c.name")).rows(db).await?)
}

/// The classes of rows, in which those of one class follow each other.
fn classes(rows: &[Row]) -> Result<Vec<Class>> {
    let mut all: Vec<Class> = Vec::new();
    for row in rows {
        let id: i64 = row.get("id")?;
        if all.last().is_none_or(|last| last.id != id) {
            let name: String = row.get("name")?;
            let damaged = |_| StoreError::Failed(format!("the permissions of {name} are damaged"));
            let permissions: Permissions =
                serde_json::from_str(&row.get::<String>("permissions")?).map_err(damaged)?;
            let (keys, version) = (BTreeMap::new(), row.get("version")?);
            all.push(Class { id, name, keys, permissions, version });
        }
        if let (Some(key), Some(class)) = (row.get::<Option<String>>("key")?, all.last_mut()) {
            let named: String = row.get("type")?;
            let target: Option<String> = row.get("target")?;
            let unknown =
                || StoreError::Failed(format!("the type of {}.{key} is damaged", class.name));
            let of = KeyType::named(&named, target.as_deref()).ok_or_else(unknown)?;
            class.keys.insert(key, of);
        }
    }
    Ok(all)
}

/// Whether no more classes can be made.
pub(super) async fn are_enough(db: &mut Conn<'_>) -> Result<bool> {
    let all: Option<i64> = query("SELECT COUNT(*) AS n FROM classes").value("n", db).await?;
    Ok(all.is_some_and(|all| all >= MAX_CLASSES))
}

/// Makes the class, unless somebody else just did.
pub(super) async fn make(db: &mut Conn<'_>, name: &str, now: i64) -> Result<Class> {
    db.forget_classes();
    query("INSERT INTO classes (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(now)
        .run(db)
        .await?;
    let missing = || StoreError::Failed("a class is missing".into());
    class_by_name(db, name).await?.ok_or_else(missing)
}

/// Gives keys the types of their first values. Whoever fixed one just before, to whatever type, was
/// first.
pub(in crate::storage) async fn declare(
    db: &mut Conn<'_>,
    class: &Class,
    keys: &BTreeMap<String, KeyType>,
) -> Result<()> {
    let new = keys.keys().filter(|key| !class.keys.contains_key(*key)).count();
    if class.keys.len() + new > MAX_KEYS {
        return Err(StoreError::Refused(Problem::TOO_MANY_KEYS));
    }
    let mut any = false;
    for (key, of) in keys {
        let made = query(
            "INSERT INTO class_keys (class, key, type, target) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (class, key) DO NOTHING",
        );
        let made = made.bind(class.id).bind(key).bind(of.name()).bind(of.target()).run(db).await?;
        if made > 0 {
            any = true;
            continue;
        }
        let known = query("SELECT type, target FROM class_keys WHERE class = $1 AND key = $2");
        let known = known.bind(class.id).bind(key).row(db).await?;
        let missing = || StoreError::Failed("a key is missing".into());
        let known = known.ok_or_else(missing)?;
        let (name, target): (String, Option<String>) = (known.get("type")?, known.get("target")?);
        if KeyType::named(&name, target.as_deref()).as_ref() != Some(of) {
            return Err(StoreError::Refused(Problem::bad_type(key, &name, of.name())));
        }
    }
    // At the end: who holds the class waits for no key.
    if any { changed(db, class.id).await } else { Ok(()) }
}

/// Makes a class, or changes what it says of itself; by the operator.
#[derive(Debug)]
pub(crate) struct PutClass {
    pub(crate) name: String,
    /// Whether it is made if it is not there.
    pub(crate) make: bool,
    /// Those to be added.
    pub(crate) keys: BTreeMap<String, KeyType>,
    /// Who may do what, in place of what was said of it; `None`: whom the policy lets.
    pub(crate) permissions: BTreeMap<Action, Option<Who>>,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

impl Order for PutClass {
    /// The class as it is now; `None`: there is none.
    type Out = Option<Class>;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Option<Class>> {
        let mut class = match class_by_name(db, &self.name).await? {
            Some(class) => class,
            None if self.make && are_enough(db).await? => {
                return Err(StoreError::Refused(Problem::TOO_MANY_CLASSES));
            }
            None if self.make => make(db, &self.name, self.now).await?,
            None => return Ok(None),
        };
        declare(db, &class, &self.keys).await?;
        class.keys.extend(self.keys.clone());
        for (action, who) in &self.permissions {
            match who {
                Some(who) => class.permissions.0.insert(*action, who.clone()),
                None => class.permissions.0.remove(action),
            };
        }
        let permissions = serde_json::to_string(&class.permissions);
        let permissions = permissions.map_err(|error| StoreError::failed(&error))?;
        query("UPDATE classes SET permissions = $1 WHERE id = $2")
            .bind(&permissions)
            .bind(class.id)
            .run(db)
            .await?;
        changed(db, class.id).await?;
        Ok(Some(class))
    }
}
