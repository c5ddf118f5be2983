//! No panic leaves an export, and every failure is written into the caller's error struct.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tdsauth_core::error::{Error, Result};

use crate::status::{self, ErrorSlot, tdsauth_backend_error};

/// Runs the body of an export that takes no error struct.
pub(crate) fn guard(body: impl FnOnce() -> Result<i32>) -> i32 {
    caught(body).unwrap_or_else(|error| error.status)
}

/// Runs the body of an export and reports its end in `error`, which may be NULL.
///
/// # Safety
/// `error` is NULL or points at a struct that is writable for the size it claims.
pub(crate) unsafe fn guard_reporting(
    error: *mut tdsauth_backend_error,
    body: impl FnOnce() -> Result<i32>,
) -> i32 {
    // SAFETY: the same promise as this function's.
    let slot = match unsafe { ErrorSlot::open(error) } {
        Ok(slot) => slot,
        Err(error) => return error.status,
    };
    let (status, text) = match caught(body) {
        Ok(status) => (status, Default::default()),
        Err(error) => (error.status, error.message.clone()),
    };
    slot.report(status, &text);
    status
}

fn caught(body: impl FnOnce() -> Result<i32>) -> Result<i32> {
    // Unwind safety: there is no state that a body could leave half done.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // The payload's own destructor may panic in its turn, outside every guard.
        std::mem::forget(payload);
        Err(Error::new(status::TDSAUTH_BACKEND_ERR_PANIC, "a defect of the library was caught"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(guard(|| panic!("on purpose")), status::TDSAUTH_BACKEND_ERR_PANIC);
        // SAFETY: NULL is allowed.
        let status = unsafe { guard_reporting(std::ptr::null_mut(), || panic!("on purpose")) };
        assert_eq!(status, status::TDSAUTH_BACKEND_ERR_PANIC);
    }
}
