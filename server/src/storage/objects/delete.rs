//! The end of objects.

use std::collections::BTreeSet;

use super::super::conn::{Conn, query};
use super::super::query::{deadline, matches};
use super::super::{Order, Result};
use super::{classes, lock, relations};
use crate::objects::acl::Principals;
use crate::objects::permissions::Action;
use crate::problem::Problem;
use crate::query::Where;

/// The end of some objects of one class: of all of them or none. What is not there is gone already.
#[derive(Debug)]
pub(crate) struct DeleteObjects {
    pub(crate) class: String,
    pub(crate) ids: BTreeSet<String>,
    pub(crate) by: Principals,
    /// What each of them has to be before.
    pub(crate) condition: Option<Where>,
}

impl Order for DeleteObjects {
    type Out = std::result::Result<(), Problem>;

    const LOCKS: bool = true;

    async fn run(&self, db: &mut Conn<'_>) -> Result<Self::Out> {
        let Some(class) = classes::class_by_name(db, &self.class).await? else {
            return Ok(Err(Problem::NO_CLASS));
        };
        if let Err(problem) = class.allows(Action::Delete, &self.by) {
            return Ok(Err(problem));
        }
        let deadline = deadline();
        for id in &self.ids {
            let found = lock(db, class.id, id).await?;
            if let Some(object) = &found {
                if !object.is_writable(&self.by) {
                    return Ok(Err(Problem::forbidden_by_acl("delete")));
                }
                // By conditions one could read it.
                if self.condition.is_some() && !object.is_readable(&self.by) {
                    return Ok(Err(Problem::forbidden_by_acl("get")));
                }
            }
            let Some(condition) = &self.condition else { continue };
            if found.is_none() {
                return Ok(Err(Problem::NO_EFFECT));
            }
            match matches(db, &class, id, condition, &self.by, deadline).await? {
                Ok(true) => (),
                Ok(false) => return Ok(Err(Problem::NO_EFFECT)),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        for id in &self.ids {
            query("DELETE FROM objects WHERE class = $1 AND object_id = $2")
                .bind(class.id)
                .bind(id)
                .run(db)
                .await?;
            relations::forget(db, class.id, &class.name, id).await?;
        }
        Ok(Ok(()))
    }
}
