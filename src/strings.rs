//! Texts that cross the border: pointer and length in, the caller's buffer out.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use tdsauth_core::error::{Error, Result, status};

use crate::structs::{Slot, slot_or_none};

/// `TDSAUTH_NUL` of the header.
const NUL: usize = usize::MAX;

/// The text at `text`, or `None` when it is absent (NULL and 0). `max` bounds its length in bytes,
/// so that a forgotten NUL byte cannot make us read on for ever.
///
/// The borrow lasts as long as the caller says; it is valid until the export returns.
///
/// # Errors
/// `INVALID_ARGUMENT` (length, NULL with a length), `INVALID_UTF8` (not UTF-8, or U+0000).
///
/// # Safety
/// `text` is NULL, or readable for `len` bytes, or with [`NUL`] up to its NUL byte.
pub(crate) unsafe fn text_in<'a>(
    text: *const c_char,
    len: usize,
    max: usize,
) -> Result<Option<&'a str>> {
    // SAFETY: the same promise as this function's.
    let Some(bytes) = (unsafe { bytes_in(text, len, max) })? else { return Ok(None) };
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(Some(text)),
        Ok(_) => Err(Error::new(status::INVALID_UTF8, "a text holds U+0000")),
        Err(_) => Err(Error::new(status::INVALID_UTF8, "a text is not UTF-8")),
    }
}

/// Like [`text_in`], for a text that must be there.
///
/// # Safety
/// As [`text_in`].
pub(crate) unsafe fn required_text_in<'a>(
    text: *const c_char,
    len: usize,
    max: usize,
) -> Result<&'a str> {
    // SAFETY: the same promise as this function's.
    unsafe { text_in(text, len, max) }?.ok_or_else(|| Error::argument("a text is missing"))
}

/// A copy of an optional text of an options struct; an empty one is absent too.
///
/// # Safety
/// As [`text_in`].
pub(crate) unsafe fn option_in(
    text: *const c_char,
    len: usize,
    max: usize,
) -> Result<Option<String>> {
    // SAFETY: the same promise as this function's.
    let text = unsafe { text_in(text, len, max) }?;
    Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
}

/// The bytes at `data`, or `None` when they are absent.
///
/// # Safety
/// As [`text_in`].
pub(crate) unsafe fn bytes_in<'a>(
    data: *const c_char,
    len: usize,
    max: usize,
) -> Result<Option<&'a [u8]>> {
    if data.is_null() {
        return if len == 0 { Ok(None) } else { Err(Error::argument("a text is NULL")) };
    }
    let len = if len == NUL {
        // SAFETY: readable up to its NUL byte, by this function's promise.
        unsafe { length(data, max) }
    } else {
        len
    };
    if len > max {
        return Err(Error::argument("a text is too long"));
    }
    // SAFETY: readable for `len` bytes, which is at most `max` and so below isize::MAX; bytes have
    // no alignment and no invalid values.
    Ok(Some(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len) }))
}

/// Bytes before the NUL byte; `max + 1` when there is none among the first `max + 1`.
///
/// # Safety
/// `text` is readable up to its NUL byte.
unsafe fn length(text: *const c_char, max: usize) -> usize {
    let mut len = 0;
    // SAFETY: every byte before this one was read and was not NUL, so this one is readable.
    while len <= max && unsafe { text.add(len).read() } != 0 {
        len += 1;
    }
    len
}

/// The caller's buffer for a text, empty from the start: whatever fails later, it holds a text.
pub(crate) struct TextOut {
    buf: *mut c_char,
    cap: usize,
    needed: Option<Slot<usize>>,
}

impl TextOut {
    /// Checks the buffer and empties it; `needed` becomes 0.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: no buffer but a capacity, or a capacity no buffer can have.
    ///
    /// # Safety
    /// `buf` is writable for `cap` bytes, `needed` is NULL or writable; until the export returns.
    pub(crate) unsafe fn open(buf: *mut c_char, cap: usize, needed: *mut usize) -> Result<Self> {
        if cap > isize::MAX.unsigned_abs() || (buf.is_null() && cap > 0) {
            return Err(Error::argument("the buffer is NULL or its size is out of range"));
        }
        // SAFETY: NULL or writable, by this function's promise.
        let needed = unsafe { slot_or_none(needed) };
        if cap > 0 {
            // SAFETY: `cap` bytes are writable and there is at least one.
            unsafe { buf.write(0) };
        }
        Ok(Self { buf, cap, needed })
    }

    /// Writes `text` with a closing NUL byte, or nothing when it does not fit.
    ///
    /// # Errors
    /// `BUFFER_TOO_SMALL`: `needed` says how long it is.
    pub(crate) fn write(&self, text: &str) -> Result<i32> {
        if let Some(needed) = &self.needed {
            needed.set(text.len());
        }
        if self.cap <= text.len() {
            return Err(Error::new(status::BUFFER_TOO_SMALL, "the buffer is too small"));
        }
        // SAFETY: `open` was promised `cap` writable bytes, more than the text has; the text is
        // ours, so the two do not overlap.
        unsafe {
            self.buf.copy_from_nonoverlapping(text.as_ptr().cast::<c_char>(), text.len());
            self.buf.add(text.len()).write(0);
        }
        Ok(status::OK)
    }

    /// Takes back what [`TextOut::room`] said: there is no text after all. Nothing was written to
    /// the room, so the text is empty already.
    pub(crate) fn clear(&self) {
        if let Some(needed) = &self.needed {
            needed.set(0);
        }
    }

    /// Room for a text of `len` bytes, with a closing NUL byte behind it; `None` when it does not
    /// fit. Sets `needed`. Until its first byte is written the text is empty. Takes nothing from
    /// the heap.
    pub(crate) fn room(&mut self, len: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if let Some(needed) = &self.needed {
            needed.set(len);
        }
        if self.cap <= len {
            return None;
        }
        let start = self.buf.cast::<MaybeUninit<u8>>();
        // SAFETY: `open` was promised `cap` writable bytes, more than `len`, for as long as the
        // export runs; what they hold does not matter.
        unsafe {
            start.add(len).write(MaybeUninit::new(0));
            Some(std::slice::from_raw_parts_mut(start, len))
        }
    }
}
