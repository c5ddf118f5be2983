//! The operator's orders from a shell, also while servers run: they see every change at once, for
//! the truth is in the database alone.

mod binding;
mod classes;
mod indexes;
mod roles;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tdsauth_core::secret::Secret;

use crate::clock::{iso, now_ms};
use crate::ids::{TOKEN_CHARS, random_text};
use crate::seal::SealKey;
use crate::start::StartError;
use crate::storage::{
    self, Authority, Ban, Delete, Deleted, Listed, Refresh, Refreshed, SetBan, Store, StoreError,
};

pub(crate) use binding::{BindingOrder, binding};
pub(crate) use classes::{ClassOrder, classes};
pub(crate) use indexes::{IndexOrder, indexes};
pub(crate) use roles::{RolesOrder, roles};

/// Longest reason of a ban, in bytes.
const MAX_REASON: usize = 1000;

/// The database that an order is for.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// The server's --database-url.
    #[arg(long, value_name = "URL", env = "TDSAUTH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<Secret>,

    /// The server's --seal-key.
    #[arg(long, value_name = "FILE")]
    seal_key: Option<PathBuf>,
}

/// What is asked or done about users.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum UsersOrder {
    /// The newest users.
    List {
        #[command(flatten)]
        place: Place,
        /// Only those on this platform.
        #[arg(long, value_name = "NAME")]
        platform: Option<String>,
        /// At most so many.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: u32,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// One user.
    Show {
        #[command(flatten)]
        place: Place,
        /// The user's objectId.
        id: String,
        /// As a JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Keeps a user out: the session is dead, and no login is answered.
    Ban {
        #[command(flatten)]
        place: Place,
        /// The user's objectId.
        id: String,
        /// Why, for whoever looks at the user later. Players never see it.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Lets a banned user in again.
    Unban {
        #[command(flatten)]
        place: Place,
        /// The user's objectId.
        id: String,
    },
    /// Ends a user's session on all devices.
    RevokeSessions {
        #[command(flatten)]
        place: Place,
        /// The user's objectId.
        id: String,
    },
    /// Deletes a user for good.
    Delete {
        #[command(flatten)]
        place: Place,
        /// The user's objectId.
        id: String,
    },
}

/// Does an order about users.
pub(crate) fn users(order: UsersOrder) -> Result<(), StartError> {
    let (UsersOrder::List { place, .. }
    | UsersOrder::Show { place, .. }
    | UsersOrder::Ban { place, .. }
    | UsersOrder::Unban { place, .. }
    | UsersOrder::RevokeSessions { place, .. }
    | UsersOrder::Delete { place, .. }) = &order;
    let said = on_database(place, async |store| ordered(store, &order).await)?;
    print(&said.ok_or_else(|| StartError::new("there is no such user"))?)
}

/// Says something on standard output.
fn print(said: &str) -> Result<(), StartError> {
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| StartError::new(format!("standard output: {error}")))
}

/// Opens the database that is there, for one order.
fn on_database<T>(
    place: &Place,
    order: impl AsyncFnOnce(&Store) -> Result<T, StoreError>,
) -> Result<T, StartError> {
    let name = match &place.database_url {
        Some(_) => "PostgreSQL".to_owned(),
        None => place.data.display().to_string(),
    };
    run(async {
        let folder = (place.data.as_os_str() != ":memory:").then_some(&*place.data);
        let key = SealKey::new(place.seal_key.as_deref(), folder);
        let url = place.database_url.as_ref();
        let failed = |error: StoreError| StartError::new(format!("{name}: {error}"));
        let store = Store::existing(&place.data, url, &key).await.map_err(failed)?;
        let said = order(&store).await.map_err(failed);
        store.close().await;
        said
    })
}

/// What is said; `None`: there is no such user.
async fn ordered(store: &Store, order: &UsersOrder) -> Result<Option<String>, StoreError> {
    let now = now_ms();
    let done = |done: bool| done.then(String::new);
    Ok(match order {
        UsersOrder::List { platform, limit, json, .. } => {
            let users = store.list(platform.as_deref(), *limit).await?;
            Some(users.iter().map(|user| line(user, *json)).collect())
        }
        UsersOrder::Show { id, json, .. } => {
            store.show(id).await?.map(|user| if *json { line(&user, true) } else { page(&user) })
        }
        UsersOrder::Ban { id, reason, .. } => {
            if reason.as_ref().is_some_and(|reason| reason.len() > MAX_REASON) {
                let text = format!("a reason has {MAX_REASON} bytes at most");
                return Err(StoreError::Failed(text));
            }
            let ban = Some(Ban { at: now, reason: reason.clone() });
            done(store.order(SetBan { id: id.clone(), ban }).await?)
        }
        UsersOrder::Unban { id, .. } => {
            done(store.order(SetBan { id: id.clone(), ban: None }).await?)
        }
        UsersOrder::RevokeSessions { id, .. } => {
            let new_token = Secret::new(random_text(TOKEN_CHARS)?);
            let order = Refresh { id: id.clone(), authority: Authority::Master, new_token, now };
            done(matches!(store.order(order).await?, Refreshed::Done { .. }))
        }
        UsersOrder::Delete { id, .. } => {
            let order = Delete { id: id.clone(), authority: Authority::Master, now };
            done(store.order(order).await? == Deleted::Done)
        }
    })
}

/// A user as one line. Everything by which somebody could log in is left out.
fn line(user: &Listed, json: bool) -> String {
    if json {
        return format!("{}\n", to_json(user));
    }
    let banned = if user.ban.is_some() { " banned" } else { "" };
    let damaged = if user.damaged.is_some() { " damaged" } else { "" };
    let (created, platforms) = (iso(user.created_at), user.platforms.join(","));
    format!("{} {created} {} [{platforms}]{banned}{damaged}\n", user.id, visible(&user.username))
}

/// A user as some lines.
fn page(user: &Listed) -> String {
    let mut text = format!(
        "objectId   {}\nusername   {}\ncreatedAt  {}\nupdatedAt  {}\nplatforms  {}\n",
        user.id,
        visible(&user.username),
        iso(user.created_at),
        iso(user.updated_at),
        user.platforms.join(", "),
    );
    if let Some(ban) = &user.ban {
        let reason = visible(ban.reason.as_deref().unwrap_or_default());
        text.push_str(&format!("banned     {} {reason}\n", iso(ban.at)));
    }
    if let Some(what) = &user.damaged {
        text.push_str(&format!("damaged    {what}\n"));
    }
    text
}

fn to_json(user: &Listed) -> Value {
    let ban = user.ban.as_ref();
    json!({
        "objectId": user.id,
        "username": user.username,
        "createdAt": iso(user.created_at),
        "updatedAt": iso(user.updated_at),
        "platforms": user.platforms,
        "bannedAt": ban.map(|ban| iso(ban.at)),
        "banReason": ban.and_then(|ban| ban.reason.as_deref()),
        "damaged": user.damaged,
    })
}

/// Without what a terminal would obey.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Copies the database into a new file.
pub(crate) fn backup(place: &Place, to: &Path) -> Result<(), StartError> {
    if place.database_url.is_some() {
        return Err(StartError::new(
            "PostgreSQL makes its own: pg_dump --format=custom --file=FILE \
             \"$TDSAUTH_DATABASE_URL\" (and pg_restore)",
        ));
    }
    let failed = |error: StoreError| StartError::new(error.to_string());
    run(async { storage::backup(&place.data, to).await.map_err(failed) })
}

fn run<T>(work: impl Future<Output = Result<T, StartError>>) -> Result<T, StartError> {
    tokio::runtime::Runtime::new()
        .map_err(|error| StartError::new(format!("no runtime: {error}")))?
        .block_on(work)
}
