//! The log that the game pulls: bounded, finished text, never a secret.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Levels, as the C ABI numbers them.
pub mod level {
    /// The default: warnings and errors.
    pub const DEFAULT: i32 = 0;
    /// Nothing.
    pub const OFF: i32 = 1;
    /// What failed.
    pub const ERROR: i32 = 2;
    /// What a developer should look at.
    pub const WARN: i32 = 3;
    /// What happened.
    pub const INFO: i32 = 4;
    /// Each exchange.
    pub const DEBUG: i32 = 5;
}

/// Lines kept for the game to pull; older ones go first.
const LINES_MAX: usize = 256;

pub(crate) struct Log {
    level: i32,
    lines: Mutex<VecDeque<(i32, String)>>,
    dropped: AtomicU64,
}

impl Log {
    pub(crate) fn new(level: i32) -> Self {
        let level = if level == level::DEFAULT { level::WARN } else { level };
        Self { level, lines: Mutex::default(), dropped: AtomicU64::new(0) }
    }

    pub(crate) fn write(&self, level: i32, text: impl FnOnce() -> String) {
        if level > self.level {
            return;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= LINES_MAX {
            lines.pop_front();
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        lines.push_back((level, text()));
    }

    /// Shows the oldest line to `take`, and drops it if that says it was taken.
    pub(crate) fn next(&self, take: impl FnOnce(i32, &str) -> bool) -> bool {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((level, text)) = lines.front() else { return false };
        if take(*level, text) {
            lines.pop_front();
        }
        true
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
