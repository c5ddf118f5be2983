//! Ends the grants of accounts that are gone, and of requests that came to nothing, at their
//! platform, in the background, until it has heard so.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::http::App;
use crate::storage::{Leave, NextRevocation, Owed, Revocation, Settle, StoreError};
use crate::verify::Leftover;

/// Longest pause: another server's process may have ended before it could do its own.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs until it is aborted. What is owed is in the database then, or left to [`note`].
pub(crate) async fn run(app: Arc<App>) {
    loop {
        let pause = match next(&app).await {
            Ok(None) => continue,
            Ok(Some(pause)) => pause,
            Err(error) => {
                tracing::warn!(%error, "grants to be revoked wait");
                LONGEST_PAUSE
            }
        };
        // The end of the wait or a new one, whichever comes first.
        let _ =
            tokio::time::timeout(pause.min(LONGEST_PAUSE), app.verifiers.leftovers().woken()).await;
    }
}

/// Writes down what requests have left over since.
pub(crate) async fn note(app: &App) -> Result<(), StoreError> {
    let leftovers = app.verifiers.leftovers();
    while let Some(Leftover { platform, identity, grant }) = leftovers.first() {
        let now = clock::now_ms();
        app.store.order(Leave { platform, identity, grant, now }).await?;
        leftovers.forget_first();
    }
    Ok(())
}

/// Tries the next one that is due; if there is none, how long to wait for it.
async fn next(app: &App) -> Result<Option<Duration>, StoreError> {
    note(app).await?;
    let now = clock::now_ms();
    match app.store.order(NextRevocation { now }).await? {
        Revocation::Due(owed) => attempt(app, owed).await.map(|()| None),
        Revocation::Later(at) => {
            Ok(Some(Duration::from_millis(at.saturating_sub(now).unsigned_abs())))
        }
        Revocation::Nothing => Ok(Some(LONGEST_PAUSE)),
    }
}

async fn attempt(app: &App, owed: Owed) -> Result<(), StoreError> {
    let Owed { id, platform, grant, last } = owed;
    match app.verifiers.revoke(&platform, &grant).await {
        Ok(()) => app.store.order(Settle { id }).await,
        Err(_) if last => {
            tracing::error!(platform, "a grant could not be revoked");
            app.store.order(Settle { id }).await
        }
        Err(problem) => {
            tracing::warn!(platform, code = problem.code, "a grant will be revoked later");
            Ok(())
        }
    }
}
