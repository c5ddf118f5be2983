//! Ends the grants of accounts that are gone at their platform, in the background, until it has
//! heard so.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::http::App;
use crate::storage::{NextRevocation, Owed, Revocation, Settle, StoreError};

/// Longest pause: another server's process may have ended before it could do its own.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs until it is aborted. Nothing is lost then: what is owed is in the database.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        let pause = match next(&app).await {
            Ok(None) => continue,
            Ok(Some(pause)) => pause,
            Err(error) => {
                tracing::warn!(%error, "grants of deleted accounts wait");
                LONGEST_PAUSE
            }
        };
        // The end of the wait or a new one, whichever comes first.
        let _ = tokio::time::timeout(pause.min(LONGEST_PAUSE), app.owed.notified()).await;
    }
}

/// Tries the next one that is due; if there is none, how long to wait for it.
async fn next(app: &App) -> Result<Option<Duration>, StoreError> {
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
            tracing::error!(platform, "a grant of a deleted account could not be revoked");
            app.store.order(Settle { id }).await
        }
        Err(problem) => {
            tracing::warn!(platform, code = problem.code, "a grant will be revoked later");
            Ok(())
        }
    }
}
