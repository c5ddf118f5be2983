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
use crate::clock::push_iso;
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

/// Digits from which on a number may be beyond 64 bits.
const DIGITS: usize = 19;

/// One object, if there is one, for who may get it, as `show` makes it of its row and its ACL.
pub(super) async fn get<T>(
    db: &mut Conn<'_>,
    class: &str,
    id: &str,
    by: &Principals,
    show: fn(&Row, Option<Acl>) -> Result<T>,
) -> Result<std::result::Result<Option<T>, Problem>> {
    if let Some(known) = classes::remembered(db, class).await?
        && known.allows(Action::Get, by).is_ok()
        && let Some(row) = by_id_of(db, &known, id).await?
    {
        return shown(Some(&row), by, show);
    }
    let Some(class) = classes::class_by_name(db, class).await? else {
        return Ok(Err(Problem::NO_CLASS));
    };
    if let Err(problem) = class.allows(Action::Get, by) {
        return Ok(Err(problem));
    }
    shown(by_id(db, class.id, id).await?.as_ref(), by, show)
}

fn shown<T>(
    row: Option<&Row>,
    by: &Principals,
    show: fn(&Row, Option<Acl>) -> Result<T>,
) -> Result<std::result::Result<Option<T>, Problem>> {
    let Some(row) = row else { return Ok(Ok(None)) };
    let acl = acl(row)?;
    if !Acl::is_readable(acl.as_ref(), by) {
        return Ok(Err(Problem::forbidden_by_acl("get")));
    }
    Ok(Ok(Some(show(row, acl)?)))
}

/// The row of this object, if the class is still what somebody remembers.
async fn by_id_of(db: &mut Conn<'_>, class: &Class, id: &str) -> Result<Option<Row>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let found = query(
        "SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
         CAST(data AS TEXT) AS data FROM objects WHERE class = $1 AND object_id = $2 \
         AND (SELECT version FROM classes WHERE id = $1) = $3",
    );
    found.bind(class.id).bind(id).bind(class.version).row(db).await
}

/// The row of this object.
async fn by_id(db: &mut Conn<'_>, class: i64, id: &str) -> Result<Option<Row>> {
    if is_nowhere(id) {
        return Ok(None);
    }
    let found = query(
        "SELECT object_id, created_at, updated_at, CAST(acl AS TEXT) AS acl, \
         CAST(data AS TEXT) AS data FROM objects WHERE class = $1 AND object_id = $2",
    );
    found.bind(class).bind(id).row(db).await
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
    with_acl(row, acl(row)?)
}

/// The object of such a row, whose ACL is read already.
pub(super) fn with_acl(row: &Row, acl: Option<Acl>) -> Result<Object> {
    let data = serde_json::from_str(row.text("data")?);
    let mut data: Map<String, Value> = data.map_err(|_| damaged(row))?;
    data.values_mut().for_each(put_back);
    Ok(Object {
        id: row.get("object_id")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        acl,
        data,
    })
}

fn acl(row: &Row) -> Result<Option<Acl>> {
    let Some(text) = row.get::<Option<String>>("acl")? else { return Ok(None) };
    let sent = serde_json::from_str(&text).map_err(|_| damaged(row))?;
    Acl::read(&sent).map(Some).map_err(|_| damaged(row))
}

fn damaged(row: &Row) -> StoreError {
    let id = row.text("object_id").unwrap_or_default();
    StoreError::Failed(format!("the object {id} is damaged"))
}

/// [`write`], alone.
pub(super) fn written(row: &Row) -> Result<String> {
    let mut text = String::new();
    write(row, &mut text).map(|()| text)
}

/// Writes the object of such a row as it is answered, without its ACL: what is kept of it is JSON
/// already.
pub(super) fn write(row: &Row, answer: &mut String) -> Result<()> {
    let Some(fields) = fields(row.text("data")?) else {
        answer.push_str(&with_acl(row, None)?.into_json(false).to_string());
        return Ok(());
    };
    answer.push('{');
    answer.push_str(fields);
    if !fields.is_empty() {
        answer.push(',');
    }
    answer.push_str("\"createdAt\":\"");
    push_iso(answer, row.get("created_at")?);
    answer.push_str("\",\"objectId\":");
    answer.push_str(&Value::from(row.text("object_id")?).to_string());
    answer.push_str(",\"updatedAt\":\"");
    push_iso(answer, row.get("updated_at")?);
    answer.push_str("\"}");
    Ok(())
}

/// The members of what is kept, unless a number may have to be written otherwise: a database writes
/// a large double as digits alone, which many would read as an integer.
fn fields(data: &str) -> Option<&str> {
    let (mut run, mut longest) = (0, 0);
    for byte in data.bytes() {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    data.strip_prefix('{')?.strip_suffix('}').filter(|_| longest < DIGITS)
}
