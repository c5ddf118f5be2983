//! New objects, and changes of those that are there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::conn::{Conn, Query, query};
use super::super::query::{deadline, matches};
use super::super::{Order, Result};
use super::{classes, lock, relations};
use crate::objects::acl::{Acl, Principals};
use crate::objects::change::Change;
use crate::objects::permissions::Action;
use crate::objects::schema::{Class, KeyType};
use crate::objects::{Object, ROLE};
use crate::policy::Policy;
use crate::problem::Problem;
use crate::query::Where;

/// Which object a change is of.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// One that is made, with this id.
    New(String),
    /// The one of this id.
    Existing(String),
}

/// What one request changes of one object.
#[derive(Debug)]
pub(crate) struct SaveObject {
    pub(crate) class: String,
    pub(crate) target: Target,
    pub(crate) change: Change,
    pub(crate) by: Principals,
    /// What the object has to be before, or nothing is changed.
    pub(crate) condition: Option<Where>,
    /// Largest object, in bytes of its JSON.
    pub(crate) max_bytes: usize,
    /// Unix milliseconds.
    pub(crate) now: i64,
}

/// The object as it is now, and whether the caller may get it; or why nothing was changed.
pub(crate) type Saved = std::result::Result<(Object, bool), Problem>;

impl Order for SaveObject {
    type Out = Saved;

    const LOCKS: bool = true;

    const AT_ONCE: bool = true;

    /// A new object of a class that stays as it is, by who may make it. Whatever is to be said
    /// against it, the transaction says.
    async fn at_once(&self, db: &mut Conn<'_>) -> Result<Option<Saved>> {
        let Target::New(id) = &self.target else { return Ok(None) };
        if self.class == ROLE {
            return Ok(None);
        }
        let Some(class) = classes::remembered(db, &self.class).await? else { return Ok(None) };
        if !self.new_keys(&class).is_ok_and(|new| new.is_empty()) {
            return Ok(None);
        }
        let mut object = self.new_object(id);
        let linked = self.change.apply(&mut object.data);
        let Some(texts) = self.texts(&object).filter(|_| linked.is_ok_and(|all| all.is_empty()))
        else {
            return Ok(None);
        };
        let make = query(
            "INSERT INTO objects \
             (class, object_id, created_at, updated_at, acl, public_read, data) \
             SELECT $1, $2, $3, $3, CAST($4 AS JSONB), $5 <> 0, CAST($6 AS JSONB) \
             WHERE (SELECT version FROM classes WHERE id = $1) = $7",
        );
        let made = bind(make, class.id, &object, &texts).bind(class.version).run(db).await?;
        let shown = self.may_get(&class, &object);
        Ok((made > 0).then_some(Ok((object, shown))))
    }

    fn row(&self) -> Option<(String, String)> {
        match &self.target {
            Target::New(_) => None,
            Target::Existing(id) => Some((self.class.clone(), id.clone())),
        }
    }

    /// All that the change depends on is held: the object by the lock on its row, types by their
    /// primary key and because they never change, the name of a role by its unique index.
    async fn run(&self, db: &mut Conn<'_>) -> Result<Saved> {
        let class = match classes::class_by_name(db, &self.class).await? {
            Some(class) => class,
            None => match self.new_class() {
                Ok(class) => class,
                Err(problem) => return Ok(Err(problem)),
            },
        };
        let new_keys = match self.new_keys(&class) {
            Ok(keys) => keys,
            Err(problem) => return Ok(Err(problem)),
        };
        match &self.target {
            Target::New(id) => self.create(db, class, id, &new_keys).await,
            Target::Existing(id) => self.update(db, &class, id, &new_keys).await,
        }
    }
}

impl SaveObject {
    /// A class that is not there yet, if the caller may make it.
    fn new_class(&self) -> std::result::Result<Class, Problem> {
        if matches!(self.target, Target::Existing(_)) {
            return Err(Problem::NO_CLASS);
        }
        if !self.by.master && self.by.policy != Policy::Leancloud {
            return Err(Problem::NO_NEW_CLASS);
        }
        let (keys, permissions) = Default::default();
        Ok(Class { id: 0, name: self.class.clone(), keys, permissions, version: 0 })
    }

    /// The keys that are the class's first of their names, if the caller may add any.
    fn new_keys(&self, class: &Class) -> std::result::Result<BTreeMap<String, KeyType>, Problem> {
        class.allows(
            match self.target {
                Target::New(_) => Action::Create,
                Target::Existing(_) => Action::Update,
            },
            &self.by,
        )?;
        self.change.new_keys(class, &self.by)
    }

    fn may_get(&self, class: &Class, object: &Object) -> bool {
        class.allows(Action::Get, &self.by).is_ok() && object.is_readable(&self.by)
    }

    /// What is kept of an object, unless it is too large.
    fn texts(&self, object: &Object) -> Option<(String, Option<String>)> {
        let (data, acl) = object.texts();
        let size = data.len() + acl.as_ref().map_or(0, String::len);
        (size <= self.max_bytes).then_some((data, acl))
    }

    /// A new object, without its fields.
    fn new_object(&self, id: &str) -> Object {
        let acl = match &self.change.acl {
            Some(Some(acl)) => Some(acl.clone()),
            _ => Acl::of_new(&self.by),
        };
        let (created_at, updated_at) = (self.now, self.now);
        Object { id: id.to_owned(), created_at, updated_at, acl, data: Map::new() }
    }

    async fn create(
        &self,
        db: &mut Conn<'_>,
        mut class: Class,
        id: &str,
        new_keys: &BTreeMap<String, KeyType>,
    ) -> Result<Saved> {
        if class.name == ROLE && !matches!(self.change.acl, Some(Some(_))) {
            return Ok(Err(Problem::ROLE_NEEDS_ACL));
        }
        let mut object = self.new_object(id);
        let linked = match self.change.apply(&mut object.data) {
            Ok(linked) => linked,
            Err(problem) => return Ok(Err(problem)),
        };
        if class.name == ROLE
            && let Err(problem) = role_may_be_made(db, &object).await?
        {
            return Ok(Err(problem));
        }
        let Some(texts) = self.texts(&object) else {
            return Ok(Err(Problem::OBJECT_TOO_LARGE));
        };
        if class.id == 0 {
            if classes::are_enough(db).await? {
                return Ok(Err(Problem::TOO_MANY_CLASSES));
            }
            class = classes::make(db, &self.class, self.now).await?;
        }
        classes::declare(db, &class, new_keys).await?;
        let make = query(db.either(
            "INSERT INTO objects \
             (class, object_id, created_at, updated_at, acl, public_read, data) \
             VALUES ($1, $2, $3, $3, $4, $5, $6)",
            "INSERT INTO objects \
             (class, object_id, created_at, updated_at, acl, public_read, data) \
             VALUES ($1, $2, $3, $3, CAST($4 AS JSONB), $5 <> 0, CAST($6 AS JSONB))",
        ));
        bind(make, class.id, &object, &texts).run(db).await?;
        for (key, linking) in &linked {
            relations::link(db, class.id, id, key, linking).await?;
        }
        let shown = self.may_get(&class, &object);
        Ok(Ok((object, shown)))
    }

    async fn update(
        &self,
        db: &mut Conn<'_>,
        class: &Class,
        id: &str,
        new_keys: &BTreeMap<String, KeyType>,
    ) -> Result<Saved> {
        let Some(mut object) = lock(db, class.id, id).await? else {
            return Ok(Err(Problem::no_object(id, &class.name)));
        };
        if !object.is_writable(&self.by) {
            return Ok(Err(Problem::forbidden_by_acl("update")));
        }
        if let Some(condition) = &self.condition {
            // By conditions one could read it.
            if !object.is_readable(&self.by) {
                return Ok(Err(Problem::forbidden_by_acl("get")));
            }
            match matches(db, class, id, condition, &self.by, deadline()).await? {
                Ok(true) => (),
                Ok(false) => return Ok(Err(Problem::NO_EFFECT)),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        let name = object.data.get("name").cloned();
        let linked = match self.change.apply(&mut object.data) {
            Ok(linked) => linked,
            Err(problem) => return Ok(Err(problem)),
        };
        if class.name == ROLE && name.as_ref() != object.data.get("name") {
            return Ok(Err(Problem::BAD_ROLE_NAME));
        }
        match &self.change.acl {
            Some(Some(acl)) => object.acl = Some(acl.clone()),
            Some(None) => object.acl = Acl::of_new(&self.by),
            None => (),
        }
        let Some(texts) = self.texts(&object) else {
            return Ok(Err(Problem::OBJECT_TOO_LARGE));
        };
        // Later than before, even within one millisecond or after the clock was set back.
        object.updated_at = self.now.max(object.updated_at.saturating_add(1));
        classes::declare(db, class, new_keys).await?;
        let change = query(db.either(
            "UPDATE objects SET updated_at = $3, acl = $4, public_read = $5, data = $6 \
             WHERE class = $1 AND object_id = $2",
            "UPDATE objects SET updated_at = $3, acl = CAST($4 AS JSONB), \
             public_read = $5 <> 0, data = CAST($6 AS JSONB) WHERE class = $1 AND object_id = $2",
        ));
        bind(change, class.id, &object, &texts).run(db).await?;
        for (key, linking) in &linked {
            relations::link(db, class.id, id, key, linking).await?;
        }
        let shown = self.may_get(class, &object);
        Ok(Ok((object, shown)))
    }
}

/// `statement` with the class and the id of an object, the time of its last change, its ACL, whether
/// everybody may read it, and its fields.
fn bind<'q>(
    statement: Query<'q>,
    class: i64,
    object: &'q Object,
    (data, acl): &'q (String, Option<String>),
) -> Query<'q> {
    statement
        .bind(class)
        .bind(&object.id)
        .bind(object.updated_at)
        .bind(acl.as_deref())
        .bind(i64::from(is_public(object)))
        .bind(data)
}

/// Whether a new role has a name that nobody has.
async fn role_may_be_made(
    db: &mut Conn<'_>,
    role: &Object,
) -> Result<std::result::Result<(), Problem>> {
    let fits = |name: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !name.is_empty() && name.len() <= 128 && name.bytes().all(plain)
    };
    let Some(name) = role.data.get("name").and_then(Value::as_str).filter(fits) else {
        return Ok(Err(Problem::BAD_ROLE_NAME));
    };
    let taken = query(db.either(
        "SELECT object_id FROM objects WHERE class = 2 AND json_extract(data, '$.name') = $1",
        "SELECT object_id FROM objects WHERE class = 2 AND (data ->> 'name') COLLATE \"C\" = $1",
    ));
    let taken = taken.bind(name).row(db).await?.is_some();
    Ok(if taken { Err(Problem::TAKEN) } else { Ok(()) })
}

fn is_public(object: &Object) -> bool {
    object.acl.as_ref().is_none_or(Acl::is_public)
}
