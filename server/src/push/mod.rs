//! Tells TapTap of roles (role-binding.md 2.5): what is in the outbox is sent in the background, as
//! fast as TapTap takes it, by all servers of one database together.

mod data;
mod options;
mod taptap;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::http::App;
use crate::ids::{TOKEN_CHARS, random_text};
use crate::storage::{
    Claim, ClaimPush, Claimed, DailyPush, ParkPush, SettlePush, StoreError, Verdict,
};
pub(crate) use data::{BadData, Datum, Kind};
pub(crate) use options::{PushOptions, Pushing};
use taptap::TapTap;

/// Longest pause: other servers and the operator's orders put something into the outbox as well.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// After the database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// What a lease is longer than twice a request may take.
const LEASE_MARGIN: Duration = Duration::from_secs(5);

/// The way to TapTap, of one server.
#[derive(Debug)]
pub(crate) struct Push {
    taptap: TapTap,
    settings: Pushing,
    woken: Notify,
    stopping: AtomicBool,
}

impl Push {
    /// There is something new in the outbox.
    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    /// Lets the request under way be answered, and sends no other.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.woken.notify_one();
    }
}

/// Runs until [`Push::stop`].
pub(crate) async fn run(app: Arc<App>) {
    let Some(push) = app.push() else { return };
    while !push.stopping.load(Ordering::Relaxed) {
        let pause = match step(&app, push).await {
            Ok(None) => continue,
            Ok(Some(pause)) => pause.min(LONGEST_PAUSE),
            Err(error) => {
                tracing::warn!(%error, "what TapTap is to be told waits");
                AFTER_FAILURE
            }
        };
        // The end of the wait or something new, whichever comes first.
        let _ = tokio::time::timeout(pause, push.woken.notified()).await;
    }
}

/// Sends one request; if none may be sent, how long to wait.
async fn step(app: &App, push: &Push) -> Result<Option<Duration>, StoreError> {
    let Pushing { rate, patience, daily, .. } = push.settings;
    if !app.store.push_is_due(daily.is_some()).await? {
        return Ok(Some(LONGEST_PAUSE));
    }
    // Taken before the lease, so that the request is over before the lease is.
    let at = Instant::now() + patience;
    let hold = patience * 2 + LEASE_MARGIN;
    let lease = random_text(TOKEN_CHARS)?;
    let order = ClaimPush {
        lease: lease.clone(),
        roles: push.settings.batch(),
        rate,
        hold: i64::try_from(hold.as_millis()).unwrap_or(i64::MAX / 2),
        table: app.roles_service().is_none(),
    };
    let claim = match app.store.order(order).await? {
        Claimed::Now(claim) => claim,
        Claimed::Later(0) => return Ok(None),
        Claimed::Later(ms) => return Ok(Some(Duration::from_millis(ms.unsigned_abs()))),
        Claimed::Nothing => {
            let Some(every) = daily else { return Ok(Some(LONGEST_PAUSE)) };
            let more = app.store.order(DailyPush { every }).await?;
            return Ok((!more).then_some(LONGEST_PAUSE));
        }
    };
    send(app, push, claim, lease, at).await.map(|()| None)
}

async fn send(
    app: &App,
    push: &Push,
    mut claim: Claim,
    lease: String,
    at: Instant,
) -> Result<(), StoreError> {
    if let Err(verdict) = from_service(app, &mut claim, at).await {
        return settle(app, lease, verdict, 0).await;
    }
    let (body, unfit) = data::body(&claim);
    if !unfit.is_empty() {
        for (role_id, reason) in &unfit {
            tracing::warn!(role_id, reason, "a role cannot be pushed and is parked");
        }
        app.store.order(ParkPush { lease: lease.clone(), roles: unfit }).await?;
    }
    let Some(body) = body else { return Ok(()) };
    let verdict = push.taptap.post(claim.kind, body, at).await;
    settle(app, lease, verdict, claim.rows.len()).await
}

/// Roles that are not kept here are asked of who keeps them, each time anew.
async fn from_service(app: &App, claim: &mut Claim, at: Instant) -> Result<(), Verdict> {
    let Some(service) = app.roles_service().filter(|_| claim.kind == Kind::Profile) else {
        return Ok(());
    };
    let ids: Vec<_> = claim.rows.iter().map(|row| row.role_id.clone()).collect();
    let asked = tokio::time::timeout_at(at.into(), service.by_ids(&ids)).await;
    let failed = || Verdict::Failed {
        reason: "the studio's service does not tell the roles".to_owned(),
        suspect: false,
    };
    let mut known = asked.map_err(|_| failed())?.map_err(|_| failed())?;
    for row in &mut claim.rows {
        let found = known.iter().position(|role| role.role_id == row.role_id);
        row.role =
            found.map(|at| crate::binding::Shown { role: known.swap_remove(at), bound: true });
    }
    Ok(())
}

async fn settle(app: &App, lease: String, verdict: Verdict, rows: usize) -> Result<(), StoreError> {
    match &verdict {
        Verdict::Done => tracing::debug!(rows, "TapTap was told of roles"),
        Verdict::Refused(reason) => tracing::info!(rows, reason, "TapTap refuses some role"),
        Verdict::TooOften(reason) => {
            tracing::warn!(reason, "TapTap is asked too often: nothing is pushed for an hour");
        }
        Verdict::Failed { reason, .. } => {
            tracing::warn!(rows, reason, "TapTap could not be told of roles: later");
        }
    }
    let reason = match &verdict {
        Verdict::Refused(reason) => reason.clone(),
        _ => String::new(),
    };
    if let Some(role_id) = app.store.order(SettlePush { lease, verdict }).await? {
        tracing::warn!(role_id, reason, "a role is refused by TapTap and is parked");
    }
    Ok(())
}
