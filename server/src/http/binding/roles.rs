//! Where roles come from: the table, or the studio's service.

use crate::binding::{Contact, NoWord, Role, Shown};
use crate::http::App;
use crate::storage::StoreError;

use super::fault::Fault;

/// Why roles could not be told.
#[derive(Debug)]
pub(in crate::http) enum Untold {
    Store(StoreError),
    Service,
}

/// The roles of a player; `None` when there is no such player, or it is kept out.
pub(in crate::http) async fn of_account(
    app: &App,
    account: &str,
) -> Result<Option<Vec<Shown>>, Untold> {
    let kept = app.store.roles_of(account).await?;
    match (app.roles_service(), kept) {
        (Some(service), Some(_)) => with_bindings(app, service.of_account(account).await?).await,
        (_, kept) => Ok(kept),
    }
}

/// As [`of_account`], for who is this on TapTap.
pub(super) async fn of_taptap(
    app: &App,
    open_id: &str,
    union_id: &str,
) -> Result<Option<Vec<Shown>>, Untold> {
    let Some(service) = app.roles_service() else {
        return Ok(app.store.roles_of_taptap(open_id).await?);
    };
    if app.store.is_kept_out_on_taptap(open_id).await? {
        return Ok(None);
    }
    with_bindings(app, service.of_taptap(open_id, union_id).await?).await
}

/// Who is reached there: `None` when that is for the table to say.
pub(super) async fn account_of(app: &App, contact: &Contact) -> Result<Option<String>, Fault> {
    let Some(service) = app.roles_service() else {
        return Ok(None);
    };
    let account = service.account_of(contact).await.map_err(|NoWord| Fault::SYSTEM)?;
    account.map(Some).ok_or(Fault::NO_ACCOUNT)
}

async fn with_bindings(app: &App, roles: Option<Vec<Role>>) -> Result<Option<Vec<Shown>>, Untold> {
    let Some(roles) = roles else { return Ok(None) };
    let ids: Vec<_> = roles.iter().map(|role| role.role_id.clone()).collect();
    let bound = app.store.bound_of(&ids).await?;
    let shown = |role: Role| Shown { bound: bound.contains(&role.role_id), role };
    Ok(Some(roles.into_iter().map(shown).collect()))
}

impl From<StoreError> for Untold {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoWord> for Untold {
    fn from(_: NoWord) -> Self {
        Self::Service
    }
}

impl From<Untold> for Fault {
    fn from(untold: Untold) -> Self {
        match untold {
            Untold::Store(error) => error.into(),
            Untold::Service => Self::SYSTEM,
        }
    }
}
