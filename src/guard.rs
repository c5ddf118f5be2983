//! No panic leaves an export, and every failure is written into the caller's error struct.
//!
//! Functions, and not a macro that makes the exports: cbindgen does not see items that macros make.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tdsauth_core::error::{Error, Result};

use crate::status::{self, ErrorSlot, tdsauth_error};
use tdsauth_core::client;

/// Runs the body of an export that takes no error struct. `owner` is the handle it works for (0 for
/// none): the client behind it is poisoned when the body panics.
pub(crate) fn guard(owner: u64, body: impl FnOnce() -> Result<i32>) -> i32 {
    match caught(owner, body) {
        Ok(status) => status,
        Err(error) => error.status,
    }
}

/// Runs the body of an export and reports its end in `error`, which may be NULL.
///
/// # Safety
/// `error` is NULL or points at a struct that is writable for the size it claims.
pub(crate) unsafe fn guard_reporting(
    owner: u64,
    error: *mut tdsauth_error,
    body: impl FnOnce() -> Result<i32>,
) -> i32 {
    // SAFETY: the same promise as this function's.
    let slot = match unsafe { ErrorSlot::open(error) } {
        Ok(slot) => slot,
        Err(error) => return error.status,
    };
    match caught(owner, body) {
        Ok(status) => {
            slot.clear(status);
            status
        }
        Err(error) => {
            slot.report(&error);
            error.status
        }
    }
}

fn caught(owner: u64, body: impl FnOnce() -> Result<i32>) -> Result<i32> {
    // Unwind safety: what the body may have left half done belongs to the client, and no call gets
    // to it any more once it is poisoned.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // The payload's own destructor may panic in its turn, outside every guard.
        std::mem::forget(payload);
        let _ = catch_unwind(AssertUnwindSafe(|| client::poison(owner)));
        Err(Error::new(status::TDSAUTH_ERR_PANIC, "a defect of the library was caught"))
    })
}
