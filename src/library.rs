//! The library itself: its versions.

use std::ffi::c_char;

use crate::guard::guard;
use crate::strings::TextOut;

/// Major version of the ABI this header describes. Another major is another ABI.
pub const TDSAUTH_ABI_MAJOR: u32 = 0;
/// Minor version of the ABI this header describes. A higher minor only adds.
pub const TDSAUTH_ABI_MINOR: u32 = 4;

// build.rs writes the major number into the soname.
const _: () = assert!(TDSAUTH_ABI_MAJOR == 0);

/// Version of the ABI that the loaded library has: `major << 16 | minor`. Demand the same major as
/// `TDSAUTH_ABI_MAJOR` and at least its minor.
///
/// Ownership: nothing to own. Threads: any. Errors: none.
#[unsafe(no_mangle)]
pub extern "C" fn tdsauth_abi_version() -> u32 {
    TDSAUTH_ABI_MAJOR << 16 | TDSAUTH_ABI_MINOR
}

/// Version of the library, such as `0.1.0`.
///
/// Ownership: the buffer is the caller's. Threads: any.
/// Errors: INVALID_ARGUMENT, BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tdsauth_version(buf: *mut c_char, cap: usize, needed: *mut usize) -> i32 {
    guard(0, &|| {
        // SAFETY: the header's rule for texts out.
        let out = unsafe { TextOut::open(buf, cap, needed) }?;
        out.write(env!("CARGO_PKG_VERSION"))
    })
}

/// Keeps the module in memory until the process ends, as `-z nodelete` does elsewhere: a worker
/// thread may run when the host lets go of us.
#[cfg(windows)]
pub(crate) fn pin_module() {
    const GET_MODULE_HANDLE_EX_FLAG_PIN: u32 = 1;
    const GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS: u32 = 4;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(
            flags: u32,
            address: *const std::ffi::c_void,
            module: *mut *mut std::ffi::c_void,
        ) -> i32;
    }
    let mut module = std::ptr::null_mut();
    // SAFETY: the address is of a function of this module, `module` is writable; failure leaves
    // the module unpinned, which only matters to a host that unloads it against the header's word.
    unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
            tdsauth_abi_version as *const std::ffi::c_void,
            &raw mut module,
        );
    }
}

/// The linker did it (`build.rs`).
#[cfg(not(windows))]
pub(crate) fn pin_module() {}
