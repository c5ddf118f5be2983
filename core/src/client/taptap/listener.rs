//! The thread on which the listener of a browser login runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

use super::flow::Word;
use crate::client::instance::Client;
use crate::client::owner::Message;
use crate::client::pool::Counted;
use crate::error::{Error, Result, status};
use crate::inbox::Sender;
use crate::secret::Secret;
use crate::taptap::{Callback, browser};
use crate::transport::{Loopback, Site};

/// Listens as long as it lives, or until the answer to `state` came.
pub(super) struct Listener {
    stop: Arc<AtomicBool>,
    thread: Thread,
}

impl Listener {
    /// Tells `owner` the answer to `state`, for the request `id`.
    pub(super) fn start(
        client: &Arc<Client>,
        owner: &Sender<Message>,
        id: u64,
        loopback: Loopback,
        site: Site,
        state: Secret,
    ) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (client, owner, stopped) = (Arc::clone(client), owner.clone(), Arc::clone(&stop));
        let named = std::thread::Builder::new().name("tdsauth-loopback".to_owned());
        let spawned = named.spawn(move || {
            let _counted = Counted::new(&client.owner_threads);
            let run = AssertUnwindSafe(|| serve(loopback, &site, &stopped, &state));
            match catch_unwind(run) {
                Ok(Some(callback)) => {
                    // The owner may be gone: then nobody waits for it.
                    let _ = owner.send(Message::Word { id, word: Word::Callback(callback) });
                }
                Ok(None) => {}
                Err(_) => client.poison(),
            }
        });
        match spawned {
            Ok(handle) => Ok(Self { stop, thread: handle.thread().clone() }),
            Err(_) => Err(Error::new(status::LIMIT, "no thread could be started")),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn serve(loopback: Loopback, site: &Site, stop: &AtomicBool, state: &Secret) -> Option<Callback> {
    let mut heard = None;
    loopback.serve(site, stop, &mut |query| {
        let callback = Callback::read(query).filter(|callback| callback.is_for(state))?;
        let agreed = matches!(callback.outcome, browser::Outcome::Code(_));
        heard = Some(callback);
        Some(agreed)
    });
    heard
}
