//! Classes as this process read them last. Somebody else may have changed them since: what is done by
//! one of these is held against the version of the class in the database, in the same statement.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::objects::schema::Class;

/// Classes by their names. There are never more than an app may have.
#[derive(Debug, Default)]
pub(super) struct Known(RwLock<HashMap<String, Arc<Class>>>);

impl Known {
    /// The class of this name, if anybody read it.
    pub(super) fn class(&self, name: &str) -> Option<Arc<Class>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Remembers a class that was committed.
    pub(super) fn remember(&self, class: Class) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(class.name.clone(), Arc::new(class));
    }
}
