//! QR codes: the squares that a camera reads, for any engine to draw.

use std::ffi::c_char;

use tdsauth_core::error::{Error, Result, status};
use tdsauth_core::qr;

use crate::guard::guard_reporting;
use crate::status::tdsauth_error;
use crate::strings::required_text_in;
use crate::structs::{Slot, slot, slot_or_none};

/// How far a text is read, in bytes: no QR code holds more.
const TEXT: usize = 4096;

/// Makes the QR code of `text` (error correction M, the smallest size that holds it; at most 2331
/// bytes): `*side` squares a side, one byte per square in `modules`, row by row from the top left
/// corner, 1 dark, 0 light. Draw it dark on light with a margin of four squares, which is not in
/// `modules`. It takes `side * side` bytes, which `needed` (may be NULL) says; to ask for that
/// alone: `modules` NULL, `cap` 0. 31329 bytes hold every code.
///
/// Ownership: the buffer is the caller's. Threads: any; does not wait.
/// Errors: BUFFER_TOO_SMALL (`needed` and `side` are set, `modules` is untouched), INVALID_ARGUMENT
/// (no text, or too long), INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_qr_encode(
    text: *const c_char,
    text_len: usize,
    modules: *mut u8,
    cap: usize,
    needed: *mut usize,
    side: *mut u32,
    error: *mut tdsauth_error,
) -> i32 {
    let body = || {
        // SAFETY: the header's rules for outputs and texts out.
        let out = unsafe { Squares::open(modules, cap, needed, side) }?;
        // SAFETY: the header's rule for texts in.
        let text = unsafe { required_text_in(text, text_len, TEXT) }?;
        let code = qr::encode(text)?;
        out.write(&code.modules, code.side)
    };
    // SAFETY: the header's rule for structs.
    unsafe { guard_reporting(0, error, &body) }
}

/// The caller's buffer for the squares.
struct Squares {
    start: *mut u8,
    cap: usize,
    needed: Option<Slot<usize>>,
    side: Slot<u32>,
}

impl Squares {
    /// Checks it; `needed` and `side` become 0.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: no buffer but a capacity, or a capacity no buffer can have; no side.
    ///
    /// # Safety
    /// `start` is writable for `cap` bytes, `needed` and `side` are NULL or writable; until the
    /// export returns.
    unsafe fn open(start: *mut u8, cap: usize, needed: *mut usize, side: *mut u32) -> Result<Self> {
        // SAFETY: NULL or writable, by this function's promise.
        let (needed, side) = unsafe { (slot_or_none(needed), slot(side)) };
        let side = side?;
        if cap > isize::MAX.unsigned_abs() || (start.is_null() && cap > 0) {
            return Err(Error::argument("the buffer is NULL or its size is out of range"));
        }
        Ok(Self { start, cap, needed, side })
    }

    /// Writes all of them, or none when they do not fit.
    fn write(&self, modules: &[u8], side: u32) -> Result<i32> {
        if let Some(needed) = &self.needed {
            needed.set(modules.len());
        }
        self.side.set(side);
        if self.cap < modules.len() {
            return Err(Error::new(status::BUFFER_TOO_SMALL, "the buffer is too small"));
        }
        if !modules.is_empty() {
            // SAFETY: `open` was promised `cap` writable bytes, no fewer than there are; the
            // squares are ours, so the two do not overlap.
            unsafe { self.start.copy_from_nonoverlapping(modules.as_ptr(), modules.len()) };
        }
        Ok(status::OK)
    }
}
