//! The operator's orders about indexes.

use std::time::Duration;

use super::{Place, on_database, print};
use crate::objects::acl::Principals;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::query::{Order, Where};
use crate::start::StartError;
use crate::storage::{AddIndex, Explain, Find, Index, IndexChange, RemoveIndex, Store, StoreError};

/// For the plan of a query.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked or done about indexes.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum IndexOrder {
    /// Makes an index of a key; nobody writes an object meanwhile.
    Add {
        #[command(flatten)]
        place: Place,
        /// The class and its key.
        #[arg(value_name = "CLASS.KEY")]
        key: String,
    },
    /// The indexes that were made.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Removes an index.
    Remove {
        #[command(flatten)]
        place: Place,
        /// The class and its key.
        #[arg(value_name = "CLASS.KEY")]
        key: String,
    },
    /// How the database would look for objects: which index it uses, if any.
    Explain {
        #[command(flatten)]
        place: Place,
        /// The class.
        class: String,
        /// The conditions, as JSON.
        #[arg(long = "where", value_name = "JSON", default_value = "{}")]
        filter: String,
        /// The order, as a query says it.
        #[arg(long, value_name = "KEYS", default_value = "", allow_hyphen_values = true)]
        order: String,
    },
}

/// Does an order about indexes.
pub(crate) fn indexes(order: IndexOrder) -> Result<(), StartError> {
    let (IndexOrder::Add { place, .. }
    | IndexOrder::List { place }
    | IndexOrder::Remove { place, .. }
    | IndexOrder::Explain { place, .. }) = &order;
    print(&on_database(place, async |store| ordered(store, &order).await)?)
}

async fn ordered(store: &Store, order: &IndexOrder) -> Result<String, StoreError> {
    let change = match order {
        IndexOrder::Add { key, .. } => store.order_at_length(AddIndex(named(key)?)).await?,
        IndexOrder::Remove { key, .. } => store.order_at_length(RemoveIndex(named(key)?)).await?,
        IndexOrder::List { .. } => {
            let line = |index: &Index| format!("{}.{}\n", index.class, index.key);
            return Ok(store.indexes().await?.iter().map(line).collect());
        }
        IndexOrder::Explain { class, filter, order, .. } => {
            let (filter, order) = (Where::read(filter)?, Order::read(order)?);
            let find = Find {
                class: class.clone(),
                filter,
                order,
                skip: 0,
                limit: 100,
                count: false,
                after: None,
                include: Vec::new(),
                with_acl: false,
                as_kept: false,
                by: Principals::operator(Policy::Production),
            };
            return store.read(&Explain(find), PATIENCE).await;
        }
    };
    let no = match change {
        IndexChange::Done => return Ok(String::new()),
        IndexChange::Nothing => "nothing is to be done: see index list",
        IndexChange::NoClass => "there is no such class",
        IndexChange::NoKey => "the class has no such key",
        IndexChange::NoIndex => "a key of this type cannot have an index",
    };
    Err(StoreError::Failed(no.to_owned()))
}

fn named(key: &str) -> Result<Index, StoreError> {
    let wrong = || StoreError::Failed("CLASS.KEY is expected".to_owned());
    let (class, key) = key.split_once('.').ok_or_else(wrong)?;
    Ok(Index { class: class.to_owned(), key: key.to_owned() })
}

impl From<Problem> for StoreError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}
