//! What TapTap is to be told of roles, as the operator sees it.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::{Place, on_database, visible};
use crate::binding_check;
use crate::clock::iso;
use crate::start::StartError;
use crate::storage::{Outbox, Pending, RetryPush};

/// What is done about binding.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum BindingOrder {
    /// Plays TapTap against the endpoints that bind roles, on any server, and reports what is
    /// wrong with them.
    Check(Box<binding_check::Options>),
    /// What TapTap is still to be told: first what it refused, with the reason.
    Outbox {
        #[command(flatten)]
        place: Place,
        /// At most so many.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: u32,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
        /// Tries again first what was refused.
        #[arg(long)]
        retry: bool,
    },
}

/// Does an order about binding.
pub(crate) fn binding(order: BindingOrder) -> Result<(), StartError> {
    match order {
        BindingOrder::Check(options) => binding_check::run(&options),
        BindingOrder::Outbox { place, limit, json, retry } => outbox(&place, limit, json, retry),
    }
}

fn outbox(place: &Place, limit: u32, json: bool, retry: bool) -> Result<(), StartError> {
    let outbox = on_database(place, async |store| {
        if retry {
            store.order(RetryPush).await?;
        }
        store.outbox(limit).await
    })?;
    let said = if json { format!("{}\n", to_json(&outbox)) } else { page(&outbox) };
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| StartError::new(format!("standard output: {error}")))
}

fn page(outbox: &Outbox) -> String {
    let mut text = format!("{} waiting, {} parked\n", outbox.waiting, outbox.parked);
    if let Some(until) = outbox.paused_until {
        text.push_str(&format!("nothing is sent until {}\n", iso(until)));
    }
    if let Some(reason) = &outbox.reason {
        text.push_str(&format!("last: {}\n", visible(reason)));
    }
    for row in &outbox.rows {
        text.push_str(&line(row));
    }
    text
}

fn line(row: &Pending) -> String {
    let preview = if row.test_mode { " preview" } else { "" };
    let names = [&row.form, &row.item].into_iter().filter(|name| !name.is_empty());
    let names: String = names.map(|name| format!(" {}", visible(name))).collect();
    let (state, at) = match row.parked_at {
        Some(at) => ("parked", at),
        None if row.sending => ("sending", row.due_at),
        None => ("waiting", row.due_at),
    };
    let reason = visible(row.reason.as_deref().unwrap_or_default());
    let role_id = visible(&row.role_id);
    let (kind, tries) = (&row.kind, row.tries);
    format!("{state} {} {kind}{preview}{names} {role_id} tries {tries} {reason}", iso(at))
        .trim_end()
        .to_owned()
        + "\n"
}

fn to_json(outbox: &Outbox) -> Value {
    let row = |row: &Pending| {
        json!({
            "role_id": row.role_id,
            "kind": row.kind,
            "type": row.form,
            "item": row.item,
            "test_mode": row.test_mode,
            "due_at": iso(row.due_at),
            "tries": row.tries,
            "sending": row.sending,
            "parked_at": row.parked_at.map(iso),
            "reason": row.reason,
        })
    };
    json!({
        "waiting": outbox.waiting,
        "parked": outbox.parked,
        "paused_until": outbox.paused_until.map(iso),
        "reason": outbox.reason,
        "rows": outbox.rows.iter().map(row).collect::<Vec<_>>(),
    })
}
