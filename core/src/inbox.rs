//! A queue from any number of threads to one.
//!
//! The standard library's channels would do, but bring three kinds of queues with them, for each
//! type that is sent, into a library whose size is a promise.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Both ends of a new queue.
pub(crate) fn inbox<T>() -> (Sender<T>, Receiver<T>) {
    let state = Mutex::new(State { queue: VecDeque::new(), open: true });
    let shared = Arc::new(Shared { state, arrived: Condvar::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

/// Where things are put in.
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// Where they come out, in the order in which they were put in.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

/// The receiver is gone, and what was sent with it.
#[derive(Debug)]
pub(crate) struct Gone;

struct Shared<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

struct State<T> {
    queue: VecDeque<T>,
    open: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Sender<T> {
    /// Never waits.
    pub(crate) fn send(&self, message: T) -> Result<(), Gone> {
        let mut state = self.0.lock();
        if !state.open {
            return Err(Gone);
        }
        state.queue.push_back(message);
        self.0.arrived.notify_one();
        Ok(())
    }
}

impl<T> Receiver<T> {
    /// The next one, as soon as there is one. `None`: none came until then.
    pub(crate) fn receive(&self, until: Option<Instant>) -> Option<T> {
        let mut state = self.0.lock();
        loop {
            if let Some(message) = state.queue.pop_front() {
                return Some(message);
            }
            state = match until {
                None => self.0.arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return None;
                    }
                    let woken = self.0.arrived.wait_timeout(state, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.open = false;
        let left = std::mem::take(&mut state.queue);
        // Given back first: what is dropped may itself want to send.
        drop(state);
        drop(left);
    }
}

/// What is queued may be secret.
impl<T> std::fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn everything_arrives_once_and_each_sender_in_order() {
        let (sender, receiver) = inbox();
        let threads: Vec<_> = (0..4_u32)
            .map(|thread| {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    for n in 0..1000_u32 {
                        sender.send((thread, n)).unwrap();
                    }
                })
            })
            .collect();
        let mut next = [0; 4];
        for _ in 0..4000 {
            let (thread, n) = receiver.receive(None).unwrap();
            assert_eq!(n, next[thread as usize]);
            next[thread as usize] += 1;
        }
        assert_eq!(next, [1000; 4]);
        assert!(receiver.receive(Some(Instant::now())).is_none());
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }

    #[test]
    fn waiting_ends_at_its_time_and_at_a_message() {
        let (sender, receiver) = inbox();
        assert!(receiver.receive(Some(Instant::now() + Duration::from_millis(1))).is_none());
        let other = std::thread::spawn(move || receiver.receive(None));
        sender.send(7).unwrap();
        assert_eq!(other.join().unwrap(), Some(7));
    }

    #[test]
    fn what_nobody_can_receive_is_dropped() {
        let (sender, receiver) = inbox();
        let held = Arc::new(());
        sender.send(Arc::clone(&held)).unwrap();
        drop(receiver);
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(sender.send(held).is_err());
    }
}
