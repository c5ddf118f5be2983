//! When operations on objects begin: those of one object in turn, in the order of their submission;
//! those of different objects side by side, as many as there are connections. None before what was
//! submitted ahead of it and may change who is logged in: it is done as that player.

use super::operation::Operation;
use super::owner::{Owner, Waiting, session_changed};
use super::state::Standing;

/// How far it is looked past operations whose objects are busy.
const LOOK: usize = 64;

impl Owner {
    pub(super) fn start_objects(&mut self) {
        while self.busy.len() < self.client.options.max_connections {
            let Some(at) = self.next_object() else { return };
            let Some(Waiting { id, new: Some((operation, timeout)), .. }) = self.objects.remove(at)
            else {
                return;
            };
            let standing = {
                let mut state = self.client.lock();
                let standing = state.check(id);
                if let (Standing::Live, Some(request)) = (standing, state.requests.get_mut(&id)) {
                    // It is sent as the player of now: a logout from now on changes nothing in it.
                    request.epoch = None;
                }
                standing
            };
            match standing {
                Standing::Live => {
                    self.busy.push((id, objects(&operation)));
                    self.begin(id, operation, timeout);
                }
                Standing::Outdated => {
                    operation.cuts().iter().for_each(|cut| cut.fail(&session_changed()));
                    self.client.finish(id, session_changed().into());
                }
                Standing::Gone => self.give_up(id, &operation.cuts()),
            }
        }
    }

    fn next_object(&self) -> Option<usize> {
        let mut held: Vec<u64> = self.busy.iter().flat_map(|(_, of)| of).copied().collect();
        for (at, waiting) in self.objects.iter().take(LOOK).enumerate() {
            let is_ahead = |id| self.turn == Some(id) || self.queue.iter().any(|w| w.id == id);
            if waiting.after.is_some_and(is_ahead) {
                // Those behind it come after the same, or a later one.
                return None;
            }
            let own = waiting.new.as_ref().map(|(operation, _)| objects(operation));
            let own = own.unwrap_or_default();
            if !own.iter().any(|object| held.contains(object)) {
                return Some(at);
            }
            held.extend(own);
        }
        None
    }
}

fn objects(operation: &Operation) -> Vec<u64> {
    if let Operation::Object(task) = operation { task.objects() } else { Vec::new() }
}
