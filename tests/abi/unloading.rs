//! Unloading is not supported: letting go of the library leaves it in memory.

/// Guards against a thread of ours that runs on in unmapped code.
#[cfg(target_os = "linux")]
#[test]
fn a_library_that_was_let_go_of_stays_mapped() {
    use crate::common::{build, folder};

    let folder = folder();
    // A copy, which nobody else in this process holds.
    let path = folder.path().join("libtdsauth-copy.so");
    std::fs::copy(build::library(), &path).expect("a copy");
    // SAFETY: our own library; it has no initialisers.
    let library = unsafe { libloading::Library::new(&path) }.expect("it loads");
    // SAFETY: this is its signature.
    let version = unsafe {
        *library.get::<unsafe extern "C" fn() -> u32>("tdsauth_abi_version").expect("exported")
    };
    library.close().expect("let go of");
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the maps");
    assert!(maps.contains("libtdsauth-copy.so"), "it was unmapped");
    // SAFETY: its code is still there.
    assert_eq!(unsafe { version() }, crate::common::api::api().tdsauth_abi_version());
}
