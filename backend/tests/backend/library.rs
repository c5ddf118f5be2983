//! The shared library that `cargo build` makes, loaded, and its functions.

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libloading::Library;

pub(crate) const OK: i32 = 0;
pub(crate) const INVALID_ARGUMENT: i32 = -1;
pub(crate) const INVALID_UTF8: i32 = -3;
pub(crate) const BUFFER_TOO_SMALL: i32 = -4;
pub(crate) const UNSUPPORTED_FIELD: i32 = -5;
pub(crate) const MAC_MISMATCH: i32 = -310;
pub(crate) const MAC_EXPIRED: i32 = -311;
/// `TDSAUTH_BACKEND_NUL`.
pub(crate) const NUL: usize = usize::MAX;

/// A text as C passes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub(crate) data: *const c_char,
    pub(crate) len: usize,
}

impl Text {
    pub(crate) const ABSENT: Self = Self { data: std::ptr::null(), len: 0 };

    pub(crate) fn of(text: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        let bytes = text.as_ref();
        Self { data: bytes.as_ptr().cast(), len: bytes.len() }
    }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct MacInput {
    pub(crate) struct_size: u32,
    pub(crate) algorithm: i32,
    pub(crate) key_id: Text,
    pub(crate) key: Text,
    pub(crate) method: Text,
    pub(crate) url: Text,
    pub(crate) nonce: Text,
    pub(crate) ext: Text,
    pub(crate) ts: i64,
    pub(crate) window_s: u32,
    pub(crate) reserved0: u32,
    pub(crate) reserved: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) name: Text,
    pub(crate) value: Text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct TapInput {
    pub(crate) struct_size: u32,
    pub(crate) reserved0: u32,
    pub(crate) secret: Text,
    pub(crate) other_secret: Text,
    pub(crate) method: Text,
    pub(crate) target: Text,
    pub(crate) headers: *const Header,
    pub(crate) header_count: usize,
    pub(crate) body: Text,
    pub(crate) ts: i64,
    pub(crate) window_s: u32,
    pub(crate) reserved1: u32,
    pub(crate) reserved: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct TapTapInput {
    pub(crate) struct_size: u32,
    pub(crate) region: i32,
    pub(crate) client_id: Text,
    pub(crate) open_url: Text,
    pub(crate) kid: Text,
    pub(crate) mac_key: Text,
    pub(crate) mac_algorithm: Text,
    pub(crate) scope: Text,
    pub(crate) timeout_ms: u32,
    pub(crate) reserved0: u32,
    pub(crate) reserved: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) struct_size: u32,
    pub(crate) status: i32,
    pub(crate) reserved0: u32,
    pub(crate) message_len: u32,
    pub(crate) message: [u8; 240],
}

impl Failure {
    pub(crate) fn new() -> Self {
        let (status, reserved0, message_len) = (77, 0, 77);
        Self { struct_size: 256, status, reserved0, message_len, message: [b'x'; 240] }
    }

    pub(crate) fn text(&self) -> &str {
        let text = CStr::from_bytes_until_nul(&self.message).unwrap().to_str().unwrap();
        assert_eq!(text.len(), self.message_len as usize);
        text
    }
}

type Version = unsafe extern "C" fn(*mut c_char, usize, *mut usize) -> i32;
type StatusName = unsafe extern "C" fn(i32) -> *const c_char;
type MacHeader = unsafe extern "C" fn(*const MacInput, *mut c_char, usize, *mut usize) -> i32;
type MacVerify = unsafe extern "C" fn(*const c_char, usize, *const MacInput, *mut Failure) -> i32;
type TapSign = unsafe extern "C" fn(*const TapInput, *mut c_char, usize, *mut usize) -> i32;
type TapVerify = unsafe extern "C" fn(*const TapInput, *mut Failure) -> i32;
type TapTapProfile =
    unsafe extern "C" fn(*const TapTapInput, *mut c_char, usize, *mut usize, *mut Failure) -> i32;

/// The functions of the library.
pub(crate) struct Backend {
    pub(crate) path: PathBuf,
    pub(crate) version: Version,
    pub(crate) status_name: StatusName,
    pub(crate) mac_header: MacHeader,
    pub(crate) mac_verify: MacVerify,
    pub(crate) tap_sign: TapSign,
    pub(crate) tap_sign_verify: TapVerify,
    pub(crate) taptap_profile: TapTapProfile,
}

/// The library, built and loaded once.
pub(crate) fn backend() -> &'static Backend {
    static BACKEND: OnceLock<Backend> = OnceLock::new();
    BACKEND.get_or_init(|| {
        let path = build();
        // SAFETY: loading it runs no code of its own.
        let library: &'static Library =
            Box::leak(Box::new(unsafe { Library::new(&path) }.unwrap()));
        // SAFETY: the types are those of the header, which the layout test compares.
        unsafe {
            Backend {
                path,
                version: *library.get(b"tdsauth_backend_version").unwrap(),
                status_name: *library.get(b"tdsauth_backend_status_name").unwrap(),
                mac_header: *library.get(b"tdsauth_backend_mac_header").unwrap(),
                mac_verify: *library.get(b"tdsauth_backend_mac_verify").unwrap(),
                tap_sign: *library.get(b"tdsauth_backend_tap_sign").unwrap(),
                tap_sign_verify: *library.get(b"tdsauth_backend_tap_sign_verify").unwrap(),
                taptap_profile: *library.get(b"tdsauth_backend_taptap_profile").unwrap(),
            }
        }
    })
}

/// Cargo does not build a package that is only a C library for that package's tests.
fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile_folder = test.parent().and_then(Path::parent).unwrap();
    let profile = match profile_folder.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        name => name,
    };
    let status = Command::new(env!("CARGO"))
        .args(["build", "--lib", "--locked", "--package", "tdsauth-backend", "--profile", profile])
        .arg("--target-dir")
        .arg(profile_folder.parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    let name = libloading::library_filename("tdsauth_backend");
    profile_folder.join(name)
}

/// Calls a function that gives a text, with room enough.
pub(crate) fn text_of(call: impl Fn(*mut c_char, usize, *mut usize) -> i32) -> Result<String, i32> {
    let mut buf = vec![0x55_u8; 40_000];
    let mut needed = 77;
    match call(buf.as_mut_ptr().cast(), buf.len(), &raw mut needed) {
        OK => {
            assert_eq!(buf[needed], 0);
            assert_eq!(buf[needed + 1], 0x55, "written beyond the text");
            buf.truncate(needed);
            Ok(String::from_utf8(buf).unwrap())
        }
        status => {
            assert_eq!(buf[0], 0, "a failure leaves an empty text");
            Err(status)
        }
    }
}

#[test]
fn version_and_names_of_statuses() {
    let backend = backend();
    // SAFETY: `text_of` passes a buffer of its own.
    let version = text_of(|buf, cap, needed| unsafe { (backend.version)(buf, cap, needed) });
    assert_eq!(version.unwrap(), env!("CARGO_PKG_VERSION"));
    for (status, name) in [
        (OK, "TDSAUTH_BACKEND_OK"),
        (MAC_MISMATCH, "TDSAUTH_BACKEND_ERR_MAC_MISMATCH"),
        (MAC_EXPIRED, "TDSAUTH_BACKEND_ERR_MAC_EXPIRED"),
        (-9, "TDSAUTH_BACKEND_ERR_PANIC"),
        (-406, "TDSAUTH_BACKEND_ERR_TAPTAP_SESSION_OVER"),
        (1, "TDSAUTH_BACKEND_UNKNOWN"),
        (i32::MIN, "TDSAUTH_BACKEND_UNKNOWN"),
    ] {
        // SAFETY: it takes any number and gives a static text.
        let given = unsafe { CStr::from_ptr((backend.status_name)(status)) };
        assert_eq!(given.to_str().unwrap(), name);
    }
}
