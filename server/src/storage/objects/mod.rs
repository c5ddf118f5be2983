//! Objects of all classes but that of users.

pub(super) mod classes;
mod delete;
mod relations;
mod roles;
mod save;

use serde_json::{Map, Value};

use super::conn::{Conn, Row, query};
use super::users::is_nowhere;
use super::{Result, StoreError};
use crate::objects::Object;
use crate::objects::acl::{Acl, Principals};
use crate::objects::permissions::Action;
use crate::objects::schema::Class;
use crate::objects::value::put_back;
use crate::problem::Problem;
pub(crate) use classes::PutClass;
pub(crate) use delete::DeleteObjects;
pub(super) use relations::{forget, link};
pub(super) use roles::{of_user as roles_of, principal};
pub(crate) use save::{SaveObject, Target};

/// One object, if there is one, for who may get it.
pub(super) async fn get(
    db: &mut Conn<'_>,
    class: &str,
    id: &str,
    by: &Principals,
) -> Result<std::result::Result<Option<Object>, Problem>> {
    if let Some(known) = classes::remembered(db, class).await?
        && known.allows(Action::Get, by).is_ok()
        && let Some(object) = by_id_of(db, &known, id).await?
    {
        return Ok(readable(Some(object), by));
    }
    let Some(class) = classes::class_by_name(db, class).await? else {
        return Ok(Err(Problem::NO_CLASS));
    };
    if let Err(problem) = class.allows(Action::Get, by) {
        return Ok(Err(problem));
    }
    Ok(readable(by_id(db, class.id, id).await?, by))
}

fn readable(
    found: Option<Object>,
    by: &Principals,
) -> std::result::Result<Option<Object>, Problem> {
    match found {
        Some(object) if !object.is_readable(by) => Err(Problem::forbidden_by_acl("get")),
        found => Ok(found),
    }
}

/// The object of this id, if the class is still what somebody remembers.
async fn by_id_of(db: &mut Conn<'_>, class: &Class, id: &str) -> Result<Option<Object>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let found = query(
        "SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
         CAST(data AS TEXT) AS data FROM objects WHERE class = $1 AND object_id = $2 \
         AND (SELECT version FROM classes WHERE id = $1) = $3",
    );
    let found = found.bind(class.id).bind(id).bind(class.version).row(db).await?;
    found.as_ref().map(object).transpose()
}

/// The object of this id.
pub(super) async fn by_id(db: &mut Conn<'_>, class: i64, id: &str) -> Result<Option<Object>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let found = query(
        "SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
         CAST(data AS TEXT) AS data FROM objects WHERE class = $1 AND object_id = $2",
    );
    found.bind(class).bind(id).row(db).await?.as_ref().map(object).transpose()
}

/// As [`by_id`], and nobody else changes the object until the transaction ends.
async fn lock(db: &mut Conn<'_>, class: i64, id: &str) -> Result<Option<Object>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let found = query(db.either(
        "SELECT object_id, created_at, updated_at, acl, data FROM objects \
         WHERE class = $1 AND object_id = $2",
        "SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
         CAST(data AS TEXT) AS data FROM objects WHERE class = $1 AND object_id = $2 FOR UPDATE",
    ));
    found.bind(class).bind(id).row(db).await?.as_ref().map(object).transpose()
}

/// The object of a row with the columns `object_id`, `created_at`, `updated_at`, and as texts
/// `acl` and `data`.
pub(super) fn object(row: &Row) -> Result<Object> {
    object_of(row, &row.get::<String>("data")?)
}

/// The object of such a row, of which `data` is read already.
pub(super) fn object_of(row: &Row, data: &str) -> Result<Object> {
    let damaged = |id: &str| StoreError::Failed(format!("the object {id} is damaged"));
    let id: String = row.get("object_id")?;
    let mut data: Map<String, Value> = serde_json::from_str(data).map_err(|_| damaged(&id))?;
    data.values_mut().for_each(put_back);
    let acl = match row.get::<Option<String>>("acl")? {
        Some(text) => {
            let sent = serde_json::from_str(&text).map_err(|_| damaged(&id))?;
            Some(Acl::read(&sent).map_err(|_| damaged(&id))?)
        }
        None => None,
    };
    Ok(Object {
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        acl,
        data,
        id,
    })
}
