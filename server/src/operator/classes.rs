//! Classes of objects: made, shown, and given permissions.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use super::{Place, on_database};
use crate::clock;
use crate::objects::permissions::{Action, Who};
use crate::objects::schema::{Class, KeyType, check_new_key, is_class};
use crate::problem::Problem;
use crate::start::StartError;
use crate::storage::{PutClass, Store, StoreError};

/// What is done about classes.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClassOrder {
    /// All classes, each as a JSON object in a line.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// One class: its keys and permissions, as a JSON object.
    Show {
        #[command(flatten)]
        place: Place,
        /// Its name.
        class: String,
    },
    /// Makes a class, if it is not there.
    Create {
        #[command(flatten)]
        place: Place,
        /// Its name.
        class: String,
    },
    /// Gives a class a key.
    AddKey {
        #[command(flatten)]
        place: Place,
        /// The name of the class.
        class: String,
        /// The name of the key.
        key: String,
        /// String, Number, Boolean, Date, Array, Object, GeoPoint, Bytes, File, Pointer:CLASS or
        /// Relation:CLASS.
        #[arg(value_name = "TYPE")]
        of: String,
    },
    /// Says who may do something with the objects of a class, in place of who might before.
    Allow {
        #[command(flatten)]
        place: Place,
        /// The name of the class.
        class: String,
        /// What may be done.
        action: Action,
        /// Who may: everybody, logged-in, nobody, user:OBJECTID, role:NAME; default: whom the
        /// policy lets.
        #[arg(required = true)]
        who: Vec<String>,
    },
}

/// Does an order about classes.
pub(crate) fn classes(order: ClassOrder) -> Result<(), StartError> {
    let (ClassOrder::List { place }
    | ClassOrder::Show { place, .. }
    | ClassOrder::Create { place, .. }
    | ClassOrder::AddKey { place, .. }
    | ClassOrder::Allow { place, .. }) = &order;
    let change = change(&order)?;
    let said = on_database(place, async |store| ordered(store, &order, change).await)?;
    let said = said.ok_or_else(|| StartError::new("there is no such class"))?;
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| StartError::new(format!("standard output: {error}")))
}

/// What is said; `None`: there is no such class.
async fn ordered(
    store: &Store,
    order: &ClassOrder,
    change: Option<PutClass>,
) -> Result<Option<String>, StoreError> {
    let line = |class: &Class| format!("{}\n", class.to_json());
    if let Some(change) = change {
        return Ok(store.order(change).await?.map(|_| String::new()));
    }
    Ok(match order {
        ClassOrder::Show { class, .. } => store.class(class).await?.as_ref().map(line),
        _ => Some(store.classes().await?.iter().map(line).collect()),
    })
}

/// What is to be changed, if anything is.
fn change(order: &ClassOrder) -> Result<Option<PutClass>, StartError> {
    let refused = |problem: Problem| StartError::new(problem.text);
    let (mut keys, mut permissions) = (BTreeMap::new(), BTreeMap::new());
    let class = match order {
        ClassOrder::List { .. } | ClassOrder::Show { .. } => return Ok(None),
        ClassOrder::Create { class, .. } => class,
        ClassOrder::AddKey { class, key, of, .. } => {
            check_new_key(class, key).map_err(refused)?;
            let unknown = || StartError::new(format!("there is no type {of}"));
            keys.insert(key.clone(), KeyType::read(of).ok_or_else(unknown)?);
            class
        }
        ClassOrder::Allow { class, action, who, .. } => {
            permissions.insert(*action, read(who)?);
            class
        }
    };
    if !is_class(class) {
        return Err(refused(Problem::BAD_CLASS_NAME));
    }
    let make = matches!(order, ClassOrder::Create { .. });
    Ok(Some(PutClass { name: class.clone(), make, keys, permissions, now: clock::now_ms() }))
}

/// Who is meant; `None`: whom the policy lets.
fn read(words: &[String]) -> Result<Option<Who>, StartError> {
    let mut who = Who::default();
    let alone = words.len() == 1;
    for word in words {
        match (word.as_str(), word.split_once(':')) {
            ("default", _) if alone => return Ok(None),
            ("nobody", _) if alone => (),
            ("everybody", _) => who.everybody = true,
            ("logged-in", _) => who.signed_in = true,
            (_, Some(("user", id))) if !id.is_empty() => _ = who.users.insert(id.to_owned()),
            (_, Some(("role", name))) if !name.is_empty() => _ = who.roles.insert(name.to_owned()),
            _ => {
                let text = "everybody, logged-in, user:OBJECTID and role:NAME are expected, or \
                            nobody or default alone";
                return Err(StartError::new(text));
            }
        }
    }
    if who.is_too_much() { Err(StartError::new("too many are named")) } else { Ok(Some(who)) }
}
