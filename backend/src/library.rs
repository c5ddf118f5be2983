//! The library itself: its version.

use std::ffi::c_char;

use crate::guard::guard;
use crate::strings::TextOut;

/// Version of the library, such as `0.1.0`.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_backend_version(
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> i32 {
    guard(|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        out.write(env!("CARGO_PKG_VERSION"))
    })
}
