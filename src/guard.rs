//! No panic leaves an export, and every failure is written into the caller's error struct.
//!
//! Functions, and not a macro that makes the exports: cbindgen does not see items that macros make.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tdsauth_core::error::{Error, Result};

use crate::status::{self, ErrorSlot, tdsauth_error};
use tdsauth_core::client;

/// The body of an export. The guards are compiled once, and not into each export; this trait rather
/// than a `dyn Fn` because a closure's table of that is twice as large.
pub(crate) trait Body<T = i32> {
    /// Runs it.
    fn run(&self) -> Result<T>;
}

impl<T, F: Fn() -> Result<T>> Body<T> for F {
    fn run(&self) -> Result<T> {
        self()
    }
}

/// Runs the body of an export that takes no error struct. `owner` is the handle it works for (0 for
/// none): the client behind it is poisoned when the body panics.
#[inline(never)]
pub(crate) fn guard(owner: u64, body: &dyn Body) -> i32 {
    match caught(owner, body) {
        Ok(status) => status,
        Err(error) => error.status,
    }
}

/// Runs the body of an export and reports its end in `error`, which may be NULL.
///
/// # Safety
/// `error` is NULL or points at a struct that is writable for the size it claims.
#[inline(never)]
pub(crate) unsafe fn guard_reporting(
    owner: u64,
    error: *mut tdsauth_error,
    body: &dyn Body,
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

#[inline(never)]
fn caught(owner: u64, body: &dyn Body) -> Result<i32> {
    // Unwind safety: what the body may have left half done belongs to the client, and no call gets
    // to it any more once it is poisoned.
    catch_unwind(AssertUnwindSafe(|| body.run())).unwrap_or_else(|payload| {
        // The payload's own destructor may panic in its turn, outside every guard.
        std::mem::forget(payload);
        let _ = catch_unwind(AssertUnwindSafe(|| client::poison(owner)));
        Err(Error::new(status::TDSAUTH_ERR_PANIC, "a defect of the library was caught"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tdsauth_core::client::{self, Options};
    use tdsauth_core::secret::Secret;

    use super::*;
    use crate::client::tdsauth_client_destroy;
    use crate::login::tdsauth_login_anonymously;
    use crate::request::{TDSAUTH_FOREVER, tdsauth_event, tdsauth_poll, tdsauth_wait};
    use crate::status::{TDSAUTH_ERR_INVALID_HANDLE, TDSAUTH_ERR_PANIC, TDSAUTH_OK};

    fn new_client(folder: &std::path::Path) -> u64 {
        let options = Options {
            server_url: Some("https://account.example".to_owned()),
            app_id: "app".to_owned(),
            app_key: Secret::new("key"),
            storage_path: folder.to_owned(),
            host_transport: true,
            ..Options::default()
        };
        client::create(options).unwrap()
    }

    fn event() -> tdsauth_event {
        // SAFETY: integers alone.
        let mut event: tdsauth_event = unsafe { std::mem::zeroed() };
        event.struct_size = 72;
        event
    }

    fn login(client: u64) -> (i32, u64) {
        let (mut request, null) = (0, std::ptr::null_mut());
        // SAFETY: NULL is allowed for options and error; `request` is writable.
        let status = unsafe {
            tdsauth_login_anonymously(client, std::ptr::null(), 0, &raw mut request, null)
        };
        (status, request)
    }

    #[test]
    fn a_panic_is_a_status_and_poisons_the_client_it_happened_in() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [sick, well] = [0, 1].map(|n: usize| new_client(folders[n].path()));
        assert_eq!(guard(sick, &|| panic!("a defect")), TDSAUTH_ERR_PANIC);

        let mut event = event();
        assert_eq!(login(sick).0, TDSAUTH_ERR_PANIC);
        // SAFETY: `event` is writable for the size it claims.
        unsafe {
            assert_eq!(tdsauth_poll(sick, &raw mut event), TDSAUTH_ERR_PANIC);
            assert_eq!(tdsauth_wait(sick, 0, 0, &raw mut event), TDSAUTH_ERR_PANIC);
            assert_eq!(tdsauth_client_destroy(sick), TDSAUTH_OK, "it can be destroyed");
            assert_eq!(tdsauth_client_destroy(sick), TDSAUTH_ERR_INVALID_HANDLE);
        }
        assert_eq!(login(well).0, TDSAUTH_OK, "other clients do not suffer");
        // SAFETY: a handle.
        unsafe { tdsauth_client_destroy(well) };
    }

    #[test]
    fn a_panic_in_a_call_on_a_request_poisons_its_client_and_wakes_its_waiters() {
        let folder = tempfile::tempdir().unwrap();
        let client = new_client(folder.path());
        let (status, request) = login(client);
        assert_eq!(status, TDSAUTH_OK);
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut event = event();
            // SAFETY: `event` is writable for the size it claims.
            let _ = tell.send(unsafe { tdsauth_wait(client, 0, TDSAUTH_FOREVER, &raw mut event) });
        });
        assert_eq!(guard(request, &|| panic!("a defect")), TDSAUTH_ERR_PANIC);
        let woken = told.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(woken, TDSAUTH_ERR_PANIC);
        // SAFETY: a handle.
        unsafe { tdsauth_client_destroy(client) };
    }

    #[test]
    fn a_panic_is_reported_in_the_error_struct() {
        // SAFETY: integers alone.
        let mut error: tdsauth_error = unsafe { std::mem::zeroed() };
        error.struct_size = 256;
        // SAFETY: `error` is writable for the size it claims.
        let status = unsafe { guard_reporting(0, &raw mut error, &|| panic!("a defect")) };
        assert_eq!((status, error.status), (TDSAUTH_ERR_PANIC, TDSAUTH_ERR_PANIC));
        assert!(error.message_len > 0);
    }

    /// A payload whose own destructor panics would otherwise end the process.
    #[test]
    fn a_panic_whose_payload_panics_is_caught_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    panic!("again");
                }
            }
        }
        let status = guard(0, &|| std::panic::panic_any(Bomb));
        assert_eq!(status, TDSAUTH_ERR_PANIC);
    }

    /// Reads the sources: the body of each export is inside a guard, but for the two that only
    /// give a constant.
    #[test]
    fn every_export_is_guarded() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut bare = Vec::new();
        for file in std::fs::read_dir(folder).unwrap().flatten() {
            let source = std::fs::read_to_string(file.path()).unwrap();
            for export in source.split("#[unsafe(no_mangle)]").skip(1) {
                let body = export.split("\n}\n").next().unwrap_or_default();
                let name = body.split_once("fn ").unwrap().1.split('(').next().unwrap().to_owned();
                // Those behind the guard's two functions are what several nouns share.
                let guards = [
                    "guard(",
                    "guard_reporting(",
                    "submitting(",
                    "get(",
                    "get_text(",
                    "set(",
                    "change(",
                    "change_by(",
                    "change_list(",
                    "making(",
                    "ask(",
                    " put(",
                ];
                if !guards.iter().any(|guard| body.contains(guard)) {
                    bare.push(name);
                }
            }
        }
        bare.sort();
        assert_eq!(bare, ["tdsauth_abi_version", "tdsauth_status_name"]);
    }
}
