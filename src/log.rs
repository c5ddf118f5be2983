//! The log, pulled line by line.

use std::ffi::c_char;

use tdsauth_core::error::{Error, status};

use crate::guard::guard;
use crate::handles::tdsauth_client;
use crate::strings::TextOut;
use crate::structs::slot;
use tdsauth_core::client as core;

/// Takes the client's oldest log line: its level, one of `TDSAUTH_LOG_*`, and its text, UTF-8,
/// without secrets. Of lines that nobody takes, the last 256 are kept (`log_dropped` of
/// `tdsauth_stats` counts the others). A line that does not fit the buffer stays the oldest.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: NO_EVENT (positive: no line), INVALID_HANDLE, INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_log_next(
    client: tdsauth_client,
    level: *mut i32,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(client, &|| {
        // SAFETY: the header's rule for outputs.
        let level_out = unsafe { slot(level) }?;
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        let mut written: Result<i32, Error> = Ok(status::NO_EVENT);
        core::log_next(client, |level, text| {
            level_out.set(level);
            written = out.write(text);
            written.is_ok()
        })?;
        written
    })
}
