//! Grants of platforms that a request in progress has got. One that nobody comes to keep, whatever
//! ended the request, is left over, and has to be ended at its platform.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tdsauth_core::secret::Secret;
use tokio::sync::Notify;

/// Leftovers that wait to be written down: each has cost a login that the platform confirmed.
const MOST: usize = 10_000;

/// A grant that no account keeps.
#[derive(Debug, Clone)]
pub(crate) struct Leftover {
    pub(crate) platform: String,
    /// Whose it is on the platform, if the platform said so.
    pub(crate) identity: Option<Secret>,
    /// What `Verifiers::revoke` takes.
    pub(crate) grant: Secret,
}

/// A grant on its way into an account. Unless it is [`Pending::kept`], it is left over.
pub(crate) struct Pending {
    leftover: Option<Leftover>,
    to: Arc<Leftovers>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pending").field(&self.leftover).finish()
    }
}

impl Pending {
    pub(super) fn new(leftover: Leftover, to: &Arc<Leftovers>) -> Self {
        Self { leftover: Some(leftover), to: Arc::clone(to) }
    }

    /// To be kept sealed with the account.
    pub(crate) fn grant(&self) -> Option<&Secret> {
        self.leftover.as_ref().map(|leftover| &leftover.grant)
    }

    /// It is with an account, on the disk.
    pub(crate) fn kept(mut self) {
        self.leftover = None;
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(leftover) = self.leftover.take() {
            self.to.add(leftover);
        }
    }
}

/// What is left over and not written down yet, and the bell of whoever ends grants.
#[derive(Debug, Default)]
pub(crate) struct Leftovers {
    waiting: Mutex<VecDeque<Leftover>>,
    bell: Notify,
}

impl Leftovers {
    fn add(&self, leftover: Leftover) {
        let mut waiting = self.waiting();
        if waiting.len() < MOST {
            waiting.push_back(leftover);
        } else {
            tracing::error!(platform = leftover.platform, "a grant is forgotten, not revoked");
        }
        drop(waiting);
        self.wake();
    }

    /// The one that waits for longest.
    pub(crate) fn first(&self) -> Option<Leftover> {
        self.waiting().front().cloned()
    }

    /// The first one is written down.
    pub(crate) fn forget_first(&self) {
        self.waiting().pop_front();
    }

    /// There may be a grant to be ended.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }

    /// Waits for [`Self::wake`], also for one that came before.
    pub(crate) async fn woken(&self) {
        self.bell.notified().await;
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Leftover>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
